"""The log alone makes the passbook: replayed into an empty database it says the same, byte for byte, and so does every
explanation."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from domain.chat import Place
from domain.ledger import Entry, Kind, Short, Terms, Unit, Why
from domain.ledger_rules import replay
from domain.people import INSIDE, Person
from domain.referral_states import Party, Stage, possible
from domain.referrals import By, Referral, create, learn, move
from storage.database import Database
from storage.ledger_books import read_book
from storage.ledger_proposals import Decision, Proposal
from storage.store import Store
from tests.replaying import done, explanations, said_again

START = datetime(2026, 3, 1, 4, tzinfo=UTC)
DAY = timedelta(days=1)
PEOPLE = ("hana", "otto", "mei")
HISTORIES = int(os.environ.get("HISTORIES", "6"))
SEED = int(os.environ.get("LEDGER_SEED", "7"))
STEPS = 60


class History:
    """What chance lets happen to some people's ledgers and referrals, at any moment of some months."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.at = START
        self.count = 0
        self.made: list[Entry] = []

    async def begin(self, store: Store) -> None:
        """Who there is."""
        for who in PEOPLE:
            await store.people.add(Person(who, name=who, locale="zh-CN"), Place("fake", who), START)

    async def step(self, store: Store) -> None:
        """One more thing."""
        self.count += 1
        self.at += timedelta(seconds=self.dice.randrange(60, 3 * 86400))
        act = self.dice.choice(
            (self._referral, self._credit, self._credit, self._spend, self._undo, self._void, self._end)
        )
        try:
            await act(store)
        except Short:
            return

    def _who(self) -> str:
        return self.dice.choice(PEOPLE)

    async def _referral(self, store: Store) -> None:
        """A referral begins, or one goes any row that it can."""
        by = By(self._who(), Party.SYSTEM | Party.MANAGER | Party.REFERRER, "fake")
        known = await store.referrals.about(self._who())
        if not known or self.dice.random() < 0.4:
            referrer, friend = self.dice.sample(PEOPLE, 2)
            if await store.referrals.by_friend(friend):
                return None
            made = create(Referral(await store.referrals.next_id(), referrer, friend), by, self.at)
            return await store.referrals.add(made)
        referral = self.dice.choice(list(known))
        facts = dict.fromkeys(("verified_at", "qualified_at", "signed_at", "paid_at"), self.at)
        if learned := learn(referral, by, self.at, dict(self.dice.sample(sorted(facts.items()), 2))):
            await store.referrals.save(learned)
            referral = learned.referral
        rows = [one for one in possible(referral.state, by.party) if not one.fact or getattr(referral, one.fact)]
        if not rows or referral.state is Stage.DISPUTED:
            return None
        given = {"reason": "因为", "review_due": self.at, "flags": ("late",), "reward": "fund", "reward_value": 100}
        await store.referrals.save(
            move(referral, self.dice.choice(rows).action, replace(by, person_id="max"), self.at, given)
        )
        return None

    async def _credit(self, store: Store) -> None:
        who, unit = self._who(), self.dice.choice(list(Unit))
        known = await store.referrals.about(who)
        seen: dict[str, Any] = {"order_fen": self.dice.randrange(10**7), "least_fen": 500_000, "days": 7}
        if self.dice.random() < 0.3:
            seen |= {"campaign": {"zh-CN": "春季", "en": "Spring", "zh-Hant": "春季"}, "percent": 150}
        subject = self.dice.choice(list(known)).id if known else ""
        why = self.dice.choice(
            (
                Why("referral" if subject else "idea", subject or "ID-1", who, facts=seen if subject else {}),
                Why("friend", subject, facts=seen),
                Why("award", "award:2026", "max", facts={"year": "2026", "rank": 2}),
                Why("idea", "ID-7", "max"),
            )
        )
        ends = self.dice.choice((None, self.at + self.dice.randrange(2, 60) * DAY))
        lasting = Terms(self.at + self.dice.choice((0, 0, 3)) * DAY, ends)
        amount = self.dice.randrange(1, 100_000)
        if self.dice.random() < 0.1:
            adjusted = Why("adjust", f"AD-{self.count}", "max", "补偿 <b>*迟到*</b>")
            told = Proposal(adjusted.subject, who, unit, amount, adjusted.reason, "max", self.at, Decision.CONFIRMED)
            await store.proposals.add(told)
            self.made += await store.ledger.adjust(who, unit, f"a{self.count}", self.at, amount, adjusted, lasting)
        else:
            self.made += await store.ledger.credit(who, unit, f"c{self.count}", self.at, amount, why, lasting)

    async def _spend(self, store: Store) -> None:
        why, unit = Why("order", f"N-{self.count}", "sam", facts={"order_fen": 10}), self.dice.choice(list(Unit))
        self.made += await store.ledger.spend(
            self._who(), unit, f"s{self.count}", self.at, self.dice.randrange(1, 60_000), why
        )

    async def _one(self, store: Store, kind: Kind) -> Entry | None:
        found = [one for one in await store.ledger.lines(self._who(), INSIDE, limit=1000) if one.kind is kind]
        return self.dice.choice(found) if found else None

    async def _undo(self, store: Store) -> None:
        if spent := await self._one(store, Kind.SPEND):
            self.made += await store.ledger.give_back(
                spent.key, self.at, Why("order-ended", spent.why.subject), 30 * DAY
            )

    async def _void(self, store: Store) -> None:
        if lot := await self._one(store, Kind.CREDIT):
            why = Why("void", lot.why.subject, facts={"lot": lot.key})
            self.made += await store.ledger.reverse(lot.key, f"void:{lot.key}", self.at, why)
        else:
            self.made += await store.ledger.owe(
                self._who(), Unit.FUND, f"d{self.count}", self.at, 500, Why("void", "RF-1")
            )

    async def _end(self, store: Store) -> None:
        if lot := await self._one(store, Kind.CREDIT):
            self.made += await store.ledger.expire(lot.key, self.at)
        if self.dice.random() < 0.05:
            self.made += await store.ledger.move("mei", "otto", self.at)


