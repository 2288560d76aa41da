"""What the company sold, as its shop, a file or staff tell of it. Money is in fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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

    ``paid_fen`` is all that was paid, deposits included, ``refunded_fen`` what of it was given back, ``fund_fen`` what
    of it came from the renovation fund.
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
    ended_at: datetime | None = None

    @property
    def kept_fen(self) -> int:
        """What the company was paid and did not give back."""
        return self.paid_fen - self.refunded_fen
