"""How often somebody did something lately."""

from __future__ import annotations

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
        recent = [one for one in behind(row["spent"] if row else (), at) if one > at - within_s * 1_000_000]
        spent = [*recent, at][-REMEMBERED_MAX:]
        await self.connection.run(
            "INSERT INTO limits (scope, spent, free_at) VALUES (:scope, :spent, :now)"
            " ON CONFLICT (scope) DO UPDATE SET spent = excluded.spent, free_at = excluded.free_at",
            scope=scope,
            spent=spent,
            now=now,
        )
        return len(spent)
