"""Where recommending shows, and where it does not; what is drawn; and what is left of whoever is erased."""

from __future__ import annotations

import random
from typing import Any

import pytest

from bot.channels.clock import PLACE
from domain.chat import Inbound
from domain.errors import NotFound
from domain.people import INSIDE, SYSTEM, Viewer
from domain.referral_states import SUCCESSFUL, Stage
from domain.referrals import rebuild
from domain.talks import Talk
from handlers.erasing import erase
from handlers.turn import Turn
from storage.store import Store
from tests.conversations.recommending import (
    PHONE,
    bought,
    code_of,
    come,
    customer,
    earned,
    filed_by_a_stranger,
    reach,
    referral,
    shop,
    stage,
    to,
)
from tests.conversations.steps import act, closed, phrase, rate, tap
from tests.world import World, last


@pytest.mark.parametrize(("score", "shown"), [(5, True), (4, True), (3, False), (1, False)])
async def test_who_is_content_sees_the_card_once(world: World, score: int, shown: bool):
    """After four or five, and once for a closed request however often the rating is changed."""
    await closed(world)
    heard = await rate(world, score)
    assert (phrase(world, "referral-share-title") in to(heard, "hana")) is shown

    await act(world, "hana", "rate")
    again = await rate(world, 5)
    assert (phrase(world, "referral-share-title") in to(again, "hana")) is not shown


async def test_the_card_of_a_closed_request_has_one_button(world: World):
    """«推荐有礼» is among its buttons, and gone for who was not content."""
    await closed(world)
    card = [one for one in world.shown if one.chat == "hana" and "R-1001" in one.text and one.buttons]
    assert any(phrase(world, "menu-referral") in one.buttons for one in card)

    heard = await rate(world, 2)
    assert all(phrase(world, "menu-referral") not in one.buttons for one in heard if "R-1001" in one.text)


async def test_my_referrals(world: World):
    """A list with stages, claims and appeals, and each card on its own."""
    none = await world.says("hana", "推荐有礼")
    assert phrase(world, "referral-mine") in last(none, "hana").buttons
    assert phrase(world, "referral-none") in to(await tap(world, "hana", "referral-mine"), "hana")

    await earned(world)
    await world.says("hana", "推荐有礼")
    listed = last(await tap(world, "hana", "referral-mine"), "hana")
    assert phrase(world, "referral-stage-EARNED") in listed.text
    assert phrase(world, "reward-claim") in listed.buttons
    shown = await world.press("hana", "RF-1001")
    assert phrase(world, "referral-next-EARNED", days=180) in to(shown, "hana")


@pytest.mark.parametrize("who", ["fan", "otto", "zhang"])
async def test_nobody_else_sees_a_referral(world: World, who: str):
    """The friend, a stranger and an installer read the same as of one that does not exist; so do events."""
    await earned(world)
    person = await world.store(lambda store: store.people.get(who))
    viewer = Viewer(who, person.role)
    for id in ("RF-1001", "RF-9999"):
        for read in ("get", "events"):
            with pytest.raises(NotFound) as absent:
                await world.store(lambda store, read=read, id=id: getattr(store.referrals, read)(id, viewer))
            assert absent.value.text.id == "referral-not-found"


async def test_the_poster_is_drawn_for_who_has_a_code(world: World):
    """One picture with the code, and the same again when it is asked for again."""
    await code_of(world)

    heard = await tap(world, "hana", "referral-poster")

    assert len(last(heard, "hana").message.files) == 1


# ---- linked accounts


async def test_a_second_account_that_is_linked_is_found_out(world: World):
    """Whoever recommends their own other chat loses it as soon as both are one person."""
    await come(world, "hana2", channel="fake")
    assert await stage(world) is Stage.ATTRIBUTED

    await world.says("hana2", "/link")
    await world.says("hana2", phone="+8613800138000")
    code = next(one.text for one in reversed(world.shown) if one.chat == "hana" and "验证码" in one.text)
    digits = next(part for part in code.replace("，", " ").split() if part.isdigit() and len(part) == 6)
    await world.says("hana2", digits)

    assert (await referral(world)).reason == "block-self"


# ---- no path without a paid order, and one level only


