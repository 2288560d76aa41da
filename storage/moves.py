"""A group chat that has another id from now on: all that is known of it follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from domain.chat import Inbound, Place
from storage.database import Connection, Row


class Moves:
    """Moves chats, over one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def move(self, old: Place, new: Place, now: datetime) -> None:
        """Group, topics, open questions and messages of ``old`` belong to ``new``, which may be known already.

        Unsent messages follow in their order, behind what ``new`` owes; cards are sent anew there, and buttons that
        were shown in ``old`` may be pressed in ``new``. A sender that is at work in ``old`` loses its claim. Twice is
        once, and what is owed to ``old`` later is moved by the next call.
        """
        if old == new:
            return
        await self._known(old, new)
        await self._group(old, new)
        await self._topics(old, new)
        await self._albums(old, new)
        await self._conversations(old, new)
        await self._lane(old, new, now)

    async def follow(self, inbound: Inbound) -> Inbound:
        """What was said in a chat before it moved, as if said where it is by now; the same message if it has not.

        The message it answers is named as ``outbox.about`` knows it there.
        """
        row = await self.connection.one(
            "SELECT new_chat FROM moved WHERE channel = :channel AND old_chat = :chat",
            channel=inbound.place.channel,
            chat=inbound.place.chat,
        )
        if row is None:
            return inbound
        answers = f"{inbound.place.chat}/{inbound.reply_to}" if inbound.reply_to else ""
        return replace(inbound, place=Place(inbound.place.channel, row["new_chat"]), reply_to=answers)

    async def _known(self, old: Place, new: Place) -> None:
        await self.connection.run(
            "INSERT INTO moved (channel, old_chat, new_chat) VALUES (:channel, :old, :new)"
            " ON CONFLICT (channel, old_chat) DO UPDATE SET new_chat = excluded.new_chat",
            **_names(old, new),
        )
        await self.connection.run(
            "UPDATE moved SET new_chat = :new WHERE channel = :channel AND new_chat = :old", **_names(old, new)
        )

    async def _group(self, old: Place, new: Place) -> None:
        await self.connection.run(
            "UPDATE groups SET chat = :new WHERE channel = :channel AND chat = :old AND NOT EXISTS"
            " (SELECT 1 FROM groups g WHERE g.channel = :channel AND g.chat = :new)",
            **_names(old, new),
        )
        await self.connection.run(
            "DELETE FROM groups WHERE channel = :channel AND chat = :old", channel=old.channel, old=old.chat
        )

    async def _topics(self, old: Place, new: Place) -> None:
        await self.connection.run(
            "UPDATE topics SET chat = :new WHERE channel = :channel AND chat = :old AND NOT EXISTS"
            " (SELECT 1 FROM topics t WHERE t.channel = :channel AND t.chat = :new AND t.subject = topics.subject)",
            **_names(old, new),
        )
        await self.connection.run(
            "DELETE FROM topics WHERE channel = :channel AND chat = :old", channel=old.channel, old=old.chat
        )

    async def _albums(self, old: Place, new: Place) -> None:
        await self.connection.run(
            "UPDATE albums SET chat = :new WHERE channel = :channel AND chat = :old AND NOT EXISTS"
            " (SELECT 1 FROM albums a WHERE a.channel = :channel AND a.chat = :new AND a.album = albums.album)",
            **_names(old, new),
        )

    async def _conversations(self, old: Place, new: Place) -> None:
        """Open questions in a group are kept under «person@chat»."""
        await self.connection.run(
            "UPDATE conversations SET id = substr(id, 1, length(id) - CAST(:length AS INTEGER)) || :fresh"
            " WHERE substr(id, length(id) - CAST(:length AS INTEGER) + 1) = :suffix AND NOT EXISTS"
            " (SELECT 1 FROM conversations c"
            " WHERE c.id = substr(conversations.id, 1, length(conversations.id) - CAST(:length AS INTEGER)) || :fresh)",
            length=len(old.chat) + 1,
            suffix=f"@{old.chat}",
            fresh=f"@{new.chat}",
        )

    async def _lane(self, old: Place, new: Place, now: datetime) -> None:
        lanes = await self._lanes(old, new, now)
        left, base = lanes.get(old), lanes[new]["last_seq"]
        if left is None:
            return
        await self.connection.run(
            "UPDATE outbox SET chat = :new, seq = seq + :base, external = NULL,"
            " was = CASE WHEN external IS NULL THEN was ELSE CAST(:old AS TEXT) || '/' || external END"
            " WHERE channel = :channel AND chat = :old",
            base=base,
            **_names(old, new),
        )
        await self.connection.run(
            "UPDATE lanes SET last_seq = last_seq + :count, is_group = TRUE, priority = CASE"
            " WHEN due_at IS NULL OR priority > :priority THEN :priority ELSE priority END,"
            " due_at = CASE WHEN due_at IS NULL AND :waits THEN :now ELSE due_at END,"
            " locale = CASE WHEN locale = '' THEN :locale ELSE locale END WHERE channel = :channel AND chat = :chat",
            count=left["last_seq"],
            priority=left["priority"],
            waits=left["due_at"] is not None,
            now=now,
            locale=left["locale"],
            channel=new.channel,
            chat=new.chat,
        )
        await self.connection.run(
            "UPDATE lanes SET due_at = NULL, sent_seq = last_seq, attempts = attempts + 1, topics = FALSE"
            " WHERE channel = :channel AND chat = :chat",
            channel=old.channel,
            chat=old.chat,
        )
        self.connection.wake(new.channel, new.chat)

    async def _lanes(self, old: Place, new: Place, now: datetime) -> dict[Place, Row]:
        """Both lanes, held until the commit in the order in which everybody takes them."""
        found: dict[Place, Row] = {}
        for place in sorted((old, new)):
            if place == new:
                await self.connection.run(
                    "INSERT INTO lanes (channel, chat, free_at, is_group) VALUES (:channel, :chat, :now, TRUE)"
                    " ON CONFLICT (channel, chat) DO NOTHING",
                    channel=new.channel,
                    chat=new.chat,
                    now=now,
                )
            row = await self.connection.one(
                "SELECT last_seq, due_at, priority, locale FROM lanes WHERE channel = :channel AND chat = :chat"
                + self.connection.locked,
                channel=place.channel,
                chat=place.chat,
            )
            if row is not None:
                found[place] = row
        return found


def _names(old: Place, new: Place) -> dict[str, object]:
    return {"channel": old.channel, "old": old.chat, "new": new.chat}
