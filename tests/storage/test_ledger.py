"""The ledger as it is kept: each key once, one winner, append-only, one's own, and a proof that sees what is wrong."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import asyncpg
import pytest

from domain.chat import Place
from domain.errors import NotFound
from domain.ledger import Kind, Short, Terms, Unit, Why
from domain.people import INSIDE, Person, Role, Viewer
from storage.database import Connection, Database
from storage.ledger_books import read_book
from storage.ledger_proof import CHECKS, Fault, Proof, page, prove
from storage.store import Store

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WHY = Why("referral", "RF-1001", facts={"order_fen": 3_000_000, "tier": 1})
LASTS = Terms(NOW, NOW + 100 * DAY, NOW + 70 * DAY)
AT_ONCE = 64
ROUNDS = 500
ROUNDS_AT_ONCE = 4
T = TypeVar("T")

Verb = Callable[[Store], Awaitable[T]]


async def within(database: Database, verb: Verb[T]) -> T:
    """One unit of work."""

    async def work(connection: Connection) -> T:
        return await verb(Store(connection))

    return await database.transact(work)


@pytest.fixture
async def bank(database: Database) -> Database:
    """A database with people in it."""

    async def work(store: Store) -> None:
        for name in ("hana", "otto", *(f"p{number}" for number in range(ROUNDS_AT_ONCE))):
            await store.people.add(Person(name), Place("", ""), NOW)

    await within(database, work)
    return database


def credit(key: str, amount: int, person: str = "hana", terms: Terms = LASTS, unit: Unit = Unit.FUND) -> Verb[Any]:
    return lambda store: store.ledger.credit(person, unit, key, NOW, amount, WHY, terms)


def spend(key: str, amount: int, person: str = "hana", at: datetime = NOW) -> Verb[Any]:
    return lambda store: store.ledger.spend(person, Unit.FUND, key, at, amount, Why("order", "O-7"))


async def available(database: Database, person: str = "hana", at: datetime = NOW) -> int:
    return (await within(database, lambda store: store.ledger.balance(person, Unit.FUND, INSIDE, at))).available


async def proof_of(database: Database) -> Proof:
    return await prove(database.read)


# ---- what is kept is what was made


async def test_an_entry_comes_back_as_it_was_made(bank: Database) -> None:
    """With its number, its postings in order, its facts and its dates, whether it is one's line or about a subject."""
    [made] = await within(bank, credit("referral:RF-1001:reward", 20_000))
    [spent] = await within(bank, spend("spend:O-7:1", 5_000))
    own = Viewer("hana", Role.HOMEOWNER)
    lines = await within(bank, lambda store: store.ledger.lines("hana", own))
    kept = await within(bank, lambda store: store.ledger.about("RF-1001"))
    assert [line.key for line in lines] == [spent.key, made.key]
    assert (lines[1].amount, lines[1].why, lines[1].postings) == (20_000, WHY, made.postings)
    assert (lines[1].terms and lines[1].terms.expires_at) == LASTS.expires_at
    assert kept == (lines[1],)
    assert [line.number for line in lines] == [2, 1]


async def test_lines_come_in_pages(bank: Database) -> None:
    """The newest first, from below a number, none twice and none left out."""
    for number in range(1, 8):
        await within(bank, credit(f"c{number}", number))
    seen: list[int] = []
    before: int | None = None
    while found := await within(bank, lambda store, before=before: store.ledger.lines("hana", INSIDE, before, 3)):
        seen += [line.number for line in found]
        before = found[-1].number
    assert seen == [7, 6, 5, 4, 3, 2, 1]


async def test_a_passbook_is_its_owners(bank: Database) -> None:
    """Somebody else's is as absent as that of nobody; staff see all."""
    await within(bank, credit("c", 100))
    other = Viewer("otto", Role.HOMEOWNER)
    installer = Viewer("otto", Role.INSTALLER)
    for viewer in (other, installer):
        for person in ("hana", "nobody"):
            with pytest.raises(NotFound) as refused:
                await within(bank, lambda store, p=person, v=viewer: store.ledger.lines(p, v))
            assert refused.value.text.id == "ledger-not-found"
            with pytest.raises(NotFound):
                await within(bank, lambda store, p=person, v=viewer: store.ledger.balance(p, Unit.FUND, v, NOW))
    assert await within(bank, lambda store: store.ledger.entry("c", other)) is None
    assert await within(bank, lambda store: store.ledger.entry("absent", other)) is None
    assert len(await within(bank, lambda store: store.ledger.lines("hana", Viewer("sam", Role.STAFF)))) == 1


async def test_a_lot_that_ends_winds_up_its_clocks(bank: Database) -> None:
    """One for its end, and one for telling its owner, which those of the same moment share."""
    await within(bank, credit("a", 100))
    await within(bank, credit("b", 100))
    await within(bank, credit("for-ever", 100, terms=Terms(NOW)))
    timers = await within(bank, lambda store: store.timers.due(NOW + 200 * DAY, 10))
    assert [(one.intent, one.subject) for one in timers] == [
        ("clock.credit_expiring", "hana"),
        ("clock.credit_expires", "a"),
        ("clock.credit_expires", "b"),
    ]


