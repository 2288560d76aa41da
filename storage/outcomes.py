"""What became of a message that was claimed: sent, dead, worth nothing any more, or to be tried again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.chat import Outbound, Place, Priority
from storage.budgets import Budgets, Open
from storage.consents import Consents
from storage.database import Connection, Row
from storage.limits import later
from storage.outbox import Outbox, Posted, receipt

THROTTLED = "throttled"  # the platform asked for a pause
AHEAD = 20  # how many unsent rows are looked at for the most urgent one
_AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours to send from ``at`` until the lease ends.

    ``claim`` is the fencing token. ``known`` is the platform's id of the card to edit, empty to send anew.
    ``blocked`` says why nothing reaches the chat, ``stale`` that nothing of the message is worth saying any more; it
    is then not to be sent at all. ``tries`` have failed before, and ``copies`` may have arrived, this one included.
    ``topics`` says that the group has such. ``windowed`` says that the platform lets us write there only while a window
    is open: ``opened`` are those that were as it was claimed, ``shut`` says that none of them has room for it, so that
    it is not to be sent as it is, and ``paid`` is the one that bears its ``cost``. ``code`` is what became of it last.
    ``wish`` is the act of a consent which it may be told by where no window is open, empty for none, and ``consent``
    the one that bears it. ``late`` says that its lane has waited for as long as it may: it is told otherwise, and not
    sent as it is.
    """

    row: Posted
    claim: int
    at: datetime
    until: datetime
    locale: str
    known: str
    blocked: str
    stale: bool
    tries: int
    copies: int
    topics: bool = False
    windowed: bool = False
    opened: tuple[Open, ...] = ()
    shut: bool = False
    paid: Open | None = None
    cost: int = 1
    code: str = ""
    late: bool = False
    wish: str = ""
    consent: Open | None = None

    @property
    def place(self) -> Place:
        """The lane."""
        return self.row.outbound.to

    @property
    def sending(self) -> bool:
        """Whether it is to be sent."""
        return not (self.blocked or self.stale or self.shut or self.late)

    @property
    def messages(self) -> int:
        """How many messages the platform counts: an album's files each, an edit as one."""
        return 1 if self.known else max(1, len(self.row.outbound.files))


