"""Who may do what, cell by cell: every seat × every action × every state, and what the others hear.

The rules stand in rules.py and test_states.py, as data: a rule that is widened or dropped makes a cell differ.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest

from domain.chat import Inbound, Line, Outbound, Place
from domain.people import Person, Role, Viewer
from domain.requests import Request
from domain.states import ACTIONS, OPEN, State
from domain.talks import Talk
from handlers import ROUTES
from handlers.turn import Turn, Where
from storage.store import Store
from tests.conversations.cast import ABSENT, DOOR, ID, KEPT, PHONE, TOLD, Cast, dismiss, gather, restore, said
from tests.conversations.rules import (
    NO_ROLE,
    UNSEEN,
    expected,
    nothing_failed,
    refusal,
    seat,
    standing,
)
from tests.conversations.seats import SEATS
from tests.world import World


async def moved(cast: Cast, version: int) -> str:
    """Where the one new event led, or nothing."""
    request = await cast.request()
    return f">{request.state.value}" if request.version == version + 1 else ""


@pytest.mark.parametrize("state", State)
async def test_every_refused_press(world: World, state: State):
    """In each state each seat's press of each action that is not for it changes nothing; who may not know of the
    request is answered in the very words for one that does not exist."""
    cast = await gather(world, state)
    told = await cast.dump((*KEPT, *TOLD))
    cells = []
    for one in SEATS:
        here = await cast.asking(one.chat)
        cells += [(one, action, here[action]) for action in ACTIONS if not expected(one, state, action).startswith(">")]

    answers = await asyncio.gather(*[cast.press(one, token) for one, _, token in cells])

    wrong = []
    for (one, action, _), owed in zip(cells, answers, strict=True):
        rule = expected(one, state, action)
        blind = rule in (UNSEEN, NO_ROLE)
        if said(owed) != [rule] or owed[0][0] != one.chat or (blind and owed != refusal(one, rule)):
            wrong.append(f"{one.name} {action}: {said(owed)}, not {rule}")
    assert wrong == []
    assert await cast.dump((*KEPT, *TOLD)) == told
    await nothing_failed(world)


async def test_every_press_about_nothing(world: World):
    """A request that does not exist is answered like one that is not for this seat: nothing tells them apart."""
    cast = await gather(world, State.SCHEDULED)
    told = await cast.dump((*KEPT, *TOLD))
    cells = []
    for one in SEATS:
        nowhere = await cast.asking(one.chat, ABSENT)
        cells += [(one, nowhere[action]) for action in ACTIONS]

    answers = await asyncio.gather(*[cast.press(one, token) for one, token in cells])

    for (one, _), owed in zip(cells, answers, strict=True):
        here = standing(one, State.SCHEDULED)
        assert owed == refusal(one, NO_ROLE if here == NO_ROLE else UNSEEN), one.name
    assert await cast.dump((*KEPT, *TOLD)) == told


@pytest.mark.parametrize("state", State)
async def test_every_allowed_press(world: World, state: State):
    """In each state each action leads where the rules say, for each seat that may, with one event that names it."""
    cast = await gather(world, state)
    version, kept = (await cast.request()).version, await cast.dump(KEPT)
    for one in SEATS:
        here = await cast.asking(one.chat)
        for action in ACTIONS:
            rule = expected(one, state, action)
            if not rule.startswith(">"):
                continue
            owed = await cast.press(one, here[action])
            assert await moved(cast, version) == rule, f"{one.name} {action}: {said(owed)}"
            events = (await cast.dump(["request_events"]))["request_events"]
            latest = max(events, key=lambda row: row["number"])
            assert (latest["action"], latest["actor_id"], latest["before"]) == (action, one.account, state.value)
            await world.database.transact(lambda connection: restore(connection, kept))
    await nothing_failed(world)


async def wind_up(intent: str, now: datetime, store: Store) -> None:
    await store.timers.set("t", now, intent, ID, {"reason": "because"})


@pytest.mark.parametrize("state", State)
async def test_time_moves_only_its_own_rows(world: World, state: State):
    """A timer may let an offer expire and close what is done, in their states, and mark what nobody has answered; no
    other row is time's."""
    cast = await gather(world, state)
    version, kept, told = (await cast.request()).version, await cast.dump(KEPT), await cast.dump()
    rules = {("OFFERED", "clock.offer_expired"): ">TRIAGED", ("DONE", "clock.auto_close"): ">CLOSED"}
    rules |= {(one.value, "clock.first_breach"): f">{one.value}" for one in OPEN}
    intents = [route.intent for route in ROUTES if route.where & Where.CLOCK]
    for intent in [*intents, *(f"request.{action}" for action in ACTIONS), "command.queue", "report.start"]:
        await world.store(partial(wind_up, intent, world.watch()))
        while await world.timers.once():
            pass
        rule = rules.get((state.value, intent), "")
        assert await moved(cast, version) == rule, intent
        if not rule:
            assert await cast.dump() == told, intent
        await world.database.transact(lambda connection: restore(connection, kept))
        await world.passes(seconds=1)


