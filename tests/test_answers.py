"""What is handed over as an answer in place: claimed like anything else that is sent, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.answers import Answers, Given
from bot.dispatcher import Dispatcher
from bot.outgoing import joined
from bot.post import Post
from domain.channel import Rate
from domain.chat import Attachment, Button, Line, Outbound, Place, Priority, Raw, Text
from messages import Catalogue, raise_fault
from storage.boxes import Heard, Lanes, Outbox
from storage.database import Connection, Database, Row
from storage.handing import ANSWER_S, Handed, Handing
from tests.fakes import FakeChannel, Watch

HANA = Place("fake", "hana")
SAM = Place("fake", "sam")
WORDS = {"one": "一", "two": "二", "three": "三", "yes": "好", "no": "不"}
RAW = Raw("c", "fake", {}, HANA)
LATE_S = ANSWER_S + 1


def say(word: str, to: Place = HANA, **more: object) -> Outbound:
    return Outbound(to, (Line(Text(word)),), **more)


def ask(word: str, **more: object) -> Outbound:
    return say(word, buttons=((Button(Text("yes"), "yes"), Button(Text("no"), "no")),), **more)


class Hand:
    """Answers to the cause «c», a dispatcher beside them, and hands to fill the outbox."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Watch()
        self.channel = FakeChannel(self.clock)
        catalogue = Catalogue.load(extra={"zh-CN": WORDS}, on_fault=raise_fault)
        self.dispatcher = Dispatcher(database, {"fake": self.channel}, catalogue, self.clock)

        async def nobody(connection: Connection, row: object, code: str) -> Sequence[Outbound]:
            return ()

        post = Post(database, catalogue, self.clock, nobody, lambda: 0.0, "zh-CN", 20.0)
        self.answers = Answers(self.receive, post)

    async def receive(self, raw: Raw) -> Handed | None:
        assert raw.place is not None
        now, place = self.clock(), raw.place
        return await self.database.transact(lambda each: Handing(each).give(raw.id, place, now))

    async def owe(self, *outbounds: Outbound, cause: str = "c", heard: Heard | None = None) -> None:
        now = self.clock()
        await self.database.transact(lambda each: Outbox(each).add(cause, outbounds, now, heard))

    async def give(self, raw: Raw = RAW) -> Given | None:
        return await self.answers.receive(raw)

    async def given(self) -> Given:
        found = await self.give()
        assert found is not None
        return found

    async def send(self) -> list[str]:
        """What the dispatcher has to send now."""
        before = len(self.channel.arrived)
        while await self.dispatcher.once():
            pass
        return [call.text for call in self.channel.arrived[before:]]

    async def rows(self, table: str = "outbox") -> list[list[object]]:
        sql = {"outbox": "SELECT * FROM outbox ORDER BY channel, chat, seq", "lanes": "SELECT * FROM lanes"}[table]
        return [list(row) for row in await self.database.read(lambda each: each.all(sql))]

    async def row(self, id: str = "c:0") -> Row:
        found = await self.database.read(lambda each: each.one("SELECT * FROM outbox WHERE id = :id", id=id))
        assert found is not None
        return found

    async def dump(self) -> list[list[object]]:
        return [*await self.rows("outbox"), *await self.rows("lanes")]


@pytest.fixture
def hand(database: Database) -> Hand:
    return Hand(database)


def text(given: Given | None) -> str:
    return "\n".join(words for _, words in given.message.lines) if given else ""


async def test_what_is_given_is_sent_by_nobody(hand: Hand):
    """The first message is the answer, the rest follows when it was given, and no other chat waits for that."""
    await hand.owe(say("one", SAM), ask("one"), say("two"))

    given = await hand.given()
    assert text(given) == "一"
    assert [token for row in given.message.buttons for _, token, _ in row] == [
        f"{(await hand.row('c:1'))['token']}.{n}" for n in (0, 1)
    ]
    assert await hand.send() == ["一"]
    assert hand.channel.calls[-1].chat == "sam"

    await given.settle()
    assert await hand.send() == ["二"]
    hand.clock.move(LATE_S)
    assert await hand.send() == []
    row = await hand.row("c:1")
    assert (row["state"], row["external"], row["copies"]) == ("sent", "answer:c:1", 1)


