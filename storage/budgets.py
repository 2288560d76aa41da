"""What may still be sent to a person on a channel that lets us write only for a while after they did something.

Who changes a budget holds the lane of its chat first: an open budget is never passed over by a lane that goes to sleep.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString

from domain.channel import Window
from domain.chat import Outbound, Place
from storage.database import Connection, Row

LATEST = 20
"""How many of the newest messages are looked at for those which went after somebody had done something."""
AHEAD_S = 60.0
"""What went while we waited for the lane may bear a later time than ours."""

CONSENT = "consent/"
WINDOWS_ALONE: LiteralString = " AND act NOT LIKE 'consent/%'"
"""Beside the windows stands what a person has asked for, whatever is open: that is ``Consents``' to count."""

SLACK_S = 5.0
"""So much earlier a window counts as over: a call takes a moment, and two clocks differ."""


@dataclass(frozen=True, slots=True)
class Open:
    """A window that is open until ``until``, with ``count`` messages left in it."""

    act: str
    count: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """What may still be sent to somebody: ``count`` messages before ``until``, which is None where that is nothing."""

    count: int
    until: datetime | None = None

    def less(self, messages: int) -> Left:
        """What is left after so many more."""
        return Left(self.count - messages, self.until) if self.count > messages else Left(0)


SHUT = Left(0)


def cost(outbound: Outbound, most: int) -> int:
    """How many messages of a window it takes, where files bear no words and words are never too long for one; at most
    all that the largest window has."""
    said = bool(outbound.lines or outbound.buttons)
    return min(max(len(outbound.files) + said, 1), max(most, 1))


def payable(opened: Iterable[Open], cost: int) -> Open | None:
    """The window to take so many messages from: of those that have them the one which ends first."""
    return next((one for one in opened if one.count >= cost), None)


