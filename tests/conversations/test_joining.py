"""Two accounts turn out to be one person: what one had earned, owes or proposed is the other's from then on."""

from __future__ import annotations

import re
from dataclasses import replace

from domain.bank import Reward
from domain.chat import Text
from domain.ledger import Unit, Why
from domain.people import INSIDE
from domain.referral_states import Party
from domain.referrals import By, Referral, create
from domain.rewards import Claimed, Given
from tests.conversations.recommending import code_of, customer, referral, shop, to
from tests.conversations.rewarding import balance, claimed, given, label, sound
from tests.conversations.steps import phrase, tap
from tests.world import World

PHONE = "+8613800138000"
"""Hana's."""


async def second(world: World, who: str = "web1") -> str:
    """Somebody writes from another channel without saying who they are; their id."""
    await world.says(who, "推荐有礼", channel="other")
    person = await world.store(lambda store: store.people.by_account("other", who))
    return str(person.id)


async def joins(world: World, who: str = "web1") -> str:
    """They say by /link that they are hana, and prove it by the code that she was sent; what they are told."""
    await world.says(who, "/link", channel="other")
    heard = await world.says(who, PHONE, channel="other")
    (code,) = re.findall(r"\b\d{6}\b", to(heard, "hana"))
    return to(await world.says(who, code, channel="other"), who)


async def spent(world: World, who: str, fen: int, key: str = "s") -> None:
    """Somebody has used so much on an order."""
    why, now = Why("order", "N-1"), world.watch()
    await world.store(lambda store: store.ledger.spend(who, Unit.FUND, key, now, fen, why))


async def test_the_passbook_is_one(world: World):
    """What the second account had is on the first one's list, in one clear line for each credit, and explained."""
    old = await second(world)
    await given(world, old, 30_000, "f")
    await given(world, old, 200, "p", Unit.POINTS)
    await given(world, "hana", 1_000, "own")

    assert phrase(world, "link-done") in await joins(world)

    assert await balance(world) == (31_000, 0)
    assert await balance(world, unit=Unit.POINTS) == (200, 0)
    assert await balance(world, old) == (0, 0)
    shown = to(await world.says("hana", "存折"), "hana")
    assert "合并账号" in shown
    assert phrase(world, "why-moved-here") in to(await tap(world, "hana", "passbook-why", number=2), "hana")
    await sound(world)


async def test_a_debt_comes_along(world: World):
    """What the second account owed is owed still, and said in words."""
    old = await second(world)
    now = world.watch()
    await world.store(lambda store: store.ledger.owe(old, Unit.FUND, "d", now, 5_000, Why("void", "RF-9")))

    await joins(world)

    assert await balance(world) == (0, 5_000)
    assert phrase(world, "rule-moved") in to(await world.says("hana", "存折"), "hana")
    assert "50" in to(await tap(world, "hana", "passbook-why", number=1), "hana")
    await sound(world)


async def test_void_after_joining(world: World):
    """A reward claimed on the second account and taken back later: what is left goes, what was used is owed by who is
    left, and their place on the board goes too."""
    old = await second(world)
    await customer(world, "fan")
    code = (await world.store(lambda store: store.referrers.of(old))).code
    await world.says("fan", f"/start ref-{code}")
    await world.passes(hours=30)
    for kind in ("signed", "paid"):
        await shop(world, kind, 1_000_000)
    await world.passes(days=8)
    await tap(world, "web1", "reward-claim", chat="web1", channel="other")
    await world.press("web1", label(world, "fund"), channel="other")
    await tap(world, "web1", "reward-sure", chat="web1", channel="other")
    assert await balance(world, old) == (20_000, 0)
    await spent(world, old, 5_000)

    await joins(world)
    assert await balance(world) == (15_000, 0)
    board = to(await world.says("hana", "口碑榜"), "hana")
    assert "成功介绍 1 位" in board
    await spent(world, "hana", 4_000, "t")
    await shop(world, "refunded", 0)

    assert await balance(world) == (0, 9_000)
    assert await balance(world, old) == (0, 0)
    assert phrase(world, "board-empty") in to(await world.says("hana", "口碑榜"), "hana")
    await sound(world)


