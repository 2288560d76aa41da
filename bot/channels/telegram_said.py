"""What a message of Telegram's holds: its words, what reads like words, its file. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from telegram.constants import FileSizeLimit, MessageLimit

from bot.channels.telegram_raw import file_id, is_number, number, part, words
from bot.remote_files import kept_files
from domain.chat import Attachment, Media, Raw
from domain.errors import Unparseable

TEXT_CHARS_MAX = int(MessageLimit.MAX_TEXT_LENGTH)
NAME_CHARS_MAX = 64
FILE_NAME_CHARS_MAX = 120
BYTES_MAX = int(FileSizeLimit.FILESIZE_DOWNLOAD)
"""More than this the platform does not hand out."""

NOT_DIGITS = re.compile(r"[^0-9]")

KINDS: Mapping[str, Media] = {
    "photo": Media.PHOTO,
    "animation": Media.DOCUMENT,  # such a message has a «document» too
    "video": Media.VIDEO,
    "video_note": Media.VIDEO,
    "voice": Media.VOICE,
    "audio": Media.VOICE,
    "document": Media.DOCUMENT,
}
"""What a message may hold that is fetched, and what it is shown as until its bytes are known."""

NOT_TAKEN = frozenset({"story", "paid_media", "game", "invoice", "giveaway", "poll", "checklist"})
"""What somebody may send and nobody here can see."""

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that lies with the platform. ``unique`` names its content, ``size`` is None if the platform is silent."""

    id: str
    unique: str
    size: int | None
    media: Media
    name: str = ""


def file_of(message: Object) -> RemoteFile | None:
    """The file of a message, of which there is one at most: the parts of an album arrive one by one.

    Raises:
        Unparseable: it has no proper id.
    """
    kind = next((kind for kind in KINDS if message.get(kind)), "")
    if not kind:
        return None
    found = _largest(message[kind]) if kind == "photo" else part(message, kind)
    size, name = found.get("file_size"), words(found.get("file_name"), FILE_NAME_CHARS_MAX)
    return RemoteFile(
        id=file_id(found.get("file_id")),
        unique=file_id(found.get("file_unique_id")),
        size=size if is_number(size) else None,
        media=KINDS[kind],
        name=name.replace("\n", " ").replace("/", " "),
    )


def _largest(sizes: object) -> Object:
    """The largest version of a photo that can be had, the smallest of all if none can; they ascend."""
    found = [one for one in sizes if isinstance(one, Mapping)] if isinstance(sizes, list) else []
    if not found:
        raise Unparseable("photo")
    return next((one for one in reversed(found) if _may_be_had(one.get("file_size"))), found[0])


def _may_be_had(size: object) -> bool:
    return not isinstance(size, int) or size <= BYTES_MAX


def text_of(message: Object) -> str:
    """Its words, or how what is neither words nor a file reads; empty if it says nothing.

    Raises:
        Unparseable: it is not of the shape that all of them have.
    """
    said = words(message.get("text") or message.get("caption"), TEXT_CHARS_MAX)
    kind = "" if said else next((kind for kind in SAYINGS if message.get(kind)), "")
    return SAYINGS[kind](part(message, kind))[:TEXT_CHARS_MAX] if kind else said


def _emoji(sent: Object) -> str:
    return words(sent.get("emoji"), NAME_CHARS_MAX)


def _position(location: Object) -> str:
    both = location.get("latitude"), location.get("longitude")
    if not all(isinstance(one, int | float) and abs(one) <= 180 for one in both):
        raise Unparseable("location")
    return f"{both[0]:.6g}, {both[1]:.7g}"


def _venue(venue: Object) -> str:
    title, address = words(venue.get("title"), TEXT_CHARS_MAX), words(venue.get("address"), TEXT_CHARS_MAX)
    return "\n".join(one for one in (title, address, _position(part(venue, "location"))) if one)


def _card(contact: Object) -> str:
    number = _phone(contact.get("phone_number")) or words(contact.get("phone_number"), NAME_CHARS_MAX)
    names = [words(contact.get(name), NAME_CHARS_MAX) for name in ("first_name", "last_name")]
    return " ".join(one for one in (*names, number) if one)


SAYINGS: Mapping[str, Callable[[Object], str]] = {
    "sticker": _emoji,
    "dice": _emoji,
    "venue": _venue,  # such a message has a «location» too
    "location": _position,
    "contact": _card,
}
"""What is neither words nor a file, and how it reads."""


def _phone(written: object) -> str:
    """A number in E.164; empty if it is none."""
    digits = NOT_DIGITS.sub("", written[:NAME_CHARS_MAX]) if isinstance(written, str) else ""
    return f"+{digits}" if 7 <= len(digits) <= 15 else ""


def own_phone(message: Object, sender: Object) -> str:
    """The sender's own number, which the platform knows to be theirs; empty for anybody else's card."""
    card = part(message, "contact")
    if not card or "forward_origin" in message or number(sender.get("id")) != str(card.get("user_id")):
        return ""
    return _phone(card.get("phone_number"))


def files_of(raw: Raw, message: Object) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """What was fetched, and why what was not fetched never will be.

    Raises:
        Unparseable: that was not written by ``Keeper``.
    """
    if not NOT_TAKEN.isdisjoint(message):
        return (), ("kind",)
    files, refused = kept_files(raw)
    return tuple(replace(one, name=words(one.name, FILE_NAME_CHARS_MAX)) for one in files), refused
