"""A draft waits: over a restart, a week, and on another channel."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from domain.people import INSIDE
from storage.opening import open_database
from tests.conversations.steps import (
    DRIP,
    act,
    closed,
    draft_of,
    file,
    phrase,
    pick,
    rate,
    requests_of,
    say_all,
    tap,
    to,
)
from tests.world import World, build

PHONE = "13800138000"


async def test_a_draft_survives_a_restart(database_url: str, world: World):
    """After a restart the open question is open still: an answer counts, old buttons work, nothing is asked twice."""
    await world.says("hana", DRIP)
    await tap(world, "hana", "form-photos-none")
    await world.database.close()
    again = await open_database(database_url, connections=2)
    try:
        other = build(again, world.watch)
        other.count, other.shown = 100, world.shown
        other.channels["fake"].arrived = world.channels["fake"].arrived
        await pick(other, "hana")
        await pick(other, "hana")
        await tap(other, "hana", "form-confirm")

        assert (await other.request()).description == DRIP
    finally:
        await again.close()


async def test_a_draft_survives_a_week(world: World):
    """Who comes back after a week is asked the open question again, and the story goes on."""
    await world.says("hana", "衣柜门关不上")
    await tap(world, "hana", "form-photos-none")
    await world.passes(days=7)
    heard = await world.says("hana", "在吗")
    assert phrase(world, "form-resumed") in to(heard, "hana")
    assert phrase(world, "report-ask-home") in to(heard, "hana")
    await pick(world, "hana")
    await pick(world, "hana")
    await pick(world, "hana")
    await tap(world, "hana", "form-confirm")

    assert (await world.request()).description == "衣柜门关不上"


async def test_something_new_after_a_week(world: World):
    """What was said instead of the old answer is not lost: giving up the draft offers to report that."""
    await world.says("hana", "衣柜门关不上")
    await world.passes(days=7)
    await world.says("hana", "插座没电了")
    await tap(world, "hana", "form-cancel")
    await tap(world, "hana", "form-use-later")
    await say_all(world)
    await tap(world, "hana", "form-confirm")

    assert (await world.request()).description == "插座没电了"


async def test_an_old_button_of_a_new_draft_is_refused(world: World):
    """A button of a draft that is over does nothing to the next one."""
    await world.says("hana", "衣柜门关不上")
    none = world.token("hana", phrase(world, "form-photos-none"))
    await tap(world, "hana", "form-cancel")
    await world.passes(minutes=1)
    await world.says("hana", "插座没电了")
    heard = await world.says("hana", press=none)

    assert phrase(world, "form-stale") in to(heard, "hana")
    assert (await draft_of(world))["asked"] == "photos"


async def link(world: World, phone: str = PHONE) -> str:
    """From another channel: /link, and the phone; the code that reached the first chat, empty if none did."""
    await world.says("web1", "/link", channel="other")
    heard = await world.says("web1", phone, channel="other")
    codes = [found for one in heard if one.chat != "web1" for found in re.findall(r"\b\d{6}\b", one.text)]
    return codes[0] if codes else ""


async def test_a_second_channel_is_linked_by_phone(world: World):
    """The code goes to the chat that is linked already; with it both accounts are one person, who sees all requests."""
    await file(world)
    code = await link(world)
    heard = await world.says("web1", code, channel="other")
    assert phrase(world, "link-done") in to(heard, "web1")

    heard = await world.says("web1", "查进度", channel="other")
    assert "R-1001" in to(heard, "web1")
    person = await world.store(lambda store: store.people.by_account("other", "web1"))
    assert person.id == "hana"
    heard = await act(world, "sam", "claim")
    assert "R-1001" in to(heard, "web1")
    assert to(heard, "hana") == ""


async def test_what_was_filed_before_the_link_moves_along(world: World):
    """Requests of the second account belong to the person afterwards, with an event that says so."""
    for said in ("马桶堵了", "没有", "好的", "浦东新区张杨路500弄6号楼302室", PHONE, "随时", "好的"):
        await world.says("web1", said, channel="other")
        await world.passes(seconds=10)
    assert await link(world)
    await world.says("web1", await again(world), channel="other")

    request = await world.request()
    assert request.homeowner_id == "hana"
    assert [e.action for e in await world.store(lambda s: s.requests.events("R-1001", INSIDE))] == ["file", "linked"]


async def again(world: World) -> str:
    """The newest code that the first chat was shown."""
    return [re.findall(r"\b\d{6}\b", one.text)[0] for one in world.shown if one.chat == "hana"][-1]


async def test_a_draft_goes_on_in_the_linked_channel(world: World):
    """A draft begun in one chat is asked on in the other: the question is put again there, and its answer files it."""
    await world.says("hana", DRIP)
    await tap(world, "hana", "form-photos-none")
    await world.says("web1", await link(world), channel="other")

    heard = await world.says("web1", "在吗", channel="other")
    assert phrase(world, "report-ask-home") in to(heard, "web1")
    await pick(world, "web1", channel="other")
    await pick(world, "web1", channel="other")
    heard = await tap(world, "web1", "form-confirm", channel="other")

    assert "R-1001" in to(heard, "web1")
    assert (await world.request()).homeowner_id == "hana"


async def test_a_draft_of_the_second_account_is_handed_over(world: World):
    """Who links in the middle of a report goes on with that report afterwards."""
    await world.says("web1", "灯不亮了", channel="other")
    await tap(world, "web1", "form-photos-none", channel="other")
    heard = await world.says("web1", await link(world), channel="other")
    assert phrase(world, "link-done") in to(heard, "web1")

    assert (await draft_of(world, "hana"))["answers"]["problem"] == "灯不亮了"


async def test_a_wrong_code_five_times(world: World):
    """After five wrong codes it is over: even the right one is of no use, and nothing was linked."""
    code = await link(world)
    for _ in range(5):
        heard = await world.says("web1", "000000" if code != "000000" else "111111", channel="other")
    assert phrase(world, "link-refused") in to(heard, "web1")
    await world.says("web1", code, channel="other")

    person = await world.store(lambda store: store.people.by_account("other", "web1"))
    assert person.id != "hana"


async def test_nobody_is_flooded_with_codes(world: World):
    """However often somebody asks, a homeowner gets five codes a day at most."""
    for number in range(7):
        await world.says("web1", "/link", channel="other")
        await world.says("web1", "13800138000", channel="other")
        await world.says("web1", "/cancel", channel="other")
        assert len([one for one in world.shown if one.chat == "hana"]) == min(number + 1, 5)


async def test_the_phone_of_staff_links_nobody(world: World):
    """Nobody becomes staff or an installer by knowing their phone."""
    await world.says("web1", "/link", channel="other")
    heard = await world.says("web1", "13900139001", channel="other")
    assert [one.chat for one in heard] == ["web1", "web1"]


async def test_a_late_code(world: World):
    """A code is good for ten minutes."""
    code = await link(world)
    await world.passes(minutes=11)
    await world.says("web1", code, channel="other")

    person = await world.store(lambda store: store.people.by_account("other", "web1"))
    assert person.id != "hana"


async def test_an_unknown_phone_gives_no_hint(world: World):
    """Whether a number is known cannot be told from what the asker is shown, nor from how often they may try."""
    shown = []
    for account, phone in (("web1", PHONE), ("web2", "13711112222")):
        start = len(world.shown)
        for said in ("/link", phone, *["123456"] * 5):
            await world.says(account, said, channel="other")
        shown.append([one.text for one in world.shown[start:] if one.chat == account])
    assert shown[0] == shown[1]


async def test_linking_by_a_contact_card(world: World):
    """A number for which the platform vouches on both sides needs no code."""
    await file(world)
    known = await world.store(lambda store: store.people.get("hana"))
    await world.store(lambda store: store.people.save(replace(known, vouched=True)))
    await world.says("web1", "/link", channel="other")
    heard = await world.says("web1", phone="+86" + PHONE, channel="other")
    assert phrase(world, "link-done") in to(heard, "web1")

    assert (await world.store(lambda store: store.people.by_account("other", "web1"))).id == "hana"
    assert len(await requests_of(world, "hana")) == 1


async def test_a_typed_number_takes_nobody_over(world: World):
    """Whoever only typed somebody's number does not get what its owner has, who proves it by a contact card."""
    await file(world)
    await world.says("web1", "/link", channel="other")
    heard = await world.says("web1", phone="+86" + PHONE, channel="other")

    assert phrase(world, "link-done") not in to(heard, "web1")
    assert (await draft_of(world, await account(world, "web1")))["asked"] == "code"


