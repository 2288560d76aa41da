"""Recommending a friend: how they come, what counts, and what the referrer reads of it."""

from __future__ import annotations

import itertools

import pytest

from domain.people import Person, Role
from domain.referral_states import Stage
from domain.talks import Home
from tests.conversations.recommending import (
    MIN,
    PHONE,
    bought,
    code_of,
    come,
    customer,
    earned,
    filed_by_a_stranger,
    path,
    referral,
    refused,
    shop,
    stage,
    to,
)
from tests.conversations.rewarding import entries, sound
from tests.conversations.steps import file, phrase
from tests.world import World, last


async def test_a_friend_by_link_becomes_a_reward(world: World):
    """From a link to the reward that may be claimed, the referrer hears of each stage and nothing of the friend's."""
    await customer(world, "fan", name="范冰清")

    came = await come(world)
    assert "王**" in to(came, "fan")
    assert "范" not in to(came, "hana")
    paid = await bought(world)
    assert await stage(world) is Stage.SIGNED
    done = await world.passes(days=7)

    assert await path(world) == ["create", "attribute", "verify", "sign", "earn"]
    assert phrase(world, "reward-claim") in last(done, "hana").buttons
    assert not any(secret in to([*came, *paid, *done], "hana") for secret in ("范", "13700137000", "A1"))


async def test_the_district_is_all_that_is_told(world: World):
    """The referrer reads «浦东新区的一位朋友», never a name."""
    district = world.company.districts[0]
    await customer(world, "fan", home=Home("h-fan", "fan", district.code, "东方路9号", "3室"))

    told = await come(world)

    assert f"{district.names['zh-CN']}的一位朋友" in to(told, "hana")
    assert "东方路" not in to(told, "hana")


async def test_the_card_has_code_and_links(world: World):
    """推荐有礼 shows one's code, the same each time, and a link that opens the chat with it."""
    code = await code_of(world)
    shown = last(world.shown, "hana")

    assert f"/chat?start=ref-{code}" in shown.text
    assert code in shown.text
    assert await code_of(world) == code


@pytest.mark.parametrize("typed", ["{code}", "ref-{code}", "/start ref-{code}"])
async def test_a_code_comes_in_any_way(world: World, typed: str):
    """A deep link, a scene and the code simply typed are the same."""
    code = await code_of(world)

    await world.says("fan", typed.format(code=code.lower() if typed == "{code}" else code))

    assert (await referral(world)).friend_id == (await friend_id(world))


async def friend_id(world: World, account: str = "fan", channel: str = "fake") -> str:
    person = await world.store(lambda store: store.people.by_account(channel, account))
    return str(person.id)


async def test_what_only_looks_like_a_code_is_heard(world: World):
    """An article number is no code: staff hear it like any other word."""
    heard = await world.says("hana", "BCDF234")

    assert "BCDF234" in to(heard, "group")


async def test_told_to_staff(world: World):
    """Staff note a code with a phone, or with the request that somebody came with; it counts as any other way."""
    code = await code_of(world)
    await world.says("sam", f"/refer {code} {PHONE[3:]}", chat="group")

    found = await referral(world)

    assert (found.state, found.via) == (Stage.VERIFIED, "told")


async def test_told_to_staff_with_the_request(world: World):
    """The request that somebody came with makes them no customer of before; an older one does."""
    code = await code_of(world)
    await file(world, "otto")

    await world.says("sam", f"/refer {code} R-1001", chat="group")
    assert await stage(world) is Stage.VERIFIED

    await world.passes(days=1)
    await file(world, "hana", "马桶漏水")
    other = await code_of(world, "otto")
    await world.says("sam", f"/refer {other} R-1002", chat="group")
    assert await world.store(lambda store: store.referrals.by_friend("hana")) is None


async def test_the_first_valid_referrer_wins(world: World):
    """Who has a referrer keeps them; the second touch is kept and rewards nobody."""
    await customer(world, "fan")
    await come(world)
    again = await come(world, referrer="otto")

    assert phrase(world, "referral-came-taken") in to(again, "fan")
    assert (await referral(world)).referrer_id == "hana"
    touches = await world.store(lambda store: store.connection.all("SELECT outcome FROM referral_touches ORDER BY at"))
    assert [row["outcome"] for row in touches] == ["attributed", "taken"]


async def test_after_the_window_another_may_win(world: World):
    """A friend who does not order in 180 days is nobody's; an order then earns nothing for the first."""
    await customer(world, "fan")
    await come(world)
    await world.passes(days=180)
    assert (await referral(world)).reason == "expire-window"

    await come(world, referrer="otto")
    assert (await referral(world, "RF-1002")).referrer_id == "otto"


async def test_an_order_below_the_least_earns_nothing(world: World):
    """A small order is told as such, and a larger one counts instead."""
    await customer(world, "fan")
    await come(world)
    await bought(world, MIN - 1)
    await world.passes(days=8)
    assert await stage(world) is Stage.SIGNED

    await bought(world, 2 * MIN, order="A2")
    await world.passes(days=7)
    assert await stage(world) is Stage.EARNED


# ---- what is blocked


