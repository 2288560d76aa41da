"""What is owed on Telegram is sent there: words, files, edits, topics."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from telegram import Bot, LinkPreviewOptions, ReplyKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.channels.telegram_errors import (
    DONE,
    FILE_REFUSED,
    NO_TEXT,
    NOT_EDITABLE,
    THREAD_REFUSALS,
    TOO_BIG,
    Errors,
    says,
)
from bot.channels.telegram_markup import Words, group, inline, markup
from bot.channels.telegram_media import Upload, albums, as_documents, send_files, upload
from bot.channels.telegram_words import CAPTION_UNITS_MAX, clipped, parts, plain, units
from domain.chat import Attachment, Message
from domain.errors import Busy, Permanent

__all__ = ["Sender", "Words"]

Sleep = Callable[[float], Awaitable[None]]
Step = Callable[[], Awaitable[str]]

PACE_S = 1.0
GROUP_PACE_S = 3.0
"""Between the messages that one of ours becomes: a claim pays for one call."""

UPLOADS_AT_ONCE = 2
ROOM_S = 4.0
"""How long an upload waits for those before it; the rest of the time of a delivery is for itself."""

FILE_GONE = "file-gone"
TOPIC_CHARS_MAX = 128
GENERAL = "1"
"""The topic that every forum has; it is written to without naming it."""

HALFWAY_MAX = 1000

KEYBOARD = "k"
"""Before the id of a message with a keyboard to answer by, which the platform does not let us edit."""

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
"""Nobody but the reader follows a link: an invitation may be used once."""


class Sender:
    """Sends and edits. ``path_of`` says where the bytes of a stored file lie, ``monotonic_s`` never goes back.

    A message with files waits ``room_s`` seconds for its turn, then Busy is raised.
    A message that becomes several on the platform goes on where it stopped, as long as this process lives.
    """

    def __init__(
        self,
        bot: Bot,
        path_of: Callable[[str], Path],
        words: Words,
        sleep: Sleep = asyncio.sleep,
        monotonic_s: Callable[[], float] = time.monotonic,
        room_s: float = ROOM_S,
    ) -> None:
        self._bot = bot
        self._path_of = path_of
        self._words = words
        self._sleep = sleep
        self._errors = Errors(monotonic_s)
        self._halfway: dict[str, list[str]] = {}
        self._uploads = asyncio.Semaphore(UPLOADS_AT_ONCE)
        self._room_s = room_s

    async def send(self, message: Message) -> str:
        """Send anew; the id is that of the message which bears the buttons, or that of an album's first.

        Raises:
            SendFailed: one of its kinds.
        """
        steps = await self._steps(message)
        if not steps:
            raise Permanent("empty")
        sent = await self._walk(message, steps)
        return sent[-1] if message.lines else sent[0]

    async def _walk(self, message: Message, steps: Sequence[Step]) -> list[str]:
        sent = self._halfway.pop(message.id, [])
        if len(sent) >= len(steps):
            sent = []
        pace_s = GROUP_PACE_S if group(message.to.chat) else PACE_S
        try:
            for at, step in enumerate(steps[len(sent) :]):
                if at:
                    await self._sleep(pace_s)
                with self._errors.translated(message.to.chat):
                    sent.append(await step())
        finally:
            if 0 < len(sent) < len(steps):
                self._remember(message.id, sent)
        return sent

    def _remember(self, id: str, sent: list[str]) -> None:
        self._halfway[id] = sent
        if len(self._halfway) > HALFWAY_MAX:
            del self._halfway[next(iter(self._halfway))]

    async def _steps(self, message: Message) -> list[Step]:
        """Each call that the message needs, in order."""
        groups = albums([await self._upload(file) for file in message.files])
        texts = parts(message.lines)
        beneath = len(groups) == len(texts) == len(message.files) == 1
        if beneath and units(plain(message.lines)) <= CAPTION_UNITS_MAX:
            words = {"caption": texts[0], "parse_mode": _mode(texts[0]), "reply_markup": inline(message)}
            return [self._files(message, groups[0], words)]
        last = len(texts) - 1
        return [
            *[self._files(message, one, {}) for one in groups],
            *[self._text(message, text, at == last) for at, text in enumerate(texts)],
        ]

    async def _upload(self, file: Attachment) -> Upload:
        try:
            found = await asyncio.to_thread(upload, file, self._path_of(file.hash))
        except OSError:
            raise Permanent(FILE_GONE) from None
        if found is None:
            raise Permanent(TOO_BIG)
        return found

    def _files(self, message: Message, uploads: Sequence[Upload], beneath: dict[str, Any]) -> Step:
        where = _where(message)

        async def step() -> str:
            async with self._room():
                try:
                    return str(await send_files(self._bot, uploads, where, beneath))
                except BadRequest as refused:
                    if not says(refused, FILE_REFUSED):
                        raise
                    return str(await send_files(self._bot, as_documents(uploads), where, beneath))

        return step

    @asynccontextmanager
    async def _room(self) -> AsyncIterator[None]:
        """Few uploads share the line, so that each has the time to end."""
        try:
            async with asyncio.timeout(self._room_s):
                await self._uploads.acquire()
        except TimeoutError:
            raise Busy("busy") from None
        try:
            yield
        except OSError:
            raise Permanent(FILE_GONE) from None
        finally:
            self._uploads.release()

    def _text(self, message: Message, text: str, last: bool) -> Step:
        pressed = markup(message, self._words) if last else None
        where = _where(message)

        async def step() -> str:
            sent = await self._bot.send_message(
                text=text, parse_mode=_mode(text), link_preview_options=NO_PREVIEW, reply_markup=pressed, **where
            )
            return f"{KEYBOARD if isinstance(pressed, ReplyKeyboardMarkup) else ''}{sent.message_id}"

        return step

    async def edit(self, external: str, message: Message) -> str:
        """Change a message in place and return its id; what stands there already counts as done.

        Raises:
            SendFailed: Permanent («not-editable») if it has to be sent anew.
        """
        if external.startswith(KEYBOARD) and not message.buttons:
            return external  # the keyboard is gone when it was used, and the words are the same
        texts = parts(message.lines)
        if not external.isdigit() or len(texts) != 1:
            raise Permanent(NOT_EDITABLE)
        with self._errors.translated(message.to.chat):
            try:
                await self._edit_text(int(external), message, texts[0])
            except BadRequest as refused:
                if not says(refused, DONE):
                    raise
        return external

    async def _edit_text(self, id: int, message: Message, text: str) -> None:
        where: dict[str, Any] = {"chat_id": message.to.chat, "message_id": id, "reply_markup": inline(message)}
        try:
            await self._bot.edit_message_text(text, parse_mode=_mode(text), link_preview_options=NO_PREVIEW, **where)
        except BadRequest as refused:
            if not says(refused, NO_TEXT):
                raise
            await self._bot.edit_message_caption(caption=text, parse_mode=_mode(text), **where)

    async def probe(self) -> None:
        """Return if the platform answers.

        Raises:
            SendFailed: it does not.
        """
        with self._errors.translated(""):
            await self._bot.get_me()

    async def open_thread(self, chat: str, name: str) -> str:
        """Make a topic and return its id. The name is cut to what a topic may have.

        Raises:
            SendFailed: NoThreads if the group has none or the bot may not manage them.
        """
        with self._errors.translated(chat, THREAD_REFUSALS):
            topic = await self._bot.create_forum_topic(chat, clipped(name, TOPIC_CHARS_MAX))
        return str(topic.message_thread_id)

    async def close_thread(self, chat: str, thread: str) -> None:
        """People cannot write in it any more. Raises as ``open_thread``."""
        await self._turn(chat, thread, self._bot.close_forum_topic)

    async def reopen_thread(self, chat: str, thread: str) -> None:
        """They can again. Raises as ``open_thread``."""
        await self._turn(chat, thread, self._bot.reopen_forum_topic)

    async def _turn(self, chat: str, thread: str, call: Callable[[str, int], Awaitable[bool]]) -> None:
        with self._errors.translated(chat, THREAD_REFUSALS):
            try:
                await call(chat, int(thread))
            except BadRequest as refused:
                if not says(refused, DONE):
                    raise


def _where(message: Message) -> dict[str, Any]:
    thread = message.thread if message.thread not in ("", GENERAL) else None
    return {"chat_id": message.to.chat, "message_thread_id": int(thread) if thread else None}


def _mode(text: str) -> str | None:
    """Plain words are sent as such: what has no markup cannot be refused for it."""
    return ParseMode.HTML if "<" in text or "&" in text else None
