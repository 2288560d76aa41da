"""Somebody does not work here any more: what they lose, what is done with what they had in hand, and who decides."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk import ROOM, Desk
from domain.chat import Line, Outbound, Place, Text
from domain.people import Invitation, Person, Role
from storage.files import FileStore
from storage.store import Store
from tests.conversations.recommending import reach
from tests.conversations.steps import (
    accepted,
    act,
    claimed,
    draft_of,
    file,
    labels,
    newest,
    offer,
    phrase,
    rarely,
    scheduled,
    tap,
    to,
)
from tests.world import GROUP, Heard, World

MIA = Person("mia", Role.MANAGER, "孙主管", locale="zh-CN")
ALAN = Person("alan", Role.ADMIN, "二老板", locale="zh-CN")


async def person_of(world: World, who: str) -> Person:
    found: Person = await world.store(lambda store: store.people.get(who))
    return found


async def asks(world: World, whom: str, by: str = "ada") -> str:
    """A manager wants somebody to leave; what they read."""
    return to(await world.says(by, f"/dismiss {whom}"), by)


async def leaves(world: World, whom: str, by: str = "ada") -> list[Heard]:
    """A manager wants somebody to leave, and is sure."""
    await asks(world, whom, by)
    return await tap(world, by, "leaving-yes", chat=by)


def who(world: World, name: str, role: str) -> str:
    return phrase(world, "leaving-who", name=name, role=phrase(world, f"role-{role}"))


# ---- an installer


async def test_an_installer_leaves(world: World) -> None:
    """Staff see who it is and what they have in hand and are asked once more; then the installer is a homeowner with
    their name, phone and account, hears one polite line, and what they had in hand is one press away."""
    await scheduled(world)
    await world.store(lambda store: photographed(store, "zhang"))
    question = await world.says("ada", "/dismiss jd-001")

    asked = to(question, "ada")
    assert who(world, "张师傅 JD-001", "installer") in asked
    assert "139****9001" in asked
    assert phrase(world, "leaving-held", count=1) in asked
    assert "R-1001" in asked
    assert labels(question, "ada") == ("确定离职", "不了")
    assert (await person_of(world, "zhang")).role is Role.INSTALLER

    heard = await tap(world, "ada", "leaving-yes", chat="ada")

    agreed = world.company.consent.version
    left = replace(await person_of(world, "zhang"), consent=agreed)
    assert left == Person("zhang", Role.HOMEOWNER, "张师傅", "+8613900139001", "zh-CN", consent=agreed)
    assert phrase(world, "leaving-left", count=1) in to(heard, "ada")
    assert to(heard, "zhang") == phrase(world, "leaving-told", company=phrase(world, "company-name"))
    assert {one.chat for one in heard} == {"ada", "zhang"}
    opened = await world.press("ada", "R-1001")
    assert phrase(world, "left-name", name="张师傅") in to(opened, "ada")


async def photographed(store: Store, person_id: str) -> None:
    person = await store.people.get(person_id)
    assert person
    await store.people.save(replace(person, photo=f"{'face':0>64}", districts=("pudong",)))


async def test_who_left_is_told_nothing_and_may_nothing(world: World) -> None:
    """From then on no clock, change or reassignment of a job reaches them, their buttons do nothing, and their number
    is nobody's; the homeowner reads that the company takes care, and staff give the job to another."""
    await scheduled(world)
    depart = world.token("zhang", phrase(world, "action-depart"))
    await leaves(world, "JD-001")

    shown = to(await world.says("hana", "查进度"), "hana")
    assert phrase(world, "fact-responsible", name=phrase(world, "company-name")) in shown
    assert "张师傅" not in shown.split(phrase(world, "fact-responsible", name=phrase(world, "company-name")))[0]
    heard = await world.passes(hours=34)
    assert "R-1001" in to(heard, GROUP)
    assert phrase(world, "refused-not-found") in to(await world.says("zhang", press=depart), "zhang")
    assert phrase(world, "refused-role") in to(await world.says("zhang", "/jobs"), "zhang")
    assert phrase(world, "verify-no", number="JD-001") in to(await world.says("otto", "/verify JD-001"), "otto")
    heard += await rarely(world, "sam", "reassign")
    assert "张师傅" not in "".join(labels(heard, GROUP))
    heard += await tap(world, "sam", "installer", name="李师傅", number="JD-002")
    heard += await world.says("sam", "人走了", chat=GROUP)
    assert phrase(world, "job-offered") in to(heard, "li")
    heard += await act(world, "li", "accept")
    assert (await world.request()).installer_id == "li"
    assert to(heard, "zhang") == ""


