"""Who sends what next: lanes are leased, and each lane gives its first unsent message, an urgent one first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.channel import Rate, Window
from domain.chat import Place, Priority, alive
from domain.packing import unpack_outbound
from storage.budgets import Budgets, Open, cost, payable
from storage.consents import Consents
from storage.database import Row
from storage.limits import behind, free_from, later, moment, of_channel, of_chat, room, spend, ticks
from storage.outbox import LONG_AGO, Posted
from storage.outcomes import AHEAD, Claimed, Outcomes

__all__ = ["AHEAD", "Claimed", "Lanes", "Price", "Wish", "capped"]

Price = Callable[[Claimed], int]
"""How many messages of a window it takes. It must not wait for anything: it is asked within the claim."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What people may have agreed to be told outside of every window: the ``act`` of its consents, and what ``fits``
    it, which must not wait for anything either."""

    act: str
    fits: Callable[[Claimed], bool]


ASKED_AGAIN_S = 60.0
HORIZON_S = 4 * 3600  # a lane that waits longer was throttled, or the clock was wrong when it was told to


@dataclass(slots=True)
class _Purse:
    """What the channel may still send at the moment ``at``; ``late`` is set when a message had to wait for room."""

    rates: Sequence[Rate]
    spent: list[int]
    at: int
    late: int = 0
    used: bool = False

    def pay(self, messages: int) -> bool:
        """Whether there is room, which is then used. What found none holds back all behind it."""
        free_at = free_from(self.spent, self.rates, messages)
        if self.late or free_at > self.at:
            self.late = self.late or free_at
            return False
        self.spent = spend(self.spent, self.rates, self.at, messages)
        self.used = True
        return True


class Lanes(Outcomes):
    """Repository of lanes, for who sends: here what comes next, in ``Outcomes`` what became of it."""

    async def claim(
        self,
        channel: str,
        now: datetime,
        lease_s: float,
        rates: Sequence[Rate],
        limit: int,
        windows: Sequence[Window] = (),
        price: Price | None = None,
        wish: Wish | None = None,
    ) -> Sequence[Claimed]:
        """The first message of each lane that may send now, the most urgent lanes first, at most ``limit``.

        What it returns is spent from the limits: of the channel here, of the chat in its lane, and where there are
        ``windows`` of what its person allows, by its ``price``. An album waits until its limits have room for all of
        it, and is not overtaken meanwhile by what is not more urgent; what no window has room for is claimed as
        ``shut``, and if it fits a ``wish`` paid by a consent. What has a price that no window ever pays takes the whole
        of the largest one.
        """
        shared = of_channel(rates)
        spent = await self._spent(channel, now, shared)
        if spent is None:
            return []
        lanes = await self._due(channel, now, room(spent, shared, ticks(now), limit))
        if not lanes:
            return []
        purse = _Purse(shared, spent, ticks(now))
        heads = await self._heads(lanes, now, later(now, lease_s))
        if windows:
            heads = await self._with_windows(lanes, heads, now, capped(price, max(window.count for window in windows)))
        if wish:
            heads = await self._with_consents(heads, wish)
        claimed = await self._lease(lanes, heads, purse, rates)
        if purse.used:
            await self._connection.run(
                "UPDATE limits SET spent = :spent WHERE scope = :scope", spent=purse.spent, scope=channel
            )
        if purse.late:
            await self._pause(channel, moment(purse.late))
        return claimed

    async def _spent(self, channel: str, now: datetime, shared: Sequence[Rate]) -> list[int] | None:
        """What the channel has sent lately; None while it must not send. Holds its limits until the commit."""
        row = await self._connection.one(
            "SELECT spent, free_at FROM limits WHERE scope = :scope" + self._connection.locked, scope=channel
        )
        if row is None and shared:
            await self._pause(channel, LONG_AGO)
            return await self._spent(channel, now, shared)
        if row is None:
            return []
        if row["free_at"] > now:
            return None
        spent = behind(row["spent"], ticks(now))
        if spent != row["spent"]:  # kept, or they would be just sent again and again
            await self._connection.run(
                "UPDATE limits SET spent = :spent WHERE scope = :scope", spent=spent, scope=channel
            )
        return spent

    async def _due(self, channel: str, now: datetime, limit: int) -> list[Row]:
        lanes: list[Row] = []
        for priority in Priority:  # one look into the index for each: lanes that wait are never stepped over
            if len(lanes) < limit:
                lanes += await self._connection.all(
                    "SELECT channel, chat, sent_seq, attempts, spent, is_group, locale, blocked, topics FROM lanes"
                    " WHERE channel = :channel AND priority = :priority AND due_at <= :now ORDER BY due_at LIMIT :limit"
                    + self._connection.skip_locked,
                    channel=channel,
                    priority=int(priority),
                    now=now,
                    limit=limit - len(lanes),
                )
        return lanes

    async def _heads(self, lanes: Sequence[Row], now: datetime, until: datetime) -> dict[str, Claimed]:
        """The first unsent message of each lane that has one, by chat; the first urgent one where there is any."""
        # A card is edited where it was last sent, unless a version since then, even one merged away, was to be fresh.
        rows = await self._connection.all(
            "SELECT o.chat, o.id, o.seq, o.token, o.body, o.posted_at, o.tries, o.copies, o.fresh, o.error_code,"
            " (SELECT p.external FROM outbox p"
            " WHERE p.channel = o.channel AND p.chat = o.chat AND p.card = o.card AND p.card <> '' AND p.seq < o.seq"
            " AND (p.external IS NOT NULL OR p.fresh) ORDER BY p.seq DESC LIMIT 1) AS known"
            " FROM lanes l JOIN outbox o ON o.channel = l.channel AND o.chat = l.chat AND o.seq = COALESCE("
            " CASE WHEN l.priority = :urgent THEN (SELECT min(u.seq) FROM outbox u WHERE u.channel = l.channel"
            " AND u.chat = l.chat AND u.seq > l.sent_seq AND u.state = 'due' AND u.priority = :urgent) END,"
            " (SELECT n.seq"
            " FROM outbox n WHERE n.channel = l.channel AND n.chat = l.chat AND n.seq > l.sent_seq AND n.state = 'due'"
            " ORDER BY n.seq LIMIT 1))"
            " WHERE l.channel = :channel AND l.chat IN (SELECT value FROM json_each(:chats))",
            channel=lanes[0]["channel"],
            chats=[lane["chat"] for lane in lanes],
            urgent=int(Priority.URGENT),
        )
        by_chat = {lane["chat"]: lane for lane in lanes}
        return {row["chat"]: _claimed(by_chat[row["chat"]], row, now, until) for row in rows}

    async def _with_windows(
        self, lanes: Sequence[Row], heads: Mapping[str, Claimed], now: datetime, price: Price
    ) -> dict[str, Claimed]:
        """The heads, and of those to one person which window pays for them, or that none does."""
        private = [lane["chat"] for lane in lanes if lane["chat"] in heads and not lane["is_group"]]
        if not private:
            return dict(heads)
        opened = await Budgets(self._connection).opened(lanes[0]["channel"], private, now)
        return {**heads, **{chat: _through(heads[chat], opened.get(chat, []), price) for chat in private}}

    async def _with_consents(self, heads: Mapping[str, Claimed], wish: Wish) -> dict[str, Claimed]:
        """The heads, and of those for which no window is open which consent pays for them, if one does."""
        shut = {chat: replace(head, wish=wish.act) for chat, head in heads.items() if _wished(head, wish)}
        if not shut:
            return dict(heads)
        held = await Consents(self._connection).held(next(iter(shut.values())).place.channel, list(shut), wish.act)
        return {**heads, **{chat: replace(head, consent=held.get(chat)) for chat, head in shut.items()}}

    async def _lease(
        self, lanes: Iterable[Row], heads: Mapping[str, Claimed], purse: _Purse, rates: Sequence[Rate]
    ) -> list[Claimed]:
        """Take the lanes that can pay; the others stay as they are, or wait until their own limit has room."""
        claimed: list[Claimed] = []
        changes: list[dict[str, Any]] = []
        for lane in lanes:
            head, own = heads.get(lane["chat"]), of_chat(rates, lane["is_group"])
            spent = behind(lane["spent"] or [], purse.at)
            sending = head is not None and head.sending
            messages = head.messages if head else 1
            free_at = free_from(spent, own, messages) if sending else 0
            if free_at > purse.at:
                changes.append(_change(lane, moment(free_at), free_at, spent, 0))
            elif not sending or purse.pay(messages):
                spent = spend(spent, own, purse.at, messages) if sending else spent
                free_at = max(purse.at, free_from(spent, own))
                changes.append(_change(lane, head.until if head else None, free_at, spent, 1))
                claimed += [head] if head else []
        await self._connection.each(
            "UPDATE lanes SET due_at = :due_at, free_at = :free_at, spent = :spent, attempts = attempts + :claims,"
            " asleep = FALSE WHERE channel = :channel AND chat = :chat",
            changes,
        )
        await self._connection.each(
            "UPDATE outbox SET copies = :copies WHERE id = :id",
            [{"copies": each.copies, "id": each.row.id} for each in claimed if each.sending],
        )
        sent = [(each.place, each.paid, each.cost) for each in claimed if each.paid]
        told = [(each.place, each.consent, 1) for each in claimed if each.consent]
        await Budgets(self._connection).spend([*sent, *told])
        return claimed

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
        spent = behind(row["spent"], ticks(now))
        free_at: datetime = max(row["free_at"], moment(free_from(spent, of_channel(rates))))
        return max(min(due), free_at)

    async def _next_due(self, channel: str, priority: Priority) -> Row | None:
        return await self._connection.one(
            "SELECT due_at FROM lanes WHERE channel = :channel AND priority = :priority AND due_at IS NOT NULL"
            " ORDER BY due_at LIMIT 1",
            channel=channel,
            priority=int(priority),
        )

    async def mend(self, channel: str, now: datetime, set_back: bool = False) -> None:
        """After a start, or when the clock was set back: what waits for a moment that only a wrong clock can have
        named is due at once. A pause that the platform asked for stays, however long, unless the clock was just
        ``set_back``: then the platform is asked again, after a minute if it was a pause of everyone."""
        if set_back:
            await self._connection.run(
                "UPDATE limits SET free_at = :soon WHERE scope = :scope AND free_at > :soon",
                soon=later(now, ASKED_AGAIN_S),
                scope=channel,
            )
        await self._connection.run(
            "UPDATE lanes SET free_at = :now, due_at = CASE WHEN due_at > :far THEN :now ELSE due_at END"
            " WHERE channel = :channel AND (due_at > :far OR free_at > :far) AND (:set_back OR NOT EXISTS (SELECT 1"
            " FROM outbox o WHERE o.channel = lanes.channel AND o.chat = lanes.chat AND o.seq > lanes.sent_seq"
            " AND o.error_code = 'throttled'))",
            channel=channel,
            set_back=set_back,
            now=now,
            far=later(now, HORIZON_S),
        )


def _claimed(lane: Row, row: Row, now: datetime, until: datetime) -> Claimed:
    known = "" if row["fresh"] else row["known"] or ""
    whole = unpack_outbound(row["body"], Place(lane["channel"], lane["chat"]))
    outbound = alive(whole, now)
    stale = bool(whole.lines) and not (outbound.lines or outbound.files)
    return Claimed(
        Posted(row["id"], row["seq"], row["token"] or "", outbound, row["posted_at"]),
        claim=lane["attempts"] + 1,
        at=now,
        until=until,
        locale=lane["locale"],
        known=known,
        blocked=lane["blocked"],
        stale=stale,
        tries=row["tries"],
        copies=row["copies"] + (not known and not lane["blocked"] and not stale),
        topics=lane["topics"],
        code=row["error_code"],
    )


def capped(price: Price | None, most: int) -> Price:
    """The price, but at most all that the largest window has; without one what it seems to be."""

    def capped(head: Claimed) -> int:
        return min(max(price(head), 1), max(most, 1)) if price else cost(head.row.outbound, most)

    return capped


def _through(head: Claimed, opened: Sequence[Open], price: Price) -> Claimed:
    """The same where every message goes through a window, and an edit is a message like any other.

    What is advertised goes through none.
    """
    sending = head.sending
    costs = price(head) if sending else 1
    allowed = sending and head.row.outbound.priority != Priority.CAMPAIGN
    paid = payable(opened, costs) if allowed else None
    before = head.copies - int(sending and not head.known)
    return replace(
        head,
        known="",
        copies=before + int(paid is not None),
        windowed=True,
        opened=tuple(opened),
        shut=sending and paid is None,
        paid=paid,
        cost=costs,
    )


def _wished(head: Claimed, wish: Wish) -> bool:
    """Whether it can be told by a consent, and by nothing else. Nobody asks for advertising."""
    return head.shut and head.row.outbound.priority != Priority.CAMPAIGN and wish.fits(head)


def _change(lane: Row, due_at: datetime | None, free_at: int, spent: list[int], claims: int) -> dict[str, Any]:
    return {
        "channel": lane["channel"],
        "chat": lane["chat"],
        "due_at": due_at,
        "free_at": moment(free_at),
        "spent": spent or None,
        "claims": claims,
    }
