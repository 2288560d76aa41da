"""Finding an installer: one, the pool, the next, or nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.people import Person, Role
from domain.states import State
from tests.conversations.steps import (
    accepted,
    act,
    choose_installer,
    claimed,
    events,
    history,
    labels,
    newest,
    offer,
    offers,
    phrase,
    pick,
    rarely,
    scheduled,
    to,
)
from tests.world import GROUP, World


async def open_to(world: World, id: str = "R-1001") -> list[str]:
    """Who may accept now."""
    found: list[str] = await world.store(lambda store: store.offers.open(id))
    return found


async def test_offered_to_one(world: World):
    """The one who was chosen sees district, problem and wished time; nobody else sees anything."""
    await claimed(world)
    heard = await offer(world, "li")

    card = to(heard, "li")
    assert phrase(world, "district-pudong") in card
    assert "厨房水龙头一直滴水" in card
    assert "14:00–18:00" in card
    assert to(heard, "zhang") + to(heard, "qian") == ""
    assert await open_to(world) == ["li"]
    assert labels(heard, "li") == (phrase(world, "action-accept"), phrase(world, "action-decline"))


async def test_only_who_can_do_it_is_offered(world: World):
    """The list holds working installers with the skills, in the district, and the pool after them."""
    for person in (
        Person("wen", Role.INSTALLER, "文师傅", number="JD-010", skills=("tiler",)),
        Person("xu", Role.INSTALLER, "徐师傅", number="JD-011", skills=("kitchen",), districts=("xuhui",)),
        Person("gao", Role.INSTALLER, "高师傅", number="JD-012", skills=("kitchen",), districts=("pudong",)),
        Person("old", Role.INSTALLER, "老师傅", number="JD-013", skills=("kitchen",), active=False),
    ):
        await world.add(person)
    await claimed(world)
    heard = await act(world, "sam", "offer")

    shown = " ".join(labels(heard, GROUP))
    assert "JD-012" in shown
    assert not [number for number in ("JD-010", "JD-011", "JD-013") if number in shown]
    assert phrase(world, "offer-pool", count=4) in labels(heard, GROUP)


async def test_the_pool(world: World):
    """In the pool the first to accept wins; the others' cards say that it is gone and offer nothing."""
    await claimed(world)
    heard = await offer(world)
    assert {one.chat for one in heard if phrase(world, "job-offered") in one.text} == {"zhang", "li", "qian"}
    heard = await act(world, "qian", "accept")

    assert (await world.request()).installer_id == "qian"
    for loser in ("zhang", "li"):
        assert phrase(world, "job-gone", id="R-1001") in to(heard, loser)
        assert labels(heard, loser) == ()
    heard = await world.says("li", press=world.token("li", phrase(world, "action-accept")))
    assert phrase(world, "refused-taken", id="R-1001") in to(heard, "li")


async def test_a_decline_in_the_pool_leaves_it_to_the_others(world: World):
    """Who declines is out; the rest may accept still, and the offer does not begin anew."""
    await claimed(world)
    await offer(world)
    await act(world, "zhang", "decline")
    await pick(world, "zhang")

    assert await open_to(world) == ["li", "qian"]
    assert (await world.request()).state is State.OFFERED


async def test_not_today_but_on_thursday(world: World):
    """«Not now, but on …» is one button; staff read the day as the reason, and the next one is asked."""
    await claimed(world)
    await offer(world, "zhang")
    heard = await act(world, "zhang", "decline")
    days = [label for label in labels(heard, "zhang") if "11月2" in label or "明天" in label]
    assert len(days) == 3
    heard = await world.says("zhang", press=newest(world, "zhang", days[2:]))

    assert days[2] in to(heard, GROUP)
    assert await open_to(world) == ["li"]
    assert (await history(world))[-1].reason.startswith("day:2026-11-26")


async def test_an_offer_expires_to_the_next(world: World):
    """After ten minutes without an answer the next one is asked and the first one's card says that it is gone."""
    await claimed(world)
    await offer(world, "zhang")
    assert await world.passes(minutes=9) == []
    heard = await world.passes(minutes=1)

    assert await open_to(world) == ["li"]
    assert phrase(world, "job-gone", id="R-1001") in to(heard, "zhang")
    assert phrase(world, "told-expire-staff", id="R-1001") in to(heard, GROUP)
    assert (await world.request()).declines == 1


async def test_after_three_it_comes_back_to_staff(world: World):
    """Three installers decline or let it expire: back to staff, escalated, and a new offer starts afresh."""
    await claimed(world)
    await offer(world, "zhang")
    await act(world, "zhang", "decline")
    await pick(world, "zhang")
    await world.passes(minutes=10)
    await act(world, "qian", "decline")
    heard = await world.says("qian", "在外地")

    request = await world.request()
    assert (request.state, request.declines, request.escalation) == (State.TRIAGED, 3, 1)
    assert "在外地" in to(heard, GROUP)
    assert offers(world, heard, GROUP, "offer")
    assert await open_to(world) == []
    await offer(world)
    assert await open_to(world) == ["li", "qian", "zhang"]


async def test_nobody_left_comes_back_to_staff_too(world: World):
    """If the pool lets it expire there is no next one: back to staff, who are told."""
    await claimed(world)
    await offer(world)
    heard = await world.passes(minutes=11)

    request = await world.request()
    assert (request.state, request.escalation) == (State.TRIAGED, 1)
    assert phrase(world, "told-expire-back-staff", id="R-1001") in to(heard, GROUP)
    for one in ("zhang", "li", "qian"):
        assert phrase(world, "job-gone", id="R-1001") in to(heard, one)


