"""What is confirmed before work is done, and what a visit costs: said before, kept, and shown to who it concerns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain.states import State
from tests.conversations.steps import (
    DRIP,
    accepted,
    act,
    asked,
    claimed,
    closed,
    draft_of,
    file,
    finish,
    offer,
    phrase,
    rarely,
    say_all,
    tap,
    to,
    working,
)
from tests.conversations.test_corrections import choose
from tests.world import GROUP, Heard, World

POINTS = ("no_leak", "works", "clean", "shown")
"""What the company's file asks for in a kitchen."""


async def reported(world: World) -> list[Heard]:
    """At work, with photos and a report sent: the points are next."""
    await working(world)
    await act(world, "zhang", "finish")
    for name in "ab":
        await world.says("zhang", files=[await world.photo("zhang", name)])
    await tap(world, "zhang", "form-photos-done")
    return await world.says("zhang", "换了阀芯")


def named(world: World, *codes: str) -> list[str]:
    """The points in words."""
    return [phrase(world, f"check-{code}") for code in codes]


async def test_all_at_once(world: World):
    """One tap confirms every point; the homeowner reads them beside the report, staff only what is left open."""
    heard = await reported(world)
    assert phrase(world, "ask-checks") in to(heard, "zhang")
    assert asked(world, "zhang").buttons[:4] == tuple(named(world, *POINTS))
    heard = await tap(world, "zhang", "checks-all")
    request = await world.request()
    assert (request.state, request.checked, request.unchecked, request.report) == (State.DONE, POINTS, (), "换了阀芯")
    assert all(one in to(heard, "hana") for one in named(world, *POINTS))
    assert not any(one in to(heard, GROUP) for one in named(world, *POINTS))


async def test_in_words(world: World):
    """«都做到了» in words is the same; other words go into the report and confirm nothing; a number is a tap."""
    await reported(world)
    await world.says("zhang", "阀芯带走了")
    assert (await world.request()).state is State.IN_PROGRESS
    await world.says("zhang", "2")
    assert (await draft_of(world, "zhang"))["answers"]["_checks"] == ["works"]
    await world.says("zhang", "都检查过了")
    request = await world.request()
    assert (request.state, request.checked) == (State.DONE, POINTS)
    assert request.report == "阀芯带走了\n换了阀芯"


async def test_one_by_one(world: World):
    """A tap takes a point and gives it back; the last one ends it."""
    await reported(world)
    await tap(world, "zhang", "check-clean")
    await tap(world, "zhang", "check-no_leak")
    await tap(world, "zhang", "check-clean")
    assert (await draft_of(world, "zhang"))["answers"]["_checks"] == ["no_leak"]
    for code in ("shown", "works", "clean"):
        await tap(world, "zhang", f"check-{code}")
    request = await world.request()
    assert (request.state, request.checked, request.unchecked) == (State.DONE, POINTS, ())


async def test_what_could_not_be_done(world: World):
    """Whoever leaves a point open says why; the homeowner reads which it is, and the reason."""
    await reported(world)
    for code in ("no_leak", "works", "clean"):
        await tap(world, "zhang", f"check-{code}")
    await tap(world, "zhang", "checks-rest")
    assert (await world.request()).state is State.IN_PROGRESS
    heard = await world.says("zhang", "业主不在家，交代给了她妈妈")
    request = await world.request()
    assert (request.state, request.checked, request.unchecked) == (State.DONE, POINTS[:3], ("shown",))
    assert request.report == "换了阀芯\n业主不在家，交代给了她妈妈"
    open_point = phrase(world, "fact-unchecked", checks=phrase(world, "check-shown"))
    assert all(open_point in to(heard, chat) for chat in ("hana", GROUP))
    assert "交代给了她妈妈" in to(heard, GROUP)


async def test_one_step_back(world: World):
    """From the points one goes back to the report, and what was tapped is still there."""
    await reported(world)
    await tap(world, "zhang", "check-works")
    await tap(world, "zhang", "form-back")
    await world.says("zhang", "换了整个龙头")
    assert phrase(world, "form-taken", taken=phrase(world, "check-works")) in asked(world, "zhang").text
    await tap(world, "zhang", "checks-all")
    assert (await world.request()).report == "换了整个龙头"


