"""What happens when a promise's clock rings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from domain.chat import Kind, Line, Outbound, Text
from domain.people import INSIDE
from domain.requests import Request
from domain.states import OPEN, State
from handlers.cards import homeowner_card, job_card, staff_card
from handlers.notices import know, put, tell_managers, to_group
from handlers.turn import Turn
from storage.store import Store


async def first_remind(turn: Turn, store: Store) -> list[Outbound]:
    """Nobody has answered yet: the group is reminded while there is still time."""
    request = await _unanswered(turn, store)
    if request is None:
        return []
    promises = turn.company.promises
    left = promises.first_answer_min - promises.first_answer_remind_min
    text = Text("clock-first-remind", {"id": request.id, "minutes": left})
    return await _group(turn, store, request, text, until=turn.now + timedelta(minutes=left))


async def first_breach(turn: Turn, store: Store) -> list[Outbound]:
    """The promise is broken: the group and every manager hear of it, and the homeowner an honest word."""
    request = await _unanswered(turn, store)
    if request is None:
        return []
    text = Text("clock-first-breach", {"id": request.id, "minutes": turn.company.promises.first_answer_min})
    known = await know(turn, store, request)
    place = await store.people.place(request.homeowner_id)
    sorry = Line(Text("clock-first-sorry", {"phone": turn.company.service_phone}))
    waits = not request.installer_id
    own = [put(place, homeowner_card(request, known), request, [sorry], fresh=True)] if place and waits else []
    return [
        *await _group(turn, store, request, text),
        *await tell_managers(turn, store, request, text, known),
        *own,
    ]


async def closing_soon(turn: Turn, store: Store) -> list[Outbound]:
    """A day before a finished job closes by itself, the homeowner is told."""
    request = await store.requests.get(turn.subject, INSIDE)
    place = await store.people.place(request.homeowner_id)
    if request.state is not State.DONE or place is None:
        return []
    hours = turn.company.promises.confirm_told_hours_before
    text = Text("clock-closing-soon", {"id": request.id, "hours": hours})
    line = Line(text, until=turn.now + timedelta(hours=hours))
    return [put(place, homeowner_card(request, await know(turn, store, request)), request, [line], fresh=True)]


async def late(turn: Turn, store: Store) -> list[Outbound]:
    """The window is over and nobody has arrived: staff are told, and each side may now say who did not come."""
    request = await store.requests.get(turn.subject, INSIDE)
    waiting = request.state in (State.SCHEDULED, State.EN_ROUTE)
    if not waiting or request.window is None or turn.now < request.window.end:
        return []
    known = await know(turn, store, request)
    own = await store.people.place(request.homeowner_id)
    job = await store.people.place(request.installer_id)
    line = Line(Text("clock-late", {"id": request.id, "span": request.window}), Kind.ALERT)
    return [
        *await _group(turn, store, request, line.text),
        *([put(own, homeowner_card(request, known), request, [line], fresh=True)] if own else ()),
        *([put(job, job_card(request, known), request, [line], fresh=True)] if job else ()),
    ]


async def _unanswered(turn: Turn, store: Store) -> Request | None:
    request = await store.requests.get(turn.subject, INSIDE)
    return request if request.answered_at is None and request.state in OPEN else None


async def _group(
    turn: Turn, store: Store, request: Request, text: Text, until: datetime | None = None
) -> list[Outbound]:
    card = staff_card(request, await know(turn, store, request))
    card = replace(card, lines=(Line(text, Kind.ALERT, until), *card.lines))
    return [to_group(place, card, request, fresh=True) for place in await store.groups.places("staff")]
