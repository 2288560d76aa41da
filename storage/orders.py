"""What was sold, and all that was told of it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import Any, LiteralString

from domain.orders import Order, OrderEvent, OrderState, Told, fold
from domain.people import Role
from storage.database import Connection, Row
from storage.ledger import Ledger

_NAMES = tuple(f.name for f in fields(Order))
_ORDER: LiteralString = (
    "SELECT id, version, person_id, phone, state, amount_fen, paid_fen, refunded_fen, fund_fen, returned_fen, source,"
    " signed_at, deposit_at, paid_on, paid_at, refunded_at, ended_at FROM orders"
)
_EVENT: LiteralString = (
    "SELECT id, order_id, kind, at, amount_fen, phone, person_id, source, actor_id, undoes, taken_at FROM order_events"
)


_ADOPTED: LiteralString = (
    " WHERE phone = :phone AND phone <> '' AND EXISTS (SELECT 1 FROM people p WHERE p.id = :person AND p.phone = :phone"
    " AND (orders.person_id = '' OR p.vouched)) AND (person_id = '' OR EXISTS (SELECT 1 FROM people q"
    " WHERE q.id = orders.person_id AND q.id <> :person AND q.phone = orders.phone AND NOT q.vouched"
    " AND EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = q.id)) AND NOT EXISTS (SELECT 1 FROM order_events e"
    " WHERE e.order_id = orders.id AND e.person_id = orders.person_id) AND NOT EXISTS (SELECT 1 FROM requests v"
    " WHERE v.homeowner_id = orders.person_id AND v.phone = orders.phone AND v.done_at IS NOT NULL)"
    " AND NOT EXISTS (SELECT 1 FROM referrals r WHERE r.order_id = orders.id AND r.friend_id = orders.person_id"
    " AND r.paid_at IS NOT NULL AND r.state IN ('SIGNED', 'EARNED', 'REWARDED')))"
)
"""What is nobody's; and, for whom a platform vouches, what is of somebody who only typed the number: whom staff did not
name, nobody of ours visited under it, and no manager let pass."""


class Orders:
    """Repository of orders; only staff and the referral rules read it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def take(self, event: OrderEvent, now: datetime) -> Order | None:
        """The order after one more thing that was told of it; None if that was told before.

        Holds the order's row until the commit, so that two events of one order follow one another, and its customer's
        phone, which may become somebody's in the same moment.
        """
        await self.alone(event.phone)
        await self.connection.run(
            "INSERT INTO orders (id, version, person_id, phone, state, amount_fen, paid_fen, refunded_fen, fund_fen,"
            " source) VALUES (:id, 0, '', '', 'SIGNED', 0, 0, 0, 0, :source) ON CONFLICT (id) DO NOTHING",
            id=event.order_id,
            source=event.source,
        )
        before = await self._held(event.order_id)
        if await self._erased(before.person_id):
            event = replace(event, phone="")
        if not await self._add(event, now):
            if before.version == 0:  # the id was used for another order
                await self.connection.run("DELETE FROM orders WHERE id = :id", id=event.order_id)
            return None
        return await self._again(before)

    async def _again(self, before: Order) -> Order:
        """An order anew from all that was told of it. Whose it was it stays while it has the same phone, under whatever
        id they go by now."""
        fund, coupons = await self._paid_by(before.id)
        after = fold(before.id, await self.events(before.id), fund + coupons, before.returned_fen)
        same = before.person_id if after.phone == before.phone else ""
        owner = after.person_id or same or await self.owner(after.phone)
        owner = await Ledger(self.connection).heir(owner) if owner else ""
        order = replace(after, version=before.version + 1, fund_fen=fund, person_id=owner)
        await self._keep(order)
        return order

    async def covered(self, order_id: str) -> int:
        """What of an order's sum is paid from the fund and by coupons, and was not given back, in fen."""
        return sum(await self._paid_by(order_id))

    async def _paid_by(self, order_id: str) -> tuple[int, int]:
        """The same, of the fund and of coupons; what was paid for since because it was taken back, counts."""
        row = await self.connection.one(
            "SELECT (SELECT coalesce(sum(p.amount), 0) FROM ledger_entries e JOIN ledger_postings p ON p.entry = e.key"
            " WHERE e.subject = :id AND e.kind IN ('spend', 'return') AND p.account = 'fund:spent') AS spent,"
            " (SELECT coalesce(sum(w.value), 0) FROM rewards w WHERE w.kind = 'coupon' AND w.order_id = :id"
            " AND (w.state = 'USED' OR (w.state = 'VOID' AND NOT EXISTS (SELECT 1 FROM ledger_entries e"
            " WHERE e.key = 'return:void:' || w.id)))) AS coupons",
            id=order_id,
        )
        assert row is not None
        return int(row["spent"]), int(row["coupons"])

    async def get(self, order_id: str) -> Order | None:
        """One order; None if nothing was told of it."""
        row = await self.connection.one(_ORDER + " WHERE id = :id", id=order_id)
        return _order(row) if row else None

    async def hold(self, order_id: str) -> Order | None:
        """The same, locked until the commit."""
        row = await self.connection.one(_ORDER + " WHERE id = :id" + self.connection.locked, id=order_id)
        return _order(row) if row else None

    async def of(self, person_id: str, limit: int = 20) -> list[Order]:
        """Somebody's orders, the one signed first at the front."""
        rows = await self.connection.all(
            _ORDER + " WHERE person_id = :id AND person_id <> '' ORDER BY coalesce(signed_at, deposit_at, ended_at), id"
            " LIMIT :limit",
            id=person_id,
            limit=limit,
        )
        return [_order(row) for row in rows]

    async def gave_back(self, order_id: str, returned_fen: int) -> Order:
        """The order that has ended, of which so much was paid from the fund and by coupons until then.

        Raises:
            ValueError: nothing was told of it.
        """
        sql: LiteralString = "UPDATE orders SET returned_fen = :returned WHERE id = :id"
        await self.connection.run(sql, returned=returned_fen, id=order_id)
        return await self.anew(order_id)

    async def anew(self, order_id: str) -> Order:
        """The order with what was taken for it from the fund and by coupons.

        Raises:
            ValueError: nothing was told of it.
        """
        return await self._again(await self._held(order_id))

    async def event(self, event_id: str) -> OrderEvent | None:
        """One thing that was told; None if it was not."""
        row = await self.connection.one(_EVENT + " WHERE id = :id", id=event_id)
        return _event(row) if row else None

    async def adopt(self, person_id: str, phone: str) -> list[Order]:
        """Orders under this number, their own, that were nobody's are this person's now, and if it is vouched for as
        theirs those of who had only typed it; all of these. Whoever tells of another one waits for the commit."""
        await self.alone(phone)
        rows = await self.connection.all(
            _ORDER + _ADOPTED + " ORDER BY id" + self.connection.locked, phone=phone, person=person_id
        )
        for row in rows:
            await self.connection.run(
                "UPDATE orders SET person_id = :person, version = version + 1 WHERE id = :id",
                person=person_id,
                id=row["id"],
            )
        return [replace(_order(row), person_id=person_id) for row in rows]

    async def hand_over(self, old_id: str, new_id: str) -> None:
        """What was ``old_id``'s is ``new_id``'s."""
        for sql in (
            "UPDATE orders SET person_id = :new WHERE person_id = :old AND person_id <> ''",
            "UPDATE order_events SET person_id = :new WHERE person_id = :old AND person_id <> ''",
        ):
            await self.connection.run(sql, old=old_id, new=new_id)

    async def events(self, order_id: str) -> list[OrderEvent]:
        """All that was told of an order, in the order of its times."""
        rows = await self.connection.all(
            _EVENT + " WHERE order_id = :id ORDER BY at, id",
            id=order_id,
        )
        return [_event(row) for row in rows]

    async def tellers(self, order_id: str) -> frozenset[str]:
        """Who of staff told of an order, by id; nobody for what a shop or a file told."""
        rows = await self.connection.all(
            "SELECT DISTINCT actor_id FROM order_events WHERE order_id = :id AND order_id <> '' AND actor_id <> ''",
            id=order_id,
        )
        return frozenset(str(row["actor_id"]) for row in rows)

    async def told(self) -> int:
        """How many events were told so far, of all orders."""
        row = await self.connection.one("SELECT count(*) AS n FROM order_events")
        return int(row["n"]) if row else 0

    async def owner(self, phone: str) -> str:
        """Whose own number this is: who proved it, else who was first to be known by it; empty for nobody's."""
        row = await self.connection.one(
            "SELECT id FROM people WHERE phone = :phone AND phone <> '' AND active AND role = :homeowner"
            " ORDER BY vouched DESC, created_at, id LIMIT 1",
            phone=phone,
            homeowner=Role.HOMEOWNER.value,
        )
        return str(row["id"]) if row else ""

    async def alone(self, phone: str) -> None:
        """Until the commit nobody else takes an order under this number, or gives it to its customer: either would not
        see what the other does."""
        if phone and self.connection.engine == "postgres":  # elsewhere there is one writer
            await self.connection.one(
                "SELECT 1 AS held FROM pg_advisory_xact_lock(hashtextextended(:name, 0))", name=f"orders:{phone}"
            )

    async def _erased(self, person_id: str) -> bool:
        """Whether the data of this person was erased."""
        sql: LiteralString = "SELECT 1 AS gone FROM people WHERE id = :id AND NOT active AND name = '' AND phone = ''"
        return person_id != "" and await self.connection.one(sql, id=person_id) is not None

    async def _held(self, order_id: str) -> Order:
        held = await self.hold(order_id)
        if held is None:
            raise ValueError(order_id)
        return held

    async def _add(self, event: OrderEvent, now: datetime) -> bool:
        return bool(
            await self.connection.run(
                "INSERT INTO order_events (id, order_id, at, kind, amount_fen, phone, person_id, source, actor_id,"
                " undoes, taken_at) VALUES (:id, :order_id, :at, :kind, :amount_fen, :phone, :person_id, :source,"
                " :actor_id, :undoes, :taken_at) ON CONFLICT (id) DO NOTHING",
                **{f.name: getattr(event, f.name) for f in fields(OrderEvent) if f.name not in ("kind", "taken_at")},
                kind=event.kind.value,
                taken_at=now,
            )
        )

    async def _keep(self, order: Order) -> None:
        values: dict[str, Any] = {name: getattr(order, name) for name in _NAMES}
        await self.connection.run(
            "UPDATE orders SET version = :version, person_id = :person_id, phone = :phone, state = :state,"
            " amount_fen = :amount_fen, paid_fen = :paid_fen, refunded_fen = :refunded_fen, fund_fen = :fund_fen,"
            " source = :source, signed_at = :signed_at, deposit_at = :deposit_at, paid_at = :paid_at,"
            " returned_fen = :returned_fen, paid_on = :paid_on, refunded_at = :refunded_at, ended_at = :ended_at"
            " WHERE id = :id",
            **{**values, "state": order.state.value},
        )


def _order(row: Row) -> Order:
    values = dict(zip(_NAMES, row, strict=True))
    return Order(**{**values, "state": OrderState(values["state"])})


def _event(row: Row) -> OrderEvent:
    names = ("id", "order_id", "at", "amount_fen", "phone", "person_id", "source", "actor_id", "undoes", "taken_at")
    return OrderEvent(**{name: row[name] for name in names}, kind=Told(row["kind"]))
