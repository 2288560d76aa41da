"""The passbook on paper: A4 pages as one PDF. Its pages are pictures, so that it looks the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NamedTuple

from PIL import Image

from bot.pictures.lettering import Block, drawable, first_of, fit
from bot.pictures.paper import render
from bot.pictures.poster import down
from bot.pictures.tables import COLUMNS
from domain.drawing import STATEMENT_ROWS_MAX

DPI = 150
HEIGHT = 1754
LEFT, RIGHT = 90, 1150
TABLE_FIRST, TABLE_NEXT, TABLE_FOOT = 560, 200, 1600
HEAD = 56
ROW_ONE, ROW_MORE = 46, 26
TOTALS_MAX = 4
JPEG_QUALITY = 88


class Column(NamedTuple):
    """Where a column's words stand: from ``x`` on, or up to it."""

    x: int
    wide: int
    anchor: str = "start"


PLACES = {
    "date": Column(104, 118),
    "what": Column(228, 372),
    "amount": Column(744, 130, "end"),
    "balance": Column(882, 128, "end"),
    "usable": Column(908, 112),
    "expires": Column(1032, 110),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """Words and where they stand."""

    block: Block
    x: int
    top: float
    anchor: str
    tone: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the passbook, ``top`` from the top of its page."""

    cells: tuple[Cell, ...]
    top: float
    height: float


def statement(args: Mapping[str, Any]) -> bytes:
    """PDF of the passbook.

    Raises:
        KeyError: a word is missing.
        ValueError: more than ``STATEMENT_ROWS_MAX`` rows.
    """
    return _bound([render("statement.svg", **sheet) for sheet in sheets(args)], drawable(args["title"]))


def sheets(args: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the template is given for each page. Raises as ``statement``."""
    if len(args["rows"]) > STATEMENT_ROWS_MAX:
        raise ValueError("too many rows for paper")
    pages, head, heads = _pages(args["rows"]), _head(args), _heads(args["columns"])
    return [
        {
            **head,
            "heads": heads,
            "rows": rows,
            "first": nth == 1,
            "last": nth == len(pages),
            "table_top": TABLE_FIRST if nth == 1 else TABLE_NEXT,
            "number": fit(
                str(args["page"]).replace("{page}", f"{nth}").replace("{pages}", f"{len(pages)}"), 300, (18,)
            ),
        }
        for nth, rows in enumerate(pages, start=1)
    ]


def _head(args: Mapping[str, Any]) -> dict[str, Any]:
    name = first_of(args["name"], args["name_fallback"])
    totals = args["totals"][:TOTALS_MAX]
    wide = (RIGHT - LEFT - 20 * (len(totals) - 1)) // max(1, len(totals))
    return {
        "company": fit(args["company"], 620, down(30, 18, 2)),
        "title": fit(args["title"], 640, down(52, 26, 2)),
        "name": fit(name, 620, down(30, 20, 2)),
        "period": fit(args["period"], 420, down(24, 16, 2)),
        "slim": fit(f"{drawable(args['title'])} \u00b7 {name} \u00b7 {drawable(args['period'])}", 560, down(20, 13, 1)),
        "made": fit(args["made"], 700, down(18, 13, 1)),
        "note": fit(args.get("note", ""), 1060, down(18, 13, 1), 2, 1.5),
        "empty": fit(args["empty"], 900, down(26, 18, 2)),
        "totals": [
            {
                "x": LEFT + nth * (wide + 20),
                "wide": wide,
                "label": fit(total["label"], wide - 48, down(20, 13, 1)),
                "value": fit(total["value"], wide - 48, down(38, 16, 2)),
            }
            for nth, total in enumerate(totals)
        ],
    }


def _heads(columns: Mapping[str, str]) -> list[tuple[Block, Column]]:
    return [(fit(columns[one], PLACES[one].wide, down(18, 12, 1)), PLACES[one]) for one in COLUMNS]


def _pages(rows: Sequence[Mapping[str, str]]) -> list[list[Row]]:
    """The rows on their pages; one page if there are none."""
    pages: list[list[Row]] = [[]]
    top = float(TABLE_FIRST + HEAD)
    for row in rows:
        words = {one: fit(row[one], PLACES[one].wide, down(20, 12, 1)) for one in COLUMNS if one != "what"}
        words["what"] = fit(row["what"], PLACES["what"].wide, (20, 19, 18, 17), 2)
        height = ROW_ONE + ROW_MORE * (max(1, len(words["what"].lines)) - 1)
        if top + height > TABLE_FOOT:
            pages.append([])
            top = float(TABLE_NEXT + HEAD)
        pages[-1].append(Row(tuple(_cell(one, words[one], top, height) for one in COLUMNS), top, height))
        top += height
    return pages


def _cell(column: str, block: Block, top: float, height: float) -> Cell:
    place = PLACES[column]
    return Cell(block, place.x, top + (height - block.height) / 2, place.anchor, _tone(column, block))


def _tone(column: str, block: Block) -> str:
    """What is taken is told from what is given by colour as well."""
    if column != "amount":
        return "ink" if column in ("what", "balance") else "soft"
    return "accent" if block.lines and block.lines[0][:1] in "-\u2212\uff0d" else "brand"


def _bound(pages: Sequence[bytes], title: str) -> bytes:
    """The pages as one PDF, which says nothing of when it was made: the same pages are the same bytes."""
    images = [_flat(page) for page in pages]
    out = BytesIO()
    images[0].save(
        out,
        "PDF",
        save_all=True,
        append_images=images[1:],
        resolution=DPI,
        quality=JPEG_QUALITY,
        title=title,
        creationDate=None,
        modDate=None,
    )
    return out.getvalue()


def _flat(page: bytes) -> Image.Image:
    with Image.open(BytesIO(page)) as image:
        return image.convert("RGB")
