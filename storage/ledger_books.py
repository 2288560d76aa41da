"""Reading the ledger: a person's book, and entries with their postings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import LiteralString

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
    spent_account,
)
from storage.database import Connection, Row

LINES: LiteralString = (
    "SELECT e.key, e.person_id, e.number, e.unit, e.kind, e.at, e.rule, e.subject, e.actor_id, e.facts,"
    " l.usable_at, l.expires_at, q.reason FROM ledger_entries e LEFT JOIN ledger_lots l ON l.id = e.key"
    " LEFT JOIN ledger_proposals q ON q.id = e.subject AND e.rule = 'adjust'"
)


async def read_book(connection: Connection, person_id: str, unit: Unit, whole: bool = False) -> Book:
    """A person's unit as it stands, without holding it."""
    head = await connection.one(
        "SELECT (SELECT number FROM ledger_entries WHERE person_id = :person ORDER BY number DESC LIMIT 1)"
        " AS number, (SELECT CAST(SUM(amount) AS BIGINT) FROM ledger_postings WHERE account = :debt) AS debt",
        person=person_id,
        debt=debt_account(unit, person_id),
    )
    assert head is not None
    read = _all_lots if whole else _open_lots
    lots = await read(connection, person_id, unit)
    return Book(person_id, unit, head["number"] or 0, lots, -(head["debt"] or 0), whole)


async def _open_lots(connection: Connection, person_id: str, unit: Unit) -> tuple[Lot, ...]:
    rows = await connection.all(
        "SELECT l.id, l.number, l.usable_at, l.expires_at, s.rest FROM (SELECT lot, CAST(SUM(amount) AS BIGINT)"
        " AS rest FROM ledger_postings WHERE account = :account GROUP BY lot HAVING SUM(amount) <> 0) s"
        " JOIN ledger_lots l ON l.id = s.lot ORDER BY l.number",
        account=own_account(unit, person_id),
    )
    return tuple([Lot(*row) for row in rows])


async def _all_lots(connection: Connection, person_id: str, unit: Unit) -> tuple[Lot, ...]:
    values = {"person": person_id, "unit": unit.value}
    rows = await connection.all(
        "SELECT l.id, l.number, l.usable_at, l.expires_at, e.rule FROM ledger_lots l"
        " JOIN ledger_entries e ON e.key = l.id WHERE l.person_id = :person AND l.unit = :unit ORDER BY l.number",
        **values,
    )
    sums = await connection.all(
        "SELECT p.lot, p.account, CAST(SUM(p.amount) AS BIGINT) AS total FROM ledger_lots l JOIN ledger_postings p"
        " ON p.lot = l.id WHERE l.person_id = :person AND l.unit = :unit AND l.id <> '' AND p.lot <> ''"
        " GROUP BY p.lot, p.account",
        **values,
    )
    totals = {(row["lot"], row["account"]): row["total"] for row in sums}
    origins, taken_back = await _origins(connection, person_id), await _taken_back(connection, person_id)
    own, uses = own_account(unit, person_id), (spent_account(unit), debt_account(unit, person_id))
    return tuple(
        [
            Lot(
                *(row["id"], row["number"], row["usable_at"], row["expires_at"]),
                left=totals.get((row["id"], own), 0),
                used=sum(totals.get((row["id"], account), 0) for account in uses),
                rule=row["rule"],
                origin=origins.get(row["id"], ""),
                reversed=row["id"] in taken_back,
            )
            for row in rows
        ]
    )


async def _origins(connection: Connection, person_id: str) -> Mapping[str, str]:
    rows = await connection.all(
        "SELECT e.key, p.lot FROM ledger_entries e JOIN ledger_lots l ON l.id = e.key JOIN ledger_postings p"
        " ON p.entry = e.key WHERE e.person_id = :person AND e.kind = 'return' AND p.lot <> e.key",
        person=person_id,
    )
    return {row["key"]: row["lot"] for row in rows}


async def _taken_back(connection: Connection, person_id: str) -> frozenset[str]:
    rows = await connection.all(
        "SELECT p.lot FROM ledger_entries e JOIN ledger_postings p ON p.entry = e.key"
        " WHERE e.person_id = :person AND e.kind = 'reverse'",
        person=person_id,
    )
    return frozenset(row["lot"] for row in rows)


async def entries(connection: Connection, rows: Sequence[Row]) -> tuple[Entry, ...]:
    """The entries of rows that ``LINES`` begins, in their order."""
    found: dict[str, list[Posting]] = {row["key"]: [] for row in rows}
    if found:
        postings = await connection.all(
            "SELECT entry, account, lot, amount FROM ledger_postings"
            " WHERE entry IN (SELECT value FROM json_each(:keys)) ORDER BY entry, number",
            keys=list(found),
        )
        for row in postings:
            found[row["entry"]].append(Posting(row["account"], row["lot"], row["amount"]))
    return tuple([_entry(row, tuple(found[row["key"]])) for row in rows])


def _entry(row: Row, postings: tuple[Posting, ...]) -> Entry:
    terms = Terms(row["usable_at"], row["expires_at"]) if row["usable_at"] else None
    why = Why(row["rule"], row["subject"], row["actor_id"], row["reason"] or "", row["facts"])
    return Entry(
        row["key"],
        row["person_id"],
        row["number"],
        Unit(row["unit"]),
        Kind(row["kind"]),
        row["at"],
        why,
        postings,
        terms,
    )
