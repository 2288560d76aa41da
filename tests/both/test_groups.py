"""One case, two groups: a topic on Telegram and a group on WeCom show the same request, over real HTTP."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from domain.people import INSIDE
from domain.states import State
from tests.both.rooms import Play, Rooms, rooms
from tests.wecom.play import stands


async def filed(here: Rooms) -> Play:
    """A homeowner has filed a request, and both groups have its card."""
    play = Play(here)
    await play.opens()
    await play.files(await here.guest())
    assert play.offers(here.words("action-claim")) == [True] * 4
    return play


async def claims(here: Rooms) -> list[str]:
    """Who has claimed the request, one for each time that it was."""
    events = await here.store(lambda store: store.requests.events("R-1001", INSIDE))
    return [event.actor_id for event in events if event.action == "claim"]


@pytest.mark.parametrize("by", ["telegram", "wecom"])
async def test_a_claim_in_one_group_changes_the_card_in_both(database_url: str, tmp_path: Path, by: str) -> None:
    """Everybody reads who has it, and nobody can claim it again, wherever it was pressed; so too with what follows."""
    async with rooms(database_url, tmp_path) as here:
        play, label = await filed(here), here.words("action-claim")
        await (play.lin.presses(label, play.group) if by == "telegram" else play.sam.press(label))
        await here.settle()
        assert (await here.request()).state is State.TRIAGED
        assert len(await claims(here)) == 1
        assert play.offers(label) == [False] * 4
        assert all(here.words("state-TRIAGED") in one for one in play.shown())
        assert all(("小陈" if by == "telegram" else "小林") in one for one in play.shown())

        await (
            play.acts(play.sam, "offer")
            if by == "telegram"
            else play.lin.presses(here.words("action-offer"), play.group)
        )
        await here.settle()
        await stands(here)


async def test_a_claim_in_both_at_the_same_instant_has_one_winner(database_url: str, tmp_path: Path) -> None:
    """It is claimed once; both groups read of the same winner, and the other is told."""
    async with rooms(database_url, tmp_path) as here:
        play, label = await filed(here), here.words("action-claim")
        await asyncio.gather(play.lin.presses(label, play.group), play.sam.press(label))
        await here.settle()
        [winner] = await claims(here)
        [name] = [person.name for person in (await here.store(lambda store: store.people.names([winner]))).values()]
        assert name in ("小陈", "小林")
        assert play.offers(label) == [False] * 4
        shown = play.shown()
        assert [name in one and here.words("state-TRIAGED") in one for one in shown] == [True] * 4, (name, shown)
        await stands(here)
