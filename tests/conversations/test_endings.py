"""How a request ends, and how it may come back."""

from __future__ import annotations

import pytest

from domain.states import State
from tests.conversations.steps import (
    accepted,
    act,
    arrive,
    asked,
    before_window,
    claimed,
    closed,
    done,
    events,
    file,
    finish,
    labels,
    offer,
    offers,
    phrase,
    pick,
    rarely,
    rate,
    scheduled,
    tap,
    to,
)
from tests.world import GROUP, World


async def test_confirmed(world: World):
    """The homeowner agrees that it is done: closed, and installer and staff see it."""
    await done(world)
    heard = await act(world, "hana", "confirm")

    assert (await world.request()).state is State.CLOSED
    assert phrase(world, "told-confirm-installer", id="R-1001") in to(heard, "zhang")
    assert phrase(world, "state-CLOSED") in to(heard, GROUP)


async def test_not_fixed_soon(world: World):
    """«没修好» within two hours sends the same installer back, and counts as a repeat."""
    await done(world)
    await act(world, "hana", "not_fixed")
    heard = await world.says("hana", "还在滴")

    request = await world.request()
    assert (request.state, request.repeats, request.installer_id) == (State.IN_PROGRESS, 1, "zhang")
    assert "还在滴" in to(heard, "zhang")
    assert "还在滴" in to(heard, GROUP)
    await finish(world)
    await act(world, "hana", "not_fixed")
    await world.says("hana", "又滴了")
    assert (await world.request()).state is State.TRIAGED


async def test_not_fixed_later(world: World):
    """After two hours staff find somebody again; nobody holds the job and the 72 hours no longer run."""
    await done(world)
    await world.passes(hours=3)
    await act(world, "hana", "not_fixed")
    heard = await world.says("hana", "又开始滴了")

    request = await world.request()
    assert (request.state, request.repeats, request.installer_id) == (State.TRIAGED, 1, "")
    assert offers(world, heard, GROUP, "offer")
    await world.passes(hours=80)
    assert (await world.request()).state is State.TRIAGED


async def test_closed_by_itself_after_three_days(world: World):
    """A day before, the homeowner is told; after 72 hours it is closed, and may be rated still."""
    await done(world)
    heard = await world.passes(hours=47, minutes=59)
    assert phrase(world, "clock-closing-soon", id="R-1001", hours=24) not in to(heard, "hana")
    heard = await world.passes(minutes=1)
    assert phrase(world, "clock-closing-soon", id="R-1001", hours=24) in to(heard, "hana")
    assert offers(world, heard, "hana", "not_fixed")
    await world.passes(hours=23)
    assert (await world.request()).state is State.DONE
    heard = await world.passes(hours=1)

    assert (await world.request()).state is State.CLOSED
    assert (await events(world))[-1] == "auto_close"
    assert offers(world, heard, "hana", "rate")
    await act(world, "hana", "rate")
    await rate(world, 4)
    assert (await world.request()).score == 4


async def test_reopened_within_fifteen_days(world: World):
    """The same number comes back with a reason, new clocks and no installer."""
    await file(world)
    await act(world, "sam", "called")
    await closed_from_here(world)
    await world.passes(days=15)
    await world.says("hana", "查进度")
    await act(world, "hana", "reopen")
    heard = await world.says("hana", "又滴水了")

    request = await world.request()
    assert (request.state, request.reopens, request.installer_id, request.score) == (State.TRIAGED, 1, "", 0)
    assert "又滴水了" in to(heard, GROUP)
    heard = await world.passes(minutes=10)
    assert phrase(world, "clock-first-remind", id="R-1001", minutes=5) in to(heard, GROUP)


async def test_the_second_reopening_escalates(world: World):
    """Once may happen; who has to open it a second time needs somebody who leads."""
    await file(world)
    await act(world, "sam", "called")
    await closed_from_here(world)
    await act(world, "hana", "reopen")
    await world.says("hana", "又滴水了")
    assert ((await world.request()).reopens, (await world.request()).escalation) == (1, 0)
    await act(world, "sam", "called")
    await offer(world, "zhang")
    await act(world, "zhang", "accept")
    await act(world, "hana", "schedule")
    await pick(world, "hana")
    await before_window(world)
    await arrive(world)
    await finish(world)
    await act(world, "hana", "confirm")
    await act(world, "hana", "reopen")
    heard = await world.says("hana", "还是滴水")

    assert ((await world.request()).reopens, (await world.request()).escalation) == (2, 1)
    assert phrase(world, "fact-escalation", count=1) in to(heard, GROUP)


