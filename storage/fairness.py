"""What is known of a recommendation as it is judged, read in a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import LiteralString

from domain.fairness import Facts, Side
from domain.people import Role
from domain.referrals import Referral
from storage.database import Connection, Row
from storage.forgotten import FAMILY, Forgotten
from storage.people import People
from storage.referrals import Referrals

DAY = timedelta(days=1)
_BOTH: LiteralString = " IN (SELECT value FROM json_each(:ids))"
_PEOPLE: LiteralString = "SELECT id, role, name, phone FROM people WHERE id" + _BOTH
_SAID: LiteralString = (
    "SELECT person_id, '' AS phone, address, door FROM homes WHERE person_id" + _BOTH + " UNION SELECT homeowner_id"
    " AS person_id, phone, address, door FROM requests WHERE homeowner_id" + _BOTH
)
_CUSTOMER: LiteralString = (
    "WITH same AS (SELECT CAST(:friend AS TEXT) AS id UNION SELECT p.id FROM people p WHERE p.phone <> '' AND p.phone"
    " IN (SELECT value FROM json_each(:phones))) SELECT (SELECT count(*) FROM requests q JOIN same"
    " ON q.homeowner_id = same.id WHERE q.created_at < :since AND q.state NOT IN ('CANCELLED', 'REJECTED'))"
    " AS requests, (SELECT count(*) FROM orders o JOIN same ON o.person_id = same.id WHERE o.person_id <> ''"
    " AND coalesce(o.signed_at, o.deposit_at) < :since) + (SELECT count(*) FROM orders o WHERE o.phone <> ''"
    " AND o.phone IN (SELECT value FROM json_each(:phones)) AND coalesce(o.signed_at, o.deposit_at) < :since) AS orders"
)
_STANDS: LiteralString = " NOT EXISTS (SELECT 1 FROM order_events u WHERE u.undoes = e.id AND u.order_id = e.order_id)"
_PROVED: LiteralString = (
    "SELECT EXISTS (SELECT 1 FROM orders o JOIN people p ON p.phone = o.phone WHERE o.id = :order AND p.id = :friend"
    " AND p.vouched AND p.phone <> '') OR EXISTS (SELECT 1 FROM orders o JOIN requests q ON q.phone = o.phone"
    " WHERE o.id = :order AND q.homeowner_id = :friend AND q.phone <> '' AND q.done_at IS NOT NULL) OR EXISTS (SELECT 1"
    " FROM order_events e WHERE e.order_id = :order AND e.source = 'staff' AND e.person_id = :friend AND"
    + _STANDS
    + ") OR EXISTS (SELECT 1 FROM order_events e JOIN people p ON p.phone = e.phone WHERE e.order_id = :order"
    " AND e.source = 'staff' AND p.id = :friend AND p.phone <> '' AND NOT EXISTS (SELECT 1 FROM accounts a"
    " WHERE a.person_id = p.id) AND" + _STANDS + ") AS proved"
)
_ALONE: LiteralString = (
    "SELECT 1 AS yes FROM referral_events f JOIN order_events e ON e.actor_id = f.actor_id WHERE f.referral_id = :id"
    " AND f.action = 'create' AND f.actor_id <> '' AND e.order_id = :order AND e.kind IN ('signed', 'deposit', 'paid')"
    " AND" + _STANDS + " LIMIT 1"
)
_COUNTS: LiteralString = (
    "SELECT (SELECT count(*) FROM referrals WHERE referrer_id = :referrer AND created_at > :since AND created_at <= :at"
    " AND id <> :id) AS today, (SELECT count(DISTINCT o.id) FROM referrals r JOIN orders o ON o.person_id = r.friend_id"
    " WHERE r.referrer_id = :referrer AND o.person_id <> '' AND o.ended_at IS NOT NULL) AS cancelled"
)


class Fairness:
    """Reads what speaks for and against recommendations."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def facts(self, referral: Referral, known: bool = False) -> Facts:
        """All that is known now. Who had a request or an order before the referral, or before the request that they
        came with, was a customer already; of somebody whose phone was ``known`` before, nothing new can be found but
        orders, which are told late."""
        assert referral.created_at is not None
        since = referral.since or referral.created_at
        one, other = await self.sides((referral.referrer_id, referral.friend_id))
        counts = await self._counts(referral, referral.created_at)
        return Facts(
            referrer=one,
            friend=other,
            customer=await self._customer(other, since, known),
            chain=await Referrals(self.connection).chain(referral.referrer_id) - {referral.referrer_id},
            today=counts["today"] + 1,
            cancelled=counts["cancelled"],
            came_at=referral.created_at,
            signed_at=referral.signed_at,
            order_fen=referral.order_fen if referral.paid_at else 0,
            proved=await self._proved(referral),
            alone=await self._alone(referral),
        )

    async def sides(self, person_ids: Sequence[str]) -> list[Side]:
        """What is known of each of these people, in their order."""
        ids = list(person_ids)
        people = {row["id"]: row for row in await self.connection.all(_PEOPLE, ids=ids)}
        said = await self.connection.all(_SAID, ids=ids)
        phones = sorted({row["phone"] for row in [*people.values(), *said] if row["phone"]})
        related = await self.connection.all(
            "SELECT phone FROM relatives WHERE phone IN (SELECT value FROM json_each(:phones)) UNION"
            " SELECT phone FROM people WHERE role <> 'homeowner' AND phone <> ''"
            " AND phone IN (SELECT value FROM json_each(:phones))",
            phones=phones,
        )
        family = frozenset(row["phone"] for row in related) | await Forgotten(self.connection).among(phones, FAMILY)
        return [_side(one, people.get(one), [r for r in said if r["person_id"] == one], family) for one in ids]

    async def _customer(self, friend: Side, since: datetime, known: bool) -> bool:
        row = await self.connection.one(_CUSTOMER, friend=friend.id, phones=sorted(friend.phones), since=since)
        assert row is not None
        before = bool(row["orders"] or (row["requests"] and not known))
        return before or await Forgotten(self.connection).knows(friend.phones)

    async def _proved(self, referral: Referral) -> bool:
        if not referral.order_id:
            return False
        row = await self.connection.one(_PROVED, friend=referral.friend_id, order=referral.order_id)
        return bool(row and row["proved"]) or await People(self.connection).erased(referral.friend_id)

    async def _alone(self, referral: Referral) -> bool:
        """Whether one of staff both told who had sent the friend and told of the order."""
        if not referral.order_id:
            return False
        return await self.connection.one(_ALONE, id=referral.id, order=referral.order_id) is not None

    async def _counts(self, referral: Referral, at: datetime) -> Row:
        row = await self.connection.one(_COUNTS, referrer=referral.referrer_id, since=at - DAY, at=at, id=referral.id)
        assert row is not None
        return row


def _side(person_id: str, person: Row | None, said: Sequence[Row], family: frozenset[str]) -> Side:
    own = {person["phone"]} if person else set()
    phones = frozenset(phone for phone in own | {row["phone"] for row in said} if phone)
    return Side(
        id=person_id,
        name=person["name"] if person else "",
        role=Role(person["role"]) if person else Role.HOMEOWNER,
        phones=phones,
        homes=frozenset((row["address"], row["door"]) for row in said if row["address"]),
        family=bool(phones & family),
    )
