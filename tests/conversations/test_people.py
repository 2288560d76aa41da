"""Who may join, and as what."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from domain.chat import Place
from domain.people import Role
from tests.conversations.steps import act, draft_of, file, phrase, scheduled, tap, to
from tests.world import GROUP, World

CODE = re.compile(r"\b[A-HJKMNP-Z2-9]{10}\b")


async def person_of(world: World, account: str):
    return await world.store(lambda store: store.people.by_account("fake", account))


async def invited(world: World, role: Role, by: str = "ada", number: str = "W08") -> str:
    """A manager invites somebody; the code."""
    await world.says(by, "/invite")
    await tap(world, by, f"role-{role.value}", chat=by)
    await world.says(by, "王师傅")
    if role is Role.INSTALLER:
        await world.says(by, number)
    heard = await world.says(by, "13900139088")
    if role is Role.INSTALLER:
        await tap(world, by, "skill-plumber", chat=by)
        await tap(world, by, "skill-kitchen", chat=by)
        await tap(world, by, "form-done", chat=by)
        await tap(world, by, "district-pudong", chat=by)
        await tap(world, by, "form-done", chat=by)
        await world.says(by, files=[await world.photo(by, "face")])
        heard = await tap(world, by, "form-photos-done", chat=by)
    return CODE.search(to(heard, by))[0]


@pytest.mark.parametrize("word", ["shop_1", "last_trade_no_42000", "home-p1"])
async def test_who_scanned_something_else_than_an_invitation_is_greeted(world: World, word: str) -> None:
    """A code that somebody else has made, or one of a home that is not theirs, is no refused invitation."""
    greeted = to(await world.says("wang", f"/start {word}"), "wang")
    assert greeted == to(await world.says("mallory", "/start"), "mallory")


async def test_an_installer_joins(world: World):
    """The code makes a stranger an installer with the name, number, skills, districts and photo of the invitation."""
    code = await invited(world, Role.INSTALLER)
    heard = await world.says("wang", f"/start {code}")

    person = await person_of(world, "wang")
    assert (person.role, person.name, person.number, person.districts) == (
        Role.INSTALLER,
        "王师傅",
        "W08",
        ("pudong",),
    )
    assert set(person.skills) == {"plumber", "kitchen"}
    assert person.photo == f"{'face':0>64}"
    assert phrase(world, "hello-installer") in to(heard, "wang")
    heard = await world.says("otto", "/verify W08")
    assert phrase(world, "verify-yes", number="W08") in to(heard, "otto")


@pytest.mark.parametrize("role", [Role.STAFF, Role.MANAGER])
async def test_staff_and_managers_join(world: World, role: Role):
    """The role is the invitation's; typing the code alone is enough."""
    code = await invited(world, role)
    await world.says("wang", code)
    assert (await person_of(world, "wang")).role is role
    heard = await world.says("wang", "/queue")
    assert phrase(world, "queue-empty") in to(heard, "wang")


async def test_only_once(world: World):
    """A code that was used is refused to the next one, in the same words as a wrong one."""
    code = await invited(world, Role.STAFF)
    await world.says("wang", f"/start {code}")
    for attempt in (code, "ABCDE23456"):
        heard = await world.says("mallory", f"/start {attempt}")
        assert to(heard, "mallory") == phrase(world, "invite-refused", company=phrase(world, "company-name"))
    assert (await person_of(world, "mallory")).role is Role.HOMEOWNER


async def test_not_too_late(world: World):
    """An invitation expires after three days."""
    code = await invited(world, Role.STAFF)
    await world.passes(hours=72, seconds=1)
    await world.says("wang", f"/start {code}")
    assert (await person_of(world, "wang")).role is Role.HOMEOWNER


async def test_who_may_invite_whom(world: World):
    """Admins invite managers, managers do not, staff invite nobody."""
    heard = await world.says("max", "/invite")
    labels = [label for one in heard for label in one.buttons]
    assert phrase(world, "role-manager") not in labels
    assert phrase(world, "role-staff") in labels
    heard = await world.says("max", "manager")
    assert (await draft_of(world, "max"))["asked"] == "role"
    heard = await world.says("sam", "/invite")
    assert phrase(world, "refused-role") in to(heard, "sam")


async def test_a_number_is_unique(world: World):
    """Two installers cannot have the same number."""
    await world.says("ada", "/invite")
    await tap(world, "ada", "role-installer", chat="ada")
    await world.says("ada", "王师傅")
    heard = await world.says("ada", "jd-001")
    assert phrase(world, "invite-number-taken", number="JD-001") in to(heard, "ada")


