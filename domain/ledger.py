"""The ledger of points and of the renovation fund: what there is. ``domain.ledger_rules`` says what may happen to it.

Every entry is double: its postings sum to zero. Amounts are whole points or fen. What a credit brought is a lot with
dates of its own, and a balance is a sum over lots, never a number that is edited. A debt is no part of the balance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from domain.bank import Keeping
from domain.chat import Text, nothing
from domain.errors import NotPossible

AMOUNT_MAX = 10**12
"""More is a mistake of somebody's: ten thousand million yuan."""

OWN_RULES = ("expire", "repay", "adjust")
"""The words for what the ledger does by itself, or a manager in it; every other rule is named by who credits."""

TOLD_AT = time(10)
"""At what hour of the company's day somebody hears that a credit will expire."""


class Unit(StrEnum):
    """What is counted."""

    POINTS = "points"
    FUND = "fund"  # fen


class Kind(StrEnum):
    """What an entry does."""

    CREDIT = "credit"
    SPEND = "spend"
    RETURN = "return"
    EXPIRE = "expire"
    REVERSE = "reverse"
    REPAY = "repay"
    ADJUST = "adjust"
    MOVE = "move"  # to or from somebody who turned out to be the same person


@dataclass(frozen=True, slots=True)
class Why:
    """What an entry is explained by.

    ``rule`` is a word («referral»; the text «rule-referral» says it), ``subject`` what it is about («RF-1001», «O-77»),
    ``actor_id`` who decided, empty for time and the system, ``reason`` that person's words. ``facts`` is JSON: what the
    rule saw; a fact whose name ends with «_at» is a time in ISO 8601.
    """

    rule: str
    subject: str = ""
    actor_id: str = ""
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=nothing)


@dataclass(frozen=True, slots=True)
class Terms:
    """From when a lot may be spent, until when (None: for ever), and when its owner is told that it ends soon (None:
    never). Times are aware and in UTC."""

    usable_at: datetime
    expires_at: datetime | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """``amount`` more (or less) on an account, of this lot; empty for a debt that comes of none."""

    account: str
    lot: str
    amount: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the passbook. ``number`` counts the person's entries from 1, over both units.

    ``terms`` are those of the lot that it opens, whose id is its key; None if it opens none.
    """

    key: str
    person_id: str
    number: int
    unit: Unit
    kind: Kind
    at: datetime
    why: Why
    postings: tuple[Posting, ...]
    terms: Terms | None = None

    @property
    def amount(self) -> int:
        """What it adds to the person's lots, spendable or not yet; negative for what it takes."""
        own = own_account(self.unit, self.person_id)
        return sum(posting.amount for posting in self.postings if posting.account == own)

    @property
    def owed(self) -> int:
        """By how much it raises the person's debt; negative for what it pays off."""
        debt = debt_account(self.unit, self.person_id)
        return -sum(posting.amount for posting in self.postings if posting.account == debt)


@dataclass(frozen=True, slots=True)
class Lot:
    """What a credit brought, and what has become of it.

    ``used`` is what was spent or went into a debt and was not given back; ``rule`` that of its credit; ``origin`` the
    lot from whose spending it was given back after that one had expired; ``reversed`` says that it was taken back.
    These four are known in a whole Book only.
    """

    id: str
    number: int
    usable_at: datetime
    expires_at: datetime | None
    left: int
    used: int = 0
    rule: str = ""
    origin: str = ""
    reversed: bool = False

    def over(self, at: datetime) -> bool:
        """Whether its time is over, whether or not that is entered yet."""
        return self.expires_at is not None and self.expires_at <= at

    def usable(self, at: datetime) -> bool:
        """Whether it can be spent at that moment."""
        return self.usable_at <= at and not self.over(at)


@dataclass(frozen=True, slots=True)
class Book:
    """One person's lots of one unit, in the order of their numbers, and what they owe (0 or more).

    ``number`` is that of the person's last entry in either unit. A ``whole`` one has every lot there ever was and all
    of what is known of them, any other those with something left.
    """

    person_id: str
    unit: Unit
    number: int = 0
    lots: tuple[Lot, ...] = ()
    debt: int = 0
    whole: bool = False

    def lot(self, lot_id: str) -> Lot | None:
        """The lot with this id; None if it is not here."""
        return next((lot for lot in self.lots if lot.id == lot_id), None)

    def available(self, at: datetime) -> int:
        """What can be spent at that moment."""
        return sum(lot.left for lot in self.lots if lot.usable(at))

    def balance(self, at: datetime) -> Balance:
        """How it stands at that moment."""
        usable = [lot for lot in self.lots if lot.left and lot.usable(at)]
        ending = [lot for lot in usable if lot.expires_at is not None]
        pending = sum(lot.left for lot in self.lots if lot.usable_at > at and not lot.over(at))
        first = min(ending, key=lambda lot: (lot.expires_at, lot.number), default=None)
        return Balance(sum(lot.left for lot in usable), pending, self.debt, first)


@dataclass(frozen=True, slots=True)
class Balance:
    """What can be spent now, what only later, what is owed (0 or more), and the usable lot that expires first."""

    available: int = 0
    pending: int = 0
    debt: int = 0
    expiring_next: Lot | None = None


Change = tuple[Book, tuple[Entry, ...]]


class Short(NotPossible):
    """More was asked for than can be spent; ``available`` is what can."""

    def __init__(self, unit: Unit, available: int) -> None:
        super().__init__(Text("ledger-short", {"available": worth(unit, available)}))
        self.available = available


def worth(unit: Unit, amount: int) -> Text:
    """An amount in words: «120 积分», «50 元»."""
    return Text(f"ledger-{unit.value}", {"amount": amount})


# ---- accounts


def own_account(unit: Unit, person_id: str) -> str:
    """Where a person's lots are."""
    return f"{unit}:person:{person_id}"


def debt_account(unit: Unit, person_id: str) -> str:
    """Where a person's debt is, as a number that is never above 0."""
    return f"{unit}:debt:{person_id}"


def issuer_account(unit: Unit, rule: str) -> str:
    """Where a rule's credits come from."""
    return f"{unit}:issuer:{rule}"


def spent_account(unit: Unit) -> str:
    """Where what is spent goes."""
    return f"{unit}:spent"


def expired_account(unit: Unit) -> str:
    """Where what expires goes."""
    return f"{unit}:expired"


# ---- how long a credit lasts


def terms(keeping: Keeping, unit: Unit, at: datetime, tz: ZoneInfo, usable_at: datetime | None = None) -> Terms:
    """As the policy has it: until the end of that day of the company's, so many months after it became usable (now, if
    ``usable_at`` is None)."""
    start = usable_at or at
    months = keeping.fund_months if unit is Unit.FUND else keeping.points_months
    last = _months_later(start.astimezone(tz), months)
    expires = datetime.combine(last.date() + timedelta(days=1), time(), tz)
    told = datetime.combine(last.date() - timedelta(days=keeping.expiring_days - 1), TOLD_AT, tz)
    utc = at.tzinfo
    return Terms(start, expires.astimezone(utc), told.astimezone(utc) if told > at else None)


def notice(keeping: Keeping) -> timedelta:
    """How long before the end of a credit its owner is told, as ``terms`` has it."""
    return timedelta(days=keeping.expiring_days) - timedelta(hours=TOLD_AT.hour)


def _months_later(day: datetime, months: int) -> datetime:
    """The same day of a later month, or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    first = day.replace(year=day.year + years, month=month + 1, day=1)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first.replace(day=min(day.day, (following - timedelta(days=1)).day))
