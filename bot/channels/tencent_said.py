"""What people say to an Official Account and to an app of WeCom alike, from the fields of the decrypted XML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.channels.tencent_xml import Fields
from domain.chat import Inbound, Raw
from domain.errors import Unparseable

TEXT_CHARS_MAX = 20_000


def words(found: Mapping[str, Any], name: str, chars_max: int = TEXT_CHARS_MAX) -> str:
    """The text of a field, cut to its longest; empty for none."""
    value = found.get(name)
    return value[:chars_max] if isinstance(value, str) else ""


def matching(found: Fields, name: str, shape: re.Pattern[str]) -> str:
    """The text of a field that must look like this.

    Raises:
        Unparseable: it does not.
    """
    value = found.get(name)
    if not isinstance(value, str) or not shape.match(value):
        raise Unparseable(name)
    return value


def location(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    """A place: what it is called, and latitude and longitude in degrees.

    Raises:
        Unparseable: there is no such place.
    """
    position = f"{_degrees(found, 'Location_X', 90):.6g}, {_degrees(found, 'Location_Y', 180):.7g}"
    label = words(found, "Label", 500).strip()
    return replace(known, text="\n".join(one for one in (label, position) if one))


def _degrees(found: Fields, name: str, most: float) -> float:
    try:
        degrees = float(words(found, name, 32))
    except ValueError:
        raise Unparseable(name) from None
    if not abs(degrees) <= most:
        raise Unparseable(name)
    return degrees


def link(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    """A page that somebody passed on: its words are not theirs."""
    told = [words(found, name).strip() for name in ("Title", "Description", "Url")]
    text = "\n".join(one for one in told if one)
    return replace(known, text=text[:TEXT_CHARS_MAX], forwarded=True) if text else None
