"""Where nobody can reply to what stands in the group, what somebody said bears a button to answer it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.chat import Place
from tests.conversations.steps import asked, draft_of, events, file, phrase, tap, to
from tests.world import GROUP, Heard, World

MADE = "group-made"
ASKED = "请问你们星期天上班吗，我想带老人一起来看看"


@pytest.fixture
async def world(world: World) -> World:
    """The company on a channel whose group of staff we make ourselves, and no other group."""
    world.pipeline.world = replace(world.pipeline.world, made={"fake": MADE})
    await world.store(lambda store: store.groups.unbind(Place("fake", GROUP), world.watch()))
    await world.says("ada", "/bindcode")
    return world


async def answer(world: World, who: str = "sam") -> list[Heard]:
    """Staff press «答复» on the newest card of the group, each in private."""
    button = phrase(world, "answer-button")
    return await world.says(who, press=world.token(MADE, button), pressed_at=MADE)


async def test_somebody_without_a_request_is_answered(world: World) -> None:
    """The button asks for the words in private, and they reach the person who asked, with a receipt."""
    heard = await world.says("hana", ASKED)
    assert asked(world, MADE).buttons == (phrase(world, "answer-button"),)
    assert "person:" not in to(heard, MADE)

    heard = await answer(world)
    assert "王阿姨" in to(heard, "sam")
    heard = await world.says("sam", "上班的，九点半开门")

    assert "上班的，九点半开门" in to(heard, "hana")
    assert "小林" in to(heard, "hana")
    assert phrase(world, "receipt-arrived") in to(heard, "sam")
    assert await draft_of(world, "sam") is None


async def test_with_a_request_it_is_an_answer_to_that(world: World) -> None:
    """What is added to a request has the button as well: the answer is in its history, and stops the clock."""
    await file(world)
    await world.says("hana", "小区要登记车牌，师傅车牌多少")
    heard = await answer(world)
    assert "R-1001" in to(heard, "sam")
    heard = await world.says("sam", "沪A12345")

    assert "沪A12345" in to(heard, "hana")
    assert await events(world) == ["file", "supplement", "answered"]
    assert (await world.request()).answered_at == world.watch()


@pytest.mark.parametrize("said", ["人工", "卫生间水管爆了到处漏水"])
async def test_a_plea_and_an_alarm_have_it_too(world: World, said: str) -> None:
    """Who asks for a human, and who is in danger, is answered in the same way."""
    await world.says("hana", said)
    await answer(world)
    assert "我马上打给您" in to(await world.says("sam", "我马上打给您"), "hana")


async def test_a_photo_goes_along(world: World) -> None:
    """Photos alone are an answer, and nothing at all is none."""
    await world.says("hana", ASKED)
    await answer(world)
    photo = await world.photo("sam", "y")
    heard = await world.says("sam", "", files=[photo])
    assert [one.hash for call in heard if call.chat == "hana" for one in call.message.files] == [photo]


async def test_given_up(world: World) -> None:
    """Cancelled, what is written next goes to nobody."""
    await world.says("hana", ASKED)
    await answer(world)
    await tap(world, "sam", "form-cancel", chat="sam")
    assert to(await world.says("sam", "上班的"), "hana") == ""


async def test_a_flood_is_answered_at_once(world: World) -> None:
    """What was gathered has one button."""
    for number in range(12):
        await world.says("hana", f"{ASKED} {number}")
    assert asked(world, MADE).buttons == (phrase(world, "answer-button"),)
    await answer(world)
    assert "上班的" in to(await world.says("sam", "上班的"), "hana")


async def test_where_a_reply_is_heard_there_is_none(world: World) -> None:
    """In another group of staff, which somebody brought us into, people reply to the message itself."""
    await world.store(lambda store: store.groups.bind(Place("fake", GROUP), "staff", "zh-CN", "ada", world.watch()))
    heard = await world.says("hana", ASKED)
    assert {one.chat: one.buttons for one in heard if one.chat != "hana"} == {
        GROUP: (),
        MADE: (phrase(world, "answer-button"),),
    }


async def test_who_left_answers_nobody(world: World) -> None:
    """Staff who leave in the middle of an answer send nothing any more."""
    await world.says("hana", ASKED)
    await answer(world)
    sam = await world.store(lambda store: store.people.get("sam"))
    await world.store(lambda store: store.people.save(replace(sam, active=False)))
    heard = await world.says("sam", "上班的")
    assert to(heard, "hana") == ""
    assert phrase(world, "refused-role") in to(heard, "sam")


@pytest.mark.parametrize("made", [True, False])
async def test_an_emergency_is_read_once(world: World, made: bool) -> None:
    """A manager reads it as a member of the group that we make, and not once more beside it; where the group is
    elsewhere each of them is paged."""
    if not made:
        await world.store(lambda store: store.groups.unbind(Place("fake", MADE), world.watch()))
        await world.store(lambda store: store.groups.bind(Place("fake", GROUP), "staff", "zh-CN", "a", world.watch()))
    heard = await file(world, text="卫生间水管爆了到处漏水")
    shown = {one.chat for one in world.shown if "水管爆了" in one.text}
    assert ("ada" in shown, "max" in shown) == (not made, not made)
    assert (MADE if made else GROUP) in {one.chat for one in heard}
