"""Chats that change: blocked, bound, moved, left; whoever speaks behind a mask or forwards; and files from afar."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.gap import gap
from bot.outgoing import in_rows
from bot.replays import Group, Replays
from domain.chat import Attachment, Button, Line, Media, Outbound, Place, Priority, Raw, Text
from domain.errors import FetchFailed, Permanent
from storage.database import Connection
from storage.inbox import Replay
from storage.store import Store
from tests.conversations.steps import (
    DRIP,
    act,
    asked,
    claimed,
    draft_of,
    events,
    external,
    file,
    labels,
    phrase,
    pick,
    requests_of,
    say_all,
    tap,
    to,
)
from tests.fakes import FakeChannel
from tests.world import GROUP, World, build, last

NEW = "group-new"


def fake(world: World) -> FakeChannel:
    return world.channels["fake"]


async def count(world: World, sql: Any) -> int:
    row = await world.store(lambda store: store.connection.one(sql))
    return int(row["n"])


async def people(world: World) -> int:
    return await count(world, "SELECT count(*) AS n FROM people")


async def blocked(world: World, chat: str) -> str:
    row = await world.store(
        lambda store: store.connection.one(
            "SELECT blocked FROM lanes WHERE chat = :chat AND channel = 'fake'", chat=chat
        )
    )
    return str(row["blocked"]) if row else ""


# ---- blocked and unblocked


async def test_a_person_who_blocks_us(world: World):
    """Nothing more is tried there, staff are told what was owed, and a word from them opens the chat again."""
    await claimed(world)
    assert await world.says("hana", event="blocked") == []
    assert await blocked(world, "hana") == "blocked"
    calls = len(fake(world).calls)
    heard = await act(world, "sam", "offer")
    heard = await pick(world, "sam")
    assert [one for one in fake(world).calls[calls:] if one.chat == "hana"] == []
    assert phrase(world, "dead-why-gone") in to(heard, GROUP)

    heard = await world.says("hana", "查进度")
    assert to(heard, "hana")
    assert await blocked(world, "hana") == ""


async def test_a_person_who_unblocks_us(world: World):
    """They are reached again, without a word."""
    await file(world)
    await world.says("hana", event="blocked")
    assert await world.says("hana", event="unblocked") == []
    heard = await act(world, "sam", "claim")
    assert to(heard, "hana")


async def test_a_late_word_of_a_block(world: World):
    """A block that is told late changes nothing where something has arrived since."""
    await file(world)
    before = world.watch() - timedelta(minutes=1)
    await world.says("hana", event="blocked", args={"at": before.isoformat()})
    assert await blocked(world, "hana") == ""


# ---- groups


async def test_a_group_is_told_once_how_it_is_bound(world: World):
    """A group that serves nothing is told how to bind it, once; new rights in the staff group are met with silence."""
    before = await people(world)
    heard = await world.says("stranger", chat=NEW, event="added")
    assert "/bindcode" in to(heard, NEW)
    assert await world.says("stranger", chat=NEW, event="added") == []
    assert await world.says("ada", chat=GROUP, event="added") == []
    assert await people(world) == before


async def test_taken_out_of_the_staff_group(world: World):
    """The admins hear in private what to do, once, and the group serves nothing any more."""
    heard = await world.says("sam", chat=GROUP, event="removed", args={"title": "客服一群"})
    assert {one.chat for one in heard} == {"ada"}
    assert "客服一群" in to(heard, "ada")
    assert await world.says("sam", chat=GROUP, event="removed") == []
    assert await world.says("sam", chat=NEW, event="removed") == []
    heard = await file(world)
    assert to(heard, GROUP) == ""


async def test_back_in_a_group_that_could_not_be_reached(world: World):
    """The staff group is served again once we are in it again, or somebody known says anything there."""
    place = Place("fake", GROUP)
    for chat, said in ((GROUP, {"event": "added"}), (GROUP, {"text": "大家好"})):
        await world.store(lambda store: store.chats.shut(place, "chat-gone", world.watch()))
        assert await blocked(world, GROUP) == "chat-gone"
        assert await world.says("sam", chat=chat, **said) == []
        assert await blocked(world, GROUP) == ""
    assert to(await file(world), GROUP)


async def test_talk_in_a_group_that_is_reached_costs_nothing(world: World):
    """Only a group that is shut is opened: plain talk elsewhere has no further statement."""
    heard = fake(world).parse(world.raw("sam", "大家好", chat=GROUP))
    person = await world.store(lambda store: store.people.arrive(heard, world.watch()))
    assert (person.purpose, person.shut) == ("staff", False)


async def test_a_dead_letter_of_the_only_staff_group(world: World):
    """What the only staff group does not get the admins read in private, with what to do; they may send it again."""
    fake(world).fail(GROUP, Permanent("muted"))
    heard = await file(world)
    assert to(heard, GROUP) == ""
    assert phrase(world, "dead-letter-group") in to(heard, "ada")
    assert labels(heard, "ada") == (phrase(world, "dead-retry"), phrase(world, "dead-discard"))
    heard = await tap(world, "ada", "dead-retry", chat="ada")
    assert phrase(world, "dead-retried") in to(heard, "ada")
    assert DRIP in to(heard, GROUP)


async def test_a_group_that_cannot_even_be_alarmed(world: World):
    """What a person does not get is told to the admins if the staff group cannot be told; and that is the end of it."""
    await file(world)
    fake(world).fail("hana", Permanent("refused"))
    fake(world).fail(GROUP, *[Permanent("muted")] * 9)
    fake(world).fail("ada", *[Permanent("blocked")] * 2)
    card = await external(world, GROUP, DRIP)
    await world.says("sam", "师傅明天到", chat=GROUP, reply_to=card)
    calls = fake(world).calls
    assert [call for call in calls if call.chat == "ada"]
    assert len([call for call in calls if call.chat == "ada"]) <= 2


async def test_another_staff_group_reads_of_dead_letters(world: World):
    """While there is another staff group, that one is told and the admins are left in peace."""
    other = Place("fake", NEW)
    await world.store(lambda store: store.groups.bind(other, "staff", "zh-CN", "ada", world.watch()))
    fake(world).fail(GROUP, Permanent("muted"))
    heard = await file(world)
    assert phrase(world, "dead-letter-group") in to(heard, NEW)
    assert to(heard, "ada") == ""


async def test_a_late_word_of_a_removal(world: World):
    """A removal that is told after the group was bound again does not unbind it."""
    before = world.watch() - timedelta(minutes=1)
    assert await world.says("sam", chat=GROUP, event="removed", args={"at": before.isoformat()}) == []
    assert to(await file(world), GROUP)


async def test_nobody_types_an_event(world: World):
    """What becomes of a chat is the platform's word alone."""
    before = await world.store(lambda store: store.groups.places("staff"))
    for said in ("/channel.removed", "channel.removed", "/removed"):
        await world.says("hana", said, chat=GROUP)
        await world.says("hana", said)
    assert await world.store(lambda store: store.groups.places("staff")) == before


