"""Homeowners and staff talk through the bot, and everybody knows whether it arrived."""

from __future__ import annotations

import pytest

from domain.chat import Media
from domain.errors import Permanent, Temporary
from domain.people import Role, Viewer
from tests.conversations.steps import (
    accepted,
    act,
    claimed,
    events,
    external,
    file,
    history,
    labels,
    phrase,
    rarely,
    requests_of,
    tap,
    to,
)
from tests.world import GROUP, World


async def reply(world: World, quoting: str, said: str, **more):
    """Staff reply to the group's message with these words."""
    return await world.says("sam", said, chat=GROUP, reply_to=await external(world, GROUP, quoting), **more)


async def test_words_outside_a_form_reach_the_group(world: World):
    """What a homeowner without a request writes is shown to staff; a reply there reaches them, with a receipt."""
    heard = await world.says("hana", "请问你们星期天上班吗，我想带老人一起来看看")
    assert "星期天上班" in to(heard, GROUP)
    assert "王阿姨" in to(heard, GROUP)
    assert to(heard, "hana")
    heard = await reply(world, "星期天上班", "上班的，九点半开门")

    assert "上班的，九点半开门" in to(heard, "hana")
    assert "小林" in to(heard, "hana")
    assert phrase(world, "receipt-arrived") in to(heard, GROUP)


async def test_a_request_can_be_made_of_it(world: World):
    """Words that were passed on become a report by one tap."""
    await world.says("hana", "师傅们周末都去哪里了")
    heard = await tap(world, "hana", "menu-report")
    assert phrase(world, "report-ask-category") in to(heard, "hana")


async def test_with_an_open_request_it_goes_there(world: World):
    """What a homeowner with an open request writes is kept with it, and shown to staff under its number."""
    await file(world)
    heard = await world.says("hana", "小区要登记车牌，师傅车牌多少")
    assert "R-1001" in to(heard, GROUP)
    assert "车牌" in to(heard, GROUP)
    assert await events(world) == ["file", "supplement"]
    heard = await reply(world, "车牌", "沪A12345")
    assert "沪A12345" in to(heard, "hana")
    assert "R-1001" in to(heard, "hana")


async def test_a_reply_to_the_card(world: World):
    """A reply to a request's card reaches its homeowner, and is in its history with who said it."""
    await claimed(world)
    heard = await reply(world, "R-1001", "师傅下午两点到")

    assert "师傅下午两点到" in to(heard, "hana")
    last = (await history(world))[-1]
    assert (last.action, last.actor_id, last.reason) == ("answered", "sam", "师傅下午两点到")


async def test_photos_both_ways(world: World):
    """Photos go along in both directions, and the homeowner may open what staff sent."""
    mine, yours = await world.photo("hana", "m"), await world.photo("sam", "y")
    await file(world)
    heard = await world.says("hana", "是这个型号", files=[mine])
    assert [one.hash for call in heard if call.chat == GROUP for one in call.message.files] == [mine]
    heard = await reply(world, "是这个型号", "", files=[yours])
    assert [one.hash for call in heard if call.chat == "hana" for one in call.message.files] == [yours]
    hana = Viewer("hana", Role.HOMEOWNER)
    kept = await world.store(lambda store: store.files.get(yours, hana, "fake:hana"))
    assert (kept.media, Media.PHOTO) == ("photo", "photo")


async def test_photos_to_somebody_without_a_request(world: World):
    """The same without a request: the photo may be opened by the one it was sent to, and by no other."""
    await world.says("hana", "请问这个多大，放得下吗")
    yours = await world.photo("sam", "y")
    await reply(world, "放得下吗", "请看图", files=[yours])
    for who, seen in (("hana", True), ("otto", False)):
        found = await world.store(
            lambda store, who=who: store.files.get(yours, Viewer(who, Role.HOMEOWNER), f"fake:{who}")
        )
        assert (found is not None) is seen


async def test_by_number(world: World):
    """/r, the number with or without its letter, and the words."""
    await file(world)
    for command in ("/r R-1001 马上到", "/r 1001 马上到", "/r r-1001 马上到"):
        heard = await world.says("sam", command, chat=GROUP)
        assert "马上到" in to(heard, "hana"), command
    for command in ("/r", "/r 1001", "/r 马上到"):
        heard = await world.says("sam", command, chat=GROUP)
        assert to(heard, GROUP)
        assert to(heard, "hana") == ""
    heard = await world.says("sam", "/r R-9999 马上到", chat=GROUP)
    assert phrase(world, "refused-not-found") in to(heard, GROUP)


async def test_plain_talk_in_the_group_goes_nowhere(world: World):
    """What staff say among themselves is an internal matter, also as a reply to one another."""
    await file(world)
    assert await world.says("sam", "这家上次就很麻烦", chat=GROUP) == []
    assert await world.says("sam", "是啊", chat=GROUP, reply_to="m9999") == []


