"""A company with people in it, on the real pipeline and a real database, spoken to through the one fake channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.app import dead_letter_alarm, make_catalogue, make_world
from bot.channels.clock import Clock
from bot.channels.shop import Shop
from bot.channels.webchat import WebChat
from bot.config import load_company
from bot.dispatcher import Dispatcher
from bot.drawing import Drawings
from bot.pipeline import Pipeline
from domain.chat import Message, Place, Raw
from domain.company import Company, words
from domain.people import INSIDE, Person, Role
from domain.requests import Request
from domain.talks import Home
from handlers import ROUTES
from messages import Catalogue, raise_fault
from storage.database import Connection, Database
from storage.files import Stored, account_owner
from storage.store import Store
from tests.fakes import FakeChannel, Watch
from tests.sketches import Sketches

GROUP = "group"
COMPANY = Path(__file__).parent.parent / "company.toml"


@dataclass(frozen=True)
class Heard:
    """What somebody was shown: the chat, the words, the labels of the buttons."""

    chat: str
    text: str
    buttons: tuple[str, ...]
    message: Message


@dataclass
class World:
    """``says`` and ``press`` speak for somebody and return what everybody was shown because of it."""

    database: Database
    company: Company
    catalogue: Catalogue
    watch: Watch
    channels: dict[str, FakeChannel]
    pipeline: Pipeline
    dispatcher: Dispatcher
    timers: Clock
    count: int = 0
    shown: list[Heard] = field(default_factory=list)
    forums: set[str] = field(default_factory=set)
    sketches: Sketches = field(default_factory=Sketches)

    async def says(self, who: str, text: str = "", **more: Any) -> list[Heard]:
        """Somebody writes, in private unless ``chat`` says otherwise."""
        await self.pipeline.receive(self.raw(who, text, **more))
        return await self.settle()

    def raw(self, who: str, text: str = "", chat: str = "", channel: str = "fake", **more: Any) -> Raw:
        """A message as it arrives; ``id`` repeats an older one."""
        self.count += 1
        id = more.pop("id", f"{channel}:{who}:{self.count}")
        group = (chat or who).startswith("group")
        body = {"chat": chat or who, "account": who, "text": text, "group": group, "name": who, **more}
        body.setdefault("topics", (chat or who) in self.forums)
        return Raw(id, channel, body, Place(channel, chat or who))

    async def press(self, who: str, label: str, chat: str = "", channel: str = "fake") -> list[Heard]:
        """Somebody presses the newest button with this label in their chat."""
        return await self.says(who, press=self.token(chat or who, label, channel), chat=chat, channel=channel)

    def token(self, chat: str, label: str, channel: str = "fake") -> str:
        """The token of the newest button with this label in a chat."""
        for call in reversed(self.channels[channel].arrived):
            if call.chat == chat:
                for row in call.message.buttons:
                    for shown, token, _ in row:
                        if shown == label:
                            return token
        raise AssertionError(f"{chat} has no button {label}: {[one.buttons for one in self.shown if one.chat == chat]}")

    async def settle(self) -> list[Heard]:
        """Send all that is owed; what was shown by it, in order."""
        before = {name: len(channel.arrived) for name, channel in self.channels.items()}
        while await self.dispatcher.once():
            pass
        fresh = [
            heard(call.message) for name, channel in self.channels.items() for call in channel.arrived[before[name] :]
        ]
        self.shown += fresh
        return fresh

    async def passes(self, **delta: float) -> list[Heard]:
        """Time goes by, and due timers ring."""
        self.watch.now += timedelta(**delta)
        while await self.timers.once():
            pass
        return await self.settle()

    async def store(self, work: Any) -> Any:
        """Look into the database: ``work(store)``."""

        async def run(connection: Connection) -> Any:
            return await work(Store(connection))

        return await self.database.transact(run)

    async def request(self, id: str = "R-1001") -> Request:
        """A request as it is stored."""
        return await self.store(lambda store: store.requests.get(id, INSIDE))

    async def add(self, person: Person, home: Home | None = None, channel: str = "fake") -> None:
        """Somebody who is known already, and writes from a chat named like them."""

        await self.store(lambda store: meet(store, person, home, channel, self.watch()))

    async def photo(self, who: str, name: str = "a", channel: str = "fake") -> str:
        """A file that somebody has uploaded; its hash."""
        file_hash = f"{name:0>64}"
        kept, owner = Stored(file_hash, "photo", "image/jpeg"), account_owner(channel, who)
        await self.store(lambda store: store.files.add(kept, 3, owner, self.watch()))
        return file_hash


async def meet(store: Store, person: Person, home: Home | None, channel: str, now: datetime) -> None:
    """Write down somebody who is known already."""
    await store.people.add(person, Place(channel, person.id), now)
    await store.people.attach(channel, person.id, person.id, person.id, now)
    await store.outbox.speak(Place(channel, person.id), person.locale)
    if home:
        await store.homes.add(home, now)


def heard(message: Message) -> Heard:
    """A message as a person sees it."""
    labels = tuple(label for row in message.buttons for label, _, _ in row)
    return Heard(message.to.chat, "\n".join(text for _, text in message.lines), labels, message)


def last(shown: Sequence[Heard], chat: str) -> Heard:
    """The newest of what was shown in a chat."""
    found = [one for one in shown if one.chat == chat]
    assert found, f"nothing was shown to {chat}: {shown}"
    return found[-1]


def make_people(company: Company) -> list[tuple[Person, Home | None]]:
    """A homeowner who is known, one who is not asked for consent again, staff, a manager, installers."""
    agreed, skills = company.consent.version, tuple(skill.code for skill in company.skills)
    hana = Person("hana", name="王阿姨", phone="+8613800138000", locale="zh-CN", consent=agreed)
    home = Home("h-hana", "hana", company.districts[0].code, "世纪大道100号3号楼", "1202室")
    other = Person("otto", name="赵先生", phone="+8613800138999", locale="zh-CN", consent=agreed)
    return [
        (hana, home),
        (other, Home("h-otto", "otto", company.districts[0].code, "张杨路1号", "201室")),
        (Person("sam", Role.STAFF, "小林", locale="zh-CN"), None),
        (Person("sue", Role.STAFF, "小周", locale="zh-CN"), None),
        (Person("max", Role.MANAGER, "陈主管", locale="zh-CN"), None),
        (Person("ada", Role.ADMIN, "老板", locale="zh-CN"), None),
        (Person("zhang", Role.INSTALLER, "张师傅", "+8613900139001", "zh-CN", "JD-001", skills), None),
        (Person("li", Role.INSTALLER, "李师傅", "+8613900139002", "zh-CN", "JD-002", skills), None),
        (Person("qian", Role.INSTALLER, "钱师傅", "+8613900139003", "zh-CN", "JD-003", skills), None),
    ]


@cache
def unchanging() -> tuple[Company, Catalogue, Catalogue]:
    """The company, its words as tests read them, which may have no fault, and as the product does: no test changes
    them, and each process loads them once."""
    company = load_company(COMPANY)
    catalogue = Catalogue.load(extra=words(company), zone=company.timezone, on_fault=raise_fault)
    return company, catalogue, make_catalogue(company)


def build(database: Database, watch: Watch | None = None, more: Sequence[type[FakeChannel]] = ()) -> World:
    """The real thing around a database, with two fake channels and those of ``more``, each named like its kind."""
    watch = watch or Watch()
    company, catalogue, told = unchanging()
    fakes = {name: FakeChannel(watch, name) for name in ("fake", "other")}
    fakes |= {(name := kind.__name__.removesuffix("Channel").lower()): kind(watch, name) for kind in more}
    channels: dict[str, Any] = {**fakes, "webchat": WebChat(), "shop": Shop()}
    world = make_world(company, told, "http://127.0.0.1:8080")
    sketches = Sketches()
    drawings = Drawings(sketches.draw, sketches.keep)
    pipeline = Pipeline(database, channels, ROUTES, world, watch, label=catalogue.render_safe, drawings=drawings)
    timers = Clock(database, pipeline.receive, watch)
    channels["clock"] = timers
    dispatcher = Dispatcher(database, fakes, catalogue, watch, alarm=dead_letter_alarm)
    return World(database, company, catalogue, watch, fakes, pipeline, dispatcher, timers, sketches=sketches)


@pytest.fixture
async def world(database: Database) -> World:
    """A company on each engine in turn, its staff group bound."""
    return await peopled(build(database))


async def peopled(world: World) -> World:
    """The same with everybody in it."""

    async def bind(store: Store) -> None:
        for person, home in make_people(world.company):
            await meet(store, person, home, "fake", world.watch())
        await store.groups.bind(Place("fake", GROUP), "staff", "zh-CN", "ada", world.watch())
        await store.outbox.speak(Place("fake", GROUP), "zh-CN")

    await world.store(bind)
    return world