async def closed_from_here(world: World) -> None:
    """From filed to closed and rated."""
    await act(world, "sam", "claim")
    await offer(world, "zhang")
    await act(world, "zhang", "accept")
    await act(world, "hana", "schedule")
    await pick(world, "hana")
    await before_window(world)
    await arrive(world)
    await finish(world)
    await act(world, "hana", "confirm")
    await rate(world, 5)


async def test_not_after_fifteen_days(world: World):
    """Later the old button leads to a new request instead, and cards have it no more; staff still may."""
    await closed(world)
    button = next(token for row in _card(world) for label, token, _ in row if label == phrase(world, "action-reopen"))
    await world.passes(days=15, minutes=1)
    heard = await world.says("hana", press=button)
    assert phrase(world, "return-late", id="R-1001") in to(heard, "hana")
    await tap(world, "hana", "form-cancel")
    heard = await world.says("hana", "查进度")
    assert not offers(world, heard, "hana", "reopen")

    await act(world, "sam", "reopen")
    await world.says("sam", "业主电话说又漏", chat=GROUP)
    assert (await world.request()).state is State.TRIAGED


def _card(world: World):
    """The buttons of the homeowner's newest card."""
    found = [one for one in world.shown if one.chat == "hana" and phrase(world, "action-reopen") in one.buttons]
    return found[-1].message.buttons


async def test_a_complaint_may_come_back_for_thirty_days(world: World):
    """Complaints have twice the time."""
    await done(world)

    def complaint(store):
        return store.connection.run("UPDATE requests SET type = 'complaint'")

    await world.store(complaint)
    await act(world, "hana", "confirm")
    await tap(world, "hana", "form-cancel")
    await world.passes(days=29)
    await world.says("hana", "查进度")
    await act(world, "hana", "reopen")
    await world.says("hana", "没有解决")
    assert (await world.request()).state is State.TRIAGED


async def test_rated_with_tags_and_words(world: World):
    """One to five, any tags, words if one likes; staff see all of it, and a low one escalates."""
    await closed(world)
    await tap(world, "hana", "rating-score", score=2)
    for place in (0, 1, 1):
        await pick(world, "hana", place)
    await tap(world, "hana", "form-done")
    heard = await world.says("hana", "来得太晚，还乱收费，打我13800138000，1202室")

    request = await world.request()
    tags = [tag.code for tag in world.company.tags]
    assert (request.score, request.tags) == (2, (tags[0],))
    named = phrase(world, "fact-tags", tags=phrase(world, f"tag-{tags[0]}"))
    for chat in (GROUP, "hana"):
        assert named in to(heard, chat)
        assert "来得太晚，还乱收费" in to(heard, chat)
    assert "13800138000" not in to(heard, GROUP)
    assert "1202" not in to(heard, GROUP)
    assert request.escalation == 1
    assert phrase(world, "told-rate-staff", id="R-1001", score=2) in to(heard, GROUP)
    assert "谢谢" in to(heard, "hana")


async def test_a_rating_may_be_changed_for_a_week(world: World):
    """It is changed in place for seven days, and then refused."""
    await closed(world)
    await rate(world, 3)
    await world.passes(days=6)
    await world.says("hana", "查进度")
    await act(world, "hana", "rate")
    await rate(world, 5, "后来又来了一次，修好了")
    assert ((await world.request()).score, (await world.request()).review) == (5, "后来又来了一次，修好了")
    await world.passes(days=1, minutes=1)
    heard = await act(world, "hana", "rate")
    assert phrase(world, "refused-rating-late") in to(heard, "hana")
    assert (await world.request()).score == 5


@pytest.mark.parametrize("written", ["5", "五星好评", "0", "6", "很好"])
async def test_a_score_in_words(world: World, written: str):
    """«5» and «五星好评» count as five; what is no score is asked again."""
    await closed(world)
    heard = await world.says("hana", written)
    if written in ("5", "五星好评"):
        await tap(world, "hana", "form-done")
        await tap(world, "hana", "form-skip")
        assert (await world.request()).score == 5
    else:
        assert phrase(world, "form-choose") in to(heard, "hana")
        assert (await world.request()).score == 0