async def test_nothing_is_given_where_nothing_is_owed(hand: Hand):
    """Another chat, another cause and a lane that was never used have no answer."""
    assert await hand.give() is None
    await hand.owe(say("one", SAM))
    await hand.owe(say("two"), cause="c2")
    assert await hand.give() is None


async def test_a_crash_before_the_answer(hand: Hand):
    """Nobody says what became of the answer: it is sent when the lease ends, not before; who comes late is fenced."""
    await hand.owe(say("one"), say("two"))
    given = await hand.given()
    hand.clock.move(ANSWER_S - 1)
    assert await hand.send() == []
    hand.clock.move(2)
    assert await hand.send() == ["一", "二"]

    before = await hand.dump()
    await given.settle()
    await given.release()
    assert await hand.dump() == before
    assert await hand.give() is None
    assert (await hand.row())["copies"] == 2


async def test_a_late_answer_that_nobody_overtook(hand: Hand):
    """A lease that has ended still stands as long as nobody has claimed the lane."""
    await hand.owe(say("one"))
    given = await hand.given()
    hand.clock.move(LATE_S)
    await given.settle()
    assert await hand.send() == []


async def test_a_copy_gets_the_same(hand: Hand):
    """While it is given and after it was, each copy of the message gets the same answer, which changes nothing; when
    the row is gone there is none."""
    await hand.owe(ask("one"), say("two"))
    first = await hand.given()
    before = await hand.dump()
    hand.clock.move(5)
    second = await hand.given()
    assert second.message == first.message
    assert await hand.dump() == before

    await first.settle()
    await second.settle()
    assert await hand.send() == ["二"]
    before = await hand.dump()
    hand.clock.move(timedelta(days=3).total_seconds())
    third = await hand.given()
    assert third.message == first.message
    await third.settle()
    await third.release()
    assert await hand.dump() == before

    much_later = hand.clock() + timedelta(days=400)
    await hand.database.transact(lambda each: Lanes(each).purge("fake", much_later))
    assert await hand.give() is None


async def test_a_copy_after_a_crash(hand: Hand):
    """The lease has ended and nobody has sent it yet: the copy gets it, under a new claim."""
    await hand.owe(say("one"))
    first = await hand.given()
    hand.clock.move(LATE_S)
    second = await hand.given()
    assert text(second) == "一"
    before = await hand.dump()
    await first.settle()
    await first.release()
    assert await hand.dump() == before
    await second.settle()
    assert await hand.send() == []


async def test_a_copy_while_it_is_sent_otherwise(hand: Hand):
    """What the dispatcher is about to send or has sent is no answer any more."""
    await hand.owe(say("one"))
    await hand.given()
    hand.clock.move(LATE_S)
    gate = hand.channel.hold("hana")
    sending = asyncio.create_task(hand.dispatcher.once())
    await hand.channel.begun.wait()
    assert await hand.give() is None
    gate.set()
    await sending
    assert await hand.give() is None


async def test_copies_at_the_same_moment(hand: Hand):
    """Overlapping copies share one claim, and one settling is enough."""
    await hand.owe(say("one"))
    found = await asyncio.gather(*[hand.give() for _ in range(8)])
    assert {text(one) for one in found} == {"一"}
    await asyncio.gather(*[one.settle() for one in found if one])
    assert await hand.send() == []
    assert (await hand.row())["copies"] == 1


async def test_against_the_dispatcher(hand: Hand):
    """A dispatcher that looks at the same moment and the answer never both have it."""
    for number in range(20):
        await hand.owe(say("one"), cause=f"c{number}")
        given, sent = await asyncio.gather(hand.give(Raw(f"c{number}", "fake", {}, HANA)), hand.dispatcher.once())
        assert bool(given) + sent == 1
        if given:
            await given.settle()
        assert await hand.send() == []


