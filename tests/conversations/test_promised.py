"""Who is promised a human gets one: the clock of that rings until one has answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from domain.chat import Place
from domain.people import Person, Role
from storage.store import Store
from tests.conversations.cast import home
from tests.conversations.steps import accepted, act, asked, file, labels, phrase, pick, rarely, tap, to
from tests.conversations.test_clocks import shanghai
from tests.conversations.test_talking import reply
from tests.world import GROUP, Heard, World

ASKED = "请问你们星期天上班吗，我想带老人一起来看看"


def remind(world: World, id: str = "", name: str = "王阿姨") -> str:
    """What staff read at ten minutes."""
    return phrase(world, "clock-person-remind", name=name, id=id).strip()


def broken(world: World, id: str = "", name: str = "王阿姨") -> str:
    """What staff and managers read now that it is too late."""
    return phrase(world, "clock-person-breach", name=name, id=id, by=world.watch()).strip()


def sorry(world: World) -> str:
    """What is said to who waited in vain."""
    return phrase(world, "clock-first-sorry", phone=world.company.service_phone)


@pytest.mark.parametrize("said", [ASKED, "人工"])
async def test_a_reminder_then_the_manager(world: World, said: str):
    """What is about no request rings as well: staff at ten minutes, managers at fifteen, and who waits hears it."""
    heard = await world.says("hana", said)
    due = world.watch() + timedelta(minutes=15)
    promise = "human-called" if said == "人工" else "passed-on"
    assert phrase(world, promise, by=due, phone=world.company.service_phone) in to(heard, "hana")

    assert await world.passes(minutes=9, seconds=59) == []
    heard = await world.passes(seconds=1)
    assert remind(world) in to(heard, GROUP)
    assert phrase(world, "clock-person-left", minutes=5) in to(heard, GROUP)
    assert {one.chat for one in heard} == {GROUP}
    heard = await world.passes(minutes=5)
    for chat in (GROUP, "max", "ada"):
        assert broken(world) in to(heard, chat)
    assert phrase(world, "clock-managers-told") in to(heard, GROUP)
    assert sorry(world) in to(heard, "hana")
    assert await world.passes(hours=20) == []


@pytest.mark.parametrize("quoted", ["星期天上班", "还在等人回复"])
async def test_an_answer_stops_it(world: World, quoted: str):
    """A reply to the words or to the reminder reaches them, and nothing rings any more."""
    await world.says("hana", ASKED)
    if quoted != "星期天上班":
        await world.passes(minutes=10)
    heard = await reply(world, quoted, "上班的，九点半开门")
    assert "上班的，九点半开门" in to(heard, "hana")
    assert await world.passes(hours=20) == []


async def test_a_second_message_does_not_put_it_off(world: World):
    """Who writes again is told the same time, and the clock rings for what was said first."""
    await world.says("hana", ASKED)
    due = world.watch() + timedelta(minutes=15)
    await world.passes(minutes=6)
    heard = await world.says("hana", "你们那边停车方便不方便")
    assert phrase(world, "passed-on", by=due) in to(heard, "hana")
    assert remind(world) in to(await world.passes(minutes=4), GROUP)
    heard = await world.passes(minutes=5)
    assert broken(world) in to(heard, "max")


async def test_at_night(world: World):
    """Outside opening hours it rings when there is somebody, as it was promised."""
    world.watch.now = shanghai(23, 22)
    heard = await world.says("hana", ASKED)
    assert phrase(world, "passed-on", by=shanghai(24, 9, 15)) in to(heard, "hana")
    assert await world.passes(hours=11, minutes=9) == []
    assert remind(world) in to(await world.passes(minutes=1), GROUP)
    heard = await world.passes(minutes=5)
    assert broken(world) in to(heard, "max")


async def test_a_human_for_a_request(world: World):
    """«人工» on the card of a request that was answered before has a clock of its own, which a call stops."""
    await accepted(world)
    await act(world, "sam", "called")
    await tap(world, "hana", "menu-human")
    heard = await world.passes(minutes=10)
    assert remind(world, "R-1001") in to(heard, GROUP)
    heard = await world.passes(minutes=5)
    assert broken(world, "R-1001") in to(heard, "max")
    await tap(world, "hana", "menu-human")
    await rarely(world, "sam", "called")
    assert await world.passes(hours=3) == []


async def test_a_human_for_a_request_whose_clock_runs(world: World):
    """While the request waits for its first answer that is the promise: told once, and rung once."""
    await file(world)
    due = world.watch() + timedelta(minutes=15)
    await world.passes(minutes=3)
    heard = await tap(world, "hana", "menu-human")
    assert phrase(world, "human-called", by=due, phone=world.company.service_phone) in to(heard, "hana")
    heard = [*await world.passes(minutes=12), *await world.passes(hours=1)]
    assert len([one for one in heard if sorry(world) in one.text]) == 1
    assert broken(world, "R-1001") not in to(heard, GROUP)


async def test_an_installer_waits_too(world: World):
    """What an installer writes to the office has the same clock."""
    await accepted(world)
    await act(world, "sam", "called")
    await world.says("zhang", "业主不接电话怎么办")
    heard = await world.passes(minutes=10)
    assert "张师傅" in to(heard, GROUP)
    heard = await reply(world, "业主不接电话", "我来打")
    assert "我来打" in to(heard, "zhang")
    assert await world.passes(minutes=30) == []


async def unbound(world: World) -> None:
    """There is no staff group."""
    await world.store(lambda store: store.groups.unbind(Place("fake", GROUP), world.watch()))


async def test_without_a_group_the_admin_is_told(world: World):
    """As long as no group is bound every admin reads in private what staff would, and answers there."""
    await unbound(world)
    heard = await world.says("hana", ASKED)
    assert "星期天上班" in to(heard, "ada")
    assert to(heard, "hana")
    heard = await world.passes(minutes=10)
    assert remind(world) in to(heard, "ada")
    heard = await world.passes(minutes=5)
    assert to(heard, "ada").count(broken(world)) == 1
    assert broken(world) in to(heard, "max")
    await tap(world, "ada", "answer-button", chat="ada")
    heard = await world.says("ada", "上班的")
    assert "上班的" in to(heard, "hana")


async def test_a_request_without_a_group(world: World):
    """Its card stands with the admin, who does with it there what staff would; more about it and urging come there."""
    await unbound(world)
    heard = await file(world)
    assert "R-1001" in to(heard, "ada")
    assert phrase(world, "action-claim") in labels(heard, "ada")
    assert "门口有狗" in to(await world.says("hana", "门口有狗"), "ada")
    assert phrase(world, "told-urge-staff", id="R-1001") in to(await act(world, "hana", "urge"), "ada")
    assert phrase(world, "clock-first-remind", id="R-1001", minutes=5) in to(await world.passes(minutes=10), "ada")
    heard = await act(world, "ada", "claim", chat="ada")
    assert (await world.request()).claimed_by == "ada"
    assert phrase(world, "told-claim-homeowner", who="老板", id="R-1001") in to(heard, "hana")


async def nobody_works_here(world: World) -> None:
    """Neither a group nor anybody who would read anything."""
    await unbound(world)

    async def work(store: Store) -> None:
        for role in (Role.MANAGER, Role.ADMIN):
            for person in await store.people.working(role):
                await store.people.save(Person(person.id, name=person.name, locale="zh-CN", active=False))

    await world.store(work)


@pytest.mark.parametrize("said", [ASKED, "人工"])
async def test_where_nobody_hears(world: World, said: str):
    """If there is nobody to be told that is what is said, with the number to call; nothing rings."""
    await nobody_works_here(world)
    heard = await world.says("hana", said)
    assert phrase(world, "nobody-hears", phone=world.company.service_phone) in to(heard, "hana")
    assert await world.passes(hours=1) == []


async def test_no_manager_is_claimed(world: World):
    """That a manager knows is said only where one does."""

    async def work(store: Store) -> None:
        for role in (Role.MANAGER, Role.ADMIN):
            for person in await store.people.working(role):
                await store.people.save(Person(person.id, name=person.name, locale="zh-CN", active=False))

    await world.store(work)
    await file(world)
    await world.says("otto", ASKED)
    heard = await world.passes(minutes=15)
    assert _said(heard, phrase(world, "clock-managers-told")) == []
    assert _said(heard, sorry(world)) == []
    alone = phrase(world, "clock-first-sorry-alone", phone=world.company.service_phone)
    assert sorted(one.chat for one in _said(heard, alone)) == ["hana", "otto"]


def _said(heard: Sequence[Heard], words: str) -> list[Heard]:
    return [one for one in heard if words in one.text]


async def test_one_person_on_two_accounts(world: World):
    """Who turns out to be somebody we know takes the promise along: an answer to either stops it."""
    await world.says("newt", ASKED)
    newt = await world.store(lambda store: store.people.by_account("fake", "newt"))
    await world.store(lambda store: store.people.merge(newt.id, "hana"))
    assert remind(world) in to(await world.passes(minutes=10), GROUP)
    await reply(world, "还在等人回复", "上班的")
    assert await world.passes(hours=1) == []


async def test_an_admin_reports_something(world: World):
    """Without a group the card of staff does not take the place of the admin's own: they read what every homeowner
    does, and find the request in the queue."""
    await unbound(world)
    await world.store(lambda store: store.homes.add(home("ada"), world.watch()))
    await world.says("ada", "报修", chat="ada")
    await world.says("ada", "厨房水龙头一直滴水，打13800138111", chat="ada")
    for _ in range(9):
        question = asked(world, "ada")
        if phrase(world, "form-confirm") in question.buttons:
            break
        await pick(world, "ada", chat="ada")
    heard = await tap(world, "ada", "form-confirm", chat="ada")
    due = world.watch() + timedelta(minutes=15)
    assert phrase(world, "told-file-homeowner", id="R-1001", by=due) in to(heard, "ada")
    assert phrase(world, "home-state-NEW") in to(heard, "ada")
    assert "R-1001" in labels(await world.says("ada", "/queue"), "ada")
