"""What a correction has changed, in words, and whom that concerns."""

from __future__ import annotations

from dataclasses import replace

from domain.chat import Text
from domain.people import say_phone
from domain.requests import Moved, Request
from domain.states import Who
from handlers.turn import words

OF_HOMEOWNER = frozenset({"type", "category", "phone", "address", "door", "district"})
"""What the homeowner has said, and is told if it is corrected; how urgent it is, is for staff to know."""


def heard(moved: Moved) -> Moved:
    """The same, so that a correction is told to the homeowner only where it concerns them."""
    if moved.row.action != "correct" or OF_HOMEOWNER & set(moved.event.changes):
        return moved
    return replace(moved, row=replace(moved.row, told=moved.row.told & ~Who.HOMEOWNER))


def corrected(moved: Moved) -> Text:
    """What was corrected: of type, category and danger also from what; nothing of other actions."""
    was, now, changed = moved.before, moved.request, moved.event.changes
    if moved.row.action != "correct":
        return words("")
    if "type" in changed:
        return Text("corrected-type", {"was": Text(f"type-{was.type}"), "now": Text(f"type-{now.type}")})
    if "category" in changed:
        was_now = {"was": Text(f"category-{was.category}"), "now": Text(f"category-{now.category}")}
        return Text("corrected-category", was_now)
    if "danger" in changed:
        return Text("corrected-danger", {"was": grade(was.danger), "now": grade(now.danger)})
    if "phone" in changed:
        return Text("corrected-phone", {"phone": say_phone(now.phone)})
    return Text("corrected-home", {"home": _home(now)})


def grade(danger: str) -> Text:
    """How urgent: the danger's name, or none."""
    return Text(f"danger-{danger}") if danger else Text("correct-ordinary")


def _home(request: Request) -> Text:
    district = Text(f"district-{request.district}") if request.district else words("")
    return Text("home", {"district": district, "address": request.address, "door": request.door})
