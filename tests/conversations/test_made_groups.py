"""A channel where we make the group of staff ourselves: bound without a code, and answered from private chats."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.chat import Place
from tests.conversations.steps import file, to
from tests.world import GROUP, World, last

MADE = "group-made"


@pytest.fixture
async def world(world: World) -> World:
    """The company on such a channel, no group bound yet."""
    world.pipeline.world = replace(world.pipeline.world, made={"fake": MADE})
    await world.store(lambda store: store.groups.unbind(Place("fake", GROUP), world.watch()))
    return world


async def bound(world: World) -> list[str]:
    places = await world.store(lambda store: store.groups.places("staff"))
    return [place.chat for place in places]


async def test_an_admin_binds_it_at_once(world: World) -> None:
    """/bindcode in private: the group serves from now on, in the admin's language, and is told so; it is a group to
    the limits as well."""
    shown = await world.says("ada", "/bindcode")

    assert await bound(world) == [MADE]
    assert "/r" in last(shown, "ada").text
    assert "认领" in last(shown, MADE).text
    lane = await world.store(
        lambda store: store.connection.one("SELECT is_group, locale FROM lanes WHERE chat = :chat", chat=MADE)
    )
    assert (lane["is_group"], lane["locale"]) == (True, "zh-CN")


async def test_binding_it_again_changes_nothing(world: World) -> None:
    """Who says it twice has one group."""
    await world.says("ada", "/bindcode")
    await world.says("ada", "/bindcode")
    assert await bound(world) == [MADE]


@pytest.mark.parametrize("who", ["max", "sam", "zhang", "hana", "stranger"])
async def test_nobody_else_binds_it(world: World, who: str) -> None:
    """Managers, staff, installers, homeowners and strangers are refused, and nothing is bound."""
    shown = await world.says(who, "/bindcode")
    assert await bound(world) == []
    assert to(shown, MADE) == ""


async def test_where_groups_are_not_ours_there_is_a_code(world: World) -> None:
    """On another channel the same command makes a code, as ever."""
    await world.says("ada", "/start", channel="other")
    world.pipeline.world = replace(world.pipeline.world, made={"other": MADE})
    shown = await world.says("ada", "/bindcode")
    assert "/bind " in last(shown, "ada").text
    assert await bound(world) == []


async def test_staff_answer_from_a_private_chat(world: World) -> None:
    """Where nobody can write in the group «/r R-1001 words» in private reaches the homeowner, and arrives."""
    await world.says("ada", "/bindcode")
    await file(world)

    shown = await world.says("sam", "/r R-1001 师傅今天就来")

    assert "师傅今天就来" in last(shown, "hana").text
    assert "R-1001" in to(shown, "sam")
    assert to(await world.says("otto", "/r R-1001 我也说一句"), "hana") == ""


async def test_who_is_nobody_hears_of_invitations(world: World) -> None:
    """A colleague whom nobody knows yet hears how to become somebody; a homeowner elsewhere does not."""
    assert "邀请口令" in last(await world.says("neu", "/start"), "neu").text
    assert "邀请口令" not in last(await world.says("neu", "/start", channel="other"), "neu").text


async def test_what_came_to_nothing_is_told_once(world: World) -> None:
    """A platform says twice that it did not show a message: staff hear it once, and may send it again."""
    await world.says("ada", "/bindcode")
    await file(world)
    await world.says("sam", "/r R-1001 师傅今天就来")
    external = f"m{len(world.channels['fake'].arrived)}"
    for number, call in enumerate(world.channels["fake"].arrived, start=1):
        external = f"m{number}" if call.chat == "hana" else external
    event = {"event": "undelivered", "args": {"external": external, "why": "12"}}

    shown = [*await world.says("hana", **event), *await world.says("hana", **event)]

    told = [one for one in shown if one.chat == MADE]
    assert [("没有送达" in one.text, one.buttons) for one in told] == [(True, ("重发", "打电话", "不用发了"))]
    assert "没" in to(shown, "sam")


async def test_what_is_none_of_ours_came_to_nothing(world: World) -> None:
    """A message that we never sent, or that was somebody else's, is nobody's affair."""
    await world.says("ada", "/bindcode")
    await file(world)
    event = {"event": "undelivered", "args": {"external": "m1", "why": "12"}}
    assert await world.says("otto", **event) == []
