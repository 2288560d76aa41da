"""What the checker for WeChat and WeCom goes by: what was shown in each chat, and what should have been.

The platforms tell apart neither a passive answer nor a text of the app by an id of ours. So what was shown is counted,
for each chat and each life of the process: it is what the rows became that were settled in that life, and at its end,
if the process was killed, what was under way.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from bot.channels.wecomkf_send import id_of
from tests.faults.oracle import Found
from tests.faults.tencent_kills import GROUP, Cast, Tencent
from tests.faults.tencent_units import Units
from tests.wechat.delivery import Act

CHANNELS = ("wechat", "wecom", "wecomkf")

Lives = dict[tuple[str, str], Counter[int]]
"""How many, by channel and chat and then by life."""


@dataclass
class Evidence:
    """All that is compared. ``moments`` are when each process began."""

    around: Tencent
    cast: Cast
    moments: Sequence[datetime]
    found: Found
    units: Units = field(default_factory=Units)

    def life(self, at: datetime) -> int:
        return bisect_right(self.moments, at) - 1

    @cached_property
    def sent(self) -> list[dict[str, Any]]:
        """The rows that count as sent, in the order in which they were owed."""
        rows = [row for row in self.found.rows("outbox", state="sent") if row["channel"] in CHANNELS]
        return sorted(rows, key=lambda row: row["seq"])

    @cached_property
    def inbox(self) -> dict[str, dict[str, Any]]:
        return {row["id"]: row for row in self.found.tables["inbox"]}


def raw_id(act: Act) -> str:
    """What we know a follower's act as."""
    fields, openid = act.fields, act.who.openid
    if "MsgId" in fields:
        return f"wechat:m:{openid}:{fields['MsgId']}"
    return f"wechat:e:{openid}:{fields['CreateTime']}:{fields['Event']}:{fields.get('EventKey', '')}"


def answered(evidence: Evidence) -> dict[str, int]:
    """The rows that were given as answers, and the act that each answers."""
    acts = {raw_id(act): act.number for act in evidence.around.wechat.acts}
    rows = [row["id"] for row in evidence.sent if (row["external"] or "").startswith("answer:")]
    return {id: number for id in rows for raw, number in [_cause(id, acts)] if raw}


def _cause(row_id: str, acts: dict[str, int]) -> tuple[str, int]:
    raw = row_id.rpartition(":")[0]
    while raw and raw not in acts:
        raw = raw.rpartition(":")[0]
    return raw, acts.get(raw, 0)


def shown(evidence: Evidence) -> Lives:
    """How many messages of the app appeared in each chat, in each life."""
    found: Lives = defaultdict(Counter)
    wechat, wecom = evidence.around.wechat, evidence.around.wecom
    own = {who.name: ("wechat", who.openid) for who in wechat.people.values()}
    for entry in wechat.journal.of("sent"):
        found[own[entry.who]][evidence.life(entry.at)] += 1
    given = set(answered(evidence).values())
    for who in wechat.people.values():
        for post in who.reads:
            if post.by == "answer" and post.act not in given:
                found["wechat", who.openid][evidence.life(post.at)] += 1
    for one in wecom.journal.of("sent"):
        if one.facts["method"] != "kf/send_msg_on_event":
            found[place(one.facts["method"], one.facts["to"])][evidence.life(one.at)] += 1
    return found


def place(method: str, to: str) -> tuple[str, str]:
    """The chat of ours that a message of the app went to: staff are all written to where their group cannot show it."""
    if method.startswith("kf/"):
        return "wecomkf", to
    return "wecom", GROUP.chat if "|" in to or to.startswith("group:") else f"user:{to}"


def owed(evidence: Evidence) -> Lives:
    """How many they should be: what the rows became that were settled in each life, but for answers, which are shown
    in their own way, and changes of what was there."""
    found: Lives = defaultdict(Counter)
    changed = changes(evidence)
    for row in evidence.sent:
        if not (row["external"] or "").startswith("answer:") and row["id"] not in changed:
            found[row["channel"], row["chat"]][evidence.life(row["settled_at"])] += evidence.units.count(row)
    return found


def changes(evidence: Evidence) -> set[str]:
    """The rows that changed a card of the app. The card may have been pressed, and so become known, although the row
    that it came of was never settled before a kill; and a row is known by the copy that was pressed last."""
    journal = evidence.around.wecom.journal
    cards = {card.msgid: card.task_id for card in evidence.around.wecom.here.cards.values()}
    sent = [one for one in journal.of("sent") if one.facts["msgid"] in cards]
    began = {cards[one.facts["msgid"]]: evidence.life(one.at) for one in sent}
    changed = {(one.facts["task_id"], evidence.life(one.at)) for one in journal.of("edited")}
    found, seen = set[str](), set[str]()
    for row in evidence.sent:
        task, life = (row["external"] or "").partition("|")[0], evidence.life(row["settled_at"])
        if (task, life) in changed and (task in seen or life > began[task]):
            found.add(row["id"])
        seen.add(task)
    return found


def hidden(evidence: Evidence) -> Counter[str]:
    """How many messages in each chat a kill hid from the product, which cannot have counted them all; any number of
    those of who left and whose leaving it was never told."""
    there, wanted = shown(evidence), owed(evidence)
    found: Counter[str] = Counter()
    for channel, chat in there:
        found[chat] += sum((there[channel, chat] - wanted[channel, chat]).values())
    wechat = evidence.around.wechat
    for entry in wechat.journal.of("unserved"):
        act = wechat.acts[entry.act - 1]
        found[act.who.openid] += 5 if act.fields.get("Event") == "unsubscribe" else 0
    return found


def name_of(row: dict[str, Any]) -> str:
    """What a row is known as on its platform."""
    known = row["external"] or ""
    if row["channel"] == "wecomkf":
        return id_of(row["id"])
    if row["channel"] == "wechat":
        return known if known.startswith("answer:") else row["token"] or "?"
    return known.partition("|")[0] or "?"


def appeared(evidence: Evidence) -> dict[tuple[str, str], tuple[datetime, int]]:
    """When each message that can be told apart was there first."""
    found: dict[tuple[str, str], tuple[datetime, int]] = {}
    rows = {act: f"answer:{row}" for row, act in answered(evidence).items()}
    for who in evidence.around.wechat.people.values():
        for number, post in enumerate(who.reads):
            token = post.buttons[0][0].rpartition(".")[0] if post.buttons else ""
            name = rows.get(post.act, "") if post.by == "answer" else token
            if name:
                found.setdefault(("wechat", name), (post.at, number))
    cards = {card.msgid: card.task_id for card in evidence.around.wecom.here.cards.values()}
    for entry in evidence.around.wecom.journal.of("sent"):
        msgid = entry.facts["msgid"]
        if entry.facts["method"].startswith("kf/"):
            found.setdefault(("wecomkf", msgid.partition("_")[0]), (entry.at, entry.n))
        else:
            found.setdefault(("wecom", cards.get(msgid, msgid)), (entry.at, entry.n))
    return found
