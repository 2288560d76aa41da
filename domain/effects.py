"""What an action changes of a request beside its state, and what arriving in a state means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.chat import Span
from domain.guards import COMPLAINT
from domain.states import State, Who

if TYPE_CHECKING:
    from domain.requests import Actor, Event, Request

Effect = Callable[["Request", "Actor", datetime, Mapping[str, Any]], dict[str, Any]]


def _window(given: Mapping[str, Any]) -> dict[str, Any]:
    window: Span = given["window"]
    return {"window_start": window.start, "window_end": window.end}


def _release(_request: Request, *_: Any) -> dict[str, Any]:
    return {"installer_id": "", "window_start": None, "window_end": None, "code": ""}


def _wish_over(request: Request, at: datetime) -> dict[str, Any]:
    """What begins anew is not offered with a wish that is over."""
    over = request.wish_end is not None and request.wish_end <= at
    return {"wish": "", "wish_start": None, "wish_end": None} if over else {}


def put_off(events: Iterable[Event]) -> int:
    """How often the company has moved the visit: neither who asked for the work, nor for a reason of theirs."""
    known = tuple(events)
    theirs = {event.changes["homeowner_id"] for event in known if "homeowner_id" in event.changes}
    moves = [event for event in known if event.action == "reschedule" and not event.reason.startswith(OF_HOMEOWNER)]
    return sum(event.actor_id not in theirs for event in moves)


def _put_off_again(by: Actor, given: Mapping[str, Any]) -> bool:
    """Whether the company moves a visit that it has moved before: ``put_off`` of what is given says how often."""
    ours = not by.who & Who.HOMEOWNER and not str(given.get("reason", "")).startswith(OF_HOMEOWNER)
    return ours and given.get("put_off", 0) > 0


CORRECTED = frozenset("type visit_fee_fen category product symptom danger phone district address door".split())
"""The fields of a request that staff may correct, the fee with the type; what else follows is not theirs to say."""


def _corrected(request: Request, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is really new of a correction, and what follows from that."""
    new = {name: value for name, value in given.items() if name in CORRECTED and value != getattr(request, name)}
    if "danger" in new:
        new |= _graded(request, bool(new["danger"]))
    if new.get("type") == COMPLAINT:
        new["escalation"] = max(request.escalation, 1)
    if "address" in new or "door" in new:
        new["home_id"] = ""
    return new


def _graded(request: Request, urgent: bool) -> dict[str, Any]:
    """How urgent a request is with a danger, or after a false alarm, which leaves no escalation but others' own."""
    if urgent:
        return {"severity": 3, "escalation": max(request.escalation, 1)}
    others = request.type == COMPLAINT or any((request.reopens, request.repeats, request.reschedules, request.declines))
    return {"severity": 1, "escalation": request.escalation if others or request.escalation > 1 else 0}


def arrived(request: Request, after: State, at: datetime) -> dict[str, Any]:
    """What coming to another state changes."""
    arrival = ARRIVALS.get(after)
    return arrival(request, at) if arrival else {}


SCORE_LOW = 2
"""A rating that somebody should look into."""

OF_HOMEOWNER = "reason-reschedule-homeowner"
"""How the company's reasons begin that are the homeowner's, whoever says so: «homeowner_time»."""

UNTAKEN = frozenset({"decline", "expire"})
"""What escalates when it brings a request back to staff: nobody would take it."""

EFFECTS: dict[str, Effect] = {
    "claim": lambda _r, by, _at, _g: {"claimed_by": by.person.id},
    "reject": lambda _r, _by, _at, given: {"reason": given["reason"]},
    "cancel": lambda _r, _by, _at, given: {"reason": given["reason"]},
    "offer": lambda r, by, _at, _g: {"declines": 0, "claimed_by": r.claimed_by or by.person.id},
    "accept": lambda _r, by, _at, _g: {"installer_id": by.person.id},
    "decline": lambda r, _by, _at, _g: {"declines": r.declines + 1},
    "expire": lambda r, _by, _at, _g: {"declines": r.declines + 1},
    "schedule": lambda _r, _by, _at, given: {**_window(given), "code": given["fresh_code"]},
    "reschedule": lambda r, by, _at, given: {
        **_window(given),
        "reschedules": r.reschedules + 1,
        **({"escalation": max(r.escalation, 1)} if _put_off_again(by, given) else {}),
    },
    "no_show": lambda _r, _by, _at, _g: {"window_start": None, "window_end": None, "code": ""},
    "finish": lambda _r, _by, _at, given: {
        "report": given["report"],
        "finish_photos": tuple(given.get("finish_photos", ())),
        "checked": tuple(given.get("checked", ())),
        "unchecked": tuple(given.get("unchecked", ())),
    },
    "reassign": lambda r, *_: {**_release(r), "declines": 0},
    "hand_over": lambda r, *_: {**_release(r), "declines": 0},
    "not_fixed": lambda r, _by, at, _g: {
        **_wish_over(r, at),
        "repeats": r.repeats + 1,
        "escalation": max(r.escalation, 1),
        "done_at": None,
        "window_start": None,
        "window_end": None,
    },
    "reopen": lambda r, _by, at, _g: {
        **_release(r),
        **_wish_over(r, at),
        "reopens": r.reopens + 1,
        "escalation": max(r.escalation, min(r.reopens, 3)),
        "answered_at": None,
        "closed_at": None,
        "done_at": None,
        "score": 0,
        "tags": (),
        "review": "",
        "rated_at": None,
    },
    "restore": lambda r, _by, at, _g: {**_release(r), **_wish_over(r, at), "closed_at": None, "reason": ""},
    "rate": lambda r, _by, at, given: {
        "score": given["score"],
        "tags": tuple(given.get("tags") or ()),
        "review": given.get("review") or "",
        "rated_at": r.rated_at or at,
        "escalation": max(r.escalation, 1) if given["score"] <= SCORE_LOW else r.escalation,
    },
    "correct": lambda r, _by, _at, given: _corrected(r, given["correction"]),
    "called": lambda r, _by, at, _g: {} if r.answered_at else {"answered_at": at},
    "urge": lambda r, *_: {"urges": r.urges + 1},
}
"""What an action changes beside the state."""

ARRIVALS: dict[State, Callable[[Request, datetime], dict[str, Any]]] = {
    State.DONE: lambda _r, at: {"done_at": at},
    State.CLOSED: lambda _r, at: {"closed_at": at},
    State.CANCELLED: lambda r, at: {**_release(r), "installer_id": r.installer_id, "closed_at": at},
    State.REJECTED: lambda _r, at: {"closed_at": at},
    State.TRIAGED: lambda r, _at: _release(r) if r.installer_id else {},
}
"""What arriving in a state means, whichever action led there."""
