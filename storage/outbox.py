"""What must go out: told once for each cause, in order for each chat."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any, LiteralString

from domain.chat import Line, Outbound, Place, Text
from domain.packing import pack_outbound
from storage.budgets import Left
from storage.posted import Posted, Posts, Pressed, buttons, posted

__all__ = ["LONG_AGO", "Heard", "Outbox", "Posted", "Pressed", "buttons", "receipt", "window_left"]

NOWHERE = Place("", "")
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

_ROOM: LiteralString = (
    "INSERT INTO lanes (channel, chat, last_seq, due_at, free_at, priority, is_group, locale, topics)"
    " VALUES (:channel, :chat, :count, :now, :now, :priority, :is_group, :locale, :topics)"
    " ON CONFLICT (channel, chat) DO UPDATE SET last_seq = lanes.last_seq + excluded.last_seq,"
    " due_at = CASE WHEN lanes.due_at IS NOT NULL AND NOT lanes.asleep THEN lanes.due_at"
    " WHEN lanes.free_at > excluded.due_at THEN lanes.free_at ELSE excluded.due_at END, asleep = FALSE,"
    " priority = CASE WHEN lanes.due_at IS NOT NULL AND lanes.priority < excluded.priority"
    " THEN lanes.priority ELSE excluded.priority END,"
    " is_group = lanes.is_group OR excluded.is_group,"
    " topics = CASE WHEN excluded.is_group THEN excluded.topics AND NOT lanes.topics_denied ELSE lanes.topics END,"
    " locale = CASE WHEN lanes.locale = '' THEN excluded.locale ELSE lanes.locale END,"
    " blocked = CASE WHEN lanes.channel = :heard_channel AND lanes.chat = :heard_chat THEN '' ELSE lanes.blocked END"
    " RETURNING channel, chat, last_seq"
)

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


class Outbox(Posts):
    """Repository of what must go out, over one open transaction."""

    async def add(self, cause: str, outbounds: Sequence[Outbound], now: datetime, heard: Heard | None = None) -> None:
        """Owe these messages because of ``cause``; what the same cause already owed by the same index is not
        owed again.

        A message with a card replaces what is unsent of the same card in its chat, unless somebody waits for a
        receipt of that or it says more than the card. ``heard`` costs nothing if something goes to that place: it
        also opens a lane again that was closed because nothing reached it.
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
        """The seq of each message, in lanes that are held until the commit. They are taken in sorted order, so that no
        two transactions wait for each other."""
        lanes: dict[tuple[str, str], list[Outbound]] = {}
        for outbound in outbounds:
            lanes.setdefault((outbound.to.channel, outbound.to.chat), []).append(outbound)
        wanted = [_lane(lanes[lane], heard) for lane in sorted(lanes)]
        here = heard.place if heard else NOWHERE
        more: dict[str, Any] = {"now": now, "heard_channel": here.channel, "heard_chat": here.chat}
        rows = [row for lane in wanted if (row := await self._connection.one(_ROOM, **lane, **more))]
        for lane in wanted:
            self._connection.wake(lane["channel"], lane["chat"])
        seqs = {}
        for channel, chat, last_seq in rows:
            seqs[channel, chat] = count(last_seq - len(lanes[channel, chat]) + 1)
        return [next(seqs[outbound.to.channel, outbound.to.chat]) for outbound in outbounds]

    async def speak(self, place: Place, locale: str, group: bool = False) -> None:
        """From now on this language is spoken there. ``group`` says that the chat is one, if nobody can write there."""
        await self._connection.run(
            "INSERT INTO lanes (channel, chat, free_at, locale, is_group)"
            " VALUES (:channel, :chat, :free_at, :locale, :is_group) ON CONFLICT (channel, chat)"
            " DO UPDATE SET locale = excluded.locale, is_group = lanes.is_group OR excluded.is_group",
            is_group=group,
            channel=place.channel,
            chat=place.chat,
            free_at=LONG_AGO,
            locale=locale,
        )

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
        return [posted(row, place) for row in rows]

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


def receipt(outbound: Outbound, id: str, left: Left | None = None, now: datetime = LONG_AGO) -> Outbound:
    """What is said to who waits for this message: «receipt-arrived», «receipt-read», «receipt-failed» or
    «receipt-waits»; with what may still be sent at ``now``, where that is not None."""
    assert outbound.receipt is not None
    more = (Line(window_left(left, now)),) if left else ()
    return Outbound(
        to=outbound.receipt,
        lines=(Line(Text(id, {"subject": outbound.subject})), *more),
        card=outbound.receipt_card,
        subject=outbound.subject,
    )


def window_left(left: Left, now: datetime) -> Text:
    """What may still be sent to somebody, and for how long: in hours, rounded down, or in minutes below one."""
    if left.until is None:
        return Text("window-shut")
    minutes = max(int((left.until - now).total_seconds() // 60), 1)
    if minutes < 60:
        return Text("window-left-minutes", {"count": left.count, "minutes": minutes})
    return Text("window-left-hours", {"count": left.count, "hours": minutes // 60})


def _lane(outbounds: Sequence[Outbound], heard: Heard | None) -> dict[str, Any]:
    """What the lane of these messages is to have room for."""
    place = outbounds[0].to
    told = heard if heard is not None and heard.place == place else None
    return {
        "channel": place.channel,
        "chat": place.chat,
        "count": len(outbounds),
        "priority": min(int(outbound.priority) for outbound in outbounds),
        "is_group": told is not None and told.group,
        "topics": told is not None and told.group and told.topics,
        "locale": told.locale if told and not told.group else "",
    }


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
        "receipt": outbound.receipt is not None or outbound.joined,  # nothing replaces it unsent
        "token": secrets.token_urlsafe(9) if outbound.buttons else None,
        "body": pack_outbound(outbound),
        "posted_at": now,
    }
