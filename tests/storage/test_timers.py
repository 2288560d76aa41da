"""Timers: kept, moved, dropped, and fired exactly once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.channels.clock import Clock, raw
from domain.chat import Place, Raw
from domain.errors import Unparseable
from storage.boxes import Inbox
from storage.database import Connection, Database
from storage.opening import open_database
from storage.timers import Timer, Timers
from tests.fakes import START, Watch


def later(seconds: float):
    return START + timedelta(seconds=seconds)


async def wind(database: Database, id: str, seconds: float, intent: str = "request.remind", subject: str = "R-1"):
    await database.transact(lambda c: Timers(c).set(id, later(seconds), intent, subject, {"level": 1}))


async def due(database: Database, seconds: float = 10**6) -> list[str]:
    return [timer.id for timer in await database.read(lambda c: Timers(c).due(later(seconds), 100))]


async def test_timers_are_due_in_order_of_time(database: Database):
    """Those whose moment has come, the earliest first, with all they were given."""
    await wind(database, "b", 2)
    await wind(database, "a", 1)
    await wind(database, "c", 3)

    timers = await database.read(lambda c: Timers(c).due(later(2), 100))

    assert timers == [
        Timer("a", later(1), "request.remind", "R-1", {"level": 1}),
        Timer("b", later(2), "request.remind", "R-1", {"level": 1}),
    ]


async def test_a_timer_is_moved_by_setting_it_again(database: Database):
    """There is never more than one of an id."""
    await wind(database, "a", 1)
    await wind(database, "a", 50)

    assert (await due(database, 49), await due(database, 50)) == ([], ["a"])


async def test_timers_are_dropped_by_id_or_by_what_they_are_about(database: Database):
    """Of a subject only those of the named intents."""
    for id, intent, subject in (("a", "x", "R-1"), ("b", "y", "R-1"), ("c", "z", "R-1"), ("d", "x", "R-2")):
        await wind(database, id, 1, intent, subject)

    await database.transact(lambda c: Timers(c).drop_about("R-1", ("x", "y")))
    left = await due(database)
    await database.transact(lambda c: Timers(c).drop("c"))

    assert (left, await due(database)) == (["c", "d"], ["d"])


async def test_a_timer_that_was_moved_does_not_fire_at_its_old_time(database: Database):
    """Firing names the moment; whoever comes second gets nothing."""
    await wind(database, "a", 1)

    fired = [
        await database.transact(lambda c, moment=moment: Timers(c).fire("a", later(moment))) for moment in (2, 1, 1)
    ]

    assert fired == [False, True, False]


async def test_a_due_timer_arrives_as_a_message_exactly_once(database: Database, database_url: str, engine: str):
    """However many workers look at the clock, and however often."""
    other = database if engine == "sqlite" else await open_database(database_url, connections=2)
    watch, handled = Watch(), []

    def clock(own: Database) -> Clock:
        async def receive(raw: Raw) -> None:
            async def work(connection: Connection) -> bool:
                return await Inbox(connection).add(raw, watch()) and await Timers(connection).fire(
                    raw.body["timer"], START
                )

            if await own.transact(work):
                handled.append(raw)

        return Clock(own, receive, watch)

    for n in range(10):
        await wind(database, f"t{n}", 0)
    await wind(database, "early", 60)
    await asyncio.gather(*[clock(own).once() for own in (database, other, other)])
    await clock(database).once()
    if other is not database:
        await other.close()

    assert sorted(raw.body["timer"] for raw in handled) == [f"t{n}" for n in range(10)]
    message = clock(database).parse(handled[0])
    args = {"level": 1, "timer": handled[0].body["timer"], "due_at": START.isoformat()}
    assert (message.intent, message.subject, message.args) == ("request.remind", "R-1", args)
    assert (message.account, message.place) == ("", Place("clock", "clock"))
    assert await due(database) == ["early"]


async def test_a_timer_whose_message_failed_is_kept_for_its_replay(database: Database):
    """It stays until the replay used it up or gave up; one that was wound up anew meanwhile stays anyway."""

    async def receive(raw: Raw) -> None:
        await database.transact(lambda c: Inbox(c).fail(raw, START, "KeyError", attempts_max=2))
        if raw.body["timer"] == "again":
            await wind(database, "again", 60)

    await wind(database, "failing", 0)
    await wind(database, "again", 0)
    clock = Clock(database, receive, Watch())
    first, kept = await clock.once(), await due(database)
    second, left = await clock.once(), await due(database)

    assert (first, sorted(kept)) == (0, ["again", "failing"])
    assert (second, left) == (1, ["again"])


async def test_a_clock_stops_when_asked(database: Database):
    """It does not wait for its next look."""
    stop = asyncio.Event()
    stop.set()

    async def receive(raw: Raw) -> None:
        raise AssertionError

    await asyncio.wait_for(Clock(database, receive, Watch()).run(stop), 0.5)


async def test_the_clock_understands_timers_only(database: Database):
    """Anything else is refused as unparseable."""

    async def receive(raw: Raw) -> None:
        raise AssertionError

    clock = Clock(database, receive, Watch())
    timer = Timer("a", START, "x", "", {})

    assert raw(timer).id == f"clock:a:{START.isoformat()}"
    with pytest.raises(Unparseable):
        clock.parse(Raw("clock:1", "clock", {}))
