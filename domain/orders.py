"""What the company sold, as its shop, a file or staff tell of it. Money is in fen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


class Told(StrEnum):
    """What happened to an order."""

    SIGNED = "signed"
    DEPOSIT = "deposit"
    PAID = "paid"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


class OrderState(StrEnum):
    """Where an order stands."""

    SIGNED = "SIGNED"
    PAID = "PAID"  # in full
    CANCELLED = "CANCELLED"
    REFUNDED = "REFUNDED"  # in full


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One thing that happened. ``id`` is the teller's own: the same id again is the same event.

    ``amount_fen`` is the order's sum where it was signed, what was paid or given back otherwise; 0 where nothing was
    named. ``phone`` is E.164, ``person_id`` set where staff named somebody; either may be empty, both after the first
    event. ``source`` is shop, file or staff, ``actor_id`` empty unless it is staff. ``at`` is aware and in UTC.
    """

    id: str
    order_id: str
    kind: Told
    at: datetime
    amount_fen: int = 0
    phone: str = ""
    person_id: str = ""
    source: str = "shop"
    actor_id: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One order. A None time has not come; ``person_id`` is empty while we know nobody with its phone.

    ``paid_fen`` is all that was paid, deposits included, ``refunded_fen`` what of it was given back, the last time at
    ``refunded_at``; ``fund_fen`` is what of it came from the renovation fund.
    """

    id: str
    version: int = 0
    person_id: str = ""
    phone: str = ""
    state: OrderState = OrderState.SIGNED
    amount_fen: int = 0
    paid_fen: int = 0
    refunded_fen: int = 0
    fund_fen: int = 0
    source: str = "shop"
    signed_at: datetime | None = None
    deposit_at: datetime | None = None
    paid_at: datetime | None = None
    refunded_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def kept_fen(self) -> int:
        """What the company was paid and did not give back."""
        return self.paid_fen - self.refunded_fen


RANK = {Told.SIGNED: 0, Told.DEPOSIT: 1, Told.PAID: 2, Told.REFUNDED: 3, Told.CANCELLED: 4}
"""What comes first of what was told for the same moment."""


def fold(order_id: str, events: Iterable[OrderEvent]) -> Order:
    """The order as all that was told of it makes it, in whatever order that came, and however often.

    A payment without an amount pays all that is left, a refund without one gives all of it back. The latest word on the
    order's sum counts, and the first on whose it is.

    Raises:
        ValueError: nothing was told.
    """
    told = sorted({event.id: event for event in events}.values(), key=lambda e: (e.at, RANK[e.kind], e.id))
    if not told:
        raise ValueError(order_id)
    signed = [event for event in told if event.kind is Told.SIGNED]
    amount = next((event.amount_fen for event in reversed(signed) if event.amount_fen), 0)
    order = Order(
        id=order_id,
        person_id=next((event.person_id for event in told if event.person_id), ""),
        phone=next((event.phone for event in told if event.phone), ""),
        amount_fen=amount,
        source=told[0].source,
        signed_at=(signed or told)[0].at,
    )
    for event in told:
        order = replace(order, **_paid(order, event))
    for event in told:
        order = replace(order, **_ended(order, event))
    return order


def _paid(order: Order, event: OrderEvent) -> dict[str, Any]:
    """Money came in: no more of it counts than the order's sum, where that is known."""
    if event.kind not in (Told.DEPOSIT, Told.PAID):
        return {}
    paid = order.paid_fen + event.amount_fen
    if event.kind is Told.PAID and not event.amount_fen:
        paid = max(order.amount_fen, order.paid_fen)
    paid = min(paid, order.amount_fen) if order.amount_fen else paid
    deposit = {} if order.deposit_at or event.kind is Told.PAID else {"deposit_at": event.at}
    full = paid >= order.amount_fen if order.amount_fen else event.kind is Told.PAID
    if order.paid_at or not full:
        return {"paid_fen": paid, **deposit}
    return {"paid_fen": paid, "paid_at": event.at, "state": OrderState.PAID, **deposit}


def _ended(order: Order, event: OrderEvent) -> dict[str, Any]:
    """Money went back, or nothing comes of it; a refund of everything says more than a cancelling."""
    if event.kind is Told.CANCELLED and order.ended_at is None:
        return {"state": OrderState.CANCELLED, "ended_at": event.at}
    if event.kind is not Told.REFUNDED:
        return {}
    refunded = min(order.paid_fen, order.refunded_fen + (event.amount_fen or order.paid_fen))
    whole = 0 < order.paid_fen <= refunded
    given_back = {"refunded_fen": refunded, "refunded_at": event.at}
    if not whole or order.refunded_fen >= order.paid_fen:
        return given_back
    return {**given_back, "state": OrderState.REFUNDED, "ended_at": order.ended_at or event.at}


def facts_of(order: Order, order_min_fen: int) -> dict[str, Any]:
    """What an order says of the referral that it came of, by the referral's fields.

    It is lost once it ended, or was paid in full and so much given back that it is below the least.
    """
    ended = order.ended_at is not None
    below = order.paid_at is not None and order.refunded_fen > 0 and order.kept_fen < order_min_fen
    return {
        "order_id": order.id,
        "order_fen": 0 if ended else order.kept_fen,
        "signed_at": order.signed_at,
        "paid_at": order.paid_at,
        "refunded_at": order.ended_at if ended else (order.refunded_at if below else None),
    }


def replaceable(order_fen: int, lost: bool, paid: bool, order_min_fen: int) -> bool:
    """Whether another order of the friend may count instead: this one is lost, or paid and too small."""
    return lost or (paid and order_fen < order_min_fen)
