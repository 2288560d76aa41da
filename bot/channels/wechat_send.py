"""What is owed to a follower is sent there as customer-service messages: words, choices, files."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final

from bot.channels.tencent_errors import MEDIA, NO_FAULTS, TOO_BIG, Faults
from bot.channels.tencent_http import Api
from bot.channels.wechat_files import Form, Upload, cover, upload
from bot.channels.wechat_words import (
    GAP,
    TEXT_BYTES_MAX,
    Choices,
    Words,
    choices,
    clipped,
    listing,
    numbered,
    parts,
    size,
)
from domain.chat import Attachment, Message
from domain.errors import Permanent

SEND: Final = "/cgi-bin/message/custom/send"
UPLOAD: Final = "/cgi-bin/media/upload"
PROBE: Final = "/cgi-bin/get_api_domain_ip"

FILE_GONE: Final = "file-gone"
NO_MENUS: Final = "no-menus"
MENU_REFUSED: Final = "menu-refused"

MENU_FAULTS: Faults = {
    40008: (Permanent, NO_MENUS),
    40200: (Permanent, NO_MENUS),
    45002: (Permanent, MENU_REFUSED),
    45098: (Permanent, MENU_REFUSED),
}
"""What menus alone are refused for: the account has none, or this one is too long or has too many items."""

CHOICES_MAX: Final = 10
MENU_BYTES_MAX: Final = 1024
"""How much of a message the choices of a menu may be; with more of them, numbers take less room."""

HALFWAY_MAX: Final = 1000

FILE_ELSEWHERE: Final = "wechat-file-elsewhere"
FILE_NAMELESS: Final = "wechat-file-nameless"
NAME_CHARS_MAX: Final = 60

Step = Callable[[], Awaitable["Steps | None"]]
"""One call; what it returns are the calls to be made instead."""
Steps = Sequence[Step]


class Sender:
    """Sends through ``api``. ``path_of`` says where the bytes of a stored file lie.

    A message that becomes several on the platform goes on where it stopped, as long as this process lives.
    """

    def __init__(self, api: Api, path_of: Callable[[str], Path], words: Words) -> None:
        self._api = api
        self._path_of = path_of
        self._words = words
        self._halfway: dict[str, Sequence[Step]] = {}
        self._menus = True

    async def send(self, message: Message) -> str:
        """Send; the platform tells no id of its own, so it is made of the row's.

        Raises:
            SendFailed: one of its kinds.
        """
        steps = [*[self._file(message, file) for file in message.files], *self._said(message)]
        if not steps:
            raise Permanent("empty")
        await self._walk(message.id, steps)
        return f"custom:{message.seq}"

    def cost(self, message: Message) -> int:
        """How many of the platform's messages it becomes."""
        return len(message.files) + len(self._said(message))

    async def probe(self) -> None:
        """Return if the platform answers.

        Raises:
            SendFailed: it does not.
        """
        await self._api.call("GET", PROBE)

    async def _walk(self, id: str, steps: Sequence[Step]) -> None:
        """Take each step; what is left when one fails is where the next try goes on."""
        begun = id in self._halfway
        left = deque(self._halfway.pop(id, steps))
        try:
            while left:
                instead = await left[0]()
                left.popleft()
                left.extendleft(reversed(instead or ()))
                begun = begun or not instead
        finally:
            if left and begun:
                self._remember(id, left)

    def _remember(self, id: str, left: Sequence[Step]) -> None:
        self._halfway[id] = left
        if len(self._halfway) > HALFWAY_MAX:
            del self._halfway[next(iter(self._halfway))]

    # ---- words and choices

    def _said(self, message: Message) -> list[Step]:
        """Each call that the words need, in order; the choices are a menu beneath the last of them, if they fit."""
        listed = choices(message)
        texts = self._above(message, listed)
        if not texts:
            return [self._text(message, text) for text in numbered(message, self._words)]
        *before, last = texts
        return [*[self._text(message, text) for text in before], self._menu(message, last, listed)]

    def _above(self, message: Message, listed: Choices) -> list[str]:
        """What stands above a menu, the last text short enough for it; nothing if there is to be none."""
        menu_bytes = sum(size(label) + 1 for label, _ in listed)
        if not (self._menus and 0 < len(listed) <= CHOICES_MAX and menu_bytes <= MENU_BYTES_MAX):
            return []
        return parts(message.lines, TEXT_BYTES_MAX - menu_bytes)

    def _text(self, message: Message, text: str) -> Step:
        async def step() -> None:
            await self._send(message, "text", {"content": text})

        return step

    def _menu(self, message: Message, text: str, listed: Choices) -> Step:
        items = [{"id": token, "content": label} for label, token in listed]
        menu = {"head_content": text, "list": items, "tail_content": ""}

        async def step() -> Steps | None:
            try:
                await self._send(message, "msgmenu", menu, MENU_FAULTS)
            except Permanent as refused:
                if refused.code not in (NO_MENUS, MENU_REFUSED):
                    raise
                self._menus = self._menus and refused.code != NO_MENUS
                return self._plainly(message, text)
            return None

        return step

    def _plainly(self, message: Message, text: str) -> list[Step]:
        """The same with numbers."""
        listed = listing(message, self._words)
        both = text + GAP + listed
        return [self._text(message, part) for part in ([both] if size(both) <= TEXT_BYTES_MAX else [text, listed])]

    async def _send(self, message: Message, kind: str, content: dict[str, Any], also: Faults = NO_FAULTS) -> None:
        body = {"touser": message.to.chat, "msgtype": kind, kind: content}
        await self._api.call("POST", SEND, json=body, also=also)

    # ---- files

    def _file(self, message: Message, file: Attachment) -> Step:
        async def step() -> None:
            try:
                found = await asyncio.to_thread(upload, file, self._path_of(file.hash))
            except OSError:
                raise Permanent(FILE_GONE) from None
            try:
                media_id = await self._upload(found) if found else ""
            except Permanent as refused:
                if refused.code not in (MEDIA, TOO_BIG):
                    raise
                media_id = ""
            await (self._send_file(message, found, media_id) if found and media_id else self._elsewhere(message, file))

        return step

    async def _upload(self, one: Upload) -> str:
        try:
            data = await asyncio.to_thread(one.path.read_bytes)
        except OSError:
            raise Permanent(FILE_GONE) from None
        kind = {"type": one.form.value}
        answer = await self._api.upload(UPLOAD, data, one.name, one.media_type, params=kind)
        return str(answer.get("media_id", ""))

    async def _send_file(self, message: Message, one: Upload, media_id: str) -> None:
        shown = {"thumb_media_id": await self._cover()} if one.form is Form.VIDEO else {}
        await self._send(message, one.form.value, {"media_id": media_id, **shown})

    async def _cover(self) -> str:
        """What a video is shown as; the platform keeps it for three days, so each has its own."""
        picture = await asyncio.to_thread(cover)
        answer = await self._api.upload(UPLOAD, picture, "cover.jpg", "image/jpeg", params={"type": "thumb"})
        return str(answer.get("thumb_media_id") or answer.get("media_id", ""))

    async def _elsewhere(self, message: Message, file: Attachment) -> None:
        """A file that cannot be sent is named, with what to do instead."""
        words = self._words(message.locale, "wechat-file-")
        name = clipped(file.name, NAME_CHARS_MAX) or words[FILE_NAMELESS]
        await self._send(message, "text", {"content": f"{name}\n{words[FILE_ELSEWHERE]}"})
