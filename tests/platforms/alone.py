"""A fake as a process of its own: it outlives the bots that are killed around it, and its journal with it.

Prints «ready ADDRESS» once it listens, and ends on SIGTERM. Its clock is the real one and what ``move`` adds.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from tests.platforms.fake import Fake, now


class Moved:
    """Real time, some seconds ahead."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead


class Alone(Fake):
    """With what only a process of its own needs."""

    async def move(self, seconds: float) -> None:
        """Let the platform's clock run ahead."""
        assert isinstance(self.clock, Moved)
        self.clock.ahead += timedelta(seconds=seconds)

    def entries(self, after: int = 0) -> list[str]:
        """Lines of the journal behind the first ``after``."""
        return [entry.line() for entry in self.journal.entries[after:]]


class Opens(AbstractAsyncContextManager[Any], Protocol):
    """A fake that can be opened."""

    base_url: str


def arguments(name: str) -> argparse.ArgumentParser:
    """What every fake takes on its command line."""
    parser = argparse.ArgumentParser(f"python -m {name}", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--journal", type=Path, help="file of JSON lines, appended to")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-limits", action="store_true", help="any number of messages at any time")
    return parser


def given_to(arguments: argparse.Namespace) -> dict[str, Any]:
    """What every fake is made with."""
    taken = {name: getattr(arguments, name) for name in ("port", "journal", "seed")}
    return {"clock": Moved(), "strict": False, **taken}


async def stand(fake: Opens, told: Callable[[], str] = str) -> None:
    """Until somebody ends it; ``told`` is printed behind the address."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with fake:
        print(f"ready {fake.base_url}\n{told()}".rstrip(), flush=True)
        await ended.wait()
