"""When two people turn out to be one: what one's ledger holds goes over to the other's, by entries on both sides.

Nothing is made or lost: what leaves one book and enters the other meets on the account «moved» of the unit, which sums
to zero. A lot arrives as a lot with the same dates, for the same reason, so that whoever takes back what it was given
for finds it by its subject; and a debt arrives as a debt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.ledger import (
    Book,
    Entry,
    Kind,
    Lot,
    Posting,
    Terms,
    Unit,
    Why,
    debt_account,
    own_account,
)
from domain.ledger_rules import credit, replay

RULE = "moved"


@dataclass(frozen=True, slots=True)
class Moved:
    """Both books after a move, and the entries that lead there, each after those that it follows."""

    old: Book
    new: Book
    entries: tuple[Entry, ...] = ()


def moved_account(unit: Unit) -> str:
    """Where what moves is for the length of a transaction."""
    return f"{unit.value}:moved"


def marker(old: Book, new_id: str, at: datetime) -> Entry:
    """That the one is the other from now on; its key is «moved:» and the old person's id."""
    why = Why(RULE, facts={"to": new_id})
    return Entry(f"moved:{old.person_id}", old.person_id, old.number + 1, old.unit, Kind.MOVE, at, why, ())


def root(book: Book, lot: Lot) -> Lot:
    """The lot that this one, and whatever it was given back from, began as. Needs a whole Book."""
    while lot.origin and (before := book.lot(lot.origin)):
        lot = before
    return lot


def move(old: Book, new: Book, at: datetime, whys: Mapping[str, Why], notice: timedelta) -> Moved:
    """All that ``old`` has left, lot by lot in their order, and then what is owed.

    ``whys`` says by lot what the credit was for that it began as; ``notice`` how long before the end of a lot its owner
    is told. ``old`` is a whole Book. Keys count the old person's entries: what is moved is not there any more, so that
    nothing moves twice.
    """
    done = Moved(old, new)
    for lot in [one for one in old.lots if one.left]:
        done = _lot(done, lot, at, whys[lot.id], notice)
    return _debt(done, at) if done.old.debt else done


def _lot(done: Moved, lot: Lot, at: datetime, why: Why, notice: timedelta) -> Moved:
    old, new = done.old, done.new
    own, between = own_account(old.unit, old.person_id), moved_account(old.unit)
    postings = (Posting(own, lot.id, -lot.left), Posting(between, lot.id, lot.left))
    gone = _out(old, at, postings, {"to": new.person_id, "lot": lot.id})
    lasting = _terms(lot, at, notice)
    book, made = credit(new, f"{gone.key}:in", at, lot.left, _arriving(why, old.person_id), lasting)
    entered = _from(made[0], between)
    return Moved(replay(old, [gone]), book, (*done.entries, gone, entered, *made[1:]))


def _arriving(why: Why, old_id: str) -> Why:
    return replace(why, facts={**why.facts, "moved_from": old_id})


def _terms(lot: Lot, at: datetime, notice: timedelta) -> Terms:
    told = lot.expires_at - notice if lot.expires_at else None
    return Terms(lot.usable_at, lot.expires_at, told if told and told > at else None)


def _from(entered: Entry, account: str) -> Entry:
    """It comes from the other book, and not from whoever issues."""
    first, second = entered.postings
    return replace(entered, postings=(first, replace(second, account=account)))


def _debt(done: Moved, at: datetime) -> Moved:
    old, new, owed = done.old, done.new, done.old.debt
    between = moved_account(old.unit)
    off = (Posting(debt_account(old.unit, old.person_id), "", owed), Posting(between, "", -owed))
    on = (Posting(debt_account(new.unit, new.person_id), "", -owed), Posting(between, "", owed))
    gone = _out(old, at, off, {"to": new.person_id})
    why = Why(RULE, facts={"moved_from": old.person_id})
    arrived = Entry(f"{gone.key}:in", new.person_id, new.number + 1, new.unit, Kind.MOVE, at, why, on)
    return Moved(replay(old, [gone]), replay(new, [arrived]), (*done.entries, gone, arrived))


def _out(old: Book, at: datetime, postings: tuple[Posting, ...], facts: Mapping[str, str]) -> Entry:
    key = f"moved:{old.person_id}:{old.number + 1}"
    return Entry(key, old.person_id, old.number + 1, old.unit, Kind.MOVE, at, Why(RULE, facts=facts), postings)
