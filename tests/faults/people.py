"""Who talks to the product during a run, and what they do next, given what they were shown. Chance is seeded."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from domain.chat import Place, Style, Text
from domain.company import Company
from domain.people import Person, Role
from domain.talks import Home
from messages import Catalogue
from storage.store import Store
from tests.fakes import START
from tests.faults.channel import NAME

GROUP = "group"
HOMEOWNERS = ("hana", "otto", "mei", "lan", "bai", "fei")
INSTALLERS = ("zhang", "li", "qian")
STAFF = ("sam", "sue", "max")
GUEST = "guest"
"""Somebody in the staff's group who does not work here."""

EVERYBODY = (*HOMEOWNERS, *INSTALLERS * 2, *STAFF * 4, GUEST)
IMPATIENT = 0.1
"""How often somebody acts before they have read an answer."""

PROBLEMS = ("厨房水龙头一直滴水,很急,明天下午有空", "卫生间漏水", "柜门坏了 装的时候就歪", "瓷砖裂了,楼下也漏")
ANSWERS = (
    "换了阀芯,不滴了",
    "好",
    "1",
    "明天下午三点",
    "时间不合适",
    "同意",
    "跳过",
    "都做到了",
    "今日任务",
    "查进度",
    "/queue",
)
RARE = ("action-cancel", "action-reject", "form-cancel", "action-decline", "action-hand_over", "form-back")
NEVER = ("dead-retry", "dead-discard", "dead-call")
CODE = re.compile(r"到达码是 (\d{4})")
NUMBER = re.compile(r"单号 (R-\d+)")
MARK = re.compile(r"#m\d+#")
RECENT = 4
EAGER = ("action-claim", "action-offer", "action-accept", "action-schedule", "action-depart", "action-confirm")


@dataclass
class Shown:
    """A message as it stands in a chat."""

    text: str
    buttons: Sequence[tuple[str, str, str]]


@dataclass
class Chats:
    """What everybody sees, as the platform keeps it: messages by the platform's own ids, the newest last."""

    messages: dict[str, dict[str, Shown]] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    filed: set[str] = field(default_factory=set)
    news: set[str] = field(default_factory=set)

    def show(self, chat: str, external: str, shown: Shown) -> None:
        """A message that is new, or changed and then the newest."""
        there = self.messages.setdefault(chat, {})
        there.pop(external, None)
        there[external] = shown
        self.codes += CODE.findall(shown.text)
        self.filed.update(NUMBER.findall(shown.text))
        self.news.add(chat)

    def asking(self, chat: str) -> list[Shown]:
        """The messages with buttons, the newest last."""
        return [one for one in self.messages.get(chat, {}).values() if one.buttons]


class People:
    """Everybody. ``next()`` is what somebody does now, most likely somebody who has just read something."""

    def __init__(self, chats: Chats, catalogue: Catalogue, dice: Random) -> None:
        self.chats = chats
        self.dice = dice
        self.count = 0
        self.rare, self.never, self.eager = (
            frozenset(catalogue.render("zh-CN", Text(id), START) for id in ids) for ids in (RARE, NEVER, EAGER)
        )

    def next(self) -> list[dict[str, Any]]:
        """One update without its number, the parts of one album, or nothing."""
        who = self.dice.choice(EVERYBODY)
        chat = GROUP if who in (*STAFF, GUEST) else who
        if chat not in self.chats.news and self.dice.random() > IMPATIENT:
            return []
        self.chats.news.discard(chat)
        chance = self.dice.random()
        if chance < 0.01:
            return [self.body(who, chat, text="/boom 你好")]
        if chance < 0.02:
            return [self.body(who, who if who != GUEST else chat, text="/refuse")]
        if chance < 0.10 and who in HOMEOWNERS:
            return [self.body(who, chat, text=f"{self.dice.choice(PROBLEMS)} {self.mark()}")]
        if chance < 0.22 and who not in (*STAFF, GUEST):
            return self.album(who, chat)
        if chance < 0.30 and who in INSTALLERS and self.chats.codes:
            return [self.body(who, chat, text=self.dice.choice(self.chats.codes[-4:]))]
        token = self.token(chat) if chance < 0.93 else ""
        if token:
            return [self.body(who, chat, press=token)]
        return [self.body(who, chat, text=self.dice.choice(ANSWERS))]

    def mark(self) -> str:
        """A sign that stands in one report and in no other."""
        self.count += 1
        return f"#m{self.count}#"

    def album(self, who: str, chat: str) -> list[dict[str, Any]]:
        self.count += 1
        parts = range(self.dice.randint(1, 3))
        album = f"a{self.count}" if len(parts) > 1 else ""
        return [self.body(who, chat, photos=[f"{who}-{self.count}-{part}"], album=album) for part in parts]

    def body(self, who: str, chat: str, **more: Any) -> dict[str, Any]:
        return {"chat": chat, "account": who, "group": chat == GROUP, **more}

    def token(self, chat: str) -> str:
        """A button of a message which is there, likely one that leads on; empty if there is none."""
        there = self.chats.asking(chat)
        wanted = [one for shown in there[-40:] for one in shown.buttons if one[0] in self.eager]
        if wanted and self.dice.random() < 0.3:
            return self.dice.choice(wanted)[1]
        if not there:
            return ""
        shown = there[-1] if self.dice.random() < 0.6 else self.dice.choice(there[-RECENT:])
        buttons = [one for one in shown.buttons if one[0] not in self.never]
        usual = [one for one in buttons if one[0] not in self.rare and one[2] != Style.DANGER.value]
        first = [one for one in usual if one[2] == Style.PRIMARY.value]
        some = first if first and self.dice.random() < 0.5 else usual
        some = some if some and self.dice.random() < 0.95 else buttons
        return self.dice.choice(some)[1] if some else ""


async def furnish(store: Store, company: Company) -> None:
    """Those whom the product knows from the start, and their group."""
    skills, agreed = tuple(skill.code for skill in company.skills), company.consent.version
    people: Mapping[str, Person] = {
        **{
            who: Person(who, name=f"业主{who}", phone=f"+861380013{number:04}", locale="zh-CN", consent=agreed)
            for number, who in enumerate(HOMEOWNERS)
        },
        **{
            who: Person(who, Role.INSTALLER, f"{who}师傅", f"+861390013{number:04}", "zh-CN", f"JD-00{number}", skills)
            for number, who in enumerate(INSTALLERS)
        },
        **{who: Person(who, Role.MANAGER if who == "max" else Role.STAFF, who, locale="zh-CN") for who in STAFF},
    }
    for who, person in people.items():
        await store.people.add(person, Place(NAME, who), START)
        await store.people.attach(NAME, who, who, who, START)
        await store.outbox.speak(Place(NAME, who), "zh-CN")
        if who in HOMEOWNERS:
            home = Home(f"h-{who}", who, company.districts[0].code, f"世纪大道{len(who)}00号", f"{len(who)}02室")
            await store.homes.add(home, START)
    await store.groups.bind(Place(NAME, GROUP), "staff", "zh-CN", "max", START)
    await store.outbox.speak(Place(NAME, GROUP), "zh-CN")
