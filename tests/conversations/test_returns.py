"""A fault that comes back after the time in which a request may be opened again."""

from __future__ import annotations

from dataclasses import replace

from domain.states import State
from tests.conversations.steps import act, closed, history, newest, phrase, rate, requests_of, speech, to
from tests.world import GROUP, Heard, World


async def pressed_late(world: World, days: int = 20) -> list[Heard]:
    """A closed request, and weeks later a tap on the old card's «reopen»."""
    await closed(world)
    await rate(world, 5)
    old = newest(world, "hana", speech(world, "action-reopen"))
    await world.passes(days=days)
    return await world.says("hana", press=old)


async def test_a_new_request_linked_to_the_old(world: World):
    """One answer is enough: home, phone and kind are known; the new one names the old, and staff open that by a tap."""
    heard = await pressed_late(world)
    assert phrase(world, "return-late", id="R-1001") in to(heard, "hana")
    assert phrase(world, "ask-reason-reopen") in to(heard, "hana")
    heard = await world.says("hana", "又一直滴水")

    before, fresh = await world.request(), await world.request("R-1002")
    assert (before.state, fresh.state) == (State.CLOSED, State.NEW)
    same = ("homeowner_id", "home_id", "address", "door", "district", "phone", "category", "product", "type")
    assert [getattr(fresh, name) for name in same] == [getattr(before, name) for name in same]
    assert (fresh.description, fresh.installer_id, fresh.reopens) == ("又一直滴水", "", 0)
    link = (await history(world, "R-1002"))[-1]
    assert (link.action, link.reason, link.actor_id) == ("follows", "R-1001", "hana")
    assert "R-1002" in to(heard, "hana")
    assert phrase(world, "staff-follows", id="R-1002", before="R-1001") in to(heard, GROUP)
    heard = await world.says("sam", press=newest(world, GROUP, ["R-1001"]), chat=GROUP)
    assert phrase(world, "state-CLOSED") in to(heard, GROUP)


async def test_its_first_answer_has_a_clock(world: World):
    """It is promised an answer like every new one."""
    await pressed_late(world)
    await world.says("hana", "又一直滴水")
    heard = await world.passes(minutes=10)

    assert phrase(world, "clock-first-remind", id="R-1002", minutes=5) in to(heard, GROUP)


async def test_photos_and_a_danger(world: World):
    """Photos before the words and with them are kept, and a danger is an emergency as in any report."""
    await pressed_late(world)
    heard = await world.says("hana", files=[await world.photo("hana", "before")])
    assert phrase(world, "form-files-kept", count=1) in to(heard, "hana")
    heard = await world.says("hana", "插座冒火花", files=[await world.photo("hana", "spark")])

    fresh = await world.request("R-1002")
    assert (len(fresh.photos), fresh.emergency, fresh.escalation) == (2, True, 1)
    assert phrase(world, f"danger-{fresh.danger}-advice") in to(heard, "hana")
    assert phrase(world, "page-emergency", id="R-1002") in to(heard, "max")
    assert any(one.message.files for one in heard if one.chat == GROUP)


async def test_the_old_button_twice(world: World):
    """While the new request is open the old button adds to it, and opens no third."""
    await pressed_late(world)
    old = newest(world, "hana", speech(world, "action-reopen"))
    await world.says("hana", "又一直滴水")
    await world.says("hana", press=old)
    heard = await world.says("hana", "今天更厉害了")

    assert len(await requests_of(world)) == 2
    assert phrase(world, "supplement-kept", id="R-1002") in to(heard, "hana")
    assert "今天更厉害了" in to(heard, GROUP)


async def test_without_consent_nothing_is_taken_over(world: World):
    """Who has not agreed to what we keep today is told to write, and asked for consent as in any report."""
    await closed(world)
    await rate(world, 5)
    old = newest(world, "hana", speech(world, "action-reopen"))
    await world.passes(days=20)
    hana = await world.store(lambda store: store.people.get("hana"))
    await world.store(lambda store: store.people.save(replace(hana, consent="")))
    heard = await world.says("hana", press=old)

    assert phrase(world, "refused-reopen-late", days=15) in to(heard, "hana")
    assert len(await requests_of(world)) == 1


async def test_staff_open_the_old_one(world: World):
    """Staff are bound by no time: they open the same number again."""
    await pressed_late(world)
    await act(world, "sam", "reopen")
    await world.says("sam", "业主打电话来", chat=GROUP)

    assert (await world.request()).state is State.TRIAGED
    assert len(await requests_of(world)) == 1
