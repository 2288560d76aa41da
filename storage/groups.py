"""Group chats with a purpose."""

from __future__ import annotations

from datetime import datetime

from domain.chat import Place
from storage.database import Connection


class Groups:
    """Group chats with a purpose."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def bind(self, place: Place, purpose: str, locale: str, by: str, now: datetime) -> None:
        """From now on this group serves ``purpose``."""
        await self.connection.run(
            "INSERT INTO groups (channel, chat, purpose, locale, bound_by, bound_at)"
            " VALUES (:channel, :chat, :purpose, :locale, :by, :now) ON CONFLICT (channel, chat)"
            " DO UPDATE SET purpose = excluded.purpose, bound_by = excluded.bound_by, bound_at = excluded.bound_at",
            channel=place.channel,
            chat=place.chat,
            purpose=purpose,
            locale=locale,
            by=by,
            now=now,
        )

    async def speak(self, place: Place, locale: str) -> None:
        """Set the language of a group."""
        await self.connection.run(
            "UPDATE groups SET locale = :locale WHERE channel = :channel AND chat = :chat",
            locale=locale,
            channel=place.channel,
            chat=place.chat,
        )

    async def places(self, purpose: str) -> list[Place]:
        """Every group bound to a purpose."""
        rows = await self.connection.all(
            "SELECT channel, chat FROM groups WHERE purpose = :purpose ORDER BY channel, chat", purpose=purpose
        )
        return [Place(row["channel"], row["chat"]) for row in rows]
