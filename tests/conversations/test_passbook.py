"""The passbook: what somebody has, every line with its why, and the whole of it on paper."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.chat import Button, Line, Outbound, Place, Text
from domain.ledger import Unit, Why
from domain.people import Role
from handlers.passbook import day, explained, last_day
from tests.conversations.recommending import come, customer, earned, shop, to
from tests.conversations.rewarding import balance, claimed, clock_reads, entries, given
from tests.conversations.steps import phrase, tap
from tests.world import World, last


async def why(world: World, number: int, who: str = "hana") -> str:
    """What is said of one line."""
    await world.says(who, "存折")
    return to(await tap(world, who, "passbook-why", number=number), who)


async def spent(world: World, fen: int) -> None:
    """Hana has used so much on an order."""
    why, now = Why("order", "N-1"), world.watch()
    await world.store(lambda store: store.ledger.spend("hana", Unit.FUND, "s", now, fen, why))


async def test_an_empty_one(world: World):
    """Who has nothing reads so, by any of the words for it."""
    for said in ("存折", "我的存折", "积分", "装修基金", "/passbook", "passbook", "存摺"):
        shown = to(await world.says("hana", said), "hana")
        assert phrase(world, "passbook-empty") in shown, said
        assert phrase(world, "passbook-fund", amount=Text("ledger-fund", {"amount": 0})) in shown


async def test_it_is_reached_from_the_card_that_recommends(world: World):
    """推荐有礼 leads to the passbook and to the board, and the passbook to the counter and the statement."""
    shown = last(await world.says("hana", "推荐有礼"), "hana")
    assert {phrase(world, "menu-passbook"), phrase(world, "menu-board")} <= set(shown.buttons)
    book = last(await tap(world, "hana", "menu-passbook"), "hana")
    assert {phrase(world, "passbook-use"), phrase(world, "passbook-statement")} <= set(book.buttons)
    assert phrase(world, "board-title") in to(await world.says("hana", "排行榜"), "hana")
    assert phrase(world, "counter-empty") in to(await world.says("hana", "到店使用"), "hana")


async def test_a_reward_and_why(world: World):
    """The line says what for; why says the rule, from when until when, and what led to it, and nothing of the friend,
    of the order only the least."""
    await earned(world)
    await claimed(world, "fund")

    shown = to(await world.says("hana", "存折"), "hana")
    assert "1. " in shown
    assert phrase(world, "rule-referral") in shown
    told = await why(world, 1)

    steps = [phrase(world, f"referral-did-{one}") for one in ("create", "attribute", "verify", "sign", "earn", "claim")]
    for part in ("5,000 元", "7 天", *steps):
        assert part in told, (part, told)
    assert "10,000" not in told
    assert phrase(world, "why-usable", at=day(world.watch(), world.company.tz)) in told
    assert "FAN" not in told
    assert "A1" not in told


async def test_the_friend_reads_why_and_nothing_of_the_referrer(world: World):
    """The friend's own line is explained by their own order, without what the referrer did."""
    await earned(world)

    told = await why(world, 1, "fan")

    assert (
        phrase(world, "why-friend", order=1_000_000, least=500_000, amount=Text("ledger-fund", {"amount": 10_000}))
        in told
    )
    assert phrase(world, "referral-did-create") not in told
    assert "王" not in told

    person = await world.store(lambda store: store.people.get("fan"))
    await world.store(lambda store: store.people.save(replace(person, role=Role.STAFF)))
    assert phrase(world, "referral-did-create") not in await why(world, 1, "fan")


async def test_what_was_taken_back_can_be_appealed(world: World):
    """The line of the taking back says why and leads to the appeal; the line before it is explained as it was."""
    await earned(world)
    await claimed(world, "fund")
    before = await why(world, 1)
    await world.passes(days=1)
    await shop(world, "refunded", 0)

    assert await why(world, 1) == before
    taken = await why(world, 2)
    assert phrase(world, "why-void") in taken
    assert phrase(world, "referral-did-void") in taken
    assert phrase(world, "referral-appeal") in last(world.shown, "hana").buttons
    assert phrase(world, "why-void") in await why(world, 2, "fan")
    assert phrase(world, "referral-appeal") not in last(world.shown, "fan").buttons


async def test_used_and_taken_back_is_a_debt(world: World):
    """What was spent before the refund is owed, shown apart, and paid off by the next."""
    await earned(world)
    await claimed(world, "fund")
    await world.store(
        lambda store: store.ledger.spend("hana", Unit.FUND, "s", world.watch(), 5_000, Why("order", "N-1"))
    )
    await shop(world, "refunded", 0)

    shown = to(await world.says("hana", "存折"), "hana")
    assert phrase(world, "passbook-debt", amount=Text("ledger-fund", {"amount": 5_000})) in shown
    assert phrase(world, "why-debt", amount=Text("ledger-fund", {"amount": 5_000})) in await why(world, 3)
    await given(world, "hana", 8_000)
    assert await balance(world) == (3_000, 0)
    assert phrase(world, "rule-repay") in to(await world.says("hana", "存折"), "hana")
    assert phrase(world, "why-repay", amount=Text("ledger-fund", {"amount": 5_000})) in await why(world, 5)


