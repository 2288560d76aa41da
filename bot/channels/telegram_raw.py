"""What Telegram delivers, as it is kept before anybody understands it, and values that nobody has checked yet."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from math import isfinite
from typing import Any

from bot.legible import legible
from domain.chat import Place, Raw
from domain.errors import Unparseable

NAME = "telegram"
DEPTH_MAX = 24
NODES_MAX = 4000
"""Twice what the longest answer to the longest message has."""
MARKS, MARKS_MAX = (b"{", b"[", b","), 5 * NODES_MAX
"""What the parts of JSON begin with; a text may have some too. More would hold us up while it is read."""
KEPT_CHARS_MAX = 16_000

UPDATE_ID = re.compile(rb'"update_id"\s*:\s*([0-9]{1,18})\b')
FILE_ID = re.compile(r"[\x21-\x7e]{1,512}\Z")


def raw_update(bot_id: int, update: Mapping[str, Any], me: str = "") -> Raw:
    """An update as it is kept; ``me`` is the bot's own name, empty while it is not known.

    What is too large or too deep to be understood is kept as text.

    Raises:
        Unparseable: it has no «update_id», so that a copy of it could not be told from it.
    """
    return _kept(bot_id, update, me, partial(_written, update))


def raw_body(bot_id: int, body: bytes, me: str = "") -> Raw:
    """An update as it was posted; what is no JSON but has an «update_id» is kept as text. Else as ``raw_update``."""
    text = partial(body[: KEPT_CHARS_MAX * 4].decode, errors="replace")
    try:
        update = json.loads(body) if sum(map(body.count, MARKS)) < MARKS_MAX else None
    except (ValueError, RecursionError):
        update = None
    if isinstance(update, dict) and "update_id" in update:
        return _kept(bot_id, update, me, text)
    found = UPDATE_ID.search(body)
    if found is None:
        raise Unparseable("update_id")
    return _broken(bot_id, int(found[1]), text())


def _kept(bot_id: int, update: Mapping[str, Any], me: str, text: Callable[[], str]) -> Raw:
    number = update.get("update_id")
    if not isinstance(number, int) or not is_number(number):
        raise Unparseable("update_id")
    if not sound(update):
        return _broken(bot_id, number, text())
    return Raw(f"{NAME}:{bot_id}:{number}", NAME, {"update": dict(update), "me": me}, _place(update))


def _broken(bot_id: int, number: int, text: str) -> Raw:
    """The beginning of what cannot be understood, for whoever looks into it."""
    return Raw(f"{NAME}:{bot_id}:{number}", NAME, {"broken": text[:KEPT_CHARS_MAX]})


def _written(update: Mapping[str, Any]) -> str:
    try:
        return json.dumps(update, ensure_ascii=False)
    except (RecursionError, ValueError, TypeError) as fault:
        return type(fault).__name__


def sound(update: object) -> bool:
    """Whether this is JSON that every database takes, and neither so deep nor so large that it would hold us up."""
    level, left = [update], NODES_MAX
    for _ in range(DEPTH_MAX):
        if not all(map(_storable, level)):
            return False
        inner = [one for one in level if isinstance(one, dict | list)]
        left -= sum(map(len, inner))
        if not inner or left < 0:
            break
        level = [value for one in inner for value in _inside(one)]
    return not inner and left >= 0


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
    return legible(value[: chars_max * 2]).strip()[:chars_max]


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
