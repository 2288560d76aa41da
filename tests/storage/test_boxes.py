"""What came in, once; what must go out: in order, merged, found again, claimed and settled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from domain.channel import Rate
from domain.chat import Button, Line, Outbound, Place, Priority, Raw, Text
from storage.boxes import Claimed, DeadLetters, Heard, Inbox, Lanes, Outbox
from storage.database import Connection, Database
from storage.opening import open_database
from tests.fakes import START

HANA = Place("fake", "hana")
SAM = Place("fake", "sam")
STAFF = Place("fake", "staff")
WEB = Place("web", "hana")


def raw(id: str = "fake:1", **body: Any) -> Raw:
    return Raw(id, "fake", {"text": "漏水", **body}, HANA)


def say(word: str, to: Place = HANA, **more: Any) -> Outbound:
    return Outbound(to, (Line(Text(word)),), **more)


def word(outbound: Outbound) -> str:
    return outbound.lines[0].text.id


def later(seconds: float):
    return START + timedelta(seconds=seconds)


class Boxes:
    """Each repository method in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def _do(self, repository: Callable[[Connection], Any], method: str, *args: Any, **more: Any) -> Any:
        return await self.database.transact(lambda c: getattr(repository(c), method)(*args, **more))

    async def inbox(self, method: str, *args: Any, **more: Any) -> Any:
        return await self._do(Inbox, method, *args, **more)

    async def outbox(self, method: str, *args: Any, **more: Any) -> Any:
        return await self._do(Outbox, method, *args, **more)

    async def lanes(self, method: str, *args: Any, **more: Any) -> Any:
        return await self._do(Lanes, method, *args, **more)

    async def letters(self, method: str, *args: Any, **more: Any) -> Any:
        return await self._do(DeadLetters, method, *args, **more)

    async def add(self, cause: str, *outbounds: Outbound, at: float = 0, heard: Heard | None = None) -> None:
        await self.outbox("add", cause, outbounds, later(at), heard)

    async def claim(self, at: float = 0, rates: tuple[Rate, ...] = (), limit: int = 100, lease_s: float = 60):
        return list(await self.lanes("claim", "fake", later(at), lease_s, rates, limit))

    async def drain(self, at: float = 0) -> list[str]:
        """Send everything that is due and settle it at once; the words in the order of sending."""
        words = []
        while claimed := await self.claim(at):
            for each in claimed:
                words.append(word(each.row.outbound))
                assert await self.lanes("settle", each, f"x-{each.row.id}", later(at))
        return words


@pytest.fixture
def boxes(database: Database) -> Boxes:
    return Boxes(database)


@asynccontextmanager
async def second_worker(url: str, engine: str, first: Database) -> AsyncIterator[Boxes]:
    """Another process on PostgreSQL; SQLite has only one, whose second task this is."""
    if engine == "sqlite":
        yield Boxes(first)
        return
    database = await open_database(url, connections=2)
    try:
        yield Boxes(database)
    finally:
        await database.close()


async def test_a_message_is_handled_once(boxes: Boxes):
    """Of twenty copies that arrive together one is new."""
    new = await asyncio.gather(*[boxes.inbox("add", raw(), START) for _ in range(20)])

    assert sorted(new) == [False] * 19 + [True]


async def test_a_failed_message_is_kept_and_tried_again(boxes: Boxes):
    """Its body comes back after a growing pause, and one who takes it keeps all others off."""
    first = await boxes.inbox("fail", raw(), START, "KeyError")
    early = await boxes.inbox("due", later(9), 10)
    [replay] = await boxes.inbox("due", later(10), 10)
    leased = await boxes.inbox("due", later(11), 10)
    retaken = [await boxes.inbox("retake", replay.raw, replay.attempts) for _ in range(2)]

    assert (first.attempts, first.quarantined) == (1, False)
    assert (early, leased, retaken) == ([], [], [True, False])
    assert replay.raw == raw()
    assert await boxes.inbox("add", raw(), later(12)) is False


