"""What an installer confirms before the work is done, point by point."""

from __future__ import annotations

from typing import Any

from domain.chat import Inbound, Kind, Line, Style, Text
from domain.company import Company
from domain.errors import Invalid
from domain.replies import all_done
from handlers.fields import noted, picked, text_field
from handlers.forms import Choice, Draft, Field, More, Question

TICKED = "_checks"
"""Among the answers: what was tapped so far."""

ALL, REST = "all", "rest"


def due(draft: Draft) -> tuple[str, ...]:
    """What the category asks for, as far as the company still has it."""
    company = draft.turn.company
    category = company.category(str(draft.answers.get("_category", "")))
    return tuple(code for code in category.checks if code in _known(company)) if category else ()


def missing(draft: Draft) -> tuple[str, ...]:
    """What was not confirmed."""
    return tuple(code for code in due(draft) if code not in draft.answers.get("checks", ()))


def result(draft: Draft) -> dict[str, Any]:
    """What was confirmed and what not, as the request keeps it."""
    return {"checked": draft.answers.get("checks", ()), "unchecked": missing(draft)}


async def _ask(draft: Draft) -> Question:
    taken = draft.answers.get(TICKED, ())
    some = [Choice(Text(f"check-{code}"), code, _style(code in taken)) for code in due(draft)]
    lines = [Line(Text("ask-checks"), Kind.NEXT)]
    if taken:
        lines.append(Line(Text("form-taken", {"taken": tuple(Text(f"check-{code}") for code in taken)})))
    ends = (
        Choice(Text("checks-rest" if taken else "checks-none"), REST),
        Choice(Text("checks-all"), ALL, _style(not taken)),
    )
    return Question(tuple(lines), (*some, *ends))


def _style(meant: bool) -> Style:
    return Style.PRIMARY if meant else Style.PLAIN


async def _read(draft: Draft, message: Inbound) -> Any:
    """A tap takes a point or gives it back; the last of them ends it. Words are kept, but confirm nothing unless they
    agree."""
    taken, points = list(draft.answers.get(TICKED, ())), due(draft)
    try:
        said = ALL if all_done(message.text) else picked([*points, REST, ALL], message.text)
    except Invalid:
        if not message.text.strip():
            raise
        return More(noted(draft, message))
    if said in (ALL, REST):
        return list(points) if said == ALL else taken
    now = [code for code in points if (code in taken) != (code == said)]
    return now if len(now) == len(points) else More({TICKED: now})


FIELDS = (
    Field("checks", _ask, _read, needed=lambda draft: bool(due(draft))),
    text_field("unchecked", Text("ask-unchecked"), chars_max=300, needed=lambda draft: bool(missing(draft))),
)


def _known(company: Company) -> set[str]:
    return {one.code for one in company.checks}
