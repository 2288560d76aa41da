"""A report about what was repaired, one that is confirmed late, one by voice alone, and one at great length."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.understood import DESCRIPTION_CHARS_MAX, parted
from tests.conversations.steps import (
    DRIP,
    act,
    asked,
    done,
    draft_of,
    events,
    file,
    history,
    labels,
    newest,
    phrase,
    pick,
    requests_of,
    say_all,
    speech,
    tap,
    to,
)
from tests.world import GROUP, Heard, World

NOT_FIXED = {"id": "R-1001"}


async def not_fixed(world: World) -> list[Heard]:
    """The homeowner means the request that was done."""
    return await world.says("hana", press=newest(world, "hana", speech(world, "report-same-unfixed", **NOT_FIXED)))


async def state(world: World, id: str = "R-1001") -> str:
    return (await world.request(id)).state.value


# ---- what was repaired


SAID = "没修好|还在滴水|水龙头还是在滴水|又漏了|還在滴水|仲係滴水|still dripping|not fixed|厨房水龙头滴水"


@pytest.mark.parametrize("said", SAID.split("|"))
async def test_not_fixed_in_words(world: World, said: str):
    """Who writes that it still drips is asked whether that request is meant, and decides with a tap; nothing is said
    twice."""
    await done(world)
    heard = await world.says("hana", said)
    assert phrase(world, "report-ask-unfixed", **NOT_FIXED) in to(heard, "hana")
    assert phrase(world, "report-same-unfixed", **NOT_FIXED) in labels(heard, "hana")
    assert phrase(world, "report-same-new") in labels(heard, "hana")
    assert await state(world) == "DONE"

    heard = await not_fixed(world)

    assert await state(world) == "IN_PROGRESS"
    assert (await events(world))[-1] == "not_fixed"
    assert (await history(world))[-1].reason == said
    assert said in to(heard, GROUP)
    assert len(await requests_of(world)) == 1
    assert await draft_of(world) is None


@pytest.mark.parametrize("said", ["没修好", "就是那个", "not fixed"])
async def test_the_answer_is_written(world: World, said: str):
    """The question is answered in words as well, however fast."""
    await done(world)
    await world.says("hana", "水龙头还在滴水")
    await world.says("hana", said)

    assert await state(world) == "IN_PROGRESS"


@pytest.mark.parametrize("said", ["水龙头还在滴水", "还没好"])
async def test_it_is_a_new_problem(world: World, said: str):
    """«新问题» files the words as a request of their own, and what was done stays done."""
    await done(world)
    await world.says("hana", said)
    await tap(world, "hana", "report-same-new")
    await say_all(world)
    await tap(world, "hana", "form-confirm")

    assert await state(world) == "DONE"
    assert (await world.request("R-1002")).description == said


async def test_words_that_say_nothing_else(world: World):
    """«还没好» reports nothing by itself: staff read it at once, and a tap makes it the reason."""
    await done(world)
    heard = await world.says("hana", "还没好")
    assert "还没好" in to(heard, GROUP)
    assert await state(world) == "DONE"

    await not_fixed(world)
    assert await state(world) == "IN_PROGRESS"
    assert (await history(world))[-1].reason == "还没好"


async def test_photos_of_what_is_not_fixed(world: World):
    """Photos that came with the words are the request's, and staff see them."""
    await done(world)
    photo = await world.photo("hana", "x")
    await world.says("hana", "还在滴水", files=[photo])
    heard = await not_fixed(world)

    assert photo in (await world.request()).photos
    assert photo in [file.hash for one in heard if one.chat == GROUP for file in one.message.files]


async def test_not_fixed_after_it_was_closed(world: World):
    """Whoever answers after it closed by itself opens it again with the same words."""
    await done(world)
    await world.says("hana", "还在滴水")
    await world.passes(days=4)
    assert await state(world) == "CLOSED"
    token = newest(world, "hana", speech(world, "report-same-unfixed", **NOT_FIXED))
    await world.says("hana", press=token)

    assert await state(world) == "TRIAGED"
    assert (await history(world))[-1].reason == "还在滴水"


async def test_a_complaint_is_one(world: World):
    """Whoever complains that it is not fixed files a complaint, which is for a manager."""
    await done(world)
    await world.says("hana", "我要投诉，厨房水龙头还是没修好")
    await say_all(world)
    await tap(world, "hana", "form-confirm")

    assert (await world.request("R-1002")).type == "complaint"


@pytest.mark.parametrize("said", ["马桶堵了", "卧室的灯不亮了"])
async def test_another_fault_is_no_question(world: World, said: str):
    """Something else while a request is done is reported as ever."""
    await done(world)
    heard = await world.says("hana", said)
    assert phrase(world, "report-ask-photos") in to(heard, "hana")


@pytest.mark.parametrize("said", ["可以了，谢谢", "不滴水了"])
async def test_thanks_open_nothing(world: World, said: str):
    """Who says that it is fixed is asked nothing of the kind."""
    await done(world)
    heard = await world.says("hana", said)
    assert phrase(world, "report-ask-unfixed", **NOT_FIXED) not in to(heard, "hana")
    assert await state(world) == "DONE"


# ---- later than it was meant


async def windows_of(world: World) -> list[str]:
    return [label for label in asked(world, "hana").buttons if "–" in label]


@pytest.mark.parametrize("how", ["tap", "words"])
async def test_a_summary_confirmed_late(world: World, how: str):
    """A wish that is over is not filed: three times are offered instead, and all else is kept."""
    await world.says("hana", DRIP)
    await say_all(world)
    before = (await draft_of(world))["answers"]
    await world.passes(days=7)
    heard = await (tap(world, "hana", "form-confirm") if how == "tap" else world.says("hana", "好的"))
    assert phrase(world, "report-window-over") in to(heard, "hana")
    assert len(await windows_of(world)) == 3
    assert await requests_of(world) == []

    await pick(world, "hana")
    after = (await draft_of(world))["answers"]
    assert {name for name in before if name[0] != "_" and after[name] != before[name]} == {"window"}
    await tap(world, "hana", "form-confirm")
    request = await world.request()
    assert request.wish_start
    assert request.wish_start > world.watch()
    assert request.wish == ""


