"""The same rules on every platform, by its own ways of pressing: a sample of the cells in which each seat meets each
action, each state and each way, and each action each state; ``ACCESS=all`` (``make access``) tries every cell.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from domain.chat import Button, Outbound, Place, Text
from domain.choices import NUMBER_MAX
from domain.requests import Request
from domain.states import ACTIONS, State
from storage.database import Connection, Database
from storage.store import Store
from tests.conversations.cast import ABSENT, ID, KEPT, TOLD, Cast, file, gather, restore, said
from tests.conversations.fronts import (
    CHANNELS,
    FRONT_SEATS,
    FRONTS,
    KF_OTHER,
    OTHER_CHAT,
    STAFF_CHAT,
    card_event,
    front_seat,
)
from tests.conversations.rules import (
    NO_ROLE,
    STALE,
    UNSEEN,
    WORKING_STAFF,
    expected,
    nothing_failed,
    refusal,
    standing,
)
from tests.conversations.seats import Seat
from tests.conversations.test_access_routes import COMMANDS, SPECIAL, may, operations
from tests.conversations.test_access_tokens import forged
from tests.tencent import xml
from tests.world import World, build, peopled

ALL = os.environ.get("ACCESS") == "all"
STEP = len(State)
STATES = tuple(State)
GROUPS = (Place("telegram", "-1001"), Place("wecom", STAFF_CHAT))
EVERYTHING = (*KEPT, *TOLD, "codes", "groups")
BLIND = (UNSEEN, NO_ROLE, STALE)
PRIVATE = tuple(one for one in FRONT_SEATS if one.where == "private")


@pytest.fixture
async def world(database: Database) -> World:
    """A company whose people are on all platforms at once."""
    return await peopled(build(database, more=CHANNELS))


async def gathered(world: World, state: State) -> Cast:
    """The cast, everybody with an account on each platform, and a group of staff where there are groups."""
    cast = await gather(world, state)

    async def work(store: Store) -> None:
        for one in PRIVATE:
            if one.person:
                await store.people.attach(one.channel, one.account, one.person, one.chat, world.watch())
            await store.outbox.speak(one.place, "zh-CN")
        for place in GROUPS:
            await store.groups.bind(place, "staff", "zh-CN", "ada", world.watch())

    await world.store(work)
    return cast


def chosen(*places: int, step: int = STEP) -> bool:
    """Whether a cell belongs to the sample: of any two of its sides every pair does."""
    return ALL or sum(places) % step == 0


# ---- every seat × every action × every state


@dataclass(frozen=True)
class Cell:
    """A press that is tried, and what the rules say of it."""

    seat: Seat
    action: str
    way: str
    rule: str

    async def tried(self, cast: Cast, tokens: Mapping[str, str]) -> list[tuple[str, Outbound]]:
        """What is owed because of it."""
        if self.way == "number":
            return await cast.receive(self.seat, str(ACTIONS.index(self.action) + 1))
        return await cast.press(self.seat, tokens[self.action])


def cells(state: State) -> list[Cell]:
    """Those of a state that are tried."""
    found = []
    for row, one in enumerate(FRONT_SEATS):
        for column, action in enumerate(ACTIONS):
            if chosen(row, column, STATES.index(state)):
                ways = ways_of(one, column)
                found += [Cell(one, action, way, expected(one, state, action)) for way in ways]
    return found


def ways_of(seat: Seat, column: int) -> list[str]:
    """How it is pressed: the first of the actions by their numbers where people choose so, the others by a button."""
    ways = [
        way
        for way in FRONTS[seat.channel].ways
        if way == "press" or (seat.where == "private" and column < min(STEP, NUMBER_MAX))
    ]
    return ways if ALL else ways[-1:]


async def shown(cast: Cast, place: Place) -> dict[str, str]:
    """Buttons for all that can be asked, the last that was sent there, so that a number means one of them."""
    tokens = await cast.asking(place.chat, channel=place.channel)
    await cast.world.store(
        lambda store: store.connection.run(
            "UPDATE outbox SET state = 'sent', settled_at = :now WHERE channel = :channel AND chat = :chat",
            now=cast.world.watch(),
            channel=place.channel,
            chat=place.chat,
        )
    )
    return tokens


async def moved(cast: Cast, before: Request) -> str:
    """Where the one new event led, or nothing."""
    request = await cast.request()
    return f">{request.state.value}" if request.version == before.version + 1 else ""


@pytest.mark.parametrize("state", State)
async def test_every_platform_and_every_press(world: World, state: State):
    """A press that is not for this seat changes nothing and is answered in the words for what does not exist; one that
    is leads where the rules say, by who has the account."""
    cast = await gathered(world, state)
    tried = cells(state)
    bearing = {(one.seat.channel, one.seat.chat) for one in tried}
    nowhere = {place: await cast.asking(place[1], ABSENT, place[0]) for place in sorted(bearing)}
    here = {place: await shown(cast, Place(*place)) for place in sorted(bearing)}
    before, kept, told = await cast.request(), await cast.dump(KEPT), await cast.dump((*KEPT, *TOLD))
    refused = [one for one in tried if not one.rule.startswith(">")]
    blind = [replace(one, way="press") for one in refused if standing(one.seat, state) in BLIND]

    answers = await asyncio.gather(
        *[one.tried(cast, here[one.seat.channel, one.seat.chat]) for one in refused],
        *[one.tried(cast, nowhere[one.seat.channel, one.seat.chat]) for one in blind],
    )

    wrong = [
        f"{one.seat.name} {one.action} by {one.way}: {said(owed)}, not {one.rule}"
        for one, owed in zip([*refused, *blind], answers, strict=True)
        if said(owed) != [one.rule]
        or owed[0][0] != one.seat.place.chat
        or (one.rule in BLIND and owed != refusal(one.seat, one.rule))
    ]
    assert wrong == []
    assert await cast.dump((*KEPT, *TOLD)) == told

    for one in tried:
        if one.rule.startswith(">"):
            tokens = await shown(cast, Place(one.seat.channel, one.seat.chat))
            owed = await one.tried(cast, tokens)
            assert await moved(cast, before) == one.rule, f"{one.seat.name} {one.action} by {one.way}: {said(owed)}"
            events = (await cast.dump(["request_events"]))["request_events"]
            latest = max(events, key=lambda row: row["number"])
            assert (latest["action"], latest["actor_id"], latest["before"]) == (
                one.action,
                one.seat.person,
                state.value,
            )
            await world.database.transact(lambda connection: restore(connection, kept))
    await nothing_failed(world)


def test_the_sample_leaves_no_pair_out():
    """Each seat meets each action, each state and each way; each action each state, on every platform."""
    tried = [(cell, state) for state in State for cell in cells(state)]
    for name in FRONTS:
        here = [(cell, state) for cell, state in tried if cell.seat.channel == name]
        seats = {one.name for one in FRONT_SEATS if one.channel == name}
        assert {(cell.seat.name, cell.action) for cell, _ in here} == {(one, two) for one in seats for two in ACTIONS}
        assert {(cell.seat.name, state) for cell, state in here} == {(one, two) for one in seats for two in State}
        assert {(cell.action, state) for cell, state in here} == {(one, two) for one in ACTIONS for two in State}
        private = {one.name for one in PRIVATE if one.channel == name}
        assert {(cell.seat.name, cell.way) for cell, _ in here if cell.seat.name in private} == {
            (one, two) for one in private for two in FRONTS[name].ways
        }


# ---- everything else the bot can do


async def test_every_platform_and_every_button(world: World):
    """Each intent is served to whom the rules name on any platform, and else refused in the same words whatever it is
    about."""
    cast = await gathered(world, State.SCHEDULED)
    kept, told = await cast.dump(KEPT), await cast.dump(EVERYTHING)
    intents = sorted(operations().keys() - SPECIAL)
    served, refused = [], []
    for row, one in enumerate(FRONT_SEATS):
        asked = [intent for column, intent in enumerate(intents) if chosen(row, column)]
        buttons = [Button(Text("words", {"words": intent}), intent, id) for intent in asked for id in (ID, ABSENT)]
        tokens = await cast.mint(one.chat, buttons, one.channel)
        for intent, here, nowhere in zip(asked, tokens[::2], tokens[1::2], strict=True):
            stale = standing(one, State.SCHEDULED) == STALE
            rule = STALE if stale else "" if may(one, intent) else NO_ROLE
            (refused if rule else served).append((intent, one, here, nowhere, rule))

    pressed = [(one, token, rule) for _, one, here, nowhere, rule in refused for token in (here, nowhere)]
    answers = await asyncio.gather(*[cast.press(one, token) for one, token, _ in pressed])
    wrong = [
        (one.name, said(owed))
        for (one, _, rule), owed in zip(pressed, answers, strict=True)
        if owed != refusal(one, rule)
    ]
    assert wrong == []
    assert await cast.dump(EVERYTHING) == told
    for intent, one, here, _, _ in served:
        assert said(await cast.press(one, here)) not in ([NO_ROLE], [STALE]), f"{one.name} {intent}"
        await world.database.transact(lambda connection: restore(connection, kept))
    await nothing_failed(world)


async def test_every_platform_and_every_command(world: World):
    """A typed command is served to whom the rules name; in a group of Telegram others are met with silence, elsewhere
    refused, in the same words for what there is and for what there is not."""
    cast = await gathered(world, State.SCHEDULED)
    kept = await cast.dump(KEPT)
    for row, one in enumerate(seat for seat in FRONT_SEATS if not seat.afar):
        group = one.where != "private"
        for column, (text, intent) in enumerate(COMMANDS.items()):
            if not chosen(row, column, step=4) or (text == "今日任务" and group):
                continue
            owed = await cast.receive(one, text)
            assert (said(owed) != ([] if group else [NO_ROLE])) == may(one, intent), f"{one.name} {text}: {said(owed)}"
            if may(one, intent):
                await world.database.transact(lambda connection: restore(connection, kept))
            else:
                assert owed == await cast.receive(one, text.replace(ID, ABSENT))
    await nothing_failed(world)


# ---- tokens


async def test_a_token_of_another_chat_or_platform(world: World):
    """What was shown elsewhere, to the same person too, does nothing here, and is answered like what never was: typed
    into a message as its menu's choice, or sent under the task of a card."""
    cast = await gathered(world, State.SCHEDULED)
    bearing = sorted({(one.channel, one.chat) for one in FRONT_SEATS} | {("fake", "hana"), ("fake", "group")})
    tokens = {place: await cast.asking(place[1], channel=place[0]) for place in bearing}
    told = await cast.dump(EVERYTHING)
    tries = [
        (one, tokens[place][action])
        for row, one in enumerate(FRONT_SEATS)
        for column, place in enumerate(bearing)
        for turn, action in enumerate(("accept", "reschedule", "cancel"))
        if place != (one.channel, one.chat) and chosen(row, column, turn, step=7)
    ]

    answers = await asyncio.gather(*[cast.press(one, token) for one, token in tries])

    assert all(owed == refusal(one, STALE) for (one, _), owed in zip(tries, answers, strict=True))
    assert await cast.dump(EVERYTHING) == told
    await nothing_failed(world)


