"""A message's lines as Telegram shows them: HTML, escaped here and nowhere else, in parts that are short enough.

A text is cut while it is still what people read, and only then becomes HTML: so no cut goes through a tag.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.legible import legible, whole
from domain.chat import Kind

TEXT_UNITS_MAX = 4096
CAPTION_UNITS_MAX = 1024

Lines = Sequence[tuple[Kind, str]]

BOLD = "b"
QUOTE = "blockquote"

LOOKS = {
    Kind.TITLE: ("", BOLD),
    Kind.STATUS: ("\u25cf ", ""),
    Kind.TEXT: ("", ""),
    Kind.FACT: ("", ""),
    Kind.STEP: ("\u2713 ", ""),
    Kind.NEXT: ("\u2192 ", BOLD),
    Kind.ALERT: ("\u26a0\ufe0f ", BOLD),
    Kind.QUOTE: ("", QUOTE),
}
"""The sign before a line of each kind, and the tag around it."""

OF_CARDS = frozenset({Kind.TITLE, Kind.STATUS, Kind.FACT, Kind.STEP})
QUESTION = ("", BOLD)
"""How a next step looks outside of a card, where it is a question of the conversation."""

TOGETHER = frozenset(
    {
        (Kind.TITLE, Kind.STATUS),
        (Kind.STATUS, Kind.STATUS),
        (Kind.FACT, Kind.FACT),
        (Kind.STEP, Kind.STEP),
        (Kind.STEP, Kind.NEXT),
        (Kind.TEXT, Kind.TEXT),
        (Kind.TEXT, Kind.QUOTE),
        (Kind.TITLE, Kind.QUOTE),
    }
)
"""Which lines follow one another without a space between them."""

SENTENCE = re.compile("[\u3002\uff01\uff1f\uff1b\u2026]|[.!?;](?=\\s)")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text within one tag (empty: none), and what stands before it unless it begins a part."""

    text: str
    tag: str
    gap: str


def units(text: str) -> int:
    """The length as Telegram counts it: UTF-16 code units."""
    return len(text) + sum(char > "\uffff" for char in text)


def parts(lines: Lines, units_max: int = TEXT_UNITS_MAX) -> list[str]:
    """The lines as HTML, in as few messages as hold them, each at most ``units_max`` long when it is read.

    Empty if there is nothing to read. Without tags if every line is plain.
    """
    return ["".join(_markup(part)) for part in _packed(_pieces(lines), units_max)]


def plain(lines: Lines) -> str:
    """The lines as they are read, without markup: to count, or for where there is none."""
    return "".join(gap + piece.text for gap, piece in _spaced(list(_pieces(lines))))


def cut(text: str, units_max: int) -> tuple[str, str]:
    """The start of a text that is too long, and the rest: cut after a line, else a sentence, else a character."""
    start = _start(text, units_max)
    at = whole(text, _good_end(start) or len(start))
    return text[:at].rstrip(), text[at:].lstrip()


def clipped(text: str, chars_max: int) -> str:
    """One line of at most so many characters; what is cut off shows."""
    line = " ".join(legible(text).split())
    return line if len(line) <= chars_max else line[: whole(line, chars_max - 1)].rstrip() + "\u2026"


def _pieces(lines: Lines) -> Iterator[Piece]:
    card = any(kind in OF_CARDS for kind, _ in lines)
    before: Kind | None = None
    for kind, given in lines:
        text = legible(given).strip()
        if text:
            sign, tag = LOOKS[kind] if kind is not Kind.NEXT or card else QUESTION
            yield Piece(sign + text, tag, "\n" if (before, kind) in TOGETHER else "\n\n")
            before = kind


def _packed(pieces: Iterator[Piece], units_max: int) -> Iterator[list[Piece]]:
    part: list[Piece] = []
    size = 0
    for piece in _short(pieces, units_max):
        more = units(piece.gap) + units(piece.text)
        if part and size + more > units_max:
            yield part
            part, size = [], 0
        part.append(piece)
        size += more
    if part:
        yield part


def _short(pieces: Iterator[Piece], units_max: int) -> Iterator[Piece]:
    """The same, with each piece that is longer than a whole part cut."""
    for piece in pieces:
        rest, gap = piece.text, piece.gap
        while units(rest) > units_max:
            start, rest = cut(rest, units_max)
            yield Piece(start, piece.tag, gap)
            gap = "\n"
        if rest:
            yield Piece(rest, piece.tag, gap)


def _start(text: str, units_max: int) -> str:
    """As much of the text as fits."""
    left = units_max
    for at, char in enumerate(text):
        left -= 2 if char > "\uffff" else 1
        if left < 0:
            return text[:at]
    return text


def _good_end(text: str) -> int:
    """Behind the last line or sentence that ends in the second half; 0 if none does."""
    half = len(text) // 2
    line = text.rfind("\n", half)
    if line > 0:
        return line + 1
    return max([found.end() for found in SENTENCE.finditer(text, half)], default=0)


def _spaced(part: Sequence[Piece]) -> Iterator[tuple[str, Piece]]:
    for at, piece in enumerate(part):
        yield (piece.gap if at else ""), piece


def _markup(part: Sequence[Piece]) -> Iterator[str]:
    for gap, piece in _spaced(part):
        text = html.escape(piece.text, quote=False)
        yield f"{gap}<{piece.tag}>{text}</{piece.tag}>" if piece.tag else gap + text
