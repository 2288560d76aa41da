"""The passbook on paper: as a PDF to read and keep, or as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.chat import Button, Outbound, Text
from domain.drawing import STATEMENT_ROWS_MAX, Drawing
from domain.ledger import Entry, Unit
from handlers.passbook import amount, day, last_day, signed, what
from handlers.turn import Turn
from storage.store import Store

TABLE_ROWS_MAX = 3000
"""How many lines of a passbook are a table; nobody has more in many years."""

COLUMNS = ("date", "what", "amount", "balance", "usable", "expires")


async def statement(turn: Turn, store: Store) -> list[Outbound]:
    """对账单: the latest lines as a PDF; with ``args["as"]`` «csv» as a table."""
    as_table = turn.args.get("as") == "csv"
    most = TABLE_ROWS_MAX if as_table else STATEMENT_ROWS_MAX
    entries = await store.ledger.lines(turn.person.id, turn.viewer, limit=most)
    drawing = Drawing("statement-csv" if as_table else "statement", turn.locale, await _words(turn, store, entries))
    file = turn.picture(drawing)
    table = () if as_table else ((Button(Text("statement-as-table"), "passbook.statement", args={"as": "csv"}),),)
    return [turn.say(Text("statement-here", {"count": len(entries)}), buttons=table, files=(file,))]


async def _words(turn: Turn, store: Store, entries: Sequence[Entry]) -> dict[str, Any]:
    totals, held = [], {}
    for unit in Unit:
        held[unit] = sum(lot.left for lot in (await store.ledger.peek(turn.person.id, unit)).lots)
        balance = await store.ledger.balance(turn.person.id, unit, turn.viewer, turn.now)
        label = turn.said(Text(f"statement-{unit.value}"))
        totals.append({"label": label, "value": turn.said(amount(unit, balance.available))})
    first, last = (entries[-1].at, entries[0].at) if entries else (turn.now, turn.now)
    said = {name: turn.said(Text(f"statement-{name}")) for name in ("title", "note", "empty", "nameless")}
    return {
        "company": turn.said(Text("company-name")),
        "title": said["title"],
        "name": turn.person.name,
        "name_fallback": said["nameless"],
        "period": turn.said(Text("statement-period", {"from": _day(turn, first), "to": _day(turn, last)})),
        "columns": {name: turn.said(Text(f"statement-{name}")) for name in COLUMNS},
        "rows": [_row(turn, entry, balance) for entry, balance in reversed(list(balanced(entries, held)))],
        "totals": totals,
        "made": turn.said(Text("statement-made", {"at": _day(turn, turn.now)})),
        "note": said["note"],
        "empty": said["empty"],
        "page": turn.said(Text("statement-page", {"page": "{page}", "pages": "{pages}"})),
        "file": said["title"],
    }


def balanced(entries: Iterable[Entry], held: Mapping[Unit, int]) -> Iterator[tuple[Entry, int]]:
    """Entries, the newest first, each with what all lots of its unit held after it; ``held`` is what they hold now."""
    left = dict(held)
    for entry in entries:
        yield entry, left[entry.unit]
        left[entry.unit] -= entry.amount


def _row(turn: Turn, entry: Entry, balance: int) -> dict[str, str]:
    terms = entry.terms
    return {
        "date": _day(turn, entry.at),
        "what": turn.said(what(entry)),
        "amount": turn.said(signed(entry)),
        "amount_plain": _plain(entry.unit, entry.amount),
        "balance": turn.said(amount(entry.unit, balance)),
        "balance_plain": _plain(entry.unit, balance),
        "usable": _day(turn, terms.usable_at if terms else None),
        "expires": _day(turn, last_day(terms.expires_at) if terms and terms.expires_at else None),
    }


def _day(turn: Turn, at: datetime | None) -> str:
    return day(at, turn.company.tz) if at else ""


def _plain(unit: Unit, value: int) -> str:
    """A number that a spreadsheet can add up: yuan or points."""
    return f"{value / 100:.2f}" if unit is Unit.FUND else str(value)
