"""An event loop on whose clock days cost nothing: it stands still while a database works, and else jumps ahead.

Everything runs as it does in the process, ``asyncio.timeout`` and ``asyncio.sleep`` too; only nobody waits.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from storage.database import Database, Listener, Work
from tests.fakes import START

T = TypeVar("T")
STUCK_S = 30.0


class _Selector(selectors.DefaultSelector):
    """Says at once that so much time went by, unless something real is under way or happens within ``grace_s``."""

    def __init__(self, grace_s: float) -> None:
        super().__init__()
        self.grace_s = grace_s
        self.now_s = 0.0
        self.works = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return super().select(0)
        if self.works or timeout is None:
            events = super().select(STUCK_S)
            assert events, "nothing happens any more"
            return events
        events = super().select(self.grace_s)
        if not events:
            self.now_s += timeout
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """``grace_s`` is how long a jump waits for what is not counted as a work: the notices of PostgreSQL."""

    def __init__(self, grace_s: float = 0.0) -> None:
        self.real = _Selector(grace_s)
        super().__init__(self.real)

    def time(self) -> float:
        return self.real.now_s

    def clock(self) -> datetime:
        """The wall clock of this loop."""
        return START + timedelta(seconds=self.real.now_s)

    @contextmanager
    def standing(self):
        """Time stands still within the block."""
        self.real.works += 1
        try:
            yield
        finally:
            self.real.works -= 1


class Still:
    """A database during whose works no time goes by."""

    def __init__(self, database: Database, loop: VirtualLoop) -> None:
        self.database = database
        self.loop = loop
        self.engine = database.engine

    async def transact(self, work: Work[T]) -> T:
        with self.loop.standing():
            return await self.database.transact(work)

    async def read(self, work: Work[T]) -> T:
        with self.loop.standing():
            return await self.database.read(work)

    async def restructure(self, work: Work[T]) -> T:
        with self.loop.standing():
            return await self.database.restructure(work)

    def listen(self, listener: Listener) -> None:
        self.database.listen(listener)

    async def close(self) -> None:
        with self.loop.standing():
            await self.database.close()


def run(scene: Callable[[VirtualLoop], Coroutine[Any, Any, T]], grace_s: float = 0.0) -> T:
    """Play a scene from its beginning to its end on a clock of its own."""
    loop = VirtualLoop(grace_s)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(scene(loop))
