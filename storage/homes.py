"""Homes of people."""

from __future__ import annotations

from datetime import datetime

from domain.talks import Home
from storage.database import Connection


class Homes:
    """Homes of people."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def of(self, person_id: str) -> list[Home]:
        """A person's homes, the newest first, nine at most."""
        rows = await self.connection.all(
            "SELECT id, person_id, district, address, door FROM homes WHERE person_id = :id"
            " ORDER BY created_at DESC, id LIMIT 9",
            id=person_id,
        )
        return [Home(r["id"], r["person_id"], r["district"], r["address"], r["door"]) for r in rows]

    async def add(self, home: Home, now: datetime) -> None:
        """Keep a new home."""
        await self.connection.run(
            "INSERT INTO homes (id, person_id, district, address, door, created_at)"
            " VALUES (:id, :person, :district, :address, :door, :now)",
            id=home.id,
            person=home.person_id,
            district=home.district,
            address=home.address,
            door=home.door,
            now=now,
        )
