"""/bank: the manager's view of the word-of-mouth bank, as a picture and as a table."""

from __future__ import annotations

from bot.pictures import draw
from tests.conversations.recommending import bought, come, customer, earned, shop, to
from tests.conversations.rewarding import claimed, given
from tests.conversations.steps import phrase, tap
from tests.world import World


async def test_the_funnel_the_cost_and_what_is_owed(world: World):
    """A friend who became an order and one who only came; what that cost an order, and what may still be spent."""
    await earned(world)
    await claimed(world, "fund")
    await customer(world, "far", "+8613700137009", name="别人")
    await come(world, "far")

    heard = await world.says("max", "/bank")

    args = world.sketches.drawn[0].args
    assert {row["label"]: row["count"] for row in args["stages"]} == {
        phrase(world, f"bank-stage-{stage}"): count
        for stage, count in zip(
            ("created", "verified", "qualified", "signed", "paid", "earned", "rewarded"),
            (2, 2, 0, 1, 1, 1, 1),
            strict=True,
        )
    }
    cards = {card["label"]: card["value"] for card in args["cards"]}
    assert cards[phrase(world, "bank-card-won")] == "1"
    assert cards[phrase(world, "bank-card-cost")] == phrase(world, "ledger-fund", amount=30_000)
    assert sum(row["amount_fen"] for row in args["liability"]) == 30_000
    assert any(one.message.files for one in heard)

    await tap(world, "max", "statement-as-table", chat="max")
    assert [one.kind for one in world.sketches.drawn] == ["funnel", "funnel-csv"]


async def test_what_was_taken_back_costs_nothing(world: World):
    """A refund takes the order and its cost out; flags are counted by their reason."""
    await earned(world)
    await claimed(world, "coupon")
    await shop(world, "refunded", 0)
    await customer(world, "far", "+8613700137009", name="别人")
    await come(world, "far")
    await bought(world, hours=1, order="L1", phone="+8613700137009")

    await world.says("max", "/bank")

    args = world.sketches.drawn[0].args
    cards = {card["label"]: card["value"] for card in args["cards"]}
    assert cards[phrase(world, "bank-card-won")] == "0"
    assert cards[phrase(world, "bank-card-cost")] == phrase(world, "bank-none")
    assert args["flags"] == [{"label": phrase(world, "bank-flag-late"), "count": 1}]
    assert args["liability"] == []


async def test_a_gift_costs_what_else_could_be_had(world: World):
    """The fund of the same order, beside the friend's own reward."""
    await earned(world)
    await claimed(world, "gift")

    await world.says("max", "/bank")

    cards = {card["label"]: card["value"] for card in world.sketches.drawn[0].args["cards"]}
    assert cards[phrase(world, "bank-card-cost")] == phrase(world, "ledger-fund", amount=30_000)


async def test_it_is_for_managers(world: World):
    """Nobody else, and in no group."""
    await given(world, "hana", 100)
    for who in ("hana", "zhang", "sam"):
        assert to(await world.says(who, "/bank"), who) == phrase(world, "refused-role")
    assert world.sketches.drawn == []


async def test_it_can_be_drawn(world: World):
    """What stands in the picture, the statement and their tables is what is drawn: with nothing, and with something."""
    await world.says("max", "/bank")
    await tap(world, "max", "statement-as-table", chat="max")
    await world.says("hana", "对账单")
    await tap(world, "hana", "statement-as-table")
    await earned(world)
    await claimed(world, "fund")
    await world.passes(minutes=1)
    await world.says("max", "/bank")
    await world.says("hana", "对账单")
    await tap(world, "hana", "statement-as-table")

    table = b"\xef\xbb\xbf"
    starts = {"funnel": b"\x89PNG", "statement": b"%PDF", "funnel-csv": table, "statement-csv": table}
    for drawing in world.sketches.drawn:
        assert draw(drawing).data.startswith(starts[drawing.kind])
    assert len(world.sketches.drawn) == 7
