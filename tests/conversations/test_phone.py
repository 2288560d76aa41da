"""Staff call a homeowner: the number is theirs to see, in private, and the log says so."""

from __future__ import annotations

from tests.conversations.steps import act, events, file, rarely
from tests.world import World, last


async def test_staff_ask_for_the_phone(world: World) -> None:
    """The number goes to the private chat of whoever asked, never to the group, and is kept as an event."""
    await file(world)

    told = await rarely(world, "sam", "phone")

    assert "138 0013 8000" in last(told, "sam").text
    assert "8000" not in last(told, "group").text
    assert await events(world) == ["file", "phone_shown"]


async def test_staff_whose_private_chat_is_unknown(world: World) -> None:
    """Who never wrote in private is told what to do, and no number is shown anywhere."""
    await file(world)
    await world.store(lambda store: store.connection.run("UPDATE people SET channel = '', chat = '' WHERE id = 'sue'"))
    await act(world, "sue", "more")

    told = await act(world, "sue", "phone")

    assert [one.chat for one in told] == ["group"]
    assert await events(world) == ["file"]
