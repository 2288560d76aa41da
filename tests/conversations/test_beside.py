"""What is said and sent beside an answer about a request: a danger, a photo, words that came too late."""

from __future__ import annotations

import pytest

from domain.states import State
from tests.conversations.steps import (
    accepted,
    act,
    claimed,
    closed,
    departed,
    done,
    draft_of,
    events,
    file,
    history,
    labels,
    offer,
    phrase,
    pick,
    rate,
    scheduled,
    tap,
    to,
    working,
)
from tests.world import GROUP, Heard, World

GAS = "还没好，现在厨房有很浓的煤气味"
SPARKS = "修完以后插座冒火花，我被电了一下"


def files_to(heard: list[Heard], chat: str) -> list[str]:
    return [one.hash for shown in heard if shown.chat == chat for one in shown.message.files]


def alarmed(world: World, heard: list[Heard], danger: str) -> None:
    """The homeowner reads the first aid, before all else, and every manager is paged."""
    own = [one.text for one in heard if one.chat == "hana"]
    aid = phrase(world, f"danger-{danger}-advice")
    assert "".join(own).count(aid) == 1
    assert next(place for place, text in enumerate(own) if aid in text) <= 1
    for manager in ("max", "ada"):
        assert phrase(world, "page-emergency", id="R-1001") in to(heard, manager)


async def test_a_danger_in_what_was_not_fixed(world: World):
    """The request is an emergency and goes on; first aid and the page come at once, and staff read the words once."""
    await done(world)
    await act(world, "hana", "not_fixed")
    heard = await world.says("hana", GAS)
    alarmed(world, heard, "gas")
    request = await world.request()
    assert (request.state, request.danger, request.severity) == (State.IN_PROGRESS, "gas", 3)
    assert phrase(world, "card-emergency", danger=phrase(world, "danger-gas")) in to(heard, GROUP)
    for chat in (GROUP, "zhang"):
        assert to(heard, chat).count(GAS) == 1, chat


async def test_a_danger_in_a_rating(world: World):
    """Words of a rating that name a danger raise the alarm like any others, and the rating counts."""
    await closed(world)
    await tap(world, "hana", "rating-score", score=1)
    await tap(world, "hana", "form-done")
    heard = await world.says("hana", SPARKS)
    alarmed(world, heard, "electricity")
    assert SPARKS in to(heard, GROUP)
    request = await world.request()
    assert (request.danger, request.score, request.review) == ("electricity", 1, SPARKS)


async def test_a_danger_in_why_it_is_opened_again(world: World):
    """Who opens a request again because of a danger reads the first aid, and the managers are paged."""
    await closed(world)
    await rate(world, 5)
    await act(world, "hana", "reopen")
    heard = await world.says("hana", "水管爆了，水一直喷，淹到客厅了")
    alarmed(world, heard, "leak")
    request = await world.request()
    assert (request.state, request.danger) == (State.TRIAGED, "leak")


async def test_a_danger_in_another_time(world: World):
    """A reason for another time that names a danger is shown to staff at once: nobody announces such a reason."""
    await scheduled(world)
    await act(world, "hana", "reschedule")
    await pick(world, "hana", 1)
    heard = await world.says("hana", "我在外地，家里插座冒烟了")
    alarmed(world, heard, "electricity")
    assert "插座冒烟" in to(heard, GROUP)
    assert (await events(world))[-2:] == ["supplement", "reschedule"]


async def test_a_danger_beside_a_window(world: World):
    """The window counts, and so does the danger that was written with it."""
    await accepted(world)
    await act(world, "hana", "schedule")
    heard = await world.says("hana", "后天下午两点到四点，现在插座冒火花")
    alarmed(world, heard, "electricity")
    assert "插座冒火花" in to(heard, GROUP)


