"""The topics of a group: one for each subject that is spoken of there."""

from __future__ import annotations

from dataclasses import dataclass

from domain.chat import Place
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class Thread:
    """A topic by the platform's id; ``open`` is what it was when we last changed it."""

    id: str
    open: bool


class Topics:
    """Repository of topics, over one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def of(self, place: Place, subject: str) -> Thread | None:
        """The topic of a subject in a group; None if it has none yet."""
        row = await self.connection.one(
            "SELECT thread, open FROM topics WHERE channel = :channel AND chat = :chat AND subject = :subject",
            channel=place.channel,
            chat=place.chat,
            subject=subject,
        )
        return Thread(row["thread"], row["open"]) if row else None

    async def about(self, place: Place, thread: str) -> str:
        """What is spoken of in a topic; empty if it is none of ours."""
        row = await self.connection.one(
            "SELECT subject FROM topics WHERE channel = :channel AND chat = :chat AND thread = :thread",
            channel=place.channel,
            chat=place.chat,
            thread=thread,
        )
        return str(row["subject"]) if row else ""

    async def keep(self, place: Place, subject: str, thread: Thread) -> None:
        """From now on this is the subject's topic, and as open as that."""
        await self.connection.run(
            "INSERT INTO topics (channel, chat, subject, thread, open)"
            " VALUES (:channel, :chat, :subject, :thread, :open)"
            " ON CONFLICT (channel, chat, subject) DO UPDATE SET thread = excluded.thread, open = excluded.open",
            channel=place.channel,
            chat=place.chat,
            subject=subject,
            thread=thread.id,
            open=thread.open,
        )

    async def forget(self, place: Place, thread: str) -> None:
        """The topic is not there any more."""
        await self.connection.run(
            "DELETE FROM topics WHERE channel = :channel AND chat = :chat AND thread = :thread",
            channel=place.channel,
            chat=place.chat,
            thread=thread,
        )
