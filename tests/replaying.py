"""The passbook said anew from the log alone: what the log is, how it is replayed, and what of it people read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import make_catalogue
from bot.config import load_company
from domain.bank import Reward
from domain.chat import Line, Place
from domain.ledger import Entry, Unit
from domain.people import INSIDE, Person
from domain.referral_states import SUCCESSFUL, UNDER_WAY, Party, Stage, possible
from domain.referrals import Referral, ReferralEvent, ReferralMoved, rebuild
from domain.rewards import Claimed, Given
from handlers.passbook import OF_REFERRALS, coupons, explained, page, standing
from handlers.rewards import DAYS_OF_MONTH
from handlers.statement import balanced
from messages import LOCALES
from storage.database import Connection, Database
from storage.ledger_proposals import Decision, Proposal
from storage.store import Store

COMPANY = load_company(Path(__file__).parent.parent / "company.toml")
CATALOGUE = make_catalogue(COMPANY)
LIVING = {stage.value for stage in (Stage.CREATED, Stage.UNDER_REVIEW, *UNDER_WAY, *SUCCESSFUL)}
ALL = 10_000
"""More lines than anybody has here."""


@dataclass(frozen=True)
class Log:
    """All that was ever kept: the events of the referrals, and the entries, each person's in their order."""

    events: tuple[ReferralEvent, ...]
    entries: tuple[Entry, ...]

    def people(self) -> list[str]:
        """Whoever is named in it."""
        parties = [event.changes.get(name) for event in self.events for name in ("referrer_id", "friend_id")]
        return sorted({*filter(None, parties), *(entry.person_id for entry in self.entries)})

    def histories(self) -> Mapping[str, list[ReferralEvent]]:
        """The events of each referral."""
        found: dict[str, list[ReferralEvent]] = {}
        for event in self.events:
            found.setdefault(event.referral_id, []).append(event)
        return found

    def in_time(self) -> list[list[ReferralEvent]]:
        """Each event with all that went before it in its referral, in the order of time: of one moment first those of
        referrals that end then, since nobody has two that are valid."""
        histories, found = self.histories(), []
        for at in sorted({event.at for event in self.events}):
            then = {id: [event for event in mine if event.at == at] for id, mine in histories.items()}
            for id in sorted(filter(then.get, then), key=lambda id: (then[id][-1].after in LIVING, id)):
                found += [histories[id][: event.number] for event in then[id]]
        return found


async def read_log(store: Store) -> Log:
    """The log as it is kept."""
    rows = await store.connection.all("SELECT id FROM referrals ORDER BY id")
    events = [event for row in rows for event in await store.referrals.events(row["id"], INSIDE)]
    people = await store.connection.all("SELECT DISTINCT person_id FROM ledger_entries ORDER BY person_id")
    found = [await store.ledger.lines(row["person_id"], INSIDE, limit=ALL) for row in people]
    return Log(tuple(events), tuple(entry for one in found for entry in reversed(one)))


# ---- again, from the log


async def again(store: Store, log: Log, codes: Mapping[tuple[str, datetime], str]) -> None:
    """The same, from the log and from nothing else but the codes of coupons, which chance chose, and the words of
    managers, which lie elsewhere because they may have to be erased."""
    for who in log.people():
        await store.people.add(Person(who, name=who, locale="zh-CN"), Place("fake", who), log.entries[0].at)
    nowhere = possible(Stage.CREATED, Party.SYSTEM)[0]
    for mine in log.in_time():
        event = mine[-1]
        before = rebuild(mine[:-1]) if event.number > 1 else Referral(event.referral_id, "", "")
        moved = ReferralMoved(rebuild(mine), event, nowhere, before)
        await (store.referrals.save(moved) if event.number > 1 else store.referrals.add(moved))
    for entry in log.entries:
        assert await store.ledger.keep([entry])
    for id, entry in {one.why.subject: one for one in reversed(log.entries) if one.why.reason}.items():
        given = (entry.person_id, entry.unit, entry.amount, entry.why.reason, entry.why.actor_id, entry.at)
        await store.proposals.add(Proposal(id, *given, Decision.CONFIRMED))
    for number, coupon in enumerate(coupons_of(log)):
        code = codes[(coupon.referral_id, coupon.made_at)]
        assert await store.rewards.add(replace(coupon, id=f"RW-{number}", item=code))