class Outcomes:
    """Repository of outcomes, for who sends; over one open transaction.

    All that a sender reports comes back False, and changes nothing, if somebody else has claimed the lane since.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def settle(self, claimed: Claimed, external: str, now: datetime) -> bool:
        """It was sent, and the platform calls it ``external``. Who waits for a receipt is told."""
        tell = await self._arrived(claimed, now)
        lane = await self._hold(claimed, tell)
        if lane is None:
            return False
        if claimed.paid:
            await Budgets(self._connection).charge(claimed.place, claimed.paid, claimed.cost)
        await self._connection.run(
            "UPDATE outbox SET state = 'sent', external = :external, settled_at = :now, error_code = '', cost = :cost"
            " WHERE id = :id",
            external=external,
            now=now,
            cost=claimed.cost if claimed.paid else 0,
            id=claimed.row.id,
        )
        await self._go_on(claimed, lane, now)
        await Outbox(self._connection).add(f"{claimed.row.id}:arrived:{claimed.claim}", tell, now)
        return True

    async def _arrived(self, claimed: Claimed, now: datetime) -> list[Outbound]:
        """The receipt, which says what more may be sent there."""
        outbound = claimed.row.outbound
        if outbound.receipt is None:
            return []
        left = await Budgets(self._connection).left(claimed.place, now) if claimed.windowed else None
        return [receipt(outbound, "receipt-arrived", left, now)]

    async def kill(
        self,
        claimed: Claimed,
        now: datetime,
        code: str,
        gone: bool = False,
        tell: Sequence[Outbound] = (),
        arrived: bool = False,
    ) -> bool:
        """It will never arrive: a dead letter. Who waits for a receipt is told so, and ``tell`` is sent as well.

        ``gone`` closes the whole lane: what follows is claimed as ``blocked`` until somebody writes from there.
        ``arrived`` says that it may have arrived all the same.
        """
        outbound = claimed.row.outbound
        failed = [receipt(outbound, "receipt-failed")] if outbound.receipt else []
        lane = await self._hold(claimed, [*failed, *tell])
        if lane is None:
            return False
        await self._end(claimed, "dead", code, now)
        if not arrived:
            await self._give_back(claimed)
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

    async def skip(self, claimed: Claimed, now: datetime) -> bool:
        """It is worth nothing any more, and nobody misses it."""
        lane = await self._hold(claimed, ())
        if lane is None:
            return False
        await self._end(claimed, "merged", "stale", now)
        await self._go_on(claimed, lane, now)
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
        if not arrived:
            await self._give_back(claimed)
        return True

    async def throttle(self, claimed: Claimed, now: datetime, retry_after_s: float, everyone: bool) -> bool:
        """The platform asks for a pause, of this chat or of the whole channel; nothing is sent there before its end."""
        until = later(now, retry_after_s)
        await (self._pause(claimed.place.channel, until) if everyone else self._rest(claimed.place, until))
        if not await self._wait(claimed, until):
            return False
        await self._count(claimed, THROTTLED, copies=True, tries=False)
        await self._give_back(claimed)
        return True

    async def release(self, claimed: Claimed) -> bool:
        """It was not sent, and waits for the end of its lease: what a window paid for it is there again, and it counts
        as no copy."""
        if await self._hold(claimed, ()) is None:
            return False
        await self._count(claimed, claimed.code, copies=True, tries=False)
        await self._give_back(claimed)
        return True

    async def purge(self, channel: str, before: datetime, limit: int = 1000) -> int:
        """Forget what was settled earlier on a pushed channel, at most ``limit`` of it; how many went.

        What staff have not decided on stays, and what is about a request that is still open: its card is edited
        in place, and replied to. A button of what went answers like any that is stale.
        """
        return await self._connection.run(
            "DELETE FROM outbox WHERE id IN (SELECT o.id FROM outbox o WHERE o.channel = :channel"
            " AND o.settled_at < :before AND o.state IN ('sent', 'merged', 'discarded') AND NOT EXISTS (SELECT 1"
            " FROM requests r WHERE r.id = o.subject AND r.state NOT IN ('CLOSED', 'CANCELLED', 'REJECTED'))"
            " ORDER BY o.settled_at LIMIT :limit)",
            channel=channel,
            before=before,
            limit=limit,
        )

    async def _pause(self, channel: str, until: datetime) -> None:
        """Nothing goes on the whole channel before ``until``, or before a later moment that was asked for earlier."""
        await self._connection.run(
            "INSERT INTO limits (scope, spent, free_at) VALUES (:scope, :spent, :until) ON CONFLICT (scope) DO UPDATE"
            " SET free_at = CASE WHEN limits.free_at > excluded.free_at THEN limits.free_at ELSE excluded.free_at END",
            scope=channel,
            spent=[],
            until=until,
        )

    async def _rest(self, place: Place, until: datetime) -> None:
        """Nothing goes to the chat before ``until``, whoever holds its lane by now."""
        await self._connection.run(
            "UPDATE lanes SET free_at = CASE WHEN free_at > :until THEN free_at ELSE :until END,"
            " due_at = CASE WHEN due_at < :until THEN :until ELSE due_at END"
            " WHERE channel = :channel AND chat = :chat",
            until=until,
            channel=place.channel,
            chat=place.chat,
        )

    async def _hold(self, claimed: Claimed, tell: Collection[Outbound]) -> Row | None:
        """The lane, held until the commit, if the claim still stands; together with those that will be told."""
        if tell:
            await Outbox(self._connection).hold([claimed.place, *(outbound.to for outbound in tell)])
        return await self._connection.one(
            "SELECT sent_seq, free_at, priority FROM lanes"
            " WHERE channel = :channel AND chat = :chat AND attempts = :claim" + self._connection.locked,
            channel=claimed.place.channel,
            chat=claimed.place.chat,
            claim=claimed.claim,
        )

    async def _end(self, claimed: Claimed, state: str, code: str, now: datetime) -> None:
        await self._connection.run(
            "UPDATE outbox SET state = :state, settled_at = :now, error_code = :code WHERE id = :id",
            state=state,
            now=now,
            code=code,
            id=claimed.row.id,
        )

    async def _go_on(self, claimed: Claimed, lane: Row, now: datetime) -> None:
        """Let the lane wait for its next unsent row, or rest.

        What the platform took late counts from then on: its own watch starts when it gets the message.
        """
        ahead = await self._connection.one(
            "SELECT min(seq) AS seq, min(priority) AS priority FROM (SELECT seq, priority FROM outbox"
            " WHERE channel = :channel AND chat = :chat AND seq > :sent_seq AND state = 'due'"
            " ORDER BY seq LIMIT :ahead) AS ahead",
            channel=claimed.place.channel,
            chat=claimed.place.chat,
            sent_seq=lane["sent_seq"],
            ahead=AHEAD,
        )
        assert ahead is not None
        first = ahead["seq"]
        urgent = first is not None and lane["priority"] == Priority.URGENT and await self._urgent(claimed, lane)
        free_at = max(now, lane["free_at"] + max(now - claimed.at, _AT_ONCE))
        await self._connection.run(
            "UPDATE lanes SET due_at = :due_at, free_at = :free_at, sent_seq = :sent_seq, priority = :priority"
            " WHERE channel = :channel AND chat = :chat",
            channel=claimed.place.channel,
            chat=claimed.place.chat,
            due_at=None if first is None else free_at,
            free_at=free_at,
            sent_seq=max(lane["sent_seq"], claimed.row.seq) if first is None else first - 1,
            priority=int(Priority.URGENT if urgent else Priority.STATUS if first is None else ahead["priority"]),
        )

    async def _urgent(self, claimed: Claimed, lane: Row) -> bool:
        """Whether something urgent is unsent, however far behind."""
        row = await self._connection.one(
            "SELECT 1 AS yes FROM outbox WHERE channel = :channel AND chat = :chat AND seq > :sent_seq"
            " AND state = 'due' AND priority = :urgent LIMIT 1",
            channel=claimed.place.channel,
            chat=claimed.place.chat,
            sent_seq=lane["sent_seq"],
            urgent=int(Priority.URGENT),
        )
        return row is not None

    async def _give_back(self, claimed: Claimed) -> None:
        if claimed.paid:
            await Budgets(self._connection).give_back(claimed.place, claimed.paid, claimed.cost)
        if claimed.consent:
            await Consents(self._connection).give_back(claimed.place, claimed.consent)

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