async def test_nobody_cancels_by_naming_a_danger(world: World):
    """A danger in place of a reason to cancel is kept with the request, with first aid and a page; whether it is still
    to be cancelled is asked, and a tapped reason does it."""
    await file(world)
    await act(world, "hana", "cancel")
    heard = await world.says("hana", "不对，我是想说煤气泄漏了")
    alarmed(world, heard, "gas")
    assert phrase(world, "cancel-danger", id="R-1001") in to(heard, "hana")
    assert to(heard, GROUP).count("煤气泄漏了") == 1
    request = await world.request()
    assert (request.state, request.danger) == (State.NEW, "gas")
    await world.says("hana", "煤气泄漏还在")
    assert (await world.request()).state is State.NEW
    await pick(world, "hana")
    assert (await world.request()).state is State.CANCELLED


async def test_a_cancelled_leak(world: World):
    """A reason to cancel which says that all is well again cancels."""
    await file(world)
    await act(world, "hana", "cancel")
    await world.says("hana", "自己修好了，不漏了")
    assert (await world.request()).state is State.CANCELLED


async def test_a_danger_that_the_installer_names(world: World):
    """Who hands a job over because of a danger makes an emergency of it: the managers are paged, and the homeowner
    reads the first aid."""
    await working(world)
    await act(world, "zhang", "hand_over")
    heard = await world.says("zhang", "厨房有很重的煤气味，我不敢动")
    assert (await world.request()).danger == "gas"
    assert phrase(world, "page-emergency", id="R-1001") in to(heard, "max")
    assert phrase(world, "danger-gas-advice") in to(heard, "hana")
    assert "我不敢动" in to(heard, GROUP)


async def test_a_report_of_work_is_no_alarm(world: World):
    """What an installer did about a leak is a report: kept and shown, and nobody is paged."""
    await working(world)
    await act(world, "zhang", "finish")
    for name in ("a", "b"):
        await world.says("zhang", files=[await world.photo("zhang", name)])
    await tap(world, "zhang", "form-photos-done")
    await world.says("zhang", "漏水的角阀换了，水漫过的地板擦干了")
    heard = await tap(world, "zhang", "checks-all")
    request = await world.request()
    assert (request.state, request.danger) == (State.DONE, "")
    assert "角阀换了" in to(heard, GROUP)
    assert phrase(world, "page-emergency", id="R-1001") not in to(heard, "max")


async def test_a_photo_with_what_was_not_fixed(world: World):
    """A photo alone is kept and the question stays; one with the words goes along: staff and the installer see both."""
    await done(world)
    await act(world, "hana", "not_fixed")
    alone, captioned = await world.photo("hana", "m"), await world.photo("hana", "n")
    heard = await world.says("hana", files=[alone])
    assert files_to(heard, GROUP) == [alone]
    assert phrase(world, "ask-reason-not_fixed") in to(heard, "hana")
    heard = await world.says("hana", "还在滴", files=[captioned])
    request = await world.request()
    assert (request.state, request.photos) == (State.IN_PROGRESS, (alone, captioned))
    for chat in (GROUP, "zhang"):
        assert files_to(heard, chat) == [captioned], chat
        assert to(heard, chat).count("还在滴") == 1, chat


async def test_an_album_with_what_was_not_fixed(world: World):
    """Of an album whose first part has the words every photo is kept, each once."""
    await done(world)
    await act(world, "hana", "not_fixed")
    photos = [await world.photo("hana", name) for name in "xyz"]
    await world.says("hana", "还在滴", files=[photos[0]], album="al")
    for photo in photos[1:]:
        await world.says("hana", files=[photo], album="al")
    assert (await world.request()).photos == tuple(photos)
    assert [one.hash for call in world.shown if call.chat == GROUP for one in call.message.files].count(photos[0]) == 1


@pytest.mark.parametrize("action", ["cancel", "rate"])
async def test_a_photo_with_other_words(world: World, action: str):
    """The same for why it is cancelled and for the words of a rating."""
    photo = await world.photo("hana", "p")
    if action == "cancel":
        await file(world)
        await act(world, "hana", "cancel")
    else:
        await closed(world)
        await tap(world, "hana", "rating-score", score=2)
        await tap(world, "hana", "form-done")
    heard = await world.says("hana", "自己弄好了，见图", files=[photo])
    assert files_to(heard, GROUP) == [photo]
    request = await world.request()
    assert request.photos == (photo,)
    assert request.state is (State.CANCELLED if action == "cancel" else State.CLOSED)


