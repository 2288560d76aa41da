"""A visit is one of the company's appointments, whoever names the time and in whatever words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.chat import Span
from domain.states import State
from tests.conversations.steps import (
    accepted,
    act,
    draft_of,
    labels,
    phrase,
    pick,
    rarely,
    scheduled,
    to,
)
from tests.world import GROUP, World

REFUSED = [
    ("明天", "which", 24, 9),
    ("明天下午", "which", 24, 14),
    ("后天上午", "which", 25, 9),
    ("周末", "which", 28, 9),
    ("明天下午3点", "which", 24, 14),
    ("今晚11点", "hours", 23, 18.5),
    ("2026-11-24T16:00:00+00:00/2026-11-24T18:00:00+00:00", "hours", 24, 18.5),
    ("0001-01-01T00:00:00+00:00/9999-12-31T23:59:59+00:00", "which", 23, 11),
]
"""What somebody answers on a Monday at nine to «when?», why it is no appointment, and day and hour of
the one that is shown first."""


def at(day: int, hours: float) -> datetime:
    """A moment of November 2026 as it is written in Shanghai."""
    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day - 1, hours=hours - 8)


def label(world: World, day: int, hours: float) -> str:
    """The button of the appointment that begins then."""
    return phrase(world, "window", span=Span(at(day, hours), at(day, hours + 2)))


@pytest.mark.parametrize("who", ["hana", "sam"])
@pytest.mark.parametrize(("said", "why", "day", "hours"), REFUSED)
async def test_a_time_in_words_becomes_appointments_to_tap(
    world: World, who: str, said: str, why: str, day: int, hours: float
):
    """Whatever is named but no appointment books nothing: it is said why, and those near it can be tapped."""
    await accepted(world)
    await act(world, who, "schedule")
    heard = await world.says(who, said, chat=GROUP if who == "sam" else "")

    chat = GROUP if who == "sam" else who
    assert (await world.request()).state is State.ACCEPTED
    assert phrase(world, f"form-window-{why}") in to(heard, chat)
    assert labels(heard, chat)[0] == label(world, day, hours)
    await pick(world, who)
    window = (await world.request()).window
    assert window
    assert window.end - window.start <= timedelta(hours=2)


async def test_a_whole_day_is_all_its_appointments(world: World):
    """Of a day that is wished for every free appointment can be tapped, and only of that day."""
    await scheduled(world, "otto")
    await accepted(world)
    await act(world, "hana", "schedule")
    heard = await world.says("hana", "明天")

    hours = [one.split()[-1] for one in labels(heard, "hana") if "明天" in one]
    assert hours == ["09:00–11:00", "11:00–13:00", "16:00–18:00", "18:30–20:30"]


async def test_too_soon(world: World):
    """Nobody is booked within the lead time, typed or tapped late; what comes after it can be had."""
    await accepted(world)
    world.watch.now = at(23, 10.5)
    await act(world, "hana", "schedule")
    heard = await world.says("hana", "今天11点到13点")
    assert phrase(world, "form-window-soon", minutes=60) in to(heard, "hana")
    world.watch.now = at(23, 13.1)
    heard = await world.says("hana", "2026-11-23T06:00:00+00:00/2026-11-23T08:00:00+00:00")
    assert phrase(world, "form-window-soon", minutes=60) in to(heard, "hana")
    assert labels(heard, "hana")[0] == label(world, 23, 16)
    assert (await world.request()).window is None


@pytest.mark.parametrize("who", ["hana", "zhang", "sam"])
async def test_nobody_moves_a_visit_to_a_closed_day(world: World, who: str):
    """On a day off nobody comes, whoever asks: the homeowner, the installer, staff."""
    await scheduled(world)
    world.watch.now = datetime(2026, 12, 25, 1, tzinfo=UTC)
    before = (await world.request()).window
    await (rarely if who == "sam" else act)(world, who, "reschedule")
    chat = GROUP if who == "sam" else ""
    heard = await world.says(who, "1月1日上午", chat=chat)
    assert phrase(world, "form-window-closed") in to(heard, chat or who)
    assert not any("1月1日" in one for one in labels(heard, chat or who))
    assert (await world.request()).window == before


async def test_beyond_the_last_day(world: World):
    """A day that is too far away is refused with what can be had, and so is one that is over."""
    await accepted(world)
    await act(world, "hana", "schedule")
    for said in ("12月8日上午", "2026-11-22T01:00:00+00:00/2026-11-22T03:00:00+00:00"):
        heard = await world.says("hana", said)
        assert phrase(world, "form-window-range", days=14) in to(heard, "hana")
        assert "–" in labels(heard, "hana")[0]
    await world.says("hana", "12月7日上午9点")
    assert (await world.request()).window == Span(at(37, 9), at(37, 11))


@pytest.mark.parametrize(
    "said", ["明天下午2点", "明天14点到16点", "2026-11-24T06:00:00+00:00/2026-11-24T08:00:00+00:00"]
)
async def test_an_appointment_typed_exactly_is_taken(world: World, said: str):
    """Who names an appointment as it is offered need not tap it."""
    await accepted(world)
    await act(world, "hana", "schedule")
    await world.says("hana", said)
    assert (await world.request()).window == Span(at(24, 14), at(24, 16))


async def test_a_visit_that_has_begun_before_the_reason_came(world: World):
    """Between the time and the reason the appointment may have begun: it is not moved there."""
    await scheduled(world)
    await act(world, "hana", "reschedule")
    await world.says("hana", "今天11点到13点")
    world.watch.now = at(23, 11.1)
    heard = await world.says("hana", "临时有事")
    assert phrase(world, "form-window-range", days=14) in to(heard, "hana")
    assert (await world.request()).reschedules == 0


@pytest.mark.parametrize("said", ["周末", "下周"])
async def test_several_days_may_be_wished_for(world: World, said: str):
    """A report's wish may be a weekend or next week: it is kept, and appointments within it are offered later."""
    await world.says("hana", "厨房水龙头一直滴水")
    while (await draft_of(world))["asked"] != "window":
        await pick(world, "hana")
    heard = await world.says("hana", said)
    assert phrase(world, "form-confirm") in labels(heard, "hana")


async def test_half_a_time_with_its_zone_is_no_time(world: World):
    """What only looks like a tapped time is read like other words, and nothing breaks."""
    await accepted(world)
    await act(world, "hana", "schedule")
    heard = await world.says("hana", "2026-11-24T06:00:00+00:00/2026-11-24T08:00:00")
    assert phrase(world, "form-window-which") in to(heard, "hana")
    assert (await world.request()).window is None


async def test_a_wish_of_years_is_too_long(world: World):
    """A report's wish is at most a week long."""
    await world.says("hana", "厨房水龙头一直滴水")
    while (await draft_of(world))["asked"] != "window":
        await pick(world, "hana")
    heard = await world.says("hana", "0001-01-01T00:00:00+00:00/9999-12-31T23:59:59+00:00")
    assert phrase(world, "form-window-long") in to(heard, "hana")
