"""The parts of an album arrive one by one, shuffled, late, over restarts: one request, every photo, one answer."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest

from bot.fetching import FETCHES_AT_ONCE, PATIENCE, Patience
from bot.pipeline import LEASE_S
from domain.chat import Place
from domain.errors import FetchFailed
from tests.conversations.steps import (
    DRIP,
    act,
    asked,
    done,
    draft_of,
    events,
    external,
    file,
    phrase,
    requests_of,
    say_all,
    tap,
    to,
    working,
)
from tests.conversations.test_topics import forum, in_topic, topic
from tests.fakes import FakeChannel
from tests.world import GROUP, Heard, World, build


def fake(world: World) -> FakeChannel:
    return world.channels["fake"]


async def photos_of(world: World, who: str, count: int) -> list[str]:
    return [await world.photo(who, f"{who}{number}") for number in range(count)]


async def album(world: World, who: str, text: str, photos: list[str], order: Any = None, **more: Any) -> None:
    """The parts arrive; words are with the first, and files lie with the platform."""
    parts = [
        world.raw(who, text if place == 0 else "", id=f"fake:{who}:{name}:{place}", album=name, remote=[photo], **more)
        for name in ["A"]
        for place, photo in enumerate(photos)
    ]
    for place in order or range(len(parts)):
        await world.pipeline.receive(parts[place])


async def arrive(world: World) -> list[Heard]:
    """The files are here."""
    world.watch.move(1.5)
    await world.pipeline.replay()
    return await world.settle()


def files_to(heard: list[Heard], chat: str) -> list[str]:
    return [one.hash for shown in heard if shown.chat == chat for one in shown.message.files]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
async def test_a_report_as_an_album(world: World, order: tuple[int, ...]):
    """Four photos with a caption, in whatever order: one question, and one request with all of them."""
    photos = await photos_of(world, "hana", 4)
    await album(world, "hana", "灯不亮了", photos, order)
    heard = await arrive(world)
    assert len([one for one in heard if one.chat == "hana"]) == 1
    assert phrase(world, "form-photos-have", count=4, more=5) in to(heard, "hana")
    await tap(world, "hana", "form-photos-done")
    await say_all(world)
    await tap(world, "hana", "form-confirm")
    request = await world.request()
    assert (request.description, request.photos) == ("灯不亮了", tuple(photos))


async def test_parts_that_are_still_on_their_way(world: World):
    """When the first part's time has come, those that came after it go along, though theirs has not."""
    photos = await photos_of(world, "hana", 3)
    for place, photo in enumerate(photos):
        text = "灯不亮了" * (place == 2)
        await world.pipeline.receive(world.raw("hana", text, id=f"fake:h:{place}", album="A", remote=[photo]))
        world.watch.move(0.4)
    assert await world.pipeline.replay() == 3
    heard = await world.settle()
    assert len([one for one in heard if one.chat == "hana"]) == 1
    assert len((await draft_of(world))["answers"]["_photos"]) == 3


async def test_an_album_beside_an_open_request(world: World):
    """An album with a new fault in its caption is one new report, though a request is open."""
    await file(world)
    photos = await photos_of(world, "hana", 3)
    await album(world, "hana", "灯不亮了", photos, (2, 1, 0))
    heard = await arrive(world)
    assert [one["hash"] for one in (await draft_of(world))["answers"]["_photos"]] == photos
    assert len([one for one in heard if one.chat == "hana"]) == 1
    assert await events(world) == ["file"]


async def test_an_album_for_an_open_request(world: World):
    """Photos without words go with the open request: one event, one answer, one album for staff."""
    await file(world)
    photos = await photos_of(world, "hana", 4)
    await album(world, "hana", "", photos)
    heard = await arrive(world)

    assert await events(world) == ["file", "supplement"]
    assert [one.text for one in heard if one.chat == "hana"] == [phrase(world, "supplement-kept", id="R-1001")]
    assert [len(one.message.files) for one in heard if one.chat == GROUP and one.message.files] == [4]