async def test_pages(world: World):
    """Five lines at once, older ones by a button, each with its why."""
    for number in range(12):
        await given(world, "hana", 100 + number, f"g{number}")

    shown = to(await world.says("hana", "存折"), "hana")
    assert [f"\n{number}. " in shown for number in range(1, 13)] == [False] * 7 + [True] * 5
    shown = to(await tap(world, "hana", "passbook-older"), "hana")
    assert [f"\n{number}. " in f"\n{shown}" for number in range(1, 13)] == [False] * 2 + [True] * 5 + [False] * 5
    shown = to(await tap(world, "hana", "passbook-older"), "hana")
    assert "1. " in shown
    assert phrase(world, "passbook-older") not in last(world.shown, "hana").buttons
    assert phrase(world, "why-idea", subject="ID-1", amount=Text("ledger-fund", {"amount": 100})) in to(
        await tap(world, "hana", "passbook-why", number=1), "hana"
    )


@pytest.mark.parametrize("number", ["0", "99", "-1", "x", "1e3", "９"])
async def test_no_such_line(world: World, number: str):
    """A number that is no line's is said to be none."""
    await given(world, "hana", 100)
    pressed = Button(Text("words", {"words": "?"}), "passbook.why", args={"number": number})
    said = Outbound(Place("fake", "hana"), (Line(Text("words", {"words": "!"})),), ((pressed,),))
    await world.store(lambda store: store.outbox.add("show", [said], world.watch()))
    await world.settle()
    assert to(await world.press("hana", "?"), "hana") == phrase(world, "passbook-no-line")


async def test_pending_and_ending(world: World):
    """What can be used later only is shown apart, and what ends first with its day."""
    await given(world, "hana", 20_000)
    shown = to(await world.says("hana", "存折"), "hana")
    (entry,) = await entries(world)
    ends = {"amount": Text("ledger-fund", {"amount": 20_000}), "at": last_day(entry.terms.expires_at)}
    assert phrase(world, "passbook-ends", **ends) in shown


async def test_two_units_and_a_coupon(world: World):
    """Points and fund are lines of one list; coupons stand above with code and end."""
    await earned(world)
    await claimed(world, "coupon")
    await given(world, "hana", 300, "p", Unit.POINTS)
    await given(world, "hana", 400, "f")

    shown = to(await world.says("hana", "存折"), "hana")

    (coupon,) = await world.store(lambda store: store.rewards.coupons("hana", world.watch()))
    assert phrase(world, "passbook-coupon", code=coupon.item, fen=25_000, at=coupon.expires_at) in shown
    assert phrase(world, "ledger-points", amount=300) in shown
    assert phrase(world, "ledger-fund", amount=400) in shown


async def test_the_statement(world: World):
    """As a document with what each line left, and as a table; both say the same as the passbook."""
    clock_reads(world, 2026, 12, 1)
    await given(world, "hana", 20_000)
    await given(world, "hana", 500, "p", Unit.POINTS)
    await world.passes(days=1)
    await world.store(
        lambda store: store.ledger.spend("hana", Unit.FUND, "s", world.watch(), 5_000, Why("order", "N-1"))
    )

    paper = await world.says("hana", "对账单")
    table = await tap(world, "hana", "statement-as-table")

    drawn = [one.kind for one in world.sketches.drawn]
    assert drawn == ["statement", "statement-csv"]
    rows = world.sketches.drawn[0].args["rows"]
    assert [row["balance_plain"] for row in rows] == ["200.00", "500", "150.00"]
    assert [row["amount_plain"] for row in rows] == ["200.00", "500", "-50.00"]
    assert rows == world.sketches.drawn[1].args["rows"]
    for heard in (paper, table):
        assert any(one.message.files for one in heard)
    assert to(paper, "hana") == phrase(world, "statement-here", count=3)


async def test_others_see_none_of_it(world: World):
    """Whose number is pressed is the reader's own: nobody opens a line of somebody else's."""
    await given(world, "hana", 20_000)
    await world.says("hana", "存折")
    token = world.token("hana", phrase(world, "passbook-why", number=1))

    told = to(await world.says("otto", press=token), "otto")

    assert told == phrase(world, "button-stale")


async def test_every_line_is_explained_in_every_language(world: World):
    """No line has a rule without words, whatever led to it."""
    await customer(world, "fan")
    await come(world)
    await given(world, "hana", 20_000)
    for locale in ("zh-CN", "en", "zh-Hant"):
        for entry in await entries(world):
            for line in explained(entry, (), world.company.tz, locale):
                assert world.catalogue.render(locale, line.text, world.watch())
