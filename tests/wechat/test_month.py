"""A month of a shop whose homeowners are on the Official Account: the real application over real HTTP, and a platform
that counts by itself what it still takes. ``HOMEOWNERS`` is how many there are.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.post import policy_of
from domain.chat import Button, Line, Outbound, Place, Priority, Text
from domain.people import Person
from domain.requests import Request
from domain.states import State
from domain.talks import Home
from storage.database import Row
from storage.lanes import Lanes
from storage.overdue import Overdue
from storage.store import Store
from tests.conversations.cast import needs
from tests.fakes import START
from tests.month import dead, overdue, unknown_to_staff, untold
from tests.wechat.followers import Follower
from tests.wechat.office import GROUP, Office, choices, office
from tests.wechat.platform import Options
from tests.wechat.test_story import DRIP
from tests.wechat.test_windows import TEMPLATE
from tests.world import make_people

DAYS = 30
HOMEOWNERS = {"sqlite": int(os.environ.get("HOMEOWNERS", "6")), "postgres": int(os.environ.get("HOMEOWNERS", "3"))}
SOON = timedelta(seconds=1)
QUOTA, QUOTA_DAY, QUOTA_HOURS = 45009, 12, 3
NEXT = {
    State.NEW: ("sam", "claim"),
    State.TRIAGED: ("sam", "offer"),
    State.OFFERED: ("zhang", "accept"),
    State.ACCEPTED: ("sam", "schedule"),
    State.SCHEDULED: ("zhang", "depart"),
    State.EN_ROUTE: ("zhang", "arrive"),
    State.IN_PROGRESS: ("zhang", "finish"),
}
SPOKEN = ("在吗", "查进度", "谢谢", "师傅什么时候来", "人工")
BUY = "新品上市"
ELSEWHERE = 3
"""One homeowner in so many has a second account, on a channel without windows."""


@dataclass
class Month:
    """``tasks`` are the messages that staff were told of: since when they were owed then, and when that was."""

    here: Office
    dice: Random
    late: list[tuple[object, ...]] = field(default_factory=list)
    tasks: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    count: int = 0
    quota: datetime = START

    @property
    def now(self) -> datetime:
        return self.here.watch()

    # ---- time

    async def until(self, moment: datetime) -> None:
        """Time goes by, from one thing that is due to the next."""
        while self.now < moment:
            self.here.watch.now = max(self.now + SOON, min(moment, await self.here.store(self._due) or moment))
            while await self.here.step():
                await self.here.taken()
            await self.look()

    async def _due(self, store: Store) -> datetime | None:
        lanes = Lanes(store.connection)
        found = [await lanes.wake_at(name, self.now, ()) for name in ("wechat", "fake")]
        row = await store.connection.one("SELECT min(due_at) AS due_at FROM timers")
        policy = policy_of(self.here.app.company.promises)
        late = await Overdue(store.connection).look("wechat", self.now, 60, (policy.human_s, policy.status_s), False)
        found.append(late.next_at)  # it passes though the platform has asked for a pause
        return min((one for one in (*found, _moment(row)) if one and one > self.now), default=None)

    async def look(self) -> None:
        """Nothing is owed for longer than it may be, at any moment; and what staff were told of is noted."""
        promises, database = self.here.app.company.promises, self.here.app.database
        self.late += [tuple(row) for row in await database.read(lambda c: overdue(c, promises, self.now))]
        for id, when in (await database.read(dead)).items():
            self.tasks.setdefault(id, when)

    # ---- what people do

    async def homeowner_acts(self, who: Follower) -> None:
        """They write, or tap the menu, or leave for a day and come back."""
        act = self.dice.choice(("say", "say", "say", "tap", "leave"))
        if act == "leave" and who.following:
            await self.here.after(who, who.unfollow())
            await self.here.after(who, who.follow())
        elif act == "tap":
            await self.here.after(who, who.menu(self.here.words("wechat-menu-status")))
        else:
            await self.here.says(who, self.dice.choice(SPOKEN))

    async def files(self, who: Follower) -> None:
        """A homeowner reports something, choosing the first of everything."""
        confirm = self.here.words("form-confirm")
        await self.here.says(who, DRIP)
        for _ in range(8):
            listed = choices(who.last)
            await self.here.picks(who, confirm if confirm in listed else listed[0])
            if confirm in listed:
                return
        raise AssertionError(f"{who.name} could not file: {who.last}")

    async def work(self) -> None:
        """The firm takes a request some steps further, or answers its homeowner, once or in many words."""
        id = await self.here.store(self._any)
        for _ in range(self.dice.randint(1, 3) if id else 0):
            request = await self.here.request(id)
            if self.dice.random() < 0.3:
                for said in range(self.dice.choice((1, 1, 7))):
                    await self.here.told("sam", f"/r {id} 您好，明天见（{said}）", GROUP)
            elif request.state in NEXT:
                await self._step(request)

    async def quota_out(self) -> None:
        """The platform takes nothing from anybody for the rest of its day, while somebody waits for an answer."""
        if not await self.here.store(self._any):
            await self.files(next(iter(self.here.fake.people.values())))
        id = await self.here.store(self._any)
        asks = (await self.here.request(id)).homeowner_id
        place = await self.here.store(lambda store: store.people.place(asks))
        await self.here.says(next(one for one in self.here.fake.people.values() if one.openid == place.chat), "在吗")
        self.quota = self.now
        self.here.fake.quota_out()
        await self.here.told("sam", f"/r {id} 您好，马上到", GROUP)

    async def quota_back(self) -> None:
        """The next day begins."""
        self.here.fake.quota_out(False)

    async def _any(self, store: Store) -> str:
        rows = await store.connection.all("SELECT id, state FROM requests ORDER BY id")
        open_ones = [row["id"] for row in rows if row["state"] in NEXT]
        return str(self.dice.choice(open_ones)) if open_ones else ""

    async def _step(self, request: Request) -> None:
        who, action = NEXT[request.state]
        button = Button(Text("words", {"words": "做"}), f"request.{action}", request.id, needs(self.here, request))
        token = await self._owes([Outbound(Place("fake", who), (_line("工具"),), ((button,),))])
        await self.here.told(who, press=f"{token}.0")

    async def advertises(self) -> None:
        """Everybody reads of something new, where that may be said."""
        places = [Place("wechat", who.openid) for who in self.here.fake.people.values()]
        await self._owes([Outbound(place, (_line(BUY),), priority=Priority.CAMPAIGN) for place in places])
        await self.here.settle()

    async def _owes(self, outbounds: Sequence[Outbound]) -> str:
        """The token of the first."""
        self.count += 1
        cause = f"tool:{self.count}"

        async def add(store: Store) -> str:
            await store.outbox.add(cause, outbounds, self.now)
            row = await store.connection.one("SELECT token FROM outbox WHERE id = :id", id=f"{cause}:0")
            return str(row and row["token"])

        found: str = await self.here.store(add)
        return found


def _line(said: str) -> Line:
    return Line(Text("words", {"words": said}))


def _moment(row: Row | None) -> datetime | None:
    found = row and row["due_at"]
    return datetime.fromisoformat(found) if isinstance(found, str) else found


async def furnish(month: Month, count: int) -> list[Follower]:
    """Staff with their group, and homeowners who follow: some with a second account."""
    here, agreed = month.here, month.here.app.company.consent.version

    async def staff(store: Store) -> None:
        for person, _ in make_people(here.app.company):
            if person.id not in ("hana", "otto"):
                await store.people.add(person, Place("fake", person.id), month.now)
                await store.people.attach("fake", person.id, person.id, person.id, month.now)
                await store.outbox.speak(Place("fake", person.id), "zh-CN")
        await store.groups.bind(Place("fake", GROUP), "staff", "zh-CN", "ada", month.now)
        await store.outbox.speak(Place("fake", GROUP), "zh-CN", group=True)

    await here.store(staff)
    await here.menu()
    here.fake.template("T1", "thing1", "phrase2", "thing3")
    found = [here.fake.follower(f"客户{n}") for n in range(count)]
    for n, who in enumerate(found):
        person = Person(f"h{n}", name=f"客户{n}", phone=f"+86138{n:08}", locale="zh-CN", consent=agreed)
        home = Home(f"home{n}", person.id, here.app.company.districts[0].code, f"世纪大道{n}号", "1202室")
        places = [Place("wechat", who.openid), *([] if n % ELSEWHERE else [Place("fake", f"t{n}")])]
        await here.store(partial(_add, person, home, places, month.now))
    return found


async def _add(person: Person, home: Home, places: Sequence[Place], now: datetime, store: Store) -> None:
    await store.people.add(person, places[0], now)
    for place in places:
        await store.people.attach(place.channel, place.chat, person.id, place.chat, now)
        await store.outbox.speak(place, "zh-CN")
    await store.homes.add(home, now)


def plan(month: Month, people: Sequence[Follower]) -> Iterator[tuple[float, Any]]:
    """What happens in the month, by the second."""
    dice, month_s = month.dice, DAYS * 86_400
    for who in people:
        yield dice.uniform(0, month_s * 0.6), partial(month.files, who)
        for _ in range(5):
            yield dice.uniform(0, month_s), partial(month.homeowner_acts, who)
    for _ in range(len(people) * 8):
        yield dice.uniform(0, month_s), month.work
    for _ in range(6):
        yield dice.uniform(0, month_s), month.advertises
    yield QUOTA_DAY * 86_400.0, month.quota_out
    yield QUOTA_DAY * 86_400.0 + QUOTA_HOURS * 3600.0, month.quota_back


async def lived(month: Month, count: int) -> Sequence[Row]:
    """The month, to its end; what was owed to homeowners in it."""
    here, people = month.here, await furnish(month, count)
    start = month.now
    for at_s, what in sorted(plan(month, people), key=lambda one: one[0]):
        await month.until(start + timedelta(seconds=at_s))
        await what()
        await month.look()
    await month.until(start + timedelta(days=DAYS))
    await here.settle()
    rows: Sequence[Row] = await here.app.database.read(
        lambda c: c.all("SELECT * FROM outbox WHERE channel = 'wechat' OR id LIKE '%:way:%' ORDER BY seq")
    )
    return rows


def taken(here: Office) -> Counter[str]:
    """How many messages the platform took, and how many of what it took somebody was shown; by how it came."""
    journal = here.fake.journal
    replies = [one for one in journal.of("delivered", taken=True) if one.answer == "reply"]
    return Counter(
        {
            "service": len([one for one in journal.of("sent") if one.method.endswith("/custom/send")]),
            "template": len(journal.of("sent", type="template")),
            "answer": len(replies),
        }
    )


def of_ours(rows: Sequence[Row]) -> Counter[str]:
    """The same by what the application thinks that it has sent on WeChat."""
    kinds = {"answer": "answer", "custom": "service"}
    sent = [row for row in rows if row["state"] == "sent" and row["channel"] == "wechat"]
    return Counter(kinds.get(row["external"].partition(":")[0], "template") for row in sent)


@pytest.mark.unwatched  # the same lines over and over: watched, they take far longer
async def test_a_month_on_a_platform_that_counts(database_url: str, engine: str, tmp_path: Path) -> None:
    """Over thirty days nothing that is sent is rejected, all that was sent is read, no owed change is untold for longer
    than the policy says, and advertising uses no window."""
    options = Options(advertising=(BUY,))
    async with office(database_url, tmp_path, options, **TEMPLATE) as here:
        month = Month(here, Random(20261123))
        rows = await lived(month, HOMEOWNERS[engine])
        promises, ends = here.app.company.promises, Counter((row["state"], row["error_code"]) for row in rows)
        read = Counter(post.by for who in here.fake.people.values() for post in who.reads)
        print(len(here.fake.acts), taken(here), read, ends)

        refused = [one for one in here.fake.journal.of("refused") if "/message/" in one.method]
        assert {one.code for one in refused} == {QUOTA}
        quota_ends = month.quota + timedelta(hours=QUOTA_HOURS)
        assert all(month.quota <= one.at <= quota_ends for one in refused)
        assert here.fake.violations == []
        assert of_ours(rows) == taken(here) == read
        assert month.late == []
        reached = {row["id"] for row in rows if row["state"] == "sent"}
        assert untold(rows, promises, month.tasks, reached, month.now) == []
        assert unknown_to_staff(rows, here.desk.arrived) == []
        assert not any(BUY in post.text for who in here.fake.people.values() for post in who.reads)
        assert {state for state, code in ends if code == "no-window"} == {"discarded"}
        assert all(read[by] for by in ("answer", "service", "template"))
        assert all(ends[one] for one in (("sent", ""), ("dead", "window"), ("merged", "detour")))
        held = {row["error_code"] for row in rows if row["settled_at"] and month.quota < row["settled_at"] < quota_ends}
        assert held & {"throttled", "detour"}