async def test_an_accepted_offer_does_not_expire(world: World):
    """Time does nothing to an offer that was accepted."""
    await accepted(world)
    await world.passes(minutes=11)
    assert (await world.request()).state is State.ACCEPTED
    assert "expire" not in await events(world)


@pytest.mark.parametrize(("who", "action"), [("hana", "urge"), ("sam", "called")])
async def test_what_moves_nothing_leaves_the_offer(world: World, who: str, action: str):
    """A call or an urging while it is offered asks nobody else, and whoever was asked has the rest of their time."""
    await claimed(world)
    await offer(world, "zhang")
    await world.passes(minutes=5)
    heard = await act(world, who, action)

    assert to(heard, "zhang") + to(heard, "li") + to(heard, "qian") == ""
    assert await open_to(world) == ["zhang"]
    await world.passes(minutes=4)
    await act(world, "zhang", "accept")
    request = await world.request()
    assert (request.state, request.installer_id, request.declines) == (State.ACCEPTED, "zhang", 0)


async def test_withdrawn(world: World):
    """Staff take an offer back: the installer's card says so, and accepting is refused politely."""
    await claimed(world)
    await offer(world, "zhang")
    heard = await rarely(world, "sam", "withdraw")

    assert (await world.request()).state is State.TRIAGED
    assert phrase(world, "job-gone", id="R-1001") in to(heard, "zhang")
    heard = await world.says("zhang", press=world.token("zhang", phrase(world, "action-accept")))
    assert phrase(world, "refused-not-offered", id="R-1001") in to(heard, "zhang")
    await world.passes(minutes=11)
    assert (await world.request()).declines == 0


async def test_cancelled_while_offered(world: World):
    """If the homeowner cancels, the offer ends with it."""
    await claimed(world)
    await offer(world, "zhang")
    await act(world, "hana", "cancel")
    heard = await pick(world, "hana")

    assert (await world.request()).state is State.CANCELLED
    assert await open_to(world) == []
    assert "R-1001" in to(heard, "zhang")


async def test_who_handed_over_is_not_asked_again(world: World):
    """A job that was handed over goes round the others, never back to the one who gave it up."""
    await scheduled(world)
    await act(world, "zhang", "hand_over")
    await world.says("zhang", "车坏了")
    asked = await open_to(world)
    await world.passes(minutes=10)
    asked += await open_to(world)
    await world.passes(minutes=10)
    asked += await open_to(world)

    assert asked == ["li", "qian"]
    assert (await world.request()).state is State.TRIAGED


async def test_who_was_taken_off_is_not_asked_again(world: World):
    """Staff take a job from its installer: if the next one declines it goes to a third, never back."""
    await scheduled(world)
    await rarely(world, "sam", "reassign")
    await choose_installer(world, "li")
    await world.says("sam", "业主要求换人", chat=GROUP)
    assert await open_to(world) == ["li"]
    await act(world, "li", "decline")
    await pick(world, "li")

    assert await open_to(world) == ["qian"]
    await world.passes(minutes=10)
    assert await open_to(world) == []
    assert (await world.request()).state is State.TRIAGED


async def test_an_offer_that_nobody_took(world: World):
    """Who comes too late hears that others have it only while that is true."""
    await claimed(world)
    await offer(world, "zhang")
    old = world.token("zhang", phrase(world, "action-accept"))
    await world.passes(minutes=10)
    heard = await world.says("zhang", press=old)
    assert phrase(world, "refused-not-offered", id="R-1001") in to(heard, "zhang")

    await act(world, "li", "accept")
    heard = await world.says("zhang", press=old)
    assert phrase(world, "refused-taken", id="R-1001") in to(heard, "zhang")

    await act(world, "hana", "cancel")
    await pick(world, "hana")
    heard = await world.says("zhang", press=old)
    assert phrase(world, "refused-not-offered", id="R-1001") in to(heard, "zhang")


async def test_nobody_is_offered_their_own_request(world: World):
    """An installer whose own home it is can neither be chosen nor asked with the pool."""
    await claimed(world)
    await world.store(lambda store: store.connection.run("UPDATE requests SET homeowner_id = 'zhang'"))
    heard = await act(world, "sam", "offer")
    assert not [label for label in labels(heard, GROUP) if "JD-001" in label]
    await choose_installer(world)

    assert await open_to(world) == ["li", "qian"]


async def test_reassigned_to_the_pool(world: World):
    """Staff may give a job to the pool: everybody but its holder is asked."""
    await accepted(world)
    await act(world, "sam", "more")
    await act(world, "sam", "reassign")
    await choose_installer(world)
    heard = await pick(world, "sam")

    assert await open_to(world) == ["li", "qian"]
    assert phrase(world, "job-released", id="R-1001") in to(heard, "zhang")


async def test_after_accepting_the_trust_card(world: World):
    """The homeowner reads name and number of the installer and sees the photo; a number can be verified by anyone."""
    face = await world.photo("zhang", "face")
    zhang = await world.store(lambda store: store.people.get("zhang"))
    await world.store(lambda store: store.people.save(replace(zhang, photo=face)))
    heard = await accepted(world)
    assert "张师傅(JD-001)" in to(heard, "hana")
    assert [one.hash for call in heard if call.chat == "hana" for one in call.message.files] == [face]

    heard = await world.says("otto", "/verify jd-002")
    assert phrase(world, "verify-yes", number="jd-002") in to(heard, "otto")
    assert "李师傅" not in to(heard, "otto")
    heard = await world.says("otto", "/verify JD-999")
    assert phrase(world, "verify-no", number="JD-999") in to(heard, "otto")
