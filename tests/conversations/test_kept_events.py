"""What the shop and time tell is lost by no refusal: it is kept, tried again, and at last staff hear of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from bot.channels.shop import Shop, ShopDoor, raw_of, sign
from bot.kept_orders import kept_event
from bot.webhooks import Call
from domain.chat import Outbound, Text
from domain.errors import NotPossible, Refused, Stale
from domain.orders import OrderState
from domain.referral_states import Stage
from handlers import ROUTES
from handlers.turn import Route, Turn, Where
from storage.store import Store
from tests.conversations.recommending import MIN, bought, come, customer, earned, stage, told
from tests.conversations.rewarding import balance, claimed
from tests.conversations.steps import phrase, to
from tests.conversations.test_faults import again, states
from tests.conversations.test_orders import order
from tests.world import GROUP, World

SECRET = b"0123456789abcdef0123456789abcdef"
EVENT = {"id": "e1", "order": "A1", "kind": "signed", "amount_fen": MIN, "at": "2026-11-20T10:00:00+08:00"}


def refusing(refusal: type[Refused]) -> Callable[[Turn, Store], Awaitable[list[Outbound]]]:
    """A handler that writes something, and then a rule says no."""

    async def refuse(turn: Turn, store: Store) -> list[Outbound]:
        await store.cursors.keep("half", "done", turn.now)
        raise refusal(Text("button-stale"))

    return refuse


async def posted(world: World) -> tuple[int, bytes]:
    """What the shop is answered at the door."""
    door = ShopDoor(SECRET, world.pipeline.receive, world.watch, partial(kept_event, world.database))
    body, moment = json.dumps(EVENT).encode(), str(int(world.watch().timestamp()))
    headers = {"x-jiangdao-time": moment, "x-jiangdao-signature": sign(SECRET, moment, body)}
    answer = await door.take(Call("POST", {}, headers), body)
    return answer.status, answer.body


@pytest.mark.parametrize("refusal", [NotPossible, Stale])
async def test_what_the_shop_tells_is_refused(world: World, refusal: type[Refused]):
    """The shop hears «later», nothing half done is left, and once the rule is gone the event is in the order."""
    world.pipeline.routes = (Route("order.event", refusing(refusal), where=Where.CLOCK), *ROUTES)
    assert await posted(world) == (503, b'{"error": "later"}')
    assert (await states(world), await order(world)) == (["failed 1"], None)
    assert await world.store(lambda store: store.cursors.find("half")) == ""
    assert await posted(world) == (503, b'{"error": "later"}')  # the same again is no second attempt

    world.pipeline.routes = ROUTES
    assert await again(world, 11) == ""

    assert (await order(world)).state is OrderState.SIGNED
    assert await states(world) == ["done 1"]
    assert (await posted(world))[0] == 200


async def test_what_is_refused_for_good(world: World):
    """After three attempts it is set aside, and staff hear from which channel it came; nobody else hears anything."""
    world.pipeline.routes = (Route("order.event", refusing(NotPossible), where=Where.CLOCK), *ROUTES)
    await posted(world)
    assert await again(world, 11) == ""

    assert await again(world, 61) == phrase(world, "staff-quarantined", channel=Shop.name)
    assert await states(world) == ["quarantined 3"]
    assert [one.chat for one in world.shown] == [GROUP]
    assert (await posted(world))[0] == 503


@pytest.mark.parametrize("refusal", [NotPossible, Stale])
async def test_a_clock_is_refused(world: World, refusal: type[Refused]):
    """It rings again, and what it is for happens."""
    await customer(world, "fan")
    await come(world)
    await bought(world)
    world.pipeline.routes = (Route("clock.referral_cooled", refusing(refusal), where=Where.CLOCK), *ROUTES)
    await world.passes(days=8)
    assert (await stage(world), await states(world)) == (Stage.SIGNED, ["failed 1"])

    world.pipeline.routes = ROUTES
    world.watch.move(11)
    await world.pipeline.replay()

    assert phrase(world, "reward-claim") in repr(await world.settle())
    assert (await stage(world), await states(world)) == (Stage.EARNED, ["done 1"])


async def waiters(world: World, count: int) -> None:
    """Return once so many wait for locks."""
    async with asyncio.timeout(20):
        while True:
            row = await world.database.read(lambda one: one.one("SELECT count(*) AS n FROM pg_locks WHERE NOT granted"))
            if row and row["n"] >= count:
                return
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("engine", ["postgres"])  # elsewhere there is one writer
async def test_a_refund_while_others_change_the_referral(world: World):
    """Three commits come in between, and chance has it whether the refund finds a gap: it is done whole, or undone
    whole and tried again, and the reward goes back."""
    await earned(world)
    await claimed(world, "fund")
    held, go = ([asyncio.Event() for _ in range(3)] for _ in range(2))

    async def touch(number: int, store: Store) -> None:
        await store.connection.run("UPDATE referrals SET version = version + 1 WHERE id = 'RF-1001'")
        held[number].set()
        await go[number].wait()

    tasks = [asyncio.create_task(world.store(partial(touch, 0)))]
    await held[0].wait()
    refund = raw_of(told("refunded", 0, at=world.watch(), id="refund"))
    telling = asyncio.create_task(world.pipeline.receive(refund))
    await waiters(world, 1)
    for number in (1, 2):
        tasks.append(asyncio.create_task(world.store(partial(touch, number))))
        await waiters(world, 2)
        go[number - 1].set()
        await held[number].wait()
        await waiters(world, 1)
    go[2].set()
    await asyncio.gather(telling, *tasks)
    undone, whole = (["failed 1"], (20_000, 0)), ([], (0, 0))
    assert (await states(world), await balance(world)) in (undone, whole)
    # what the others did is told by no event: the log must be whole for what follows
    await world.store(lambda s: s.connection.run("UPDATE referrals SET version = version - 3 WHERE id = 'RF-1001'"))

    await again(world, 11)

    assert (await order(world)).state is OrderState.REFUNDED
    assert (await stage(world), await balance(world)) == (Stage.VOIDED, (0, 0))
    assert to(world.shown, "hana")
