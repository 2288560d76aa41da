"""How the Official Account's callbacks come in, and how the answer to what was said goes back in the same breath."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bot.channels import tencent_xml
from bot.channels.tencent_callback import REFUSED, SUCCESS, Door, Opened
from bot.channels.tencent_crypto import Refusal
from bot.channels.wechat_parse import raw_message
from bot.webhooks import Answer, Call
from domain.chat import Message, Raw
from domain.errors import Unparseable

log = logging.getLogger(__name__)

PATIENCE_S: Final = 4.5
"""The platform hangs up after five seconds and delivers again; what is answered later than this nobody hears."""

AGAIN: Final = Answer(500)


class Given(Protocol):
    """What was caused for the sender and is handed over as the answer: ``bot.answers.Given``."""

    @property
    def message(self) -> Message:
        """In words."""

    async def settle(self) -> None:
        """It was given as the answer."""

    async def release(self) -> None:
        """It is sent like any other message."""


Receive = Callable[[Raw], Awaitable[Given | None]]
"""Returns once the message is committed."""


@dataclass(frozen=True, slots=True, repr=False)
class Intake:
    """A Webhook. ``said`` puts a message into the one text that an answer is, empty if it cannot be one.

    ``clock`` gives the time in UTC, ``monotonic_s`` never goes back. An answer after ``patience_s`` seconds is none.
    """

    door: Door
    receive: Receive
    said: Callable[[Message], str]
    clock: Callable[[], datetime]
    monotonic_s: Callable[[], float] = time.monotonic
    patience_s: float = PATIENCE_S

    @property
    def methods(self) -> tuple[str, ...]:
        """The platform first asks who we are, then posts."""
        return self.door.methods

    @property
    def bytes_max(self) -> int:
        """As the door has it."""
        return self.door.bytes_max

    def admits(self, call: Call) -> bool:
        """Whether the query is of a callback's shape, and fresh."""
        return self.door.admits(call)

    async def take(self, call: Call, body: bytes) -> Answer:
        """Take one callback: 200 once it is kept, with what is to be said at once; 400 if it is none of ours, 500 if it
        has to come again."""
        began_s = self.monotonic_s()
        if call.method == "GET":
            return self.door.echo(call)
        try:
            opened = self.door.open(call, body)
            raw = raw_message(opened.xml, opened.fields)
        except Refusal:
            return REFUSED
        except Unparseable:
            return self.door.refuse("shape")
        try:
            given = await self.receive(raw)
        except Exception as fault:  # noqa: BLE001  # whatever the database raises, the platform delivers again
            log.error("wechat_not_kept", extra={"error": type(fault).__name__})
            return AGAIN
        return await self._answer(opened, given, began_s) if given else SUCCESS

    async def _answer(self, opened: Opened, given: Given, began_s: float) -> Answer:
        """What was given, sealed. An answer that comes too late stays given: a redelivery gets it, or it is sent when
        the time is over for which it was kept back."""
        text = self.said(given.message)
        if not text:
            await given.release()
            return SUCCESS
        sealed = self.door.answer(reply(opened, text, self.clock()))

        async def after() -> None:
            if self.monotonic_s() - began_s <= self.patience_s:
                await given.settle()

        return Answer(sealed.status, sealed.body, sealed.media_type, after)


def reply(opened: Opened, text: str, at: datetime) -> str:
    """A text from the account to whoever sent what was ``opened``, as XML that no text can break out of."""
    to, account = tencent_xml.word(opened.fields, "FromUserName"), tencent_xml.word(opened.fields, "ToUserName")
    return (
        f"<xml><ToUserName>{tencent_xml.text(to)}</ToUserName>"
        f"<FromUserName>{tencent_xml.text(account)}</FromUserName>"
        f"<CreateTime>{int(at.timestamp())}</CreateTime>"
        f"<MsgType><![CDATA[text]]></MsgType><Content>{tencent_xml.text(text)}</Content></xml>"
    )
