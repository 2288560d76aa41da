"""Who may do what with a request, said once more as data and by hand; a seat is an account in a chat.

``@bound`` is the staff group, ``@unbound`` a group that nobody bound.
"""

from __future__ import annotations

from domain.chat import Line, Outbound, Text
from domain.states import State
from tests.conversations.cast import dump
from tests.conversations.seats import SEATS, Seat
from tests.domain.test_states import written
from tests.world import World

WORKING_STAFF = {"staff": "S", "manager": "SM", "admin": "SM"}
HELD = {"ACCEPTED", "SCHEDULED", "EN_ROUTE", "IN_PROGRESS", "DONE", "CLOSED", "CANCELLED"}
UNSEEN, TAKEN, NO_ROLE, NO_STATE = "refused-not-found", "refused-taken", "refused-role", "refused-state"
NOT_OFFERED = "refused-not-offered"
STALE = "button-stale"


def seat(name: str) -> Seat:
    return next(one for one in SEATS if one.name == name)


def standing(seat: Seat, state: State) -> str:
    """The letters of what a seat is to the request, or what it hears because it is nothing to it."""
    who, where = seat.who, seat.where
    if seat.afar:  # a group's card in private: staff's, as if it were theirs, and nobody else's
        return WORKING_STAFF.get(who, STALE) if where == "bound" else STALE
    if where == "unbound" or (where == "bound" and who not in WORKING_STAFF):
        return NO_ROLE
    if who in WORKING_STAFF:
        return WORKING_STAFF[who]
    if who == "homeowner":
        return "H"
    if state is State.OFFERED and who in ("installer", "candidate"):
        return "C"
    if state.value in HELD and who in ("installer", "candidate"):
        return "I" if who == "installer" else NOT_OFFERED if state is State.CANCELLED else TAKEN
    return UNSEEN


def expected(seat: Seat, state: State, action: str) -> str:
    """The state a press leads to («>TRIAGED»), or the refusal it meets."""
    letters = standing(seat, state)
    if letters in (NO_ROLE, UNSEEN, TAKEN, NOT_OFFERED, STALE):
        return letters
    cells = [(after, may) for (one, before, after), may in written().items() if (one, before) == (action, state.value)]
    if not cells:
        return NO_STATE
    allowed = [after for after, may in cells if set(may) & set(letters)]
    return f">{allowed[0]}" if allowed else NO_ROLE


def refusal(seat: Seat, id: str) -> list[tuple[str, Outbound]]:
    """One line with nothing in it, to the chat where it was pressed: all that who has no right may ever get."""
    return [(seat.place.chat, Outbound(seat.place, (Line(Text(id)),)))]


async def nothing_failed(world: World) -> None:
    """Nothing crashed on the way."""
    inbox = (await world.database.read(lambda connection: dump(connection, ["inbox"])))["inbox"]
    assert [row for row in inbox if row["state"] != "done"] == []


def sees(name: str, state: State) -> bool:
    """Whether a viewer may read the request."""
    if name in ("homeowner", *WORKING_STAFF):
        return True
    if name == "installer":
        return state is State.OFFERED or state.value in HELD
    return name == "candidate" and state is State.OFFERED
