"""The same kills with Telegram around: a strict fake over real HTTP delivers updates, and everybody talks there."""

from __future__ import annotations

import asyncio
import re
import signal
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from bot.app import make_catalogue
from bot.config import load_company
from domain.chat import Place, Text
from storage.database import Connection
from storage.opening import open_database
from storage.store import Store
from tests.fakes import START
from tests.faults.journal import Journal
from tests.faults.kills import (
    ACKS,
    LIFE_S,
    LONGER,
    LONGER_MAX_S,
    PATIENCE_S,
    ROOT,
    STARTING,
    Figures,
    Nursery,
    prepare,
    settings_of,
)
from tests.faults.oracle import Found, kept, no_double, standstill, states
from tests.faults.people import ANSWERS, CODE, EAGER, EVERYBODY, GUEST, HOMEOWNERS, INSTALLERS, NEVER, PROBLEMS, STAFF
from tests.faults.platform import Line, Platform
from tests.faults.watch import SharedWatch
from tests.telegram.chats import Post
from tests.telegram.fake import FakeTelegram
from tests.telegram.groups import Group
from tests.telegram.media import photo
from tests.telegram.people import Person
from tests.telegram.queue import Delivery

NAME = "telegram"
TICK_S = 0.01
FAST = 20
QUIET_S, LEAP_S, DRAIN_MAX_S = 0.25, 30, 180.0
OPENING_MAX_S, FILED = 20.0, 3
NUMBER = re.compile(r"单号 (R-\d+)")
"""So many times faster goes the clock than time: the platform takes one message a second in a chat."""

JUMPS_S = (1, 61, 61, 130, 600)
COLOURS = ("teal", "red", "navy", "gold", "plum", "pink", "lime", "snow")


@dataclass
class Crowd:
    """Everybody on Telegram; what they do next is chance, as what they were shown leads them."""

    fake: FakeTelegram
    group: Group
    people: Mapping[str, Person]
    dice: Random
    eager: frozenset[str]
    never: frozenset[str]
    read: dict[int, int] = field(default_factory=dict)
    count: int = 0

    async def act(self) -> None:
        """Somebody who has just read something does something."""
        who = self.dice.choice(EVERYBODY)
        person, where = self.people[who], self.group if who in (*STAFF, GUEST) else None
        chat = where.chat if where else person.chat
        fresh = len(chat.bot_posts()) + sum(post.edits for post in chat.bot_posts())
        if fresh == self.read.get(chat.id) and self.dice.random() > 0.1:
            return
        self.read[chat.id] = fresh
        chance = self.dice.random()
        if chance < 0.12 and who in HOMEOWNERS:
            self.count += 1
            await person.says(f"{self.dice.choice(PROBLEMS)} #m{self.count}#")
        elif chance < 0.20 and who in HOMEOWNERS:
            self.count += 1
            shades = [
                photo(self.dice.choice(COLOURS), 64 + self.count % 900, 48) for _ in range(self.dice.choice((1, 2, 3)))
            ]
            await (person.sends_album(shades) if len(shades) > 1 else person.sends_photo(shades[0]))
        elif chance < 0.32 and who in INSTALLERS and (code := self.code()):
            await person.says(code)
        elif not await self.press(person, where, chat.bot_posts()) or chance > 0.97:
            await person.says("查进度" if chance < 0.97 else self.dice.choice(ANSWERS), where)

    async def press(self, person: Person, where: Group | None, posts: list[Post]) -> bool:
        shown = [post for post in posts if post.rows]
        labels = {(post, label) for post in shown[-30:] for row in post.buttons for label in row if label in self.eager}
        if labels and self.dice.random() < 0.3:
            post, label = self.dice.choice(sorted(labels, key=lambda one: (one[0].id, one[1])))
        elif shown:
            post = shown[-1] if self.dice.random() < 0.7 else self.dice.choice(shown[-4:])
            there = [label for row in post.buttons for label in row if label not in self.never]
            label = self.dice.choice([*there, *there[:2]]) if there else ""
        else:
            return False
        if label:
            await person.presses(label, where, post)
        return bool(label)

    def code(self) -> str:
        """An arrival code that some homeowner was told."""
        told = [
            found for who in HOMEOWNERS for post in self.people[who].heard[-12:] for found in CODE.findall(post.text)
        ]
        return self.dice.choice(told) if told else ""


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
            acting.cancel()
            await asyncio.gather(acting, return_exceptions=True)

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


