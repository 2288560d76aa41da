"""A warm process whose disk fails on command: ``python -m tests.faults.disk_lab folder``, with the shim preloaded.

Each line of its input is a ``Case`` as JSON. A fork works through the flow on a copy of the database as the flows
before it left it, while one write or sync fails; another one takes over and looks. The answer is a ``Report``.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import shutil
import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app import dead_letter_alarm, make_catalogue, make_world
from bot.channels.clock import Clock
from bot.channels.webchat import WebChat
from bot.config import load_company
from bot.dispatcher import Dispatcher
from bot.pipeline import Pipeline
from domain.chat import Raw
from handlers import ROUTES
from storage.database import Database
from storage.files import FileStore
from storage.opening import open_database
from tests.fakes import START, FakeChannel, Watch
from tests.faults import flows
from tests.world import COMPANY, World

COMPANY_NOW = load_company(COMPANY)
CATALOGUE = make_catalogue(COMPANY_NOW)
WORLD = make_world(COMPANY_NOW, CATALOGUE, "http://127.0.0.1:8080")
NAMES = list(flows.FLOWS)
MIGRATE = "migrate"
LEASE_S = 61


@dataclass(frozen=True)
class Case:
    """The ``at``-th call of a ``kind`` fails (0: none). With ``ends`` the process is gone right after the update that
    met the failure; else it goes on. With ``keep`` the database is what the next flow begins with."""

    flow: str
    kind: str = "w"
    at: int = 0
    ends: bool = False
    keep: bool = False


@dataclass
class Report:
    """What a case came to: ids of updates, the calls that were counted, and what the second process found.

    ``pending`` is the update that met the failure, and ``done`` how many came before it.
    """

    seen: int = 0
    retried: int = 0
    done: int = 0
    pending: dict[str, Any] = field(default_factory=dict)
    acked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    inbox: dict[str, str] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)
    damage: list[str] = field(default_factory=list)
    owed: int = 0
    error: str = ""


class Shim:
    """The library that was loaded before all others."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL(None)
        self.library.faults_seen.restype = self.library.faults_retried.restype = ctypes.c_long

    def arm(self, folder: Path, kind: str, at: int) -> None:
        self.library.faults_arm(str(folder).encode(), ctypes.c_char(kind.encode()), ctypes.c_long(at))

    @property
    def seen(self) -> int:
        return int(self.library.faults_seen())

    @property
    def retried(self) -> int:
        return int(self.library.faults_retried())


