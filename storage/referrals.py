"""Referrals and their events. Every read for somebody goes through a viewer; the friend is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, LiteralString

from domain.chat import Text
from domain.errors import NotFound, Stale
from domain.people import Viewer
from domain.referral_states import Stage
from domain.referrals import SHAPE, Referral, ReferralEvent, ReferralMoved
from storage.database import Connection, Row

_NAMES = tuple(f.name for f in fields(Referral))
_REFERRAL: LiteralString = (
    "SELECT r.id, r.referrer_id, r.friend_id, r.version, r.state, r.held_from, r.via, r.district, r.order_id,"
    " r.order_fen, r.least_fen, r.passed_fen, r.flags, r.reason, r.reviewer_id, r.review_due, r.appeal, r.reward,"
    " r.reward_value, r.created_at, r.since, r.changed_at, r.verified_at, r.qualified_at, r.signed_at, r.paid_on,"
    " r.paid_at, r.refunded_at, r.earned_at, r.rewarded_at, r.closed_at FROM referrals r"
)
_MINE: LiteralString = " AND (:staff OR r.referrer_id = :viewer)"
_VALID: LiteralString = " r.state NOT IN ('REJECTED', 'EXPIRED', 'VOIDED', 'DISPUTED')"
_EVENT: LiteralString = (
    "SELECT e.referral_id, e.number, e.at, e.actor_id, e.channel, e.action, e.before, e.after, e.changes, e.reason"
    " FROM referral_events e"
)


class Referrals:
    """Repository of referrals."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def next_id(self) -> str:
        """The number of the next referral: «RF-1001»."""
        row = await self.connection.one(
            "INSERT INTO counters (name, value) VALUES ('referral', 1001) ON CONFLICT (name)"
            " DO UPDATE SET value = counters.value + 1 RETURNING value"
        )
        assert row is not None
        return f"RF-{row['value']}"

    async def get(self, referral_id: str, viewer: Viewer) -> Referral:
        """One referral, for its referrer and for staff.

        Raises:
            NotFound: absent, or not for this viewer.
        """
        row = await self.connection.one(_REFERRAL + " WHERE r.id = :id" + _MINE, id=referral_id, **_rights(viewer))
        if row is None:
            raise NotFound(Text("referral-not-found"))
        return _referral(row)

    async def of(self, referrer_id: str, limit: int = 10) -> list[Referral]:
        """What somebody has recommended, the newest first."""
        rows = await self.connection.all(
            _REFERRAL + " WHERE r.referrer_id = :id ORDER BY r.created_at DESC, r.id DESC LIMIT :limit",
            id=referrer_id,
            limit=limit,
        )
        return [_referral(row) for row in rows]

    async def by_friend(self, friend_id: str) -> Referral | None:
        """The referral that counts for somebody who was recommended; None if nobody is their referrer."""
        row = await self.connection.one(_REFERRAL + " WHERE r.friend_id = :id AND" + _VALID, id=friend_id)
        return _referral(row) if row else None

    async def all_of_friend(self, friend_id: str) -> list[Referral]:
        """Every referral of somebody who was recommended, also what has ended, the newest first."""
        rows = await self.connection.all(
            _REFERRAL + " WHERE r.friend_id = :id ORDER BY r.created_at DESC, r.id DESC", id=friend_id
        )
        return [_referral(row) for row in rows]

    async def by_order(self, order_id: str) -> list[Referral]:
        """The referrals that an order counts for, ended ones too; mostly one."""
        rows = await self.connection.all(
            _REFERRAL + " WHERE r.order_id = :id AND r.order_id <> '' ORDER BY r.id", id=order_id
        )
        return [_referral(row) for row in rows]

    async def queue(self, viewer: Viewer, limit: int = 10) -> list[Referral]:
        """What waits for a manager: reviews and appeals, the one that is due first at the front; empty for others."""
        rows = await self.connection.all(
            _REFERRAL + " WHERE r.state IN ('UNDER_REVIEW', 'DISPUTED') AND :manager"
            " ORDER BY r.review_due, r.id LIMIT :limit",
            manager=viewer.role.is_manager,
            limit=limit,
        )
        return [_referral(row) for row in rows]

    async def add(self, moved: ReferralMoved) -> None:
        """Keep a new referral with its first event."""
        await self.connection.run(_INSERT, **_values(moved.referral))
        await self._log(moved.event)

    async def save(self, moved: ReferralMoved) -> None:
        """Keep a changed referral with the event that changed it.

        Raises:
            Stale: somebody else changed it since it was read.
        """
        values = {**_values(moved.referral), "was": moved.before.version}
        if not await self.connection.run(_UPDATE, **values):
            raise Stale(Text("refused-stale", {"id": moved.referral.id}))
        await self._log(moved.event)

    async def events(self, referral_id: str, viewer: Viewer) -> list[ReferralEvent]:
        """What happened to a referral, the oldest first.

        Raises:
            NotFound: absent, or not for this viewer.
        """
        rows = await self.connection.all(
            _EVENT
            + " JOIN referrals r ON r.id = e.referral_id WHERE e.referral_id = :id"
            + _MINE
            + " ORDER BY e.number",
            id=referral_id,
            **_rights(viewer),
        )
        if not rows:
            raise NotFound(Text("referral-not-found"))
        return [_event(row) for row in rows]

    async def teller(self, referral_id: str) -> str:
        """Who of staff told of whom somebody came from; empty where they came by themselves."""
        row = await self.connection.one(
            "SELECT actor_id FROM referral_events WHERE referral_id = :id AND number = 1", id=referral_id
        )
        return str(row["actor_id"]) if row else ""

    async def chain(self, person_id: str) -> frozenset[str]:
        """Somebody's referrer, that one's referrer, and so on to the top, with themselves; rings end."""
        rows = await self.connection.all(
            "WITH RECURSIVE up(id) AS (SELECT CAST(:id AS TEXT) UNION SELECT r.referrer_id FROM referrals r"
            " JOIN up ON r.friend_id = up.id WHERE" + _VALID + ") SELECT id FROM up",
            id=person_id,
        )
        return frozenset(row["id"] for row in rows)

    async def about(self, person_id: str) -> Sequence[Referral]:
        """Those in which somebody is the referrer or the friend, whatever became of them."""
        rows = await self.connection.all(
            _REFERRAL + " WHERE r.referrer_id = :id OR r.friend_id = :id ORDER BY r.id", id=person_id
        )
        return [_referral(row) for row in rows]

    async def _log(self, event: ReferralEvent) -> None:
        await self.connection.run(
            "INSERT INTO referral_events (referral_id, number, at, actor_id, channel, action, before, after, changes,"
            " reason) VALUES (:id, :number, :at, :actor, :channel, :action, :before, :after, :changes, :reason)",
            id=event.referral_id,
            number=event.number,
            at=event.at,
            actor=event.actor_id,
            channel=event.channel,
            action=event.action,
            before=event.before,
            after=event.after,
            changes=dict(event.changes),
            reason=event.reason,
        )


