"""In the shop: a code from the chat pays a part of an order from the fund, a coupon another."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.people import Invitation
from tests.conversations.recommending import earned, shop, to
from tests.conversations.rewarding import balance, claimed, entries, given, reward, sound
from tests.conversations.steps import draft_of, phrase, tap
from tests.world import Heard, World

ORDER, SUM = "N-7", 1_000_000
"""Of ten thousand yuan: two thousand of it may come from the fund, one thousand by a coupon."""


async def code_of(world: World, who: str = "hana") -> str:
    """The six digits that somebody is shown."""
    found = to(await world.says(who, "/fund"), who)
    return "".join(char for char in found.split("：")[1][:7] if char.isdigit())


async def ordered(world: World, order: str = ORDER, amount_fen: int = SUM) -> None:
    """Staff may use it on this order."""
    await shop(world, "signed", amount_fen, order=order, phone="+8613800138000")


async def spent(world: World, yuan: str, code: str = "", order: str = ORDER, by: str = "sam") -> list[Heard]:
    """Staff take so much from who shows the code."""
    code = code or await code_of(world)
    await world.says(by, "/spend")
    await world.says(by, order)
    await world.says(by, code)
    return await world.says(by, yuan)


async def test_a_part_of_the_fund(world: World):
    """Staff read the code in any spelling, see the most that is possible, and both hear what was taken."""
    await given(world, "hana", 50_000)
    await ordered(world)
    code = await code_of(world)

    await world.says("sam", "/spend")
    await world.says("sam", ORDER.lower())
    asked = await world.says("sam", f"{code[:3]} {code[3:]}")
    done = await world.says("sam", "199.50元")

    assert phrase(world, "counter-up-to", fen=50_000) in to(asked, "sam")
    assert phrase(world, "counter-done", order=ORDER, fen=19_950) in to(done, "sam")
    assert phrase(world, "counter-spent", order=ORDER, fen=19_950, left=30_050) in to(done, "hana")
    assert await balance(world) == (30_050, 0)
    order = await world.store(lambda store: store.orders.get(ORDER))
    assert order.fund_fen == 19_950
    await sound(world)


async def test_the_code_is_good_once_and_for_some_minutes(world: World):
    """A second use, a late one and an older one are wrong; the question stays open for another code."""
    await given(world, "hana", 50_000)
    await ordered(world)
    used = await code_of(world)
    await spent(world, "10", used)
    old = await code_of(world)
    late = await code_of(world)

    await world.says("sam", "/spend")
    await world.says("sam", ORDER)
    wrong = phrase(world, "counter-code-wrong")
    assert wrong in to(await world.says("sam", used), "sam")
    assert wrong in to(await world.says("sam", old), "sam")
    await world.passes(minutes=11)
    assert wrong in to(await world.says("sam", late), "sam")
    assert wrong in to(await world.says("sam", "一二三"), "sam")
    assert phrase(world, "counter-ask-amount") in to(await world.says("sam", await code_of(world)), "sam")
    await world.says("sam", "10")
    assert await balance(world) == (48_000, 0)


async def test_a_code_that_ends_between_two_answers(world: World):
    """Who takes too long over the amount asks for another code; nothing was taken and nothing is stuck."""
    await given(world, "hana", 50_000)
    await ordered(world)
    await world.says("sam", "/spend")
    await world.says("sam", ORDER)
    await world.says("sam", await code_of(world))
    await world.passes(minutes=30)

    told = await world.says("sam", "100")

    assert phrase(world, "counter-code-wrong") in to(told, "sam")
    assert await draft_of(world, "sam") is None
    assert await balance(world) == (50_000, 0)


@pytest.mark.parametrize(
    ("yuan", "text", "facts"),
    [
        ("2001", "counter-most", {"order": ORDER, "fen": 200_000, "percent": 20}),
        ("600", "counter-short", {"fen": 50_000}),
        ("0", "counter-amount-wrong", {}),
        ("很多", "counter-amount-wrong", {}),
    ],
)
async def test_an_amount_that_cannot_be(world: World, yuan: str, text: str, facts: dict[str, object]):
    """More than the order's share, more than there is, and what is no amount: said, and asked again."""
    await given(world, "hana", 50_000)
    await ordered(world)

    told = await spent(world, yuan)
    assert phrase(world, text, **facts) in to(told, "sam")
    assert await balance(world) == (50_000, 0)

    await world.says("sam", "100")
    assert await balance(world) == (40_000, 0)


async def test_the_share_counts_all_that_was_taken(world: World):
    """Twice is not more than once: the share of the order is shared by all who pay for it."""
    await given(world, "hana", 150_000)
    await given(world, "otto", 150_000, "other")
    await ordered(world)
    await spent(world, "1500")

    told = await spent(world, "501", await code_of(world, "otto"))

    assert phrase(world, "counter-most", order=ORDER, fen=200_000, percent=20) in to(told, "sam")
    await world.says("sam", "500")
    assert await balance(world, "otto") == (100_000, 0)


