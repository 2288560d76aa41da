"""Fork, work, kill -9, again: the product under a platform that never tires, and what became of everything."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from bot.app import make_catalogue
from bot.config import Settings, load_company
from tests.faults.canaries import ask
from tests.faults.installation import ROOT, plain, prepare, settings_of
from tests.faults.journal import Journal
from tests.faults.people import People
from tests.faults.platform import Line, Platform
from tests.faults.watch import SharedWatch

LIFE_S = (0.002, 0.150)
KILL_MAX_S = 5.0
PATIENCE_S = 60.0
OWED_MAX = 30
STARTING = 0.15  # of the kills hit a process that does not serve yet
LONGER, ACKS, LONGER_MAX_S = 0.2, 10, 3.0  # of the lives last until something was done, then as long as the others
QUIET_S, LEAP_S, UPDATE_MAX_S = 0.2, 61, 0.02
OPENING_MAX_S, FILED = 40.0, 3
JUMPS_S = (0, 0, 1, 5, 20, 61, 61, 61, 61, 130, 600, 3600)  # what goes by while nobody is there


@dataclass
class Figures:
    """What a run was."""

    seed: int
    engine: str
    kills: int = 0
    updates: int = 0
    deliveries: int = 0
    sends: int = 0
    recoveries_s: list[float] = field(default_factory=list)
    drained_s: float = 0.0
    took_s: float = 0.0

    def __str__(self) -> str:
        slow = f"{max(self.recoveries_s):.2f} s, median {statistics.median(self.recoveries_s):.2f} s"
        return (
            f"seed {self.seed} on {self.engine}: {self.kills} kills in {self.took_s:.0f} s, {self.updates} updates"
            f" delivered {self.deliveries} times, {self.sends} sends; slowest start {slow}; drained in"
            f" {self.drained_s:.1f} s"
        )


class Nursery:
    """The warm process and the one that it has forked now."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.pid = 0

    @classmethod
    async def open(cls, settings: Settings, folder: Path, line: Path) -> Nursery:
        given = folder / "settings.json"
        given.write_text(json.dumps({name: plain(value) for name, value in settings}, default=str))
        command = [sys.executable, "-m", "tests.faults.nursery", str(given), str(folder), str(line)]
        pipe = asyncio.subprocess.PIPE
        nursery = cls(await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, cwd=ROOT))
        assert await nursery._number() == 0
        return nursery

    async def fork(self) -> int:
        """Start a process; its number."""
        assert self.process.stdin
        self.process.stdin.write(b"f")
        self.pid = await self._number()
        return self.pid

    async def end(self, number: signal.Signals) -> None:
        """Send a signal and wait for the end."""
        os.kill(self.pid, number)
        assert await self._number() == -self.pid

    async def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        await self.process.wait()

    async def _number(self) -> int:
        assert self.process.stdout
        async with asyncio.timeout(PATIENCE_S):
            return int(await self.process.stdout.readline())


