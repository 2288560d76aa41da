"""What a platform allows: never more, and hardly less; on a clock of its own, through the process's real loops.

``SENDS`` is how many messages the long run sends.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil

import pytest

from bot.delivery import dead_letter
from bot.dispatcher import Dispatcher
from domain.channel import Rate
from domain.chat import Attachment, Line, Outbound, Place, Priority, Text
from domain.errors import Permanent, Throttled
from messages import Catalogue, raise_fault
from storage.database import Connection
from storage.letters import DeadLetters
from storage.opening import open_database
from storage.outbox import Heard, Outbox, Posted
from tests.faults.strict import TELEGRAM, Strict, soonest_s
from tests.faults.virtual import Still, VirtualLoop, run

SENDS = int(os.environ.get("SENDS", "100000"))
GROUP = Place("fake", "group")
STAFF = Place("fake", "group-staff")
GRACE_S = {"sqlite": 0.0, "postgres": 0.0005}


def say(chat: str, channel: str = "fake", **more: object) -> Outbound:
    return Outbound(Place(channel, chat), (Line(Text("one")),), **more)


async def alarm(connection: Connection, row: Posted, code: str) -> Sequence[Outbound]:
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
        while channel.accepted < count:
            await asyncio.sleep(1)
            if self.loop.time() > restart_at:
                restart_at += restart_s
                await self.stop()
                self.start()

    def waits(self, chats: Sequence[str], channel: str = "fake") -> list[float]:
        """How long each message to these chats was under way, ascending."""
        sent = self.channels[channel].sent
        return sorted(one.at_s - self.posted_s[one.id] for one in sent if one.chat in chats)


@asynccontextmanager
async def scene(
    loop: VirtualLoop, url: str, channels: Sequence[Strict], workers: int = 1
) -> AsyncIterator[Scene]:
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


def test_no_limit_is_broken_and_none_is_wasted(database_url: str, engine: str):
    """Through random pauses and restarts there is no early call and none too many, every message arrives once and
    in order, at 98 % of what the channel's limit allows, and for a group of 98 % of its own."""
    workers = 1 if engine == "sqlite" else 2
    count, chats = (SENDS, 3000) if engine == "sqlite" else (SENDS // 10, 300)
    channel = Strict(throttles=200)
    ids: dict[str, list[str]] = {}

    async def play(loop: VirtualLoop) -> None:
        async with scene(loop, database_url, [channel], workers) as made:
            for chat in [f"c{n}" for n in range(chats)]:
                ids[chat] = await made.add(*[say(chat)] * (count // chats))
            alarms = [say("group", priority=Priority.HUMAN)] * (count // 100)
            ids["group"] = await made.add(*alarms, heard=Heard(GROUP, group=True))
            made.start()
            await made.until(sum(map(len, ids.values())), restart_s=97)

    run(play, GRACE_S[engine])

    sent = defaultdict(list)
    for one in channel.sent:
        sent[one.chat].append(one.id)
    assert (channel.early, channel.over) == (0, 0)
    assert channel.refused > count / 400
    assert sent == ids
    # while most chats have something to say; a call that was refused has used the limit up too
    everybody = [at_s for at_s, _ in channel.calls[: len(channel.calls) * 9 // 10]]
    group = [at_s for at_s, chat in channel.calls if chat == "group"]
    everyone, own = channel.pauses["*"], channel.pauses["group"]
    print(soonest_s(TELEGRAM[:1], everyone, len(everybody)) / everybody[-1], soonest_s(TELEGRAM[1:], [*everyone, *own], len(group)) / group[-1])
    assert soonest_s(TELEGRAM[:1], everyone, len(everybody)) >= 0.98 * everybody[-1]
    assert soonest_s(TELEGRAM[1:], [*everyone, *own], len(group)) >= 0.98 * group[-1]
