"""Telegram as a channel: one door for what arrives and what is owed, each of its parts in a file of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.channels.telegram_send import Sender
from domain.channel import Fetches, Rate
from domain.chat import Inbound, Message, Raw

NAME = "telegram"

RATES = (Rate("all", 30, 1.0), Rate("chat", 1, 1.0), Rate("group", 20, 60.0))
"""What the platform lets a bot send; they are spent where messages are claimed."""

KEPT_S = 24 * 3600.0
"""How long the platform keeps an update that nobody took."""

Parse = Callable[[Raw], Inbound | None]


class Telegram:
    """The channel, put together from its parts: it neither asks the network nor opens anything when it is made.

    ``parse`` is ``telegram_parse.parse``; ``files`` are those that lie with Telegram, brought to our own store.
    """

    name = NAME
    pulled = False
    rates = RATES
    kept_s = KEPT_S

    def __init__(self, parse: Parse, sender: Sender, files: Fetches) -> None:
        self._parse = parse
        self._sender = sender
        self._files = files
        self.reached_at: datetime | None = None

    def reached(self, at: datetime) -> None:
        """What waited with the platform at this time is kept here."""
        self.reached_at = at

    def parse(self, raw: Raw) -> Inbound | None:
        """What was said, pressed or changed; None for what may be ignored.

        Raises:
            Unparseable: no update of Telegram looks like this.
        """
        return self._parse(raw)

    def remote(self, raw: Raw) -> bool:
        """Whether the message has files which ``fetch`` has not brought yet."""
        return self._files.remote(raw)

    async def fetch(self, raw: Raw) -> Raw:
        """The same message with its files kept in our own store.

        Raises:
            FetchFailed: not now.
        """
        return await self._files.fetch(raw)

    async def send(self, message: Message) -> str:
        """Send anew; the id is that of the message which bears the buttons, or an album's first.

        Raises:
            SendFailed: one of its kinds.
        """
        return await self._sender.send(message)

    async def edit(self, external: str, message: Message) -> str:
        """Change a message in place; what stands there already counts as done.

        Raises:
            SendFailed: Permanent («not-editable») if it has to be sent anew.
        """
        return await self._sender.edit(external, message)

    async def probe(self) -> None:
        """Ask whether the platform is there; nobody reads that.

        Raises:
            SendFailed: it is not.
        """
        await self._sender.probe()

    async def open_thread(self, chat: str, name: str) -> str:
        """Make a topic in a forum group and return its id.

        Raises:
            SendFailed: NoThreads if the group has none or the bot may not manage them.
        """
        return await self._sender.open_thread(chat, name)

    async def close_thread(self, chat: str, thread: str) -> None:
        """People cannot write in the topic any more. Raises as ``open_thread``."""
        await self._sender.close_thread(chat, thread)

    async def reopen_thread(self, chat: str, thread: str) -> None:
        """They can again. Raises as ``open_thread``."""
        await self._sender.reopen_thread(chat, thread)
