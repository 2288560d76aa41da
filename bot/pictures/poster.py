"""The poster that a homeowner shows to a friend: 1080 by 1920 pixels, made for a phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.pictures.codes import traced
from bot.pictures.lettering import Block, first_of, fit
from bot.pictures.paper import render

LEFT, WIDE = 80, 920
CARD_TOP, TEAR, CARD_FOOT = 930, 1188, 1770
QR_LEFT, QR_PX = 70, 580
PILL = 136
ASIDE_WIDE = 324
FRAMES_TOP = 604


def down(largest: int, smallest: int, step: int = 4) -> range:
    """Sizes from the largest to the smallest."""
    return range(largest, smallest - 1, -step)


def poster(args: Mapping[str, Any]) -> bytes:
    """PNG of the poster.

    Raises:
        KeyError: a word is missing.
        ValueError: there is no link, or nothing is left of the name.
    """
    return render("poster.svg", **laid_out(args))


def laid_out(args: Mapping[str, Any]) -> dict[str, Any]:
    """What the template is given: every block with its place. Raises as ``poster``."""
    return {**_head(args), **_gift(args), **_door(args)}


def _head(args: Mapping[str, Any]) -> dict[str, Any]:
    company = fit(args["company"], WIDE - 88, down(42, 22))
    headline = fit(args["headline"], WIDE, down(92, 48), 2, 1.26, balanced=True)
    who_top = 192 + headline.height + 34
    nickname = first_of(args["name"], args["name_fallback"])
    if not nickname:
        raise ValueError("nobody to name")
    name, invites = fit(nickname, WIDE - 116, down(56, 32), 1, 1.2), fit(args["invites"], WIDE - 116, down(36, 24))
    name_top = who_top + 46 - (name.height + invites.height) / 2
    return {
        "company": company,
        "company_top": 110 - company.height / 2,
        "headline": headline,
        "who_top": who_top,
        "initial": fit(_initial(nickname), 70, down(48, 20)),
        "name": name,
        "name_top": name_top,
        "invites": invites,
        "invites_top": name_top + name.height,
        "frames": FRAMES_TOP,
    }


def _initial(nickname: str) -> str:
    return next((letter for letter in nickname if letter.isalnum()), nickname[0]).upper()


def _gift(args: Mapping[str, Any]) -> dict[str, Any]:
    """What the friend gets, in the middle between the top of the card and where it tears."""
    blocks = {
        "gift_label": fit(args["gift_label"], 840, down(32, 22)),
        "gift": fit(args["gift"], 860, down(72, 34), 1, 1.2),
        "gift_note": fit(args["gift_note"], 840, down(28, 20, 2), 2, balanced=True),
    }
    return {**blocks, **_stacked(blocks, CARD_TOP, TEAR - CARD_TOP, gap=6)}


def _door(args: Mapping[str, Any]) -> dict[str, Any]:
    """The way in: the code to scan, and beside it how, and the code to type."""
    qr = traced(str(args["link"]), "m")
    scale = QR_PX // qr.side
    middle = (TEAR + CARD_FOOT) / 2
    scan = fit(args["scan"], ASIDE_WIDE, down(44, 26, 2), 3, balanced=True)
    note = fit(args["scan_note"], ASIDE_WIDE, down(28, 20, 2), 4, 1.45)
    top = middle - (scan.height + 12 + note.height + 40 + PILL) / 2
    pill_top = top + scan.height + 12 + note.height + 40
    typed = {
        "code_label": fit(args["code_label"], ASIDE_WIDE - 40, down(26, 16, 2)),
        "code": fit(args["code"], ASIDE_WIDE - 40, down(48, 18, 2)),
    }
    fine = fit(args["fine"], 940, down(26, 18, 2), 2, 1.4, balanced=True)
    return {
        "qr": qr,
        "qr_scale": scale,
        "qr_x": QR_LEFT + (QR_PX - scale * qr.side) // 2,
        "qr_y": int(middle - scale * qr.side / 2),
        "scan": scan,
        "scan_top": top,
        "scan_note": note,
        "scan_note_top": top + scan.height + 12,
        "pill_top": pill_top,
        **typed,
        **_stacked(typed, pill_top, PILL),
        "fine": fine,
        "fine_top": (CARD_FOOT + 1920 - fine.height) / 2,
    }


def _stacked(blocks: Mapping[str, Block], top: float, height: float, gap: float = 0) -> dict[str, float]:
    """Where each block begins when all of them stand in the middle."""
    at = top + (height - sum(block.height for block in blocks.values()) - gap * (len(blocks) - 1)) / 2
    tops = {}
    for name, block in blocks.items():
        tops[f"{name}_top"] = at
        at += block.height + gap
    return tops