async def nothing_comes(world: World, phone: str, *people: str) -> None:
    """An order under this phone is paid and the cooling-off passes: none of these people has a reward, nor an entry but
    for what we did not keep to."""
    await bought(world, phone=phone)
    await world.passes(days=8)
    for who in people:
        assert [entry for entry in await entries(world, who) if entry.why.rule != "amends"] == [], who
    claimed = await world.store(lambda store: store.connection.all("SELECT person_id FROM rewards"))
    assert list(claimed) == []
    await sound(world)


async def test_oneself(world: World):
    """One's own code is for others, and leaves no referral."""
    told = await come(world, "hana")

    assert phrase(world, "referral-came-self") in to(told, "hana")
    assert await world.store(lambda store: store.referrals.of("hana")) == []


async def test_oneself_with_a_second_account_and_the_same_phone(world: World):
    """A second account is found out as soon as it gives the phone."""
    await come(world, "fan")
    assert await stage(world) is Stage.ATTRIBUTED

    await filed_by_a_stranger(world, "fan", "13800138000")

    assert (await referral(world)).reason == "block-phone"
    await nothing_comes(world, "+8613800138000", "hana", (await referral(world)).friend_id)


async def test_the_same_home(world: World):
    """However the address is written."""
    await customer(world, "fan", home=Home("h-fan", "fan", "", "世紀大道 100 號 3 號樓", "１２０２室"))
    await come(world)

    assert await refused(world, "fan") == "block-home"
    await nothing_comes(world, PHONE, "hana", "fan")


async def test_a_customer_of_before(world: World):
    """Who had a request already hears that we know them, and is nobody's reward."""
    await file(world, "otto")
    await world.passes(minutes=1)

    told = await come(world, "otto")

    assert phrase(world, "referral-came-customer") in to(told, "otto")
    assert await refused(world, "otto") == "block-customer"
    await nothing_comes(world, "+8613800138999", "hana", "otto")


async def test_an_order_told_late_shows_a_customer_of_before(world: World):
    """An order that was signed before the code came ends what had begun."""
    await customer(world, "fan")
    before = world.watch()
    await world.passes(hours=1)
    await come(world)

    await shop(world, "signed", 2 * MIN, at=before)

    assert (await referral(world)).reason == "block-customer"


@pytest.mark.parametrize("relative", ["fan", "hana"])
async def test_the_spouse_of_staff(world: World, relative: str):
    """What staff named as family is nobody's reward, whichever side it is on."""
    await customer(world, "fan")
    await world.says("sam", f"/family {PHONE[3:] if relative == 'fan' else '13800138000'}")
    await come(world)

    assert await refused(world, "fan") == "block-family"
    await nothing_comes(world, PHONE, "hana", "fan")


async def test_staff_themselves(world: World):
    """Who works here brings customers as work; whom they privately are is seen by the phone."""
    await customer(world, "fan", "+8613900139001")  # an installer's own number

    await come(world)
    assert await refused(world, "fan") == "block-family"

    told = await come(world, "zhang")
    assert len(await world.store(lambda store: store.referrals.of("hana"))) == 1
    assert "王" not in to(told, "zhang")


async def test_a_ring_of_five(world: World):
    """Five who recommend one another in a ring: the one who closes it gets nothing."""
    ring = [f"r{number}" for number in range(5)]
    for number, who in enumerate(ring):
        await customer(world, who, f"+861370013700{number}", name=f"{'甲乙丙丁戊'[number]}某人{number}")
    for one, other in itertools.pairwise(ring):
        await come(world, other, one)

    await come(world, "r0", "r4")

    assert await refused(world, "r0") == "block-loop"
    assert len(await world.store(lambda store: store.referrals.chain("r4"))) == 5
    await nothing_comes(world, "+8613700137000", "r4", "r0")


async def test_the_same_block_is_not_told_twice(world: World):
    """A customer who scans the same code again does not bother the referrer again."""
    await file(world, "otto")
    await come(world, "otto")
    again = await world.says("otto", f"/start ref-{await code_of(world)}")

    assert [one for one in again if one.chat == "hana"] == []


# ---- where it shows


async def test_a_role_is_looked_up_and_not_believed(world: World):
    """A friend who comes to work here later brings nobody a reward any more."""
    await customer(world, "fan")
    await come(world)
    await world.passes(days=2)
    await shop(world, "signed", 2 * MIN)
    await world.store(lambda store: store.people.save(Person("fan", Role.STAFF, "范", PHONE, "zh-CN")))
    await shop(world, "paid", 2 * MIN)

    assert (await referral(world)).reason == "block-staff"


async def test_a_refund_before_the_reward_is_claimed(world: World):
    """Nothing is left to claim; the referrer reads why and may appeal."""
    await earned(world)
    told = await shop(world, "refunded", 0)

    assert (await referral(world)).reason == "void-refunded"
    assert phrase(world, "referral-appeal") in last(told, "hana").buttons


async def test_a_partial_refund(world: World):
    """A refund that leaves enough changes what there is to claim; one that does not, ends it."""
    await customer(world, "fan")
    await come(world)
    await bought(world, 6 * MIN)
    await shop(world, "refunded", MIN, id="r1")
    await world.passes(days=7)
    found = await referral(world)
    assert (found.state, found.order_fen) == (Stage.EARNED, 5 * MIN)

    await shop(world, "refunded", 5 * MIN - 1, id="r2")
    assert await stage(world) is Stage.VOIDED
