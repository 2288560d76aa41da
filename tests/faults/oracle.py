"""The checker outside: journal, database and files are compared once everything stands still.

Each check gives the sentences of what is wrong, none if all is well. The names are those of the invariants: I1 no loss,
I2 no double, I3 outbox, I5 states, I8 files, I9 recovery, I10 liveness.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from domain.chat import Priority
from domain.people import INSIDE
from domain.requests import Event, Request, rebuild
from domain.states import TRANSITIONS, State, Who
from storage.database import Connection
from storage.opening import open_database
from storage.store import Store
from tests.conversations.cast import REMARKS, dump
from tests.faults.channel import NAME
from tests.faults.journal import Fact, Journal
from tests.faults.people import GROUP, GUEST, INSTALLERS, MARK, STAFF

COPIES_MAX = 3
TABLES = (
    "inbox",
    "outbox",
    "lanes",
    "timers",
    "offers",
    "files",
    "file_owners",
    "people",
    "conversations",
    "budgets",
    "cursors",
)
ROWS = {(row.before.value, row.action, row.after.value): row for row in TRANSITIONS}
HOLDING = {State.ACCEPTED, State.SCHEDULED, State.EN_ROUTE, State.IN_PROGRESS}
ANYWHERE = Who.HOMEOWNER | Who.INSTALLER | Who.CANDIDATE


@dataclass
class Found:
    """The database as it stands, read from outside."""

    tables: Mapping[str, list[dict[str, Any]]]
    requests: dict[str, Request] = field(default_factory=dict)
    events: dict[str, list[Event]] = field(default_factory=dict)
    damage: list[str] = field(default_factory=list)

    def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        """The rows of a table with these values."""
        return [row for row in self.tables[table] if all(row[name] == value for name, value in where.items())]


async def look(url: str) -> Found:
    """Everything that the checks need."""
    database = await open_database(url, connections=1)
    try:
        return await database.transact(_look)
    finally:
        await database.close()


async def _look(connection: Connection) -> Found:
    store = Store(connection)
    found = Found(await dump(connection, TABLES), damage=[line async for line in _damage(connection)])
    for row in await connection.all("SELECT id FROM requests ORDER BY id"):
        found.requests[row["id"]] = await store.requests.get(row["id"], INSIDE)
        found.events[row["id"]] = await store.requests.events(row["id"], INSIDE)
    return found


async def _damage(connection: Connection):
    if connection.engine == "sqlite":
        for row in await connection.all("PRAGMA integrity_check"):
            if row["integrity_check"] != "ok":
                yield row["integrity_check"]
        for row in await connection.all("PRAGMA foreign_key_check"):
            yield f"{row['table']} points to nothing in {row['parent']}"
        return
    for row in await connection.all("SELECT conname FROM pg_constraint WHERE NOT convalidated"):
        yield f"{row['conname']} is not validated"
    for table in TABLES:
        await connection.all(f"SELECT count(*) FROM {table}")  # a broken page raises


def judge(journal: Journal, found: Found, files: Path) -> list[str]:
    """Everything that is wrong."""
    checks = {
        "I1": no_loss(journal, found),
        "I2": no_double(found),
        "I3": [*outbox(journal, found), *copies(journal), *order(journal, found), *early(journal)],
        "I5": states(found),
        "I8": kept(found, files),
        "I9": found.damage,
        "I10": standstill(found),
    }
    return [f"{name}: {sentence}" for name, wrong in checks.items() for sentence in wrong]


# ---- what came in


def no_loss(journal: Journal, found: Found) -> Iterator[str]:
    """Acknowledged means in the inbox; quarantined means that staff were told."""
    inbox = {row["id"]: row for row in found.tables["inbox"]}
    told = {row["id"].rpartition(":")[0] for row in found.tables["outbox"]}
    for fact in journal.of("acked"):
        if f"{NAME}:{fact['id']}" not in inbox:
            yield f"{fact['id']} was acknowledged and is not there"
    for id, row in inbox.items():
        if row["state"] not in ("done", "quarantined"):
            yield f"{id} is {row['state']} at the end"
        if row["state"] == "quarantined" and f"{id}:quarantined" not in told:
            yield f"{id} was set aside and nobody was told"
        if row["state"] == "quarantined" and not poisoned(row):
            yield f"{id} was set aside: {row['error_code']}"


def poisoned(row: Mapping[str, Any]) -> bool:
    """Whether nobody could have handled it."""
    return str(row["body"].get("text", "")).startswith(("/boom", "/spin")) or "chat" not in row["body"]


def no_double(found: Found) -> Iterator[str]:
    """A report is in one request, an update has one effect of each kind, an album's photos are all there once."""
    marks = Counter(mark for request in found.requests.values() for mark in set(MARK.findall(request.description)))
    yield from (f"{mark} stands in {count} requests" for mark, count in marks.items() if count > 1)
    for id, request in found.requests.items():
        for photos in (request.photos, request.finish_photos):
            if len(photos) != len(set(photos)):
                yield f"{id} shows a photo twice"
    causes: dict[str, list[int]] = defaultdict(list)
    for row in found.tables["outbox"]:
        cause, _, index = row["id"].rpartition(":")
        causes[cause].append(int(index) if index.isdigit() else -1)
    for cause, told in causes.items():
        if sorted(told) != list(range(len(told))):
            yield f"{cause} was told as {sorted(told)}"


