"""The one fake: a channel which remembers what it was told to send, and fails as it was told to."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from domain.channel import Rate, Window
from domain.chat import Attachment, Event, Inbound, Message, Place, Raw
from domain.errors import Moved, NoThreads, Permanent, ThreadClosed, ThreadGone, Unparseable

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
class Thread:
    """A topic of a group."""

    name: str
    open: bool = True


@dataclass
class FakeChannel:
    """``fail`` scripts what the next calls for a chat raise («*»: for any); a failure that is ``accepted`` arrives
    all the same. A chat in ``held`` does not answer before its event is set.

    It has topics, which groups in ``flat`` refuse, and files that have to be fetched: the hashes in a message's
    «remote», unless ``unfetched`` says what fetching raises, and not before ``fetching`` is set. A chat in ``moved``
    has another id.
    """

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
    flat: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)
    threads: dict[tuple[str, str], Thread] = field(default_factory=dict)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    unfetched: deque[Exception | None] = field(default_factory=deque)
    fetching: asyncio.Event | None = None
    fetched: int = 0
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
                thread=body.get("thread", ""),
                topics=body.get("topics", False),
                public=body.get("public", False),
                forwarded=body.get("forwarded", False),
                event=Event(body["event"]) if "event" in body else None,
                refused=tuple(body.get("refused", ())),
                args=body.get("args", {}),
                touch=body.get("touch", False),
                pressed_at=Place(self.name, body["pressed_at"]) if "pressed_at" in body else None,
                handle=body.get("handle", ""),
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
        failure = failure or self._refusal(message, edits)
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

    def _refusal(self, message: Message, edits: str) -> Exception | None:
        chat = message.to.chat
        if chat in self.moved:
            return Moved("moved", self.moved[chat])
        if edits:
            thread = next((call.message.thread for call in self._numbered(edits)), "")
            gone = thread and (chat, thread) not in self.threads
            return Permanent("not-editable") if gone else None
        if not message.thread:
            return None
        found = self.threads.get((chat, message.thread))
        if found is None:
            return ThreadGone("thread-gone")
        return None if found.open else ThreadClosed("thread-closed")

    def _numbered(self, external: str) -> list[Call]:
        return [call for number, call in enumerate(self.arrived, start=1) if f"m{number}" == external]

    async def open_thread(self, chat: str, name: str) -> str:
        if chat in self.moved:
            raise Moved("moved", self.moved[chat])
        if chat in self.flat:
            raise NoThreads("no-threads")
        thread = f"t{len(self.changes)}"
        self.threads[chat, thread] = Thread(name)
        self.changes.append(("open", chat, thread))
        return thread

    async def close_thread(self, chat: str, thread: str) -> None:
        await self._change("close", chat, thread, to=False)

    async def reopen_thread(self, chat: str, thread: str) -> None:
        await self._change("reopen", chat, thread, to=True)

    async def _change(self, what: str, chat: str, thread: str, to: bool) -> None:
        failure, _ = self._next_failure(f"{what}:{chat}", "")
        if failure:
            raise failure
        if (chat, thread) not in self.threads:
            raise ThreadGone("thread-gone")
        self.threads[chat, thread].open = to
        self.changes.append((what, chat, thread))

    def remote(self, raw: Raw) -> bool:
        return "remote" in raw.body and "files" not in raw.body

    async def fetch(self, raw: Raw) -> Raw:
        if self.fetching:
            await self.fetching.wait()
        failure = self.unfetched.popleft() if self.unfetched else None
        if failure is not None:
            raise failure
        self.fetched += 1
        return replace(raw, body={**raw.body, "files": raw.body["remote"]})


@dataclass
class NumberedChannel(FakeChannel):
    """One whose people answer with numbers."""

    numbered: bool = True


@dataclass
class AnsweringChannel(NumberedChannel):
    """One whose platform takes an answer in place, lets us write for a while only, and changes nothing in place."""

    windows: tuple[Window, ...] = (Window("message", 5, 48 * 3600), Window("touch", 3, 60))
    uneditable: Exception | None = field(default_factory=lambda: Permanent("not-editable"))

    def answerable(self, message: Message) -> bool:
        return not message.files
