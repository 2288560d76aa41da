"""The table of transitions, row by row: what moves, what is refused, and exactly when a guard lets through."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from domain.chat import Span
from domain.company import Promises
from domain.errors import NotAllowed, NotPossible
from domain.guards import GUARDS, Situation
from domain.people import Person
from domain.requests import Actor, Request, find_row, move
from domain.states import ACTIONS, TRANSITIONS, Need, Row, State, Who, choices, possible

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
LATER = Span(NOW + timedelta(days=1), NOW + timedelta(days=1, hours=2))
PROMISES = Promises()
LETTERS = {"H": Who.HOMEOWNER, "C": Who.CANDIDATE, "I": Who.INSTALLER, "S": Who.STAFF, "M": Who.MANAGER, "T": Who.TIME}
GIVEN: dict[str, Any] = {
    "reason": "because",
    "window": LATER,
    "installer": "zhang",
    "code": "0007",
    "fresh_code": "0042",
    "report": "done",
    "score": 5,
    "correction": {"type": "installation"},
}

RULES = """
    claim       NEW>TRIAGED:S
    reject      NEW>REJECTED:S TRIAGED>REJECTED:S
    offer       TRIAGED>OFFERED:S
    accept      OFFERED>ACCEPTED:C
    decline     OFFERED>OFFERED:C OFFERED>TRIAGED:C
    expire      OFFERED>OFFERED:T OFFERED>TRIAGED:T
    withdraw    OFFERED>TRIAGED:S
    schedule    ACCEPTED>SCHEDULED:HS
    reschedule  SCHEDULED>SCHEDULED:HIS
    depart      SCHEDULED>EN_ROUTE:I
    arrive      SCHEDULED>IN_PROGRESS:I EN_ROUTE>IN_PROGRESS:I
    override    SCHEDULED>IN_PROGRESS:S EN_ROUTE>IN_PROGRESS:S
    no_show     SCHEDULED>ACCEPTED:HIS EN_ROUTE>ACCEPTED:HIS
    finish      IN_PROGRESS>DONE:I
    reassign    ACCEPTED>OFFERED:S SCHEDULED>OFFERED:S IN_PROGRESS>OFFERED:S
    hand_over   ACCEPTED>OFFERED:I SCHEDULED>OFFERED:I IN_PROGRESS>OFFERED:I
    hand_over   ACCEPTED>TRIAGED:I SCHEDULED>TRIAGED:I IN_PROGRESS>TRIAGED:I
    confirm     DONE>CLOSED:H
    auto_close  DONE>CLOSED:T
    unreached   DONE>DONE:S DONE>CLOSED:S
    not_fixed   DONE>IN_PROGRESS:H DONE>TRIAGED:H
    rate        CLOSED>CLOSED:H
    reopen      CLOSED>TRIAGED:HS
    cancel      NEW>CANCELLED:HS TRIAGED>CANCELLED:HS OFFERED>CANCELLED:HS ACCEPTED>CANCELLED:HS
    cancel      SCHEDULED>CANCELLED:HS EN_ROUTE>CANCELLED:S
    restore     CANCELLED>TRIAGED:M REJECTED>TRIAGED:M
    correct     NEW>NEW:S TRIAGED>TRIAGED:S OFFERED>OFFERED:S ACCEPTED>ACCEPTED:S SCHEDULED>SCHEDULED:S
    correct     EN_ROUTE>EN_ROUTE:S IN_PROGRESS>IN_PROGRESS:S
    called      NEW>NEW:S TRIAGED>TRIAGED:S OFFERED>OFFERED:S ACCEPTED>ACCEPTED:S SCHEDULED>SCHEDULED:S
    called      EN_ROUTE>EN_ROUTE:S IN_PROGRESS>IN_PROGRESS:S
    urge        NEW>NEW:H TRIAGED>TRIAGED:H OFFERED>OFFERED:H ACCEPTED>ACCEPTED:H SCHEDULED>SCHEDULED:H
    urge        EN_ROUTE>EN_ROUTE:H IN_PROGRESS>IN_PROGRESS:H
