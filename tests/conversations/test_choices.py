"""Choices without buttons, and buttons that are pressed from another chat than the one which bears them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import pytest

from domain.chat import Button, Line, Outbound, Place, Text
from handlers import ROUTES
from handlers.dialogs import CONFIRM
from handlers.turn import Route, Turn, words
from storage.database import Database
from storage.store import Store
from tests.conversations.steps import (
    DRIP,
    claimed,
    closed,
    draft_of,
    events,
    file,
    newest,
    phrase,
    requests_of,
    speech,
    to,
)
from tests.fakes import NumberedChannel
from tests.world import GROUP, Heard, World, build, peopled

HERE = "numbered"
RESCHEDULE, CANCEL, URGE = Text("action-reschedule"), Text("action-cancel"), Text("action-urge")


async def chose(turn: Turn, store: Store) -> list[Outbound]:
    """Say which button it was."""
    return [turn.say(words(f"chose {turn.subject}{turn.inbound.text}"))]


@pytest.fixture
async def world(database: Database) -> World:
    """People who also write where there are no buttons."""
    world = await peopled(build(database, more=[NumberedChannel]))
    for who in ("hana", "sam", "otto"):
        await attach(world, who)
    world.pipeline.routes = (Route("chosen", chose), *ROUTES)
    return world


async def attach(world: World, who: str) -> None:
    await world.store(lambda store: store.people.attach(HERE, who, who, who, world.watch()))
    await world.store(lambda store: store.outbox.speak(Place(HERE, who), "zh-CN"))


async def say(world: World, text: str, who: str = "hana", **more: Any) -> list[Heard]:
    return await world.says(who, text, channel=HERE, **more)


async def show(world: World, *labels: Text, chat: str = "hana", sent: bool = True, **more: Any) -> None:
    """Buttons with these labels, each of which knows its number."""
    world.count += 1
    row = tuple(Button(label, "chosen", str(number)) for number, label in enumerate(labels, start=1))
    out = Outbound(Place(HERE, chat), (Line(Text("form-check")),), (row,) if row else (), **more)
    cause, now = f"shown:{world.count}", world.watch()
    await world.store(lambda store: store.outbox.add(cause, [out], now))
    if sent:
        await world.settle()


@pytest.mark.parametrize("locale", range(3))
async def test_a_choice_by_number_or_by_its_words(world: World, locale: int):
    """The number in any way of writing, or what stands on the button in any language, is the press of it."""
    await show(world, RESCHEDULE, CANCEL, URGE)
    for said in ("2", "２", "②", "二", "2.", "2、", "（2）", f" {speech(world, CANCEL.id)[locale]} "):
        assert to(await say(world, said), "hana") == "chose 2"


async def test_words_with_a_time_in_them(world: World):
    """A label is known by what it said when it was shown and by what it would say now."""
    label = Text("reason-other-day", {"day": world.watch()})
    shown = world.catalogue.render("zh-CN", label, world.watch())
    await show(world, URGE, label)
    await world.passes(days=1)
    assert world.catalogue.render("zh-CN", label, world.watch()) != shown
    for said in (shown, world.catalogue.render("zh-CN", label, world.watch())):
        assert to(await say(world, said), "hana") == "chose 2"


@pytest.mark.parametrize("said", ["4", "21", "1栋", "13800138000", "改约吧", "1 2"])
async def test_what_is_no_choice(world: World, said: str):
    """A number beyond the list, a house, a telephone and a sentence go on as ever."""
    before = await world.says("hana", said)
    world.pipeline.routes = (Route("chosen", chose), *ROUTES)
    await show(world, RESCHEDULE, CANCEL, URGE)
    heard = await say(world, said)
    assert "chose" not in to(heard, "hana")
    assert to(before, "hana")


async def test_of_two_with_the_same_words_the_first(world: World):
    """Words which stand on two buttons mean the first of them; the other has its number."""
    await show(world, URGE, CANCEL, CANCEL)
    assert to(await say(world, phrase(world, CANCEL.id)), "hana") == "chose 2"
    assert to(await say(world, "3"), "hana") == "chose 3"


async def test_the_latest_message_that_has_some(world: World):
    """A number means what was shown last and can be chosen from, in this chat, whatever was said since."""
    assert "chose" not in to(await say(world, "1"), "hana")
    await show(world, URGE)
    await show(world, RESCHEDULE, CANCEL)
    await show(world)
    await show(world, URGE, URGE, URGE, chat="otto")
    assert to(await say(world, "2"), "hana") == "chose 2"
    assert "chose" not in to(await say(world, "3"), "hana")


async def test_what_is_still_unsent_was_not_chosen_from(world: World):
    """Choices that nobody has seen yet are none."""
    await show(world, URGE, URGE)
    world.channels[HERE].hold("hana")
    await show(world, RESCHEDULE, sent=False)
    await world.pipeline.receive(world.raw("hana", "2", channel=HERE))
    world.channels[HERE].held.clear()
    assert "chose 2" in to(await world.settle(), "hana")


async def test_what_cannot_be_a_choice(world: World):
    """What was forwarded, changed afterwards, sent with a file or as a reply, or said to a group is none, and neither
    is anything where there are buttons."""
    photo = await world.photo("hana", channel=HERE)
    for more in ({"forwarded": True}, {"edited": True}, {"files": [photo]}, {"refused": ["kind"]}, {"reply_to": "m1"}):
        await show(world, URGE)
        assert "chose" not in to(await say(world, "1", **more), "hana"), more
    await world.store(lambda store: store.groups.bind(Place(HERE, "group-b"), "staff", "zh-CN", "ada", world.watch()))
    await show(world, URGE, chat="group-b")
    assert to(await say(world, "1", "sam", chat="group-b"), "group-b") == ""

    await show(world, URGE)
    world.channels[HERE].numbered = False
    assert "chose" not in to(await say(world, "1"), "hana")
    world.channels[HERE].numbered = True
    await show(world, URGE)
    assert to(await say(world, "1"), "hana") == "chose 1"


async def test_a_report_by_numbers(world: World):
    """Each question of a form is answered by the number of a choice, the summary by the words of its button."""
    await say(world, DRIP)
    for _ in range(7):
        if (await draft_of(world))["asked"] == CONFIRM:
            break
        await say(world, "1")
    await say(world, phrase(world, "form-confirm"))
    assert [one.id for one in await requests_of(world)] == ["R-1001"]


@pytest.mark.parametrize(("said", "kept"), [("1", ""), ("都很好", "都很好")])
async def test_a_question_for_words_that_has_choices(world: World, said: str, kept: str):
    """Where something is to be written and can be skipped as well, a number is the choice and words are the answer;
    the number of a score is the score."""
    await closed(world)
    await say(world, "你好")
    await say(world, "4")
    assert (await world.request()).score == 0
    await say(world, phrase(world, "form-done"))
    assert (await draft_of(world))["asked"] == "review"
    await say(world, said)
    assert await draft_of(world) is None
    request = await world.request()
    assert (request.score, request.review) == (4, kept)


async def test_a_stale_choice(world: World):
    """A choice of a question that was answered meanwhile is refused like a press."""
    await say(world, DRIP)
    question = (await draft_of(world))["asked"]
    await world.says("hana", "取消")
    assert question
    heard = await say(world, "1")
    assert phrase(world, "form-stale") in to(heard, "hana")


# ---- from another chat


async def bear(world: World) -> str:
    """A request's card in the group, and the token of its button to claim it."""
    await file(world)
    return newest(world, GROUP, speech(world, "action-claim"))


