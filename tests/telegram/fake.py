"""A strict Telegram in this process, over real HTTP on a port of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.platforms.fake import PATIENCE_S, Fake, now
from tests.platforms.faults import Faults
from tests.platforms.remote import Control
from tests.telegram.chats import Chat, Chats
from tests.telegram.faults import FAULTS, SENDS
from tests.telegram.groups import Group
from tests.telegram.journal import Journal
from tests.telegram.limits import Meter
from tests.telegram.people import Person
from tests.telegram.platform import Options, Platform
from tests.telegram.queue import Delivery, Queue
from tests.telegram.server import application

TOKEN = "7000000001:AAFakeTelegramTokenOfTheTests_0123456"
BOT = {"id": 7_000_000_001, "is_bot": True, "first_name": "匠到", "username": "jiangdao_test_bot"}


class FakeTelegram(Fake):
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
        self.token, self.journal = token, Journal(clock, journal)
        super().__init__(clock, self.journal, port, strict)
        self.chats = Chats(dict(BOT, id=int(token.split(":", maxsplit=1)[0])), clock)
        self.queue = Queue(self.journal, clock, delivery or Delivery(), options.poll_max_s)
        self.faults = Faults(FAULTS, SENDS, seed)
        meter = Meter(options.limits, lambda: clock().timestamp(), self._early)
        self.here = Platform(token, options, clock, self.journal, self.chats, self.queue, meter, self.faults)
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self._control = control

    @property
    def meter(self) -> Meter:
        return self.here.meter

    async def __aenter__(self) -> FakeTelegram:
        await self._open(application(self.here, self._control))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.queue.close()
        await self.queue.stop()
        await self._close(failed=kind is not None)

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

    async def taken(self, seconds: float = PATIENCE_S) -> None:
        """Wait until the bot has confirmed every update."""
        await self.until(lambda: not self.queue.pending, seconds)

    def fail(self, name: str, method: str = "send", chat: object = "", **more: Any) -> None:
        """The next call of that kind meets a fault; see ``faults``."""
        self.faults.add(name, method, str(chat.chat.id if isinstance(chat, Person | Group) else chat), **more)

    def relax(self, **changed: Any) -> None:
        """Other options from now on: ``relax(limits=NO_LIMITS)``."""
        self.here.options = replace(self.here.options, **changed)
        self.here.meter.limits = self.here.options.limits

    def _early(self, scope: str, chat: str) -> None:
        self.here.violation(f"early call: {scope}", chat=chat)
