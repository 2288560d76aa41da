"""What a claim spends, what is worth nothing any more, what staff are told of together, and what is let go."""

from __future__ import annotations

import pytest

from domain.channel import Rate
from domain.chat import Attachment, Button, Line, Outbound, Place, Text
from domain.people import Person
from domain.states import State
from storage.boxes import Heard
from storage.database import Database
from storage.store import Store
from tests.fakes import START
from tests.storage.test_boxes import HANA, SAM, STAFF, WEB, Boxes, later, say, word
from tests.storage.test_requests import filed

PHOTOS = tuple([Attachment(f"{n:064x}") for n in range(10)])


@pytest.fixture
def boxes(database: Database) -> Boxes:
    return Boxes(database)


async def sent(boxes: Boxes, at: float, rates: tuple[Rate, ...]) -> list[str]:
    """What goes at this moment."""
    claimed = await boxes.claim(at, rates)
    for each in claimed:
        await boxes.lanes("settle", each, f"x-{each.row.id}", later(at))
    return [word(each.row.outbound) for each in claimed]


async def test_an_album_waits_for_room_and_is_not_overtaken(boxes: Boxes):
    """It counts as its messages for the whole channel; what is behind it waits, but never longer than it does."""
    rates = (Rate("all", 4, 1.0),)
    await boxes.add("a", say("one"), say("two", SAM))
    assert await sent(boxes, 0, rates) == ["one", "two"]
    await boxes.add("b", say("album", files=PHOTOS[:3]), at=0.1)
    await boxes.add("c", say("after", SAM), at=0.2)

    early = [await sent(boxes, at, rates) for at in (0.3, 0.9)]
    woken = await boxes.lanes("wake_at", "fake", later(0.9), rates)

    assert early == [[], []]
    assert woken == later(1)
    assert await sent(boxes, 1, rates) == ["album", "after"]
    await boxes.add("d", say("more"), at=1)
    assert [await sent(boxes, at, rates) for at in (1.9, 2)] == [[], ["more"]]


async def test_an_album_in_a_group_waits_for_the_groups_room(boxes: Boxes):
    """Only its own chat waits, and it counts as its messages there too; for the chat's own pace it is one."""
    rates = (Rate("chat", 1, 1.0), Rate("group", 5, 60.0))
    album = say("album", STAFF, files=PHOTOS[:3])
    await boxes.add("a", say("album", STAFF, files=PHOTOS[:3]), album, say("w", STAFF), heard=Heard(STAFF, group=True))

    times = {at: await sent(boxes, at, rates) for at in (0, 1, 59, 60, 61, 62)}

    assert times == {0: ["album"], 1: [], 59: [], 60: ["album"], 61: ["w"], 62: []}


async def test_an_album_that_no_limit_has_room_for_goes_alone(boxes: Boxes):
    """More messages than a limit counts need all of it."""
    rates = (Rate("all", 4, 1.0),)
    await boxes.add("a", say("one"), say("album", SAM, files=PHOTOS))

    assert [await sent(boxes, at, rates) for at in (0, 0.9, 1, 1.9)] == [["one"], [], ["album"], []]


async def test_an_edit_counts_as_one_message(boxes: Boxes):
    """Whatever files its card has."""
    await boxes.add("a", say("v1", card="R-1", files=PHOTOS[:3]))
    [first] = await boxes.claim()
    await boxes.lanes("settle", first, "m1", START)
    await boxes.add("b", say("v2", card="R-1", files=PHOTOS[:3]))
    [edit] = await boxes.claim()

    assert (first.messages, edit.messages) == (3, 1)


async def test_what_is_not_worth_saying_any_more_is_left_out(boxes: Boxes):
    """A line that is out of date goes without; a message of nothing else is not sent, costs no limit, and lets the
    next one pass."""
    news = Line(Text("news"), until=later(10))
    await boxes.add("a", Outbound(HANA, (news,)), Outbound(HANA, (news, Line(Text("card")))), say("next"))
    early = await boxes.claim(at=9.9)
    [stale] = await boxes.claim(at=70, rates=(Rate("chat", 1, 60.0),))
    assert await boxes.lanes("skip", stale, later(70)) is True
    [rest] = await boxes.claim(at=70, rates=(Rate("chat", 1, 60.0),))

    assert [(word(each.row.outbound), each.stale) for each in early] == [("news", False)]
    assert (stale.stale, stale.copies, rest.stale) == (True, 1, False)
    assert [line.text.id for line in rest.row.outbound.lines] == ["card"]
    await boxes.lanes("settle", rest, "x", later(70))
    assert await boxes.drain(at=200) == ["next"]
    assert await boxes.letters("all", 10) == []


async def test_a_late_workers_skip_is_fenced(boxes: Boxes):
    """What somebody else has taken over stays theirs."""
    await boxes.add("a", Outbound(HANA, (Line(Text("news"), until=later(10)),)))
    [slow] = await boxes.claim(at=11)
    [quick] = await boxes.claim(at=72)

    assert await boxes.lanes("skip", slow, later(73)) is False
    assert await boxes.lanes("skip", quick, later(73)) is True


async def test_an_earlier_longer_pause_is_not_shortened(boxes: Boxes):
    """Of two pauses for everyone the one that ends last holds."""
    await boxes.add("a", say("one"), say("one", SAM))
    first, second = await boxes.claim()
    await boxes.lanes("throttle", first, START, 60, True)
    await boxes.lanes("throttle", second, START, 5, True)

    assert await boxes.claim(at=59.9) == []
    assert len(await boxes.claim(at=60.1)) == 2


