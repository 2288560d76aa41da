"""What may happen to a request: one table; permissions, buttons, notices, routes, tests and the diagram follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from functools import lru_cache


class State(StrEnum):
    """Where a request stands."""

    NEW = "NEW"
    TRIAGED = "TRIAGED"
    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    SCHEDULED = "SCHEDULED"
    EN_ROUTE = "EN_ROUTE"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"
    REJECTED = "REJECTED"


class Who(Flag):
    """What somebody is to one request; a person can be several at once."""

    NOBODY = 0
    HOMEOWNER = auto()
    CANDIDATE = auto()  # an installer to whom it is offered now
    INSTALLER = auto()  # the installer who holds it
    STAFF = auto()
    MANAGER = auto()
    TIME = auto()


class Need(StrEnum):
    """What must be said with an action; a form asks for it."""

    REASON = "reason"
    WINDOW = "window"
    INSTALLER = "installer"
    CODE = "code"
    REPORT = "report"
    SCORE = "score"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: in ``before``, ``action`` by one of ``may`` leads to ``after``, and ``told`` hear of it.

    ``needs`` are asked for first. ``guard`` names a rule of guards.py that must hold; where two rows share
    state and action, the first whose guard holds counts.
    """

    before: State
    action: str
    after: State
    may: Who
    told: Who
    needs: tuple[Need, ...] = ()
    guard: str = ""


S, W, N = State, Who, Need
OPEN = (S.NEW, S.TRIAGED, S.OFFERED, S.ACCEPTED, S.SCHEDULED, S.EN_ROUTE, S.IN_PROGRESS)
BEFORE_DEPARTURE = (S.NEW, S.TRIAGED, S.OFFERED, S.ACCEPTED, S.SCHEDULED)
CLOSED = (S.CLOSED, S.CANCELLED, S.REJECTED)
EVERYONE = W.HOMEOWNER | W.INSTALLER | W.STAFF


def rows(
    before: Iterable[State],
    action: str,
    after: State,
    may: Who,
    told: Who,
    needs: tuple[Need, ...] = (),
    guard: str = "",
) -> tuple[Row, ...]:
    """The same row for several states."""
    return tuple(Row(state, action, after, may, told, needs, guard) for state in before)


def stays(before: Iterable[State], action: str, may: Who, told: Who, needs: tuple[Need, ...] = ()) -> tuple[Row, ...]:
    """Rows of an action which leaves the state as it is."""
    return tuple(Row(state, action, state, may, told, needs) for state in before)