# ---- masks


@pytest.mark.parametrize(("said", "told"), [("/queue", True), ("/bind ABCDE-FGHJK", True), ("大家好", False)])
async def test_who_speaks_behind_a_mask(world: World, said: str, told: bool):
    """A masked command in the staff group is answered with how to be somebody, plain talk with silence."""
    before = await people(world)
    heard = await world.says("nobody", said, chat=GROUP, event="anonymous")
    assert to(heard, GROUP) == (phrase(world, "anonymous-how") if told else "")
    assert await people(world) == before


async def test_a_masked_reply(world: World):
    """A masked reply to a card reaches no homeowner, and says how to be somebody."""
    await file(world)
    card = await external(world, GROUP, DRIP)
    heard = await world.says("nobody", "师傅明天到", chat=GROUP, event="anonymous", reply_to=card)
    assert [one.chat for one in heard] == [GROUP]
    assert await events(world) == ["file"]


async def test_a_mask_redeems_no_code(world: World):
    """A code that is typed behind a mask binds nothing and stays good."""
    heard = await world.says("ada", "/bindcode")
    code = re.findall(r"/bind (\S+)", to(heard, "ada"))[0]
    heard = await world.says("nobody", f"/bind {code}", chat=NEW, event="anonymous")
    assert to(heard, NEW) == phrase(world, "anonymous-how")
    assert await world.says("nobody", "/queue", chat="group-other", event="anonymous") == []
    heard = await world.says("ada", f"/start {code}", chat=NEW)
    assert phrase(world, "bind-done", company=Text("company-name")) in to(heard, NEW)


