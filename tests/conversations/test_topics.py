"""A topic for each request in a staff group that has topics: made, found, healed, closed; and what is said there."""

from __future__ import annotations

from typing import Any

from domain.chat import Place
from domain.errors import NoThreads, Temporary, ThreadClosed, Throttled
from tests.conversations.steps import (
    DRIP,
    accepted,
    act,
    asked,
    claimed,
    events,
    external,
    file,
    history,
    labels,
    phrase,
    rarely,
    say_all,
    tap,
    to,
)
from tests.fakes import Call, FakeChannel
from tests.world import GROUP, Heard, World, last

STAFF = Place("fake", GROUP)


def fake(world: World) -> FakeChannel:
    return world.channels["fake"]


async def forum(world: World) -> None:
    """The staff group has topics from now on; it is learned from what is said there."""
    world.forums.add(GROUP)
    await world.says("sam", "/queue", chat=GROUP)


async def topic(world: World, id: str = "R-1001") -> str:
    """The topic of a request."""
    found = await world.store(lambda store: store.topics.of(STAFF, id))
    assert found, f"{id} has no topic"
    return str(found.id)


async def in_topic(world: World, text: str = "", who: str = "sam", id: str = "R-1001", **more: Any) -> list[Heard]:
    """Somebody writes in the topic of a request."""
    return await world.says(who, text, chat=GROUP, thread=await topic(world, id), **more)


def there(heard: list[Heard], thread: str) -> str:
    """What was newly said in a topic."""
    return "\n".join(one.text for one in heard if one.chat == GROUP and one.message.thread == thread)


def standing(world: World, thread: str) -> list[Call]:
    """What was sent to a topic, edits left out."""
    return [call for call in fake(world).arrived if call.chat == GROUP and call.message.thread == thread]


async def test_a_request_gets_its_topic(world: World):
    """The card of a new request opens a topic named after it, and photos go there too."""
    await forum(world)
    await world.says("hana", DRIP, files=[await world.photo("hana")])
    await tap(world, "hana", "form-photos-done")
    await say_all(world)
    heard = await tap(world, "hana", "form-confirm")

    thread = await topic(world)
    assert [one.name for one in fake(world).threads.values()] == ["R-1001 厨房、水龙头、滴水"]
    assert DRIP in there(heard, thread)
    assert [file.hash for one in standing(world, thread) for file in one.message.files] == [f"{'a':0>64}"]
    assert {one.message.thread for one in heard if one.chat == GROUP} == {thread}


async def test_a_topic_is_made_once(world: World):
    """Later cards, reminders and what the homeowner adds go to the same topic; another request has its own."""
    await forum(world)
    await claimed(world)
    thread = await topic(world)
    await world.passes(minutes=11)
    heard = await world.says("hana", "对了，是热水那边")
    assert "是热水那边" in there(heard, thread)
    await file(world, "otto", "灯不亮了")

    assert [one[0] for one in fake(world).changes] == ["open", "open"]
    assert await topic(world, "R-1002") != thread


async def test_a_card_is_edited_in_its_topic(world: World):
    """What staff do changes the card where it stands."""
    await forum(world)
    await file(world)
    before = len(fake(world).arrived)
    await act(world, "sam", "claim")

    edits = [call for call in fake(world).arrived[before:] if call.chat == GROUP]
    assert [bool(call.edits) for call in edits] == [True]


async def test_a_group_without_topics_has_none(world: World):
    """Where there are no topics, all is said in the one chat."""
    heard = await file(world)
    assert fake(world).changes == []
    assert last(heard, GROUP).message.thread == ""


async def test_a_group_that_stops_being_a_forum_is_learned(world: World):
    """After the topics are switched off, cards come to the chat itself."""
    await forum(world)
    world.forums.clear()
    await world.says("sam", "/queue", chat=GROUP)
    heard = await file(world)
    assert last(heard, GROUP).message.thread == ""