class Run:
    """One run over one database, with ``workers`` processes at a time."""

    def __init__(self, platform: Platform, people: People, nurseries: list[Nursery], dice: Random, figures: Figures):
        self.platform = platform
        self.people = people
        self.nurseries = nurseries
        self.dice = dice
        self.figures = figures
        self.pages = ""

    async def kill(self, count: int) -> None:
        """So many kills, then one life until everything is at its end."""
        began = time.monotonic()
        async with asyncio.timeout(PATIENCE_S + KILL_MAX_S * count):
            for number in range(count // len(self.nurseries)):
                await asyncio.gather(*[self._life(nursery, opening=number == 0) for nursery in self.nurseries])
                self.platform.watch.jump(self.dice.choice(JUMPS_S))  # a leap while somebody sends would end their lease
        await self._drain(self.nurseries[0])
        journal = self.platform.journal
        self.figures.updates = len(self.platform.updates)
        self.figures.deliveries = sum(1 for _ in journal.of("delivered"))
        self.figures.sends = sum(1 for _ in journal.of("sent"))
        self.figures.took_s = time.monotonic() - began

    async def start(self, nursery: Nursery) -> Line:
        """A process that serves."""
        began = time.monotonic()
        return await self._ready(await nursery.fork(), began)

    async def heard(self, line: Line) -> float:
        """How long it takes until an update that is made now is acknowledged; it is delivered again and again."""
        began = time.monotonic()
        update = self.platform.make(self.people.body("hana", "hana", text="好"))
        async with asyncio.timeout(PATIENCE_S):
            while update in self.platform.owed:
                self.platform.deliver(update, line)
                await asyncio.sleep(0.05)
        return time.monotonic() - began

    async def taken(self, more: int) -> None:
        """Until so many updates more have been acknowledged, or some seconds are over."""
        wanted = len(self.platform.updates) - len(self.platform.owed) + more
        until = time.monotonic() + LONGER_MAX_S
        while len(self.platform.updates) - len(self.platform.owed) < wanted and time.monotonic() < until:
            await asyncio.sleep(0.01)

    async def _filed(self) -> None:
        """Until there are some requests to speak of, or patience ends: a kill among them says more."""
        until, journal = time.monotonic() + OPENING_MAX_S, self.platform.journal
        while len(self.platform.chats.filed) < FILED and time.monotonic() < until:
            known = len(journal.facts)
            await asyncio.sleep(0.05)
            if len(journal.facts) == known:
                self.platform.watch.jump(1)  # not while messages are under way: on a slow machine they lose their lease

    async def _life(self, nursery: Nursery, opening: bool) -> None:
        moment_s, early = self.dice.uniform(*LIFE_S), self.dice.random() < STARTING and not opening
        began = time.monotonic()
        pid = await nursery.fork()
        feeding = None
        if not early:
            line = await self._ready(pid, began)
            feeding = asyncio.create_task(self.feed(line))
            if opening:
                await self._filed()
            elif self.dice.random() < LONGER:
                await self.taken(ACKS)
        await asyncio.sleep(moment_s)
        await nursery.end(signal.SIGKILL)
        if feeding:
            await ended(feeding)
            await line.ended.wait()
        self.figures.kills += 1
        self.platform.journal.note("broke", pid=pid)

    async def _ready(self, pid: int, began: float) -> Line:
        line = await self.platform.ready(pid)
        self.figures.recoveries_s.append(time.monotonic() - began)
        self.platform.journal.note("ready", pid=pid)
        return line

    async def feed(self, line: Line) -> None:
        """What is owed first, in any order; then news, some of it twice, and now and then something old once more."""
        owed = self.platform.owed
        self.dice.shuffle(owed)
        for update in owed:
            self._hand(update, line)
        while True:
            if len(self.platform.owed) < OWED_MAX:
                for body in self.people.next():
                    self._hand(self.platform.make(body), line)
            if self.platform.updates and self.dice.random() < 0.10:
                self._hand(self.dice.choice(self.platform.updates), line)
            await asyncio.sleep(self.dice.choice((0, 0, 0.001, 0.004, 0.008)))

    def _hand(self, update: Any, line: Line) -> None:
        lines = list(self.platform.lines.values())
        if self.dice.random() < 0.02:
            return  # the platform is late with this one
        for _ in range(self.dice.choice((1, 1, 1, 1, 1, 1, 1, 2, 3))):
            self.platform.deliver(update, self.dice.choice([line, *lines]))

    async def _drain(self, nursery: Nursery) -> None:
        await self.finish(nursery, await self.start(nursery))

    async def finish(self, nursery: Nursery, line: Line) -> None:
        """Let a process work until everything is at its end, and end it."""
        began = time.monotonic()
        async with asyncio.timeout(PATIENCE_S + len(self.platform.updates) * UPDATE_MAX_S):
            while owed := self.platform.owed:
                for update in owed:
                    self.platform.deliver(update, line)
                await asyncio.sleep(QUIET_S)
            while await self._waits(line):
                known = len(self.platform.journal.facts)
                await asyncio.sleep(QUIET_S)
                if len(self.platform.journal.facts) == known:
                    self.platform.watch.jump(LEAP_S)  # a message under way would lose its lease
        self.pages = await ask(line.port)
        await nursery.end(signal.SIGTERM)
        self.figures.drained_s = time.monotonic() - began

    async def _waits(self, line: Line) -> int:
        line.tell(idle=1)
        return await line.idle.get()


async def ended(task: asyncio.Task[None]) -> None:
    """Cancel what never ends by itself; a fault of its own is raised here."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@asynccontextmanager
async def opened(url: str, folder: Path, seed: int, workers: int = 1) -> AsyncIterator[Run]:
    """A run that is ready to begin; its processes are gone at the end of the block."""
    dice = Random(seed)
    settings, journal, watch = settings_of(folder, url), Journal(folder / "journal"), SharedWatch(folder / "watch")
    await prepare(url)
    platform = Platform(journal, watch, dice, Whims(dice))
    people = People(platform.chats, make_catalogue(load_company(ROOT / "company.toml")), dice)
    line = folder / "line"
    await platform.open(line)
    nurseries = [await Nursery.open(settings, folder, line) for _ in range(workers)]
    try:
        yield Run(platform, people, nurseries, dice, Figures(seed, url.partition(":")[0]))
    finally:
        for nursery in nurseries:
            await nursery.close()
        await platform.close()
        journal.close()
        watch.close()


@dataclass
class Whims:
    """Now and then the platform refuses, or takes a message and fails to say so."""

    dice: Random

    def __call__(self, said: dict[str, Any]) -> dict[str, Any]:
        chance = self.dice.random()
        if chance < 0.01:
            return {"fault": "throttled", "retry_after_s": self.dice.choice((1, 5, 30))}
        if chance < 0.02:
            return {"fault": "500"}
        if chance < 0.025:
            return {"fault": "reset", "taken": True}
        return {}
