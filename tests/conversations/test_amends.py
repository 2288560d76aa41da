"""迟到赔: what a broken promise is worth to the homeowner, given at once, once, and explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.company import Amends
from domain.ledger import Unit
from domain.people import INSIDE, Role
from tests.conversations.steps import (
    accepted,
    act,
    arrive,
    before_window,
    departed,
    file,
    offer,
    phrase,
    pick,
    rarely,
    scheduled,
    tap,
    to,
)
from tests.world import GROUP, World

WORTH = Amends(unanswered=100, late=200, absent=500, put_off=300)


@pytest.fixture
def world(world: World) -> World:
    """A company that makes amends."""
    company = replace(world.company, amends=WORTH)
    world.pipeline.world = replace(world.pipeline.world, company=company)
    return world


async def claim_and_send(world: World) -> None:
    """Staff take it after all, and an installer accepts."""
    await act(world, "sam", "claim")
    await offer(world, "zhang")
    await act(world, "zhang", "accept")


async def points(world: World, who: str = "hana") -> int:
    """What they can spend."""
    balance = await world.store(lambda store: store.ledger.balance(who, Unit.POINTS, INSIDE, world.watch()))
    return balance.available


def made(world: World, which: str, amount: int) -> str:
    """The word of it, as the homeowner reads it."""
    worth = phrase(world, "ledger-points", amount=amount)
    return phrase(world, "amends-made", broken=phrase(world, f"amends-{which}"), amount=worth)


async def test_nobody_answered_in_time(world: World):
    """At fifteen minutes the points are there, homeowner and staff read of it, and the passbook says why."""
    await file(world)
    heard = await world.passes(minutes=15)
    assert made(world, "unanswered", 100) in to(heard, "hana")
    assert phrase(world, "amends-unanswered") in to(heard, GROUP)
    assert await points(world) == 100
    assert "100" in to(await tap(world, "hana", "menu-passbook"), "hana")
    why = to(await tap(world, "hana", "passbook-why", number=1), "hana")
    assert phrase(world, "rule-amends") in why
    assert "R-1001" in why
    assert phrase(world, "amends-unanswered") in why


async def test_an_answer_in_time_costs_nothing(world: World):
    """Whoever was answered in time gets nothing, however long the rest takes."""
    await file(world)
    await world.says("sam", "/r R-1001 马上安排", chat=GROUP)
    await world.passes(hours=5)
    assert await points(world) == 0


async def test_an_installer_in_time_is_an_answer(world: World):
    """Whoever has an installer before the fifteen minutes are over was not kept waiting."""
    await accepted(world)
    await world.passes(minutes=15)
    assert await points(world) == 0


@pytest.mark.parametrize(("after", "worth"), [(timedelta(minutes=15), 0), (timedelta(minutes=16), 200)])
async def test_coming_late(world: World, after: timedelta, worth: int):
    """Arriving after the window is late once its grace is over as well, and not before."""
    await departed(world)
    window = (await world.request()).window
    assert window
    await world.passes(seconds=(window.end + after - world.watch()).total_seconds())
    heard = await arrive(world)
    assert await points(world) == worth
    assert (made(world, "late", 200) in to(heard, "hana")) is bool(worth)


@pytest.mark.parametrize(
    ("who", "reason", "worth"),
    [
        ("hana", "等了一下午没人来", 500),
        ("hana", "reason-no-show-installer_absent", 500),
        ("zhang", "reason-no-show-installer_absent", 500),
        ("zhang", "敲门没人", 0),
        ("zhang", "reason-no-show-homeowner_away", 0),
        ("hana", "reason-no-show-homeowner_away", 0),
        ("hana", "reason-no-show-no_access", 0),
    ],
)
async def test_who_did_not_come(world: World, who: str, reason: str, worth: int):
    """Only where it was the company that did not come: by the reason, or by the homeowner's own words."""
    await departed(world)
    await world.passes(hours=4)
    await act(world, who, "no_show")
    await (world.press(who, phrase(world, reason)) if reason.startswith("reason-") else world.says(who, reason))
    assert await points(world) == worth


async def moved(world: World, who: str, reason: str) -> None:
    """Somebody moves the visit to the next window that is offered."""
    await (rarely if who == "sam" else act)(world, who, "reschedule")
    await pick(world, who)
    await world.says(who, reason, chat=GROUP if who == "sam" else "")


async def test_put_off_twice_by_the_company(world: World):
    """The company's second change is worth something, the homeowner's own never, and a third nothing more."""
    await scheduled(world)
    for who, reason, worth in (
        ("hana", "临时有事", 0),
        ("zhang", "上一家没做完", 0),
        ("hana", "还是不行", 0),
        ("sam", "配件没到", 300),
        ("hana", "改一下", 300),
        ("zhang", "又没做完", 300),
    ):
        await moved(world, who, reason)
        assert await points(world) == worth


async def test_each_promise_once(world: World):
    """A second visit that nobody comes to is not made good a second time; another broken promise is."""
    await file(world)
    await world.passes(minutes=15)
    assert await points(world) == 100
    await claim_and_send(world)
    for worth in (600, 600):
        await act(world, "hana", "schedule")
        await pick(world, "hana")
        await before_window(world)
        await world.passes(hours=4)
        await act(world, "hana", "no_show")
        await world.says("hana", "没有人来")
        assert await points(world) == worth


async def test_nobody_who_works_here(world: World):
    """Staff who file a request of their own earn nothing by not answering it."""
    await file(world)
    hana = await world.store(lambda store: store.people.get("hana"))
    await world.store(lambda store: store.people.save(replace(hana, role=Role.STAFF)))
    await world.passes(minutes=15)
    assert await points(world) == 0


async def test_a_company_that_gives_nothing(world: World):
    """With 0 in the company file nothing is given and nothing is said."""
    company = replace(world.company, amends=Amends())
    world.pipeline.world = replace(world.pipeline.world, company=company)
    await file(world)
    heard = await world.passes(minutes=15)
    assert await points(world) == 0
    assert phrase(world, "amends-unanswered") not in to(heard, GROUP) + to(heard, "hana")


async def test_before_the_window_is_not_late(world: World):
    """Coming early or within the window is no fault."""
    await departed(world)
    await before_window(world)
    await arrive(world)
    assert await points(world) == 0
