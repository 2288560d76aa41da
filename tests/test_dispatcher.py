"""From the outbox to a channel: in order, within limits, through every kind of failure, on both engines."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.delivery import dead_letter
from bot.dispatcher import Dispatcher
from domain.channel import Rate
from domain.chat import Line, Outbound, Place, Text
from domain.errors import Malformed, Permanent, Temporary, Throttled
from messages import Catalogue, raise_fault
from storage.boxes import DeadLetters, Heard, Lanes, Outbox, Posted
from storage.database import Connection, Database
from storage.opening import open_database
from tests.fakes import START, FakeChannel, Watch

HANA = Place("fake", "hana")
SAM = Place("fake", "sam")
STAFF = Place("fake", "staff")
TELEGRAM = (Rate("all", 30, 1.0), Rate("chat", 1, 1.0), Rate("group", 20, 60.0))

WORDS = {"one": "一", "two": "二", "three": "三", "marked": "<b>_一*", "ping": "响"}
ENGLISH = {"one": "1", "two": "2", "three": "3", "marked": "m", "ping": "p"}


def say(word: str, to: Place = HANA, **more: object) -> Outbound:
    return Outbound(to, (Line(Text(word)),), **more)


async def staff(connection: Connection, row: Posted, code: str) -> Sequence[Outbound]:
    return [] if row.outbound.to == STAFF else [dead_letter(row, code, STAFF)]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load(extra={"zh-CN": WORDS, "en": ENGLISH}, on_fault=raise_fault)


class Post:
    """A dispatcher with one channel, and hands to fill its outbox."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self.database = database
        self.catalogue = catalogue
        self.clock = Watch()
        self.channel = FakeChannel(self.clock)
        self.dispatcher = self.another()
        self.causes = 0

    def another(self, database: Database | None = None, send_s: float = 20.0, parallel: int = 32) -> Dispatcher:
        """A second worker, or this one after a restart."""
        return Dispatcher(
            database or self.database,
            {"fake": self.channel},
            self.catalogue,
            self.clock,
            alarm=staff,
            chance=lambda: 0.0,
            send_s=send_s,
            parallel=parallel,
        )

    async def add(self, *outbounds: Outbound, heard: Heard | None = None) -> str:
        self.causes += 1
        cause, now = f"c{self.causes}", self.clock()
        await self.database.transact(lambda c: Outbox(c).add(cause, outbounds, now, heard))
        return cause

    async def send(self, dispatcher: Dispatcher | None = None) -> None:
        """As many rounds as there is something to send at this moment."""
        while await (dispatcher or self.dispatcher).once():
            pass

    async def go_on(self, seconds: float, step: float = 1.0) -> None:
        """Let time pass, with a look at the outbox after each step."""
        for _ in range(round(seconds / step)):
            self.clock.move(step)
            await self.send()

    async def dead(self) -> list[tuple[str, str]]:
        letters = await self.database.read(lambda c: DeadLetters(c).all(100))
        return [(letter.row.id, letter.code) for letter in letters]

    def texts(self, place: Place = HANA) -> list[str]:
        return [text for chat, text in self.channel.texts if chat == place.chat]


@pytest.fixture
def post(database: Database, catalogue: Catalogue) -> Post:
    return Post(database, catalogue)


async def test_what_is_owed_arrives_in_order_and_in_the_readers_language(post: Post):
    """Each chat reads its own messages, one after the other, in its own language, once."""
    await post.add(say("one"), say("one", SAM), say("two"), heard=Heard(SAM, locale="en"))
    await post.add(say("three"), say("two", SAM))

    await post.send()
    await post.send(post.another())

    assert post.texts() == ["一", "二", "三"]
    assert post.texts(SAM) == ["1", "2"]


async def test_a_fault_in_the_wording_does_not_cost_the_message(post: Post):
    """It arrives with the ids of its texts."""
    await post.add(say("no-such-text"), say("one"))

    await post.send()

    assert post.texts() == ["[no-such-text]", "一"]


async def test_a_card_is_edited_in_place(post: Post):
    """The second version edits the first, under the same platform's id."""
    await post.add(say("one", card="R-1"))
    await post.send()
    await post.add(say("two", card="R-1"))
    await post.send()
    await post.add(say("three", card="R-1", fresh=True))
    await post.send()

    assert [call.edits for call in post.channel.calls] == ["", "m1", ""]


