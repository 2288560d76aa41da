"""Two people turn out to be one: their ledgers become one, on each engine, with nothing made and nothing lost."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from domain import ledger_moves as moves
from domain.chat import Place
from domain.ledger import Balance, Entry, Kind, Short, Terms, Unit, Why
from domain.people import INSIDE, Person
from storage.database import Connection, Database
from storage.ledger import Ledger
from storage.ledger_proof import Fault, page, prove, total
from storage.people import People

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
DAY = timedelta(days=1)
GRACE = 30 * DAY
WALKS = int(os.environ.get("MOVE_WALKS", "25"))
TERMS = Terms(NOW, NOW + 700 * DAY)
REFERRAL = Why("referral", "RF-1", facts={"order_fen": 1_000_000, "days": 7})
Act = Callable[[Ledger], Awaitable[Any]]


async def known(database: Database, *ids: str) -> None:
    """People with a ledger to come."""

    async def work(connection: Connection) -> None:
        for id in ids:
            await People(connection).add(Person(id, name=id), Place("fake", id), NOW)

    await database.transact(work)


async def do(database: Database, act: Act) -> Any:
    """Something done to the ledger, in a transaction of its own."""

    async def work(connection: Connection) -> Any:
        return await act(Ledger(connection))

    return await database.transact(work)


async def balance(database: Database, who: str, unit: Unit = Unit.FUND, at: datetime = NOW) -> Balance:
    """How somebody stands."""
    found: Balance = await do(database, lambda ledger: ledger.balance(who, unit, INSIDE, at))
    return found


async def lines(database: Database, who: str) -> tuple[Entry, ...]:
    """All of somebody's entries, the oldest first."""
    found = await do(database, lambda ledger: ledger.lines(who, INSIDE, limit=1000))
    return tuple(reversed(found))


async def sound(database: Database) -> None:
    """The proof finds nothing, and what moves is nowhere in between."""

    async def look(connection: Connection) -> Any:
        between = await connection.all(
            "SELECT account, SUM(amount) AS rest FROM ledger_postings WHERE account LIKE '%:moved' GROUP BY account"
        )
        return (await page(connection)).faults + await total(connection), [row["rest"] for row in between]

    faults, between = await database.read(look)
    assert faults == ()
    assert set(between) <= {0}


async def test_everything_goes_over(database: Database):
    """What is left of each lot, with its dates and its reason, and what is owed; again is nothing."""
    await known(database, "old", "new")
    await do(database, lambda one: one.credit("old", Unit.FUND, "a", NOW, 300, REFERRAL, TERMS))
    await do(database, lambda one: one.spend("old", Unit.FUND, "s", NOW, 120, Why("order", "N-1")))
    await do(database, lambda one: one.credit("old", Unit.POINTS, "p", NOW, 50, Why("idea", "ID-1"), TERMS))
    await do(database, lambda one: one.owe("old", Unit.POINTS, "d", NOW, 70, Why("void", "RF-2")))
    await do(database, lambda one: one.credit("new", Unit.FUND, "n", NOW, 10, Why("idea", "ID-2"), TERMS))

    made = await do(database, lambda one: one.move("old", "new", NOW + DAY))

    assert (await balance(database, "new")).available == 190
    points = await balance(database, "new", Unit.POINTS)
    assert (points.available, points.debt) == (50, 70)
    assert await balance(database, "old") == Balance()
    assert await balance(database, "old", Unit.POINTS) == Balance()
    credit = next(one for one in made if one.person_id == "new" and one.unit is Unit.FUND)
    assert (credit.kind, credit.amount, credit.why.rule, credit.why.subject) == (Kind.CREDIT, 180, "referral", "RF-1")
    assert credit.why.facts == {**REFERRAL.facts, "moved_from": "old"}
    assert credit.terms
    assert (credit.terms.usable_at, credit.terms.expires_at) == (TERMS.usable_at, TERMS.expires_at)
    assert await do(database, lambda one: one.move("old", "new", NOW + 2 * DAY)) == ()
    assert await do(database, lambda one: one.heir("old")) == "new"
    await sound(database)


