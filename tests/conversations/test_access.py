"""Who may do what, cell by cell: every seat × every operation × every state, and what the others hear.

The rules stand here once more, as data, and not by asking the code: a rule that is widened or dropped makes a cell
differ. A seat is an account in a chat; ``@bound`` is the staff group, ``@unbound`` a group that nobody bound.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.desk import Desk
from domain.chat import Button, Line, Outbound, Place, Text
from domain.errors import NotFound, NotPossible
from domain.people import Invitation, Person, Role, Viewer
from domain.states import ACTIONS, State
from handlers import ROUTES
from handlers.turn import Route, Where
from storage.files import FileStore, Stored, account_owner
from storage.store import Store
from tests.conversations.cast import (
    ABSENT,
    DOOR,
    ID,
    KEPT,
    PHONE,
    SEATS,
    TOLD,
    UNBOUND,
    Cast,
    Seat,
    dismiss,
    dump,
    gather,
    restore,
    said,
)
from tests.domain.test_states import written
from tests.world import GROUP, World

WORKING_STAFF = {"staff": "S", "manager": "SM", "admin": "SM"}
HELD = {"ACCEPTED", "SCHEDULED", "EN_ROUTE", "IN_PROGRESS", "DONE", "CLOSED", "CANCELLED"}
UNSEEN, TAKEN, NO_ROLE, NO_STATE = "refused-not-found", "refused-taken", "refused-role", "refused-state"


def seat(name: str) -> Seat:
    return next(one for one in SEATS if one.name == name)


def standing(seat: Seat, state: State) -> str:
    """The letters of what a seat is to the request, or what it hears because it is nothing to it."""
    who, where = seat.name.split("@")
    if where == "unbound" or (where == "bound" and who not in WORKING_STAFF):
        return NO_ROLE
    if who in WORKING_STAFF:
        return WORKING_STAFF[who]
    if who == "homeowner":
        return "H"
    if state is State.OFFERED and who in ("installer", "candidate"):
        return "C"
    if state.value in HELD and who in ("installer", "candidate"):
        return "I" if who == "installer" else TAKEN
    return UNSEEN


def expected(seat: Seat, state: State, action: str) -> str:
    """The state a press leads to («>TRIAGED»), or the refusal it meets."""
    letters = standing(seat, state)
    if letters in (NO_ROLE, UNSEEN, TAKEN):
        return letters
    cells = [(after, may) for (one, before, after), may in written().items() if (one, before) == (action, state.value)]
    if not cells:
        return NO_STATE
    allowed = [after for after, may in cells if set(may) & set(letters)]
    return f">{allowed[0]}" if allowed else NO_ROLE


async def moved(cast: Cast, version: int) -> str:
    """Where the one new event led, or nothing."""
    request = await cast.request()
    return f">{request.state.value}" if request.version == version + 1 else ""


def refusal(seat: Seat, id: str) -> list[tuple[str, Outbound]]:
    """One line with nothing in it, to the chat where it was pressed: all that who has no right may ever get."""
    return [(seat.chat, Outbound(Place("fake", seat.chat), (Line(Text(id)),)))]


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


async def nothing_failed(world: World) -> None:
    """Nothing crashed on the way."""
    inbox = (await world.database.read(lambda connection: dump(connection, ["inbox"])))["inbox"]
    assert [row for row in inbox if row["state"] != "done"] == []


@pytest.mark.parametrize("state", State)
async def test_time_moves_only_its_own_rows(world: World, state: State):
    """A timer may let an offer expire and close what is done, in their states; no other row is time's."""
    cast = await gather(world, state)
    version, kept, told = (await cast.request()).version, await cast.dump(KEPT), await cast.dump()
    rules = {("OFFERED", "clock.offer_expired"): ">TRIAGED", ("DONE", "clock.auto_close"): ">CLOSED"}
    intents = [route.intent for route in ROUTES if route.where & Where.CLOCK]
    for intent in [*intents, *(f"request.{action}" for action in ACTIONS), "command.queue", "report.start"]:
        now = world.watch()
        await world.store(lambda store, intent=intent: store.timers.set("t", now, intent, ID, {"reason": "because"}))
        while await world.timers.once():
            pass
        rule = rules.get((state.value, intent), "")
        assert await moved(cast, version) == rule, intent
        if not rule:
            assert await cast.dump() == told, intent
        await world.database.transact(lambda connection: restore(connection, kept))
        await world.passes(seconds=1)


