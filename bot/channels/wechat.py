"""The Official Account as a channel: one door for what arrives and what is owed, its parts in files of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.channels.tencent_errors import NOT_EDITABLE
from bot.channels.wechat_notice import Notices
from bot.channels.wechat_send import Sender
from bot.channels.wechat_subscribe import Subscribed
from domain.channel import Fetches, Rate, Window
from domain.chat import Inbound, Message, Raw
from domain.errors import Permanent

NAME = "wechat"

Parse = Callable[[Raw], Inbound | None]


class WeChat:
    """The channel, put together from its parts: it neither asks the network nor opens anything when it is made.

    ``parse`` is ``wechat_parse.parse``, ``said`` puts a message into the one text by which a callback is answered
    (empty if it cannot be one), ``windows`` are what the company's settings say the platform allows.
    """

    name = NAME
    pulled = False
    numbered = True
    rates: tuple[Rate, ...] = ()

    def __init__(
        self,
        parse: Parse,
        sender: Sender,
        files: Fetches,
        notices: Notices,
        subscribed: Subscribed,
        said: Callable[[Message], str],
        windows: Sequence[Window],
    ) -> None:
        self._parse = parse
        self._sender = sender
        self._files = files
        self._notices = notices
        self._subscribed = subscribed
        self._said = said
        self.windows = tuple(windows)

    def parse(self, raw: Raw) -> Inbound | None:
        """What was said, chosen or done; None for what may be ignored.

        Raises:
            Unparseable: no callback of the platform looks like this.
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
        """Send as customer-service messages, within a window.

        Raises:
            SendFailed: one of its kinds; WindowShut if the platform counts otherwise than we do.
        """
        return await self._sender.send(message)

    async def edit(self, external: str, message: Message) -> str:
        """Never possible: what a follower has, stays.

        Raises:
            Permanent: «not-editable».
        """
        raise Permanent(NOT_EDITABLE)

    def cost(self, message: Message) -> int:
        """How many of the platform's messages it becomes, each of which counts for itself. Pure."""
        return self._sender.cost(message)

    def answerable(self, message: Message) -> bool:
        """Whether the message can be the answer to a callback: one text, no files. Pure."""
        return bool(self._said(message))

    def noticeable(self, message: Message) -> bool:
        """Whether it can be told by the company's template message. Pure."""
        return self._notices.noticeable(message)

    async def notify(self, message: Message) -> str:
        """Tell it outside of every window.

        Raises:
            SendFailed: one of its kinds; Permanent if it can never be told so.
        """
        return await self._notices.notify(message)

    @property
    def consent(self) -> str:
        """The company's subscribe message, to which followers agree; empty for none."""
        return self._subscribed.consent

    def fulfils(self, message: Message) -> bool:
        """Whether it can be told by that. Pure."""
        return self._subscribed.fulfils(message)

    async def fulfil(self, message: Message) -> str:
        """Tell it to who has agreed to one more.

        Raises:
            SendFailed: one of its kinds; Permanent if they have not, or it can never be told so.
        """
        return await self._subscribed.fulfil(message)

    async def probe(self) -> None:
        """Ask whether the platform is there; nobody reads that.

        Raises:
            SendFailed: it is not.
        """
        await self._sender.probe()