async def test_start_without_a_code_in_a_group(world: World):
    """/start alone in a group means nothing to us."""
    assert await world.says("ada", "/start", chat=NEW) == []


# ---- moved


async def test_a_group_that_moves(world: World):
    """The staff group goes on under its new id: cards, replies, buttons and the open question."""
    await claimed(world, "otto", "灯不亮了")
    await file(world)
    claim = world.token(GROUP, phrase(world, "action-claim"))
    for _ in range(2):
        assert await world.says("nobody", chat=GROUP, event="moved", args={"to": NEW}) == []
    heard = await world.says("sam", press=claim, chat=NEW)

    assert {one.chat for one in heard} == {"hana", NEW}
    assert last(heard, NEW).message.card == "request:R-1002"
    assert [call.edits for call in fake(world).arrived if call.chat == NEW] == [""]
    assert await world.store(lambda store: store.groups.places("staff")) == [Place("fake", NEW)]
    card = await external(world, NEW, DRIP)
    heard = await world.says("sam", "师傅明天到", chat=NEW, reply_to=card)
    assert "师傅明天到" in to(heard, "hana")


async def test_what_was_unsent_follows_and_arrives_once(world: World):
    """A group that has moved without our knowing: the platform says so to a send, and everything owed arrives there,
    in order, once."""
    fake(world).moved[GROUP] = NEW
    for words in ("一", "二", "三"):
        await world.pipeline.receive(world.raw("hana", f"{words}，你们星期天上班吗"))
    heard = await world.settle()

    said = [one.text.splitlines()[-1][0] for one in heard if one.chat == NEW]
    assert said == ["一", "二", "三"]
    assert [one for one in heard if one.chat == GROUP] == []
    assert to(await file(world), NEW)


async def test_a_receipt_that_names_the_old_chat(world: World):
    """Who waits for a receipt in the old chat reads it in the new one."""
    await file(world)
    card = await external(world, GROUP, DRIP)
    await world.pipeline.receive(world.raw("sam", "师傅明天到", chat=GROUP, reply_to=card))
    fake(world).moved[GROUP] = NEW
    await world.says("nobody", chat=GROUP, event="moved", args={"to": NEW})
    heard = await world.settle()
    assert phrase(world, "receipt-arrived") in to([*world.shown, *heard], NEW)
    assert to(heard, GROUP) == ""


async def test_what_waits_for_its_files_while_the_group_moves(world: World):
    """A reply with a photo to the old chat, whose file comes after the move, is answered in the new chat."""
    await file(world)
    card = await external(world, GROUP, DRIP)
    photo = await world.photo("sam")
    await world.pipeline.receive(world.raw("sam", "请看图", chat=GROUP, reply_to=card, remote=[photo]))
    further = "group-further"
    for old, new in ((GROUP, NEW), (NEW, further)):
        raw = world.raw("nobody", chat=old, event="moved", args={"to": new})
        await world.pipeline.receive(raw)
    assert await world.pipeline.replay() == 1
    heard = await world.settle()
    assert to(heard, GROUP) == ""
    assert "请看图" in to(heard, "hana")
    assert to([*world.shown, *heard], further)


# ---- forwarded and edited


