"""What chance does to the ledger and to the model of it alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from domain import ledger_rules as rules
from domain.ledger import Book, Entry, Kind, Short, Terms, Unit, Why
from tests.domain.ledger_model import Purse

START = datetime(2026, 3, 1, tzinfo=UTC)
GRACE = timedelta(days=30)
WHY = Why("order", "O-1")
LIVES_MIN = (1, 30, 600, 10_000, 100_000)
"""How long a credit lasts; some for ever."""

SPENT_MAX = (80, 80, 200, 500)
IN_VAIN = 0.06
"""Of the choices that may come to nothing: what is not due, or not there, is refused as well."""


@dataclass(slots=True)
class Walker:
    """One person's unit on its way: the model beside the book, and what can be undone or taken back."""

    person_id: str
    unit: Unit
    purse: Purse = field(default_factory=Purse)
    spends: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class Walk:
    """Steps that chance chooses, on a clock of their own; ``done`` counts them by name."""

    rng: Random
    now: datetime = START
    count: int = 0
    done: dict[str, int] = field(default_factory=dict)

    def step(self, walker: Walker, book: Book, only: tuple[str, ...] = ()) -> tuple[Book, tuple[Entry, ...]]:
        """One operation on the book and on the model, which must agree on whether it happens.

        Raises:
            AssertionError: they do not.
        """
        self.now, self.count = self.tick()
        name = self._possible(walker, book, self.rng.choice(only) if only else self.rng.choices(NAMES, WEIGHTS)[0])
        self.done[name] = self.done.get(name, 0) + 1
        book, made, expected = getattr(self, name)(walker, book)
        assert bool(made) == expected, f"{name}: {made}, the model says {expected}"
        walker.spends += [entry for entry in made if entry.kind is Kind.SPEND]
        return book, made

    def _possible(self, walker: Walker, book: Book, name: str) -> str:
        """What was chosen, or something else where it could only come to nothing, unless chance wants to see just
        that."""
        if self.rng.random() < IN_VAIN:
            return name
        if name == "expire" and not self._due(book):
            name = "spend"
        if name == "give_back" and not walker.spends:
            name = "spend"
        if name in ("spend", "take") and not any(lot.left and lot.usable_at <= self.now for lot in book.lots):
            name = "credit"
        return name

    def tick(self) -> tuple[datetime, int]:
        """The moment and the number of the next step."""
        return self.now + timedelta(minutes=self.rng.randrange(1, 5)), self.count + 1

    def terms(self) -> Terms:
        start = self.now + timedelta(minutes=self.rng.choice((0, 0, 0, 60)))
        minutes = self.rng.choice((*LIVES_MIN, 0))
        return Terms(start, start + timedelta(minutes=minutes) if minutes else None)

    def key(self) -> str:
        return f"{self.count:09d}"

    def credit(self, walker: Walker, book: Book) -> tuple[Book, tuple[Entry, ...], bool]:
        amount, terms = self.rng.randrange(1, 500), self.terms()
        book, made = rules.credit(book, self.key(), self.now, amount, WHY, terms)
        return book, made, walker.purse.credit(self.key(), amount, terms.usable_at, terms.expires_at)

    def spend(self, walker: Walker, book: Book) -> tuple[Book, tuple[Entry, ...], bool]:
        amount = self.rng.randrange(1, self.rng.choice(SPENT_MAX))
        may = walker.purse.spend(self.key(), amount, self.now)
        try:
            book, made = rules.spend(book, self.key(), self.now, amount, WHY)
        except Short:
            return book, (), may
        return book, made, may

    def give_back(self, walker: Walker, book: Book) -> tuple[Book, tuple[Entry, ...], bool]:
        if not walker.spends:
            return book, (), False
        spent = walker.spends.pop(self.rng.randrange(len(walker.spends)))
        book, made = rules.give_back(book, self.now, spent, WHY, GRACE)
        return book, made, walker.purse.undo(spent.key, f"return:{spent.key}", self.now, GRACE)

    def expire(self, walker: Walker, book: Book) -> tuple[Book, tuple[Entry, ...], bool]:
        lot = self._due(book) or self._some_lot(walker)
        book, made = rules.expire(book, lot, self.now)
        return book, made, bool(lot) and walker.purse.expire(lot, self.now)

    def reverse(self, walker: Walker, book: Book) -> tuple[Book, tuple[Entry, ...], bool]:
        lot = self._some_lot(walker)
        book, made = rules.reverse(book, self.key(), self.now, lot, WHY)
        return book, made, walker.purse.take_back(lot)

    def owe(self, walker: Walker, book: Book) -> tuple[Book, tuple[Entry, ...], bool]:
        amount = self.rng.randrange(1, 100)
        book, made = rules.owe(book, self.key(), self.now, amount, WHY)
        walker.purse.owing += amount
        return book, made, True

    def give(self, walker: Walker, book: Book) -> tuple[Book, tuple[Entry, ...], bool]:
        amount, terms = self.rng.randrange(1, 100), self.terms()
        book, made = rules.adjust(book, self.key(), self.now, amount, WHY, terms)
        return book, made, walker.purse.credit(self.key(), amount, terms.usable_at, terms.expires_at)

    def take(self, walker: Walker, book: Book) -> tuple[Book, tuple[Entry, ...], bool]:
        amount = self.rng.randrange(1, self.rng.choice(SPENT_MAX))
        may = walker.purse.take(amount, self.now)
        try:
            book, made = rules.adjust(book, self.key(), self.now, -amount, WHY, Terms(self.now))
        except Short:
            return book, (), may
        return book, made, may

    def _due(self, book: Book) -> str:
        """A lot whose time is over, with something left; else nothing."""
        return next((lot.id for lot in book.lots if lot.left and lot.expires_at and lot.expires_at <= self.now), "")

    def _some_lot(self, walker: Walker) -> str:
        lots = list(walker.purse.credits)
        return self.rng.choice(lots[-8:]) if lots else ""


NAMES = ("credit", "spend", "give_back", "expire", "reverse", "owe", "give", "take")
WEIGHTS = (34, 30, 8, 14, 6, 1, 4, 3)
NEEDS_NO_WHOLE = ("credit", "credit", "credit", "credit", "spend", "spend", "spend", "expire", "owe", "give", "take")


def differences(walker: Walker, book: Book, now: datetime) -> list[str]:
    """Where a book is not what the model says."""
    purse, balance = walker.purse, book.balance(now)
    found = [f"lot {lot.id}: {lot.left}" for lot in book.lots if lot.left != purse.left(lot.id)]
    held = sum(piece.amount for piece in purse.pieces if piece.fate == "held")
    pairs = {
        "available": (balance.available, purse.available(now)),
        "pending": (balance.pending, purse.pending(now)),
        "debt": (balance.debt, purse.owing),
        "left": (sum(lot.left for lot in book.lots), held),
    }
    return found + [f"{name}: {one}, the model says {other}" for name, (one, other) in pairs.items() if one != other]