# ---- what went out


def outbox(journal: Journal, found: Found) -> Iterator[str]:
    """Each message reached the platform, or is dead and staff know, or a newer version of its card stands for it."""
    taken = {fact["row"] for fact in journal.of("sent")}
    newest: dict[tuple[str, str], int] = {}
    for row in found.rows("outbox", channel=NAME):
        newest[row["chat"], row["card"]] = max(newest.get((row["chat"], row["card"]), 0), row["seq"])
    causes = {row["id"].rpartition(":")[0] for row in found.tables["outbox"]}
    for row in found.rows("outbox", channel=NAME):
        if row["state"] == "sent" and row["id"] not in taken:
            yield f"{row['id']} counts as sent and never was"
        if row["state"] == "merged" and newest[row["chat"], row["card"]] == row["seq"]:
            yield f"{row['id']} gave way to nothing"
        alarmed = any(cause.startswith(f"{row['id']}:dead:") for cause in causes) or row["chat"] == GROUP
        if row["state"] == "dead" and not alarmed:
            yield f"{row['id']} is dead and nobody was told"
    known = {row["id"] for row in found.rows("outbox", channel=NAME)}
    yield from (f"{row} was sent and is owed by nobody" for row in sorted(taken - known))


def breaks(journal: Journal) -> list[int]:
    """The numbers of the facts after which something in flight may have been lost."""
    return [fact.number for fact in journal.of("broke")]


def anew(journal: Journal) -> dict[str, list[Fact]]:
    """The sends of each row that made a new message, in order."""
    sends: dict[str, list[Fact]] = defaultdict(list)
    for fact in journal.of("sent"):
        if not fact["edits"]:
            sends[fact["row"]].append(fact)
    return sends


def copies(journal: Journal) -> Iterator[str]:
    """Three at most; each after a break of its own in its chat, or after an answer that got lost."""
    broke, blamed = breaks(journal), Counter[tuple[str, int]]()
    for row, sends in anew(journal).items():
        if len(sends) > COPIES_MAX:
            yield f"{row} arrived {len(sends)} times"
        for one, other in pairwise(sends):
            if one.said.get("fault"):
                continue  # it was taken, and the answer said otherwise
            cause = next((number for number in broke if one.number < number < other.number), -1)
            blamed[one["chat"], cause] += 1
            if cause < 0:
                yield f"{row} was sent twice without a reason"
    yield from (f"{chat} got {count} copies after one kill" for (chat, _), count in blamed.items() if count > 1)


