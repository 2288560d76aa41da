"""What becomes of a message for which no window is open: another channel, a notice, a pause, a task for staff."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.budgets import open_window
from bot.delivery import dead_letter
from bot.dispatcher import Dispatcher
from bot.outgoing import joined
from domain.chat import Button, Event, Inbound, Line, Outbound, Place, Priority, Raw, Text
from domain.errors import Permanent, Temporary, Throttled, WindowShut
from domain.packing import unpack_outbound
from domain.people import Person
from messages import Catalogue, raise_fault
from storage.boxes import DeadLetters, Heard, Lanes, Outbox, Posted
from storage.budgets import Left
from storage.database import Connection, Database
from storage.opening import open_database
from storage.store import Store
from storage.ways import Ways
from tests.fakes import START, FakeChannel, Watch
from tests.windowed import MESSAGE, NoticingChannel, WindowedChannel

HANA = Place("wx", "hana")
TG = Place("tg", "hana-tg")
KF = Place("kf", "hana-kf")
STAFF = Place("tg", "group")
MINUTE, HOUR = 60.0, 3600.0
WORDS = {word: word for word in ("one", "two", "three", "reply", "buy", "secret")}


def say(word: str, to: Place = HANA, **more: object) -> Outbound:
    return Outbound(to, (Line(Text(word)),), **more)


def human(word: str, to: Place = HANA, **more: object) -> Outbound:
    return say(word, to, priority=Priority.HUMAN, **more)


async def staff(connection: Connection, row: Posted, code: str) -> Sequence[Outbound]:
    count = 1 + await Store(connection).letters.together(row.outbound.to, code)
    return [dead_letter(row, code, STAFF, count)]


@dataclass
class Firm:
    """A dispatcher with a windowed channel, another one, and one that may be written to at any time."""

    database: Database
    clock: Watch
    wx: WindowedChannel
    kf: WindowedChannel
    tg: FakeChannel
    dispatcher: Dispatcher
    causes: int = 0

    async def do(self, work):
        async def run(connection: Connection):
            return await work(Store(connection))

        return await self.database.transact(run)

    async def add(self, *outbounds: Outbound, heard: Heard | None = None) -> str:
        self.causes += 1
        cause, now = f"c{self.causes}", self.clock()
        await self.do(lambda store: store.outbox.add(cause, outbounds, now, heard))
        return cause

    async def person(self, *places: Place, name: str = "hana") -> None:
        """Somebody who has these accounts, and wrote last from the first of them."""
        now = self.clock()

        async def work(store: Store) -> None:
            await store.people.add(Person(name), places[0], now)
            for place in places:
                await store.people.attach(place.channel, place.chat, name, place.chat, now)

        await self.do(work)

    async def acts(self, place: Place = HANA, event: Event | None = None, seen: bool = True, **more: object) -> None:
        """The person does something, which the platform and we hear of; ``seen`` False: only we do."""
        channel = {"wx": self.wx, "kf": self.kf}.get(place.channel)
        inbound = Inbound("i", place, place.chat, event=event, **more)
        if channel and seen and not event:
            channel.act(place.chat, "touch" if inbound.touch else "message")
        await self.do(lambda store: open_window(store, channel, inbound, (), self.clock()))

    async def send(self, dispatcher: Dispatcher | None = None) -> None:
        while await (dispatcher or self.dispatcher).once():
            pass

    async def go_on(self, seconds: float, step: float = MINUTE) -> None:
        for _ in range(round(seconds / step)):
            self.clock.move(step)
            await self.send()

    def texts(self, channel: FakeChannel, chat: str) -> list[str]:
        return [text for there, text in channel.texts if there == chat]

    @property
    def tasks(self) -> list[str]:
        """What staff were told."""
        return [text.splitlines()[0] for text in self.texts(self.tg, "group")]

    async def dead(self) -> list[tuple[str, str]]:
        letters = await self.database.read(lambda c: DeadLetters(c).all(100))
        return [(letter.row.id, letter.code) for letter in letters]

    async def rows(self) -> list[tuple[str, str, str]]:
        """Every message: its words, its state and code."""
        found = await self.database.read(
            lambda c: c.all("SELECT body, state, error_code FROM outbox ORDER BY channel, chat, seq")
        )
        return [(unpack_outbound(row["body"], HANA).lines[0].text.id, row["state"], row["error_code"]) for row in found]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load(extra={"zh-CN": WORDS}, on_fault=raise_fault)


def found(database: Database, catalogue: Catalogue, wx: WindowedChannel, clock: Watch) -> Firm:
    kf, tg = WindowedChannel(clock, "kf"), FakeChannel(clock, "tg")
    made = dispatcher(database, catalogue, clock, wx, kf, tg)
    return Firm(database, clock, wx, kf, tg, made)


def dispatcher(database: Database, catalogue: Catalogue, clock: Watch, *channels: FakeChannel) -> Dispatcher:
    named = {channel.name: channel for channel in channels}
    return Dispatcher(database, named, catalogue, clock, alarm=staff, chance=lambda: 0.0)


@pytest.fixture
def firm(database: Database, catalogue: Catalogue) -> Firm:
    clock = Watch()
    return found(database, catalogue, WindowedChannel(clock, "wx"), clock)


@pytest.fixture
def noticing(database: Database, catalogue: Catalogue) -> Firm:
    clock = Watch()
    return found(database, catalogue, NoticingChannel(clock, "wx", unnoticeable=("secret",)), clock)


async def test_what_cannot_go_now_waits_in_order_and_goes_when_a_window_opens(firm: Firm):
    """Nothing is tried at the platform meanwhile; then all of it arrives, at once, as far as the window reaches."""
    await firm.add(say("one"), say("two"))
    await firm.send()
    await firm.go_on(HOUR)
    await firm.add(say("three"))
    await firm.go_on(HOUR)
    assert firm.wx.calls == []

    await firm.acts()
    await firm.send()

    assert firm.texts(firm.wx, "hana") == ["one", "two", "three"]
    assert (firm.wx.rejected, firm.tasks) == ([], [])


async def test_what_waits_merges_by_card(firm: Firm):
    """Several changes of one request become one message, and its time runs from the first of them."""
    for n, word in enumerate(("one", "two", "three")):
        await firm.add(say(word, card="R-1"))
        await firm.send()
        await firm.go_on(HOUR if n < 2 else 30 * MINUTE)
    await firm.go_on(89 * MINUTE)
    assert firm.tasks == []
    await firm.go_on(2 * MINUTE)
    assert len(firm.tasks) == 1

    await firm.acts()
    await firm.add(say("one", card="R-2"), say("two", card="R-2"))
    await firm.send()
    assert firm.texts(firm.wx, "hana") == ["two"]


async def test_what_was_told_does_not_hurry_what_comes_after(firm: Firm):
    """The time of a card's next change begins with that change."""
    await firm.add(say("one", card="R-1"))
    await firm.go_on(HOUR)
    await firm.add(say("two", card="R-1"), *[say("one")] * 4)
    await firm.acts()
    await firm.send()
    await firm.go_on(10 * HOUR, HOUR)
    await firm.add(say("three", card="R-1"))
    await firm.go_on(3.9 * HOUR, 6 * MINUTE)
    assert firm.tasks == []
    await firm.go_on(12 * MINUTE)
    assert len(firm.tasks) == 1


