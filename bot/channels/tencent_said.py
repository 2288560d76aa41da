"""What people say to an Official Account and to an app of WeCom alike, from the fields of the decrypted XML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.channels.tencent_crypto import Refusal
from bot.channels.tencent_xml import Fields, fields
from domain.chat import Inbound, Raw
from domain.errors import Unparseable

TEXT_CHARS_MAX = 20_000

MSG_ID = re.compile(r"[0-9]{1,24}\Z")
SECONDS = re.compile(r"[0-9]{1,10}\Z")
EVENT = re.compile(r"[A-Za-z_]{1,64}\Z")
PLAIN_KEY = re.compile(r"[A-Za-z0-9_.-]{1,64}\Z")


def fields_of(raw: Raw) -> Fields:
    """The elements of what was delivered.

    Raises:
        Unparseable: it is no XML of the platform's.
    """
    xml = raw.body.get("xml")
    try:
        return fields(xml if isinstance(xml, str) else "")
    except Refusal as refusal:
        raise Unparseable(refusal.code) from None


def kind_of(found: Fields) -> str:
    """The kind of a message, «event» for what is none."""
    return words(found, "MsgType", 32).lower()


def own_id(found: Fields, sender: str, key: str) -> str:
    """What makes it the only one. Events bear no number: their time, name and ``key`` tell them apart.

    Raises:
        Unparseable: it is not of the shape that all of them have.
    """
    if kind_of(found) != "event":
        return f"m:{sender}:{matching(found, 'MsgId', MSG_ID)}"
    at = matching(found, "CreateTime", SECONDS)
    short = key if PLAIN_KEY.match(key) or not key else hashlib.sha256(key.encode()).hexdigest()[:16]
    return f"e:{sender}:{at}:{matching(found, 'Event', EVENT)}:{short}"


def moment(found: Fields) -> dict[str, str]:
    """When it happened, so that a change which comes late is known as such."""
    seconds = words(found, "CreateTime", 12)
    if SECONDS.match(seconds) and 0 < int(seconds) < 2**33:
        return {"at": datetime.fromtimestamp(int(seconds), UTC).isoformat()}
    return {}


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
