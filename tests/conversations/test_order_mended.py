"""What staff tell of an order in error, warned of and taken back: the referral is what all of it says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.orders import OrderState
from domain.referral_states import Stage
from tests.conversations.recommending import (
    PHONE,
    bought,
    come,
    customer,
    earned,
    reason,
    referral,
    shop,
    stage,
    suspected,
    to,
)
from tests.conversations.rewarding import balance, claimed, clock_reads, sound
from tests.conversations.steps import phrase, tap
from tests.conversations.test_orders import order
from tests.world import Heard, World


async def undone(world: World, number: str = "1", id: str = "A1") -> list[Heard]:
    """Staff take back one of the last events."""
    for said in ("/order", id):
        await world.says("sam", said)
    await tap(world, "sam", "order-undone", chat="sam")
    await world.says("sam", number)
    return await tap(world, "sam", "form-confirm", chat="sam")


async def began(world: World, kind: str, id: str = "A1") -> None:
    """Staff tell of an order, up to the question of whose it is."""
    for said in ("/order", id):
        await world.says("sam", said)
    await tap(world, "sam", f"order-{kind}", chat="sam")


# ---- what was told in error of a friend's order


@pytest.mark.parametrize("kind", ["refunded", "cancelled"])
async def test_an_end_that_was_told_in_error(world: World, kind: str):
    """Both rewards go with the order, and come back with it: the referral goes on, and is claimed anew."""
    await earned(world)
    await claimed(world, "fund")
    friends = await balance(world, "fan")
    await shop(world, kind, 0)
    assert (await stage(world), await balance(world), await balance(world, "fan")) == (Stage.VOIDED, (0, 0), (0, 0))

    await undone(world)

    assert (await stage(world), (await referral(world)).reason) == (Stage.EARNED, "")
    assert await balance(world, "fan") == friends
    await claimed(world, "fund")
    assert await balance(world) == (20_000, 0)
    await sound(world)


async def test_paid_again_after_a_refund(world: World):
    """The referral goes on, and the cooling-off begins with the new payment."""
    await customer(world, "fan")
    await come(world)
    await bought(world)
    await shop(world, "refunded", 0, at=world.watch() + timedelta(seconds=1))
    assert await stage(world) is Stage.VOIDED

    await world.passes(days=2)
    told = await shop(world, "paid", 0, id="again")
    assert await stage(world) is Stage.SIGNED
    assert phrase(world, "referral-told-unvoid", friend="一位朋友") in to(told, "hana")
    await world.passes(days=6)
    assert await stage(world) is Stage.SIGNED
    await world.passes(days=1)
    assert await stage(world) is Stage.EARNED


async def test_who_has_another_referrer_by_then(world: World):
    """An order that counts after all brings back no second referrer, and is kept all the same."""
    await customer(world, "fan")
    await come(world)
    await bought(world)
    await shop(world, "refunded", 0, at=world.watch() + timedelta(seconds=1))
    await come(world, "fan", "otto")
    await shop(world, "paid", 0, id="again", at=world.watch() + timedelta(seconds=2))

    assert (await stage(world), await stage(world, "RF-1002")) == (Stage.VOIDED, Stage.VERIFIED)
    assert (await order(world)).state is OrderState.PAID


async def test_a_review_is_not_got_round_by_a_refund(world: World):
    """What a manager had not decided yet waits for one again, though the refund was told in error."""
    await suspected(world)
    await shop(world, "refunded", 0)
    assert await stage(world) is Stage.VOIDED
    told = await undone(world)

    assert await stage(world) is Stage.UNDER_REVIEW
    assert phrase(world, "review-title", id="RF-1001") in to(told, "max")
    await world.passes(days=8)
    assert await stage(world) is Stage.UNDER_REVIEW
    await reason(world, "max", "clear", "核对过了")
    assert await stage(world) is Stage.EARNED


# ---- told by staff


async def test_a_wrong_digit_is_warned_of_and_taken_back(world: World):
    """Staff see that the order would become somebody else's; the referrer reads nothing of a refund, and what was
    claimed comes back."""
    await earned(world)
    await claimed(world, "fund")
    await began(world, "refunded")
    for said in ("13700137009", "1"):
        await world.says("sam", said)
    shown = to(await tap(world, "sam", "order-today", chat="sam"), "sam")
    before = phrase(world, "order-fact-person", name="F**", phone="137****7000")
    assert phrase(world, "order-moves", before=before) in shown
    told = to(await tap(world, "sam", "form-confirm", chat="sam"), "hana")
    assert (await stage(world), await balance(world)) == (Stage.VOIDED, (0, 0))
    assert phrase(world, "void-other") in told
    assert phrase(world, "void-refunded") not in told

    await undone(world)

    assert (await order(world)).person_id == "fan"
    assert await stage(world) is Stage.EARNED
    await claimed(world, "fund")
    assert await balance(world) == (20_000, 0)


async def test_the_customer_who_is_known_is_offered(world: World):
    """One press instead of a number that may be mistyped; nothing moves, and nothing is warned of."""
    await earned(world)
    await began(world, "refunded")
    await world.press("sam", phrase(world, "order-fact-person", name="F**", phone="137****7000"), chat="sam")
    await world.says("sam", "1")
    shown = to(await tap(world, "sam", "order-today", chat="sam"), "sam")
    await tap(world, "sam", "form-confirm", chat="sam")

    assert phrase(world, "order-moves", before="")[:3] not in shown
    assert (await order(world)).refunded_fen == 100
    assert await stage(world) is Stage.EARNED


@pytest.mark.parametrize(
    ("said", "day"),
    [("昨天", "2027-04-29"), ("2", "2027-04-29"), ("4月23日", "2027-04-23"), ("2026/12/31", "2026-12-31")],
)
async def test_on_an_earlier_day(world: World, said: str, day: str):
    """Staff say when it was: the end of that day of the company's; what is no past day is asked again."""
    clock_reads(world, 2027, 4, 30)
    await began(world, "signed")
    for words in (PHONE[3:], "10000"):
        await world.says("sam", words)
    for wrong in ("明天", "2027-05-01", "2-30", "1999-12-31"):
        assert phrase(world, "order-day-wrong") in to(await world.says("sam", wrong), "sam")
    shown = to(await world.says("sam", said), "sam")
    await tap(world, "sam", "form-confirm", chat="sam")

    assert day in shown
    signed = (await order(world)).signed_at.astimezone(world.company.tz)
    assert f"{signed:%Y-%m-%d %H:%M:%S}" == f"{day} 23:59:59"
