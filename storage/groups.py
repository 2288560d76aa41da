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

    async def speaking(self, channel: str, purpose: str) -> list[tuple[str, str]]:
        """The chats of a channel that are bound to a purpose, each with its language."""
        rows = await self.connection.all(
            "SELECT chat, locale FROM groups WHERE channel = :channel AND purpose = :purpose ORDER BY chat",
            channel=channel,
            purpose=purpose,
        )
        return [(row["chat"], row["locale"]) for row in rows]

    async def purpose(self, place: Place) -> str:
        """What a group is bound to; empty for a private chat and a group that nobody bound."""
        row = await self.connection.one(
            "SELECT purpose FROM groups WHERE channel = :channel AND chat = :chat",
            channel=place.channel,
            chat=place.chat,
        )
        return str(row["purpose"]) if row else ""

    async def unbind(self, place: Place, at: datetime) -> bool:
        """It served a purpose until ``at``; False if it serves none, or was bound since."""
        unbound = await self.connection.run(
            "DELETE FROM groups WHERE channel = :channel AND chat = :chat AND bound_at <= :at",
            channel=place.channel,
            chat=place.chat,
            at=at,
        )
        return unbound == 1
