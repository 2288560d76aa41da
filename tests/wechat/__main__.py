"""The fake as a process of its own: it outlives the bots that are killed around it, and its journal with it.

Prints «ready ADDRESS» and the settings of an app that belongs to it once it listens, and ends on SIGTERM. Its clock is
the real one and what ``move`` adds.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from datetime import datetime, timedelta
from pathlib import Path

from tests.wechat.budget import NONE, WINDOWS
from tests.wechat.fake import FakeWechat, now
from tests.wechat.platform import Options
from tests.wechat.remote import door


class Moved:
    """Real time, some seconds ahead."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead


class Standing(FakeWechat):
    """With what only a process of its own needs."""

    async def move(self, seconds: float) -> None:
        """Let the platform's clock run ahead."""
        assert isinstance(self.clock, Moved)
        self.clock.ahead += timedelta(seconds=seconds)

    def entries(self, after: int = 0) -> list[str]:
        """Lines of the journal behind the first ``after``."""
        return [entry.line() for entry in self.journal.entries[after:]]

    def waiting(self) -> int:
        """How many acts are not answered and not given up."""
        return len(self.postman.pending)


async def serve(given: argparse.Namespace) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    options = Options(
        windows=NONE if given.no_limits else WINDOWS, answer_s=given.answer_s, ordered=not given.unordered
    )
    fake: Standing = Standing(
        clock=Moved(),
        options=options,
        journal=given.journal,
        seed=given.seed,
        port=given.port,
        strict=False,
        control=door(lambda: fake),
    )
    async with fake:
        if given.callback:
            fake.connect(given.callback)
        print(f"ready {fake.base_url}")
        print(f"app_id={fake.app_id} app_secret={fake.secret} token={fake.token} aes_key={fake.aes_key}", flush=True)
        await ended.wait()


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.wechat", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--callback", default="", help="where the app listens: http://127.0.0.1:8000/wechat")
    parser.add_argument("--journal", type=Path, help="file of JSON lines, appended to")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--answer-s", type=float, default=5.0, help="how long the platform waits for an answer")
    parser.add_argument("--no-limits", action="store_true", help="any number of messages for years after a message")
    parser.add_argument("--unordered", action="store_true", help="a person's acts overtake each other")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