async def test_a_forged_token_on_every_platform(world: World):
    """What looks like a token and is none is answered like a press of nothing."""
    cast = await gathered(world, State.SCHEDULED)
    told = await cast.dump(EVERYTHING)
    for one in FRONT_SEATS:
        stem = (await cast.asking(one.chat, channel=one.channel))["cancel"].rpartition(".")[0]
        tries = [token for turn, token in enumerate(forged(stem)) if chosen(turn, FRONT_SEATS.index(one), step=3)]
        answers = await asyncio.gather(*[cast.press(one, token) for token in tries])
        assert [token for token, owed in zip(tries, answers, strict=True) if owed != refusal(one, STALE)] == []
    assert await cast.dump(EVERYTHING) == told


@pytest.mark.parametrize("words", ["1", "①", "取消"])
async def test_a_number_where_nothing_was_offered(world: World, words: str):
    """Who answers with the number or the words of a choice that others were offered, or they themselves elsewhere, has
    said something, and chosen nothing."""
    cast = await gathered(world, State.SCHEDULED)
    for place in (Place("wechat", "openid-hana"), Place("wecomkf", "wkOther/wm-hana"), *GROUPS):
        await shown(cast, place)
    before, offers = await cast.request(), await cast.dump(["offers"])
    for one in PRIVATE:
        if one.place != Place("wechat", "openid-hana"):
            await cast.receive(one, words)
    events = (await cast.dump(["request_events"]))["request_events"][before.version :]
    after = await cast.request()
    assert (after.state, after.window, after.installer_id) == (before.state, before.window, before.installer_id)
    assert {(event["action"], event["actor_id"]) for event in events} <= {("supplement", "hana")}
    assert await cast.dump(["offers"]) == offers
    await nothing_failed(world)


