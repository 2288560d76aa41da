"""What follows for a referrer: what they claim, what their passbook says, and whether the ledger is sound."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from domain.chat import Text
from domain.ledger import Entry, Unit, Why, terms
from domain.people import INSIDE
from domain.rewards import Claimed
from storage.ledger_proof import page, total
from tests.conversations.steps import phrase, tap
from tests.world import Heard, World

VALUES = {"fund": 20_000, "coupon": 25_000, "points": 2_000, "cash": 15_000, "gift": 1}
"""What the least order earns, as company.toml has it."""


def label(world: World, kind: str, value: int = 0) -> str:
    """What stands on the button of a choice."""
    gift = Text("gift-toolbox") if kind == "gift" else ""
    return phrase(world, f"reward-{kind}", value=value or VALUES[kind], gift=gift)


async def claimed(world: World, kind: str) -> list[Heard]:
    """Hana chooses her reward."""
    await tap(world, "hana", "reward-claim")
    return await chosen(world, kind)


async def chosen(world: World, kind: str, value: int = 0) -> list[Heard]:
    """Hana presses a way that she is shown, and is sure."""
    await world.press("hana", label(world, kind, value))
    return await tap(world, "hana", "reward-sure")


async def approved(world: World, who: str = "max") -> list[Heard]:
    """A manager approves cash, and is sure."""
    await tap(world, who, "reward-approve")
    return await tap(world, who, "reward-approve-sure")


async def reward(world: World, referral_id: str = "RF-1001") -> Claimed | None:
    """The reward of a referral that counts."""
    found: Claimed | None = await world.store(lambda store: store.rewards.of(referral_id))
    return found


async def entries(world: World, who: str = "hana") -> list[Entry]:
    """Somebody's passbook, the oldest line first."""
    found: Sequence[Entry] = await world.store(lambda store: store.ledger.lines(who, INSIDE, limit=1000))
    return list(found)[::-1]


async def balance(world: World, who: str = "hana", unit: Unit = Unit.FUND) -> tuple[int, int]:
    """What somebody can spend and what they owe."""
    now = world.watch()
    found = await world.store(lambda store: store.ledger.balance(who, unit, INSIDE, now))
    return found.available, found.debt


async def sound(world: World) -> None:
    """The ledger's own proof finds nothing."""

    async def look(connection: Any) -> Any:
        return (await page(connection)).faults + await total(connection)

    assert await world.database.read(look) == ()


async def given(world: World, who: str, amount: int, key: str = "given", unit: Unit = Unit.FUND) -> None:
    """Somebody has this much, without a story."""
    company, now = world.company, world.watch()
    lasting = terms(company.bank.keeping, unit, now, company.tz)
    why = Why("idea", "ID-1")
    await world.store(lambda store: store.ledger.credit(who, unit, key, now, amount, why, lasting))


def clock_reads(world: World, year: int, month: int, day: int) -> None:
    """It is noon of that day where the company is."""
    world.watch.now = datetime(year, month, day, 12, tzinfo=world.company.tz).astimezone(UTC)
