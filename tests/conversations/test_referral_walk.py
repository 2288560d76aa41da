"""What holds for money whatever happens: walks by chance through recommending, ordering, reviewing and claiming."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from domain.board import month_of, year_of
from domain.ledger import Entry, Kind
from domain.people import INSIDE
from domain.referral_states import SUCCESSFUL, Stage
from domain.referrals import Referral, rebuild
from domain.rewards import life
from storage.database import Database
from tests.conversations.bank_walk import Walk
from tests.conversations.rewarding import sound
from tests.replaying import ALL, explanations, said_again
from tests.world import World

WALKS, STEPS = int(os.environ.get("WALKS", "4")), int(os.environ.get("STEPS", "45"))
OWNERS = {"referral": "referrer_id", "friend": "friend_id"}
"""The rules by which money comes into a ledger in these walks, and whose it is of the referral that it is about."""


async def rows(world: World, sql: str) -> Sequence[Mapping[str, Any]]:
    """Rows of the database."""
    found: Sequence[Mapping[str, Any]] = await world.store(lambda store: store.connection.all(sql))
    return found


async def all_referrals(world: World) -> dict[str, Referral]:
    """Every referral, which its events alone rebuild."""
    found: dict[str, Referral] = {}
    for row in await rows(world, "SELECT id FROM referrals ORDER BY id"):
        events = await world.store(lambda store, id=row["id"]: store.referrals.events(id, INSIDE))
        found[row["id"]] = await world.store(lambda store, id=row["id"]: store.referrals.get(id, INSIDE))
        assert rebuild(events) == found[row["id"]]
    return found


async def all_entries(world: World) -> list[Entry]:
    """Every entry of everybody, whatever it says that it is about, but for what we pay for our own broken promises."""
    people = await rows(world, "SELECT DISTINCT person_id FROM ledger_entries")
    found: list[Entry] = []
    for row in people:
        found += await world.store(lambda store, who=row["person_id"]: store.ledger.lines(who, INSIDE, limit=ALL))
    return [entry for entry in found if entry.why.rule != "amends"]


async def holds(world: World) -> None:
    """No reward without an order that is paid, large enough and past its cooling-off, nor for anybody but that
    referral's own referrer and friend, once; whatever has money has it of a referral."""
    known, entries = await all_referrals(world), await all_entries(world)
    await only_their_own(world, known, entries)
    await once(world, known, entries)
    await rewards(world, known)
    await board(world, known)
    for one in known.values():
        if one.state in SUCCESSFUL:
            await paid(world, one)


async def only_their_own(world: World, known: Mapping[str, Referral], entries: Sequence[Entry]) -> None:
    """Every credit is about a referral, and its referrer's or its friend's, or of who these turned out to be; and
    nothing but a credit adds to anybody's."""
    for entry in entries:
        assert entry.amount <= 0 or entry.kind is Kind.CREDIT, entry
        if entry.kind is not Kind.CREDIT:
            continue
        assert entry.why.rule in OWNERS, entry
        assert entry.why.subject in known, entry
        one = known[entry.why.subject]
        owner = getattr(one, OWNERS[entry.why.rule])
        assert await heir(world, entry.person_id) == await heir(world, owner), (entry, one)


async def heir(world: World, who: str) -> str:
    """Who somebody turned out to be."""
    return str(await world.store(lambda store: store.ledger.heir(who)))


async def once(world: World, known: Mapping[str, Referral], entries: Sequence[Entry]) -> None:
    """Of a referral each side has one credit that was not taken back, at most, and the referrer the one claimed."""
    undone = taken_back(entries)
    given = [entry for entry in entries if entry.kind is Kind.CREDIT and not entry.why.facts.get("moved_from")]
    kept = [entry for entry in given if entry.key not in undone]
    assert all(number == 1 for number in Counter((one.why.rule, one.why.subject) for one in kept).values()), kept
    claimed = {one.why.subject: one for one in kept if one.why.rule == "referral"}
    for entry in kept:
        state = known[entry.why.subject].state
        assert state in (*SUCCESSFUL, Stage.EXPIRED, Stage.DISPUTED), (entry, state)
    for id, one in known.items():
        if one.state is Stage.REWARDED and one.reward in ("fund", "points"):
            assert (claimed[id].unit.value, claimed[id].amount) == (one.reward, one.reward_value), one
        elif one.state in SUCCESSFUL:
            assert id not in claimed, (one, claimed[id])
    for entry in given:
        events = await world.store(lambda store, id=entry.why.subject: store.referrals.events(id, INSIDE))
        assert int(entry.key.rpartition(":")[2]) <= life(events), entry