# ---- tokens


async def test_a_foreign_token_is_a_stale_one(world: World):
    """A button shown in one chat does nothing from any other, and is answered like one that never was."""
    cast = await gather(world, State.SCHEDULED)
    told, kept = await cast.dump(), await cast.dump(KEPT)
    shown = {chat: await cast.asking(chat) for chat in sorted({one.chat for one in SEATS})}
    cells = [
        (one, token)
        for one in SEATS
        for chat, tokens in shown.items()
        for token in (tokens["accept"], tokens["reschedule"], tokens["cancel"], "nothing")
        if chat != one.chat
    ]

    answers = await asyncio.gather(*[cast.press(one, token) for one, token in cells])

    assert all(owed == refusal(one, "button-stale") for (one, _), owed in zip(cells, answers, strict=True))
    assert await cast.dump() == told
    assert await cast.dump(KEPT) == kept


async def test_a_forged_token_is_a_stale_one(world: World):
    """What looks like a token and is none, beside or behind the buttons of a message, is answered alike."""
    cast = await gather(world, State.SCHEDULED)
    told = await cast.dump()
    for one in SEATS:
        stem = (await cast.asking(one.chat))["cancel"].rpartition(".")[0]
        nothing = await cast.press(one, "nothing")
        forged = (stem, f"{stem}.", f"{stem}.99", f"{stem}.-1", f"{stem}.1e0", f"{stem}.٣", f"{stem[:-1]}.0", "%.0", "'.0")
        more = (*forged, f"{stem}.0.0", "." * 64, f"{stem}.{'0' * 60}")
        answers = await asyncio.gather(*[cast.press(one, token) for token in more])
        assert [token for token, owed in zip(more, answers, strict=True) if owed != nothing] == []
    assert await cast.dump() == told


async def test_another_account_in_the_same_chat_has_its_own_rights(world: World):
    """A token is no key: whoever presses somebody's own button in that very chat is judged by their own account."""
    cast = await gather(world, State.SCHEDULED)
    told = await cast.dump()
    for chat, action in (("hana", "cancel"), ("zhang", "hand_over"), ("li", "accept"), ("sam", "override")):
        tokens, nowhere = await cast.asking(chat), await cast.asking(chat, ABSENT)
        for account in ("otto", "", "yi", "wu", "sol"):
            one = Seat(f"{account} in {chat}", account, chat)
            owed = await cast.press(one, tokens[action])
            assert said(owed) == [UNSEEN], one.name
            assert owed == await cast.press(one, nowhere[action])
    assert await cast.dump() == told


async def test_an_older_card_is_judged_by_what_is_true_now(world: World):
    """Buttons of every older state press for nothing once the request has moved on, and say where it stands."""
    cast = await gather(world, State.NEW)
    older = {chat: await cast.asking(chat) for chat in ("hana", GROUP)}
    await cast.press(seat("staff@bound"), older[GROUP]["reject"])
    told = await cast.dump()
    assert (await cast.request()).state is State.REJECTED

    for one, action in (("homeowner@private", "urge"), ("homeowner@private", "cancel"), ("staff@bound", "claim")):
        owed = await cast.press(seat(one), older[seat(one).chat][action])
        assert said(owed) == [NO_STATE]
    assert await cast.dump() == told


async def test_an_answer_belongs_to_its_own_question(world: World):
    """A tapped answer counts for the question it stands under: not for another request's, not for a colleague's,
    not for one that was given up."""
    cast = await gather(world, State.TRIAGED)
    sam, sue = seat("staff@bound"), Seat("sue@bound", "sue", GROUP)
    await cast.press(sam, (await bare(cast, GROUP, "cancel"))[0])
    answers = await offered(cast, GROUP)
    told = await cast.dump()

    assert said(await cast.press(sue, answers[0])) == ["form-stale"]
    await cast.press(sue, (await bare(cast, GROUP, "cancel"))[0])
    assert said(await cast.press(sue, answers[0])) == ["form-stale"]
    await cast.press(sam, (await bare(cast, GROUP, "reject"))[0])
    assert said(await cast.press(sam, answers[0])) == ["form-stale"]
    assert await cast.dump() == told


