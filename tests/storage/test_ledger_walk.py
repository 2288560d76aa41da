"""Chance acts on the ledger through a real database, and another ledger that was thought out differently agrees.

``LEDGER_STEPS`` names the number of steps on SQLite (a tenth of it on PostgreSQL), ``LEDGER_SEED`` another chance.
"""

from __future__ import annotations

import os
from functools import partial
from random import Random

import pytest

from domain.chat import Place
from domain.ledger import Entry, Kind, Short, Unit
from domain.people import INSIDE, Person
from storage.database import Connection, Database
from storage.ledger import Ledger
from storage.ledger_books import read_book
from storage.ledger_proof import page, total
from storage.people import People
from tests.domain.ledger_walk import GRACE, NEEDS_NO_WHOLE, START, WHY, Walk, Walker, differences

STEPS = int(os.environ.get("LEDGER_STEPS", "1000000"))
SEED = int(os.environ.get("LEDGER_SEED", "7"))
STEPS_OF_A_PERSON = 80
ROUNDS_OF_A_WORK = 100
STEPS_OF_A_ROUND = 60
WALKERS_AT_ONCE = 500
"""Whose books are read in one transaction, which must not take half a minute on a busy machine either."""

BY_RULES = 0.85
"""Of the rounds are many rules on one book; the others go through the verbs, each of them twice."""


async def many_at_once(connection: Connection, walk: Walk, walker: Walker) -> None:
    """Several rules on one book, kept together; the book is read anew from what was kept."""
    ledger, only = Ledger(connection), () if walk.rng.random() < 0.6 else NEEDS_NO_WHOLE
    book = await ledger.book(walker.person_id, walker.unit, whole=not only)
    assert differences(walker, book, walk.now) == []
    entries: list[Entry] = []
    for _ in range(STEPS_OF_A_ROUND):
        book, made = walk.step(walker, book, only)
        entries += made
    assert await ledger.keep(entries) == bool(entries)


async def one_by_one(connection: Connection, walk: Walk, walker: Walker) -> None:
    """The verbs, each twice: the second time nothing happens."""
    ledger, purse, person, unit = Ledger(connection), walker.purse, walker.person_id, walker.unit
    walk.now, walk.count = walk.tick()
    key, amount, terms, now = walk.key(), walk.rng.randrange(1, 400), walk.terms(), walk.now
    for again in (False, True):
        made = await ledger.credit(person, unit, key, now, amount, WHY, terms)
        assert bool(made) != again
    purse.credit(key, amount, terms.usable_at, terms.expires_at)
    await spend_twice(ledger, walk, walker, max(1, amount // 2))
    if walker.spends and walk.rng.random() < 0.5:
        spent = walker.spends.pop()
        for again in (False, True):
            assert bool(await ledger.give_back(spent.key, now, WHY, GRACE)) != again
        purse.undo(spent.key, f"return:{spent.key}", now, GRACE)
    lot = walk.rng.choice(list(purse.credits))
    happened = purse.expire(lot, now)
    for again in (False, True):
        assert bool(await ledger.expire(lot, now)) == (happened and not again)


async def spend_twice(ledger: Ledger, walk: Walk, walker: Walker, amount: int) -> None:
    """Spend what may be there or not, and try again under the same key."""
    walk.now, walk.count = walk.tick()
    key, may = walk.key(), walker.purse.spend(walk.key(), amount, walk.now)
    for again in (False, True):
        try:
            made = await ledger.spend(walker.person_id, walker.unit, key, walk.now, amount, WHY)
        except Short:
            assert not may
        else:
            assert may
            assert bool(made) != again
            walker.spends += [entry for entry in made if entry.kind is Kind.SPEND]


async def act(connection: Connection, walk: Walk, walkers: list[Walker]) -> None:
    """Some people's rounds in one transaction."""
    for _ in range(ROUNDS_OF_A_WORK):
        walker = walk.rng.choice(walkers)
        way = many_at_once if walk.rng.random() < BY_RULES else one_by_one
        await way(connection, walk, walker)


async def populate(database: Database, count: int) -> list[Walker]:
    """So many people, half of them with points and half with the fund."""

    async def work(connection: Connection) -> None:
        for number in range(count):
            await People(connection).add(Person(f"p{number:06d}"), Place("", ""), START)

    await database.transact(work)
    return [Walker(f"p{number:06d}", (Unit.POINTS, Unit.FUND)[number % 2]) for number in range(count)]


async def faults_of(database: Database) -> list[str]:
    """What the proof finds, over all pages."""
    found, after = [f"{fault.code} {fault.what}" for fault in await database.read(total)], ""
    while (seen := await database.read(partial(page, after=after))).last:
        found += [f"{fault.code} {fault.what}" for fault in seen.faults]
        after = seen.last
    return found


@pytest.mark.unwatched
@pytest.mark.timeout(0)
async def test_a_long_walk(database: Database) -> None:
    """After a million steps of chance (a tenth on PostgreSQL) every lot, balance and debt is what the model says, and
    the proof finds nothing."""
    steps = STEPS if database.engine == "sqlite" else STEPS // 10
    walk, walkers = Walk(Random(SEED)), await populate(database, max(20, steps // STEPS_OF_A_PERSON))
    while walk.count < steps:
        await database.transact(lambda connection: act(connection, walk, walkers))
    wrong: list[str] = []

    async def compare(some: list[Walker], connection: Connection) -> None:
        for walker in some:
            book = await read_book(connection, walker.person_id, walker.unit, whole=True)
            wrong.extend(differences(walker, book, walk.now))

    for first in range(0, len(walkers), WALKERS_AT_ONCE):
        await database.read(partial(compare, walkers[first : first + WALKERS_AT_ONCE]))
    assert wrong == []
    assert await faults_of(database) == []
    shown = await database.read(lambda connection: Ledger(connection).balance("p000000", Unit.POINTS, INSIDE, walk.now))
    assert shown.available == walkers[0].purse.available(walk.now)