async def test_what_is_forwarded_is_no_command(world: World):
    """Somebody else's words are neither command nor menu nor code nor consent nor confirmation."""
    heard = await world.says("ada", "/queue", forwarded=True)
    assert phrase(world, "queue-empty") not in to(heard, "ada")
    await world.says("hana", DRIP)
    await say_all(world)
    await world.says("hana", "确认", forwarded=True)
    assert await requests_of(world) == []
    await world.says("nora", "灯不亮了")
    await tap(world, "nora", "form-photos-none")
    heard = await world.says("nora", "同意", forwarded=True)
    assert phrase(world, "consent-needed", phone=world.company.service_phone) in to(heard, "nora")


async def test_what_is_forwarded_is_content(world: World):
    """A forwarded report is a report, and what is forwarded with it joins it."""
    await world.pipeline.receive(world.raw("hana", "厨房水龙头一直滴水", forwarded=True))
    await world.pipeline.receive(world.raw("hana", "热水那边", forwarded=True))
    await world.settle()
    draft = await draft_of(world)
    assert draft["answers"]["problem"].split("\n") == ["厨房水龙头一直滴水", "热水那边"]


async def test_what_is_forwarded_into_the_group_reaches_nobody(world: World):
    """A forwarded message is no reply to a homeowner."""
    await file(world)
    card = await external(world, GROUP, DRIP)
    assert await world.says("sam", "/r R-1001 你好", chat=GROUP, forwarded=True) == []
    assert await world.says("sam", "你好", chat=GROUP, forwarded=True, reply_to=card) == []


async def test_an_edit_that_changes_nothing(world: World):
    """A platform calls edited what reads as before: nobody hears of it twice."""
    await file(world)
    assert await world.says("hana", DRIP, edited=True) == []
    heard = await world.says("hana", "厨房水龙头一直滴水，后天下午有空", edited=True)
    assert "后天下午" in to(heard, GROUP)
    assert await world.says("hana", "厨房水龙头一直滴水，后天下午有空", edited=True) == []
    assert await events(world) == ["file", "supplement"]


async def test_buttons_of_a_changed_message(world: World):
    """A button of a message that we have changed since works once it is the newest."""
    await file(world)
    await act(world, "sam", "claim")
    heard = await act(world, "sam", "offer")
    assert phrase(world, "ask-installer") in to(heard, GROUP)


# ---- files that lie with the platform


async def test_a_message_waits_for_its_files(world: World):
    """What has files elsewhere is kept at once, and handled with them as soon as they are here."""
    photo = await world.photo("hana")
    assert await world.says("hana", "灯不亮了", remote=[photo]) == []
    assert await world.pipeline.replay() == 1
    heard = await world.settle()

    assert phrase(world, "form-photos-have", count=1, more=8) in to(heard, "hana")
    assert (await draft_of(world))["answers"]["_photos"][0]["hash"] == photo


async def test_a_copy_while_it_waits(world: World):
    """A copy has no effect, whether it comes before the files or after."""
    photo = await world.photo("hana")
    raw = world.raw("hana", "灯不亮了", remote=[photo])
    for _ in range(3):
        await world.pipeline.receive(raw)
    assert await world.pipeline.replay() == 1
    await world.pipeline.receive(raw)
    assert await world.pipeline.replay() == 0
    assert (fake(world).fetched, len((await draft_of(world))["answers"]["_photos"])) == (1, 1)


async def test_it_waits_over_a_restart(world: World):
    """Whoever starts next takes up what waits."""
    photo = await world.photo("hana")
    await world.pipeline.receive(world.raw("hana", "灯不亮了", remote=[photo]))
    again, answered, stop = build(world.database, world.watch), asyncio.Event(), asyncio.Event()
    world.database.listen(lambda channel, chat: answered.set())
    running = asyncio.create_task(again.pipeline.replays.run(stop))
    async with asyncio.timeout(10):
        await answered.wait()
    stop.set()
    await running
    assert (await draft_of(world))["answers"]["_photos"]