async def test_a_debt_is_paid_from_what_comes(database: Database):
    """Who owes something and is joined by somebody who has something: the debt is paid at once."""
    await known(database, "old", "new")
    await do(database, lambda one: one.credit("old", Unit.FUND, "a", NOW, 300, REFERRAL, TERMS))
    await do(database, lambda one: one.owe("new", Unit.FUND, "d", NOW, 100, Why("void", "RF-2")))

    await do(database, lambda one: one.move("old", "new", NOW))

    assert (await balance(database, "new")).available == 200
    assert (await balance(database, "new")).debt == 0
    await sound(database)


async def test_void_after_the_move(database: Database):
    """Whoever takes a referral's credits back finds all of them by its subject: what is left goes, what was used on
    either side is owed by who is left."""
    await known(database, "old", "new")
    await do(database, lambda one: one.credit("old", Unit.FUND, "a", NOW, 300, REFERRAL, TERMS))
    await do(database, lambda one: one.spend("old", Unit.FUND, "s", NOW, 120, Why("order", "N-1")))
    await do(database, lambda one: one.move("old", "new", NOW))
    await do(database, lambda one: one.spend("new", Unit.FUND, "t", NOW, 30, Why("order", "N-2")))

    async def void(ledger: Ledger) -> None:
        for entry in await ledger.about("RF-1"):
            if entry.kind is Kind.CREDIT:
                await ledger.reverse(entry.key, f"void:{entry.key}", NOW + DAY, Why("void", "RF-1"))

    for _ in range(2):
        await do(database, void)

    found = await balance(database, "new")
    assert (found.available, found.debt) == (0, 150)
    assert await balance(database, "old") == Balance()
    await sound(database)


async def test_what_comes_back_goes_on(database: Database):
    """An order of before is cancelled: what was spent on it comes back to who is left, on a lot of the old dates."""
    await known(database, "old", "mid", "new")
    await do(database, lambda one: one.credit("old", Unit.FUND, "a", NOW, 300, REFERRAL, TERMS))
    await do(database, lambda one: one.spend("old", Unit.FUND, "s", NOW, 300, Why("order", "N-1")))
    await do(database, lambda one: one.move("old", "mid", NOW))
    await do(database, lambda one: one.move("mid", "new", NOW))

    for _ in range(2):
        await do(database, lambda one: one.give_back("s", NOW + DAY, Why("order-ended", "N-1"), GRACE))

    found = await balance(database, "new", at=NOW + DAY)
    assert found.available == 300
    assert found.expiring_next
    assert found.expiring_next.expires_at == TERMS.expires_at
    for gone in ("old", "mid"):
        assert (await balance(database, gone, at=NOW + DAY)) == Balance()
    (credit,) = [one for one in await lines(database, "new") if one.kind is Kind.CREDIT]
    assert credit.why.subject == "RF-1"
    await sound(database)


async def test_clocks_follow(database: Database):
    """What was moved expires on its day, and its new owner is told before."""
    await known(database, "old", "new")
    await do(database, lambda one: one.credit("old", Unit.FUND, "a", NOW, 300, REFERRAL, TERMS))
    made = await do(database, lambda one: one.move("old", "new", NOW))
    lot = next(one.key for one in made if one.person_id == "new")

    rows = await database.read(lambda one: one.all("SELECT intent, subject, due_at FROM timers ORDER BY due_at"))
    assert ("clock.credit_expiring", "new") in [(row["intent"], row["subject"]) for row in rows]
    assert ("clock.credit_expires", lot) in [(row["intent"], row["subject"]) for row in rows]
    for one in ("a", lot):
        await do(database, lambda ledger, one=one: ledger.expire(one, NOW + 700 * DAY))
    assert (await balance(database, "new", at=NOW + 700 * DAY)) == Balance()
    assert [one.kind for one in await lines(database, "new")] == [Kind.CREDIT, Kind.EXPIRE]
    await sound(database)


