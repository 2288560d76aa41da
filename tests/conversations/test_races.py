"""Many people at the same instant: one winner, polite words for the others, on both engines."""

from __future__ import annotations

import asyncio
from collections import Counter

from domain.people import INSIDE, Person, Role
from domain.requests import rebuild
from domain.states import State
from tests.conversations.steps import (
    accepted,
    act,
    claimed,
    closed,
    events,
    file,
    history,
    offer,
    phrase,
    pick,
    scheduled,
    to,
)
from tests.world import GROUP, Heard, World

INSTALLERS = 50


async def at_once(world: World, *presses: tuple[str, str, str]) -> list[Heard]:
    """These people press these buttons in these chats at the same instant."""
    raws = [world.raw(who, press=token, chat=chat) for who, token, chat in presses]
    await asyncio.gather(*[world.pipeline.receive(raw) for raw in raws])
    return await world.settle()


async def test_two_staff_claim_at_the_same_instant(world: World):
    """One of them has it, the other is told who was faster or what is possible now."""
    await file(world)
    claim = world.token(GROUP, phrase(world, "action-claim"))
    heard = await at_once(world, ("sam", claim, GROUP), ("sue", claim, GROUP))

    request = await world.request()
    assert (request.state, await events(world)) == (State.TRIAGED, ["file", "claim"])
    assert request.claimed_by in ("sam", "sue")
    refused = phrase(world, "refused-state", id="R-1001", state=phrase(world, "state-TRIAGED"))
    assert [one.text for one in heard if one.chat == GROUP].count(refused) == 1
    assert len([one for one in heard if one.chat == "hana"]) == 1


async def test_fifty_installers_accept_at_the_same_instant(world: World):
    """One of the pool wins, forty-nine read that it is taken, and each hears it politely, none twice."""
    skills = tuple(skill.code for skill in world.company.skills)
    crowd = [f"i{number:02}" for number in range(INSTALLERS)]
    for number, name in enumerate(crowd):
        await world.add(Person(name, Role.INSTALLER, f"师傅{number}", number=f"JD-1{number:02}", skills=skills))
    await world.store(lambda store: store.connection.run("UPDATE people SET active = FALSE WHERE number LIKE 'JD-0%'"))
    await claimed(world)
    await offer(world)
    accept = phrase(world, "action-accept")
    heard = await at_once(world, *[(name, world.token(name, accept), name) for name in crowd])

    request = await world.request()
    assert (request.state, (await events(world)).count("accept")) == (State.ACCEPTED, 1)
    losers = [name for name in crowd if name != request.installer_id]
    refused = Counter(one.chat for one in heard if one.text == phrase(world, "refused-taken", id="R-1001"))
    assert refused == Counter(losers)
    assert phrase(world, "told-accept-installer", id="R-1001") in to(heard, request.installer_id)
    assert not any("13800138000" in to(heard, name).replace(" ", "") for name in losers)
    assert len([one for one in heard if one.chat == "hana"]) == 1


async def test_two_homeowners_choose_the_same_window(world: World):
    """An installer's window goes to one of them; the other is offered the nearest that are free."""
    await accepted(world)
    await accepted(world, "otto", "灯不亮了，明天下午有空")
    window = {}
    for who in ("hana", "otto"):
        await act(world, who, "schedule")
        window[who] = next(label for label in _asked(world, who) if "14:00–16:00" in label)
    heard = await at_once(world, *[(who, world.token(who, window[who]), who) for who in window])

    states = sorted([(await world.request(id)).state for id in ("R-1001", "R-1002")])
    assert states == [State.ACCEPTED, State.SCHEDULED]
    loser = "hana" if (await world.request("R-1001")).state is State.ACCEPTED else "otto"
    assert phrase(world, "form-window-busy") in to(heard, loser)
    assert any("16:00–18:00" in label for label in _asked(world, loser))
    await pick(world, loser, 1)
    windows = [(await world.request(id)).window for id in ("R-1001", "R-1002")]
    assert not windows[0].overlaps(windows[1])


def _asked(world: World, who: str) -> tuple[str, ...]:
    return [one for one in world.shown if one.chat == who and one.buttons][-1].buttons


async def test_accepting_and_expiring_at_the_same_instant(world: World):
    """An offer is either taken or gone, never both; the events tell which and rebuild the request."""
    await claimed(world)
    await offer(world, "zhang")
    accept = world.token("zhang", phrase(world, "action-accept"))
    world.watch.move(600)
    await asyncio.gather(world.pipeline.receive(world.raw("zhang", press=accept)), world.timers.once())
    await world.settle()

    request = await world.request()
    open_to = await world.store(lambda store: store.offers.open("R-1001"))
    assert (request.state, request.installer_id, open_to) in (
        (State.ACCEPTED, "zhang", []),
        (State.OFFERED, "", ["li"]),
    )
    assert rebuild(await history(world)) == request


async def test_cancelling_and_setting_out_at_the_same_instant(world: World):
    """Either it is cancelled or somebody is on the way; the other one is refused."""
    await scheduled(world)
    request = await world.request()
    world.watch.move((request.window_start - world.watch()).total_seconds())
    cancel = world.token("hana", phrase(world, "action-cancel"))
    await world.says("hana", press=cancel)
    reason = next(token for row in _newest(world, "hana") for _, token, _ in row)
    depart = world.token("zhang", phrase(world, "action-depart"))
    await at_once(world, ("hana", reason, "hana"), ("zhang", depart, "zhang"))

    request = await world.request()
    assert request.state in (State.CANCELLED, State.EN_ROUTE)
    assert rebuild(await history(world)) == request


def _newest(world: World, who: str):
    return [one for one in world.shown if one.chat == who and one.buttons][-1].message.buttons


async def test_many_homeowners_file_at_once(world: World):
    """Everybody gets a number of their own, and none is left out."""
    people = [f"h{number}" for number in range(12)]
    for who in people:
        await world.says(who, "马桶堵了")
        await world.says(who, "没有")
        await world.says(who, "好的")
        await world.says(who, "浦东新区张杨路500弄6号楼302室")
        await world.says(who, "13912345678")
        await world.says(who, "随时")
    confirm = phrase(world, "form-confirm")
    heard = await at_once(world, *[(who, world.token(who, confirm), who) for who in people])

    numbers = [f"R-{1001 + number}" for number in range(len(people))]
    assert [(await world.request(number)).state for number in numbers] == [State.NEW] * len(people)
    assert all("R-1" in to(heard, who) for who in people)
    counts = await world.store(lambda store: store.requests.counts(INSIDE))
    assert counts[State.NEW] == len(people)


async def test_a_double_confirmation(world: World):
    """Confirmed twice at the same instant it is closed once, and the rating is asked once."""
    await closed(world)
    confirm = world.token("hana", phrase(world, "action-confirm"))
    await at_once(world, ("hana", confirm, "hana"), ("hana", confirm, "hana"))
    assert (await events(world)).count("confirm") == 1
