"""Claiming what a referral has earned: each kind, once, and back again when the order is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from domain.bank import Reward
from domain.chat import Button, Line, Outbound, Place, Text
from domain.ledger import Unit
from domain.people import Role
from domain.referral_states import Stage
from domain.rewards import Given
from tests.conversations.recommending import come, customer, earned, reason, shop, stage, to
from tests.conversations.rewarding import (
    VALUES,
    approved,
    balance,
    chosen,
    claimed,
    clock_reads,
    entries,
    label,
    reward,
    sound,
)
from tests.conversations.steps import phrase, standing, tap
from tests.conversations.test_referral_shown import erased
from tests.world import GROUP, World, last


@pytest.mark.parametrize(("kind", "state"), [("fund", Given.GIVEN), ("points", Given.GIVEN), ("coupon", Given.ISSUED)])
async def test_what_is_given_at_once(world: World, kind: str, state: Given):
    """Fund and points are in the passbook at once, a coupon with its code; nobody has to approve them."""
    await earned(world)

    heard = await claimed(world, kind)

    found = await reward(world)
    assert found
    assert (found.kind.value, found.value, found.state) == (kind, VALUES[kind], state)
    assert await stage(world) is Stage.REWARDED
    assert [one.chat for one in heard] == ["hana"]
    unit = {"fund": Unit.FUND, "points": Unit.POINTS}.get(kind)
    assert sum(one.amount for one in await entries(world) if one.unit is unit) == (VALUES[kind] if unit else 0)
    assert found.item in last(heard, "hana").text


async def test_all_ways_are_shown_and_one_can_be_taken(world: World):
    """Each way is a button; the second choice, from the same message, is refused."""
    await earned(world)

    shown = await tap(world, "hana", "reward-claim")
    assert set(last(shown, "hana").buttons) == {
        *(label(world, kind) for kind in VALUES),
        phrase(world, "reward-later"),
    }
    await chosen(world, "points")
    again = await world.press("hana", label(world, "fund"))

    assert phrase(world, "reward-claimed", id="RF-1001", kind=Text("reward-kind-points")) in to(again, "hana")
    assert len(await entries(world)) == 1


async def test_nobody_else_claims(world: World):
    """A stranger's press, and staff's, finds no such referral; too early says why."""
    await customer(world, "fan")
    await come(world)
    button = Button(Text("reward-claim"), "reward.claim", "RF-1001", {"kind": "fund"})

    async def show(store: Any, who: str) -> None:
        said = Outbound(Place("fake", who), (Line(Text("words", {"words": "!"})),), ((button,),))
        await store.outbox.add(f"show:{who}", [said], world.watch())

    for who in ("hana", "otto", "sam"):
        await world.store(lambda store, who=who: show(store, who))
    await world.settle()

    early = await world.press("hana", phrase(world, "reward-claim"))
    assert "RF-1001" in to(early, "hana")
    assert phrase(world, "referral-stage-VERIFIED") in to(early, "hana")
    for who in ("otto", "sam"):
        assert to(await world.press(who, phrase(world, "reward-claim")), who) == phrase(world, "referral-not-found")
    assert await reward(world) is None


async def test_two_claims_at_the_same_moment(world: World):
    """From two chats at once, one way wins: one reward, one line, and the other is told so."""
    await earned(world)
    await tap(world, "hana", "reward-claim")
    tokens = []
    for kind in ("fund", "points", "fund", "coupon"):
        await world.press("hana", label(world, kind))
        tokens.append(world.token("hana", phrase(world, "reward-sure")))

    raws = [world.raw("hana", press=token) for token in tokens]
    await asyncio.gather(*[world.pipeline.receive(raw) for raw in raws])
    heard = await world.settle()

    rows = await world.store(lambda store: store.connection.all("SELECT kind FROM rewards"))
    assert len(rows) == 1
    assert sum(one.amount > 0 for one in await entries(world)) <= 1
    assert to(heard, "hana").count("RF-1001") >= 3


async def test_cash_needs_a_manager(world: World):
    """Cash waits; staff cannot approve it, a manager can, once, and it is recorded."""
    await earned(world)
    heard = await claimed(world, "cash")
    assert phrase(world, "reward-approve") in last(heard, GROUP).buttons
    assert (await reward(world)).state is Given.WAITING

    refused = await tap(world, "sam", "reward-approve")
    assert phrase(world, "refused-role") in to(refused, GROUP)
    asked = await tap(world, "max", "reward-approve")
    assert (await reward(world)).state is Given.WAITING
    assert all(part in to(asked, GROUP) for part in ("RF-1001", "A1", "138****8000", "王**"))
    done = await tap(world, "max", "reward-approve-sure")

    found = await reward(world)
    assert (found.state, found.decided_by, found.decided_at) == (Given.GIVEN, "max", world.watch())
    assert phrase(world, "reward-told-approve", what=Text("reward-cash", {"value": 15000, "gift": ""})) in to(
        done, "hana"
    )
    assert standing(world, GROUP)[-1].message.buttons == ()
    assert await entries(world) == []


async def test_cash_is_refused_and_something_else_claimed(world: World):
    """A manager says why; the referrer reads it and may take another way, also long after, and only once."""
    await earned(world)
    await claimed(world, "cash")
    await world.passes(days=179)
    await tap(world, "max", "reward-refuse")
    told = await world.says("max", "现金额度用完了", chat=GROUP)

    assert "现金额度用完了" in to(told, "hana")
    assert await stage(world) is Stage.EARNED
    await world.passes(days=5)
    assert await stage(world) is Stage.EARNED
    await claimed(world, "fund")
    assert await balance(world) == (20_000, 0)
    assert await stage(world) is Stage.REWARDED
    await sound(world)


async def test_two_managers_decide_about_the_same_cash(world: World):
    """Who is later reads that it is decided, and nothing stays open."""
    await earned(world)
    await claimed(world, "cash")
    await tap(world, "max", "reward-refuse")
    await approved(world, "ada")

    late = await world.says("max", "不付", chat=GROUP)

    assert phrase(world, "reward-decided", id="RW-1001") in to(late, GROUP)
    assert (await reward(world)).state is Given.GIVEN
    assert phrase(world, "form-cancelled") not in to(await world.says("max", "/cancel", chat=GROUP), GROUP)


async def test_a_gift_is_handed_over_by_staff(world: World):
    """Anybody of staff hands it over, in the group or from the list."""
    await earned(world)
    await claimed(world, "gift")

    listed = await world.says("sam", "/rewards")
    done = await world.press("sam", phrase(world, "reward-hand-over"))

    assert "RW-1001" in to(listed, "sam")
    assert (await reward(world)).state is Given.GIVEN
    what = Text("reward-gift", {"value": 1, "gift": Text("gift-toolbox")})
    assert phrase(world, "reward-told-hand_over", what=what) in to(done, "hana")
    assert phrase(world, "rewards-none") in to(await world.says("sam", "/rewards"), "sam")


async def test_nobody_decides_about_their_own(world: World):
    """A homeowner who works here by now does not approve what they claimed."""
    await earned(world)
    await claimed(world, "cash")
    hana = await world.store(lambda store: store.people.get("hana"))
    await world.store(lambda store: store.people.save(replace(hana, role=Role.MANAGER)))

    await world.says("hana", "/rewards")
    for button in ("reward-approve", "reward-refuse"):
        assert phrase(world, "reward-own") in to(await world.press("hana", phrase(world, button)), "hana")
    assert (await reward(world)).state is Given.WAITING


@pytest.mark.parametrize("kind", list(Reward))
async def test_a_refund_takes_it_back(world: World, kind: Reward):
    """Whatever was given: what is left goes, what was handed over or paid is owed, and nothing can be decided still."""
    await earned(world)
    await claimed(world, kind.value)
    if kind is Reward.CASH:
        await approved(world)
    if kind is Reward.GIFT:
        await tap(world, "sam", "reward-hand-over")

    told = await shop(world, "refunded", 0)

    owed = {Reward.CASH: 15_000, Reward.GIFT: 20_000}.get(kind, 0)
    assert await balance(world) == (0, owed)
    assert await balance(world, unit=Unit.POINTS) == (0, 0)
    assert await balance(world, "fan") == (0, 0)
    assert phrase(world, "friend-taken-back") in to(told, "fan")
    assert "RF-1001" in to(told, "hana")
    assert await reward(world) is None
    assert await world.store(lambda store: store.rewards.coupons("hana", world.watch())) == []
    await sound(world)


async def test_what_waits_is_void_with_the_order(world: World):
    """Cash that nobody approved yet cannot be approved any more, and staff see why."""
    await earned(world)
    await claimed(world, "cash")
    token = world.token(GROUP, phrase(world, "reward-approve"))

    told = await shop(world, "refunded", 0)

    assert "RW-1001" in to(told, GROUP)
    late = await world.says("max", press=token, chat=GROUP)
    assert phrase(world, "reward-decided", id="RW-1001") in to(late, GROUP)
    assert await balance(world) == (0, 0)


async def test_who_is_erased_is_paid_nothing_more(world: World):
    """Cash that waits when somebody's data is erased is gone from the group, and the ledger stays even."""
    await earned(world)
    await claimed(world, "cash")
    await erased(world, "hana")

    late = await tap(world, "max", "reward-approve")

    assert phrase(world, "button-stale") in to(late, GROUP)
    await sound(world)


