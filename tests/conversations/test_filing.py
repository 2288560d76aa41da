"""Filing a request: by writing, from the menu, with a photo first; every step can be taken back."""

from __future__ import annotations

import pytest

from domain.chat import Span
from tests.conversations.steps import (
    DRIP,
    asked,
    draft_of,
    file,
    labels,
    phrase,
    pick,
    requests_of,
    say_all,
    tap,
    to,
)
from tests.world import GROUP, World

SENSELESS = ("", " \n ", "水" * 5000, "<b>x</b>&[a](b)*_`", "🙂" * 50, "/", "0", "-1", "\x00\ufffd\u202e")
WRONG = {
    "problem": ("", " \n ", "\x00"),
    "photos": ("", "🙂" * 50),
    "home": ("", "0", "/", "水" * 5000),
    "phone": SENSELESS,
    "window": SENSELESS,
    "_confirm": SENSELESS,
}


async def confirmed(world: World, who: str = "hana") -> None:
    """The summary is right."""
    await tap(world, who, "form-confirm")


async def test_what_is_written_is_not_asked_again(world: World):
    """A known homeowner who writes what, where and when answers five questions at most, each by a tap."""
    await world.says("hana", DRIP)
    taps = [await tap(world, "hana", "form-photos-none")]
    while phrase(world, "form-confirm") not in labels(taps[-1], "hana"):
        taps.append(await pick(world, "hana"))
    heard = await tap(world, "hana", "form-confirm")

    assert len(taps) + 1 <= 5
    request = await world.request()
    assert request.description == DRIP
    assert (request.type, request.category, request.product, request.symptom) == (
        "repair",
        "kitchen",
        "faucet",
        "drip",
    )
    assert request.wished == Span(*[world.watch().replace(day=24, hour=hour) for hour in (6, 10)])
    assert request.home_id == "h-hana"
    assert "R-1001" in to(heard, "hana")


async def test_from_the_menu_in_six_answers(world: World):
    """From the menu a known homeowner is asked six things at most, as the description is understood there too."""
    await world.says("hana", "你好")
    await tap(world, "hana", "menu-report")
    heard = await world.says("hana", "马桶一直漏水，很急")
    assert phrase(world, "danger-leak-advice") in to(heard, "hana")
    taps = [heard, await tap(world, "hana", "form-photos-none")]
    while phrase(world, "form-confirm") not in labels(taps[-1], "hana"):
        taps.append(await pick(world, "hana"))
    await confirmed(world)

    assert len(taps) + 1 <= 6
    request = await world.request()
    assert (request.category, request.product, request.danger) == ("bathroom", "toilet", "leak")


async def test_the_category_is_asked_if_nobody_can_tell_and_may_be_written(world: World):
    """A description that says nothing leads to the list of categories, answered by a tap, a number or a word."""
    for answer, category in (("厨房", "kitchen"), ("2", "kitchen"), ("other", "other")):
        await world.says("hana", "报修")
        heard = await world.says("hana", "那个东西又不行了")
        assert phrase(world, "report-ask-category") in to(heard, "hana")
        await world.says("hana", answer)
        await say_all(world)
        heard = await tap(world, "hana", "form-confirm")
        assert (await requests_of(world))[0].category == category
        await world.passes(minutes=1)


async def test_a_photo_first(world: World):
    """A photo without words opens a report: the problem is asked, and the photo is kept."""
    photo = await world.photo("hana")
    heard = await world.says("hana", files=[photo])
    assert phrase(world, "report-ask-problem") in to(heard, "hana")
    await world.passes(seconds=10)
    await world.says("hana", "瓷砖裂了一条缝")
    await tap(world, "hana", "form-photos-done")
    for _ in range(3):
        await pick(world, "hana")
    heard = await tap(world, "hana", "form-confirm")

    assert (await world.request()).photos == (photo,)
    assert [one.hash for call in heard if call.chat == GROUP for one in call.message.files] == [photo]


async def test_a_photo_with_words_says_all(world: World):
    """The words under a photo are understood like any others."""
    await world.says("hana", "衣柜门掉下来了", files=[await world.photo("hana")])
    await tap(world, "hana", "form-photos-done")
    for _ in range(3):
        await pick(world, "hana")
    await confirmed(world)

    request = await world.request()
    assert (request.category, request.product, len(request.photos)) == ("furniture", "wardrobe", 1)


