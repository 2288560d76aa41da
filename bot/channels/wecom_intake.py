"""What WeCom posts to our app: kept before it is confirmed, and never answered in the same breath."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from bot.channels.tencent_callback import REFUSED, SUCCESS, Door
from bot.channels.tencent_crypto import Refusal
from bot.channels.wecom_parse import raw_message
from bot.webhooks import Answer, Call
from domain.chat import Raw
from domain.errors import Unparseable

log = logging.getLogger(__name__)

Receive = Callable[[Raw], Awaitable[object]]


class Intake:
    """The webhook at «/wecom». ``receive`` returns once a message is committed."""

    def __init__(self, door: Door, receive: Receive) -> None:
        self._door = door
        self._receive = receive

    @property
    def methods(self) -> tuple[str, ...]:
        """It asks once who we are, then it posts."""
        return self._door.methods

    @property
    def bytes_max(self) -> int:
        """How long its body may be."""
        return self._door.bytes_max

    def admits(self, call: Call) -> bool:
        """Whether it may be the platform, as far as the query tells."""
        return self._door.admits(call)

    async def take(self, call: Call, body: bytes) -> Answer:
        """Take one message: 200 if it is kept, 400 if it is none, 500 if it has to come again."""
        if call.method == "GET":
            return self._door.echo(call)
        try:
            opened = self._door.open(call, body)
            raw = raw_message(opened.xml, opened.fields)
        except Refusal:
            return REFUSED
        except Unparseable:
            return self._door.refuse("id")
        try:
            await self._receive(raw)
        except Exception as fault:  # noqa: BLE001  # the platform delivers it again
            log.error("wecom_not_kept", extra={"error": type(fault).__name__})
            return Answer(500)
        return SUCCESS
