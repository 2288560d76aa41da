"""The whole story, from a dripping faucet to five stars."""

from __future__ import annotations

import pytest

from domain.requests import rebuild
from domain.states import State
from tests.conversations.steps import (
    act,
    arrive,
    before_window,
    choose_installer,
    claimed,
    closed,
    done,
    events,
    file,
    finish,
    history,
    labels,
    offer,
    offers,
    phrase,
    pick,
    rate,
    scheduled,
    tap,
    to,
)
from tests.world import GROUP, World, last


async def test_a_request_is_filed_with_a_number_a_time_and_a_card_for_each_side(world: World):
    """Filing gives the homeowner a number and an honest time, and the group a card without phone or door."""
    heard = await file(world)

    request = await world.request()
    assert (request.state, request.category, request.product) == (State.NEW, "kitchen", "faucet")
    assert (request.phone, request.door) == ("+8613800138000", "1202室")
    assert "R-1001" in to(heard, "hana")
    assert "09:15" in to(heard, "hana")
    card = to(heard, GROUP)
    assert "R-1001" in card
    assert "138****8000" in card
    assert "1202" not in card
    assert "13800138000" not in card.replace(" ", "")
    assert offers(world, heard, GROUP, "claim")


async def test_from_report_to_rating_with_a_decline_a_hand_over_and_a_new_date(world: World):
    """Every change is told to those whom it concerns, and the story ends closed and rated."""
    heard = await claimed(world)
    assert "小林" in to(heard, "hana")

    await act(world, "sam", "called")
    heard = await offer(world, "zhang")
    assert "1202" not in to(heard, "zhang")
    assert "138" not in to(heard, "zhang")
    await act(world, "zhang", "decline")
    heard = await pick(world, "zhang")
    assert "张师傅" in to(heard, GROUP)
    assert phrase(world, "job-offered") in to(heard, "li")

    heard = await act(world, "li", "accept")
    assert "李师傅(JD-002)" in to(heard, "hana")
    assert "138 0013 8000" in to(heard, "li")
    assert "1202室" in to(heard, "li")
    await act(world, "hana", "schedule")
    heard = await pick(world, "hana")
    assert "14:00–16:00" in to(heard, "hana")
    assert "14:00–16:00" in to(heard, "li")

    await act(world, "li", "hand_over")
    heard = await world.says("li", "车坏了")
    assert "车坏了" in to(heard, "hana")
    assert phrase(world, "job-offered") in to(heard, "qian")
    await act(world, "qian", "accept")
    await act(world, "hana", "schedule")
    await pick(world, "hana")

    await act(world, "hana", "reschedule")
    await world.says("hana", "后天上午9点")
    heard = await world.says("hana", "临时要开会")
    assert "临时要开会" in to(heard, "qian")
    assert "09:00–11:00" in to(heard, "qian")

    await before_window(world)
    heard = await act(world, "qian", "depart")
    code = (await world.request()).code
    assert phrase(world, "fact-code", code=code) in to(heard, "hana")
    assert code not in (to(heard, GROUP) + to(heard, "qian")).replace("138 0013 8000", "")
    await arrive(world, "qian")
    heard = await finish(world, "qian")
    assert "换了阀芯，不滴了" in to(heard, "hana")
    await act(world, "hana", "confirm")
    heard = await rate(world, 5, "很准时")

    request = await world.request()
    assert (request.state, request.score, request.review) == (State.CLOSED, 5, "很准时")
    assert request.installer_id == "qian"
    assert rebuild(await history(world)) == request
    told = "file claim called offer decline accept schedule hand_over accept schedule reschedule depart arrive finish"
    assert await events(world) == [*told.split(), "confirm", "rate"]


async def test_the_four_taps_of_an_installer(world: World):
    """Accept, set out, arrive, finish: after each the card offers the next one and the state follows."""
    await claimed(world)
    heard = await offer(world, "zhang")
    for action, state in (("accept", State.ACCEPTED), ("depart", State.EN_ROUTE)):
        if action == "depart":
            await act(world, "hana", "schedule")
            heard = await pick(world, "hana")
            await before_window(world)
        assert offers(world, heard, "zhang", action)
        heard = await act(world, "zhang", action)
        assert (await world.request()).state is state
    assert offers(world, heard, "zhang", "arrive")
    heard = await arrive(world)
    assert offers(world, heard, "zhang", "finish")
    await finish(world)
    assert (await world.request()).state is State.DONE


