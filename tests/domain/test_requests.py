"""A request and its events: what an action changes, and that the events alone tell the whole story."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.chat import Span
from domain.company import Promises
from domain.effects import put_off
from domain.errors import Refused
from domain.guards import Situation
from domain.people import SYSTEM, Person, Role
from domain.requests import Actor, Event, Moved, Request, file_request, move, rebuild, remark, standing
from domain.states import ACTIONS, OPEN, State, Who

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
HANA = Person("hana", name="王阿姨", phone="+8613800138000")
SAM = Person("sam", Role.STAFF, "小林")
ZHANG = Person("zhang", Role.INSTALLER, "张师傅")
DRAFT = Request(
    id="R-1",
    homeowner_id="hana",
    category="kitchen",
    danger="gas",
    description="水龙头滴水",
    photos=("a" * 64, "b" * 64),
    address="世纪大道100号",
    door="1202室",
    phone="+8613800138000",
    wish="明天下午",
    wish_start=NOW + timedelta(days=1),
    wish_end=NOW + timedelta(days=1, hours=2),
)
WHO = {"H": (HANA, Who.HOMEOWNER), "S": (SAM, Who.STAFF), "M": (SAM, Who.STAFF | Who.MANAGER), "T": (SYSTEM, Who.TIME)}
WHO |= {"C": (ZHANG, Who.CANDIDATE), "I": (ZHANG, Who.INSTALLER)}
STORY = (
    "S claim, S offer, C decline, C accept, H schedule, I reschedule, I depart, I arrive, I finish, H not_fixed,"
    " I hand_over, C accept, S schedule, S override, I finish, T auto_close, H rate, H reopen, S offer, T expire,"
    " C accept, I hand_over, S cancel, M restore, H cancel"
)


def actor(letter: str) -> Actor:
    person, who = WHO[letter]
    return Actor(person, who, "fake")


def said(at: datetime, number: int = 0) -> dict[str, Any]:
    window = Span(at + timedelta(minutes=30), at + timedelta(hours=2))
    return {
        "reason": f"because {number}",
        "window": window,
        "installer": "zhang",
        "code": "0042",
        "fresh_code": "0042",
        "report": "换了阀芯",
        "finish_photos": ["c" * 64],
        "score": 4,
        "tags": ["price"],
        "review": "好",
        "correction": [{"type": "complaint"}, {"danger": ""}, {"danger": "leak"}, {"phone": "+8613800138001"}][
            at.minute % 4
        ],
    }


def situation(others: bool = False, left: bool = True) -> Situation:
    return Situation(Promises(), ("li",) if left else (), others, "0042")


def filed() -> Moved:
    return file_request(DRAFT, actor("H"), NOW)


def follow(steps: str, start: Moved | None = None) -> list[Moved]:
    """The story so far: each step is a letter and an action, ten minutes apart."""
    done = [start or filed()]
    for number, step in enumerate(filter(None, map(str.strip, steps.split(",")))):
        letter, action = step.split()
        at = NOW + timedelta(minutes=10 * (number + 1))
        done.append(move(done[-1].request, action, actor(letter), at, said(at, number), situation()))
    return done


def through_json(event: Event) -> Event:
    return replace(event, changes=json.loads(json.dumps(dict(event.changes))))


def test_filing_keeps_all_that_is_known_in_its_first_event():
    """The first event alone rebuilds the request, with its own time and nothing from a draft's state or version."""
    moved = file_request(replace(DRAFT, state=State.DONE, version=7), actor("H"), NOW, on_behalf="otto")

    assert rebuild([moved.event]) == moved.request
    assert (moved.request.state, moved.request.version, moved.request.created_at) == (State.NEW, 1, NOW)
    assert (moved.event.action, moved.event.actor_id, moved.event.on_behalf) == ("file", "hana", "otto")