async def test_a_deleted_topic_is_made_anew(world: World):
    """When people delete the topic, the next message makes it again, with the whole card instead of an edit."""
    await forum(world)
    await file(world)
    first = await topic(world)
    del fake(world).threads[GROUP, first]
    heard = await act(world, "sam", "claim")

    second = await topic(world)
    assert second != first
    assert phrase(world, "state-TRIAGED") in there(heard, second)
    assert len([one for one in heard if one.chat == GROUP]) == 1
    heard = await act(world, "sam", "called")
    assert await topic(world) == second


async def test_a_topic_that_was_closed_by_hand(world: World):
    """A message into a closed topic opens it, arrives once, and leaves it closed."""
    await forum(world)
    await file(world)
    thread = await topic(world)
    fake(world).threads[GROUP, thread].open = False
    heard = await world.says("hana", "我今天都在家")

    assert there(heard, thread).count("我今天都在家") == 1
    assert [change[0] for change in fake(world).changes] == ["open", "reopen", "close"]


async def test_the_topic_closes_and_opens_with_the_request(world: World):
    """A cancelled request closes its topic, and a restored one opens it again."""
    await forum(world)
    await claimed(world)
    thread = await topic(world)
    await rarely(world, "sam", "cancel")
    await world.says("sam", "业主说不用了", chat=GROUP)
    assert not fake(world).threads[GROUP, thread].open
    await world.says("max", "/show R-1001", chat=GROUP)
    await rarely(world, "max", "restore")
    heard = await world.says("max", "业主又要修", chat=GROUP)

    assert fake(world).threads[GROUP, thread].open
    assert phrase(world, "state-TRIAGED") in there(heard, thread)
    assert [change[0] for change in fake(world).changes] == ["open", "close", "reopen"]


async def restored(world: World) -> list[Heard]:
    """A cancelled request is taken up again."""
    await world.says("max", "/show R-1001", chat=GROUP)
    await rarely(world, "max", "restore")
    return await world.says("max", "业主又要修", chat=GROUP)


async def cancelled(world: World) -> str:
    """A request in a forum, cancelled; its topic."""
    await forum(world)
    await claimed(world)
    await rarely(world, "sam", "cancel")
    await world.says("sam", "业主说不用了", chat=GROUP)
    return await topic(world)


async def test_a_topic_that_was_deleted_when_it_was_closed(world: World):
    """When a request is taken up again whose closed topic people have deleted, its card opens a new one at once."""
    first = await cancelled(world)
    del fake(world).threads[GROUP, first]
    heard = await restored(world)

    second = await topic(world)
    assert second != first
    assert phrase(world, "state-TRIAGED") in there(heard, second)
    assert fake(world).threads[GROUP, second].open


async def test_a_topic_that_is_deleted_while_it_is_opened(world: World):
    """When a topic is gone by the time that it is opened for a message, the message makes another, open one."""
    await forum(world)
    await file(world)
    first = await topic(world)
    fake(world).fail(GROUP, ThreadClosed("thread-closed"))
    del fake(world).threads[GROUP, first]
    heard = await act(world, "sam", "claim")

    second = await topic(world)
    assert second != first
    assert phrase(world, "state-TRIAGED") in there(heard, second)
    assert fake(world).threads[GROUP, second].open


async def test_without_the_right_to_open_a_topic(world: World):
    """When we may not open the topic again, the card goes to the main chat, and the admin is told which right lacks."""
    first = await cancelled(world)
    fake(world).fail(f"reopen:{GROUP}", *[NoThreads("no-threads")] * 9)
    heard = await restored(world)

    assert phrase(world, "state-TRIAGED") in there(heard, "")
    assert phrase(world, "topics-denied") in to(heard, "ada")
    assert await topic(world) == first
    heard = await world.says("hana", "我今天都在家")
    assert "我今天都在家" in there(heard, "")
    assert phrase(world, "topics-denied") not in to(heard, "ada")


async def test_a_closed_topic_that_we_may_not_open(world: World):
    """A message into a topic that people closed goes to the main chat when we may not open it."""
    await forum(world)
    await file(world)
    fake(world).threads[GROUP, await topic(world)].open = False
    fake(world).fail(f"reopen:{GROUP}", *[NoThreads("no-threads")] * 9)
    heard = await world.says("hana", "我今天都在家")
    assert "我今天都在家" in there(heard, "")
    assert phrase(world, "topics-denied") in to(heard, "ada")


