"""Which installer a job is for: a page of them at a time, and anyone by number or name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.chat import Inbound, Text
from domain.errors import Invalid, NotPossible
from domain.people import Person
from handlers.fields import choice_field
from handlers.forms import Choice, Draft, Field, More
from handlers.offers import POOL, able
from handlers.turn import words

MORE = "more"
PAGE = 8
FROM = "_installers_from"
"""Among the answers: the place of the first installer that is shown."""


def installer_field() -> Field:
    """To whom it is offered: one of the installers who could do it, or all of them."""

    async def choices(draft: Draft) -> tuple[Choice, ...]:
        free = await _free(draft)
        shown = free[_start(draft, free) :][:PAGE]
        named = tuple(Choice(Text("installer", {"name": one.name, "number": one.number}), one.id) for one in shown)
        others = Choice(Text("offer-others", {"count": len(free) - len(shown)}), MORE)
        pool = Choice(Text("offer-pool", {"count": len(free)}), POOL)
        return (*named, pool, *((others,) if len(free) > PAGE else ()))

    field = choice_field("installer", Text("ask-installer"), choices, columns=1)

    async def read(draft: Draft, message: Inbound) -> Any:
        free = await _free(draft)
        if message.text == MORE:
            start = _start(draft, free) + PAGE
            return More({FROM: start if start < len(free) else 0})
        found = _named(free, message.text)
        if len(found) > 1:
            raise Invalid(Text("installer-which", {"numbers": tuple([words(one.number) for one in found])}))
        return found[0].id if found else await field.read(draft, message)

    return replace(field, read=read)


async def _free(draft: Draft) -> list[Person]:
    request = await draft.store.requests.get(draft.talk.subject, draft.turn.viewer)
    free = await able(draft.turn, draft.store, request)
    if not free:
        raise NotPossible(Text("refused-nobody"))
    return free


def _start(draft: Draft, free: Sequence[Person]) -> int:
    start = int(draft.answers.get(FROM, 0))
    return start if start < len(free) else 0


def _named(free: Sequence[Person], said: str) -> list[Person]:
    """Whose button it was, or who has this number, or else this name; a short number is the place of a button."""
    said = said.strip()
    if said.isdecimal() and len(said) < 3:
        return []
    for name in ("id", "number", "name"):
        found = [one for one in free if said and getattr(one, name).lower() == said.lower()]
        if found:
            return found
    return []
