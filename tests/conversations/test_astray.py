"""What is said while a question is open, and is no answer to it."""

from __future__ import annotations

import pytest

from domain.states import State
from tests.conversations.steps import (
    accepted,
    act,
    chat_of,
    claimed,
    closed,
    done,
    draft_of,
    events,
    external,
    file,
    newest,
    offer,
    phrase,
    pick,
    rarely,
    rate,
    requests_of,
    say_all,
    scheduled,
    speech,
    tap,
    to,
    working,
)
from tests.conversations.test_topics import forum, in_topic, topic
from tests.world import GROUP, World

DRIVER = "师傅把螺丝刀落在我家了"


async def press_again(world: World, who: str, action: str, chat: str = "") -> None:
    """Somebody taps the same button twice."""
    token = newest(world, chat or chat_of(who), speech(world, f"action-{action}"))
    for _ in range(2):
        await world.says(who, press=token, chat=chat or chat_of(who))


# ---- words that answer nothing


@pytest.mark.parametrize(("hours", "said"), [(0, DRIVER), (72, "你们周末上班吗")])
async def test_the_rating_swallows_nothing(world: World, hours: int, said: str):
    """What a homeowner writes while a rating is asked reaches staff, and the question stays open."""
    await closed(world)
    await world.passes(hours=hours)
    heard = await world.says("hana", said)
    assert said in to(heard, GROUP)
    assert phrase(world, "ask-score") in to(heard, "hana")
    assert phrase(world, "form-choose") not in to(heard, "hana")
    await rate(world, 5)
    assert (await world.request()).score == 5


@pytest.mark.parametrize("said", ["6", "嗯嗯", "你好", "138 0013 8000"])
async def test_an_attempt_to_answer_is_nobody_elses(world: World, said: str):
    """A number, a greeting or a word is no message for staff: the question is put again, or the hint is given."""
    await closed(world)
    heard = await world.says("hana", said)
    assert to(heard, GROUP) == ""
    assert to(heard, "hana")


async def test_a_photo_beside_a_rating(world: World):
    """A photo sent while a score is asked goes with the request that is rated."""
    await closed(world)
    photo = await world.photo("hana", "p")
    heard = await world.says("hana", files=[photo])
    assert [one.hash for call in heard if call.chat == GROUP for one in call.message.files] == [photo]
    assert phrase(world, "ask-score") in to(heard, "hana")


async def test_words_to_an_old_draft(world: World):
    """Words that come days after a draft's question reach staff; no other report is offered while one is written."""
    await world.says("hana", "厨房水龙头一直滴水")
    await world.passes(days=3)
    heard = await world.says("hana", "你们周末上班吗")
    assert "你们周末上班吗" in to(heard, GROUP)
    assert phrase(world, "report-ask-photos") in to(heard, "hana")
    assert phrase(world, "menu-report") not in [label for one in heard if one.chat == "hana" for label in one.buttons]
    assert "点一下「报修」" not in to(heard, "hana")
    heard = await world.says("hana", "我换了手机号，请打新号码")
    assert "我换了手机号" in to(heard, GROUP)
    draft = await draft_of(world)
    assert (draft["asked"], draft["answers"]["problem"]) == ("photos", "厨房水龙头一直滴水")


async def test_words_to_a_draft_that_comes_back(world: World):
    """When a question is done the draft beneath it is kept, and what is said next is no answer to it: that is put."""
    await file(world)
    await world.says("hana", "灯不亮了")
    await act(world, "hana", "cancel")
    await pick(world, "hana")
    heard = await world.says("hana", "你们周末上班吗")
    assert "你们周末上班吗" in to(heard, GROUP)
    assert phrase(world, "report-ask-photos") in to(heard, "hana")
    assert (await draft_of(world))["answers"]["problem"] == "灯不亮了"


async def test_words_to_a_draft_of_today(world: World):
    """Who comes back with a greeting goes on with the draft: what follows is more about it."""
    await world.says("hana", "厨房水龙头一直滴水")
    await world.passes(hours=8)
    await world.says("hana", "在吗")
    heard = await world.says("hana", "热水那一边，开关也很紧")
    assert to(heard, GROUP) == ""
    assert "热水那一边" in (await draft_of(world))["answers"]["problem"]


async def test_a_name_that_is_refused(world: World):
    """What a dialog of another kind refuses is an attempt to answer it, and nobody else's."""
    await world.says("hana", "/link")
    heard = await world.says("hana", "就是那个号码呀")
    assert to(heard, GROUP) == ""


async def test_reports_that_came_while_an_old_draft_waited(world: World):
    """What was reported instead of an answer is offered when the old draft is filed: all of it, not only the last."""
    await world.says("hana", "衣柜门关不上")
    await world.passes(days=1)
    await world.says("hana", "插座没电了")
    await world.passes(days=1)
    await world.says("hana", "马桶堵了")
    await say_all(world)
    heard = await tap(world, "hana", "form-confirm")
    assert "插座没电了" in to(heard, "hana")
    await tap(world, "hana", "form-use-later")
    await say_all(world)
    await tap(world, "hana", "form-confirm")
    assert next(one.description for one in await requests_of(world)) == "插座没电了\n马桶堵了"


