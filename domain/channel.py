"""A chat platform behind two verbs: feed me, send this."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from domain.chat import Inbound, Message, Raw

AMONG = " "
"""Between the ids of a message that the platform knows by several."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` messages in ``per_s`` seconds to each chat, each group, or everyone together.

    ``scope`` is one of «all», «chat», «group».
    """

    scope: str
    count: int
    per_s: float


@dataclass(frozen=True, slots=True)
class Window:
    """For ``lasts_s`` seconds after an act of a person at most ``count`` messages may be sent to them.

    ``act`` is «message» for what they said and «touch» for what they did without a word. A further act of the same
    kind opens the window anew: its rest is not added. Windows of the two kinds stand beside one another.
    """

    act: str
    count: int
    lasts_s: float


class Channel(Protocol):
    """What an adapter promises.

    ``pulled`` channels are read by their client straight from the outbox and are never sent to; ``echoes``
    ones show a person's own message again in its room.
    """

    @property
    def name(self) -> str:
        """The word in ids, settings and tables: «telegram»."""

    @property
    def pulled(self) -> bool:
        """Whether the client reads the outbox itself."""

    @property
    def rates(self) -> tuple[Rate, ...]:
        """What the platform allows; empty where nothing limits."""

    def parse(self, raw: Raw) -> Inbound | None:
        """Understand what arrived; None for what may be ignored. Pure.

        Raises:
            Unparseable: the body is not of a known shape.
        """

    async def send(self, message: Message) -> str:
        """Send anew and return the platform's id of the message, or several, one after the other (``AMONG``).

        Raises:
            SendFailed: one of its kinds; anything else counts as Temporary.
        """

    async def edit(self, external: str, message: Message) -> str:
        """Change the message ``external`` in place and return the id it has now.

        Raises:
            SendFailed: Permanent if it can no longer be edited; the dispatcher then sends it anew.
        """


@runtime_checkable
class Threads(Protocol):
    """What a channel promises whose groups have topics."""

    async def open_thread(self, chat: str, name: str) -> str:
        """Make a topic and return its id.

        Raises:
            SendFailed: NoThreads if the group has none or we may not; Moved, Throttled and the others as in ``send``.
        """

    async def close_thread(self, chat: str, thread: str) -> None:
        """People cannot write there any more; nothing happens if it is closed already. Raises as ``open_thread``."""

    async def reopen_thread(self, chat: str, thread: str) -> None:
        """They can again; nothing happens if it is open. Raises as ``open_thread``."""


@runtime_checkable
class Fetches(Protocol):
    """What a channel promises whose files lie with the platform and must be had from there."""

    def remote(self, raw: Raw) -> bool:
        """Whether the message has files which ``fetch`` has not brought yet. Pure."""

    async def fetch(self, raw: Raw) -> Raw:
        """The same message with its files kept in our own store, so that ``parse`` finds their hashes.

        Raises:
            FetchFailed: not now.
        """


@runtime_checkable
class Probes(Protocol):
    """What a channel promises that can be asked whether it is back, without anybody reading it."""

    async def probe(self) -> None:
        """Return if the platform answers.

        Raises:
            SendFailed: it does not; anything else counts the same.
        """


@runtime_checkable
class Keeps(Protocol):
    """What a channel promises that keeps what it could not deliver, but not for ever."""

    @property
    def kept_s(self) -> float:
        """For how many seconds it keeps that."""

    @property
    def reached_at(self) -> datetime | None:
        """When this process last had all that waited there, in UTC; None if it never did."""


@runtime_checkable
class Windowed(Protocol):
    """What a channel promises that may write to a person only for a while after they did something."""

    @property
    def windows(self) -> tuple[Window, ...]:
        """What each act of a person allows. A group has no windows: what limits it are rates."""


@runtime_checkable
class Priced(Protocol):
    """What a windowed channel promises that makes several messages of what is long, each of which counts."""

    def cost(self, message: Message) -> int:
        """How many messages of the platform it becomes. Pure."""


@runtime_checkable
class Notices(Protocol):
    """What a windowed channel promises that has one more way for facts about somebody's own affairs, never for
    advertising: template messages."""

    def noticeable(self, message: Message) -> bool:
        """Whether the message can be told so, and the company has set up how."""

    async def notify(self, message: Message) -> str:
        """Tell it outside of every window and return the platform's id.

        Raises:
            SendFailed: one of its kinds; Permanent if it can never be told so.
        """


UNFIT = "unfit"
"""What the platform calls a message whose words it does not take where it would take others."""


@runtime_checkable
class Consents(Protocol):
    """What a windowed channel promises whose people may ask to be told about their own affairs outside of every window,
    each consent for one message, never for advertising: subscribe messages."""

    @property
    def consent(self) -> str:
        """What they agree to, as the platform names it; empty if the company has set up none."""

    def fulfils(self, message: Message) -> bool:
        """Whether the message can be told so. Pure."""

    async def fulfil(self, message: Message) -> str:
        """Tell it, which uses up one consent, and return the platform's id.

        Raises:
            SendFailed: one of its kinds; Permanent if there is no consent, and as ``UNFIT`` if one stands and does not
                take these words.
        """


@runtime_checkable
class Numbered(Protocol):
    """What a channel promises that shows no buttons, or not always: its people answer with the number or the words of a
    choice."""

    @property
    def numbered(self) -> bool:
        """Whether a text may be the choice of a button of the latest message that has some."""


@runtime_checkable
class Pressable(Protocol):
    """What a numbered channel promises that shows the choices of some messages as buttons all the same."""

    def pressable(self, labels: Sequence[Collection[str]]) -> bool:
        """Whether all of these choices, each with what it is called, are buttons: then words are only words. Pure."""


@runtime_checkable
class Answering(Protocol):
    """What a channel promises whose platform takes one message as the answer to what it delivered, at no cost."""

    def answerable(self, message: Message) -> bool:
        """Whether the message can be such an answer: short enough, and without files. Pure."""