class Budgets:
    """Repository of budgets, over one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def open(self, place: Place, window: Window, since: datetime, now: datetime) -> None:
        """All of ``window`` may be sent, because of what the person did at ``since``; a later act of theirs stands,
        unless only a clock that was wrong, or a longer window of then, can have put its end so far ahead of ``now``.

        What we have sent between ``since`` and ``now``, before we heard of it, the platform has taken from it already.
        Another act of the same second gives back nothing while something is under way, which may come after both.
        """
        sent = await self._sent(place, since, now)
        await self._connection.run(
            "INSERT INTO budgets (channel, chat, act, count, until) VALUES (:channel, :chat, :act, :count, :until)"
            " ON CONFLICT (channel, chat, act) DO UPDATE SET until = excluded.until,"
            " count = CASE WHEN budgets.until = excluded.until AND budgets.count < excluded.count AND EXISTS (SELECT 1"
            " FROM outbox WHERE channel = :channel AND chat = :chat AND state = 'due' AND copies > 0)"
            " THEN budgets.count ELSE excluded.count END"
            " WHERE budgets.until <= excluded.until OR budgets.until > :latest",
            channel=place.channel,
            chat=place.chat,
            act=window.act,
            count=max(window.count - sent, 0),
            until=since + timedelta(seconds=window.lasts_s),
            latest=now + timedelta(seconds=window.lasts_s),
        )

    async def _sent(self, place: Place, since: datetime, now: datetime) -> int:
        """How many messages went there since then, as they were paid for; answers in place and notices cost nothing.

        Platforms tell only the second in which somebody did something. What went within it counts as well: to believe
        in one message too few is better than in one too many. What seems to have gone after ``now`` was told the time
        by a clock that was wrong.
        """
        row = await self._connection.one(
            "SELECT CAST(COALESCE(sum(cost), 0) AS BIGINT) AS sent FROM (SELECT cost, state, settled_at FROM outbox"
            " WHERE channel = :channel AND chat = :chat ORDER BY seq DESC LIMIT :latest) AS latest"
            " WHERE state = 'sent' AND settled_at > :after AND settled_at < :ahead",
            channel=place.channel,
            chat=place.chat,
            latest=LATEST,
            after=since,
            ahead=now + timedelta(seconds=AHEAD_S),
        )
        return int(row["sent"]) if row else 0

    async def wake(self, place: Place, now: datetime) -> None:
        """What waits there for a window goes now. Holds the lane until the commit, and makes it if there is none."""
        await self._connection.run(
            "INSERT INTO lanes (channel, chat, free_at) VALUES (:channel, :chat, :now)"
            " ON CONFLICT (channel, chat) DO UPDATE SET asleep = FALSE, due_at = CASE WHEN NOT lanes.asleep"
            " THEN lanes.due_at WHEN lanes.free_at > :now THEN lanes.free_at ELSE :now END",
            channel=place.channel,
            chat=place.chat,
            now=now,
        )
        self._connection.wake(place.channel, place.chat)

    async def opened(self, channel: str, chats: Sequence[str], now: datetime) -> dict[str, list[Open]]:
        """The windows of these chats that are open and not spent, the one that ends first before the others; held
        until the commit."""
        rows = await self._connection.all(
            "SELECT chat, act, count, until FROM budgets WHERE channel = :channel AND count > 0 AND until > :soon"
            " AND chat IN (SELECT value FROM json_each(:chats))"
            + WINDOWS_ALONE
            + " ORDER BY until, act"
            + self._connection.locked,
            channel=channel,
            chats=list(chats),
            soon=_soon(now),
        )
        found: dict[str, list[Open]] = {}
        for row in rows:
            found.setdefault(row["chat"], []).append(Open(row["act"], row["count"], row["until"]))
        return found

    async def spend(self, spent: Iterable[tuple[Place, Open, int]]) -> None:
        """So many messages of these windows, which were seen in this transaction, are sent."""
        await self._connection.each(
            "UPDATE budgets SET count = count - :cost WHERE channel = :channel AND chat = :chat AND act = :act"
            " AND until = :until",
            [{**_names(place, window), "cost": cost} for place, window, cost in spent],
        )

    async def give_back(self, place: Place, window: Open, cost: int) -> None:
        """They were not sent after all. ``window`` is as it was before; one that was opened anew since has them."""
        await self._connection.run(
            "UPDATE budgets SET count = count + :cost WHERE channel = :channel AND chat = :chat AND act = :act"
            " AND until = :until AND count + :cost <= :before",
            **_names(place, window),
            cost=cost,
            before=window.count,
        )

    async def charge(self, place: Place, window: Open, cost: int) -> None:
        """They were sent, and paid by ``window``. Where that was opened anew meanwhile, the platform may have taken
        them from what it is now."""
        await self._connection.run(
            "UPDATE budgets SET count = CASE WHEN count > :cost THEN count - :cost ELSE 0 END WHERE channel = :channel"
            " AND chat = :chat AND act = :act AND until > :until",
            **_names(place, window),
            cost=cost,
        )

    async def close(self, place: Place, windows: Iterable[Open]) -> None:
        """The platform takes nothing more for these; what was opened anew since stays open."""
        await self._connection.each(
            "UPDATE budgets SET count = 0 WHERE channel = :channel AND chat = :chat AND act = :act AND until = :until",
            [_names(place, window) for window in windows],
        )

    async def forget(self, place: Place, windows: Iterable[Window], at: datetime, now: datetime) -> None:
        """Nothing may be sent there since ``at``: the person has left. What they did later opened it again, and
        stands."""
        await self._connection.each(
            "UPDATE budgets SET count = 0 WHERE channel = :channel AND chat = :chat AND act = :act"
            " AND (until <= :until OR until > :latest)",
            [
                {
                    "channel": place.channel,
                    "chat": place.chat,
                    "act": window.act,
                    "until": at + timedelta(seconds=window.lasts_s),
                    "latest": now + timedelta(seconds=window.lasts_s),
                }
                for window in windows
            ],
        )

    async def purge(self, before: datetime, limit: int = 1000) -> int:
        """Forget windows that ended earlier, at most ``limit`` of them; how many went."""
        return await self._connection.run(
            "DELETE FROM budgets WHERE until < :before AND (channel, chat, act) IN (SELECT channel, chat, act"
            " FROM budgets WHERE until < :before ORDER BY until LIMIT :limit)",
            before=before,
            limit=limit,
        )

    async def left(self, place: Place, now: datetime) -> Left | None:
        """What may still be sent to a chat, by the window that is open longest; None if it never had any."""
        rows = await self._connection.all(
            "SELECT count, until FROM budgets WHERE channel = :channel AND chat = :chat" + WINDOWS_ALONE,
            channel=place.channel,
            chat=place.chat,
        )
        return _left(rows, now)

    async def left_to(self, person_id: str, now: datetime) -> Left | None:
        """The same for where a person wrote last."""
        rows = await self._connection.all(
            "SELECT b.count, b.until FROM people p JOIN budgets b ON b.channel = p.channel AND b.chat = p.chat"
            " WHERE p.id = :id" + WINDOWS_ALONE,
            id=person_id,
        )
        return _left(rows, now)


def _soon(now: datetime) -> datetime:
    return now + timedelta(seconds=SLACK_S)


def _left(rows: Iterable[Row], now: datetime) -> Left | None:
    known = [Left(row["count"], row["until"]) for row in rows]
    still = [one for one in known if one.count > 0 and one.until and one.until > _soon(now)]
    return max(still, key=lambda one: one.until or now) if still else SHUT if known else None


def _names(place: Place, window: Open) -> dict[str, object]:
    return {"channel": place.channel, "chat": place.chat, "act": window.act, "until": window.until}
