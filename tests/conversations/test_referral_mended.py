"""What an order comes down to, who may not decide, and who comes again: a reward follows what is true at last."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.bank import Referring
from domain.ledger import Unit, Why
from domain.people import INSIDE
from domain.referral_states import Stage
from domain.rewards import Given
from domain.talks import Home
from handlers.referral_cards import exact, why
from tests.conversations.recommending import (
    MIN,
    PHONE,
    bought,
    come,
    customer,
    earned,
    filed_by_a_stranger,
    path,
    reach,
    reason,
    referral,
    shop,
    stage,
    suspected,
    to,
)
from tests.conversations.rewarding import approved, balance, chosen, claimed, entries, reward, sound
from tests.conversations.steps import phrase, tap
from tests.conversations.test_referral_joined import linked
from tests.conversations.test_referral_shown import erased
from tests.world import GROUP, World, last

TOP = 6 * MIN
"""An order of the highest tier, as company.toml has it."""


def tier(world: World, fen: int):
    """What an order of this much earns."""
    return world.company.bank.referring.tier(fen)


async def top(world: World) -> None:
    """An order of the highest tier, up to the reward that may be claimed."""
    await customer(world, "fan")
    await come(world)
    await bought(world, TOP)
    await world.passes(days=7)


@pytest.mark.parametrize("used", [0, 50_000])
async def test_a_partial_refund_lowers_the_reward(world: World, used: int):
    """Below the tier at which it was claimed: it is taken back and claimed anew, the friend's is what the order earns
    now; what was used stays owed until it is paid off."""
    await top(world)
    high, low = tier(world, TOP), tier(world, 2 * MIN)
    assert high.fund_fen > low.fund_fen
    await tap(world, "hana", "reward-claim")
    await chosen(world, "fund", high.fund_fen)
    if used:
        await world.store(
            lambda store: store.ledger.spend("hana", Unit.FUND, "spend:T", world.watch(), used, Why("order", "T"))
        )

    told = await shop(world, "refunded", TOP - 2 * MIN, id="r1")

    assert (await stage(world), await reward(world)) == (Stage.EARNED, None)
    assert await balance(world) == (0, used)
    assert await balance(world, "fan") == (low.friend_fund_fen, 0)
    assert phrase(world, "referral-told-retier", friend="一位朋友", days=180) in to(told, "hana")
    await claimed(world, "fund")
    assert await balance(world) == (max(low.fund_fen - used, 0), max(used - low.fund_fen, 0))
    await shop(world, "refunded", 0, id="r2")
    assert await stage(world) is Stage.VOIDED
    assert await balance(world, "fan") == (0, 0)
    await path(world)
    await sound(world)


async def test_a_partial_refund_before_the_claim(world: World):
    """The friend's reward comes down too, and what stays within a tier changes nothing."""
    await top(world)
    await shop(world, "refunded", 1, id="r0")
    lines = len(await entries(world, "fan"))
    await shop(world, "refunded", TOP - 2 * MIN - 1, id="r1")

    assert await balance(world, "fan") == (tier(world, 2 * MIN).friend_fund_fen, 0)
    assert len(await entries(world, "fan")) == lines + 2 or lines == 3
    assert await stage(world) is Stage.EARNED
    await sound(world)


async def test_a_typed_phone_takes_no_strangers_order(world: World):
    """A number that somebody only typed, of an order that the shop tells of: a manager looks first, and nobody reads
    what the order was worth."""
    await reach(world, "max")
    await come(world, "fan")
    await filed_by_a_stranger(world, "fan", PHONE[3:])
    await world.passes(hours=48)
    await shop(world, "signed", TOP + MIN)
    await shop(world, "paid", TOP + MIN)
    await world.passes(days=8)

    found = await referral(world)
    assert (found.state, "unproved" in found.flags) == (Stage.UNDER_REVIEW, True)
    assert await entries(world, "fan") == []
    shown = await world.says("max", "/reviews")
    assert phrase(world, "flag-unproved") in to(shown, "max")
    await reason(world, "max", "clear", "电话核对过了")
    assert await stage(world) is Stage.EARNED
    await world.says("fan", "存折")
    told = to(await world.press("fan", phrase(world, "passbook-why", number=1)), "fan")
    assert "35,000" not in told


async def test_staff_who_know_whose_order_it_is_prove_it(world: World):
    """The same number, told of by staff who name the request of whoever it is: nothing to look at."""
    await come(world, "fan")
    await filed_by_a_stranger(world, "fan", PHONE[3:])
    await world.passes(hours=30)
    await world.says("sam", "/order")
    await world.says("sam", "A1")
    await tap(world, "sam", "order-signed", chat="sam")
    for said in ("R-1001", "10000"):
        await world.says("sam", said)
    await tap(world, "sam", "order-today", chat="sam")
    await tap(world, "sam", "form-confirm", chat="sam")
    await shop(world, "paid", 2 * MIN)
    await world.passes(days=7)

    assert await stage(world) is Stage.EARNED


@pytest.mark.parametrize("code", ["customer", "taken", "family"])
def test_a_neutral_reason(code: str):
    """The referrer reads nothing of what the friend is to us; a manager reads the very reason."""
    assert why(f"block-{code}").id == "block-known"
    assert exact(f"block-{code}").id == f"block-{code}"