@pytest.mark.parametrize(("outbound", "minutes"), [(say("one", subject="R-1"), 240), (human("one", subject="R-1"), 15)])
async def test_after_its_time_staff_are_to_tell_it(firm: Firm, outbound: Outbound, minutes: int):
    """Not a minute later than the policy, and they read why; a human's words wait for less."""
    cause = await firm.add(outbound)
    await firm.send()
    await firm.go_on((minutes - 1) * MINUTE)
    assert firm.tasks == []
    await firm.go_on(2 * MINUTE)

    assert firm.tasks == ["R-1 有一条消息没有送达（wx）：对方太久没说话，平台暂时不让发"]
    assert await firm.dead() == [(f"{cause}:0", "window")]
    assert firm.wx.calls == []


async def test_what_stands_before_a_humans_words_becomes_a_task_with_them(firm: Firm):
    """Nobody is told a reply before what happened earlier: both are one card for staff."""
    await firm.add(say("one"))
    await firm.go_on(10 * MINUTE)
    await firm.add(human("reply"))
    await firm.go_on(14 * MINUTE)
    assert firm.tasks == []
    await firm.go_on(2 * MINUTE)

    assert [code for _, code in await firm.dead()] == ["window", "window"]
    assert len({call.message.card for call in firm.tg.arrived}) == 1
    assert firm.tasks[-1].startswith("有 2 条消息没有送达")


