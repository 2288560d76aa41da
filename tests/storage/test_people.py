"""People, accounts, groups and codes as they are kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.chat import Inbound, Place
from domain.people import Invitation, Person, Role
from domain.talks import Home, Talk
from storage.database import Database
from storage.people import Arrival
from storage.store import Store

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
GROUP = Place("fake", "group")
ZHANG = Person(
    "zhang",
    Role.INSTALLER,
    "张师傅",
    "+8613900139001",
    "zh-CN",
    "JD-001",
    ("plumber",),
    ("pudong",),
    "f" * 64,
    "2026-01",
)


async def within(database: Database, work: Any) -> Any:
    return await database.transact(lambda connection: work(Store(connection)))


async def add(database: Database, person: Person, channel: str = "fake") -> None:
    async def work(store: Store) -> None:
        await store.people.add(person, Place(channel, person.id), NOW)
        await store.people.attach(channel, person.id, person.id, person.id, NOW)

    await within(database, work)


def message(account: str, place: Place | None = None, group: bool = False, **more: Any) -> Inbound:
    return Inbound("m1", place or Place("fake", account), account, **{"text": "/status", **more}, group=group)


async def arrive(database: Database, inbound: Inbound) -> Arrival:
    return await within(database, lambda store: store.people.arrive(inbound, NOW))


async def test_a_person_comes_back_as_kept(database: Database):
    """Every field is read as it was written, by id, by account, by number and by phone."""
    await add(database, ZHANG)

    assert await within(database, lambda store: store.people.get("zhang")) == ZHANG
    assert await within(database, lambda store: store.people.by_account("fake", "zhang")) == ZHANG
    assert await within(database, lambda store: store.people.by_number("JD-001")) == ZHANG
    assert await within(database, lambda store: store.people.by_phone("+8613900139001")) == [ZHANG]
    changed = replace(ZHANG, role=Role.STAFF, name="老张", phone="", skills=(), active=False)
    await within(database, lambda store: store.people.save(changed))
    assert await within(database, lambda store: store.people.get("zhang")) == changed


async def test_nobody_is_found_by_what_is_empty(database: Database):
    """An empty phone, number or account is nobody's, though many people have none."""
    await add(database, Person("hana"))

    assert await within(database, lambda store: store.people.by_phone("")) == []
    assert await within(database, lambda store: store.people.by_number("")) is None
    assert await within(database, lambda store: store.people.by_account("fake", "")) is None
    assert await within(database, lambda store: store.people.names(["", "hana", "nobody"])) == {"hana": Person("hana")}


async def test_a_number_is_worn_by_one_installer(database: Database):
    """Two installers never share a number, which homeowners verify them by."""
    await add(database, ZHANG)

    with pytest.raises(Exception, match=r"(?i)unique"):
        await add(database, Person("li", Role.INSTALLER, number="JD-001"))


async def test_a_stranger_becomes_a_homeowner_without_rights(database: Database):
    """Who writes first is a new person, known from then on; the name is shown and proves nothing."""
    first = await arrive(database, message("newt", name="小林" * 40, locale="en"))
    again = await arrive(database, message("newt"))

    assert (first.person.role, first.person.consent, first.known) == (Role.HOMEOWNER, "", False)
    assert len(first.person.name) == 40
    assert (again.person.id, again.known, again.person.locale) == (first.person.id, True, "en")


async def test_a_stranger_who_writes_twice_at_once_is_one_person(database: Database):
    """A stranger's messages at the same instant end in one and the same person, or fail and are tried again."""
    results = await asyncio.gather(
        *[arrive(database, replace(message("newt"), id=f"m{number}")) for number in range(5)], return_exceptions=True
    )

    known = {one.person.id for one in results if isinstance(one, Arrival)}
    stored = await within(database, lambda store: store.people.by_account("fake", "newt"))
    assert stored.id in known
    assert len(known) == 1


async def test_people_are_reached_where_they_wrote_last_in_private(database: Database):
    """A private message moves the place; one in a group does not."""
    await add(database, Person("hana"))

    async def link(store: Store) -> None:
        await store.people.attach("web", "w1", "hana", "w1", NOW)

    await within(database, link)
    moved = await arrive(database, message("w1", Place("web", "w1")))
    assert moved.place == Place("fake", "hana")
    await arrive(database, message("hana", GROUP, group=True))
    assert await within(database, lambda store: store.people.place("hana")) == Place("web", "w1")
    assert await within(database, lambda store: store.people.at(Place("web", "w1"))) == Person("hana")
    assert await within(database, lambda store: store.people.place("nobody")) is None


async def test_the_workplace_is_an_installers_who_works_here(database: Database):
    """Cards of jobs go to who is an installer still: not to who left, changed the role, or never wrote."""
    await add(database, ZHANG)
    assert await within(database, lambda store: store.people.workplace("zhang")) == Place("fake", "zhang")

    for gone in (replace(ZHANG, active=False), replace(ZHANG, role=Role.STAFF), replace(ZHANG, role=Role.HOMEOWNER)):
        await within(database, lambda store, gone=gone: store.people.save(gone))
        assert await within(database, lambda store: store.people.workplace("zhang")) is None
    assert await within(database, lambda store: store.people.workplace("")) is None


