"""The proof of the ledger: what must hold of it, looked at page by page without holding anybody up.

A page is some people with all that is entered for them: whatever is wrong with an entry, a lot, a number or a debt is
wrong within one person's. A page is read in one snapshot; what is written meanwhile waits for the next round.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, LiteralString, Protocol, TypeVar

from domain.ledger import Unit
from domain.ledger_moves import moved_account
from storage.backup_sqlite import reading
from storage.database import Connection, Work
from storage.opening import open_database
from storage.sqlite_work import SqliteConnection

T = TypeVar("T")

PAGE = 2_000
"""How many entries a page has, about: some ten milliseconds of reading."""

FAULTS_MAX = 20
"""So many faults of a kind are named on a page."""

# CROSS JOIN says in which order, and rows are grouped as an index has them: SQLite would go through whole tables for
# each page otherwise
_ENTRIES: LiteralString = " FROM ledger_entries e WHERE e.person_id > :after AND e.person_id <= :last"
_POSTINGS: LiteralString = (
    " FROM ledger_entries e CROSS JOIN ledger_postings p LEFT JOIN ledger_lots l ON l.id = p.lot"
    " WHERE e.person_id > :after AND e.person_id <= :last AND p.entry = e.key"
)
_LOTS: LiteralString = (
    " FROM ledger_lots l CROSS JOIN ledger_postings p WHERE l.person_id > :after AND l.person_id <= :last"
    " AND p.lot = l.id AND p.lot <> '' AND p.account = l.unit || ':person:' || l.person_id"
    " GROUP BY l.person_id, l.unit, l.number"
)

CHECKS: Mapping[str, LiteralString] = {
    "unbalanced": "SELECT MIN(e.key) AS what" + _POSTINGS + " GROUP BY e.person_id, e.number HAVING SUM(p.amount) <> 0",
    "twice": "SELECT e.key AS what" + _ENTRIES + " GROUP BY e.key HAVING COUNT(*) > 1",
    "gap": "SELECT e.person_id AS what" + _ENTRIES + " GROUP BY e.person_id"
    " HAVING MIN(e.number) <> 1 OR MAX(e.number) <> COUNT(*) OR COUNT(DISTINCT e.number) <> COUNT(*)",
    "below": "SELECT MIN(l.id) AS what" + _LOTS + " HAVING SUM(p.amount) < 0",
    "above": "SELECT MIN(l.id) AS what" + _LOTS + " HAVING SUM(p.amount) >"
    " SUM(CASE WHEN p.entry = l.id AND p.amount > 0 THEN p.amount ELSE 0 END)",
    "no-lot": "SELECT e.key AS what" + _POSTINGS + " AND"
    " (l.person_id <> e.person_id OR l.unit <> e.unit OR l.id IS NULL AND"
    " (p.lot <> '' OR p.account = e.unit || ':person:' || e.person_id))",
    "empty": "SELECT e.key AS what" + _ENTRIES + " AND e.key <> 'moved:' || e.person_id AND NOT EXISTS"
    " (SELECT 1 FROM ledger_postings p WHERE p.entry = e.key)",
    "no-credit": "SELECT e.key AS what" + _ENTRIES + " AND e.kind = 'credit' AND NOT EXISTS"
    " (SELECT 1 FROM ledger_lots l WHERE l.id = e.key)",
    "debt": "SELECT e.person_id AS what" + _POSTINGS + " AND p.account = e.unit || ':debt:' || e.person_id"
    " GROUP BY e.person_id, e.unit HAVING SUM(p.amount) > 0",
    "stranger": "SELECT e.key AS what" + _POSTINGS + " AND (p.account LIKE '%:person:%' OR p.account"
    " LIKE '%:debt:%') AND p.account NOT IN (e.unit || ':person:' || e.person_id, e.unit || ':debt:' || e.person_id)",
}
"""What must not be found, by the name of the fault; ``what`` names the entry, lot or person.