class Life:
    """One process over the folder of a case."""

    def __init__(self, folder: Path, case: Case, shim: Shim, report: Report) -> None:
        self.folder = folder
        self.case = case
        self.shim = shim
        self.report = report
        self.data = folder / "data"  # what fails lies in here
        self.files = FileStore(self.data / "files")
        self.armed = False

    async def first(self) -> None:
        """The flow with a failing disk; updates that were not acknowledged come again."""
        if self.case.flow == MIGRATE:
            await self.migrate()
            return
        world = await self.open()
        if self.case.flow == NAMES[0]:
            await flows.furnish(world)
        self.shim.arm(self.data, self.case.kind, self.case.at)
        self.armed = True
        if not await self.flow(world):
            return
        if self.case.keep:
            await self.look(world)
            await world.database.close()

    async def migrate(self) -> None:
        """Make the database."""
        self.shim.arm(self.data, self.case.kind, self.case.at)
        self.armed = True
        try:
            await self.open()
        except Exception as fault:
            self.report.refused.append(type(fault).__name__)
        self.count()

    async def second(self) -> None:
        """Take over after the other one was gone without a word: go on with the flow, then look."""
        world = await self.open()
        if self.case.flow == MIGRATE:
            await flows.furnish(world)
        world.watch.now += timedelta(seconds=LEASE_S)
        await self.settle(world)
        if self.report.pending:
            await self.deliver(world, Raw(**self.report.pending, place=None), "")
            await self.flow(world, self.report.done)
        await self.look(world)
        await world.database.close()

    async def flow(self, world: World, done: int = 0) -> bool:
        """The updates behind the first ``done``; False if the process is to end in the middle."""
        count = 0
        async for step in flows.FLOWS[self.case.flow](world):
            count += 1
            if count <= done:
                continue
            world.watch.move(step.wait_s)
            raw = await flows.update(world, NAMES.index(self.case.flow) * 100 + count, step)
            if not await self.deliver(world, raw, step.photo):
                self.report.done = count
                return False
        self.keep_time(world)
        return True

    async def deliver(self, world: World, raw: Raw, photo: str) -> bool:
        """Until it is acknowledged, handled, and everything sent that is owed; False to end at once."""
        for _ in range(3):
            try:
                sent = await flows.with_photo(world, self.files, raw, photo) if photo else raw
                await world.pipeline.receive(sent)
            except Exception:
                self.report.refused.append(raw.id)
            else:
                self.report.acked.append(raw.id)
                break
            if self.ending(world, raw, photo):
                return False
        if self.ending(world, raw, photo):
            return False
        await self.settle(world)
        return True

    def ending(self, world: World, raw: Raw, photo: str) -> bool:
        """Whether this process was to meet the failure and has; then the next one begins with this update."""
        self.count()
        if not self.case.ends or self.report.pending or not 0 < self.case.at <= self.report.seen or photo:
            return False
        self.report.pending = {"id": raw.id, "channel": raw.channel, "body": dict(raw.body)}
        self.keep_time(world)
        return True

    async def settle(self, world: World) -> None:
        """Replays and sends, until nothing is owed or patience ends."""
        for _ in range(12):
            world.watch.move(1)
            try:
                await world.pipeline.replay()
                while await world.dispatcher.once():
                    pass
                row = await world.database.read(lambda connection: connection.one(WAITS))
                self.report.owed = row["waits"]
            except Exception as fault:
                self.report.refused.append(type(fault).__name__)
            else:
                if not self.report.owed:
                    break
            world.watch.move(11)
        self.count()

    def count(self) -> None:
        if self.armed:
            self.report.seen, self.report.retried = self.shim.seen, self.shim.retried

    async def look(self, world: World) -> None:
        """What is there now."""
        self.report.summary = await flows.summary(world)
        rows = await world.database.read(lambda one: one.all("SELECT id, state FROM inbox"))
        self.report.inbox = {row["id"]: row["state"] for row in rows}
        for pragma in ("integrity_check", "foreign_key_check"):
            found = await world.database.read(lambda one, sql=f"PRAGMA {pragma}": one.all(sql))
            self.report.damage += [str(tuple(row)) for row in found if tuple(row) != ("ok",)]

    def keep_time(self, world: World) -> None:
        (self.folder / "clock").write_text(world.watch().isoformat())

    async def open(self) -> World:
        """The product around the database, all that is slow to make having been made before the fork."""
        watch, clock = Watch(), self.folder / "clock"
        if clock.exists():
            watch.now = watch.now.fromisoformat(clock.read_text())
        return made(await open_database(f"sqlite:///{self.data}/jiangdao.db", migrated_at=START), watch)


WAITS = (
    "SELECT (SELECT count(*) FROM inbox WHERE state NOT IN ('done', 'quarantined'))"
    " + (SELECT count(*) FROM outbox WHERE state = 'due' AND channel = 'fake') AS waits"
)


def made(database: Database, watch: Watch) -> World:
    fakes = {"fake": FakeChannel(watch)}
    channels: dict[str, Any] = {**fakes, "webchat": WebChat()}
    pipeline = Pipeline(database, channels, ROUTES, WORLD, watch)
    timers = Clock(database, pipeline.receive, watch)
    channels["clock"] = timers
    dispatcher = Dispatcher(database, fakes, CATALOGUE, watch, alarm=dead_letter_alarm)
    return World(database, COMPANY_NOW, CATALOGUE, watch, fakes, pipeline, dispatcher, timers)


def forked(work: Callable[[], Awaitable[None]], report: Report) -> Report:
    """Run ``work`` in a process that ends without closing anything; its report."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        for number in (1, 2):  # what is logged is not looked at here
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
        try:
            asyncio.run(work())
        except BaseException:
            report.error = traceback.format_exc()
        with os.fdopen(writer, "w") as pipe:
            json.dump(asdict(report), pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = json.loads(pipe.read())
    os.waitpid(pid, 0)
    return Report(**said)


def answer(folder: Path, shim: Shim, case: Case) -> Report:
    """One case in a folder of its own."""
    place = folder / "now"
    shutil.rmtree(place, ignore_errors=True)
    if case.flow in (NAMES[0], MIGRATE):
        place.mkdir()
    else:
        shutil.copytree(folder / case.flow, place)
    life = Life(place, case, shim, Report())
    told = forked(life.first, life.report)
    if case.keep:
        following = [*NAMES, "end"][NAMES.index(case.flow) + 1]
        shutil.copytree(place, folder / following)
        return told
    if told.error:
        return told
    return forked(Life(place, case, shim, told).second, told)


def main(folder: Path) -> None:
    shim = Shim()
    for line in sys.stdin:
        print(json.dumps(asdict(answer(folder, shim, Case(**json.loads(line))))), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