async def test_whenever_they_are_joined(database: Database):
    """Chance acts on two ledgers before and after they are joined: what both were worth is what the one is worth, and
    nothing stays behind."""
    for seed in range(WALKS):
        dice = Random(seed)
        old, new = f"o{seed}", f"n{seed}"
        await known(database, old, new)
        for step in range(dice.randrange(2, 14)):
            await _act(database, dice, dice.choice((old, new)), f"{seed}:{step}", NOW + step * DAY)
        before = [await _worth(database, who) for who in (old, new)]
        await do(database, lambda one, old=old, new=new: one.move(old, new, NOW + 20 * DAY))
        assert await _worth(database, old) == 0
        assert await _worth(database, new) == sum(before), seed
        for step in range(20, 30):
            await _act(database, dice, new, f"{seed}:{step}", NOW + step * DAY)
        assert await _worth(database, old) == 0
        await sound(database)


async def _worth(database: Database, who: str) -> int:
    """What all lots hold, less what is owed."""
    book = await do(database, lambda one: one.book(who, Unit.FUND))
    return sum(lot.left for lot in book.lots) - int(book.debt)


async def _act(database: Database, dice: Random, who: str, key: str, at: datetime) -> None:
    """One thing that may happen to somebody; what there is not enough for does not."""
    spends = [one for one in await lines(database, who) if one.kind is Kind.SPEND]
    lots = [one for one in await lines(database, who) if one.kind is Kind.CREDIT]
    kind = dice.choice(("credit", "credit", "spend", "back", "void", "owe"))
    amount, ends = dice.randrange(1, 300), at + dice.randrange(3, 40) * DAY
    try:
        if kind == "credit":
            why = Why("referral", f"RF-{key}")
            await do(database, lambda one: one.credit(who, Unit.FUND, f"c{key}", at, amount, why, Terms(at, ends)))
        elif kind == "spend":
            await do(database, lambda one: one.spend(who, Unit.FUND, f"s{key}", at, amount, Why("order", key)))
        elif kind == "back" and spends:
            spent = dice.choice(spends).key
            await do(database, lambda one: one.give_back(spent, at, Why("order-ended"), GRACE))
        elif kind == "void" and lots:
            lot = dice.choice(lots)
            await do(database, lambda one: one.reverse(lot.key, f"void:{lot.key}", at, Why("void", lot.why.subject)))
        elif kind == "owe":
            await do(database, lambda one: one.owe(who, Unit.FUND, f"d{key}", at, amount, Why("void")))
    except Short:
        return


async def test_the_proof_sees_half_a_move(database: Database):
    """What left one person and never arrived sums to zero, and is found all the same."""
    await known(database, "old", "new")
    await do(database, lambda one: one.credit("old", Unit.FUND, "a", NOW, 300, REFERRAL, TERMS))

    async def half(ledger: Ledger) -> None:
        old, new = await ledger.book("old", Unit.FUND, whole=True), await ledger.book("new", Unit.FUND)
        done = moves.move(old, new, NOW, {"a": REFERRAL}, DAY)
        await ledger.keep(done.entries[:1])

    await do(database, half)

    assert (await prove(database.read)).faults == (Fault("half-moved", "fund 300"),)


async def test_what_comes_back_is_told_of(database: Database):
    """To a lot whose telling has rung while it was empty, and to a new one: who has it hears in time, as the policy
    says, even if they are somebody else by now."""
    await known(database, "old", "new")
    notice, ends = 10 * DAY, NOW + 100 * DAY
    await do(database, lambda one: one.credit("old", Unit.FUND, "a", NOW, 300, REFERRAL, Terms(NOW, ends)))
    for key in ("s", "t", "u"):
        await do(database, lambda one, key=key: one.spend("old", Unit.FUND, key, NOW, 100, Why("order", "O")))
    for key, day in (("s", 50), ("t", 95), ("u", 200)):
        if key == "u":
            await do(database, lambda one: one.move("old", "new", NOW + 96 * DAY, notice))
        at = NOW + day * DAY
        await do(database, lambda one, key=key, at=at: one.give_back(key, at, Why("order-ended"), GRACE, notice))

    rows = await database.read(lambda one: one.all("SELECT intent, subject, due_at FROM timers ORDER BY due_at"))
    told = [(row["subject"], (row["due_at"] - NOW).days) for row in rows if row["intent"] == "clock.credit_expiring"]
    assert told == [("old", 90), ("old", 95), ("new", 220)]