async def test_the_homeowner_sees_where_it_stands_all_the_way(world: World):
    """The progress card has a timeline, one next step and who is responsible, and offers what is possible now."""
    await scheduled(world)

    heard = await world.says("hana", "查进度")

    card = last(heard, "hana")
    assert card.text.count(phrase(world, "next-SCHEDULED")) == 1
    assert "张师傅" in card.text
    for action in ("reschedule", "urge", "cancel", "add"):
        assert phrase(world, f"action-{action}") in card.buttons
    assert phrase(world, "action-confirm") not in card.buttons


async def test_a_closed_request_asks_for_nothing_but_a_rating(world: World):
    """As the homeowner agrees, the rating is asked in the same breath."""
    heard = await closed(world)

    assert labels(heard, "hana")[:5] == tuple(phrase(world, "rating-score", score=score) for score in (1, 2, 3, 4, 5))
    assert (await world.request()).closed_at == world.watch()


async def test_hand_over_in_the_middle_of_the_work(world: World):
    """An installer may hand over while at work; the homeowner hears who and why, and the next one starts afresh."""
    await done(world)
    await act(world, "hana", "not_fixed")
    await world.says("hana", "还在滴")
    await act(world, "zhang", "hand_over")
    heard = await world.says("zhang", "缺工具")

    request = await world.request()
    assert (request.state, request.installer_id, request.window) == (State.OFFERED, "", None)
    assert "张师傅" in to(heard, "hana")
    assert "缺工具" in to(heard, "hana")
    assert phrase(world, "job-released", id="R-1001") in to(heard, "zhang")


async def test_staff_give_the_job_to_another_installer(world: World):
    """Reassigning names the new one, asks why, tells everybody, and never offers it to the one who has it."""
    await scheduled(world)
    await act(world, "sam", "more")
    heard = await act(world, "sam", "reassign")
    assert not any("张师傅" in label for label in labels(heard, GROUP))
    await choose_installer(world, "li")
    heard = await world.says("sam", "张师傅生病了", chat=GROUP)

    assert (await world.request()).state is State.OFFERED
    assert "张师傅生病了" in to(heard, "hana")
    assert phrase(world, "job-offered") in to(heard, "li")
    assert phrase(world, "job-released", id="R-1001") in to(heard, "zhang")
    heard = await world.says("zhang", press=world.token("zhang", phrase(world, "action-depart")))
    assert phrase(world, "refused-not-offered", id="R-1001") in to(heard, "zhang")
    assert (await world.request()).state is State.OFFERED


@pytest.mark.parametrize("locale", ["en", "zh-Hant"])
async def test_the_same_story_in_another_language(world: World, locale: str):
    """In en and zh-Hant everything is said in that language, with no id in brackets and no words of another."""
    for who in ("hana", "zhang"):
        await world.says(who, f"/language {locale}")
    await world.says("sam", f"/language {locale}", chat=GROUP)
    before = len(world.shown)

    await world.says("hana", "kitchen tap dripping")
    await tap(world, "hana", "form-photos-none")
    for _ in range(3):
        await pick(world, "hana")
    await tap(world, "hana", "form-confirm")
    await act(world, "sam", "claim")
    await offer(world, "zhang")
    await act(world, "zhang", "accept")
    await act(world, "hana", "schedule")
    await pick(world, "hana")
    await world.says("hana", "/status")
    await before_window(world)
    await act(world, "zhang", "depart")
    await arrive(world)
    await finish(world, report="new cartridge")
    await act(world, "hana", "confirm")
    await rate(world, 5, "thanks")
    await world.passes(hours=1)

    said = [one for one in world.shown[before:] if one.chat in ("hana", "zhang", GROUP)]
    assert (await world.request()).score == 5
    words = "\n".join(one.text + " ".join(one.buttons) for one in said)
    assert "[" not in words
    assert {one.message.locale for one in said} == {locale}
    if locale == "en":
        for own in ("王阿姨", "张师傅", "李师傅", "钱师傅", "小林", "世纪大道100号3号楼", "1202室"):
            words = words.replace(own, "")
        assert [char for char in words if "\u4e00" <= char <= "\u9fff"] == []
    else:
        assert phrase(world, "action-claim") not in words
