"""How much waits, for who watches over an installation: numbers without anybody's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.chat import nothing
from storage.database import Connection, Row

LANES_LOOKED_AT = 1000


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits to be sent on one channel.

    ``messages`` counts merged ones too. ``oldest_at`` is when the oldest message was posted, among the thousand lanes
    that are due first; None if nothing waits. ``held_until`` is when the platform allows the next send, None for now.
    """

    lanes: int = 0
    messages: int = 0
    oldest_at: datetime | None = None
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Levels:
    """All that is counted. ``inbox`` and ``dead`` never need a scan; ``requests`` are by state, from kept counters."""

    inbox: Mapping[str, int] = field(default_factory=nothing)
    dead: int = 0
    requests: Mapping[str, int] = field(default_factory=nothing)
    timers_due_since: datetime | None = None
    backlogs: Mapping[str, Backlog] = field(default_factory=dict)
    schema: int = 0


class Gauges:
    """Repository of numbers, over one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def levels(self, pushed: Sequence[str], now: datetime) -> Levels:
        """Everything at once; ``pushed`` are the channels that are sent to."""
        return Levels(
            inbox=await self._inbox(),
            dead=await self._count_dead(),
            requests=await self._requests(),
            timers_due_since=await self._timer_due(now),
            backlogs={channel: await self.backlog(channel, now) for channel in pushed},
            schema=await self._schema(),
        )

    async def inbox_due_since(self) -> datetime | None:
        """When the message was due that waits longest to be tried again; None if none waits."""
        row = await self._connection.one(
            "SELECT due_at FROM inbox WHERE state = 'failed' AND due_at IS NOT NULL ORDER BY due_at LIMIT 1"
        )
        return row["due_at"] if row else None

    async def backlog(self, channel: str, now: datetime) -> Backlog:
        """What waits to be sent on a channel."""
        lanes = await self._connection.one(
            "SELECT COUNT(*) AS lanes, CAST(COALESCE(SUM(last_seq - sent_seq), 0) AS BIGINT) AS messages"
            " FROM lanes WHERE channel = :channel AND due_at IS NOT NULL",
            channel=channel,
        )
        assert lanes is not None
        limit = await self._connection.one("SELECT free_at FROM limits WHERE scope = :channel", channel=channel)
        held = limit["free_at"] if limit and limit["free_at"] > now else None
        oldest = await self._oldest(channel) if lanes["lanes"] else None
        return Backlog(lanes["lanes"], lanes["messages"], oldest["posted_at"] if oldest else None, held)

    async def _oldest(self, channel: str) -> Row | None:
        return await self._connection.one(
            "SELECT o.posted_at FROM (SELECT channel, chat, sent_seq FROM lanes WHERE channel = :channel"
            " AND due_at IS NOT NULL ORDER BY priority, due_at LIMIT :limit) l JOIN outbox o"
            " ON o.channel = l.channel AND o.chat = l.chat AND o.seq = (SELECT MIN(f.seq) FROM outbox f"
            " WHERE f.channel = l.channel AND f.chat = l.chat AND f.seq > l.sent_seq AND f.state = 'due')"
            " ORDER BY o.posted_at LIMIT 1",
            channel=channel,
            limit=LANES_LOOKED_AT,
        )

    async def _inbox(self) -> dict[str, int]:
        # one statement for each: only then is the index of that state alone read
        failed = await self._connection.one("SELECT COUNT(*) AS number FROM inbox WHERE state = 'failed'")
        aside = await self._connection.one("SELECT COUNT(*) AS number FROM inbox WHERE state = 'quarantined'")
        return {"failed": failed["number"] if failed else 0, "quarantined": aside["number"] if aside else 0}

    async def _count_dead(self) -> int:
        row = await self._connection.one("SELECT COUNT(*) AS number FROM outbox WHERE state = 'dead'")
        return int(row["number"]) if row else 0

    async def _requests(self) -> dict[str, int]:
        rows = await self._connection.all("SELECT name, value FROM counters WHERE name LIKE 'state:%'")
        return {row["name"].removeprefix("state:"): row["value"] for row in rows}

    async def _timer_due(self, now: datetime) -> datetime | None:
        row = await self._connection.one(
            "SELECT due_at FROM timers WHERE due_at <= :now ORDER BY due_at LIMIT 1", now=now
        )
        return row["due_at"] if row else None

    async def _schema(self) -> int:
        row = await self._connection.one("SELECT number FROM schema_migrations ORDER BY number DESC LIMIT 1")
        return int(row["number"]) if row else 0
