"""docs/states.md: the table and its diagram, made from domain/states.py."""

from __future__ import annotations

from collections.abc import Iterator

from domain.states import TRANSITIONS, Row, State, Who


def states_page() -> str:
    """The page in Markdown, with a Mermaid diagram; the same table gives the same bytes."""
    return "\n".join((*_head(), *_diagram(), *_table(), ""))


def _head() -> tuple[str, ...]:
    return ("# The states of a request", "", "Made from `domain/states.py` by `make docs`; do not edit.", "")


def _diagram() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {State.NEW.value}: file"
    arrows: dict[tuple[State, State], list[str]] = {}
    for row in TRANSITIONS:
        if row.before is not row.after:
            arrows.setdefault((row.before, row.after), []).append(row.action)
    for (before, after), actions in arrows.items():
        yield f"    {before.value} --> {after.value}: {', '.join(actions)}"
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


def _who(who: Who) -> str:
    return ", ".join((one.name or "").lower() for one in who)