def coupons_of(log: Log) -> list[Claimed]:
    """Every coupon that the log of the referrals tells of, without its code: void once its referral is no longer one
    that was claimed."""
    lasts = timedelta(days=COMPANY.bank.keeping.coupon_months * DAYS_OF_MONTH)
    found = []
    for id, events in log.histories().items():
        owner = rebuild(events).referrer_id
        for event in events:
            if event.action != "claim" or event.changes["reward"] != Reward.COUPON.value:
                continue
            later = [one for one in events if one.number > event.number]
            state = Given.VOID if any(one.after != Stage.REWARDED.value for one in later) else Given.ISSUED
            worth, ends = event.changes["reward_value"], event.at + lasts
            found.append(Claimed("", id, owner, Reward.COUPON, worth, state, event.at, expires_at=ends))
    return found


async def codes_of(store: Store) -> dict[tuple[str, datetime], str]:
    """The codes of the coupons, by their referral and when they were claimed."""
    rows = await store.connection.all("SELECT referral_id, made_at, item FROM rewards WHERE kind = 'coupon'")
    return {(row["referral_id"], row["made_at"]): row["item"] for row in rows}


# ---- what is read


async def passbook(store: Store, who: str, at: datetime) -> str:
    """All of somebody's passbook in words, in every language: what they have, each line, and why."""
    entries = await store.ledger.lines(who, INSIDE, limit=ALL)
    balances = {unit: await store.ledger.balance(who, unit, INSIDE, at) for unit in Unit}
    held = {unit: sum(lot.left for lot in (await store.ledger.peek(who, unit)).lots) for unit in Unit}
    usable = await store.rewards.coupons(who, at)
    told: list[str] = []
    for locale in LOCALES:
        lines: list[Line] = [*standing(balances), *coupons(usable), *page(entries, COMPANY.tz)]
        for entry in entries:
            lines += explained(entry, await steps(store, entry, who), COMPANY.tz, locale)
        told += [CATALOGUE.render(locale, line.text, at) for line in lines]
    return "\n".join([*told, *[f"{entry.number} {left}" for entry, left in balanced(entries, held)]])


async def steps(store: Store, entry: Entry, who: str) -> Sequence[ReferralEvent]:
    """The log of the referral that a line is about, if it is the reader's own."""
    if entry.why.rule not in OF_REFERRALS or not entry.why.subject.startswith("RF-"):
        return ()
    known = [one for one in await store.referrals.of(who, limit=1000) if one.id == entry.why.subject]
    return await store.referrals.events(known[0].id, INSIDE) if known else ()


async def passbooks(store: Store, people: Iterable[str], at: datetime) -> dict[str, str]:
    """Everybody's passbook."""
    return {who: await passbook(store, who, at) for who in people}


async def explanations(store: Store, people: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Every line of everybody explained, by its key."""
    found = {}
    for who in people:
        for entry in await store.ledger.lines(who, INSIDE, limit=ALL):
            lines = explained(entry, await steps(store, entry, who), COMPANY.tz, "zh-CN")
            found[entry.key] = tuple(CATALOGUE.render("zh-CN", line.text, entry.at) for line in lines)
    return found


# ---- both together


async def done(database: Database, work: Any) -> Any:
    """Something done with the repositories, in one transaction."""

    async def run(connection: Connection) -> Any:
        return await work(Store(connection))

    return await database.transact(run)


async def said_again(database: Database, blanks: Sequence[Database], at: datetime) -> Log:
    """Assert that the log, replayed into each of these empty databases, says everybody's passbook byte for byte as it
    is here, and is the same log there; the log."""
    log: Log = await done(database, read_log)
    codes = await done(database, codes_of)
    first = await done(database, lambda store: passbooks(store, log.people(), at))
    for blank in blanks:
        await done(blank, lambda store: again(store, log, codes))
        assert await done(blank, lambda store: passbooks(store, log.people(), at)) == first
        assert await done(blank, read_log) == log
    return log
