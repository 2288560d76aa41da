"""Orders, from the shop, from staff and from a file: one path, and the same end in whatever order they come."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.shop import raw_of
from bot.order_file import read
from domain.orders import OrderState
from domain.people import INSIDE
from domain.referral_states import Stage
from handlers.fields import pack_span
from storage.database import Database
from tests.conversations.recommending import MIN, PHONE, come, customer, referral, shop, stage, to, told
from tests.conversations.steps import asked, done, file, finish, phrase, tap
from tests.fakes import START
from tests.world import World, build, peopled


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
    await world.says("sam", PHONE[3:])
    await tap(world, "sam", "order-signed", chat="sam")
    await world.says("sam", "12,800.50 元")
    heard = await tap(world, "sam", "form-confirm", chat="sam")

    assert phrase(world, "order-kept", order="A1", fen=1_280_050, paid=0) in to(heard, "sam")
    assert await stage(world) is Stage.SIGNED
    assert (await order(world)).source == "staff"
    assert PHONE[3:] not in to(world.shown, "hana")


async def test_staff_name_a_person_by_a_request(world: World):
    """The number of a request is as good as a phone."""
    await file(world, "otto")
    for said in ("/order", "A1", "r-1001"):
        await world.says("sam", said)
    await tap(world, "sam", "order-paid", chat="sam")
    await world.says("sam", "9000")
    await tap(world, "sam", "form-confirm", chat="sam")

    assert (await order(world)).person_id == "otto"


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (["!!"], "order-number-wrong"),
        (["A1", "谁知道呢"], "order-person-wrong"),
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
    for said in ("/order", "A1", PHONE[3:]):
        await world.says("sam", said)
    await tap(world, "sam", "order-paid", chat="sam")
    await world.says("sam", "9000")

    async def leaves(store: Any) -> None:
        from dataclasses import replace

        from domain.people import Role

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

    from tests.conversations.recommending import filed_by_a_stranger

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


ORDERS = st.lists(
    st.tuples(st.sampled_from(["signed", "deposit", "paid", "refunded", "cancelled"]), st.integers(0, 3 * MIN)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(events=ORDERS, chance=st.randoms(use_true_random=False))
async def test_any_order_of_events_ends_alike(bare_database_maker: Any, events: Any, chance: Any):
    """Late, shuffled and doubled events of an order: the same row, the same facts of the referral."""
    straight = [
        told(kind, amount, id=f"e{number}", at=START.replace(hour=2 + number))
        for number, (kind, amount) in enumerate(events)
    ]
    shuffled = [*straight, *chance.choices(straight, k=2)]
    chance.shuffle(shuffled)

    assert await _end(bare_database_maker, straight) == await _end(bare_database_maker, shuffled)


async def _end(make: Any, events: Any) -> tuple[Any, Any]:
    database: Database = await make()
    world = await peopled(build(database))
    await customer(world, "fan")
    await come(world)
    await world.passes(hours=12)
    for event in events:
        await world.pipeline.receive(raw_of(event))
    found, row = await referral(world), await order(world)
    names = ("order_id", "order_fen", "signed_at", "paid_at", "refunded_at", "qualified_at")
    await database.close()
    return row, {name: getattr(found, name) for name in names}


@pytest.fixture
def bare_database_maker(engine: str, request: pytest.FixtureRequest) -> Any:
    """A fresh database for each example; on SQLite, where that costs nothing."""
    import itertools
    import shutil

    from storage.opening import open_database

    if engine != "sqlite":
        pytest.skip("one engine is enough for what the rules decide")
    template, folder = request.getfixturevalue("sqlite_template"), request.getfixturevalue("tmp_path")
    numbers = itertools.count()

    async def make() -> Database:
        path = folder / f"{next(numbers)}.db"
        shutil.copyfile(template, path)
        return await open_database(f"sqlite:///{path}")

    return make


async def test_a_file_takes_the_same_path(world: World):
    """Rows of a file and events of the shop are one: what was told by both is told once."""
    await customer(world, "fan")
    await come(world)
    await world.passes(days=3)
    rows = "订单号,类型,金额,电话,时间,流水号\nA1,签单,10000,13700137000,2026-11-25,e1\nA1,付清,10000,,2026/11/25 10:00,e2\n"
    found = read("orders.csv", rows.encode("gb18030"), world.company.tz)
    assert found.problems == ()
    for raw in found.events:
        await world.pipeline.receive(raw)
    await shop(world, "paid", 10_000_00, id="e2")

    kept = await order(world)
    assert (kept.state, kept.paid_fen) == (OrderState.PAID, 10_000_00)
    assert await stage(world) is Stage.SIGNED
    await world.passes(days=7)
    assert await stage(world) is Stage.EARNED


async def test_an_unreadable_event_is_kept_and_staff_hear(world: World):
    """What comes on the channel and cannot be is set aside; nothing of it becomes an order."""
    from domain.chat import Raw

    await world.pipeline.receive(Raw("shop:x", "shop", {"id": "x", "order": "A1", "kind": "stolen"}))

    assert await order(world) is None
    state = await world.store(lambda store: store.connection.one("SELECT state FROM inbox WHERE id = 'shop:x'"))
    assert state["state"] == "quarantined"


async def test_the_homeowner_of_a_request_is_known_by_its_phone(world: World):
    """A number that somebody gave in a request only is theirs for an order as well."""
    await file(world, "otto")
    await world.store(
        lambda store: store.connection.run("UPDATE requests SET phone = :phone WHERE id = 'R-1001'", phone=PHONE)
    )
    assert (await world.store(lambda store: store.requests.get("R-1001", INSIDE))).phone == PHONE
    assert asked
    assert finish
    assert pack_span