async def bindcode(world: World) -> str:
    heard = await world.says("ada", "/bindcode")
    return CODE.search(to(heard, "ada"))[0]


async def test_a_group_is_bound_by_an_admins_code(world: World):
    """The group where the code is said becomes the staff group; requests appear there from then on."""
    code = await bindcode(world)
    assert await world.says("sam", "/queue", chat="group2") == []
    heard = await world.says("ada", f"/bind {code}", chat="group2")
    assert phrase(world, "bind-done", company=phrase(world, "company-name")) in to(heard, "group2")
    heard = await file(world)
    assert "R-1001" in to(heard, "group2")
    assert "R-1001" in to(heard, GROUP)


REFUSALS = ("wrong", "used", "late", "stranger", "staff", "private", "maker-left", "maker-manager", "public")


@pytest.mark.parametrize("case", REFUSALS)
async def test_binding_refused(world: World, case: str):
    """A wrong, used or late code, somebody who may not, or a private chat: nothing is bound."""
    code = await bindcode(world)
    who, chat = "ada", "group2"
    if case == "wrong":
        code = "ABCDE23456"
    elif case == "used":
        await world.says("ada", f"/bind {code}", chat="group3")
    elif case == "late":
        await world.passes(minutes=31)
    elif case == "private":
        chat = "ada"
    elif case == "maker-left":
        who = "max"
        await dismissed(world, "ada")
    elif case == "maker-manager":
        ada = await world.store(lambda store: store.people.get("ada"))
        await world.store(lambda store: store.people.save(replace(ada, role=Role.MANAGER)))
    elif case == "public":
        heard = await world.says(who, f"/bind {code}", chat=chat, public=True)
        assert to(heard, chat) == phrase(world, "bind-public")
        who = "mallory"
    else:
        who = {"stranger": "mallory", "staff": "sam"}[case]
    await world.says(who, f"/bind {code}", chat=chat)

    places = await world.store(lambda store: store.groups.places("staff"))
    assert Place("fake", "group2") not in places
    assert Place("fake", "ada") not in places


async def dismissed(world: World, who: str) -> None:
    """Somebody does not work here any more."""
    person = await world.store(lambda store: store.people.get(who))
    await world.store(lambda store: store.people.save(replace(person, active=False)))


async def test_who_left_has_no_rights(world: World):
    """An installer who left can do nothing with old buttons, gets no offers and sees no jobs; staff likewise."""
    await scheduled(world)
    depart = world.token("zhang", phrase(world, "action-depart"))
    await dismissed(world, "zhang")
    await dismissed(world, "sam")
    await world.passes(hours=27)
    await world.says("zhang", press=depart)
    assert (await world.request()).state == "SCHEDULED"
    heard = await world.says("zhang", "/jobs")
    assert "R-1001" not in to(heard, "zhang")
    heard = await world.says("otto", "/verify JD-001")
    assert phrase(world, "verify-no", number="JD-001") in to(heard, "otto")
    assert await world.says("sam", "/queue", chat=GROUP) == []
    heard = await world.says("sam", "/queue")
    assert "R-1001" not in to(heard, "sam")
    await file(world, "otto", "灯不亮了")
    heard = await act(world, "sue", "claim", chat=GROUP)
    heard = await tap(world, "sue", "action-offer", chat=GROUP)
    assert "JD-001" not in "".join(label for one in heard for label in one.buttons)


async def test_a_name_gives_no_rights(world: World):
    """Whoever calls themselves like the boss is a stranger still."""
    await file(world)
    claim = world.token(GROUP, phrase(world, "action-claim"))
    for raw in (
        world.raw("mallory", press=claim, chat=GROUP, name="老板"),
        world.raw("mallory", "/queue", chat=GROUP, name="老板"),
        world.raw("mallory", "/queue", name="老板"),
    ):
        await world.pipeline.receive(raw)
    heard = await world.settle()
    assert (await world.request()).state == "NEW"
    assert "R-1001" not in to(heard, "mallory")


async def test_a_number_is_asked_for_and_judged(world: World) -> None:
    """Whoever only says that they want to check an installer is asked for the number; their draft goes on."""
    await world.says("otto", "厨房水龙头一直滴水")
    heard = await world.says("otto", "验真")
    assert phrase(world, "verify-help") in to(heard, "otto")
    heard = await world.says("otto", "w99")
    assert phrase(world, "verify-no", number="w99") in to(heard, "otto")
    assert (await draft_of(world, "otto"))["form"] == "report"
    heard = await world.says("otto", "验真 JD-001")
    assert phrase(world, "verify-yes", number="JD-001") in to(heard, "otto")
