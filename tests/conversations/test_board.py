"""The leaderboard: who brought most, under names of their own, VIP design advisers, and the year's award."""

from __future__ import annotations

import asyncio
from zlib import crc32

import pytest

from domain.board import RANKED
from domain.ledger import Unit
from domain.people import Person
from tests.conversations.recommending import code_of, earned, shop, to
from tests.conversations.rewarding import balance, clock_reads, entries, sound
from tests.conversations.steps import draft_of, phrase, tap
from tests.world import World, last


async def brings(world: World, who: str, count: int, first: int = 0) -> None:
    """So many friends of somebody become orders that count."""
    for number in range(first, first + count):
        friend, phone = f"{who}f{number}", f"+86137{crc32(who.encode()) % 10_000:04d}{number:04d}"
        name = f"{'甲乙丙丁戊己'[number]}{who}"
        await world.add(Person(friend, name=name, phone=phone, locale="zh-CN", vouched=True))
        await world.says(friend, f"/start ref-{await code_of(world, who)}")
        await world.passes(hours=30)
        for kind in ("signed", "paid"):
            await shop(world, kind, 1_000_000, order=f"{who}{number}", phone=phone)
        await world.passes(days=8)


async def board(world: World, who: str = "hana") -> str:
    """The board as somebody sees it."""
    return to(await world.says(who, "口碑榜"), who)


async def crowd(world: World, size: int, count: int, at: str) -> None:
    """So many others stand on the boards of this month and of this year."""
    await world.store(
        lambda store: store.connection.run(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :size)"
            " INSERT INTO leaderboard (period, person_id, count, last_at)"
            f" SELECT p.period, 'a' || i, :count, {at} FROM n JOIN (SELECT period, min(last_at) AS latest,"
            " min(made_at) AS made FROM leaderboard JOIN referrers ON true GROUP BY period) p ON true"
            " WHERE true ON CONFLICT DO NOTHING",
            size=size,
            count=count,
        )
    )


def place(world: World, rank: int, name: str, count: int, own: bool = False) -> str:
    """One line of it."""
    return phrase(world, "board-line-own" if own else "board-line", rank=rank, name=name, count=count)


async def test_who_brought_more_stands_higher(world: World):
    """Counted by month and by year, under a name that tells little; among equals who was there first."""
    await brings(world, "hana", 1)
    await brings(world, "otto", 1)

    shown = await board(world)
    assert shown.index(place(world, 1, "王**", 1, own=True)) < shown.index(place(world, 2, "赵**", 1))
    await brings(world, "otto", 1, first=1)
    assert place(world, 1, "赵**", 2) in await board(world)


@pytest.mark.parametrize(("count", "at"), [(2, "p.latest"), (1, "p.made"), (1, "p.latest")])
async def test_a_number_up_to_a_thousand(world: World, count: int, at: str):
    """Behind nine hundred and ninety-nine one is number 1000; behind a thousand, whyever, one is told just that."""
    await brings(world, "hana", 1)
    await crowd(world, RANKED - 1, count, at)
    assert place(world, RANKED, "王**", 1, own=True) in await board(world)

    await crowd(world, RANKED + 200, count, at)

    after = phrase(world, "board-line-after", rank=RANKED, name="王**", count=1)
    assert (await board(world)).count(after) == 2


async def test_a_month_ends_and_the_year_goes_on(world: World):
    """What succeeded in October is not of November, and of the year still."""
    clock_reads(world, 2026, 10, 10)
    await brings(world, "hana", 1)
    own = place(world, 1, "王**", 1, own=True)
    assert (await board(world)).count(own) == 2
    clock_reads(world, 2026, 11, 1)

    month, year = (await board(world)).split(phrase(world, "board-year", period="2026"))
    assert phrase(world, "board-month", period="2026-11") in month
    assert phrase(world, "board-empty") in month
    assert own not in month
    assert own in year


async def test_a_year_ends(world: World):
    """What succeeded in December is of the old year, and both lists of January begin empty."""
    clock_reads(world, 2026, 12, 10)
    await brings(world, "hana", 1)
    clock_reads(world, 2027, 1, 1)

    shown = await board(world)
    assert shown.count(phrase(world, "board-empty")) == 2
    assert phrase(world, "board-year", period="2027") in shown
    old = await world.store(lambda store: store.board.top("2026-12", 10))
    assert [(one.person_id, one.count) for one in old] == [("hana", 1)]


async def test_a_refund_takes_the_place(world: World):
    """What was taken back is not counted any more, at once."""
    await earned(world)
    assert place(world, 1, "王**", 1, own=True) in await board(world)

    await shop(world, "refunded", 0)

    assert phrase(world, "board-empty") in await board(world)


