"""What must go out: told once for each cause, in order for each chat."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any, LiteralString

from domain.chat import Button, Line, Outbound, Place, Text
from domain.packing import pack_outbound, unpack_button, unpack_outbound
from storage.database import Connection, Row

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

_OWE: LiteralString = (
    "INSERT INTO outbox (id, channel, chat, seq, state, priority, card, fresh, subject, receipt, token, body,"
    " posted_at) VALUES (:id, :channel, :chat, :seq, 'due', :priority, :card, :fresh, :subject, :receipt,"
    " :token, :body, :posted_at) ON CONFLICT (id) DO NOTHING"
)

# Only the version before it can be unsent. It is compared with the row as it is kept: a cause that is told again must
# not replace its own first telling.
_MERGE: LiteralString = (
    "UPDATE outbox SET state = 'merged', settled_at = :posted_at WHERE state = 'due' AND NOT receipt"
    " AND id = (SELECT o.id FROM outbox o WHERE o.channel = :channel AND o.chat = :chat AND o.card = :card"
    " AND o.card <> '' AND o.seq < (SELECT n.seq FROM outbox n WHERE n.id = :id) ORDER BY o.seq DESC LIMIT 1)"
)

# The same in the trip that adds the row, where an engine can do that; each row sees those added before it.
_OWE_AND_MERGE: LiteralString = (
    "WITH owed AS (" + _OWE + " RETURNING channel, chat, card, seq)"
    " UPDATE outbox SET state = 'merged', settled_at = :posted_at WHERE state = 'due' AND NOT receipt"
    " AND id = (SELECT (SELECT o.id FROM outbox o WHERE o.channel = n.channel AND o.chat = n.chat AND o.card = n.card"
    " AND o.card <> '' AND o.seq < n.seq ORDER BY o.seq DESC LIMIT 1) FROM owed n)"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """Where a message came from: its lane learns that it is a group, or the language of the one person there.

    ``locale`` is taken as long as none is known; ``Outbox.speak`` changes it. ``topics`` says whether the group has
    such now.
    """

    place: Place
    group: bool = False
    locale: str = ""
    topics: bool = False


@dataclass(frozen=True, slots=True)
class Posted:
    """A row of the outbox. ``token`` is empty without buttons."""

    id: str
    seq: int
    token: str
    outbound: Outbound
    posted_at: datetime

    @property
    def tokens(self) -> tuple[str, ...]:
        """What the platform sees of each button, in the order of the buttons, at most 64 bytes."""
        return tuple([f"{self.token}.{index}" for index, _ in enumerate(buttons(self.outbound))])


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that was pressed, and the message it stands on.

    ``stale`` says that the card has a newer version in its chat.
    """

    id: str
    place: Place
    seq: int
    card: str
    button: Button
    stale: bool
    posted_at: datetime