async def test_parts_over_a_restart(world: World):
    """The process ends between two parts: the next one takes what waits, and the later parts follow."""
    await file(world)
    photos = await photos_of(world, "hana", 4)
    parts = [world.raw("hana", album="A", remote=[photo], id=f"fake:h:{photo}") for photo in photos]
    for part in parts[:2]:
        await world.pipeline.receive(part)
    again = build(world.database, world.watch)
    world.watch.move(2)
    await again.pipeline.replay()
    for part in parts[1:]:
        await again.pipeline.receive(part)
    world.watch.move(2)
    await again.pipeline.replay()
    await again.settle()

    assert (await world.request()).photos == tuple(photos)
    said = [call for call in fake(again).arrived if call.chat == "hana"]
    assert len({call.edits or f"m{number}" for number, call in enumerate(fake(again).arrived, 1) if call in said}) == 1
    assert said[-1].text == phrase(world, "supplement-files-kept", id="R-1001", count=4)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_parts_that_come_one_by_one(world: World, order: tuple[int, ...]):
    """Parts that each come when the one before is done with, and other messages between: every photo, one message."""
    await file(world)
    photos = await photos_of(world, "hana", 3)
    for place in order:
        await world.says("hana", files=[photos[place]], album="A")
        await world.says("hana", f"第{place}句")
    assert set((await world.request()).photos) == set(photos)
    assert len(await requests_of(world)) == 1
    kept = [call for call in fake(world).arrived if call.chat == "hana" and call.message.card == "album:A"]
    assert [bool(call.edits) for call in kept] == [False, True, True]


async def test_late_parts_of_a_report(world: World):
    """A part that comes when the request is filed goes with it, also when another is newer, with one line."""
    photos = await photos_of(world, "hana", 4)
    await album(world, "hana", "灯不亮了", photos[:2])
    await arrive(world)
    await tap(world, "hana", "form-photos-done")
    await say_all(world)
    await tap(world, "hana", "form-confirm")
    await file(world)
    for late in photos[2:]:
        heard = await world.says("hana", files=[late], album="A")
        assert files_to(heard, GROUP) == [late]
        assert len(to(heard, "hana").splitlines()) == 1
    assert to(heard, "hana") == phrase(world, "supplement-files-kept", id="R-1001", count=4)
    assert (await world.request()).photos == tuple(photos)
    assert (await world.request("R-1002")).photos == ()


async def test_late_parts_while_something_else_is_asked(world: World):
    """A late part is no answer to another question, which stays as it is."""
    photos = await photos_of(world, "hana", 2)
    await world.says("hana", "灯不亮了", files=[photos[0]], album="A")
    await tap(world, "hana", "form-photos-done")
    await say_all(world)
    await tap(world, "hana", "form-confirm")
    await act(world, "hana", "cancel")
    before = asked(world, "hana").text
    await world.says("hana", files=[photos[1]], album="A")
    assert (await world.request()).photos == tuple(photos)
    assert (await draft_of(world))["form"] == "request.cancel"
    assert asked(world, "hana").text == before


async def test_photos_of_one_album_change_one_message(world: World):
    """While photos are gathered, further parts of an album change the count instead of adding messages."""
    photos = await photos_of(world, "hana", 3)
    await world.says("hana", "灯不亮了")
    await world.passes(seconds=5)
    for photo in photos:
        await world.says("hana", files=[photo], album="A")
    counted = [call for call in fake(world).arrived if call.chat == "hana" and "收到" in call.text]
    assert [bool(call.edits) for call in counted] == [False, True, True]
    assert phrase(world, "form-photos-have", count=3, more=6) in counted[-1].text


async def test_an_album_of_finished_work(world: World):
    """An installer's album answers the question for photos once, and a late part is added to the finished job."""
    await working(world)
    await act(world, "zhang", "finish")
    photos = await photos_of(world, "zhang", 4)
    await album(world, "zhang", "", photos[:3], (2, 0, 1))
    heard = await arrive(world)
    assert len([one for one in heard if one.chat == "zhang"]) == 1
    await tap(world, "zhang", "form-photos-done")
    await world.says("zhang", "换了阀芯")
    await tap(world, "zhang", "checks-all")
    heard = await world.says("zhang", files=[photos[3]], album="A")

    assert set((await world.request()).finish_photos) == set(photos)
    assert files_to(heard, GROUP) == [photos[3]]
    assert (await world.request()).state.value == "DONE"


