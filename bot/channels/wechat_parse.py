"""What the Official Account delivers, understood: its decrypted XML as messages without a dialect. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.channels.tencent_said import fields_of, kind_of, link, location, matching, moment, own_id, words
from bot.channels.tencent_xml import Fields
from bot.remote_files import kept_files
from domain.chat import Event, Inbound, Media, Place, Raw

NAME = "wechat"

KEY_CHARS_MAX = 128
SCENE = "qrscene_"

OPENID = re.compile(r"[A-Za-z0-9_-]{6,64}\Z")
ORIGINAL = re.compile(r"[A-Za-z0-9_@.-]{1,64}\Z")
MEDIA_ID = re.compile(r"[A-Za-z0-9_-]{1,256}\Z")
TOKEN = re.compile(r"[\x21-\x7e]{1,64}\Z")
FOREIGN = "?"
"""Stands for what no button of ours has: a press of it is stale."""

NOTICE = "notice:"
"""How our id of a notice begins; behind it is the platform's."""
FAILED = "failed"
USER_BLOCK = "failed:user block"

LISTS = ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent")
"""What holds the list of an event about subscribe messages."""
ENDED = frozenset({"reject", "ban"})
"""What stands for no in it; «ban» is how the platform names templates that nobody may agree to any more."""

UNREADABLE = re.compile(r"[\[【](?:收到不支持的消息类型|Unsupported Message)[^\n]{0,40}[\]】]\Z", re.IGNORECASE)
"""What the platform writes where somebody sent what it does not hand on, for example a sticker."""

VOICES = frozenset({"amr", "speex"})


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that lies with the platform, for three days; ``format`` is what it says of a voice: «amr», «speex»."""

    id: str
    media: Media
    format: str = ""


def raw_message(xml: str, found: Fields) -> Raw:
    """What was delivered, with ``found`` in it, as it is stored: a redelivery has the same id.

    Raises:
        Unparseable: it is not of the shape that all of them have.
    """
    openid = matching(found, "FromUserName", OPENID)
    matching(found, "ToUserName", ORIGINAL)
    key = words(found, "EventKey") or words(found, "MsgID", 32) or words(found, "MsgId", 32) or _listed_key(found)
    return Raw(f"{NAME}:{own_id(found, openid, key)}", NAME, {"xml": xml}, Place(NAME, openid))


def parse(raw: Raw) -> Inbound | None:
    """What was said, chosen or done; None for what says nothing to us.

    Raises:
        Unparseable: the body is not of a known shape.
    """
    found = fields_of(raw)
    kind = kind_of(found)
    return MESSAGES.get(kind, _not_taken)(_base(raw, found), raw, found) if kind else None


def file_of(found: Fields) -> RemoteFile | None:
    """The file of a message; None if it has none.

    Raises:
        Unparseable: it has no proper id.
    """
    media = FILES.get(kind_of(found))
    if media is None:
        return None
    format = words(found, "Format", 16).lower()
    return RemoteFile(matching(found, "MediaId", MEDIA_ID), media, format if media is Media.VOICE else "")


def openid_of(found: Fields) -> str:
    """Who sent it.

    Raises:
        Unparseable: nobody of ours.
    """
    return matching(found, "FromUserName", OPENID)


# ---- elements


def _base(raw: Raw, found: Fields) -> Inbound:
    """The platform tells no language any more, and no name; but when it was, which may be a few attempts ago."""
    openid = openid_of(found)
    return Inbound(raw.id, Place(NAME, openid), openid, args=moment(found))


# ---- what was said


def _text(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    """Words, or a choice from a menu message, which the platform counts as a touch and not as a message."""
    if "bizmsgmenuid" in found:
        token = words(found, "bizmsgmenuid")
        return replace(known, press=token if TOKEN.match(token) else FOREIGN, touch=True)
    text = words(found, "Content")
    if UNREADABLE.match(text):
        return _not_taken(known, raw, found)
    return replace(known, text=text) if text else None


def _media(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    """A file, and the words in which the platform heard a voice."""
    file_of(found)
    files, refused = kept_files(raw)
    return replace(known, text=words(found, "Recognition"), files=files, refused=refused)


def _not_taken(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    """The platform says that there is something, and does not hand it on."""
    return replace(known, refused=("unseen",))


# ---- what was done


def _event(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    read = EVENTS.get(words(found, "Event", 64).lower())
    return read(known, raw, found) if read else None


def _subscribe(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    """A follower is greeted like one who writes /start, with what stood in the code that they scanned."""
    return _start(known, words(found, "EventKey", KEY_CHARS_MAX).removeprefix(SCENE))


def _scan(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    return _start(known, words(found, "EventKey", KEY_CHARS_MAX))


def _start(known: Inbound, scene: str) -> Inbound:
    return replace(known, text=f"/start {' '.join(scene.split())}".strip(), touch=True)


def _click(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    """The menu's keys are what people could type as well: «/new»."""
    key = words(found, "EventKey", KEY_CHARS_MAX).strip()
    return replace(known, text=key, touch=True) if key else None