async def account(world: World, name: str) -> str:
    """The id of the person who writes from this account of the other channel."""
    person = await world.store(lambda store: store.people.by_account("other", name))
    return str(person.id)


async def test_staff_accounts_are_not_linked_so(world: World):
    """Staff and installers join by invitation: /link is for homeowners."""
    heard = await world.says("zhang", "/link")
    assert phrase(world, "link-homeowners-only") in to(heard, "zhang")
    assert await draft_of(world, "zhang") is None


@pytest.mark.parametrize("hours", [0, 48])
async def test_a_report_instead_of_a_rating(world: World, hours: int):
    """Who is asked for a rating and reports a fault instead is heard, with first aid; the rating waits."""
    await closed(world)
    await world.passes(hours=hours)
    heard = await world.says("hana", "厨房煤气漏了")
    assert phrase(world, "danger-gas-advice") in to(heard, "hana")
    await say_all(world)
    heard = await tap(world, "hana", "form-confirm")
    assert "R-1002" in to(heard, "hana")
    await tap(world, "hana", "form-resume")
    await rate(world, 5)
    assert (await world.request()).score == 5


async def test_a_question_between_two_answers(world: World):
    """A button of another request pressed in the middle of a report puts the report aside, and it goes on after."""
    await file(world)
    await world.says("hana", "灯不亮了")
    await act(world, "hana", "cancel")
    heard = await world.says("hana", "已经自己修好")
    assert phrase(world, "form-waiting") in to(heard, "hana")
    heard = await tap(world, "hana", "form-resume")
    assert phrase(world, "report-ask-photos") in to(heard, "hana")
    await say_all(world)
    await tap(world, "hana", "form-confirm")
    assert (await world.request("R-1002")).description == "灯不亮了"
