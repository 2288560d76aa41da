"""Appointments, the way, the door, and those who do not come."""

from __future__ import annotations

import pytest

from domain.chat import Span
from domain.errors import NotFound
from domain.people import Role, Viewer
from domain.requests import Request
from domain.states import State
from tests.conversations.steps import (
    accepted,
    act,
    arrive,
    asked,
    before_window,
    chat_of,
    departed,
    finish,
    labels,
    offers,
    phrase,
    pick,
    rarely,
    scheduled,
    tap,
    to,
    working,
)
from tests.world import GROUP, World


async def test_three_windows_near_the_wish(world: World):
    """The homeowner is offered three windows, the one that was wished for first, and everybody hears of the choice."""
    await accepted(world)
    heard = await act(world, "hana", "schedule")
    assert "14:00–16:00" in labels(heard, "hana")[0]
    assert len([label for label in labels(heard, "hana") if "–" in label]) == 3
    heard = await pick(world, "hana")

    request = await world.request()
    assert request.window == Span(*[world.watch().replace(day=24, hour=hour) for hour in (6, 8)])
    for chat in ("hana", "zhang", GROUP):
        assert "14:00–16:00" in to(heard, chat)


async def test_a_window_in_words(world: World):
    """«周六上午» brings its appointments; what is no time, past or too far away is refused with what is possible."""
    await accepted(world)
    await act(world, "hana", "schedule")
    heard = await world.says("hana", "看情况吧")
    assert phrase(world, "form-window") in to(heard, "hana")
    heard = await world.says("hana", "明年3月5号上午")
    assert phrase(world, "form-window-range", days=14) in to(heard, "hana")
    heard = await world.says("hana", "周六上午")
    assert phrase(world, "form-window-which") in to(heard, "hana")
    await pick(world, "hana")

    window = (await world.request()).window
    assert window == Span(*[world.watch().replace(day=28, hour=hour) for hour in (1, 3)])


async def test_staff_make_the_appointment_by_phone(world: World):
    """Staff may agree the window for the homeowner."""
    await accepted(world)
    await act(world, "sam", "schedule")
    heard = await pick(world, "sam")
    assert (await world.request()).state is State.SCHEDULED
    assert "14:00–16:00" in to(heard, "hana")


async def test_a_booked_window_is_not_offered_again(world: World):
    """What an installer is booked for is not among the choices of the next homeowner, and is refused in words."""
    await scheduled(world)
    await accepted(world, "otto")
    heard = await act(world, "otto", "schedule")
    assert "明天（周二） 14:00–16:00" not in labels(heard, "otto")
    heard = await world.says("otto", "明天下午2点到4点")

    assert (await world.request("R-1002")).state is State.ACCEPTED
    assert phrase(world, "form-window-busy") in to(heard, "otto")
    assert any("16:00–18:00" in label for label in labels(heard, "otto"))
    await world.says("otto", "明天下午4点到6点")
    assert (await world.request("R-1002")).state is State.SCHEDULED


@pytest.mark.parametrize("who", ["hana", "zhang"])
async def test_either_side_may_ask_for_another_time(world: World, who: str):
    """A new window needs a reason, is counted, and both the other side and staff read it."""
    await scheduled(world)
    await act(world, who, "reschedule")
    await world.says(who, "后天上午9点")
    heard = await world.says(who, "临时有事")

    request = await world.request()
    assert (request.state, request.reschedules) == (State.SCHEDULED, 1)
    assert request.window == Span(*[world.watch().replace(day=25, hour=hour) for hour in (1, 3)])
    for chat in ("hana", "zhang"):
        assert "临时有事" in to(heard, chat)
    assert "09:00–11:00" in to(heard, GROUP)


async def test_staff_move_the_appointment(world: World):
    """Staff find it behind «more»."""
    await scheduled(world)
    await rarely(world, "sam", "reschedule")
    await world.says("sam", "后天上午", chat=GROUP)
    await pick(world, "sam")
    heard = await pick(world, "sam")
    assert "09:00–11:00" in to(heard, "hana")
    assert (await world.request()).reschedules == 1