async def test_a_main_chat_that_is_closed(world: World):
    """Chats that refuse a message as a closed topic does hold up nobody else: the message is tried once more as it is,
    then it is a dead letter."""
    fake(world).fail("sue", ThreadClosed("thread-closed"))
    assert to(await world.says("sue", "/help"), "sue")
    for who in ("hana", "otto", "zhang"):
        fake(world).fail(who, *[ThreadClosed("thread-closed")] * 2)
        assert phrase(world, "dead-call") in labels(await world.says(who, "/help"), GROUP)
    assert to(await world.says("sam", "/help"), "sam")


async def test_closing_is_tried_again_without_another_copy(world: World):
    """When the platform does not close the topic at once, the card is not sent twice, and the topic closes later."""
    await forum(world)
    await claimed(world)
    thread = await topic(world)
    fake(world).fail(f"close:{GROUP}", Temporary("500"), Temporary("500"))
    await rarely(world, "sam", "cancel")
    heard = await world.says("sam", "业主说不用了", chat=GROUP)
    cards = [one for one in heard if one.chat == GROUP and phrase(world, "state-CANCELLED") in one.text]
    fresh = [call for call in fake(world).arrived if call.message in [one.message for one in cards] and not call.edits]
    assert len(fresh) == 1
    assert fake(world).threads[GROUP, thread].open
    await world.passes(minutes=1)

    assert not fake(world).threads[GROUP, thread].open
    sent = [
        call for call in standing(world, thread) if not call.edits and phrase(world, "state-CANCELLED") in call.text
    ]
    assert len(sent) == 1


async def test_without_the_right_to_make_topics(world: World):
    """Cards go to the main chat, and the admin is told once which right is missing, until the rights change."""
    await forum(world)
    fake(world).flat.add(GROUP)
    heard = await file(world)
    assert last(heard, GROUP).message.thread == ""
    assert phrase(world, "topics-denied") in to(heard, "ada")
    await forum(world)
    heard = await file(world, "otto", "灯不亮了")
    assert phrase(world, "topics-denied") not in to(heard, "ada")

    fake(world).flat.clear()
    await world.says("ada", chat=GROUP, event="added")
    await forum(world)
    await act(world, "sam", "claim")
    assert await topic(world, "R-1002")


async def test_plain_words_in_the_topic_are_a_note(world: World):
    """Staff talk in the topic stays inside: kept with the request, on the card's timeline, and told to nobody else."""
    await forum(world)
    await accepted(world)
    heard = await in_topic(world, "这家上次也是阀芯", who="sue")

    assert {one.chat for one in heard} == {GROUP}
    assert (await history(world))[-1].reason == "这家上次也是阀芯"
    assert phrase(world, "event-note", at=world.watch(), who="小周") in to(heard, GROUP)
    for who in ("hana", "zhang"):
        await tap(world, "hana", "action-add")
        heard = await world.says("hana", "再补充一句")
        assert "记了一笔" not in to(heard, who)


async def test_plain_words_elsewhere_are_talk(world: World):
    """In the main chat staff may talk, and nothing comes of it; a stranger in a topic leaves no note either."""
    await forum(world)
    await file(world)
    assert await world.says("sam", "中午吃什么", chat=GROUP) == []
    assert await in_topic(world, "你好", who="otto") == []
    assert await world.says("sam", "别的话题", chat=GROUP, thread="t99") == []
    assert await events(world) == ["file"]


async def test_a_reply_in_the_topic_goes_to_the_homeowner(world: World):
    """A reply reaches the homeowner with its photo, and the topic reads whether it arrived."""
    await forum(world)
    await file(world)
    photo = await world.photo("sam", "s")
    card = await external(world, GROUP, DRIP)
    heard = await in_topic(world, "师傅明天到", reply_to=card, files=[photo])

    assert "师傅明天到" in to(heard, "hana")
    assert [file.hash for one in heard if one.chat == "hana" for file in one.message.files] == [photo]
    assert phrase(world, "receipt-arrived") in to(heard, GROUP)
    assert {one.message.thread for one in heard if one.chat == GROUP} <= {await topic(world), ""}
    sent = [call for call in fake(world).arrived if phrase(world, "reply-sent", id="R-1001") in call.text]
    assert [call.message.thread for call in sent] == [await topic(world)]