async def test_what_is_older_goes_first(hand: Hand):
    """Nothing is given while the lane owes something older, whether it waits or somebody is just sending it."""
    await hand.owe(say("one"), cause="older")
    await hand.owe(say("two"))
    assert await hand.give() is None
    gate = hand.channel.hold("hana")
    sending = asyncio.create_task(hand.dispatcher.once())
    await hand.channel.begun.wait()
    assert await hand.give() is None
    gate.set()
    await sending
    assert text(await hand.give()) == "二"


async def test_what_is_urgent_goes_before(hand: Hand):
    """An urgent answer goes before what waits in its lane, unless that is just being sent; a lesser one does not go
    before an urgent message."""
    await hand.owe(say("one"), cause="older")
    await hand.owe(say("two", priority=Priority.URGENT))
    given = await hand.given()
    assert text(given) == "二"
    await given.settle()
    assert await hand.send() == ["一"]

    gate = hand.channel.hold("hana")
    await hand.owe(say("one"), cause="older again")
    hand.channel.begun.clear()
    sending = asyncio.create_task(hand.dispatcher.once())
    await hand.channel.begun.wait()
    await hand.owe(say("three", priority=Priority.URGENT), cause="d")
    assert await hand.give(replace(RAW, id="d")) is None
    gate.set()
    await sending

    await hand.owe(say("one", priority=Priority.URGENT), cause="urgent")
    await hand.owe(say("two"), cause="e")
    assert await hand.give(replace(RAW, id="e")) is None


async def test_an_urgent_second_message_is_the_answer(hand: Hand):
    """Of several messages of one cause the one is given which its lane would send first."""
    await hand.owe(say("one"), say("two", priority=Priority.URGENT))
    given = await hand.given()
    assert text(given) == "二"
    assert text(await hand.give()) == "二"
    await given.settle()
    assert await hand.send() == ["一"]
    assert text(await hand.give()) == "二"


async def test_a_card_that_is_replaced_while_it_is_given(hand: Hand):
    """A newer version waits for the answer to be given, and each copy still gets the old one."""
    await hand.owe(say("one", card="k"))
    given = await hand.given()
    await hand.owe(say("two", card="k", fresh=True), cause="d")
    assert (await hand.row())["state"] == "merged"
    assert await hand.give(replace(RAW, id="d")) is None
    assert text(await hand.give()) == "一"
    assert await hand.send() == []
    await given.settle()
    assert await hand.send() == ["二"]
    assert text(await hand.give()) == "一"


async def test_a_card_that_is_replaced_before_a_crash(hand: Hand):
    """Nobody settled the old version: the newer one is sent, and it alone."""
    await hand.owe(say("one", card="k"))
    await hand.given()
    await hand.owe(say("two", card="k", fresh=True), cause="d")
    hand.clock.move(LATE_S)
    assert await hand.send() == ["二"]
    assert await hand.give() is None


async def test_an_answer_that_is_let_go(hand: Hand):
    """What cannot be given is sent at once like any other message, once."""
    await hand.owe(say("one"), say("two"))
    given, copy = await hand.given(), await hand.given()
    await given.release()
    await copy.release()
    assert await hand.send() == ["一", "二"]
    row = await hand.row()
    assert (row["state"], row["external"], row["copies"]) == ("sent", "m1", 1)
    before = await hand.dump()
    await copy.release()
    await given.settle()
    assert await hand.dump() == before


async def test_letting_go_after_it_was_given(hand: Hand):
    """A copy that could not be answered takes nothing back of what was."""
    await hand.owe(say("one"))
    given, copy = await hand.given(), await hand.given()
    await given.settle()
    await copy.release()
    assert await hand.send() == []
    assert (await hand.row())["external"] == "answer:c:0"


