"""What may happen in the ledger.

::

    credit ──▶ lot (dates of its own) ──▶ spend, first in first out ──▶ give_back: to its lots, or to a new one
                 ├─▶ expire: what is left when its time is over
                 └─▶ reverse: what is left goes, what was used becomes a debt, what has expired is nothing

A rule is given a Book, what is known of one person's unit at this moment, and returns the next Book with the entries
that lead to it; none where nothing is to be done. An entry's key is what it is for, so that nothing happens twice; what
a rule makes beside the entry asked for has a key made of its. Every new lot, and what comes back to an old one, pays a
debt off at once, by an entry of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.ledger import (
    AMOUNT_MAX,
    Book,
    Change,
    Entry,
    Kind,
    Lot,
    Posting,
    Short,
    Terms,
    Why,
    debt_account,
    expired_account,
    issuer_account,
    own_account,
    spent_account,
)


def credit(book: Book, key: str, at: datetime, amount: int, why: Why, terms: Terms) -> Change:
    """A new lot; a debt is paid off from it at once."""
    _check(amount)
    return _open(book, Kind.CREDIT, key, at, amount, why, terms)


def spend(book: Book, key: str, at: datetime, amount: int, why: Why) -> Change:
    """Take from the lots that are usable, the oldest credit first.

    Raises:
        Short: they hold less.
    """
    _check(amount)
    return _put(book, _entry(book, Kind.SPEND, key, at, why, _taken(book, at, amount, spent_account(book.unit))))


def give_back(book: Book, at: datetime, spent: Entry, why: Why, grace: timedelta) -> Change:
    """Undo a spend as a whole: what came from a lot goes back to it; from one that is over or was taken back, to a new
    one that lives for ``grace`` at least. The key is «return:» and the spend's: a spend is undone once.

    Needs a whole Book.
    """
    _check_whole(book)
    if spent.kind is not Kind.SPEND or (spent.person_id, spent.unit) != (book.person_id, book.unit):
        raise ValueError(f"{spent.key} is no spend of this book")
    own = own_account(book.unit, book.person_id)
    taken = [(book.lot(posting.lot), -posting.amount) for posting in spent.postings if posting.account == own]
    parts = [(lot, amount) for lot, amount in taken if lot is not None]
    made: list[Entry] = []
    alive = [(lot, amount) for lot, amount in parts if not (lot.reversed or lot.over(at))]
    if alive:
        undone = [one for lot, amount in alive for one in _back(book, lot, lot.id, amount)]
        returned = _entry(book, Kind.RETURN, _returning(spent, 0), at, why, undone)
        book, made = _follow(book, made, _repaid(book, returned, [(lot.id, amount) for lot, amount in alive]))
    for lot, amount in parts:
        if lot.reversed or lot.over(at):
            key = _returning(spent, sum(entry.kind is Kind.RETURN for entry in made))
            book, made = _follow(book, made, _again(book, key, at, why, lot, amount, grace))
    return book, tuple(made)


def expire(book: Book, lot_id: str, at: datetime) -> Change:
    """What is left of a lot whose time is over goes; nothing before that, and nothing where nothing is left."""
    lot = book.lot(lot_id)
    if lot is None or not lot.left or not lot.over(at):
        return book, ()
    own, gone = own_account(book.unit, book.person_id), expired_account(book.unit)
    postings = (Posting(own, lot.id, -lot.left), Posting(gone, lot.id, lot.left))
    why = Why("expire", facts={"lot": lot.id})
    return _put(book, _entry(book, Kind.EXPIRE, f"expire:{lot.id}", at, why, postings))


def reverse(book: Book, key: str, at: datetime, lot_id: str, why: Why) -> Change:
    """Take a credit back, once: what is left of it goes, what was used becomes a debt, what has expired is nothing.

    Lots that were given back from it after it had expired go with it. Needs a whole Book.
    """
    _check_whole(book)
    lot = book.lot(lot_id)
    if lot is None or lot.reversed:
        return book, ()
    own, debt = own_account(book.unit, book.person_id), debt_account(book.unit, book.person_id)
    family = _family(book, lot)
    postings = [Posting(own, one.id, -one.left) for one in family if one.left]
    postings += [Posting(debt, one.id, -one.used) for one in family if one.used > 0]
    total = -sum(posting.amount for posting in postings)
    if not total:
        return book, ()
    postings.append(Posting(issuer_account(book.unit, lot.rule), lot.id, total))
    return _put(book, _entry(book, Kind.REVERSE, key, at, why, postings))


def owe(book: Book, key: str, at: datetime, amount: int, why: Why) -> Change:
    """A debt for what was given outside of the ledger and has to be given back; the next lots pay it off."""
    _check(amount)
    debt, issuer = debt_account(book.unit, book.person_id), issuer_account(book.unit, why.rule)
    postings = (Posting(debt, "", -amount), Posting(issuer, "", amount))
    return _put(book, _entry(book, Kind.REVERSE, key, at, why, postings))


def adjust(book: Book, key: str, at: datetime, amount: int, why: Why, terms: Terms) -> Change:
    """Somebody decides: more is a credit with these ``terms``, less is taken from what is usable.

    Raises:
        Short: there is less to take.
    """
    _check(abs(amount))
    if amount > 0:
        return _open(book, Kind.ADJUST, key, at, amount, why, terms)
    postings = _taken(book, at, -amount, issuer_account(book.unit, why.rule))
    return _put(book, _entry(book, Kind.ADJUST, key, at, why, postings))


def replay(book: Book, entries: Sequence[Entry]) -> Book:
    """The book after these entries of its unit, which alone rebuild it."""
    for entry in entries:
        book = _after(book, entry)
    return book


def _check(amount: int) -> None:
    if not 0 < amount <= AMOUNT_MAX:
        raise ValueError(f"no amount: {amount}")


def _check_whole(book: Book) -> None:
    if not book.whole:
        raise ValueError("this needs a whole book")


def _entry(
    book: Book,
    kind: Kind,
    key: str,
    at: datetime,
    why: Why,
    postings: Sequence[Posting],
    terms: Terms | None = None,
) -> Entry:
    return Entry(key, book.person_id, book.number + 1, book.unit, kind, at, why, tuple(postings), terms)


def _put(book: Book, entry: Entry) -> Change:
    return _after(book, entry), (entry,)


def _follow(book: Book, made: list[Entry], change: Change) -> tuple[Book, list[Entry]]:
    return change[0], [*made, *change[1]]


def _open(book: Book, kind: Kind, key: str, at: datetime, amount: int, why: Why, terms: Terms) -> Change:
    own, issuer = own_account(book.unit, book.person_id), issuer_account(book.unit, why.rule)
    postings = (Posting(own, key, amount), Posting(issuer, key, -amount))
    return _repaid(book, _entry(book, kind, key, at, why, postings, terms), [(key, amount)])


def _repaid(book: Book, entered: Entry, lots: Sequence[tuple[str, int]]) -> Change:
    """What puts so much on these lots, and what pays off the debt from it, the first lot first."""
    book = _after(book, entered)
    paid = min(book.debt, sum(amount for _, amount in lots))
    if not paid:
        return book, (entered,)
    own, debt = own_account(book.unit, book.person_id), debt_account(book.unit, book.person_id)
    postings: list[Posting] = []
    for lot_id, amount in lots:
        if part := min(paid, amount):
            postings += [Posting(own, lot_id, -part), Posting(debt, lot_id, part)]
            paid -= part
    why = Why("repay", entered.why.subject, facts={"lot": lots[0][0]})
    repaid = _entry(book, Kind.REPAY, f"repay:{entered.key}", entered.at, why, postings)
    return _after(book, repaid), (entered, repaid)


def _taken(book: Book, at: datetime, amount: int, to: str) -> list[Posting]:
    """First in, first out."""
    own, wanted, postings = own_account(book.unit, book.person_id), amount, []
    for lot in book.lots:
        if wanted and lot.left and lot.usable(at):
            part = min(lot.left, wanted)
            postings += [Posting(own, lot.id, -part), Posting(to, lot.id, part)]
            wanted -= part
    if wanted:
        raise Short(book.unit, amount - wanted)
    return postings


def _back(book: Book, source: Lot, lot_id: str, amount: int) -> tuple[Posting, Posting]:
    own, spent = own_account(book.unit, book.person_id), spent_account(book.unit)
    return Posting(own, lot_id, amount), Posting(spent, source.id, -amount)


def _again(book: Book, key: str, at: datetime, why: Why, source: Lot, amount: int, grace: timedelta) -> Change:
    """Into a new lot, because the one that it came from takes nothing any more."""
    expires = None if source.expires_at is None else max(source.expires_at, at + grace)
    postings = _back(book, source, key, amount)
    return _repaid(book, _entry(book, Kind.RETURN, key, at, why, postings, Terms(at, expires)), [(key, amount)])


def _returning(spent: Entry, before: int) -> str:
    return f"return:{spent.key}" + (f":{before + 1}" if before else "")


def _family(book: Book, lot: Lot) -> list[Lot]:
    """A lot and those that were given back from it."""
    found, ids = [lot], {lot.id}
    for one in book.lots:  # by number: nobody comes before its origin
        if one.origin in ids:
            found.append(one)
            ids.add(one.id)
    return found


def _after(book: Book, entry: Entry) -> Book:
    own, debt = own_account(book.unit, book.person_id), debt_account(book.unit, book.person_id)
    spent, owed, back = spent_account(book.unit), 0, entry.kind is Kind.REVERSE
    left: dict[str, int] = {}
    used: dict[str, int] = {}
    for posting in entry.postings:
        if posting.account == own:
            left[posting.lot] = left.get(posting.lot, 0) + posting.amount
        elif posting.account in (debt, spent):
            used[posting.lot] = used.get(posting.lot, 0) + posting.amount
            owed -= posting.amount if posting.account == debt else 0
    named = {posting.lot for posting in entry.postings}
    lots = [
        _changed(lot, left.get(lot.id, 0), used.get(lot.id, 0), back) if lot.id in named else lot for lot in book.lots
    ]
    if entry.terms:
        lots.append(_opened(book, entry, entry.terms, left[entry.key]))
    return Book(book.person_id, book.unit, entry.number, tuple(lots), book.debt + owed, book.whole)


def _changed(lot: Lot, left: int, used: int, back: bool) -> Lot:
    return Lot(  # written out, it takes a third of what replace() does
        lot.id,
        lot.number,
        lot.usable_at,
        lot.expires_at,
        lot.left + left,
        lot.used + used,
        lot.rule,
        lot.origin,
        lot.reversed or back,
    )


def _opened(book: Book, entry: Entry, terms: Terms, left: int) -> Lot:
    sources = [book.lot(posting.lot) for posting in entry.postings if posting.lot != entry.key]
    kept = [lot.id for lot in sources if lot is not None]
    return Lot(
        id=entry.key,
        number=entry.number,
        usable_at=terms.usable_at,
        expires_at=terms.expires_at,
        left=left,
        rule=entry.why.rule,
        origin=kept[0] if kept else "",
    )
