"""Requests as they are kept: whole, one winner, counted, found, and in the order that lists promise."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.chat import Span
from domain.errors import NotFound, NotPossible, Stale
from domain.people import INSIDE, Person, Role, Viewer
from domain.requests import Actor, Moved, Request, file_request, rebuild, remark
from domain.states import State, Who
from storage.database import Database
from storage.store import Store

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
HANA = Person("hana", name="王阿姨")
ACTOR = Actor(HANA, Who.HOMEOWNER, "fake")
STAFF = Viewer("sam", Role.STAFF)
PEOPLE = ("hana", "otto", "zhang", "li")


@pytest.fixture
async def office(database: Database) -> Database:
    """A database with people in it."""

    async def work(store: Store) -> None:
        from domain.chat import Place

        for name in PEOPLE:
            role = Role.INSTALLER if name in ("zhang", "li") else Role.HOMEOWNER
            await store.people.add(Person(name, role), Place("fake", name), NOW)

    await within(database, work)
    return database


async def within(database: Database, work: Any) -> Any:
    return await database.transact(lambda connection: work(Store(connection)))


async def filed(database: Database, **known: Any) -> Request:
    """A new request with this known of it, standing in ``state`` if that is given."""
    state = known.pop("state", State.NEW)
    at = known.pop("at", NOW)

    async def work(store: Store) -> Request:
        draft = Request(id=await store.requests.next_id(), **{"homeowner_id": "hana", **known})
        moved = file_request(draft, ACTOR, at)
        await store.requests.add(moved)
        if state is State.NEW:
            return moved.request
        on = changed(moved.request, at, state=state)
        await store.requests.save(on)
        return on.request

    return await within(database, work)


def changed(request: Request, at: datetime = NOW, **changes: Any) -> Moved:
    return remark(request, "test", ACTOR, at, changes)


FULL: dict[str, Any] = {
    "type": "complaint",
    "category": "kitchen",
    "product": "faucet",
    "scanned": "product-FT-2",
    "checked": ("no_leak", "clean"),
    "unchecked": ("shown",),
    "visit_fee_fen": 5000,
    "symptom": "drip",
    "severity": 3,
    "danger": "leak",
    "description": "水龙头'\"; DROP TABLE requests; --\n🔧",
    "photos": ("a" * 64, "b" * 64),
    "home_id": "h1",
    "district": "pudong",
    "address": "世纪大道100号",
    "door": "1202室",
    "phone": "+8613800138000",
    "wish": "明天下午",
    "wish_start": NOW,
    "wish_end": NOW + timedelta(hours=2),
    "claimed_by": "sam",
    "installer_id": "zhang",
    "window_start": NOW + timedelta(days=1, microseconds=7),
    "window_end": NOW + timedelta(days=1, hours=2),
    "code": "0042",
    "declines": 1,
    "reschedules": 2,
    "repeats": 3,
    "reopens": 4,
    "urges": 5,
    "escalation": 6,
    "report": "换了阀芯",
    "finish_photos": ("c" * 64,),
    "reason": "reason-cancel-price",
    "score": 5,
    "tags": ("price", "speed"),
    "review": "好",
    "answered_at": NOW + timedelta(minutes=1),
    "done_at": NOW + timedelta(minutes=2),
    "closed_at": NOW + timedelta(minutes=3),
    "rated_at": NOW + timedelta(minutes=4),
}


async def test_every_field_comes_back_as_it_was_kept(office: Database):
    """What is read equals what was kept, field by field, and equals what its events rebuild."""
    assert {f.name for f in fields(Request)} - set(FULL) == {
        "id",
        "homeowner_id",
        "version",
        "state",
        "created_at",
        "changed_at",
    }
    later = changed(await filed(office, **FULL, state=State.DONE), NOW + timedelta(hours=1))
    await within(office, lambda store: store.requests.save(later))
    kept = later.request

    read = await within(office, lambda store: store.requests.get(kept.id, INSIDE))
    events = await within(office, lambda store: store.requests.events(kept.id, INSIDE))
    assert read == kept
    assert rebuild(events) == kept


async def test_of_many_who_save_at_once_one_wins(office: Database):
    """Of twenty changes to the same version one is kept with its one event; the others are told that they are late."""
    request = await filed(office)

    async def save(number: int) -> str:
        try:
            await within(office, lambda store: store.requests.save(changed(request, urges=number)))
        except Stale as late:
            return late.text.id
        return "kept"

    outcomes = await asyncio.gather(*[save(number) for number in range(1, 21)])
    assert Counter(outcomes) == {"kept": 1, "refused-stale": 19}
    events = await within(office, lambda store: store.requests.events(request.id, INSIDE))
    assert [event.number for event in events] == [1, 2]
    assert rebuild(events) == await within(office, lambda store: store.requests.get(request.id, INSIDE))


async def test_numbers_are_never_given_twice(office: Database):
    """Requests filed at the same instant have numbers of their own, without a gap."""
    some = await asyncio.gather(*[filed(office) for _ in range(12)])

    assert sorted(one.id for one in some) == [f"R-{number}" for number in range(1001, 1013)]


async def test_counters_are_the_counts(office: Database):
    """What is kept as a count is what counting gives, whatever came and went; who is not staff counts nothing."""
    states = [State.NEW, State.NEW, State.TRIAGED, State.CLOSED]
    some = [await filed(office, state=state) for state in states]
    await within(office, lambda store: store.requests.save(changed(some[0], state=State.CANCELLED)))
    await within(office, lambda store: store.requests.save(changed(some[1], urges=1)))

    counts = await within(office, lambda store: store.requests.counts(STAFF))
    assert {state: count for state, count in counts.items() if count} == Counter(
        [State.CANCELLED, State.NEW, State.TRIAGED, State.CLOSED]
    )
    assert await within(office, lambda store: store.requests.counts(Viewer("hana", Role.HOMEOWNER))) == {}


async def test_a_change_that_is_undone_counts_nothing(office: Database):
    """A request whose transaction failed has no row, no event and no count."""

    async def work(store: Store) -> None:
        await store.requests.add(file_request(Request(id="R-7", homeowner_id="hana"), ACTOR, NOW))
        raise LookupError

    with pytest.raises(LookupError):
        await within(office, work)
    assert await within(office, lambda store: store.requests.counts(STAFF)) == {}
    with pytest.raises(NotFound):
        await within(office, lambda store: store.requests.get("R-7", INSIDE))


FOUND = ["R-1001", "水龙头", "龙头滴", "世纪大道", "世纪 水龙头", "13800138000", "8000", "faucet", "FAUCET"]
NOT_FOUND = [
    "马桶",
    "水马",
    "世纪 马桶",
    "9999",
    "",
    "  ",
    "' OR 1=1 --",
    '" OR ""',
    "& | ! ( ) :*",
    "*",
    "水 OR 马桶",
    "NEAR(",
    "%",
]


async def test_a_request_is_found_by_what_people_know_of_it(office: Database):
    """By number, any part of the Chinese words, a whole phone or its end; all words must be there, and no sign is an
    operator."""
    request = await filed(office, description="水龙头滴水 faucet", address="世纪大道100号", phone="+8613800138000")
    await filed(office, description="柜门坏了")

    for words in FOUND:
        assert [one.id for one in await find(office, words)] == [request.id], words
    for words in NOT_FOUND:
        assert await find(office, words) == [], words
    assert await within(office, lambda store: store.requests.find("水龙头", Viewer("hana", Role.HOMEOWNER))) == []


async def find(database: Database, words: str) -> list[Request]:
    return await within(database, lambda store: store.requests.find(words, STAFF))


async def test_the_queue_shows_danger_first_then_the_oldest(office: Database):
    """Within a state emergencies come first, then who waits longest; other states and who is not staff see none."""
    late = await filed(office, at=NOW + timedelta(hours=1))
    early = await filed(office)
    danger = await filed(office, danger="gas", at=NOW + timedelta(hours=2))
    await filed(office, state=State.TRIAGED)

    queue = await within(office, lambda store: store.requests.queue(State.NEW, STAFF))
    assert [one.id for one in queue] == [danger.id, early.id, late.id]
    assert len(await within(office, lambda store: store.requests.queue(State.NEW, STAFF, limit=2))) == 2
    assert await within(office, lambda store: store.requests.queue(State.NEW, Viewer("li", Role.INSTALLER))) == []


async def test_a_homeowners_own_requests_the_latest_first(office: Database):
    """Only their own, the one changed last first."""
    first, second = await filed(office), await filed(office, at=NOW + timedelta(minutes=1))
    await filed(office, homeowner_id="otto")
    await within(office, lambda store: store.requests.save(changed(first, NOW + timedelta(minutes=2), urges=1)))

    assert [one.id for one in await within(office, lambda store: store.requests.of("hana"))] == [first.id, second.id]
    assert await within(office, lambda store: store.requests.of("nobody")) == []


async def test_an_installers_jobs_in_order_of_time(office: Database):
    """What is held and not finished, by window, those without one last; nobody's name holds nothing."""

    async def job(state: State, hours: int | None) -> str:
        start = None if hours is None else NOW + timedelta(hours=hours)
        end = None if start is None else start + timedelta(hours=2)
        held = await filed(office, state=state, installer_id="zhang", window_start=start, window_end=end)
        return held.id

    open_, late, early = await job(State.ACCEPTED, None), await job(State.SCHEDULED, 9), await job(State.EN_ROUTE, 1)
    for state in (State.DONE, State.CLOSED, State.CANCELLED):
        await job(state, 3)
    await filed(office, state=State.SCHEDULED, installer_id="li")
    await filed(office)

    assert [one.id for one in await within(office, lambda store: store.requests.jobs("zhang"))] == [early, late, open_]
    assert await within(office, lambda store: store.requests.jobs("")) == []


