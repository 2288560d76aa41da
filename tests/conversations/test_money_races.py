"""Money that two workers touch in the same moment."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from bot.channels.clock import raw
from domain.board import month_of
from domain.orders import OrderEvent, Told
from storage.database import Connection
from storage.store import Store
from storage.timers import Timers
from tests.conversations.recommending import MIN, PHONE, come, customer, shop
from tests.world import World

FRIENDS = 4


async def almost(world: World) -> list[Any]:
    """Friends of one referrer who have all paid; the clocks that make successes of them at one moment."""
    phones = {f"fan{number}": f"+861370013700{number}" for number in range(FRIENDS)}
    for who, phone in phones.items():
        await customer(world, who, phone, name=f"{'甲乙丙丁'[int(who[-1])]}先生")
        await come(world, who)
        await world.passes(hours=30)
    for kind in ("signed", "paid"):
        for who, phone in phones.items():
            await shop(world, kind, 2 * MIN, order=f"A-{who}", phone=phone)
    world.watch.now += timedelta(days=8)
    now = world.watch()
    due = await world.database.read(lambda connection: Timers(connection).due(now, 100))
    return [one for one in due if one.intent == "clock.referral_cooled"]


async def test_successes_at_once_are_all_counted(world: World):
    """Whichever comes last counts them all: the place in the list, and whether it makes an adviser."""
    due = await almost(world)
    assert len(due) == FRIENDS

    await asyncio.gather(*[world.pipeline.receive(raw(one)) for one in due])

    period = month_of(world.watch(), world.company.tz)
    place = await world.store(lambda store: store.board.place(period.id, "hana"))
    assert place.count == await world.store(lambda store: store.board.won("hana")) == FRIENDS
    assert await world.store(lambda store: store.board.vip_since("hana")) is not None


async def waiting(world: World) -> bool:
    """Whether somebody waits for a lock."""
    row = await world.database.read(lambda one: one.one("SELECT 1 AS yes FROM pg_locks WHERE NOT granted LIMIT 1"))
    return row is not None


async def test_an_order_told_as_its_customer_becomes_known(world: World):
    """Whichever of the two comes first, the order is theirs."""
    await customer(world, "fan", "")
    taken, go = asyncio.Event(), asyncio.Event()
    event = OrderEvent("e1", "A1", Told.SIGNED, world.watch(), 10, PHONE, source="shop")
    open_ended = world.database.engine == "postgres"  # elsewhere there is one writer, and nothing can be held open

    async def order(store: Store) -> None:
        await store.orders.take(event, world.watch())
        if open_ended:
            taken.set()
            await go.wait()

    async def known(connection: Connection) -> None:
        await connection.run("UPDATE people SET phone = :phone WHERE id = 'fan'", phone=PHONE)
        await Store(connection).orders.adopt("fan", PHONE)

    telling = asyncio.create_task(world.store(order))
    await (taken.wait() if open_ended else telling)
    knowing = asyncio.create_task(world.database.transact(known))
    while open_ended and not knowing.done() and not await waiting(world):
        await asyncio.sleep(0.01)
    go.set()
    await asyncio.gather(telling, knowing)

    assert (await world.store(lambda store: store.orders.get("A1"))).person_id == "fan"