async def test_a_replay_that_somebody_else_tried_since_is_not_retaken(boxes: Boxes):
    """The number of attempts is a fence."""
    await boxes.inbox("fail", raw(), START, "KeyError")
    [replay] = await boxes.inbox("due", later(10), 10)
    second = await boxes.inbox("fail", raw(), later(11), "KeyError")

    assert second.attempts == 2
    assert await boxes.inbox("retake", replay.raw, replay.attempts) is False
    assert await boxes.inbox("due", later(70), 10) == []
    assert len(await boxes.inbox("due", later(71), 10)) == 1


async def test_an_attempt_is_counted_once(boxes: Boxes):
    """When two replays of the same attempt fail, the second changes nothing."""
    await boxes.inbox("fail", raw(), START, "KeyError")
    [replay] = await boxes.inbox("due", later(10), 10)
    both = [await boxes.inbox("fail", raw(), later(11 + 60 * two), "KeyError", 3, replay.attempts) for two in (0, 1)]

    assert [failure.attempts for failure in both] == [2, 0]
    assert len(await boxes.inbox("due", later(71), 10)) == 1


async def test_the_third_failure_quarantines_until_somebody_releases_it(boxes: Boxes):
    """It is not tried again by itself, and its body is still there."""
    failures = [await boxes.inbox("fail", raw(), START, "KeyError") for _ in range(3)]

    assert [failure.quarantined for failure in failures] == [False, False, True]
    assert await boxes.inbox("due", later(10**6), 10) == []
    assert await boxes.inbox("quarantined", 10) == [raw()]
    assert await boxes.inbox("release", "fake:1", later(1)) is True
    assert [replay.raw for replay in await boxes.inbox("due", later(1), 10)] == [raw()]


async def test_a_failure_does_not_undo_what_a_copy_achieved(boxes: Boxes):
    """Once handled, a message owes nothing more."""
    await boxes.inbox("add", raw(), START)

    failure = await boxes.inbox("fail", raw(), START, "KeyError")

    assert (failure.attempts, failure.quarantined) == (0, False)
    assert await boxes.inbox("quarantine", raw(), START, "unparseable") is False


async def test_what_cannot_be_understood_is_set_aside_at_once(boxes: Boxes):
    """A second copy is no news."""
    news = [await boxes.inbox("quarantine", raw(), START, "unparseable") for _ in range(2)]

    assert news == [True, False]
    assert await boxes.inbox("quarantined", 10) == [raw()]


async def test_old_messages_are_forgotten_but_never_one_that_is_still_owed(boxes: Boxes):
    """Purging takes what was handled or set aside, and leaves what waits for a replay."""
    await boxes.inbox("add", raw("a"), START)
    await boxes.inbox("add", raw("b"), later(5))
    await boxes.inbox("fail", raw("c"), START, "KeyError")
    await boxes.inbox("quarantine", raw("d"), START, "unparseable")

    assert await boxes.inbox("purge", later(5)) == 2
    assert await boxes.inbox("add", raw("a"), later(6)) is True
    assert await boxes.inbox("add", raw("b"), later(6)) is False
    assert len(await boxes.inbox("due", later(10), 10)) == 1


async def test_messages_of_a_chat_go_in_order_one_at_a_time(boxes: Boxes):
    """A lane gives its next message only when the one before it is settled."""
    await boxes.add("a", say("one"), say("two"), say("elsewhere", SAM))
    await boxes.add("b", say("three"))

    first = await boxes.claim()
    second = await boxes.claim()

    assert sorted(word(each.row.outbound) for each in first) == ["elsewhere", "one"]
    assert second == []
    for each in first:
        await boxes.lanes("settle", each, "x", START)
    assert await boxes.drain() == ["two", "three"]


async def test_a_cause_is_told_once(boxes: Boxes):
    """Owing the same again changes nothing, also of a card and also after it was sent."""
    for _ in range(3):
        await boxes.add("a", say("one"), say("card", card="R-1"))
    assert await boxes.drain() == ["one", "card"]

    await boxes.add("a", say("one"), say("card", card="R-1"))

    assert await boxes.drain() == []
    assert await boxes.lanes("wake_at", "fake", START, ()) is None


