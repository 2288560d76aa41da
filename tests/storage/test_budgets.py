"""What may still be sent to a person: opened by what they do, spent in the claim, given back when nothing was sent."""

from __future__ import annotations

import asyncio

import pytest

from domain.channel import Rate, Window
from domain.chat import Attachment, Outbound, Place, Priority
from storage.boxes import Claimed, Heard
from storage.budgets import SHUT, Budgets, Left, Open, cost
from storage.database import Database
from storage.limits import spend, ticks
from tests.fakes import START
from tests.storage.test_boxes import HANA, SAM, STAFF, Boxes, later, say, second_worker, word

MESSAGE = Window("message", 5, 48 * 3600.0)
TOUCH = Window("touch", 3, 60.0)
WINDOWS = (MESSAGE, TOUCH)
HOUR = 3600.0
PHOTOS = tuple([Attachment(f"{n:064x}") for n in range(9)])


class Shop(Boxes):
    """Boxes of a channel with windows."""

    async def act(self, at: float, window: Window = MESSAGE, place: Place = HANA, since: float | None = None) -> None:
        """The person did something at ``since``, which we handle now."""

        async def work(connection):
            await Budgets(connection).wake(place, later(at))
            await Budgets(connection).open(place, window, later(at if since is None else since), later(at))

        await self.database.transact(work)

    async def budgets(self, method: str, *args):
        return await self._do(Budgets, method, *args)

    async def take(self, at: float, rates: tuple[Rate, ...] = (), lease_s: float = 60) -> list[Claimed]:
        return list(await self.lanes("claim", "fake", later(at), lease_s, rates, 100, WINDOWS))

    async def go(self, at: float) -> list[str]:
        """What of it goes at this moment; the others are marked."""
        words = []
        while claimed := [each for each in await self.take(at) if each.sending]:
            for each in claimed:
                words.append(word(each.row.outbound))
                await self.lanes("settle", each, f"x-{each.row.id}", later(at))
        return words

    async def left(self, at: float, place: Place = HANA) -> Left | None:
        return await self.budgets("left", place, later(at))


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(database)


RULES = [
    # acts as (window, at), messages sent at, how many of them go
    ([], 0, 0),
    ([(MESSAGE, 0)], 0, 5),
    ([(MESSAGE, 0)], 48 * HOUR - 6, 5),
    ([(MESSAGE, 0)], 48 * HOUR - 5, 0),
    ([(MESSAGE, 0)], 48 * HOUR, 0),
    ([(TOUCH, 0)], 0, 3),
    ([(TOUCH, 0)], 54, 3),
    ([(TOUCH, 0)], 60, 0),
    ([(MESSAGE, 0), (MESSAGE, 1)], 2, 5),
    ([(TOUCH, 0), (TOUCH, 1)], 2, 3),
    ([(MESSAGE, 0), (TOUCH, 1)], 2, 8),
    ([(MESSAGE, 0), (TOUCH, 1)], 120, 5),
    ([(MESSAGE, 0), (MESSAGE, 47 * HOUR)], 50 * HOUR, 5),
]


@pytest.mark.parametrize(("acts", "at", "goes"), RULES)
async def test_so_many_messages_go_as_the_windows_allow(shop: Shop, acts: list, at: float, goes: int):
    """Neither more nor fewer than every act allows, counted anew by each and never added up; just before the end of a
    window nothing is risked any more."""
    for window, when in acts:
        await shop.act(when, window)
    await shop.add("a", *[say(f"w{n}") for n in range(10)], at=at)

    assert await shop.go(at) == [f"w{n}" for n in range(goes)]
    assert (await shop.take(at + 61))[0].shut is True


async def test_the_window_that_ends_first_is_spent_first(shop: Shop):
    """What lasts is kept for later."""
    await shop.act(0)
    await shop.act(1, TOUCH)
    await shop.add("a", *[say("one")] * 3, at=2)
    assert await shop.go(2) == ["one"] * 3

    opened = await shop.budgets("opened", "fake", ["hana"], later(2))
    assert opened == {"hana": [Open("message", 5, later(48 * HOUR))]}