async def test_photos_to_an_old_draft(world: World):
    """Photos are what was asked for, however long ago: they join the draft."""
    await world.says("hana", "厨房水龙头一直滴水")
    await world.passes(days=3)
    await world.says("hana", files=[await world.photo("hana", "p")])
    assert len((await draft_of(world))["answers"]["_photos"]) == 1


async def test_an_installer_who_is_asked_for_photos(world: World):
    """Words of an installer that answer nothing reach staff, and the job goes on."""
    await working(world)
    await act(world, "zhang", "finish")
    heard = await world.says("zhang", "总阀也坏了，要换吗")
    assert "总阀也坏了" in to(heard, GROUP)
    assert (await draft_of(world, "zhang"))["asked"] == "finish_photos"


async def test_a_code_is_nobody_elses(world: World):
    """What is typed for a code is never shown to the group."""
    await world.says("web1", "/link", channel="other")
    await world.says("web1", "13800138000", channel="other")
    await world.passes(hours=7)
    heard = await world.says("web1", "123456", channel="other")
    assert to(heard, GROUP) == ""


async def test_a_photo_with_an_answer_that_takes_none(world: World):
    """A photo that comes with an answer to a dialog without photos reaches staff."""
    await world.says("hana", "/verify")
    photo = await world.photo("hana", "p")
    heard = await world.says("hana", "JD-001", files=[photo])
    assert [one.hash for call in heard if call.chat == GROUP for one in call.message.files] == [photo]


async def test_a_danger_in_another_dialog(world: World):
    """A danger named where something else was asked is first aid and an alarm, and the answer counts."""
    await world.says("hana", "/verify")
    heard = await world.says("hana", "家里煤气泄漏了")
    assert phrase(world, "danger-gas-advice") in to(heard, "hana")
    for chat in (GROUP, "max"):
        assert "家里煤气泄漏了" in to(heard, chat)
    assert await draft_of(world) is None


# ---- a second tap


async def test_a_doubled_tap_keeps_the_draft_beneath(world: World):
    """A report waits beneath a question that was opened twice, and beneath those of two requests."""
    await file(world)
    await file(world, text="马桶堵了")
    await world.says("hana", "卧室的灯不亮了")
    await press_again(world, "hana", "cancel")
    await world.says("hana", "查进度")
    tokens = {
        token
        for call in world.channels["fake"].arrived
        for row in call.message.buttons
        for label, token, _ in row
        if call.chat == "hana" and label == phrase(world, "action-cancel")
    }
    for token in sorted(tokens):
        await world.says("hana", press=token)
    heard = await tap(world, "hana", "form-cancel")
    assert phrase(world, "form-waiting") in to(heard, "hana")
    draft = await draft_of(world)
    assert (draft["form"], draft["answers"]["problem"]) == ("report", "卧室的灯不亮了")


async def test_a_doubled_tap_keeps_the_photos(world: World):
    """The photos of the work stay when «完工» is tapped again, also after something else was asked in between."""
    await working(world)
    await press_again(world, "zhang", "finish")
    finish = newest(world, "zhang", speech(world, "action-finish"))
    for name in ("a", "b"):
        await world.says("zhang", files=[await world.photo("zhang", name)])
    await world.says("zhang", press=finish)
    assert len((await draft_of(world, "zhang"))["answers"]["_finish_photos"]) == 2
    await act(world, "zhang", "hand_over")
    await world.says("zhang", press=finish)
    draft = await draft_of(world, "zhang")
    assert (draft["form"], len(draft["answers"]["_finish_photos"])) == ("request.finish", 2)
    await tap(world, "zhang", "form-photos-done")
    await world.says("zhang", "换了阀芯")
    await tap(world, "zhang", "checks-all")
    assert (await world.request()).state is State.DONE


# ---- the group


async def test_talk_in_the_group_is_no_reason(world: World):
    """Minutes after a question was put, what staff say among themselves answers nothing; how to answer is said once."""
    await claimed(world)
    await rarely(world, "sam", "cancel")
    await world.passes(minutes=3)
    heard = await world.says("sam", "小周你看这个客户真难搞", chat=GROUP)
    assert to(heard, "hana") == ""
    assert to(heard, GROUP).endswith(phrase(world, "form-late"))
    assert await world.says("sam", "中午吃什么", chat=GROUP) == []
    assert (await world.request()).state is State.TRIAGED


async def test_a_late_reply_is_an_answer(world: World):
    """A reply to the question answers it at any time; one to a colleague or to another message never does."""
    await claimed(world)
    await rarely(world, "sam", "cancel")
    question = await external(world, GROUP, phrase(world, "ask-reason-cancel"))
    assert await world.says("sam", "这个客户真难搞", chat=GROUP, reply_to="m9999") == []
    await world.says("sam", "/help", chat=GROUP)
    help_text = await external(world, GROUP, "/queue")
    await world.passes(hours=3)
    await world.says("sam", "谢谢", chat=GROUP, reply_to=help_text)
    assert (await world.request()).state is State.TRIAGED
    await world.passes(hours=9)
    await world.says("sam", "业主搬家了", chat=GROUP, reply_to=question)
    assert ((await world.request()).state, (await world.request()).reason) == (State.CANCELLED, "业主搬家了")