"""
"""Who may do what, said once more by hand: H homeowner, C candidate, I installer, S staff, M manager, T time."""


def written() -> dict[tuple[str, str, str], str]:
    """(action, from, to) → the letters of who may."""
    found = {}
    for line in RULES.split("\n"):
        action, *cells = line.split() or [""]
        for cell in cells:
            states, letters = cell.split(":")
            before, after = states.split(">")
            found[action, before, after] = letters
    return found


def letters(who: Who) -> str:
    return "".join(letter for letter, one in LETTERS.items() if who & one)


def everybody() -> list[Who]:
    """Each single standing, nobody, and each pair of them."""
    some = [Who.NOBODY, *LETTERS.values()]
    return list(dict.fromkeys(one | other for one, other in product(some, some)))


def standing_in(state: State) -> Request:
    """A request in which every guard of the first rows holds at ``NOW``."""
    return Request(
        id="R-1",
        homeowner_id="hana",
        version=9,
        state=state,
        installer_id="zhang",
        window_start=NOW - timedelta(hours=3),
        window_end=NOW - timedelta(hours=1),
        code="0007",
        created_at=NOW - timedelta(days=1),
        done_at=NOW - timedelta(hours=1),
        closed_at=NOW - timedelta(hours=1),
    )


WILLING = Situation(promises=PROMISES, candidates=("li",), code="0007")


def test_the_table_says_what_the_rules_say():
    """Every row of the table is in the rules with the same people, and every rule is a row: widening one is seen."""
    table = {(row.action, row.before.value, row.after.value): letters(row.may) for row in TRANSITIONS}

    assert table == written()
    assert len(TRANSITIONS) == len(table)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", State)
def test_every_cell_of_state_action_and_standing(state: State, action: str):
    """An action moves to the table's state for those it names, and is refused for the right reason to all others."""
    rules = [(cell, may) for cell, may in written().items() if cell[:2] == (action, state.value)]
    for who in everybody():
        actor = Actor(Person("somebody"), who, "fake")
        allowed = [cell for cell, may in rules if any(LETTERS[letter] & who for letter in may)]
        if not rules:
            with pytest.raises(NotPossible):
                move(standing_in(state), action, actor, NOW, GIVEN, WILLING)
        elif not allowed:
            with pytest.raises(NotAllowed):
                move(standing_in(state), action, actor, NOW, GIVEN, WILLING)
        else:
            moved = move(standing_in(state), action, actor, NOW, GIVEN, WILLING)
            assert (moved.event.action, moved.event.before, moved.event.after) == allowed[0]
            assert moved.request.state.value == allowed[0][2]
            assert moved.request.version == moved.event.number == 10


@pytest.mark.parametrize("state", State)
def test_what_is_offered_is_what_is_allowed(state: State):
    """The actions a card may offer are exactly those that somebody of that standing may do there, each once."""
    for who in everybody():
        offered = [row.action for row in possible(state, who)]
        rules = {
            a
            for (a, before, _), may in written().items()
            if before == state.value and any(LETTERS[x] & who for x in may)
        }
        assert len(offered) == len(set(offered))
        assert set(offered) == rules


def test_a_row_behind_another_differs_by_its_guard():
    """Where two rows share state and action, all but the last have a guard; so nothing is unreachable."""
    for state, action in product(State, ACTIONS):
        rows = choices(state, action)
        assert all(row.guard for row in rows[:-1])


def test_every_guard_is_a_rule_and_every_rule_is_used():
    """A row names only guards that exist, and no guard is left over."""
    assert {row.guard for row in TRANSITIONS if row.guard} == set(GUARDS)


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.before.value}-{row.action}-{row.after.value}")
def test_what_is_taken_back_needs_a_reason(row: Row):
    """Whatever undoes or moves what somebody counted on is not done without a reason."""
    owed = {"reject", "cancel", "reschedule", "no_show", "reassign", "hand_over", "not_fixed", "reopen", "restore"}
    if row.action in owed | {"decline", "override"}:
        assert Need.REASON in row.needs


# ---- guards: the moment before a limit, the limit, the moment behind it

SECOND = timedelta(seconds=1)
START, END = NOW, NOW + timedelta(hours=2)
AGREED = replace(standing_in(State.SCHEDULED), window_start=START, window_end=END)
DONE = replace(standing_in(State.DONE), done_at=NOW)
CLOSED = replace(standing_in(State.CLOSED), closed_at=NOW)
RATED = replace(CLOSED, rated_at=NOW + timedelta(days=10))
COMPLAINT = replace(CLOSED, type="complaint")
UPSET = replace(DONE, type="complaint")
TRIED = replace(WILLING, tried_before=True)
OFFERED = standing_in(State.OFFERED)
FILED = standing_in(State.NEW)
ACCUSING = replace(FILED, type="complaint")
H, INSTALLER, S = Who.HOMEOWNER, Who.INSTALLER, Who.STAFF

