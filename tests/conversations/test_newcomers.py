"""Somebody who never wrote before: consent first, then address and phone."""

from __future__ import annotations

import pytest

from domain.chat import Text
from tests.conversations.steps import asked, draft_of, labels, phrase, pick, requests_of, tap, to
from tests.world import World


async def person_of(world: World, account: str):
    """Who an account is."""
    return await world.store(lambda store: store.people.by_account("fake", account))


async def up_to_consent(world: World, who: str = "nora") -> str:
    """A stranger reports something, up to the question of consent."""
    await world.says(who, "马桶堵了")
    heard = await tap(world, who, "form-photos-none")
    return to(heard, who)


async def to_the_end(world: World, who: str = "nora") -> None:
    """…agrees and answers the rest."""
    await tap(world, who, "consent-agree")
    await world.says(who, "浦东新区张杨路500弄6号楼302室")
    await world.says(who, "13912345678")
    await pick(world, who)


async def test_consent_comes_before_the_first_personal_question(world: World):
    """The purpose is read and agreed to before address and phone are asked; the agreement is kept with its version."""
    words = await up_to_consent(world)
    assert phrase(world, "consent-purpose") in words
    assert phrase(world, "report-ask-home") not in words
    await to_the_end(world)
    await tap(world, "nora", "form-confirm")

    person = await person_of(world, "nora")
    request = await world.request()
    assert (person.consent, person.phone) == (world.company.consent.version, "+8613912345678")
    assert (request.district, request.address, request.door) == ("pudong", "浦东新区张杨路500弄6号楼", "302室")
    row = await world.store(
        lambda store: store.connection.one("SELECT consent_at FROM people WHERE id = :id", id=person.id)
    )
    assert row["consent_at"] == world.watch()


async def test_consent_is_asked_once(world: World):
    """Whoever has agreed is not asked again, until the purpose has a new version."""
    await up_to_consent(world)
    await to_the_end(world)
    await tap(world, "nora", "form-confirm")
    await world.says("nora", "灯不亮了")
    heard = await tap(world, "nora", "form-photos-none")
    assert phrase(world, "report-ask-home") in to(heard, "nora")
    assert any("张杨路500弄" in label for label in labels(heard, "nora"))
    await tap(world, "nora", "form-cancel")

    def older(store):
        return store.connection.run("UPDATE people SET consent = '2020-01' WHERE consent <> ''")

    await world.store(older)
    await world.says("hana", "灯不亮了")
    heard = await tap(world, "hana", "form-photos-none")
    assert phrase(world, "consent-purpose") in to(heard, "hana")


@pytest.mark.parametrize("refusal", ["不同意", "no", "为什么要这个"])
async def test_without_consent_nothing_is_kept(world: World, refusal: str):
    """A refusal is answered with another way, asks for nothing personal, and cancelling leaves nothing behind."""
    await up_to_consent(world)
    heard = await world.says("nora", refusal)
    assert world.company.service_phone in to(heard, "nora")
    assert (await draft_of(world, (await person_of(world, "nora")).id))["asked"] == "consent"
    await tap(world, "nora", "form-cancel")

    person = await person_of(world, "nora")
    assert (person.consent, person.phone) == ("", "")
    assert await draft_of(world, person.id) is None
    assert await requests_of(world, person.id) == []


async def test_consent_may_be_written(world: World):
    """«好的» agrees as the button does."""
    await up_to_consent(world)
    heard = await world.says("nora", "好的")
    assert phrase(world, "report-ask-home") in to(heard, "nora")


async def test_a_phone_from_a_contact_card(world: World):
    """A number for which the platform vouches is taken without being typed."""
    await up_to_consent(world)
    await tap(world, "nora", "consent-agree")
    await world.says("nora", "浦东新区张杨路500弄6号楼302室")
    await world.says("nora", phone="+8613612345678")
    await pick(world, "nora")
    await tap(world, "nora", "form-confirm")

    assert (await world.request()).phone == "+8613612345678"


async def test_an_address_without_a_district_is_asked_about(world: World):
    """A district that nobody can tell is asked for, and may be written."""
    await up_to_consent(world)
    await tap(world, "nora", "consent-agree")
    heard = await world.says("nora", "幸福小区6号楼302室")
    assert phrase(world, "report-ask-district") in to(heard, "nora")
    await world.says("nora", "徐汇")
    await world.says("nora", "13912345678")
    await pick(world, "nora")
    await tap(world, "nora", "form-confirm")

    request = await world.request()
    assert request.district == "xuhui"
    assert "幸福小区" in request.address


@pytest.mark.parametrize("wrong", ["123", "abc", "1391234567", "13912345678901", "电话"])
async def test_a_wrong_phone_is_asked_again(world: World, wrong: str):
    """A number that cannot be called is refused with what a number looks like."""
    await up_to_consent(world)
    await tap(world, "nora", "consent-agree")
    await world.says("nora", "浦东新区张杨路500弄6号楼302室")
    heard = await world.says("nora", wrong)
    assert phrase(world, "report-phone-wrong") in to(heard, "nora")


async def test_the_language_of_the_client_is_spoken(world: World):
    """Who writes for the first time is answered in the language of their client."""
    heard = await world.says("nick", "hello", locale="en-GB")
    company = Text("company-name")
    assert world.catalogue.render("en", Text("hello", {"company": company}), world.watch()) in to(heard, "nick")
    assert asked(world, "nick").message.locale == "en"
