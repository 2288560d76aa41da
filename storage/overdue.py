"""What has waited for as long as it may while nothing is sent: the platform pauses, is down, or puts it off."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.channel import Window
from domain.chat import Priority
from storage.database import Row
from storage.lanes import Claimed, Lanes, Price, capped
from storage.limits import later
from storage.ways import DETOUR, SINCE, WINDOW

AT_ONCE = 32
"""How many lanes are given up in one transaction."""


@dataclass(frozen=True, slots=True)
class Late:
    """The ``chats`` in which something has waited for too long, and when it may be so for another: None for never."""

    chats: Sequence[str]
    next_at: datetime | None


class Overdue(Lanes):
    """Repository of lanes in which somebody waits, on a channel with windows; for who sends."""

    async def look(
        self, channel: str, now: datetime, lease_s: float, patience: tuple[float, float], down: bool
    ) -> Late:
        """Where nobody is at work and nothing is tried within a lease. ``patience`` is in seconds, for what a human
        says and for news; ``down`` says that the channel does not answer."""
        idle = down or await self._paused(channel, now, lease_s)
        rows = await self._connection.all(
            'SELECT w.chat, w.due_at AS "due_at [TIMESTAMPTZ]",'
            ' min(CASE WHEN w.priority <= :human THEN w.since END) AS "human [TIMESTAMPTZ]",'
            ' min(CASE WHEN w.priority > :human THEN w.since END) AS "status [TIMESTAMPTZ]" FROM (SELECT l.chat,'
            f" l.due_at, o.priority, COALESCE({SINCE}, o.posted_at) AS since"
            " FROM lanes l JOIN outbox o ON o.channel = l.channel AND o.chat = l.chat AND o.seq > l.sent_seq"
            " WHERE l.channel = :channel AND l.due_at IS NOT NULL AND NOT l.is_group AND (:idle OR NOT l.asleep)"
            " AND o.state = 'due' AND o.priority <> :campaign) w GROUP BY w.chat, w.due_at",
            channel=channel,
            human=int(Priority.HUMAN),
            campaign=int(Priority.CAMPAIGN),
            idle=idle,
            detour=DETOUR,
            window=WINDOW,
        )
        dues = [(_deadline(row, patience), row) for row in rows]
        leased = later(now, lease_s)
        chats = [
            row["chat"]
            for due, row in sorted(dues, key=lambda one: one[0])
            if due <= now and (row["due_at"] > leased or (idle and row["due_at"] <= now))
        ]
        return Late(chats[:AT_ONCE], min((due for due, _ in dues if due > now), default=None))

    async def take(
        self,
        channel: str,
        chats: Collection[str],
        now: datetime,
        lease_s: float,
        windows: Sequence[Window],
        price: Price | None,
    ) -> Sequence[Claimed]:
        """Claim the first message of each of these, as ``late``, where still nobody is at work. Nothing is spent."""
        lanes = await self._connection.all(
            "SELECT channel, chat, sent_seq, attempts, spent, is_group, locale, blocked, topics FROM lanes"
            " WHERE channel = :channel AND chat IN (SELECT value FROM json_each(:chats))"
            " AND (due_at > :leased OR due_at <= :now)" + self._connection.skip_locked,
            channel=channel,
            chats=list(chats),
            now=now,
            leased=later(now, lease_s),
        )
        if not lanes:
            return []
        until = later(now, lease_s)
        heads = await self._heads(lanes, now, until)
        heads = await self._with_windows(lanes, heads, now, capped(price, max(window.count for window in windows)))
        await self._connection.each(
            "UPDATE lanes SET due_at = :until, attempts = attempts + 1, asleep = FALSE"
            " WHERE channel = :channel AND chat = :chat",
            [{"channel": channel, "chat": chat, "until": until} for chat in heads],
        )
        return [replace(head, late=True, paid=None) for head in heads.values()]

    async def _paused(self, channel: str, now: datetime, lease_s: float) -> bool:
        """Whether the platform asked everyone to wait for longer than a lease; what our own limits hold back is not."""
        row = await self._connection.one("SELECT free_at FROM limits WHERE scope = :scope", scope=channel)
        return row is not None and bool(row["free_at"] > later(now, lease_s))


def _deadline(row: Row, patience: tuple[float, float]) -> datetime:
    waits: list[datetime] = [
        since + timedelta(seconds=seconds)
        for since, seconds in zip((row["human"], row["status"]), patience, strict=True)
        if since is not None
    ]
    return min(waits)
