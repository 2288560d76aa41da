"""A strict platform in this process: start, stop, waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from starlette.types import ASGIApp

from tests.platforms.journal import Entry, Journal
from tests.platforms.serving import Protocol, serving

Found = TypeVar("Found")

PATIENCE_S = 10.0


def now() -> datetime:
    return datetime.now(UTC)


class Fake:
    """Comes to its ``base_url`` between ``_open`` and ``_close``. A violation fails the block at its end, if it is
    ``strict``. ``clock`` is the platform's own."""

    def __init__(self, clock: Callable[[], datetime], journal: Journal, port: int, strict: bool) -> None:
        self.clock, self.journal, self.strict = clock, journal, strict
        self.base_url = ""
        self._port = port

    async def _open(self, app: ASGIApp) -> None:
        self.journal.__enter__()
        self._serving = serving(app, self._port, http=Protocol, timeout_graceful_shutdown=1)
        self.base_url = await self._serving.__aenter__()

    async def _close(self, failed: bool) -> None:
        await self._serving.__aexit__(None, None, None)
        self.journal.__exit__(None, None, None)
        if self.strict and not failed:
            assert not self.violations, self.violations

    @property
    def violations(self) -> list[Entry]:
        """What the bot did that it must never do."""
        return self.journal.of("violation")

    async def until(self, found: Callable[[], Found], seconds: float = PATIENCE_S) -> Found:
        """Wait until something is found, looking again whenever anything has happened here.

        Raises:
            AssertionError: it was not in time, with the end of the journal.
        """
        try:
            async with asyncio.timeout(seconds):
                while not (value := found()):
                    await self.journal.news()
                return value
        except TimeoutError:
            latest = "\n".join(entry.line() for entry in self.journal.entries[-20:])
            raise AssertionError(f"waited {seconds} s in vain; lately:\n{latest}") from None
