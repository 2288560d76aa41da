"""WeCom's customer service (微信客服) as a channel: customers write from WeChat, and may be written to for a while."""

from __future__ import annotations

from datetime import datetime

from bot.channels.tencent_media import Files
from bot.channels.wecomkf_parse import NAME, parse
from bot.channels.wecomkf_send import Sender
from domain.channel import Rate, Window
from domain.chat import Inbound, Message, Raw
from domain.errors import Permanent

KEPT_S = 3 * 24 * 3600.0
"""How long the platform keeps a message that nobody pulled."""

RATES: tuple[Rate, ...] = ()


class WeComKf:
    """The channel, put together from its parts: it neither asks the network nor opens anything when it is made.

    ``windows`` is what a message of a customer allows.
    """

    name = NAME
    pulled = False
    numbered = True
    rates = RATES
    kept_s = KEPT_S

    def __init__(self, sender: Sender, files: Files, windows: tuple[Window, ...]) -> None:
        self._sender = sender
        self._files = files
        self.windows = windows
        self.reached_at: datetime | None = None

    def reached(self, at: datetime) -> None:
        """What waited with the platform at this time is kept here."""
        self.reached_at = at

    def parse(self, raw: Raw) -> Inbound | None:
        """What was said, chosen or came to nothing; None for what may be ignored.

        Raises:
            Unparseable: nothing of the platform looks like this.
        """
        return parse(raw)

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
        """Send anew.

        Raises:
            SendFailed: one of its kinds; WindowShut if nothing may be sent until the customer writes again.
        """
        return await self._sender.send(message)

    def cost(self, message: Message) -> int:
        """How many of the platform's messages it becomes, each of which counts for itself. Pure."""
        return self._sender.cost(message)

    async def edit(self, external: str, message: Message) -> str:
        """Nothing can be changed there.

        Raises:
            SendFailed: Permanent («not-editable»), always.
        """
        raise Permanent("not-editable")

    async def probe(self) -> None:
        """Ask whether the platform is there; nobody reads that.

        Raises:
            SendFailed: it is not.
        """
        await self._sender.probe()
