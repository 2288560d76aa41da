"""A message's lines as the Official Account shows them: plain text, in parts that are short enough, and its choices.

The platform counts bytes. A cut falls behind a line or a sentence, never within what people see as one character.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from bot.channels.tencent_words import (
    OF_CARDS,
    SIGNS,
    TEXT_BYTES_MAX,
    Lines,
    clean,
    cut,
    labels,
    one_line,
    size,
)
from bot.legible import whole
from domain.chat import Kind, Message

__all__ = ["TEXT_BYTES_MAX", "Lines", "Words", "cut", "size"]

LABEL_CHARS_MAX = 40

Choices = Sequence[tuple[str, str]]
"""Labels and the tokens behind them, in reading order."""

Words = Callable[[str, str], Mapping[str, str]]
"""Texts by id in the language of a reader, for the start of an id: ``Catalogue.words``."""

CHOOSE = "wechat-choose"
GAP = "\n\n"

AROUND = {Kind.TITLE: ("\u3010", "\u3011"), Kind.QUOTE: ("\u300c", "\u300d")}
"""What stands around a line, as there is neither bold nor colour."""

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


def parts(lines: Lines, bytes_max: int = TEXT_BYTES_MAX) -> list[str]:
    """The lines in as few texts as hold them, each of at most ``bytes_max`` bytes; none if there is nothing to read."""
    return list(_packed(_spaced(lines), bytes_max))


def choices(message: Message) -> Choices:
    """What may be chosen; the first is number 1."""
    tokens = [token for row in message.buttons for _, token, _ in row]
    return [(clipped(label, LABEL_CHARS_MAX), token) for label, token in zip(labels(message), tokens, strict=True)]


def numbered(message: Message, words: Words, bytes_max: int = TEXT_BYTES_MAX) -> list[str]:
    """As ``parts``, and behind the lines the choices with their numbers, where there are some."""
    listed = [(GAP, listing(message, words))] if message.buttons else []
    return list(_packed(chain(_spaced(message.lines), listed), bytes_max))


def passive(message: Message, words: Words) -> str:
    """The message as the one text by which a callback is answered; empty if it cannot be one."""
    texts = [] if message.files else numbered(message, words)
    return texts[0] if len(texts) == 1 else ""


def listing(message: Message, words: Words) -> str:
    """How to choose, and each choice with its number."""
    rows = [f"{number} {label}" for number, (label, _) in enumerate(choices(message), 1)]
    return "\n".join([words(message.locale, CHOOSE)[CHOOSE], *rows])


def clipped(text: str, chars_max: int) -> str:
    """One line of at most so many characters; what is cut off shows."""
    line = one_line(text)
    return line if len(line) <= chars_max else line[: whole(line, chars_max - 1)].rstrip() + "\u2026"


def _spaced(lines: Lines) -> Iterator[tuple[str, str]]:
    """What separates each line that says something from the one before, and the line as it is read."""
    card = any(kind in OF_CARDS for kind, _ in lines)
    before: Kind | None = None
    for kind, given in lines:
        text = clean(given).strip()
        if text:
            first, last = AROUND.get(kind, (SIGNS.get(kind, "") if card or kind is not Kind.NEXT else "", ""))
            yield "\n" if (before, kind) in TOGETHER else GAP, first + text + last
            before = kind


def _packed(pieces: Iterable[tuple[str, str]], bytes_max: int) -> Iterator[str]:
    part = ""
    for gap, piece in _short(pieces, bytes_max):
        if part and size(part + gap + piece) > bytes_max:
            yield part
            part = ""
        part += gap + piece if part else piece
    if part:
        yield part


def _short(pieces: Iterable[tuple[str, str]], bytes_max: int) -> Iterator[tuple[str, str]]:
    """The same, with each piece that is longer than a whole part cut."""
    for gap, piece in pieces:
        between, rest = gap, piece
        while size(rest) > bytes_max:
            start, rest = cut(rest, bytes_max)
            yield between, start
            between = "\n"
        if rest:
            yield between, rest