async def test_out_of_the_board_and_back(world: World):
    """Who hides stands nowhere, also not with what they bring later, until they show themselves again."""
    await brings(world, "hana", 1)
    await tap(world, "hana", "menu-board")
    hidden = await tap(world, "hana", "board-hide")
    assert phrase(world, "board-hidden") in to(hidden, "hana")
    await brings(world, "hana", 1, first=1)
    assert phrase(world, "board-empty") in await board(world)

    await tap(world, "hana", "board-join")

    assert place(world, 1, "王**", 2, own=True) in await board(world)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("老王", "老王"),
        ("  老\n 王 ", "老 王"),
        ("<b>*_x_*&", "<b>*_x_*&"),
        ("😀小王👨‍👩‍👧", "😀小王👨‍👩‍👧"),
        ("ＡＢＣ", "ABC"),
        ("a\u202eb\u200bc", "abc"),
        ("3栋502", "3栋502"),
    ],
)
async def test_any_name_will_do(world: World, said: str, shown: str):
    """Markup, emoji and wide letters are shown as they are, on one line, with nothing hidden in it."""
    await brings(world, "hana", 1)
    await board(world)
    await tap(world, "hana", "board-rename")

    await world.says("hana", said)

    assert place(world, 1, shown, 1, own=True) in await board(world)


@pytest.mark.parametrize(
    "said", ["13800138000", "138 0013 8000", "一三八零零一三八零零零", "t.me/abc", "a@b.cn", "x" * 13]
)
async def test_names_that_lead_elsewhere(world: World, said: str):
    """No number that could be a phone, no address, nothing too long: said, and asked again; it can be left."""
    await code_of(world)
    await world.says("hana", "口碑榜")
    await tap(world, "hana", "board-rename")

    await world.says("hana", said)

    assert (await draft_of(world))["form"] == "nickname"
    assert (await world.store(lambda store: store.board.shown("hana")))[0] == "王**"
    await tap(world, "hana", "form-cancel")
    assert await draft_of(world) is None


async def test_nobody_without_a_code_is_on_it(world: World):
    """Who has no code sees the board, and no buttons that would do nothing."""
    heard = await world.says("hana", "口碑榜")
    assert phrase(world, "board-rename") not in last(heard, "hana").buttons


async def test_three_make_an_adviser_and_a_refund_unmakes_one(world: World):
    """At three, once; lost by a refund, won again by another friend."""
    await brings(world, "hana", 2)
    assert await world.store(lambda store: store.board.vip_since("hana")) is None
    await brings(world, "hana", 1, first=2)
    assert phrase(world, "vip-reached", least=3, count=3) in [
        line for one in world.shown if one.chat == "hana" for line in one.text.split("\n")
    ]
    await shop(world, "refunded", 0, order="hana0")
    assert await world.store(lambda store: store.board.vip_since("hana")) is None
    assert phrase(world, "vip-lost", least=3, count=2) in to(world.shown, "hana")

    await brings(world, "hana", 1, first=3)

    assert await world.store(lambda store: store.board.vip_since("hana")) is not None
    await sound(world)


async def test_the_award_of_a_year(world: World):
    """When the year is over, a manager gives it: each place once, whoever presses however often."""
    clock_reads(world, 2026, 11, 1)
    await brings(world, "hana", 1)
    await brings(world, "otto", 1)
    assert phrase(world, "award-early", year="2026") in to(await world.says("max", "/award 2026"), "max")
    clock_reads(world, 2027, 1, 1)
    assert phrase(world, "refused-role") in to(await world.says("sam", "/award 2026"), "sam")
    assert phrase(world, "award-help") in to(await world.says("max", "/award 去年"), "max")
    assert phrase(world, "award-nobody", year="2025") in to(await world.says("max", "/award 2025"), "max")

    for who in ("max", "ada"):
        await world.says(who, "/award 2026")
    tokens = {who: world.token(who, phrase(world, "award-give")) for who in ("max", "ada")}
    await asyncio.gather(*[world.pipeline.receive(world.raw(who, press=token)) for who, token in tokens.items()])
    heard = await world.settle()
    again = await world.says("max", press=tokens["max"])

    assert phrase(world, "award-again", year="2026") in to(again, "max")
    assert to(heard, "hana") == phrase(world, "award-won", year="2026", rank=1, points=10_000)
    for who in ("hana", "otto"):
        assert await balance(world, who, Unit.POINTS) == (10_000, 0)
    assert phrase(world, "award-again", year="2026") in to(await world.says("max", "/award 2026"), "max")


async def test_who_comes_into_the_list_later_moves_no_prize(world: World):
    """Who was hidden and shows themselves after the award takes the first place, and nobody is paid a second time."""
    clock_reads(world, 2026, 11, 1)
    await brings(world, "hana", 1)
    await brings(world, "otto", 1)
    await board(world)
    await tap(world, "hana", "board-hide")
    clock_reads(world, 2027, 1, 1)
    await world.says("max", "/award 2026")
    token = world.token("max", phrase(world, "award-give"))
    await world.says("max", press=token)
    await board(world)
    await tap(world, "hana", "board-join")

    await world.says("max", press=token)

    assert await balance(world, "otto", Unit.POINTS) == (10_000, 0)
    assert await balance(world, "hana", Unit.POINTS) == (0, 0)


async def test_an_award_stays_though_the_list_changes(world: World):
    """A refund after the award moves the places and gives nobody another prize."""
    clock_reads(world, 2026, 11, 1)
    await brings(world, "hana", 1)
    await brings(world, "otto", 1)
    clock_reads(world, 2027, 1, 1)
    await world.says("max", "/award 2026")
    token = world.token("max", phrase(world, "award-give"))
    await world.says("max", press=token)
    await shop(world, "refunded", 0, order="hana0")

    await world.says("max", press=token)

    assert await balance(world, "otto", Unit.POINTS) == (10_000, 0)
    assert [entry.why.rule for entry in await entries(world)] == ["award"]
