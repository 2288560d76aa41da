"""The checker for WeChat and WeCom: what both platforms wrote down, the database and the files are compared in the end.

Each check gives the sentences of what is wrong, none if all is well. The names are those of the invariants.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from domain.chat import Priority
from tests.faults.oracle import kept, no_double, standstill, states
from tests.faults.tencent_evidence import (
    CHANNELS,
    Evidence,
    answered,
    appeared,
    changes,
    hidden,
    name_of,
    owed,
    place,
    raw_id,
    shown,
)
from tests.faults.tencent_kills import GROUP
from tests.telegram.journal import Entry

CURSOR = "4gw7MepFLfgF2VC5"
ASKED_APART_S = 40.0
"""Between two calls for a token; the clock that they are dated by runs fast, so a part of the minute may be gone."""

ON_ITS_WAY = timedelta(seconds=2)
"""An answer goes back while the next message sets out, by another way and a clock that runs fast."""

PARDONED = {
    "token": "one was ended before its time",
    "token-expired": "its time was over",
    "unfollowed": "who left is told nothing, and is known to have left by that",
    "no-menu": "there is none yet",
    "chat": "the group is not there yet",
    "chat-taken": "it was made just before a kill",
    "kf-token": "a callback was late",
}
"""What a platform may refuse, and why; anything else that it refuses we should not have asked for."""

ONCE_A_KILL = {"code-used": "a card was changed just before a kill", "kf-msgid": "a message was sent just before one"}
"""What it may refuse once for each kill."""

SHUT = ("window", "count", "kf-time", "kf-count")
"""That nothing more may be sent now, which the product has counted otherwise if a kill hid a message from it."""


def judge(evidence: Evidence, files: Path) -> list[str]:
    """Everything that is wrong."""
    found, around = evidence.found, evidence.around
    checks: dict[str, Iterator[str] | list[str]] = {
        "I1": [*taken(evidence), *heard(evidence), *pulled(evidence), *done(evidence)],
        "I2": no_double(found),
        "I3": [*answers(evidence), *there(evidence), *copies(evidence), *order(evidence)],
        "I5": states(found),
        "I8": kept(found, files),
        "I9": found.damage,
        "I10": [line for channel in CHANNELS for line in standstill(found, channel)],
        "budget": budgets(evidence),
        "tokens": asked(evidence),
        "refused": refusals(evidence),
        "platform": [
            one.line() for journal in (around.wechat.journal, around.wecom.journal) for one in journal.of("violation")
        ],
    }
    return [f"{name}: {sentence}" for name, wrong in checks.items() for sentence in wrong]


# ---- what came in


def taken(evidence: Evidence) -> Iterator[str]:
    """What the Official Account was told is taken, is; an answer that came too late says so as well."""
    fake = evidence.around.wechat
    for entry in (*fake.journal.of("delivered", taken=True), *fake.journal.of("late", status=200)):
        if raw_id(fake.acts[entry.act - 1]) not in evidence.inbox:
            yield f"act {entry.act} was acknowledged and is not there"


def heard(evidence: Evidence) -> Iterator[str]:
    """The same for the app's callbacks, also those of which the platform gave up the answer."""
    journal = evidence.around.wecom.journal
    made = {entry.facts["id"]: entry for entry in journal.of("made", hook="wecom")}
    for entry in journal.of("delivered", hook="wecom", status=200):
        if not any(id in evidence.inbox for id in app_ids(made[entry.facts["id"]])):
            yield f"{entry.facts['id']} was acknowledged and is not there"


def app_ids(made: Entry) -> list[str]:
    """What we know it as; the second in which an event was made may have ended just then."""
    facts = made.facts
    if "event" not in facts:
        return [f"wecom:m:{facts['who']}:{facts['msgid']}"]
    ends = f"{facts['event']}:{facts.get('key', '')}"
    return [f"wecom:e:{facts['who']}:{int(made.at.timestamp()) - late}:{ends}" for late in (0, 1)]


