"""Codes of people who turn out to be one, and friends whose number the platform vouches for."""

from __future__ import annotations

from domain.people import Person
from domain.referral_states import Stage
from tests.conversations.recommending import PHONE, code_of, come, customer, referral, stage, to
from tests.conversations.steps import phrase
from tests.world import World


async def linked(world: World, who: str, phone: str, owner: str) -> None:
    """Somebody's other chat turns out to be the owner's, who reads them the digits."""
    await world.says(who, "/link")
    await world.says(who, phone=phone)
    code = next(one.text for one in reversed(world.shown) if one.chat == owner and "验证码" in one.text)
    await world.says(who, next(part for part in code.replace("，", " ").split() if part.isdigit() and len(part) == 6))


async def other_code(world: World, who: str = "hana2") -> str:
    """The code of somebody who is not known yet."""
    shown = to(await world.says(who, "推荐有礼"), who)
    return shown.partition("start=ref-")[2][:7]


async def test_a_printed_code_outlives_its_person(world: World):
    """Two who became one had a code each: both work, and count for who is left; so they do after another union."""
    owner = await code_of(world)
    printed = await other_code(world)
    await linked(world, "hana2", "+8613800138000", "hana")
    await customer(world, "fan")
    await world.says("fan", f"/start ref-{printed}")

    assert (await referral(world)).referrer_id == "hana"
    assert (await world.store(lambda store: store.referrers.of("hana"))).code == owner
    await world.store(lambda store: store.referrers.make("otto", "赵**", world.watch()))
    await world.store(lambda store: store.referrers.hand_over("hana", "otto"))
    await world.store(lambda store: store.people.merge("hana", "otto"))
    for code in (owner, printed.lower()):
        assert (await world.store(lambda store, code=code: store.referrers.by_code(code))).person_id == "otto"


async def test_a_code_becomes_its_owners(world: World):
    """Whoever has none when another chat turns out to be theirs goes on with that one's."""
    printed = await other_code(world)
    await linked(world, "hana2", "+8613800138000", "hana")

    assert await code_of(world) == printed
    await customer(world, "fan")
    await come(world)
    assert (await referral(world)).referrer_id == "hana"


async def test_a_printed_code_is_of_no_use_to_oneself(world: World):
    """Who scans the code of their own former account is told that it is theirs, and nothing begins."""
    printed = await other_code(world)
    await code_of(world)
    await linked(world, "hana2", "+8613800138000", "hana")

    heard = await world.says("hana", f"/start ref-{printed}")

    assert phrase(world, "referral-came-self") in to(heard, "hana")
    assert await world.store(lambda store: store.referrals.of("hana", limit=9)) == []


async def test_a_shared_contact_verifies_a_friend(world: World):
    """Outside of any form a number that the platform vouches for is theirs, if they agreed that we keep it, and carries
    the referral on; without that consent nothing is kept."""
    await world.add(Person("fan", name="范女士", locale="zh-CN", consent=world.company.consent.version))
    await come(world)
    await come(world, "shy")
    told = await world.says("fan", phone=PHONE)
    await world.says("shy", phone="+8613700137001")

    fan, shy = [await world.store(lambda store, who=who: store.people.get(who)) for who in ("fan", "shy")]
    assert (fan.phone, fan.vouched) == (PHONE, True)
    assert [await stage(world, id) for id in ("RF-1001", "RF-1002")] == [Stage.VERIFIED, Stage.ATTRIBUTED]
    assert phrase(world, "referral-told-verify", friend="一位朋友") in to(told, "hana")
    assert not any(word in to(told, "hana") for word in ("范", PHONE))
    assert shy is None or not shy.phone


async def test_a_shared_contact_of_a_known_household_ends_it(world: World):
    """The number that turns out to be the referrer's own ends the referral, and who has a number already keeps it."""
    await world.add(Person("fan", name="范女士", locale="zh-CN", consent=world.company.consent.version))
    await come(world)
    await world.says("fan", phone="+8613800138000")
    assert (await referral(world)).reason == "block-phone"

    await world.says("otto", phone=PHONE)
    assert (await world.store(lambda store: store.people.get("otto"))).phone == "+8613800138999"
