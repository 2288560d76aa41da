"""What Telegram delivers, understood: its updates as messages without a dialect. Pure.

The update is read as it came. The library's own reading refuses a whole message for one field that nobody here looks
at, and takes ten times as long; a test holds the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from telegram.constants import ChatID, ChatMemberStatus, ChatType

from bot.channels.telegram_raw import NAME, number, part, raw_body, raw_update, words
from bot.channels.telegram_said import (
    FILE_NAME_CHARS_MAX,
    NAME_CHARS_MAX,
    Object,
    file_of,
    files_of,
    own_phone,
    text_of,
)
from domain.chat import Event, Inbound, Place, Raw
from domain.errors import Unparseable

__all__ = ["NAME", "parse", "raw_body", "raw_update"]

NOBODY = "nobody"
"""The account of who speaks behind a mask: real ones are numbers."""
MASKS = frozenset(str(int(one)) for one in (ChatID.ANONYMOUS_ADMIN, ChatID.FAKE_CHANNEL, ChatID.SERVICE_CHAT))
"""Anonymous admins, people who write as a channel, posts of a linked channel."""

TOKEN = re.compile(r"[\x21-\x7e]{1,64}\Z")
FOREIGN = "?"
"""Stands for what no button of ours has: a press of it is stale."""
TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}\Z")
TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")
ADDRESSED = re.compile(r"/\w+@(\w+)")


def parse(raw: Raw) -> Inbound | None:
    """What was said, pressed or changed; None for what is none of our business.

    Raises:
        Unparseable: the body is not of a known shape.
    """
    update = part(raw.body, "update")
    if not update:
        raise Unparseable("broken")
    for kind, read in READERS.items():
        if kind in update:
            return read(raw, part(update, kind))
    return None


def message_of(raw: Raw) -> Object:
    """The message that an update brings, new or edited; empty if it brings none.

    Raises:
        Unparseable: it is no object.
    """
    update = part(raw.body, "update")
    return part(update, "message") or part(update, "edited_message")


# ---- from the kinds of updates to one kind of message


def _new(raw: Raw, message: Object) -> Inbound | None:
    return _moved(raw, message) or _said(raw, message)


def _edited(raw: Raw, message: Object) -> Inbound | None:
    """A position that is shared live is «edited» every few seconds; that says nothing."""
    if "location" in message or masked(message):
        return None
    said = _said(raw, message)
    return replace(said, edited=True) if said else None


def _said(raw: Raw, message: Object) -> Inbound | None:
    chat, sender = part(message, "chat"), part(message, "from")
    if chat.get("type") == ChatType.CHANNEL:
        return None
    if masked(message):
        return _anonymous(raw, message)
    if sender.get("is_bot") is True or _for_another(raw, message):
        return None
    phone = own_phone(message, sender)
    text = phone or text_of(message)
    files, refused = files_of(raw, message)
    if not (text or files or refused or file_of(message)):
        return None
    return replace(
        _base(raw, chat, sender),
        text=text,
        files=files,
        refused=refused,
        reply_to=_reply_to(message),
        album=words(message.get("media_group_id"), 64),
        phone=phone,
        thread=_thread(message),
        forwarded="forward_origin" in message,
    )


def _base(raw: Raw, chat: Object, sender: Object) -> Inbound:
    """What every update tells: who, where, in which language."""
    name = f"{words(sender.get('first_name'), NAME_CHARS_MAX)} {words(sender.get('last_name'), NAME_CHARS_MAX)}"
    return Inbound(
        id=raw.id,
        place=Place(NAME, number(chat.get("id"))),
        account=NOBODY if (account := number(sender.get("id"))) in MASKS else account,
        group=_is_group(chat),
        topics=chat.get("is_forum") is True,
        public=_is_group(chat) and bool(chat.get("username")),
        locale=spoken(sender.get("language_code")),
        name=" ".join(name.split())[:NAME_CHARS_MAX],
    )


def _pressed(raw: Raw, query: Object) -> Inbound | None:
    message, data = part(query, "message"), query.get("data")
    if not message or data is None:
        return None
    press = data if isinstance(data, str) and TOKEN.match(data) else FOREIGN
    return replace(_base(raw, part(message, "chat"), part(query, "from")), press=press, thread=_thread(message))


def _changed(raw: Raw, change: Object) -> Inbound | None:
    """Whether we may be in a chat has changed, or what we may do there."""
    chat, here = part(change, "chat"), _present(part(change, "new_chat_member"))
    if chat.get("type") == ChatType.CHANNEL:
        return None
    known, at = _base(raw, chat, part(change, "from")), _at(change)
    if known.group:
        event = Event.ADDED if here else Event.REMOVED
        return replace(known, event=event, args={"title": words(chat.get("title"), FILE_NAME_CHARS_MAX), **at})
    return replace(known, event=Event.UNBLOCKED if here else Event.BLOCKED, args=at)


def _at(change: Object) -> dict[str, str]:
    """When it happened, so that a change which comes late is known as such."""
    date = change.get("date")
    if isinstance(date, int) and 0 < date < 2**33:
        return {"at": datetime.fromtimestamp(date, UTC).isoformat()}
    return {}


def _present(member: Object) -> bool:
    status = words(member.get("status"), NAME_CHARS_MAX)
    if not status:
        raise Unparseable("status")
    if status == ChatMemberStatus.RESTRICTED:
        return member.get("is_member") is True
    return status not in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


def _moved(raw: Raw, message: Object) -> Inbound | None:
    """A group has become a supergroup: the old chat says so and the new one, and both mean the same."""
    here = part(message, "chat").get("id")
    if "migrate_to_chat_id" in message:
        old, new = number(here), number(message["migrate_to_chat_id"])
    elif "migrate_from_chat_id" in message:
        old, new = number(message["migrate_from_chat_id"]), number(here)
    else:
        return None
    return Inbound(raw.id, Place(NAME, old), NOBODY, group=True, event=Event.MOVED, args={"to": new})


def _anonymous(raw: Raw, message: Object) -> Inbound | None:
    """Somebody without a name: what they said is kept only if it was meant as a command."""
    known = replace(_base(raw, part(message, "chat"), {"id": int(ChatID.ANONYMOUS_ADMIN)}), thread=_thread(message))
    text, meant = text_of(message), _reply_to(message)
    said = replace(known, event=Event.ANONYMOUS, text=text if text.startswith("/") else "", reply_to=meant)
    return said if known.group else None


def masked(message: Object) -> bool:
    """Whether somebody speaks as a group or a channel, and nobody can know who."""
    return bool(message.get("sender_chat")) or str(part(message, "from").get("id")) in MASKS


def _is_group(chat: Object) -> bool:
    return chat.get("type") in (ChatType.GROUP, ChatType.SUPERGROUP)


def _thread(message: Object) -> str:
    return number(message.get("message_thread_id")) if message.get("is_topic_message") is True else ""


def _reply_to(message: Object) -> str:
    """What is written in a topic answers the topic's first message, without anybody having meant that."""
    answered = part(message, "reply_to_message")
    if not answered or "forum_topic_created" in answered:
        return ""
    answers = number(answered.get("message_id"))
    return "" if answers == _thread(message) else answers


def _for_another(raw: Raw, message: Object) -> bool:
    """Whether this is a command for another bot in the same group."""
    named, me = ADDRESSED.match(text_of(message)), words(raw.body.get("me"), NAME_CHARS_MAX)
    return bool(named and me and named[1].lower() != me.lower())


READERS: Mapping[str, Callable[[Raw, Object], Inbound | None]] = {
    "message": _new,
    "edited_message": _edited,
    "callback_query": _pressed,
    "my_chat_member": _changed,
}
"""The kinds of updates that say anything to us."""


def spoken(tag: object) -> str:
    """Our locale for a client's language; a language that is not ours as it comes, "" if nobody said one."""
    if not isinstance(tag, str) or not TAG.match(tag):
        return ""
    if tag.lower().startswith(TRADITIONAL):
        return "zh-Hant"
    return {"zh": "zh-CN", "en": "en"}.get(tag.split("-")[0].lower(), tag)