async def test_an_answer_belongs_to_its_own_request(world: World):
    """An old question about one request is not answered for another about which the same is asked now."""
    cast = await gather(world, State.TRIAGED)
    sam = seat("staff@private")
    await cast.press(sam, (await bare(cast, "sam", "cancel"))[0])
    answers = await offered(cast, "sam")
    await second_request(world)
    await cast.press(sam, (await bare(cast, "sam", "cancel", "R-1002"))[0])
    told = await cast.dump()

    assert said(await cast.press(sam, answers[0])) == ["form-stale"]
    assert await cast.dump() == told


async def second_request(world: World) -> None:
    from tests.conversations.cast import file

    await file(world)


async def bare(cast: Cast, chat: str, action: str, subject: str = ID) -> list[str]:
    """A button as cards have it: with nothing answered yet."""
    return await cast.mint(chat, [Button(Text("words"), f"request.{action}", subject)])


async def offered(cast: Cast, chat: str) -> list[str]:
    """The tokens of the newest question in a chat."""
    last = await cast.world.store(lambda store: store.outbox.last(Place("fake", chat), 1))
    return list(last[-1].tokens)


async def test_rights_are_looked_up_again_at_every_answer(world: World):
    """Who loses a role in the middle of a question can no longer answer it: nothing is done, nobody invited."""
    cast = await gather(world, State.TRIAGED)
    sam, max_ = seat("staff@private"), seat("manager@private")
    await cast.press(sam, (await bare(cast, "sam", "cancel"))[0])
    await cast.receive(max_, "/invite")
    await cast.press(max_, (await offered(cast, "max"))[0])
    await cast.receive(max_, "小新")
    for one in ("sam", "max"):
        await world.store(lambda store, one=one: dismiss(store, one))
    told, codes = await cast.dump(), await cast.dump(["codes"])

    await cast.press(sam, (await offered(cast, "sam"))[0])
    for said_next in ("W09", "done", "done", "done"):
        await cast.receive(max_, said_next)
    assert await cast.dump() == told
    assert await cast.dump(["codes"]) == codes


# ---- everything else the bot can do

ROLES = {"h": Role.HOMEOWNER, "i": Role.INSTALLER, "s": Role.STAFF, "m": Role.MANAGER, "a": Role.ADMIN}
PLACES = {"P": Where.PRIVATE, "B": Where.STAFF_GROUP, "G": Where.ANY_GROUP, "C": Where.CLOCK}
OPERATIONS = """
    message          hisma:P
    edited           hisma:P
    unknown          hisma:P
    stale            hisma:PBG
    group.talk       sma:B
    staff.reply      sma:PB
    form.answer      hisma:PB
    form.press       hisma:PB
    form.cancel      hisma:PB
    form.back        hisma:PB
    form.skip        hisma:PB
    form.resume      hisma:PB
    report.start     hisma:P
    report.again     hisma:P
    request.mine     hisma:P
    request.add      hisma:P
    human            hisma:P
    request.show     hisma:P sma:PB
    request.more     sma:PB
    request.*        hisma:P sma:PB
    jobs.today       i:P
    command.jobs     i:P
    command.queue    sma:PB
    command.find     sma:PB
    command.r        sma:PB
    command.show     sma:PB
    dead.retry       sma:PB
    dead.discard     sma:PB
    dead.call        sma:PB
    command.start    hisma:P
    command.language hisma:P sma:PB
    command.help     hisma:P sma:PB
    command.link     hisma:P
    command.verify   hisma:P
    command.new      hisma:P
    command.status   hisma:P
    command.cancel   hisma:P
    command.invite   ma:P
    command.bindcode a:P
    command.bind     hisma:G
    clock.first_remind  hisma:C
    clock.first_breach  hisma:C
    clock.closing_soon  hisma:C
    clock.offer_expired hisma:C
    clock.auto_close    hisma:C
    clock.late          hisma:C
"""
"""intent, then roles:places; h homeowner, i installer, s staff, m manager, a admin; P private, B the bound group,
G any group, C the clock."""


