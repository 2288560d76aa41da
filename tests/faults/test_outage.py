"""Days without a channel, days without us: what is owed arrives in order, and what is out of date does not."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.app import dead_letter_alarm
from bot.channels.clock import Clock
from bot.dispatcher import Dispatcher
from domain.channel import Rate
from domain.chat import Line, Outbound, Place, Raw, Text
from domain.errors import Temporary
from domain.states import State
from storage.database import Connection, Database
from storage.timers import Timers
from tests.conversations.steps import act, arrive, before_window, claimed, file, finish, phrase, scheduled, tap, to
from tests.fakes import START, FakeChannel, Watch
from tests.world import GROUP, World

LIMITS = (Rate("all", 30, 1.0), Rate("chat", 1, 1.0), Rate("group", 20, 60.0))
HANA, STAFF = Place("other", "hana"), Place("other", GROUP)
FOREVER = 100_000


@dataclass
class Probed(FakeChannel):
    """One that can be asked whether it is back."""

    probes: int = 0

    async def probe(self) -> None:
        self.probes += 1
        if self._script["*"]:
            raise Temporary("timeout")


def worker(world: World) -> Dispatcher:
    """A process of its own, which knows nothing of what was before."""
    return Dispatcher(world.database, world.channels, world.catalogue, world.watch, alarm=dead_letter_alarm)


async def set_up(world: World, channel: FakeChannel) -> None:
    """The homeowner and one of two staff groups are reached on the other channel."""
    world.channels["other"] = channel
    world.dispatcher = worker(world)

    async def move(connection: Connection) -> None:
        await connection.run("UPDATE people SET channel = 'other' WHERE id = 'hana'")

    await world.database.transact(move)
    await world.store(lambda store: store.groups.bind(STAFF, "staff", "zh-CN", "ada", world.watch()))


async def goes_by(world: World, hours: float, step_min: float = 10, restart: bool = False) -> None:
    """Time goes by with everybody at work."""
    for _ in range(round(hours * 60 / step_min)):
        world.dispatcher = worker(world) if restart else world.dispatcher
        await world.passes(minutes=step_min)


async def comes_back(world: World, channel: FakeChannel, seconds: float = 300) -> list[Any]:
    """What the channel takes once it answers again, at the pace that it allows."""
    channel._script.clear()
    before = len(channel.arrived)
    for _ in range(round(seconds * 4)):
        while await world.dispatcher.once():
            pass
        world.watch.move(0.25)
    return channel.arrived[before:]


async def left(world: World, *states: str) -> list[Any]:
    """The rows of the outbox in these states."""

    async def look(connection: Connection) -> list[Any]:
        rows = await connection.all("SELECT id, channel, chat, state, error_code FROM outbox ORDER BY id")
        return [(row["id"], row["chat"], row["error_code"]) for row in rows if row["state"] in states]

    return await world.database.read(look)


def texts(calls: list[Any], place: Place) -> list[str]:
    return [call.text for call in calls if call.chat == place.chat]


@pytest.mark.parametrize("fault", ["refused", "silent"])
async def test_three_days_without_the_channel(world: World, fault: str):
    """A visit happens, a request waits, the staff write: at the end each card arrives once and as it is now, each
    word of the staff arrives in order, what is out of date is not said, nothing is lost, and no limit is broken."""
    kind = Probed if fault == "silent" else FakeChannel
    channel = kind(world.watch, "other", LIMITS)
    await scheduled(world)
    await set_up(world, channel)
    await before_window(world)

    channel.fail("*", *[Temporary("timeout" if fault == "silent" else "502")] * FOREVER)
    began = world.watch()
    await act(world, "zhang", "depart")
    await file(world, "otto", "衣柜门关不上")
    for words in ("第一句", "第二句"):
        await world.says("sam", f"/r 1001 {words}", chat=GROUP)
    await world.store(lambda store: store.outbox.add("code", [_code(world)], world.watch()))
    await goes_by(world, 1)
    await arrive(world)
    await finish(world)
    await goes_by(world, 24)
    await world.says("sam", "/r 1001 第三句", chat=GROUP)
    await goes_by(world, (began + timedelta(hours=72) - world.watch()) / timedelta(hours=1))
    assert texts(channel.arrived, HANA) == []
    if isinstance(channel, Probed):
        assert channel.probes > 400
    calls = await comes_back(world, channel)

    assert await left(world, "dead") == []
    assert [row for row in await left(world, "due") if row[1] != "clock"] == []
    own, group = texts(calls, HANA), texts(calls, STAFF)
    assert [text[text.index("句") - 1] for text in own if "句" in text] == ["一", "二", "三"]
    cards = [call.message.card for call in calls if call.message.card.startswith("request:")]
    assert len(cards) == len({(call.chat, call.message.card) for call in calls if call.message.card in cards})
    for chat in ("hana", GROUP):
        seqs = [call.message.seq for call in calls if call.chat == chat]
        assert seqs == sorted(set(seqs))
    request = await world.request()
    assert request.state is State.DONE
    assert phrase(world, "told-depart-homeowner", installer="张师傅(JD-001)", code=request.code) not in "\n".join(own)
    assert "123456" not in "".join(own)
    assert phrase(world, "clock-first-remind", id="R-1002", minutes=5) not in "\n".join(group)
    assert len(own) <= 5
    assert _most_within([call.at for call in calls], 1) <= 30
    assert _most_within([call.at for call in calls if call.chat == "hana"], 1) == 1


def _code(world: World) -> Outbound:
    return Outbound(HANA, (Line(Text("words", {"words": "123456"}), until=world.watch() + timedelta(minutes=10)),))


def _most_within(moments: list[datetime], seconds: float) -> int:
    width = timedelta(seconds=seconds)
    return max((sum(start <= moment < start + width for moment in moments) for start in moments), default=0)


async def test_restarts_during_an_outage_use_no_tries_up(world: World):
    """A process that starts while the channel is down blames no message for it, however often."""
    channel = world.channels["other"]
    await set_up(world, channel)
    channel.fail("*", *[Temporary("502")] * FOREVER)
    await world.store(lambda store: store.outbox.add("a", [_word(0)], world.watch()))
    await goes_by(world, 10, restart=True)
    calls = await comes_back(world, channel)

    assert await left(world, "dead") == []
    assert texts(calls, Place("other", "c0")) == ["0"]


def _word(number: int) -> Outbound:
    return Outbound(Place("other", f"c{number}"), (Line(Text("words", {"words": str(number)})),))


async def test_what_an_outage_outlives_is_told_once(world: World):
    """After a week nothing is sent of itself: the group reads one card, and may have all of it sent or let go."""
    channel = world.channels["other"]
    await set_up(world, channel)
    channel.fail("*", *[Temporary("502")] * FOREVER)
    await world.store(lambda store: store.outbox.add("a", [_word(number) for number in range(40)], world.watch()))
    await goes_by(world, 7 * 24 + 1, step_min=60)
    await world.store(lambda store: store.outbox.add("b", [_word(40)], world.watch()))
    calls = await comes_back(world, channel)
    why = Text("dead-why-expired")
    card = phrase(world, "dead-letter", channel="other", count=40, why=why)

    assert {call.chat for call in calls} - {GROUP} == {"c40"}
    shown = [call for call in world.channels["fake"].arrived if call.message.card == "dead:other:expired"]
    assert card in shown[-1].text
    assert len({call.edits for call in shown if call.edits}) == 1
    assert sum(not call.edits for call in shown) == 1
    heard = await tap(world, "sam", "dead-retry", chat=GROUP)
    assert phrase(world, "dead-retried") in to(heard, GROUP)
    assert sorted(call.text for call in channel.arrived if call.chat != GROUP) == sorted(map(str, range(41)))
    assert await left(world, "dead") == []


# ---- days without us


@pytest.fixture(params=[1, 61, 11 * 60, 16 * 60, 2 * 3600, 25 * 3600], ids=lambda seconds: f"{seconds}s")
def gap_s(request: pytest.FixtureRequest) -> int:
    return request.param


async def test_timers_that_rang_while_we_were_down(world: World, gap_s: int):
    """They ring once, in their order, whoever looks first; what is out of date changes nothing and is not said."""
    await claimed(world)
    rung: list[tuple[str, str]] = []

    async def receive(raw: Raw) -> None:
        rung.append((raw.body["due_at"], raw.body["timer"]))
        await world.pipeline.receive(raw)

    world.watch.move(gap_s)
    clocks = [Clock(world.database, receive, world.watch) for _ in range(2)]
    await clocks[0].once()
    first = list(rung)
    await asyncio.gather(*[clock.once() for clock in clocks])
    heard = await world.settle()

    due = {"first_remind:R-1001": 600, "first_breach:R-1001": 900}
    assert {name for _, name in first} == {name for name, after_s in due.items() if gap_s >= after_s}
    assert first == sorted(first)
    assert rung == first
    cards = [one for one in heard if one.chat == GROUP and one.message.card == "request:R-1001"]
    assert len(cards) == (gap_s >= 600)
    reminded = phrase(world, "clock-first-remind", id="R-1001", minutes=5) in to(heard, GROUP)
    assert reminded == (600 <= gap_s < 900)
    assert (phrase(world, "clock-first-breach", id="R-1001", minutes=15) in to(heard, GROUP)) == (gap_s >= 900)
    assert await world.passes(minutes=0) == []


async def test_nobody_forgets_what_was_due(database: Database):
    """A clock that looks late finds everything, however long it takes in batches."""
    rung: list[str] = []

    async def receive(raw: Raw) -> None:
        rung.append(raw.body["timer"])

    watch = Watch()

    async def wind(connection: Connection) -> None:
        for number in range(250):
            await Timers(connection).set(f"t{number:03}", START + timedelta(minutes=number), "clock.none")

    await database.transact(wind)
    watch.move(25 * 3600)
    clock = Clock(database, receive, watch)
    while await clock.once():
        pass

    assert rung == sorted(rung)
    assert len(rung) == 250
