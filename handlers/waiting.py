"""Somebody was promised a human, and the clock of that rings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.chat import Kind, Line, Outbound, Text
from domain.errors import NotFound
from domain.people import INSIDE, Person
from domain.requests import Request
from handlers.audience import ask_staff, desks, manager_places, to_be_answered
from handlers.cards import called
from handlers.clocks import PERSON
from handlers.notices import topic_of
from handlers.turn import Turn, lines
from storage.store import Store


async def remind(turn: Turn, store: Store) -> list[Outbound]:
    """Nobody has answered them yet: staff are reminded while there is still time."""
    person = await _waiting(turn, store)
    if person is None:
        return []
    promises = turn.company.promises
    minutes = promises.first_answer_min - promises.first_answer_remind_min
    left = Line(Text("clock-person-left", {"minutes": minutes}), until=turn.now + timedelta(minutes=minutes))
    return await _tell(turn, store, person, "clock-person-remind", [left])


async def breach(turn: Turn, store: Store) -> list[Outbound]:
    """The promise is broken: staff and every manager hear of it, and who waits an honest word."""
    person = await _waiting(turn, store)
    if person is None:
        return []
    managers = await manager_places(turn, store)
    known = [Line(Text("clock-managers-told"))] if managers else []
    told = await _tell(turn, store, person, "clock-person-breach", known)
    request = await _about(turn, store)
    alert = _head(turn, person, request, "clock-person-breach")
    paged = [Outbound(place, (alert,), subject=_subject(turn, request)) for place in managers]
    own = await store.people.place(person.id)
    return [
        *told,
        *[to_be_answered(one, replied=False) for one in paged],
        *([Outbound(own, lines(await sorry(turn, store, managers)))] if own else ()),
    ]


async def sorry(turn: Turn, store: Store, managers: Sequence[object]) -> Text:
    """What somebody reads who was promised an answer by now: that a manager knows, if any of ``managers`` was told or
    reads what staff do, and whom to call."""
    known = managers or any(not replied for _, replied in await desks(turn, store))
    return Text("clock-first-sorry" if known else "clock-first-sorry-alone", {"phone": turn.company.service_phone})


async def _waiting(turn: Turn, store: Store) -> Person | None:
    person = await store.people.get(turn.subject.removeprefix(PERSON))
    return person if person and person.active else None


async def _tell(turn: Turn, store: Store, person: Person, text: str, more: Sequence[Line]) -> list[Outbound]:
    """All staff, who may answer it; in the topic of the request where it is about one."""
    request = await _about(turn, store)
    told = [_head(turn, person, request, text), *more]
    return await ask_staff(turn, store, _subject(turn, request), told, topic=topic_of(request) if request else None)


def _head(turn: Turn, person: Person, request: Request | None, text: str) -> Line:
    about, by = request.id if request else "", datetime.fromisoformat(str(turn.inbound.args["by"]))
    return Line(Text(text, {"name": called(person), "id": about, "by": by}), Kind.ALERT)


def _subject(turn: Turn, request: Request | None) -> str:
    return request.id if request else turn.subject


async def _about(turn: Turn, store: Store) -> Request | None:
    about = str(turn.inbound.args.get("about", ""))
    try:
        return await store.requests.get(about, INSIDE) if about else None
    except NotFound:
        return None
