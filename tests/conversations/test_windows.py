"""Where people may be written to only for a while, and choose by numbers: what a human said, and what failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.app import make_catalogue, make_world
from bot.outside import Entrance, Platform, Reception
from domain.chat import Place
from handlers import ROUTES
from handlers.turn import Route
from storage.budgets import Left
from storage.database import Database
from storage.lanes import Lanes
from tests.conversations.steps import DRIP, file, phrase, to
from tests.conversations.test_faults import broken
from tests.fakes import AnsweringChannel, NumberedChannel
from tests.world import GROUP, World, build, last, peopled

HERE = "answering"
NUMBERED = "numbered"


@pytest.fixture
async def world(database: Database) -> World:
    """People of whom one also writes where there are numbers, and where there are windows."""
    world = await peopled(build(database, more=[NumberedChannel, AnsweringChannel]))
    now = world.watch()
    for name in (NUMBERED, HERE):
        await world.store(lambda store, name=name: store.people.attach(name, "hana", "hana", "hana", now))
        await world.store(lambda store, name=name: store.outbox.speak(Place(name, "hana"), "zh-CN"))
    return world


async def left(world: World) -> Left | None:
    return await world.store(lambda store: store.budgets.left(Place(HERE, "hana"), world.watch()))


async def states(world: World, event: str) -> list[str]:
    """What became of the messages whose id contains this."""
    rows = await world.store(lambda store: store.connection.all("SELECT id, state FROM inbox ORDER BY received_at"))
    return [row["state"] for row in rows if event in row["id"]]


@pytest.mark.parametrize("asked", [True, False])
async def test_what_a_human_asked_is_not_answered_by_a_press(world: World, asked: bool):
    """A number that follows the words of staff answers those, not the card above them."""
    await world.says("hana", DRIP, channel=NUMBERED)
    for _ in range(9):
        heard = await world.says("hana", "1", channel=NUMBERED)
        if "R-1001" in to(heard, "hana"):
            break
    labels = last(world.shown, "hana").buttons
    number = str(labels.index(phrase(world, "action-cancel")) + 1)
    world.watch.move(5)
    if asked:
        await world.says("sam", "/r R-1001 请问有几个龙头漏水?")
    for said in (number, "1", "1"):
        world.watch.move(5)
        await world.says("hana", said, channel=NUMBERED)
    assert (await world.request()).state.value == ("NEW" if asked else "CANCELLED")


async def test_what_was_not_shown_before_we_knew_that_it_was_taken(world: World):
    """The platform may say so while the message is still under way: it is heard again, and staff are told."""
    await file(world)
    await world.pipeline.receive(world.raw("sam", "/r R-1001 师傅今天就来"))
    now = world.watch()

    async def claim(store: Any) -> Any:
        return await Lanes(store.connection).claim("fake", now, 60, (), 100)

    mine = next(one for one in await world.store(claim) if one.place.chat == "hana")
    event = {"event": "undelivered", "args": {"external": "late", "why": "12"}}
    await world.pipeline.receive(world.raw("hana", id="early", **event))
    assert await states(world, "early") == ["failed"]
    await world.store(lambda store: Lanes(store.connection).settle(mine, "late", now))
    world.watch.move(61)
    await world.pipeline.replay()
    shown = await world.settle()
    assert "没有送达" in to(shown, GROUP)
    assert await states(world, "early") == ["done"]


async def test_what_failed_opens_the_window_all_the_same(world: World):
    """The platform counts what the person did, whatever became of it with us; a further try opens nothing anew."""
    world.pipeline.routes = (Route("request.mine", broken), *ROUTES)
    came = world.watch()
    await world.pipeline.receive(world.raw("hana", "查进度", channel=HERE))
    assert await left(world) == Left(5, came + timedelta(hours=48))

    await world.store(lambda store: store.connection.run("UPDATE budgets SET count = 2"))
    world.pipeline.routes = ROUTES
    world.watch.move(11)
    await world.pipeline.replay()
    assert await states(world, HERE) == ["done"]
    assert await left(world) == Left(2, came + timedelta(hours=48))


async def test_what_waits_for_its_files_opens_the_window(world: World):
    """From the moment it came."""
    came = world.watch()
    await world.pipeline.receive(world.raw("hana", "", channel=HERE, remote=["a" * 64]))
    assert await states(world, HERE) == ["failed"]
    assert await left(world) == Left(5, came + timedelta(hours=48))


@pytest.mark.parametrize("windowed", [True, False])
async def test_where_nothing_has_windows_none_is_looked_for(world: World, windowed: bool):
    """What is left of somebody's window stands on the card where a channel has windows; elsewhere nobody asks."""
    await file(world)
    await world.pipeline.receive(world.raw("hana", "查进度", channel=HERE))
    world.pipeline.world = replace(world.pipeline.world, windowed=windowed)

    shown = to(await world.says("sam", "/show R-1001"), "sam")

    assert ("还能给业主发" in shown) == windowed


def stays_out(reception: Reception) -> Entrance:
    """Nothing is let in."""
    raise AssertionError("nobody enters")


def test_who_has_windows_is_known_at_the_start(world: World):
    """Among the platforms that are open: none, and one with windows."""
    company, catalogue = world.company, make_catalogue(world.company)
    one, other = [Platform(kind(world.watch), stays_out) for kind in (AnsweringChannel, NumberedChannel)]
    assert make_world(company, catalogue, "", {"other": other, "one": one}).windowed
    assert not make_world(company, catalogue, "", {"other": other}).windowed
    assert not make_world(company, catalogue, "", {}).windowed