def _scanned(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    """A code that was scanned from the menu: any code of this world, so never a command."""
    info = found.get("ScanCodeInfo")
    result = words(info, "ScanResult", 1000).strip() if isinstance(info, Mapping) else ""
    return replace(known, text=result, touch=True, forwarded=True) if result else None


def _unsubscribe(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    return replace(known, event=Event.BLOCKED, args=moment(found))


def _noticed(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    """What became of a notice: worth knowing only if it was not shown."""
    status = words(found, "Status", 64).lower().replace(": ", ":")
    if not status.startswith(FAILED):
        return None
    external = f"{NOTICE}{words(found, 'MsgID', 32)}"
    why = "blocked" if status == USER_BLOCK else "notice-failed"
    return replace(known, event=Event.UNDELIVERED, args={"external": external, "why": why})


def _agreed(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    """To which subscribe messages they agreed, each time for one message, and which they do not want (any more)."""
    answers = [
        (words(one, "TemplateId", KEY_CHARS_MAX), words(one, "SubscribeStatusString", 16)) for one in _list(found)
    ]
    given = [id for id, status in answers if id and status == "accept"]
    ended = [id for id, status in answers if id and status in ENDED]
    if not (given or ended):
        return None
    return replace(known, event=Event.CONSENTED, args={**moment(found), "given": given, "ended": ended})


def _subscribed(known: Inbound, raw: Raw, found: Fields) -> Inbound | None:
    """What became of a subscribe message: worth knowing only if it was not shown. Each event tells of one, which is the
    newest of its template."""
    for one in _list(found):
        if words(one, "ErrorCode", 16) not in ("", "0"):
            external = f"{NOTICE}{words(one, 'TemplateId', KEY_CHARS_MAX)}"
            return replace(known, event=Event.UNDELIVERED, args={"external": external, "why": "notice-failed"})
    return None


def _list(found: Fields) -> list[Fields]:
    """What an event about subscribe messages lists: one element, or several of the same name."""
    for name in LISTS:
        inner = found.get(name)
        listed = inner.get("List") if isinstance(inner, Mapping) else None
        if listed is not None:
            return [one for one in (listed if isinstance(listed, list) else [listed]) if isinstance(one, dict)]
    return []


def _listed_key(found: Fields) -> str:
    """What tells apart two such events of one second; empty for an event that lists nothing."""
    names = ("TemplateId", "SubscribeStatusString", "MsgID", "ErrorCode")
    return " ".join(words(one, name, KEY_CHARS_MAX) for one in _list(found) for name in names)


Reader = Callable[[Inbound, Raw, Fields], Inbound | None]

FILES: Mapping[str, Media] = {
    "image": Media.PHOTO,
    "voice": Media.VOICE,
    "video": Media.VIDEO,
    "shortvideo": Media.VIDEO,
}
"""Which messages have a file, and what it is shown as until its bytes are known."""

MESSAGES: Mapping[str, Reader] = {
    "text": _text,
    **dict.fromkeys(FILES, _media),
    "location": location,
    "link": link,
    "event": _event,
}
"""The kinds of messages that say anything to us; of any other («file») its sender hears that we cannot see it."""

EVENTS: Mapping[str, Reader] = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "scan": _scan,
    "click": _click,
    "scancode_push": _scanned,
    "scancode_waitmsg": _scanned,
    "templatesendjobfinish": _noticed,
    "subscribe_msg_popup_event": _agreed,
    "subscribe_msg_change_event": _agreed,
    "subscribe_msg_sent_event": _subscribed,
}
"""The events that do. An opened link (VIEW) opens no window, and where somebody is (LOCATION) nobody asked."""
