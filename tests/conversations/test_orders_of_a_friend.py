"""Several orders of a friend, refunds that were let pass, and campaigns: what counts for who recommended them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.referral_states import Stage
from tests.conversations.recommending import (
    MIN,
    bought,
    come,
    customer,
    earned,
    reach,
    reason,
    referral,
    shop,
    stage,
)
from tests.conversations.rewarding import balance, claimed, clock_reads, label, sound
from tests.conversations.steps import tap
from tests.conversations.test_order_mended import began
from tests.world import World

# ---- one order of a friend beside another


async def second(world: World, *kinds: str) -> None:
    """The friend's other order."""
    for kind in kinds:
        await shop(world, kind, 2 * MIN if kind == "signed" else 0, order="A2")


async def test_a_first_order_that_is_never_paid(world: World):
    """Nothing came of the first one, and nobody cancels it: the one that is paid counts."""
    await customer(world, "fan")
    await come(world)
    await world.passes(days=2)
    await shop(world, "signed", 2 * MIN)
    await second(world, "signed")
    assert (await referral(world)).order_id == "A1"
    await second(world, "paid")
    await world.passes(days=7)

    assert (await stage(world), (await referral(world)).order_id) == (Stage.EARNED, "A2")


@pytest.mark.parametrize("after", [Stage.SIGNED, Stage.EARNED, Stage.REWARDED])
async def test_a_refund_of_one_while_another_counts(world: World, after: Stage):
    """The other one counts instead, after a cooling-off of its own; what was claimed stays."""
    await customer(world, "fan")
    await come(world)
    await bought(world)
    await world.passes(days=1 if after is Stage.SIGNED else 7)
    if after is Stage.REWARDED:
        await claimed(world, "fund")
    await second(world, "signed", "paid")
    await shop(world, "refunded", 0)

    assert (await referral(world)).order_id == "A2"
    assert await stage(world) is (Stage.REWARDED if after is Stage.REWARDED else Stage.SIGNED)
    await world.passes(days=7)
    assert await stage(world) is (Stage.REWARDED if after is Stage.REWARDED else Stage.EARNED)
    await second(world, "refunded")
    assert (await stage(world), await balance(world)) == (Stage.VOIDED, (0, 0))
    await sound(world)


async def test_another_order_later_counts_too(world: World):
    """The first is given back before the other is paid: it is the same as the other way round, within the window."""
    await customer(world, "fan")
    await come(world)
    await bought(world)
    await shop(world, "refunded", 0)
    assert await stage(world) is Stage.VOIDED
    await world.passes(days=150)
    await second(world, "signed", "paid")
    await world.passes(days=7)
    assert (await stage(world), (await referral(world)).order_id) == (Stage.EARNED, "A2")


async def test_another_order_after_the_window_counts_not(world: World):
    """Nobody's reward goes on for an order that was signed when the window was over."""
    await customer(world, "fan")
    await come(world)
    await bought(world)
    await shop(world, "refunded", 0)
    await world.passes(days=180)
    await second(world, "signed", "paid")

    assert await stage(world) is Stage.VOIDED


@pytest.mark.parametrize("claimed_by_then", [False, True])
async def test_an_order_turns_out_to_be_somebody_elses(world: World, claimed_by_then: bool):
    """The friend's other order counts instead, and cools first; what was claimed stays."""
    await earned(world)
    if claimed_by_then:
        await claimed(world, "fund")
    await customer(world, "gus", "+8613700137001", name="龚大勇")
    await second(world, "signed", "paid")
    await began(world, "refunded")
    for said in ("13700137001", "1"):
        await world.says("sam", said)
    await tap(world, "sam", "order-today", chat="sam")
    await tap(world, "sam", "form-confirm", chat="sam")

    found = await referral(world)
    assert (found.state, found.order_id) == (Stage.REWARDED if claimed_by_then else Stage.SIGNED, "A2")
    await world.passes(days=7)
    assert await stage(world) is (Stage.REWARDED if claimed_by_then else Stage.EARNED)
    await sound(world)


# ---- what a manager let pass


@pytest.mark.parametrize("then", ["refunded", "cancelled"])
async def test_a_refund_that_was_let_pass_is_the_only_one(world: World, then: str):
    """What was given back by the time of the grant is forgiven; what comes later counts, however it ends."""
    await earned(world)
    await shop(world, "refunded", MIN + 1000, id="r1")
    await reach(world, "max")
    await reason(world, "hana", "appeal", "只是补偿了一点")
    await world.says("max", "/reviews")
    await reason(world, "max", "grant", "同意")
    assert (await stage(world), (await referral(world)).passed_fen) == (Stage.EARNED, MIN + 1000)
    await claimed(world, "fund")
    await shop(world, "refunded", 1000, id="r2")
    assert (await stage(world), (await referral(world)).order_fen) == (Stage.REWARDED, 2 * MIN - 1000)

    await shop(world, then, 0, id="r3")

    assert (await stage(world), (await referral(world)).reason) == (Stage.VOIDED, "void-refunded")
    assert await balance(world) == (0, 0)


# ---- campaigns


@pytest.mark.parametrize(("month", "value"), [(4, 30_000), (2, 20_000)])
async def test_a_campaign_goes_by_the_day_it_was_paid(world: World, month: int, value: int):
    """However late we hear of it; the cooling-off begins when we do."""
    await customer(world, "fan")
    clock_reads(world, 2027, month, 20)
    await come(world)
    await world.passes(days=3)
    paid = world.watch() + timedelta(hours=1)
    await shop(world, "signed", 2 * MIN)
    await world.passes(days=10)
    await shop(world, "paid", 2 * MIN, at=paid)
    heard = world.watch()
    assert ((await referral(world)).paid_on, (await referral(world)).paid_at) == (paid, heard)
    await world.passes(days=7)

    shown = await tap(world, "hana", "reward-claim")
    assert label(world, "fund", value) in [button for one in shown for button in one.buttons]