async def test_a_burst_of_edits_becomes_one(boxes: Boxes):
    """Of a card only the newest unsent version is sent; other cards, chats and messages stay."""
    await boxes.add("a", say("v1", card="R-1"), say("other", card="R-2"), say("word"), say("v1-sam", SAM, card="R-1"))
    await boxes.add("b", say("v2", card="R-1"))
    await boxes.add("c", say("v3", card="R-1"))

    sent = await boxes.drain()

    assert sorted(sent) == ["other", "v1-sam", "v3", "word"]
    assert [each for each in sent if each != "v1-sam"] == ["other", "word", "v3"]


async def test_a_message_that_somebody_waits_for_is_never_merged_away(boxes: Boxes):
    """A receipt is owed for it."""
    await boxes.add("a", say("v1", card="R-1", receipt=STAFF))
    await boxes.add("b", say("v2", card="R-1"))

    assert await boxes.drain() == ["v1", "v2", "receipt-arrived"]


async def test_a_card_is_edited_where_it_was_sent(boxes: Boxes):
    """The platform's id comes with the next version, unless that or one merged into it is to be fresh."""
    known = []
    for turn, fresh in enumerate((False, False, True, False)):
        await boxes.add(f"c{turn}", say("v", card="R-1", fresh=fresh))
        [claimed] = await boxes.claim()
        known.append(claimed.known)
        await boxes.lanes("settle", claimed, f"m{turn}", START)
    await boxes.add("d", say("v", card="R-1", fresh=True))
    await boxes.add("e", say("v", card="R-1"))
    [merged] = await boxes.claim()

    assert known == ["", "m0", "", "m2"]
    assert (merged.row.id, merged.known) == ("e:0", "")


async def test_a_button_is_found_by_its_token(boxes: Boxes):
    """The token gives back intent, subject and arguments; an unknown or crippled one gives nothing."""
    rows = (
        (Button(Text("yes"), "request.yes", "R-1", {"a": "1"}), Button(Text("no"), "request.no")),
        (Button(Text("later"), "request.later"),),
    )
    await boxes.add("a", say("ask", buttons=rows, card="R-1"))
    [claimed] = await boxes.claim()
    tokens = claimed.row.tokens

    found = [await boxes.outbox("button", token) for token in tokens]

    assert [pressed.button for pressed in found] == [*rows[0], *rows[1]]
    assert (found[0].place, found[0].card, found[0].stale, found[0].seq) == (HANA, "R-1", False, claimed.row.seq)
    assert found[0].posted_at == START
    assert all(len(token.encode()) <= 64 for token in tokens)
    for wrong in ("", ".", tokens[0][:-2], tokens[0] + "9", tokens[0][:-1] + "-1", "x" + tokens[0], tokens[0] + "²"):
        assert await boxes.outbox("button", wrong) is None


async def test_a_button_of_an_old_version_is_stale(boxes: Boxes):
    """It is stale as soon as a newer version of its card is owed, in the same chat only."""
    button = ((Button(Text("yes"), "request.yes", "R-1"),),)
    await boxes.add("a", say("v1", card="R-1", buttons=button), say("free", SAM, buttons=button))
    mine, others = sorted(await boxes.claim(), key=lambda each: each.place)
    await boxes.add("b", say("v2", card="R-1"), say("v2", SAM, card="R-1"))

    assert (await boxes.outbox("button", mine.row.tokens[0])).stale is True
    assert (await boxes.outbox("button", others.row.tokens[0])).stale is False