async def test_who_handles_what_waits_is_woken():
    """A message that begins to wait is taken at once, not when somebody looks next; the others go on beside it."""
    waiting = [[Replay(Raw("a", "fake", {}), 0)], [Replay(Raw("b", "fake", {}), 0)]]
    handled, slow, both, stop = [], asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def take(limit: int) -> list[Replay]:
        return waiting.pop() if waiting else []

    async def handle(group: Group) -> None:
        handled.append(group[0].raw.id)
        both.set() if len(handled) == 2 else await slow.wait()

    replays = Replays(take, handle, look_s=3600)
    running = asyncio.create_task(replays.run(stop))
    replays.hear()
    async with asyncio.timeout(10):
        await both.wait()
        slow.set()
        stop.set()
        await running
    assert handled == ["b", "a"]


async def test_a_file_that_cannot_be_had_now(world: World):
    """It is tried again after a pause; the sender hears so once, and nothing is lost."""
    photo = await world.photo("hana")
    fake(world).unfetched.extend([FetchFailed("500"), FetchFailed("500")])
    await world.pipeline.receive(world.raw("hana", "灯不亮了", remote=[photo]))
    await world.pipeline.replay()
    heard = await world.settle()
    assert to(heard, "hana") == phrase(world, "files-later")
    assert await world.pipeline.replay() == 0
    for _ in range(2):
        world.watch.move(60)
        await world.pipeline.replay()
    heard = await world.settle()
    assert phrase(world, "form-photos-have", count=1, more=8) in to(heard, "hana")


async def test_a_file_that_can_never_be_had(world: World):
    """In the end the words are handled without it, and the sender is asked to send it again."""
    photo = await world.photo("hana")
    fake(world).unfetched.extend([FetchFailed("500")] * 6)
    await world.pipeline.receive(world.raw("hana", "灯不亮了", remote=[photo]))
    for _ in range(6):
        await world.pipeline.replay()
        world.watch.move(700)
    heard = await world.settle()
    assert phrase(world, "files-lost", count=1) in to(heard, "hana")
    assert (await draft_of(world))["answers"]["problem"] == "灯不亮了"


@pytest.mark.parametrize("why", ["too-big", "no-space", "kind", "unseen"])
async def test_a_file_that_is_not_taken(world: World, why: str):
    """The sender reads why, and all the rest of the message counts."""
    heard = await world.says("hana", "灯不亮了", refused=[why])
    assert phrase(world, f"files-{why}", count=1) in to(heard, "hana")
    assert phrase(world, "files-words-kept") in to(heard, "hana")
    assert (await draft_of(world))["answers"]["problem"] == "灯不亮了"


async def test_nothing_but_a_file_that_is_not_taken(world: World):
    """Of a message without words only the reason is told."""
    heard = await world.says("hana", refused=["too-big"])
    assert to(heard, "hana") == phrase(world, "files-too-big", count=1)
    assert await draft_of(world) is None
    assert await world.says("sam", refused=["too-big"], chat=GROUP) == []
    assert await world.says("otto", refused=["too-big"], chat=GROUP) == []


# ---- what goes out


def pushed(channel: str) -> bool:
    return channel == "fake"


def test_files_go_in_rows():
    """A message with files is its files, as albums and one by one, and then its words with buttons and receipt."""
    photos = tuple(Attachment(f"{number:0>64}") for number in range(12))
    voice = Attachment("f" * 64, Media.VOICE)
    place = Place("fake", "hana")
    button = Button(Text("words", {"words": "x"}), "stale")
    whole = Outbound(
        place, (Line(Text("words", {"words": "看"})),), ((button,),), (*photos, voice), card="c", receipt=place
    )
    rows = in_rows([whole], pushed)
    assert [len(row.files) for row in rows] == [10, 2, 1, 0]
    assert [bool(row.lines) for row in rows] == [False, False, False, True]
    assert [(row.card, row.receipt is not None, bool(row.buttons)) for row in rows][-1] == ("c", True, True)
    assert all(not (row.card or row.receipt or row.buttons) for row in rows[:-1])
    single = Outbound(place, (Line(Text("words", {"words": "看"})),), files=photos[:1], priority=Priority.HUMAN)
    assert in_rows([single], pushed) == [single]
    pulled = Outbound(Place("webchat", "w"), whole.lines, files=photos)
    assert in_rows([pulled], pushed) == [pulled]