@pytest.mark.parametrize(("costs", "left"), [(1, 4), (3, 2), (9, 0)])
async def test_what_went_meanwhile_counts_as_it_was_paid(shop: Shop, costs: int, left: int):
    """A message that the platform counts as several has taken as many from the window which opens late."""
    await shop.act(0)
    await shop.add("a", say("one"), at=10)
    [claimed] = await shop.lanes("claim", "fake", later(10), 60, (), 100, (MESSAGE,), lambda head: costs)
    await shop.lanes("settle", claimed, "x", later(12))
    await shop.act(20, since=5)
    assert (await shop.left(20)).count == left


async def test_a_further_act_opens_anew_and_an_old_one_changes_nothing(shop: Shop):
    """Of two messages that are handled in the wrong order the later one counts; one that is too old opens nothing."""
    await shop.act(100)
    await shop.add("a", say("one"), at=100)
    assert await shop.go(100) == ["one"]
    await shop.act(200, since=50)
    assert await shop.left(200) == Left(4, later(100 + 48 * HOUR))

    await shop.act(49 * HOUR, place=SAM, since=0)
    assert await shop.left(49 * HOUR, SAM) == SHUT


async def test_what_went_before_we_heard_of_an_act_counts(shop: Shop):
    """The platform has taken it from the window that the act opened, and perhaps what went in the same second."""
    await shop.act(0)
    await shop.add("a", *[say("one")] * 2, at=100)
    assert await shop.go(100) == ["one", "one"]
    await shop.add("b", say("two"), at=100.5)
    assert await shop.go(100.5) == ["two"]

    await shop.act(110, since=99)
    assert (await shop.left(110)).count == 2
    await shop.act(120, since=98)
    assert (await shop.left(120)).count == 2
    await shop.act(130, since=100)
    assert (await shop.left(130)).count == 4
    await shop.act(140, since=101)
    assert (await shop.left(140)).count == 5


async def test_what_is_under_way_when_a_window_opens_counts(shop: Shop):
    """The platform may get it before or after the act: it is taken from the window that is open now, once it is
    there."""
    await shop.act(0)
    await shop.add("a", say("one"))
    [ours] = await shop.take(0)
    await shop.act(2)
    assert (await shop.left(2)).count == 5

    assert await shop.lanes("settle", ours, "x", later(3))
    assert (await shop.left(3)).count == 4


async def test_who_wakes_a_lane_does_not_take_it_from_its_worker(shop: Shop):
    """What is being sent stays with who sends it, whatever the person does meanwhile."""
    await shop.act(0)
    await shop.add("a", say("one"))
    [ours] = await shop.take(0)
    await shop.act(1)

    assert await shop.take(1) == []
    assert await shop.lanes("settle", ours, "x", later(2)) is True


@pytest.mark.parametrize(
    ("outcome", "args", "left"),
    [
        ("settle", ("x", START), 4),
        ("postpone", (START, 1.0, "500", False), 5),
        ("postpone", (START, 1.0, "timeout", True), 4),
        ("throttle", (START, 1.0, False), 5),
        ("kill", (START, "400"), 5),
        ("kill", (START, "timeout", False, (), True), 4),
        ("release", (), 5),
    ],
)
async def test_what_was_not_sent_is_given_back(shop: Shop, outcome: str, args: tuple, left: int):
    """And what may have arrived is not."""
    await shop.act(0)
    await shop.add("a", say("one"))
    [claimed] = await shop.take(0)
    assert await shop.left(0) == Left(4, later(48 * HOUR))

    assert await shop.lanes(outcome, claimed, *args) is True
    assert await shop.left(0) == Left(left, later(48 * HOUR))