def pulled(evidence: Evidence) -> Iterator[str]:
    """The cursor of customer service stands behind what was stored, and in the end behind everything."""
    log = evidence.around.wecom.service.log
    for row in evidence.found.tables["cursors"]:
        if not row["value"].startswith(CURSOR):
            continue
        passed = log[: int(row["value"].removeprefix(CURSOR))]
        if len(passed) < len(log):
            yield f"{len(log) - len(passed)} messages of customer service were never pulled"
        for _, message in passed:
            if f"wecomkf:{message['msgid']}" not in evidence.inbox:
                yield f"{message['msgid']} was passed by the cursor and is not there"


def done(evidence: Evidence) -> Iterator[str]:
    """Nobody sent anything that cannot be handled."""
    for id, row in evidence.inbox.items():
        if row["state"] != "done":
            yield f"{id} is {row['state']}: {row['error_code']}"


# ---- what went out


def answers(evidence: Evidence) -> Iterator[str]:
    """Who was given an answer has got it, once; each attempt that was answered with words had the same ones."""
    fake = evidence.around.wechat
    read = Counter(one.act for one in fake.journal.of("delivered", answer="reply"))
    yield from (f"act {act} was answered {count} times" for act, count in read.items() if count > 1)
    yield from (
        f"{row} counts as given, and nobody heard it" for row, act in answered(evidence).items() if not read[act]
    )
    for act in fake.acts:
        words = {reply.text for reply in act.answers if reply}
        if len(words) > 1:
            yield f"act {act.number} was answered in {len(words)} ways"


def there(evidence: Evidence) -> Iterator[str]:
    """What counts as sent is there, as far as the platforms tell it apart; what is dead was told to staff."""
    wecom, causes = evidence.around.wecom, {row["id"].rpartition(":")[0] for row in evidence.found.tables["outbox"]}
    ids = {entry.facts["msgid"] for entry in wecom.journal.of("sent")}
    known = ids | {msgid.rpartition("_")[0] for msgid in ids} | set(wecom.here.cards)
    for row in evidence.sent:
        name = (row["external"] or "").partition("|")[0]
        if row["channel"] != "wechat" and name and name not in known:
            yield f"{row['id']} counts as sent and is not there"
    for row in evidence.found.rows("outbox", state="dead"):
        alarmed = any(cause.startswith(f"{row['id']}:dead:") for cause in causes)
        if row["channel"] in CHANNELS and not alarmed and row["chat"] != GROUP.chat:
            yield f"{row['id']} is dead ({row['error_code']}) and nobody was told"
    for entry in wecom.journal.of("dropped"):
        yield f"{entry.facts['who']} was not shown {entry.facts['msgid']}: {entry.facts['why']}"


def copies(evidence: Evidence) -> Iterator[str]:
    """One message too many in a chat for each kill, and only what was under way then; none too few."""
    there, wanted, last = shown(evidence), owed(evidence), len(evidence.moments) - 1
    most = defaultdict[tuple[str, str], int](lambda: 1)
    for row in evidence.found.tables["outbox"]:
        if row["channel"] in CHANNELS and row["copies"]:
            chat = (row["channel"], row["chat"])
            most[chat] = max(most[chat], evidence.units.count(row))
    for chat in {*there, *wanted}:
        for life in sorted({*there[chat], *wanted[chat]}):
            more = there[chat][life] - wanted[chat][life]
            if more < 0:
                yield f"{chat}: {-more} of {wanted[chat][life]} are missing in life {life}: {_of(evidence, chat, life)}"
            if more > (most[chat] if life < last else 0):
                yield f"{chat}: {more} copies in life {life} of {last}: {_of(evidence, chat, life)}"


def _of(evidence: Evidence, chat: tuple[str, str], life: int) -> list[tuple[object, ...]]:
    """For who looks into it: what was sent then, and the rows that were settled then or may have been sent, with the
    lives in which the platform had what they are known as."""
    rows = [row for row in evidence.found.tables["outbox"] if (row["channel"], row["chat"]) == chat and row["copies"]]
    then = [row for row in rows if row["copies"] > 1 or evidence.life(row["settled_at"] or row["posted_at"]) == life]
    sent = [one for one in evidence.around.wecom.journal.of("sent") if evidence.life(one.at) == life]
    there = [one for one in sent if place(one.facts["method"], one.facts["to"]) == chat]
    return [
        *[(one.at.isoformat(), one.facts["msgid"], one.facts["type"], one.facts["text"][:40]) for one in there],
        *[
            (row["id"], row["state"], row["copies"], row["external"], evidence.units.count(row), _lives(evidence, row))
            for row in then
        ],
    ]


