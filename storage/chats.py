"""What is known of a chat: whether it can be reached, what it was told, and whether it has topics."""

from __future__ import annotations

from datetime import datetime

from domain.chat import Place
from storage.database import Connection


class Chats:
    """Repository of chats as such, over one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def shut(self, place: Place, code: str, at: datetime) -> None:
        """Nothing reaches this chat since ``at``, unless something arrived there later; who hears from it opens it."""
        await self.connection.run(
            "UPDATE lanes SET blocked = :code WHERE channel = :channel AND chat = :chat AND NOT EXISTS (SELECT 1"
            " FROM outbox o WHERE o.channel = lanes.channel AND o.chat = lanes.chat AND o.seq > lanes.last_seq - 50"
            " AND o.state = 'sent' AND o.settled_at > :at)",
            code=code,
            channel=place.channel,
            chat=place.chat,
            at=at,
        )

    async def reach(self, place: Place) -> None:
        """This chat can be reached again."""
        await self.connection.run(
            "UPDATE lanes SET blocked = '' WHERE channel = :channel AND chat = :chat AND blocked <> ''",
            channel=place.channel,
            chat=place.chat,
        )

    async def told(self, place: Place, card: str) -> bool:
        """Whether a message with this card is owed to a chat, or stands there."""
        row = await self.connection.one(
            "SELECT 1 AS yes FROM outbox WHERE channel = :channel AND chat = :chat AND card = :card AND card <> ''"
            " AND state IN ('due', 'sent') LIMIT 1",
            channel=place.channel,
            chat=place.chat,
            card=card,
        )
        return row is not None

    async def knows(self, place: Place, external: str) -> bool:
        """Whether the platform's message ``external`` is one of ours."""
        row = await self.connection.one(
            "SELECT 1 AS yes FROM outbox WHERE channel = :channel AND chat = :chat AND external = :external LIMIT 1",
            channel=place.channel,
            chat=place.chat,
            external=external,
        )
        return row is not None

    async def deny(self, place: Place) -> bool:
        """No topics can be made in this group until ``allow``; False if that was known."""
        denied = await self.connection.run(
            "UPDATE lanes SET topics = FALSE, topics_denied = TRUE"
            " WHERE channel = :channel AND chat = :chat AND NOT topics_denied",
            channel=place.channel,
            chat=place.chat,
        )
        return denied == 1

    async def allow(self, place: Place, topics: bool) -> None:
        """Our rights in this group have changed: whether it has topics now, as far as they say."""
        await self.connection.run(
            "UPDATE lanes SET topics = :topics, topics_denied = FALSE WHERE channel = :channel AND chat = :chat",
            topics=topics,
            channel=place.channel,
            chat=place.chat,
        )
