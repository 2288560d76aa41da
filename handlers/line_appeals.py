"""申诉 about a line of the passbook: a question to the managers, which one of them answers. It waits until then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from domain.chat import Button, Kind, Line, Outbound, Style, Text
from domain.ledger import Entry
from domain.people import INSIDE, Person, Role
from handlers.answers import OF_LINE
from handlers.audience import ask_staff
from handlers.passbook import asked_for, explained
from handlers.turn import Turn, words
from storage.store import Store

EVERYBODY = (Role.MANAGER, Role.ADMIN)
"""Who decides about money."""


async def ask(turn: Turn, store: Store) -> list[Outbound]:
    """The line goes to the managers, once until it is answered."""
    entry = await asked_for(turn, store)
    name = subject(entry)
    if await store.timers.waits(name):
        return [turn.say(Text("line-asked-before", {"number": entry.number}))]
    hours = turn.company.bank.referring.review_hours
    await _remember(turn, store, entry, 0)
    done = turn.say(Text("line-asked", {"number": entry.number, "hours": hours}))
    return [done, *await _tell(turn, store, entry, turn.person, Text("line-question"))]


def subject(entry: Entry) -> str:
    """Under which a line is spoken of, and waits."""
    return f"{OF_LINE}{entry.person_id}:{entry.number}"


async def _remember(turn: Turn, store: Store, entry: Entry, level: int) -> None:
    due_at = turn.now + timedelta(hours=turn.company.bank.referring.review_hours)
    args = {"number": entry.number, "level": level}
    await store.timers.set(subject(entry), due_at, "clock.line_late", entry.person_id, args)


async def late(turn: Turn, store: Store) -> list[Outbound]:
    """Nobody has answered: managers hear of it once more, then the admins, again and again."""
    person = await store.people.get(await store.ledger.heir(turn.subject))
    number, level = (int(turn.inbound.args.get(name, 0)) for name in ("number", "level"))
    found = await store.ledger.lines(turn.subject, INSIDE, number + 1, 1) if person and number else ()
    if person is None or not person.active or not found:
        return []
    await _remember(turn, store, found[0], level + 1)
    roles = (Role.ADMIN,) if level else (Role.MANAGER,)
    return await _tell(turn, store, found[0], person, Text("line-overdue"), roles)


async def _tell(
    turn: Turn, store: Store, entry: Entry, person: Person, head: Text, roles: Sequence[Role] = EVERYBODY
) -> list[Outbound]:
    """Each of them in private; if none can be reached, staff."""
    whose = words(person.name) if person.name else Text("somebody")
    zone, locale = turn.company.tz, turn.company.staff_locale
    told = (
        Line(head, Kind.ALERT),
        Line(Text("line-whose", {"name": whose, "id": entry.key}), Kind.FACT),
        *explained(entry, (), zone, locale),
    )
    managers = [one for role in roles for one in await store.people.working(role)]
    places = [await store.people.place(one.id) for one in managers if one.id != person.id]
    answer = (Button(Text("answer-button"), "answer.start", subject(entry), style=Style.PRIMARY),)
    out = [Outbound(place, told, (answer,), subject=subject(entry)) for place in places if place]
    out = out or await ask_staff(turn, store, subject(entry), told)
    return [replace(one, card=subject(entry), fresh=True) for one in out]
