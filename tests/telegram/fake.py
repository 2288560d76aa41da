"""A strict Telegram in this process, over real HTTP on a port of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import uvicorn

from tests.telegram.chats import Chat, Chats
from tests.telegram.faults import Faults
from tests.telegram.groups import Group
from tests.telegram.journal import Entry, Journal
from tests.telegram.limits import Meter
from tests.telegram.people import Person
from tests.telegram.platform import Options, Platform
from tests.telegram.queue import Delivery, Queue
from tests.telegram.server import Control, Protocol, application

Found = TypeVar("Found")

TOKEN = "7000000001:AAFakeTelegramTokenOfTheTests_0123456"
BOT = {"id": 7_000_000_001, "is_bot": True, "first_name": "匠到", "username": "jiangdao_test_bot"}
PATIENCE_S = 10.0


def now() -> datetime:
    return datetime.now(UTC)


class Server(uvicorn.Server):
    """Leaves signals alone and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class FakeTelegram:
    """``async with FakeTelegram() as fake``: a bot with ``fake.token`` may come to ``fake.base_url``.

    A violation (a call that the manual does not know, or one before ``retry_after`` has passed) fails the block at
    its end. ``clock`` is the platform's own; waiting for answers, pauses and long polls go by real time.
    """

    def __init__(
        self,
        clock: Callable[[], datetime] = now,
        options: Options | None = None,
        delivery: Delivery | None = None,
        journal: Path | None = None,
        seed: int = 0,
        port: int = 0,
        token: str = TOKEN,
        strict: bool = True,
        control: Control | None = None,
    ) -> None:
        options = options or Options()
        self.clock, self.token, self.strict = clock, token, strict
        self.journal = Journal(clock, journal)
        self.chats = Chats(dict(BOT, id=int(token.split(":", maxsplit=1)[0])), clock)
        self.queue = Queue(self.journal, clock, delivery or Delivery(), options.poll_max_s)
        self.faults = Faults(seed)
        meter = Meter(options.limits, lambda: clock().timestamp(), self._early)
        self.here = Platform(token, options, clock, self.journal, self.chats, self.queue, meter, self.faults)
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self._port, self._control = port, control
        self.base_url = ""

    @property
    def meter(self) -> Meter:
        return self.here.meter

    async def __aenter__(self) -> FakeTelegram:
        self.journal.__enter__()
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        self.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            application(self.here, self._control),
            http=Protocol,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = Server(config)
        self._serving = asyncio.create_task(self._server.serve([listener]))
        await self._server.ready.wait()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.queue.close()
        await self.queue.stop()
        self._server.should_exit = True
        await self._serving
        self.journal.__exit__(kind, error, at)
        if kind is None and self.strict:
            assert not self.violations, self.violations

    @property
    def violations(self) -> list[Entry]:
        """What the bot did that it must never do."""
        return self.journal.of("violation")

    def user(self, name: str, language: str = "zh-hans", phone: str = "", **more: Any) -> Person:
        """Somebody who has never written to the bot."""
        number = len(self.people) + 1
        user = {"id": 410_000_000 + number, "is_bot": False, "first_name": name, "language_code": language, **more}
        chat = self.chats.add(Chat(user["id"], "private", person=user))
        person = self.people[name] = Person(self.here, user, chat, phone or f"+8613800138{number:03d}")
        return person

    def group(self, title: str, owner: Person, forum: bool = False, supergroup: bool = False) -> Group:
        """A group without the bot. With topics, it is a supergroup anyway."""
        number = len(self.groups) + 1
        kind, id = ("supergroup", -1_001_000_000_000 - number) if forum or supergroup else ("group", -500_000 - number)
        chat = self.chats.add(Chat(id, kind, title, forum=forum))
        chat.members[owner.id] = (owner.user, "creator")
        group = self.groups[title] = Group(self.here, chat, owner)
        return group

    async def until(self, found: Callable[[], Found], seconds: float = PATIENCE_S) -> Found:
        """Wait until something is found, looking again whenever anything has happened here.

        Raises:
            AssertionError: it was not in time, with the end of the journal.
        """
        try:
            async with asyncio.timeout(seconds):
                while not (value := found()):
                    await self.journal.news()
                return value
        except TimeoutError:
            latest = "\n".join(entry.line() for entry in self.journal.entries[-20:])
            raise AssertionError(f"waited {seconds} s in vain; lately:\n{latest}") from None

    async def taken(self, seconds: float = PATIENCE_S) -> None:
        """Wait until the bot has confirmed every update."""
        await self.until(lambda: not self.queue.pending, seconds)

    def fail(self, name: str, method: str = "send", chat: object = "", **more: Any) -> None:
        """The next call of that kind meets a fault; see ``faults``."""
        where = chat.chat.id if isinstance(chat, Person | Group) else chat
        self.faults.add(name, method, where, **more)

    def relax(self, **changed: Any) -> None:
        """Other options from now on: ``relax(limits=NO_LIMITS)``."""
        self.here.options = replace(self.here.options, **changed)
        self.here.meter.limits = self.here.options.limits

    def _early(self, scope: str, chat: str) -> None:
        self.here.violation(f"early call: {scope}", chat=chat)