@pytest.mark.parametrize("stage", [file, claimed, accepted, scheduled])
async def test_cancelled_by_the_homeowner(world: World, stage):
    """Until somebody sets out the homeowner may cancel, with a reason that everybody concerned reads."""
    await stage(world)
    await act(world, "hana", "cancel")
    heard = await world.says("hana", "自己修好了")

    assert (await world.request()).state is State.CANCELLED
    assert "自己修好了" in to(heard, GROUP)
    if stage in (accepted, scheduled):
        assert phrase(world, "told-cancel-installer", id="R-1001", reason="自己修好了") in to(heard, "zhang")
    await world.passes(hours=1)
    assert (await events(world))[-1] == "cancel"


async def test_too_late_to_cancel(world: World):
    """Once the installer is on the way, the homeowner's old button is refused; staff may still."""
    await scheduled(world)
    old = world.token("hana", phrase(world, "action-cancel"))
    await departed_from_here(world)
    assert phrase(world, "action-cancel") not in asked(world, "hana").buttons
    heard = await world.says("hana", press=old)
    assert to(heard, "hana")
    assert (await world.request()).state is State.EN_ROUTE
    await rarely(world, "sam", "cancel")
    await pick(world, "sam")
    assert (await world.request()).state is State.CANCELLED


async def departed_from_here(world: World) -> None:
    """The installer sets out."""
    request = await world.request()
    await world.passes(seconds=(request.window_start - world.watch()).total_seconds())
    await act(world, "zhang", "depart")


async def test_rejected_with_an_alternative(world: World):
    """The homeowner reads the company's reason and what is possible instead."""
    await file(world)
    await rarely(world, "sam", "reject")
    heard = await pick(world, "sam")

    reason = world.company.reasons["reject"][0]
    request = await world.request()
    assert (request.state, request.reason) == (State.REJECTED, f"reason-reject-{reason.code}")
    assert reason.names["zh-CN"] in to(heard, "hana")
    assert phrase(world, f"reason-reject-{reason.code}-alternative") in to(heard, "hana")
    heard = await world.passes(hours=1)
    assert heard == []


async def test_rejected_in_own_words(world: World):
    """Who is refused for a reason of which the company says nothing reads what is possible instead all the same."""
    await claimed(world)
    await rarely(world, "sam", "reject")
    heard = await world.says("sam", "超出保修范围", chat=GROUP)
    assert "超出保修范围" in to(heard, "hana")
    assert phrase(world, "reject-instead", phone=world.company.service_phone) in to(heard, "hana")


async def test_restored_by_a_manager_only(world: World):
    """What was cancelled or rejected comes back by a manager with a reason; staff do not get the button."""
    await file(world)
    await rarely(world, "sam", "reject")
    await world.says("sam", "不在服务范围", chat=GROUP)
    heard = await act(world, "sam", "more")
    assert not offers(world, heard, GROUP, "restore")
    heard = await act(world, "max", "more")
    token = world.token(GROUP, phrase(world, "action-restore"))
    await world.says("sam", press=token, chat=GROUP)
    assert (await world.request()).state is State.REJECTED
    await world.says("max", press=token, chat=GROUP)
    heard = await world.says("max", "可以例外", chat=GROUP)

    assert (await world.request()).state is State.TRIAGED
    assert "可以例外" in to(heard, "hana")


async def test_urged(world: World):
    """«催单» is counted, acknowledged, and comes to the end of the staff's chat."""
    await claimed(world)
    heard = await act(world, "hana", "urge")

    assert (await world.request()).urges == 1
    assert phrase(world, "told-urge-staff", id="R-1001") in to(heard, GROUP)
    assert phrase(world, "told-urge-homeowner", id="R-1001") in to(heard, "hana")
    assert phrase(world, "action-urge") in labels(heard, "hana")


async def test_urged_again_and_again(world: World):
    """Thirty taps are one card at the end of the staff's chat, which counts them; ten minutes later it comes anew."""
    await claimed(world)
    said, fresh = phrase(world, "told-urge-staff", id="R-1001"), 0
    for _ in range(30):
        heard = await act(world, "hana", "urge")
        fresh += sum(said in one.text for one in heard if one.chat == GROUP)
        world.watch.move(2)
    assert fresh == 1
    assert (await world.request()).urges == 30
    assert phrase(world, "fact-urges", count=30) in to(heard, GROUP)
    world.watch.move(600)
    assert said in to(await act(world, "hana", "urge"), GROUP)


async def test_a_report_after_the_work_is_done(world: World):
    """A new fault while the old request waits for confirmation is a request of its own."""
    await done(world)
    await file(world, text="灯不亮了")
    assert (await world.request("R-1002")).state is State.NEW
    assert (await world.request()).state is State.DONE
