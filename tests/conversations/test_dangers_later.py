"""A danger that is told of after the report, or instead of one: nothing of it waits for the morning."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conversations.steps import act, external, file, phrase, say_all, tap, to
from tests.conversations.test_clocks import BROKEN, REMINDED, shanghai, words
from tests.fakes import Call
from tests.world import GROUP, World

SPARKS, GAS, LEAK = "现在插座冒火花，我被电了一下", "现在闻到很浓的煤气味", "水管爆了，水一直喷"


def advice(world: World, danger: str) -> str:
    """The first aid of a danger."""
    return phrase(world, f"danger-{danger}-advice")


def paged(world: World) -> str:
    """What managers read."""
    return phrase(world, "page-emergency", id="R-1001")


def flagged(world: World, danger: str) -> str:
    """What the card of staff says of it."""
    return phrase(world, "card-emergency", danger=phrase(world, f"danger-{danger}"))


def cards(world: World) -> list[Call]:
    """The card of the request as it came to the staff's chat, the newest last."""
    return [one for one in world.channels["fake"].arrived if one.chat == GROUP and one.text.find("R-1001") >= 0]


async def add(world: World, said: str, **more: object):
    """The homeowner says more about the request."""
    await act(world, "hana", "add")
    return await world.says("hana", said, **more)


async def test_the_clock_does_not_wait_for_the_morning(world: World):
    """What was filed at night and becomes an emergency has its answer in fifteen minutes, and the homeowner reads so;
    the card of staff comes to the end of their chat and says what it is."""
    world.watch.now = shanghai(23, 23)
    await file(world)
    await world.passes(minutes=30)
    heard = await add(world, SPARKS)

    due = world.watch() + timedelta(minutes=15)
    assert phrase(world, "supplement-danger", id="R-1001", by=due) in to(heard, "hana")
    assert advice(world, "electricity") in to(heard, "hana")
    assert flagged(world, "electricity") in to(heard, GROUP)
    assert cards(world)[-1].edits == ""
    for chat in ("max", "ada"):
        assert paged(world) in to(heard, chat)
    assert words(world, REMINDED) in to(await world.passes(minutes=10), GROUP)
    heard = await world.passes(minutes=5)
    for chat in (GROUP, "max"):
        assert words(world, BROKEN) in to(heard, chat)
    assert await world.passes(hours=12) == []


async def test_the_clock_is_never_put_off(world: World):
    """What is due sooner than fifteen minutes from now stays due then."""
    await file(world)
    due = world.watch() + timedelta(minutes=15)
    await world.passes(minutes=12)
    heard = await add(world, SPARKS)
    assert phrase(world, "supplement-danger", id="R-1001", by=due) in to(heard, "hana")
    assert words(world, BROKEN) in to(await world.passes(minutes=3), "max")


async def test_answered_before(world: World):
    """Staff had answered already: the emergency has a clock of its own, until they do so again."""
    world.watch.now = shanghai(23, 19)
    await file(world)
    await act(world, "sam", "called")
    world.watch.now = shanghai(23, 23)
    heard = await add(world, SPARKS)
    due = world.watch() + timedelta(minutes=15)
    assert phrase(world, "supplement-danger", id="R-1001", by=due) in to(heard, "hana")
    heard = await world.passes(minutes=10)
    assert phrase(world, "clock-person-remind", name="王阿姨", id="R-1001") in to(heard, GROUP)
    quoted = await external(world, GROUP, "还在等人回复")
    heard = await world.says("sam", "先拉总闸，我马上打给您", chat=GROUP, reply_to=quoted)
    assert "先拉总闸" in to(heard, "hana")
    assert await world.passes(hours=2) == []


@pytest.mark.parametrize(("first", "then", "danger", "worst"), [(LEAK, GAS, "gas", "gas"), (GAS, LEAK, "leak", "gas")])
async def test_a_second_kind(world: World, first: str, then: str, danger: str, worst: str):
    """Another kind of danger has its own first aid and page, whichever is the worse; the request keeps the worse."""
    await file(world, text=first)
    heard = await add(world, then)

    assert advice(world, danger) in to(heard, "hana")
    for chat in ("max", "ada"):
        assert paged(world) in to(heard, chat)
    named = phrase(world, f"danger-{danger}")
    head = phrase(world, "staff-supplement-danger", id="R-1001", name="王阿姨", danger=named)
    assert head in to(heard, GROUP)
    assert flagged(world, worst) in to(heard, GROUP)
    assert (await world.request()).danger == worst


async def test_the_same_kind_again(world: World):
    """Who writes on and on of the same danger reads its first aid once in a while, and managers are left alone for a
    day; staff read every word."""
    await file(world, text=LEAK)
    world.watch.move(30)
    heard = await add(world, LEAK + "，地板都湿了")
    assert advice(world, "leak") not in to(heard, "hana")
    assert paged(world) not in to(heard, "max")
    assert "地板都湿了" in to(heard, GROUP)
    await act(world, "sam", "called")
    await world.passes(minutes=16)
    assert advice(world, "leak") in to(await add(world, LEAK + "，又开始了"), "hana")
    await world.passes(hours=25)
    heard = await add(world, LEAK + "，还在喷")
    assert paged(world) in to(heard, "max")


async def test_an_edited_message(world: World):
    """A message that names a danger only after it was changed is first aid and an alarm all the same."""
    await world.says("otto", "你们好呀在不在")
    heard = await world.says("otto", "我家煤气泄漏了", edited=True)
    assert advice(world, "gas") in to(heard, "otto")
    due = world.watch() + timedelta(minutes=15)
    assert phrase(world, "passed-on", by=due) in to(heard, "otto")
    for chat in (GROUP, "max", "ada"):
        assert "煤气泄漏" in to(heard, chat)
    heard = await world.says("otto", "我家煤气泄漏了，快来", edited=True)
    assert advice(world, "gas") not in to(heard, "otto")
    assert "快来" in to(heard, GROUP)


async def test_an_edited_message_in_a_report(world: World):
    """While a report is open it becomes one of that danger."""
    await world.says("hana", "厨房水龙头一直滴水")
    world.watch.move(30)
    heard = await world.says("hana", "厨房水龙头一直滴水，还闻到煤气味", edited=True)
    assert advice(world, "gas") in to(heard, "hana")
    assert "煤气味" in to(heard, "max")
    await say_all(world)
    heard = await tap(world, "hana", "form-confirm")
    request = await world.request()
    assert (request.danger, request.severity) == ("gas", 3)
    assert "煤气味" in request.description
    assert paged(world) in to(heard, "max")


async def test_an_edited_supplement(world: World):
    """With an open request it is an emergency of that."""
    await file(world)
    await add(world, "在厨房")
    heard = await world.says("hana", "在厨房，水管爆了到处漏水", edited=True)
    assert advice(world, "leak") in to(heard, "hana")
    assert paged(world) in to(heard, "max")
    assert (await world.request()).danger == "leak"