async def test_a_card_that_cannot_be_edited_is_sent_anew(post: Post):
    """The new message is the card from then on."""
    await post.add(say("one", card="R-1"))
    await post.send()
    post.channel.uneditable = Permanent("message-gone")
    await post.add(say("two", card="R-1"))
    await post.send()
    post.channel.uneditable = None
    await post.add(say("three", card="R-1"))
    await post.send()

    assert post.texts() == ["一", "二", "三"]
    assert [call.edits for call in post.channel.arrived] == ["", "", "m2"]


async def test_a_text_that_the_platform_refuses_to_parse_is_sent_plain(post: Post):
    """Once more without anything that could be markup; if that is refused as well it is a dead letter."""
    post.channel.fail("hana", Malformed("parse"))
    await post.add(say("marked"))
    await post.send()
    post.channel.fail("hana", Malformed("parse"), Malformed("parse"))
    cause = await post.add(say("marked"), say("two"))
    await post.send()

    assert post.texts() == ["b一", "二"]
    assert await post.dead() == [(f"{cause}:0", "parse")]


async def test_a_fault_that_passes_delays_one_chat_and_keeps_its_order(post: Post):
    """Tries come after growing pauses; other chats do not wait."""
    await post.add(say("one", STAFF))
    await post.send()
    post.channel.fail("hana", Temporary("500"), Temporary("502"), ValueError("half JSON"))
    await post.add(say("one"), say("two"), say("one", SAM))

    await post.send()
    at_once = [post.texts(), post.texts(SAM)]
    await post.add(say("two", SAM), say("three", SAM))
    await post.go_on(60)

    tries = [(call.at - START).total_seconds() for call in post.channel.calls if call.chat == "hana"]
    assert at_once == [[], ["一"]]
    assert tries == [0, 3, 12, 45, 45]
    assert post.texts() == ["一", "二"]


async def test_a_message_that_never_gets_through_becomes_a_dead_letter(post: Post):
    """After eight tries, hours apart in all, if the channel works for others; what is behind it goes on."""
    await post.add(say("ping", SAM))
    await post.send()
    post.channel.fail("hana", *[Temporary("500")] * 8)
    cause = await post.add(say("one"), say("two"))
    for _ in range(6 * 60):
        await post.add(say("ping", SAM))
        await post.go_on(60, step=60)

    tries = [call.at for call in post.channel.calls if call.chat == "hana"]
    assert await post.dead() == [(f"{cause}:0", "500")]
    assert len(tries) == 9
    assert tries[7] - tries[0] > timedelta(hours=2)
    assert post.texts() == ["二"]


async def test_a_channel_that_is_down_for_three_days_loses_nothing(post: Post):
    """It is probed by one message at a time, and when it is back all arrive in order."""
    post.channel.fail("*", *[Temporary("500")] * 10_000)
    for _ in range(3):
        await post.add(say("one"), say("one", SAM), say("one", STAFF), say("two"))
    await post.go_on(72 * 3600, step=600)
    probes = len(post.channel.calls)
    post.channel._script.clear()
    await post.go_on(3 * 3600, step=60)

    assert await post.dead() == []
    assert probes < 450
    assert post.texts() == ["一", "二"] * 3
    assert post.texts(SAM) == ["一"] * 3


async def test_a_channel_that_is_down_is_probed_by_one_message_at_a_time(post: Post):
    """While the probe has no answer nothing else is sent, whatever is owed meanwhile; then all go."""
    chats = [Place("fake", f"c{n}") for n in range(5)]
    post.channel.fail("*", *[Temporary("500")] * 5)
    await post.add(*[say("one", chat) for chat in chats])
    await post.send()
    releases, stop = [post.channel.hold(chat.chat) for chat in chats], asyncio.Event()
    post.channel.begun.clear()
    post.clock.move(60)
    running = asyncio.create_task(post.dispatcher.run(stop))
    await post.channel.begun.wait()
    for _ in range(10):
        await post.add(*[say("two", chat) for chat in chats])
    probes = post.channel.waiting
    for release in releases:
        release.set()
    await post.channel.until(55)
    stop.set()
    await running

    assert probes == 1
    assert all(post.texts(chat) == ["一", *["二"] * 10] for chat in chats)


