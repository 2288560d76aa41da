"""Who sends what next: lanes are leased, and each lane gives its first unsent message."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.channel import Rate
from domain.chat import Outbound, Place, Priority
from domain.packing import unpack_outbound
from storage.database import Connection, Row
from storage.limits import free_from, later, moment, of_channel, of_chat, room, spend, ticks
from storage.outbox import Outbox, Posted, receipt

AHEAD = 20  # how many unsent rows are looked at for the most urgent one


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours to send until the lease ends.

    ``claim`` is the fencing token. ``known`` is the platform's id of the card to edit, empty to send anew.
    ``blocked`` says why nothing reaches the chat; it is then not to be sent at all. ``tries`` have failed before,
    and ``copies`` may have arrived, this one included.
    """

    row: Posted
    claim: int
    until: datetime
    locale: str
    known: str
    blocked: str
    tries: int
    copies: int

    @property
    def place(self) -> Place:
        """The lane."""
        return self.row.outbound.to


class Lanes:
    """Repository of lanes, for who sends; over one open transaction.

    All that a sender reports comes back False, and changes nothing, if somebody else has claimed the lane since.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def claim(
        self, channel: str, now: datetime, lease_s: float, rates: Sequence[Rate], limit: int
    ) -> Sequence[Claimed]:
        """The first message of each lane that may send now, the most urgent lanes first, at most ``limit``.

        What it returns is spent from the limits: of the channel here, of the chat in its lane.
        """
        shared = of_channel(rates)
        spent = await self._spent(channel, now, shared)
        if spent is None:
            return []
        lanes = await self._due(channel, now, room(spent, shared, ticks(now), limit))
        if not lanes:
            return []
        claimed = [await self._first(lane, now, later(now, lease_s)) for lane in lanes]
        await self._lease(lanes, claimed, now, rates)
        sending = [each for each in claimed if each and not each.blocked]
        if shared and sending:
            for _ in sending:
                spent = spend(spent, shared, ticks(now))
            await self._connection.run(
                "UPDATE limits SET spent = :spent WHERE scope = :scope", spent=spent, scope=channel
            )
        return [each for each in claimed if each]

    async def _spent(self, channel: str, now: datetime, shared: Sequence[Rate]) -> list[int] | None:
        """What the channel has sent lately; None while it must not send. Holds its limits until the commit."""
        row = await self._connection.one(
            "SELECT spent, free_at FROM limits WHERE scope = :scope" + self._connection.locked, scope=channel
        )
        if row is None and shared:
            await self._pause(channel, now)
            return await self._spent(channel, now, shared)
        if row is None:
            return []
        return None if row["free_at"] > now else list(row["spent"])

    async def _pause(self, channel: str, until: datetime) -> None:
        await self._connection.run(
            "INSERT INTO limits (scope, spent, free_at) VALUES (:scope, :spent, :until) ON CONFLICT (scope) DO UPDATE"
            " SET free_at = CASE WHEN limits.free_at > excluded.free_at THEN limits.free_at ELSE excluded.free_at END",
            scope=channel,
            spent=[],
            until=until,
        )

    async def _due(self, channel: str, now: datetime, limit: int) -> list[Row]:
        lanes: list[Row] = []
        for priority in Priority:  # one look into the index for each: lanes that wait are never stepped over
            if len(lanes) < limit:
                lanes += await self._connection.all(
                    "SELECT channel, chat, sent_seq, attempts, spent, is_group, locale, blocked FROM lanes"
                    " WHERE channel = :channel AND priority = :priority AND due_at <= :now ORDER BY due_at LIMIT :limit"
                    + self._connection.skip_locked,
                    channel=channel,
                    priority=int(priority),
                    now=now,
                    limit=limit - len(lanes),
                )
        return lanes

    async def _first(self, lane: Row, now: datetime, until: datetime) -> Claimed | None:
        # A card is edited where it was last sent, unless a version since then, even one merged away, was to be fresh.
        row = await self._connection.one(
            "SELECT id, seq, token, body, posted_at, tries, copies, fresh, (SELECT p.external FROM outbox p"
            " WHERE p.channel = o.channel AND p.chat = o.chat AND p.card = o.card AND p.card <> '' AND p.seq < o.seq"
            " AND (p.external IS NOT NULL OR p.fresh) ORDER BY p.seq DESC LIMIT 1) AS known"
            " FROM outbox o WHERE channel = :channel AND chat = :chat AND seq > :sent_seq AND state = 'due'"
            " ORDER BY seq LIMIT 1",
            channel=lane["channel"],
            chat=lane["chat"],
            sent_seq=lane["sent_seq"],
        )
        if row is None:
            return None
        known = "" if row["fresh"] else row["known"] or ""
        outbound = unpack_outbound(row["body"], Place(lane["channel"], lane["chat"]))
        return Claimed(
            Posted(row["id"], row["seq"], row["token"] or "", outbound, row["posted_at"]),
            claim=lane["attempts"] + 1,
            until=until,
            locale=lane["locale"],
            known=known,
            blocked=lane["blocked"],
            tries=row["tries"],
            copies=row["copies"] + (not known and not lane["blocked"]),
        )

    async def _lease(
        self, lanes: Sequence[Row], claimed: Sequence[Claimed | None], now: datetime, rates: Sequence[Rate]
    ) -> None:
        leases = []
        for lane, each in zip(lanes, claimed, strict=True):
            own = of_chat(rates, lane["is_group"])
            spent = spend(lane["spent"] or [], own, ticks(now)) if each and not each.blocked else lane["spent"] or []
            leases.append(
                {
                    "channel": lane["channel"],
                    "chat": lane["chat"],
                    "due_at": each.until if each else None,
                    "free_at": max(now, moment(free_from(spent, own))),
                    "spent": spent or None,
                }
            )
        await self._connection.each(
            "UPDATE lanes SET due_at = :due_at, free_at = :free_at, spent = :spent, attempts = attempts + 1"
            " WHERE channel = :channel AND chat = :chat",
            leases,
        )
        await self._connection.each(
            "UPDATE outbox SET copies = :copies WHERE id = :id",
            [{"copies": each.copies, "id": each.row.id} for each in claimed if each and not each.blocked],
        )

    async def settle(self, claimed: Claimed, external: str, now: datetime) -> bool:
        """It was sent, and the platform calls it ``external``. Who waits for a receipt is told."""
        tell = [receipt(claimed.row.outbound, "receipt-arrived")] if claimed.row.outbound.receipt else []
        lane = await self._hold(claimed, tell)
        if lane is None:
            return False
        await self._connection.run(
            "UPDATE outbox SET state = 'sent', external = :external, settled_at = :now, error_code = '' WHERE id = :id",
            external=external,
            now=now,
            id=claimed.row.id,
        )
        await self._go_on(claimed, lane, now)
        await Outbox(self._connection).add(f"{claimed.row.id}:arrived:{claimed.claim}", tell, now)
        return True

    async def kill(
        self, claimed: Claimed, now: datetime, code: str, gone: bool = False, tell: Sequence[Outbound] = ()
    ) -> bool:
        """It will never arrive: a dead letter. Who waits for a receipt is told so, and ``tell`` is sent as well.

        ``gone`` closes the whole lane: what follows is claimed as ``blocked`` until somebody writes from there.
        """
        outbound = claimed.row.outbound
        failed = [receipt(outbound, "receipt-failed")] if outbound.receipt else []
        lane = await self._hold(claimed, [*failed, *tell])
        if lane is None:
            return False
        await self._connection.run(
            "UPDATE outbox SET state = 'dead', settled_at = :now, error_code = :code WHERE id = :id",
            now=now,
            code=code,
            id=claimed.row.id,
        )
        if gone:
            await self._connection.run(
                "UPDATE lanes SET blocked = :code WHERE channel = :channel AND chat = :chat",
                code=code,
                channel=claimed.place.channel,
                chat=claimed.place.chat,
            )
        await self._go_on(claimed, lane, now)
        await Outbox(self._connection).add(f"{claimed.row.id}:dead:{claimed.claim}", [*failed, *tell], now)
        return True

    async def postpone(
        self, claimed: Claimed, now: datetime, pause_s: float, code: str, arrived: bool, counts: bool = True
    ) -> bool:
        """It failed for now; the lane goes on with it after a pause.

        ``arrived`` says that it may have arrived all the same, ``counts`` that the try was one of this message
        and not of a channel which is down for everyone.
        """
        if not await self._wait(claimed, later(now, pause_s)):
            return False
        await self._count(claimed, code, copies=not arrived, tries=counts)
        return True

    async def throttle(self, claimed: Claimed, now: datetime, retry_after_s: float, everyone: bool) -> bool:
        """The platform asks for a pause, of this chat or of the whole channel; nothing is sent there before its end."""
        until = later(now, retry_after_s)
        if everyone:
            await self._pause(claimed.place.channel, until)
        if not await self._wait(claimed, until):
            return False
        await self._count(claimed, "throttled", copies=True, tries=False)
        return True

    async def wake_at(self, channel: str, now: datetime, rates: Sequence[Rate]) -> datetime | None:
        """When a claim may next find something; None if nothing waits. A moment that is past means at once."""
        due: list[datetime] = [
            row["due_at"] for priority in Priority if (row := await self._next_due(channel, priority))
        ]
        if not due:
            return None
        row = await self._connection.one("SELECT spent, free_at FROM limits WHERE scope = :scope", scope=channel)
        if row is None:
            return min(due)
        free_at: datetime = max(row["free_at"], moment(free_from(row["spent"], of_channel(rates))))
        return max(min(due), free_at)

    async def _next_due(self, channel: str, priority: Priority) -> Row | None:
        return await self._connection.one(
            "SELECT due_at FROM lanes WHERE channel = :channel AND priority = :priority AND due_at IS NOT NULL"
            " ORDER BY due_at LIMIT 1",
            channel=channel,
            priority=int(priority),
        )

    async def _hold(self, claimed: Claimed, tell: Collection[Outbound]) -> Row | None:
        """The lane, held until the commit, if the claim still stands; together with those that will be told."""
        if tell:
            await Outbox(self._connection).hold([claimed.place, *(outbound.to for outbound in tell)])
        return await self._connection.one(
            "SELECT sent_seq, free_at FROM lanes WHERE channel = :channel AND chat = :chat AND attempts = :claim"
            + self._connection.locked,
            channel=claimed.place.channel,
            chat=claimed.place.chat,
            claim=claimed.claim,
        )

    async def _go_on(self, claimed: Claimed, lane: Row, now: datetime) -> None:
        """Let the lane wait for its next unsent row, or rest."""
        ahead = await self._connection.all(
            "SELECT seq, priority FROM outbox WHERE channel = :channel AND chat = :chat AND seq > :sent_seq"
            " AND state = 'due' ORDER BY seq LIMIT :ahead",
            channel=claimed.place.channel,
            chat=claimed.place.chat,
            sent_seq=lane["sent_seq"],
            ahead=AHEAD,
        )
        await self._connection.run(
            "UPDATE lanes SET due_at = :due_at, sent_seq = :sent_seq, priority = :priority"
            " WHERE channel = :channel AND chat = :chat",
            channel=claimed.place.channel,
            chat=claimed.place.chat,
            due_at=max(now, lane["free_at"]) if ahead else None,
            sent_seq=ahead[0]["seq"] - 1 if ahead else max(lane["sent_seq"], claimed.row.seq),
            priority=min((row["priority"] for row in ahead), default=int(Priority.STATUS)),
        )

    async def _wait(self, claimed: Claimed, due_at: datetime) -> bool:
        waits = await self._connection.run(
            "UPDATE lanes SET due_at = CASE WHEN free_at > :due_at THEN free_at ELSE :due_at END"
            " WHERE channel = :channel AND chat = :chat AND attempts = :claim",
            due_at=due_at,
            channel=claimed.place.channel,
            chat=claimed.place.chat,
            claim=claimed.claim,
        )
        return waits == 1

    async def _count(self, claimed: Claimed, code: str, copies: bool, tries: bool) -> None:
        less = int(copies and not claimed.known)
        await self._connection.run(
            "UPDATE outbox SET tries = tries + :tries, copies = copies - :less, error_code = :code WHERE id = :id",
            tries=int(tries),
            less=less,
            code=code,
            id=claimed.row.id,
        )
