"""No path from a share, a follow or a scan alone to a reward; and one level, whoever brought whom."""

from __future__ import annotations

from random import Random
from typing import Any

from domain.people import INSIDE
from domain.referral_states import SUCCESSFUL, Stage
from tests.conversations.recommending import MIN, PHONE, bought, come, customer, reach, shop, stage
from tests.conversations.rewarding import label
from tests.conversations.steps import phrase, tap
from tests.world import World

SEEDS = range(6)
FAMILIES = "欧阳 司马 诸葛 夏侯 皇甫 尉迟".split()
NAMES = "明远 秀兰 国强 丽华 建军".split()
STEPS = 40
MIDDLE = "+8613700137001"


# ---- no path without a paid order


async def seen(world: World, sql: str) -> list[Any]:
    """Rows of the database."""
    return list(await world.store(lambda store: store.connection.all(sql)))


async def actions(world: World) -> set[str]:
    """All that ever happened to any referral."""
    return {row["action"] for row in await seen(world, "SELECT DISTINCT action FROM referral_events")}


class Friends:
    """Five people who share among themselves, and what chance lets them do without paying."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.dice = world, Random(seed)
        self.phones = {f"w{seed}{number}": f"+86137001{seed:03}{number:02}" for number in range(len(NAMES))}
        self.names = {who: FAMILIES[seed] + name for who, name in zip(self.phones, NAMES, strict=True)}

    async def begin(self) -> None:
        """Each is known by a phone; most come by a code, of somebody who came by a code as well, before they buy."""
        for who, phone in self.phones.items():
            await customer(self.world, who, phone, name=self.names[who])
        for referrer, friend in list(zip(self.phones, list(self.phones)[1:], strict=False))[:-1]:
            await come(self.world, friend, referrer)

    async def step(self) -> None:
        """One thing that costs nothing, or that is not paid in full."""
        who, other = self.dice.sample(list(self.phones), 2)
        happens = self.dice.choice([self.shares, self.follows, self.comes, self.signs, self.gives, self.claims])
        await happens(who, other)

    async def shares(self, who: str, _other: str) -> None:
        await self.world.says(who, "推荐有礼")

    async def follows(self, who: str, _other: str) -> None:
        await self.world.says(who, "/start", touch=True)

    async def comes(self, who: str, other: str) -> None:
        await come(self.world, who, other)

    async def signs(self, who: str, _other: str) -> None:
        await shop(self.world, "signed", 4 * MIN, order=f"S-{who}".upper(), phone=self.phones[who])

    async def gives(self, who: str, _other: str) -> None:
        """A deposit, at most all but one fen of the order."""
        amount = self.dice.choice([MIN // 10, 4 * MIN - 1])
        await shop(self.world, "deposit", amount, order=f"S-{who}".upper(), phone=self.phones[who], id=f"deposit:{who}")

    async def claims(self, who: str, _other: str) -> None:
        await self.world.says(who, "我的推荐")
        if any(one.chat == who and phrase(self.world, "reward-claim") in one.buttons for one in self.world.shown):
            await tap(self.world, who, "reward-claim")

    async def pays(self) -> None:
        """Whoever has signed pays the rest."""
        for who, phone in self.phones.items():
            order = await self.world.store(lambda store, who=who: store.orders.get(f"S-{who}".upper()))
            if order and order.signed_at:
                await shop(self.world, "paid", 4 * MIN, order=order.id, phone=phone)


async def test_no_way_from_sharing_scanning_and_following_to_a_reward(world: World):
    """Whatever is shared, scanned, followed, signed or waited for: without an order paid in full nothing is earned,
    though referrals go as far as a signature; and as soon as it is paid, they earn."""
    await reach(world, "max")
    everybody = [Friends(world, seed) for seed in SEEDS]
    for friends in everybody:
        await friends.begin()
    await world.passes(hours=30)
    for _ in range(STEPS):
        for friends in everybody:
            await friends.step()
        await world.passes(hours=everybody[0].dice.choice([0, 0, 1, 30]))
    await world.passes(days=30)

    went = await actions(world)
    assert went >= {"create", "attribute", "verify", "qualify", "sign"}, went
    assert not went & {"earn", "claim"}, went
    states = {row["state"] for row in await seen(world, "SELECT state FROM referrals")}
    assert not states & {stage.value for stage in SUCCESSFUL}
    for table in ("rewards", "ledger_entries", "ledger_lots", "ledger_postings", "leaderboard"):
        assert await seen(world, f"SELECT * FROM {table}") == [], table
    assert await seen(world, "SELECT person_id FROM referrers WHERE vip_since IS NOT NULL") == []

    for friends in everybody:
        await friends.pays()
    await world.passes(days=8)
    assert "earn" in await actions(world)
    paid = {row["id"] for row in await seen(world, "SELECT id FROM orders WHERE paid_at IS NOT NULL")}
    for row in await seen(world, "SELECT subject FROM ledger_entries"):
        referral = await world.store(lambda store, id=row["subject"]: store.referrals.get(id, INSIDE))
        assert referral.order_id in paid


# ---- one level

COLUMNS = {
    "referrers": "person_id code nickname listed vip_since made_at",
    "referrals": (
        "id version referrer_id friend_id state held_from via district order_id order_fen least_fen passed_fen flags"
        " reason reviewer_id review_due appeal reward reward_value created_at since changed_at verified_at"
        " qualified_at signed_at paid_on paid_at refunded_at earned_at rewarded_at closed_at"
    ),
    "rewards": (
        "id version referral_id person_id kind value item state made_at expires_at decided_by decided_at order_id"
        " reason"
    ),
    "leaderboard": "period person_id count last_at",
}
"""All that these tables can say. A referral names two people, one who brought and one who was brought, and no other
referral; a reward names one referral and one person; whoever has a code, or a place on the board, is named alone. So
nothing leads from a referral to that of its referrer: a column that would must be written here first."""


async def test_nothing_in_the_tables_leads_to_a_second_level(world: World):
    """The tables of who recommends and what it earns have these columns and no others, and but for people and the log
    nothing points at or from them."""
    for table, expected in COLUMNS.items():
        assert await columns(world, table) == sorted(expected.split()), table
    assert await keys(world, "referrals") == {("referral_events", "referrals"), ("referrals", "people")}
    assert await keys(world, "rewards") == set()


async def columns(world: World, table: str) -> list[str]:
    """The names of a table's columns, in the order of the alphabet."""
    found = {
        "sqlite": f"SELECT name FROM pragma_table_info('{table}')",
        "postgres": f"SELECT column_name AS name FROM information_schema.columns WHERE table_name = '{table}'",
    }[world.database.engine]
    return sorted(row["name"] for row in await seen(world, found))


