"""Where recommending shows, and where it does not; what is drawn; and what is left of whoever is erased."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.channels.clock import PLACE
from domain.chat import Inbound
from domain.errors import NotFound
from domain.people import INSIDE, SYSTEM, Viewer
from domain.referral_states import Stage
from domain.referrals import rebuild
from domain.talks import Talk
from handlers.erasing import erase
from handlers.turn import Turn
from storage.store import Store
from tests.conversations.recommending import (
    PHONE,
    code_of,
    come,
    customer,
    earned,
    filed_by_a_stranger,
    referral,
    shop,
    stage,
    to,
)
from tests.conversations.rewarding import balance, claimed, entries, sound
from tests.conversations.steps import (
    act,
    arrive,
    before_window,
    closed,
    file,
    finish,
    offer,
    phrase,
    pick,
    rate,
    tap,
)
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


async def test_a_request_that_is_closed_again_shows_no_card_again(world: World):
    """Opened again, closed again and rated again: the card came once; after another request it comes once more."""
    title = phrase(world, "referral-share-title")
    await closed(world)
    assert title in to(await rate(world, 5), "hana")
    await act(world, "hana", "reopen")
    await world.says("hana", "又滴水了")
    await from_offer_to_close(world, "R-1001")
    assert title not in to(await rate(world, 4), "hana")

    await file(world, text="马桶漏水")
    await act(world, "sam", "claim")
    await from_offer_to_close(world, "R-1002")
    assert title in to(await rate(world, 4), "hana")


async def from_offer_to_close(world: World, id: str) -> None:
    """An installer takes it, comes, does the work, and the homeowner agrees."""
    await offer(world, "zhang")
    await act(world, "zhang", "accept")
    await act(world, "hana", "schedule")
    await pick(world, "hana")
    await before_window(world, id)
    await act(world, "zhang", "depart")
    await arrive(world, id=id)
    await finish(world, report=f"换了阀芯 {id}")
    await act(world, "hana", "confirm")


async def test_the_menu_offers_to_recommend(world: World):
    """«推荐有礼» stands in a homeowner's greeting and leads to the card; not where nothing is given, nor for others."""
    greeted = await world.says("hana", "/start")
    assert phrase(world, "menu-referral") in last(greeted, "hana").buttons
    shown = await tap(world, "hana", "menu-referral")
    assert phrase(world, "referral-share-title") in to(shown, "hana")
    for who in ("sam", "zhang"):
        assert phrase(world, "menu-referral") not in last(await world.says(who, "/start"), who).buttons

    bank = world.company.bank
    company = replace(world.company, bank=replace(bank, referring=replace(bank.referring, tiers=())))
    world.pipeline.world = replace(world.pipeline.world, company=company)
    assert phrase(world, "menu-referral") not in last(await world.says("hana", "/start"), "hana").buttons


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
    assert phrase(world, "void-quiet") in to(heard, "hana")
    assert phrase(world, "void-erased") not in to(heard, "hana")
    assert phrase(world, "referral-appeal") not in last(heard, "hana").buttons
    for table in ("people", "homes", "requests", "request_events", "conversations", "orders", "order_events"):
        rows: Any = await world.store(lambda store, t=table: store.connection.all(f"SELECT * FROM {t}"))
        kept = repr([tuple(row) for row in rows])
        assert not any(word in kept for word in ("13700137000", "东方路987")), table


async def test_a_friend_is_erased_before_they_have_paid(world: World):
    """The referral ends, nothing is ever due of it, and no clock of it rings."""
    await customer(world, "fan", PHONE)
    await come(world)
    await world.passes(hours=30)
    await shop(world, "signed", 1_000_000)
    assert await stage(world) is Stage.SIGNED

    await erased(world, "fan")
    heard = await world.settle()
    await world.passes(days=30)

    assert (await stage(world), (await referral(world)).reason) == (Stage.VOIDED, "void-erased")
    assert phrase(world, "void-quiet") in to(heard, "hana")
    assert phrase(world, "void-erased") not in to(heard, "hana")
    assert await world.store(lambda store: store.ledger.about("RF-1001")) == ()
    left = await world.store(lambda store: store.connection.all("SELECT id FROM timers WHERE subject = 'RF-1001'"))
    assert list(left) == []
    await sound(world)


async def test_a_friend_is_erased_when_it_is_earned(world: World):
    """What the referrer has earned stays theirs to claim; the friend's own fund goes back, and the ledger is even."""
    await earned(world)
    assert await balance(world, "fan") == (10_000, 0)

    await erased(world, "fan")
    heard = await world.settle()

    assert to(heard, "hana") == ""
    assert await stage(world) is Stage.EARNED
    assert await balance(world, "fan") == (0, 0)
    await claimed(world, "fund")
    assert await stage(world) is Stage.REWARDED
    assert await balance(world) == (20_000, 0)
    await sound(world)


async def test_a_referrer_is_erased_before_the_claim(world: World):
    """The reward that was to be claimed is void, the friend keeps theirs, and the ledger sums to zero."""
    await earned(world)
    kept = await world.store(lambda store: store.ledger.about("RF-1001"))

    await erased(world, "hana")

    assert (await referral(world)).reason == "void-erased"
    assert await world.store(lambda store: store.ledger.about("RF-1001")) == kept
    assert await balance(world, "fan") == (10_000, 0)
    assert await entries(world) == []
    await sound(world)
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
