"""A month of a shop whose homeowners may be written to only for a while after they did something.

``HOMEOWNERS`` is how many there are.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from bot.app import dead_letter_alarm, make_catalogue, make_world
from bot.channels.clock import Clock
from bot.channels.webchat import WebChat
from bot.config import load_company
from bot.dispatcher import Dispatcher
from bot.pipeline import Pipeline
from domain.channel import Channel
from domain.chat import Button, Line, Message, Outbound, Place, Priority, Text
from domain.company import words
from domain.people import Person
from domain.requests import Request
from domain.states import State
from domain.talks import Home
from handlers import ROUTES
from messages import Catalogue, raise_fault
from storage.boxes import Lanes
from storage.database import Connection, Database
from storage.store import Store
from tests.conversations.cast import needs
from tests.conversations.steps import DRIP, phrase
from tests.fakes import FakeChannel, Watch
from tests.month import dead, overdue, unknown_to_staff, untold
from tests.windowed import NoticingChannel, WindowedChannel
from tests.world import COMPANY, GROUP, World, make_people

DAYS = 30
HOMEOWNERS = {"sqlite": int(os.environ.get("HOMEOWNERS", "36")), "postgres": int(os.environ.get("HOMEOWNERS", "12"))}
TICK = timedelta(minutes=30)
NEXT = {
    State.NEW: ("sam", "claim"),
    State.TRIAGED: ("sam", "offer"),
    State.OFFERED: ("zhang", "accept"),
    State.ACCEPTED: ("sam", "schedule"),
    State.SCHEDULED: ("zhang", "depart"),
    State.EN_ROUTE: ("zhang", "arrive"),
    State.IN_PROGRESS: ("zhang", "finish"),
}
SPOKEN = ("在吗", "查进度", "谢谢", "师傅什么时候来", "人工")
BUY = "新品上市"


@dataclass
class Told(NoticingChannel):
    """A channel with windows where one homeowner in three has agreed to notices, of requests alone."""

    newest: dict[str, Message] = field(default_factory=dict)

    def noticeable(self, message: Message) -> bool:
        return message.card.startswith("request:") and int(message.to.chat[1:]) % 3 == 0

    async def send(self, message: Message) -> str:
        external = await super().send(message)
        if message.buttons:
            self.newest[message.to.chat] = message
        return external


@dataclass
class Month:
    """``seen`` are the homeowners by number, with their private places. ``tasks`` are the messages that staff
    were told of: since when they were owed then, and when that was."""

    world: World
    wx: Told
    kf: WindowedChannel
    dice: Random
    seen: dict[int, list[Place]] = field(default_factory=dict)
    late: list[tuple[object, ...]] = field(default_factory=list)
    tasks: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    retried: int = 0
    acts: int = 0

    @property
    def now(self) -> datetime:
        return self.world.watch.now

    async def settle(self) -> None:
        """Whatever is due now rings and goes."""
        while await self.world.timers.once() or await self.world.dispatcher.once():
            pass

    async def until(self, moment: datetime) -> None:
        """Time goes by, from one thing that is due to the next."""
        while self.now < moment:
            due = [one for one in await self._due() if one > self.now]
            self.world.watch.now = min([moment, self.now + TICK, *due])
            await self.settle()
            await self.look()

    async def _due(self) -> list[datetime]:
        async def look(connection: Connection) -> list[datetime]:
            found = [await Lanes(connection).wake_at(one, self.now, ()) for one in ("wx", "kf", "fake")]
            return [one for one in found if one]

        return await self.world.database.read(look)

    async def look(self) -> None:
        """Nothing is owed for longer than it may be, at any moment; and what staff were told of is noted."""
        promises = self.world.company.promises
        self.late += [tuple(row) for row in await self.world.database.read(lambda c: overdue(c, promises, self.now))]
        for id, when in (await self.world.database.read(dead)).items():
            self.tasks.setdefault(id, when)

    # ---- what people do

    async def homeowner_acts(self, number: int) -> None:
        """They write, from wherever they are; or follow a link, without a word."""
        place = self.dice.choice(self.seen[number])
        touch = self.dice.random() < 0.2 and place.channel == "wx"
        self._noticed(place, "touch" if touch else "message")
        text = "" if touch else self.dice.choice(SPOKEN)
        await self.world.pipeline.receive(
            self.world.raw(place.chat, text or "菜单", channel=place.channel, touch=touch)
        )
        await self.settle()

    def _noticed(self, place: Place, act: str) -> None:
        self.acts += 1
        channel = {"wx": self.wx, "kf": self.kf}.get(place.channel)
        if channel:
            channel.act(place.chat, act)

    async def files(self, number: int) -> None:
        """A homeowner reports something on their first channel, pressing the first of everything."""
        chat = f"w{number}"
        await self._writes(chat, DRIP)
        for _ in range(8):
            rows = self.wx.newest[chat].buttons
            confirm = [token for row in rows for label, token, _ in row if label == phrase(self.world, "form-confirm")]
            await self._writes(chat, press=(confirm or [token for row in rows for _, token, _ in row])[0])
            if confirm:
                return
        raise AssertionError(f"{chat} could not file: {self.wx.newest[chat]}")

    async def _writes(self, chat: str, text: str = "", **more: Any) -> None:
        self._noticed(Place("wx", chat), "message")
        await self.world.pipeline.receive(self.world.raw(chat, text, channel="wx", **more))
        await self.settle()

    async def work(self) -> None:
        """The firm takes a request some steps further, or answers its homeowner."""
        id = await self.world.store(self._any)
        for _ in range(self.dice.randint(1, 3) if id else 0):
            if self.dice.random() < 0.3:
                said = f"/r {id} 您好，明天见"
                await self.world.pipeline.receive(self.world.raw("sam", said, chat=GROUP))
            elif (request := await self.world.request(id)).state in NEXT:
                await self._step(request)
            await self.settle()

    async def _any(self, store: Store) -> str:
        states = [state.value for state in NEXT]
        rows = await store.connection.all(
            "SELECT id FROM requests WHERE state IN (SELECT value FROM json_each(:states)) ORDER BY id", states=states
        )
        return str(self.dice.choice(rows)["id"]) if rows else ""

    async def _step(self, request: Request) -> None:
        who, action = NEXT[request.state]
        button = Button(Text("words", {"words": "做"}), f"request.{action}", request.id, needs(self.world, request))
        place, cause = Place("fake", who), f"tool:{self.world.count}"

        async def mint(store: Store) -> str:
            line = Line(Text("words", {"words": "工具"}))
            await store.outbox.add(cause, [Outbound(place, (line,), ((button,),))], self.now)
            row = await store.connection.one("SELECT token FROM outbox WHERE id = :id", id=f"{cause}:0")
            return f"{row['token']}.0"

        press = await self.world.store(mint)
        await self.world.pipeline.receive(self.world.raw(who, press=press))

    async def advertises(self) -> None:
        """Everybody reads of something new, where that may be said."""
        told = [
            Outbound(place, (Line(Text("words", {"words": BUY})),), priority=Priority.CAMPAIGN)
            for places in self.seen.values()
            for place in places
        ]
        cause = f"ad:{self.world.count}"
        self.world.count += 1
        await self.world.store(lambda store: store.outbox.add(cause, told, self.now))
        await self.settle()

    async def retries(self) -> None:
        """Staff let what they could not tell by phone wait once more."""
        letters = await self.world.store(lambda store: store.letters.all(1))
        if letters:
            await self.world.store(lambda store: store.letters.retry(letters[0].row.id, self.now))
            self.retried += 1
            await self.settle()


def made(database: Database) -> Month:
    """The firm on its channels: homeowners on two with windows and one without, staff on the last."""
    watch, company = Watch(), load_company(COMPANY)
    catalogue = Catalogue.load(extra=words(company), zone=company.timezone, on_fault=raise_fault)
    wx, kf, fake = Told(watch, "wx"), WindowedChannel(watch, "kf"), FakeChannel(watch, "fake")
    pushed: dict[str, FakeChannel] = {"wx": wx, "kf": kf, "fake": fake}
    channels: dict[str, Channel] = {**pushed, "webchat": WebChat()}
    inside = make_world(company, make_catalogue(company), "http://127.0.0.1:8080")
    pipeline = Pipeline(database, channels, ROUTES, inside, watch)
    timers = Clock(database, pipeline.receive, watch)
    channels["clock"] = timers
    dispatcher = Dispatcher(database, pushed, catalogue, watch, alarm=dead_letter_alarm, chance=lambda: 0.5)
    world = World(database, company, catalogue, watch, pushed, pipeline, dispatcher, timers)
    return Month(world, wx, kf, Random(20261123))


async def furnish(month: Month, count: int) -> None:
    """Staff with their group, and homeowners: some with a second account."""
    world, agreed = month.world, month.world.company.consent.version
    for person, home in make_people(world.company):
        if person.id not in ("hana", "otto"):
            await world.add(person, home)
    for n in range(count):
        places = [Place("wx", f"w{n}"), *{3: [Place("kf", f"k{n}")], 5: [Place("fake", f"t{n}")]}.get(n % 7, [])]
        person = Person(f"h{n}", name=f"客户{n}", phone=f"+86138{n:08}", locale="zh-CN", consent=agreed)
        home = Home(f"home{n}", person.id, world.company.districts[0].code, f"世纪大道{n}号", "1202室")

        async def add(store: Store, person: Person = person, home: Home = home, places: list[Place] = places) -> None:
            await store.people.add(person, places[0], month.now)
            for place in places:
                await store.people.attach(place.channel, place.chat, person.id, place.chat, month.now)
            await store.homes.add(home, month.now)

        await world.store(add)
        month.seen[n] = places

    async def bind(store: Store) -> None:
        await store.groups.bind(Place("fake", GROUP), "staff", "zh-CN", "ada", month.now)
        await store.outbox.speak(Place("fake", GROUP), "zh-CN")

    await world.store(bind)


def plan(month: Month, count: int) -> Iterator[tuple[float, Any]]:
    """What happens in the month, by the second."""
    dice, month_s = month.dice, DAYS * 86_400
    for n in range(count):
        yield dice.uniform(0, month_s * 0.7), lambda n=n: month.files(n)
        for _ in range(6):
            yield dice.uniform(0, month_s), lambda n=n: month.homeowner_acts(n)
    for _ in range(count * 10):
        yield dice.uniform(0, month_s), month.work
    for _ in range(8):
        yield dice.uniform(0, month_s), month.advertises
    for _ in range(count // 4):
        yield dice.uniform(0, month_s), month.retries


@pytest.mark.unwatched  # the same lines over and over: watched, they take far longer
async def test_a_month_in_which_nothing_owed_goes_silent(database: Database, engine: str):
    """The platform rejects nothing, everything owed is told in time or staff have a task about it, and advertising
    uses no window."""
    month, count = made(database), HOMEOWNERS[engine]
    await furnish(month, count)
    start = month.now
    for at_s, what in sorted(plan(month, count), key=lambda one: one[0]):
        await month.until(start + timedelta(seconds=at_s))
        await what()
        await month.look()
    await month.until(start + timedelta(days=DAYS))

    rows = await database.read(
        lambda c: c.all("SELECT * FROM outbox WHERE channel IN ('wx', 'kf') OR id LIKE '%:way:%' ORDER BY seq")
    )
    ends = Counter((row["state"], row["error_code"]) for row in rows)
    print(month.acts, month.retried, len(month.wx.told), len(month.wx.arrived), len(month.kf.arrived), ends)
    assert (month.wx.rejected, month.kf.rejected, month.late) == ([], [], [])
    arrived = {call.message.id for channel in month.world.channels.values() for call in channel.arrived}
    reached = arrived | {message.id for message in month.wx.told}
    assert untold(rows, month.world.company.promises, month.tasks, reached, month.now) == []
    assert unknown_to_staff(rows, month.world.channels["fake"].arrived) == []
    said = [call.text for channel in (month.wx, month.kf) for call in channel.arrived]
    assert not any(BUY in text for text in [*said, *(str(message.lines) for message in month.wx.told)])
    assert {state for state, code in ends if code == "no-window"} == {"discarded"}
    assert month.wx.told
    assert all(ends[one] for one in (("sent", ""), ("merged", "detour"), ("dead", "window")))
    assert sum(many for (state, code), many in ends.items() if state == "merged" and code not in ("detour", "stale"))


async def test_staff_see_on_the_card_what_may_still_be_sent(database: Database):
    """After what their own step tells the homeowner; when no window is open they are asked to call; a homeowner on a
    channel without windows has no such line."""
    month = made(database)
    await furnish(month, 1)
    await month.files(0)
    await month._step(await month.world.request())
    await month.settle()
    claimed, still = card(month), month.wx.acts["w0", "message"].count
    await month.until(month.now + timedelta(hours=49))
    await month._step(await month.world.request())
    await month.settle()
    shut = card(month)
    await month.world.store(lambda store: store.people.attach("fake", "t0", "h0", "t0", month.now))
    await month.world.pipeline.receive(month.world.raw("t0", "在吗"))
    await month._step(await month.world.request())
    await month.settle()

    left = [line for line in claimed if "还能给业主发" in line]
    assert len(left) == 1
    assert f"发 {still} 条" in left[0]
    assert "前有效" in left[0]
    assert phrase(month.world, "window-card-shut") in shut
    assert not [line for line in card(month) if "业主发" in line or "业主太久" in line]


def card(month: Month) -> list[str]:
    """The lines of the request's card as staff see it now."""
    calls = month.world.channels["fake"].arrived
    message = [call.message for call in calls if call.chat == GROUP and call.message.card == "request:R-1001"][-1]
    return [text for _, text in message.lines]