async def test_an_offer_goes_on_at_once(world: World) -> None:
    """Who was asked alone and leaves is not waited for: the next one is asked at once, and they cannot accept."""
    await claimed(world)
    await offer(world, "zhang")
    accept = world.token("zhang", phrase(world, "action-accept"))
    told = await leaves(world, "JD-001")
    heard = await world.passes(seconds=1)

    assert phrase(world, "leaving-offers", count=1) in to(told, "ada")
    assert phrase(world, "job-offered") in to(heard, "li")
    assert await open_to(world) == ["li"]
    assert phrase(world, "refused-not-found") in to(await world.says("zhang", press=accept), "zhang")
    assert to(heard, "zhang") == ""
    await act(world, "li", "accept")
    assert (await world.request()).installer_id == "li"


async def open_to(world: World) -> list[str]:
    found: list[str] = await world.store(lambda store: store.offers.open("R-1001"))
    return found


async def test_in_the_pool_the_others_are_asked_still(world: World) -> None:
    """Who leaves while several are asked is out; the others have as long as they had."""
    await claimed(world)
    await offer(world)
    await leaves(world, "JD-001")
    assert await world.passes(seconds=1) == []

    assert await open_to(world) == ["li", "qian"]
    heard = await act(world, "qian", "accept")
    assert (await world.request()).installer_id == "qian"
    assert to(heard, "zhang") == ""


async def test_the_last_who_could_do_it_leaves(world: World) -> None:
    """Where nobody is left to be asked the request is with staff again at once."""
    await claimed(world)
    await offer(world, "zhang")
    for number in ("JD-002", "JD-003", "JD-001"):
        await leaves(world, number)
    heard = await world.passes(seconds=1)

    assert (await world.request()).state == "TRIAGED"
    assert phrase(world, "told-expire-back-staff", id="R-1001") in to(heard, GROUP)


async def test_what_was_not_sent_yet_is_not_sent(world: World) -> None:
    """What waited for them in their chat goes with their work; what is about their own home does not."""
    await claimed(world)
    await asks(world, "JD-001")
    for chat, subject in {"zhang": "R-1001", "hana": "R-1001", "otto": ""}.items():
        await world.store(lambda store, one=(chat, subject): owe(store, world, *one))
    heard = await tap(world, "ada", "leaving-yes", chat="ada")

    assert to(heard, "zhang") == phrase(world, "leaving-told", company=phrase(world, "company-name"))
    assert "owed" in to(heard, "hana")
    assert "owed" in to(heard, "otto")


async def owe(store: Store, world: World, chat: str, subject: str, channel: str = "fake") -> None:
    line = Line(Text("words", {"words": "owed"}))
    await store.outbox.add(f"owe:{chat}", [Outbound(Place(channel, chat), (line,), subject=subject)], world.watch())


async def test_what_their_web_page_has_not_shown_is_not_shown(world: World) -> None:
    """The same holds of a chat that its page reads for itself: what it has seen stays, and nothing else is added."""
    page = Place("webchat", "web-zhang")
    await file(world)
    await world.store(lambda store: store.people.attach("webchat", page.chat, "zhang", page.chat, world.watch()))
    await world.store(lambda store: owe(store, world, page.chat, "R-1001", page.channel))
    (seen,) = await world.store(lambda store: store.outbox.after(page, 0, 9))
    await world.store(lambda store: store.outbox.seen(page, seen.seq, world.watch()))
    line = Outbound(page, (Line(Text("words", {"words": "later"})),), subject="R-1001")
    await world.store(lambda store: store.outbox.add("later", [line], world.watch()))
    await leaves(world, "JD-001")

    assert [one.id for one in await world.store(lambda store: store.outbox.after(page, 0, 9))] == [seen.id]


async def test_who_was_a_customer_as_well_hears_of_their_own_request(world: World) -> None:
    """Their own request goes on as a homeowner's."""
    await file(world, "otto")
    otto = await person_of(world, "otto")
    await world.store(lambda store: store.people.save(replace(otto, role=Role.INSTALLER, number="W08")))
    await asks(world, "W08")
    await world.store(lambda store: owe(store, world, "otto", "R-1001"))
    heard = await tap(world, "ada", "leaving-yes", chat="ada")

    assert "owed" in to(heard, "otto")
    assert "R-1001" in to(await world.says("otto", "查进度"), "otto")