def plain(entry: Entry) -> Entry:
    """An entry without the one thing that only its clock keeps."""
    return replace(entry, terms=replace(entry.terms, told_at=None)) if entry.terms else entry


async def test_the_log_is_the_passbook(database: Database, blanks: Sequence[Database]):
    """After random histories the log, replayed on each engine, gives the same passbooks, and a page that was explained
    before goes on being explained in the same words, whatever happened since."""
    histories = [History(SEED + number) for number in range(HISTORIES)]
    await done(database, histories[0].begin)
    earlier: dict[str, tuple[str, ...]] = {}
    for history in histories:
        history.at, history.count = max(one.at for one in histories), max(one.count for one in histories)
        for _ in range(STEPS):
            await done(database, history.step)
        now = await done(database, lambda store: explanations(store, PEOPLE))
        assert {key: now[key] for key in earlier} == earlier
        earlier = now

    log = await said_again(database, blanks, history.at)

    made = [plain(entry) for history in histories for entry in history.made]
    assert sorted(made, key=lambda one: (one.person_id, one.number)) == list(log.entries)
    kinds = {entry.kind for entry in log.entries}
    assert kinds >= set(Kind) - {Kind.MOVE}, kinds
    await _books(database, log.entries)


async def _books(database: Database, entries: Sequence[Entry]) -> None:
    """The rules' own replay of the entries is the book that the database has."""
    for who in PEOPLE:
        for unit in Unit:
            book = await database.read(lambda one, who=who, unit=unit: read_book(one, who, unit, whole=True))
            mine = [one for one in entries if one.person_id == who and one.unit is unit]
            again = replay(replace(book, number=0, lots=(), debt=0), mine)
            assert replace(again, number=book.number) == book
