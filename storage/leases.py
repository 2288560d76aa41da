"""Work that one worker does for all: held for a while, prolonged, taken over when it lapses."""

from __future__ import annotations

from datetime import datetime

from storage.database import Connection
from storage.limits import later


class Leases:
    """Repository of who does what alone."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def take(self, name: str, holder: str, now: datetime, lease_s: float) -> int | None:
        """Hold or prolong ``name`` until ``now`` and ``lease_s``; None while somebody else has it.

        The number is the fence: it stays while the same holder prolongs, and grows when another takes over.
        """
        row = await self.connection.one(
            "INSERT INTO leases (name, holder, until, fence) VALUES (:name, :holder, :until, 1)"
            " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until,"
            " fence = CASE WHEN leases.holder = excluded.holder THEN leases.fence ELSE leases.fence + 1 END"
            " WHERE leases.holder = excluded.holder OR leases.until <= :now RETURNING fence",
            name=name,
            holder=holder,
            until=later(now, lease_s),
            now=now,
        )
        return row["fence"] if row else None

    async def drop(self, name: str, holder: str, now: datetime) -> None:
        """Somebody else may have it at once."""
        await self.connection.run(
            "UPDATE leases SET until = :now WHERE name = :name AND holder = :holder", name=name, holder=holder, now=now
        )

    async def until(self, name: str) -> datetime | None:
        """Until when somebody held ``name`` at the latest; None if nobody ever did."""
        row = await self.connection.one("SELECT until FROM leases WHERE name = :name", name=name)
        return row["until"] if row else None