def test_a_long_story_is_rebuilt_from_its_events_at_every_step():
    """After each of many steps the events, read back from JSON, give the stored row, field by field."""
    story = follow(STORY)
    for count in range(1, len(story) + 1):
        assert rebuild([through_json(one.event) for one in story[:count]]) == story[count - 1].request


def test_events_form_one_chain():
    """Numbers follow one another, each event begins where the one before it ended."""
    events = [one.event for one in follow(STORY)]

    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert all(one.after == other.before for one, other in pairwise(events))


@given(
    st.lists(
        st.tuples(st.sampled_from(ACTIONS), st.sampled_from(sorted(WHO)), st.booleans(), st.booleans()), max_size=40
    )
)
def test_any_walk_keeps_chain_and_rebuilds(steps: list[tuple[str, str, bool, bool]]):
    """Whatever is tried in whatever order: what is refused leaves nothing, what is done is rebuilt from its events."""
    request, events = filed().request, [filed().event]
    for number, (action, letter, others, left) in enumerate(steps):
        at = NOW + timedelta(minutes=20 * number)
        try:
            moved = move(request, action, actor(letter), at, said(at), situation(others, left))
        except Refused:
            continue
        assert moved.before is request
        assert moved.event.before == request.state.value
        request = moved.request
        events.append(through_json(moved.event))
    assert rebuild(events) == request
    assert request.version == len(events)


@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.sampled_from(sorted(WHO))), max_size=60))
def test_who_holds_a_job_and_what_belongs_to_it(steps: list[tuple[str, str]]):
    """An installer is named exactly while somebody holds it or has done it; a window and a code go with the visit."""
    request = filed().request
    for number, (action, letter) in enumerate(steps):
        at = NOW + timedelta(minutes=20 * number)
        try:
            request = move(request, action, actor(letter), at, said(at), situation()).request
        except Refused:
            continue
        if request.state in (State.NEW, State.TRIAGED, State.OFFERED, State.REJECTED):
            assert (request.installer_id, request.window, request.code) == ("", None, "")
        if request.state in (
            State.ACCEPTED,
            State.SCHEDULED,
            State.EN_ROUTE,
            State.IN_PROGRESS,
            State.DONE,
            State.CLOSED,
        ):
            assert request.installer_id
        if request.state in (State.SCHEDULED, State.EN_ROUTE):
            assert request.window
            assert request.code
        if request.state in OPEN:
            assert request.done_at is None
        assert (request.closed_at is None) is (request.state not in (State.CLOSED, State.CANCELLED, State.REJECTED))


def test_a_gap_in_the_events_is_noticed():
    """A missing, doubled or shuffled event is an error, and so is none at all."""
    events = [one.event for one in follow("S claim, S offer")]

    for broken in (events[1:], [events[0], events[2]], [events[0], events[0]], events[::-1], []):
        with pytest.raises(ValueError, match="event"):
            rebuild(broken)


CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("S claim", {"state": State.TRIAGED, "claimed_by": "sam"}),
    ("S reject", {"state": State.REJECTED, "reason": "because 0"}),
    ("S claim, S offer, C accept", {"state": State.ACCEPTED, "installer_id": "zhang"}),
    ("S claim, S offer, C decline, C decline", {"state": State.OFFERED, "declines": 2}),
    ("S claim, S offer, C decline, S withdraw, S offer", {"state": State.OFFERED, "declines": 0}),
    ("S claim, S offer, C accept, H schedule, I reschedule, H reschedule", {"reschedules": 2, "code": "0042"}),
    (
        "S claim, S offer, C accept, H schedule, S no_show",
        {"state": State.ACCEPTED, "code": "", "installer_id": "zhang"},
    ),
    ("S claim, S offer, C accept, H schedule, S reassign", {"state": State.OFFERED, "installer_id": "", "declines": 0}),
    ("S claim, S offer, C accept, H schedule, H cancel", {"installer_id": "zhang", "window_start": None, "code": ""}),
    ("H cancel, M restore", {"state": State.TRIAGED, "reason": "", "closed_at": None}),
    ("H urge, H urge", {"state": State.NEW, "urges": 2}),
    ("S called, S called", {"answered_at": NOW + timedelta(minutes=10)}),
]
DONE = "S claim, S offer, C accept, H schedule, I depart, I arrive, I finish"
CHANGES += [
    (
        DONE,
        {
            "state": State.DONE,
            "report": "换了阀芯",
            "finish_photos": ("c" * 64,),
            "done_at": NOW + timedelta(minutes=70),
        },
    ),
    (
        f"{DONE}, H confirm, H rate",
        {"score": 4, "tags": ("price",), "review": "好", "rated_at": NOW + timedelta(minutes=90)},
    ),
    (f"{DONE}, H not_fixed", {"state": State.IN_PROGRESS, "repeats": 1, "escalation": 1, "done_at": None}),
    (f"{DONE}, H not_fixed, I finish, H not_fixed", {"state": State.TRIAGED, "repeats": 2, "installer_id": ""}),
    (
        f"{DONE}, H confirm, H reopen",
        {"state": State.TRIAGED, "reopens": 1, "escalation": 0, "score": 0, "closed_at": None},
    ),
    (
        f"{DONE}, H confirm, H rate, H reopen",
        {"score": 0, "tags": (), "review": "", "rated_at": None, "installer_id": ""},
    ),
]


@pytest.mark.parametrize(("steps", "expected"), CHANGES)
def test_what_an_action_changes(steps: str, expected: dict[str, Any]):
    """Counters, times, and what belongs to a visit follow from the action and from the state arrived in."""
    request = follow(steps)[-1].request

    assert {name: getattr(request, name) for name in expected} == expected


def test_a_window_that_is_over_does_not_block_the_next():
    """«没修好» brings the installer back at a time yet to be agreed: the old window no longer books the calendar."""
    request = follow(f"{DONE}, H not_fixed")[-1].request

    assert request.window is None


def test_a_reopened_request_has_a_new_first_answer():
    """Same number, new clocks: what was answered before does not answer this."""
    assert follow(f"S called, {DONE}, H confirm, H reopen")[-1].request.answered_at is None


def test_how_often_the_company_moved_a_visit():
    """Moves of installer and staff count, a homeowner's do not, on whichever account they are by now."""
    story = follow("S claim, S offer, C accept, H schedule, I reschedule, H reschedule, S reschedule")
    assert [put_off(one.event for one in story[:count]) for count in range(5, 9)] == [0, 1, 1, 2]

    linked = remark(story[-1].request, "linked", actor("S"), NOW, {"homeowner_id": "otto"})
    assert put_off([*[one.event for one in story], linked.event]) == 2


@pytest.mark.parametrize(
    ("letter", "before", "reason", "escalation"),
    [
        ("I", 0, "上一家没做完", 0),
        ("I", 1, "上一家没做完", 1),
        ("S", 4, "reason-reschedule-parts", 1),
        ("S", 4, "reason-reschedule-homeowner_time", 0),
        ("H", 4, "临时有事", 0),
    ],
)
def test_a_visit_put_off_again_escalates(letter: str, before: int, reason: str, escalation: int):
    """The company's second move does; neither the homeowner's own nor one for a reason of theirs."""
    agreed = follow("S claim, S offer, C accept, H schedule")[-1].request
    given = {**said(NOW), "put_off": before, "reason": reason}

    moved = move(agreed, "reschedule", actor(letter), NOW, given, situation())
    assert (moved.request.escalation, moved.request.reschedules) == (escalation, 1)


