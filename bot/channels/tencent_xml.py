"""XML as Tencent writes it: read within bounds, and written so that no text can break out of it.

A document type is refused, and with it every entity of somebody's own: nothing is fetched and nothing grows. So are
more levels or more elements than any message of the platform has.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import Final
from xml.parsers import expat  # bounded here: no document type, few levels, few elements

from bot.channels.tencent_crypto import Refusal

Fields = dict[str, "Field"]
"""An element's children by name: a text, more fields, or a list where a name stands more than once."""
Field = str | Fields | list["Field"]

DEPTH_MAX: Final = 12
NODES_MAX: Final = 500

UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML can carry: control characters, half a surrogate pair, and two that are no characters."""
SECTION = re.compile(r"<!\[CDATA\[(.*?)(\]\]>|\Z)|&#(x[0-9A-Fa-f]+|[0-9]+);", re.DOTALL)
"""Character data up to its end, within which a reference is none; or a reference by number."""
DIGITS_MAX: Final = 7


def fields(xml: str | bytes) -> Fields:
    """What stands below the root, which may have any name; attributes are left out.

    An element with children is a dict of them, one without is its text, with spaces at both ends as they are. The text
    between elements is left out.

    Raises:
        Refusal: «doctype», «deep», «many», or «xml» for what is no XML.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(xml.encode() if isinstance(xml, str) else xml, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise Refusal("xml") from None
    return reader.root if isinstance(reader.root, dict) else {}


def word(found: Fields, name: str, chars_max: int = 128) -> str:
    """The text of an element that holds one; empty if there is none, or more of it, or elements in it."""
    value = found.get(name)
    return value if isinstance(value, str) and len(value) <= chars_max else ""


def clean(text: str) -> str:
    """Without what XML, and the platform's JSON, cannot carry; every end of a line is «\\n»."""
    return UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def fit(xml: str) -> str:
    """What the platform has sealed, without what no XML can carry, whether as it is or by number: people type it, and
    the platform hands it on. Character data ends where it ended before."""
    if "&#" not in xml and not UNFIT.search(xml):
        return xml
    pieces: list[str] = []
    end = 0
    for found in SECTION.finditer(xml):
        if found.start() > end:
            pieces.append(UNFIT.sub("", xml[end : found.start()]))
        pieces.append(_fit(found))
        end = found.end()
    return "".join((*pieces, UNFIT.sub("", xml[end:])))


def _fit(found: re.Match[str]) -> str:
    number = found[3]
    if number is None:
        said = UNFIT.sub("", found[1])
        return "<![CDATA[" + said.replace("]]>", "]]]]><![CDATA[>") + found[2]
    base, digits = (16, number[1:]) if number[0] == "x" else (10, number)
    digits = digits.lstrip("0") or "0"
    return found[0] if len(digits) <= DIGITS_MAX and _stands(digits, base) else ""


@lru_cache(1024)
def _stands(digits: str, base: int) -> bool:
    """Whether this is the number of a character that XML carries."""
    code = int(digits, base)
    return code <= sys.maxunicode and not UNFIT.match(chr(code))


def text(value: str) -> str:
    """As character data of XML: whatever stands in it, it is read as that text and nothing else."""
    return "<![CDATA[" + clean(value).replace("]]>", "]]]]><![CDATA[>") + "]]>"


class _Reader:
    """Builds fields while the parser goes on, and stops it at the bounds."""

    def __init__(self) -> None:
        self.root: Field = ""
        self._open: list[tuple[str, Fields, list[str]]] = []
        self._nodes = 0
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._said

    def _doctype(self, *_: object) -> None:
        raise Refusal("doctype")

    def _start(self, name: str, _: dict[str, str]) -> None:
        self._nodes += 1
        if self._nodes > NODES_MAX:
            raise Refusal("many")
        if len(self._open) >= DEPTH_MAX:
            raise Refusal("deep")
        self._open.append((name, {}, []))

    def _said(self, data: str) -> None:
        self._open[-1][2].append(data)

    def _end(self, _: str) -> None:
        name, children, said = self._open.pop()
        value: Field = children or "".join(said)
        if self._open:
            _add(self._open[-1][1], name, value)
        else:
            self.root = value


def _add(parent: Fields, name: str, value: Field) -> None:
    known = parent.get(name)
    if known is None:
        parent[name] = value
    elif isinstance(known, list):
        known.append(value)
    else:
        parent[name] = [known, value]