# ---- each thing once


async def test_a_replayed_event_pays_once(bank: Database) -> None:
    """The same credit, spend, refund, reversal or adjustment again does nothing, whatever has happened since."""
    await within(bank, credit("first", 100, terms=Terms(NOW)))
    verbs: list[Verb[Any]] = [
        credit("c", 100),
        spend("s", 150),
        lambda store: store.ledger.adjust("hana", Unit.FUND, "m", NOW, -50, Why("adjust"), LASTS),
        lambda store: store.ledger.give_back("s", NOW, Why("order-ended"), 30 * DAY),
        lambda store: store.ledger.reverse("c", "r", NOW, Why("void")),
        lambda store: store.ledger.owe("hana", Unit.FUND, "o", NOW, 7, Why("void")),
    ]
    for verb in verbs:
        assert await within(bank, verb)
    lines = await within(bank, lambda store: store.ledger.lines("hana", INSIDE))
    for verb in (*verbs, *reversed(verbs)):
        assert await within(bank, verb) == ()
    assert await within(bank, lambda store: store.ledger.lines("hana", INSIDE)) == lines
    assert (await proof_of(bank)).faults == ()


async def test_a_spend_that_was_done_is_not_refused(bank: Database) -> None:
    """A replay hears nothing of the money being gone; another spend does."""
    await within(bank, credit("c", 100))
    await within(bank, spend("s", 100))
    assert await within(bank, spend("s", 100)) == ()
    with pytest.raises(Short):
        await within(bank, spend("t", 1))


async def test_a_refund_neither_keeps_nor_takes_twice(bank: Database) -> None:
    """Spent, refunded by two ways at once, spent anew and refunded again: what was credited is there."""
    await within(bank, credit("c", 100))
    for number in range(3):
        await within(bank, spend(f"s{number}", 80))
        back = [
            within(bank, lambda store, n=number: store.ledger.give_back(f"s{n}", NOW, Why("order-ended"), DAY))
            for _ in range(4)
        ]
        assert sorted(len(one) for one in await asyncio.gather(*back)) == [0, 0, 0, 1]
        assert await available(bank) == 100


async def test_what_is_not_there_is_nothing(bank: Database) -> None:
    """No spend of this key, no credit of this key: nothing happens."""
    assert await within(bank, lambda store: store.ledger.give_back("absent", NOW, WHY, DAY)) == ()
    assert await within(bank, lambda store: store.ledger.reverse("absent", "r", NOW, WHY)) == ()
    assert await within(bank, lambda store: store.ledger.expire("absent", NOW)) == ()


async def test_points_and_fund_do_not_mix(bank: Database) -> None:
    """Each has lots and a debt of its own; the lines are numbered through."""
    await within(bank, credit("points", 100, unit=Unit.POINTS))
    with pytest.raises(Short):
        await within(bank, spend("s", 1))
    [entry] = await within(bank, credit("fund", 100))
    assert entry.number == 2


async def test_what_fails_with_it_leaves_nothing(bank: Database) -> None:
    """An error after the entry, in the same unit of work, undoes entry, lot, postings and clocks."""

    async def fails(store: Store) -> None:
        await credit("c", 100)(store)
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        await within(bank, fails)
    assert await available(bank) == 0
    assert await within(bank, lambda store: store.timers.due(NOW + 200 * DAY, 10)) == []
    assert await within(bank, credit("c", 100))


# ---- append-only