async def keys(world: World, table: str) -> set[tuple[str, str]]:
    """Which tables point at which, where one of them is this one."""
    found = {
        "sqlite": (
            'SELECT m.name AS one, f."table" AS other FROM sqlite_master m, pragma_foreign_key_list(m.name) f'
            " WHERE m.type = 'table'"
        ),
        "postgres": (
            "SELECT conrelid::regclass::text AS one, confrelid::regclass::text AS other FROM pg_constraint"
            " WHERE contype = 'f'"
        ),
    }[world.database.engine]
    pairs = {(row["one"], row["other"]) for row in await seen(world, found)}
    return {pair for pair in pairs if table in pair}


async def test_there_is_no_second_level(world: World):
    """Whoever brought the one who brought a customer has no entry, no reward and no place on the board, when that one
    has claimed as well."""
    await customer(world, "mid", MIDDLE, name="中间人")
    await come(world, "mid")
    await customer(world, "fan", PHONE, name="范冰清")
    await come(world, "fan", "mid")
    await bought(world)
    await world.passes(days=7)
    assert await stage(world, "RF-1002") is Stage.EARNED
    await tap(world, "mid", "reward-claim")
    await world.press("mid", label(world, "fund"))
    await tap(world, "mid", "reward-sure")

    assert await stage(world, "RF-1002") is Stage.REWARDED
    assert await stage(world, "RF-1001") is Stage.VERIFIED
    assert await people_of(world, "ledger_entries") == {"mid", "fan"}
    assert await people_of(world, "rewards") == {"mid"}
    assert await people_of(world, "leaderboard") == {"mid"}
    for account in await seen(world, "SELECT DISTINCT account FROM ledger_postings"):
        assert not account["account"].endswith(":hana")


async def people_of(world: World, table: str) -> set[str]:
    """Who is named in a table."""
    return {row["person_id"] for row in await seen(world, f"SELECT DISTINCT person_id FROM {table}")}
