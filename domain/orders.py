"""What the company sold, as its shop, a file or staff tell of it. Money is in fen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    UNDONE = "undone"  # another event was told in error


TELLABLE = tuple(kind for kind in Told if kind is not Told.UNDONE)
"""What a shop, a file and staff tell; only staff take something back."""


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
    event. ``source`` is shop, file or staff, ``actor_id`` empty unless it is staff. ``undoes`` is the id of the event
    that was told in error. ``at`` and ``taken_at`` (when we heard of it, None before that) are aware and in UTC.
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
    undoes: str = ""
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """One order. A None time has not come; ``person_id`` is empty while we know nobody with its phone.

    ``paid_fen`` is all that was paid, deposits included, ``refunded_fen`` what of it was given back, the last time at
    ``refunded_at``; ``fund_fen`` is what of the sum is paid from the renovation fund, ``returned_fen`` what fund and
    coupons had paid when it ended, and was its owner's again. ``paid_on`` is when it was paid in full, ``paid_at`` the
    same, but not before we heard of it or it was signed: the cooling-off runs from there.
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
    returned_fen: int = 0
    source: str = "shop"
    signed_at: datetime | None = None
    deposit_at: datetime | None = None
    paid_on: datetime | None = None
    paid_at: datetime | None = None
    refunded_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def kept_fen(self) -> int:
        """What the company was paid and did not give back, no more than the order's sum where that is known."""
        kept = self.paid_fen - self.refunded_fen
        return min(kept, self.amount_fen) if self.amount_fen else kept

    @property
    def counts(self) -> bool:
        """Whether a referral may come of it: it was signed, and did not end before it was paid."""
        return self.signed_at is not None and (self.ended_at is None or self.paid_at is not None)

    @property
    def gone_fen(self) -> int:
        """What of the money counts no more: what was given back, and all of it once it ended."""
        return self.paid_fen if self.ended_at else self.refunded_fen

    def left_fen(self, covered_fen: int) -> int:
        """What is still to pay, if so much of the sum is paid from the fund and by coupons."""
        return max(0, self.amount_fen - (self.paid_fen - self.refunded_fen) - covered_fen)


RANK = {Told.SIGNED: 0, Told.DEPOSIT: 1, Told.PAID: 2, Told.REFUNDED: 3, Told.CANCELLED: 4, Told.UNDONE: 5}
"""What comes first of what was told for the same moment."""


def fold(order_id: str, events: Iterable[OrderEvent], covered_fen: int = 0, returned_fen: int = 0) -> Order:
    """The order as all that was told of it makes it, in whatever order that came, and however often.

    ``covered_fen`` of its sum is paid from the fund and by coupons; ``returned_fen`` more was, and went back when it
    ended last: that paid for it until then, and if it did not end after all, never. A payment without an amount pays
    all that is left, a refund without one gives all of it back. The latest word on the order's sum counts, on whose it
    is the latest of staff or else the first.

    Raises:
        ValueError: nothing was told.
    """
    everything = sorted({event.id: event for event in events}.values(), key=lambda e: (e.at, RANK[e.kind], e.id))
    if not everything:
        raise ValueError(order_id)
    told = standing(everything)
    signed = [event for event in told if event.kind is Told.SIGNED]
    begun = signed or [event for event in told if event.kind is Told.PAID]
    order = Order(
        id=order_id,
        amount_fen=next((event.amount_fen for event in reversed(signed) if event.amount_fen), 0),
        source=everything[0].source,
        signed_at=begun[0].at if begun else None,
        **_whose(told),
    )
    ends = _ends(order, told, covered_fen + returned_fen) if returned_fen else 0
    for number, event in enumerate(told):
        order = replace(order, **_money(order, event, covered_fen + (returned_fen if number < ends else 0)))
    return replace(order, **_cancelled(order, told), returned_fen=returned_fen if ends else 0)


def _ends(order: Order, told: list[OrderEvent], covered_fen: int) -> int:
    """How many of these events there are up to the last that ends it; 0 if none does."""
    if any(event.kind is Told.CANCELLED for event in told):
        return len(told)
    last = 0
    for number, event in enumerate(told, 1):
        order = replace(order, **_money(order, event, covered_fen))
        if event.kind is Told.REFUNDED and order.state is OrderState.REFUNDED:
            last = number
    return last


def standing(events: Iterable[OrderEvent]) -> list[OrderEvent]:
    """What was not told in error, in the order given."""
    events = tuple(events)
    undone = {event.undoes for event in events if event.kind is Told.UNDONE}
    return [event for event in events if event.kind is not Told.UNDONE and event.id not in undone]