async def test_a_company_without_points(world: World):
    """Where the company asks for none the report is the end."""
    company = world.company
    categories = tuple(replace(one, checks=()) for one in company.categories)
    world.pipeline.world = replace(world.pipeline.world, company=replace(company, categories=categories))
    await reported(world)
    assert (await world.request()).state is State.DONE


async def test_work_that_was_not_done_well(world: World):
    """What is done again is confirmed again; until then the card says what was confirmed the first time."""
    await reported(world)
    await tap(world, "zhang", "checks-all")
    await act(world, "hana", "not_fixed")
    await world.says("hana", "还在滴")
    await finish(world, report="换了软管")
    request = await world.request()
    assert (request.report, request.checked) == ("换了软管", POINTS)


def fee(world: World, fen: int) -> str:
    """What a card says of it."""
    return phrase(world, "fact-fee", fen=fen)


async def test_everybody_knows_the_fee_before(world: World):
    """The homeowner reads it before the report is sent, the installer before the job is taken, staff on the card."""
    await world.says("hana", DRIP)
    await say_all(world)
    assert fee(world, 5000) in asked(world, "hana").text
    assert "50" in fee(world, 5000)
    await tap(world, "hana", "form-confirm")
    assert (await world.request()).visit_fee_fen == 5000
    await act(world, "sam", "claim")
    heard = await offer(world, "zhang")
    assert fee(world, 5000) in to(heard, "zhang")
    heard = await act(world, "zhang", "accept")
    assert all(fee(world, 5000) in to(heard, chat) for chat in ("hana", "zhang", GROUP))


async def test_the_fee_is_what_was_said(world: World):
    """A price that the company changes later is not that of a request which was filed before."""
    await accepted(world)
    company = world.company
    types = tuple(replace(one, visit_fee_fen=9900) for one in company.types)
    world.pipeline.world = replace(world.pipeline.world, company=replace(company, types=types))
    heard = await act(world, "hana", "schedule")
    assert (await world.request()).visit_fee_fen == 5000
    assert fee(world, 9900) not in to(heard, "hana")


async def test_the_fee_goes_with_the_type(world: World):
    """What staff find to be an installation costs what that costs, and the homeowner reads so."""
    await claimed(world)
    heard = await choose(world, "type-installation", "type")
    assert (await world.request()).visit_fee_fen == 0
    assert fee(world, 0) in to(heard, "hana")


async def test_it_is_gone_with_the_work(world: World):
    """What is over says nothing of it any more."""
    heard = await closed(world)
    assert "上门费" not in to(heard, "hana")


async def complain(world: World) -> Any:
    """A complaint is filed."""
    heard = await file(world, text=f"投诉：{DRIP}")
    assert (await world.request()).type == "complaint"
    return heard


async def test_a_complaint_is_for_a_manager(world: World):
    """Every manager hears of it at once; staff are told politely that it is theirs, and nothing has changed."""
    heard = await complain(world)
    assert phrase(world, "page-complaint", id="R-1001") in to(heard, "max")
    assert phrase(world, "todo-complaint") in to(heard, GROUP)
    heard = await act(world, "sam", "claim")
    assert phrase(world, "refused-complaint-hands", id="R-1001") in to(heard, GROUP)
    assert (await world.request()).state is State.NEW
    await act(world, "max", "claim", chat="max")
    request = await world.request()
    assert (request.state, request.claimed_by) == (State.TRIAGED, "max")


async def test_nobody_else_ends_a_complaint(world: World):
    """Staff neither turn it down nor cancel it; whoever made it may."""
    await complain(world)
    for action in ("reject", "cancel"):
        heard = await rarely(world, "sam", action)
        assert phrase(world, "refused-complaint-hands", id="R-1001") in to(heard, GROUP)
        assert (await world.request()).state is State.NEW
    await act(world, "hana", "cancel")
    await world.says("hana", "不投诉了")
    assert (await world.request()).state is State.CANCELLED


async def test_what_turns_out_to_be_a_complaint(world: World):
    """A correction tells the managers as well."""
    await claimed(world)
    heard = await choose(world, "type-complaint", "type")
    assert phrase(world, "page-complaint", id="R-1001") in to(heard, "max")
