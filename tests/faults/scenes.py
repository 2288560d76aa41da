"""Workers, an outbox and strict platforms on a clock of their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import ceil

from bot.delivery import dead_letter
from bot.dispatcher import Dispatcher
from domain.chat import Line, Outbound, Place, Text
from messages import Catalogue, raise_fault
from storage.database import Connection
from storage.letters import DeadLetters
from storage.opening import open_database
from storage.outbox import Heard, Outbox, Posted
from tests.faults.strict import Strict
from tests.faults.virtual import Still, VirtualLoop

STAFF = Place("fake", "group-staff")
GRACE_S = {"sqlite": 0.0, "postgres": 0.0005}


def say(chat: str, channel: str = "fake", **more: object) -> Outbound:
    return Outbound(Place(channel, chat), (Line(Text("one")),), **more)


async def alarm(connection: Connection, row: Posted, code: str) -> Sequence[Outbound]:
    if row.outbound.to == STAFF:
        return []
    count = 1 + await DeadLetters(connection).together(row.outbound.to, code)
    return [dead_letter(row, code, STAFF, count)]


@dataclass
class Scene:
    """Workers on one outbox, each with a database connection of its own where the engine has several."""

    loop: VirtualLoop
    databases: list[Still]
    channels: dict[str, Strict]
    catalogue: Catalogue
    running: list[tuple[asyncio.Event, asyncio.Task[None]]] = field(default_factory=list)
    posted_s: dict[str, float] = field(default_factory=dict)
    causes: int = 0

    async def add(self, *outbounds: Outbound, heard: Heard | None = None) -> list[str]:
        """Owe these; their ids."""
        self.causes += 1
        cause, now = f"c{self.causes}", self.loop.clock()
        ids = [f"{cause}:{index}" for index, _ in enumerate(outbounds)]
        self.posted_s |= dict.fromkeys(ids, self.loop.time())
        await self.databases[0].transact(lambda connection: Outbox(connection).add(cause, outbounds, now, heard))
        return ids

    def start(self, **more: object) -> None:
        """One worker for each database."""
        for database in self.databases:
            stop = asyncio.Event()
            worker = Dispatcher(
                database, self.channels, self.catalogue, self.loop.clock, alarm=alarm, chance=lambda: 0.5, **more
            )
            self.running.append((stop, asyncio.create_task(worker.run(stop))))

    async def stop(self) -> None:
        """All workers end what they are at, and go."""
        for stop, _ in self.running:
            stop.set()
        await asyncio.gather(*[task for _, task in self.running])
        self.running = []

    async def until(self, count: int, restart_s: float = 1e9) -> None:
        """Until so many messages have arrived; every ``restart_s`` all workers are replaced."""
        channel, restart_at = self.channels["fake"], restart_s
        latest_s = self.loop.time() + 2 * count / 30 + 3600
        while channel.accepted < count:
            await asyncio.sleep(1)
            assert self.loop.time() < latest_s, await self.left()
            if self.loop.time() > restart_at:
                restart_at += restart_s
                await self.stop()
                self.start()

    async def left(self) -> list[tuple[object, ...]]:
        """What was not sent, and why."""
        columns = ("id", "chat", "state", "error_code", "tries", "copies", "due_at", "free_at", "attempts")

        async def look(connection: Connection) -> list[tuple[object, ...]]:
            rows = await connection.all(
                "SELECT o.id, o.chat, o.state, o.error_code, o.tries, o.copies, l.due_at, l.free_at, l.attempts"
                " FROM outbox o JOIN lanes l ON l.channel = o.channel AND l.chat = o.chat"
                " WHERE o.state IN ('due', 'dead') ORDER BY o.chat, o.seq LIMIT 20"
            )
            return [tuple(row[name] for name in columns) for row in rows]

        return await self.databases[0].read(look)

    def waits(self, ids: Collection[str]) -> list[float]:
        """How long each of these messages was under way, of those that have arrived, ascending."""
        sent = [one for channel in self.channels.values() for one in channel.sent if one.id in ids]
        return sorted(one.at_s - self.posted_s[one.id] for one in sent)

    async def arrived(self, ids: Collection[str], within_s: float = 3600) -> None:
        """Until all these messages have arrived."""
        latest_s = self.loop.time() + within_s
        while len(self.waits(ids)) < len(ids):
            await asyncio.sleep(1)
            assert self.loop.time() < latest_s, await self.left()


@asynccontextmanager
async def scene(loop: VirtualLoop, url: str, channels: Sequence[Strict], workers: int = 1) -> AsyncIterator[Scene]:
    with loop.standing():
        databases = [Still(await open_database(url, connections=3), loop) for _ in range(workers)]
    texts = {"zh-CN": {"one": "一"}, "en": {"one": "1"}}
    made = Scene(
        loop, databases, {one.name: one for one in channels}, Catalogue.load(extra=texts, on_fault=raise_fault)
    )
    try:
        yield made
        await made.stop()
    finally:
        for database in databases:
            await database.close()


def p99(waits: Sequence[float]) -> float:
    return waits[ceil(len(waits) * 0.99) - 1]
