"""What is done about a message that cannot be read, or whose handling failed: counted, kept, said to somebody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog

from bot.budgets import open_window
from bot.parsing import Parsed
from domain.channel import Channel
from domain.chat import Kind, Line, Outbound, Priority, Text
from domain.errors import FetchFailed
from handlers.audience import tell_staff
from storage.database import Connection, Database
from storage.handing import Handed
from storage.outages import is_outage
from storage.store import Store

log = structlog.get_logger()

AWAY_TRIES_MAX = 60  # most of ten hours: the database came and went, and the message is not to blame


class Mishaps:
    """Counts failures. ``answering`` says on which of the channels an apology may be the answer in place."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        answering: frozenset[str],
    ) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock
        self._answering = answering

    async def failed(
        self,
        parsed: Parsed,
        bug: Exception,
        tries: int = 3,
        sorry: str = "sorry-later",
        silent: bool = False,
        seen: int | None = None,
        waits: bool = False,
    ) -> Handed | None:
        """Count an attempt that was undone, keep the message for the next one and say so to its sender, once.

        ``waits`` says that somebody waits for an answer in place, which is returned.
        """
        code, now = bug.code if isinstance(bug, FetchFailed) else type(bug).__name__, self._clock()
        log.error(
            "message.failed",
            channel=parsed.raw.channel,
            error=code,
            exc_info=None if isinstance(bug, FetchFailed) else bug,
        )

        async def count(connection: Connection) -> Handed | None:
            store = Store(connection)
            tries_max = AWAY_TRIES_MAX if is_outage(bug) else tries
            failure = await store.inbox.fail(parsed.raw, now, code, tries_max, seen)
            if failure.quarantined:
                await self._tell_quarantined(store, parsed, now)
            elif failure.attempts == 1:
                await self._open_window(store, parsed, (), now)
                if not silent:
                    await self._apologise(store, parsed, now, sorry)
            return await self.answer(store, parsed, now) if waits else None

        return await self._database.transact(count)

    async def set_aside(self, store: Store, parsed: Parsed, now: datetime) -> None:
        """Keep what will never be understood, and tell staff, once."""
        if await store.inbox.quarantine(parsed.raw, now, parsed.fault):
            await self._tell_quarantined(store, parsed, now)

    async def answer(self, store: Store, parsed: Parsed, now: datetime) -> Handed | None:
        """What was owed because of this message to where it came from, if it can be given in place."""
        return await store.handing.give(parsed.raw.id, parsed.place, now) if parsed.place else None

    async def _open_window(self, store: Store, parsed: Parsed, told: Sequence[Outbound], now: datetime) -> None:
        """What somebody did counts for the platform, whatever we made of it."""
        if parsed.inbound:
            await open_window(store, self._channels.get(parsed.raw.channel), parsed.inbound, told, now)

    async def _apologise(self, store: Store, parsed: Parsed, now: datetime, sorry: str) -> None:
        inbound = parsed.inbound
        if inbound and not (inbound.intent or inbound.event):
            card = f"sorry:{inbound.album}" if inbound.album else ""
            told = Outbound(
                inbound.place, (Line(Text(sorry)),), card=card, priority=Priority.HUMAN, thread=inbound.thread
            )
            await store.outbox.add(f"{parsed.raw.id}:sorry", [told], now)

    async def _tell_quarantined(self, store: Store, parsed: Parsed, now: datetime) -> None:
        told = await tell_staff(
            store, "", [Line(Text("staff-quarantined", {"channel": parsed.raw.channel}), Kind.ALERT)]
        )
        if parsed.place and parsed.raw.channel in self._answering:  # whose lane is taken after theirs
            await store.outbox.hold([parsed.place, *[one.to for one in told]])
        await store.outbox.add(f"{parsed.raw.id}:quarantined", told, now)