def taken_back(entries: Sequence[Entry]) -> set[str]:
    """The credits that were, also where they had gone over to somebody else by then."""
    reversals = [entry.why.facts for entry in entries if entry.kind is Kind.REVERSE]
    undone = {str(facts["lot"]) for facts in reversals if "lot" in facts}
    moved = [entry for entry in entries if entry.kind is Kind.MOVE and "lot" in entry.why.facts]
    for entry in sorted(moved, key=lambda one: one.at, reverse=True):
        if f"{entry.key}:in" in undone:
            undone.add(str(entry.why.facts["lot"]))
    return undone


async def rewards(world: World, known: Mapping[str, Referral]) -> None:
    """Every reward is its referral's referrer's, and one that counts is what was claimed for a referral that counts."""
    counting = []
    for row in await rows(world, "SELECT referral_id, person_id, kind, value, state FROM rewards"):
        one = known[row["referral_id"]]
        assert row["person_id"] == one.referrer_id, (row, one)
        if row["state"] not in ("VOID", "REFUSED"):
            assert one.state is Stage.REWARDED, (row["state"], one)
            assert (row["kind"], row["value"]) == (one.reward, one.reward_value)
            counting.append(one.id)
    assert sorted(counting) == sorted(id for id, one in known.items() if one.state is Stage.REWARDED)


async def board(world: World, known: Mapping[str, Referral]) -> None:
    """The board says how many of each one's own referrals succeeded in each period, and nothing else of anybody."""
    wins: Counter[tuple[str, str]] = Counter()
    for one in known.values():
        if one.state in SUCCESSFUL and one.earned_at:
            for period in (month_of(one.earned_at, world.company.tz), year_of(one.earned_at, world.company.tz)):
                wins[period.id, one.referrer_id] += 1
    shown = await rows(world, "SELECT period, person_id, count FROM leaderboard")
    assert {(row["period"], row["person_id"]): row["count"] for row in shown} == dict(wins)


async def paid(world: World, one: Referral) -> None:
    """The order of a referral that succeeded is the friend's, paid, kept, large enough, and past its cooling-off."""
    order = await world.store(lambda store: store.orders.get(one.order_id))
    policy = world.company.bank.referring
    assert order
    assert order.person_id == one.friend_id
    assert one.paid_at
    assert (world.watch() - one.paid_at).days >= policy.cooling_off_days
    assert one.order_fen >= policy.order_min_fen
    assert one.refunded_at is None
    tier = policy.tier(one.order_fen)
    assert tier
    assert one.least_fen <= tier.order_min_fen


@pytest.mark.parametrize("seed", range(WALKS))
async def test_money_follows_orders(world: World, blanks: Sequence[Database], seed: int):
    """After every step of a walk the rules hold, and at its end the ledger is sound, every line that was ever explained
    is explained in the same words still, and the log replayed says the same passbooks and coupons, byte for byte."""
    walk = Walk(world, seed)
    await walk.begin()
    earlier: dict[str, tuple[str, ...]] = {}
    for _ in range(STEPS):
        await walk.step()
        await holds(world)
        people = {entry.person_id for entry in await all_entries(world)}
        people = {who for who in people if await heir(world, who) == who}
        now = await world.store(lambda store, people=people: explanations(store, people))
        assert all(now[key] == told for key, told in earlier.items() if key in now)
        earlier = now
    await sound(world)
    log = await said_again(world.database, blanks, world.watch())
    assert {event.action for event in log.events} >= {"attribute", "verify", "sign", "earn"}
    assert log.entries
