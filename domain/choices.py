"""Which of the choices of a message a text names, where people answer without buttons."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from unicodedata import normalize

NUMBER_MAX = 20
CHARS_MAX = 100
"""What is longer is no choice: nobody types a label of that length."""

_NUMERALS = "一二三四五六七八九十"
_KEYCAP = str.maketrans("", "", "\ufe0f\u20e3")
_NUMBER = r"([1-9][0-9]?|[一二三四五六七八九十]{1,2})"
_NUMBERED = re.compile(rf"{_NUMBER}|{_NUMBER}\s?[.、。,)]|\({_NUMBER}\)")


def number(text: str) -> int | None:
    """The number from 1 to 20 that the text is and nothing else: «1», «１», «①», «一», «1.», «1、», «(1)», «十二»."""
    written = _plain(text).translate(_KEYCAP)
    found = _NUMBERED.fullmatch(written)
    named = next((one for one in found.groups() if one), "") if found else ""
    value = int(named) if named.isascii() and named else _counted(named)
    return value if 0 < value <= NUMBER_MAX else None


def chosen(text: str, labels: Sequence[Collection[str]]) -> int | None:
    """The place, from 0, of the choice that is meant by its number, or by its words in one of its languages.

    The first of several with the same words. None for what is no choice, and for a number beyond the list.
    """
    if len(text) > CHARS_MAX:
        return None
    named = number(text)
    if named is not None and named <= len(labels):
        return named - 1
    said = _folded(text)
    return next((place for place, ways in enumerate(labels) if said and said in map(_folded, ways)), None)


def _counted(numeral: str) -> int:
    """«三» is 3, «十» 10, «十二» 12, «二十» 20; what is no such number is 0."""
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return _NUMERALS.find(numeral) + 1 if len(numeral) == 1 else 0
    if tens:
        return 20 if tens == "二" and not ones else 0
    return 10 + (_counted(ones) if ones != ten else NUMBER_MAX)


def _plain(text: str) -> str:
    return normalize("NFKC", text).strip() if len(text) <= CHARS_MAX else ""


def _folded(text: str) -> str:
    return " ".join(_plain(text).casefold().split())
