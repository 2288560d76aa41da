"""What several share is counted once, by all who share the database."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from domain.channel import Rate
from storage.database import Database
from storage.paces import Paces
from tests.fakes import Watch

RATES = (Rate("chat", 3, 60.0), Rate("chat", 5, 3600.0))


async def take(database: Database, watch: Watch, *scopes: str) -> float:
    return await database.transact(lambda each: Paces(each).take(scopes, RATES, watch()))


async def test_no_more_than_is_allowed_are_counted(database: Database) -> None:
    """Each limit holds; for how long there is no room is told to the second, and what had none is not counted."""
    watch = Watch()
    assert [await take(database, watch, "a") for _ in range(3)] == [0.0] * 3
    watch.move(20)
    assert [await take(database, watch, "a") for _ in range(3)] == [40.0] * 3
    watch.move(40)
    assert [await take(database, watch, "a") for _ in range(2)] == [0.0] * 2
    watch.move(60)
    assert await take(database, watch, "a") == 3600 - 120


async def test_all_or_none_are_counted(database: Database) -> None:
    """Of several, if one has no room nothing is counted for the others; a name that stands twice counts once."""
    watch = Watch()
    for _ in range(3):
        await take(database, watch, "a", "a")
    assert await take(database, watch, "b", "a") == 60.0
    assert [await take(database, watch, "b") for _ in range(4)] == [0.0, 0.0, 0.0, 60.0]


async def test_who_counts_at_the_same_time_counts_together(database: Database) -> None:
    """Of many at once, over the same names in any order, no more have room than the limit allows."""
    watch = Watch()
    names = (("a", "b"), ("b", "a"), ("b",))
    found = await asyncio.gather(*[take(database, watch, *names[at % 3]) for at in range(12)])
    assert found.count(0.0) == 3


async def test_a_clock_that_was_set_back_holds_nobody_up(database: Database) -> None:
    """What lies ahead of it was just sent, as far as it can know."""
    watch = Watch()
    for _ in range(3):
        await take(database, watch, "a")
    watch.now -= timedelta(days=1)
    assert await take(database, watch, "a") == 60.0
    watch.move(60)
    assert await take(database, watch, "a") == 0.0