# ---- who was removed


@pytest.mark.parametrize(
    "state", [State.OFFERED, State.ACCEPTED, State.SCHEDULED, State.EN_ROUTE, State.IN_PROGRESS, State.DONE]
)
async def test_an_installer_who_was_removed_hears_nothing_more(world: World, state: State):
    """An installer who no longer works here has no rights to the job they held, and no card of it reaches them."""
    cast = await gather(world, state)
    await world.store(lambda store: dismiss(store, "zhang"))
    told = await cast.dump()
    tokens, nowhere = await cast.asking("zhang"), await cast.asking("zhang", ABSENT)
    for action in ACTIONS:
        owed = await cast.press(seat("installer@private"), tokens[action])
        assert owed == await cast.press(seat("installer@private"), nowhere[action])
        assert said(owed) == [UNSEEN]
    assert await cast.dump() == told

    heard: list[Outbound] = []
    for one, action in CHANGES:
        owed = await cast.press(seat(one), (await cast.asking(seat(one).chat))[action])
        heard += [message for chat, message in owed if chat == "zhang"]
    assert all(PHONE[-4:] not in words(message) and DOOR not in words(message) for message in heard)
    assert [button for message in heard for row in message.buttons for button in row] == []


CHANGES = (
    ("staff@bound", "called"),
    ("homeowner@private", "urge"),
    ("homeowner@private", "schedule"),
    ("staff@bound", "reschedule"),
    ("homeowner@private", "not_fixed"),
    ("staff@bound", "override"),
    ("staff@bound", "reassign"),
    ("staff@bound", "cancel"),
)


def words(message: Outbound) -> str:
    """All that a message says, as it is stored."""
    return repr([line.text for line in message.lines if isinstance(line, Line)])


async def test_who_works_elsewhere_now_keeps_nothing_of_the_old_role(world: World):
    """An installer who has become staff no longer acts as the installer of the job they held."""
    cast = await gather(world, State.SCHEDULED)

    async def promote(store: Store) -> None:
        zhang = await store.people.get("zhang")
        assert zhang
        await store.people.save(replace(zhang, role=Role.STAFF))

    await world.store(promote)
    tokens = await cast.asking("zhang")
    assert said(await cast.press(seat("installer@private"), tokens["depart"])) == [NO_ROLE]
    assert said(await cast.press(seat("installer@private"), tokens["hand_over"])) == [NO_ROLE]


async def test_a_new_person_has_no_rights(world: World):
    """Whoever writes for the first time is a homeowner without requests, whatever name they show."""
    await world.says("newcomer", "你好", name="小林")
    person = await world.store(lambda store: store.people.by_account("fake", "newcomer"))

    assert isinstance(person, Person)
    assert (person.role, person.consent, person.number) == (Role.HOMEOWNER, "", "")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("group", "purpose", "active", "counts"),
    [
        (False, "", True, True),
        (True, "staff", True, True),
        (True, "", True, False),
        (True, "other", True, False),
        (False, "", False, False),
        (True, "staff", False, False),
    ],
)
async def test_what_a_role_counts_here(world: World, role: Role, group: bool, purpose: str, active: bool, counts: bool):
    """A role counts in private and in the staff group, while one works here; elsewhere everybody is a homeowner."""
    inbound = Inbound("m", Place("fake", "c"), "a", group=group)
    person = Person("somebody", role, active=active)
    turn = Turn(inbound, person, Talk(""), inbound.place, world.watch(), world.pipeline.world, purpose)

    assert turn.viewer == Viewer("somebody", role if counts else Role.HOMEOWNER)
    assert bool(turn.actor(Request("R-1", "hana")).who) is (counts and role.is_staff)
