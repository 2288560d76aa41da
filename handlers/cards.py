"""One card for each request and kind of reader: what stands on it and what may be pressed follows from the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.chat import Attachment, Button, Kind, Line, Style, Text
from domain.company import Company
from domain.guards import COMPLAINT, GUARDS, Situation
from domain.people import Person, Role, mask_phone, mask_words
from domain.requests import Event, Request
from domain.states import OPEN, Row, State, Who, possible
from handlers.facts import ended, fact, fee_fact, masked, rated, scanned_fact, when
from handlers.turn import quote, words
from storage.budgets import Left


@dataclass(frozen=True, slots=True)
class Card:
    """The lines and buttons of a card."""

    lines: tuple[Line, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What a card is made of beside the request: the people on it, what happened, and what time it is.

    ``left`` is what may still be sent to the homeowner, None where that has no limit.
    """

    company: Company
    now: datetime
    people: Mapping[str, Person] = field(default_factory=dict)
    events: Sequence[Event] = ()
    left: Left | None = None

    def name(self, person_id: str) -> Text:
        """A person's name as others may read it."""
        return called(self.people.get(person_id))

    def gone(self, person_id: str) -> bool:
        """Whether this is somebody who worked here and does not any more."""
        person = self.people.get(person_id)
        return person is not None and (person.role is Role.HOMEOWNER or not person.active)

    def worker(self, person_id: str) -> Text:
        """The name of who has something in hand, as staff read it: of who left, that they did."""
        name = self.name(person_id)
        return Text("left-name", {"name": name}) if self.gone(person_id) else name


def called(person: Person | None) -> Text:
    """The name of somebody as a group may read it: without what looks like a phone or a door, and with an installer's
    number."""
    if person is None or not person.name:
        return nobody(person)
    name = mask_words(person.name, person.phone)
    return words(f"{name}({person.number})" if person.number else name)


def nobody(person: Person | None) -> Text:
    """What somebody is called who has told no name."""
    return Text("somebody" if person is None or person.role is Role.HOMEOWNER else "colleague")


STYLES = {
    "claim": Style.PRIMARY,
    "offer": Style.PRIMARY,
    "accept": Style.PRIMARY,
    "schedule": Style.PRIMARY,
    "depart": Style.PRIMARY,
    "arrive": Style.PRIMARY,
    "finish": Style.PRIMARY,
    "confirm": Style.PRIMARY,
    "rate": Style.PRIMARY,
    "cancel": Style.DANGER,
    "reject": Style.DANGER,
    "no_show": Style.DANGER,
}
UNHAPPY = (1, 2, 3)
"""Who rated like this is not asked to recommend us."""

RARE = frozenset("override no_show withdraw reassign restore cancel reject reschedule unreached".split())
"""What staff need now and then: behind «更多»."""

LATER = frozenset({"no_show", "rate", "reopen"})
"""What is offered only once its guard holds."""

HOMEOWNER_SEES = frozenset(
    "file supplement claim reject offer accept schedule reschedule depart arrive override no_show finish reassign"
    " hand_over confirm auto_close not_fixed reopen cancel restore answered told".split()
)

WAITS_FOR = {
    State.NEW: Who.STAFF,
    State.TRIAGED: Who.STAFF,
    State.OFFERED: Who.STAFF,
    State.ACCEPTED: Who.INSTALLER,
    State.SCHEDULED: Who.INSTALLER,
    State.EN_ROUTE: Who.INSTALLER,
    State.IN_PROGRESS: Who.INSTALLER,
}
"""Who is responsible in each state; in the others nobody has to do anything but the homeowner."""


def title(request: Request) -> Text:
    """«R-1001 厨房 · 水龙头 · 滴水», with a mark if somebody may get hurt."""
    parts = [Text(f"category-{request.category}")]
    parts += [Text(f"product-{request.product}")] if request.product else []
    parts += [Text(f"symptom-{request.symptom}")] if request.symptom else []
    id = "card-title-emergency" if request.emergency and request.state in OPEN else "card-title"
    return Text(id, {"id": request.id, "what": Text("joined", {"parts": tuple(parts)})})


def actions(request: Request, who: Who, known: Known) -> list[Row]:
    """What this reader may press now."""
    situation = Situation(promises=known.company.promises)
    return [
        row
        for row in possible(request.state, who)
        if row.action not in LATER or not row.guard or GUARDS[row.guard](request, who, known.now, situation) is None
    ]


def buttons(request: Request, rows: Iterable[Row]) -> list[Button]:
    """A button for each row."""
    return [
        Button(
            Text(f"action-{row.action}"), f"request.{row.action}", request.id, style=STYLES.get(row.action, Style.PLAIN)
        )
        for row in rows
    ]


def in_rows(some: Sequence[Button], columns: int = 3) -> tuple[tuple[Button, ...], ...]:
    """Buttons side by side."""
    return tuple(tuple(some[i : i + columns]) for i in range(0, len(some), columns))