async def test_what_staff_retry_waits_for_the_next_window_again(firm: Firm):
    """Before what is newer; and nobody calls twice for one word."""
    cause = await firm.add(say("one"))
    await firm.go_on(4.1 * HOUR, 6 * MINUTE)
    await firm.do(lambda store: store.letters.retry(f"{cause}:0", firm.clock()))
    await firm.add(say("two"))
    await firm.go_on(3 * HOUR)
    assert (firm.wx.calls, len(firm.tasks)) == ([], 1)

    await firm.acts()
    await firm.send()
    assert firm.texts(firm.wx, "hana") == ["one", "two"]


async def test_what_staff_retry_looks_for_another_way_at_once(firm: Firm):
    """Also if what is newer is asleep already; in order."""
    await firm.person(HANA)
    cause = await firm.add(say("one"))
    await firm.go_on(4.1 * HOUR, 6 * MINUTE)
    await firm.add(say("two"))
    await firm.send()
    now = firm.clock()
    await firm.do(lambda store: store.people.attach("tg", TG.chat, "hana", TG.chat, now))
    await firm.do(lambda store: store.letters.retry(f"{cause}:0", now))
    await firm.send()

    assert firm.texts(firm.tg, TG.chat) == ["one", "two"]


async def test_a_retried_card_is_not_hurried_by_what_staff_have_been_told_of(firm: Firm):
    """Its earlier versions were part of their task."""
    await firm.add(say("one", card="R-1"))
    await firm.go_on(2 * HOUR)
    cause = await firm.add(say("two", card="R-1"))
    await firm.go_on(2.1 * HOUR, 6 * MINUTE)
    assert await firm.dead() == [(f"{cause}:0", "window")]
    await firm.do(lambda store: store.letters.retry(f"{cause}:0", firm.clock()))
    await firm.go_on(3.9 * HOUR, 6 * MINUTE)
    assert len(firm.tasks) == 1


async def test_advertising_neither_waits_nor_goes_through_a_window(noticing: Firm):
    """Not by a notice and not on another channel either; what is behind it goes on."""
    await noticing.person(HANA, TG)
    await noticing.acts()
    await noticing.add(say("buy", priority=Priority.CAMPAIGN), say("one"))
    await noticing.send()

    assert await noticing.rows() == [("buy", "discarded", "no-window"), ("one", "sent", "")]
    assert (noticing.texts(noticing.wx, "hana"), noticing.texts(noticing.tg, "hana-tg")) == (["one"], [])
    assert noticing.wx.told == []


async def test_it_is_told_where_else_the_person_is(firm: Firm):
    """On a channel without windows, with its buttons, subject and receipt; here it is over."""
    await firm.person(HANA, TG)
    await firm.add(say("one", subject="R-1", receipt=STAFF, receipt_card="r"), human("two"))
    await firm.send()

    assert firm.texts(firm.tg, "hana-tg") == ["one", "two"]
    assert firm.tasks == ["✓ 已送达"]
    assert {state for _, state, _ in await firm.rows()} == {"merged", "sent"}
    assert await firm.dead() == []


@dataclass(frozen=True)
class Case:
    """Whether the other chat is a way."""

    name: str
    other: Place
    takes: bool
    opened: bool = False
    blocked: bool = False
    waiting: int = 0