async def test_a_customer_at_another_desk(world: World):
    """The same customer under another account of our customer service has other chats: no token goes from one to the
    other, and no number."""
    cast = await gathered(world, State.SCHEDULED)
    one, before = front_seat("wecomkf", "installer@private"), await cast.request()
    tokens = await shown(cast, one.place)
    told = await cast.dump()
    there = replace(one, chat=f"{KF_OTHER}/{one.account}", hears=f"{KF_OTHER}/{one.account}")

    assert await cast.press(there, tokens["cancel"]) == refusal(there, STALE)
    assert await cast.dump() == told
    await cast.receive(there, str(ACTIONS.index("accept") + 1))
    assert await moved(cast, before) == ""


@pytest.mark.parametrize("channel", FRONTS)
async def test_an_account_counts_on_its_own_platform(world: World, channel: str):
    """Whoever is called on one platform as staff are on another is nobody there."""
    cast = await gathered(world, State.SCHEDULED)
    told = await cast.dump()
    own = {one.account for one in FRONT_SEATS if one.channel == channel and one.person}
    for name in ("staff@private", "admin@private"):
        for other in FRONTS:
            account = front_seat(other, name).account
            if account not in own and fits(channel, account):
                private = FRONTS[channel].chats["private"].format(account)
                foreign = Seat(f"{account} on {channel}", account, private, channel, private)
                tokens = await cast.asking(private, channel=channel)
                assert await cast.press(foreign, tokens["cancel"]) == refusal(foreign, UNSEEN)
                assert said(await cast.receive(foreign, f"/show {ID}")) == [NO_ROLE]
    assert await cast.dump() == told


