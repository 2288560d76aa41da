"""What is owed to customers of WeCom's customer service is sent there.

Nothing is changed in place, and each message costs one of their window: so choices stand in the same message as what
they are about, as lines to tap where there is room, else as lines with numbers.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bot.channels.tencent_errors import Faults
from bot.channels.tencent_http import Api
from bot.channels.tencent_media import put, ready
from bot.channels.tencent_words import clipped, labels, numbered, parts, plain, size
from domain.channel import AMONG
from domain.chat import Attachment, Message
from domain.errors import UNSURE, Busy, Permanent, SendFailed, WindowShut

Object = dict[str, Any]
Words = Callable[[str, str], Mapping[str, str]]
"""Texts by id in the language of a reader, for the start of an id: ``Catalogue.words``."""

CHOOSE = "wecomkf-choose"
HEAD_BYTES_MAX = 1024
CHOICE_BYTES_MAX = 128
CHOICES_MAX = 10

UPLOADS_AT_ONCE = 2
ROOM_S = 4.0
HALFWAY_MAX = 1000


class Used(SendFailed):
    """A parameter is refused. That may be the id of the message: then the platform has it already."""


FAULTS: Faults = {
    95000: (Permanent, "chat-gone"),
    95001: (WindowShut, "window"),
    95002: (WindowShut, "window"),
    95013: (WindowShut, "session"),
    95018: (WindowShut, "session"),
    40096: (Permanent, "chat-gone"),
    40058: (Used, "40058"),
}
"""95013 and 95018: the conversation has ended, or a colleague leads it in the platform's own client."""


class Sender:
    """Sends. ``path_of`` says where the bytes of a stored file lie.

    Each message bears an id of ours, so that one which was sent twice is refused and not shown twice. A message that
    becomes several on the platform goes on where it stopped, as long as this process lives.
    """

    def __init__(self, api: Api, path_of: Callable[[str], Path], words: Words) -> None:
        self._api = api
        self._path_of = path_of
        self._words = words
        self._halfway: dict[str, list[str]] = {}
        self._unsure: dict[str, None] = {}
        self._uploads = asyncio.Semaphore(UPLOADS_AT_ONCE)

    async def send(self, message: Message) -> str:
        """Send anew; the id is the start of the ids of all that it becomes there, and where the platform took none of
        ours, for each such part its own, with a space between them.

        Raises:
            SendFailed: one of its kinds.
        """
        bodies: list[Attachment | Object] = [*message.files, *self._bodies(message)]
        if not bodies:
            raise Permanent("empty")
        ids = self._halfway.pop(message.id, [])
        try:
            for body in bodies[len(ids) :]:
                shown = await self._file(body) if isinstance(body, Attachment) else body
                ids.append(await self._put(message.to.chat, id_of(message.id), len(ids), shown))
        finally:
            if 0 < len(ids) < len(bodies):
                _remember(self._halfway, message.id, ids)
        return AMONG.join(dict.fromkeys(ids))

    def cost(self, message: Message) -> int:
        """How many of the platform's messages it becomes."""
        return len(message.files) + len(self._bodies(message))

    async def welcome(self, code: str, text: str) -> None:
        """Greet somebody who has just come in, which costs nothing; the code is good for twenty seconds, once.

        Raises:
            SendFailed: one of its kinds.
        """
        greeting = {"code": code, "msgtype": "text", "text": {"content": text}}
        await self._api.call("POST", "/cgi-bin/kf/send_msg_on_event", json=greeting)

    async def probe(self) -> None:
        """Return if the platform answers.

        Raises:
            SendFailed: it does not.
        """
        await self._api.call("POST", "/cgi-bin/kf/account/list", json={"offset": 0, "limit": 1})

    def _bodies(self, message: Message) -> list[Object]:
        """What it says, with its choices, in as few messages as hold it."""
        listed = [
            (clipped_to(label, CHOICE_BYTES_MAX), token)
            for label, token in zip(
                labels(message), [token for row in message.buttons for _, token, _ in row], strict=True
            )
        ]
        text, choose = plain(message.lines), self._words(message.locale, CHOOSE)[CHOOSE]
        if not listed:
            return [_text(part) for part in parts(text)]
        if len(listed) <= CHOICES_MAX and size(text) <= HEAD_BYTES_MAX:
            return [_menu(text or choose, listed)]
        return [_text(part) for part in parts("\n".join((text, choose, numbered(message))))]

    async def _file(self, file: Attachment) -> Object:
        upload = await asyncio.to_thread(ready, file, self._path_of(file.hash))
        try:
            async with asyncio.timeout(ROOM_S):
                await self._uploads.acquire()
        except TimeoutError:
            raise Busy("busy") from None
        try:
            media_id = await put(self._api, upload)
        finally:
            self._uploads.release()
        return {"msgtype": upload.kind, upload.kind: {"media_id": media_id}}

    async def _put(self, chat: str, ours: str, at: int, body: Object) -> str:
        """One message, which is known as ``ours`` from now on, or by the platform's id if it took it without ours. What
        may have arrived already, and is refused for its id now, has arrived."""
        kf_id, _, customer = chat.partition("/")
        sent, taken, msgid = {"touser": customer, "open_kfid": kf_id, **body}, ours, f"{ours}_{at}"
        try:
            await self._api.call("POST", "/cgi-bin/kf/send_msg", json={**sent, "msgid": msgid}, also=FAULTS)
        except Used as refused:
            if msgid not in self._unsure:
                taken = await self._again(sent, refused) or ours
        except (SendFailed, asyncio.CancelledError) as fault:
            if not isinstance(fault, SendFailed) or fault.code in UNSURE:
                _remember(self._unsure, msgid, None)
            raise
        self._unsure.pop(msgid, None)
        return taken

    async def _again(self, sent: Object, refused: Used) -> str:
        """Without an id of ours: if that was not what the platform minded, it says no again."""
        try:
            answer = await self._api.call("POST", "/cgi-bin/kf/send_msg", json=sent, also=FAULTS)
        except Used:
            raise Permanent(refused.code) from None
        return str(answer.get("msgid", ""))


def id_of(row_id: str) -> str:
    """What a row of ours is known as there: each part has this, «_» and its number, 32 characters at most."""
    return hashlib.sha256(row_id.encode()).hexdigest()[:24]


def clipped_to(text: str, bytes_max: int) -> str:
    """As many of its characters as have room; what is cut off shows."""
    chars = len(text)
    while size(short := clipped(text, chars)) > bytes_max:
        chars -= 1
    return short


def _text(content: str) -> Object:
    return {"msgtype": "text", "text": {"content": content}}


def _menu(head: str, listed: list[tuple[str, str]]) -> Object:
    items = [{"type": "click", "click": {"id": token, "content": label}} for label, token in listed]
    return {"msgtype": "msgmenu", "msgmenu": {"head_content": head, "list": items}}


def _remember(known: dict[str, Any], id: str, what: object) -> None:
    known[id] = what
    if len(known) > HALFWAY_MAX:
        del known[next(iter(known))]
