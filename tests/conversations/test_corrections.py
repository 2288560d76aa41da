"""更正: staff put right what a request says, and everybody reads it as it is now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.chat import Text
from domain.requests import rebuild
from domain.states import State
from tests.conversations.steps import (
    accepted,
    act,
    asked,
    claimed,
    events,
    file,
    history,
    labels,
    offer,
    phrase,
    pick,
    tap,
    to,
)
from tests.world import GROUP, Heard, World

NIGHT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # eleven in the evening


async def correct(world: World, part: str, who: str = "sam") -> list[Heard]:
    """Staff press «更正» and what it is about."""
    await act(world, who, "correct")
    return await tap(world, who, f"correct-{part}")


async def choose(world: World, id: str, part: str, who: str = "sam") -> list[Heard]:
    """…and the right answer, by its text."""
    await correct(world, part, who)
    return await tap(world, who, id)


def told(world: World, who: str, what: str, **args: Any) -> str:
    """What somebody reads of a correction by sam."""
    texts = {name: Text(id) for name, id in args.items()}
    said = phrase(world, f"corrected-{what}", **texts)
    return phrase(world, f"told-correct-{who}", id="R-1001", who="小林", what=said)


async def owed(world: World, who: str) -> str:
    """All that was ever to be said to somebody, whether it was shown or something newer in its place."""
    sql = "SELECT body FROM outbox WHERE chat = :chat"
    rows = await world.store(lambda store: store.connection.all(sql, chat=who))
    return str([row["body"] for row in rows])


async def skilled(world: World, who: str, *skills: str) -> None:
    """An installer can do this and no more."""
    person = await world.store(lambda store: store.people.get(who))
    await world.store(lambda store: store.people.save(replace(person, skills=skills)))


async def rings(world: World) -> list[datetime]:
    """When the first-answer clock rings, the breach last."""
    sql = "SELECT due_at FROM timers WHERE intent LIKE 'clock.first%' AND subject = 'R-1001' ORDER BY due_at"
    rows = await world.store(lambda store: store.connection.all(sql))
    return [row["due_at"] for row in rows]


async def test_the_category(world: World):
    """The event has what it is now, the events before it what it was; title and card follow, the homeowner reads one
    line, and what only the old category has is gone."""
    await claimed(world, text="马桶堵了，明天下午有空")
    heard = await choose(world, "category-electricity", "category")

    request, log = await world.request(), await history(world)
    assert (request.category, request.product, request.symptom) == ("electricity", "", "")
    assert (log[-1].action, log[-1].actor_id, log[-1].changes["category"]) == ("correct", "sam", "electricity")
    assert rebuild(log[:-1]).category == "bathroom"
    assert rebuild(log) == request
    assert "told-correct-homeowner" in await owed(world, "hana")
    said = told(world, "homeowner", "category", was="category-bathroom", now="category-electricity")
    assert said in to(heard, "hana")
    for chat in ("hana", GROUP):
        assert f"R-1001 {phrase(world, 'category-electricity')}" in to(heard, chat)
    assert phrase(world, "correct-kept", id="R-1001") in to(heard, GROUP)


async def test_who_can_be_offered_follows(world: World):
    """After the correction it is offered to those who do that, and not to those who did what it seemed to be."""
    await skilled(world, "zhang", "electrician")
    await skilled(world, "li", "plumber")
    await claimed(world, text="马桶堵了，明天下午有空")
    heard = await act(world, "sam", "offer")
    assert "JD-001" not in str(labels(heard, GROUP))
    await world.says("sam", "/cancel", chat=GROUP)
    await choose(world, "category-electricity", "category")
    heard = await act(world, "sam", "offer")
    assert "JD-001" in str(labels(heard, GROUP))
    assert "JD-002" not in str(labels(heard, GROUP))


async def test_while_it_is_offered(world: World):
    """Of those who were asked the able read what it is, the others that it is gone; with none left it is staff's."""
    await skilled(world, "zhang", "electrician", "plumber")
    await skilled(world, "li", "plumber")
    await skilled(world, "qian")
    await claimed(world, text="马桶堵了，明天下午有空")
    await offer(world)
    heard = await choose(world, "category-electricity", "category")
    assert f"R-1001 {phrase(world, 'category-electricity')}" in to(heard, "zhang")
    assert phrase(world, "job-offered") in to(heard, "zhang")
    assert phrase(world, "job-gone", id="R-1001") in to(heard, "li")
    assert await world.store(lambda store: store.offers.open("R-1001")) == ["zhang"]

    heard = await choose(world, "category-tile", "category")
    request = await world.request()
    assert (request.state, request.claimed_by) == (State.TRIAGED, "sam")
    assert phrase(world, "correct-withdrawn", id="R-1001") in to(heard, GROUP)
    assert (await events(world))[-2:] == ["correct", "withdraw"]


async def test_the_type(world: World):
    """What is a complaint is one from then on, and is looked into; the homeowner is told."""
    await file(world)
    heard = await choose(world, "type-complaint", "type", who="sue")
    request = await world.request()
    assert (request.type, request.escalation) == ("complaint", 1)
    said = phrase(world, "corrected-type", was=Text("type-repair"), now=Text("type-complaint"))
    assert said in to(heard, "hana")