_INSERT: LiteralString = (
    "INSERT INTO referrals (id, referrer_id, friend_id, version, state, held_from, via, district, order_id, order_fen,"
    " least_fen, passed_fen, flags, reason, reviewer_id, review_due, appeal, reward, reward_value, created_at,"
    " since, changed_at, verified_at, qualified_at, signed_at, paid_on, paid_at, refunded_at, earned_at, rewarded_at,"
    " closed_at)"
    " VALUES (:id, :referrer_id, :friend_id, :version, :state, :held_from, :via, :district, :order_id, :order_fen,"
    " :least_fen, :passed_fen, :flags, :reason, :reviewer_id, :review_due, :appeal, :reward, :reward_value,"
    " :created_at, :since, :changed_at, :verified_at, :qualified_at, :signed_at, :paid_on, :paid_at, :refunded_at,"
    " :earned_at, :rewarded_at, :closed_at)"
)
_UPDATE: LiteralString = (
    "UPDATE referrals SET referrer_id = :referrer_id, friend_id = :friend_id, version = :version, state = :state,"
    " held_from = :held_from, via = :via, district = :district, order_id = :order_id, order_fen = :order_fen,"
    " least_fen = :least_fen, passed_fen = :passed_fen, flags = :flags, reason = :reason, reviewer_id = :reviewer_id,"
    " review_due = :review_due, appeal = :appeal, reward = :reward, reward_value = :reward_value,"
    " created_at = :created_at, since = :since, changed_at = :changed_at, verified_at = :verified_at,"
    " qualified_at = :qualified_at, signed_at = :signed_at, paid_on = :paid_on, paid_at = :paid_at,"
    " refunded_at = :refunded_at, earned_at = :earned_at, rewarded_at = :rewarded_at, closed_at = :closed_at"
    " WHERE id = :id AND version = :was"
)


def _rights(viewer: Viewer) -> dict[str, object]:
    return {"viewer": viewer.id, "staff": viewer.role.is_staff}


def _referral(row: Row) -> Referral:
    values: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    for name in SHAPE.lists:
        values[name] = tuple(values[name])
    values["state"] = Stage(values["state"])
    return Referral(**values)


def _values(referral: Referral) -> dict[str, object]:
    values: dict[str, Any] = {name: getattr(referral, name) for name in _NAMES}
    for name in SHAPE.lists:
        values[name] = list(values[name])
    values["state"] = referral.state.value
    return values


def _event(row: Row) -> ReferralEvent:
    return ReferralEvent(
        referral_id=row["referral_id"],
        number=row["number"],
        at=row["at"],
        actor_id=row["actor_id"],
        channel=row["channel"],
        action=row["action"],
        before=row["before"],
        after=row["after"],
        changes=row["changes"],
        reason=row["reason"],
    )
