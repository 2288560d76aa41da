"""A service request: what is known of it, and how one row of the table changes it.

The events alone rebuild it: ``rebuild(events)`` equals the stored row, field by field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.chat import NOTHING, Span, Text, nothing
from domain.company import Promises
from domain.effects import EFFECTS, UNTAKEN, arrived
from domain.errors import NotAllowed, NotPossible
from domain.guards import GUARDS, Situation
from domain.log import applied, pack, replayed, shape_of
from domain.people import Person
from domain.quick import quick
from domain.states import Row, State, Who, choices


@quick
@dataclass(frozen=True, slots=True)
class Request:
    """One service request. Times are aware and in UTC; a None time has not come yet; empty text is unknown.

    ``photos`` and ``finish_photos`` are file hashes. ``severity`` is 1 (can wait) to 3 (now); ``danger`` the
    code of a danger, which makes it an emergency. ``version`` counts its events, the first being 1. ``scanned`` is the
    word of the thing whose code was scanned before («product-FT-2», see ``domain.scenes``). ``checked`` and
    ``unchecked`` are the codes of what was confirmed when the work was done, and of what was not. ``visit_fee_fen`` is
    what the visit itself costs, as the homeowner was told; None if nothing was told.
    """

    id: str
    homeowner_id: str
    version: int = 0
    state: State = State.NEW
    type: str = "repair"
    category: str = "other"
    product: str = ""
    symptom: str = ""
    severity: int = 1
    danger: str = ""
    description: str = ""
    photos: tuple[str, ...] = ()
    home_id: str = ""
    district: str = ""
    address: str = ""
    door: str = ""
    phone: str = ""
    wish: str = ""
    wish_start: datetime | None = None
    wish_end: datetime | None = None
    claimed_by: str = ""
    installer_id: str = ""
    window_start: datetime | None = None
    window_end: datetime | None = None
    code: str = ""
    declines: int = 0
    reschedules: int = 0
    repeats: int = 0
    reopens: int = 0
    urges: int = 0
    escalation: int = 0
    report: str = ""
    finish_photos: tuple[str, ...] = ()
    reason: str = ""
    score: int = 0
    tags: tuple[str, ...] = ()
    review: str = ""
    created_at: datetime | None = None
    changed_at: datetime | None = None
    answered_at: datetime | None = None
    done_at: datetime | None = None
    closed_at: datetime | None = None
    rated_at: datetime | None = None
    scanned: str = ""
    checked: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    visit_fee_fen: int | None = None

    @property
    def window(self) -> Span | None:
        """When the installer comes; None before that is agreed."""
        return Span(self.window_start, self.window_end) if self.window_start and self.window_end else None

    @property
    def wished(self) -> Span | None:
        """When the homeowner would like it; None if any time will do."""
        return Span(self.wish_start, self.wish_end) if self.wish_start and self.wish_end else None

    @property
    def emergency(self) -> bool:
        """Whether somebody may get hurt."""
        return bool(self.danger)


SHAPE = shape_of(Request, State)
LISTS = SHAPE.lists


@quick
@dataclass(frozen=True, slots=True)
class Event:
    """One change: who, on whose behalf, over which channel, from where to where, what changed, and why.

    ``number`` counts the request's events from 1. ``actor_id`` is empty if time acted. ``changes`` holds the
    new values of the fields that changed, as JSON (times in ISO 8601). ``reason`` is a person's words or the
    message id of one of the company's reasons.
    """

    request_id: str
    number: int
    at: datetime
    actor_id: str
    channel: str
    action: str
    before: str
    after: str
    changes: Mapping[str, Any] = field(default_factory=nothing)
    reason: str = ""
    on_behalf: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the person, what they are to this request, and the channel they use."""

    person: Person
    who: Who
    channel: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A request after a row of the table, the event that says so, and that row."""

    request: Request
    event: Event
    row: Row
    before: Request


def standing(request: Request, person: Person, staff_here: bool, offered: Iterable[str]) -> Who:
    """What a person is to a request. ``staff_here``: they speak as staff, from a bound group or in private."""
    who = Who.NOBODY
    if person.id == request.homeowner_id:
        who |= Who.HOMEOWNER
    if person.id and person.id == request.installer_id:
        who |= Who.INSTALLER
    if person.id in offered:
        who |= Who.CANDIDATE
    if staff_here and person.role.is_staff:
        who |= Who.STAFF
    if staff_here and person.role.is_manager:
        who |= Who.MANAGER
    return who


def find_row(request: Request, action: str, who: Who, at: datetime, situation: Situation) -> Row:
    """The row of the table that would be used now.

    Raises:
        NotPossible: no row for this action in the request's state, or its guard does not hold.
        NotAllowed: there is one, but not for what this person is to the request.
    """
    rows = choices(request.state, action)
    if not rows:
        raise NotPossible(Text("refused-state", {"id": request.id, "state": Text(f"state-{request.state.value}")}))
    allowed = [row for row in rows if row.may & who]
    if not allowed:
        raise NotAllowed(Text("refused-role"))
    refusal: Text | None = None
    for row in allowed:
        refusal = GUARDS[row.guard](request, who, at, situation) if row.guard else None
        if refusal is None:
            return row
    raise NotPossible(refusal or Text("refused-role"))


def move(
    request: Request,
    action: str,
    actor: Actor,
    at: datetime,
    given: Mapping[str, Any] = NOTHING,
    situation: Situation | None = None,
    promises: Promises | None = None,
) -> Moved:
    """Apply one row of the table.

    ``given`` holds what the row needs (reason, window, installer, code, report, score …), ``situation`` what
    its guard must know of the world.

    Raises:
        NotPossible: no row for this action in the request's state, or its guard does not hold.
        NotAllowed: there is one, but not for what this person is to the request.
    """
    situation = situation or Situation(promises=promises or Promises(), code=str(given.get("code", "")))
    row = find_row(request, action, actor.who, at, situation)
    effect = EFFECTS.get(action)
    changes = effect(request, actor, at, given) if effect else {}
    if row.after is not request.state:
        changes = {"state": row.after, **changes, **arrived(request, row.after, at)}
        if action in UNTAKEN:
            changes["escalation"] = max(request.escalation, 1)
    return _record(request, row, actor, at, changes, str(given.get("reason", "")))


def file_request(draft: Request, actor: Actor, at: datetime, on_behalf: str = "") -> Moved:
    """The first event of a request; it holds every field that is known."""
    known = replace(draft, state=State.NEW, version=0, created_at=at)
    blank = Request(id=draft.id, homeowner_id="")
    changes = {k: v for k, v in asdict(known).items() if v != getattr(blank, k) and k != "version"}
    row = Row(State.NEW, "file", State.NEW, Who.HOMEOWNER, Who.HOMEOWNER | Who.STAFF)
    return _record(replace(blank, homeowner_id=draft.homeowner_id), row, actor, at, changes, "", on_behalf)


def remark(request: Request, action: str, actor: Actor, at: datetime, changes: Mapping[str, Any]) -> Moved:
    """An event which is no row of the table: a supplement, a message, an answer, a correction."""
    row = Row(request.state, action, request.state, actor.who, Who.NOBODY)
    return _record(request, row, actor, at, dict(changes), "")


def rebuild(events: Iterable[Event]) -> Request:
    """The request as its events tell it, in the order of their numbers.

    Raises:
        ValueError: there is no event, or a number is missing.
    """
    return replayed(lambda event: Request(id=event.request_id, homeowner_id=""), events, SHAPE)


def _record(
    request: Request,
    row: Row,
    actor: Actor,
    at: datetime,
    changes: Mapping[str, Any],
    reason: str,
    on_behalf: str = "",
) -> Moved:
    event = Event(
        request_id=request.id,
        number=request.version + 1,
        at=at,
        actor_id=actor.person.id,
        channel=actor.channel,
        action=row.action,
        before=row.before.value,
        after=row.after.value,
        changes=pack(changes),
        reason=reason,
        on_behalf=on_behalf,
    )
    return Moved(applied(request, event, SHAPE), event, row, request)