@pytest.mark.parametrize("at", [0, 10])
async def test_what_is_given_back_late_adds_nothing_to_a_new_window(shop: Shop, at: float):
    """A window that was opened since has all its messages, and not one more."""
    await shop.act(0)
    await shop.add("a", say("one"))
    [claimed] = await shop.take(0)
    await shop.act(at)
    await shop.lanes("throttle", claimed, later(11), 1.0, False)

    assert await shop.left(11) == Left(5, later(at + 48 * HOUR))


async def test_what_the_platform_refuses_shuts_what_was_open_and_nothing_newer(shop: Shop):
    """Its word counts for the windows we knew of."""
    await shop.act(0)
    await shop.budgets("close", HANA, [Open("message", 5, later(48 * HOUR))])
    assert await shop.left(1) == SHUT
    await shop.act(5)
    await shop.budgets("close", HANA, [Open("message", 5, later(48 * HOUR))])
    assert await shop.left(6) == Left(5, later(5 + 48 * HOUR))
    await shop.budgets("forget", HANA, WINDOWS, later(4), later(6))
    assert await shop.left(6) == Left(5, later(5 + 48 * HOUR))
    await shop.budgets("forget", HANA, WINDOWS, later(6), later(6))
    assert await shop.left(6) == SHUT


async def test_what_is_shut_costs_no_limit_and_counts_no_copy(shop: Shop):
    """The lane is held, and nothing is spent of what all share."""
    rates = (Rate("all", 2, 60.0), Rate("chat", 1, 60.0))
    third = Place("fake", "third")
    await shop.add("a", say("one"), say("one", SAM))
    await shop.act(0, place=SAM)
    await shop.act(0, place=third)
    claimed = {each.place: each for each in await shop.take(0, rates)}

    assert (claimed[HANA].shut, claimed[HANA].copies, claimed[HANA].sending) == (True, 0, False)
    assert (claimed[SAM].shut, claimed[SAM].copies, claimed[SAM].sending) == (False, 1, True)
    await shop.add("b", say("one", third))
    assert [each.place for each in await shop.take(1, rates) if each.sending] == [third]


async def test_advertising_spends_no_window(shop: Shop):
    """However much is left."""
    await shop.act(0)
    await shop.add("a", say("buy", priority=Priority.CAMPAIGN))
    [claimed] = await shop.take(0)

    assert claimed.shut is True
    assert await shop.left(0) == Left(5, later(48 * HOUR))


async def test_a_group_has_no_windows(shop: Shop):
    """What limits it are rates."""
    await shop.add("a", *[say("one", STAFF)] * 7, heard=Heard(STAFF, group=True))

    assert await shop.go(0) == ["one"] * 7


async def test_a_channel_without_windows_asks_nobody(shop: Shop):
    """There messages go as ever, and cards are edited; with windows each version is a message of its own."""
    await shop.add("a", say("v1", card="c"))
    [first] = await shop.claim(0)
    await shop.lanes("settle", first, "m1", START)
    await shop.add("b", say("v2", card="c"))
    [edit] = await shop.claim(0)
    await shop.lanes("postpone", edit, START, 0, "", False)
    await shop.act(1)
    [anew] = await shop.take(1)

    assert (first.windowed, edit.known, edit.copies) == (False, "m1", 0)
    assert (anew.windowed, anew.known, anew.copies) == (True, "", 1)


COSTS = [
    (say("one"), 1),
    (say("one", files=PHOTOS[:1]), 2),
    (Outbound(HANA, (), files=PHOTOS[:3]), 3),
    (Outbound(HANA, (), files=PHOTOS), 5),
]


@pytest.mark.parametrize(("outbound", "costs"), COSTS)
async def test_files_count_beside_words(shop: Shop, outbound: Outbound, costs: int):
    """Each is a message, at most all that the largest window has; with less than that left it waits."""
    assert cost(outbound, 5) == costs
    await shop.act(0)
    await shop.add("a", outbound)
    [claimed] = await shop.take(0)
    assert claimed.cost == costs
    await shop.lanes("settle", claimed, "x", START)
    await shop.add("b", *[say("one")] * (5 - costs))
    assert len(await shop.go(0)) == 5 - costs
    assert await shop.left(0) == SHUT