async def test_what_is_never_given(hand: Hand):
    """Nothing with files, and nothing in a group."""
    await hand.owe(say("one", files=(Attachment("a"),)))
    assert await hand.give() is None
    await hand.owe(say("two", SAM), cause="d", heard=Heard(SAM, group=True))
    assert await hand.give(Raw("d", "fake", {}, SAM)) is None
    assert await hand.send() == ["一", "二"]


async def test_what_is_not_worth_saying_any_more(hand: Hand):
    """Neither at first nor for a copy."""
    soon = hand.clock() + timedelta(seconds=30)
    await hand.owe(Outbound(HANA, (Line(Text("one"), until=soon),)))
    await (await hand.given()).settle()
    hand.clock.move(31)
    assert await hand.give() is None
    await hand.owe(Outbound(HANA, (Line(Text("one"), until=soon),)), cause="d")
    assert await hand.give(replace(RAW, id="d")) is None


async def test_limits_of_the_chat_do_not_hold_an_answer(hand: Hand):
    """A chat whose own limit is spent waits before the next message, not before an answer; and that spends nothing."""
    hand.channel.rates = (Rate("chat", 1, 60),)
    await hand.owe(say("one"), cause="before")
    assert await hand.send() == ["一"]
    await hand.owe(say("two"))
    assert await hand.send() == []
    given = await hand.given()
    assert text(given) == "二"
    await given.settle()
    hand.clock.move(60)
    await hand.owe(say("three"), cause="after")
    assert await hand.send() == ["三"]


async def test_who_waits_for_a_receipt(hand: Hand):
    """Hears that it has arrived when the answer was given."""
    await hand.owe(say("one", receipt=SAM, receipt_card="r", subject="R-1"))
    await (await hand.given()).settle()
    owed = await hand.row("c:0:arrived:1:0")
    assert (owed["chat"], owed["card"]) == ("sam", "r")


@pytest.mark.parametrize("verb", ["settle", "release"])
async def test_what_was_chosen_from_an_answer(hand: Hand, verb: str):
    """The choices of an answer stand from the moment it is given, not those that are only owed."""
    await hand.owe(ask("one"), cause="b")
    await hand.send()
    await hand.owe(ask("two"))
    owed = await hand.database.read(lambda each: Outbox(each).offered(HANA, hand.clock()))
    assert owed is not None
    assert owed.id == "b:0"
    given = await hand.given()
    offered = await hand.database.read(lambda each: Outbox(each).offered(HANA, hand.clock()))
    assert offered is not None
    assert offered.id == "c:0"
    await getattr(given, verb)()
    after = await hand.database.read(lambda each: Outbox(each).offered(HANA, hand.clock()))
    assert after is not None
    assert after.id == ("c:0" if verb == "settle" else "b:0")


async def test_what_was_shown_last(hand: Hand):
    """Choices are those of the message shown last, though an urgent one has a later number."""
    await hand.owe(ask("one"), cause="b")
    await hand.owe(ask("two", priority=Priority.URGENT))
    assert await hand.dispatcher.once() == 1
    hand.clock.move(1)
    assert await hand.send() == ["一"]
    offered = await hand.database.read(lambda each: Outbox(each).offered(HANA, hand.clock()))
    assert offered is not None
    assert offered.id == "b:0"


@pytest.mark.parametrize("claimed", [False, True], ids=["the lease ended", "claimed since"])
async def test_what_nobody_heard_was_not_shown(hand: Hand, claimed: bool):
    """The platform hung up each time, and what was to be the answer waits for the end of a pause: a number is one of
    the choices that stand in the chat, and of the card that is open there."""
    await hand.owe(ask("one", card="form"), cause="b")
    first = await hand.give(Raw("b", "fake", {}, HANA))
    assert first is not None
    await first.settle()
    await hand.owe(ask("two"))
    await hand.given()
    hand.clock.move(LATE_S)
    if claimed:
        now = hand.clock()
        [taken] = await hand.database.transact(lambda each: Lanes(each).claim("fake", now, 60, (), 10))
        await hand.database.transact(lambda each: Lanes(each).throttle(taken, now, 3600, True))
    hand.clock.move(1)
    now = hand.clock()
    offered = await hand.database.read(lambda each: Outbox(each).offered(HANA, now))
    counted = await hand.database.read(lambda each: Outbox(each).counted(HANA, "form", now))
    assert [one and one.id for one in (offered, counted)] == ["b:0", "b:0"]


