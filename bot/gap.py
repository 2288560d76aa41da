"""Hours in which a channel may have let go of messages, because nobody here was there to take them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from domain.channel import Channel
from domain.chat import Kind, Line, Outbound, Text
from handlers.notices import tell_admins, tell_staff
from storage.database import Connection, Database
from storage.store import Store

log = structlog.get_logger()

ALIVE = "alive"


async def gap(database: Database, channels: Mapping[str, Channel], clock: Callable[[], datetime]) -> int:
    """How many channels have let go of something; to be called at the start, and now and then as a sign of life.

    A channel with ``kept_s`` keeps what it could not deliver for so many seconds. What it got between our last sign of
    life and ``kept_s`` before now is gone; staff and admins are told these hours, once.
    """
    now = clock()
    keeping = {name: float(getattr(channel, "kept_s", 0)) for name, channel in channels.items()}
    lost = [
        name
        for name, kept_s in keeping.items()
        if kept_s and await _tell(database, name, now, timedelta(seconds=kept_s))
    ]
    await database.transact(lambda connection: Store(connection).leases.take(ALIVE, ALIVE, now, 0))
    for name in lost:
        log.warning("channel.gap", channel=name)
    return len(lost)


async def _tell(database: Database, channel: str, now: datetime, kept: timedelta) -> bool:
    until = now - kept

    async def work(connection: Connection) -> bool:
        store = Store(connection)
        since = await store.leases.until(ALIVE) or await store.inbox.last(channel)
        if since is None or since >= until:
            return False
        line = Line(Text("channel-gap", {"channel": channel, "from": since, "to": until}), Kind.ALERT)
        told: list[Outbound] = [*await tell_staff(store, "", [line]), *await tell_admins(store, line)]
        await store.outbox.add(f"gap:{channel}:{since.isoformat()}", told, now)
        return True

    return await database.transact(work)