def _whose(told: list[OrderEvent]) -> dict[str, Any]:
    if named := [event for event in told if event.source == "staff" and (event.person_id or event.phone)]:
        return {"person_id": named[-1].person_id, "phone": named[-1].phone}
    return {
        "person_id": next((event.person_id for event in told if event.person_id), ""),
        "phone": next((event.phone for event in told if event.phone), ""),
    }


def _money(order: Order, event: OrderEvent, covered_fen: int) -> dict[str, Any]:
    if event.kind in (Told.DEPOSIT, Told.PAID):
        return _paid(order, event, covered_fen)
    return _refunded(order, event) if event.kind is Told.REFUNDED else {}


def _paid(order: Order, event: OrderEvent, covered_fen: int) -> dict[str, Any]:
    """Money came in. While the sum is unknown only «all of it» is in full; what was given back may be paid again."""
    net = order.paid_fen - order.refunded_fen
    everything = event.kind is Told.PAID and not event.amount_fen
    fen = order.left_fen(covered_fen) if everything else event.amount_fen
    full = everything or 0 < order.amount_fen <= net + fen + covered_fen
    change: dict[str, Any] = {"paid_fen": order.paid_fen + fen}
    if order.deposit_at is None and event.kind is Told.DEPOSIT:
        change["deposit_at"] = event.at
    if order.state is OrderState.REFUNDED and fen and not full:
        return {**change, "state": OrderState.SIGNED, "paid_on": None, "paid_at": None, "ended_at": None}
    if not full or order.state is OrderState.PAID:
        return change
    known = max(at for at in (event.at, event.taken_at, order.signed_at) if at)
    return {**change, "paid_on": event.at, "paid_at": known, "state": OrderState.PAID, "ended_at": None}


def _refunded(order: Order, event: OrderEvent) -> dict[str, Any]:
    """Money went back, no more than there was; all of it is the end, until it is paid again."""
    net = order.paid_fen - order.refunded_fen
    back = min(net, event.amount_fen or net)
    given_back = {"refunded_fen": order.refunded_fen + back, "refunded_at": event.at}
    if back < net or (net == 0 and order.state is not OrderState.PAID):
        return given_back
    return {**given_back, "state": OrderState.REFUNDED, "ended_at": event.at}


def _cancelled(order: Order, told: list[OrderEvent]) -> dict[str, Any]:
    """Nothing comes of it, for good; a refund of everything says more than a cancelling."""
    at = next((event.at for event in told if event.kind is Told.CANCELLED), None)
    if at is None:
        return {}
    state = OrderState.REFUNDED if order.state is OrderState.REFUNDED else OrderState.CANCELLED
    return {"state": state, "ended_at": min(at, order.ended_at or at)}


NO_ORDER: Mapping[str, Any] = {
    "order_id": "",
    "order_fen": 0,
    "signed_at": None,
    "paid_on": None,
    "paid_at": None,
    "refunded_at": None,
}
"""What a referral knows of an order while none counts for it."""


def facts_of(order: Order, order_min_fen: int) -> Mapping[str, Any]:
    """What an order says of the referral that it came of, by the referral's fields.

    It is lost once it was paid in full, and then ended or so much was given back that it is below the least. One that
    ended before it was paid counts as little as none.
    """
    if not order.counts:
        return NO_ORDER
    ended = order.ended_at is not None
    below = order.paid_at is not None and order.refunded_fen > 0 and order.kept_fen < order_min_fen
    return {
        "order_id": order.id,
        "order_fen": 0 if ended else order.kept_fen,
        "signed_at": order.signed_at,
        "paid_on": order.paid_on,
        "paid_at": order.paid_at,
        "refunded_at": order.ended_at if ended else (order.refunded_at if below else None),
    }


def facts_passed(order: Order, order_min_fen: int, passed_fen: int) -> Mapping[str, Any]:
    """The same, if so much of what counts no more is let pass: it is as if the company had kept that."""
    if order.gone_fen <= passed_fen:
        return facts_of(replace(order, refunded_fen=0, ended_at=None), order_min_fen)
    return facts_of(replace(order, refunded_fen=max(0, order.refunded_fen - passed_fen)), order_min_fen)


def earns(order: Order, order_min_fen: int) -> bool:
    """Whether an order is paid in full, kept, and large enough."""
    return order.paid_at is not None and order.ended_at is None and order.kept_fen >= order_min_fen


def replaceable(order_fen: int, lost: bool, paid: bool, order_min_fen: int) -> bool:
    """Whether any other order of the friend may count instead: this one is lost, or paid and too small."""
    return lost or (paid and order_fen < order_min_fen)