async def test_a_staff_reply_as_an_album(world: World):
    """A reply with several photos in the topic reaches the homeowner as one message with all of them."""
    await forum(world)
    await file(world)
    card, photos = await external(world, GROUP, DRIP), await photos_of(world, "sam", 3)
    await album(world, "sam", "配件长这样", photos, (1, 2, 0), chat=GROUP, thread=await topic(world), reply_to=card)
    heard = await arrive(world)

    assert sorted(files_to(heard, "hana")) == sorted(photos)
    assert to(heard, "hana").count("配件长这样") == 1
    assert await events(world) == ["file", "answered"]
    receipts = [call for call in fake(world).arrived if call.message.card == "receipt:A"]
    assert receipts[-1].text == phrase(world, "receipt-arrived")
    assert {call.message.thread for call in receipts if not call.edits} == {await topic(world)}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_a_staff_reply_whose_parts_come_one_by_one(world: World, order: tuple[int, ...]):
    """Only one part replies and bears the words: the homeowner gets every photo, whichever comes first, once."""
    await forum(world)
    await file(world)
    card, photos = await external(world, GROUP, DRIP), await photos_of(world, "sam", 3)
    heard = []
    for place in order:
        first = {"reply_to": card, "text": "配件长这样"} if place == 0 else {}
        heard += await in_topic(world, files=[photos[place]], album="A", **first)
        heard += await in_topic(world, f"第{place}句", who="sue")

    assert sorted(files_to(heard, "hana")) == sorted(photos)
    assert to(heard, "hana").count("配件长这样") == 1
    assert "第" not in to(heard, "hana")
    assert (await events(world)).count("answered") == 1


async def test_an_album_among_staff(world: World):
    """Photos that staff show one another in the topic are one note, and the homeowner sees none of them."""
    await forum(world)
    await file(world)
    photos = await photos_of(world, "sue", 3)
    for photo in photos:
        heard = await in_topic(world, who="sue", files=[photo], album="A")
        assert files_to(heard, "hana") == []
    assert await events(world) == ["file", "note"]


async def test_a_part_that_cannot_be_had_now(world: World):
    """The other parts go on without it; it follows when it is here."""
    photos = await photos_of(world, "hana", 3)
    fake(world).unfetched.append(FetchFailed("500"))
    await album(world, "hana", "灯不亮了", photos)
    await arrive(world)
    assert len((await draft_of(world))["answers"]["_photos"]) == 2
    world.watch.move(60)
    await arrive(world)
    assert len((await draft_of(world))["answers"]["_photos"]) == 3


async def test_files_that_hang(world: World):
    """More files than are fetched at once, and none comes: all are given up before somebody else takes them, and what
    did not get its turn has not failed."""
    world.pipeline.fetching.patience = Patience(turn_s=0.05, fetch_s=0.3)
    fake(world).fetching = come = asyncio.Event()
    photos = await photos_of(world, "hana", FETCHES_AT_ONCE + 2)
    await album(world, "hana", "灯不亮了", photos)
    await arrive(world)
    rows = await world.store(lambda store: store.connection.all("SELECT attempts FROM inbox WHERE state = 'failed'"))
    assert sorted(row["attempts"] for row in rows) == [0, 0] + [1] * FETCHES_AT_ONCE
    come.set()
    world.watch.move(LEASE_S)
    await arrive(world)
    assert fake(world).fetched == len(photos)


def test_a_lease_outlasts_the_patience_with_files():
    """Nobody else takes a message while its files may still come."""
    assert PATIENCE.turn_s + PATIENCE.fetch_s <= LEASE_S - 10


async def test_one_word_of_files_that_are_not_taken(world: World):
    """An album whose parts are too large is answered once."""
    for place in range(3):
        raw = world.raw(
            "hana", "灯不亮了" * (place == 0), album="A", remote=[], refused=["too-big"], id=f"fake:h:{place}"
        )
        await world.pipeline.receive(raw)
    heard = await arrive(world)
    assert to(heard, "hana").count(phrase(world, "files-too-big", count=3)) == 1
    assert (await draft_of(world))["answers"]["problem"] == "灯不亮了"


async def test_late_work_is_shown_to_the_homeowner(world: World):
    """A late photo of the work may be seen by whose home it is."""
    await done(world)
    photo = await world.photo("zhang", "late")
    await world.store(
        lambda store: store.albums.keep(Place("fake", "zhang"), "B", "R-1001", [{"hash": "x"}], world.watch())
    )
    await world.says("zhang", files=[photo], album="B")
    row = await world.store(
        lambda store: store.connection.one(
            "SELECT 1 AS yes FROM file_owners WHERE owner = 'R-1001' AND hash = :h", h=photo
        )
    )
    assert row is not None
