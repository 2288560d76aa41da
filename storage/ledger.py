"""The ledger, which is only ever added to.

A verb holds the person's row until the commit, reads what the rule needs, and keeps what the rule made. The unique key
decides whether something has happened already: nothing is looked for first. On PostgreSQL the row is what keeps two
verbs about one person apart; SQLite has one writer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import LiteralString

from domain import ledger_moves as moves
from domain import ledger_rules as rules
from domain.bank import Keeping
from domain.chat import Text
from domain.errors import NotFound
from domain.ledger import (
    Balance,
    Book,
    Change,
    Entry,
    Short,
    Terms,
    Unit,
    Why,
    notice,
    own_account,
)
from domain.people import INSIDE, Viewer
from storage.database import Connection
from storage.ledger_books import LINES, entries, read_book
from storage.ledger_rows import clocks, lot_row, posting_rows, telling, values
from storage.timers import Timers

NOTICE = notice(Keeping())
"""How long before the end of what was moved or came back its owner is told, if the company says nothing else."""


class Ledger:
    """Repository of the ledger.

    Verbs return the entries that were written, the one asked for first; none if its key was there already, or if
    nothing was to be done.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    # ---- what may happen

    async def credit(
        self, person_id: str, unit: Unit, key: str, at: datetime, amount: int, why: Why, terms: Terms
    ) -> tuple[Entry, ...]:
        """A new lot, and what pays off a debt from it."""
        return await self._do(rules.credit(await self.book(person_id, unit), key, at, amount, why, terms))

    async def spend(
        self, person_id: str, unit: Unit, key: str, at: datetime, amount: int, why: Why
    ) -> tuple[Entry, ...]:
        """Take from the usable lots, the oldest first.

        Raises:
            Short: there is less, and it was not spent already.
        """
        book = await self.book(person_id, unit)
        try:
            change = rules.spend(book, key, at, amount, why)
        except Short:
            if not await self._done(key):
                raise
            return ()
        return await self._do(change)

    async def give_back(
        self, spend_key: str, at: datetime, why: Why, grace: timedelta, notice: timedelta = NOTICE
    ) -> tuple[Entry, ...]:
        """Undo a spend as a whole, once; nothing if there is none of this key. To undo a part, spend the rest anew. Who
        has something that ends by that is told ``notice`` before, or now."""
        spent = await self.entry(spend_key, INSIDE)
        if spent is None:
            return ()
        book = await self.book(spent.person_id, spent.unit, whole=True)
        made = await self._followed(await self._do(rules.give_back(book, at, spent, why, grace)), at, notice)
        await self._wind_up(made, at, notice)
        return made

    async def expire(self, lot_id: str, at: datetime) -> tuple[Entry, ...]:
        """What is left of a lot goes, if its time is over."""
        owner = await self._owner(lot_id)
        return await self._do(rules.expire(await self.book(*owner), lot_id, at)) if owner else ()

    async def reverse(self, lot_id: str, key: str, at: datetime, why: Why) -> tuple[Entry, ...]:
        """Take back the credit of this key, once; nothing if there is none, or nothing left of it and nothing used."""
        owner = await self._owner(lot_id)
        if owner is None:
            return ()
        made = await self._do(rules.reverse(await self.book(*owner, whole=True), key, at, lot_id, why))
        return await self._followed(made, at)

    async def owe(self, person_id: str, unit: Unit, key: str, at: datetime, amount: int, why: Why) -> tuple[Entry, ...]:
        """A debt for what was given outside of the ledger."""
        return await self._do(rules.owe(await self.book(person_id, unit), key, at, amount, why))

    async def adjust(
        self, person_id: str, unit: Unit, key: str, at: datetime, amount: int, why: Why, terms: Terms
    ) -> tuple[Entry, ...]:
        """What a manager decided; ``terms`` are for what is given.

        Raises:
            Short: there is less to take, and it was not taken already.
        """
        book = await self.book(person_id, unit)
        try:
            change = rules.adjust(book, key, at, amount, why, terms)
        except Short:
            if not await self._done(key):
                raise
            return ()
        return await self._do(change)

    async def move(self, old_id: str, new_id: str, at: datetime, notice: timedelta = NOTICE) -> tuple[Entry, ...]:
        """``old_id`` turned out to be ``new_id``: what they have left and what they owe goes over, with the dates and
        the reasons that it had. The new owner is told ``notice`` before something ends. Again it is only what has come
        back to the old one since."""
        for one in sorted((old_id, new_id)):
            await self.book(one, Unit.FUND)
        old = await self.book(old_id, Unit.FUND)
        marker = moves.marker(old, new_id, at)
        made = [marker] if await self.keep([marker]) else []
        for unit in Unit:
            whole, other = await self.book(old_id, unit, whole=True), await self.book(new_id, unit)
            done = await self._moved(whole, other, at, notice)
            made += done.entries if await self.keep(done.entries) else ()
        return tuple(made)

    async def _moved(self, old: Book, new: Book, at: datetime, notice: timedelta) -> moves.Moved:
        whys: dict[str, Why] = {}
        for lot in old.lots:
            if lot.left and (began := await self.entry(moves.root(old, lot).id, INSIDE)):
                whys[lot.id] = began.why
        return moves.move(old, new, at, whys, notice)

    async def heir(self, person_id: str) -> str:
        """Who somebody turned out to be; mostly themselves."""
        row = await self.connection.one(
            "SELECT facts FROM ledger_entries WHERE key = :key", key=f"{moves.RULE}:{person_id}"
        )
        return await self.heir(str(row["facts"]["to"])) if row else person_id

    async def _followed(self, made: tuple[Entry, ...], at: datetime, notice: timedelta = NOTICE) -> tuple[Entry, ...]:
        """What came back to somebody who is somebody else by now goes on to them."""
        if not made or (heir := await self.heir(made[0].person_id)) == made[0].person_id:
            return made
        return (*made, *await self.move(made[0].person_id, heir, at, notice))

    async def _wind_up(self, made: tuple[Entry, ...], at: datetime, notice: timedelta) -> None:
        """The telling for lots on which something has been put again: theirs may have rung when they were empty."""
        filled = {posting.lot for entry in made for posting in entry.postings if posting.amount > 0}
        for person_id in sorted({entry.person_id for entry in made}):
            lots = (await self.peek(person_id, made[0].unit)).lots
            ends = [lot.expires_at for lot in lots if lot.id in filled and lot.left and lot.expires_at]
            told = sorted({max(end - notice, at) for end in ends})
            await Timers(self.connection).set_all([telling(person_id, moment) for moment in told])

    async def _do(self, change: Change) -> tuple[Entry, ...]:
        return change[1] if await self.keep(change[1]) else ()

    async def _done(self, key: str) -> bool:
        """A refusal is an answer only to what has not happened already."""
        return bool(await self.connection.one("SELECT 1 AS yes FROM ledger_entries WHERE key = :key", key=key))

    # ---- below the verbs

    async def book(self, person_id: str, unit: Unit, whole: bool = False) -> Book:
        """What a rule needs, after taking hold of the person's row until the commit."""
        if self.connection.engine == "postgres":  # one writer holds everybody
            await self.connection.one("SELECT id FROM people WHERE id = :id FOR UPDATE", id=person_id)
        return await read_book(self.connection, person_id, unit, whole)

    async def peek(self, person_id: str, unit: Unit) -> Book:
        """The same without holding anybody: to be shown, not for a rule."""
        return await read_book(self.connection, person_id, unit)

    async def keep(self, made: Sequence[Entry]) -> bool:
        """Write what rules made of a book that is held; False if the first key is there already, and nothing is
        written. A lot that ends winds up its clocks."""
        if not made:
            return False
        if not await self.connection.run(_ADD_ENTRY + " ON CONFLICT (key) DO NOTHING", **values(made[0])):
            return False
        if len(made) > 1:
            await self.connection.each(_ADD_ENTRY, [values(entry) for entry in made[1:]])
        if opening := [(entry, entry.terms) for entry in made if entry.terms]:
            await self.connection.each(_ADD_LOT, [lot_row(*one) for one in opening])
            await Timers(self.connection).set_all([clock for one in opening for clock in clocks(*one)])
        await self.connection.each(_ADD_POSTING, [row for entry in made for row in posting_rows(entry)])
        return True

    async def adjusted(self, person_id: str, unit: Unit, actor_id: str, since: datetime) -> int:
        """What one manager alone has given somebody after that moment, less what they took."""
        row = await self.connection.one(
            "SELECT CAST(SUM(p.amount) AS BIGINT) AS total FROM ledger_entries e JOIN ledger_postings p"
            " ON p.entry = e.key AND p.account = :own WHERE e.person_id = :person AND e.unit = :unit"
            " AND e.kind = 'adjust' AND e.rule = 'adjust' AND e.actor_id = :actor AND e.at > :since"
            " AND NOT EXISTS (SELECT 1 FROM ledger_proposals q WHERE q.id = e.subject AND q.decided_by <> '')",
            own=own_account(unit, person_id),
            person=person_id,
            unit=unit.value,
            actor=actor_id,
            since=since,
        )
        return int(row["total"] or 0) if row else 0

    async def _owner(self, lot_id: str) -> tuple[str, Unit] | None:
        row = await self.connection.one("SELECT person_id, unit FROM ledger_lots WHERE id = :id", id=lot_id)
        return (row["person_id"], Unit(row["unit"])) if row else None

    # ---- what is shown

    async def balance(self, person_id: str, unit: Unit, viewer: Viewer, now: datetime) -> Balance:
        """How a person's unit stands now.

        Raises:
            NotFound: it is not for this viewer.
        """
        _see(person_id, viewer)
        return (await read_book(self.connection, person_id, unit, whole=False)).balance(now)

    async def lines(
        self, person_id: str, viewer: Viewer, before: int | None = None, limit: int = 10
    ) -> tuple[Entry, ...]:
        """The person's entries, the newest first, from those numbered below ``before`` (None: from the last).

        Raises:
            NotFound: they are not for this viewer.
        """
        _see(person_id, viewer)
        rows = await self.connection.all(
            LINES + " WHERE e.person_id = :person AND e.number < :before ORDER BY e.number DESC LIMIT :limit",
            person=person_id,
            before=before if before is not None else 2**62,
            limit=limit,
        )
        return await entries(self.connection, rows)

    async def entry(self, key: str, viewer: Viewer) -> Entry | None:
        """One entry; None if it is absent or not for this viewer."""
        rows = await self.connection.all(
            LINES + " WHERE e.key = :key AND (:staff OR e.person_id = :viewer)",
            key=key,
            staff=viewer.role.is_staff,
            viewer=viewer.id,
        )
        return next(iter(await entries(self.connection, rows)), None)

    async def about(self, subject: str) -> tuple[Entry, ...]:
        """What was entered because of one referral, order or the like, the oldest first."""
        rows = await self.connection.all(
            LINES + " WHERE e.subject = :subject AND e.subject <> '' ORDER BY e.at, e.person_id, e.number",
            subject=subject,
        )
        return await entries(self.connection, rows)


_ADD_ENTRY: LiteralString = (
    "INSERT INTO ledger_entries (key, person_id, number, unit, kind, at, rule, subject, actor_id, facts)"
    " VALUES (:key, :person, :number, :unit, :kind, :at, :rule, :subject, :actor, :facts)"
)
_ADD_LOT: LiteralString = (
    "INSERT INTO ledger_lots (id, person_id, unit, number, usable_at, expires_at)"
    " VALUES (:id, :person, :unit, :number, :usable_at, :expires_at)"
)
_ADD_POSTING: LiteralString = (
    "INSERT INTO ledger_postings (entry, number, account, lot, amount)"
    " VALUES (:entry, :number, :account, :lot, :amount)"
)


def _see(person_id: str, viewer: Viewer) -> None:
    if person_id != viewer.id and not viewer.role.is_staff:
        raise NotFound(Text("ledger-not-found"))
