"""The web chat as a channel: browsers post messages and read the outbox themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.legible import legible
from domain.channel import Rate
from domain.chat import Attachment, Inbound, Media, Message, Place, Raw
from domain.errors import Permanent, Unparseable

NAME = "webchat"
TEXT_CHARS_MAX = 4000
FILES_MAX = 9
FILE_NAME_CHARS_MAX = 120

CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}\Z")
ROOM = re.compile(r"[A-Za-z0-9_-]{0,64}\Z")
PRESS = re.compile(r"[\x21-\x7e]{0,64}\Z")
REPLY_TO = re.compile(r"[\x21-\x7e]{0,120}\Z")
HASH = re.compile(r"[0-9a-f]{64}\Z")
LOCALE = re.compile(r"[A-Za-z]{0,8}(-[A-Za-z0-9]{1,8}){0,3}\Z")
SHAPES = {"id": CLIENT_ID, "room": ROOM, "album": ROOM, "press": PRESS, "reply_to": REPLY_TO, "locale": LOCALE}


def raw_message(account: str, posted: Mapping[str, Any]) -> Raw:
    """What the browser of ``account`` posted, as it is stored: the same client id gives the same raw id.

    A group room is its own place; without one the place is the account's private chat.

    Raises:
        Unparseable: the post is not of the promised shape, or says nothing.
    """
    said = {name: _matching(posted, name, shape) for name, shape in SHAPES.items()}
    text, files = legible(_text(posted, "text")), [_file(file) for file in _list(posted, "files")]
    if not (text.strip() or files or said["press"]):
        raise Unparseable("empty")
    if len(text) > TEXT_CHARS_MAX or len(files) > FILES_MAX:
        raise Unparseable("too long")
    chat = said["room"] or account
    body = {**said, "account": account, "text": text, "files": files, "group": bool(said["room"])}
    return Raw(f"{NAME}:{chat}:{account}:{said['id']}", NAME, body, Place(NAME, chat))


@dataclass(frozen=True, slots=True)
class WebChat:
    """Reads what ``raw_message`` made. The browser pulls, so nothing is ever sent."""

    name: str = NAME
    pulled: bool = True
    echoes: bool = True
    rates: tuple[Rate, ...] = ()

    def parse(self, raw: Raw) -> Inbound | None:
        """The stored post as an Inbound; ``reply_to`` is the seq of the answered message.

        Raises:
            Unparseable: the body was not made by ``raw_message``.
        """
        try:
            return _inbound(raw)
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise Unparseable(type(fault).__name__) from fault

    async def send(self, message: Message) -> str:
        """Never possible: browsers read the outbox."""
        raise Permanent("pulled")

    async def edit(self, external: str, message: Message) -> str:
        """Never possible: browsers read the outbox."""
        raise Permanent("pulled")


def _inbound(raw: Raw) -> Inbound:
    body = raw.body
    account, room = str(body["account"]), str(body["room"])
    return Inbound(
        id=raw.id,
        place=raw.place or Place(NAME, room or account),
        account=account,
        text=legible(body["text"])[:TEXT_CHARS_MAX],
        files=tuple(Attachment(f["hash"], Media(f["media"]), f["name"]) for f in body["files"]),
        press=body["press"],
        reply_to=body["reply_to"],
        album=body["album"],
        group=bool(body["group"]),
        locale=body["locale"],
    )


def _text(posted: Mapping[str, Any], name: str) -> str:
    value = posted.get(name, "")
    if not isinstance(value, str):
        raise Unparseable(name)
    return value


def _list(posted: Mapping[str, Any], name: str) -> list[Any]:
    value = posted.get(name, [])
    if not isinstance(value, list):
        raise Unparseable(name)
    return value


def _matching(posted: Mapping[str, Any], name: str, shape: re.Pattern[str]) -> str:
    value = _text(posted, name)
    if not shape.match(value):
        raise Unparseable(name)
    return value


def _file(file: object) -> dict[str, str]:
    if not isinstance(file, dict):
        raise Unparseable("files")
    if file.get("media") not in tuple(Media):
        raise Unparseable("media")
    return {
        "hash": _matching(file, "hash", HASH),
        "media": str(file["media"]),
        "name": legible(_text(file, "name"))[:FILE_NAME_CHARS_MAX],
    }
