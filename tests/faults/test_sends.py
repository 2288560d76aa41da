"""What the platform may do to a message: take it and not say so, ask for a pause, answer when nobody waits any more."""

from __future__ import annotations

import asyncio

import pytest

from bot.app import dead_letter_alarm
from bot.delivery import COPIES_MAX
from bot.dispatcher import Dispatcher
from domain.errors import Temporary, Throttled
from tests.conversations.steps import phrase
from tests.world import GROUP, World

LEASE_S = 61
PAUSE_S = 300


def another(world: World) -> Dispatcher:
    """A process that starts over the same database."""
    return Dispatcher(world.database, world.channels, world.catalogue, world.watch, alarm=dead_letter_alarm)


async def owed(world: World, who: str = "hana") -> None:
    """Somebody wrote, and has an answer to come."""
    await world.pipeline.receive(world.raw(who, "你好"))


def arrived(world: World, chat: str = "hana") -> int:
    """How many messages are in a chat."""
    return len([call for call in world.channels["fake"].arrived if call.chat == chat])


async def test_a_message_arrives_three_times_at_most(world: World):
    """A platform that takes a message and loses the answer every time gets it three times; then it is dead, and staff
    are told."""
    world.channels["fake"].fail("hana", *[Temporary("reset")] * 9, accepted=True)
    await owed(world)
    for _ in range(9):
        await another(world).once()
        world.watch.move(3600)
    await world.settle()

    assert arrived(world) == COPIES_MAX
    rows = await world.store(lambda store: store.connection.all("SELECT chat FROM outbox WHERE state = 'dead'"))
    assert [row["chat"] for row in rows] == ["hana"]
    told = [call.text for call in world.channels["fake"].arrived if call.chat == GROUP]
    assert phrase(world, "dead-letter-next") in "\n".join(told)


async def test_who_starts_next_sends_what_a_dead_process_had_claimed(world: World):
    """A process that is gone in the middle of a send leaves the message to the next one, once its lease is over."""
    world.channels["fake"].hold("hana")
    await owed(world)
    gone = asyncio.create_task(another(world).once())
    await world.channels["fake"].begun.wait()
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    del world.channels["fake"].held["hana"]

    assert await another(world).once() == 0
    world.watch.move(LEASE_S)
    await another(world).once()
    assert arrived(world) == 1


async def test_a_late_worker_is_fenced(world: World):
    """A worker that was away for longer than its lease says nothing about the message any more: what it did and what
    its successor did make two copies, and its failure does not call for a third."""
    fake = world.channels["fake"]
    late_answer = fake.hold("hana")
    fake.fail("hana", Temporary("reset"), accepted=True)
    await owed(world)
    late = asyncio.create_task(another(world).once())
    await fake.begun.wait()
    del fake.held["hana"]
    world.watch.move(LEASE_S)
    fake._script["hana"].rotate(1)
    successor_waits = fake.hold("hana")
    successor = asyncio.create_task(another(world).once())
    while fake.waiting < 2:
        await asyncio.sleep(0.01)
    late_answer.set()
    await late

    world.watch.move(30)
    del fake.held["hana"]
    assert await another(world).once() == 0
    successor_waits.set()
    await successor
    world.watch.move(PAUSE_S)
    await another(world).once()
    assert arrived(world) == 2


@pytest.mark.parametrize("everyone", [False, True])
async def test_nobody_calls_before_the_pause_is_over(world: World, everyone: bool):
    """Whoever sends after a 429, the process that got it or one that starts later, keeps the pause of that chat, or of
    all of them, to its end; other chats go on."""
    world.channels["fake"].fail("hana", Throttled("429", PAUSE_S, everyone))
    await owed(world)
    await another(world).once()
    until = world.watch().timestamp() + PAUSE_S
    await owed(world, "otto")
    for _ in range(60):
        world.watch.move(10)
        await another(world).once()

    calls = [call for call in world.channels["fake"].calls if call.failure is None]
    waited = [call for call in calls if everyone or call.chat == "hana"]
    assert {call.chat for call in calls} == {"hana", "otto"}
    assert all(call.at.timestamp() >= until for call in waited)
    assert any(call.at.timestamp() < until for call in calls) is not everyone