def fits(channel: str, account: str) -> bool:
    """Whether somebody could be called so there."""
    return {"telegram": account.isdecimal(), "wechat": len(account) >= 6}.get(channel, True)


# ---- a card of a group, pressed in private


async def test_a_card_of_a_group_that_serves_nothing(world: World):
    """Once a group serves nothing any more its cards do nothing, whoever presses them."""
    cast = await gathered(world, State.NEW)
    tokens = await cast.asking(STAFF_CHAT, channel="wecom")
    await world.store(lambda store: store.groups.unbind(Place("wecom", STAFF_CHAT), world.watch()))
    told = await cast.dump()
    for who in WORKING_STAFF:
        one = front_seat("wecom", f"{who}@bound")
        assert await cast.press(one, tokens["claim"]) == refusal(one, STALE)
    assert await cast.dump() == told


@pytest.mark.parametrize("chat", [STAFF_CHAT, OTHER_CHAT, "user:sam"])
async def test_the_task_of_another_card(world: World, chat: str):
    """A press is judged by its token, in the chat that its task names: the task of another request's card moves neither
    that request nor its card, and another group's nothing at all."""
    cast = await gathered(world, State.NEW)
    await file(world)
    sam = front_seat("wecom", "staff@bound")
    tokens = await cast.asking(STAFF_CHAT, channel="wecom")
    await cast.asking(STAFF_CHAT, "R-1002", "wecom")
    others = await externals(cast, "R-1002")
    head = {"ToUserName": "ww1", "FromUserName": sam.account, "CreateTime": 1_795_319_999, "AgentID": 1}
    made = xml({**head, **card_event(chat, "R1002", tokens["claim"], 1)})

    await cast.deliver(replace(FRONTS["wecom"].deliver(sam, 1, "x", ""), id="wecom:e:task", body={"xml": made}))

    assert (await cast.request()).state is (State.TRIAGED if chat == STAFF_CHAT else State.NEW)
    assert (await world.request("R-1002")).state is State.NEW
    assert await externals(cast, "R-1002") == others


async def externals(cast: Cast, subject: str) -> list[tuple[str, str]]:
    """What the platform calls the messages about a request."""

    async def look(connection: Connection) -> list[tuple[str, str]]:
        rows = await connection.all("SELECT id, external, body FROM outbox WHERE external IS NOT NULL ORDER BY id")
        return [(row["id"], row["external"]) for row in rows if subject in repr(row["body"])]

    return await cast.world.database.read(look)