async def test_a_clock_that_was_set_back_neither_blocks_nor_bursts(boxes: Boxes):
    """Sends of an hour that has not come yet count as just sent: the longest wait is that of the limit."""
    rates = (Rate("all", 2, 1.0), Rate("chat", 1, 1.0))
    await boxes.add("a", say("one"), say("two", SAM))
    assert await sent(boxes, 3600, rates) == ["one", "two"]
    await boxes.add("b", *[say("three", Place("fake", f"c{n}")) for n in range(4)])

    assert await sent(boxes, 1, rates) == []
    assert await boxes.lanes("wake_at", "fake", later(1), rates) == later(2)
    assert [await sent(boxes, at, rates) for at in (2, 2.9, 3)] == [["three", "three"], [], ["three", "three"]]


async def test_what_waits_for_a_wrong_clock_is_mended(boxes: Boxes):
    """A lease of tomorrow ends; a pause that a chat was asked for in time stays."""
    await boxes.add("a", say("one", SAM))
    [sam] = await boxes.claim()
    await boxes.lanes("throttle", sam, START, 2 * 86_400, False)
    await boxes.add("b", say("one"))
    await boxes.claim(at=86_400)
    leased = await boxes.claim(at=10)
    await boxes.lanes("mend", "fake", later(10))

    assert leased == []
    assert [each.place for each in await boxes.claim(at=10)] == [HANA]
    assert [each.place for each in await boxes.claim(at=2 * 86_400 + 1)] == [HANA, SAM]


async def test_a_pause_told_by_a_clock_that_was_set_back_is_asked_for_again(boxes: Boxes):
    """Everyone waits a minute more, and not until next year."""
    year = 365 * 86_400
    await boxes.add("a", say("one"), say("one", SAM))
    for each in await boxes.claim(at=year):
        await boxes.lanes("throttle", each, later(year), 5, each.place == HANA)
    await boxes.lanes("mend", "fake", later(10), True)

    assert await boxes.claim(at=69) == []
    assert len(await boxes.claim(at=71)) == 2


async def dead(boxes: Boxes, *outbounds: Outbound, code: str) -> list[str]:
    """Messages that were given up; their ids."""
    await boxes.add(f"dead-{code}", *outbounds)
    while claimed := await boxes.claim():
        for each in claimed:
            await boxes.lanes("kill", each, START, code)
    return [f"dead-{code}:{index}" for index, _ in enumerate(outbounds)]


async def test_what_did_not_reach_a_chat_is_decided_together(boxes: Boxes):
    """Trying one again tries all of its chat, in order and before what is newer; another chat's stay."""
    ids = await dead(boxes, say("one"), say("two"), say("sam", SAM), code="400")
    assert [await boxes.letters("together", place, "400") for place in (HANA, SAM, STAFF)] == [2, 1, 0]
    await boxes.add("new", say("three"))

    assert await boxes.letters("retry", ids[1], later(1)) is True
    assert await boxes.drain(at=2) == ["one", "two", "three"]
    assert await boxes.letters("retry", ids[0], later(3)) is False
    assert await boxes.letters("discard", ids[2], later(3)) is True
    assert await boxes.letters("all", 10) == []


async def test_what_an_outage_outlived_is_decided_together(boxes: Boxes):
    """All chats of the channel, and nothing that failed for another reason; it then counts as posted anew."""
    old = await dead(boxes, say("one"), say("two", SAM), code="expired")
    other = await dead(boxes, say("refused", SAM), code="400")
    assert await boxes.letters("together", STAFF, "expired") == 2

    assert await boxes.letters("retry", old[0], later(9)) is True
    claimed = await boxes.claim(at=9)
    assert sorted((word(each.row.outbound), each.row.posted_at) for each in claimed) == [
        ("one", later(9)),
        ("two", later(9)),
    ]
    assert [letter.row.id for letter in await boxes.letters("all", 10)] == other


async def test_old_messages_are_let_go_where_they_are_pushed(boxes: Boxes):
    """What was sent, merged or let go before the day goes, so many at a time; what is young, undecided or not sent
    stays, and so does the web chat's history. A button of what went is unknown, the order of a chat goes on."""
    button = ((Button(Text("yes"), "request.yes", "R-1"),),)
    await boxes.add("a", say("v1", card="c"), say("web", WEB))
    await boxes.add("b", say("v2", card="c", buttons=button), say("web", WEB, card="w"), say("web", WEB, card="w"))
    [claimed] = await boxes.claim()
    await boxes.lanes("settle", claimed, "m1", START)
    await dead(boxes, say("dead"), code="400")
    await boxes.add("c", say("young"), at=100)
    assert await boxes.drain(at=100) == ["young"]
    await boxes.add("d", say("waits"), at=100)

    gone = [await boxes.lanes("purge", "fake", later(50), limit) for limit in (1, 10, 10)]

    assert gone == [1, 1, 0]
    assert await boxes.outbox("button", claimed.row.tokens[0]) is None
    assert len(await boxes.outbox("after", WEB, 0, 10)) == 2
    assert len(await boxes.letters("all", 10)) == 1
    assert await boxes.outbox("about", HANA, "m1") == ""
    await boxes.add("e", say("v3", card="c"), at=100)
    assert await boxes.drain(at=101) == ["waits", "v3"]


async def test_what_an_open_request_stands_on_is_kept(boxes: Boxes):
    """Its card is edited and replied to however old it is, until the request is over."""
    await boxes.database.transact(lambda c: Store(c).people.add(Person("hana"), HANA, START))
    ids = [(await filed(boxes.database, state=state)).id for state in (State.CLOSED, State.SCHEDULED)]
    await boxes.add("a", *[say("card", subject=id) for id in ids])
    await boxes.drain()

    assert await boxes.lanes("purge", "fake", later(1)) == 1
    assert [await boxes.outbox("about", HANA, f"x-a:{n}") for n in (0, 1)] == ["", ids[1]]