def operations() -> dict[str, set[str]]:
    """Intent → each pair of a role's and a place's letter."""
    found: dict[str, set[str]] = {}
    for line in filter(None, map(str.strip, OPERATIONS.split("\n"))):
        intent, *cells = line.split()
        for roles, places in (cell.split(":") for cell in cells):
            found.setdefault(intent, set()).update(role + place for role in roles for place in places)
    return found


def pairs(route: Route) -> set[str]:
    return {
        letter + place for letter, role in ROLES.items() if role in route.roles for place, one in PLACES.items() if one & route.where
    }


def test_the_routes_say_what_the_rules_say():
    """Every route is a rule with the same roles and places: widening one is seen."""
    table: dict[str, set[str]] = {}
    for route in ROUTES:
        table.setdefault(route.intent, set()).update(pairs(route))

    assert table == operations()


LETTERS = {"installer": "i", "candidate": "i", "unassigned": "i", "staff": "s", "manager": "m", "admin": "a"}
SPECIAL = {"request.*", "stale"}


def may(seat: Seat, intent: str) -> bool:
    """Whether the rules let a seat do this here; who was removed, and staff outside, count as homeowners."""
    who, where = seat.name.split("@")
    letter = LETTERS.get(who, "h") if where != "unbound" else "h"
    places = {"private": "P", "bound": "BG", "unbound": "G"}[where]
    return any(letter + place in operations()[intent] for place in places)


async def test_every_seat_and_every_button(world: World):
    """Each intent, pressed from a button in one's own chat, is served to whom the rules name, and else refused in
    the same words whatever it is about."""
    cast = await gather(world, State.SCHEDULED)
    everything = (*KEPT, *TOLD, "codes", "groups")
    kept, told = await cast.dump(KEPT), await cast.dump(everything)
    intents = sorted(operations().keys() - SPECIAL)
    refused, served = [], []
    for one in SEATS:
        here = await cast.mint(one.chat, [Button(Text("words"), intent, ID) for intent in intents])
        nowhere = await cast.mint(one.chat, [Button(Text("words"), intent, ABSENT) for intent in intents])
        for intent, *tokens in zip(intents, here, nowhere, strict=True):
            (served if may(one, intent) else refused).append((intent, one, tokens))

    answers = await asyncio.gather(*[cast.press(one, token) for _, one, tokens in refused for token in tokens])
    wrong = [
        f"{one.name} {intent}: {said(answers[place])}"
        for place, (intent, one, _) in enumerate(((intent, one, t) for intent, one, tokens in refused for t in tokens))
        if answers[place] != refusal(one, NO_ROLE)
    ]
    assert wrong == []
    assert await cast.dump(everything) == told

    for intent, one, tokens in sorted(served, key=lambda cell: cell[0]):
        owed = await cast.press(one, tokens[0])
        assert said(owed) != [NO_ROLE], f"{one.name} {intent}"
        await world.database.transact(lambda connection: restore(connection, kept))
    await nothing_failed(world)


COMMANDS = {
    "/queue": "command.queue",
    "/find 1202室": "command.find",
    f"/show {ID}": "command.show",
    f"/r {ID} 师傅下午到": "command.r",
    "/jobs": "command.jobs",
    "今日任务": "jobs.today",
    "/invite": "command.invite",
    "/bindcode": "command.bindcode",
    "/bind ABCDE-FGHJK": "command.bind",
    "/status": "command.status",
    "/help": "command.help",
    "/language": "command.language",
    "/verify JD-001": "command.verify",
    "/start": "command.start",
}


