"""Promises with a clock: which timer each change winds up, and what happens when it rings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from domain.calendar import add_business_minutes
from domain.chat import NOTHING
from domain.people import INSIDE
from domain.requests import Request
from handlers.turn import Turn
from storage.store import Store

PERSON = "person:"
FIRST_ANSWER = ("clock.first_remind", "clock.first_breach")
REMINDERS = ("clock.first_remind", "clock.closing_soon")
"""What only says that another clock will ring soon: too late, it says nothing."""


async def start_first_answer(turn: Turn, store: Store, request: Request) -> datetime:
    """Wind up the first-answer clock, and return when a human will have answered at the latest.

    Business minutes, except that an emergency never waits for opening hours.
    """
    return await _wind(turn, store, request.id, request.emergency)


async def hasten_first_answer(turn: Turn, store: Store, request: Request) -> datetime:
    """The same for what has become an emergency: it rings sooner, never later than before."""
    by, running = (
        _after(turn, turn.company.promises.first_answer_min, urgent=True),
        await store.timers.at(_breach(request.id)),
    )
    if running and running <= by:
        return running if running > turn.now else by
    return await _wind(turn, store, request.id, urgent=True)


async def ease_first_answer(turn: Turn, store: Store, request: Request) -> None:
    """The same for what is no emergency after all: in business time, from when the homeowner began to wait."""
    began = [event.at for event in await store.requests.events(request.id, INSIDE, actions=("file", "reopen"))]
    then = replace(turn, now=began[-1] if began else turn.now)
    by = _after(then, turn.company.promises.first_answer_min, urgent=False)
    if turn.now < by != await store.timers.at(_breach(request.id)):
        await _wind(then, store, request.id, urgent=False)


async def promise_answer(turn: Turn, store: Store, request: Request | None = None, urgent: bool = False) -> datetime:
    """Somebody waits for a human, perhaps about this request: wind up a clock, and return when they will have heard
    from one at the latest.

    Where one runs already, that is the promise: of the request, or of what they wrote before.
    """
    subject, by = of_person(turn.person.id), _after(turn, turn.company.promises.first_answer_min, urgent)
    for running in [await store.timers.at(_breach(one)) for one in (request.id if request else "", subject) if one]:
        if running and running <= by:
            return running if running > turn.now else by
    return await _wind(turn, store, subject, urgent, {"about": request.id if request else ""})


async def _wind(turn: Turn, store: Store, subject: str, urgent: bool, args: Mapping[str, str] = NOTHING) -> datetime:
    promises = turn.company.promises
    remind, breach = (
        _after(turn, minutes, urgent) for minutes in (promises.first_answer_remind_min, promises.first_answer_min)
    )
    args = {**args, "by": breach.isoformat()} if args else args
    await store.timers.set(f"first_remind:{subject}", remind, "clock.first_remind", subject, args)
    await store.timers.set(_breach(subject), breach, "clock.first_breach", subject, args)
    return breach


def _after(turn: Turn, minutes: int, urgent: bool) -> datetime:
    if urgent:
        return turn.now + timedelta(minutes=minutes)
    return add_business_minutes(turn.company, turn.now, minutes)


def _breach(subject: str) -> str:
    return f"first_breach:{subject}"


def of_person(person_id: str) -> str:
    """The subject of what concerns somebody and no request."""
    return f"{PERSON}{person_id}"


async def stop_first_answer(store: Store, *subjects: str) -> None:
    """A human has answered."""
    for subject in subjects:
        await store.timers.drop_about(subject, FIRST_ANSWER)


async def start_offer(turn: Turn, store: Store, request_id: str) -> datetime:
    """Wind up the expiry of an offer, and return it."""
    expires = turn.now + timedelta(minutes=turn.company.promises.offer_expires_min)
    await store.timers.set(f"offer:{request_id}", expires, "clock.offer_expired", request_id)
    return expires


async def start_confirmation(turn: Turn, store: Store, request_id: str) -> None:
    """A finished job closes by itself after 72 hours; the homeowner is told a day before."""
    promises = turn.company.promises
    closes = turn.now + timedelta(hours=promises.confirm_hours)
    told = closes - timedelta(hours=promises.confirm_told_hours_before)
    await store.timers.set(f"closing:{request_id}", told, "clock.closing_soon", request_id)
    await store.timers.set(f"close:{request_id}", closes, "clock.auto_close", request_id)


async def start_visit(turn: Turn, store: Store, request: Request) -> None:
    """Wind up the arrival clock: the end of the window and its grace."""
    if request.window:
        late = request.window.end + timedelta(minutes=turn.company.promises.no_show_grace_min)
        await store.timers.set(f"late:{request.id}", late, "clock.late", request.id)


ANSWERED = frozenset({"called", "reject"})
"""By these a human has spoken to the homeowner, whatever they waited for."""

STOPS: dict[str, tuple[str, ...]] = {
    "accept": ("clock.offer_expired",),
    "withdraw": ("clock.offer_expired",),
    "confirm": ("clock.closing_soon", "clock.auto_close"),
    "auto_close": ("clock.closing_soon", "clock.auto_close"),
    "not_fixed": ("clock.closing_soon", "clock.auto_close"),
    "called": FIRST_ANSWER,
    "cancel": (*FIRST_ANSWER, "clock.offer_expired"),
    "reject": FIRST_ANSWER,
}
"""Which clocks an action stops."""