CASES = [
    Case("any time", TG, True),
    Case("blocked there", TG, False, blocked=True),
    Case("no window there", KF, False),
    Case("a window there", KF, True, opened=True),
    Case("a window there that others wait for", KF, False, opened=True, waiting=5),
    Case("read by its client", Place("webchat", "hana"), False),
    Case("the same channel", Place("wx", "another"), False, opened=True),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_another_channel_is_a_way_only_if_it_can_take_it(firm: Firm, case: Case):
    """Pushed, not blocked, and with something left in a window where it has such."""
    await firm.person(HANA, case.other)
    await firm.add(say("two", case.other))
    if case.opened or case.other == TG:
        await firm.acts(case.other)
    await firm.send()
    if case.opened and case.other != HANA:
        await firm.acts(case.other)
    if case.blocked:
        await firm.do(lambda store: store.chats.shut(case.other, "blocked", firm.clock() + timedelta(days=1)))
    if case.waiting:

        async def fill(connection: Connection) -> None:
            await Outbox(connection).add("fill", [say("three", case.other)] * case.waiting, firm.clock())
            await connection.run("UPDATE lanes SET due_at = :at WHERE channel = 'kf'", at=START + timedelta(days=9))

        await firm.database.transact(fill)
    await firm.add(say("one"))
    await firm.send()

    rows = [(word, state, code) for word, state, code in await firm.rows() if word == "one"]
    assert (("one", "merged", "detour") in rows) is case.takes
    assert firm.wx.rejected == []


async def test_of_several_ways_the_one_where_they_wrote_last_is_taken(firm: Firm):
    """A person with three accounts reads it once."""
    await firm.person(KF, HANA, TG)
    await firm.acts(KF)
    await firm.add(say("one"))
    await firm.send()

    assert (firm.texts(firm.kf, "hana-kf"), firm.texts(firm.tg, "hana-tg")) == (["one"], [])


async def test_what_took_another_way_has_no_more_time_than_before(firm: Firm):
    """It may be shut in there too, and then waits as long as it was owed at first."""
    await firm.person(HANA, KF)
    await firm.add(say("one"))
    await firm.go_on(3.5 * HOUR, 6 * MINUTE)
    await firm.acts(KF, seen=False)
    await firm.go_on(36 * MINUTE, 6 * MINUTE)

    assert firm.texts(firm.kf, "hana-kf") == []
    assert len(firm.tasks) == 1
    assert [code for _, code in await firm.dead()] == ["window"]


async def test_it_is_told_by_a_notice_where_there_are_such(noticing: Firm):
    """Once, and it counts as sent; what no notice can say waits for a window."""
    await noticing.add(say("one", receipt=STAFF, receipt_card="r"), say("secret"), say("two"))
    await noticing.send()
    await noticing.go_on(HOUR)
    assert [text for message in noticing.wx.told for _, text in message.lines] == ["one"]
    assert noticing.tasks == ["✓ 已送达"]

    await noticing.acts()
    await noticing.send()
    assert noticing.texts(noticing.wx, "hana") == ["secret", "two"]


@pytest.mark.parametrize(
    ("failure", "told", "tasks"),
    [
        (Permanent("43101"), 0, 1),
        (WindowShut("45015"), 0, 1),
        (Temporary("500"), 1, 0),
        (Temporary("timeout"), 1, 0),
        (Throttled("45009", 3 * HOUR), 1, 0),
        (Throttled("45009", 9 * HOUR, everyone=True), 0, 1),
    ],
)
async def test_a_notice_that_fails_does_not_end_it(noticing: Firm, failure: Exception, told: int, tasks: int):
    """What may pass is tried again, what stays is not, and the time it may take is the same; others are written to
    meanwhile."""
    noticing.wx.refusals = [failure]
    await noticing.acts(Place("wx", "sam"))
    await noticing.add(say("one"))
    await noticing.send()
    await noticing.add(say("two", Place("wx", "sam")))
    await noticing.go_on(4.1 * HOUR, 6 * MINUTE)

    assert (len(noticing.wx.told), len(noticing.tasks)) == (told, tasks)
    assert noticing.texts(noticing.wx, "sam") == ["two"]


async def test_a_notice_to_who_has_left_blocks_the_lane(noticing: Firm):
    """As any message does."""
    noticing.wx.refusals = [Permanent("blocked")]
    await noticing.add(say("one"), say("two"))
    await noticing.send()

    assert [code for _, code in await noticing.dead()] == ["blocked", "blocked"]
    assert noticing.wx.refusals == []


async def test_a_notice_is_not_told_again_and_again_by_workers_that_die(noticing: Firm):
    """Each may cost a copy, and after three staff decide."""
    noticing.wx.refusals = [TimeoutError()] * 9
    await noticing.add(say("one"))
    await noticing.send()
    await noticing.go_on(3.9 * HOUR)

    assert len(noticing.wx.refusals) == 6
    assert [code for _, code in await noticing.dead()] == ["unsure"]


async def test_the_platforms_word_counts_for_more_than_ours(firm: Firm):
    """It says that the window is shut: nothing more is tried, nothing is lost, and the next act opens it anew."""
    await firm.acts(seen=False)
    await firm.add(say("one"), say("two"))
    await firm.send()
    await firm.go_on(HOUR)
    assert len(firm.wx.rejected) == 1

    await firm.acts()
    await firm.send()
    assert firm.texts(firm.wx, "hana") == ["one", "two"]
    assert len(firm.wx.rejected) == 1


async def test_a_window_that_opens_while_the_platform_refuses_is_not_lost(firm: Firm):
    """The person writes in just that moment: it goes at once."""
    await firm.acts(seen=False)
    await firm.add(say("one"))
    release = firm.wx.hold("hana")
    firm.wx.acts["hana", "message"] = firm.wx.acts.get(("hana", "message")) or _allowed(firm)
    firm.wx.fail("hana", WindowShut("45015"))
    sending = asyncio.create_task(firm.dispatcher.once())
    await firm.wx.begun.wait()
    firm.clock.move(1)
    await firm.acts()
    release.set()
    await sending
    await firm.send()

    assert firm.texts(firm.wx, "hana") == ["one"]


def _allowed(firm: Firm):
    firm.wx.act("hana")
    return firm.wx.acts["hana", "message"]


async def test_a_window_that_opens_before_the_lane_sleeps_is_not_slept_through(firm: Firm):
    """Between the claim and the pause somebody writes: the lane is due at once."""
    await firm.add(say("one"))
    now = firm.clock()
    [claimed] = await firm.database.transact(lambda c: Lanes(c).claim("wx", now, 60, (), 10, firm.wx.windows))
    await firm.acts()
    later = now + timedelta(hours=4)
    assert await firm.database.transact(lambda c: Ways(c).sleep(claimed, now, later)) is True
    await firm.send()

    assert firm.texts(firm.wx, "hana") == ["one"]


async def test_a_touch_lets_a_few_messages_through(firm: Firm):
    """Three within a minute; the others wait."""
    await firm.add(*[say("one")] * 5)
    await firm.send()
    await firm.acts(touch=True)
    await firm.send()
    await firm.go_on(10 * MINUTE)

    assert firm.texts(firm.wx, "hana") == ["one"] * 3
    assert firm.wx.rejected == []


async def test_what_is_no_act_of_a_person_opens_nothing(firm: Firm):
    """Who leaves shuts every window; what becomes of a chat, what is said in a group, and a clock's ring open none."""
    await firm.acts(event=Event.UNBLOCKED)
    await firm.acts(group=True, seen=False)
    await firm.acts(intent="clock.ring", seen=False)
    assert await firm.do(lambda store: store.budgets.left(HANA, firm.clock())) is None

    await firm.acts()
    await firm.acts(event=Event.BLOCKED)
    left = await firm.do(lambda store: store.budgets.left(HANA, firm.clock()))
    assert left is not None
    assert left.count == 0


async def test_a_window_begins_when_the_message_came(firm: Firm):
    """Not when it is handled at last, its files fetched or its fault mended."""
    came = firm.clock()
    await firm.do(lambda store: store.inbox.wait(Raw("i", "wx", {}, HANA), came))
    await firm.go_on(HOUR)
    await firm.acts(seen=False)

    left = await firm.do(lambda store: store.budgets.left(HANA, firm.clock()))
    assert left == Left(5, came + timedelta(hours=48))


async def test_staff_hear_at_once_that_their_reply_waits(firm: Firm):
    """And again when it has arrived, with what is left, or when it has not."""
    await firm.add(human("reply", receipt=STAFF, receipt_card="r1"))
    await firm.send()
    await firm.go_on(10 * MINUTE)
    waits = [*firm.tasks]
    await firm.acts()
    await firm.send()

    assert len(waits) == 1
    assert waits[0].startswith("⏳")
    assert firm.texts(firm.tg, "group")[1:] == ["✓ 已送达\n还能发 4 条，剩 48 小时"]


async def test_two_workers_take_each_way_once(firm: Firm, catalogue: Catalogue, database_url: str, engine: str):
    """Whoever is late changes nothing: each message arrives once, on one channel, in order."""
    chats = [Place("wx", f"p{n}") for n in range(20)]
    for n, place in enumerate(chats):
        await firm.person(place, Place("tg", f"t{n}"), name=f"n{n}")
        await firm.add(say("one", place), say("two", place), say("three", place))
    other = firm.database if engine == "sqlite" else await open_database(database_url, connections=3)
    second = dispatcher(other, catalogue, firm.clock, firm.wx, firm.kf, firm.tg)
    try:
        await asyncio.gather(firm.send(), firm.send(second))
        await firm.send()
    finally:
        if other is not firm.database:
            await other.close()

    for n, place in enumerate(chats):
        assert firm.texts(firm.tg, f"t{n}") == ["one", "two", "three"], place
    assert (firm.wx.calls, await firm.dead()) == ([], [])


async def test_a_late_worker_takes_no_way(firm: Firm):
    """What somebody else has claimed since stays theirs: neither told elsewhere nor put to sleep nor given up."""
    await firm.person(HANA, TG)
    await firm.add(say("one"))
    now = firm.clock()

    async def claim(connection: Connection):
        return await Lanes(connection).claim("wx", firm.clock(), 60, (), 10, firm.wx.windows)

    [slow] = await firm.database.transact(claim)
    firm.clock.move(61)
    [quick] = await firm.database.transact(claim)
    late = [
        await firm.database.transact(lambda c, act=act: act(Ways(c)))
        for act in (
            lambda ways: ways.divert(slow, TG, now, now),
            lambda ways: ways.sleep(slow, now, now),
            lambda ways: ways.drop(slow, now),
            lambda ways: ways.risk(slow),
            lambda ways: ways.refused(slow),
            lambda ways: ways.late(slow, now, ()),
        )
    ]

    assert late == [False] * 6
    assert await firm.database.transact(lambda c: Ways(c).divert(quick, TG, now, now)) is True
    await firm.send()
    assert firm.texts(firm.tg, "hana-tg") == ["one"]


async def test_a_person_who_comes_to_another_channel_is_told_there(firm: Firm):
    """What waits looks again every hour."""
    await firm.person(HANA)
    await firm.add(say("one"))
    await firm.go_on(HOUR)
    now = firm.clock()
    await firm.do(lambda store: store.people.attach("tg", TG.chat, "hana", TG.chat, now))
    await firm.go_on(61 * MINUTE)

    assert firm.texts(firm.tg, TG.chat) == ["one"]
    assert MESSAGE.count == 5


async def test_what_says_more_than_its_card_is_lost_on_no_way(firm: Firm):
    """Told elsewhere it is a message of its own, neither put into an old card nor replaced by a newer one."""
    await firm.person(HANA, TG)
    await firm.add(say("two", TG, card="R-1"))
    await firm.send()
    await firm.add(*joined([say("three"), say("one", card="R-1")], {"wx"}))
    now = firm.clock()
    [claimed] = await firm.database.transact(lambda c: Lanes(c).claim("wx", now, 60, (), 10, firm.wx.windows))
    assert await firm.database.transact(lambda c: Ways(c).divert(claimed, TG, now, now)) is True
    await firm.add(say("two", TG, card="R-1"))
    await firm.send()

    assert firm.texts(firm.tg, TG.chat)[:2] == ["two", "three\none"]
    assert ["edit" if call.edits else "new" for call in firm.tg.arrived] == ["new", "new", "edit"]


async def test_choices_of_a_notice_are_none(noticing: Firm):
    """It bears no buttons: a number means what was shown before it."""
    row = ((Button(Text("one"), "x"),),)
    await noticing.acts()
    before = await noticing.add(say("one", buttons=row))
    await noticing.send()
    await noticing.do(lambda store: store.connection.run("UPDATE budgets SET count = 0"))
    noticing.clock.move(1)
    await noticing.add(say("two", buttons=row))
    await noticing.send()

    offered = await noticing.do(lambda store: store.outbox.offered(HANA, noticing.clock()))
    assert len(noticing.wx.told) == 1
    assert offered is not None
    assert offered.id == f"{before}:0"


async def test_a_newer_version_is_not_slept_through(firm: Firm):
    """It takes the place of one for which another way is looked for just now: its lane goes on with it."""
    await firm.add(say("one", card="R-1"))
    now = firm.clock()
    [claimed] = await firm.database.transact(lambda c: Lanes(c).claim("wx", now, 60, (), 10, firm.wx.windows))
    await firm.person(HANA)
    await firm.add(say("two", card="R-1"))
    assert await firm.database.transact(lambda c: Ways(c).sleep(claimed, now, now + timedelta(hours=4))) is True
    assert await firm.do(lambda store: store.people.attach("tg", TG.chat, "hana", TG.chat, now)) is None
    await firm.send()

    assert firm.texts(firm.tg, TG.chat) == ["two"]


async def test_a_window_that_opens_at_the_last_moment_is_not_too_late(firm: Firm):
    """Between the claim and the end of its time somebody writes: it goes, and staff have no task."""
    await firm.add(say("one"))
    now = firm.clock()
    [claimed] = await firm.database.transact(lambda c: Lanes(c).claim("wx", now, 60, (), 10, firm.wx.windows))
    await firm.acts()
    task = [say("two", STAFF)]
    assert await firm.database.transact(lambda c: Ways(c).late(claimed, now, task)) is True
    await firm.send()

    assert (firm.texts(firm.wx, "hana"), firm.tasks, await firm.dead()) == (["one"], [], [])
