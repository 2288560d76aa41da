"""Messages that could not be sent, until somebody tries them again or lets them go."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.channel import AMONG
from domain.chat import Place
from domain.packing import unpack_outbound
from storage.database import Connection, Row
from storage.outbox import Outbox, Posted

EXPIRED = "expired"  # the channel was down for longer than messages are kept
RESTORED = "restored"  # it was unsent in a backup; it may have been sent since
LIKE_SIGNS = re.compile("[!%_]")
_TOGETHER = (
    "state = 'dead' AND channel = :channel AND CASE WHEN error_code IN ('expired', 'restored')"
    " THEN error_code ELSE '' END = :whole AND (CAST(:whole AS TEXT) <> '' OR chat = :chat)"
)


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

    async def together(self, place: Place, code: str) -> int:
        """How many undecided ones staff are told of together with one of this chat and code.

        One word tells of all that did not reach a chat, and of all that a whole channel was down too long for.
        """
        row = await self._connection.one(
            f"SELECT count(*) AS letters FROM outbox WHERE {_TOGETHER}",
            channel=place.channel,
            chat=place.chat,
            whole=_whole(code),
        )
        return int(row["letters"]) if row else 0

    async def retry(self, id: str, now: datetime) -> bool:
        """Send it again, and those told together with it, before what is newer in its chat; False if it is none.

        Their lanes are opened again. Of a card that has a newer version the newer one stands, and nothing is sent
        unless it says more than the card.
        """
        letter = await self.get(id)
        if letter is None:
            return False
        rows = await self._told_with(letter)
        channel = letter.row.outbound.to.channel
        lanes: dict[str, list[Row]] = {}
        for row in rows:
            lanes.setdefault(row["chat"], []).append(row)
        await Outbox(self._connection).hold([Place(channel, chat) for chat in lanes])
        if not await self._revive([row["id"] for row in rows], now):
            return False
        await self._open(channel, lanes, now)
        return True

    async def taken(self, place: Place, external: str) -> Posted | None:
        """What the platform has taken and calls ``external``, perhaps among other ids; None if that is no message of
        ours, or is known not to have been shown."""
        escaped = LIKE_SIGNS.sub(r"!\g<0>", external)
        row = await self._connection.one(
            "SELECT id, channel, chat, seq, token, body, posted_at, error_code FROM outbox WHERE channel = :channel"
            " AND chat = :chat AND (external = :external OR ' ' || external || ' ' LIKE :named ESCAPE '!')"
            " AND state = 'sent' ORDER BY seq DESC LIMIT 1",
            channel=place.channel,
            chat=place.chat,
            external=external,
            named=f"%{AMONG}{escaped}{AMONG}%",
        )
        return _letter(row).row if row else None

    async def under_way(self, place: Place) -> bool:
        """Whether the platform may have taken something there of which that is not kept yet."""
        row = await self._connection.one(
            "SELECT 1 AS yes FROM lanes l JOIN outbox o ON o.channel = l.channel AND o.chat = l.chat"
            " AND o.seq > l.sent_seq WHERE l.channel = :channel AND l.chat = :chat AND o.state = 'due' AND o.copies > 0"
            " LIMIT 1",
            channel=place.channel,
            chat=place.chat,
        )
        return row is not None

    async def bounce(self, row: Posted, code: str, now: datetime) -> bool:
        """The platform did not show what it had taken: a dead letter after all. False if that is known already. To be
        called with the lane held."""
        bounced = await self._connection.run(
            "UPDATE outbox SET state = 'dead', error_code = :code, settled_at = :now, external = NULL"
            " WHERE id = :id AND state = 'sent'",
            code=code,
            now=now,
            id=row.id,
        )
        return bounced == 1

    async def again(self, row: Posted, now: datetime) -> None:
        """This one dead letter is due again, and no other."""
        place = row.outbound.to
        if await self._revive([row.id], now):
            lane: Row = {"seq": row.seq, "priority": int(row.outbound.priority)}
            await self._open(place.channel, {place.chat: [lane]}, now)

    async def _open(self, channel: str, lanes: Mapping[str, Sequence[Row]], now: datetime) -> None:
        """Let lanes go on from these rows."""
        await self._connection.each(
            "UPDATE lanes SET blocked = '', sent_seq = CASE WHEN sent_seq < :before THEN sent_seq ELSE :before END,"
            " priority = CASE WHEN due_at IS NOT NULL AND priority < :priority THEN priority ELSE :priority END,"
            " due_at = CASE WHEN due_at IS NOT NULL AND NOT asleep THEN due_at WHEN free_at > :now THEN free_at"
            " ELSE :now END, asleep = FALSE"
            " WHERE channel = :channel AND chat = :chat",
            [_opened(channel, chat, lanes[chat], now) for chat in sorted(lanes)],
        )
        for chat in lanes:
            self._connection.wake(channel, chat)

    async def _told_with(self, letter: DeadLetter) -> Sequence[Row]:
        place = letter.row.outbound.to
        return await self._connection.all(
            f"SELECT id, chat, seq, priority FROM outbox WHERE {_TOGETHER}",
            channel=place.channel,
            chat=place.chat,
            whole=_whole(letter.code),
        )

    async def _revive(self, ids: list[str], now: datetime) -> int:
        revived = await self._connection.run(
            "UPDATE outbox SET tries = 0, copies = 0, error_code = '', posted_at = :now, settled_at = NULL,"
            " state = CASE WHEN NOT receipt AND EXISTS (SELECT 1 FROM outbox n WHERE n.channel = outbox.channel"
            " AND n.chat = outbox.chat AND n.card = outbox.card AND n.card <> '' AND n.seq > outbox.seq)"
            " THEN 'merged' ELSE 'due' END"
            " WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'dead'",
            now=now,
            ids=ids,
        )
        await self._connection.run(
            "UPDATE outbox SET settled_at = :now WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'merged'",
            now=now,
            ids=ids,
        )
        return revived

    async def discard(self, id: str, now: datetime) -> bool:
        """Let it go, and those told together with it; False if it is no dead letter."""
        letter = await self.get(id)
        if letter is None:
            return False
        ids = [row["id"] for row in await self._told_with(letter)]
        discarded = await self._connection.run(
            "UPDATE outbox SET state = 'discarded', settled_at = :now"
            " WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'dead'",
            ids=ids,
            now=now,
        )
        return discarded > 0


def _whole(code: str) -> str:
    """The code itself if a whole channel shares it, else empty."""
    return code if code in (EXPIRED, RESTORED) else ""


def _opened(channel: str, chat: str, rows: Sequence[Row], now: datetime) -> dict[str, object]:
    return {
        "channel": channel,
        "chat": chat,
        "before": min(row["seq"] for row in rows) - 1,
        "priority": min(row["priority"] for row in rows),
        "now": now,
    }


def _letter(row: Row) -> DeadLetter:
    outbound = unpack_outbound(row["body"], Place(row["channel"], row["chat"]))
    return DeadLetter(Posted(row["id"], row["seq"], row["token"] or "", outbound, row["posted_at"]), row["error_code"])
