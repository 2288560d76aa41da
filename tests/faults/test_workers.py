"""A worker that was stopped, and comes back late: it changes nothing that somebody else does by now."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.delivery import Post as Means
from bot.delivery import deliver
from bot.dispatcher import Dispatcher
from bot.limits import Breaker
from domain.chat import Place
from domain.errors import Temporary, Throttled
from storage.boxes import Heard, Lanes
from storage.database import Connection
from storage.opening import open_database
from tests.fakes import START, FakeChannel
from tests.test_dispatcher import HANA, SAM, Post, catalogue, post, say, staff

__all__ = ["catalogue", "post"]

LEASE_S = 60.0


async def test_a_worker_that_was_stopped_for_a_minute_is_fenced(post: Post, database_url: str, engine: str):
    """Another one has taken its chat over: its late outcome counts for nothing, what it sent is one copy too many and
    no more, and the chat goes on in order, its card edited where the other one sent it."""
    other = post.database if engine == "sqlite" else await open_database(database_url, connections=2)
    healthy = FakeChannel(post.clock, arrived=post.channel.arrived)
    second = Dispatcher(other, {"fake": healthy}, post.catalogue, post.clock, alarm=staff, chance=lambda: 0.0)
    release = post.channel.hold("hana")
    await post.add(say("one", card="R-1"), say("two"))
    stopped = asyncio.create_task(post.dispatcher.once())
    await post.channel.begun.wait()

    post.clock.move(LEASE_S - 1)
    early = await second.once()
    post.clock.move(2)
    await post.send(second)
    taken_over = post.texts()
    release.set()
    await stopped
    await post.add(say("three", card="R-1"))
    await post.send(second)
    if other is not post.database:
        await other.close()

    assert early == 0
    assert taken_over == ["一", "二"]
    assert post.texts() == ["一", "二", "一", "三"]
    assert [call.edits for call in healthy.calls] == ["", "", "m1"]
    assert await post.dead() == []


async def test_a_worker_that_was_stopped_before_it_sent_sends_nothing(post: Post):
    """With too little of its lease left for a send it leaves the message to whoever comes next."""
    await post.add(say("one"))
    now = post.clock()
    [claimed] = await post.database.transact(lambda c: Lanes(c).claim("fake", now, LEASE_S, (), 10))
    means = Means(post.database, post.catalogue, post.clock, staff, lambda: 0.0, "zh-CN", 20.0)
    post.clock.move(LEASE_S - 19)
    await deliver(means, post.channel, Breaker(), claimed)
    untouched = list(post.channel.calls)
    post.clock.move(21)
    await post.send()

    assert untouched == []
    assert post.texts() == ["一"]


@pytest.mark.parametrize("late", ["settle", "kill", "postpone", "throttle", "skip"])
async def test_no_late_outcome_changes_the_newer_one(post: Post, late: str):
    """Whatever a worker says of a message that another has delivered meanwhile, its row stays as it is."""
    await post.add(say("one"))
    claims = []
    for at in (START, START + timedelta(seconds=LEASE_S + 1)):
        claims += await post.database.transact(lambda c, at=at: Lanes(c).claim("fake", at, LEASE_S, (), 10))
    slow, quick = claims
    now = START + timedelta(seconds=LEASE_S + 2)

    async def report(connection: Connection) -> bool:
        lanes = Lanes(connection)
        outcomes = {
            "settle": lambda: lanes.settle(slow, "late", now),
            "kill": lambda: lanes.kill(slow, now, "403", gone=True),
            "postpone": lambda: lanes.postpone(slow, now, 5, "500", arrived=False),
            "throttle": lambda: lanes.throttle(slow, now, 5, everyone=False),
            "skip": lambda: lanes.skip(slow, now),
        }
        return await outcomes[late]()

    async def look(connection: Connection) -> tuple[object, ...]:
        row = await connection.one(
            "SELECT o.state, o.external, o.tries, o.copies, o.error_code, l.blocked, l.sent_seq FROM outbox o"
            " JOIN lanes l ON l.channel = o.channel AND l.chat = o.chat"
        )
        assert row is not None
        names = ("state", "external", "tries", "copies", "error_code", "blocked", "sent_seq")
        return tuple(row[name] for name in names)

    assert await post.database.transact(lambda c: Lanes(c).settle(quick, "m1", now))
    before = await post.database.read(look)

    assert await post.database.transact(report) is False
    assert await post.database.read(look) == before == ("sent", "m1", 0, 2, "", "", 1)


async def test_a_pause_for_everyone_stops_what_was_claimed_with_it(post: Post):
    """Of five messages that are ready to go the first hears of it, and no other is tried before it is over."""
    post.channel.fail("*", Throttled("429", 30, everyone=True))
    await post.add(*[say("one", Place("fake", f"c{n}")) for n in range(5)])
    await post.dispatcher.once()
    at_once = len(post.channel.calls)
    await post.send(post.another())
    post.clock.move(29.9)
    await post.send(post.another())
    early = len(post.channel.calls)
    post.clock.move(0.2)
    await post.send(post.another())

    assert (at_once, early) == (1, 1)
    assert len(post.channel.arrived) == 5
    assert await post.dead() == []


async def test_a_clock_that_is_set_back_does_not_stop_the_channel(post: Post):
    """Neither a lease nor a rest nor a pause that a wrong clock has told lasts until its hour comes again."""
    post.channel.rates = ()
    await post.add(say("one"), say("one", SAM))
    await post.send()
    post.clock.move(10 * 86_400)
    post.channel.fail("hana", Throttled("429", 30, everyone=True))
    await post.add(say("two"))
    await post.send()
    post.clock.move(-10 * 86_400)
    await post.add(say("two", SAM))
    await post.send()
    post.clock.move(61)
    await post.send()

    assert post.texts() == ["一", "二"]
    assert post.texts(SAM) == ["一", "二"]


def test_a_rest_is_over_when_the_clock_is_set_back():
    """A breaker that rested until next year tries again."""
    breaker = Breaker()
    for _ in range(3):
        breaker.failed(START + timedelta(days=365), lambda: 0.0)

    assert breaker.rests(START + timedelta(days=365))
    assert not breaker.rests(START)


async def test_a_channel_that_can_be_asked_is_asked_before_anything_is_sent(post: Post):
    """While it is down it costs no message a copy; the first to go afterwards goes alone."""
    post.channel = channel = Asked(post.clock)
    worker = post.another()
    channel.fail("*", *[Temporary("timeout")] * 100)
    await post.add(*[say("one", Place("fake", f"c{n}")) for n in range(5)])
    await post.send(worker)
    tried = len(channel.calls)
    for _ in range(100):
        post.clock.move(60)
        await post.send(worker)
    probed, untouched = channel.probes, len(channel.calls)
    channel.down = False
    channel._script.clear()
    post.clock.move(61)
    first = await worker.once()
    await post.send(worker)

    assert (tried, untouched, first) == (5, 5, 1)
    assert probed > 90
    assert len(channel.arrived) == 5


class Asked(FakeChannel):
    """It says whether it is back."""

    probes = 0
    down = True

    async def probe(self) -> None:
        self.probes += 1
        if self.down:
            raise Temporary("timeout")


async def test_an_answer_reaches_a_lane_that_a_pause_left_empty(post: Post):
    """What a platform asked of a chat holds for what is posted there later, too."""
    post.channel.fail("hana", Throttled("429", 30))
    await post.add(say("one", card="R-1"))
    await post.send()
    await post.add(say("two", card="R-1"), heard=Heard(HANA))
    await post.go_on(29)
    early = len(post.channel.calls)
    await post.go_on(2)

    assert early == 1
    assert post.texts() == ["二"]
