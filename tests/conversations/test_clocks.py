"""The promise of a human answer, kept in business time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.conversations.steps import act, claimed, external, file, history, phrase, rarely, to
from tests.world import GROUP, World

REMINDED = ("clock-first-remind", {"id": "R-1001", "minutes": 5})
BROKEN = ("clock-first-breach", {"id": "R-1001", "minutes": 15})


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 by the company's clock."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def words(world: World, said: tuple[str, dict]) -> str:
    return phrase(world, said[0], **said[1])


async def test_a_reminder_then_the_manager(world: World):
    """The group is reminded at ten minutes; at fifteen managers hear of it, and the homeowner an honest word."""
    await file(world)
    assert await world.passes(minutes=9, seconds=59) == []
    heard = await world.passes(seconds=1)
    assert words(world, REMINDED) in to(heard, GROUP)
    assert {one.chat for one in heard} == {GROUP}
    heard = await world.passes(minutes=5)
    for chat in (GROUP, "max", "ada"):
        assert words(world, BROKEN) in to(heard, chat)
    assert phrase(world, "clock-first-sorry", phone=world.company.service_phone) in to(heard, "hana")
    assert await world.passes(hours=5) == []


async def test_a_broken_promise_escalates(world: World):
    """At fifteen minutes the request is marked for who leads, once, and the event says why; not at ten."""
    await file(world)
    await world.passes(minutes=10)
    assert (await world.request()).escalation == 0
    heard = await world.passes(minutes=5)

    assert (await world.request()).escalation == 1
    assert (await history(world))[-1].action == "unanswered"
    assert phrase(world, "fact-escalation", count=1) in to(heard, GROUP)


async def test_claiming_does_not_stop_it(world: World):
    """The bot's words and a claim are no human answer: the clock runs on."""
    await claimed(world)
    heard = await world.passes(minutes=10)
    assert words(world, REMINDED) in to(heard, GROUP)


@pytest.mark.parametrize("way", ["reply", "command", "called", "reject"])
async def test_a_humans_answer_stops_it(world: World, way: str):
    """A reply, /r, a call or a refusal with a reason stops the clock."""
    await file(world)
    if way == "reply":
        await world.says("sam", "您好", chat=GROUP, reply_to=await external(world, GROUP, "R-1001"))
    elif way == "command":
        await world.says("sam", "/r 1001 您好", chat=GROUP)
    elif way == "called":
        await act(world, "sam", "called")
    else:
        await rarely(world, "sam", "reject")
        await world.says("sam", "不在服务范围", chat=GROUP)
    assert await world.passes(hours=3) == []


async def test_an_answer_after_the_reminder(world: World):
    """Answered between ten and fifteen minutes, the manager is left in peace."""
    await file(world)
    await world.passes(minutes=12)
    await world.says("sam", "/r 1001 您好", chat=GROUP)
    assert await world.passes(minutes=30) == []


@pytest.mark.parametrize(
    ("filed", "promised", "reminded"),
    [
        (shanghai(23, 22), shanghai(24, 9, 15), shanghai(24, 9, 10)),  # at night: the next opening
        (shanghai(23, 11, 50), shanghai(23, 13, 5), shanghai(23, 12)),  # over noon, when nobody answers
        (shanghai(28, 19, 55), shanghai(29, 9, 40), shanghai(29, 9, 35)),  # Saturday's end; Sunday opens later
    ],
)
async def test_business_hours(world: World, filed: datetime, promised: datetime, reminded: datetime):
    """Outside opening hours nothing runs, and the time that the homeowner is told is the real one."""
    world.watch.now = filed
    heard = await file(world, text="衣柜门关不上")
    assert phrase(world, "told-file-homeowner", id="R-1001", by=promised) in to(heard, "hana")
    before = (reminded - world.watch()).total_seconds() - 1
    assert words(world, REMINDED) not in to(await world.passes(seconds=before), GROUP)
    assert words(world, REMINDED) in to(await world.passes(seconds=1), GROUP)
    assert words(world, BROKEN) in to(await world.passes(seconds=(promised - reminded).total_seconds()), "max")


async def test_emergencies_do_not_wait_for_the_morning(world: World):
    """For an emergency fifteen minutes are fifteen minutes, day or night."""
    world.watch.now = shanghai(23, 3)
    heard = await file(world, text="厨房煤气漏了")
    due = world.watch() + timedelta(minutes=15)
    assert phrase(world, "told-file-homeowner", id="R-1001", by=due) in to(heard, "hana")
    heard = await world.passes(minutes=15)
    assert words(world, BROKEN) in to(heard, "max")


async def test_a_cancelled_request_is_nobodys_debt(world: World):
    """Who cancels is owed no answer."""
    await file(world)
    await act(world, "hana", "cancel")
    await world.says("hana", "不需要了，谢谢")
    assert await world.passes(hours=1) == []


async def test_a_timer_that_rings_twice_counts_once(world: World):
    """The same timer, handed over by two workers at once, is told once."""
    await file(world)
    world.watch.move(600)
    first = await world.timers.once()
    assert (first, await world.timers.once()) == (1, 0)
    assert len([one for one in await world.settle() if words(world, REMINDED) in one.text]) == 1
