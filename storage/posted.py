"""What was said in each chat, and what its buttons stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.chat import Button, Outbound, Place, Priority
from domain.packing import unpack_button, unpack_outbound
from storage.database import Connection, Row

LATEST = 20  # how many messages with buttons are looked at for the one that was shown last
LATER = 200  # how far behind it a human's words are looked for
NOTICED = "noticed"  # it was told by a notice, which bears no buttons
GIVEN = "answer:"
"""What the platform is said to call a row that was given as an answer, before the row's id."""
GIVING = "answering:"
"""The same while it is being given, before the number of the claim."""
_GIVING_NOW = (
    "external = (SELECT 'answering:' || CAST(l.attempts AS TEXT) FROM lanes l WHERE l.channel = :channel"
    " AND l.chat = :chat AND l.due_at > :now)"
)
"""Whether a row is being given at this moment: nobody has claimed its lane since, and the lease has not ended."""


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


class Posts:
    """Repository of what was said, over one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

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

    async def offered(self, place: Place, now: datetime) -> Posted | None:
        """The latest message with buttons that was shown in a chat, or is the answer which is given at ``now``; None if
        there is none, or if a human said something there since: what follows answers them."""
        # an urgent one was shown before what it overtook; somebody waits for a receipt of a human's words, and of no
        # others that have no buttons
        row = await self._connection.one(
            "SELECT id, seq, token, body, posted_at FROM (SELECT id, seq, token, body, posted_at, settled_at"
            " FROM outbox WHERE channel = :channel AND chat = :chat AND token IS NOT NULL"
            f" AND (state = 'sent' OR {_GIVING_NOW}) AND error_code <> :noticed ORDER BY seq DESC LIMIT :few)"
            " AS latest WHERE NOT EXISTS (SELECT 1 FROM outbox h WHERE h.channel = :channel AND h.chat = :chat"
            " AND h.seq > latest.seq - :few AND h.seq < latest.seq + :later AND h.state = 'sent' AND h.receipt"
            " AND h.priority = :human AND h.token IS NULL AND (h.settled_at > latest.settled_at"
            " OR (h.settled_at = latest.settled_at AND h.seq > latest.seq)))"
            " ORDER BY settled_at IS NULL DESC, settled_at DESC, seq DESC LIMIT 1",
            channel=place.channel,
            chat=place.chat,
            few=LATEST,
            later=LATER,
            human=int(Priority.HUMAN),
            noticed=NOTICED,
            now=now,
        )
        return posted(row, place) if row else None

    async def counted(self, place: Place, card: str, now: datetime) -> Posted | None:
        """This card, if of all that was given as an answer in a chat it is the latest with buttons: they have numbers
        there, and those of a message that came by itself since then have none. None otherwise."""
        row = await self._connection.one(
            "SELECT id, seq, token, body, posted_at, card FROM (SELECT id, seq, token, body, posted_at, card, external"
            " FROM outbox WHERE channel = :channel AND chat = :chat AND token IS NOT NULL ORDER BY seq DESC LIMIT :few)"
            f" AS latest WHERE external LIKE :given OR {_GIVING_NOW} ORDER BY seq DESC LIMIT 1",
            channel=place.channel,
            chat=place.chat,
            few=LATEST,
            given=f"{GIVEN}%",
            now=now,
        )
        return posted(row, place) if row and row["card"] == card else None

    async def rename(self, id: str, external: str) -> None:
        """The platform calls the message of this row so from now on."""
        await self._connection.run("UPDATE outbox SET external = :external WHERE id = :id", id=id, external=external)

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

    async def card(self, place: Place, external: str) -> str:
        """The card which the platform knows as ``external``; empty if that is none of ours, or no card."""
        row = await self._connection.one(
            "SELECT card FROM outbox WHERE channel = :channel AND chat = :chat AND external = :external"
            " ORDER BY seq DESC LIMIT 1",
            channel=place.channel,
            chat=place.chat,
            external=external,
        )
        return str(row["card"]) if row else ""

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
        return [posted(row, place) for row in rows]

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
        return [posted(row, place) for row in reversed(rows)]

    async def last(self, place: Place, limit: int) -> Sequence[Posted]:
        """The newest ``limit`` messages of a chat, oldest first."""
        return await self.before(place, 2**62, limit)


def buttons(outbound: Outbound) -> tuple[Button, ...]:
    """All buttons in the order in which they are numbered."""
    return tuple([button for row in outbound.buttons for button in row])


def posted(row: Row, place: Place) -> Posted:
    """What a row of these columns says: id, seq, token, body, posted_at."""
    return Posted(row["id"], row["seq"], row["token"] or "", unpack_outbound(row["body"], place), row["posted_at"])