async def test_a_reply_finds_what_it_is_about(boxes: Boxes):
    """By the platform's id where messages are pushed, by seq or row id where they are pulled, in their chat only."""
    await boxes.add("a", say("one", subject="R-1"), say("two", subject="R-2"), say("web", WEB, subject="R-3"))
    await boxes.drain()

    about = [
        await boxes.outbox("about", place, external)
        for place, external in (
            (HANA, "x-a:1"), (HANA, "1"), (HANA, "x-b:1"), (SAM, "x-a:1"), (WEB, "1"), (WEB, "a:2"), (WEB, "7")
        )
    ]  # fmt: skip

    assert about == ["R-2", "", "", "", "R-3", "R-3", ""]


async def test_a_pulled_chat_is_read_from_where_the_reader_stopped(boxes: Boxes):
    """After, before and last agree, oldest first; of a card the newest version is left."""
    await boxes.add("a", say("one", WEB), say("v1", WEB, card="R-1"), say("two", WEB))
    await boxes.add("b", say("v2", WEB, card="R-1"), say("three", WEB))

    after = await boxes.outbox("after", WEB, 1, 10)
    page = await boxes.outbox("after", WEB, 0, 2)
    before = await boxes.outbox("before", WEB, 4, 10)
    last = await boxes.outbox("last", WEB, 2)

    assert [word(row.outbound) for row in after] == ["two", "v2", "three"]
    assert [row.seq for row in page] == [1, 3]
    assert [word(row.outbound) for row in before] == ["one", "two"]
    assert [word(row.outbound) for row in last] == ["v2", "three"]
    assert (after[0].id, after[0].seq, after[0].posted_at, after[0].outbound.to) == ("a:2", 3, START, WEB)


async def test_order_in_a_lane_is_the_order_of_commits(boxes: Boxes):
    """Fifty writers at once: a reader that follows by seq misses nothing, and no seq is given twice."""
    seen: list[int] = []

    async def follow() -> None:
        while len(seen) < 100:
            rows = await boxes.outbox("after", WEB, seen[-1] if seen else 0, 100)
            seen.extend(row.seq for row in rows)

    reader = asyncio.create_task(follow())
    await asyncio.gather(*[boxes.add(f"c{n}", say("a", WEB), say("b", STAFF), say("c", WEB)) for n in range(50)])

    await asyncio.wait_for(reader, 20)
    assert seen == list(range(1, 101))


async def test_writers_of_the_same_lanes_do_not_wait_for_each_other_in_a_circle(boxes: Boxes):
    """Whatever the order in which they are named, lanes are taken in one order: no transaction is run again."""
    runs = []

    async def add(cause: str, *places: Place) -> None:
        async def work(connection: Connection) -> None:
            runs.append(cause)
            await Outbox(connection).add(cause, [say("word", place) for place in places], START)

        await boxes.database.transact(work)

    await asyncio.gather(
        *[add(f"a{n}", HANA, SAM, STAFF) for n in range(20)], *[add(f"b{n}", STAFF, SAM, HANA) for n in range(20)]
    )

    assert len(runs) == 40
    assert len(await boxes.drain()) == 120


async def test_seeing_a_message_is_its_receipt_once(boxes: Boxes):
    """The web chat's reader tells the sender, the first time only, and never beyond what was sent."""
    await boxes.add("a", say("one", WEB, receipt=STAFF, receipt_card="note", subject="R-1"), say("two", WEB))

    seen = [[row.id for row in await boxes.outbox("seen", WEB, seq, START)] for seq in (0, 10**9, 2)]
    await boxes.add("b", say("three", WEB, receipt=STAFF))
    seen += [[row.id for row in await boxes.outbox("seen", WEB, 3, START)]]

    assert seen == [[], ["a:0"], [], ["b:0"]]
    receipts = [each.row.outbound for each in await boxes.claim()]
    assert [(word(row), row.card, row.subject) for row in receipts] == [("receipt-read", "note", "R-1")]