async def test_orders_that_cannot_be_paid(world: World):
    """What nobody told us of and what is over is no order to pay for."""
    await given(world, "hana", 50_000)
    await ordered(world)
    await shop(world, "cancelled", order=ORDER, phone="+8613800138000")

    await world.says("sam", "/spend")
    assert phrase(world, "counter-no-order", order="X-1") in to(await world.says("sam", "X-1"), "sam")
    assert phrase(world, "counter-order-over", order=ORDER) in to(await world.says("sam", ORDER), "sam")


async def test_an_empty_fund_has_no_code(world: World):
    """Nothing to spend, no code; points are no fund."""
    assert to(await world.says("hana", "/fund"), "hana") == phrase(world, "counter-empty")


async def test_homeowners_do_not_take_from_themselves(world: World):
    """The commands are staff's, and staff do not take from their own fund."""
    await given(world, "hana", 50_000)
    await given(world, "sam", 50_000, "own")
    await ordered(world)
    for command in ("/spend", "/coupon"):
        assert phrase(world, "refused-role") in to(await world.says("hana", command), "hana")

    own = await code_of(world, "sam")
    await world.says("sam", "/spend")
    await world.says("sam", ORDER)
    assert phrase(world, "reward-own") in to(await world.says("sam", own), "sam")
    assert await balance(world, "sam") == (50_000, 0)


async def test_guessing_codes_ends(world: World):
    """After ten wrong ones in an hour no code is looked at any more, not even a right one, also in a new form."""
    await given(world, "hana", 50_000)
    await ordered(world)
    right = await code_of(world)
    wrong = [f"{number:06d}" for number in range(12) if f"{number:06d}" != right][:10]
    await world.says("sam", "/spend")
    await world.says("sam", ORDER)
    for guess in wrong:
        await world.says("sam", guess)

    assert phrase(world, "counter-locked") in to(await world.says("sam", right), "sam")
    await world.says("sam", "/cancel")
    await world.says("sam", "/spend")
    await world.says("sam", ORDER)
    assert phrase(world, "counter-locked") in to(await world.says("sam", right), "sam")
    await world.passes(minutes=61)
    await world.says("sam", "/cancel")
    await spent(world, "100")
    assert await balance(world) == (40_000, 0)


async def test_two_at_the_counter_at_once(world: World):
    """One code, two of staff with the amount typed: it is taken once."""
    await given(world, "hana", 50_000)
    await ordered(world)
    code = await code_of(world)
    for who in ("sam", "sue"):
        await world.says(who, "/spend")
        await world.says(who, ORDER)
        await world.says(who, code)

    await asyncio.gather(*[world.pipeline.receive(world.raw(who, "100")) for who in ("sam", "sue")])
    await world.settle()

    assert await balance(world) == (40_000, 0)
    await sound(world)


async def test_a_cancelled_order_gives_the_fund_back(world: World):
    """Once, and the owner hears of it; told again it is nothing."""
    await given(world, "hana", 50_000)
    await ordered(world)
    await spent(world, "300")
    await spent(world, "100")

    told = await shop(world, "cancelled", order=ORDER, phone="+8613800138000")
    await shop(world, "refunded", 0, order=ORDER, phone="+8613800138000")

    assert phrase(world, "counter-returned", order=ORDER, fen=30_000) in to(told, "hana")
    assert await balance(world) == (50_000, 0)
    assert len(await entries(world)) == 5
    await sound(world)


async def coupon_used(world: World, code: str, order: str = ORDER) -> list[Heard]:
    await world.says("sam", "/coupon")
    await world.says("sam", order)
    return await world.says("sam", code)


async def test_a_coupon_is_used_once(world: World):
    """In any spelling of its code; a second time, a stranger's code and a small order are refused, and asked again."""
    await earned(world)
    await claimed(world, "coupon")
    coupon = await reward(world)
    await ordered(world, amount_fen=3_000_000)
    await ordered(world, "N-8", 240_000)

    assert phrase(world, "coupon-unknown") in to(await coupon_used(world, "ABCDEFGH", "N-8"), "sam")
    most = phrase(world, "counter-most", order="N-8", fen=24_000, percent=10)
    assert most in to(await world.says("sam", coupon.item), "sam")
    await world.says("sam", "/cancel")
    done = await coupon_used(world, f"{coupon.item[:4].lower()} {coupon.item[4:]}")
    assert ORDER in to(done, "hana")
    again = await coupon_used(world, coupon.item)
    assert phrase(world, "reward-decided", id=coupon.id) in to(again, "sam")


