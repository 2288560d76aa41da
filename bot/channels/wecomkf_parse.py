"""What customers write to WeCom's customer service, understood: messages as sync_msg gives them. Pure.

Only what a customer did counts (origin 3), and a few of the platform's own events (origin 4). What a colleague types in
the platform's own client (origin 5) is between the two of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.channels.tencent_media import RemoteFile
from bot.remote_files import kept_files
from domain.chat import Event, Inbound, Media, Place, Raw
from domain.errors import Unparseable

NAME = "wecomkf"

TEXT_CHARS_MAX = 20_000

KF_ID = re.compile(r"[0-9A-Za-z_-]{1,64}\Z")
CUSTOMER = re.compile(r"[0-9A-Za-z_-]{1,64}\Z")
MSG_ID = re.compile(r"[\x21-\x7e]{1,128}\Z")
PART = re.compile(r"([0-9a-f]{24})_[0-9]{1,4}\Z")
"""A part of a message of ours, by the message's id and the part's number."""
MEDIA_ID = re.compile(r"[\x21-\x7e]{1,512}\Z")
TOKEN = re.compile(r"[\x21-\x7e]{1,64}\Z")
FOREIGN = "?"
"""Stands for what no button of ours has: a press of it is stale."""

OF_CUSTOMER = 3
OF_PLATFORM = 4

SEND_FAILS = {4: "window", 5: "window", 6: "window", 10: "blocked"}
"""Why the platform did not show what it had taken, by its fail_type; any other has the number as its code."""

Object = Mapping[str, Any]


def place_of(kf_id: str, customer: str) -> Place:
    """The chat of a customer with one of our accounts there."""
    return Place(NAME, f"{kf_id}/{customer}")


def raw_message(message: Object) -> Raw:
    """A message of sync_msg as it is stored: pulled again it has the same id.

    Raises:
        Unparseable: it is not of the shape that all of them have.
    """
    id = f"{NAME}:{_matching(message, 'msgid', MSG_ID)}"
    try:
        json.dumps(message, allow_nan=False)
    except (ValueError, TypeError, RecursionError) as fault:  # no database would take it, and it would hold up all
        return Raw(id, NAME, {"broken": type(fault).__name__})
    try:
        place = _place(message)
    except Unparseable:
        place = None
    return Raw(id, NAME, {"message": dict(message)}, place)


def parse(raw: Raw) -> Inbound | None:
    """What was said, chosen or came to nothing; None for what says nothing to us.

    Raises:
        Unparseable: the body is not of a known shape.
    """
    message = message_of(raw)
    kind, origin = _words(message, "msgtype", 32), message.get("origin")
    if kind == "event":
        return _event(raw, message) if origin == OF_PLATFORM else None
    if origin != OF_CUSTOMER:
        return None
    place = _place(message)
    at = sent_at(raw)
    known = Inbound(raw.id, place, place.chat.partition("/")[2], args={"at": at.isoformat()} if at else {})
    return MESSAGES.get(kind, _not_taken)(known, raw, _part(message, kind) if kind in MESSAGES else message)


def message_of(raw: Raw) -> Object:
    """The message that was pulled.

    Raises:
        Unparseable: there is none.
    """
    message = raw.body.get("message")
    if not isinstance(message, Mapping):
        raise Unparseable("message")
    return message


def remote_file(raw: Raw) -> RemoteFile | None:
    """The file of a customer's message; None if it has none.

    Raises:
        Unparseable: it has no proper id.
    """
    message = message_of(raw)
    kind = _words(message, "msgtype", 32)
    if kind not in FILES or message.get("origin") != OF_CUSTOMER:
        return None
    id = _matching(_part(message, kind), "media_id", MEDIA_ID)
    return RemoteFile(id, _matching(message, "external_userid", CUSTOMER), FILES[kind])


def welcome_code(raw: Raw) -> str:
    """The code by which somebody who has just come in may be greeted; empty if nobody has."""
    message = raw.body.get("message")
    event = message.get("event") if isinstance(message, Mapping) else None
    if not isinstance(event, Mapping) or event.get("event_type") != "enter_session":
        return ""
    return _words(event, "welcome_code", 256)


def sent_at(raw: Raw) -> datetime | None:
    """When it was sent, in UTC; None if that cannot be known."""
    message = raw.body.get("message")
    seconds = message.get("send_time") if isinstance(message, Mapping) else None
    whole = isinstance(seconds, int) and not isinstance(seconds, bool) and 0 < seconds < 2**33
    return datetime.fromtimestamp(seconds, UTC) if whole and isinstance(seconds, int) else None


# ---- fields


def _words(found: Object, name: str, chars_max: int = TEXT_CHARS_MAX) -> str:
    value = found.get(name)
    return value[:chars_max] if isinstance(value, str) else ""


def _matching(found: Object, name: str, shape: re.Pattern[str]) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not shape.match(value):
        raise Unparseable(name)
    return value


def _part(found: Object, name: str) -> Object:
    value = found.get(name)
    if not isinstance(value, Mapping):
        raise Unparseable(name)
    return value


def _place(message: Object) -> Place:
    """Whose message it is. Events have it one level below."""
    found = message if "external_userid" in message else _part(message, "event")
    return place_of(_matching(found, "open_kfid", KF_ID), _matching(found, "external_userid", CUSTOMER))


# ---- what was said


def _text(known: Inbound, raw: Raw, said: Object) -> Inbound | None:
    """Words, or a choice from a menu message, which the platform counts as a message."""
    if said.get("menu_id"):
        token = _words(said, "menu_id", 256)
        return replace(known, press=token if TOKEN.match(token) else FOREIGN)
    text = _words(said, "content")
    return replace(known, text=text) if text.strip() else None


def _media(known: Inbound, raw: Raw, said: Object) -> Inbound | None:
    remote_file(raw)
    files, refused = kept_files(raw)
    return replace(known, files=files, refused=refused)


def _location(known: Inbound, raw: Raw, said: Object) -> Inbound | None:
    x, y = said.get("latitude"), said.get("longitude")
    if not (_degrees(x, 90) and _degrees(y, 180)):
        raise Unparseable("location")
    names = [_words(said, name, 500).strip() for name in ("name", "address")]
    return replace(known, text="\n".join([one for one in names if one] + [f"{x:.6g}, {y:.7g}"]))


def _degrees(value: object, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= most


def _link(known: Inbound, raw: Raw, said: Object) -> Inbound | None:
    """A page that somebody passed on: its words are not theirs."""
    told = [_words(said, name).strip() for name in ("title", "desc", "url")]
    text = "\n".join(one for one in told if one)
    return replace(known, text=text[:TEXT_CHARS_MAX], forwarded=True) if text else None


def _not_taken(known: Inbound, raw: Raw, said: Object) -> Inbound | None:
    return replace(known, refused=("kind",))


# ---- what came to nothing


def _event(raw: Raw, message: Object) -> Inbound | None:
    """Only of what the platform had taken and did not show: a part of a message of ours, or what has an id of its."""
    event = _part(message, "event")
    if event.get("event_type") != "msg_send_fail":
        return None
    place, kind = _place(message), event.get("fail_type")
    why = SEND_FAILS.get(kind, str(kind)) if isinstance(kind, int) else "unknown"
    id = _matching(event, "fail_msgid", MSG_ID)
    part = PART.match(id)
    args = {"external": part[1] if part else id, "why": why}
    at = sent_at(raw)
    return Inbound(
        raw.id,
        place,
        place.chat.partition("/")[2],
        event=Event.UNDELIVERED,
        args={**args, **({"at": at.isoformat()} if at else {})},
    )


Reader = Callable[[Inbound, Raw, Object], Inbound | None]

FILES: Mapping[str, Media] = {
    "image": Media.PHOTO,
    "voice": Media.VOICE,
    "video": Media.VIDEO,
    "file": Media.DOCUMENT,
}
"""Which messages have a file, and what it is shown as until its bytes are known."""

MESSAGES: Mapping[str, Reader] = {
    "text": _text,
    **dict.fromkeys(FILES, _media),
    "location": _location,
    "link": _link,
}
"""The kinds of messages that say anything to us; of any other its sender hears that we cannot see it."""