async def test_two_workers_never_hold_one_lane(boxes: Boxes, database_url: str, engine: str):
    """Claims at the same instant share the lanes between them, and each chat's order stands."""
    async with second_worker(database_url, engine, boxes.database) as other:
        sent: list[str] = []

        async def work(worker: Boxes) -> None:
            idle = 0
            while idle < 20:
                claimed = await worker.claim(limit=3)
                idle = 0 if claimed else idle + 1
                for each in claimed:
                    sent.append(each.row.id)
                    assert await worker.lanes("settle", each, "x", START)

        for chat in range(10):
            await boxes.add(f"{chat}", *[say("w", Place("fake", f"chat{chat}")) for _ in range(5)])
        await asyncio.gather(work(boxes), work(other), work(other))

    assert len(sent) == len(set(sent)) == 50
    for chat in range(10):
        mine = [id for id in sent if id.startswith(f"{chat}:")]
        assert mine == sorted(mine)


@pytest.mark.parametrize("late", ["settle", "kill", "postpone"])
async def test_a_late_worker_is_fenced(boxes: Boxes, late: str):
    """Who lost its lease changes nothing any more."""
    args: dict[str, Callable[[Claimed], tuple[Any, ...]]] = {
        "settle": lambda each: (each, "old", later(61)),
        "kill": lambda each: (each, later(61), "403", True),
        "postpone": lambda each: (each, later(61), 3600, "500", True),
    }
    await boxes.add("a", say("one"), say("two"))
    [slow] = await boxes.claim()
    [quick] = await boxes.claim(at=61)

    assert await boxes.lanes(late, *args[late](slow)) is False
    assert await boxes.lanes("settle", quick, "new", later(61)) is True
    assert [each.row.id for each in await boxes.claim(at=62)] == ["a:1"]
    assert await boxes.outbox("about", HANA, "old") == ""


async def test_a_pause_that_a_late_worker_heard_of_is_kept(boxes: Boxes):
    """Its message is somebody else's by now, but what the platform asked for holds for everybody."""
    await boxes.add("a", say("one"), say("two"))
    [slow] = await boxes.claim()
    [quick] = await boxes.claim(at=61)

    assert await boxes.lanes("throttle", slow, later(61), 30, False) is False
    assert await boxes.lanes("settle", quick, "new", later(61)) is True
    assert await boxes.claim(at=91) == []
    assert [each.row.id for each in await boxes.claim(at=92)] == ["a:1"]


async def test_the_most_urgent_lanes_go_first(boxes: Boxes):
    """A human's reply, then status, then campaigns; an urgent message lifts the lane that it waits in."""
    lanes = {"late": Priority.CAMPAIGN, "status": Priority.STATUS, "human": Priority.HUMAN, "lifted": Priority.CAMPAIGN}
    for second, (chat, priority) in enumerate(lanes.items()):
        await boxes.add(chat, say(chat, Place("fake", chat), priority=priority), at=second)
    await boxes.add("reply", say("reply", Place("fake", "lifted"), priority=Priority.HUMAN), at=9)

    order = [word(each.row.outbound) for each in await boxes.claim(at=10)]

    assert order == ["human", "lifted", "status", "late"]


async def test_a_lane_falls_back_when_its_urgent_message_is_gone(boxes: Boxes):
    """What waits behind an urgent message is not urgent for that."""
    await boxes.add("a", say("reply", priority=Priority.HUMAN), say("ad", priority=Priority.CAMPAIGN))
    await boxes.add("b", say("status", SAM, priority=Priority.STATUS), at=1)

    first, second = await boxes.claim(at=2, limit=1), await boxes.claim(at=2, limit=1)
    for each in (*first, *second):
        await boxes.lanes("settle", each, "x", later(3))
    await boxes.add("c", say("more", SAM, priority=Priority.STATUS), at=4)

    assert [word(each.row.outbound) for each in await boxes.claim(at=5)] == ["more", "ad"]


