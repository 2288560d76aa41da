"""Answers in place: the platform hears what a message caused as the answer to it, and copies of it hear the same."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from benchmarks.tape import Recording
from bot.answers import Answers, Given
from bot.dispatcher import nobody
from bot.pipeline import Pipeline
from bot.post import Post
from domain.chat import Outbound, Place, Raw
from domain.states import State
from handlers import ROUTES
from handlers.turn import Route, Turn
from storage.database import Database
from storage.handing import ANSWER_S
from storage.lanes import Lanes
from storage.store import Store
from tests.conversations.steps import DRIP, act, file, phrase, requests_of, to
from tests.conversations.test_faults import broken
from tests.fakes import AnsweringChannel
from tests.world import GROUP, Heard, World, build, heard, peopled

HERE = "answering"
MINE = "查进度"


async def broken_always(turn: Turn, store: Store) -> list[Outbound]:
    """What nobody can answer."""
    raise RuntimeError


@pytest.fixture
async def world(database: Database) -> World:
    """A homeowner who writes on a channel that takes answers in place."""
    world = await peopled(build(database, more=[AnsweringChannel]))
    now = world.watch()
    await world.store(lambda store: store.people.attach(HERE, "hana", "hana", "hana", now))
    await world.store(lambda store: store.outbox.speak(Place(HERE, "hana"), "zh-CN"))
    return world


def answers(world: World, pipeline: Pipeline | None = None) -> Answers:
    post = Post(world.database, world.catalogue, world.watch, nobody, lambda: 0.0, "zh-CN", 20.0)
    return Answers((pipeline or world.pipeline).receive, post)


def raw(world: World, text: str, **more: Any) -> Raw:
    return world.raw("hana", text, channel=HERE, **more)


async def give(world: World, one: Raw) -> str:
    """What the platform hears; it has arrived."""
    given = await answers(world).receive(one)
    if given is None:
        return ""
    await given.settle()
    return text(given)


def text(given: Given | None) -> str:
    return heard(given.message).text if given else ""


def here(shown: list[Heard]) -> list[str]:
    """What was sent to the homeowner where they write."""
    return [one.text for one in shown if one.message.to == Place(HERE, "hana")]


async def rows(world: World) -> list[Any]:
    found = await world.store(
        lambda store: store.connection.all("SELECT * FROM outbox WHERE channel = :channel ORDER BY seq", channel=HERE)
    )
    return [list(row) for row in found]


async def test_one_turn_costs_no_message(world: World):
    """From the report to the filed request each answer is one message, given in place: nothing else is sent there."""
    said = await give(world, raw(world, DRIP))
    assert here(await world.settle()) == []
    for _ in range(7):
        if phrase(world, "form-confirm") in said:
            break
        said = await give(world, raw(world, "1"))
        assert said
        assert here(await world.settle()) == []
    said = await give(world, raw(world, phrase(world, "form-confirm")))
    assert "R-1001" in said
    shown = await world.settle()
    assert here(shown) == []
    assert "R-1001" in to(shown, GROUP)
    assert [one.id for one in await requests_of(world)] == ["R-1001"]


@pytest.mark.parametrize(("meanwhile", "state"), [("", State.CANCELLED), (MINE, State.TRIAGED)])
async def test_a_number_answers_the_open_question(world: World, meanwhile: str, state: State):
    """Answers in place show numbers, what comes by itself does not: a number answers the open question, though a card
    came after it; unless another answer has shown numbers of its own since."""
    await file(world)
    await give(world, raw(world, MINE))
    await give(world, raw(world, phrase(world, "action-cancel")))
    assert here(await act(world, "sam", "claim"))
    if meanwhile:
        await give(world, raw(world, meanwhile))
    await give(world, raw(world, "1"))
    assert (await world.request()).state is state


async def test_a_copy_hears_the_same(world: World):
    """Copies that come together, late and after the answer was given have one effect and the same answer."""
    one = raw(world, DRIP)
    found = await asyncio.gather(*[answers(world).receive(one) for _ in range(3)])
    assert len({text(given) for given in found}) == 1
    assert text(found[0])
    for given in found:
        assert given is not None
        await given.settle()
    assert here(await world.settle()) == []
    before = await rows(world)
    world.watch.move(10)
    assert await give(world, one) == text(found[0])
    assert await rows(world) == before


async def test_a_copy_by_another_process(world: World):
    """Two workers get a message at the same moment: one effect, one answer, and neither sends it."""
    other = build(world.database, world.watch, [AnsweringChannel])
    one = raw(world, DRIP)
    found = await asyncio.gather(answers(world).receive(one), answers(other).receive(one), other.dispatcher.once())
    assert text(found[0]) == text(found[1]) != ""
    assert found[0] is not None
    await found[0].settle()
    assert here([*await world.settle(), *await other.settle()]) == []


async def test_a_copy_long_after(world: World):
    """When what was answered is forgotten, a copy hears nothing and has no effect."""
    one = raw(world, "你好")
    assert await give(world, one)
    later = world.watch() + timedelta(days=400)
    await world.database.transact(lambda connection: Lanes(connection).purge(HERE, later))
    assert await rows(world) == []
    assert await give(world, one) == ""
    assert here(await world.settle()) == []


async def test_nobody_says_that_it_was_given(world: World):
    """The process ends before the answer is out: it is sent when the lease ends, once."""
    given = await answers(world).receive(raw(world, DRIP))
    assert here(await world.settle()) == []
    world.watch.move(ANSWER_S + 1)
    assert here(await world.settle()) == [text(given)]
    world.watch.move(60)
    assert here(await world.settle()) == []


async def test_what_is_owed_from_before_goes_first(world: World):
    """While something older waits for its turn, the answer waits behind it."""
    await world.pipeline.receive(raw(world, "你好"))  # whoever took this says nothing of it
    assert await give(world, raw(world, MINE)) == ""
    world.watch.move(ANSWER_S + 1)
    assert len(here(await world.settle())) == 2


async def test_a_bug_is_apologised_for_in_place(world: World):
    """The apology is the answer, for each copy; the real one is sent when the bug is gone."""
    await file(world)
    world.pipeline.routes = (Route("request.mine", broken), *ROUTES)
    one = raw(world, MINE)
    sorry = phrase(world, "sorry-later")
    assert await give(world, one) == sorry
    assert await give(world, one) == sorry
    assert here(await world.settle()) == []
    world.pipeline.routes = ROUTES
    world.watch.move(11)
    assert await world.pipeline.replay() == 1
    assert "R-1001" in "".join(here(await world.settle()))


async def test_copies_of_a_message_that_fails(world: World):
    """Overlapping copies of what cannot be handled all hear the one apology."""
    world.pipeline.routes = (Route("request.mine", broken_always), *ROUTES)
    one = raw(world, MINE)
    found = await asyncio.gather(*[answers(world).receive(one) for _ in range(3)])
    assert {text(given) for given in found} == {phrase(world, "sorry-later")}
    for given in found:
        if given:
            await given.settle()
    assert here(await world.settle()) == []


async def test_what_cannot_be_read(world: World):
    """There is no answer to it; but who hears of it, and happens to be who sent it, hears of it in place."""
    odd = Raw("odd", HERE, {"text": "?"}, Place(HERE, "hana"))
    assert await give(world, odd) == ""
    assert phrase(world, "staff-quarantined", channel=HERE) in to(await world.settle(), GROUP)
    place = Place(HERE, "hana")
    await world.store(lambda store: store.groups.bind(place, "staff", "zh-CN", "ada", world.watch()))
    again = replace(odd, id="odder")
    assert await give(world, again) == phrase(world, "staff-quarantined", channel=HERE)
    assert await give(world, again) == phrase(world, "staff-quarantined", channel=HERE)
    assert here(await world.settle()) == []


async def test_files_that_are_still_to_be_had(world: World):
    """Nobody waits for them: there is no answer in place, and what is said then is sent."""
    photo = await world.photo("hana", channel=HERE)
    assert await give(world, raw(world, "灯不亮了", remote=[photo])) == ""
    assert await world.pipeline.replay() == 1
    assert len(here(await world.settle())) == 1


async def test_there_are_no_answers_in_groups(world: World):
    """What is said to a group is sent to it."""
    await world.store(lambda store: store.groups.bind(Place(HERE, "group-b"), "staff", "zh-CN", "ada", world.watch()))
    await world.store(lambda store: store.people.attach(HERE, "sam", "sam", "sam", world.watch()))
    one = world.raw("sam", "/help", chat="group-b", channel=HERE)
    assert await answers(world).receive(one) is None
    assert [shown.chat for shown in await world.settle()] == ["group-b"]


async def test_an_answer_that_does_not_fit(world: World):
    """What the channel cannot give in place is sent at once."""
    given = await answers(world).receive(raw(world, DRIP))
    assert given is not None
    await given.release()
    assert here(await world.settle()) == [text(given)]


async def test_elsewhere_nothing_is_handed_over(world: World):
    """On another channel there is no answer, and looking for one costs nothing, neither at first nor for a copy."""
    recording = Recording(world.database)
    pipeline = Pipeline(recording, world.pipeline.channels, ROUTES, world.pipeline.world, world.watch)
    one = world.raw("hana", "你好")
    assert await pipeline.receive(one) is None
    assert await pipeline.receive(one) is None
    asked = [sql for message in recording.tape for _, sql, _ in message]
    assert [sql for sql in asked if "external" in sql or "attempts" in sql or "budgets" in sql] == []
    assert len(recording.tape[1]) == 1
    assert to(await world.settle(), "hana")

    there = Pipeline(recording, world.pipeline.channels, ROUTES, world.pipeline.world, world.watch)
    assert await there.receive(raw(world, "你好"))
    assert any("external" in sql for _, sql, _ in recording.tape[-1])