# ---- what must be true in the end


def judge(run: Run, found: Found, files: Path) -> list[str]:
    """Everything that is wrong."""
    checks: dict[str, list[str]] = {
        "I1": list(no_loss(run.fake, found)),
        "I2": list(no_double(found)),
        "I3": [*outbox(run.fake, found), *copies(run, found), *order(found)],
        "I5": list(states(found)),
        "I8": list(kept(found, files)),
        "I9": found.damage,
        "I10": list(standstill(found, NAME)),
        "platform": [entry.line() for entry in run.fake.violations],
    }
    return [f"{name}: {sentence}" for name, wrong in checks.items() for sentence in wrong]


def no_loss(fake: FakeTelegram, found: Found) -> Iterator[str]:
    """What the platform may forget is in the inbox, and done."""
    inbox, bot = {row["id"]: row for row in found.tables["inbox"]}, fake.token.partition(":")[0]
    for entry in fake.journal.of("confirmed"):
        if f"{NAME}:{bot}:{entry.update_id}" not in inbox:
            yield f"{entry.update_id} was confirmed by {entry.by} and is not there"
    yield from (f"{id} is {row['state']}: {row['error_code']}" for id, row in inbox.items() if row["state"] != "done")


def message_id(external: str) -> int:
    """The platform's number of a message, as we keep it."""
    return int(external.lstrip("k"))


def units(fake: FakeTelegram) -> dict[int, dict[int, set[int]]]:
    """For each chat what was accepted, an album as one: the entry's number → ids of messages."""
    albums: dict[tuple[int, str], int] = {}
    found: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for entry in fake.journal.of("sent"):
        first = albums.setdefault((entry.chat, entry.album), entry.n) if entry.album else entry.n
        found[entry.chat][first].add(entry.message_id)
    return found


def outbox(fake: FakeTelegram, found: Found) -> Iterator[str]:
    """What counts as sent is there."""
    there = {(entry.chat, entry.message_id) for entry in fake.journal.of("sent")}
    for row in found.rows("outbox", channel=NAME, state="sent"):
        if row["external"] and (int(row["chat"]), message_id(row["external"])) not in there:
            yield f"{row['id']} counts as sent and is not there"
    causes = {row["id"].rpartition(":")[0] for row in found.tables["outbox"]}
    for row in found.rows("outbox", channel=NAME, state="dead"):
        if not any(cause.startswith(f"{row['id']}:dead:") for cause in causes) and not row["chat"].startswith("-"):
            yield f"{row['id']} is dead ({row['error_code']}) and nobody was told"


def copies(run: Run, found: Found) -> Iterator[str]:
    """A message that no row knows of is a copy whose process died before it could say so: one in a life, a chat."""
    known = {
        (int(row["chat"]), message_id(row["external"])) for row in found.rows("outbox", channel=NAME) if row["external"]
    }
    blamed: Counter[tuple[int, int]] = Counter()
    for chat, sent in units(run.fake).items():
        for n, ids in sent.items():
            if not any((chat, id) in known for id in ids):
                blamed[chat, sum(start < n for start in run.lives)] += 1
    yield from (f"{chat} got {count} copies in life {life}" for (chat, life), count in blamed.items() if count > 1)
    yield from (f"{chat} got a copy without a kill" for (chat, life) in blamed if life == len(run.lives))


def order(found: Found) -> Iterator[str]:
    """Messages stand in their chat in the order in which they were owed."""
    lanes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(found.rows("outbox", channel=NAME, state="sent"), key=lambda one: one["seq"]):
        lanes[row["chat"]].append(row)
    for chat, rows in lanes.items():
        last, seen = 0, set()
        for row in rows:
            if row["external"] in seen or not row["external"]:
                continue
            seen.add(row["external"])
            if message_id(row["external"]) < last:
                yield f"{chat}: {row['id']} stands before its elders"
            last = message_id(row["external"])