An entry whose postings do not sum to zero; one without any, unless it says who somebody turned out to be; a key that is
there twice; numbers of a person with a gap; a lot below zero,
or above what its credit brought; a posting of a lot that is not there or not this person's; a credit without a lot; a
debt that is none; a posting on another person's account.
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must not be: the name of the check, and the entry, lot or person."""

    code: str
    what: str


@dataclass(frozen=True, slots=True)
class Page:
    """What some people's part of the ledger shows. ``last`` is where the next page begins, empty at the end."""

    last: str
    people: int = 0
    entries: int = 0
    faults: tuple[Fault, ...] = field(default=())


async def page(connection: Connection, after: str = "", size: int = PAGE) -> Page:
    """Look at the people who come after this id, with about ``size`` entries."""
    end = await connection.one(
        "SELECT person_id FROM ledger_entries WHERE person_id > :after ORDER BY person_id, number LIMIT 1 OFFSET :size",
        after=after,
        size=size,
    ) or await connection.one("SELECT MAX(person_id) AS person_id FROM ledger_entries WHERE person_id > :a", a=after)
    if end is None or end["person_id"] is None:
        return Page("")
    these = {"after": after, "last": end["person_id"]}
    count = await connection.one(
        "SELECT COUNT(DISTINCT e.person_id) AS people, COUNT(*) AS entries" + _ENTRIES, **these
    )
    assert count is not None
    found: list[Fault] = []
    for code, sql in CHECKS.items():
        rows = await connection.all(sql + " LIMIT :most", most=FAULTS_MAX, **these)
        found += [Fault(code, row["what"]) for row in rows]
    return Page(end["person_id"], count["people"], count["entries"], tuple(found))


async def total(connection: Connection) -> tuple[Fault, ...]:
    """The sum of every balance there is, which is zero, and of what left one person for another, which arrived."""
    row = await connection.one("SELECT CAST(SUM(amount) AS BIGINT) AS total FROM ledger_postings")
    found = [Fault("total", str(row["total"]))] if row and row["total"] else []
    for unit in Unit:
        row = await connection.one(
            "SELECT CAST(SUM(amount) AS BIGINT) AS total FROM ledger_postings WHERE account = :account",
            account=moved_account(unit),
        )
        found += [Fault("half-moved", f"{unit.value} {row['total']}")] if row and row["total"] else []
    return tuple(found)


class Read(Protocol):
    """``Database.read``, or what does the same."""

    async def __call__(self, work: Work[T], /) -> T:
        """Run ``work`` in a snapshot."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the whole ledger shows."""

    people: int = 0
    entries: int = 0
    faults: tuple[Fault, ...] = ()


async def at_once() -> None:
    """No pause."""


async def prove(read: Read, pause: Callable[[], Awaitable[None]] = at_once) -> Proof:
    """Look at everything, page by page, with a ``pause`` between."""
    proof, after = Proof(faults=await read(total)), ""
    while (seen := await read(partial(page, after=after))).last:
        proof = Proof(proof.people + seen.people, proof.entries + seen.entries, proof.faults + seen.faults)
        after = seen.last
        await pause()
    return proof


@asynccontextmanager
async def beside(url: str, file: Path | None) -> AsyncIterator[Read]:
    """Read the database beside whoever has it open; ``file`` is where SQLite's lies.

    Raises:
        sqlite3.Error, OSError, asyncpg.PostgresError: it cannot be read.
    """
    if file is None:
        database = await open_database(url, connections=1)
        try:
            yield database.read
        finally:
            await database.close()
        return
    with reading(file) as opened:
        opened.row_factory = sqlite3.Row

        async def read(work: Work[T], /) -> T:
            return _finished(work(SqliteConnection(opened)))

        yield read


def _finished(work: Coroutine[Any, Any, T]) -> T:
    """The result of a work that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    raise RuntimeError("the work awaited something else than its connection")