@pytest.mark.parametrize("table", ["ledger_entries", "ledger_lots", "ledger_postings"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_nothing_is_changed_or_removed(bank: Database, table: str, change: str) -> None:
    """The database itself refuses to update, delete or truncate what is in the ledger."""
    if change.startswith("TRUNCATE") and bank.engine == "sqlite":
        change = "DELETE FROM {} WHERE TRUE"  # there is no truncate there
    await within(bank, credit("c", 100))
    column = {"ledger_entries": "subject", "ledger_lots": "unit", "ledger_postings": "account"}[table]

    async def meddle(connection: Connection) -> None:
        await connection.run(change.format(table, column, column))

    with pytest.raises((sqlite3.IntegrityError, asyncpg.RaiseError), match="append-only"):
        await bank.transact(meddle)
    assert await available(bank) == 100


# ---- the proof


def _damages() -> dict[str, tuple[str, ...]]:
    posting = "INSERT INTO ledger_postings (entry, number, account, lot, amount) VALUES "
    return {
        "unbalanced": ("UPDATE ledger_postings SET amount = amount + 1 WHERE account = 'fund:spent'",),
        "gap": ("UPDATE ledger_entries SET number = 9 WHERE key = 's'",),
        "below": (posting + "('s', 8, 'fund:person:hana', 'c', -70), ('s', 9, 'fund:spent', 'c', 70)",),
        "above": (posting + "('s', 8, 'fund:person:hana', 'c', 70), ('s', 9, 'fund:spent', 'c', -70)",),
        "no-lot": (posting + "('s', 8, 'fund:spent', 'x', 1), ('s', 9, 'fund:spent', 'x', -1)",),
        "empty": ("DELETE FROM ledger_postings WHERE entry = 's'",),
        "no-credit": (
            "DELETE FROM ledger_postings WHERE entry = 'd'",
            "DELETE FROM ledger_lots WHERE id = 'd'",
        ),
        "debt": (posting + "('s', 8, 'fund:debt:hana', '', 5), ('s', 9, 'fund:spent', '', -5)",),
        "stranger": (posting + "('s', 8, 'fund:debt:otto', '', -5), ('s', 9, 'fund:spent', '', 5)",),
        "total": ("UPDATE ledger_postings SET amount = amount + 1 WHERE account = 'fund:spent'",),
    }


@pytest.mark.parametrize("code", sorted(_damages()))
async def test_the_proof_sees_damage(bank: Database, code: str) -> None:
    """Whatever somebody does to the tables behind our back is found, and named."""
    await within(bank, credit("c", 100))
    await within(bank, credit("d", 100, person="otto"))
    await within(bank, spend("s", 40))
    assert await proof_of(bank) == Proof(2, 3)

    async def damage(connection: Connection) -> None:
        for table in ("ledger_entries", "ledger_lots", "ledger_postings"):
            for name in ("kept", "stay") if bank.engine == "sqlite" else ("kept",):
                on = "" if bank.engine == "sqlite" else f" ON {table}"
                await connection.run(f"DROP TRIGGER {table}_{name}{on}")
        for statement in _damages()[code]:
            await connection.run(statement)

    await bank.transact(damage)
    assert code in {fault.code for fault in (await proof_of(bank)).faults}


def test_every_check_is_seen_to_find_something() -> None:
    """Only a key that is there twice cannot be made: the primary key would have to go first."""
    assert set(CHECKS) - set(_damages()) == {"twice"}


async def test_the_proof_goes_page_by_page(bank: Database) -> None:
    """Pages hold whole people, and together everybody once."""
    for number in range(3):
        for key in range(3):
            await within(bank, credit(f"c{number}{key}", 10, person=f"p{number}"))
    seen, after = [], ""
    while (one := await bank.read(partial(page, after=after, size=4))).last:
        seen.append((one.last, one.people, one.entries))
        after = one.last
    assert seen == [("p1", 2, 6), ("p2", 1, 3)]
    assert Fault("gap", "p1") not in (await proof_of(bank)).faults


# ---- at once


BASE, SPENT, CLAIMED = 101, 101, 100
"""One spend can be paid before the claim as well as after it, and a second one never."""


async def _claims(database: Database, person: str, number: int) -> None:
    """Half claim one reward, half spend what is there for one of them only: one claim and one spend win."""
    await within(database, credit(f"base:{number}", BASE, person, Terms(NOW)))

    async def tried(each: int) -> str:
        if each % 2:
            made = await within(database, credit(f"claim:{number}", CLAIMED, person, Terms(NOW)))
            return "claim" if made else ""
        try:
            return "spend" if await within(database, spend(f"spend:{number}:{each}", SPENT, person)) else "replayed"
        except Short:
            return ""

    won = [one for one in await asyncio.gather(*map(tried, range(AT_ONCE))) if one]
    assert sorted(won) == ["claim", "spend"], won
    left = await available(database, person)
    assert left == BASE + CLAIMED - SPENT
    await within(database, spend(f"rest:{number}", left, person))


@pytest.mark.unwatched
async def test_at_once_exactly_one_wins(bank: Database) -> None:
    """64 claims and spends of one person at the same time, 500 rounds: one of each wins, and all sums stay zero."""

    async def rounds(lane: int) -> None:
        for number in range(lane, ROUNDS, ROUNDS_AT_ONCE):
            await _claims(bank, f"p{lane}", number)

    await asyncio.gather(*map(rounds, range(ROUNDS_AT_ONCE)))
    assert (await proof_of(bank)).faults == ()
    for lane in range(ROUNDS_AT_ONCE):
        book = await bank.read(lambda connection, lane=lane: read_book(connection, f"p{lane}", Unit.FUND))
        assert book.lots == ()
    kinds = await bank.read(_kinds)
    assert kinds == {Kind.CREDIT.value: 2 * ROUNDS, Kind.SPEND.value: 2 * ROUNDS}


async def _kinds(connection: Connection) -> dict[str, int]:
    rows = await connection.all("SELECT kind, COUNT(*) AS count FROM ledger_entries GROUP BY kind")
    return {row["kind"]: row["count"] for row in rows}


@pytest.mark.unwatched
async def test_one_key_of_two_people_is_one(bank: Database) -> None:
    """The key decides, whoever it is for: two people are never both paid for one thing."""
    for number in range(20):
        made = await asyncio.gather(
            *[within(bank, credit(f"k{number}", 10, person)) for person in ("hana", "otto", "p0", "p1")]
        )
        assert sorted(map(len, made)) == [0, 0, 0, 1]
    assert (await proof_of(bank)).faults == ()
