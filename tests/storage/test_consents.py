"""What a person has agreed to be told outside of every window: counted one by one, spent in the claim, given back."""

from __future__ import annotations

import asyncio

import pytest

from domain.chat import Place, Priority
from storage.boxes import Claimed
from storage.budgets import SHUT, Left
from storage.consents import LASTING, Consents, act_of
from storage.database import Database
from storage.lanes import Wish
from storage.ways import UNASKED, WAITS, Ways
from tests.fakes import START
from tests.storage.test_boxes import HANA, SAM, later, say, second_worker, word
from tests.storage.test_budgets import HOUR, WINDOWS, Shop

ACT = act_of("S1")


def fits(claimed: Claimed) -> bool:
    return claimed.code != UNASKED and word(claimed.row.outbound) != "talk"


class Asked(Shop):
    """The same shop, where people agree to be told."""

    async def agrees(self, at: float, place: Place = HANA, now: float | None = None, act: str = ACT) -> None:
        await self._do(Consents, "give", place, act, later(at), later(at if now is None else now))

    async def ends(self, at: float, place: Place = HANA) -> None:
        await self._do(Consents, "end", place, ACT, later(at))

    async def agreed(self, place: Place = HANA) -> int:
        held = await self._do(Consents, "held", place.channel, [place.chat], ACT)
        return held[place.chat].count if place.chat in held else 0

    async def take(self, at: float, rates: tuple = (), lease_s: float = 60) -> list[Claimed]:
        wish = Wish(ACT, fits)
        return list(await self.lanes("claim", "fake", later(at), lease_s, rates, 100, WINDOWS, None, wish))

    async def ways(self, method: str, *args):
        return await self._do(Ways, method, *args)


@pytest.fixture
def shop(database: Database) -> Asked:
    return Asked(database)


RULES = [
    # what happens, as (what, when) in the order in which we hear of it, and how many messages may be sent then
    ([("agrees", 0)], 1),
    ([("agrees", 0), ("agrees", 9)], 2),
    ([("agrees", 0), ("ends", 5)], 0),
    ([("agrees", 0), ("ends", 0)], 0),
    ([("agrees", 0), ("agrees", 3), ("ends", 5), ("agrees", 7)], 1),
    ([("ends", 5), ("agrees", 0)], 0),
    ([("ends", 5), ("agrees", 5)], 1),
    ([("agrees", 7), ("ends", 5)], 1),
    ([("agrees", 9), ("agrees", 7)], 2),
]


@pytest.mark.parametrize(("happens", "left"), RULES)
async def test_each_consent_is_one_message_until_it_is_withdrawn(shop: Asked, happens: list, left: int):
    """However long ago, and in whichever order we hear of it; a withdrawal ends what was agreed to before it."""
    for what, at in happens:
        await getattr(shop, what)(at)

    assert await shop.agreed() == left


async def test_a_consent_is_no_window(shop: Asked):
    """It opens nothing, is in no count of what may be said, and is not forgotten like a window that ended."""
    await shop.agrees(0)
    assert await shop.left(1) is None
    assert await shop.budgets("opened", "fake", ["hana"], later(1)) == {}
    await shop.act(0)
    assert await shop.budgets("left", HANA, later(49 * HOUR)) == SHUT
    assert await shop.left(1) == Left(5, later(48 * HOUR))
    assert await shop.budgets("purge", later(9000 * HOUR)) == 1
    assert await shop.agreed() == 1


async def test_it_is_spent_in_the_claim_where_no_window_is_open(shop: Asked):
    """And neither while one is, nor for what does not fit it, nor for advertising, nor of what somebody else agreed
    to, or to something else."""
    await shop.agrees(0)
    await shop.agrees(0, SAM, act=act_of("S2"))
    await shop.act(0)
    await shop.add("a", say("one"))
    [claimed] = await shop.take(0)
    assert (claimed.paid is not None, claimed.consent, await shop.agreed()) == (True, None, 1)
    await shop.lanes("settle", claimed, "x", START)

    for at, outbound in ((50, say("talk")), (51, say("buy", priority=Priority.CAMPAIGN)), (52, say("one", SAM))):
        await shop.add(f"b{at}", outbound, at=at * HOUR)
        [claimed] = await shop.take(at * HOUR)
        assert (claimed.shut, claimed.consent, await shop.agreed()) == (True, None, 1)
        await shop.ways("drop", claimed, later(at * HOUR))

    await shop.add("c", say("news"), at=53 * HOUR)
    [claimed] = await shop.take(53 * HOUR)
    assert (claimed.shut, claimed.sending, claimed.copies) == (True, False, 0)
    assert claimed.consent is not None
    assert await shop.agreed() == 0