async def test_who_works_in_a_role_now(database: Database):
    """Those of this very role who are here still, by number; homeowners are never listed."""
    for person in (ZHANG, Person("li", Role.INSTALLER, number="JD-000"), Person("wu", Role.INSTALLER, active=False)):
        await add(database, person)
    await add(database, Person("hana"))

    assert [one.id for one in await within(database, lambda store: store.people.working(Role.INSTALLER))] == [
        "li",
        "zhang",
    ]
    assert await within(database, lambda store: store.people.working(Role.HOMEOWNER)) == []
    assert await within(database, lambda store: store.people.working(Role.MANAGER)) == []


async def test_an_open_question_is_asked_of_one_person_in_one_chat(database: Database):
    """What is asked in the group is not open in private, nor for a colleague."""
    for name in ("sam", "sue"):
        await add(database, Person(name, Role.STAFF))
    talk = Talk("sam@group", "request.cancel", "R-1", "reason", {"x": [1, "二"]}, 3, NOW, NOW)
    await within(database, lambda store: store.conversations.save(talk))

    assert (await arrive(database, message("sam", GROUP, group=True))).talk == talk
    assert (await arrive(database, message("sam"))).talk == Talk("sam")
    assert (await arrive(database, message("sue", GROUP, group=True))).talk == Talk("sue@group")


async def test_a_group_serves_what_it_was_bound_to(database: Database):
    """A bound group tells its purpose as somebody speaks there; others have none."""
    await add(database, Person("sam", Role.STAFF))
    assert (await arrive(database, message("sam", GROUP, group=True))).purpose == ""
    await within(database, lambda store: store.groups.bind(GROUP, "staff", "zh-CN", "ada", NOW))

    assert (await arrive(database, message("sam", GROUP, group=True))).purpose == "staff"
    assert (await arrive(database, message("newt", GROUP, group=True))).purpose == "staff"
    assert (await arrive(database, message("sam", Place("fake", "group-x"), group=True))).purpose == ""
    assert (await arrive(database, message("sam", Place("other", "group"), group=True))).purpose == ""
    assert await arrive(database, message("sam", Place("fake", "group-x"), group=True, text="talk")) is None
    assert await arrive(database, message("sam", GROUP, group=True, text="talk"))
    assert await within(database, lambda store: store.groups.places("staff")) == [GROUP]


async def test_two_accounts_become_one_person(database: Database):
    """After a merge both accounts are the one person, who has both homes; the other one is gone from lists."""
    await add(database, Person("old", phone="+8613800138000"))
    await add(database, Person("hana", phone="+8613800138000"))
    await within(database, lambda store: store.homes.add(Home("h1", "old", "", "某路1号", "1室"), NOW))
    await within(database, lambda store: store.people.merge("old", "hana"))

    assert (await within(database, lambda store: store.people.by_account("fake", "old"))).id == "hana"
    assert [home.id for home in await within(database, lambda store: store.homes.of("hana"))] == ["h1"]
    assert [one.id for one in await within(database, lambda store: store.people.by_phone("+8613800138000"))] == ["hana"]
    assert await within(database, lambda store: store.people.place("old")) is None


# ---- codes

INVITING = Invitation("invite", Role.INSTALLER, {"name": "张师傅"}, "ada", NOW + timedelta(hours=1))


async def mint(database: Database, invitation: Invitation = INVITING) -> str:
    return await within(database, lambda store: store.codes.mint(invitation, NOW))


async def redeem(database: Database, code: str, kind: str = "invite", at: datetime = NOW) -> Invitation | None:
    return await within(database, lambda store: store.codes.redeem(code, kind, "newt", at))


async def test_a_code_is_good_once(database: Database):
    """Of twenty who use it at the same instant one gets it, and nobody later."""
    code = await mint(database)
    got = await asyncio.gather(*[redeem(database, code) for _ in range(20)])

    assert [one for one in got if one] == [INVITING]
    assert await redeem(database, code) is None


@pytest.mark.parametrize(
    ("kind", "late", "typed"),
    [
        ("bind", timedelta(0), "{}"),
        ("invite", timedelta(hours=1), "{}"),
        ("invite", timedelta(0), "{}A"),
        ("invite", timedelta(0), ""),
        ("invite", timedelta(0), "%"),
    ],
)
async def test_a_code_of_another_kind_or_too_late_is_none(database: Database, kind: str, late: timedelta, typed: str):
    """Unknown, late and of another kind answer alike, and use nothing up."""
    code = await mint(database)

    assert await redeem(database, typed.format(code), kind, NOW + late) is None
    assert await redeem(database, code, at=NOW + timedelta(minutes=59)) == INVITING


async def test_a_code_may_be_typed_as_people_type(database: Database):
    """Small letters, blanks and a hyphen do not matter; letters that look alike do not occur."""
    code = await mint(database)

    assert not set(code) & set("ILO01")
    assert await redeem(database, f" {code[:5].lower()}-{code[5:]} ") == INVITING


async def test_a_code_is_kept_as_a_hash_alone(database: Database):
    """A copy of the database lets nobody in: the code itself is nowhere in it."""
    code = await mint(database)
    rows = await database.read(lambda connection: connection.all("SELECT hash FROM codes"))

    assert len(rows) == 1
    assert code not in rows[0]["hash"]
