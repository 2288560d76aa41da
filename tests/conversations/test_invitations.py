"""What an invitation is good for when it is opened, and that a refused one stays good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.people import Invitation, Person, Role
from tests.conversations.steps import phrase, to
from tests.world import World


async def made(world: World, role: Role, by: str = "ada", **facts: Any) -> str:
    """The code of a fresh invitation."""
    invitation = Invitation("invite", role, facts, by, world.watch() + timedelta(days=1))
    code: str = await world.store(lambda store: store.codes.mint(invitation, world.watch()))
    return code


async def person(world: World, who: str) -> Person:
    """Somebody as they are kept."""
    found: Person = await world.store(lambda store: store.people.by_account("fake", who))
    return found


async def change(world: World, who: str, **changes: Any) -> None:
    """Somebody is something else by now."""
    was = await person(world, who)
    await world.store(lambda store: store.people.save(replace(was, **changes)))


async def refused(world: World, who: str, code: str, id: str, **args: Any) -> None:
    """Opening it is refused with these words, changes nobody, and leaves it good for somebody new."""
    before = await person(world, who)
    heard = await world.says(who, f"/start {code}")
    assert to(heard, who) == phrase(world, id, **args)
    assert await person(world, who) == before


async def good(world: World, code: str, role: Role) -> None:
    """Somebody new can still take it up."""
    await world.says("wang", f"/start {code}")
    assert (await person(world, "wang")).role is role


@pytest.mark.parametrize("role", [Role.STAFF, Role.INSTALLER])
async def test_who_made_it_does_not_open_it(world: World, role: Role):
    """A manager who opens an invitation they made stays a manager, and hands it on."""
    for who in ("max", "ada"):
        code = await made(world, role, who)
        await refused(world, who, code, "invite-own")
    await good(world, code, role)


@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("max", Role.STAFF),
        ("max", Role.MANAGER),
        ("sam", Role.STAFF),
        ("sam", Role.INSTALLER),
        ("zhang", Role.INSTALLER),
    ],
)
async def test_nobody_becomes_less_or_the_same(world: World, who: str, role: Role):
    """Who is as much or more already is told so; nobody loses a role by a link they opened."""
    code = await made(world, role)
    own = phrase(world, f"role-{(await person(world, who)).role.value}")
    await refused(world, who, code, "invite-no-more", role=own)
    await good(world, code, role)


@pytest.mark.parametrize(
    ("by", "role", "changes"),
    [
        ("max", Role.STAFF, {"active": False}),
        ("max", Role.STAFF, {"role": Role.HOMEOWNER}),
        ("max", Role.INSTALLER, {"role": Role.STAFF}),
        ("ada", Role.MANAGER, {"role": Role.MANAGER}),
    ],
)
async def test_who_may_not_invite_any_more(world: World, by: str, role: Role, changes: dict[str, Any]):
    """An invitation is worth as much as its maker may give when it is opened; with their right it comes back."""
    code = await made(world, role, by)
    maker = await person(world, by)
    await change(world, by, **changes)
    await world.says("wang", "/language zh-CN")
    await refused(world, "wang", code, "invite-maker-left")
    await change(world, by, role=maker.role, active=True)
    await good(world, code, role)


async def test_a_number_that_is_taken_by_now(world: World):
    """Of two invitations with one number the second is refused in words, and never fails."""
    first = await made(world, Role.INSTALLER, number="W08", name="王师傅")
    second = await made(world, Role.INSTALLER, number="W08", name="汪师傅")
    await world.says("wang", f"/start {first}")
    await world.says("mallory", "/language zh-CN")
    await refused(world, "mallory", second, "invite-number-gone", number="W08")
    await change(world, "wang", number="W09")
    await world.says("mallory", f"/start {second}")
    assert (await person(world, "mallory")).number == "W08"


async def test_who_may_still(world: World):
    """More than one is can be taken up, so can what the command line made, and who left may come back."""
    await world.says("zhang", f"/start {await made(world, Role.STAFF)}")
    assert (await person(world, "zhang")).role is Role.STAFF
    await world.says("wang", f"/start {await made(world, Role.ADMIN, 'command line')}")
    assert (await person(world, "wang")).role is Role.ADMIN
    await change(world, "sam", active=False)
    await world.says("sam", f"/start {await made(world, Role.STAFF)}")
    assert (await person(world, "sam")).active
