"""Words as they are drawn: only letters that the font has, as large as fits, broken where a line may break."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).parent / "fonts"
FONT = FONTS / "NotoSansCJKsc-subset.otf"
FAMILY = "Noto Sans CJK SC"
UNITS = 1000
"""Of the font, to an em."""

TEXT_CHARS_MAX = 400
"""What is longer is cut before anybody measures it."""

NOT_FIRST = frozenset(
    ",.:;!?%)]}»›\u2019\u201d\u2026\u2014\u3001\u3002\u3009\u300b\u300d\u300f\u3011\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\uff05\u00b7\u2013"
)
NOT_LAST = frozenset("([{«‹\u2018\u201c\u3008\u300a\u300c\u300e\u3010\uff08\u00a5\uffe5$")
"""What may not begin a line, and what may not end one."""

MORE = "\u2026"

PAUSE = re.compile("[\uff0c\u3002\uff1b\uff1a\uff01\uff1f]|[.;:!?,] ")
"""Where a sentence of two lines is parted best."""

STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
"""Quotation marks and apostrophes, which a Chinese font draws as wide as a character."""


@cache
def covered() -> frozenset[str]:
    """Every letter that the font has."""
    found: list[str] = []
    for line in (FONTS / "covered.txt").read_text("ascii").split():
        first, _, last = line.partition("-")
        found += map(chr, range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, UNITS, layout_engine=ImageFont.Layout.BASIC)


@cache
def _advance(letter: str) -> float:
    return _font().getlength(letter) / UNITS


def drawable(text: object) -> str:
    """The text without what the font does not have: no box is ever drawn.

    A letter that stands for a plainer one («𝓐», «ą») becomes that one; white space and line breaks become one space.
    Without a Chinese letter beside them, quotation marks are the straight ones.
    """
    cut = unicodedata.normalize("NFC", str(text))[:TEXT_CHARS_MAX]
    drawn = " ".join("".join(_plainer(letter) for letter in cut).split())
    return drawn if any(map(_ideograph, drawn)) else drawn.translate(STRAIGHT)


def _plainer(letter: str) -> str:
    if letter in covered():
        return letter
    if letter.isspace():
        return " "
    for form in ("NFKC", "NFKD"):
        plainer = "".join(one for one in unicodedata.normalize(form, letter) if one in covered())
        if plainer.strip():
            return plainer
    return ""


def first_of(*texts: object) -> str:
    """The first of the texts of which something is left to be drawn, else nothing."""
    return next((text for text in map(drawable, texts) if text), "")


def width(text: str, size: float) -> float:
    """How wide a drawable text is; kerning may make it a little narrower."""
    return size * sum(map(_advance, text))


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one size, ``step`` from one baseline to the next."""

    lines: tuple[str, ...]
    size: float
    step: float

    @property
    def height(self) -> float:
        """From the top of the first line to the foot of the last."""
        return self.step * len(self.lines)

    def baselines(self, top: float) -> list[tuple[float, str]]:
        """Each line with its baseline, in the middle of its step; 0.88 of an em stand above it and 0.12 below."""
        first = top + (self.step - self.size) / 2 + 0.88 * self.size
        return [(round(first + nth * self.step, 1), line) for nth, line in enumerate(self.lines)]


def fit(
    text: object, wide: float, sizes: Sequence[float], lines_max: int = 1, leading: float = 1.3, balanced: bool = False
) -> Block:
    """The text within ``wide``, in the first of the sizes (largest first) in which it takes at most so many lines.

    If it does not fit in the last one either, its end is left out, with «…». ``balanced`` lines are of like length.
    """
    words = drawable(text)
    for size in sizes:
        lines = wrapped(words, wide, size)
        if len(lines) <= lines_max:
            return Block(tuple(_balanced(lines, words, wide, size) if balanced else lines), size, size * leading)
    size = sizes[-1]
    kept = wrapped(words, wide, size)[: lines_max - 1]
    return Block((*kept, _ended(_rest(words, kept), wide, size)), size, size * leading)


def _rest(words: str, lines: Sequence[str]) -> str:
    """What of the words stands in none of the lines."""
    for line in lines:
        words = words.removeprefix(line).lstrip()
    return words


def _balanced(lines: list[str], words: str, wide: float, size: float) -> list[str]:
    """The same words in as many lines: two of them parted where a sentence pauses, else none longer than it must be."""
    if len(lines) == 2:
        for pause in re.finditer(PAUSE, words):
            parts = [words[: pause.end()].rstrip(), words[pause.end() :].lstrip()]
            if all(part and width(part, size) <= wide for part in parts):
                return parts
    narrow = wide
    while len(lines) > 1 and narrow > wide / 2:
        narrow -= size / 4
        tried = wrapped(words, narrow, size)
        if len(tried) > len(lines):
            break
        lines = tried
    return lines


def _ended(line: str, wide: float, size: float) -> str:
    """As much of the line as fits with what says that there is more: in the middle of a Chinese line, at its foot."""
    more = MORE if _ideograph(line[:1]) else "..."
    while line and width(line + more, size) > wide:
        line = line[:-1]
    return line.rstrip() + more


def wrapped(text: str, wide: float, size: float) -> list[str]:
    """A drawable text in lines of at most this width; a word that is wider alone is broken anywhere."""
    lines, line = [], ""
    for piece in (part for one in _pieces(text) for part in _halved(one, wide, size)):
        if line and width((line + piece).rstrip(), size) > wide:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> Iterator[str]:
    """What may not be broken: a word with the space behind it, a Chinese letter with the punctuation around it."""
    piece = ""
    for letter in text:
        if piece and _may_break(piece[-1], letter):
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in NOT_FIRST or before in NOT_LAST:
        return False
    return before == " " or _ideograph(before) or _ideograph(after)


def _ideograph(letter: str) -> bool:
    return "\u2e80" <= letter <= "\u9fff" or "\uf900" <= letter <= "\ufaff" or "\uff00" <= letter <= "\uffef"


def _halved(piece: str, wide: float, size: float) -> Iterator[str]:
    while len(piece) > 1 and width(piece.rstrip(), size) > wide:
        count = max(1, next(nth for nth in range(1, len(piece) + 1) if width(piece[:nth], size) > wide) - 1)
        yield piece[:count]
        piece = piece[count:]
    yield piece
