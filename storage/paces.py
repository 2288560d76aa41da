"""How often somebody did something lately."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from storage.database import Connection
from storage.limits import behind, ticks

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

    async def lately(self, scope: str, now: datetime, within_s: int) -> int:
        """How often it was counted within the last seconds."""
        row = await self.connection.one("SELECT spent FROM limits WHERE scope = :scope", scope=scope)
        return len(_recent(row["spent"], ticks(now), within_s)) if row else 0


def _recent(spent: Sequence[int], at: int, within_s: int) -> list[int]:
    return [one for one in behind(spent, at) if one > at - within_s * 1_000_000]