TRANSITIONS: tuple[Row, ...] = (
    Row(S.NEW, "claim", S.TRIAGED, W.STAFF, W.HOMEOWNER, (), "in_right_hands"),
    *rows((S.NEW, S.TRIAGED), "reject", S.REJECTED, W.STAFF, W.HOMEOWNER, (N.REASON,), "in_right_hands"),
    Row(S.TRIAGED, "offer", S.OFFERED, W.STAFF, W.CANDIDATE | W.HOMEOWNER, (N.INSTALLER,)),
    Row(S.OFFERED, "accept", S.ACCEPTED, W.CANDIDATE, W.HOMEOWNER | W.STAFF | W.INSTALLER),
    Row(S.OFFERED, "decline", S.OFFERED, W.CANDIDATE, W.STAFF | W.CANDIDATE, (N.REASON,), "candidates_left"),
    Row(S.OFFERED, "decline", S.TRIAGED, W.CANDIDATE, W.STAFF | W.CANDIDATE, (N.REASON,)),
    Row(S.OFFERED, "expire", S.OFFERED, W.TIME, W.STAFF | W.CANDIDATE, (), "candidates_left"),
    Row(S.OFFERED, "expire", S.TRIAGED, W.TIME, W.STAFF | W.CANDIDATE),
    Row(S.OFFERED, "withdraw", S.TRIAGED, W.STAFF, W.CANDIDATE),
    Row(S.ACCEPTED, "schedule", S.SCHEDULED, W.HOMEOWNER | W.STAFF, EVERYONE, (N.WINDOW,)),
    Row(
        S.SCHEDULED,
        "reschedule",
        S.SCHEDULED,
        W.HOMEOWNER | W.INSTALLER | W.STAFF,
        EVERYONE,
        (N.WINDOW, N.REASON),
    ),
    Row(S.SCHEDULED, "depart", S.EN_ROUTE, W.INSTALLER, W.HOMEOWNER | W.STAFF | W.INSTALLER, (), "near_window"),
    *rows((S.SCHEDULED, S.EN_ROUTE), "arrive", S.IN_PROGRESS, W.INSTALLER, EVERYONE, (N.CODE,), "code_right"),
    *rows((S.SCHEDULED, S.EN_ROUTE), "override", S.IN_PROGRESS, W.STAFF, EVERYONE, (N.REASON,)),
    *rows(
        (S.SCHEDULED, S.EN_ROUTE),
        "no_show",
        S.ACCEPTED,
        W.HOMEOWNER | W.INSTALLER | W.STAFF,
        EVERYONE,
        (N.REASON,),
        "window_over",
    ),
    Row(S.IN_PROGRESS, "finish", S.DONE, W.INSTALLER, EVERYONE, (N.REPORT,)),
    *rows(
        (S.ACCEPTED, S.SCHEDULED, S.IN_PROGRESS),
        "reassign",
        S.OFFERED,
        W.STAFF,
        EVERYONE | W.CANDIDATE,
        (N.INSTALLER, N.REASON),
    ),
    *rows(
        (S.ACCEPTED, S.SCHEDULED, S.IN_PROGRESS),
        "hand_over",
        S.OFFERED,
        W.INSTALLER,
        EVERYONE | W.CANDIDATE,
        (N.REASON,),
        "candidates_left",
    ),
    *rows((S.ACCEPTED, S.SCHEDULED, S.IN_PROGRESS), "hand_over", S.TRIAGED, W.INSTALLER, EVERYONE, (N.REASON,)),
    Row(S.DONE, "confirm", S.CLOSED, W.HOMEOWNER, EVERYONE),
    Row(S.DONE, "auto_close", S.CLOSED, W.TIME, EVERYONE, (), "lapses"),
    Row(S.DONE, "unreached", S.DONE, W.STAFF, W.STAFF, (), "first_try"),
    Row(S.DONE, "unreached", S.CLOSED, W.STAFF, EVERYONE),
    Row(S.DONE, "not_fixed", S.IN_PROGRESS, W.HOMEOWNER, EVERYONE, (N.REASON,), "just_done"),
    Row(S.DONE, "not_fixed", S.TRIAGED, W.HOMEOWNER, EVERYONE, (N.REASON,)),
    Row(S.CLOSED, "rate", S.CLOSED, W.HOMEOWNER, W.HOMEOWNER | W.STAFF, (N.SCORE,), "rating_open"),
    Row(S.CLOSED, "reopen", S.TRIAGED, W.HOMEOWNER | W.STAFF, W.HOMEOWNER | W.STAFF, (N.REASON,), "recent"),
    *rows(
        BEFORE_DEPARTURE,
        "cancel",
        S.CANCELLED,
        W.HOMEOWNER | W.STAFF,
        EVERYONE | W.CANDIDATE,
        (N.REASON,),
        "in_right_hands",
    ),
    *rows((S.EN_ROUTE,), "cancel", S.CANCELLED, W.STAFF, EVERYONE, (N.REASON,), "in_right_hands"),
    *rows((S.CANCELLED, S.REJECTED), "restore", S.TRIAGED, W.MANAGER, W.HOMEOWNER | W.STAFF, (N.REASON,)),
    *stays(OPEN, "correct", W.STAFF, W.HOMEOWNER | W.INSTALLER, (N.CORRECTION,)),
    *stays(OPEN, "called", W.STAFF, W.STAFF),
    *stays(OPEN, "urge", W.HOMEOWNER, W.HOMEOWNER | W.STAFF),
)
"""Every row there is. Adding one needs its words (action-*, event-*, told-*-*) and nothing else."""

ACTIONS: tuple[str, ...] = tuple(dict.fromkeys(row.action for row in TRANSITIONS))


@lru_cache(1024)
def possible(state: State, who: Who) -> tuple[Row, ...]:
    """The rows that ``who`` may use in ``state``, in the table's order, one for each action."""
    found = {row.action: row for row in reversed(TRANSITIONS) if row.before is state and row.may & who}
    return tuple(row for row in TRANSITIONS if found.get(row.action) is row)


@lru_cache(1024)
def choices(state: State, action: str) -> tuple[Row, ...]:
    """The rows of ``action`` in ``state``; empty if it is not possible there."""
    return tuple(row for row in TRANSITIONS if row.before is state and row.action == action)