async def test_when_an_installer_is_busy(office: Database):
    """Windows of visits to come and under way, but for one's own, from a moment on; what is done or open is free."""
    spans = [Span(NOW + timedelta(hours=h), NOW + timedelta(hours=h + 2)) for h in (1, 4, 8)]
    states = [State.SCHEDULED, State.IN_PROGRESS, State.DONE]
    some = [
        await filed(office, state=state, installer_id="zhang", window_start=span.start, window_end=span.end)
        for state, span in zip(states, spans, strict=True)
    ]

    async def busy(since: datetime, but: str = "") -> list[Span]:
        return await within(office, lambda store: store.requests.busy("zhang", since, but))

    assert await busy(NOW) == spans[:2]
    assert await busy(NOW, but=some[0].id) == spans[1:2]
    assert await busy(spans[0].end) == spans[1:2]
    assert await busy(spans[0].end - timedelta(microseconds=1)) == spans[:2]


async def test_the_latest_events_in_their_order(office: Database):
    """A limit keeps the last ones, told from the oldest of them on."""
    request = await filed(office)
    for number in range(5):
        moved = changed(request, NOW + timedelta(minutes=number), urges=number)
        await within(office, lambda store, moved=moved: store.requests.save(moved))
        request = moved.request

    events = await within(office, lambda store: store.requests.events(request.id, INSIDE, limit=2))
    assert [event.number for event in events] == [5, 6]


