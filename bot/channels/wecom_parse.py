"""What WeCom delivers to our app, understood: its decrypted XML as messages without a dialect. Pure.

The app hears its members in private only: what is said in a group never comes here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.channels.tencent_media import RemoteFile
from bot.channels.tencent_said import fields_of, kind_of, link, location, matching, moment, own_id, words
from bot.channels.tencent_xml import Fields
from bot.remote_files import kept_files
from domain.chat import Event, Inbound, Media, Place, Raw
from domain.errors import Unparseable

NAME = "wecom"
USER = "user:"
GROUP = "group:"

KEY_CHARS_MAX = 128

USERID = re.compile(r"[^\s|\x00-\x1f\x7f]{1,64}\Z")
MEDIA_ID = re.compile(r"[\x21-\x7e]{1,512}\Z")
TOKEN = re.compile(r"[\x21-\x7e]{1,64}\Z")
CODE = re.compile(r"[\x21-\x7b\x7d\x7e]{1,512}\Z")
CHAT_ID = re.compile(r"[0-9A-Za-z]{1,32}\Z")
FOREIGN = "?"
"""Stands for what no button of ours has: a press of it is stale."""

OF_GROUP = "g"
OF_MEMBER = "u"
BETWEEN = "@"
"""Between the parts of a card's task: whose it is, the group's id if it is one's, and what makes it the only one."""


def private(userid: str) -> Place:
    """The chat of a member with the app."""
    return Place(NAME, USER + userid)


def external(task: str, code: str) -> str:
    """What a message is known as: its task (of what is no card, the platform's id) and the code that changes it once.

    «<task>|» where there is no code, or not any more.
    """
    return f"{task}|{code}"


def pressed_at(task: str) -> Place | None:
    """The group whose card it was; None for a member's own."""
    kind, _, rest = task.partition(BETWEEN)
    chat = rest.partition(BETWEEN)[0]
    return Place(NAME, GROUP + chat) if kind == OF_GROUP and CHAT_ID.match(chat) else None


def raw_message(xml: str, found: Fields) -> Raw:
    """What was delivered, with ``found`` in it, as it is stored: a redelivery has the same id.

    Raises:
        Unparseable: it is not of the shape that all of them have.
    """
    userid = matching(found, "FromUserName", USERID)
    return Raw(f"{NAME}:{own_id(found, userid, words(found, 'EventKey'))}", NAME, {"xml": xml}, private(userid))


def parse(raw: Raw) -> Inbound | None:
    """What was said, pressed or done; None for what says nothing to us.

    Raises:
        Unparseable: the body is not of a known shape.
    """
    found = fields_of(raw)
    kind = kind_of(found)
    if not kind:
        raise Unparseable("MsgType")
    return MESSAGES.get(kind, _not_taken)(_base(raw, found), raw, found)


def remote_file(raw: Raw) -> RemoteFile | None:
    """The file of a message; None if it has none.

    Raises:
        Unparseable: it has no proper id.
    """
    found = fields_of(raw)
    media = FILES.get(kind_of(found))
    if media is None:
        return None
    return RemoteFile(matching(found, "MediaId", MEDIA_ID), matching(found, "FromUserName", USERID), media)


# ---- elements


def _base(raw: Raw, found: Fields) -> Inbound:
    """The platform tells neither language nor name."""
    userid = matching(found, "FromUserName", USERID)
    return Inbound(raw.id, private(userid), userid)


# ---- what was said


def _text(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    text = words(found, "Content")
    return replace(known, text=text) if text.strip() else None


def _media(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    remote_file(raw)
    files, refused = kept_files(raw)
    return replace(known, files=files, refused=refused)


def _not_taken(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    return replace(known, refused=("kind",))


# ---- what was done


def _event(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    read = EVENTS.get(words(found, "Event", 64).lower())
    return read(known, raw, found) if read else None


def _subscribe(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    """A member who may use the app from now on is greeted like one who writes /start."""
    return replace(known, text="/start", touch=True)


def _unsubscribe(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    return replace(known, event=Event.BLOCKED, args=moment(found))


def _click(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    """The menu's keys are what people could type as well: «/queue»."""
    key = words(found, "EventKey", KEY_CHARS_MAX).strip()
    return replace(known, text=key, touch=True) if key else None


def _pressed(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    """A button of a card. Each press brings a fresh code, by which the card can be changed once more."""
    key, task, code = (words(found, name, 1024) for name in ("EventKey", "TaskId", "ResponseCode"))
    return replace(
        known,
        press=key if TOKEN.match(key) else FOREIGN,
        pressed_at=pressed_at(task),
        handle=external(task, code) if task and CODE.match(code) else "",
    )


Reader = Callable[[Inbound, Raw, Fields], Inbound | None]

FILES: Mapping[str, Media] = {
    "image": Media.PHOTO,
    "voice": Media.VOICE,
    "video": Media.VIDEO,
}
"""Which messages have a file, and what it is shown as until its bytes are known."""

MESSAGES: Mapping[str, Reader] = {
    "text": _text,
    **dict.fromkeys(FILES, _media),
    "location": location,
    "link": link,
    "event": _event,
}
"""The kinds of messages that say anything to us; of any other its sender hears that we cannot see it."""

EVENTS: Mapping[str, Reader] = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "click": _click,
    "template_card_event": _pressed,
}
"""The events that do. Who opens the app (enter_agent) said nothing yet, and where somebody is nobody asked."""