def _lives(evidence: Evidence, row: dict[str, Any]) -> list[tuple[int, str, str]]:
    sent, name = evidence.around.wecom.journal.of("sent"), name_of(row)
    named = [one for one in sent if one.facts["msgid"].partition("_")[0] == name]
    return [(evidence.life(one.at), one.at.isoformat(), one.facts["to"]) for one in named]


def order(evidence: Evidence) -> Iterator[str]:
    """Messages first appear in the order in which they were owed, as far as they can be told apart; what is urgent goes
    ahead of the rest."""
    first, given = appeared(evidence), answered(evidence)
    lanes: dict[tuple[str, str, bool], list[tuple[datetime, int, str]]] = defaultdict(list)
    changed = changes(evidence)
    for row in evidence.sent:
        key = (row["channel"], name_of(row))
        if key in first and row["id"] not in changed:
            urgent = row["priority"] == Priority.URGENT
            lanes[row["channel"], row["chat"], urgent].append((*first[key], row["id"]))
    for chat, rows in lanes.items():
        for one, other in pairwise(rows):
            late = ON_ITS_WAY if one[2] in given else timedelta(0)
            if (other[0] + late, other[1]) < (one[0], 0 if late else one[1]):
                yield f"{chat[:2]}: {other[2]} stands before {one[2]}"


# ---- what the platforms count


def budgets(evidence: Evidence) -> Iterator[str]:
    """The product believes in no message that the platform does not grant."""
    now, unknown = evidence.around.wechat.clock(), hidden(evidence)
    ours = {(row["channel"], row["chat"], row["act"]): row for row in evidence.found.tables["budgets"]}
    theirs: dict[tuple[str, str, str], int] = {}
    for who in evidence.around.wechat.people.values():
        theirs |= {("wechat", who.openid, act): count for act, count in who.left().items()}
        theirs |= {("wechat", who.openid, f"consent/{one}"): who.consented.count(one) for one in who.consented}
    for one in evidence.cast.customers.values():
        thread = one.thread
        open_still = thread.until is not None and now < thread.until
        theirs["wecomkf", f"{one.account}/{one.id}", "message"] = thread.left if open_still else 0
    for key, row in ours.items():
        left = row["count"] if row["until"] > now else 0
        if left > theirs.get(key, 0) + unknown[key[1]]:
            yield f"{key}: {left} here, {theirs.get(key, 0)} there"


def asked(evidence: Evidence) -> Iterator[str]:
    """Nobody asks for a token more than once a minute."""
    wechat, wecom = evidence.around.wechat.journal, evidence.around.wecom.journal
    times = {"wechat": [one.at for one in wechat.of("token")]}
    times |= {kind: [one.at for one in wecom.of("token", token_of=kind)] for kind in ("app", "kf")}
    for account, all in times.items():
        for one, other in pairwise(all):
            if other - one < timedelta(seconds=ASKED_APART_S):
                yield f"{account}: asked for twice within {(other - one).total_seconds():.1f} s"


def refusals(evidence: Evidence) -> Iterator[str]:
    """The platforms refuse nothing that we could have known."""
    wechat, wecom = evidence.around.wechat.journal, evidence.around.wecom.journal
    own = {who.name: who.openid for who in evidence.around.wechat.people.values()}
    own |= {one.id: f"{one.account}/{one.id}" for one in evidence.cast.customers.values()}
    counted: Counter[tuple[str, str, int]] = Counter()
    unknown = hidden(evidence)
    refused: list[Any] = [*wechat.of("refused"), *wecom.of("refused")]
    for entry in refused:
        name, to = entry.facts["name"], str(entry.facts.get("to") or entry.facts.get("who"))
        if name in ONCE_A_KILL:
            counted[name, to, evidence.life(entry.at)] += 1
        elif name in SHUT and unknown[own.get(to, to)]:
            continue
        elif name not in PARDONED:
            yield entry.line()
    yield from (
        f"{name} {count} times for {to} in life {life}" for (name, to, life), count in counted.items() if count > 1
    )
