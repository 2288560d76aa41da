"""Asking a platform for what is new: one worker of all asks, each chat keeps its order, and a stop is heard at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from domain.chat import Raw
from storage.database import Connection, Database
from storage.leases import Leases

T = TypeVar("T")

Receive = Callable[[Raw], Awaitable[object]]
"""Returns once a message is committed."""


class NotKept(Exception):
    """Something could not be stored now; the platform gives it out again."""


def unheard(at: datetime) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Who asks, by a lease of ``lease_s`` seconds: one worker of all. A SQLite file has one process, which need not
    wait for itself."""

    database: Database
    name: str
    worker: str
    lease_s: float

    async def mine(self, now: datetime) -> bool:
        """Whether it is this worker's, for as long as the lease from now."""
        return self.database.engine == "sqlite" or await self.database.transact(lambda on: self._take(on, now))

    async def _take(self, connection: Connection, now: datetime) -> bool:
        return await Leases(connection).take(self.name, self.worker, now, self.lease_s) is not None

    async def let_go(self, now: datetime) -> None:
        """Another worker may ask at once."""
        await self.database.transact(lambda connection: Leases(connection).drop(self.name, self.worker, now))


def in_lanes(raws: Iterable[Raw]) -> list[list[Raw]]:
    """The messages of each chat, in their order."""
    lanes: dict[str, list[Raw]] = {}
    for raw in raws:
        lanes.setdefault(raw.place.chat if raw.place else raw.id, []).append(raw)
    return list(lanes.values())


async def unless(stop: asyncio.Event, work: Awaitable[T], at_most_s: float | None = None) -> T | None:
    """The result of ``work``; None if ``stop`` or the end of the time came first, which ends it. Raises what ``work``
    raises."""
    task, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((task, stopped), timeout=at_most_s, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for one in (task, stopped):
            one.cancel()
        await asyncio.gather(task, stopped, return_exceptions=True)