# ---- offers


async def offers(database: Database, request_id: str) -> tuple[list[str], set[str]]:
    async def work(store: Store) -> tuple[list[str], set[str]]:
        return await store.offers.open(request_id), await store.offers.tried(request_id)

    return await within(database, work)


async def test_the_life_of_an_offer(office: Database):
    """An offer is open until it is answered, expires or is withdrawn; who turned it down is remembered until it is
    made again."""
    request = await filed(office, state=State.OFFERED)

    async def make(store: Store) -> None:
        await store.offers.make(request.id, ["zhang", "li"], True, NOW, NOW + timedelta(minutes=10))

    await within(office, make)
    assert await offers(office, request.id) == (["li", "zhang"], set())
    await within(office, lambda store: store.offers.answer(request.id, "li", "declined", "far"))
    assert await offers(office, request.id) == (["zhang"], {"li"})
    assert await within(office, lambda store: store.offers.to("zhang")) == [request.id]
    assert await within(office, lambda store: store.offers.to("li")) == []
    await within(office, lambda store: store.offers.end(request.id, "expired"))
    assert await offers(office, request.id) == ([], {"zhang", "li"})
    await within(office, make)
    assert await offers(office, request.id) == (["li", "zhang"], set())
    await within(office, lambda store: store.offers.end(request.id))
    assert await offers(office, request.id) == ([], set())


async def test_only_an_open_offer_can_be_answered(office: Database):
    """A late answer to what was withdrawn changes nothing."""
    request = await filed(office, state=State.OFFERED)
    await within(office, lambda store: store.offers.make(request.id, ["li"], False, NOW, NOW))
    await within(office, lambda store: store.offers.end(request.id))
    await within(office, lambda store: store.offers.answer(request.id, "li", "declined"))

    assert await offers(office, request.id) == ([], set())


async def test_who_was_offered_it_hears_that_it_is_taken(office: Database):
    """An installer whose offer ended is told so politely; one who never had it finds nothing."""
    request = await filed(office, state=State.ACCEPTED, installer_id="zhang")
    await within(office, lambda store: store.offers.make(request.id, ["li"], False, NOW, NOW))
    await within(office, lambda store: store.offers.end(request.id))

    with pytest.raises(NotPossible) as taken:
        await within(office, lambda store: store.requests.get(request.id, Viewer("li", Role.INSTALLER)))
    assert taken.value.text.id == "refused-taken"
    for stranger in (Viewer("qian", Role.INSTALLER), Viewer("li", Role.HOMEOWNER)):
        with pytest.raises(NotFound) as nothing:
            await within(office, lambda store, one=stranger: store.requests.get(request.id, one))
        with pytest.raises(NotFound) as absent:
            await within(office, lambda store, one=stranger: store.requests.get("R-9999", one))
        assert nothing.value.text == absent.value.text


async def test_a_request_that_only_looks_like_the_same_is_another(office: Database):
    """A change is kept under its own number alone."""
    one, other = await filed(office), await filed(office)
    await within(office, lambda store: store.requests.save(changed(one, urges=3)))

    assert (await within(office, lambda store: store.requests.get(other.id, INSIDE))) == other
    with pytest.raises(Stale):
        await within(office, lambda store: store.requests.save(changed(replace(one, id="R-9999"), urges=3)))
