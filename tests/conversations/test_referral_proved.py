"""Whose an order is: who proves its phone, or whom staff name; and who of staff may not be the only one to look."""

from __future__ import annotations

import pytest

from domain.people import INSIDE
from domain.referral_states import Stage
from tests.conversations.recommending import (
    MIN,
    PHONE,
    bought,
    code_of,
    come,
    customer,
    filed_by_a_stranger,
    reach,
    reason,
    referral,
    shop,
    stage,
    to,
)
from tests.conversations.rewarding import balance, claimed, sound
from tests.conversations.steps import asked, phrase, pick, tap
from tests.conversations.test_order_mended import began
from tests.conversations.test_orders import order
from tests.world import World

BUYER = "+8613600136000"


async def filed_under(world: World, who: str, phone: str, proved: bool = False) -> None:
    """Somebody whose number we know reports a fault, and types another one or sends one that is vouched for."""
    await world.says(who, "马桶漏水")
    for _ in range(12):
        question = asked(world, who)
        if phrase(world, "form-confirm") in question.buttons:
            await tap(world, who, "form-confirm")
            return
        if phrase(world, "report-ask-home") in question.text:
            await world.says(who, "别的路7号楼 9室")
        elif phrase(world, "report-ask-phone") in question.text or "电话" in question.text:
            await (world.says(who, phone=phone) if proved else world.says(who, phone[3:]))
        else:
            await pick(world, who)
    raise AssertionError(asked(world, who))


async def staff_tell(world: World, kind: str, whose: str, amount: str = "10000") -> None:
    """Staff tell of the order A1, and whose it is."""
    await began(world, kind)
    for said in (whose, amount):
        await world.says("sam", said)
    await tap(world, "sam", "order-today", chat="sam")
    await tap(world, "sam", "form-confirm", chat="sam")


# ---- a stranger's number


@pytest.mark.parametrize("first", ["order", "report"])
async def test_a_strangers_order_is_not_taken_by_typing_its_phone(world: World, first: str):
    """Who types another number in a report owns no order under it, whichever of the two came first."""
    await customer(world, "fan")
    await come(world)
    await world.passes(hours=48)
    if first == "report":
        await filed_under(world, "fan", BUYER)
    await bought(world, 6 * MIN, phone=BUYER)
    if first == "order":
        await filed_under(world, "fan", BUYER)
    await world.passes(days=8)

    assert (await stage(world), await balance(world, "fan")) == (Stage.VERIFIED, (0, 0))
    assert (await order(world)).person_id == ""


@pytest.mark.parametrize("first", ["order", "report"])
async def test_staff_prove_no_number_that_was_only_typed(world: World, first: str):
    """An order that staff enter under the buyer's phone says nothing of who typed it: a manager looks first."""
    await reach(world, "max")
    await come(world)
    if first == "report":
        await filed_by_a_stranger(world, "fan", PHONE[3:])
    await world.passes(hours=30)
    await staff_tell(world, "signed", PHONE[3:])
    await shop(world, "paid", 2 * MIN)
    if first == "order":
        await filed_by_a_stranger(world, "fan", PHONE[3:])
    await world.passes(days=8)

    assert (await stage(world), (await referral(world)).flags) == (Stage.UNDER_REVIEW, ("unproved",))
    assert phrase(world, "flag-unproved") in to(await world.says("max", "/reviews"), "max")


async def test_another_number_that_is_proved_proves_no_order(world: World):
    """Who typed the buyer's number and then proves one of their own has proved nothing of the order."""
    await come(world)
    await filed_by_a_stranger(world, "fan", BUYER[3:])
    await world.passes(hours=48)
    await shop(world, "signed", 2 * MIN, phone=BUYER)
    await filed_under(world, "fan", PHONE, proved=True)
    fan = await world.store(lambda store: store.people.by_phone(PHONE))
    assert [one.vouched for one in fan] == [True]
    await shop(world, "paid", 0, phone=BUYER)
    await world.passes(days=8)

    assert (await stage(world), (await referral(world)).flags) == (Stage.UNDER_REVIEW, ("unproved",))


