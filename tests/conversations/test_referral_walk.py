"""What holds for money whatever happens: walks by chance through recommending, ordering, reviewing and claiming."""

from __future__ import annotations

import os
import random

import pytest

from domain.ledger import Kind
from domain.people import INSIDE
from domain.referral_states import SUCCESSFUL, Stage
from domain.referrals import Referral, rebuild
from tests.conversations.recommending import MIN, code_of, customer, filed_by_a_stranger, reach, shop
from tests.conversations.rewarding import sound
from tests.conversations.steps import phrase
from tests.world import World

WALKS, STEPS = int(os.environ.get("WALKS", "4")), int(os.environ.get("STEPS", "45"))
FRIENDS = {"f1": "+8613700137001", "f2": "+8613700137002", "f3": "+8613700137003", "f4": "+8613700137004"}
REFERRERS = ("hana", "otto", "f1")


class Walk:
    """One walk: what may happen next is chosen by chance, and what is not possible is answered, as ever."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.dice, self.count = world, random.Random(seed), 0
        self.filed = False

    async def begin(self) -> None:
        """Two friends whom a platform vouches for, one who only typed a number, one who is nobody yet."""
        await reach(self.world, "max", "ada", "hana", "otto")
        await customer(self.world, "f1", FRIENDS["f1"], name="钱一")
        await customer(self.world, "f2", FRIENDS["f2"], name="孙二")
        await customer(self.world, "f3", FRIENDS["f3"], name="李三", vouched=False)

    async def step(self) -> None:
        """One thing happens."""
        happens = self.dice.choices(
            [
                self.comes,
                self.is_told,
                self.order,
                self.time,
                self.claims,
                self.manager,
                self.appeals,
                self.visit,
                self.joins,
                self.files,
                self.buys,
            ],
            (4, 2, 8, 6, 8, 6, 2, 2, 1, 1, 6),
        )[0]
        await happens()

    async def comes(self) -> None:
        """A friend opens the chat by somebody's code."""
        code = await code_of(self.world, self.dice.choice(REFERRERS))
        await self.world.says(self.dice.choice(list(FRIENDS)), f"/start ref-{code}")

    async def is_told(self) -> None:
        """Staff hear who had sent somebody."""
        code = await code_of(self.world, self.dice.choice(REFERRERS))
        await self.world.says("sam", f"/refer {code} {self.dice.choice(list(FRIENDS.values()))[3:]}")

    async def order(self) -> None:
        """The shop tells of an order, in any order of things, at times of one that was told before."""
        self.count += 1
        kind = self.dice.choice(["signed", "signed", "paid", "paid", "deposit", "refunded", "cancelled"])
        number, phone = self.dice.choice(list(FRIENDS.items()))
        amount = self.dice.choice([MIN // 2, MIN, 2 * MIN, 6 * MIN] + [0] * (kind in ("paid", "refunded")))
        name = f"{number.upper()}-{self.dice.choice('12')}"
        await shop(self.world, kind, amount, order=name, phone=phone, id=f"e{self.count}")

    async def buys(self) -> None:
        """A friend who came buys as most do: signs a day later, pays, and keeps it."""
        who = self.dice.choice(["f1", "f2"])
        await self.world.says(who, f"/start ref-{await code_of(self.world, 'hana')}")
        await self.world.passes(hours=30)
        self.count += 1
        amount = self.dice.choice([2 * MIN, 6 * MIN])
        for kind in ("signed", "paid"):
            name, id = f"{who.upper()}-1", f"b{self.count}{kind}"
            await shop(self.world, kind, amount, order=name, phone=FRIENDS[who], id=id)
        await self.world.passes(hours=170)

    async def time(self) -> None:
        """Some time goes by."""
        await self.world.passes(hours=self.dice.choice([1, 30, 170, 400]))

    async def claims(self) -> None:
        """Whoever may, claims, and may be sure."""
        for who in self.dice.sample(REFERRERS, 2):
            kind, value = self.dice.choice([("fund", 20_000), ("points", 2_000), ("cash", 15_000), ("fund", 120_000)])
            steps = ("reward-claim", (f"reward-{kind}", value), "reward-sure")
            await self.world.says(who, "我的推荐")
            for one in steps:
                id, args = (one, {}) if isinstance(one, str) else (one[0], {"value": one[1], "gift": ""})
                await self.press(who, phrase(self.world, id, **args))

    async def manager(self) -> None:
        """A manager decides about the first that waits."""
        who, action = self.dice.choice(["max", "ada"]), self.dice.choice(["clear", "clear", "deny", "grant", "uphold"])
        await self.world.says(who, self.dice.choice(["/reviews", "/rewards"]))
        for id in (f"referral-{action}", "reward-approve", "reward-approve-sure"):
            if await self.press(who, phrase(self.world, id)):
                await self.world.says(who, "看过了")

    async def appeals(self) -> None:
        """Somebody does not agree."""
        who = self.dice.choice(REFERRERS)
        if await self.press(who, phrase(self.world, "referral-appeal")):
            await self.world.says(who, "不对")

    async def visit(self) -> None:
        """Somebody of ours was where a fault was reported."""
        now = self.world.watch()
        await self.world.store(lambda store: store.connection.run("UPDATE requests SET done_at = :now", now=now))

    async def joins(self) -> None:
        """Two accounts turn out to be one."""
        if self.dice.random() < 0.5:
            await self.world.says("f4", "/link")
            await self.world.says("f4", phone=FRIENDS["f2"])
            await self.world.says("f4", "/cancel")

    async def files(self) -> None:
        """Who is nobody yet reports a fault with a number that they type."""
        if not self.filed:
            self.filed = True
            await filed_by_a_stranger(self.world, "f4", FRIENDS["f4"][3:])

    async def press(self, who: str, label: str) -> bool:
        """Press it where it stands; whether it did."""
        shown = [one for one in self.world.shown if one.chat == who and label in one.buttons]
        if not shown:
            return False
        await self.world.press(who, label)
        return True


async def holds(world: World) -> None:
    """No reward without an order that is paid, large enough and past its cooling-off, nor for anybody but the
    referrer, once."""
    rows = await world.store(lambda store: store.connection.all("SELECT id FROM referrals ORDER BY id"))
    for row in rows:
        events = await world.store(lambda store, id=row["id"]: store.referrals.events(id, INSIDE))
        one: Referral = await world.store(lambda store, id=row["id"]: store.referrals.get(id, INSIDE))
        assert rebuild(events) == one
        entries = await world.store(lambda store, id=row["id"]: store.ledger.about(id))
        credits = [entry for entry in entries if entry.kind is Kind.CREDIT]
        undone = {entry.why.facts.get("lot") for entry in entries if entry.kind is Kind.REVERSE}
        for rule, owner in (("referral", one.referrer_id), ("friend", one.friend_id)):
            mine = [entry for entry in credits if entry.why.rule == rule]
            kept = [entry for entry in mine if entry.key not in undone]
            assert len({entry.key for entry in mine}) == len(mine)
            assert len(kept) <= 1, (one, kept)
            assert {entry.person_id for entry in kept} <= {owner, *FRIENDS}
            assert not kept or one.state in (*SUCCESSFUL, Stage.EXPIRED, Stage.DISPUTED), (one, kept)
        assert all(entry.why.rule in ("referral", "friend") for entry in credits)
        if one.state in SUCCESSFUL:
            order = await world.store(lambda store, id=one.order_id: store.orders.get(id))
            policy = world.company.bank.referring
            assert order
            assert order.person_id == one.friend_id
            assert one.paid_at
            assert (world.watch() - one.paid_at).days >= policy.cooling_off_days
            assert one.order_fen >= policy.order_min_fen
            assert one.refunded_at is None
            tier = policy.tier(one.order_fen)
            assert tier
            assert one.least_fen <= tier.order_min_fen


@pytest.mark.parametrize("seed", range(WALKS))
async def test_money_follows_orders(world: World, seed: int):
    """After every step of a walk the rules hold, and at its end the ledger is sound."""
    walk = Walk(world, seed)
    await walk.begin()
    for _ in range(STEPS):
        await walk.step()
        await holds(world)
    await sound(world)
