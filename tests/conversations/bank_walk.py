"""A walk by chance through recommending, ordering, reviewing, claiming, and being found to be somebody else."""

from __future__ import annotations

import random
import re
from datetime import timedelta

from domain.people import Person
from tests.conversations.recommending import MIN, customer, filed_by_a_stranger, reach, shop, to
from tests.conversations.steps import phrase
from tests.world import World

FRIENDS = {"f1": "+8613700137001", "f2": "+8613700137002", "f3": "+8613700137003", "f4": "+8613700137004"}
REFERRERS = ("hana", "hana2", "otto", "f1")
"""The second chat is of the first one's owner, as may turn out; and one of the friends brings friends."""

OTHERS = {"f4": ("f2", FRIENDS["f2"]), "hana2": ("hana", "+8613800138000")}
"""Chats that may turn out to be somebody's, and the number that says so."""

CLAIMS = (
    ("fund", 20_000),
    ("coupon", 25_000),
    ("points", 2_000),
    ("cash", 15_000),
    ("fund", 120_000),
    ("coupon", 150_000),
)
"""What the tiers of company.toml offer, by the words on the buttons."""


class Walk:
    """One walk: what may happen next is chosen by chance, and what is not possible is answered, as ever."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.dice, self.count = world, random.Random(seed), 0
        self.filed = False

    async def begin(self) -> None:
        """Two friends whom a platform vouches for, the first of whom has bought already; one who only typed a number;
        one who is nobody yet."""
        await reach(self.world, "max", "ada", "hana", "otto")
        await customer(self.world, "f1", FRIENDS["f1"], name="钱一")
        await customer(self.world, "f2", FRIENDS["f2"], name="孙二")
        await customer(self.world, "f3", FRIENDS["f3"], name="李三", vouched=False)
        await self.world.add(Person("hana2", name="王女士", locale="zh-CN", consent=self.world.company.consent.version))
        await self.buys("f1", "hana")

    async def step(self) -> None:
        """One thing happens, a second after the one before."""
        self.world.watch.now += timedelta(seconds=1)
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
            (4, 2, 8, 6, 10, 6, 2, 2, 2, 1, 8),
        )[0]
        await happens()

    async def comes(self) -> None:
        """A friend opens the chat by somebody's code."""
        code = await self.code(self.dice.choice(REFERRERS))
        await self.world.says(self.dice.choice(list(FRIENDS)), f"/start ref-{code}")

    async def is_told(self) -> None:
        """Staff hear who had sent somebody."""
        code = await self.code(self.dice.choice(REFERRERS))
        await self.world.says("sam", f"/refer {code} {self.dice.choice(list(FRIENDS.values()))[3:]}")

    async def order(self) -> None:
        """The shop tells of an order, in any order of things, at times of one that was told before."""
        self.count += 1
        kind = self.dice.choice(["signed", "signed", "paid", "paid", "deposit", "refunded", "cancelled"])
        number, phone = self.dice.choice(list(FRIENDS.items()))
        amount = self.dice.choice([MIN // 2, MIN, 2 * MIN, 6 * MIN] + [0] * (kind in ("paid", "refunded")))
        name = f"{number.upper()}-{self.dice.choice('12')}"
        await shop(self.world, kind, amount, order=name, phone=phone, id=f"e{self.count}")

    async def buys(self, who: str = "", referrer: str = "") -> None:
        """A friend who came buys as most do: signs a day later, pays, and keeps it."""
        who, referrer = who or self.dice.choice(["f1", "f2"]), referrer or self.dice.choice(["hana", "hana2", "f1"])
        await self.world.says(who, f"/start ref-{await self.code(referrer)}")
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
            kind, value = self.dice.choice(CLAIMS)
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
        """Two accounts turn out to be one: the owner of the number reads out the digits."""
        who = self.dice.choice(list(OTHERS))
        owner, phone = OTHERS[who]
        await self.world.says(who, "/link")
        told = to(await self.world.says(who, phone=phone), owner)
        digits = re.findall(r"(?<!\d)\d{6}(?!\d)", told) if "验证码" in told else []
        await self.world.says(who, digits[0] if digits else "/cancel")

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

    async def code(self, who: str) -> str:
        """The code that somebody's chat shows."""
        shown = to(await self.world.says(who, "推荐有礼"), who)
        return shown.partition("start=ref-")[2][:7]