OUTCOMES = [
    ("noticed", ("x", START), 0),
    ("sleep", (START, later(60)), 1),
    ("kill", (START, "400"), 1),
    ("kill", (START, "timeout", False, (), True), 0),
    ("divert", (Place("other", "hana"), START, START), 1),
    ("late", (START, ()), 1),
    ("unasked", (START, True), 1),
    ("unasked", (START, False), 0),
]


@pytest.mark.parametrize(("outcome", "args", "left"), OUTCOMES)
async def test_what_was_not_told_is_given_back(shop: Asked, outcome: str, args: tuple, left: int):
    """And what may have arrived is not, nor what the platform knows nothing of."""
    await shop.agrees(0)
    await shop.add("a", say("one"))
    [claimed] = await shop.take(0)
    assert await shop.agreed() == 0

    assert await shop.ways(outcome, claimed, *args) is True
    assert await shop.agreed() == left


async def test_what_is_given_back_late_revives_nothing(shop: Asked):
    """Who has withdrawn meanwhile has agreed to nothing; who has agreed anew, to that; and a further one is added to
    what comes back."""
    for happens, left in (([("ends", 5)], 0), ([("ends", 5), ("agrees", 7)], 1), ([("agrees", 5)], 2)):
        place = Place("fake", f"c{left}")
        await shop.agrees(0, place)
        await shop.add(f"a{left}", say("one", place))
        [claimed] = await shop.take(0)
        for what, at in happens:
            await getattr(shop, what)(at, place)
        await shop.ways("kill", claimed, later(9), "400")
        assert await shop.agreed(place) == left


async def test_a_consent_that_comes_while_it_is_put_to_sleep_is_not_slept_through(shop: Asked):
    """Its lane goes on at once, as with a window; also if its time was over."""
    for outcome, args in (("sleep", (later(2), later(HOUR))), ("late", (later(2), ()))):
        place = Place("fake", outcome)
        await shop.add(outcome, say("one", place))
        [claimed] = await shop.take(0)
        await shop.agrees(1, place)
        assert await shop.ways(outcome, claimed, *args) is True
        [again] = await shop.take(3)
        assert again.place == place
        assert again.consent is not None


async def test_what_the_windows_refuse_is_paid_by_a_consent(shop: Asked):
    """In one step with what we believed of the windows; once."""
    await shop.agrees(0)
    await shop.act(0)
    await shop.add("a", say("one"))
    [claimed] = await shop.take(0)
    assert await shop.ways("refused", claimed) is True
    assert (await shop.ways("wished", claimed, ACT)).until == later(0) + LASTING
    assert await shop.ways("wished", claimed, ACT) is None
    assert await shop.agreed() == 0


async def test_two_workers_never_spend_a_consent_twice(database_url: str, engine: str, database: Database):
    """Whoever claims, and whenever the person agrees meanwhile, no more is told than was agreed to."""
    first = Asked(database)
    async with second_worker(database_url, engine, database) as other:
        second = Asked(other.database)
        places = [Place("fake", f"c{n}") for n in range(12)]
        for n, place in enumerate(places):
            for at in range(3):
                await first.agrees(at, place)
            await first.add(f"a{n}", *[say("one", place)] * 9)
        told: list[Place] = []

        async def work(shop: Asked) -> None:
            for _ in range(40):
                for each in await shop.take(10):
                    if each.consent and await shop.ways("noticed", each, "x", later(10)):
                        told.append(each.place)
                    elif not each.consent:
                        await shop.ways("sleep", each, later(10), later(HOUR), WAITS)

        async def agree() -> None:
            for n in range(12):
                await first.agrees(5, places[n % 6])
                await first.budgets("wake", places[n % 6], later(10))

        await asyncio.gather(work(first), work(second), agree())
        assert all(told.count(place) == 3 for place in places[6:])
        assert {told.count(place) + await first.agreed(place) for place in places[:6]} == {5}
