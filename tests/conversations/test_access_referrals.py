"""Who may do what with a referral: every actor, every action, every stage, pressed from a real button."""

from __future__ import annotations

from typing import Any

import pytest

from domain.chat import Button, Line, Outbound, Place, Text
from domain.people import INSIDE
from domain.referral_states import Stage
from storage.store import Store
from tests.conversations.recommending import (
    PHONE,
    come,
    customer,
    earned,
    filed_by_a_stranger,
    reach,
    reason,
    referral,
    suspected,
)
from tests.world import World

ACTORS = ("hana", "fan", "otto", "zhang", "sam", "max", "ada")
ACTIONS = ("appeal", "clear", "deny", "grant", "uphold")
MAY = {
    Stage.UNDER_REVIEW: {(who, action) for who in ("max", "ada") for action in ("clear", "deny")},
    Stage.DISPUTED: {(who, action) for who in ("max", "ada") for action in ("grant", "uphold")},
    Stage.REJECTED: {("hana", "appeal")},
    Stage.EARNED: set(),
}
"""Stage → who may do what; everybody else may nothing, the friend least of all."""


async def bring(world: World, stage: Stage) -> None:
    """Hana's referral of fan, in this stage."""
    if stage is Stage.EARNED:
        await earned(world)
    elif stage is Stage.UNDER_REVIEW:
        await suspected(world)
    else:
        await customer(world, "fan")
        await filed_by_a_stranger(world, "fan", PHONE[3:])
        await world.passes(minutes=1)
        await reach(world, "max")
        await come(world)
    if stage is Stage.DISPUTED:
        await reason(world, "hana", "appeal", "不对")
    assert (await referral(world)).state is stage


async def show(world: World, who: str, subject: str) -> list[str]:
    """Buttons for every action in somebody's chat; their tokens."""

    async def work(store: Store) -> list[str]:
        world.count += 1
        cause = f"mint:{who}:{world.count}"
        row = tuple(Button(Text("words", {"words": one}), f"referral.{one}", subject) for one in ACTIONS)
        line = Line(Text("words", {"words": "?"}))
        await store.outbox.add(cause, [Outbound(Place("fake", who), (line,), (row,))], world.watch())
        found = await store.connection.one("SELECT token FROM outbox WHERE id = :id", id=f"{cause}:0")
        assert found
        return [f"{found['token']}.{index}" for index in range(len(ACTIONS))]

    tokens: list[str] = await world.store(work)
    return tokens


async def asked(world: World, who: str) -> str:
    """The form that is open with somebody; and then none is."""

    async def work(store: Store) -> str:
        row = await store.connection.one("SELECT form FROM conversations WHERE id = :id", id=who)
        await store.connection.run("DELETE FROM conversations WHERE id = :id", id=who)
        return str(row["form"]) if row else ""

    found: str = await world.store(work)
    return found


@pytest.mark.parametrize("stage", MAY)
async def test_every_cell(world: World, stage: Stage):
    """A press opens the question for whom the table names, is refused to all others, and changes nothing by itself;
    of a referral that is not there nobody is asked anything."""
    await bring(world, stage)
    before = await referral(world)
    allowed: set[tuple[str, str]] = set()
    for who in ACTORS:
        for subject in ("RF-1001", "RF-9999"):
            for action, token in zip(ACTIONS, await show(world, who, subject), strict=True):
                await world.says(who, press=token)
                if await asked(world, who) == f"referral.{action}":
                    allowed.add((who, action))
                    assert subject == "RF-1001"

    assert allowed == MAY[stage]
    assert await referral(world) == before


async def test_an_answer_counts_for_who_still_may(world: World):
    """A manager who begins to decide and leaves decides nothing, nor does one who was too slow."""
    await bring(world, Stage.UNDER_REVIEW)
    for who, action in (("max", "deny"), ("ada", "clear")):
        tokens = await show(world, who, "RF-1001")
        await world.says(who, press=tokens[ACTIONS.index(action)])
    await world.says("ada", "看过了")
    before: Any = await referral(world)

    told = await world.says("max", "不行")

    assert await referral(world) == before
    assert "RF-1001" in "".join(one.text for one in told if one.chat == "max")
    events = await world.store(lambda store: store.referrals.events("RF-1001", INSIDE))
    assert [event.action for event in events].count("deny") == 0