async def test_a_reply_to_the_open_question(world: World):
    """Where a bot hears nothing but replies, a reply to its question is the answer."""
    await file(world)
    await rarely(world, "sam", "reject")
    question = phrase(world, "ask-reason-reject")
    heard = await world.says("sam", "太远了", chat=GROUP, reply_to=await external(world, GROUP, question))
    assert "太远了" in to(heard, "hana")
    assert (await events(world))[-1] == "reject"


async def test_a_reply_that_never_arrives(world: World):
    """If the homeowner cannot be reached staff see it under their reply, and may retry, call or let it go."""
    await file(world)
    world.channels["fake"].fail("hana", Permanent("blocked"))
    heard = await reply(world, "R-1001", "师傅下午两点到")
    assert phrase(world, "receipt-failed") in to(heard, GROUP)
    shown = labels(heard, GROUP)
    assert {phrase(world, f"dead-{what}") for what in ("retry", "call", "discard")} <= {
        label for one in heard for label in one.buttons
    }
    assert shown
    assert "师傅下午两点到" not in to(heard, GROUP)

    heard = await tap(world, "sam", "dead-call", chat=GROUP)
    assert "138 0013 8000" in to(heard, "sam")
    assert "8000" not in to(heard, GROUP)
    heard = await tap(world, "sam", "dead-retry", chat=GROUP)
    assert "师傅下午两点到" in to(heard, "hana")
    heard = await tap(world, "sam", "dead-discard", chat=GROUP)
    assert phrase(world, "dead-gone") in to(heard, GROUP)


async def test_let_go(world: World):
    """What is discarded is not sent any more."""
    await file(world)
    world.channels["fake"].fail("hana", Permanent("403"))
    await reply(world, "R-1001", "师傅下午两点到")
    heard = await tap(world, "sam", "dead-discard", chat=GROUP)
    assert phrase(world, "dead-discarded") in to(heard, GROUP)
    heard = await tap(world, "sam", "dead-retry", chat=GROUP)
    assert phrase(world, "dead-gone") in to(heard, GROUP)
    await world.passes(hours=1)
    assert "师傅下午两点到" not in "".join(one.text for one in world.shown if one.chat == "hana")


async def test_a_fault_that_passes_is_no_news(world: World):
    """A fault that passes is retried without anybody being bothered."""
    await file(world)
    world.channels["fake"].fail("hana", Temporary("500"))
    heard = await reply(world, "R-1001", "师傅下午两点到")
    assert "师傅下午两点到" not in to(heard, "hana")
    heard = await world.passes(minutes=1)
    assert "师傅下午两点到" in to(heard, "hana")
    assert phrase(world, "receipt-arrived") in to(heard, GROUP)


@pytest.mark.parametrize("way", ["word", "menu", "card"])
async def test_a_human_is_called(world: World, way: str):
    """«人工», from the menu, a card or in a word: staff are alerted, and their reply arrives."""
    if way == "card":
        await file(world)
    elif way == "menu":
        await world.says("hana", "你好")
    heard = await (world.says("hana", "人工") if way == "word" else tap(world, "hana", "menu-human"))
    assert world.company.service_phone in to(heard, "hana")
    assert "王阿姨" in to(heard, GROUP)
    heard = await reply(world, "王阿姨", "我是客服小林，请讲")
    assert "我是客服小林，请讲" in to(heard, "hana")
    assert (len(await requests_of(world)) == 1) is (way == "card")


async def test_an_installer_writes_too(world: World):
    """Words and photos of an installer reach the group, and a reply reaches the installer."""
    await accepted(world)
    photo = await world.photo("zhang", "z")
    heard = await world.says("zhang", "业主不接电话怎么办", files=[photo])
    assert "业主不接电话" in to(heard, GROUP)
    heard = await reply(world, "业主不接电话", "我来打")
    assert "我来打" in to(heard, "zhang")
    assert to(heard, "hana") == ""
    heard = await world.says("zhang", files=[await world.photo("zhang", "y")])
    assert GROUP in {one.chat for one in heard}


async def test_an_edit_is_a_note(world: World):
    """A message that was changed later is shown to staff as a note and does nothing else."""
    await file(world)
    heard = await world.says("hana", "/cancel", edited=True)
    assert "/cancel" in to(heard, GROUP)
    assert len(await requests_of(world)) == 1


async def test_said_by_phone(world: World):
    """«Called» counts as a human's answer and is in the history."""
    await file(world)
    await act(world, "sam", "called")
    assert (await world.request()).answered_at == world.watch()
    assert await events(world) == ["file", "called"]


@pytest.mark.parametrize("between", ["\n", "\n\n", "\u3000", "  ", "\t"])
async def test_r_and_a_line_of_its_own(world: World, between: str):
    """Whatever stands between the number and the words, they go to the homeowner as they are."""
    await file(world)
    heard = await world.says("sam", f"/r R-1001{between}您好，下午两点到\n带着配件", chat=GROUP)
    assert "您好，下午两点到\n带着配件" in to(heard, "hana")
    assert (await history(world))[-1].reason == "您好，下午两点到\n带着配件"