class Outbox:
    """Repository of what must go out, over one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, cause: str, outbounds: Sequence[Outbound], now: datetime, heard: Heard | None = None) -> None:
        """Owe these messages because of ``cause``; what the same cause already owed by the same index is not
        owed again.

        A message with a card replaces what is unsent of the same card in its chat, unless somebody waits for a
        receipt of that. ``heard`` costs nothing if something goes to that place: it also opens a lane again that
        was closed because nothing reached it.
        """
        if not outbounds:
            return
        seqs = await self._allot(outbounds, now, heard)
        rows = [
            _values(f"{cause}:{index}", seq, outbound, now)
            for index, (seq, outbound) in enumerate(zip(seqs, outbounds, strict=True))
        ]
        cards = [row for row in rows if row["card"]]
        if cards and self._connection.engine == "postgres":
            await self._connection.each(_OWE_AND_MERGE, rows)
            return
        await self._connection.each(_OWE, rows)
        if cards:
            await self._connection.each(_MERGE, cards)

    async def _allot(self, outbounds: Sequence[Outbound], now: datetime, heard: Heard | None) -> list[int]:
        """The seq of each message. Lanes are taken in sorted order, so that no two transactions wait for each other."""
        lanes = [(outbound.to.channel, outbound.to.chat) for outbound in outbounds]
        seqs: dict[tuple[str, str], Iterator[int]] = {}
        for lane in sorted(set(lanes)):
            there = [outbound for outbound, its in zip(outbounds, lanes, strict=True) if its == lane]
            seqs[lane] = await self._extend(there, now, heard)
        return [next(seqs[lane]) for lane in lanes]

    async def _extend(self, outbounds: Sequence[Outbound], now: datetime, heard: Heard | None) -> Iterator[int]:
        """Make room in the lane of these messages and hold it until the commit; the seqs of that room."""
        place = outbounds[0].to
        told = heard if heard is not None and heard.place == place else None
        row = await self._connection.one(
            "INSERT INTO lanes (channel, chat, last_seq, due_at, free_at, priority, is_group, locale, topics)"
            " VALUES (:channel, :chat, :count, :now, :now, :priority, :is_group, :locale, :topics)"
            " ON CONFLICT (channel, chat) DO UPDATE SET last_seq = lanes.last_seq + excluded.last_seq,"
            " due_at = CASE WHEN lanes.due_at IS NOT NULL THEN lanes.due_at"
            " WHEN lanes.free_at > excluded.due_at THEN lanes.free_at ELSE excluded.due_at END,"
            " priority = CASE WHEN lanes.due_at IS NOT NULL AND lanes.priority < excluded.priority"
            " THEN lanes.priority ELSE excluded.priority END,"
            " is_group = lanes.is_group OR excluded.is_group,"
            " topics = CASE WHEN excluded.is_group THEN excluded.topics AND NOT lanes.topics_denied"
            " ELSE lanes.topics END,"
            " locale = CASE WHEN lanes.locale = '' THEN excluded.locale ELSE lanes.locale END,"
            " blocked = CASE WHEN :heard THEN '' ELSE lanes.blocked END"
            " RETURNING last_seq",
            channel=place.channel,
            chat=place.chat,
            count=len(outbounds),
            now=now,
            priority=min(int(outbound.priority) for outbound in outbounds),
            is_group=told is not None and told.group,
            topics=told is not None and told.group and told.topics,
            locale=told.locale if told and not told.group else "",
            heard=told is not None,
        )
        assert row is not None
        self._connection.wake(place.channel, place.chat)
        return count(int(row["last_seq"]) - len(outbounds) + 1)

    async def speak(self, place: Place, locale: str) -> None:
        """From now on this language is spoken there."""
        await self._connection.run(
            "INSERT INTO lanes (channel, chat, free_at, locale) VALUES (:channel, :chat, :free_at, :locale)"
            " ON CONFLICT (channel, chat) DO UPDATE SET locale = excluded.locale",
            channel=place.channel,
            chat=place.chat,
            free_at=LONG_AGO,
            locale=locale,
        )

    async def language(self, place: Place) -> str:
        """The language read in a chat; empty if nobody knows."""
        row = await self._connection.one(
            "SELECT locale FROM lanes WHERE channel = :channel AND chat = :chat",
            channel=place.channel,
            chat=place.chat,
        )
        return str(row["locale"]) if row else ""

    async def button(self, token: str) -> Pressed | None:
        """What a pressed token stands for; None if we never made it."""
        stem, _, index = token.rpartition(".")
        row = await self._connection.one(
            "SELECT id, channel, chat, seq, card, body, posted_at, EXISTS (SELECT 1 FROM outbox n"
            " WHERE n.channel = o.channel AND n.chat = o.chat AND n.card = o.card AND n.card <> '' AND n.seq > o.seq)"
            " AS stale FROM outbox o WHERE token = :stem",
            stem=stem,
        )
        if row is None or not (index.isascii() and index.isdigit() and len(index) < 4):
            return None
        found = unpack_button(row["body"], int(index))
        if found is None:
            return None
        place = Place(row["channel"], row["chat"])
        return Pressed(row["id"], place, row["seq"], row["card"], found, bool(row["stale"]), row["posted_at"])

    async def newest(self, place: Place, card: str) -> Outbound | None:
        """The latest version of a card in a chat, sent or not; None if there is none."""
        row = await self._connection.one(
            "SELECT body FROM outbox WHERE channel = :channel AND chat = :chat AND card = :card AND card <> ''"
            " ORDER BY seq DESC LIMIT 1",
            channel=place.channel,
            chat=place.chat,
            card=card,
        )
        return unpack_outbound(row["body"], place) if row else None

    async def about(self, place: Place, external: str) -> str:
        """The subject of the message that the platform knows as ``external``; empty if that is not known.

        In a pulled channel ``external`` is the row's id or its seq; of what stood in a chat before it moved, the old
        chat and the id there, as «-100/17».
        """
        row = await self._connection.one(
            "SELECT subject FROM outbox WHERE channel = :channel AND chat = :chat AND external = :external"
            " ORDER BY seq DESC LIMIT 1",
            channel=place.channel,
            chat=place.chat,
            external=external,
        )
        if row is None:
            row = await (self._moved if "/" in external else self._pulled)(place, external)
        return str(row["subject"]) if row else ""

    async def _moved(self, place: Place, external: str) -> Row | None:
        return await self._connection.one(
            "SELECT subject FROM outbox WHERE channel = :channel AND chat = :chat AND was = :external"
            " ORDER BY seq DESC LIMIT 1",
            channel=place.channel,
            chat=place.chat,
            external=external,
        )

    async def _pulled(self, place: Place, external: str) -> Row | None:
        # A lane that was ever claimed is pushed: a number from there is the platform's and never a seq.
        seq = int(external) if external.isascii() and external.isdigit() and len(external) < 16 else 0
        return await self._connection.one(
            "SELECT o.subject FROM lanes l JOIN outbox o ON o.channel = l.channel AND o.chat = l.chat"
            " WHERE l.channel = :channel AND l.chat = :chat AND l.attempts = 0"
            " AND o.seq = COALESCE((SELECT i.seq FROM outbox i WHERE i.id = :external), :seq)",
            channel=place.channel,
            chat=place.chat,
            external=external,
            seq=seq,
        )

    async def after(self, place: Place, seq: int, limit: int) -> Sequence[Posted]:
        """The messages of a chat behind ``seq``, oldest first; of a card the latest version only."""
        rows = await self._connection.all(
            "SELECT id, seq, token, body, posted_at FROM outbox WHERE channel = :channel AND chat = :chat"
            " AND seq > :seq AND state <> 'merged' ORDER BY seq LIMIT :limit",
            channel=place.channel,
            chat=place.chat,
            seq=seq,
            limit=limit,
        )
        return [_posted(row, place) for row in rows]

    async def before(self, place: Place, seq: int, limit: int) -> Sequence[Posted]:
        """The ``limit`` messages of a chat that come just before ``seq``, oldest first."""
        rows = await self._connection.all(
            "SELECT id, seq, token, body, posted_at FROM outbox WHERE channel = :channel AND chat = :chat"
            " AND seq < :seq AND state <> 'merged' ORDER BY seq DESC LIMIT :limit",
            channel=place.channel,
            chat=place.chat,
            seq=seq,
            limit=limit,
        )
        return [_posted(row, place) for row in reversed(rows)]

    async def last(self, place: Place, limit: int) -> Sequence[Posted]:
        """The newest ``limit`` messages of a chat, oldest first."""
        return await self.before(place, 2**62, limit)

    async def seen(self, place: Place, seq: int, now: datetime) -> Sequence[Posted]:
        """The reader of a pulled channel has all up to ``seq``: what now counts as arrived and asked for a receipt.

        The receipts are told here; the rows are for those who want to know.
        """
        lane = await self._connection.one(
            "SELECT sent_seq, last_seq FROM lanes WHERE channel = :channel AND chat = :chat",
            channel=place.channel,
            chat=place.chat,
        )
        if lane is None or min(seq, lane["last_seq"]) <= lane["sent_seq"]:
            return []
        since, until = lane["sent_seq"], min(seq, lane["last_seq"])
        arrived = await self._receipts(place, since, until)
        told = [(row.id, receipt(row.outbound, "receipt-read")) for row in arrived]
        await self.hold([place, *(outbound.to for _, outbound in told)] if told else [])
        if not await self._advance(place, since, until):
            return []
        for id, outbound in told:
            await self.add(f"{id}:read", [outbound], now)
        return arrived

    async def _receipts(self, place: Place, since: int, until: int) -> Sequence[Posted]:
        rows = await self._connection.all(
            "SELECT id, seq, token, body, posted_at FROM outbox WHERE channel = :channel AND chat = :chat"
            " AND seq > :since AND seq <= :until AND receipt AND state = 'due' ORDER BY seq",
            channel=place.channel,
            chat=place.chat,
            since=since,
            until=until,
        )
        return [_posted(row, place) for row in rows]

    async def _advance(self, place: Place, since: int, until: int) -> bool:
        moved = await self._connection.run(
            "UPDATE lanes SET sent_seq = :until WHERE channel = :channel AND chat = :chat AND sent_seq = :since",
            channel=place.channel,
            chat=place.chat,
            since=since,
            until=until,
        )
        return moved == 1

    async def hold(self, places: Iterable[Place]) -> None:
        """Hold lanes until the commit, in the order in which ``add`` takes them."""
        if not self._connection.locked:
            return
        for place in sorted(set(places)):
            await self._connection.one(
                "SELECT last_seq FROM lanes WHERE channel = :channel AND chat = :chat" + self._connection.locked,
                channel=place.channel,
                chat=place.chat,
            )


def buttons(outbound: Outbound) -> tuple[Button, ...]:
    """All buttons in the order in which they are numbered."""
    return tuple([button for row in outbound.buttons for button in row])


def receipt(outbound: Outbound, id: str) -> Outbound:
    """What is said to who waits for this message: «receipt-arrived», «receipt-read» or «receipt-failed»."""
    assert outbound.receipt is not None
    return Outbound(
        to=outbound.receipt,
        lines=(Line(Text(id, {"subject": outbound.subject})),),
        card=outbound.receipt_card,
        subject=outbound.subject,
    )


def _values(id: str, seq: int, outbound: Outbound, now: datetime) -> dict[str, Any]:
    return {
        "id": id,
        "channel": outbound.to.channel,
        "chat": outbound.to.chat,
        "seq": seq,
        "priority": int(outbound.priority),
        "card": outbound.card,
        "fresh": outbound.fresh,
        "subject": outbound.subject,
        "receipt": outbound.receipt is not None,
        "token": secrets.token_urlsafe(9) if outbound.buttons else None,
        "body": pack_outbound(outbound),
        "posted_at": now,
    }


def _posted(row: Row, place: Place) -> Posted:
    return Posted(row["id"], row["seq"], row["token"] or "", unpack_outbound(row["body"], place), row["posted_at"])