async def test_a_question_that_comes_back_in_the_group(world: World):
    """A question that waited beneath another is not answered by what is said next."""
    await claimed(world)
    await rarely(world, "sam", "cancel")
    await act(world, "sam", "offer")
    heard = await tap(world, "sam", "form-cancel")
    assert phrase(world, "form-waiting") in to(heard, GROUP)
    await world.says("sam", "今天谁有空", chat=GROUP)
    assert (await world.request()).state is State.TRIAGED


async def test_late_talk_in_a_topic_is_a_note(world: World):
    """In the topic of the request it is a note, like all that is said there."""
    await forum(world)
    await claimed(world)
    await in_topic(world, press=world.token(GROUP, phrase(world, "action-more")))
    await in_topic(world, press=world.token(GROUP, phrase(world, "action-cancel")))
    await world.passes(minutes=3)
    await in_topic(world, "这家上次也很麻烦")
    assert await topic(world)
    assert (await events(world))[-1] == "note"


# ---- words of the menu, and figures


@pytest.mark.parametrize("said", ["今天", "today"])
async def test_today_is_a_time(world: World, said: str):
    """«今天» answers when somebody may come, for a homeowner who reports and for one who makes an appointment."""
    await world.says("hana", "厨房水龙头一直滴水")
    while (await draft_of(world))["asked"] != "window":
        await pick(world, "hana")
    heard = await world.says("hana", said)
    assert phrase(world, "refused-role") not in to(heard, "hana")
    assert (await draft_of(world))["asked"] != "window"


async def test_today_for_an_appointment(world: World):
    """…where it is no window of ours, the choice is those near it."""
    await accepted(world)
    await act(world, "hana", "schedule")
    heard = await world.says("hana", "今天")
    assert phrase(world, "refused-role") not in to(heard, "hana")
    assert phrase(world, "ask-window") in to(heard, "hana")


async def test_today_of_an_installer(world: World):
    """«今天» answers an installer's question, and shows the jobs where it is no answer or nothing is asked."""
    await scheduled(world)
    assert "R-1001" in to(await world.says("zhang", "今天"), "zhang")
    await act(world, "zhang", "reschedule")
    assert phrase(world, "ask-window") in to(await world.says("zhang", "今天"), "zhang")
    assert (await draft_of(world, "zhang"))["asked"] == "window"
    assert phrase(world, "ask-window") not in to(await world.says("zhang", "今日任务"), "zhang")


async def test_today_while_photos_are_asked(world: World):
    """An installer who is asked for photos still reaches the jobs by «今天»."""
    await working(world)
    await act(world, "zhang", "finish")
    heard = await world.says("zhang", "今天")
    assert phrase(world, "form-photos-least", count=2) not in to(heard, "zhang")
    assert "R-1001" in to(heard, "zhang")


async def test_today_as_a_reason(world: World):
    """A reason to decline may be that word."""
    await claimed(world)
    await offer(world, "zhang")
    await act(world, "zhang", "decline")
    await world.says("zhang", "今天")
    assert (await world.request()).declines == 1


@pytest.mark.parametrize("said", ["不用了", "不修了", "算了"])
async def test_a_reason_to_cancel_is_none_to_stop(world: World, said: str):
    """«不用了» is why a request is cancelled where that is asked."""
    await file(world)
    await act(world, "hana", "cancel")
    await world.says("hana", said)
    assert ((await world.request()).state, (await world.request()).reason) == (State.CANCELLED, said)


@pytest.mark.parametrize("said", ["不填了", "退出", "取消", "/cancel"])
async def test_who_does_not_cancel(world: World, said: str):
    """…and what says that one would rather not leaves the request as it is, and says so."""
    await file(world)
    await act(world, "hana", "cancel")
    heard = await world.says("hana", said)
    assert phrase(world, "form-cancelled") in to(heard, "hana")
    assert (await world.request()).state is State.NEW


async def test_enough_of_another_dialog(world: World):
    """In every other dialog the same words end it."""
    await done(world)
    await act(world, "hana", "not_fixed")
    heard = await world.says("hana", "算了")
    assert phrase(world, "form-cancelled") in to(heard, "hana")
    assert (await world.request()).state is State.DONE


@pytest.mark.parametrize("said", ["6562345678", "65623-45678"])
async def test_figures_answer_a_question(world: World, said: str):
    """Ten figures typed where a phone is asked are no invitation's code; with letters they are one anywhere."""
    await world.says("hana", "厨房水龙头一直滴水")
    while (await draft_of(world))["asked"] != "phone":
        await pick(world, "hana")
    heard = await world.says("hana", said)
    assert phrase(world, "report-phone-wrong") in to(heard, "hana")
    assert (await draft_of(world))["asked"] == "phone"
