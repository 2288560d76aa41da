"""/bank: the manager's view of the word-of-mouth bank, as a picture and as a table."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from io import StringIO

from bot.pictures import draw
from domain.ledger import Terms, Unit, Why
from tests.conversations.recommending import bought, come, customer, earned, shop, to
from tests.conversations.rewarding import approved, claimed, clock_reads, given
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
    assert (fund := args["owed"][0])["total"]["fen"] == sum(row["fen"] for row in fund["rows"]) == 30_000
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
    assert [one["rows"] for one in args["owed"]] == [[], [], [], []]


async def test_a_gift_costs_what_else_could_be_had(world: World):
    """The fund of the same order, beside the friend's own reward."""
    await earned(world)
    await claimed(world, "gift")

    await world.says("max", "/bank")

    cards = {card["label"]: card["value"] for card in world.sketches.drawn[0].args["cards"]}
    assert cards[phrase(world, "bank-card-cost")] == phrase(world, "ledger-fund", amount=30_000)


async def lot(world: World, unit: Unit, amount: int, ends: datetime | None, key: str) -> None:
    """Hana has a credit that can be used until then."""
    now = world.watch()
    await world.store(
        lambda store: store.ledger.credit("hana", unit, key, now, amount, Why("idea", "ID-1"), Terms(now, ends))
    )


async def table(world: World) -> list[list[str]]:
    """The rows of the table that /bank gives."""
    await world.says("max", "/bank")
    await tap(world, "max", "statement-as-table", chat="max")
    return list(csv.reader(StringIO(draw(world.sketches.drawn[-1]).data.decode("utf-8-sig"))))


def under(rows: list[list[str]], title: str) -> list[list[str]]:
    """What stands under a title, up to the next empty row."""
    rest = rows[rows.index([title]) + 1 :]
    return rest[: rest.index([])] if [] in rest else rest


async def test_what_is_owed_by_the_month_in_which_it_ends(world: World):
    """Fund, coupons and points apart, each month by the last day on which it can be used; what never ends is last, and
    what has ended and is not entered yet first. What is promised and not given is counted, gifts by their worth."""
    clock_reads(world, 2026, 1, 5)
    for number, order in enumerate(("A1", "A2", "A3", "A4")):
        await earned(world, f"fan{number}", f"+861370013710{number}", order)
        if number < 3:
            await claimed(world, ("coupon", "cash", "gift")[number])
    (coupon,) = await world.store(lambda store: store.rewards.coupons("hana", world.watch()))
    zone = world.company.tz
    await lot(world, Unit.FUND, 10_000, datetime(2026, 9, 1, tzinfo=zone).astimezone(UTC), "august")
    await lot(world, Unit.FUND, 20_000, datetime(2026, 10, 15, tzinfo=zone).astimezone(UTC), "october")
    await lot(world, Unit.FUND, 5_000, datetime(2026, 8, 9, tzinfo=zone).astimezone(UTC), "august, too")
    await lot(world, Unit.FUND, 4_000, None, "never")
    await lot(world, Unit.FUND, 700, world.watch(), "over")
    await lot(world, Unit.POINTS, 300, datetime(2026, 10, 1, tzinfo=zone).astimezone(UTC), "points")

    rows = await table(world)

    own = f"{coupon.expires_at.astimezone(zone):%Y-%m}"
    total, fund = phrase(world, "bank-owed-total"), under(rows, phrase(world, "bank-owed-fund"))
    friends = [row for row in fund if row[0] == "2028-01" or row[0] == "2028-02"]
    assert sum(float(fen) for _, fen in friends) == 400, "each friend's own"
    assert [row for row in fund if row not in friends] == [
        [phrase(world, "bank-overdue"), "7.00"],
        ["2026-08", "150.00"],
        ["2026-10", "200.00"],
        [phrase(world, "bank-never"), "40.00"],
        [total, "797.00"],
    ]
    assert fund[-2][0] == phrase(world, "bank-never")
    assert under(rows, phrase(world, "bank-owed-coupons")) == [[own, "250.00"], [total, "250.00"]]
    assert under(rows, phrase(world, "bank-owed-points")) == [["2026-09", "300"], [total, "300"]]
    yuan = phrase(world, "ledger-fund", amount=20_000)
    assert under(rows, phrase(world, "bank-promised")) == [
        [phrase(world, "bank-promised-unclaimed"), "1", phrase(world, "bank-promised-most", amount="250 元")],
        [phrase(world, "bank-promised-cash"), "1", phrase(world, "ledger-fund", amount=15_000)],
        [phrase(world, "bank-promised-gift"), "1", yuan],
    ]


async def test_what_was_used_or_is_over_is_owed_no_more(world: World):
    """A coupon that has expired, and cash that was paid."""
    await earned(world)
    await claimed(world, "coupon")
    await earned(world, "far", "+8613700137009", "L1")
    await claimed(world, "cash")
    await approved(world)
    rows = await table(world)
    assert len(under(rows, phrase(world, "bank-owed-coupons"))) == 2

    await world.passes(days=400)
    rows = await table(world)

    assert under(rows, phrase(world, "bank-owed-coupons")) == under(rows, phrase(world, "bank-promised")) == []


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