async def test_a_coupon_comes_back_with_its_order(world: World):
    """The order is cancelled: the coupon can be used again, for a month at least."""
    await earned(world)
    await claimed(world, "coupon")
    coupon = await reward(world)
    await ordered(world, amount_fen=3_000_000)
    await coupon_used(world, coupon.item)
    await world.passes(days=370)
    assert phrase(world, "reward-decided", id=coupon.id) in to(await coupon_used(world, coupon.item), "sam")
    await world.says("sam", "/cancel")

    told = await shop(world, "cancelled", order=ORDER, phone="+8613800138000")

    assert coupon.item in to(told, "hana")
    await ordered(world, "N-9", 3_000_000)
    assert "N-9" in to(await coupon_used(world, coupon.item, "N-9"), "hana")
    await world.passes(days=40)
    await shop(world, "cancelled", order="N-9", phone="+8613800138000")


async def test_a_used_coupon_is_owed_and_forgiven(world: World):
    """The referral is void after the coupon was used: its worth is owed; then that order ends too, and it is not."""
    await earned(world)
    await claimed(world, "coupon")
    coupon = await reward(world)
    await ordered(world, amount_fen=3_000_000)
    await coupon_used(world, coupon.item)

    await shop(world, "refunded", 0)
    assert await balance(world) == (0, 25_000)
    await shop(world, "cancelled", order=ORDER, phone="+8613800138000")
    await shop(world, "refunded", 0, order=ORDER, phone="+8613800138000")

    assert await balance(world) == (0, 0)
    await sound(world)


async def test_cancel_and_back(world: World):
    """Both forms can be left, and the answer before be given anew."""
    await given(world, "hana", 50_000)
    await ordered(world)
    await world.says("sam", "/spend")
    await world.says("sam", ORDER)
    await tap(world, "sam", "form-back", chat="sam")
    await world.says("sam", ORDER)
    await tap(world, "sam", "form-cancel", chat="sam")

    assert await draft_of(world, "sam") is None
    assert await balance(world) == (50_000, 0)


@pytest.mark.parametrize("whose", ["otto", "sam"])
async def test_the_same_digits_of_somebody_else(world: World, whose: str):
    """A code that ended while staff think of the amount, and whose digits are another's by now: nobody pays."""
    await given(world, "hana", 50_000)
    await given(world, whose, 50_000, key="other")
    await ordered(world)
    digits = await code_of(world)
    await world.says("sam", "/spend")
    await world.says("sam", ORDER)
    await world.says("sam", digits)
    world.watch.now += timedelta(minutes=11)
    now = world.watch()
    fresh = Invitation("counter", None, {"person": whose}, whose, now + timedelta(minutes=10))
    assert await world.store(lambda store: store.codes.mint_free(fresh, now, f"counter:{digits}"))

    told = await world.says("sam", "100")

    assert phrase(world, "counter-code-wrong") in to(told, "sam")
    assert (await balance(world), await balance(world, whose)) == ((50_000, 0), (50_000, 0))
    assert await world.store(lambda store: store.codes.find(f"counter:{digits}", "counter", now)) == fresh


async def test_what_the_fund_pays_makes_an_order_paid(world: World):
    """The company is told of the money alone: with what came from the fund it is paid in full, and takes no more."""
    await given(world, "hana", 50_000)
    await ordered(world)
    await shop(world, "paid", SUM - 50_000, order=ORDER, phone="+8613800138000")
    before = await world.store(lambda store: store.orders.get(ORDER))

    await spent(world, "500")

    after = await world.store(lambda store: store.orders.get(ORDER))
    assert (before.state.value, before.paid_at) == ("SIGNED", None)
    assert (after.state.value, after.kept_fen, after.fund_fen) == ("PAID", SUM - 50_000, 50_000)
    for command in ("/spend", "/coupon"):
        await world.says("sam", command)
        assert phrase(world, "counter-order-paid", order=ORDER) in to(await world.says("sam", ORDER), "sam")


async def test_an_order_that_the_fund_paid_in_part_stays_refunded(world: World):
    """The fund is given back with the money, and whatever is told again changes nothing of that."""
    await given(world, "hana", 50_000)
    await ordered(world)
    await spent(world, "500")
    await shop(world, "paid", 0, order=ORDER, phone="+8613800138000")
    await shop(world, "refunded", SUM - 50_000, order=ORDER, phone="+8613800138000")
    await shop(world, "refunded", 1, order=ORDER, phone="+8613800138000")

    order = await world.store(lambda store: store.orders.get(ORDER))
    assert (order.state.value, order.kept_fen, order.fund_fen) == ("REFUNDED", 0, 0)
    assert await balance(world) == (50_000, 0)
