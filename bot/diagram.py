"""docs/states.md and docs/referrals.md: the tables and their diagrams, made from domain/states.py and
domain/referral_states.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Flag

from domain import referral_states as referrals
from domain.states import TRANSITIONS, Row, State


def states_page() -> str:
    """The page in Markdown, with a Mermaid diagram; the same table gives the same bytes."""
    return "\n".join((*_head(), *_diagram(), *_table(), ""))


def _head() -> tuple[str, ...]:
    return ("# The states of a request", "", "Made from `domain/states.py` by `make docs`; do not edit.", "")


def _diagram() -> Iterator[str]:
    moves = ((row.before.value, row.after.value, row.action) for row in TRANSITIONS if row.before is not row.after)
    yield from _drawn(State.NEW.value, "file", moves)


def _drawn(first: str, begins: str, moves: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """The arrows from (before, after, action); those between the same two are one."""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {first}: {begins}"
    arrows: dict[tuple[str, str], list[str]] = {}
    for before, after, action in moves:
        arrows.setdefault((before, after), []).append(action)
    for (before, after), actions in arrows.items():
        yield f"    {before} --> {after}: {', '.join(actions)}"
    yield "```"
    yield ""


def _table() -> Iterator[str]:
    yield "| from | action | to | may | told | needs | guard |"
    yield "|---|---|---|---|---|---|---|"
    yield from (_line(row) for row in TRANSITIONS)


def _line(row: Row) -> str:
    needs = ", ".join(row.needs)
    return (
        f"| {row.before.value} | {row.action} | {row.after.value} | {_who(row.may)} | {_who(row.told)} | {needs}"
        f" | {row.guard} |"
    )


def _who(who: Flag) -> str:
    return ", ".join((one.name or "").lower() for one in who)


def referrals_page() -> str:
    """The same for referrals."""
    head = (
        "# The stages of a referral",
        "",
        "Made from `domain/referral_states.py` by `make docs`; do not edit.",
        "",
        "What is held goes back to where it was held from, or to where the facts lead. The system acts as soon as the",
        "fact is there, and a manager with words that the referrer reads. Whose friend it is has no part in it.",
        "",
    )
    moves = ((step.before.value, step.after.value, step.action) for step in referrals.TRANSITIONS if step.after)
    drawn = _drawn(referrals.Stage.CREATED.value, "create", moves)
    return "\n".join((*head, *drawn, *_referral_table(), ""))


def _referral_table() -> Iterator[str]:
    yield "| from | action | to | may | told | words | fact |"
    yield "|---|---|---|---|---|---|---|"
    for step in referrals.TRANSITIONS:
        after = step.after.value if step.after else "where it was"
        words = "yes" if step.reasoned else ""
        yield (
            f"| {step.before.value} | {step.action} | {after} | {_who(step.may)} | {_who(step.told)} | {words}"
            f" | {step.fact} |"
        )
