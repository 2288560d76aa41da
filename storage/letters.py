"""Messages that could not be sent, until somebody tries them again or lets them go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.chat import Place
from domain.packing import unpack_outbound
from storage.database import Connection, Row
from storage.outbox import Posted


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that did not arrive, and the short code of why."""

    row: Posted
    code: str


class DeadLetters:
    """Repository of dead letters, over one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def all(self, limit: int) -> Sequence[DeadLetter]:
        """Those that nobody has decided on, the oldest first."""
        rows = await self._connection.all(
            "SELECT id, channel, chat, seq, token, body, posted_at, error_code FROM outbox WHERE state = 'dead'"
            " ORDER BY posted_at LIMIT :limit",
            limit=limit,
        )
        return [_letter(row) for row in rows]

    async def get(self, id: str) -> DeadLetter | None:
        """The dead letter of this row id; None if it was decided on, or never was one."""
        row = await self._connection.one(
            "SELECT id, channel, chat, seq, token, body, posted_at, error_code FROM outbox"
            " WHERE id = :id AND state = 'dead'",
            id=id,
        )
        return _letter(row) if row else None

    async def retry(self, id: str, now: datetime) -> bool:
        """Send it again, before what is newer in its chat; False if it is no dead letter.

        Its lane is opened again. Of a card that has a newer version the newer one stands, and nothing is sent.
        """
        letter = await self.get(id)
        if letter is None or not await self._revive(letter):
            return False
        place = letter.row.outbound.to
        await self._connection.run(
            "UPDATE lanes SET blocked = '', sent_seq = CASE WHEN sent_seq < :before THEN sent_seq ELSE :before END,"
            " priority = CASE WHEN due_at IS NOT NULL AND priority < :priority THEN priority ELSE :priority END,"
            " due_at = CASE WHEN due_at IS NOT NULL THEN due_at WHEN free_at > :now THEN free_at ELSE :now END"
            " WHERE channel = :channel AND chat = :chat",
            before=letter.row.seq - 1,
            priority=int(letter.row.outbound.priority),
            now=now,
            channel=place.channel,
            chat=place.chat,
        )
        self._connection.wake(place.channel, place.chat)
        return True

    async def _revive(self, letter: DeadLetter) -> bool:
        place = letter.row.outbound.to
        # The lane before its row, as everybody takes them.
        await self._connection.one(
            "SELECT last_seq FROM lanes WHERE channel = :channel AND chat = :chat" + self._connection.locked,
            channel=place.channel,
            chat=place.chat,
        )
        revived = await self._connection.run(
            "UPDATE outbox SET tries = 0, copies = 0, error_code = '', settled_at = NULL, state = CASE"
            " WHEN EXISTS (SELECT 1 FROM outbox n WHERE n.channel = :channel AND n.chat = :chat AND n.card = :card"
            " AND n.card <> '' AND n.seq > :seq) THEN 'merged' ELSE 'due' END WHERE id = :id AND state = 'dead'",
            channel=place.channel,
            chat=place.chat,
            card=letter.row.outbound.card,
            seq=letter.row.seq,
            id=letter.row.id,
        )
        return revived == 1

    async def discard(self, id: str, now: datetime) -> bool:
        """Let it go; False if it is no dead letter."""
        discarded = await self._connection.run(
            "UPDATE outbox SET state = 'discarded', settled_at = :now WHERE id = :id AND state = 'dead'",
            id=id,
            now=now,
        )
        return discarded == 1


def _letter(row: Row) -> DeadLetter:
    outbound = unpack_outbound(row["body"], Place(row["channel"], row["chat"]))
    return DeadLetter(Posted(row["id"], row["seq"], row["token"] or "", outbound, row["posted_at"]), row["error_code"])
