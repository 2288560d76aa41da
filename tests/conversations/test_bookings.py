"""An installer is never promised to two homes at one time."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from domain.chat import Button, Span, Text
from domain.requests import Request
from domain.states import State
from handlers.fields import pack_span
from tests.conversations.cast import Cast, file, needs, said
from tests.conversations.seats import Seat
from tests.world import World

FIRST, SECOND = "R-1001", "R-1002"
HANA, ZHANG = Seat("hana", "hana", "hana"), Seat("zhang", "zhang", "zhang")


def window(world: World, hours: float, long: float = 2) -> str:
    """A window on the day after tomorrow, so many hours behind ten in the morning."""
    start = world.watch() + timedelta(days=2, hours=1 + hours)
    return pack_span(Span(start, start + timedelta(hours=long)))


async def press(cast: Cast, seat: Seat, action: str, id: str, **answers: str) -> list[str]:
    """The texts that answer a press which brings all that its action needs."""
    request = await cast.world.request(id)
    given = {**needs(cast.world, request), **answers}
    (token,) = await cast.mint(seat.chat, [Button(Text("words"), f"request.{action}", id, given)])
    return said(await cast.receive(seat, press=token))


async def two_jobs(world: World, second: str = "zhang") -> Cast:
    """Two requests of hana's, the first held by zhang."""
    cast = Cast(world, State.ACCEPTED)
    sam = Seat("sam", "sam", "sam")
    for id, installer in ((FIRST, "zhang"), (SECOND, second)):
        await file(world)
        await press(cast, sam, "claim", id)
        await press(cast, sam, "offer", id, installer=installer)
        await press(cast, Seat(installer, installer, installer), "accept", id)
        assert (await world.request(id)).installer_id == installer
    return cast


async def booked(world: World) -> list[Request]:
    return [one for one in (await world.request(FIRST), await world.request(SECOND)) if one.state is State.SCHEDULED]


@pytest.mark.parametrize(("hours", "long"), [(0, 2), (1, 2), (-1, 2), (0.5, 1), (-3, 9), (1.99, 2), (-1.99, 2)])
async def test_a_window_that_overlaps_is_refused(world: World, hours: float, long: float):
    """A second visit that shares a moment with the first is refused, with what is free instead, and nothing changes."""
    cast = await two_jobs(world)
    await press(cast, HANA, "schedule", FIRST, window=window(world, 0))
    before = await world.request(SECOND)

    assert await press(cast, HANA, "schedule", SECOND, window=window(world, hours, long)) == ["refused-busy"]
    assert await world.request(SECOND) == before


@pytest.mark.parametrize("hours", [2, -2, 24])
async def test_windows_that_only_touch_are_both_kept(world: World, hours: float):
    """One visit may begin as the other ends."""
    cast = await two_jobs(world)
    await press(cast, HANA, "schedule", FIRST, window=window(world, 0))
    await press(cast, HANA, "schedule", SECOND, window=window(world, hours))

    assert len(await booked(world)) == 2


async def test_two_installers_come_at_the_same_time(world: World):
    """One installer's visit keeps no other from coming."""
    cast = await two_jobs(world, second="li")
    for id in (FIRST, SECOND):
        await press(cast, HANA, "schedule", id, window=window(world, 0))

    assert len(await booked(world)) == 2


async def test_of_two_booked_at_the_same_instant_one_is_kept(world: World):
    """Two homeowners who tap the same window at once: one has it, the other is offered another."""
    cast = await two_jobs(world)
    answers = await asyncio.gather(
        *[press(cast, HANA, "schedule", id, window=window(world, 0)) for id in (FIRST, SECOND)]
    )

    assert len(await booked(world)) == 1
    assert ["refused-busy"] in answers


async def test_a_visit_may_be_moved_within_its_own_time(world: World):
    """A visit does not stand in its own way, but it does not move onto another."""
    cast = await two_jobs(world)
    await press(cast, HANA, "schedule", FIRST, window=window(world, 0))
    await press(cast, HANA, "schedule", SECOND, window=window(world, 4))

    await press(cast, HANA, "reschedule", FIRST, window=window(world, 1))
    assert (await world.request(FIRST)).reschedules == 1
    assert await press(cast, ZHANG, "reschedule", FIRST, window=window(world, 3)) == ["refused-busy"]


async def test_a_window_that_is_over_is_refused(world: World):
    """A window that was free when it was chosen and has passed when the last answer comes is not booked."""
    cast = await two_jobs(world)
    past = pack_span(Span(world.watch() - timedelta(hours=3), world.watch() - timedelta(hours=1)))

    assert await press(cast, HANA, "schedule", FIRST, window=past) == ["form-window-range"]
    assert await booked(world) == []


async def test_a_visit_that_runs_late_is_looked_at_too(world: World):
    """A window that began before this moment still counts for one that would begin before it as well."""
    cast = await two_jobs(world)
    await press(cast, HANA, "schedule", FIRST, window=window(world, 0))
    first = (await world.request(FIRST)).window
    assert first
    world.watch.now = first.end + timedelta(minutes=5)

    overlapping = Span(first.end - timedelta(minutes=30), first.end + timedelta(hours=1))
    assert await press(cast, HANA, "schedule", SECOND, window=pack_span(overlapping)) == ["refused-busy"]


async def test_what_was_finished_early_leaves_the_time_free(world: World):
    """A job that is done books nothing, even if it is not fixed after all: its time is agreed anew."""
    cast = await two_jobs(world)
    await press(cast, HANA, "schedule", FIRST, window=window(world, 0))
    await press(cast, ZHANG, "arrive", FIRST)
    await press(cast, ZHANG, "finish", FIRST)
    await press(cast, HANA, "schedule", SECOND, window=window(world, 0))
    await press(cast, HANA, "not_fixed", FIRST)

    first, second = await world.request(FIRST), await world.request(SECOND)
    assert (first.state, first.window) == (State.IN_PROGRESS, None)
    assert isinstance(second.window_start, datetime)