async def test_two_workers_never_spend_a_message_twice(database_url: str, engine: str, database: Database):
    """Whoever claims, and whenever the person acts meanwhile, no more goes than one window holds for each act."""
    first = Shop(database)
    async with second_worker(database_url, engine, database) as other:
        second = Shop(other.database)
        places = [Place("fake", f"c{n}") for n in range(12)]
        for n, place in enumerate(places):
            await first.act(0, place=place)
            await first.add(f"a{n}", *[say("one", place)] * 9)
        sent: list[Place] = []

        async def work(shop: Shop) -> None:
            for _ in range(40):
                claimed = [each for each in await shop.take(1) if each.sending]
                sent.extend([each.place for each in claimed if await shop.lanes("settle", each, "x", later(1))])

        async def acts() -> None:
            for n in range(30):
                await first.act(1, place=places[n % 6])

        await asyncio.gather(work(first), work(second), acts())
        assert all(sent.count(place) == 5 for place in places[6:])
        assert all(5 <= sent.count(place) <= 9 for place in places[:6])


async def test_staff_are_told_what_is_left_with_the_receipt(shop: Shop):
    """After this message, in hours, then in minutes; then that nothing is."""
    await shop.act(0)
    told = {}
    for n, at in enumerate((0, 45 * HOUR, 47.5 * HOUR, 47.6 * HOUR, 47.7 * HOUR)):
        await shop.add(f"a{n}", say("reply", receipt=STAFF, receipt_card=f"r{n}"), at=at)
        [claimed] = [each for each in await shop.take(at) if each.place == HANA]
        await shop.lanes("settle", claimed, "x", later(at))
        newest = await shop.outbox("newest", STAFF, f"r{n}")
        told[at] = [(line.text.id, dict(line.text.args)) for line in newest.lines[1:]]

    assert told == {
        0: [("window-left-hours", {"count": 4, "hours": 48})],
        45 * HOUR: [("window-left-hours", {"count": 3, "hours": 3})],
        47.5 * HOUR: [("window-left-minutes", {"count": 2, "minutes": 30})],
        47.6 * HOUR: [("window-left-minutes", {"count": 1, "minutes": 24})],
        47.7 * HOUR: [("window-shut", {})],
    }


def test_sends_that_no_limit_looks_back_at_are_forgotten():
    """A limit of four hundred an hour keeps no list of four hundred for ever."""
    rates = (Rate("chat", 16, 60.0), Rate("chat", 400, 3600.0))
    spent: list[int] = []
    for minute in range(600):
        spent = spend(spent, rates, ticks(START) + minute * 60_000_000, 2)

    assert len(spent) == 120
    assert spend(spent, rates, ticks(START) + 10**13) == [ticks(START) + 10**13]


async def test_a_window_that_ends_too_late_is_no_obstacle(shop: Shop):
    """A clock that was wrong, or a longer window of then, does not shut somebody out for years."""
    await shop.act(9000 * HOUR)
    await shop.add("a", *[say("one")] * 5, at=9000 * HOUR)
    assert len(await shop.go(9000 * HOUR)) == 5
    await shop.act(10)

    assert await shop.left(10) == Left(5, later(10 + 48 * HOUR))


async def test_windows_that_ended_long_ago_are_forgotten(shop: Shop):
    """And no others."""
    await shop.act(0)
    await shop.act(HOUR, place=SAM)

    assert await shop.budgets("purge", later(48.5 * HOUR)) == 1
    assert (await shop.left(2 * HOUR), (await shop.left(2 * HOUR, SAM)).count) == (None, 5)


async def test_what_was_released_is_no_copy(shop: Shop):
    """It was not sent: nothing of it can have arrived."""
    await shop.act(0)
    await shop.add("a", say("one"))
    copies = []
    for turn in range(3):
        [claimed] = await shop.take(turn * 61)
        copies.append(claimed.copies)
        await shop.lanes("release", claimed)

    assert copies == [1, 1, 1]