# ---- several messages in one

PHOTO = (Attachment("a"),)


def shape(rows: Sequence[Outbound]) -> list[tuple[str, int, str, str, int]]:
    """Words, how many buttons, card, subject and priority."""
    return [
        (
            "".join(line.text.id[0] for line in row.lines),
            sum(map(len, row.buttons)),
            row.card,
            row.subject,
            int(row.priority),
        )
        for row in rows
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([say("one")], [("o", 0, "", "", 1)]),
        ([say("one"), ask("two"), ask("three")], [("ott", 4, "", "", 1)]),
        ([say("one"), ask("two", card="k", subject="R")], [("ot", 2, "k", "R", 1)]),
        ([ask("one", card="k"), say("two", subject="R")], [("ot", 2, "k", "R", 1)]),
        ([say("one", card="k"), say("two", card="l"), say("three")], [("o", 0, "k", "", 1), ("tt", 0, "l", "", 1)]),
        ([say("one", subject="R"), say("two", subject="S")], [("o", 0, "", "R", 1), ("t", 0, "", "S", 1)]),
        ([say("one", subject="R"), say("two", subject="R")], [("ot", 0, "", "R", 1)]),
        ([say("one"), say("two", priority=Priority.URGENT)], [("ot", 0, "", "", -1)]),
        ([say("one"), say("two", priority=Priority.CAMPAIGN)], [("o", 0, "", "", 1), ("t", 0, "", "", 2)]),
        ([say("one", files=PHOTO), say("two"), say("three")], [("o", 0, "", "", 1), ("tt", 0, "", "", 1)]),
        ([say("one"), say("two", files=PHOTO), say("three")], [(one, 0, "", "", 1) for one in "ott"]),
        ([say("one"), say("two", receipt=SAM)], [("o", 0, "", "", 1), ("t", 0, "", "", 1)]),
        ([say("one", SAM), say("two"), say("one", SAM), say("three")], [("oo", 0, "", "", 1), ("tt", 0, "", "", 1)]),
        ([say("one", card="k", settles=True), ask("two", card="l")], [("t", 2, "l", "", 1)]),
        ([say("three"), say("one", card="k", settles=True), ask("two", card="l")], [("tt", 2, "l", "", 1)]),
        ([say("one", card="k", settles=True)], [("o", 0, "k", "", 1)]),
        ([say("one", card="k", settles=True), say("two", SAM)], [("o", 0, "k", "", 1), ("t", 0, "", "", 1)]),
    ],
)
def test_several_messages_in_one(rows: list[Outbound], expected: list[tuple[str, int, str, str, int]]):
    """Where every message costs, those of one cause to one place are one, as far as nothing of them is lost by it."""
    assert shape(joined(rows, {"fake"})) == expected
    assert joined(rows, {"other"}) == rows


def test_what_makes_a_joined_card_new():
    """It stands at the end of the chat if one part of it does, and asks for a number if one part of it does."""
    (both,) = joined([say("one", asks="phone"), say("two", card="k", fresh=True)], {"fake"})
    assert (both.fresh, both.asks) == (True, "phone")


async def test_nothing_that_was_said_beside_a_card_is_lost(hand: Hand):
    """A newer version replaces an unsent card, but not one that says more than the card."""
    await hand.owe(say("one", card="k"))
    await hand.owe(say("two", card="k"), cause="d")
    await hand.owe(*joined([say("three"), say("one", card="k")], {"fake"}), cause="e")
    await hand.owe(say("two", card="k", fresh=True), cause="f")
    assert await hand.send() == ["三\n一", "二"]
