"""To whom a request is offered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from storage.database import Connection


class Offers:
    """To whom a request is offered."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def make(
        self, request_id: str, installers: Iterable[str], pooled: bool, now: datetime, expires_at: datetime
    ) -> None:
        """Offer a request to these installers until it expires."""
        await self.connection.each(
            "INSERT INTO offers (request_id, installer_id, state, pooled, offered_at, expires_at, reason)"
            " VALUES (:request, :installer, 'open', :pooled, :now, :expires, '')"
            " ON CONFLICT (request_id, installer_id) DO UPDATE SET state = 'open', pooled = excluded.pooled,"
            " offered_at = excluded.offered_at, expires_at = excluded.expires_at, reason = ''",
            [
                {"request": request_id, "installer": one, "pooled": pooled, "now": now, "expires": expires_at}
                for one in installers
            ],
        )

    async def open(self, request_id: str) -> list[str]:
        """The installers who may accept it now."""
        rows = await self.connection.all(
            "SELECT installer_id FROM offers WHERE request_id = :id AND state = 'open' ORDER BY installer_id",
            id=request_id,
        )
        return [row["installer_id"] for row in rows]

    async def tried(self, request_id: str) -> set[str]:
        """The installers who turned it down or let it expire."""
        rows = await self.connection.all(
            "SELECT installer_id FROM offers WHERE request_id = :id AND state IN ('declined', 'expired')",
            id=request_id,
        )
        return {row["installer_id"] for row in rows}

    async def answer(self, request_id: str, installer_id: str, state: str, reason: str = "") -> None:
        """One installer's open offer ends as accepted, declined or expired."""
        await self.connection.run(
            "UPDATE offers SET state = :state, reason = :reason"
            " WHERE request_id = :id AND installer_id = :installer AND state = 'open'",
            state=state,
            reason=reason,
            id=request_id,
            installer=installer_id,
        )

    async def end(self, request_id: str, state: str = "withdrawn") -> None:
        """All open offers of a request end."""
        await self.connection.run(
            "UPDATE offers SET state = :state WHERE request_id = :id AND state = 'open'", state=state, id=request_id
        )

    async def to(self, installer_id: str) -> list[str]:
        """The requests that this installer may accept now."""
        rows = await self.connection.all(
            "SELECT request_id FROM offers WHERE installer_id = :id AND state = 'open' ORDER BY offered_at, request_id",
            id=installer_id,
        )
        return [row["request_id"] for row in rows]
