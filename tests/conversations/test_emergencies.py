"""Where somebody may get hurt, nothing waits: first aid, the managers, the front of the queue."""

from __future__ import annotations

import pytest

from domain.people import INSIDE
from domain.states import State
from tests.conversations.steps import (
    DRIP,
    act,
    draft_of,
    file,
    phrase,
    requests_of,
    say_all,
    tap,
    to,
)
from tests.world import GROUP, World

DANGERS = [
    ("卫生间水管爆了到处漏水", "leak"),
    ("插座冒烟还有焦味", "electricity"),
    ("厨房闻到很重的煤气味", "gas"),
]


@pytest.mark.parametrize(("said", "danger"), DANGERS)
async def test_first_aid_and_an_alarm_at_once(world: World, said: str, danger: str):
    """First aid comes with the first answer, and the group and every manager hear of it before anything is filed."""
    heard = await world.says("hana", said)

    assert phrase(world, f"danger-{danger}-advice") in to(heard, "hana")
    for chat in (GROUP, "max", "ada"):
        assert said in to(heard, chat)
        assert "13800138000" not in to(heard, chat).replace(" ", "")
    assert await requests_of(world) == []


@pytest.mark.parametrize(("said", "danger"), DANGERS)
async def test_filed_as_an_emergency(world: World, said: str, danger: str):
    """It is flagged on the request and the card, escalated, and the managers are paged once more with its card."""
    heard = await file(world, text=said)

    request = await world.request()
    assert (request.danger, request.severity, request.escalation) == (danger, 3, 1)
    assert phrase(world, f"danger-{danger}-advice") in to(heard, "hana")
    assert phrase(world, "page-emergency", id="R-1001") in to(heard, "max")
    assert "R-1001" in to(heard, "ada")
    assert phrase(world, "card-emergency", danger=__name(world, danger)) in to(heard, GROUP)


def __name(world: World, danger: str) -> str:
    return phrase(world, f"danger-{danger}")


async def test_two_dangers_at_once(world: World):
    """Who names two dangers reads the first aid for both, the worse first, and that one is the request's."""
    heard = await world.says("hana", "水管爆了到处漏水，插座也冒烟了")
    words = to(heard, "hana")
    first, second = (phrase(world, f"danger-{one}-advice") for one in ("electricity", "leak"))
    assert 0 <= words.index(first) < words.index(second)
    await say_all(world)
    await tap(world, "hana", "form-confirm")
    assert (await world.request()).danger == "electricity"


async def test_a_danger_in_the_middle_of_a_report(world: World):
    """A danger that is mentioned later, whatever is being asked, is first aid and an alarm at once, and the question
    stays open."""
    await world.says("hana", DRIP)
    await world.passes(minutes=1)
    await tap(world, "hana", "form-photos-none")
    heard = await world.says("hana", "天呐现在插座冒火花了")

    assert phrase(world, "danger-electricity-advice") in to(heard, "hana")
    assert phrase(world, "report-ask-home") in to(heard, "hana")
    assert "插座冒火花" in to(heard, GROUP)
    assert "插座冒火花" in to(heard, "max")
    await world.says("hana", "1")
    assert (await draft_of(world))["answers"]["_danger"] == "electricity"


async def test_a_danger_from_the_menu(world: World):
    """Who comes by the menu gets first aid as well, and staff hear of it."""
    await world.says("hana", "报修")
    heard = await world.says("hana", "煤气漏了")
    assert phrase(world, "danger-gas-advice") in to(heard, "hana")
    assert "煤气漏了" in to(heard, "max")


async def test_a_danger_as_a_supplement(world: World):
    """A supplement that names a danger makes an emergency of its request: first aid, and the managers are paged."""
    await file(world, text="插座没电了")
    await act(world, "hana", "add")
    heard = await world.says("hana", "现在插座冒烟了")

    assert ((await world.request()).danger, (await world.request()).escalation) == ("electricity", 1)
    assert phrase(world, "danger-electricity-advice") in to(heard, "hana")
    assert phrase(world, "page-emergency", id="R-1001") in to(heard, "max")


async def test_an_alarm_can_be_answered(world: World):
    """A reply to the alarm reaches the homeowner who is still filling in the form."""
    await world.says("hana", "煤气漏了")
    number = next(
        index
        for index, call in enumerate(world.channels["fake"].arrived, start=1)
        if call.chat == GROUP and "煤气漏了" in call.text
    )
    heard = await world.says("sam", "先出门，我马上打给您", chat=GROUP, reply_to=f"m{number}")
    assert "先出门，我马上打给您" in to(heard, "hana")


async def test_emergencies_are_shown_first(world: World):
    """In the queue an emergency stands before everything that is older."""
    await file(world)
    await file(world, "otto", "灯不亮了")
    await world.passes(minutes=1)
    await file(world, "hana", "厨房煤气漏了")
    heard = await world.says("sam", "/queue", chat=GROUP)

    lines = to(heard, GROUP).splitlines()
    order = [line for line in lines if "R-100" in line]
    assert "R-1003" in order[0]
    queue = await world.store(lambda store: store.requests.queue(State.NEW, INSIDE))
    assert [request.id for request in queue] == ["R-1003", "R-1001", "R-1002"]


async def test_claimed_emergencies_stay_first(world: World):
    """An emergency that is claimed already still stands before ordinary requests that are not."""
    await file(world, "otto", "灯不亮了")
    await file(world, "hana", "厨房煤气漏了")
    await act(world, "sam", "claim")
    heard = await world.says("sam", "/queue", chat=GROUP)
    lines = [line for line in to(heard, GROUP).splitlines() if "R-100" in line]
    assert "R-1002" in lines[0]


async def test_first_aid_once_in_a_burst(world: World):
    """Who writes on and on within minutes reads the first aid once; another danger has its own."""
    aid, other = phrase(world, "danger-leak-advice"), phrase(world, "danger-electricity-advice")
    heard = await world.says("hana", "卫生间水管爆了")
    assert to(heard, "hana").count(aid) == 1
    for words in ("到处漏水", "快点", "地板都泡了"):
        world.watch.move(3)
        assert aid not in to(await world.says("hana", words), "hana"), words
    world.watch.move(3)
    heard = await world.says("hana", "插座冒烟还有焦味")
    assert other in to(heard, "hana")
    assert aid not in to(heard, "hana")


async def test_first_aid_again_after_a_while(world: World):
    """Who reports it anew a quarter of an hour later reads it once more."""
    aid = phrase(world, "danger-leak-advice")
    await world.says("hana", "卫生间水管爆了到处漏水")
    await tap(world, "hana", "form-cancel")
    world.watch.move(900)
    assert aid in to(await world.says("hana", "卫生间水管爆了到处漏水"), "hana")