async def test_limits_are_spent_in_the_claim(boxes: Boxes):
    """No more than the channel, the chat and the group may have, in any span of time, whoever claims."""
    rates = (Rate("all", 3, 1.0), Rate("chat", 1, 1.0), Rate("group", 2, 60.0))
    hana, staff = ([say(f"{place.chat}{n}", place) for n in range(3)] for place in (HANA, STAFF))
    await boxes.add("a", *hana[:2], *staff, heard=Heard(STAFF, group=True))
    await boxes.add("b", *[say(f"x{n}", Place("fake", f"x{n}")) for n in range(2)], at=0.1)
    sent: dict[float, set[str]] = {}

    for tick in range(700):
        at = tick / 10 + 0.2
        for each in await boxes.claim(at, rates):
            sent.setdefault(at, set()).add(word(each.row.outbound))
            await boxes.lanes("settle", each, "x", later(at))

    assert sent == {
        0.2: {"hana0", "staff0", "x0"},
        1.2: {"x1", "hana1", "staff1"},
        60.2: {"staff2"},
    }


async def test_a_pause_that_the_platform_asks_for_outlives_the_claim(boxes: Boxes):
    """Nothing goes to that chat, or on that channel, before it is over; others go on."""
    await boxes.add("a", say("one"), say("two"), say("sam", SAM))
    hana, sam = sorted(await boxes.claim(), key=lambda each: each.place)
    await boxes.lanes("throttle", hana, START, 30.5, False)
    await boxes.lanes("settle", sam, "x", START)
    await boxes.add("b", say("more", SAM))
    [again] = await boxes.claim(at=1)

    assert word(again.row.outbound) == "more"
    await boxes.lanes("throttle", again, later(1), 60, True)
    await boxes.add("c", say("third", STAFF), at=2)
    assert await boxes.claim(at=60.9) == []
    assert await boxes.lanes("wake_at", "fake", later(2), ()) >= later(61)
    assert sorted(word(each.row.outbound) for each in await boxes.claim(at=61.1)) == ["more", "one", "third"]


async def test_a_pause_holds_for_a_lane_that_was_empty_meanwhile(boxes: Boxes):
    """The chat's limit is kept in its lane and not in the message that met it."""
    rates = (Rate("chat", 1, 10.0),)
    await boxes.add("a", say("one"))
    [one] = await boxes.claim(0, rates)
    await boxes.lanes("settle", one, "x", START)
    await boxes.add("b", say("two"), at=1)

    assert await boxes.claim(9.99, rates) == []
    assert len(await boxes.claim(10, rates)) == 1


async def test_a_message_that_cannot_arrive_lets_the_next_one_pass(boxes: Boxes):
    """It becomes a dead letter, which can be tried again before what is newer, or let go, once."""
    await boxes.add("a", say("one"), say("two"), say("three"))
    [one] = await boxes.claim()
    await boxes.lanes("kill", one, START, "400")
    [two] = await boxes.claim()

    [letter] = await boxes.letters("all", 10)
    assert (letter.row.id, letter.code, word(letter.row.outbound)) == ("a:0", "400", "one")
    assert word(two.row.outbound) == "two"
    assert [await boxes.letters("retry", "a:0", later(1)) for _ in range(2)] == [True, False]
    assert await boxes.lanes("settle", two, "x", later(1)) is True
    assert await boxes.drain(at=2) == ["one", "three"]
    assert await boxes.letters("discard", "a:0", later(3)) is False


async def test_a_discarded_letter_is_gone(boxes: Boxes):
    """It is neither listed nor sent again."""
    await boxes.add("a", say("one"))
    [one] = await boxes.claim()
    await boxes.lanes("kill", one, START, "400")

    assert await boxes.letters("discard", "a:0", START) is True
    assert await boxes.letters("retry", "a:0", START) is False
    assert (await boxes.letters("all", 10), await boxes.drain(at=1)) == ([], [])


async def test_an_outdated_card_is_not_brought_back_from_the_dead(boxes: Boxes):
    """Trying an old version again must not overwrite a newer one."""
    await boxes.add("a", say("v1", card="R-1"))
    [old] = await boxes.claim()
    await boxes.lanes("kill", old, START, "400")
    await boxes.add("b", say("v2", card="R-1"))
    assert await boxes.drain() == ["v2"]

    assert await boxes.letters("retry", "a:0", later(1)) is True
    assert await boxes.drain(at=1) == []


