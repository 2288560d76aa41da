"""Orders, from the shop, from staff and from a file: one path, and the same end in whatever order they come."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.shop import raw_of
from bot.order_file import read
from domain.chat import Raw
from domain.orders import OrderState
from domain.people import Role
from domain.referral_states import Stage
from tests.conversations.recommending import (
    MIN,
    PHONE,
    come,
    customer,
    filed_by_a_stranger,
    referral,
    shop,
    stage,
    to,
    told,
)
from tests.conversations.rewarding import claimed
from tests.conversations.steps import done, file, phrase, tap
from tests.fakes import START
from tests.world import World


async def order(world: World, id: str = "A1") -> Any:
    """An order as it is stored."""
    return await world.store(lambda store: store.orders.get(id))


async def test_staff_tell_of_an_order(world: World):
    """/order asks for number, person, what happened and how much, and says what it kept; the referrer hears of it."""
    await customer(world, "fan")
    await come(world)
    await world.passes(days=2)

    await world.says("sam", "/order")
    await world.says("sam", "A1")
    await tap(world, "sam", "order-signed", chat="sam")
    await world.says("sam", PHONE[3:])
    await world.says("sam", "12,800.50 元")
    await tap(world, "sam", "order-today", chat="sam")
    heard = await tap(world, "sam", "form-confirm", chat="sam")

    assert phrase(world, "order-kept", order="A1", fen=1_280_050, paid=0) in to(heard, "sam")
    assert await stage(world) is Stage.SIGNED
    assert (await order(world)).source == "staff"
    assert PHONE[3:] not in to(world.shown, "hana")


async def test_staff_name_a_person_by_a_request(world: World):
    """The number of a request is as good as a phone."""
    await file(world, "otto")
    for said in ("/order", "A1"):
        await world.says("sam", said)
    await tap(world, "sam", "order-paid", chat="sam")
    await world.says("sam", "r-1001")
    await world.says("sam", "9000")
    await tap(world, "sam", "order-today", chat="sam")
    await tap(world, "sam", "form-confirm", chat="sam")

    assert (await order(world)).person_id == "otto"


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (["!!"], "order-number-wrong"),
        (["A1", "1", "谁知道呢"], "order-person-wrong"),
        (["A1", "1", PHONE[3:], "0"], "order-sum-missing"),
    ],
)
async def test_what_staff_mistype(world: World, said: list[str], wrong: str):
    """Each answer that cannot be used is refused with what would be."""
    await world.says("sam", "/order")
    for words in said:
        heard = await world.says("sam", words)

    assert phrase(world, wrong) in to(heard, "sam")


async def test_who_left_tells_of_no_orders(world: World):
    """A form that was begun as staff ends with the job."""
    for said in ("/order", "A1"):
        await world.says("sam", said)
    await tap(world, "sam", "order-paid", chat="sam")
    await world.says("sam", PHONE[3:])
    await world.says("sam", "9000")
    await tap(world, "sam", "order-today", chat="sam")

    async def leaves(store: Any) -> None:
        sam = await store.people.get("sam")
        await store.people.save(replace(sam, role=Role.HOMEOWNER))

    await world.store(leaves)
    await tap(world, "sam", "form-confirm", chat="sam")

    assert await order(world) is None


async def test_a_replayed_event_has_no_second_effect(world: World):
    """The shop may tell the same event as often as it likes, also after the inbox has forgotten it."""
    await shop(world, "signed", MIN, id="e1")
    before = await order(world)
    await shop(world, "signed", MIN, id="e1")
    await world.store(lambda store: store.connection.run("DELETE FROM inbox"))
    await shop(world, "signed", MIN, id="e1")

    assert await order(world) == before


async def test_an_id_that_was_used_for_another_order(world: World):
    """The first one counts, and leaves no empty order behind."""
    await shop(world, "signed", MIN, id="e1")
    await world.store(lambda store: store.connection.run("DELETE FROM inbox"))
    await shop(world, "signed", MIN, id="e1", order="B2")

    assert await order(world, "B2") is None


async def test_an_order_waits_for_its_person(world: World):
    """An order under a number that nobody has yet counts as soon as somebody gives that number."""
    await come(world)  # a friend whom we do not know yet
    await world.passes(days=2)
    await shop(world, "signed", 2 * MIN)
    assert await stage(world) is Stage.ATTRIBUTED

    await filed_by_a_stranger(world, "fan", PHONE[3:])

    assert await stage(world) is Stage.SIGNED
    assert (await order(world)).person_id != ""


async def test_a_visit_qualifies(world: World):
    """A friend whose visit is done is a real customer."""
    await customer(world, "fan")
    await world.says("hana", "推荐有礼")
    await _visited(world)

    assert await stage(world) is Stage.QUALIFIED


async def _visited(world: World) -> None:
    """Otto is the friend, and the world's usual request is his."""
    code = (await world.store(lambda store: store.referrers.make("otto", "赵**", START))).code
    await world.says("hana", f"/start ref-{code}")
    await done(world)


