"""What Telegram delivers, as it is kept before anybody understands it, and values that nobody has checked yet."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

from domain.chat import Place, Raw
from domain.errors import Unparseable

NAME = "telegram"
DEPTH_MAX = 24
NODES_MAX = 4000
"""Twice what the longest answer to the longest message has."""
KEPT_CHARS_MAX = 16_000

UPDATE_ID = re.compile(rb'"update_id"\s*:\s*([0-9]{1,18})\b')
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
FILE_ID = re.compile(r"[\x21-\x7e]{1,512}\Z")


def raw_update(bot_id: int, update: Mapping[str, Any], me: str = "") -> Raw:
    """An update as it is kept; ``me`` is the bot's own name, empty while it is not known.

    What is too large or too deep to be understood is kept as text.

    Raises:
        Unparseable: it has no «update_id», so that a copy of it could not be told from it.
    """
    id = update.get("update_id")
    if not is_number(id):
        raise Unparseable("update_id")
    id = f"{NAME}:{bot_id}:{id}"
    if not sound(update):
        return Raw(id, NAME, {"broken": _broken(update)})
    return Raw(id, NAME, {"update": dict(update), "me": me}, _place(update))


def raw_body(bot_id: int, body: bytes, me: str = "") -> Raw:
    """An update as it was posted. What is no JSON but has an «update_id» is kept as text.

    Raises:
        Unparseable: it has none.
    """
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        update = None
    if isinstance(update, dict) and "update_id" in update:
        return raw_update(bot_id, update, me)
    found = UPDATE_ID.search(body)
    if found is None:
        raise Unparseable("update_id")
    text = body[:KEPT_CHARS_MAX].decode(errors="replace")
    return Raw(f"{NAME}:{bot_id}:{int(found[1])}", NAME, {"broken": text})


def _broken(update: Mapping[str, Any]) -> str:
    """The beginning of what cannot be understood, for whoever looks into it."""
    try:
        return json.dumps(update, ensure_ascii=False)[:KEPT_CHARS_MAX]
    except (RecursionError, ValueError, TypeError) as fault:
        return type(fault).__name__


def sound(update: object) -> bool:
    """Whether this is JSON that every database takes, and neither so deep nor so large that it would hold us up."""
    level, left = [update], NODES_MAX
    for _ in range(DEPTH_MAX):
        if not all(map(_storable, level)):
            return False
        level = [inner for one in level if isinstance(one, dict | list) for inner in _inside(one)]
        left -= len(level)
        if not level or left < 0:
            break
    return not level and left >= 0


def _inside(one: dict[str, Any] | list[Any]) -> Any:
    return one.values() if isinstance(one, dict) else one


def _storable(one: object) -> bool:
    if isinstance(one, float):
        return isfinite(one)
    return not isinstance(one, int) or -(2**63) <= one < 2**63


def _place(update: Mapping[str, Any]) -> Place | None:
    """The chat of an update that nobody has understood yet; None if it cannot be found."""
    for value in update.values():
        if isinstance(value, dict):
            message = value["message"] if isinstance(value.get("message"), dict) else value
            chat = message.get("chat")
            if isinstance(chat, dict) and is_number(chat.get("id")):
                return Place(NAME, str(chat["id"]))
    return None


# ---- values of which nobody knows yet what they are


def clean(text: str) -> str:
    """Without control characters, except newlines, and without halves of surrogate pairs."""
    return CONTROL.sub("", text)


def part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object within another; an empty one if it is absent.

    Raises:
        Unparseable: there is something else.
    """
    value = of.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Unparseable(name)
    return value


def words(value: object, chars_max: int) -> str:
    """A text without what cannot be shown and what is too much; "" for none.

    Raises:
        Unparseable: it is no text.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unparseable("words")
    return clean(value[: chars_max * 2]).strip()[:chars_max]


def file_id(value: object) -> str:
    """The name of a file on the platform.

    Raises:
        Unparseable: it is none.
    """
    if not isinstance(value, str) or not FILE_ID.match(value):
        raise Unparseable("id")
    return value


def is_number(value: object) -> bool:
    """Whether it is a whole number of at most 64 bits."""
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def number(value: object) -> str:
    """The id of a chat, a person or a message.

    Raises:
        Unparseable: it is none.
    """
    if not is_number(value):
        raise Unparseable("number")
    return str(value)