async def externals(world: World) -> dict[str, str]:
    found = await world.store(lambda store: store.connection.all("SELECT id, external FROM outbox ORDER BY id"))
    return {row["id"]: row["external"] for row in found}


async def test_a_button_of_the_group_pressed_in_private(world: World):
    """A member of staff presses what the group's card bears from where they see it; the card is known by its new id,
    and no other message is."""
    token = await bear(world)
    before = await externals(world)
    await world.says("sam", press=token, pressed_at=GROUP, handle="fresh")
    assert await events(world) == ["file", "claim"]
    after = await externals(world)
    row = await world.store(lambda store: store.outbox.button(token))
    assert {id for id in before if before[id] != after[id]} == {row.id}
    assert after[row.id] == "fresh"
    edits = [call.edits for call in world.channels["fake"].arrived if call.chat == GROUP]
    assert edits[-1] == "fresh"


@pytest.mark.parametrize(
    ("who", "more"),
    [
        ("sam", {}),
        ("hana", {"pressed_at": GROUP}),
        ("zhang", {"pressed_at": GROUP}),
        ("sue", {"pressed_at": GROUP}),
        ("sam", {"pressed_at": "group-other"}),
        ("sam", {"pressed_at": "hana"}),
        ("sam", {"pressed_at": GROUP, "chat": "group-other"}),
        ("sam", {"pressed_at": GROUP, "channel": "other"}),
    ],
)
async def test_a_foreign_press_from_another_chat(world: World, who: str, more: dict[str, Any]):
    """Who is no staff, or not any more, and who names a chat that does not bear the button, is refused like any
    foreign press, and the card keeps its id."""
    token = await bear(world)
    sue = await world.store(lambda store: store.people.get("sue"))
    await world.store(lambda store: store.people.save(replace(sue, active=False)))  # has left
    before = await externals(world)
    heard = await world.says(who, press=token, handle="stolen", **more)
    assert to(heard, more.get("chat", who)) == phrase(world, "button-stale")
    assert await events(world) == ["file"]
    after = await externals(world)
    assert {id: after[id] for id in before} == before