async def test_every_seat_and_every_command(world: World):
    """A typed command is served to whom the rules name; others are refused in private and met with silence in a
    group, in the same words for what there is and for what there is not."""
    cast = await gather(world, State.SCHEDULED)
    kept = await cast.dump(KEPT)
    for text, intent in COMMANDS.items():
        for one in SEATS:
            if text == "今日任务" and one.chat.startswith("group"):
                continue
            owed = await cast.receive(one, text)
            refused = [] if one.chat.startswith("group") else [NO_ROLE]
            assert (said(owed) != refused) == may(one, intent), f"{one.name} {text}: {said(owed)}"
            if may(one, intent):
                await world.database.transact(lambda connection: restore(connection, kept))
            else:
                assert owed == await cast.receive(one, text.replace(ID, ABSENT))
    await nothing_failed(world)


async def test_only_staff_answer_a_homeowner_from_the_group(world: World):
    """A reply in the staff group reaches the homeowner if staff write it; from others, and from elsewhere, it is
    met with silence and reaches nobody."""
    cast = await gather(world, State.SCHEDULED)
    await world.settle()
    await cast.receive(seat("homeowner@private"), "/cancel")
    await world.says("hana", "我在家等")
    external = next(
        f"m{number}" for number, call in reversed(list(enumerate(world.channels["fake"].arrived, 1))) if call.chat == GROUP
    )
    for one in SEATS:
        owed = await cast.receive(one, "好的,知道了", reply_to=external)
        reaches = [chat for chat, message in owed if chat == "hana" and "reply-from" in said([(chat, message)])]
        staff = one.name.endswith("@bound") and one.name.split("@")[0] in WORKING_STAFF
        assert bool(reaches) == staff, one.name
        if one.chat.startswith("group") and not staff:
            assert owed == []


async def test_a_group_is_bound_only_by_who_manages_here_with_a_fresh_code(world: World):
    """The code alone binds nothing: who says it must manage here still, and an invitation's code is no such code."""
    cast = await gather(world, State.NEW)
    expires = world.watch() + timedelta(minutes=30)
    await world.store(lambda store: dismiss(store, "max"))
    binding, inviting = Invitation("bind", None, {}, "ada", expires), Invitation("invite", Role.ADMIN, {}, "ada", expires)
    code = await world.store(lambda store: store.codes.mint(binding, world.watch()))
    wrong = await world.store(lambda store: store.codes.mint(inviting, world.watch()))
    groups = await cast.dump(["groups"])
    for one in SEATS:
        if one.chat == UNBOUND:
            rightful = one.name.startswith("admin")
            for said_code in (wrong, "ABCDE-FGHJK", *(() if rightful else (code,))):
                assert said(await cast.receive(one, f"/bind {said_code}")) == ["bind-refused"], one.name
    assert await cast.dump(["groups"]) == groups

    assert said(await cast.receive(seat("admin@unbound"), f"/bind {code}")) == ["bind-done"]
    assert said(await cast.receive(seat("admin@unbound"), f"/bind {code}")) == ["bind-refused"]


# ---- reading


VIEWERS = {
    "homeowner": ("hana", Role.HOMEOWNER),
    "other": ("otto", Role.HOMEOWNER),
    "stranger": ("nobody", Role.HOMEOWNER),
    "without account": ("", Role.HOMEOWNER),
    "installer": ("zhang", Role.INSTALLER),
    "candidate": ("li", Role.INSTALLER),
    "unassigned": ("yi", Role.INSTALLER),
    "removed-installer": ("wu", Role.HOMEOWNER),
    "installer elsewhere": ("zhang", Role.HOMEOWNER),
    "staff": ("sam", Role.STAFF),
    "staff elsewhere": ("sam", Role.HOMEOWNER),
    "manager": ("max", Role.MANAGER),
    "admin": ("ada", Role.ADMIN),
}


def sees(name: str, state: State) -> bool:
    """Whether a viewer may read the request."""
    if name in ("homeowner", *WORKING_STAFF):
        return True
    if name == "installer":
        return state is State.OFFERED or state.value in HELD
    return name == "candidate" and state is State.OFFERED