# ---- staff


async def test_one_of_staff_leaves(world: World) -> None:
    """What they follow up is listed, a group that we cannot put them out of is named, and the request's card tells the
    homeowner of nobody who is not there."""
    await claimed(world)
    await world.says("sam", "/help")
    asked = await asks(world, "小林", by="max")
    assert who(world, "小林", "staff") in asked
    assert phrase(world, "leaving-held", count=1) in asked
    heard = await tap(world, "max", "leaving-yes", chat="max")

    assert phrase(world, "leaving-left", count=1) in to(heard, "max")
    assert "R-1001" in labels(heard, "max")
    assert phrase(world, "leaving-group") in to(heard, "max")
    assert to(heard, "sam") == phrase(world, "leaving-told", company=phrase(world, "company-name"))
    shown = to(await world.says("hana", "查进度"), "hana")
    assert phrase(world, "fact-responsible", name=phrase(world, "company-name")) in shown
    assert await world.says("sam", "/queue", chat=GROUP) == []
    assert phrase(world, "refused-role") in to(await world.says("sam", "/queue"), "sam")
    assert phrase(world, "left-name", name="小林") in to(await world.says("sue", "/show R-1001"), "sue")


async def test_a_half_filled_form_ends_with_the_work(world: World) -> None:
    """What staff had begun to fill in, in private and in the group, is gone: the next words are a homeowner's."""
    await world.says("sam", "/new")
    await world.says("sam", "13800138000")
    await world.says("sam", "/spend", chat=GROUP)
    cancel = newest(world, "sam", [phrase(world, "form-cancel")])
    assert await draft_of(world, "sam") is not None
    await leaves(world, "小林")

    assert await draft_of(world, "sam") is None
    assert await draft_of(world, f"sam@{GROUP}") is None
    assert phrase(world, "form-stale") in to(await world.says("sam", press=cancel), "sam")
    assert await world.says("sam", "S-1", chat=GROUP) == []


async def test_what_they_had_given_out_is_void(world: World) -> None:
    """Invitations and group codes of who left let nobody in, nor does an invitation for themselves that still lay
    about; those of others do."""
    max_ = await person_of(world, "max")
    await world.store(lambda store: store.people.save(replace(max_, phone="+8613900139077")))
    codes = {
        "invite": await minted(world, "invite", "max"),
        "bind": await minted(world, "bind", "max"),
        "own": await minted(world, "invite", "ada", phone="+8613900139077"),
        "other": await minted(world, "invite", "ada", phone="+8613900139078"),
    }
    heard = await leaves(world, "陈主管")

    assert phrase(world, "leaving-codes", count=2) in to(heard, "ada")
    await world.says("max", codes["own"])
    await world.says("nick", codes["invite"])
    await world.says("ada", f"/bind {codes['bind']}", chat="group2")
    roles = [one.role for one in await both(world, "max", "nick")]
    assert roles == [Role.HOMEOWNER, Role.HOMEOWNER]
    assert Place("fake", "group2") not in await world.store(lambda store: store.groups.places("staff"))
    await world.says("nick", codes["other"])
    assert [one.role for one in await both(world, "nick")] == [Role.STAFF]


async def both(world: World, *accounts: str) -> list[Person]:
    return [await world.store(lambda store, one=one: store.people.by_account("fake", one)) for one in accounts]


async def minted(world: World, kind: str, by: str, phone: str = "") -> str:
    role = Role.STAFF if kind == "invite" else None
    facts: dict[str, object] = {"phone": phone} if phone else {}
    one = Invitation(kind, role, facts, by, world.watch() + timedelta(days=1))
    code: str = await world.store(lambda store: store.codes.mint(one, world.watch()))
    return code


async def test_the_room_and_the_files_on_the_web_are_shut(world: World, tmp_path: Path) -> None:
    """A page that is open already may read the staff's room and customers' photos no longer."""
    await file(world)
    photo = await world.photo("hana")
    await world.store(lambda store: store.files.show([photo], "R-1001"))
    await world.store(lambda store: store.people.attach("webchat", "web-sam", "sam", "web-sam", world.watch()))
    desk = Desk(world.database, world.catalogue, FileStore(tmp_path), world.watch)
    path = desk.files.path(photo)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"jpg")
    assert await desk.may_enter("web-sam", ROOM)
    assert await desk.fetch(photo, "web-sam")

    await leaves(world, "小林")

    assert not await desk.may_enter("web-sam", ROOM)
    assert await desk.fetch(photo, "web-sam") is None


