"""Short words where a report and a rating ask: «拍不了», «都对», «电话错了», «老地方», «五分»."""

from __future__ import annotations

from typing import Any

import pytest

from domain.talks import Home
from tests.conversations.steps import (
    DRIP,
    closed,
    draft_of,
    phrase,
    pick,
    requests_of,
    say_all,
    tap,
    to,
)
from tests.world import World

PLAIN = "厨房水龙头一直滴水"


async def brought(world: World, step: str, text: str = DRIP) -> None:
    """A known homeowner reports, as far as this question."""
    await world.says("hana", text)
    for _ in range(7):
        if (await draft_of(world))["asked"] == step:
            return
        await pick(world, "hana")
    raise AssertionError(f"{step} is never asked")


async def answers(world: World) -> Any:
    return (await draft_of(world))["answers"]


@pytest.mark.parametrize(
    "said", [*"没有照片 不用 不用了 拍不了 没 唔使 影唔到相 沒有照片".split(), "No photos", "I can't take photos"]
)
async def test_without_photos(world: World, said: str):
    """Whoever has none and says so in their own words is asked for the next thing, and the words describe nothing."""
    await brought(world, "photos")
    heard = await world.says("hana", said)

    assert phrase(world, "report-ask-home") in to(heard, "hana")
    assert (await answers(world))["problem"] == DRIP


@pytest.mark.parametrize("said", ["就这些", "好了", "发完了", "that's all", "就這些"])
async def test_enough_photos(world: World, said: str):
    """After a photo the same words end the question, and the photo is kept."""
    await brought(world, "photos")
    await world.passes(seconds=30)
    await world.says("hana", files=[await world.photo("hana", "a")])
    heard = await world.says("hana", said)

    assert phrase(world, "report-ask-home") in to(heard, "hana")
    assert len((await answers(world))["photos"]) == 1


async def test_what_is_said_instead_of_photos(world: World):
    """Words about the fault go into the description, though they begin like «没有»; «好的» is no description."""
    await brought(world, "photos")
    for said in ("没有热水了也", "好的"):
        await world.passes(seconds=30)
        await world.says("hana", said)

    assert (await draft_of(world))["asked"] == "photos"
    assert (await answers(world))["problem"] == f"{DRIP}\n没有热水了也"


@pytest.mark.parametrize("said", ["确认提交", "对", "没错，提交", "ok!", "好的谢谢", "對的", "啱", "looks good", "👍"])
async def test_the_summary_is_right(world: World, said: str):
    """Any yes files the report."""
    await brought(world, "_confirm")
    heard = await world.says("hana", said)

    assert "R-1001" in to(heard, "hana")
    assert len(await requests_of(world)) == 1


@pytest.mark.parametrize(
    ("said", "question", "answer"),
    [
        ("电话错了", "report-ask-phone", "13912345678"),
        ("電話錯了", "report-ask-phone", "13912345678"),
        ("the phone is wrong", "report-ask-phone", "13912345678"),
        ("地址不对", "report-ask-home", "张杨路500弄6号楼302室"),
        ("改一下时间", "report-ask-window", "周六上午"),
    ],
)
async def test_something_of_the_summary_is_wrong(world: World, said: str, question: str, answer: str):
    """What is wrong is asked once more and nothing else, and then the summary is put again."""
    await brought(world, "_confirm")
    before = await answers(world)
    heard = await world.says("hana", said)
    assert phrase(world, question) in to(heard, "hana")
    await world.says("hana", answer)
    if (await draft_of(world))["asked"] == "district":
        await pick(world, "hana")

    draft = await draft_of(world)
    assert draft["asked"] == "_confirm"
    changed = {name for name in before if not name.startswith("_") and draft["answers"][name] != before[name]}
    assert changed == {question.removeprefix("report-ask-")}
    assert "R-1001" in to(await tap(world, "hana", "form-confirm"), "hana")


@pytest.mark.parametrize(
    ("said", "field"), [("电话错了，是13912345678", "phone"), ("时间改到周六上午", "window"), ("周日上午吧", "window")]
)
async def test_what_is_right_instead(world: World, said: str, field: str):
    """Who says what is wrong and what is right in one line is asked nothing more: it stands in the summary."""
    await brought(world, "_confirm")
    before = (await answers(world))[field]
    heard = await world.says("hana", said)

    assert phrase(world, "report-summary") in to(heard, "hana")
    draft = await draft_of(world)
    assert draft["asked"] == "_confirm"
    assert draft["answers"][field] != before