@pytest.mark.parametrize("everyone", [False, True])
async def test_a_pause_that_the_platform_asks_for_is_kept_over_a_restart(post: Post, everyone: bool):
    """No early call to that chat or channel, by a worker that never heard of it; then all arrive."""
    pauses = (0.5, 2.1, 30, 7, 3600)
    await post.add(say("one"), say("two"))
    for pause in pauses:
        post.channel.fail("hana", Throttled("429", pause, everyone))
    worker = post.another()
    for _ in range(2 * 3700):
        worker = post.another() if random.Random(_).random() < 0.05 else worker
        await worker.once()
        post.clock.move(0.5)
    calls = [call.at for call in post.channel.calls]

    waited = [(later - earlier).total_seconds() for earlier, later in pairwise(calls)]
    assert all(wait >= pause for wait, pause in zip(waited, pauses, strict=False))
    assert all(wait <= pause + 1 for wait, pause in zip(waited, pauses, strict=False))
    assert post.texts() == ["一", "二"]


async def test_a_pause_of_one_chat_leaves_the_others_alone(post: Post):
    """A pause for everyone stops all of them."""
    post.channel.fail("hana", Throttled("429", 60))
    await post.add(say("one"), say("one", SAM))
    await post.send()
    await post.add(say("two", SAM))
    await post.send()
    free = [*post.texts(SAM)]
    post.channel.fail("sam", Throttled("429", 10, everyone=True))
    await post.add(say("three", SAM), say("one", STAFF))
    await post.send()
    await post.add(say("two", STAFF))
    calls = len(post.channel.calls)
    await post.go_on(9, step=0.5)

    assert free == ["一", "二"]
    assert len(post.channel.calls) == calls


async def test_the_platforms_limits_are_kept_and_used(post: Post):
    """Thirty a second in all, one a second in a chat, twenty a minute in a group, at 98 % of what is allowed."""
    post.channel.rates = TELEGRAM
    await post.add(*[say("one", Place("fake", f"c{n % 100}")) for n in range(300)])
    await post.add(*[say("one", STAFF) for _ in range(25)], heard=Heard(STAFF, group=True))
    while len(post.texts(STAFF)) < 25:
        await post.send()
        post.clock.move(0.02 if len(post.channel.arrived) < 310 else 0.25)

    arrived = [(call.at, call.chat) for call in post.channel.arrived]
    chats = {chat for _, chat in arrived} - {"staff"}
    assert _most_within([at for at, _ in arrived], 1) == 30
    assert all(_most_within([at for at, to in arrived if to == chat], 1) == 1 for chat in chats)
    assert _most_within([at for at, chat in arrived if chat == "staff"], 60) == 20
    took = (arrived[299][0] - START).total_seconds()
    assert took <= 299 / 30 / 0.98


def _most_within(moments: list, seconds: float) -> int:
    width = timedelta(seconds=seconds)
    return max(sum(start <= moment < start + width for moment in moments) for start in moments)


async def test_staff_hear_of_a_message_that_cannot_be_sent(post: Post):
    """They read why, never the message itself, and may send it again."""
    post.channel.fail("hana", Permanent("403"))
    cause = await post.add(say("one", subject="R-1"), say("two"))
    await post.send()
    [alarm] = [call for call in post.channel.arrived if call.chat == "staff"]

    assert post.texts() == ["二"]
    assert alarm.text == "R-1 有一条消息没有送达（fake）：平台没有接收（403）\n请重发一次，或打电话告诉对方"
    [row] = alarm.message.buttons
    pressed = [await post.database.read(lambda c, token=token: Outbox(c).button(token)) for _, token, _ in row]
    assert [(each.button.intent, each.button.subject) for each in pressed] == [
        (intent, f"{cause}:0") for intent in ("dead.retry", "dead.call", "dead.discard")
    ]
    await post.database.transact(lambda c: DeadLetters(c).retry(f"{cause}:0", post.clock()))
    await post.send()
    assert post.texts() == ["二", "一"]


async def test_a_chat_that_is_gone_costs_one_attempt_and_one_card(post: Post):
    """What follows is not tried; staff read one card; when the person writes again messages flow."""
    post.channel.fail("hana", Permanent("blocked"))
    await post.add(*[say("one") for _ in range(3)])
    await post.send()
    await post.add(say("one"))
    await post.send()
    tried = [call for call in post.channel.calls if call.chat == "hana"]
    cards = {call.message.card for call in post.channel.arrived if call.chat == "staff"}
    await post.add(say("two"), heard=Heard(HANA))
    await post.send()

    assert (len(tried), len(cards)) == (1, 1)
    assert len(await post.dead()) == 4
    assert post.texts() == ["二"]


