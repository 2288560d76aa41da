"""A walk through the product by chance: everybody presses, writes, waits and repeats, rightly and wrongly.

The same seed walks the same way, as far as made-up numbers (tokens, arrival codes) let it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from domain.chat import Button, Place, Raw, Span, Text
from domain.people import INSIDE, Person
from domain.requests import Request
from domain.states import TRANSITIONS, State, Who
from domain.talks import Home, Talk
from handlers.fields import pack_span
from storage.outbox import buttons
from storage.store import Store
from tests.conversations.cast import Cast, file, needs
from tests.world import GROUP, Heard, World

OUTSIDE = "group-x"
RARELY = (
    "cancel", "reject", "decline", "withdraw", "reassign", "hand_over", "no_show", "called", "urge", "reschedule",
    "correct",
    "override", "restore",
)  # fmt: skip
HOMEOWNERS = ("otto", "mei", "lan")
INSTALLERS = ("zhang", "li", "qian")
STAFF = ("sam", "sue", "max")
STRANGERS = ("newt",)
EVERYBODY = (*HOMEOWNERS, *INSTALLERS, *STAFF, "ada", *STRANGERS)
NEIGHBOURS = (
    (
        Person("mei", name="梅小姐", phone="+8613700137555", locale="zh-CN"),
        Home("h-mei", "mei", "", "虹桥路9弄5号楼", "607室"),
    ),
    (
        Person("lan", name="蓝女士", phone="+8613600136444", locale="zh-Hant"),
        Home("h-lan", "lan", "", "番禺路2號", "908室"),
    ),
)
"""Homeowners whose consent is still to be asked, and whose district is not known."""

PROBLEMS = (
    "厨房水龙头一直滴水,很急,明天下午有空",
    "卫生间漏水",
    "插座冒火花",
    "柜门坏了 装的时候就歪",
    "燃气味很重",
    "瓷砖裂了,楼下也漏",
    "厨房水龙头滴水,我电话{phone},住{door}",
)
WORDS = (
    "好",
    "1",
    "2",
    "done",
    "any",
    "明天下午三点",
    "周六上午",
    "000",
    "谢谢师傅",
    "我在家等,打我电话{phone},{door}",
    "没修好,{door}还在滴,{phone}",
    "reason-cancel-nothing",
    "reason-",
    "day:1",
    "day:9999-12-31T23:59:59+00:00",
    "0001-01-01T00:00:00+00:00/9999-12-31T23:59:59+00:00",
    "{ $x } }} <b>*_`",
    "🔧" * 40,
    "长" * 2500,
    "yes",
    "取消",
    "跳过",
    "返回",
    "查进度",
    "报修",
    "人工",
    "今日任务",
    "R-1001",
)
COMMANDS = (
    "/start",
    "/status",
    "/new",
    "/cancel",
    "/help",
    "/queue",
    "/jobs",
    "/find 滴水",
    "/find ' OR 1=1 --",
    "/find & | ! ( ) :*",
    "/show R-1001",
    "/show R-1002",
    "/show R-9999",
    "/show",
    "/r R-1001 师傅在路上了",
    "/r R-1002",
    "/r",
    "/verify JD-001",
    "/verify 无",
    "/language zh-CN",
    "/bind ABCDE-FGHJK",
    "/nothing",
    "/",
)
PAUSES: tuple[dict[str, float], ...] = (
    {"seconds": 1},
    {"seconds": 20},
    {"seconds": 20},
    {"minutes": 3},
    {"minutes": 3},
    {"minutes": 6},
    {"minutes": 11},
    {"minutes": 16},
    {"hours": 1},
    {"hours": 3},
    {"hours": 7},
    {"hours": 20},
    {"days": 4},
)


@dataclass
class Walk:
    """``steps`` is what was done, for whoever has to understand a failure; ``fresh`` what the last step showed."""

    world: World
    dice: Random
    steps: list[str] = field(default_factory=list)
    sent: list[Raw] = field(default_factory=list)
    fresh: list[Heard] = field(default_factory=list)
    newest: dict[str, list[Heard]] = field(default_factory=dict)
    photos: int = 0

    async def step(self) -> None:
        """Do one thing, or several at the same instant."""
        if self.dice.random() < 0.05:
            await self._burst()
        else:
            await self._pick()()
        self.fresh = await self.world.settle()
        for heard in self.fresh:
            self.newest.setdefault(heard.chat, []).append(heard)

    def _pick(self) -> Callable[[], Awaitable[None]]:
        weights: list[tuple[Callable[[], Awaitable[None]], int]] = [
            (self.advance, 30),
            (self.answer, 35),
            (self.press, 10),
            (self.report, 2),
            (self.write, 5),
            (self.command, 4),
            (self.press_wrongly, 6),
            (self.wait, 7),
            (self.repeat, 3),
            (self.reply, 3),
        ]
        return self.dice.choices([one for one, _ in weights], [weight for _, weight in weights])[0]

    async def _burst(self) -> None:
        raws = []
        for _ in range(self.dice.randint(2, 6)):
            chat = self.dice.choice([*self.newest, "otto"])
            if token := self._button(chat, recent=2):
                raws.append(self.raw(self._reader(chat), chat=chat, press=token))
        self.note(f"burst of {len(raws)}")
        await asyncio.gather(*[self.world.pipeline.receive(raw) for raw in raws])

    def note(self, what: str) -> None:
        self.steps.append(f"{len(self.steps)} {self.world.watch():%d %H:%M:%S} {what}")

    def raw(self, who: str, text: str = "", chat: str = "", **more: Any) -> Raw:
        raw = self.world.raw(who, text, chat=chat, **more)
        self.sent.append(raw)
        return raw

    async def say(self, who: str, text: str = "", chat: str = "", **more: Any) -> None:
        self.note(f"{who}@{chat or who}: {text[:60]!r} {more or ''}")
        await self.world.pipeline.receive(self.raw(who, text, chat=chat, **more))

    def _reader(self, chat: str) -> str:
        return self.dice.choice(STAFF) if chat == GROUP else chat

    def _button(self, chat: str, recent: int) -> str:
        """A button of one of the latest messages of a chat, most likely of the very last."""
        shown = [heard for heard in self.newest.get(chat, ()) if heard.buttons][-recent:]
        if not shown:
            return ""
        heard = shown[-1] if self.dice.random() < 0.7 else self.dice.choice(shown)
        shown_there = [(label, token) for row in heard.message.buttons for label, token, _ in row]
        kind = [one for one in shown_there if one[0] not in ("不填了", "取消", "取消这单", "上一步", "无法受理")]
        label, token = self.dice.choice(kind if kind and self.dice.random() < 0.9 else shown_there)
        self.note(f"  «{label}» of «{heard.text[:30]!r}» in {chat}")
        return token

    async def advance(self) -> None:
        """Somebody who may do something with a request does it, if they were shown a button for it."""
        requests = await self.requests()
        request = self.dice.choice(requests)
        rows = [row for row in TRANSITIONS if row.before is request.state and row.may is not Who.TIME]
        usual = [row for row in rows if row.action not in RARELY]
        row = self.dice.choice(usual if usual and self.dice.random() < 0.75 else rows)
        offered = await self.world.store(lambda store: store.offers.open(request.id))
        chats = {
            Who.HOMEOWNER: request.homeowner_id,
            Who.INSTALLER: request.installer_id,
            Who.STAFF: GROUP,
            Who.MANAGER: GROUP,
        }
        some = [chat for who, chat in chats.items() if who & row.may and chat] + (
            offered if Who.CANDIDATE & row.may else []
        )
        chat = self.dice.choice(some or [GROUP])
        who = ("max" if row.may is Who.MANAGER else self.dice.choice(STAFF)) if chat == GROUP else chat
        for intent in (f"request.{row.action}", "request.more"):
            if token := await self.token(chat, intent, request.id):
                self.note(f"  {who} {intent} {request.id}")
                await self.say(who, chat=chat, press=token)
                return

    async def token(self, chat: str, intent: str, subject: str) -> str:
        """The newest button for this in a chat; empty if none was ever shown."""
        latest = await self.world.store(lambda store: store.outbox.last(Place("fake", chat), 40))
        for posted in reversed(latest):
            for button, token in zip(buttons(posted.outbound), posted.tokens, strict=bool(posted.token)):
                if (button.intent, button.subject) == (intent, subject):
                    return token
        return ""

    async def requests(self) -> list[Request]:
        """All requests, by number."""

        async def look(store: Store) -> list[Request]:
            rows = await store.connection.all("SELECT id FROM requests ORDER BY id")
            return [await store.requests.get(row["id"], INSIDE) for row in rows]

        return await self.world.store(look)

    async def press(self) -> None:
        """Somebody presses what they see."""
        chat = self.dice.choice([one for one in self.newest if one != OUTSIDE] or ["otto"])
        if token := self._button(chat, recent=8):
            await self.say(self._reader(chat), chat=chat, press=token)

    async def press_wrongly(self) -> None:
        """Somebody presses what is not theirs: from another chat, or in the group without being staff."""
        chat = self.dice.choice([*self.newest, GROUP])
        token = self._button(chat, recent=8) or "nothing"
        who = self.dice.choice(EVERYBODY)
        await self.say(who, chat=GROUP if chat == GROUP and self.dice.random() < 0.5 else who, press=token)

    async def report(self) -> None:
        """A homeowner writes what is wrong."""
        who = self.dice.choice(HOMEOWNERS)
        await self.say(who, self.filled(who, self.dice.choice(PROBLEMS)), locale="zh-CN")

    async def write(self) -> None:
        """Somebody writes something, somewhere."""
        who = self.dice.choice(EVERYBODY)
        chat = self.dice.choice((who, who, GROUP, OUTSIDE))
        words = self.dice.choice(WORDS)
        await self.say(who, self.filled(who, words), chat=chat, edited=self.dice.random() < 0.1)

    async def command(self) -> None:
        """Somebody types a command, somewhere."""
        who = self.dice.choice(EVERYBODY)
        await self.say(who, self.dice.choice(COMMANDS), chat=self.dice.choice((who, who, GROUP, OUTSIDE)))

    async def wait(self) -> None:
        """Time goes by, often until shortly before a visit; due timers ring."""
        now = self.world.watch()
        starts = [one.window_start for one in await self.requests() if one.window_start and one.window_start > now]
        pause = self.dice.choice(PAUSES)
        if starts and self.dice.random() < 0.5:
            pause = {"seconds": max(0.0, (min(starts) - now).total_seconds() - self.dice.choice((0, 3600, 7200)))}
        self.note(f"wait {pause}")
        await self.world.passes(**pause)

    async def repeat(self) -> None:
        """A message is delivered once more."""
        if self.sent:
            raw = self.dice.choice(self.sent)
            self.note(f"again {raw.id}")
            await self.world.pipeline.receive(raw)

    async def reply(self) -> None:
        """Somebody answers a message in the group."""
        placed = [number for number, call in enumerate(self.world.channels["fake"].arrived, 1) if call.chat == GROUP]
        if placed:
            who = self.dice.choice((*STAFF, *STAFF, "mei", "zhang", "newt"))
            await self.say(who, "好的,我们看看", chat=GROUP, reply_to=f"m{self.dice.choice(placed[-10:])}")

    async def answer(self) -> None:
        """Somebody with an open question answers it, mostly sensibly."""
        talks = await self.talks()
        if not talks:
            return
        about = [talk for talk in talks if talk.subject]
        talk = self.dice.choice(about if about and self.dice.random() < 0.7 else talks)
        who, _, chat = talk.id.partition("@")
        if self.dice.random() < 0.15:
            await self.say(who, self.filled(who, self.dice.choice(WORDS)), chat=chat)
        elif talk.asked in ("photos", "finish_photos") and self.dice.random() < 0.6:
            self.photos += 1
            file_hash = await self.world.photo(who, f"{self.photos:x}")
            await self.say(who, chat=chat, files=[file_hash])
        else:
            await self.say(who, await self.sensible(who, talk), chat=chat)

    async def talks(self) -> list[Talk]:
        """All open questions, in a fixed order."""

        async def look(connection: Any) -> list[Talk]:
            rows = await connection.all(
                "SELECT id, form, subject, asked FROM conversations WHERE form <> '' ORDER BY id"
            )
            return [Talk(row["id"], row["form"], row["subject"], row["asked"]) for row in rows]

        return [one for one in await self.world.database.read(look) if one.id.partition("@")[0] in EVERYBODY]

    async def sensible(self, who: str, talk: Talk) -> str:
        """An answer that a question may well have."""
        if talk.asked == "code":
            return (await self.world.request(talk.subject)).code or "0000"
        answers = {
            "problem": PROBLEMS,
            "phone": ("{phone}",),
            "home": ("世纪大道88弄2号楼{door}", "1"),
            "window": ("明天下午两点", "后天上午9点", "周六上午", "any"),
            "report": ("换了阀芯", "给{phone}打过电话,{door}修好了"),
            "reason": ("时间不合适", "打{phone}没人接,{door}", "不想修了"),
            "review": ("很好", "{door}那家,{phone}"),
            "words": ("还有一点:{door},{phone}",),
            "consent": ("同意",),
            "checks": ("all", "都做到了", "rest", "1", "阀芯给了{phone}"),
            "unchecked": ("{door}没人，打{phone}也不接",),
        }
        homeowner = (await self.world.request(talk.subject)).homeowner_id if talk.subject else who
        return self.filled(
            who if who not in INSTALLERS else homeowner, self.dice.choice(answers.get(talk.asked, ("1", "2", "done")))
        )

    def filled(self, who: str, words: str) -> str:
        """What somebody writes, with a phone and a door that they know: their own, or those of their job."""
        phone, door = SECRETS.get(who, ("", ""))
        return words.replace("{phone}", phone).replace("{door}", door)


SECRETS = {"otto": ("13800138999", "201室"), "mei": ("13700137555", "607室"), "lan": ("13600136444", "908室")}
"""What nobody may read but who holds the job, and the homeowner: the phone as it is written, the door."""

NAMES = {"otto": "赵先生", "mei": "梅小姐", "lan": "蓝女士"}
WORKERS = {"zhang": "张师傅", "li": "李师傅", "qian": "钱师傅"}
WORKERS_PHONES = {"zhang": "13900139001", "li": "13900139002", "qian": "13900139003"}


STARTS = (
    "",
    "claim offer",
    "claim offer accept",
    "claim offer accept schedule",
    "claim offer accept schedule arrive finish",
)


async def furnish(world: World, seed: int) -> None:
    """The neighbours, too, each with a request that has come more or less far."""
    for person, home in NEIGHBOURS:
        await world.add(person, home)
    for homeowner_id, (phone, door) in SECRETS.items():
        said = f"水龙头滴水,打{phone},住{door},门锁密码没有"
        more = {"homeowner_id": homeowner_id, "phone": f"+86{phone}", "door": door}
        await file(world, **more, description=said, address=f"张杨路3号楼{door}")
    for number, request in enumerate(await Walk(world, Random(seed)).requests()):
        for action in STARTS[(seed + number * 2) % len(STARTS)].split():
            await bring_on(world, request.id, action)


async def bring_on(world: World, id: str, action: str) -> None:
    """Do this with a request, from a button that has all it needs."""
    request = await world.request(id)
    who = {"schedule": request.homeowner_id, "accept": "zhang", "arrive": "zhang", "finish": "zhang"}.get(action, "sam")
    answers = {**needs(world, request), "window": later(world, int(id[-1]))}
    cast = Cast(world, request.state)
    (token,) = await cast.mint(who, [Button(Text("words"), f"request.{action}", id, answers)])
    await world.says(who, press=token)
    assert (await world.request(id)).version == request.version + 1, action


def later(world: World, days: int) -> str:
    """A window on one of the next days."""
    start = world.watch() + timedelta(days=days)
    return pack_span(Span(start, start + timedelta(hours=2)))


BUSY = (State.SCHEDULED, State.EN_ROUTE, State.IN_PROGRESS)