@pytest.mark.parametrize("said", ["不对", "要改", "wrong"])
async def test_no_answer_to_the_summary(world: World, said: str):
    """Who objects without saying to what reads how to say it."""
    await brought(world, "_confirm")
    heard = await world.says("hana", said)

    assert phrase(world, "form-check-how") in to(heard, "hana")
    assert await requests_of(world) == []


async def test_what_is_added_to_the_summary(world: World):
    """Other words are no loss: they stand in the description, which is shown again."""
    await brought(world, "_confirm")
    heard = await world.says("hana", "门禁密码2580")
    assert phrase(world, "report-noted") in to(heard, "hana")
    await world.says("hana", "对")

    assert (await world.request()).description == f"{DRIP}\n门禁密码2580"


@pytest.mark.parametrize(
    "said", [*"还是上次的地址 老地方 同上 1 第一个 你们不是有我地址吗 還是之前的地址".split(), "same as last time"]
)
async def test_the_home_that_we_know(world: World, said: str):
    """Who has one home need not write it again."""
    await brought(world, "home")
    await world.says("hana", said)

    assert (await answers(world))["home"]["id"] == "h-hana"


@pytest.mark.parametrize("said", ["不方便说", "先报价再说", "唔方便講", "why do you need it", "就那个地方"])
async def test_what_is_no_address(world: World, said: str):
    """Nobody is sent to «先报价再说»: the address is asked again, with what is possible instead."""
    await brought(world, "home")
    heard = await world.says("hana", said)

    shown = to(heard, "hana")
    assert phrase(world, "report-home-private") in shown or phrase(world, "report-home-short") in shown
    assert (await draft_of(world))["asked"] == "home"


@pytest.mark.parametrize("said", ["陆家嘴花园", "张家窝村东头", "Flat 3B Ocean Heights", "汤臣一品3期902"])
async def test_what_may_be_an_address(world: World, said: str):
    """What names a place is taken as it was written."""
    await brought(world, "home")
    await world.says("hana", said)

    home = (await answers(world))["home"]
    assert said in f"{home['address']}{home['door']}"


async def moved(world: World) -> None:
    """The homeowner has a second home, the newest."""
    home = Home("h-new", "hana", world.company.districts[1].code, "张杨路500弄6号楼", "302室")
    await world.passes(minutes=1)
    await world.store(lambda store: store.homes.add(home, world.watch()))


async def test_one_of_two_homes(world: World):
    """Of two homes «老地方» is that of the latest request; before there is one it is asked which."""
    await moved(world)
    await brought(world, "home")
    heard = await world.says("hana", "老地方")
    assert phrase(world, "report-home-which") in to(heard, "hana")
    await world.says("hana", "第二个")
    await say_all(world)
    await tap(world, "hana", "form-confirm")
    assert (await world.request()).home_id == "h-hana"

    await brought(world, "home", "卧室的灯不亮了")
    await world.says("hana", "老地方")
    assert (await answers(world))["home"]["id"] == "h-hana"


@pytest.mark.parametrize("said", ["5分", "五分", "5星", "满分", "滿分", "five stars", "⭐⭐⭐⭐⭐", "５"])
async def test_a_rating_in_words(world: World, said: str):
    """A score is one however it is written."""
    await closed(world)
    heard = await world.says("hana", said)

    assert phrase(world, "ask-tags") in to(heard, "hana")
    assert (await answers(world))["score"] == "5"


async def test_a_rating_with_words(world: World):
    """What follows a score is the review: nobody writes it twice."""
    await closed(world)
    await world.says("hana", "5分，师傅很准时")
    heard = await tap(world, "hana", "form-done")

    assert phrase(world, "ask-review") not in to(heard, "hana")
    request = await world.request()
    assert (request.score, request.review) == (5, "师傅很准时")


@pytest.mark.parametrize("said", ["6分", "10", "-1", "0"])
async def test_what_is_no_rating(world: World, said: str):
    """What is no score of five is asked again."""
    await closed(world)
    await world.says("hana", said)

    assert (await draft_of(world))["asked"] == "score"
