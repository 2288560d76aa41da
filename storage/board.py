"""The leaderboard, and what somebody is as a referrer: a name to show, and whether they are a VIP design adviser."""

from __future__ import annotations

from datetime import datetime
from typing import LiteralString

from domain.board import RANKED, Period, Place
from storage.database import Connection

_WON: LiteralString = (
    "SELECT count(*) AS won, max(earned_at) AS latest FROM referrals WHERE referrer_id = :person"
    " AND state IN ('EARNED', 'REWARDED')"
)

# three counts, each of which is one range of the index, and none longer than what is told: with OR, or without a
# limit, it goes through the whole period
_PLACE: LiteralString = (
    "SELECT m.count, r.nickname,"
    " (SELECT count(*) FROM (SELECT 1 AS one FROM leaderboard l WHERE l.period = m.period"
    " AND l.count > m.count LIMIT :ranked) a)"
    " + (SELECT count(*) FROM (SELECT 1 AS one FROM leaderboard l WHERE l.period = m.period"
    " AND l.count = m.count AND l.last_at < m.last_at LIMIT :ranked) b)"
    " + (SELECT count(*) FROM (SELECT 1 AS one FROM leaderboard l WHERE l.period = m.period"
    " AND l.count = m.count AND l.last_at = m.last_at AND l.person_id < m.person_id LIMIT :ranked) c) AS before"
    " FROM leaderboard m JOIN referrers r ON r.person_id = m.person_id"
    " WHERE m.period = :period AND m.person_id = :person_id"
)


class Board:
    """Counted anew at each change and never added to, so that a copy or a refund cannot leave a wrong count."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def won(self, person_id: str) -> int:
        """How many referrals of somebody have succeeded and not been taken back."""
        row = await self.connection.one(_WON, person=person_id)
        return int(row["won"]) if row else 0

    async def recount(self, person_id: str, period: Period) -> None:
        """Put somebody's row of a period right; who has nothing there, or does not want to be seen, has none."""
        row = await self.connection.one(
            _WON + " AND earned_at >= :start AND earned_at < :end"
            " AND EXISTS (SELECT 1 FROM referrers WHERE person_id = :person AND listed)",
            person=person_id,
            start=period.span.start,
            end=period.span.end,
        )
        if row is None or not row["won"]:
            await self.leave(person_id, period.id)
            return
        await self.connection.run(
            "INSERT INTO leaderboard (period, person_id, count, last_at) VALUES (:period, :person, :won, :latest)"
            " ON CONFLICT (period, person_id) DO UPDATE SET count = excluded.count, last_at = excluded.last_at",
            period=period.id,
            person=person_id,
            won=row["won"],
            latest=row["latest"],
        )

    async def top(self, period: str, limit: int) -> list[Place]:
        """The first places; among equals who was there earlier."""
        rows = await self.connection.all(
            "SELECT l.person_id, l.count, r.nickname FROM (SELECT person_id, count, last_at FROM leaderboard"
            " WHERE period = :period ORDER BY count DESC, last_at, person_id LIMIT :limit) l"
            " JOIN referrers r ON r.person_id = l.person_id ORDER BY l.count DESC, l.last_at, l.person_id",
            period=period,
            limit=limit,
        )
        return [Place(rank, row["person_id"], row["nickname"], row["count"]) for rank, row in enumerate(rows, 1)]

    async def place(self, period: str, person_id: str) -> Place | None:
        """Somebody's own line; None for who has none. Behind ``RANKED`` nobody is counted any further."""
        row = await self.connection.one(_PLACE, period=period, person_id=person_id, ranked=RANKED)
        return Place(min(row["before"], RANKED) + 1, person_id, row["nickname"], row["count"]) if row else None

    async def wins(self, person_id: str) -> list[datetime]:
        """When each of somebody's referrals succeeded, also those which were taken back: the periods to recount."""
        rows = await self.connection.all(
            "SELECT earned_at FROM referrals WHERE referrer_id = :person AND earned_at IS NOT NULL", person=person_id
        )
        return [row["earned_at"] for row in rows]

    async def periods(self, person_id: str) -> list[str]:
        """The periods in which somebody has a place."""
        rows = await self.connection.all("SELECT period FROM leaderboard WHERE person_id = :person", person=person_id)
        return [row["period"] for row in rows]

    async def leave(self, person_id: str, period: str) -> None:
        """Somebody has no place in a period any more."""
        await self.connection.run(
            "DELETE FROM leaderboard WHERE period = :period AND person_id = :person", period=period, person=person_id
        )

    async def vip_since(self, person_id: str) -> datetime | None:
        """Since when somebody is a VIP design adviser; None for who is none."""
        row = await self.connection.one("SELECT vip_since FROM referrers WHERE person_id = :person", person=person_id)
        return row["vip_since"] if row else None

    async def make_vip(self, person_id: str, since: datetime | None) -> bool:
        """From now on, or no longer (None); False for who has no code."""
        return bool(
            await self.connection.run(
                "UPDATE referrers SET vip_since = :since WHERE person_id = :person", since=since, person=person_id
            )
        )

    async def call(self, person_id: str, nickname: str, listed: bool) -> None:
        """How somebody is shown, and whether they are."""
        await self.connection.run(
            "UPDATE referrers SET nickname = :nickname, listed = :listed WHERE person_id = :person",
            nickname=nickname,
            listed=listed,
            person=person_id,
        )

    async def shown(self, person_id: str) -> tuple[str, bool] | None:
        """How somebody is shown, and whether they are; None for who has no code yet."""
        row = await self.connection.one(
            "SELECT nickname, listed FROM referrers WHERE person_id = :person", person=person_id
        )
        return (row["nickname"], row["listed"]) if row else None