async def test_a_granted_appeal_is_claimed_anew(world: World):
    """After a refund, an appeal that is granted leads to one new reward, which pays the debt off first."""
    await earned(world)
    await claimed(world, "cash")
    await approved(world)
    await shop(world, "refunded", 0)
    await reason(world, "hana", "appeal", "只是换了一张单")
    await world.says("max", "/reviews")
    await reason(world, "max", "grant", "确实换单了")
    assert await stage(world) is Stage.EARNED
    await claimed(world, "fund")

    assert await balance(world) == (5_000, 0)
    assert await balance(world, "fan") == (10_000, 0)
    await sound(world)


async def test_an_unclaimed_one_rewards_the_friend_once(world: World):
    """What expired unclaimed and is granted again gives the friend nothing a second time."""
    await earned(world)
    await world.passes(days=180)
    assert await stage(world) is Stage.EXPIRED
    await reason(world, "hana", "appeal", "出差了")
    await world.says("max", "/reviews")
    await reason(world, "max", "grant", "情况属实")

    assert await stage(world) is Stage.EARNED
    assert [one.amount for one in await entries(world, "fan")] == [10_000]
    await claimed(world, "fund")
    assert await balance(world) == (20_000, 0)


async def test_a_campaign_is_explained_when_it_is_gone(world: World):
    """A half more in the campaign, and the explanation still names it when the company's file does not."""
    spring = world.company.bank.referring.campaigns[0]
    clock_reads(world, spring.first.year, spring.first.month, spring.first.day)
    await earned(world)

    await tap(world, "hana", "reward-claim")
    await chosen(world, "fund", 30_000)

    (entry,) = await entries(world)
    assert (entry.amount, entry.why.facts["percent"]) == (30_000, 150)
    assert entry.why.facts["campaign"]["zh-CN"] == spring.names["zh-CN"]
    shown = await world.says("hana", "/passbook")
    assert phrase(world, "passbook-why", number=1) in last(shown, "hana").buttons
    why = await tap(world, "hana", "passbook-why", number=1)
    assert spring.names["zh-CN"] in to(why, "hana")
