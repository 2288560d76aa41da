"""The checker for Telegram: what the platform wrote down, the database and the files are compared in the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from domain.chat import Priority
from tests.faults.oracle import Found, kept, no_double, standstill, states
from tests.telegram.fake import FakeTelegram

NAME = "telegram"


def judge(fake: FakeTelegram, lives: Sequence[int], found: Found, files: Path) -> list[str]:
    """Everything that is wrong; ``lives`` are the lengths of the platform's journal as each process began."""
    checks: dict[str, list[str]] = {
        "I1": list(no_loss(fake, found)),
        "I2": list(no_double(found)),
        "I3": [*outbox(fake, found), *copies(fake, lives, found), *order(found)],
        "I5": list(states(found)),
        "I8": list(kept(found, files)),
        "I9": found.damage,
        "I10": list(standstill(found, NAME)),
        "platform": [entry.line() for entry in fake.violations],
    }
    return [f"{name}: {sentence}" for name, wrong in checks.items() for sentence in wrong]


def no_loss(fake: FakeTelegram, found: Found) -> Iterator[str]:
    """What the platform may forget is in the inbox, and done."""
    inbox, bot = {row["id"]: row for row in found.tables["inbox"]}, fake.token.partition(":")[0]
    for entry in fake.journal.of("confirmed"):
        if f"{NAME}:{bot}:{entry.update_id}" not in inbox:
            yield f"{entry.update_id} was confirmed by {entry.by} and is not there"
    yield from (f"{id} is {row['state']}: {row['error_code']}" for id, row in inbox.items() if row["state"] != "done")


def message_id(external: str) -> int:
    """The platform's number of a message, as we keep it."""
    return int(external.lstrip("k"))


def units(fake: FakeTelegram) -> dict[int, dict[int, set[int]]]:
    """For each chat what was accepted, an album as one: the entry's number → ids of messages."""
    albums: dict[tuple[int, str], int] = {}
    found: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for entry in fake.journal.of("sent"):
        first = albums.setdefault((entry.chat, entry.album), entry.n) if entry.album else entry.n
        found[entry.chat][first].add(entry.message_id)
    return found


def outbox(fake: FakeTelegram, found: Found) -> Iterator[str]:
    """What counts as sent is there."""
    there = {(entry.chat, entry.message_id) for entry in fake.journal.of("sent")}
    for row in found.rows("outbox", channel=NAME, state="sent"):
        if row["external"] and (int(row["chat"]), message_id(row["external"])) not in there:
            yield f"{row['id']} counts as sent and is not there"
    causes = {row["id"].rpartition(":")[0] for row in found.tables["outbox"]}
    for row in found.rows("outbox", channel=NAME, state="dead"):
        if not any(cause.startswith(f"{row['id']}:dead:") for cause in causes) and not row["chat"].startswith("-"):
            yield f"{row['id']} is dead ({row['error_code']}) and nobody was told"


def copies(fake: FakeTelegram, lives: Sequence[int], found: Found) -> Iterator[str]:
    """A message that no row knows of is a copy whose process died before it could say so: one in a life, a chat."""
    known = {
        (int(row["chat"]), message_id(row["external"])) for row in found.rows("outbox", channel=NAME) if row["external"]
    }
    blamed: Counter[tuple[int, int]] = Counter()
    for chat, sent in units(fake).items():
        for n, ids in sent.items():
            if not any((chat, id) in known for id in ids):
                blamed[chat, sum(start < n for start in lives)] += 1
    yield from (f"{chat} got {count} copies in life {life}" for (chat, life), count in blamed.items() if count > 1)
    yield from (f"{chat} got a copy without a kill" for (chat, life) in blamed if life == len(lives))


def order(found: Found) -> Iterator[str]:
    """Messages stand in their chat in the order in which they were owed; what is urgent goes ahead of the rest."""
    lanes: dict[tuple[str, bool], list[tuple[int, str]]] = defaultdict(list)
    seen: set[tuple[str, str]] = set()
    for row in sorted(found.rows("outbox", channel=NAME, state="sent"), key=lambda one: one["seq"]):
        there = (row["chat"], row["external"])
        if row["external"] and there not in seen:  # else it changed a message that stood there
            lanes[row["chat"], row["priority"] == Priority.URGENT].append((message_id(row["external"]), row["id"]))
        seen.add(there)
    for (chat, _), sent in lanes.items():
        yield from (f"{chat}: {other[1]} stands before {one[1]}" for one, other in pairwise(sent) if other[0] < one[0])
