"""How far channels were read that are read by a cursor."""

from __future__ import annotations

from datetime import datetime

from storage.database import Connection


class Cursors:
    """Repository of cursors, by a name of the channel's («wecomkf:<open_kfid>»)."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def find(self, name: str) -> str:
        """Where the next reading begins; empty for the beginning."""
        row = await self.connection.one("SELECT value FROM cursors WHERE name = :name", name=name)
        return row["value"] if row else ""

    async def keep(self, name: str, value: str, now: datetime) -> None:
        """All before it is kept."""
        await self.connection.run(
            "INSERT INTO cursors (name, value, at) VALUES (:name, :value, :now)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at",
            name=name,
            value=value,
            now=now,
        )

    async def at(self, name: str) -> datetime | None:
        """When it was last kept; None if it never was."""
        row = await self.connection.one("SELECT at FROM cursors WHERE name = :name", name=name)
        return row["at"] if row else None