async def moved(world: World, who: str, reason: str) -> Request:
    """Somebody moves the visit to the next window that is offered, for a reason of theirs."""
    await (rarely if who == "sam" else act)(world, who, "reschedule")
    await pick(world, who)
    await world.says(who, reason, chat=chat_of(who))
    return await world.request()


async def test_the_companys_second_move_escalates(world: World):
    """The installer once, staff once: somebody who leads looks into it. What homeowners move does not count."""
    await scheduled(world)
    assert (await moved(world, "hana", "临时有事")).escalation == 0
    assert (await moved(world, "zhang", "上一家没做完")).escalation == 0
    assert (await moved(world, "hana", "还是不行")).escalation == 0
    request = await moved(world, "sam", "配件没到")

    assert (request.reschedules, request.escalation) == (4, 1)


async def test_a_homeowners_move_by_phone_is_theirs(world: World):
    """Staff who move it for the homeowner, and say so with the company's reason, have not put it off."""
    await scheduled(world)
    theirs = phrase(world, "reason-reschedule-homeowner_time")
    for _ in range(2):
        await rarely(world, "sam", "reschedule")
        await pick(world, "sam")
        await world.press("sam", theirs, chat=GROUP)
    assert ((await world.request()).reschedules, (await world.request()).escalation) == (2, 0)
    assert (await moved(world, "zhang", "上一家没做完")).escalation == 0


async def test_setting_out_too_early(world: World):
    """Until two hours before the window it is refused, with the time from which it is possible."""
    await scheduled(world)
    heard = await act(world, "zhang", "depart")
    earliest = world.watch().replace(day=24, hour=4)
    assert phrase(world, "refused-too-early", at=earliest) in to(heard, "zhang")
    await world.passes(seconds=(earliest - world.watch()).total_seconds() - 1)
    await act(world, "zhang", "depart")
    assert (await world.request()).state is State.SCHEDULED
    await world.passes(seconds=1)
    await act(world, "zhang", "depart")
    assert (await world.request()).state is State.EN_ROUTE


async def test_the_arrival_code(world: World):
    """A wrong code is refused and asked again; the right one, which only the homeowner has, starts the work."""
    await departed(world)
    code = (await world.request()).code
    await act(world, "zhang", "arrive")
    heard = await world.says("zhang", "0000" if code != "0000" else "1111")
    assert phrase(world, "refused-code") in to(heard, "zhang")
    assert (await world.request()).state is State.EN_ROUTE
    heard = await world.says("zhang", f" {code} ")

    assert (await world.request()).state is State.IN_PROGRESS
    assert to(heard, "hana")


async def test_a_forgotten_tap_on_the_way(world: World):
    """Who forgot to tap «set out» may still arrive with the code."""
    await scheduled(world)
    await before_window(world, hours=0)
    await arrive(world)
    assert (await world.request()).state is State.IN_PROGRESS


async def test_staff_let_the_installer_in(world: World):
    """Staff override a lost code with a reason, which the homeowner reads; an installer cannot."""
    await departed(world)
    await rarely(world, "sam", "override")
    heard = await world.says("sam", "业主手机没电", chat=GROUP)

    assert (await world.request()).state is State.IN_PROGRESS
    assert "业主手机没电" in to(heard, "hana")
    assert phrase(world, "action-override") not in asked(world, "zhang").buttons


@pytest.mark.parametrize("who", ["hana", "zhang"])
async def test_a_no_show_of_either_side(world: World, who: str):
    """A quarter of an hour after the window either side may say that nobody came; a new window is agreed."""
    await departed(world)
    heard = await world.says(who, "/jobs" if who == "zhang" else "查进度")
    assert not offers(world, heard, who, "no_show")
    await world.passes(hours=3, minutes=14)
    heard = await world.says(who, "/jobs" if who == "zhang" else "查进度")
    assert not offers(world, heard, who, "no_show")
    heard = await world.passes(minutes=1)
    assert offers(world, heard, who, "no_show")
    await act(world, who, "no_show")
    heard = await world.says(who, "敲门没人应")

    request = await world.request()
    assert (request.state, request.window, request.code, request.installer_id) == (State.ACCEPTED, None, "", "zhang")
    assert "敲门没人应" in to(heard, "hana")
    assert "敲门没人应" in to(heard, GROUP)
    await act(world, "hana", "schedule")
    await pick(world, "hana")
    assert (await world.request()).state is State.SCHEDULED


