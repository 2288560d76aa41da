"""What was claimed for referrals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, LiteralString

from domain.bank import Reward
from domain.chat import Text
from domain.errors import NotFound, Stale
from domain.people import Viewer
from domain.rewards import Claimed, Given
from storage.database import Connection, Row

_REWARD: LiteralString = (
    "SELECT id, version, referral_id, person_id, kind, value, item, state, made_at, expires_at, decided_by, decided_at,"
    " order_id, reason FROM rewards"
)


class Rewards:
    """Repository of rewards; a homeowner sees their own, staff all."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def next_id(self) -> str:
        """The number of the next reward: «RW-1001»."""
        row = await self.connection.one(
            "INSERT INTO counters (name, value) VALUES ('reward', 1001) ON CONFLICT (name)"
            " DO UPDATE SET value = counters.value + 1 RETURNING value"
        )
        assert row is not None
        return f"RW-{row['value']}"

    async def add(self, reward: Claimed) -> bool:
        """Keep a reward; False if the referral has one already."""
        return bool(
            await self.connection.run(
                "INSERT INTO rewards (id, version, referral_id, person_id, kind, value, item, state, made_at,"
                " expires_at, decided_by, decided_at, order_id, reason)"
                " VALUES (:id, :version, :referral_id, :person_id, :kind, :value, :item, :state, :made_at,"
                " :expires_at, :decided_by, :decided_at, :order_id, :reason)"
                " ON CONFLICT DO NOTHING",
                **_values(reward),
            )
        )

    async def save(self, reward: Claimed) -> None:
        """Keep a reward whose ``version`` is one more than it was.

        Raises:
            Stale: somebody else changed it since it was read.
        """
        changed = await self.connection.run(
            "UPDATE rewards SET version = :version, state = :state, expires_at = :expires_at,"
            " decided_by = :decided_by, decided_at = :decided_at, order_id = :order_id, reason = :reason"
            " WHERE id = :id AND version = :version - 1",
            version=reward.version,
            state=reward.state.value,
            expires_at=reward.expires_at,
            decided_by=reward.decided_by,
            decided_at=reward.decided_at,
            order_id=reward.order_id,
            reason=reward.reason,
            id=reward.id,
        )
        if not changed:
            raise Stale(Text("reward-stale"))

    async def get(self, reward_id: str, viewer: Viewer) -> Claimed:
        """One reward.

        Raises:
            NotFound: absent, or not for this viewer.
        """
        row = await self.connection.one(
            _REWARD + " WHERE id = :id AND (:staff OR person_id = :viewer)",
            id=reward_id,
            staff=viewer.role.is_staff,
            viewer=viewer.id,
        )
        if row is None:
            raise NotFound(Text("refused-not-found"))
        return _reward(row)

    async def of(self, referral_id: str) -> Claimed | None:
        """The reward of a referral that counts; None before the claim, and once it was refused or taken back."""
        row = await self.connection.one(
            _REWARD + " WHERE referral_id = :id AND state NOT IN ('VOID', 'REFUSED')", id=referral_id
        )
        return _reward(row) if row else None

    async def coupon(self, code: str) -> Claimed | None:
        """The coupon with this code, whoever's it is; None if there is none."""
        row = await self.connection.one(_REWARD + " WHERE kind = 'coupon' AND item = :code", code=code)
        return _reward(row) if row else None

    async def coupons(self, person_id: str, now: datetime) -> list[Claimed]:
        """The coupons somebody can use now, the one that expires first at the front."""
        rows = await self.connection.all(
            _REWARD + " WHERE person_id = :person AND kind = 'coupon' AND state = 'ISSUED' AND expires_at > :now"
            " ORDER BY expires_at, id",
            person=person_id,
            now=now,
        )
        return [_reward(row) for row in rows]

    async def used_on(self, order_id: str) -> list[Claimed]:
        """The coupons that were used on an order, also those which were taken back since."""
        rows = await self.connection.all(
            _REWARD + " WHERE kind = 'coupon' AND state IN ('USED', 'VOID') AND order_id = :order AND order_id <> ''"
            " ORDER BY id",
            order=order_id,
        )
        return [_reward(row) for row in rows]

    async def hand_over(self, old_id: str, new_id: str) -> None:
        """What was ``old_id``'s is ``new_id``'s."""
        await self.connection.run("UPDATE rewards SET person_id = :new WHERE person_id = :old", old=old_id, new=new_id)

    async def forget(self, person_id: str) -> None:
        """Somebody's data is erased: what waits or could still be used is void, and no words of them stay."""
        await self.connection.run(
            "UPDATE rewards SET state = CASE WHEN state IN ('WAITING', 'ISSUED') THEN 'VOID' ELSE state END,"
            " version = version + 1, reason = '' WHERE person_id = :person",
            person=person_id,
        )

    async def waiting(self, limit: int = 20) -> Sequence[Claimed]:
        """What waits for a manager or for who hands it over, the oldest first."""
        rows = await self.connection.all(
            _REWARD + " WHERE state = 'WAITING' ORDER BY made_at, id LIMIT :limit", limit=limit
        )
        return [_reward(row) for row in rows]


def _values(reward: Claimed) -> dict[str, Any]:
    return {**asdict(reward), "kind": reward.kind.value, "state": reward.state.value}


def _reward(row: Row) -> Claimed:
    return Claimed(**{**dict(row), "kind": Reward(row["kind"]), "state": Given(row["state"])})
