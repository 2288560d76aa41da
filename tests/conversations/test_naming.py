"""Who came in without a name: what they are asked, and what others call them meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from domain.people import Invitation, Person, Role
from tests.conversations.recommending import earned
from tests.conversations.rewarding import approved, claimed
from tests.conversations.steps import act, draft_of, file, phrase, tap, to
from tests.world import GROUP, Heard, World


async def joins(world: World, name: str = "") -> list[Heard]:
    """The first admin comes in by the invitation of the start, from a channel that tells no names."""
    facts: dict[str, object] = {"name": name} if name else {}
    one = Invitation("invite", Role.ADMIN, facts, "", world.watch() + timedelta(days=1))
    code: str = await world.store(lambda store: store.codes.mint(one, world.watch()))
    return await world.says("boss", code, name="")


async def boss(world: World) -> Person:
    found: Person = await world.store(lambda store: store.people.by_account("fake", "boss"))
    return found


async def test_who_has_no_name_is_asked_for_one(world: World) -> None:
    """After the welcome comes one question; the answer is what homeowners read."""
    heard = await joins(world)
    assert phrase(world, "joined-admin", company=phrase(world, "company-name")) in to(heard, "boss")
    assert phrase(world, "name-ask") in to(heard, "boss")

    heard = await world.says("boss", "王店长", name="")

    assert phrase(world, "name-kept", name="王店长") in to(heard, "boss")
    person = await boss(world)
    assert (person.name, person.role) == ("王店长", Role.ADMIN)
    await file(world)
    heard = await act(world, "boss", "claim", chat=GROUP)
    assert "王店长" in to(heard, "hana")


async def test_who_has_a_name_is_not_asked(world: World) -> None:
    """An invitation with a name is enough."""
    heard = await joins(world, "王店长")
    assert phrase(world, "name-ask") not in to(heard, "boss")
    assert (await boss(world)).name == "王店长"


async def test_a_command_is_no_name(world: World) -> None:
    """Who goes on with what the welcome says first is not called like that, and may answer afterwards."""
    await joins(world)
    await world.says("boss", "/bindcode", name="")
    await world.says("boss", "王店长", name="")
    assert (await boss(world)).name == "王店长"


async def test_who_would_rather_not_say_is_a_colleague(world: World) -> None:
    """The question can be skipped; homeowners then read of a colleague, and never of another homeowner."""
    await joins(world)
    heard = await tap(world, "boss", "form-skip")
    assert phrase(world, "hello-staff") in to(heard, "boss")
    assert await draft_of(world, (await boss(world)).id) is None

    await file(world)
    heard = await act(world, "boss", "claim", chat=GROUP)

    colleague = phrase(world, "colleague")
    assert phrase(world, "told-claim-homeowner", id="R-1001", who=colleague) in to(heard, "hana")
    assert phrase(world, "fact-responsible", name=colleague) in to(heard, "hana")
    assert phrase(world, "fact-claimed", name=colleague) in to(heard, GROUP)


async def test_who_paid_is_a_colleague_too(world: World) -> None:
    """What a nameless manager approved says so."""
    await earned(world)
    await claimed(world, "cash")
    ada = await world.store(lambda store: store.people.get("ada"))
    await world.store(lambda store: store.people.save(replace(ada, name="")))

    heard = await approved(world, "ada")

    assert f"{phrase(world, 'colleague')} 经手" in to(heard, GROUP)