async def test_the_phone(world: World):
    """The number is the homeowner's and the installer's to read, masked in the group, and found; who typed no number
    is asked again."""
    await accepted(world)
    await correct(world, "phone")
    heard = await world.says("sam", "记不清了", chat=GROUP)
    assert phrase(world, "report-phone-wrong") in to(heard, GROUP)
    heard = await world.says("sam", "13912345678", chat=GROUP)

    assert (await world.request()).phone == "+8613912345678"
    for chat in ("hana", "zhang"):
        assert "139 1234 5678" in to(heard, chat)
    assert "139****5678" in to(heard, GROUP)
    assert "12345678" not in to(heard, GROUP).replace(" ", "")
    for number in ("13912345678", "13800138000"):
        assert "R-1001" in to(await world.says("sam", f"/find {number}", chat=GROUP), GROUP)


async def test_the_address(world: World):
    """Address, door and district are put right together; where the district is not said, it is asked."""
    await accepted(world)
    await correct(world, "home")
    await world.says("sam", "张杨路88弄2号楼501室", chat=GROUP)
    heard = await tap(world, "sam", "district-minhang")

    request = await world.request()
    assert (request.address, request.door, request.district) == ("张杨路88弄2号楼", "501室", "minhang")
    for chat in ("hana", "zhang"):
        assert "张杨路88弄2号楼" in to(heard, chat)
        assert "501室" in to(heard, chat)
    assert "501" not in to(heard, GROUP)
    assert "R-1001" in to(await world.says("sam", "/find 张杨路88弄", chat=GROUP), GROUP)


async def test_an_overlooked_danger(world: World):
    """At night what turns out to be dangerous is an emergency at once: first aid, every manager, the card at the end of
    the group's chat, and a human within a quarter of an hour."""
    world.watch.now = NIGHT
    await file(world)
    assert (await rings(world))[-1] > NIGHT + timedelta(hours=9)
    heard = await choose(world, "danger-gas", "danger")

    request = await world.request()
    assert (request.danger, request.severity, request.escalation) == ("gas", 3, 1)
    assert await rings(world) == [NIGHT + timedelta(minutes=10), NIGHT + timedelta(minutes=15)]
    assert phrase(world, "danger-gas-advice") in to(heard, "hana")
    assert "told-correct" not in await owed(world, "hana")
    assert phrase(world, "page-emergency", id="R-1001") in to(heard, "max")
    assert phrase(world, "card-emergency", danger=Text("danger-gas")) in to(heard, GROUP)


async def test_a_false_alarm(world: World):
    """What is no danger is ordinary again: no mark, no escalation, and the clock of business time from when it was
    reported."""
    world.watch.now = NIGHT
    await file(world, text="厨房插座冒火花，我被电了一下")
    assert await rings(world) == [NIGHT + timedelta(minutes=10), NIGHT + timedelta(minutes=15)]
    await world.passes(minutes=5)
    heard = await choose(world, "correct-ordinary", "danger")

    request = await world.request()
    assert (request.danger, request.severity, request.escalation) == ("", 1, 0)
    opening = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    assert await rings(world) == [opening + timedelta(minutes=10), opening + timedelta(minutes=15)]
    assert phrase(world, "card-emergency", danger=Text("danger-electricity")) not in to(heard, GROUP)
    assert "told-correct" not in await owed(world, "hana")
    assert await world.passes(minutes=30) == []


async def test_a_false_alarm_in_the_day_rings_once(world: World):
    """In business hours both clocks are one: correcting it neither gives more time nor rings again."""
    await file(world, text="厨房插座冒火花，我被电了一下")
    before = await rings(world)
    await world.passes(minutes=11)
    await choose(world, "correct-ordinary", "danger")
    assert await rings(world) == before[-1:]


async def test_an_answered_request_has_no_clock(world: World):
    """Where a human has answered, a danger winds up no promise that was kept already."""
    await file(world)
    await act(world, "sam", "called")
    await choose(world, "danger-leak", "danger")
    assert await rings(world) == []


@pytest.mark.parametrize(("part", "id"), [("type", "type-repair"), ("danger", "correct-ordinary")])
async def test_nothing_new(world: World, part: str, id: str):
    """What it says already is no correction: nothing is kept and nobody is told, and another answer may be given."""
    await file(world)
    before = await world.request()
    heard = await choose(world, id, part)
    assert phrase(world, "correct-same", id="R-1001") in to(heard, GROUP)
    assert to(heard, "hana") == ""
    assert await world.request() == before
    await pick(world, "sam", 1)
    assert (await world.request()).version == before.version + 1


async def test_only_staff(world: World):
    """The homeowner and the installer have no such button."""
    await accepted(world)
    for who in ("hana", "zhang"):
        assert phrase(world, "action-correct") not in asked(world, who).buttons
    assert phrase(world, "action-correct") in asked(world, GROUP).buttons
