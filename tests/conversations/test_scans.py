"""A code that was scanned, on a product, on one thing or in a home, is known to the report that follows."""

from __future__ import annotations

import pytest

from domain.people import Invitation, Role
from tests.conversations.steps import DRIP, act, asked, offer, phrase, requests_of, say_all, tap, to
from tests.world import GROUP, World


async def scans(world: World, word: str, who: str = "hana", **more: str) -> str:
    """What they hear of it."""
    return to(await world.says(who, f"/start {word}", **more), who)


async def filed(world: World, who: str = "hana") -> str:
    """The questions that are left, and the sign; what staff read then."""
    await say_all(world, who)
    return to(await tap(world, who, "form-confirm"), GROUP)


@pytest.mark.parametrize(("word", "code"), [("product-FT-2", "FT-2"), ("asset-A_17", "A_17")])
async def test_what_was_scanned_is_on_the_request(world: World, word: str, code: str):
    """The sentence names it, and homeowner, staff and installer see it on what is reported next."""
    told = await scans(world, word)
    assert told == f"{phrase(world, 'scanned', code=code)}\n{phrase(world, 'scanned-next')}"
    assert phrase(world, "menu-report") in asked(world, "hana").buttons

    await world.says("hana", DRIP)
    [summary] = await say_all(world)
    assert phrase(world, "fact-scanned", code=code) in summary.text
    assert phrase(world, "fact-scanned", code=code) in to(await tap(world, "hana", "form-confirm"), GROUP)
    assert (await world.request()).scanned == word

    await act(world, "sam", "claim")
    assert phrase(world, "fact-scanned", code=code) in to(await offer(world, "zhang"), "zhang")
    assert phrase(world, "fact-scanned", code=code) in to(await act(world, "zhang", "accept"), "zhang")


async def test_it_is_known_from_the_menu_as_well(world: World):
    """Whoever taps «报修» and describes it then, goes back and describes it anew, files what was scanned; the next
    report knows nothing of it."""
    await scans(world, "product-FT-2")
    await tap(world, "hana", "menu-report")
    await world.passes(minutes=2)
    await world.says("hana", DRIP)
    await world.says("hana", "返回")
    await world.says("hana", DRIP)
    assert phrase(world, "fact-scanned", code="FT-2") in await filed(world)
    await world.passes(minutes=2)
    await world.says("hana", "卧室的门关不上")
    await filed(world)
    assert sorted(one.scanned for one in await requests_of(world)) == ["", "product-FT-2"]


async def test_a_draft_is_not_lost_by_a_scan(world: World):
    """In the middle of a report it is added to that report, and the open question stays open."""
    await world.says("hana", DRIP)
    await scans(world, "asset-A-17")
    await tap(world, "hana", "form-photos-none")
    assert phrase(world, "fact-scanned", code="A-17") in await filed(world)
    assert (await world.request()).description == DRIP


async def test_after_a_day_it_is_forgotten(world: World):
    """What was scanned yesterday is hardly what is meant today."""
    await scans(world, "product-FT-2")
    await world.passes(hours=25)
    await world.says("hana", DRIP)
    await filed(world)
    assert (await world.request()).scanned == ""


async def test_ones_own_home_is_known(world: World):
    """It is not asked for again; an address in the description goes before it."""
    homes = await world.store(lambda store: store.homes.of("hana"))
    home = homes[0]
    assert home.address in await scans(world, f"home-{home.id}")
    await world.says("hana", DRIP)
    before = len(world.shown)
    await filed(world)
    assert not any(phrase(world, "report-ask-home") in one.text for one in world.shown[before:])
    request = await world.request()
    assert (request.home_id, request.address, request.scanned) == (home.id, home.address, "")

    await world.passes(minutes=2)
    await scans(world, f"home-{home.id}")
    await world.says("hana", "浦东新区张杨路500弄6号楼302室 卧室的门关不上")
    await filed(world)
    assert {one.address for one in await requests_of(world)} == {home.address, "浦东新区张杨路500弄6号楼"}


HOSTILE = [
    "shop_1",
    "last_trade_no_4200001234",
    "product-",
    "asset-",
    "home-",
    "home-h404",
    "product-" + "x" * 59,
    "x" * 64,
    "product-<b>FT</b>",
    "asset-]]>",
    "product-FT 2",
    "product-水",
    "home-hana' OR 1=1",
    "PRODUCT-FT-22",
    "product-FT-2\u202e",
]


@pytest.mark.parametrize("word", HOSTILE)
async def test_any_other_word_is_greeted(world: World, word: str):
    """Old codes of somebody else, words that are none of ours and what is longer than a code: hello, and nothing is
    known."""
    assert await scans(world, word) == to(await world.says("hana", "/start"), "hana")
    await world.says("hana", DRIP)
    await filed(world)
    assert (await world.request()).scanned == ""


async def test_a_foreign_home_is_nobodys(world: World):
    """Whoever scans the code of somebody else's home hears what they hear without one, and is asked for theirs."""
    home = (await world.store(lambda store: store.homes.of("hana")))[0]
    assert await scans(world, f"home-{home.id}", "otto") == to(await world.says("otto", "/start"), "otto")
    await world.says("otto", DRIP)
    await filed(world, "otto")
    [request] = await requests_of(world, "otto")
    assert request.address != home.address
    assert request.home_id != home.id


@pytest.mark.parametrize("who", ["sam", "zhang"])
async def test_our_own_people_are_greeted(world: World, who: str):
    """Who works for us reports nothing here: hello."""
    assert await scans(world, "product-FT-2", who) == to(await world.says(who, "/start"), who)


async def test_the_longest_code_is_taken(world: World):
    """As long as a scene may be, which is 64."""
    code = "x" * 56
    assert code in await scans(world, f"product-{code}")
    await world.says("hana", DRIP)
    assert code in await filed(world)


@pytest.mark.parametrize("written", ["{0}", "{0[0]}{0[1]}-{1}", "{2}"])
async def test_an_invitation_is_still_one(world: World, written: str):
    """Whole, with hyphens, in small letters: it makes somebody one of us; a wrong one of its shape is refused."""
    invitation = Invitation("invite", Role.STAFF, {"name": "小周"}, "max", world.watch().replace(year=2099))
    code = await world.store(lambda store: store.codes.mint(invitation, world.watch()))
    await scans(world, written.format(code, code[2:], code.lower()), "wang")
    person = await world.store(lambda store: store.people.by_account("fake", "wang"))
    assert person.role is Role.STAFF
    refused = phrase(world, "invite-refused", company=phrase(world, "company-name"))
    assert await scans(world, "ABCDE-FGHJK", "mallory") == refused
