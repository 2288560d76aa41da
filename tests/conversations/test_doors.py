"""The code at the door is not to be guessed."""

from __future__ import annotations

from domain.states import State
from tests.conversations.steps import act, departed, phrase, rarely, to
from tests.fakes import START
from tests.world import GROUP, World

PAUSE = {"count": 5, "minutes": 10}


async def wrong(world: World, times: int) -> str:
    """The installer names codes that are wrong; all that the group read of it."""
    code, heard = int((await world.request()).code), []
    for more in range(1, times + 1):
        heard += await world.says("zhang", f"{(code + more) % 10000:04d}")
    return to(heard, GROUP)


async def test_five_wrong_codes_and_then_a_pause(world: World):
    """After five wrong codes none is taken for ten minutes, not even the right one; staff hear of it once."""
    await departed(world)
    code = (await world.request()).code
    await act(world, "zhang", "arrive")
    said = phrase(world, "staff-code-pause", id="R-1001", name="张师傅（JD-001）", **PAUSE)

    assert await wrong(world, 4) == ""
    heard = await world.says("zhang", f"{(int(code) + 5) % 10000:04d}")
    assert phrase(world, "refused-code-pause", **PAUSE) in to(heard, "zhang")
    assert said.split("，")[-1] in to(heard, GROUP)
    for guess in (code, "0000"):
        heard = await world.says("zhang", guess)
        assert to(heard, "zhang") == phrase(world, "refused-code-pause", **PAUSE)
        assert to(heard, GROUP) == ""
    assert (await world.request()).state is State.EN_ROUTE

    await world.passes(minutes=9, seconds=59)
    await world.says("zhang", code)
    assert (await world.request()).state is State.EN_ROUTE
    await world.passes(seconds=1)
    await world.says("zhang", code)
    assert (await world.request()).state is State.IN_PROGRESS
    assert world.watch() > START


async def test_the_pause_is_of_the_door_and_not_of_the_question(world: World):
    """Who gives up and presses «到达» again has no more tries than before; the pause is over for who waits it out,
    and comes again after five more."""
    await departed(world)
    await act(world, "zhang", "arrive")
    await wrong(world, 3)
    await world.says("zhang", "/cancel")
    await act(world, "zhang", "arrive")
    assert await wrong(world, 1) == ""
    assert "R-1001" in await wrong(world, 1)
    await world.says("zhang", "/cancel")
    heard = await act(world, "zhang", "arrive")
    assert phrase(world, "refused-code-pause", **PAUSE) in to(heard, "zhang")
    await world.passes(minutes=10)
    assert await wrong(world, 4) == ""
    assert "R-1001" in await wrong(world, 1)


async def test_staff_let_in_who_has_to_wait(world: World):
    """The override does not wait for the pause."""
    await departed(world)
    await act(world, "zhang", "arrive")
    await wrong(world, 5)
    await rarely(world, "sam", "override")
    await world.says("sam", "业主记错了码", chat=GROUP)
    assert (await world.request()).state is State.IN_PROGRESS