async def test_no_way_from_sharing_scanning_and_following_to_a_reward(world: World):
    """Whatever is shared, scanned, followed, ordered or waited for: without a paid order nothing is earned."""
    chance = random.Random(7)
    await reach(world, "max")
    people = [f"w{number}" for number in range(5)]
    for number, who in enumerate(people):
        await customer(world, who, f"+861370013700{number}", name=f"{'甲乙丙丁戊'[number]}客人{number}")

    for _ in range(60):
        who, other = chance.sample(people, 2)
        await chance.choice(
            [
                lambda who=who, other=other: come(world, who, other),
                lambda who=who: world.says(who, "推荐有礼"),
                lambda who=who: world.says(who, "/start", touch=True),
                lambda: world.passes(hours=chance.choice([1, 30, 200])),
                lambda who=who: shop(world, "signed", 9_000_000, order=f"S-{who}", phone=_phone(who)),
                lambda who=who: shop(world, "deposit", 100_000, order=f"S-{who}", phone=_phone(who)),
            ]
        )()
    await world.passes(days=30)

    rows = await world.store(lambda store: store.connection.all("SELECT state FROM referrals"))
    assert rows
    assert not {row["state"] for row in rows} & {stage.value for stage in SUCCESSFUL}
    entries = await world.store(lambda store: store.connection.all("SELECT key FROM ledger_entries"))
    assert list(entries) == []


def _phone(who: str) -> str:
    return f"+861370013700{who[1:]}"


async def test_there_is_no_second_level(world: World):
    """Who brought the one who brought a customer gets nothing, and nothing in the tables could say that they do."""
    await customer(world, "mid", "+8613700137001", name="中间人")
    await come(world, "mid")
    await customer(world, "fan", PHONE, name="范冰清")
    await come(world, "fan", "mid")
    await bought(world)
    await world.passes(days=7)

    assert await stage(world, "RF-1002") is Stage.EARNED
    assert await stage(world, "RF-1001") is Stage.VERIFIED
    kept = await world.store(lambda store: store.connection.all("SELECT DISTINCT person_id FROM ledger_entries"))
    assert {row["person_id"] for row in kept} <= {"fan", "mid"}
    columns = await world.store(lambda store: store.connection.one("SELECT * FROM referrals LIMIT 1"))
    assert not {"parent_id", "level", "root_id"} & set(columns.keys())


# ---- erased


async def erased(world: World, who: str) -> None:
    """An admin erases somebody, as the command line does."""

    async def work(store: Store) -> None:
        person = await store.people.get(who)
        assert person
        inbound = Inbound("erase:1", PLACE, account="", intent="erase")
        turn = Turn(inbound, SYSTEM, Talk(""), PLACE, world.watch(), world.pipeline.world)
        await store.outbox.add("erase:1", await erase(turn, store, person), world.watch())

    await world.store(work)


async def test_a_friend_is_erased_on_the_way(world: World):
    """What was under way ends with a neutral word; of the friend no name, number or address is left."""
    await come(world)
    await filed_by_a_stranger(world, "fan", PHONE[3:], "东方路987号 65室")
    friend = (await referral(world)).friend_id

    await erased(world, friend)
    heard = await world.settle()

    assert (await referral(world)).reason == "void-erased"
    assert phrase(world, "void-erased") in to(heard, "hana")
    assert phrase(world, "referral-appeal") not in last(heard, "hana").buttons
    for table in ("people", "homes", "requests", "request_events", "conversations", "orders", "order_events"):
        rows: Any = await world.store(lambda store, t=table: store.connection.all(f"SELECT * FROM {t}"))
        kept = repr([tuple(row) for row in rows])
        assert not any(word in kept for word in ("13700137000", "东方路987")), table


async def test_a_referrer_is_erased_before_the_claim(world: World):
    """The reward that was to be claimed is void, the friend keeps theirs, and the ledger sums to zero."""
    await earned(world)
    kept = await world.store(lambda store: store.ledger.about("RF-1001"))

    await erased(world, "hana")

    assert (await referral(world)).reason == "void-erased"
    assert await world.store(lambda store: store.ledger.about("RF-1001")) == kept
    events = await world.store(lambda store: store.referrals.events("RF-1001", INSIDE))
    assert rebuild(events) == await referral(world)


async def test_a_referrer_is_erased_after_the_claim(world: World):
    """What is left in the fund goes back by an entry; all postings sum to zero still."""
    await earned(world)
    await world.press("hana", phrase(world, "reward-claim"))
    await world.press("hana", phrase(world, "reward-fund", value=20000, gift=""))
    await world.press("hana", phrase(world, "reward-sure"))

    await erased(world, "hana")

    sums = await world.store(
        lambda store: store.connection.all("SELECT account, sum(amount) AS n FROM ledger_postings GROUP BY account")
    )
    assert sum(row["n"] for row in sums) == 0
    assert {row["account"]: row["n"] for row in sums if row["account"] == "fund:person:hana"} in (
        {},
        {"fund:person:hana": 0},
    )
    assert await stage(world) is Stage.REWARDED


async def test_an_erased_code_is_nobodys(world: World):
    """A poster that hangs somewhere leads to a greeting, and to no name."""
    code = await code_of(world)
    await erased(world, "hana")

    told = await world.says("fan", f"/start ref-{code}")

    assert phrase(world, "referral-code-unknown") in to(told, "fan")
