"""Template messages: how a follower hears of their own request outside of every window. Never advertising."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.channels.tencent_errors import Faults
from bot.channels.tencent_http import Api
from bot.channels.tencent_words import one_line
from bot.channels.wechat_parse import NOTICE
from bot.channels.wechat_words import clipped
from domain.chat import Kind, Message
from domain.errors import Permanent

SEND: Final = "/cgi-bin/message/template/send"
REFUSED: Final = "notice-refused"
FAULTS: Faults = dict.fromkeys((40037, 41028, 43101, 43116, 47003), (Permanent, REFUSED))
"""The template is none of ours or is held back, the reader wants none, or it does not take these values."""

CHARS_MAX: Final = 20
TIME: Final = "{0:%Y}年{0.month}月{0.day}日 {0:%H:%M}"
"""The platform takes no other."""
HAN = re.compile("[\u4e00-\u9fff]{1,5}")


def _phrase(text: str) -> str:
    """At most five Chinese characters and nothing else, as the platform wants it: the first that stand together."""
    found = HAN.search(text)
    return found[0] if found else ""


def _short(chars_max: int) -> Callable[[str], str]:
    return lambda text: clipped(text, chars_max)


SHAPES: Mapping[str, Callable[[str], str]] = {
    "phrase": _phrase,
    "thing": _short(CHARS_MAX),
    "time": str,
    "date": str,
}
"""What a field of a kind takes; one of any other kind takes twenty characters."""

SOURCES: Mapping[str, Sequence[Kind]] = {
    "title": (Kind.TITLE,),
    "status": (Kind.STATUS,),
    "next": (Kind.NEXT, Kind.ALERT, Kind.FACT, Kind.TEXT, Kind.STATUS),
}
"""From which lines a value is had: the first of the first kind of which there is one."""


@dataclass(frozen=True, slots=True)
class Template:
    """What the company has set up: the template's id, its fields («thing1=title»), and the zone of times in it.

    Without an id there is none.
    """

    id: str = ""
    fields: Sequence[str] = ()
    zone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Notices:
    """Tells a card's state by a template message."""

    api: Api
    template: Template

    def noticeable(self, message: Message) -> bool:
        """Whether the message is about a request, and each field of the template has something to say. Pure."""
        return tells(self.template, message)

    async def notify(self, message: Message) -> str:
        """Tell it and return the platform's id. The same message within ten minutes is told once.

        Raises:
            SendFailed: one of its kinds; Permanent if it cannot be told so.
        """
        said = filled(self.template, message)
        if not said:
            raise Permanent(REFUSED)
        body = {**said, "client_msg_id": hashlib.sha256(message.id.encode()).hexdigest()[:32]}
        answer = await self.api.call("POST", SEND, json=body, also=FAULTS)
        return f"{NOTICE}{answer.get('msgid', '')}"


def tells(template: Template, message: Message) -> bool:
    """Whether the message is about a request, and each field of the template has something to say."""
    about = any(kind in (Kind.TITLE, Kind.STATUS) for kind, _ in message.lines)
    return about and bool(filled(template, message))


def filled(template: Template, message: Message) -> dict[str, Any]:
    """The reader, the template, and what stands in its fields, as the platform's API takes them; nothing if there is no
    template, or not something for each field."""
    pairs = [field.partition("=") for field in template.fields]
    values = {name: _shaped(name, _source(template, message, source)) for name, _, source in pairs}
    if not (template.id and all(values.values())):
        return {}
    data = {name: {"value": value} for name, value in values.items()}
    return {"touser": message.to.chat, "template_id": template.id, "data": data}


def _source(template: Template, message: Message, source: str) -> str:
    if source == "time":
        return TIME.format(message.at.astimezone(ZoneInfo(template.zone))) if message.at else ""
    texts = [text for wanted in SOURCES[source] for kind, text in message.lines if kind is wanted and text.strip()]
    return one_line(texts[0]) if texts else ""


def _shaped(name: str, text: str) -> str:
    return SHAPES.get(name.rstrip("0123456789"), _short(CHARS_MAX))(text)
