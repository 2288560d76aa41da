"""What somebody who does not work here any more loses beside their role."""

from __future__ import annotations

from datetime import datetime

from domain.chat import Place
from storage.database import Connection

STALE = "stale"


class Leaving:
    """Takes away what was begun, given out or owed while somebody worked here; what they did stays."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def end_talks(self, person_id: str) -> None:
        """Their open questions are gone, in private and in groups."""
        await self.connection.run(
            "DELETE FROM conversations WHERE id = :id OR id LIKE :id || '@%'",
            id=person_id,
        )

    async def end_codes(self, person_id: str, phone: str, now: datetime) -> int:
        """Invitations and group codes that they made are good for nothing any more, nor are invitations for their own
        number; how many of what they made had not been used."""
        await self.connection.run(
            "UPDATE codes SET expires_at = :now WHERE kind = 'invite' AND used_at IS NULL AND expires_at > :now"
            " AND made_by <> :id AND facts ->> 'phone' = :phone AND CAST(:phone AS TEXT) <> ''",
            id=person_id,
            phone=phone,
            now=now,
        )
        return await self.connection.run(
            "UPDATE codes SET expires_at = :now WHERE kind IN ('invite', 'bind') AND used_at IS NULL"
            " AND expires_at > :now AND made_by = :id",
            id=person_id,
            now=now,
        )

    async def chats(self, person_id: str) -> list[Place]:
        """Their private chats on all channels."""
        rows = await self.connection.all(
            "SELECT channel, chat FROM accounts WHERE person_id = :id AND chat <> '' ORDER BY channel, chat",
            id=person_id,
        )
        return [Place(row["channel"], row["chat"]) for row in rows]

    async def end_messages(self, person_id: str, now: datetime) -> None:
        """What was to be said to them in private and is not yet, is not said: but for answers to who waits for a
        receipt, and for what is about their own requests. Their lanes are held before."""
        await self.connection.run(
            "UPDATE outbox SET state = 'merged', error_code = :stale, settled_at = :now WHERE state = 'due'"
            " AND NOT receipt AND EXISTS (SELECT 1 FROM accounts a JOIN lanes l ON l.channel = a.channel"
            " AND l.chat = a.chat WHERE a.person_id = :id AND a.chat <> '' AND a.channel = outbox.channel"
            " AND a.chat = outbox.chat AND outbox.seq > l.sent_seq)"
            " AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.id = outbox.subject AND r.homeowner_id = :id)",
            stale=STALE,
            id=person_id,
            now=now,
        )