async def test_a_photo_with_the_closing_words(world: World):
    """A photo that comes after «发好了», alone or with the closing words, is one of the finished work, and so is the
    caption of one that came before."""
    await working(world)
    await act(world, "zhang", "finish")
    photos = [await world.photo("zhang", name) for name in "abcd"]
    await world.says("zhang", "旧阀芯", files=[photos[0]])
    await world.says("zhang", files=[photos[1]])
    await tap(world, "zhang", "form-photos-done")
    heard = await world.says("zhang", files=[photos[2]])
    assert phrase(world, "form-files-kept", count=3) in to(heard, "zhang")
    await world.says("zhang", "换了阀芯", files=[photos[3]])
    await tap(world, "zhang", "checks-all")
    request = await world.request()
    assert (request.state, request.finish_photos, request.photos) == (State.DONE, tuple(photos), ())
    assert request.report == "旧阀芯\n换了阀芯"


async def test_photos_of_work_sent_late(world: World):
    """Photos are an answer however long ago they were asked for."""
    await working(world)
    await act(world, "zhang", "finish")
    await world.says("zhang", files=[await world.photo("zhang", "a")])
    await world.passes(hours=7)
    await world.says("zhang", files=[await world.photo("zhang", "b")])
    assert len((await draft_of(world, "zhang"))["answers"]["_finish_photos"]) == 2


async def test_a_photo_of_an_installer_who_met_nobody(world: World):
    """A photo with another answer of the installer goes to staff as well, and never to the installer again."""
    await departed(world)
    await world.passes(hours=4)
    await act(world, "zhang", "no_show")
    photo = await world.photo("zhang", "door")
    heard = await world.says("zhang", "敲门没人，见图", files=[photo])
    assert files_to(heard, GROUP) == [photo]
    assert files_to(heard, "zhang") == []
    assert (await world.request()).state is State.ACCEPTED


async def test_a_photo_of_who_declines(world: World):
    """A photo with the reason of an installer to whom a job is offered reaches staff; what they only heard of a danger
    pages nobody."""
    await claimed(world)
    await offer(world, "zhang")
    await act(world, "zhang", "decline")
    photo = await world.photo("zhang", "car")
    heard = await world.says("zhang", "车坏了，煤气泄漏的活我也不接", files=[photo])
    assert files_to(heard, GROUP) == [photo]
    request = await world.request()
    assert (request.declines, request.danger) == (1, "")


async def test_words_for_what_is_not_possible_any_more(world: World):
    """Who writes what is not fixed after the request closed by itself is told so, and staff read it all the same."""
    await done(world)
    await world.passes(hours=70)
    await act(world, "hana", "not_fixed")
    await world.passes(hours=3)
    heard = await world.says("hana", "根本没修好，地板都泡坏了")
    assert (await world.request()).state is State.CLOSED
    assert "地板都泡坏了" in to(heard, GROUP)
    assert phrase(world, "supplement-kept", id="R-1001") in to(heard, "hana")
    assert (await history(world))[-1].reason == "根本没修好，地板都泡坏了"


async def test_work_for_a_job_that_was_taken_away(world: World):
    """Photos and words of work that is another's by now reach staff."""
    await working(world)
    await act(world, "zhang", "finish")
    photos = [await world.photo("zhang", name) for name in "ab"]
    for photo in photos:
        await world.says("zhang", files=[photo])
    await tap(world, "zhang", "form-photos-done")
    await act(world, "sam", "more")
    await act(world, "sam", "reassign")
    await pick(world, "sam")
    await pick(world, "sam")
    await world.says("zhang", "阀芯换好了")
    heard = await tap(world, "zhang", "checks-all")
    assert "阀芯换好了" in to(heard, GROUP)
    assert "R-1001" in to(heard, GROUP)
    assert files_to(heard, GROUP) == photos
    assert labels(heard, "zhang") == ()
