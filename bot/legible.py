"""What can be read of a text: the one rule of what no channel passes on, and where a text may be cut."""

from __future__ import annotations

import re
import unicodedata

UNSAID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters other than tab and the end of a line, halves of surrogate pairs, two that are no characters."""
LINE_END = re.compile("\r\n?")

ZWJ = "\u200d"
FLAGS = ("\U0001f1e6", "\U0001f1ff")
EXTENDS = re.compile("[\u200c\u200d\u0e33\u0eb3\u1160-\u11ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
"""What belongs to the character before it, beside marks."""
VIRAMA = 9


def legible(text: str) -> str:
    """Without what nobody can read and a terminal or a platform would take for something else; all else stays. Every
    end of a line is «\\n»."""
    return text if text.isprintable() else UNSAID.sub("", LINE_END.sub("\n", text))


def whole(text: str, at: int) -> int:
    """The last place at or before ``at`` where a cut goes through no character; ``at`` if there is none."""
    place = at
    while 0 < place < len(text) and _one(text, place):
        place -= 1
    return place or at


def _one(text: str, at: int) -> bool:
    """Whether the characters before and behind ``at`` are seen as one."""
    before, behind = text[at - 1], text[at]
    if unicodedata.category(behind).startswith("M") or EXTENDS.match(behind):
        return True
    if before == ZWJ or (unicodedata.combining(before) == VIRAMA and behind.isalpha()):
        return True
    return _flag(before) and _flag(behind) and _flags_before(text, at) % 2 == 1


def _flag(char: str) -> bool:
    return FLAGS[0] <= char <= FLAGS[1]


def _flags_before(text: str, at: int) -> int:
    count = 0
    while count < at and _flag(text[at - 1 - count]):
        count += 1
    return count
