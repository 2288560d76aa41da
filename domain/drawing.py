"""Pictures and documents that a handler wants to send: what stands in them, and what they became."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.chat import Attachment, Media

STATEMENT_ROWS_MAX = 150
"""How many lines of a passbook are drawn on paper; more of them are a table."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture or document that is still to be drawn.

    ``kind`` is one of those that ``bot/pictures`` draws. ``args`` are what JSON knows, and every word among them is
    already in the language of ``locale``. They say nothing that changes from one second to the next: the message is
    handled again when the drawing is there, and should ask for the same one. One message wants one of a kind at most.
    """

    kind: str
    locale: str
    args: Mapping[str, Any]

    def canonical(self) -> str:
        """All of it as JSON, the same for the same drawing."""
        parts = {"kind": self.kind, "locale": self.locale, "args": self.args}
        return json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=dict)

    @property
    def key(self) -> str:
        """Its kind, a colon, and the sha256 of what stands in it, in lower-case hex."""
        return f"{self.kind}:{hashlib.sha256(self.canonical().encode('utf-8', 'surrogatepass')).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as bytes; ``ending`` is that of its file's name, with the dot."""

    data: bytes
    media: Media
    media_type: str
    ending: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing that lies with the files, which nobody may see before it is shown to somebody."""

    file: Attachment
    media_type: str
    size: int
