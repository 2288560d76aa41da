"""The one fake: a channel which remembers what it was told to send, and fails as it was told to."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from domain.channel import Rate
from domain.chat import Attachment, Inbound, Message, Place, Raw
from domain.errors import Unparseable

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday, nine in the morning in Shanghai


@dataclass
class Watch:
    """A clock that stands still until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Call:
    """One call of the channel; ``failure`` is what it raised, None if it took the message."""

    at: datetime
    message: Message
    edits: str = ""
    failure: Exception | None = None

    @property
    def chat(self) -> str:
        return self.message.to.chat

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.message.lines)


@dataclass
class FakeChannel:
    """``fail`` scripts what the next calls for a chat raise («*»: for any); a failure that is ``accepted`` arrives
    all the same. A chat in ``held`` does not answer before its event is set."""

    clock: Callable[[], datetime]
    name: str = "fake"
    rates: tuple[Rate, ...] = ()
    pulled: bool = False
    calls: list[Call] = field(default_factory=list)
    arrived: list[Call] = field(default_factory=list)
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    waiting: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    uneditable: Exception | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _script: dict[str, deque[tuple[Exception, bool]]] = field(default_factory=lambda: defaultdict(deque))

    def fail(self, chat: str, *failures: Exception, accepted: bool = False) -> None:
        self._script[chat].extend((failure, accepted) for failure in failures)

    def hold(self, chat: str) -> asyncio.Event:
        self.held[chat] = asyncio.Event()
        return self.held[chat]

    async def until(self, count: int) -> None:
        """Until so many messages have arrived; fails after ten seconds."""
        async with asyncio.timeout(10):
            while len(self.arrived) < count:
                self._news.clear()
                await self._news.wait()

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Chat and words of what arrived, in order."""
        return [(call.chat, call.text) for call in self.arrived]

    def parse(self, raw: Raw) -> Inbound | None:
        body = raw.body
        try:
            return Inbound(
                raw.id,
                Place(self.name, body["chat"]),
                body["account"],
                body.get("text", ""),
                press=body.get("press", ""),
                reply_to=body.get("reply_to", ""),
                group=body.get("group", False),
                locale=body.get("locale", ""),
                files=tuple(Attachment(one) for one in body.get("files", ())),
                album=body.get("album", ""),
                name=body.get("name", ""),
                phone=body.get("phone", ""),
                edited=body.get("edited", False),
            )
        except KeyError as error:
            raise Unparseable("no message") from error

    async def send(self, message: Message) -> str:
        return await self._take(message, "")

    async def edit(self, external: str, message: Message) -> str:
        return await self._take(message, external)

    async def _take(self, message: Message, edits: str) -> str:
        self.begun.set()
        if message.to.chat in self.held:
            self.waiting += 1
            await self.held[message.to.chat].wait()
            self.waiting -= 1
        failure, accepted = self._next_failure(message.to.chat, edits)
        call = Call(self.clock(), message, edits, failure)
        self.calls.append(call)
        if failure is None or accepted:
            self.arrived.append(call)
            self._news.set()
        if failure is not None:
            raise failure
        return edits or f"m{len(self.arrived)}"

    def _next_failure(self, chat: str, edits: str) -> tuple[Exception | None, bool]:
        if edits and self.uneditable:
            return self.uneditable, False
        for scripted in (self._script[chat], self._script["*"]):
            if scripted:
                return scripted.popleft()
        return None, False
