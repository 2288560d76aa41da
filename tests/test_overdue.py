"""What is owed on a channel with windows is told in time though the platform pauses everyone, or is down for hours."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.chat import Place, Priority
from domain.errors import Busy, Temporary, Throttled
from domain.packing import unpack_outbound
from messages import Catalogue, raise_fault
from storage.boxes import Lanes
from storage.database import Database
from storage.overdue import Overdue
from tests.fakes import FakeChannel, Watch
from tests.test_detours import HANA, HOUR, MINUTE, STAFF, TG, WORDS, Firm, dispatcher, found, human, say
from tests.windowed import NoticingChannel, WindowedChannel

SAM = Place("wx", "sam")
QUOTA = Throttled("45009", HOUR, everyone=True)
PATIENCE = (15 * MINUTE, 4 * HOUR)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load(extra={"zh-CN": WORDS}, on_fault=raise_fault)


@pytest.fixture
def firm(database: Database, catalogue: Catalogue) -> Firm:
    clock = Watch()
    return found(database, catalogue, WindowedChannel(clock, "wx"), clock)


async def minutes(firm: Firm, most: int) -> int:
    """After how many minutes staff have a task; ``most`` if they have none by then."""
    for minute in range(most):
        await firm.send()
        if firm.tasks:
            return minute
        firm.clock.move(MINUTE)
    return most


STUCK = [
    ("quota", QUOTA),
    ("quota of a day", Throttled("45009", 24 * HOUR, everyone=True)),
    ("this chat", Throttled("45047", 2 * HOUR)),
    ("busy", Busy("busy")),
    ("fault", Temporary("500")),
    ("unknown", TimeoutError()),
]


@pytest.mark.parametrize(("outbound", "patience"), [(human("one"), 15), (say("one"), 240)], ids=["human", "news"])
@pytest.mark.parametrize("failure", [failure for _, failure in STUCK], ids=[name for name, _ in STUCK])
async def test_whatever_holds_it_staff_hear_in_time(firm: Firm, failure: Exception, outbound: object, patience: int):
    """A window is open, and nothing gets through: it is a task after as long as policy says, and no more than what a
    try may take; not sooner either, unless it may have arrived so often that it is one already."""
    await firm.acts()
    firm.wx.pause = failure
    await firm.add(outbound)
    after = await minutes(firm, patience + 10)

    sooner = isinstance(failure, (Temporary, TimeoutError))
    assert (after <= patience + 2) if sooner else (patience <= after <= patience + 2)
    assert len(await firm.dead()) == 1


async def test_why_it_was_not_told_is_said(firm: Firm):
    """It is not their silence: the platform kept us waiting."""
    await firm.acts()
    firm.wx.pause = QUOTA
    cause = await firm.add(human("one", subject="R-1"))
    await minutes(firm, 30)
    assert await firm.dead() == [(f"{cause}:0", "throttled")]
    assert firm.tasks == ["R-1 有一条消息没有送达（wx）：平台让我们一直等，没能按时发出"]


async def test_a_pause_that_another_chat_met_hides_no_deadline(firm: Firm):
    """Whoever waits behind it, for a window or with one open, is told of in time; nothing is tried meanwhile."""
    await firm.acts()
    await firm.acts(Place("wx", "zoe"))
    firm.wx.pause = QUOTA
    await firm.add(say("one"))
    await firm.send()
    await firm.add(human("reply", SAM), human("two", Place("wx", "zoe")))
    tried = len(firm.wx.calls)
    assert 15 <= await minutes(firm, 30) <= 16
    await firm.send()

    assert sorted(code for _, code in await firm.dead()) == ["throttled", "window"]
    assert len(firm.wx.calls) == tried


async def test_a_pause_that_ends_costs_nobody_a_task(firm: Firm):
    """What waited for less than it may is sent then, once, in order."""
    await firm.acts()
    firm.wx.pause = Throttled("45009", 10 * MINUTE, everyone=True)
    await firm.add(human("one"), human("two"))
    await firm.send()
    firm.wx.pause = None
    await firm.go_on(20 * MINUTE)

    assert firm.texts(firm.wx, "hana") == ["one", "two"]
    assert (firm.tasks, await firm.dead()) == ([], [])


async def test_another_channel_comes_before_staff(firm: Firm):
    """Once its time is over: who has a second account reads it there, and nobody has to call."""
    await firm.person(HANA, TG)
    await firm.acts()
    firm.wx.pause = QUOTA
    await firm.add(human("one"), human("two"))
    await firm.go_on(14 * MINUTE)
    assert firm.texts(firm.tg, TG.chat) == []
    await firm.go_on(3 * MINUTE)

    assert firm.texts(firm.tg, TG.chat) == ["one", "two"]
    assert (firm.tasks, await firm.dead()) == ([], [])


async def test_the_time_of_a_card_runs_from_its_first_change(firm: Firm):
    """Each newer version took the place of the one before, which nobody was told."""
    await firm.acts()
    firm.wx.pause = Throttled("45009", 9 * HOUR, everyone=True)
    await firm.add(say("one", card="R-1"))
    await firm.send()
    await firm.go_on(3 * HOUR, 10 * MINUTE)
    await firm.add(say("two", card="R-1"))
    assert 60 <= await minutes(firm, 90) <= 61
    assert len(await firm.dead()) == 1


async def test_advertising_is_in_nobodys_way(firm: Firm):
    """It waits for nobody, and does not hide who waits behind it."""
    await firm.acts()
    firm.wx.pause = QUOTA
    await firm.add(say("one"))
    await firm.send()
    await firm.add(say("buy", SAM, priority=Priority.CAMPAIGN), human("reply", SAM))
    assert 15 <= await minutes(firm, 30) <= 16
    assert ("buy", "discarded", "no-window") in await firm.rows()


async def test_no_notice_is_sent_in_a_pause_of_everyone(database: Database, catalogue: Catalogue):
    """What is given up then costs no call."""
    clock = Watch()
    firm = found(database, catalogue, NoticingChannel(clock, "wx"), clock)
    await firm.acts()
    firm.wx.pause = QUOTA
    await firm.add(human("one"))
    await firm.send()
    await firm.add(human("two", SAM))
    await firm.go_on(20 * MINUTE)
    assert firm.wx.told == []
    assert len(await firm.dead()) == 2


async def test_what_is_being_sent_is_given_up_by_nobody(firm: Firm):
    """Though its time ends in that very moment: it has arrived, and staff have no task."""
    await firm.acts()
    firm.wx.fail("hana", Throttled("45009", 14.9 * MINUTE, everyone=True))
    await firm.add(human("one"))
    await firm.send()
    await firm.go_on(14 * MINUTE)
    release = firm.wx.hold("hana")
    firm.wx.begun.clear()
    firm.clock.move(MINUTE)
    sending = asyncio.create_task(firm.dispatcher.once())
    async with asyncio.timeout(10):
        await firm.wx.begun.wait()
    firm.clock.move(2)
    now = firm.clock()
    late = await firm.database.read(lambda c: Overdue(c).look("wx", now, 60, PATIENCE, True))
    release.set()
    await sending
    await firm.send()

    assert late.chats == []
    assert (firm.texts(firm.wx, "hana"), firm.tasks) == (["one"], [])


async def test_our_own_limits_make_nothing_late(firm: Firm):
    """What is due and will be sent within the minute is tried first, though it has waited for too long."""
    await firm.acts()
    await firm.add(human("one"))
    await firm.send()
    firm.clock.move(HOUR)
    await firm.acts(SAM)
    await firm.add(human("two", SAM))
    firm.clock.move(HOUR)
    await firm.send()
    assert (firm.texts(firm.wx, "sam"), firm.tasks) == (["two"], [])


async def test_what_somebody_has_claimed_meanwhile_is_theirs(firm: Firm):
    """Between the look and the claim another worker has taken the lane."""
    await firm.acts()
    await firm.add(human("one"))
    firm.clock.move(HOUR)
    now = firm.clock()
    late = await firm.database.read(lambda c: Overdue(c).look("wx", now, 60, PATIENCE, True))
    assert late.chats == ["hana"]
    await firm.database.transact(lambda c: Lanes(c).claim("wx", now, 60, (), 10, firm.wx.windows))
    taken = await firm.database.transact(lambda c: Overdue(c).take("wx", late.chats, now, 60, firm.wx.windows, None))
    assert taken == []


async def test_a_channel_that_is_down_for_hours(firm: Firm):
    """It rests and is probed again and again; all that is owed there is told of in time, and what comes later goes."""
    await firm.acts()
    await firm.add(say("three"))
    await firm.send()
    firm.wx.pause = Temporary("unreached")
    places = [Place("wx", f"p{n}") for n in range(5)]
    for place in places:
        await firm.acts(place)
    await firm.add(*[human("one", place) for place in places], say("two"))
    await firm.go_on(17 * MINUTE)
    assert len(await firm.dead()) == 5
    firm.wx.pause = None
    await firm.go_on(5 * MINUTE)
    assert firm.texts(firm.wx, "hana") == ["three", "two"]


async def test_who_went_to_the_web_chat_reads_it_there(database: Database, catalogue: Catalogue):
    """What waits for a window elsewhere comes to where its reader wrote last, though nobody can push it there; before
    they wrote there it does not."""
    clock = Watch()
    wx, kf, tg = WindowedChannel(clock, "wx"), WindowedChannel(clock, "kf"), FakeChannel(clock, "tg")
    web = FakeChannel(clock, "web", pulled=True)
    firm = Firm(database, clock, wx, kf, tg, dispatcher(database, catalogue, clock, wx, kf, tg, web))
    there = Place("web", "hana-web")
    await firm.person(HANA, there)
    await firm.add(human("one", receipt=STAFF, receipt_card="r"))
    await firm.go_on(5 * MINUTE)
    now = firm.clock()
    assert await web_rows(firm) == []
    await firm.do(lambda store: store.connection.run("UPDATE people SET channel = 'web', chat = 'hana-web'"))
    await firm.go_on(12 * MINUTE)

    assert await web_rows(firm) == [("one", "due", now - timedelta(minutes=5))]
    assert await firm.dead() == []


async def web_rows(firm: Firm) -> list[tuple[object, ...]]:
    rows = await firm.database.read(lambda c: c.all("SELECT * FROM outbox WHERE channel = 'web' ORDER BY seq"))
    return [(unpack_outbound(row["body"], HANA).lines[0].text.id, row["state"], row["posted_at"]) for row in rows]