def order(journal: Journal, found: Found) -> Iterator[str]:
    """The first arrivals of a chat's messages are in the order in which they were owed; what is urgent goes ahead of
    the rest."""
    urgent = {row["id"]: row["priority"] == Priority.URGENT for row in found.tables["outbox"]}
    first: dict[str, Fact] = {}
    for fact in journal.of("sent"):
        first.setdefault(fact["row"], fact)
    lanes: dict[tuple[str, bool], list[Fact]] = defaultdict(list)
    for fact in first.values():
        lanes[fact["chat"], urgent.get(fact["row"], False)].append(fact)
    for (chat, _), facts in lanes.items():
        for one, other in pairwise(facts):
            if one["seq"] > other["seq"]:
                yield f"{chat}: {other['row']} arrived after {one['row']}"


def early(journal: Journal) -> Iterator[str]:
    """No call to a chat before the pause that was asked for is over."""
    until: dict[str, float] = {}
    for fact in journal.facts:
        if fact.kind not in ("sent", "refused"):
            continue
        if fact["at"] < until.get(fact["chat"], 0):
            yield f"{fact['row']} was sent {until[fact['chat']] - fact['at']:.3f} s too early"
        if "retry_after_s" in fact.said:
            until[fact["chat"]] = fact["at"] + fact["retry_after_s"]


# ---- requests, files, rest


def states(found: Found) -> Iterator[str]:
    """Only rows of the table by who may, events that rebuild the row, one holder, offers only while offered."""
    for id, request in found.requests.items():
        events = found.events[id]
        if rebuild(events) != request:
            yield f"{id} is not what its events say"
        if [event.number for event in events] != list(range(1, request.version + 1)):
            yield f"{id} has a gap among its events"
        yield from (f"{id}: {one.action} leads nowhere" for one, other in pairwise(events) if one.after != other.before)
        yield from (f"{id}: {event.actor_id} may not {event.action}" for event in events if not allowed(event, request))
        offered = [row for row in found.rows("offers", request_id=id) if row["state"] == "open"]
        if bool(offered) is not (request.state is State.OFFERED):
            yield f"{id} is {request.state} with {len(offered)} offers"
        if (request.state in HOLDING) and request.installer_id not in INSTALLERS:
            yield f"{id} is {request.state} and nobody holds it"
        yield from (
            f"{id} accepted twice"
            for one, other in pairwise([e for e in events if e.after != e.before])
            if one.action == other.action == "accept"
        )


def allowed(event: Event, request: Request) -> bool:
    """Whether the table has this, for what its actor is; installers by name, as each may have had an offer."""
    if event.action in REMARKS:
        return event.before == event.after
    row = ROWS.get((event.before, event.action, event.after))
    if row is None or event.actor_id == GUEST:
        return False
    who = Who.HOMEOWNER if event.actor_id == request.homeowner_id else Who.NOBODY
    if event.actor_id in INSTALLERS:
        who |= Who.INSTALLER | Who.CANDIDATE
    if event.actor_id in STAFF:
        who |= Who.STAFF
    if event.actor_id == "max":
        who |= Who.MANAGER
    return bool(row.may & (who if event.actor_id else Who.TIME))


def kept(found: Found, files: Path) -> Iterator[str]:
    """Each photo of a request and each known file lies there whole; nothing that has a name is half."""
    shown = {photo for request in found.requests.values() for photo in (*request.photos, *request.finish_photos)}
    for file_hash in shown | {row["hash"] for row in found.tables["files"]}:
        path = files / file_hash[:2] / file_hash
        if not path.exists():
            yield f"the file {file_hash[:12]} is not there"
    for path in files.glob("??/*"):
        whole = hashlib.sha256(path.read_bytes()).hexdigest() == path.name
        if len(path.name) == 64 and not whole:
            yield f"the file {path.name[:12]} is broken"


def standstill(found: Found, channel: str = NAME) -> Iterator[str]:
    """Nothing waits any more."""
    for row in found.rows("outbox", channel=channel, state="due"):
        yield f"{row['id']} is still owed"
    for row in found.rows("lanes", channel=channel):
        if row["due_at"] is not None and not row["blocked"]:
            yield f"the lane of {row['chat']} is still due"