async def test_menus_and_groups_of_platforms_go(world: World) -> None:
    """What platforms show to those who work here is made from the people who do now."""
    assert "sam" in await at_work(world)
    await leaves(world, "小林")
    assert "sam" not in await at_work(world)


async def at_work(world: World) -> list[str]:
    found = await world.store(lambda store: store.people.at_work("fake"))
    return [chat for chat, _, _ in found]


async def test_an_adjustment_waits_for_another_manager_still(world: World) -> None:
    """What a manager had proposed is decided by another one as before, and who left does not hear of it."""
    await world.add(MIA)
    await reach(world, "mia", "ada", "max")
    await world.says("max", "/adjust")
    await world.says("max", "138 0013 8000")
    await world.press("max", "积分")
    await world.says("max", "+90000")
    await world.says("max", "活动补发")
    await world.press("max", "确认提交")
    await leaves(world, "陈主管")

    heard = await tap(world, "mia", "ledger-press-confirm", chat="mia")

    assert to(heard, "hana")
    assert to(heard, "max") == ""


# ---- who decides


@pytest.mark.parametrize(
    ("by", "whom", "refusal"),
    [
        ("max", "JD-001", ""),
        ("max", "小林", ""),
        ("max", "孙主管", "leaving-admins-only"),
        ("max", "老板", "leaving-admins-only"),
        ("max", "陈主管", "leaving-own"),
        ("ada", "陈主管", ""),
        ("ada", "二老板", ""),
        ("ada", "老板", "leaving-own"),
        ("sam", "JD-001", "refused-role"),
        ("zhang", "JD-002", "refused-role"),
        ("hana", "JD-001", "refused-role"),
    ],
)
async def test_who_sees_to_it_that_whom_leaves(world: World, by: str, whom: str, refusal: str) -> None:
    """Managers do for installers and staff, an admin also for managers and other admins, nobody for themselves."""
    await world.add(MIA)
    await world.add(ALAN)
    asked = await asks(world, whom, by)

    if refusal:
        assert asked == phrase(world, refusal)
    else:
        assert phrase(world, "leaving-ask") in asked
    offered = [one for one in world.shown if one.chat == by][-1].buttons
    assert ("确定离职" in offered) == (not refusal)


@pytest.mark.parametrize(
    ("said", "id"),
    [
        ("W99", "leaving-unknown"),
        ("13511112222", "leaving-unknown"),
        ("13800138000", "leaving-not-here"),
    ],
)
async def test_who_is_no_colleague_is_refused_in_words(world: World, said: str, id: str) -> None:
    """A number that nobody has, and a customer's phone: the two are told apart, and nothing is done."""
    assert await asks(world, said) == phrase(world, id, said=said)


async def test_by_phone(world: World) -> None:
    """A phone number will do as well, however it is written."""
    assert who(world, "张师傅 JD-001", "installer") in await asks(world, "139 0013 9001")


async def test_chosen_from_the_list(world: World) -> None:
    """Without a number everybody is offered whom one may dismiss; «不了» leaves them at work, and nothing to press."""
    listed = labels(await world.says("max", "/dismiss"), "max")
    assert who(world, "张师傅 JD-001", "installer") in listed
    assert who(world, "小林", "staff") in listed
    assert not [label for label in listed if "老板" in label or "陈主管" in label]
    await world.press("max", who(world, "小林", "staff"))
    heard = await tap(world, "max", "leaving-no", chat="max")

    assert phrase(world, "leaving-kept", who=who(world, "小林", "staff")) in to(heard, "max")
    assert labels(heard, "max") == ()
    assert (await person_of(world, "sam")).role is Role.STAFF


async def test_nobody_is_left_to_choose(world: World) -> None:
    """Who is alone is told so."""
    for one in ("sam", "sue", "max", "zhang", "li", "qian"):
        person = await person_of(world, one)
        await world.store(lambda store, person=person: store.people.save(replace(person, role=Role.HOMEOWNER)))
    assert to(await world.says("ada", "/dismiss"), "ada") == phrase(world, "leaving-nobody")