async def test_finishing_needs_photos_and_words(world: World):
    """The photos that the category asks for and a report are required; the homeowner sees both."""
    await working(world)
    await act(world, "zhang", "finish")
    heard = await world.says("zhang", "没有")
    assert phrase(world, "form-photos-least", count=2) in to(heard, "zhang")
    one, two = [await world.photo("zhang", name) for name in "ab"]
    heard = await world.says("zhang", files=[one])
    assert phrase(world, "form-photos-done") not in labels(heard, "zhang")
    await world.says("zhang", files=[two])
    await pick(world, "zhang")
    heard = await world.says("zhang", "")
    assert (await world.request()).state is State.IN_PROGRESS
    await world.says("zhang", "换了阀芯")
    heard = await tap(world, "zhang", "checks-all")

    request = await world.request()
    assert (request.state, request.report, request.finish_photos) == (State.DONE, "换了阀芯", (one, two))
    for chat in ("hana", GROUP):
        assert "换了阀芯" in to(heard, chat)
        assert [file.hash for call in heard if call.chat == chat for file in call.message.files] == [one, two]
    viewer = Viewer("hana", Role.HOMEOWNER)
    assert await world.store(lambda store: store.files.get(one, viewer, "fake:hana"))
    stranger = Viewer("otto", Role.HOMEOWNER)
    assert await world.store(lambda store: store.files.get(one, stranger, "fake:otto")) is None


async def test_a_door_that_needs_one_photo(world: World):
    """Each category has its own number of photos."""
    await accepted(world, text="卧室门关不上")
    await act(world, "hana", "schedule")
    await pick(world, "hana")
    await before_window(world, hours=0)
    await arrive(world)
    await act(world, "zhang", "finish")
    heard = await world.says("zhang", files=[await world.photo("zhang")])
    assert phrase(world, "form-photos-done") in labels(heard, "zhang")


async def test_the_jobs_of_today_in_order_of_time(world: World):
    """The installer's list holds the held jobs by window, those without one last, then the offers."""
    await accepted(world, "otto", "卧室门关不上")
    await accepted(world)
    await act(world, "hana", "schedule")
    await pick(world, "hana")
    await accepted(world, "otto", "灯不亮了")
    await act(world, "otto", "schedule")
    await pick(world, "otto")
    heard = await world.says("zhang", "今日任务")

    numbers = [one.text.split()[0] for one in heard if one.text.startswith("R-")]
    windows = [(await world.request(number)).window_start for number in numbers]
    assert sorted(numbers) == ["R-1001", "R-1002", "R-1003"]
    assert windows[:2] == sorted(windows[:2])
    assert windows[2] is None
    assert "张杨路1号" in to(heard, "zhang")
    assert to(await world.says("li", "/jobs"), "li") == phrase(world, "jobs-title", jobs=0, offers=0)


async def test_another_installer_learns_nothing(world: World):
    """The job of one installer does not exist for the others."""
    await scheduled(world)
    heard = await world.says("qian", "/jobs")
    assert "R-1001" not in to(heard, "qian")
    with pytest.raises(NotFound):
        await world.store(lambda store: store.requests.get("R-1001", Viewer("qian", Role.INSTALLER)))


async def test_late_doubled_and_shuffled_taps(world: World):
    """An installer who taps everything twice and in the wrong order ends in the right state."""
    await scheduled(world)
    await before_window(world)
    for action in ("depart", "depart"):
        await act(world, "zhang", action)
    await world.says("zhang", press=world.token("zhang", phrase(world, "action-accept")))
    await arrive(world)
    await world.says("zhang", press=world.token("zhang", phrase(world, "action-depart")))
    await finish(world)
    await world.says("zhang", press=world.token("zhang", phrase(world, "action-finish")))

    assert (await world.request()).state is State.DONE
    assert (await world.request()).done_at == world.watch()
