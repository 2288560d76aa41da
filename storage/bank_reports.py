"""What a manager looks at: how referrals become orders, what that costs, what is odd, and what is owed until when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from domain.bank import Reward
from domain.chat import Span
from domain.ledger import Unit
from storage.database import Connection


class BankReports:
    """Sums over all referrals and over the whole ledger, for managers."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def funnel(self, span: Span) -> dict[str, int]:
        """How far the referrals came that began in that time, by the fact they have reached; and what came of them:
        «won» orders that were not taken back, of «won_fen»."""
        row = await self.connection.one(
            "SELECT count(*) AS created, count(verified_at) AS verified, count(qualified_at) AS qualified,"
            " count(signed_at) AS signed, count(paid_at) AS paid, count(earned_at) AS earned,"
            " count(rewarded_at) AS rewarded,"
            " count(CASE WHEN state IN ('EARNED', 'REWARDED') THEN 1 END) AS won,"
            " CAST(COALESCE(SUM(CASE WHEN state IN ('EARNED', 'REWARDED') THEN order_fen ELSE 0 END), 0) AS BIGINT)"
            " AS won_fen FROM referrals WHERE created_at >= :start AND created_at < :end",
            start=span.start,
            end=span.end,
        )
        assert row is not None
        return dict(row)

    async def costs(self, span: Span) -> int:
        """What was given for the referrals that began in that time, in fen of the fund; what was taken back is not in
        it, and points are nothing. Coupons and cash count with what was promised; gifts are told by ``gifts``."""
        row = await self.connection.one(
            "SELECT CAST(COALESCE((SELECT SUM(-p.amount) FROM referrals r JOIN ledger_entries e ON e.subject = r.id"
            " JOIN ledger_postings p ON p.entry = e.key WHERE r.created_at >= :start AND r.created_at < :end"
            " AND e.unit = 'fund' AND (p.account LIKE 'fund:issuer:referral' OR p.account LIKE 'fund:issuer:friend')),"
            " 0) AS BIGINT) AS fund,"
            " CAST(COALESCE((SELECT SUM(w.value) FROM referrals r JOIN rewards w ON w.referral_id = r.id"
            " WHERE r.created_at >= :start AND r.created_at < :end AND w.kind IN ('coupon', 'cash')"
            " AND w.state NOT IN ('VOID', 'REFUSED')), 0) AS BIGINT) AS given",
            start=span.start,
            end=span.end,
        )
        assert row is not None
        return int(row["fund"]) + int(row["given"])

    async def gifts(self, span: Span) -> list[int]:
        """The worth of each order for which a gift was claimed, in fen, among the referrals that began in that time."""
        rows = await self.connection.all(
            "SELECT r.order_fen FROM referrals r JOIN rewards w ON w.referral_id = r.id"
            " WHERE r.created_at >= :start AND r.created_at < :end AND w.kind = 'gift'"
            " AND w.state NOT IN ('VOID', 'REFUSED') ORDER BY r.id",
            start=span.start,
            end=span.end,
        )
        return [row["order_fen"] for row in rows]

    async def flags(self, span: Span) -> list[tuple[str, int]]:
        """Why referrals of that time were held, the commonest first."""
        rows = await self.connection.all(
            "SELECT r.flags FROM referrals r WHERE r.created_at >= :start AND r.created_at < :end AND EXISTS"
            " (SELECT 1 FROM referral_events e WHERE e.referral_id = r.id AND e.action = 'flag')",
            start=span.start,
            end=span.end,
        )
        return Counter(flag for row in rows for flag in row["flags"]).most_common()

    async def liability(self, unit: Unit) -> Sequence[tuple[datetime | None, int]]:
        """What is left of all lots, by the moment at which they expire; None: never. One whose time is over stands
        here until the clock has entered that."""
        rows = await self.connection.all(
            "SELECT l.expires_at, CAST(SUM(s.rest) AS BIGINT) AS rest FROM (SELECT lot, SUM(amount) AS rest FROM"
            " ledger_postings WHERE account LIKE :own GROUP BY lot HAVING SUM(amount) <> 0) s JOIN ledger_lots l"
            " ON l.id = s.lot WHERE l.unit = :unit GROUP BY l.expires_at",
            own=f"{unit.value}:person:%",
            unit=unit.value,
        )
        return [(row["expires_at"], row["rest"]) for row in rows]

    async def coupons(self, now: datetime) -> Sequence[tuple[datetime, int]]:
        """What all coupons take off that can still be used, in fen, by the moment at which they expire."""
        rows = await self.connection.all(
            "SELECT expires_at, CAST(SUM(value) AS BIGINT) AS fen FROM rewards WHERE kind = 'coupon'"
            " AND state = 'ISSUED' AND expires_at > :now GROUP BY expires_at",
            now=now,
        )
        return [(row["expires_at"], row["fen"]) for row in rows]

    async def waiting(self) -> Sequence[tuple[Reward, int, int]]:
        """Each reward that was claimed and not handed over: its kind, its value, the order's worth in fen."""
        rows = await self.connection.all(
            "SELECT w.kind, w.value, r.order_fen FROM rewards w JOIN referrals r ON r.id = w.referral_id"
            " WHERE w.state = 'WAITING' ORDER BY w.id"
        )
        return [(Reward(row["kind"]), row["value"], row["order_fen"]) for row in rows]

    async def unclaimed(self) -> Sequence[tuple[int, datetime]]:
        """Each order that has earned a reward nobody has claimed yet: its worth in fen, and when it was paid."""
        rows = await self.connection.all(
            "SELECT order_fen, paid_on FROM referrals WHERE state = 'EARNED' AND earned_at IS NOT NULL ORDER BY id"
        )
        return [(row["order_fen"], row["paid_on"]) for row in rows]