async def test_twice_is_once(world: World) -> None:
    """Who presses what somebody else has done already, or chooses from an old list, reads so, and nothing is told
    again; what was changed meanwhile is not lost."""
    await world.says("max", "/dismiss")
    old = newest(world, "max", [who(world, "小林", "staff")])
    await asks(world, "小林", by="max")
    yes = newest(world, "max", ["确定离职"])
    await leaves(world, "小林")
    over = phrase(world, "leaving-over", who="小林")

    for token in (yes, old):
        heard = await world.says("max", press=token)
        assert over in to(heard, "max")
        assert labels(heard, "max") == ()
        assert to(heard, "sam") == ""


async def test_a_manager_who_was_dismissed_dismisses_nobody(world: World) -> None:
    """The buttons of who left do nothing any more."""
    await asks(world, "小林", by="max")
    yes = newest(world, "max", ["确定离职"])
    await leaves(world, "陈主管")
    assert phrase(world, "refused-role") in to(await world.says("max", press=yes), "max")
    assert (await person_of(world, "sam")).role is Role.STAFF


async def test_two_admins_at_the_same_instant(world: World) -> None:
    """If two admins dismiss each other at the same instant, one of them stays."""
    await world.add(ALAN)
    await asks(world, "二老板", by="ada")
    await asks(world, "老板", by="alan")
    await at_once(world, ("ada", newest(world, "ada", ["确定离职"])), ("alan", newest(world, "alan", ["确定离职"])))
    await world.passes(minutes=1)

    roles = sorted([(await person_of(world, one)).role for one in ("ada", "alan")])
    assert roles == [Role.ADMIN, Role.HOMEOWNER]


async def test_an_installer_accepts_at_the_same_instant(world: World) -> None:
    """Whichever is first: the job is another's to be given, or is listed as what they leave behind."""
    await claimed(world)
    await offer(world, "zhang")
    accept = world.token("zhang", phrase(world, "action-accept"))
    await asks(world, "JD-001")
    await at_once(world, ("zhang", accept), ("ada", newest(world, "ada", ["确定离职"])))
    heard = await world.passes(seconds=1)

    request = await world.request()
    assert (await person_of(world, "zhang")).role is Role.HOMEOWNER
    if request.installer_id:
        listed = [one.text for one in world.shown if one.chat == "ada"]
        assert phrase(world, "leaving-left", count=1) in "\n".join(listed)
    else:
        assert await open_to(world) == ["li"]
        assert phrase(world, "job-offered") in to(heard, "li")


async def at_once(world: World, *presses: tuple[str, str]) -> list[Heard]:
    raws = [world.raw(who, press=token) for who, token in presses]
    await asyncio.gather(*[world.pipeline.receive(raw) for raw in raws])
    return await world.settle()


# ---- one person, two accounts; and coming back


async def test_a_second_account_is_offered_too(world: World) -> None:
    """Other work accounts with the same phone stay until somebody says so, and are one press away."""
    await world.add(Person("sam2", Role.STAFF, "小林手机", "+8613900139066", "zh-CN"), channel="other")
    sam = await person_of(world, "sam")
    await world.store(lambda store: store.people.save(replace(sam, phone="+8613900139066")))
    several = await world.says("ada", "/dismiss 13900139066")
    assert set(labels(several, "ada")) == {who(world, "小林", "staff"), who(world, "小林手机", "staff")}
    await world.press("ada", who(world, "小林", "staff"))
    heard = await tap(world, "ada", "leaving-yes", chat="ada")

    assert phrase(world, "leaving-same-phone") in to(heard, "ada")
    assert (await person_of(world, "sam2")).role is Role.STAFF
    await world.press("ada", who(world, "小林手机", "staff"))
    await tap(world, "ada", "leaving-yes", chat="ada")
    assert (await person_of(world, "sam2")).role is Role.HOMEOWNER


async def test_coming_back_is_a_new_invitation(world: World) -> None:
    """The number is free at once, and who is invited again works here as before, with their history."""
    await accepted(world)
    await leaves(world, "JD-001")
    facts: dict[str, object] = {"name": "张师傅", "number": "JD-001", "skills": ["kitchen", "plumber"]}
    one = Invitation("invite", Role.INSTALLER, facts, "ada", world.watch() + timedelta(days=1))
    code: str = await world.store(lambda store: store.codes.mint(one, world.watch()))
    await world.says("zhang", code)

    back = await person_of(world, "zhang")
    assert (back.role, back.number, back.phone) == (Role.INSTALLER, "JD-001", "+8613900139001")
    assert phrase(world, "verify-yes", number="JD-001") in to(await world.says("otto", "/verify JD-001"), "otto")
    assert "R-1001" in to(await world.says("zhang", "/jobs"), "zhang")