async def test_an_alarm_that_cannot_be_sent_raises_no_alarm(post: Post):
    """The staff's own chat being gone does not go round in circles."""
    post.channel.fail("staff", *[Permanent("403")] * 5)
    post.channel.fail("hana", Permanent("403"))
    await post.add(say("one"))

    await post.send()

    assert len(await post.dead()) == 2
    assert len(post.channel.calls) == 2


async def test_who_waits_for_a_receipt_gets_it(post: Post):
    """One for what arrived, another for what did not, on the cards that were named."""
    post.channel.fail("sam", Permanent("403"))
    await post.add(
        say("one", receipt=STAFF, receipt_card="note-1"), say("one", SAM, receipt=STAFF, receipt_card="note-2")
    )

    await post.send()

    told = {call.message.card: call.text for call in post.channel.arrived if call.chat == "staff"}
    assert told["note-1"] == "✓ 已送达"
    assert told["note-2"].startswith("✗ 没有送达")


async def test_a_crash_between_send_and_settle_costs_one_copy(post: Post):
    """Each crash at most one, and three copies ever: then staff decide."""
    cause = await post.add(say("one"), say("two"))

    async def crash() -> None:
        now = post.clock()
        claimed = await post.database.transact(lambda c: Lanes(c).claim("fake", now, 60, (), 10))
        for each in claimed:
            await post.channel.send(
                post.catalogue.message("zh-CN", each.row.outbound, id="x", seq=1, tokens=(), now=now, at=now)
            )
        post.clock.move(61)

    await crash()
    await post.send()
    once_more = post.texts()
    await post.add(say("three"))
    for _ in range(3):
        await crash()
    await post.send()

    assert once_more == ["一", "一", "二"]
    assert post.texts() == [*once_more, "三", "三", "三"]
    assert [code for _, code in await post.dead()] == ["unsure"]
    assert cause


async def test_a_send_that_takes_too_long_is_tried_again(post: Post):
    """A slow platform does not hold its worker for ever; at most one extra copy for each time-out."""
    post.channel.hold("hana")
    await post.add(say("one"), say("one", SAM))
    await asyncio.wait_for(post.another(send_s=0.02).once(), 5)
    post.channel.held.clear()
    before = post.texts()
    await post.go_on(3)

    assert (before, post.texts(), post.texts(SAM)) == ([], ["一"], ["一"])


async def test_a_slow_chat_does_not_hold_the_others(post: Post):
    """While one send hangs all others are delivered, woken by the commit; a stop lets it end."""
    release, stop = post.channel.hold("hana"), asyncio.Event()
    running = asyncio.create_task(post.dispatcher.run(stop))
    await post.add(say("one"))
    await post.channel.begun.wait()
    for _ in range(20):
        await post.add(say("one", SAM))
    await post.channel.until(20)
    others = [*post.channel.texts]
    stop.set()
    release.set()
    await asyncio.wait_for(running, 5)
    await post.send()

    assert others == [("sam", "一")] * 20
    assert post.texts() == ["一"]


async def test_several_workers_send_each_message_once(post: Post, database_url: str, engine: str):
    """Three dispatchers on one outbox: nothing twice, and each chat in order."""
    other = post.database if engine == "sqlite" else await open_database(database_url, connections=3)
    stop = asyncio.Event()
    workers = [post.another(database, parallel=3) for database in (post.database, other, other)]
    running = [asyncio.create_task(worker.run(stop)) for worker in workers]
    for _ in range(5):
        await post.add(*[say(word, Place("fake", f"c{n}")) for n in range(10) for word in ("one", "two", "three")])
    await post.channel.until(150)
    stop.set()
    await asyncio.gather(*running)
    await post.send()
    if other is not post.database:
        await other.close()

    assert len(post.channel.arrived) == 150
    assert all(post.texts(Place("fake", f"c{n}")) == ["一", "二", "三"] * 5 for n in range(10))


async def test_a_pulled_channel_is_never_sent_to(post: Post):
    """Its client reads the outbox itself."""
    post.channel.pulled = True
    await post.add(say("one"))
    await post.send(post.another())

    assert post.channel.calls == []


async def test_what_was_never_tried_is_not_given_up(post: Post):
    """A worker that comes to its claims too late each time leaves them: no copy may have arrived."""
    slow = post.another(send_s=61.0)
    await post.add(say("one"))
    for _ in range(5):
        assert await slow.once() == 1
        post.clock.move(61)
    await post.dispatcher.once()
    assert [call.text for call in post.channel.arrived] == ["一"]
