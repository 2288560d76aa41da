"""Files that lie with a platform, had from there a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from domain.channel import Channel, Fetches
from domain.chat import Raw

FETCHES_AT_ONCE = 16
FETCH_TRIES_MAX = 6
"""Within some half an hour; then the message is handled without its files, and the sender told."""

LOST = "lost"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a message waits for its turn to be fetched, and how long the fetching may take; together they have to
    leave some of the lease on the message for what comes after."""

    turn_s: float = 10.0
    fetch_s: float = 40.0


PATIENCE = Patience()


class Fetching:
    """Fetches for those channels whose files lie with the platform."""

    def __init__(self, channels: Mapping[str, Channel], patience: Patience = PATIENCE) -> None:
        self.patience = patience
        self._fetchers = {name: one for name, one in channels.items() if isinstance(one, Fetches)}
        self._free = asyncio.Semaphore(FETCHES_AT_ONCE)

    def remote(self, raw: Raw) -> bool:
        """Whether files of this message are still to be had."""
        fetcher = self._fetchers.get(raw.channel)
        return fetcher is not None and fetcher.remote(raw)

    async def fetch(self, raw: Raw) -> Raw | None:
        """The message with its files; None if too much is fetched already.

        Raises:
            Whatever the adapter raises, and TimeoutError if it takes too long.
        """
        try:
            async with asyncio.timeout(self.patience.turn_s):
                await self._free.acquire()
        except TimeoutError:
            return None
        try:
            async with asyncio.timeout(self.patience.fetch_s):
                return await self._fetchers[raw.channel].fetch(raw)
        finally:
            self._free.release()