async def test_what_says_more_than_its_card_is_brought_back(boxes: Boxes):
    """No newer version says what else it said."""
    await boxes.add("a", say("v1", card="R-1", joined=True))
    [old] = await boxes.claim()
    assert old.row.outbound.joined is True
    await boxes.lanes("kill", old, START, "400")
    await boxes.add("b", say("v2", card="R-1"))
    assert await boxes.drain() == ["v2"]

    assert await boxes.letters("retry", "a:0", later(1)) is True
    assert await boxes.drain(at=1) == ["v1"]


async def test_a_chat_that_is_gone_is_closed_until_it_is_heard_of(boxes: Boxes):
    """What follows is claimed as blocked and spends nothing; a message from there opens the lane again."""
    await boxes.add("a", say("one"), say("two"))
    [one] = await boxes.claim()
    await boxes.lanes("kill", one, START, "blocked", gone=True)
    [two] = await boxes.claim()
    await boxes.lanes("kill", two, START, two.blocked)
    await boxes.add("b", say("three"), heard=Heard(SAM))
    [three] = await boxes.claim(at=1)
    await boxes.lanes("kill", three, START, three.blocked)
    await boxes.add("c", say("four"), heard=Heard(HANA, locale="en"), at=2)
    [four] = await boxes.claim(at=2)

    assert [each.blocked for each in (one, two, three, four)] == ["", "blocked", "blocked", ""]
    assert (two.copies, four.copies, four.locale) == (0, 1, "en")


async def test_a_chat_keeps_the_language_that_was_chosen_for_it(boxes: Boxes):
    """The first language heard there stands until another is chosen; one person does not decide for a group."""
    await boxes.add("a", say("one", HANA), heard=Heard(HANA, locale="en"))
    await boxes.add("b", say("one", HANA), heard=Heard(HANA, locale="zh-CN"))
    await boxes.outbox("speak", SAM, "zh-Hant")
    await boxes.add("c", say("one", SAM), heard=Heard(SAM, locale="en"))
    await boxes.add("d", say("one", STAFF), heard=Heard(STAFF, group=True, locale="en"))

    assert {each.place.chat: each.locale for each in await boxes.claim()} == {
        "hana": "en",
        "sam": "zh-Hant",
        "staff": "",
    }


async def test_receipts_tell_what_became_of_a_message(boxes: Boxes):
    """Who waits hears that it arrived or that it did not, in the same transaction."""
    await boxes.add("a", say("one", receipt=STAFF, receipt_card="n1"), say("two", receipt=STAFF, receipt_card="n2"))
    [one] = await boxes.claim()
    await boxes.lanes("settle", one, "x", START)
    staff, two = sorted(await boxes.claim(), key=lambda each: each.place.chat, reverse=True)
    await boxes.lanes("settle", staff, "y", START)
    await boxes.lanes("kill", two, START, "400")
    [failed] = await boxes.claim()

    assert (word(staff.row.outbound), staff.row.outbound.card) == ("receipt-arrived", "n1")
    assert (word(failed.row.outbound), failed.row.outbound.card) == ("receipt-failed", "n2")


async def test_copies_that_may_have_arrived_are_counted(boxes: Boxes):
    """A crash or a time-out counts, a clear refusal and the edit of a card do not."""
    await boxes.add("a", say("one", card="R-1"))
    copies = []
    for turn, arrived in enumerate((True, False, True)):
        [each] = await boxes.claim(at=turn * 10)
        copies.append((each.copies, each.tries))
        await boxes.lanes("postpone", each, later(turn * 10), 5, "500", arrived)
    [crashed] = await boxes.claim(at=40, lease_s=10)
    [again] = await boxes.claim(at=51)
    await boxes.lanes("settle", again, "m1", later(51))
    await boxes.add("b", say("two", card="R-1"), at=52)
    [edit] = await boxes.claim(at=52)

    assert copies == [(1, 0), (2, 1), (2, 2)]
    assert (crashed.copies, again.copies, edit.copies) == (3, 4, 0)
