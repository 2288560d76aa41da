"""What holds whatever anybody does: walks by chance through the whole product, checked after every step.

``WALKS`` and ``STEPS`` in the environment make them more and longer; ``SEED`` walks a single one again.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations, pairwise
from random import Random

import pytest

from domain.people import INSIDE, Person
from domain.requests import Event, Request, rebuild
from domain.states import TRANSITIONS, State, Who
from storage.store import Store
from tests.conversations.cast import REMARKS, dump
from tests.conversations.walk import (
    BUSY,
    HOMEOWNERS,
    INSTALLERS,
    NAMES,
    SECRETS,
    WORKERS,
    WORKERS_PHONES,
    Walk,
    furnish,
)
from tests.world import GROUP, Heard, World

WALKS, STEPS = int(os.environ.get("WALKS", "4")), int(os.environ.get("STEPS", "250"))
SEEDS = [int(os.environ["SEED"])] if "SEED" in os.environ else range(WALKS)
ROWS = {(row.before.value, row.action, row.after.value): row for row in TRANSITIONS}
NO_OFFER = {State.NEW, State.TRIAGED, State.REJECTED}
DESKS = ("sam", "sue", "max", "ada")
"""Where staff may read a homeowner's phone, having asked for it; the group never."""

STAFF_CHATS = (GROUP, *DESKS)
HOLDING = {State.ACCEPTED, State.SCHEDULED, State.EN_ROUTE, State.IN_PROGRESS}


@dataclass
class Facts:
    """What the database says after a step."""

    requests: dict[str, Request] = field(default_factory=dict)
    events: dict[str, list[Event]] = field(default_factory=dict)
    offers: Mapping[str, set[str]] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)


async def look(world: World, before: Facts) -> Facts:
    """The facts now; what did not change is taken from before."""

    async def work(store: Store) -> Facts:
        rows = await store.connection.all("SELECT id, version FROM requests ORDER BY id")
        facts = Facts(dict(before.requests), dict(before.events), {}, before.people)
        for row in rows:
            if row["id"] not in before.requests or before.requests[row["id"]].version != row["version"]:
                facts.requests[row["id"]] = await store.requests.get(row["id"], INSIDE)
                facts.events[row["id"]] = await store.requests.events(row["id"], INSIDE)
        facts.offers = {row["id"]: set(await store.offers.open(row["id"])) for row in rows}
        facts.people = await store.people.names([*before.people, "sam", "sue", "max", "ada", *HOMEOWNERS, *INSTALLERS])
        return facts

    return await world.store(work)


# ---- what must hold


def check_events(before: Facts, now: Facts) -> None:
    """Only rows of the table, in one chain, by who may, and together they are the stored row."""
    for id, request in now.requests.items():
        known = before.requests.get(id)
        if known and known.version == request.version:
            continue
        events = now.events[id]
        assert rebuild(events) == request
        assert [event.number for event in events] == list(range(1, request.version + 1))
        assert all(one.after == other.before for one, other in pairwise(events))
        for event in events[known.version if known else 0 :]:
            check_event(event, events, now)


def check_event(event: Event, events: list[Event], now: Facts) -> None:
    if event.action in REMARKS:
        assert event.before == event.after
        return
    row = ROWS[event.before, event.action, event.after]
    was = rebuild(events[: event.number - 1])
    assert was.state.value == event.before
    assert standing(was, event, now) & row.may, f"{event.actor_id} may not {event.action}"


def standing(was: Request, event: Event, now: Facts) -> Who:
    """What an actor was to a request as they acted; every installer may have had an offer of it."""
    if not event.actor_id:
        return Who.TIME
    person = now.people.get(event.actor_id)
    who = Who.HOMEOWNER if was.homeowner_id == event.actor_id else Who.NOBODY
    if was.installer_id == event.actor_id:
        who |= Who.INSTALLER
    if person and person.role.is_staff:
        who |= Who.STAFF
    if person and person.role.is_manager:
        who |= Who.MANAGER
    if event.actor_id in INSTALLERS and was.state is State.OFFERED:
        who |= Who.CANDIDATE
    return who


def check_holders(now: Facts) -> None:
    """Nobody holds what is not accepted, one installer what is; offers are open only while it is offered."""
    for id, request in now.requests.items():
        assert bool(now.offers[id]) is (request.state is State.OFFERED), f"{id} {request.state} {now.offers[id]}"
        if request.state in HOLDING:
            assert request.installer_id in INSTALLERS
        if request.state in NO_OFFER | {State.OFFERED}:
            assert (request.installer_id, request.window, request.code) == ("", None, "")


def check_windows(now: Facts) -> None:
    """No installer is promised to two homes at one time."""
    for one, other in combinations([r for r in now.requests.values() if r.state in BUSY and r.window], 2):
        if one.installer_id == other.installer_id and one.window and other.window:
            assert not one.window.overlaps(other.window), f"{one.id} and {other.id}"


