"""What the fund and coupons pay of an order: once, no more than is left, and as long as it is not given back."""

from __future__ import annotations

from typing import Any

import pytest

from domain.orders import OrderState
from tests.conversations.recommending import earned, shop, to
from tests.conversations.rewarding import balance, claimed, given, reward, sound
from tests.conversations.steps import phrase
from tests.conversations.test_counter import ORDER, SUM, coupon_used, ordered, spent
from tests.conversations.test_order_mended import undone
from tests.conversations.test_orders import order
from tests.world import World

OWNER = "+8613800138000"


async def own(world: World, kind: str, amount_fen: int = 0, **more: Any) -> None:
    """The shop tells of Hana's own order, a moment later."""
    await world.passes(minutes=1)
    await shop(world, kind, amount_fen, order=ORDER, phone=OWNER, **more)


@pytest.mark.parametrize("paid", [True, False])
async def test_a_cancelling_that_was_told_in_error(world: World, paid: bool):
    """The fund went back to its owner: it pays for the order no more, until it is taken once more, and never twice."""
    await given(world, "hana", 400_000)
    await ordered(world)
    await spent(world, "2000")
    if paid:
        await own(world, "paid", 800_000)
    await own(world, "cancelled")
    assert ((await order(world, ORDER)).paid_at is not None) is paid
    assert await balance(world) == (400_000, 0)

    await undone(world, id=ORDER)
    if not paid:
        await spent(world, "2000")
        await own(world, "paid", 600_000)
    short = await order(world, ORDER)
    assert (short.state, short.paid_at, short.returned_fen) == (OrderState.SIGNED, None, 0)

    if paid:
        await spent(world, "2000")
    else:
        await own(world, "paid", 200_000)
    assert (await order(world, ORDER)).state is OrderState.PAID
    assert await balance(world) == (200_000, 0)
    await sound(world)


async def test_refunded_and_paid_again(world: World):
    """What the fund had paid is to pay anew, with money or from the fund, which the order takes once more."""
    await given(world, "hana", 400_000)
    await ordered(world)
    await spent(world, "2000")
    await own(world, "paid", 0)
    await own(world, "refunded", 0)
    await own(world, "refunded", 1, id="told-again")
    ended = await order(world, ORDER)
    assert (ended.state, ended.kept_fen, ended.fund_fen) == (OrderState.REFUNDED, 0, 0)

    await own(world, "paid", 800_000, id="again")
    assert (await order(world, ORDER)).state is OrderState.SIGNED
    await spent(world, "2000")

    full = await order(world, ORDER)
    assert (full.state, full.kept_fen, full.fund_fen) == (OrderState.PAID, 800_000, 200_000)


async def test_a_coupon_comes_back_and_the_order_stays_refunded(world: World):
    """What a coupon paid until the end is no money that was never given back, whatever is told afterwards."""
    await earned(world)
    await claimed(world, "coupon")
    coupon = await reward(world)
    await ordered(world, amount_fen=3_000_000)
    await coupon_used(world, coupon.item)
    await own(world, "paid", 0)
    await own(world, "refunded", 3_000_000 - 25_000)
    await own(world, "refunded", 1, id="told-again")

    ended = await order(world, ORDER)
    assert (ended.state, ended.kept_fen, ended.returned_fen) == (OrderState.REFUNDED, 0, 25_000)
    assert (await reward(world)).state.value == "ISSUED"


async def test_no_more_fund_than_is_left_to_pay(world: World):
    """Staff are told what is left; more is refused, and that much makes the order paid."""
    await given(world, "hana", 400_000)
    await ordered(world)
    await own(world, "paid", 950_000)

    told = await spent(world, "2000")
    assert phrase(world, "counter-left", order=ORDER, fen=50_000) in to(told, "sam")
    assert phrase(world, "counter-up-to", fen=50_000) in to(world.shown, "sam")
    await world.says("sam", "500")

    full = await order(world, ORDER)
    assert (full.state, full.paid_fen + full.fund_fen) == (OrderState.PAID, SUM)


async def test_no_coupon_above_what_is_left_to_pay(world: World):
    """A coupon is used as a whole; where less is left it stays its owner's."""
    await earned(world)
    await claimed(world, "coupon")
    coupon = await reward(world)
    await ordered(world, amount_fen=3_000_000)
    await own(world, "paid", 2_999_900)

    told = await coupon_used(world, coupon.item)

    assert phrase(world, "counter-left", order=ORDER, fen=100) in to(told, "sam")
    assert (await reward(world)).state.value == "ISSUED"
