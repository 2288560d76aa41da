"""What is handed over as the answer to the message which caused it, so that nobody else sends it meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.chat import Place, Priority, alive
from domain.packing import unpack_outbound
from storage.database import Connection, Row
from storage.lanes import Claimed, Lanes
from storage.limits import later
from storage.outbox import Posted
from storage.posted import GIVEN, GIVING

ANSWER_S = 20.0
"""How long the answer may take; a platform that got none has asked for the last time by then."""
ROWS_MAX = 32
"""How many messages of one cause are looked at for those which go to the place it came from."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A row that is ours to give as an answer until its lease ends; ``settled`` if it was given before: there is
    nothing left to report."""

    claimed: Claimed
    settled: bool = False


class Handing:
    """Repository of answers in place, over one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def give(self, cause: str, place: Place, now: datetime, lease_s: float = ANSWER_S) -> Handed | None:
        """What answers the message ``cause`` in the private chat it came from, claimed for ``lease_s``.

        That is what was given before, or else what its lane would send next, if it is of this cause, has no files and
        nobody is at work in the lane. None where that is not so: the lane goes on as ever.
        """
        if not await self._rows(cause, place):
            return None
        lane = await self._hold(place)
        if lane is None or lane["is_group"]:
            return None
        rows = await self._rows(cause, place)
        for row in rows:
            if row["external"] == f"{GIVEN}{row['id']}":
                return _handed(row, lane, lane["attempts"], now, now, settled=True)
            if row["external"] == f"{GIVING}{lane['attempts']}" and lane["due_at"] and lane["due_at"] > now:
                return _handed(row, lane, lane["attempts"], now, lane["due_at"])
        return await self._claim(rows, lane, place, now, lease_s) if _free(lane, now) else None

    async def settle(self, handed: Handed, now: datetime) -> bool:
        """It was given; False, and nothing changes, if somebody else has claimed the lane since."""
        claimed = handed.claimed
        if handed.settled or not await Lanes(self._connection).settle(claimed, f"{GIVEN}{claimed.row.id}", now):
            return handed.settled
        self._connection.wake(claimed.place.channel, claimed.place.chat)
        return True

    async def release(self, handed: Handed, now: datetime) -> bool:
        """It was not given, and is due at once; False if somebody else has claimed the lane since."""
        claimed, place = handed.claimed, handed.claimed.place
        if handed.settled or not await self._let_go(claimed, now):
            return False
        await self._connection.run(
            "UPDATE outbox SET external = NULL, copies = copies - 1 WHERE id = :id AND external = :giving",
            id=claimed.row.id,
            giving=f"{GIVING}{claimed.claim}",
        )
        self._connection.wake(place.channel, place.chat)
        return True

    async def _let_go(self, claimed: Claimed, now: datetime) -> bool:
        released = await self._connection.run(
            "UPDATE lanes SET due_at = CASE WHEN free_at > :now THEN free_at ELSE :now END WHERE channel = :channel"
            " AND chat = :chat AND attempts = :claim AND due_at IS NOT NULL",
            now=now,
            channel=claimed.place.channel,
            chat=claimed.place.chat,
            claim=claimed.claim,
        )
        return released == 1

    async def _rows(self, cause: str, place: Place) -> Sequence[Row]:
        """What the message caused in the chat it came from, in order."""
        return await self._connection.all(
            "SELECT id, channel, chat, seq, token, body, posted_at, state, tries, copies, external FROM outbox"
            " WHERE id IN (SELECT value FROM json_each(:ids)) AND channel = :channel AND chat = :chat ORDER BY seq",
            ids=[f"{cause}:{part}{index}" for part in ("", "sorry:", "quarantined:") for index in range(ROWS_MAX)],
            channel=place.channel,
            chat=place.chat,
        )

    async def _hold(self, place: Place) -> Row | None:
        return await self._connection.one(
            "SELECT attempts, due_at, free_at, priority, sent_seq, is_group, locale FROM lanes"
            " WHERE channel = :channel AND chat = :chat" + self._connection.locked,
            channel=place.channel,
            chat=place.chat,
        )

    async def _claim(
        self, rows: Sequence[Row], lane: Row, place: Place, now: datetime, lease_s: float
    ) -> Handed | None:
        head = await self._head(place, lane)
        row = next((one for one in rows if one["seq"] == head and one["state"] == "due"), None)
        until = later(now, lease_s)
        handed = _handed(row, lane, lane["attempts"] + 1, now, until) if row else None
        if handed is None or handed.claimed.row.outbound.files:
            return None
        claim = handed.claimed.claim
        await self._connection.run(
            "UPDATE lanes SET due_at = :until, attempts = :claim WHERE channel = :channel AND chat = :chat",
            until=until,
            claim=claim,
            channel=place.channel,
            chat=place.chat,
        )
        await self._connection.run(
            "UPDATE outbox SET external = :giving, copies = copies + 1 WHERE id = :id",
            giving=f"{GIVING}{claim}",
            id=handed.claimed.row.id,
        )
        return handed

    async def _head(self, place: Place, lane: Row) -> int | None:
        """The seq of what the lane would send next: the first urgent row where there is any, else the first."""
        row = await self._connection.one(
            "SELECT min(seq) AS first, min(CASE WHEN priority = :urgent THEN seq END) AS urgent FROM outbox"
            " WHERE channel = :channel AND chat = :chat AND seq > :sent_seq AND state = 'due'",
            channel=place.channel,
            chat=place.chat,
            sent_seq=lane["sent_seq"],
            urgent=int(Priority.URGENT),
        )
        assert row is not None
        urgent: int | None = row["urgent"] if lane["priority"] == Priority.URGENT else None
        first: int | None = row["first"]
        return first if urgent is None else urgent


def _free(lane: Row, now: datetime) -> bool:
    """Whether nobody is at work in the lane: it is due, or waits for nothing but limits of its own, which an answer
    does not spend."""
    return lane["due_at"] is not None and (lane["due_at"] <= now or lane["due_at"] == lane["free_at"])


def _handed(row: Row, lane: Row, claim: int, now: datetime, until: datetime, settled: bool = False) -> Handed | None:
    """None if nothing of it is worth saying any more."""
    place = Place(row["channel"], row["chat"])
    whole = unpack_outbound(row["body"], place)
    outbound = alive(whole, now)
    if whole.lines and not (outbound.lines or outbound.files):
        return None
    claimed = Claimed(
        Posted(row["id"], row["seq"], row["token"] or "", outbound, row["posted_at"]),
        claim=claim,
        at=now,
        until=until,
        locale=lane["locale"],
        known="",
        blocked="",
        stale=False,
        tries=row["tries"],
        copies=row["copies"] + (claim > lane["attempts"]),
    )
    return Handed(claimed, settled)
