"""How values that SQLite does not know are written and read: times, JSON, booleans."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import UTC, datetime
from functools import lru_cache

import orjson

_STRICT = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_LONG = re.compile(rb"[0-9][0-9]{18}")  # 19 digits; the first by itself is what the search can look for fast
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # the escape itself, not an escaped backslash before u0000


@lru_cache(256)  # the rows of one message mostly carry the same time
def time_text(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds, 32 characters whatever the time, so that text sorts as time does.

    Raises:
        ValueError: the time has no zone.
    """
    if moment.tzinfo is not UTC:
        moment = aware(moment).astimezone(UTC)
    return moment.isoformat(" ", "microseconds")


def aware(moment: datetime) -> datetime:
    """The same, if it has a zone; both engines would guess one otherwise."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {moment.isoformat()}")
    return moment


def json_text(value: object) -> str:
    """Compact JSON of a dict or a list.

    Raises:
        TypeError: anything else, which the two engines would keep differently.
        ValueError: a number that JSON does not have, or text with NUL, which PostgreSQL refuses.
    """
    if not isinstance(value, dict | list | tuple):
        raise TypeError(f"a JSONB column takes a dict or a list, not {type(value).__name__}")
    text = _fast(value) or _encode(value)
    if "\\u0000" in text and _NUL.search(text):
        raise ValueError("JSON text with NUL cannot be stored")
    return text


def _fast(value: object) -> str:
    """The same from orjson, three to ten times as fast; empty where the standard library has to decide: orjson writes
    NaN as null, and takes no number beyond 64 bits, no key but a str, no half characters."""
    try:
        text = orjson.dumps(value, option=_STRICT).decode()
    except TypeError:
        return ""
    return "" if "null" in text else text


def json_value(text: str | bytes) -> object:
    """What ``json_text`` was given, with lists for tuples. Where a number may be beyond 64 bits, the standard library
    reads it: orjson would make a float of it, or refuse it."""
    long = _LONG.search(text if isinstance(text, bytes) else text.encode())
    value: object = json.loads(text) if long else orjson.loads(text)
    return value


def teach_sqlite() -> None:
    """Tell the ``sqlite3`` module these types. It keeps them for the whole process; doing it again is harmless."""
    sqlite3.register_adapter(datetime, time_text)
    for container in (dict, list, tuple):
        sqlite3.register_adapter(container, json_text)
    sqlite3.register_converter("TIMESTAMPTZ", lambda stored: datetime.fromisoformat(stored.decode()))
    sqlite3.register_converter("JSONB", json_value)
    sqlite3.register_converter("BOOLEAN", b"0".__ne__)
