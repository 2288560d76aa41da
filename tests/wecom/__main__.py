"""The fake as a process of its own: it outlives the bots that are killed around it, and its journal with it.

Prints «ready ADDRESS» once it listens, and ends on SIGTERM. Its clock is the real one and what ``move`` adds.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from datetime import datetime, timedelta
from pathlib import Path

from tests.wecom.courier import Delivery
from tests.wecom.fake import FakeWecom, now
from tests.wecom.limits import NO_LIMITS
from tests.wecom.platform import Options
from tests.wecom.remote import door


class Moved:
    """Real time, some seconds ahead."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead


class Standing(FakeWecom):
    """With what only a process of its own needs."""

    async def move(self, seconds: float) -> None:
        """Let the platform's clock run ahead."""
        assert isinstance(self.clock, Moved)
        self.clock.ahead += timedelta(seconds=seconds)

    def entries(self, after: int = 0) -> list[str]:
        """Lines of the journal behind the first ``after``."""
        return [entry.line() for entry in self.journal.entries[after:]]


async def serve(given: argparse.Namespace) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    delivery = Delivery(
        answer_max_s=given.answer_max_s, ordered=not given.unordered, repeats=given.repeats, seed=given.seed
    )
    fake: Standing = Standing(
        clock=Moved(),
        options=Options(limits=NO_LIMITS) if given.no_limits else Options(),
        delivery=delivery,
        journal=given.journal,
        seed=given.seed,
        port=given.port,
        strict=False,
        control=door(lambda: fake),
    )
    async with fake:
        print(f"ready {fake.base_url}", flush=True)
        await ended.wait()


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.wecom", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--journal", type=Path, help="file of JSON lines, appended to")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-limits", action="store_true", help="any number of messages at any time")
    parser.add_argument("--unordered", action="store_true", help="one person's callbacks overtake each other")
    parser.add_argument("--repeats", type=float, default=0.0, help="chance that a callback comes twice")
    parser.add_argument("--answer-max-s", type=float, default=5.0, help="how long a callback waits for its answer")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
