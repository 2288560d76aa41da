"""Pictures and documents, drawn from words that are in the reader's language already.

Slow, and nobody else runs meanwhile: ``python -m bot.pictures`` does it in a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from bot.pictures.codes import code
from bot.pictures.funnel import funnel
from bot.pictures.poster import poster
from bot.pictures.statement import statement
from bot.pictures.tables import funnel_table, statement_table
from domain.chat import Media
from domain.drawing import Drawing, Picture


class Kind(NamedTuple):
    """How a kind is drawn, and what its file is."""

    draw: Callable[[Mapping[str, Any]], bytes]
    media: Media
    media_type: str
    ending: str


KINDS: Mapping[str, Kind] = {
    "poster": Kind(poster, Media.PHOTO, "image/png", ".png"),
    "statement": Kind(statement, Media.DOCUMENT, "application/pdf", ".pdf"),
    "statement-csv": Kind(statement_table, Media.DOCUMENT, "text/csv", ".csv"),
    "funnel": Kind(funnel, Media.PHOTO, "image/png", ".png"),
    "funnel-csv": Kind(funnel_table, Media.DOCUMENT, "text/csv", ".csv"),
    "code": Kind(code, Media.PHOTO, "image/png", ".png"),
}


def draw(drawing: Drawing) -> Picture:
    """The picture or document. The same drawing gives the same bytes.

    Raises:
        KeyError: there is no such kind, or a word is missing.
        ValueError: what is to be drawn cannot be.
    """
    kind = KINDS[drawing.kind]
    return Picture(kind.draw(drawing.args), kind.media, kind.media_type, kind.ending)
