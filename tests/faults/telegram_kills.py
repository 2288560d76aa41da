"""The same kills with Telegram around: a strict fake over real HTTP delivers updates, and everybody talks there."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from bot.app import make_catalogue
from bot.config import load_company
from domain.chat import Place, Text
from storage.database import Connection
from storage.opening import open_database
from storage.store import Store
from tests.fakes import START
from tests.faults.installation import ROOT, prepare, settings_of
from tests.faults.journal import Journal
from tests.faults.kills import (
    ACKS,
    FILED,
    LIFE_S,
    LONGER,
    LONGER_MAX_S,
    OPENING_MAX_S,
    STARTING,
    Figures,
    Nursery,
    ended,
)
from tests.faults.people import EAGER, EVERYBODY, GUEST, HOMEOWNERS, NEVER, NUMBER, STAFF
from tests.faults.platform import Line, Platform
from tests.faults.telegram_crowd import Crowd
from tests.faults.telegram_oracle import NAME
from tests.faults.watch import SharedWatch
from tests.telegram.fake import FakeTelegram
from tests.telegram.groups import Group
from tests.telegram.people import Person
from tests.telegram.queue import Delivery

TICK_S = 0.02
FAST = 20
QUIET_S, LEAP_S, DRAIN_MAX_S = 0.25, 30, 180.0
"""So many times faster goes the clock than time: the platform takes one message a second in a chat."""

JUMPS_S = (1, 61, 61, 130, 600)


class Run:
    """Kills of one process with Telegram before it."""

    def __init__(self, crowd: Crowd, control: Platform, nursery: Nursery, figures: Figures) -> None:
        self.crowd = crowd
        self.fake = crowd.fake
        self.control = control
        self.nursery = nursery
        self.figures = figures
        self.lives: list[int] = []

    async def kill(self, count: int) -> None:
        """So many kills, then one life until everything is at its end."""
        began = time.monotonic()
        for number in range(count):
            await self._life(opening=number == 0)
            self.control.watch.jump(self.crowd.dice.choice(JUMPS_S))
        await self._drain()
        self.figures.kills = count
        self.figures.updates = len(self.fake.journal.of("update"))
        self.figures.deliveries = len(self.fake.journal.of("delivered"))
        self.figures.sends = len(self.fake.journal.of("sent"))
        self.figures.took_s = time.monotonic() - began

    async def _life(self, opening: bool) -> None:
        dice = self.crowd.dice
        moment_s, early = dice.uniform(*LIFE_S), dice.random() < STARTING and not opening
        pid, began = await self.nursery.fork(), time.monotonic()
        self.lives.append(len(self.fake.journal.entries))
        acting = None
        if not early:
            await self._ready(pid, began)
            acting = asyncio.create_task(self._act())
            if opening:
                await self._filed()
            elif dice.random() < LONGER:
                await self._taken(ACKS)
        await asyncio.sleep(moment_s)
        await self.nursery.end(signal.SIGKILL)
        if acting:
            await ended(acting)

    async def _filed(self) -> None:
        """Until there are some requests to speak of, or patience ends: a kill among them says more."""
        until = time.monotonic() + OPENING_MAX_S
        while len(self._filings()) < FILED and time.monotonic() < until:
            await asyncio.sleep(0.1)

    def _filings(self) -> set[str]:
        told = [post.text for who in HOMEOWNERS for post in self.crowd.people[who].heard]
        return {found for text in told for found in NUMBER.findall(text)}

    async def _taken(self, more: int) -> None:
        wanted, until = len(self.fake.journal.of("confirmed")) + more, time.monotonic() + LONGER_MAX_S
        while len(self.fake.journal.of("confirmed")) < wanted and time.monotonic() < until:
            await asyncio.sleep(0.01)

    async def _ready(self, pid: int, began: float) -> Line:
        line = await self.control.ready(pid)
        self.figures.recoveries_s.append(time.monotonic() - began)
        return line

    async def _act(self) -> None:
        while True:
            await self.crowd.act()
            await asyncio.sleep(TICK_S)
            self.control.watch.jump(TICK_S * FAST)

    async def _drain(self) -> None:
        began = time.monotonic()
        pid = await self.nursery.fork()
        self.lives.append(len(self.fake.journal.entries))
        line = await self._ready(pid, began)
        async with asyncio.timeout(DRAIN_MAX_S):
            while self.fake.queue.pending or await self._waits(line):
                said = len(self.fake.journal.entries)
                await asyncio.sleep(QUIET_S)
                # a leap while a message is under way would end its lease: time flies only where nothing happens
                self.control.watch.jump(LEAP_S if len(self.fake.journal.entries) == said else QUIET_S * FAST)
        await self.nursery.end(signal.SIGTERM)
        self.figures.drained_s = time.monotonic() - began

    async def _waits(self, line: Line) -> int:
        line.tell(idle=1)
        return await line.idle.get()


@asynccontextmanager
async def opened(url: str, folder: Path, seed: int, webhook: bool, forum: bool) -> AsyncIterator[Run]:
    """A run that is ready to begin."""
    dice, watch = Random(seed), SharedWatch(folder / "watch")
    delivery = Delivery(pause_s=0.02, ordered=not webhook or dice.random() < 0.5, repeats=0.1, seed=seed)
    journal, catalogue = Journal(folder / "journal"), make_catalogue(load_company(ROOT / "company.toml"))
    labels = [frozenset(catalogue.render("zh-CN", Text(id), START) for id in ids) for ids in (EAGER, NEVER)]
    async with FakeTelegram(watch, delivery=delivery, journal=folder / "telegram", seed=seed, strict=False) as fake:
        people = {who: fake.user(who) for who in dict.fromkeys(EVERYBODY)}
        group = fake.group("客服群", people["max"], forum=forum)
        await prepare(url)
        await move_to_telegram(url, people, group)
        for who in (*STAFF, GUEST):
            await group.add(people[who])
        await group.add_bot()
        for person in people.values():
            person.chat.started = True
        told = {"telegram_token": fake.token, "telegram_api_base": fake.base_url, "telegram_webhook": webhook}
        settings = settings_of(folder, url, **told)
        control = Platform(journal, watch, dice)
        await control.open(folder / "line")
        nursery = await Nursery.open(settings, folder, folder / "line")
        try:
            figures = Figures(seed, f"{url.partition(':')[0]}, {'webhook' if webhook else 'polling'}")
            yield Run(Crowd(fake, group, people, dice, *labels), control, nursery, figures)
        finally:
            await nursery.close()
            await control.close()
            journal.close()
    watch.close()


async def move_to_telegram(url: str, people: Mapping[str, Person], group: Group) -> None:
    """Whom the product knows is known from Telegram, and the group of staff is there."""

    async def work(connection: Connection) -> None:
        store, place = Store(connection), Place(NAME, str(group.id))
        await connection.run("DELETE FROM groups")
        await store.groups.bind(place, "staff", "zh-CN", "max", START)
        await store.outbox.speak(place, "zh-CN")
        for who, person in people.items():
            if who != GUEST:
                id = str(person.id)
                await store.people.attach(NAME, id, who, id, START)
                await connection.run(
                    "UPDATE people SET channel = :name, chat = :id WHERE id = :who", name=NAME, id=id, who=who
                )
                await store.outbox.speak(Place(NAME, id), "zh-CN")

    database = await open_database(url, connections=1)
    try:
        await database.transact(work)
    finally:
        await database.close()