async def test_a_receipt_that_comes_first(world: World):
    """A receipt that overtakes the word that the reply was sent stands in the topic as well."""
    await forum(world)
    await file(world)
    fake(world).fail(GROUP, Throttled("429", 5))
    heard = await in_topic(world, "师傅明天到", reply_to=await external(world, GROUP, DRIP))
    assert "师傅明天到" in to(heard, "hana")
    heard = await world.passes(seconds=6)
    assert phrase(world, "receipt-arrived") in there(heard, await topic(world))


async def test_by_number_from_the_topic(world: World):
    """/r needs no number in the topic of the request, and takes one for another."""
    await forum(world)
    await file(world)
    heard = await in_topic(world, "/r 师傅 2 点到")
    assert "师傅 2 点到" in to(heard, "hana")
    await file(world, "otto", "灯不亮了")
    heard = await in_topic(world, "/r R-1002 马上安排")
    assert "马上安排" in to(heard, "otto")


async def test_a_reply_to_a_colleague_is_a_note(world: World):
    """Who answers a colleague in the topic does not write to the homeowner."""
    await forum(world)
    await file(world)
    heard = await in_topic(world, "我也这么看", reply_to="m9999")
    assert to(heard, "hana") == ""
    assert await events(world) == ["file", "note"]


async def test_a_reply_to_what_is_about_nobody(world: World):
    """In the main chat a reply to a message of ours that is about nobody is answered with a word."""
    await world.says("sam", "/help", chat=GROUP)
    heard = await world.says("sam", "好的，谢谢", chat=GROUP, reply_to=await external(world, GROUP, "/queue"))
    assert to(heard, GROUP) == phrase(world, "reply-nobody")
    assert await world.says("sam", "好的", chat=GROUP, reply_to="m9999") == []


async def test_answers_stay_in_their_topic(world: World):
    """Commands and questions are answered where they came from, and an answer counts only there."""
    await forum(world)
    await claimed(world)
    thread = await topic(world)
    heard = await in_topic(world, "/find 世纪大道")
    assert there(heard, thread).startswith("「世纪大道」")
    more = labels_token(world, "action-more")
    heard = await in_topic(world, press=more)
    heard = await in_topic(world, press=labels_token(world, "action-reject"))
    assert there(heard, thread)
    heard = await world.says("sam", "买不到配件", chat=GROUP)
    assert heard == []
    await in_topic(world, "买不到配件")
    assert (await world.request()).state.value == "REJECTED"


def labels_token(world: World, id: str) -> str:
    return world.token(GROUP, phrase(world, id))


async def test_general_answers_stay_in_general(world: World):
    """What is asked in the main chat is answered there, also when it is about a request with a topic of its own."""
    await forum(world)
    await file(world)
    heard = await world.says("sam", "/show R-1001", chat=GROUP)
    copy = last(heard, GROUP)
    assert copy.message.thread == ""
    heard = await world.says("sam", press=world.token(GROUP, phrase(world, "action-claim")), chat=GROUP)
    edited = [call for call in fake(world).arrived if call.chat == GROUP and call.edits]
    assert DRIP in edited[-1].text
    assert (await world.request()).state.value == "TRIAGED"
    assert phrase(world, "action-offer") in labels(heard, GROUP)
    assert asked(world, GROUP).buttons


async def test_an_edit_in_the_topic_is_another_note(world: World):
    """What staff change afterwards is noted again, once, and is never a command."""
    await forum(world)
    await file(world)
    await in_topic(world, "等配件")
    await in_topic(world, "等配件", edited=True)
    await in_topic(world, "等配件，周五到", edited=True)
    await in_topic(world, "/r 出去", edited=True)
    assert [event.reason for event in await history(world)][1:] == ["等配件", "等配件，周五到", "/r 出去"]
    assert await events(world) == ["file", "note", "note", "note"]
