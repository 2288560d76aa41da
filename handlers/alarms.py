"""What happens when a promise's clock rings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.chat import Kind, Line, Outbound, Text
from domain.guards import COMPLAINT
from domain.people import INSIDE
from domain.requests import Request, remark
from domain.states import OPEN, State
from handlers import amends, waiting
from handlers.cards import homeowner_card, staff_card
from handlers.clocks import PERSON
from handlers.job_cards import job_card
from handlers.notices import card_places, know, put, tell_managers, to_group
from handlers.turn import Turn
from storage.store import Store

COMPLAINT_HOURS = 24
"""So often staff are told of a complaint whose homeowner has not spoken."""


async def first_remind(turn: Turn, store: Store) -> list[Outbound]:
    """Nobody has answered yet: the group is reminded while there is still time."""
    if turn.subject.startswith(PERSON):
        return await waiting.remind(turn, store)
    request = await _unanswered(turn, store)
    if request is None:
        return []
    promises = turn.company.promises
    left = promises.first_answer_min - promises.first_answer_remind_min
    text = Text("clock-first-remind", {"id": request.id, "minutes": left})
    return await _group(turn, store, request, text, until=turn.now + timedelta(minutes=left))


async def first_breach(turn: Turn, store: Store) -> list[Outbound]:
    """The promise is broken: the group and every manager hear of it, and the homeowner an honest word."""
    if turn.subject.startswith(PERSON):
        return await waiting.breach(turn, store)
    request = await _unanswered(turn, store)
    if request is None:
        return []
    escalated = {"escalation": max(request.escalation, 1)}
    broken = remark(request, "unanswered", turn.actor(request), turn.now, escalated)
    await store.requests.save(broken)
    request = broken.request
    text = Text("clock-first-breach", {"id": request.id, "minutes": turn.company.promises.first_answer_min})
    known = await know(turn, store, request)
    place = await store.people.place(request.homeowner_id)
    paged = await tell_managers(turn, store, request, text, known)
    sorry = Line(await waiting.sorry(turn, store, paged))
    waits = not request.installer_id
    own = [put(place, homeowner_card(request, known), request, [sorry], fresh=True)] if place and waits else []
    more = [Line(Text("clock-managers-told"))] if paged else []
    told = [*await _group(turn, store, request, text, more=more), *paged, *own]
    return [*told, *(await amends.make(turn, store, broken) if waits else ())]


async def closing_soon(turn: Turn, store: Store) -> list[Outbound]:
    """A day before a finished job closes by itself, the homeowner is told; whose complaint it is, is asked instead."""
    request = await store.requests.get(turn.subject, INSIDE)
    place = await store.people.place(request.homeowner_id)
    if request.state is not State.DONE or place is None:
        return []
    hours = turn.company.promises.confirm_told_hours_before
    soon = Line(Text("clock-closing-soon", {"id": request.id, "hours": hours}), until=turn.now + timedelta(hours=hours))
    line = Line(Text("clock-complaint-soon", {"id": request.id})) if request.type == COMPLAINT else soon
    return [put(place, homeowner_card(request, await know(turn, store, request)), request, [line], fresh=True)]


async def complaint_waits(turn: Turn, store: Store, request: Request) -> list[Outbound]:
    """A complaint does not close by itself: until its homeowner has spoken staff are told every day to call."""
    again = turn.now + timedelta(hours=COMPLAINT_HOURS)
    await store.timers.set(f"close:{request.id}", again, "clock.auto_close", request.id)
    return await _group(turn, store, request, Text("clock-complaint-waits", {"id": request.id}))


async def tried_before(turn: Turn, store: Store, request: Request) -> bool:
    """Whether it is documented of an earlier day, since a complaint was dealt with, that nobody was reached."""
    if request.state is not State.DONE or request.type != COMPLAINT:
        return False
    today = turn.now.astimezone(turn.company.tz).date()
    events = await store.requests.events(request.id, INSIDE)
    tried = [event.at for event in events if event.action == "unreached" and event.at >= (request.done_at or turn.now)]
    return any(at.astimezone(turn.company.tz).date() < today for at in tried)


async def late(turn: Turn, store: Store) -> list[Outbound]:
    """The window is over and nobody has arrived: staff are told, and each side may now say who did not come."""
    request = await store.requests.get(turn.subject, INSIDE)
    expected = request.state in (State.SCHEDULED, State.EN_ROUTE)
    if not expected or request.window is None or turn.now < request.window.end:
        return []
    known = await know(turn, store, request)
    own = await store.people.place(request.homeowner_id)
    job = await store.people.colleague(request.installer_id)
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
    turn: Turn, store: Store, request: Request, text: Text, until: datetime | None = None, more: Sequence[Line] = ()
) -> list[Outbound]:
    card = staff_card(request, await know(turn, store, request))
    card = replace(card, lines=(Line(text, Kind.ALERT, until), *more, *card.lines))
    return [to_group(place, card, request, fresh=True) for place in await card_places(store, request)]
