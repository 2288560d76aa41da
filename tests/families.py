"""The texts whose ids the code puts together: which there must be, counted from the same tables as the code's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from domain.people import Role
from domain.states import ACTIONS, TRANSITIONS, Need, Row, State, Who
from handlers.dialogs import STEPS
from handlers.notices import ANNOUNCED
from handlers.people import INVITED
from messages import LOCALES
from tests import families_bank, families_referrals

RELEASED = frozenset({State.TRIAGED, State.OFFERED})
"""Who comes to these states has no installer any more."""

COMES_BACK = frozenset({"decline", "expire", "hand_over", "not_fixed"})
"""What is told in other words if it leads back to TRIAGED."""

COUNTED = ("escalation", "repeats", "urges")
"""Facts that a card shows once there are some."""

SAID = (
    "report_start request_mine human jobs_today command_queue command_help command_start command_language"
    " command_verify form_cancel form_enough form_back form_skip referral_share passbook_show passbook_statement"
    " counter_code board_show yes"
).split()
"""What people may type instead of pressing a button."""


def held() -> frozenset[State]:
    """The states in which an installer may hold a request."""
    found = {row.after for row in TRANSITIONS if row.action == "accept"}
    while more := {row.after for row in TRANSITIONS if row.before in found} - found - RELEASED:
        found |= more
    return frozenset(found)


def told(row: Row) -> set[str]:
    """What is said of one row of the table: to the homeowner, to staff if it is announced, to who holds the job."""
    back = row.action in COMES_BACK and row.after is State.TRIAGED
    action = f"{row.action}-back" if back else row.action
    audiences = {
        "homeowner": row.told & Who.HOMEOWNER,
        "staff": row.told & Who.STAFF if row.action in ANNOUNCED else Who.NOBODY,
        "installer": row.told & Who.INSTALLER if row.after in held() else Who.NOBODY,
    }
    return {f"{action}-{audience}" for audience, hears in audiences.items() if hears}


def calls(trees: Iterable[ast.Module], function: str) -> list[ast.Call]:
    """The calls of a function by its plain name."""
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [node for node in nodes if isinstance(node.func, ast.Name) and node.func.id == function]


def given(call: ast.Call, place: int) -> str:
    """The text that stands at this place of a call, "" if something else does."""
    node = call.args[place] if len(call.args) > place else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def facts(trees: Iterable[ast.Module]) -> dict[str, frozenset[str]]:
    """The facts of cards, each with the arguments that the code gives."""
    found = {given(call, 0): frozenset(word.arg or "" for word in call.keywords) for call in calls(trees, "fact")}
    return {**{name: frozenset({"count"}) for name in COUNTED}, **{name: args for name, args in found.items() if name}}


def families(trees: Iterable[ast.Module]) -> dict[str, tuple[str, ...]]:
    """How the ids begin, and how each of the family ends."""
    trees = tuple(trees)
    every = tuple(state.value for state in State)
    pressed = [action for action in ACTIONS if any(r.may & ~Who.TIME for r in TRANSITIONS if r.action == action)]
    explained = [action for action in ACTIONS if any(Need.REASON in r.needs for r in TRANSITIONS if r.action == action)]
    remarks = {given(call, 1) for call in calls(trees, "remark")} - {""}
    return {
        "state-": every,
        "home-state-": every,
        "next-": every,
        "todo-": every,
        "job-next-": tuple(sorted(held())),
        "action-": tuple(pressed),
        "event-": (*ACTIONS, "file", *sorted(remarks)),
        "told-": tuple(sorted({id for row in TRANSITIONS for id in told(row)})),
        "ask-reason-": tuple(explained),
        "fact-": tuple(facts(trees)),
        "form-": tuple(STEPS),
        "role-": tuple(role.value for role in (*INVITED, Role.ADMIN)),
        "joined-": tuple(role.value for role in (*INVITED, Role.ADMIN)),
        "help-": tuple(role.value for role in Role if role.is_staff),
        "card-title": ("", "-emergency"),
        "reason-": ("other-day",),
        "language-": LOCALES,
        "say-": tuple(SAID),
        "weekday-": tuple(str(day) for day in range(1, 8)),
        "month-": tuple(str(month) for month in range(1, 13)),
        **families_bank.FAMILIES,
        **families_referrals.FAMILIES,
    }


ARGUMENTS: Mapping[str, frozenset[str]] = {
    "event-": frozenset({"at", "who"}),
    "told-": frozenset("id who installer reason span code score what".split()),
    "joined-": frozenset({"who", "company"}),
    "card-title": frozenset({"id", "what"}),
    "reason-": frozenset({"day"}),
    **families_bank.ARGUMENTS,
    **families_referrals.ARGUMENTS,
}
"""What the code gives to every member of a family; to the others nothing, and to each fact its own."""

PUT_TOGETHER = re.compile(r"(web-[a-z-]*)(?=[\"'] ~|\$?\{)")


def of_pages(pages: str, ids: Iterable[str]) -> set[str]:
    """The ids that a page names, or puts together: «web-hint-» and a number, «web-» and a word of its own."""
    starts = {start for start in PUT_TOGETHER.findall(pages) if start != "web-"}
    return {id for id in ids if id in pages or id.startswith(tuple(starts)) or f'"{id.removeprefix("web-")}"' in pages}