async def test_deposits_qualify(world: World):
    """A deposit is as good as a visit."""
    await customer(world, "fan")
    await come(world)
    await world.passes(days=2)
    await shop(world, "deposit", 50_000)

    assert (await referral(world)).qualified_at is not None


KINDS = ("signed", "deposit", "paid", "paid", "refunded", "cancelled")


@pytest.mark.parametrize("seed", range(16))
async def test_any_order_of_events_ends_alike(world: World, seed: int):
    """Late, shuffled and doubled events of an order: the same row, the same facts of the referral."""
    chance = random.Random(seed)
    kinds = [chance.choice(KINDS) for _ in range(chance.randint(2, 6))]
    events = [(kind, chance.choice([0, 1, MIN - 1, MIN, 2 * MIN]) or int(kind == "signed")) for kind in kinds]
    straight = await _end(world, "A1", "fan", PHONE, events, None)
    shuffled = await _end(world, "A2", "far", f"{PHONE[:-1]}9", events, chance)

    assert straight == shuffled, events


async def _end(world: World, id: str, who: str, phone: str, events: Any, chance: random.Random | None) -> Any:
    """What an order and its referral are, after these events one hour apart, of which nothing tells whose they are."""
    await customer(world, who, phone, name=who * 3)
    await come(world, who)
    world.watch.now = START + timedelta(hours=12)
    rows = [
        told(kind, amount, id, phone, START + timedelta(hours=1 + number), f"{id}:{number}")
        for number, (kind, amount) in enumerate(events)
    ]
    if chance:
        rows = [*rows, *chance.choices(rows, k=3)]
        chance.shuffle(rows)
    for row in rows:
        await world.pipeline.receive(raw_of(row))
    world.watch.now = START
    kept = await order(world, id)
    (found,) = await world.store(lambda store: store.referrals.all_of_friend(who))
    names = ("order_fen", "signed_at", "paid_at", "refunded_at", "qualified_at")
    facts = {name: getattr(found, name) for name in names}
    return replace(kept, id="", person_id="", phone=""), facts, found.order_id == id


async def test_staff_take_an_event_back(world: World):
    """The payment that was told in error is void, and stays in the order's history; the referral goes back."""
    await customer(world, "fan")
    await come(world)
    await world.passes(days=2)
    await shop(world, "signed", 2 * MIN)
    await shop(world, "paid", 0)
    await world.passes(days=7)
    assert await stage(world) is Stage.EARNED

    for said in ("/order", "A1"):
        await world.says("sam", said)
    asked = await tap(world, "sam", "order-undone", chat="sam")
    assert phrase(world, "order-ask-which") in to(asked, "sam")
    shown = to(await world.says("sam", "1"), "sam")  # the latest is the payment
    assert phrase(world, "order-paid") in shown
    await tap(world, "sam", "form-confirm", chat="sam")

    assert (await order(world)).state is OrderState.SIGNED
    assert await stage(world) is Stage.SIGNED
    assert len(await world.store(lambda store: store.orders.events("A1"))) == 3


async def test_staff_name_somebody_else(world: World):
    """The latest word of staff counts: the old referral goes back, and the right customer's goes on."""
    await customer(world, "fan")
    await customer(world, "gus", "+8613700137001", name="龚大勇")
    await come(world)
    await come(world, "gus", "otto")
    await world.passes(days=2)
    await shop(world, "signed", 2 * MIN, phone="+8613700137001")
    assert (await stage(world, "RF-1001"), await stage(world, "RF-1002")) == (Stage.VERIFIED, Stage.SIGNED)

    for said in ("/order", "A1"):
        await world.says("sam", said)
    await tap(world, "sam", "order-paid", chat="sam")
    await world.says("sam", PHONE[3:])
    await world.says("sam", "0")
    shown = to(await tap(world, "sam", "order-today", chat="sam"), "sam")
    assert phrase(world, "order-fact-all-of", fen=2 * MIN) in shown
    assert "137****7001" in shown.split(phrase(world, "order-moves", before="")[:3])[1]  # whose it was
    await tap(world, "sam", "form-confirm", chat="sam")

    assert (await order(world)).person_id == "fan"
    assert (await stage(world, "RF-1001"), await stage(world, "RF-1002")) == (Stage.SIGNED, Stage.VERIFIED)


