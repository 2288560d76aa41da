"""Hours in which a channel may have let go of messages, because nobody here took them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog

from domain.channel import Channel, Keeps
from domain.chat import Kind, Line, Outbound, Text
from handlers.audience import tell_admins, tell_staff
from storage.database import Connection, Database
from storage.store import Store

log = structlog.get_logger()


async def gap(database: Database, channels: Mapping[str, Channel], now: datetime) -> int:
    """How many channels have let go of something; to be called now and then, and once more soon after a start.

    A channel that ``Keeps`` lets go of what it got between the moment in which somebody here last reached it and
    ``kept_s`` before it was reached again; staff and admins are told these hours, once. While it is not reached nothing
    is told: whether it lets go of anything shows when it is back.
    """
    reached = {name: channel for name, channel in channels.items() if isinstance(channel, Keeps)}
    lost = [name for name, channel in reached.items() if await _look(database, name, channel, now)]
    for name in lost:
        log.warning("channel.gap", channel=name)
    return len(lost)


async def _look(database: Database, name: str, channel: Keeps, now: datetime) -> bool:
    if channel.reached_at is None:
        return False
    kept = timedelta(seconds=channel.kept_s)
    return await database.transact(partial(_note, name, channel.reached_at, kept, now))


async def _note(channel: str, reached_at: datetime, kept: timedelta, now: datetime, connection: Connection) -> bool:
    """Keep when the channel was reached; True if it let go of something before that."""
    store, sign, until = Store(connection), f"reached:{channel}", reached_at - kept
    noted = await store.leases.until(sign)
    if noted is None or reached_at > noted:
        await store.leases.take(sign, sign, reached_at, 0)
    since = noted or await store.inbox.last(channel)
    if since is None or since >= until:
        return False
    line = Line(Text("channel-gap", {"channel": channel, "from": since, "to": until}), Kind.ALERT)
    told: list[Outbound] = [*await tell_staff(store, "", [line]), *await tell_admins(store, line)]
    await store.outbox.add(f"gap:{channel}:{since.isoformat()}", told, now)
    return True
