"""WeCom as a channel: our app's messages to staff and installers, and the groups of staff that the app makes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.channels.tencent_media import Files
from bot.channels.wecom_card import BUTTONS_MAX, LABEL_CHARS_MAX
from bot.channels.wecom_parse import NAME, parse
from bot.channels.wecom_send import Sender
from domain.channel import Rate
from domain.chat import Inbound, Message, Raw


@dataclass(frozen=True, slots=True)
class Limits:
    """What is sent at most: the platform drops what is over its own limits without an error."""

    chat_per_min: int = 16
    chat_per_hour: int = 400
    group_per_min: int = 10


class WeCom:
    """The channel, put together from its parts: it neither asks the network nor opens anything when it is made."""

    name = NAME
    pulled = False
    numbered = True

    def __init__(self, sender: Sender, files: Files, limits: Limits) -> None:
        self._sender = sender
        self._files = files
        self.rates = (
            Rate("chat", limits.chat_per_min, 60.0),
            Rate("chat", limits.chat_per_hour, 3600.0),
            Rate("group", limits.group_per_min, 60.0),
        )

    def parse(self, raw: Raw) -> Inbound | None:
        """What was said, pressed or done; None for what may be ignored.

        Raises:
            Unparseable: nothing of WeCom looks like this.
        """
        return parse(raw)

    def pressable(self, labels: Sequence[Collection[str]]) -> bool:
        """Whether a card has a button for each choice."""
        return len(labels) <= BUTTONS_MAX and all(len(one) <= LABEL_CHARS_MAX for ways in labels for one in ways)

    def remote(self, raw: Raw) -> bool:
        """Whether the message has a file which ``fetch`` has not brought yet."""
        return self._files.remote(raw)

    async def fetch(self, raw: Raw) -> Raw:
        """The same message with its file kept in our own store.

        Raises:
            FetchFailed: not now.
        """
        return await self._files.fetch(raw)

    async def send(self, message: Message) -> str:
        """Send anew; the id holds the code by which a card can be changed once.

        Raises:
            SendFailed: one of its kinds.
        """
        return await self._sender.send(message)

    async def edit(self, external: str, message: Message) -> str:
        """Change a card in place.

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