def test_a_remark_changes_no_state():
    """A supplement or an answer is an event with its changes, and leaves the state as it is."""
    request = follow("S claim")[-1].request
    moved = remark(request, "supplement", actor("H"), NOW, {"photos": ("d" * 64,)})

    assert (moved.event.before, moved.event.after) == ("TRIAGED", "TRIAGED")
    assert moved.request.photos == ("d" * 64,)
    assert rebuild([*[one.event for one in follow("S claim")], through_json(moved.event)]) == moved.request


def test_only_changed_fields_are_in_an_event():
    """An event names what it changed and no more, so that reading it tells what happened."""
    claim = follow("S claim")[-1]

    assert set(claim.event.changes) == {"state", "claimed_by"}
    before, after = asdict(claim.before), asdict(claim.request)
    assert {name for name in before if before[name] != after[name]} == {"state", "claimed_by", "version", "changed_at"}


STANDINGS = [
    (HANA, True, (), Who.HOMEOWNER),
    (Person("otto"), True, (), Who.NOBODY),
    (Person(""), True, (), Who.NOBODY),
    (ZHANG, True, (), Who.NOBODY),
    (ZHANG, True, ("zhang", "li"), Who.CANDIDATE),
    (SAM, True, (), Who.STAFF),
    (SAM, False, (), Who.NOBODY),
    (Person("max", Role.MANAGER), True, (), Who.STAFF | Who.MANAGER),
    (Person("max", Role.MANAGER), False, (), Who.NOBODY),
    (Person("ada", Role.ADMIN), True, (), Who.STAFF | Who.MANAGER),
    (Person("hana", Role.STAFF), True, (), Who.HOMEOWNER | Who.STAFF),
]


@pytest.mark.parametrize(("person", "staff_here", "offered", "expected"), STANDINGS)
def test_what_somebody_is_to_a_request(person: Person, staff_here: bool, offered: tuple[str, ...], expected: Who):
    """Standing follows from the account and from where they speak; nobody's account is nobody."""
    assert standing(DRAFT, person, staff_here, offered) == expected


def test_the_installer_who_holds_it():
    """Holding a job is standing of its own; time, which has no account, holds nothing."""
    held = replace(DRAFT, installer_id="zhang")

    assert standing(held, ZHANG, True, ()) == Who.INSTALLER
    assert standing(held, Person("li", Role.INSTALLER), True, ()) == Who.NOBODY
    assert standing(DRAFT, SYSTEM, False, ()) == Who.NOBODY


def corrected(request: Request, **given: Any) -> Moved:
    return move(request, "correct", actor("S"), NOW, {"correction": given}, situation())


def test_a_correction_keeps_what_is_new():
    """Only what differs is in the event, and nothing that is not for staff to correct."""
    request = filed().request
    moved = corrected(request, category="kitchen", type="installation", escalation=3, state="DONE")
    assert dict(moved.event.changes) == {"type": "installation"}
    assert corrected(request, address="张杨路1号").request.home_id == ""


@pytest.mark.parametrize(
    ("known", "escalation"),
    [
        ({"escalation": 1}, 0),
        ({"escalation": 2}, 2),
        ({"escalation": 1, "type": "complaint"}, 1),
        ({"escalation": 1, "repeats": 1}, 1),
        ({"escalation": 1, "reopens": 1}, 1),
        ({"escalation": 1, "declines": 3}, 1),
        ({"escalation": 1, "reschedules": 2}, 1),
    ],
)
def test_a_false_alarm_takes_back_its_own_escalation(known: dict[str, Any], escalation: int):
    """Without its danger a request can wait like others, unless something else had escalated it."""
    moved = corrected(replace(filed().request, severity=3, **known), danger="")
    request = moved.request
    assert (request.danger, request.severity, request.escalation) == ("", 1, escalation)


def test_a_danger_that_was_overlooked():
    """It is an emergency from then on, and no less escalated than before."""
    request = replace(filed().request, danger="", severity=1, escalation=2)
    request = corrected(request, danger="gas").request
    assert (request.danger, request.severity, request.escalation) == ("gas", 3, 2)