# ---- phones


async def test_a_shared_number_answers_the_question(world: World):
    """The question for the phone offers to share it; the platform's word counts as verified, and is kept."""
    await world.says("hana", DRIP)
    await tap(world, "hana", "form-photos-none")
    await pick(world, "hana")
    assert asked(world, "hana").message.asks == "phone"
    await world.says("hana", "+8613900000001", phone="+8613900000001")
    heard = [asked(world, "hana")]
    assert phrase(world, "fact-phone-vouched", phone="139 0000 0001") in to(heard, "hana")
    await tap(world, "hana", "form-confirm")
    assert (await world.request()).phone == "+8613900000001"
    person = await world.store(lambda store: store.people.get("hana"))
    assert person.phone == "+8613900000001"


async def test_a_shared_number_may_come_early(world: World):
    """Whoever shares it before it is asked is not asked any more."""
    await world.says("hana", DRIP)
    await world.passes(seconds=5)
    heard = await world.says("hana", "+8613900000001", phone="+8613900000001")
    assert phrase(world, "form-photos-none") in labels(heard, "hana")
    assert (await draft_of(world))["answers"]["phone"] == "+8613900000001"


async def test_gas_and_photos(world: World):
    """Nobody is asked to take pictures where gas leaks."""
    heard = await world.says("hana", "家里有很重的煤气味，在厨房")
    assert phrase(world, "form-photos-none") not in labels(heard, "hana")
    assert phrase(world, "report-ask-photos") not in to(heard, "hana")


# ---- away too long


async def test_away_longer_than_the_channel_keeps(world: World):
    """Back after more than what the channel keeps, down or without a network, staff and admins read once which hours
    may be missing."""
    keeping = Keeps()
    kept = {"fake": keeping, "other": fake(world)}
    start = world.watch()

    async def told(reached: bool = True) -> int:
        keeping.reached_at = world.watch() if reached else keeping.reached_at
        return await gap(world.database, kept, world.watch())

    assert await told() == 0
    world.watch.move(20 * 3600)
    assert await told() == 0
    for _ in range(30):
        world.watch.move(3600)
        assert await told(reached=False) == 0
    assert await gap(world.database, {"fake": Keeps()}, world.watch()) == 0
    assert await told() == 1
    assert await told() == 0
    heard = await world.settle()
    since, until = start + timedelta(hours=20), world.watch() - timedelta(hours=24)
    args: dict[str, Any] = {"channel": "fake", "from": since, "to": until}
    said = world.catalogue.render("zh-CN", Text("channel-gap", args), world.watch())
    assert (to(heard, GROUP), to(heard, "ada")) == (said, said)


class Keeps(FakeChannel):
    """A channel that keeps what nobody takes for a day, and was not reached yet."""

    kept_s = 24 * 3600.0
    reached_at: datetime | None = None

    def __init__(self) -> None:
        super().__init__(lambda: None)


async def test_the_honest_time_of_an_answer(world: World):
    """Who asks for a human, or says what no request says, reads by when somebody answers: after hours, tomorrow."""
    await world.passes(hours=14)
    heard = await world.says("hana", "人工")
    assert "明天" in to(heard, "hana")
    heard = await world.says("hana", "请问你们星期天上班吗")
    assert "明天" in to(heard, "hana")


async def test_an_event_is_no_turn_of_a_stranger(world: World):
    """Whatever becomes of a chat that nobody knows, no person, account or request comes of it."""

    async def counts(connection: Connection) -> list[Any]:
        store = Store(connection)
        tables = ("people", "accounts", "requests", "groups")
        return [await store.connection.one(f"SELECT count(*) AS n FROM {table}") for table in tables]

    before = [row["n"] for row in await world.database.read(counts)]
    for event in ("blocked", "unblocked", "added", "removed", "moved", "anonymous"):
        for chat in ("nora", "group-far"):
            await world.says("nora", "/bind ABCDE-FGHJK", chat=chat, event=event, args={"to": "group-further"})
    assert [row["n"] for row in await world.database.read(counts)] == before