@pytest.mark.parametrize("order", [("fan1", "fan2"), ("fan2", "fan1")])
@pytest.mark.parametrize("success", [False, True])
async def test_one_referrer_stays(world: World, order: tuple[str, str], success: bool):
    """Two accounts of a friend who become one: the successful referral stays, else the first, and the other ends,
    whichever account goes on."""
    await customer(world, "fan1")
    await customer(world, "fan2", "+8613700137055", vouched=False)
    await world.says("fan2", "你好")
    for who in order:
        await come(world, who, {"fan1": "hana", "fan2": "otto"}[who])
        await world.passes(hours=1)
    if success:
        await bought(world)
        await world.passes(days=7)
    stays = "fan1" if success else order[0]

    await linked(world, "fan1", "+8613700137055", "fan2")

    found = {one: await referral(world, f"RF-{1001 + order.index(one)}") for one in order}
    other = found[order[1 - order.index(stays)]]
    assert (found[stays].friend_id, found[stays].referrer_id) == ("fan2", {"fan1": "hana", "fan2": "otto"}[stays])
    assert found[stays].state in ((Stage.EARNED,) if success else (Stage.VERIFIED,))
    assert (other.state, other.reason) == (Stage.VOIDED, "block-taken")


async def test_a_granted_appeal_pays_after_a_refund(world: World):
    """What a manager grants in spite of the refund counts as it was paid, also when something is told of it again."""
    await earned(world)
    await shop(world, "refunded", 0)
    assert await balance(world, "fan") == (0, 0)
    await reach(world, "max")
    await reason(world, "hana", "appeal", "只是换了一张单")
    await world.says("max", "/reviews")
    await reason(world, "max", "grant", "同意")

    found = await referral(world)
    assert (found.state, found.order_fen, found.refunded_at) == (Stage.EARNED, 2 * MIN, None)
    await shop(world, "refunded", 1, id="again")
    await claimed(world, "fund")
    assert await balance(world) == (20_000, 0)
    await sound(world)


@pytest.mark.parametrize("near", ["phone", "home", "order"])
async def test_who_is_near_does_not_decide(world: World, near: str):
    """A manager who shares a phone or a home with one side, or told of the order, approves no cash and clears nothing;
    another one does."""
    home = Home("h9", "fan", "pudong", "远路9号", "901室")
    await customer(world, "fan", home=home)
    await come(world)
    await bought(world)
    await world.passes(days=7)
    await claimed(world, "cash")
    max_ = await world.store(lambda store: store.people.get("max"))
    if near == "phone":
        await world.store(lambda store: store.people.save(replace(max_, phone="+8613800138000")))
    if near == "home":
        await world.store(lambda store: store.homes.add(replace(home, id="h10", person_id="max"), world.watch()))
    if near == "order":
        await world.store(
            lambda store: store.connection.run("UPDATE order_events SET actor_id = 'max' WHERE kind = 'signed'")
        )

    told = await tap(world, "max", "reward-approve")

    assert phrase(world, "refused-not-apart") in to(told, GROUP)
    assert (await reward(world)).state is Given.WAITING
    await approved(world, "ada")
    assert (await reward(world)).state is Given.GIVEN


async def test_who_is_near_clears_nothing(world: World):
    """The same for a review."""
    await suspected(world)
    max_ = await world.store(lambda store: store.people.get("max"))
    await world.store(lambda store: store.people.save(replace(max_, phone=PHONE)))
    await world.says("max", "/reviews")

    told = await tap(world, "max", "referral-clear", chat="max")

    assert phrase(world, "refused-not-apart") in to(told, "max")
    assert await stage(world) is Stage.UNDER_REVIEW


async def test_a_choice_can_be_thought_over(world: World):
    """Nothing is claimed before somebody is sure."""
    await earned(world)
    await tap(world, "hana", "reward-claim")
    asked = await world.press("hana", phrase(world, "reward-cash", value=15_000, gift=""))
    assert set(last(asked, "hana").buttons) == {phrase(world, "reward-sure"), phrase(world, "reward-other")}
    await tap(world, "hana", "reward-other")
    shown = await tap(world, "hana", "reward-later")

    assert phrase(world, "referral-mine-title") in to(shown, "hana")
    assert (await stage(world), await reward(world)) == (Stage.EARNED, None)


async def test_nothing_is_promised_where_nothing_is_given(world: World):
    """Without tiers the card promises no reward."""
    bank = replace(world.company.bank, referring=Referring())
    company = replace(world.company, bank=bank)
    world.pipeline.world = replace(world.pipeline.world, company=company)

    told = to(await world.says("hana", "推荐有礼"), "hana")

    assert phrase(world, "referral-share-plain") in told
    assert "0 元" not in told


async def test_an_erased_customer_is_known_and_unnamed(world: World):
    """Nothing of a friend stays in what managers were shown or the shop told, also of what it tells later; and with the
    same number nobody is a new customer again."""
    await suspected(world)
    await erased(world, "fan")
    await shop(world, "refunded", 1, id="later")
    for table in ("outbox", "order_events", "orders", "referral_events", "referrals"):
        rows = await world.store(lambda store, t=table: store.connection.all(f"SELECT * FROM {t}"))
        kept = repr([tuple(row) for row in rows])
        assert not any(word in kept for word in ("范冰清", PHONE[3:])), table
    rows = await world.store(
        lambda store: store.connection.all("SELECT body FROM inbox WHERE channel = 'shop' AND id NOT LIKE '%later%'")
    )
    assert PHONE[3:] not in repr([tuple(row) for row in rows])
    told = await world.says("max", "/help")
    assert to(told, "max")

    await customer(world, "fan9", name="钱某")
    await come(world, "fan9", "otto")
    found = (await world.store(lambda store: store.referrals.all_of_friend("fan9")))[0]
    assert (found.state, found.reason) == (Stage.REJECTED, "block-customer")
    events = await world.store(lambda store: store.referrals.events("RF-1001", INSIDE))
    assert events