@pytest.mark.parametrize("state", State)
async def test_every_viewer_and_every_reading(world: World, state: State):
    """Each repository method that takes a viewer gives what is theirs, and else answers as if there were nothing."""
    await gather(world, state)
    for name, (person_id, role) in VIEWERS.items():
        viewer = Viewer(person_id, role)
        for read in (Reads.get, Reads.events):
            assert await found(world, read, ID, viewer) is sees(name, state), f"{name} {read.__name__}"
            assert await found(world, read, ABSENT, viewer) is False
        staff = name in WORKING_STAFF
        for listed in (Reads.find, Reads.queue, Reads.counts):
            assert bool(await world.store(lambda store, listed=listed: listed(store, viewer, state))) is staff, name


class Reads:
    """The readings, by name."""

    @staticmethod
    async def get(store: Store, id: str, viewer: Viewer) -> object:
        return await store.requests.get(id, viewer)

    @staticmethod
    async def events(store: Store, id: str, viewer: Viewer) -> object:
        return await store.requests.events(id, viewer)

    @staticmethod
    async def find(store: Store, viewer: Viewer, state: State) -> object:
        return await store.requests.find("滴水", viewer)

    @staticmethod
    async def queue(store: Store, viewer: Viewer, state: State) -> object:
        return await store.requests.queue(state, viewer)

    @staticmethod
    async def counts(store: Store, viewer: Viewer, state: State) -> object:
        return await store.requests.counts(viewer)


async def found(world: World, read: Any, id: str, viewer: Viewer) -> bool:
    """Whether it was given; what is not given is answered without a trace of why, but to who was offered it."""
    try:
        await world.store(lambda store: read(store, id, viewer))
    except NotFound as refused:
        assert refused.text == Text(UNSEEN)
        return False
    except NotPossible as refused:
        assert (refused.text.id, viewer.role) == (TAKEN, Role.INSTALLER)
        return False
    return True


@pytest.mark.parametrize("state", State)
async def test_every_seat_and_every_file(world: World, tmp_path: Path, state: State):
    """A request's photo is for its homeowner, for staff, and for the installers who may read the request; a trust
    card's for everybody; what somebody sent for them alone and for staff. All else is as if it were not there."""
    cast = await gather(world, state)
    desk = Desk(world.database, world.catalogue, FileStore(tmp_path), world.watch)
    files = {name: desk.files.keep(name.encode()) for name in ("request", "trust", "others")}
    people = {one.name.split("@")[0]: one.account for one in SEATS if one.account}

    async def show(store: Store) -> None:
        for name, owner in {"request": ID, "trust": "trust", "others": account_owner("webchat", "w-otto")}.items():
            await store.files.add(Stored(files[name], "photo", "image/jpeg"), 3, owner, world.watch())
        for account in people.values():
            await store.people.attach("webchat", f"w-{account}", account, "", world.watch())

    await world.store(show)
    for name, account in {**people, "stranger": "nobody"}.items():
        staff = name in WORKING_STAFF
        may = {"request": sees(name, state), "trust": True, "others": staff or name == "other"}
        for which, file_hash in files.items():
            given = await desk.fetch(file_hash, f"w-{account}")
            assert (given is not None) is may[which], f"{name} {which}"
        assert await desk.fetch("0" * 64, f"w-{account}") is None
        assert await desk.may_enter(f"w-{account}", "staff") is staff, name
        assert await desk.may_enter(f"w-{account}", "other") is False
    del cast


async def test_only_what_one_sent_oneself_can_be_passed_on(world: World):
    """Naming the hash of somebody else's photo in one's own message shows it to nobody and gives no right to it."""
    cast = await gather(world, State.NEW)
    theirs = (await cast.request()).photos[0]
    owed = await cast.receive(seat("other@private"), "水管漏水", files=[theirs])
    owned = await cast.dump(["file_owners"])

    assert all(not message.files for _, message in owed)
    assert {row["owner"] for row in owned["file_owners"] if row["hash"] == theirs} == {ID, account_owner("fake", "hana")}


# ---- who was removed


@pytest.mark.parametrize("state", [State.OFFERED, State.ACCEPTED, State.SCHEDULED, State.EN_ROUTE, State.IN_PROGRESS, State.DONE])
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
