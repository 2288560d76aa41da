"""What is owed on WeCom is sent there: words, files, cards, and changes of cards.

What a member is sent above the platform's limits is dropped without a word. The rates of the channel count messages of
ours, of which one may become several there; so ``Rooms.tell`` counts them once more, each as it goes out.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from bot.channels.tencent_http import Api
from bot.channels.tencent_media import put, ready
from bot.channels.tencent_words import parts, plain
from bot.channels.wecom_card import beneath, rest, shortened, whole
from bot.channels.wecom_parse import BETWEEN, GROUP, OF_GROUP, OF_MEMBER, USER, external
from bot.channels.wecom_rooms import Rooms, Words
from domain.chat import Attachment, Kind, Message
from domain.errors import Busy, Permanent

Object = dict[str, Any]
Step = Callable[[], Awaitable[str]]

WORDS = "wecom-"
NOT_EDITABLE = "not-editable"

UPLOADS_AT_ONCE = 2
ROOM_S = 4.0
"""How long an upload waits for those before it; the rest of the time of a delivery is for itself."""

HALFWAY_MAX = 1000


class Sender:
    """Sends and edits. ``path_of`` says where the bytes of a stored file lie.

    A message that becomes several on the platform goes on where it stopped, as long as this process lives.
    """

    def __init__(
        self,
        api: Api,
        agent_id: int,
        path_of: Callable[[str], Path],
        words: Words,
        rooms: Rooms,
    ) -> None:
        self._api = api
        self._agent_id = agent_id
        self._path_of = path_of
        self._words = words
        self._rooms = rooms
        self._halfway: dict[str, list[str]] = {}
        self._uploads = asyncio.Semaphore(UPLOADS_AT_ONCE)

    async def send(self, message: Message) -> str:
        """Send anew; the id is that of the card, or of the last message without one.

        Raises:
            SendFailed: one of its kinds.
        """
        steps = self._steps(message)
        if not steps:
            raise Permanent("empty")
        sent = self._halfway.pop(message.id, [])
        if len(sent) >= len(steps):
            sent = []
        try:
            for step in steps[len(sent) :]:
                sent.append(await step())
        finally:
            if 0 < len(sent) < len(steps):
                self._remember(message.id, sent)
        return sent[-1]

    def _remember(self, id: str, sent: list[str]) -> None:
        self._halfway[id] = sent
        if len(self._halfway) > HALFWAY_MAX:
            del self._halfway[next(iter(self._halfway))]

    async def edit(self, external_id: str, message: Message) -> str:
        """Change a card in place and return its id, from which the code is gone by then: it changes a card once.

        Raises:
            SendFailed: Permanent («not-editable») if it has to be sent anew: it is no card, has no code left, or the
                message does not fit on one.
        """
        task, _, code = external_id.partition("|")
        card = shortened(message, self._words(message.locale, WORDS), task) if code and message.lines else None
        if card is None:
            raise Permanent(NOT_EDITABLE)
        chat = message.to.chat
        userids = await self._rooms.members() if chat.startswith(GROUP) else [_userid(chat)]
        change = {"userids": list(userids), "agentid": self._agent_id, "response_code": code, "template_card": card}
        await self._api.call("POST", "/cgi-bin/message/update_template_card", json=change)
        return external(task, "")

    async def probe(self) -> None:
        """Return if the platform answers.

        Raises:
            SendFailed: it does not.
        """
        await self._api.call("GET", "/cgi-bin/agent/get", params={"agentid": str(self._agent_id)})

    # ---- the messages that one of ours becomes

    def _steps(self, message: Message) -> list[Step]:
        """Each call that the message needs, in order."""
        files = [self._file(message, file) for file in message.files]
        if not message.buttons:
            return [*files, *self._texts(message, plain(message.lines))]
        words, task = self._words(message.locale, WORDS), new_task(message.to.chat)
        card = whole(message, words, task)
        if card is not None:
            return [*files, self._card(message, card)]
        above = list(message.lines)
        if rest(message):
            above.append((Kind.TEXT, f"{words['wecom-choose']}\n{rest(message)}"))
        return [*files, *self._texts(message, plain(above)), self._card(message, beneath(message, words, task))]

    def _texts(self, message: Message, text: str) -> list[Step]:
        return [self._post(message, {"msgtype": "text", "text": {"content": part}}) for part in parts(text)]

    def _post(self, message: Message, body: Object) -> Step:
        chat = message.to.chat

        async def step() -> str:
            if chat.startswith(GROUP):
                await self._rooms.say(chat.removeprefix(GROUP), body)
                return external("", "")
            answer = await self._rooms.tell([_userid(chat)], body)
            return external(str(answer.get("msgid", "")), "")

        return step

    def _card(self, message: Message, card: Object) -> Step:
        chat, task = message.to.chat, str(card["task_id"])

        async def step() -> str:
            group = chat.startswith(GROUP)
            userids: Sequence[str] = await self._rooms.members() if group else [_userid(chat)]
            answer = await self._rooms.tell(userids, {"msgtype": "template_card", "template_card": card})
            return external(task, str(answer.get("response_code", "")))

        return step

    def _file(self, message: Message, file: Attachment) -> Step:
        async def step() -> str:
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
            return await self._post(message, {"msgtype": upload.kind, upload.kind: {"media_id": media_id}})()

        return step


def new_task(chat: str) -> str:
    """The id of a card that is about to be sent there: it says whose card it is, and is never used again."""
    own = secrets.token_hex(12)
    if chat.startswith(GROUP):
        return BETWEEN.join((OF_GROUP, chat.removeprefix(GROUP), own))
    return BETWEEN.join((OF_MEMBER, own))


def _userid(chat: str) -> str:
    """Whose chat it is.

    Raises:
        Permanent: it is nobody's.
    """
    if not chat.startswith(USER):
        raise Permanent("chat-gone")
    return chat.removeprefix(USER)
