"""A message's lines as plain text, cut to what fits, and choices as numbered lines: for channels without markup.

Lengths are bytes of UTF-8, as these platforms count them. What a client would take for a link in a plain text
(«<a href=…>») is made harmless here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.legible import legible, whole
from domain.chat import Kind, Message

TEXT_BYTES_MAX = 2048

Lines = Sequence[tuple[Kind, str]]

SIGNS = {
    Kind.STATUS: "\u25cf ",
    Kind.STEP: "\u2713 ",
    Kind.NEXT: "\u2192 ",
    Kind.ALERT: "\u26a0\ufe0f ",
}
"""What stands before a line of a kind."""

OF_CARDS = frozenset({Kind.TITLE, Kind.STATUS, Kind.FACT, Kind.STEP})
"""Where there is none of these a next step is a question of the conversation, and has no sign."""

ANCHOR = re.compile(r"<(?=/?a[\s>])", re.IGNORECASE)
SENTENCE = re.compile("[\u3002\uff01\uff1f\uff1b\u2026]|[.!?;](?=\\s)")


def clean(text: str) -> str:
    """Without what cannot be shown, and without anything that a client would make a link of."""
    return ANCHOR.sub("\uff1c", legible(text))


def plain(lines: Lines, card: bool = False) -> str:
    """The lines as they are read, one beneath the other. They are a card's if ``card`` or one of them says so."""
    return "\n".join(shown(lines, card))


def shown(lines: Lines, card: bool = False) -> Iterator[str]:
    """Each line with its sign; what is empty is left out."""
    card = card or any(kind in OF_CARDS for kind, _ in lines)
    for kind, given in lines:
        text = clean(given).strip()
        if text and kind is Kind.QUOTE:
            yield f"\u300c{text}\u300d"
        elif text:
            yield (SIGNS.get(kind, "") if card or kind is not Kind.NEXT else "") + text


def labels(message: Message) -> list[str]:
    """The words of all choices, in reading order."""
    return [one_line(label) for row in message.buttons for label, _, _ in row]


def numbered(message: Message, begin: int = 0) -> str:
    """The choices behind the first ``begin`` as lines with the number of each; empty without any."""
    return "\n".join(f"{at} {label}" for at, label in enumerate(labels(message), start=1) if at > begin)


def one_line(text: str) -> str:
    """The text without line breaks."""
    return " ".join(clean(text).split())


def clipped(text: str, chars_max: int) -> str:
    """At most so many characters; what is cut off shows."""
    return text if len(text) <= chars_max else text[: whole(text, max(chars_max - 1, 0))].rstrip() + "\u2026"


def size(text: str) -> int:
    """The length in bytes."""
    return len(text.encode())


def parts(text: str, bytes_max: int = TEXT_BYTES_MAX) -> list[str]:
    """The text in as few messages as hold it, cut after a line, else a sentence, else between what
    people see as characters."""
    found, rest = [], text.strip()
    while rest:
        start, rest = cut(rest, bytes_max)
        found.append(start)
    return found


def cut(text: str, bytes_max: int) -> tuple[str, str]:
    """The start of a text that is too long, and the rest."""
    start = text.encode()[:bytes_max].decode(errors="ignore")
    if start == text:
        return text, ""
    at = whole(text, _good_end(start) or len(start))
    return text[:at].rstrip() or text[:at], text[at:].lstrip()


def _good_end(text: str) -> int:
    """Behind the last line or sentence that ends in the second half; 0 if none does."""
    half = len(text) // 2
    line = text.rfind("\n", half)
    if line > 0:
        return line + 1
    return max([found.end() for found in SENTENCE.finditer(text, half)], default=0)