async def test_the_buyer_who_proves_the_number_gets_the_order(world: World):
    """Their own referrer's recommendation goes on, and that of who had only typed it goes back."""
    await customer(world, "vic", "", vouched=False, name="魏女士")
    await come(world, "fan")
    await come(world, "vic", "otto")
    await filed_by_a_stranger(world, "fan", BUYER[3:])
    await world.passes(hours=48)
    await shop(world, "signed", 2 * MIN, phone=BUYER)
    assert (await stage(world), (await order(world)).person_id) == (Stage.SIGNED, (await referral(world)).friend_id)

    await world.says("vic", phone=BUYER)

    assert (await order(world)).person_id == "vic"
    assert (await stage(world), await stage(world, "RF-1002")) == (Stage.VERIFIED, Stage.SIGNED)
    await shop(world, "paid", 0, phone=BUYER)
    await world.passes(days=8)
    assert (await stage(world), await stage(world, "RF-1002")) == (Stage.VERIFIED, Stage.EARNED)


async def test_what_a_manager_let_pass_stays(world: World):
    """Who was called and is the buyer keeps the order, though the same number is proved on another channel."""
    await reach(world, "max")
    await customer(world, "vic", "", vouched=False, name="魏女士")
    await come(world, "fan")
    await filed_by_a_stranger(world, "fan", PHONE[3:])
    await bought(world, hours=48)
    await world.says("max", "/reviews")
    await reason(world, "max", "clear", "电话核对过了")
    await world.says("vic", phone=PHONE)
    await world.passes(days=8)

    assert (await stage(world), (await order(world)).person_id) == (Stage.EARNED, (await referral(world)).friend_id)


# ---- one of staff alone


async def test_staff_alone_make_no_reward(world: World):
    """Whoever tells of a code and of the order is not the only one to look, decides nothing of it, and stands in the
    events."""
    await reach(world, "max", "ada")
    code = await code_of(world)
    await world.says("max", f"/refer {code} {PHONE[3:]}", chat="group")
    events = await world.store(lambda store: store.referrals.events("RF-1001", INSIDE))
    assert [one.actor_id for one in events if one.action != "fact"] == ["max", "max", ""]
    await world.passes(hours=30)
    for kind in ("signed", "paid"):
        await began_by(world, "max", kind)
    await world.passes(days=8)

    assert (await stage(world), (await referral(world)).flags) == (Stage.UNDER_REVIEW, ("alone",))
    await world.says("max", "/reviews")
    told = await tap(world, "max", "referral-clear", chat="max")
    assert phrase(world, "refused-not-apart") in to(told, "max")
    assert phrase(world, "flag-alone") in to(await world.says("ada", "/reviews"), "ada")
    await reason(world, "ada", "clear", "见过本人")
    assert await stage(world) is Stage.EARNED
    await claimed(world, "fund")
    await sound(world)


async def began_by(world: World, who: str, kind: str) -> None:
    """A manager tells of the order A1 under the friend's phone."""
    for said in ("/order", "A1"):
        await world.says(who, said)
    await tap(world, who, f"order-{kind}", chat=who)
    for said in (PHONE[3:], "10000"):
        await world.says(who, said)
    await tap(world, who, "order-today", chat=who)
    await tap(world, who, "form-confirm", chat=who)


async def test_who_told_of_the_code_does_not_decide(world: World):
    """Not even where the shop told of the order; another manager does."""
    await reach(world, "max", "ada")
    code = await code_of(world)
    await world.says("max", f"/refer {code} {PHONE[3:]}", chat="group")
    await bought(world, hours=1)
    await world.says("max", "/reviews")

    told = await tap(world, "max", "referral-clear", chat="max")

    assert phrase(world, "refused-not-apart") in to(told, "max")
    await world.says("ada", "/reviews")
    await reason(world, "ada", "clear", "见过本人")
    assert await stage(world) is Stage.SIGNED


# ---- one block behind another


async def test_a_block_that_was_let_pass_hides_no_other(world: World):
    """A manager reads all that stands against an appeal; what was not the reason ends it still, and is appealed by
    itself."""
    await customer(world, "fan", "+8613800138000", name="范冰清")
    await come(world)
    await world.says("sam", "/family 13800138000")
    await reach(world, "max")
    await world.says("hana", "我的推荐")
    await reason(world, "hana", "appeal", "是我妈用的号")
    shown = to(await world.says("max", "/reviews"), "max")
    assert phrase(world, "review-fact-against", reason=phrase(world, "block-family")) in shown
    assert phrase(world, "review-fact-against", reason=phrase(world, "block-phone")) not in shown

    await reason(world, "max", "grant", "同意")

    found = await referral(world)
    assert (found.state, found.reason, found.flags) == (Stage.REJECTED, "block-family", ("block-phone",))
    await world.says("hana", "我的推荐")
    await reason(world, "hana", "appeal", "他们已经不在店里了")
    await world.says("max", "/reviews")
    await reason(world, "max", "grant", "同意")
    assert await stage(world) is Stage.VERIFIED