LIMITS: list[tuple[str, Request, Who, datetime, Situation, bool]] = [
    ("in_right_hands", FILED, S, NOW, WILLING, True),
    ("in_right_hands", ACCUSING, S, NOW, WILLING, False),
    ("in_right_hands", ACCUSING, S | Who.MANAGER, NOW, WILLING, True),
    ("in_right_hands", ACCUSING, H, NOW, WILLING, True),
    ("near_window", AGREED, INSTALLER, START - timedelta(minutes=120) - SECOND, WILLING, False),
    ("near_window", AGREED, INSTALLER, START - timedelta(minutes=120), WILLING, True),
    ("near_window", AGREED, INSTALLER, END + timedelta(days=2), WILLING, True),
    ("window_over", AGREED, INSTALLER, END + timedelta(minutes=15) - SECOND, WILLING, False),
    ("window_over", AGREED, INSTALLER, END + timedelta(minutes=15), WILLING, True),
    ("window_over", AGREED, H, END + timedelta(minutes=15) - SECOND, WILLING, False),
    ("window_over", AGREED, H, END + timedelta(minutes=15), WILLING, True),
    ("window_over", AGREED, S, START - timedelta(days=1), WILLING, True),
    ("code_right", AGREED, INSTALLER, NOW, WILLING, True),
    ("code_right", AGREED, INSTALLER, NOW, replace(WILLING, code="0008"), False),
    ("code_right", AGREED, INSTALLER, NOW, replace(WILLING, code="7"), False),
    ("code_right", AGREED, INSTALLER, NOW, replace(WILLING, code=""), False),
    ("code_right", AGREED, INSTALLER, NOW, replace(WILLING, code="十七"), False),
    ("code_right", replace(AGREED, code=""), INSTALLER, NOW, replace(WILLING, code=""), False),
    ("just_done", DONE, H, NOW + timedelta(hours=2), WILLING, True),
    ("just_done", DONE, H, NOW + timedelta(hours=2) + SECOND, WILLING, False),
    ("just_done", replace(DONE, repeats=1), H, NOW, WILLING, False),
    ("just_done", replace(DONE, done_at=None), H, NOW, WILLING, False),
    ("lapses", DONE, Who.TIME, NOW, WILLING, True),
    ("lapses", UPSET, Who.TIME, NOW + timedelta(days=400), TRIED, False),
    ("first_try", UPSET, S, NOW, WILLING, True),
    ("first_try", UPSET, S, NOW, TRIED, False),
    ("first_try", DONE, S, NOW, TRIED, True),
    ("recent", CLOSED, H, NOW + timedelta(days=15), WILLING, True),
    ("recent", CLOSED, H, NOW + timedelta(days=15) + SECOND, WILLING, False),
    ("recent", COMPLAINT, H, NOW + timedelta(days=30), WILLING, True),
    ("recent", COMPLAINT, H, NOW + timedelta(days=30) + SECOND, WILLING, False),
    ("recent", CLOSED, S, NOW + timedelta(days=400), WILLING, True),
    ("rating_open", CLOSED, H, NOW + timedelta(days=15), WILLING, True),
    ("rating_open", CLOSED, H, NOW + timedelta(days=15) + SECOND, WILLING, False),
    ("rating_open", RATED, H, NOW + timedelta(days=17), WILLING, True),
    ("rating_open", RATED, H, NOW + timedelta(days=17) + SECOND, WILLING, False),
    ("candidates_left", OFFERED, Who.CANDIDATE, NOW, WILLING, True),
    ("candidates_left", OFFERED, Who.CANDIDATE, NOW, replace(WILLING, candidates=()), False),
    ("candidates_left", OFFERED, Who.CANDIDATE, NOW, replace(WILLING, candidates=(), others_open=True), True),
    ("candidates_left", replace(OFFERED, declines=1), Who.TIME, NOW, WILLING, True),
    ("candidates_left", replace(OFFERED, declines=2), Who.TIME, NOW, WILLING, False),
    ("candidates_left", replace(OFFERED, declines=2), INSTALLER, NOW, WILLING, True),
]


@pytest.mark.parametrize(("guard", "request_", "who", "at", "situation", "holds"), LIMITS)
def test_each_guard_just_before_and_behind_its_limit(
    guard: str, request_: Request, who: Who, at: datetime, situation: Situation, holds: bool
):
    """A limit counts to the second, for those whom it binds; a refusal carries the words that say why."""
    refusal = GUARDS[guard](request_, who, at, situation)

    assert (refusal is None) is holds
    assert refusal is None or refusal.id.startswith("refused-")


def test_every_guard_is_tried_on_both_sides():
    """No guard is without a case that lets through and one that refuses."""
    assert {(name, holds) for name, *_, holds in LIMITS} == {
        (name, holds) for name in GUARDS for holds in (True, False)
    }


def test_a_guard_that_refuses_leads_to_the_row_behind_it():
    """Nobody left to ask: a decline leads back to staff; «没修好» after two hours does as well."""
    alone = replace(WILLING, candidates=())
    late = NOW + timedelta(hours=2)

    assert find_row(OFFERED, "decline", Who.CANDIDATE, NOW, alone).after is State.TRIAGED
    assert find_row(OFFERED, "expire", Who.TIME, NOW, alone).after is State.TRIAGED
    assert find_row(AGREED, "hand_over", INSTALLER, NOW, alone).after is State.TRIAGED
    assert find_row(DONE, "not_fixed", H, late + SECOND, WILLING).after is State.TRIAGED
    assert find_row(UPSET, "unreached", S, NOW, WILLING).after is State.DONE
    assert find_row(UPSET, "unreached", S, NOW, TRIED).after is State.CLOSED


def test_a_last_guard_that_refuses_says_why():
    """A row whose guard fails, with none behind it, is not possible, in the guard's own words."""
    with pytest.raises(NotPossible) as refused:
        find_row(AGREED, "depart", INSTALLER, START - timedelta(hours=5), WILLING)

    assert refused.value.text.id == "refused-too-early"
    assert refused.value.text.args["at"] == START - timedelta(hours=2)
