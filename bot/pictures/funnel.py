"""The manager's picture: how referrals become orders, what one costs, what is odd, and what is owed until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from bot.pictures.lettering import Block, fit
from bot.pictures.paper import render
from bot.pictures.poster import down

LEFT, INNER, HEAD = 64, 952, 236.0
LABEL_WIDE, BAR_WIDE = 230, 440
CARDS_MAX, ROWS_MAX = 6, 27
CARD, CARD_GAP = 150, 24
ROW, ROW_GAP = 68, 8


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart: what it counts, how long its bar is, and what stands behind it."""

    top: float
    label: Block
    long: float
    shown: Block
    note: Block
    tone: str


@dataclass(frozen=True, slots=True)
class Part:
    """A white sheet with a title, rows, and what is said instead or beneath."""

    top: float
    height: float
    title: Block
    bars: tuple[Bar, ...]
    foot: Block
    foot_top: float


def funnel(args: Mapping[str, Any]) -> bytes:
    """PNG of the manager's picture, as high as it must be.

    Raises:
        KeyError: a word is missing.
    """
    return render("funnel.svg", **laid_out(args))


def laid_out(args: Mapping[str, Any]) -> dict[str, Any]:
    """What the template is given: every block with its place. Raises as ``funnel``."""
    cards, at = _cards(args["cards"][:CARDS_MAX], HEAD)
    parts = []
    for title, rows, tone, foot in _charts(args):
        part = _part(title, rows, tone, foot, at)
        parts.append(part)
        at = part.top + part.height + CARD_GAP
    return {
        "height": int(at + 84),
        "company": fit(args["company"], INNER - 70, down(28, 16, 2)),
        "title": fit(args["title"], 620, down(54, 28, 2)),
        "period": fit(args["period"], 320, down(26, 16, 2)),
        "cards": cards,
        "parts": parts,
        "made": fit(args["made"], INNER, down(22, 14, 2)),
        "made_top": at + 8,
    }


Chart = tuple[str, Sequence[Mapping[str, Any]], str, str]


def _charts(args: Mapping[str, Any]) -> tuple[Chart, ...]:
    """Title, rows, colour, and what is said beneath; of the rows «count» is how long the bar is."""
    owed = [(one["title"], one["rows"], "gold", _beneath(one)) for one in args["owed"]]
    return (
        (args["stages_title"], args["stages"], "brand", ""),
        (args["flags_title"], args["flags"], "accent", "" if args["flags"] else args["flags_empty"]),
        *owed,
    )


def _beneath(owed: Mapping[str, Any]) -> str:
    total = owed["total"]
    if not owed["rows"]:
        return str(owed["empty"])
    return f"{total['label']}  {total['shown']}" if total else ""


def _cards(cards: Sequence[Mapping[str, str]], top: float) -> tuple[list[dict[str, Any]], float]:
    """The cards, three in a row, and where the next thing begins."""
    wide = (INNER - 2 * CARD_GAP) / 3
    placed = []
    for nth, card in enumerate(cards):
        placed.append(
            {
                "x": LEFT + (nth % 3) * (wide + CARD_GAP),
                "y": top + (nth // 3) * (CARD + CARD_GAP),
                "wide": wide,
                "label": fit(card["label"], wide - 48, down(24, 14, 2)),
                "value": fit(card["value"], wide - 48, down(46, 20, 2)),
                "note": fit(card.get("note", ""), wide - 48, down(20, 14, 2)),
            }
        )
    return placed, top + -(-len(placed) // 3) * (CARD + CARD_GAP)


def _part(title: str, rows: Sequence[Mapping[str, Any]], tone: str, foot: str, top: float) -> Part:
    most = max([1, *[row["count"] for row in rows[:ROWS_MAX]]])
    tops = count(top + 92, ROW + ROW_GAP)
    bars = tuple(_bar(row, most, tone, at) for row, at in zip(rows[:ROWS_MAX], tops, strict=False))
    said = fit(foot, INNER - 72, down(28, 18, 2))
    foot_top = top + 92 + len(bars) * (ROW + ROW_GAP) + 4
    height = foot_top - top + (said.height if said.lines else 0) + 24
    return Part(top, height, fit(title, INNER - 72, down(32, 20, 2)), bars, said, foot_top)


def _bar(row: Mapping[str, Any], most: int, tone: str, top: float) -> Bar:
    return Bar(
        top=top,
        label=fit(row["label"], LABEL_WIDE, down(26, 18, 2), 2, 1.15),
        long=max(8.0, BAR_WIDE * max(0, row["count"]) / most) if row["count"] > 0 else 0,
        shown=fit(row.get("shown", row["count"]), 176, down(30, 16, 2)),
        note=fit(row.get("note", ""), 170, down(22, 14, 2)),
        tone=tone,
    )