async def test_an_order_of_before_gives_back(world: World):
    """Cancelled after the joining: the fund is the one person's, who hears of it."""
    old = await second(world)
    await given(world, old, 30_000, "f")
    await shop(world, "signed", 1_000_000, order="N-1", phone=PHONE)
    await spent(world, old, 12_000)
    await joins(world)
    assert await balance(world) == (18_000, 0)

    told = await shop(world, "cancelled", order="N-1", phone=PHONE)

    assert await balance(world) == (30_000, 0)
    assert phrase(world, "counter-returned", order="N-1", fen=12_000) in to(told, "hana")
    await sound(world)


async def test_what_waits_comes_along(world: World):
    """Ideas and rewards that wait are decided for who is left, who hears of it."""
    old = await second(world)
    await world.store(lambda store: store.ideas.add(old, "加一盏灯", (), world.watch()))
    cash = Claimed("RW-1001", "RF-7", old, Reward.CASH, 15_000, Given.WAITING, world.watch())
    by = By("", Party.SYSTEM, "shop")
    made = create(Referral("RF-7", old, "otto", order_id="A1"), by, world.watch())
    await world.store(lambda store: store.referrals.add(made))
    await world.store(lambda store: store.rewards.add(cash))

    await joins(world)
    await world.says("max", "/rewards")
    await world.press("max", phrase(world, "reward-approve"))
    told = await world.press("max", phrase(world, "reward-approve-sure"))

    idea = await world.store(lambda store: store.ideas.get("ID-1001", INSIDE))
    assert idea.person_id == "hana"
    what = Text("reward-cash", {"value": 15_000, "gift": ""})
    assert phrase(world, "reward-told-approve", what=what) in to(told, "hana")


async def test_who_recommended_themselves(world: World):
    """Both sides of a referral turn out to be one person after the reward: it is taken back, on both sides, and what
    was used is owed."""
    await code_of(world)
    code = (await world.store(lambda store: store.referrers.of("hana"))).code
    await world.says("web1", f"/start ref-{code}", channel="other")
    friend = str((await world.store(lambda store: store.people.by_account("other", "web1"))).id)
    phone = "+8613700137055"
    person = await world.store(lambda store: store.people.get(friend))
    await world.store(lambda store: store.people.save(replace(person, phone=phone, vouched=True)))
    await world.passes(hours=30)
    for kind in ("signed", "paid"):
        await shop(world, kind, 1_000_000, phone=phone)
    await world.passes(days=8)
    await claimed(world, "fund")
    assert (await balance(world), await balance(world, friend)) == ((20_000, 0), (10_000, 0))
    await spent(world, friend, 3_000)

    await joins(world)

    assert (await referral(world)).reason == "block-self"
    assert phrase(world, "block-self") in to(world.shown, "hana")
    assert await balance(world) == (0, 3_000)
    assert await balance(world, friend) == (0, 0)
    await sound(world)


async def test_advisers_joined(world: World):
    """Two successes here and one there make a VIP design adviser, once both are one."""
    old = await second(world)
    for number, who in enumerate((old, "hana", "hana")):
        friend, phone = f"f{number}", f"+861370013701{number}"
        await customer(world, friend, phone, name=f"{'甲乙丙'[number]}客人")
        code = (await world.store(lambda store, who=who: store.referrers.make(who, "x**", world.watch()))).code
        await world.says(friend, f"/start ref-{code}")
        await world.passes(hours=30)
        for kind in ("signed", "paid"):
            await shop(world, kind, 1_000_000, order=f"B{number}", phone=phone)
    await world.passes(days=8)
    assert await world.store(lambda store: store.board.vip_since("hana")) is None

    await joins(world)

    assert await world.store(lambda store: store.board.vip_since("hana")) is not None
    assert "成功介绍 3 位" in to(await world.says("hana", "口碑榜"), "hana")
