"""How often somebody did something lately."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from domain.channel import Rate
from storage.database import Connection
from storage.limits import behind, free_from, spend, ticks

REMEMBERED_MAX = 200


class Paces:
    """Repository of paces, kept beside the channels' limits; over one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def count(self, scope: str, now: datetime, within_s: int) -> int:
        """How often it was counted within the last seconds, this time included; at most ``REMEMBERED_MAX``."""
        row = await self.connection.one(
            "SELECT spent FROM limits WHERE scope = :scope" + self.connection.locked, scope=scope
        )
        at = ticks(now)
        spent = [*_recent(row["spent"] if row else (), at, within_s), at][-REMEMBERED_MAX:]
        await self.connection.run(
            "INSERT INTO limits (scope, spent, free_at) VALUES (:scope, :spent, :now)"
            " ON CONFLICT (scope) DO UPDATE SET spent = excluded.spent, free_at = excluded.free_at",
            scope=scope,
            spent=spent,
            now=now,
        )
        return len(spent)

    async def take(self, scopes: Collection[str], rates: Sequence[Rate], now: datetime) -> float:
        """Count one more for each of these, if none of them would have more than ``rates`` allow: then 0. Otherwise
        for how many seconds one of them has no room, and nothing is counted. All who share the database count
        together."""
        names = sorted(set(scopes))
        await self.connection.each(
            "INSERT INTO limits (scope, spent, free_at) VALUES (:scope, :spent, :now) ON CONFLICT (scope) DO NOTHING",
            [{"scope": scope, "spent": [], "now": now} for scope in names],
        )
        rows = await self.connection.all(
            "SELECT scope, spent FROM limits WHERE scope IN (SELECT value FROM json_each(:names)) ORDER BY scope"
            + self.connection.locked,
            names=names,
        )
        at, counted = ticks(now), {row["scope"]: row["spent"] for row in rows}
        spent = {scope: behind(counted[scope], at) for scope in names}
        free_at = max((free_from(one, rates) for one in spent.values()), default=0)
        if free_at > at:
            spent = {scope: one for scope, one in spent.items() if one != counted[scope]}
        else:
            spent = {scope: spend(one, rates, at) for scope, one in spent.items()}
        await self.connection.each(
            "UPDATE limits SET spent = :spent, free_at = :now WHERE scope = :scope",
            [{"scope": scope, "spent": one, "now": now} for scope, one in spent.items()],
        )
        return max(free_at - at, 0) / 1_000_000

    async def lately(self, scope: str, now: datetime, within_s: int) -> int:
        """How often it was counted within the last seconds."""
        row = await self.connection.one("SELECT spent FROM limits WHERE scope = :scope", scope=scope)
        return len(_recent(row["spent"], ticks(now), within_s)) if row else 0


def _recent(spent: Sequence[int], at: int, within_s: int) -> list[int]:
    return [one for one in behind(spent, at) if one > at - within_s * 1_000_000]
