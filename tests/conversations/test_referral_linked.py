"""Two accounts that turn out to be one person's: what that is for orders, customers of before, and a review."""

from __future__ import annotations

import asyncio

import pytest

from domain.orders import OrderEvent, Told
from domain.referral_states import Stage
from storage.store import Store
from tests.conversations.recommending import (
    MIN,
    PHONE,
    bought,
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
from tests.conversations.rewarding import balance, label
from tests.conversations.steps import phrase, tap
from tests.conversations.test_money_races import waiting
from tests.conversations.test_orders import order
from tests.conversations.test_referral_joined import linked, other_code
from tests.world import World

OWNER = "+8613800138000"
OTHER = "+8613700137055"


async def shared(world: World, who: str) -> None:
    """Somebody's other chat turns out to be of who has the number that the platform vouches for in both."""
    await world.says(who, "/link")
    await world.says(who, phone=PHONE)


async def test_orders_of_the_owner_count(world: World):
    """The friend scans on one account and buys on the other: the order counts as soon as both are theirs."""
    await come(world, "fan1")
    await customer(world, "fan2", PHONE)
    await world.says("fan2", "你好")
    await bought(world, hours=48)

    await shared(world, "fan1")

    found = await referral(world)
    assert (found.state, found.friend_id, found.order_id) == (Stage.SIGNED, "fan2", "A1")
    await world.passes(days=7)
    assert await stage(world) is Stage.EARNED


async def test_what_has_ended_takes_no_order(world: World):
    """The one of two referrals that ends when both accounts are one leaves the order to the other."""
    await come(world, "fan1", "otto")
    await customer(world, "fan2", PHONE)
    await world.says("fan2", "你好")
    await come(world, "fan2")
    await bought(world, hours=48)
    await world.passes(days=7)

    await shared(world, "fan1")

    ended, won = await referral(world), await referral(world, "RF-1002")
    assert (ended.state, ended.reason, ended.order_id) == (Stage.VOIDED, "block-taken", "")
    assert (won.state, won.order_id) == (Stage.EARNED, "A1")


@pytest.mark.parametrize("which", ["referrer", "friend"])
async def test_the_request_that_they_came_with(world: World, which: str):
    """It makes nobody a customer of before, also when the referrer or the friend turns out to be somebody else."""
    code = await other_code(world)
    await filed_by_a_stranger(world, "fan", PHONE[3:])
    await world.passes(hours=1)
    await world.says("sam", f"/refer {code} R-1001", chat="group")
    await bought(world)
    await reach(world, "max")
    await world.says("max", "/reviews")
    await reason(world, "max", "clear", "电话核对过了")
    await world.passes(days=8)
    await tap(world, "hana2", "reward-claim")
    await world.press("hana2", label(world, "fund"))
    await tap(world, "hana2", "reward-sure")
    if which == "referrer":
        await linked(world, "hana2", OWNER, "hana")
    else:
        await customer(world, "gus", OTHER, vouched=False, name="龚大勇")
        await world.says("gus", "你好")
        await linked(world, "fan", OTHER, "gus")

    found = await referral(world)
    assert found.state is Stage.REWARDED, found.reason
    assert (await balance(world, found.referrer_id))[0] == 20_000


async def test_a_customer_of_before_is_found_while_it_waits(world: World):
    """A friend who is somebody that was a customer already earns nothing, also if that turns out during a review."""
    await reach(world, "max", "ada")
    await customer(world, "fan2", OTHER, vouched=False, name="范冰清")
    await filed_by_a_stranger(world, "fan2", OTHER[3:])
    await world.passes(days=1)
    await customer(world, "fan1", name="范冰清")
    await come(world, "fan1")
    await bought(world, hours=1)
    assert await stage(world) is Stage.UNDER_REVIEW

    await linked(world, "fan1", OTHER, "fan2")

    assert (await stage(world), (await referral(world)).reason) == (Stage.VOIDED, "block-customer")
    await world.says("max", "/reviews")
    await reason(world, "hana", "appeal", "那是很久以前")
    shown = to(await world.says("max", "/reviews"), "max")
    assert phrase(world, "block-customer") in shown


async def test_an_order_told_as_its_customer_links(world: World):
    """Whichever comes first, the order belongs to whom they turn out to be."""
    await customer(world, "fan1", PHONE)
    await customer(world, "fan2", OTHER, vouched=False)
    await world.says("fan2", "你好")
    await come(world, "fan2")
    await world.passes(hours=48)
    taken, go = asyncio.Event(), asyncio.Event()
    event = OrderEvent("e1", "A1", Told.SIGNED, world.watch(), 2 * MIN, PHONE, source="shop")
    open_ended = world.database.engine == "postgres"  # elsewhere there is one writer, and nothing can be held open

    async def tell(store: Store) -> None:
        await store.orders.take(event, world.watch())
        if open_ended:
            taken.set()
            await go.wait()

    telling = asyncio.create_task(world.store(tell))
    await (taken.wait() if open_ended else telling)
    linking = asyncio.create_task(linked(world, "fan1", OTHER, "fan2"))
    while open_ended and not linking.done() and not await waiting(world):
        await asyncio.sleep(0.01)
    go.set()
    await asyncio.gather(telling, linking)

    assert (await order(world)).person_id == "fan2"
    assert await stage(world) is Stage.SIGNED


async def test_an_order_that_stuck_to_a_former_account(world: World):
    """The next that is told of it puts it right."""
    await customer(world, "fan1", PHONE)
    await customer(world, "fan2", OTHER, vouched=False)
    await world.says("fan2", "你好")
    await come(world, "fan2")
    await world.passes(hours=48)
    await linked(world, "fan1", OTHER, "fan2")
    await shop(world, "signed", 2 * MIN)
    await world.store(lambda store: store.connection.run("UPDATE orders SET person_id = 'fan1'"))

    await shop(world, "paid", 0)

    assert (await order(world)).person_id == "fan2"
