"""Tables for a spreadsheet: UTF-8 with its mark, every cell quoted, no cell a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any

COLUMNS = ("date", "what", "amount", "balance", "usable", "expires")

CELL_CHARS_MAX = 2000
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet reckon with a cell, in either width. A plain number is let alone."""

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def guarded(cell: object) -> str:
    """A cell as text that no spreadsheet takes for a formula."""
    text = CONTROL.sub("", str(cell))[:CELL_CHARS_MAX]
    risky = text.lstrip(" \u00a0\u3000\ufeff").startswith(STARTS) or text.startswith(STARTS)
    return f"'{text}" if risky and not NUMBER.fullmatch(text) else text


def table(rows: Iterable[Sequence[object]]) -> bytes:
    """The rows as CSV."""
    out = StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(map(guarded, row) for row in rows)
    return out.getvalue().encode("utf-8-sig")


def statement_table(args: Mapping[str, Any]) -> bytes:
    """The lines of a passbook. «amount_plain» and «balance_plain» of a row are written instead of what is drawn.

    Raises:
        KeyError: a word is missing.
    """
    names = [args["columns"][column] for column in COLUMNS]
    return table([names, *[[row.get(f"{one}_plain", row[one]) for one in COLUMNS] for row in args["rows"]]])


def funnel_table(args: Mapping[str, Any]) -> bytes:
    """What stands in the manager's picture, part by part; money in yuan.

    Raises:
        KeyError: a word is missing.
    """
    rows: list[Sequence[object]] = [(args["company"],), (args["title"], args["period"]), ()]
    rows += [(card["label"], card["value"], card.get("note", "")) for card in args["cards"]]
    rows += [(), (args["stages_title"],)]
    rows += [(stage["label"], stage["count"], stage.get("note", "")) for stage in args["stages"]]
    rows += [(), (args["flags_title"],), *[(flag["label"], flag["count"]) for flag in args["flags"]]]
    for owed in args["owed"]:
        rows += [(), (owed["title"],)]
        rows += [_owed(one) for one in (*owed["rows"], *([owed["total"]] if owed["rows"] and owed["total"] else ()))]
    return table(rows)


def _owed(row: Mapping[str, Any]) -> Sequence[object]:
    """Money as yuan, everything else as it was counted; a note behind it if there is one."""
    counted = yuan(row["fen"]) if "fen" in row else row["count"]
    return (row["label"], counted, *([row["note"]] if row.get("note") else ()))


def yuan(fen: int) -> str:
    """Fen as yuan, with a point and two digits."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"