async def check_counters(world: World, now: Facts) -> None:
    """The kept counters are the counts."""
    counts = await world.store(lambda store: store.requests.counts(INSIDE))
    assert {state: count for state, count in counts.items() if count} == Counter(r.state for r in now.requests.values())


async def check_inbox(world: World) -> None:
    """Nothing crashed."""
    sql = "SELECT id, error_code FROM inbox WHERE state <> 'done'"
    failed = await world.database.read(lambda connection: connection.all(sql))
    assert [(row["id"], row["error_code"]) for row in failed] == []


async def check_outbox(world: World) -> None:
    """Nothing could not be said, nothing is addressed to the clock."""
    tables = await world.database.read(lambda connection: dump(connection, ["outbox"]))
    assert [row["id"] for row in tables["outbox"] if row["state"] == "dead" or row["channel"] == "clock"] == []


# ---- what nobody may read


def check_cards(fresh: Iterable[Heard], before: Facts, now: Facts) -> None:
    """No message tells its reader what they may not know, and none is without words."""
    for heard in fresh:
        text = "\n".join([heard.text, *heard.buttons])
        assert not re.search(r"^\[[a-z_A-Z-]+\]$", text, re.MULTILINE), f"no words: {text}"
        for what, readable in secrets(before, now, heard.chat):
            assert not readable(text), f"{heard.chat} reads {what}: {text}"


Secret = tuple[str, Callable[[str], bool]]


def secrets(before: Facts, now: Facts, chat: str) -> Iterator[Secret]:  # noqa: C901  # a list of rules, one a line
    """Everything that this chat may not read: what it is, and how to find it in a text."""
    requests = [*before.requests.values(), *now.requests.values()]
    holds = {request.homeowner_id for request in requests if request.installer_id == chat and request.state in HOLDING}
    for who, (phone, door) in SECRETS.items():
        if chat != who and who not in holds and chat not in DESKS:
            yield f"the phone of {who}", partial(holds_digits, phone)
        if chat != who and who not in holds:
            yield f"the door of {who}", partial(contains, door)
        if chat != who and chat not in STAFF_CHATS and who not in holds:
            yield f"the name of {who}", partial(contains, NAMES[who])
    for who, phone in WORKERS_PHONES.items():
        if chat != who and who not in holds:
            yield f"the phone of {who}", partial(holds_digits, phone)
    for request in requests:
        if request.code and chat != request.homeowner_id:
            yield f"the code of {request.id}", partial(holds_code, request.code)
    if chat not in STAFF_CHATS:
        for who in set(INSTALLERS) - {chat} - holds - installers_of(now, chat):
            yield f"the name of {who}", partial(contains, WORKERS[who])


def installers_of(now: Facts, homeowner_id: str) -> set[str]:
    """The installers who hold or held a job of this homeowner: those of the trust cards."""
    own = [now.events[id] for id, request in now.requests.items() if request.homeowner_id == homeowner_id]
    return {str(event.changes.get("installer_id", "")) for events in own for event in events}


def contains(secret: str, text: str) -> bool:
    return secret in text


def holds_digits(secret: str, text: str) -> bool:
    """Whether a line has these digits, however they are grouped."""
    return any(secret in re.sub(r"[\s-]", "", line) for line in text.split("\n"))


def holds_code(code: str, text: str) -> bool:
    """Whether these four digits stand alone; parts of phones, years and request numbers are none."""
    rest = re.sub(r"R-\d+|\d{3}-\d{3}-\d{4}|\d{3} \d{4} \d{4}|20\d\d年", "", text)
    return code in re.findall(r"(?<![\d-])\d{4}(?![\d-])", rest)


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_anybody_does(world: World, seed: int, note: Callable[[str], None]):
    """After every step of a walk by chance: only the table's transitions by who may, events that rebuild the row, one
    holder, no double booking, true counters, no crash, and no card that tells what its reader may not know."""
    await furnish(world, seed)
    walk, facts = Walk(world, Random(seed)), Facts()
    try:
        for _ in range(STEPS):
            await walk.step()
            await check_inbox(world)
            before, facts = facts, await look(world, facts)
            check_events(before, facts)
            check_holders(facts)
            check_windows(facts)
            check_cards(walk.fresh, before, facts)
        await check_counters(world, facts)
        await check_outbox(world)
    except AssertionError as failure:
        trace = "\n".join(walk.steps[-40:])
        raise AssertionError(f"seed {seed}, step {len(walk.steps)}: {failure}\n{trace}") from failure
    seen = Counter(event.action for events in facts.events.values() for event in events)
    note(f"walk {seed} on {world.database.engine}: {len(walk.steps)} steps, {seen.total()} events of {len(seen)} kinds")
    assert len(seen) > 8, "a walk in which little happened shows little"
