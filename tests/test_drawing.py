"""What a handler wants drawn: outside of the transaction, once, and nothing is lost where it does not work."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.disk import ORPHAN_S, Orphans
from bot.drawing import ARGS_BYTES_MAX, DRAWINGS_MAX, OFTEN, OFTEN_S, Drawings
from bot.drawing_process import NotDrawn
from domain.chat import Attachment, Line, Outbound, Place, Text
from domain.drawing import Drawing
from domain.people import Role, Viewer
from handlers import ROUTES
from handlers.turn import Route, Turn, Where
from storage.database import Database
from storage.files import FileStore, account_owner
from storage.opening import open_database
from storage.store import Store
from tests.conversations.steps import phrase, to
from tests.databases import CONNECTIONS
from tests.fakes import AnsweringChannel
from tests.sketches import IMPATIENT
from tests.world import Heard, World, build, last, peopled

POSTER = Drawing("poster", "zh-CN", {"name": "王阿姨", "code": "8K2M4PQ7", "file": "海报"})
CODE = Drawing("code", "zh-CN", {"link": "https://example.com/8K2M4PQ7"})
ASKED = "查进度"
"""What a homeowner types to reach the handler of a test."""


def wanting(*drawings: Drawing) -> Any:
    """A handler that agrees to something and then sends these pictures."""

    async def handler(turn: Turn, store: Store) -> list[Outbound]:
        await store.people.agree(turn.person.id, "asked", turn.now)
        files = tuple(turn.picture(one) for one in drawings)
        return [turn.say(Text("words", {"words": "给您"}), files=files)]

    return handler


def answered_by(world: World, handler: Any) -> None:
    world.pipeline.routes = (Route("request.mine", handler), *ROUTES)


def files(heard: list[Heard]) -> list[Attachment]:
    return [file for one in heard for file in one.message.files]


async def sees(world: World, file_hash: str, viewer: str, account: str = "") -> bool:
    """Whether this person, or this account, may have a file."""
    seen = await world.store(lambda store: store.files.get(file_hash, Viewer(viewer, Role.HOMEOWNER), account))
    return seen is not None


async def rows(world: World, table: str) -> int:
    found = await world.store(lambda store: store.connection.one(f"SELECT count(*) AS n FROM {table}"))
    return int(found["n"])


def test_a_drawing_is_known_by_what_stands_in_it():
    """The order of its arguments does not matter, each of their values does."""
    turned = Drawing("poster", "zh-CN", {"file": "海报", "code": "8K2M4PQ7", "name": "王阿姨"})

    assert turned.key == POSTER.key
    assert len({POSTER.key, CODE.key, Drawing("poster", "en", POSTER.args).key}) == 3
    assert Drawing("poster", "zh-CN", {**POSTER.args, "name": "\ud83d"}).key


async def test_it_is_drawn_once_and_sent(world: World):
    """The handler gets the picture in a second go, with a name; the first one has left nothing behind."""
    answered_by(world, wanting(POSTER))

    heard = await world.says("hana", ASKED)

    (file,) = files(heard)
    assert world.sketches.of(file)["args"] == POSTER.args
    assert (file.name, [one.kind for one in world.sketches.drawn]) == ("海报.png", ["poster"])
    assert to(heard, "hana") == "给您"
    assert await rows(world, "inbox") == 1


async def test_who_is_sent_it_may_see_it(world: World):
    """The person, on whichever of their accounts, and nobody else."""
    answered_by(world, wanting(POSTER))

    (file,) = files(await world.says("hana", ASKED))

    assert await sees(world, file.hash, "hana")
    assert await sees(world, file.hash, "", account_owner("fake", "hana"))
    assert not await sees(world, file.hash, "otto")
    assert not await sees(world, file.hash, "", account_owner("fake", "otto"))


async def test_the_same_message_again_draws_nothing(world: World):
    """A copy that comes later, or while the first is being drawn, has no second picture and no second answer."""
    answered_by(world, wanting(POSTER))
    world.sketches.held = asyncio.Event()
    one = world.raw("hana", ASKED)
    copies = [asyncio.create_task(world.pipeline.receive(one)) for _ in range(5)]
    await world.sketches.begun.wait()
    world.sketches.held.set()
    await asyncio.gather(*copies)
    await world.pipeline.receive(one)

    assert len(files(await world.settle())) == 1
    assert len(world.sketches.drawn) == 1


async def test_others_are_answered_meanwhile(world: World):
    """While something is drawn no transaction is open and no thread of the database is taken."""
    answered_by(world, wanting(POSTER))
    world.sketches.held = asyncio.Event()
    waiting = asyncio.create_task(world.pipeline.receive(world.raw("hana", ASKED)))
    await world.sketches.begun.wait()

    assert last(await world.says("otto", "/help"), "otto").text
    assert not waiting.done()
    world.sketches.held.set()
    await waiting


async def test_several_pictures_in_one_message(world: World):
    """Each is drawn, in the order in which they are wanted."""
    answered_by(world, wanting(POSTER, CODE))

    found = files(await world.says("hana", ASKED))

    assert [world.sketches.of(file)["kind"] for file in found] == ["poster", "code"]


@pytest.mark.parametrize(
    "failing", [ValueError("no"), OSError("the disk is full"), NotDrawn("PanicException")], ids=repr
)
async def test_what_cannot_be_drawn_is_said(world: World, failing: BaseException):
    """Its sender reads so, nothing of the message stays undone or half done, and it is not tried for ever."""
    answered_by(world, wanting(POSTER))
    world.sketches.failing = failing

    heard = await world.says("hana", ASKED)

    assert to(heard, "hana") == phrase(world, "picture-failed")
    assert files(heard) == []
    person = await world.store(lambda store: store.people.get("hana"))
    assert person.consent == world.company.consent.version
    world.watch.move(60)
    assert await world.pipeline.replay() == 0
    world.sketches.failing = None
    assert len(files(await world.says("hana", ASKED))) == 1


async def test_what_takes_too_long_is_said(world: World):
    """It is given up, and its place is free for the next; neither holds up what wants no picture."""
    answered_by(world, wanting(POSTER))
    world.pipeline.drawings = Drawings(world.sketches.draw, world.sketches.keep, IMPATIENT)
    world.sketches.held = asyncio.Event()
    try:
        async with asyncio.timeout(20):  # less than a message waits for all of its drawings
            first, second = await world.says("hana", ASKED), await world.says("otto", ASKED)
        assert to(first, "hana") == to(second, "otto") == phrase(world, "picture-failed")
        assert last(await world.says("otto", "/help"), "otto").text
        assert len(world.sketches.drawn) == 2
    finally:
        world.sketches.held.set()
    assert len(files(await world.says("hana", ASKED))) == 1


async def test_too_much_is_not_drawn(world: World):
    """Arguments beyond the bound reach nobody who draws."""
    answered_by(world, wanting(Drawing("poster", "en", {"name": "x" * ARGS_BYTES_MAX})))

    assert to(await world.says("hana", ASKED), "hana") == phrase(world, "picture-failed")
    assert world.sketches.drawn == []


async def test_ever_new_pictures_are_a_bug(world: World):
    """A handler that asks for another kind each time is stopped; its message waits like any that failed."""
    asked: list[str] = []

    async def restless(turn: Turn, store: Store) -> list[Outbound]:
        asked.append("")
        return [turn.say(Text("menu"), files=(turn.picture(Drawing(f"code-{len(asked)}", "en", {})),))]

    answered_by(world, restless)

    assert to(await world.says("hana", ASKED), "hana") == phrase(world, "sorry-later")
    assert len(world.sketches.drawn) == DRAWINGS_MAX


async def test_what_changes_while_it_is_drawn_is_sent_as_it_was(world: World):
    """A report of a busy hour asks for other words each time it is handled: it is drawn once, and that is sent."""
    asked: list[str] = []

    async def busy(turn: Turn, store: Store) -> list[Outbound]:
        asked.append("")
        return [turn.say(Text("menu"), files=(turn.picture(Drawing("funnel", "en", {"count": len(asked)})),))]

    answered_by(world, busy)

    (file,) = files(await world.says("hana", ASKED))

    assert world.sketches.of(file)["args"] == {"count": 1}
    assert len(world.sketches.drawn) == 1


async def test_what_the_clock_sends_is_never_that_of_another(world: World):
    """Where several people are sent one of a kind by a timer, each gets their own."""
    sent = [Drawing("statement", "en", {"name": name}) for name in ("hana", "otto")]

    async def yearly(turn: Turn, store: Store) -> list[Outbound]:
        told = (Line(Text("words", {"words": "年度"})),)
        return [Outbound(Place("fake", str(one.args["name"])), told, files=(turn.picture(one),)) for one in sent]

    world.pipeline.routes = (Route("clock.yearly", yearly, where=Where.CLOCK), *ROUTES)
    due = world.watch() + timedelta(minutes=1)
    await world.store(lambda store: store.timers.set("t", due, "clock.yearly"))

    heard = await world.passes(minutes=2)

    got = {one.chat: world.sketches.of(one.message.files[0])["args"]["name"] for one in heard if one.message.files}
    assert got == {"hana": "hana", "otto": "otto"}


@pytest.mark.parametrize("failing", [None, NotDrawn("x")], ids=["drawn", "failing"])
async def test_only_so_many_in_ten_minutes(world: World, failing: Exception | None):
    """One person's pictures are not drawn without end: they read why and what to do, and later there are more."""
    answered_by(world, wanting(POSTER))
    world.sketches.failing = failing
    for _ in range(OFTEN):
        await world.says("hana", ASKED)
    drawn = len(world.sketches.drawn)

    often = phrase(world, "picture-often", count=OFTEN, minutes=OFTEN_S // 60)
    assert to(await world.says("hana", ASKED), "hana") == often
    assert len(world.sketches.drawn) == drawn
    world.sketches.failing = None
    assert len(files(await world.says("otto", ASKED))) == 1
    world.watch.move(OFTEN_S)
    assert len(files(await world.says("hana", ASKED))) == 1


async def test_a_timer_may_send_a_picture(world: World):
    """Where the clock is the cause, whoever is sent the picture sees it, and nobody is taken for its owner."""

    async def yearly(turn: Turn, store: Store) -> list[Outbound]:
        return [Outbound(Place("fake", "hana"), (Line(Text("words", {"words": "年度"})),), files=(turn.picture(CODE),))]

    world.pipeline.routes = (Route("clock.yearly", yearly, where=Where.CLOCK), *ROUTES)
    due = world.watch() + timedelta(minutes=1)
    await world.store(lambda store: store.timers.set("t", due, "clock.yearly"))

    (file,) = files(await world.passes(minutes=2))

    assert await sees(world, file.hash, "", account_owner("fake", "hana"))
    assert not await sees(world, file.hash, "")


async def test_a_message_that_had_to_wait_gets_its_picture(world: World):
    """One whose files lay with the platform is handled later, and draws then."""
    world.pipeline.routes = (Route("form.answer", wanting(POSTER)), Route("message", wanting(POSTER)), *ROUTES)
    photo = await world.photo("hana")

    await world.pipeline.receive(world.raw("hana", "看看", remote=[photo]))
    assert world.sketches.drawn == []
    await world.pipeline.replay()

    assert len(files(await world.settle())) == 1


async def test_where_answers_are_given_in_place(database: Database):
    """A picture cannot be one: it is sent, once, and a second delivery gets nothing else."""
    world = await peopled(build(database, more=[AnsweringChannel]))
    await world.store(lambda store: store.people.attach("answering", "hana", "hana", "hana", world.watch()))
    answered_by(world, wanting(POSTER))
    one = world.raw("hana", ASKED, channel="answering")

    for handed in [await world.pipeline.receive(one), await world.pipeline.receive(one)]:
        assert handed is None or handed.row.outbound.files
    world.watch.move(60)

    assert len(files(await world.settle())) == 1
    assert len(world.sketches.drawn) == 1


async def test_without_anybody_who_draws(world: World):
    """An installation that cannot draw says so in the same words."""
    answered_by(world, wanting(POSTER))
    world.pipeline.drawings = Drawings()

    assert to(await world.says("hana", ASKED), "hana") == phrase(world, "picture-failed")


async def test_a_crash_in_between_leaves_an_orphan(database_url: str, tmp_path: Path):
    """Killed when the picture lies there and before the message is handled: nothing is known of either, the message is
    delivered again, and a picture that nobody wants any more goes after a day."""
    store = FileStore(tmp_path / "files")
    command = [sys.executable, "-m", "tests.pictures.dying", database_url, str(store.folder)]
    died = await asyncio.to_thread(subprocess.run, command, cwd=Path(__file__).parent.parent, timeout=60, check=False)
    assert died.returncode == -9
    (left,) = [path for path in store.folder.rglob("*") if path.is_file()]

    database = await open_database(database_url, connections=CONNECTIONS)
    try:
        world = build(database)
        assert (await rows(world, "inbox"), await rows(world, "files")) == (0, 0)
        answered_by(world, wanting(POSTER))
        world.pipeline.drawings = Drawings(world.sketches.draw, store.keep)
        assert len(files(await world.says("hana", ASKED))) == 1

        assert await swept(database, store, left) is False  # it is known by now
        await world.store(lambda one: one.connection.run("DELETE FROM file_owners"))
        await world.store(lambda one: one.connection.run("DELETE FROM files"))
        assert await swept(database, store, left) is True
    finally:
        await database.close()


async def swept(database: Database, store: FileStore, path: Path) -> bool:
    """Whether a file of the day before yesterday goes when every folder is looked through."""
    old = path.stat().st_mtime - 2 * ORPHAN_S
    os.utime(path, (old, old))
    orphans = Orphans(database, store)
    for _ in range(32):
        await orphans.sweep()
    return not path.exists()