async def test_a_button_of_somebody_elses_private_chat(world: World):
    """Naming the chat of a homeowner does not help staff to press what stands there."""
    await file(world)
    token = newest(world, "hana", speech(world, "action-cancel"))
    heard = await world.says("sam", press=token, pressed_at="hana")
    assert to(heard, "sam") == phrase(world, "button-stale")
    assert (await draft_of(world)) is None


async def test_a_group_that_serves_nothing_any_more(world: World):
    """Its cards are nobody's to press from afar."""
    token = await bear(world)
    await world.says("sam", chat=GROUP, event="removed")
    heard = await world.says("sam", press=token, pressed_at=GROUP)
    assert to(heard, "sam") == phrase(world, "button-stale")


async def test_a_press_from_another_group(world: World):
    """Only in private is a group's card shown to somebody else than the group, not in another group of staff."""
    token = await bear(world)
    await world.store(lambda store: store.groups.bind(Place("fake", "group-two"), "staff", "", "ada", world.watch()))
    heard = await world.says("sam", press=token, chat="group-two", pressed_at=GROUP)
    assert to(heard, "group-two") == phrase(world, "button-stale")
    assert await events(world) == ["file"]


async def test_a_dialog_that_a_group_began(world: World):
    """What the group's button asks goes on in private, where that member has their rights."""
    await claimed(world)
    token = newest(world, GROUP, speech(world, "action-offer"))
    heard = await world.says("sam", press=token, pressed_at=GROUP)
    assert [one.chat for one in heard if one.buttons] == ["sam"]
    assert (await draft_of(world, "sam"))["form"] == "request.offer"


async def test_a_new_id_for_a_press_in_place(world: World):
    """A press in its own chat changes the id of its message as well."""
    token = await bear(world)
    await world.says("sam", press=token, chat=GROUP, handle="fresh")
    row = await world.store(lambda store: store.outbox.button(token))
    assert (await externals(world))[row.id] == "fresh"


async def test_where_there_are_buttons_words_are_words(database: Database) -> None:
    """Where all choices were shown as buttons, a typed number or label presses none; where they were not, it does."""

    class Buttons(NumberedChannel):
        def pressable(self, labels: Sequence[Collection[str]]) -> bool:
            return len(labels) <= 2

    Buttons.__name__ = NumberedChannel.__name__  # it stands in its place
    world = await peopled(build(database, more=[Buttons]))
    world.pipeline.routes = (Route("chosen", chose), *ROUTES)
    await attach(world, "hana")
    await show(world, RESCHEDULE, CANCEL)
    for typed in ("1", phrase(world, CANCEL.id)):
        assert "chose" not in to(await say(world, typed), "hana")
    await show(world, RESCHEDULE, CANCEL, URGE)
    assert to(await say(world, "3"), "hana") == "chose 3"