def steps(known: Known, seen: frozenset[str] | None, last: int = 6, reader: str = "") -> list[Line]:
    """The timeline: the latest events which this reader may know of; what they did themselves says «you»."""
    chosen = [event for event in known.events if seen is None or event.action in seen][-last:]
    return [
        Line(Text(f"event-{event.action}", {"at": event.at, "who": _doer(known, event, reader)}), Kind.STEP)
        for event in chosen
    ]


def _doer(known: Known, event: Event, reader: str) -> Text:
    return Text("you") if reader and event.actor_id == reader else known.name(event.actor_id)


def homeowner_card(request: Request, known: Known) -> Card:
    """What the homeowner sees: where it stands, the one next step, who is responsible, what they may do."""
    rows = actions(request, Who.HOMEOWNER, known)
    some = buttons(request, rows)
    if request.state in OPEN:
        ask = [Button(Text("action-ask"), "request.ask", request.id)] if askable(request, known) else []
        some += [Button(Text("action-add"), "request.add", request.id), *ask]
        some.append(Button(Text("menu-human"), "human", request.id))
    if request.state is State.CLOSED and request.score not in UNHAPPY and known.company.bank.referring.tiers:
        some.append(Button(Text("menu-referral"), "referral.share"))
    lines = [
        Line(title(request), Kind.TITLE),
        Line(Text(f"home-state-{request.state.value}"), Kind.STATUS),
        *when(request),
        *(fee_fact(request.visit_fee_fen) if request.state in OPEN else []),
        *_responsible(request, known),
        *_arrival(request),
        *ended(request, known.company),
        *rated(request, known.company),
        *steps(known, HOMEOWNER_SEES, reader=request.homeowner_id),
        Line(Text(f"next-{request.state.value}"), Kind.NEXT),
    ]
    return Card(tuple(lines), in_rows(some))


def askable(request: Request, known: Known) -> bool:
    """Whether there is an installer who has it in hand now, and works here still."""
    return WAITS_FOR.get(request.state) is Who.INSTALLER and not known.gone(request.installer_id)


def _responsible(request: Request, known: Known) -> list[Line]:
    """Of who left the company takes care, until somebody else has it in hand."""
    waits = WAITS_FOR.get(request.state)
    if askable(request, known):
        return [fact("installer", name=known.name(request.installer_id))]
    if waits is None:
        return []
    claimed = waits is Who.STAFF and request.claimed_by and not known.gone(request.claimed_by)
    return [fact("responsible", name=known.name(request.claimed_by) if claimed else Text("company-name"))]


def _arrival(request: Request) -> list[Line]:
    return [fact("code", code=request.code)] if request.state in (State.SCHEDULED, State.EN_ROUTE) else []


def staff_card(request: Request, known: Known) -> Card:
    """What the staff group sees; phone and door number are masked, also within the homeowner's own words."""
    rows = [row for row in actions(request, Who.STAFF, known) if row.action not in RARE]
    rows = [row for row in rows if row.action != "called" or request.answered_at is None]
    some = buttons(request, rows)
    if any(row.action in RARE for row in actions(request, Who.STAFF | Who.MANAGER, known)):
        some.append(Button(Text("action-more"), "request.more", request.id))
    description = masked(request, request.description)
    lines = [
        Line(title(request), Kind.TITLE),
        Line(Text(f"state-{request.state.value}"), Kind.STATUS),
        *(
            [Line(Text("card-emergency", {"danger": Text(f"danger-{request.danger}")}), Kind.ALERT)]
            if request.danger and request.state in OPEN
            else []
        ),
        *([quote(description)] if description else []),
        *scanned_fact(request.scanned),
        fact("homeowner", name=known.name(request.homeowner_id), phone=mask_phone(request.phone)),
        fact("area", area=_area(request)),
        *when(request),
        *([fact("claimed", name=known.worker(request.claimed_by))] if request.claimed_by else []),
        *([fact("installer", name=known.worker(request.installer_id))] if request.installer_id else []),
        *(fee_fact(request.visit_fee_fen) if request.state in OPEN else []),
        *_counts(request),
        *ended(request, known.company, hide=True),
        *rated(request, known.company, hide=True),
        *steps(known, None, last=4),
        *_reach(request, known),
        Line(Text(_todo(request)), Kind.NEXT),
    ]
    return Card(tuple(lines), in_rows(some))


def _todo(request: Request) -> str:
    own = request.state is State.NEW and request.type == COMPLAINT
    return "todo-complaint" if own else f"todo-{request.state.value}"


def _reach(request: Request, known: Known) -> list[Line]:
    """What may still be sent to the homeowner, where their platform limits that, and as long as it is true."""
    left = known.left
    if left is None or request.state not in OPEN:
        return []
    if left.until is None:
        return [Line(Text("window-card-shut"))]
    return [Line(Text("window-card", {"count": left.count, "until": left.until}), until=left.until)]


def _area(request: Request) -> Text:
    """The address without the door, and without a number that looks like a phone."""
    name = Text(f"district-{request.district}") if request.district else words("")
    return Text("area", {"district": name, "address": mask_words(request.address, request.phone, request.door)})


def _counts(request: Request) -> list[Line]:
    marks = [("escalation", request.escalation), ("repeats", request.repeats), ("urges", request.urges)]
    return [fact(name, count=count) for name, count in marks if count]