async def test_back_at_every_step(world: World):
    """Back leads to the question before with its answer gone, as often as somebody likes, and the story goes on."""
    await world.says("hana", DRIP)
    questions = [asked(world, "hana").text.splitlines()[-1]]
    await tap(world, "hana", "form-photos-none")
    while phrase(world, "form-confirm") not in asked(world, "hana").buttons:
        questions.append(asked(world, "hana").text)
        await pick(world, "hana")
    for question in reversed(questions):
        heard = await tap(world, "hana", "form-back")
        assert question in to(heard, "hana")
    assert phrase(world, "form-back") not in asked(world, "hana").buttons
    await world.says("hana", "返回")

    await say_all(world)
    await confirmed(world)
    assert (await world.request()).description == DRIP


async def test_back_to_the_description_forgets_what_it_said(world: World):
    """A description that is written anew is understood anew; nothing of the old one stays."""
    await world.says("hana", "报修")
    await world.says("hana", "家里煤气味很重，在厨房")
    await tap(world, "hana", "form-back")
    await world.says("hana", "衣柜门关不上")
    await say_all(world)
    await confirmed(world)

    request = await world.request()
    assert (request.category, request.danger, request.description) == ("furniture", "", "衣柜门关不上")


@pytest.mark.parametrize("steps", range(4))
async def test_cancel_at_every_step(world: World, steps: int):
    """Cancel is there at every question, ends the draft, and nothing is filed."""
    await world.says("hana", DRIP)
    for step in range(steps):
        await (pick(world, "hana") if step else tap(world, "hana", "form-photos-none"))
    heard = await (tap(world, "hana", "form-cancel") if steps % 2 else world.says("hana", "算了"))

    assert phrase(world, "form-cancelled") in to(heard, "hana")
    assert await draft_of(world) is None
    assert await requests_of(world) == []


async def test_steps_may_be_written(world: World):
    """«没有», «返回», «好的» do what the buttons do."""
    await world.says("hana", DRIP)
    heard = await world.says("hana", "没有")
    assert phrase(world, "report-ask-home") in to(heard, "hana")
    await world.says("hana", "返回")
    await world.says("hana", "跳过")
    await pick(world, "hana")
    heard = await pick(world, "hana")
    assert phrase(world, "report-summary") in to(heard, "hana")
    heard = await world.says("hana", "好的")
    assert "R-1001" in to(heard, "hana")


async def test_the_menu_word_goes_on_with_an_open_draft(world: World):
    """Whoever writes «报修» in the middle of a report is asked the open question again and loses nothing."""
    await world.says("hana", DRIP)
    await tap(world, "hana", "form-photos-none")
    heard = await world.says("hana", "报修")

    assert phrase(world, "report-ask-home") in to(heard, "hana")
    assert (await draft_of(world))["answers"]["problem"] == DRIP


async def answer(world: World) -> None:
    """Answer whatever is open as somebody should."""
    asks = (await draft_of(world))["asked"]
    if asks == "problem":
        await world.says("hana", "灯不亮了")
    elif asks == "photos":
        await tap(world, "hana", "form-photos-none")
    else:
        await pick(world, "hana")


@pytest.mark.parametrize("step", WRONG)
async def test_wrong_answers_change_nothing(world: World, step: str):
    """Empty, huge, marked-up and senseless answers are met with a hint; the question stays and the end is reached."""
    await world.says("hana", "报修")
    while (await draft_of(world))["asked"] != step:
        await answer(world)
    for wrong in WRONG[step]:
        heard = await world.says("hana", wrong)
        assert to(heard, "hana"), wrong
        assert (await draft_of(world))["asked"] == step, wrong
    while await draft_of(world):
        await answer(world)

    assert (await world.request()).category == "electricity"


async def test_markup_in_words_is_shown_as_written(world: World):
    """A description is kept to the letter, whatever signs it has."""
    said = "马桶漏水 <script>alert(1)</script> {$name} *_`[x](y) %s \\n"
    heard = await file(world, text=said)

    assert (await world.request()).description == said
    assert said in to(heard, GROUP)