async def test_another_order_after_a_cancelled_one(world: World):
    """An order that ended before it was paid counts as none: the referral goes back, and the next order counts."""
    await customer(world, "fan")
    await come(world)
    await world.passes(days=2)
    await shop(world, "signed", 2 * MIN)
    await shop(world, "cancelled", at=world.watch() + timedelta(seconds=1))
    assert (await stage(world), (await referral(world)).order_id) == (Stage.VERIFIED, "")

    await shop(world, "signed", 2 * MIN, order="A2")
    await shop(world, "paid", 0, order="A2")
    await world.passes(days=7)

    assert (await stage(world), (await referral(world)).order_id) == (Stage.EARNED, "A2")


async def test_the_first_order_that_counts(world: World):
    """Of the orders that were there before we knew the number, one that ended does not count."""
    await come(world)
    await world.passes(days=2)
    await shop(world, "signed", 2 * MIN)
    await shop(world, "cancelled", at=world.watch() + timedelta(seconds=1))
    await shop(world, "signed", 2 * MIN, order="A2")

    await filed_by_a_stranger(world, "fan", PHONE[3:])

    assert (await referral(world)).order_id == "A2"


async def test_a_sum_that_is_higher_after_all(world: World):
    """What turns out not to be paid in full is not earned, until the rest is paid."""
    await customer(world, "fan")
    await come(world)
    await world.passes(days=2)
    await shop(world, "paid", 2 * MIN, id="p1")
    assert (await order(world)).state is OrderState.SIGNED
    await shop(world, "signed", 2 * MIN)
    await world.passes(days=8)
    assert await stage(world) is Stage.EARNED

    await shop(world, "signed", 3 * MIN)
    assert await stage(world) is Stage.SIGNED
    await shop(world, "paid", MIN, id="p2")
    await world.passes(days=8)
    assert await stage(world) is Stage.EARNED


async def test_a_payment_taken_back_after_the_claim(world: World):
    """A higher sum leaves what was claimed; without the money it is taken back."""
    await customer(world, "fan")
    await come(world)
    await world.passes(days=2)
    await shop(world, "signed", 2 * MIN)
    await shop(world, "paid", 2 * MIN)
    await world.passes(days=7)
    await claimed(world, "fund")
    await shop(world, "signed", 3 * MIN)
    assert await stage(world) is Stage.REWARDED

    for said in ("/order", "A1"):
        await world.says("sam", said)
    await tap(world, "sam", "order-undone", chat="sam")
    await world.says("sam", "2")  # the payment, after the latest sum
    await tap(world, "sam", "form-confirm", chat="sam")

    assert (await order(world)).kept_fen == 0
    assert await stage(world) is Stage.VOIDED


async def test_a_file_takes_the_same_path(world: World):
    """Rows of a file and events of the shop are one: what was told by both is told once."""
    await customer(world, "fan")
    await come(world)
    await world.passes(days=3)
    head = "订单号,类型,金额,电话,时间,流水号\n"
    rows = head + "A1,签单,10000,13700137000,2026-11-25,e1\nA1,付清,10000,,2026/11/25 10:00,e2\n"
    found = read("orders.csv", rows.encode("gb18030"), world.company.tz)
    assert found.problems == ()
    for raw in found.events:
        await world.pipeline.receive(raw)
    await shop(world, "paid", 10_000_00, id="A1:paid:e2")

    kept = await order(world)
    assert (kept.state, kept.paid_fen) == (OrderState.PAID, 10_000_00)
    assert await stage(world) is Stage.SIGNED
    await world.passes(days=7)
    assert await stage(world) is Stage.EARNED


async def test_an_unreadable_event_is_kept_and_staff_hear(world: World):
    """What comes on the channel and cannot be is set aside; nothing of it becomes an order."""
    await world.pipeline.receive(Raw("shop:x", "shop", {"id": "x", "order": "A1", "kind": "stolen"}))

    assert await order(world) is None
    state = await world.store(lambda store: store.connection.one("SELECT state FROM inbox WHERE id = 'shop:x'"))
    assert state["state"] == "quarantined"
