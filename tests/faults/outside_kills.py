"""Kills with real platforms around: strict fakes over real HTTP deliver what people do, and take what is sent."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from bot.app import make_catalogue
from bot.config import load_company
from domain.chat import Text
from tests.fakes import START
from tests.faults.crowd import Crowd
from tests.faults.installation import ROOT, settings_of
from tests.faults.journal import Journal
from tests.faults.kills import (
    ACKS,
    FILED,
    LIFE_S,
    LONGER,
    LONGER_MAX_S,
    OPENING_MAX_S,
    STARTING,
    Figures,
    Nursery,
    ended,
)
from tests.faults.people import EAGER, NEVER
from tests.faults.platform import Line, Platform
from tests.faults.watch import SharedWatch

TICK_S = 0.02
FAST = 20
"""So many times faster goes the clock than time: the platforms take a few messages a minute in a chat."""

TRAVEL_S = 0.05
"""What a process had said when it was killed arrives before the next one begins."""

QUIET_S, STILL, LEAP_S, DRAIN_MAX_S = 0.25, 3, 30, 180.0
QUIET_MAX = 40
"""After so many leaps in which nothing happened, people say something: what waits for that goes on."""

JUMPS_S = (1, 61, 61, 130, 600)


class Around(Protocol):
    """Everything outside of the product: platforms, their journals, and the people on them."""

    @property
    def crowd(self) -> Crowd: ...

    def entries(self) -> int:
        """How much was written down so far."""

    def acknowledged(self) -> int:
        """How much of what people did was taken."""

    def pending(self) -> bool:
        """Whether something that people did is on its way."""

    async def begins(self, line: Line) -> None:
        """A process serves at this port."""

    async def acts(self) -> None:
        """Somebody does something."""

    async def nudge(self) -> None:
        """Those for whom something waits do something."""

    def tally(self, figures: Figures) -> None:
        """Count what was done and sent."""


class Run:
    """Kills of one process with such platforms before it. ``lives`` are what ``around`` had written down, and the time
    on the platforms' clock, as each process began."""

    def __init__(self, around: Around, control: Platform, nursery: Nursery, figures: Figures) -> None:
        self.around = around
        self.control = control
        self.nursery = nursery
        self.figures = figures
        self.lives: list[int] = []
        self.moments: list[Any] = []

    async def kill(self, count: int) -> None:
        """So many kills, then one life until everything is at its end."""
        began = time.monotonic()
        for number in range(count):
            await self._life(opening=number == 0)
            self.control.watch.jump(self.around.crowd.dice.choice(JUMPS_S))
        await self._drain()
        self.figures.kills = count
        self.around.tally(self.figures)
        self.figures.took_s = time.monotonic() - began

    async def _life(self, opening: bool) -> None:
        dice = self.around.crowd.dice
        moment_s, early = dice.uniform(*LIFE_S), dice.random() < STARTING and not opening
        pid, began = await self._born()
        acting = None
        if not early:
            await self._ready(pid, began)
            acting = asyncio.create_task(self._act())
            if opening:
                await self._filed()
            elif dice.random() < LONGER:
                await self._taken(ACKS)
        await asyncio.sleep(moment_s)
        await self.nursery.end(signal.SIGKILL)
        if acting:
            await ended(acting)
        await asyncio.sleep(TRAVEL_S)

    async def _born(self) -> tuple[int, float]:
        self.moments.append(self.control.watch())
        pid, began = await self.nursery.fork(), time.monotonic()
        self.lives.append(self.around.entries())
        return pid, began

    async def _filed(self) -> None:
        """Until there are some requests to speak of, or patience ends: a kill among them says more."""
        until = time.monotonic() + OPENING_MAX_S
        while len(self.around.crowd.filed()) < FILED and time.monotonic() < until:
            await asyncio.sleep(0.1)
        self.around.crowd.begun = True

    async def _taken(self, more: int) -> None:
        wanted, until = self.around.acknowledged() + more, time.monotonic() + LONGER_MAX_S
        while self.around.acknowledged() < wanted and time.monotonic() < until:
            await asyncio.sleep(0.01)

    async def _ready(self, pid: int, began: float) -> Line:
        line = await self.control.ready(pid)
        self.figures.recoveries_s.append(time.monotonic() - began)
        await self.around.begins(line)
        return line

    async def _act(self) -> None:
        while True:
            await self.around.acts()
            await asyncio.sleep(TICK_S)
            self.control.watch.jump(TICK_S * FAST)

    async def _drain(self) -> None:
        pid, began = await self._born()
        line = await self._ready(pid, began)
        quiet = 0
        async with asyncio.timeout(DRAIN_MAX_S):
            while self.around.pending() or await self._waits(line):
                said = self.around.entries()
                await asyncio.sleep(QUIET_S)
                still = self.around.entries() == said
                quiet = quiet + 1 if still else 0
                # a leap while a message is under way would end its lease: time flies only where nothing happens
                self.control.watch.jump(LEAP_S if quiet >= STILL else QUIET_S * FAST)
                if quiet >= QUIET_MAX:
                    quiet = 0
                    await self.around.nudge()
        await self.nursery.end(signal.SIGTERM)
        self.figures.drained_s = time.monotonic() - began

    async def _waits(self, line: Line) -> int:
        line.tell(idle=1)
        return await line.idle.get()


Labels = tuple[frozenset[str], frozenset[str]]
"""What leads on, and what nobody presses."""


def labels() -> Labels:
    """Both as they stand on buttons."""
    catalogue = make_catalogue(load_company(ROOT / "company.toml"))
    leading = (*EAGER, "form-photos-done", "checks-all", "form-confirm")
    eager, never = [frozenset(catalogue.render("zh-CN", Text(id), START) for id in ids) for ids in (leading, NEVER)]
    return eager, never


@asynccontextmanager
async def running(
    url: str, folder: Path, watch: SharedWatch, around: Around, figures: Figures, **settings: Any
) -> AsyncIterator[Run]:
    """A run that is ready to begin, over a database which is prepared; its processes are gone at the end."""
    journal = Journal(folder / "journal")
    control = Platform(journal, watch, around.crowd.dice)
    await control.open(folder / "line")
    nursery = await Nursery.open(settings_of(folder, url, **settings), folder, folder / "line")
    try:
        yield Run(around, control, nursery, figures)
    finally:
        await nursery.close()
        await control.close()
        journal.close()
        watch.close()