async def test_a_draft_that_waited_for_its_last_answer(world: World):
    """A time that was named first, and is over when the last question is answered, is asked for as well."""
    await world.says("hana", DRIP)
    await tap(world, "hana", "form-photos-none")
    await pick(world, "hana")
    await world.passes(days=7)
    heard = await pick(world, "hana")

    assert phrase(world, "report-window-over") in to(heard, "hana")
    assert len(await windows_of(world)) == 3


async def test_a_summary_confirmed_in_time(world: World):
    """A wish that is still to come is filed as it is, a day later too."""
    await world.says("hana", "厨房水龙头一直滴水，周六上午有空")
    await say_all(world)
    await world.passes(days=1)
    await tap(world, "hana", "form-confirm")

    request = await world.request()
    assert request.wish_start
    assert request.wish_start - world.watch() > timedelta(days=3)


@pytest.mark.parametrize(("action", "days"), [("not_fixed", 1), ("reopen", 5)])
async def test_what_begins_anew_has_no_wish_that_is_over(world: World, action: str, days: int):
    """Nobody is offered work for an afternoon of last week."""
    await done(world)
    assert (await world.request()).wished
    await world.passes(days=days)
    await act(world, "hana", action)
    await world.says("hana", "又滴水了")

    assert (await world.request()).wished is None
    assert (await world.request()).state.value in ("IN_PROGRESS", "TRIAGED")


# ---- by voice alone


@pytest.mark.parametrize("how", ["tap", "没有"])
async def test_voice_alone(world: World, how: str):
    """Who sent a voice note need not write: what is wrong is in it, and it goes along."""
    voice = await world.photo("hana", "v")
    await world.says("hana", files=[voice])
    await world.passes(seconds=30)
    more = await world.photo("hana", "w")
    await world.says("hana", files=[more])
    heard = await (tap(world, "hana", "report-in-files") if how == "tap" else world.says("hana", how))
    assert phrase(world, "report-ask-category") in to(heard, "hana")
    await say_all(world)
    heard = await tap(world, "hana", "form-confirm")

    request = await world.request()
    assert request.description == ""
    assert request.photos == (voice, more)
    assert {voice, more} <= {file.hash for one in heard if one.chat == GROUP for file in one.message.files}


async def test_without_a_file_words_are_needed(world: World):
    """Who has sent nothing cannot leave out what is wrong."""
    await world.says("hana", "报修")
    heard = await world.says("hana", "没有")

    assert phrase(world, "form-not-optional") in to(heard, "hana")
    assert (await draft_of(world))["asked"] == "problem"


# ---- at great length

LONG = "厨房水龙头一直滴水。" + "详细情况如下。" * 400 + "结尾重要：门口的鞋柜密码是9527"


async def filed_long(world: World, first: str) -> str:
    """All that the group was shown of it."""
    if first:
        await world.says("hana", first)
        await world.passes(seconds=30)
    await world.says("hana", LONG)
    await say_all(world)
    assert phrase(world, "report-rest", count=len(parted(LONG)[1])) in asked(world, "hana").text
    return to(await tap(world, "hana", "form-confirm"), GROUP)


@pytest.mark.parametrize("first", ["", "报修"])
async def test_nothing_of_a_long_report_is_lost(world: World, first: str):
    """What does not fit on the card is a supplement: staff read it, the log keeps it, and every word is somewhere."""
    shown = await filed_long(world, first)

    request, rest = await world.request(), (await history(world))[1]
    assert len(request.description) <= DESCRIPTION_CHARS_MAX
    assert rest.action == "supplement"
    assert request.description.removesuffix("…") + rest.reason == LONG
    assert "9527" in shown


async def test_what_was_passed_on_is_reported_whole(world: World):
    """«报修» under what went to staff takes all of it along."""
    said = "想请教一下。" * 100 + "谢谢，就这些"
    await world.says("hana", said)
    await tap(world, "hana", "menu-report")

    assert (await draft_of(world))["answers"]["problem"] == said


async def test_a_long_supplement_is_kept_whole(world: World):
    """What is written to «补充» is kept to its end."""
    await file(world)
    await act(world, "hana", "add")
    heard = await world.says("hana", LONG)

    assert (await history(world))[-1].reason == LONG
    assert "9527" in to(heard, GROUP)


async def test_a_danger_at_the_end_of_a_long_report(world: World):
    """Somebody who names it at last is given first aid, and the request is an emergency."""
    heard = await world.says("hana", LONG + "。对了，刚才插座冒火花了")
    assert phrase(world, "danger-electricity-advice") in to(heard, "hana")
    await say_all(world)
    heard = await tap(world, "hana", "form-confirm")

    assert (await world.request()).danger == "electricity"
    assert phrase(world, "page-emergency", id="R-1001") in to(heard, "max")


@pytest.mark.parametrize("size", [DESCRIPTION_CHARS_MAX - 1, DESCRIPTION_CHARS_MAX])
def test_what_fits_stays_whole(size: int):
    """A text that fits on the card is left as it is."""
    assert parted("水" * size) == ("水" * size, "")


def test_a_text_without_sentences():
    """It is cut where the card is full, and nothing of it is lost."""
    shown, rest = parted("水" * 5000)
    assert len(shown) == DESCRIPTION_CHARS_MAX
    assert shown.removesuffix("…") + rest == "水" * 5000
