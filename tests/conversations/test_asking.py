"""问师傅: a question goes to whoever has the job, who answers by a button; a clock runs until somebody has."""

from __future__ import annotations

from typing import Any

from tests.conversations.steps import accepted, act, claimed, events, phrase, scheduled, tap, to
from tests.world import GROUP, Heard, World

ASKED = "阀门要不要我先关？"
ANSWER = "先关上，我两点到"


async def ask(world: World, said: str = ASKED, **more: Any) -> list[Heard]:
    """The homeowner taps «问师傅» and writes."""
    await tap(world, "hana", "action-ask")
    return await world.says("hana", said, **more)


async def test_question_and_answer(world: World):
    """The installer reads it and answers by a tap; the homeowner reads who answers, and staff read both sides."""
    await scheduled(world)
    heard = await ask(world)
    assert ASKED in to(heard, "zhang")
    assert ASKED in to(heard, GROUP)
    assert "张师傅" in to(heard, "hana")
    assert "09:15" in to(heard, "hana")

    heard = await tap(world, "zhang", "answer-button")
    assert phrase(world, "answer-ask", name="王阿姨") in to(heard, "zhang")
    heard = await world.says("zhang", ANSWER)
    assert ANSWER in to(heard, "hana")
    assert phrase(world, "reply-from-installer", name="张师傅", id="R-1001") in to(heard, "hana")
    assert ANSWER in to(heard, GROUP)
    assert phrase(world, "receipt-arrived") in to(heard, "zhang")
    assert (await events(world))[-2:] == ["supplement", "told"]


async def test_nobody_answers(world: World):
    """A question that nobody answers rings: staff are reminded, and at the promised time a manager hears of it."""
    await scheduled(world)
    await world.says("sam", "/r R-1001 好的", chat=GROUP)
    await ask(world)
    assert "R-1001" in to(await world.passes(minutes=10), GROUP)
    heard = await world.passes(minutes=5)
    assert to(heard, "max")
    assert to(heard, "hana")


async def test_an_answer_stops_the_clock(world: World):
    """Once the installer has answered nothing rings any more, and it counts as the first answer."""
    await scheduled(world)
    await ask(world)
    await tap(world, "zhang", "answer-button")
    await world.says("zhang", ANSWER)
    assert await world.passes(minutes=20) == []
    assert (await world.request()).answered_at


async def test_staff_may_answer_instead(world: World):
    """Staff reply to what they read of it, and the clock stops as well."""
    await scheduled(world)
    await ask(world)
    heard = await world.says("sam", "/r R-1001 师傅在路上，先关上", chat=GROUP)
    assert "先关上" in to(heard, "hana")
    assert await world.passes(minutes=20) == []


async def test_before_there_is_an_installer(world: World):
    """The button is not on the card, and one pressed late is refused with what to do instead."""
    await claimed(world)
    assert phrase(world, "action-ask") not in str(world.shown)
    await accepted(world, "otto")
    asked = await tap(world, "otto", "action-ask")
    assert phrase(world, "ask-the-installer", name="张师傅(JD-001)") in to(asked, "otto")
    await act(world, "zhang", "hand_over")
    await world.says("zhang", "去不了")
    heard = await world.says("otto", ASKED)
    assert phrase(world, "ask-nobody", id="R-1002") in to(heard, "otto")


async def test_only_whose_job_it_is(world: World):
    """An installer who gives the job away while writing an answer sends nobody anything, and another never could."""
    await scheduled(world)
    await ask(world)
    button = world.token("zhang", phrase(world, "answer-button"))
    assert ASKED not in to(await world.says("li", press=button), "li")
    await world.says("zhang", press=button)
    await act(world, "zhang", "hand_over")
    await world.says("zhang", "去不了")
    assert phrase(world, "refused-not-offered", id="R-1001") in to(await world.says("zhang", press=button), "zhang")
    assert ANSWER not in to(await world.says("zhang", ANSWER), "hana")


async def test_an_answer_that_comes_too_late(world: World):
    """After the end of a job its installer is told that nothing was sent."""
    await scheduled(world)
    await ask(world)
    button = world.token("zhang", phrase(world, "answer-button"))
    await act(world, "hana", "cancel")
    await world.press("hana", phrase(world, "reason-cancel-solved"))
    assert phrase(world, "answer-over", id="R-1001") in to(await world.says("zhang", press=button), "zhang")


async def test_a_photo_alone(world: World):
    """A photo is a question too, and reaches the installer."""
    await scheduled(world)
    photo = await world.photo("hana", "valve")
    heard = await ask(world, "", files=[photo])
    assert [call.message.files for call in heard if call.chat == "zhang" and call.message.files]
    assert to(heard, "hana")


async def test_nothing_written(world: World):
    """Whoever thinks better of it closes the question, and nobody is asked anything."""
    await scheduled(world)
    await tap(world, "hana", "action-ask")
    heard = await tap(world, "hana", "form-cancel")
    assert to(heard, "hana")
    assert {one.chat for one in heard} == {"hana"}


async def test_a_supplement_can_be_answered_too(world: World):
    """What is added to a job can be answered by its installer with the same button."""
    await accepted(world)
    await tap(world, "hana", "action-add")
    await world.says("hana", "楼下没有电梯")
    await tap(world, "zhang", "answer-button")
    assert "知道了" in to(await world.says("zhang", "知道了"), "hana")
