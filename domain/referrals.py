"""A referral: what is known of it, and how one row of the table changes it. Its events alone rebuild it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from domain.chat import NOTHING, Text, nothing
from domain.errors import NotAllowed, NotPossible
from domain.log import applied, pack, replayed, shape_of
from domain.referral_states import HELD, Party, Stage, Step, choice


@dataclass(frozen=True, slots=True)
class Referral:
    """Somebody was brought by somebody. Times are aware and in UTC; a None time has not come; empty text is unknown.

    The facts (``verified_at`` to ``refunded_at``, ``order_id``, ``order_fen``) are kept whatever the stage is: one that
    is held goes on from them. ``order_fen`` is what was paid and not given back, ``paid_on`` when that was and
    ``paid_at`` from when on it cools, ``passed_fen`` what was given back in spite of which a manager let it count.
    ``least_fen`` is the least of the tier at which something was given last, 0 before. ``held_from`` is the stage
    before a review or an appeal. ``since`` is when the request was made that they came with, which makes nobody a
    customer of before; None if with none. ``flags`` are codes of what looked odd, and message ids of what a manager let
    pass («block-home»); ``reason`` is the message id or the words of why it ended. ``reward_value`` is in fen or
    points, 1 for a gift.
    """

    id: str
    referrer_id: str
    friend_id: str
    version: int = 0
    state: Stage = Stage.CREATED
    held_from: str = ""
    via: str = ""
    district: str = ""
    order_id: str = ""
    order_fen: int = 0
    least_fen: int = 0
    passed_fen: int = 0
    flags: tuple[str, ...] = ()
    reason: str = ""
    reviewer_id: str = ""
    review_due: datetime | None = None
    appeal: str = ""
    reward: str = ""
    reward_value: int = 0
    created_at: datetime | None = None
    since: datetime | None = None
    changed_at: datetime | None = None
    verified_at: datetime | None = None
    qualified_at: datetime | None = None
    signed_at: datetime | None = None
    paid_on: datetime | None = None
    paid_at: datetime | None = None
    refunded_at: datetime | None = None
    earned_at: datetime | None = None
    rewarded_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReferralEvent:
    """One change; ``changes`` holds the new values as JSON, ``actor_id`` is empty if the system acted."""

    referral_id: str
    number: int
    at: datetime
    actor_id: str
    channel: str
    action: str
    before: str
    after: str
    changes: Mapping[str, Any] = field(default_factory=nothing)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class By:
    """Who acts: the person (empty for the system), what they are to this referral, and the channel they use."""

    person_id: str
    party: Party
    channel: str


@dataclass(frozen=True, slots=True)
class ReferralMoved:
    """A referral after a row of the table, the event that says so, and that row; of a fact the row leads nowhere."""

    referral: Referral
    event: ReferralEvent
    step: Step
    before: Referral


SHAPE = shape_of(Referral, Stage)


def standing(referral: Referral, person_id: str, manager: bool) -> Party:
    """What a person is to a referral; ``manager``: they speak as one, here and now. The friend is nobody."""
    own = Party.REFERRER if person_id and person_id == referral.referrer_id else Party.NOBODY
    return own | (Party.MANAGER if manager else Party.NOBODY)


def move(referral: Referral, action: str, by: By, at: datetime, given: Mapping[str, Any] = NOTHING) -> ReferralMoved:
    """Apply one row of the table; ``given`` holds what it needs (reason, flags, review_due, reward …).

    Raises:
        NotPossible: no row for this action in this stage, or its fact or its words are missing.
        NotAllowed: there is one, but not for what this person is to the referral.
    """
    step = choice(referral.state, action)
    if step is None:
        stage = Text(f"referral-stage-{referral.state.value}")
        raise NotPossible(Text("refused-state", {"id": referral.id, "state": stage}))
    if not step.may & by.party or (step.may is Party.MANAGER and by.person_id == referral.referrer_id):
        raise NotAllowed(Text("refused-role"))
    missing = (step.fact and getattr(referral, step.fact) is None) or (step.reasoned and not given.get("reason"))
    if missing:
        raise NotPossible(Text("refused-not-yet", {"id": referral.id}))
    after = step.after or Stage(referral.held_from)
    effect = EFFECTS.get(action, _nothing)
    changes = {"state": after, **_left(referral), **effect(referral, by, at, given)}
    return _record(referral, step, by, at, changes, str(given.get("reason", "")), after)


def create(draft: Referral, by: By, at: datetime) -> ReferralMoved:
    """The first event of a referral; it holds every field that is known. ``created_at`` is ``at`` unless it is set."""
    blank = Referral(draft.id, draft.referrer_id, draft.friend_id)
    known = {**asdict(draft), "created_at": draft.created_at or at, "state": Stage.CREATED}
    changes = {k: v for k, v in known.items() if v != getattr(blank, k) and k != "version"}
    changes |= {"referrer_id": draft.referrer_id, "friend_id": draft.friend_id}
    step = Step(Stage.CREATED, "create", Stage.CREATED, Party.SYSTEM, Party.NOBODY)
    return _record(blank, step, by, at, changes, "", Stage.CREATED)


def learn(referral: Referral, by: By, at: datetime, facts: Mapping[str, Any]) -> ReferralMoved | None:
    """An event that is no row of the table: facts that have changed, whatever the stage is; None if none has."""
    fresh = {name: value for name, value in facts.items() if getattr(referral, name) != value}
    if not fresh:
        return None
    step = Step(referral.state, "fact", referral.state, Party.SYSTEM, Party.NOBODY)
    return _record(referral, step, by, at, fresh, "", referral.state)


def rebuild(events: Iterable[ReferralEvent]) -> Referral:
    """The referral as its events tell it, in the order of their numbers.

    Raises:
        ValueError: there is no event, or a number is missing.
    """
    return replayed(lambda event: Referral(event.referral_id, "", ""), events, SHAPE)


def _record(
    referral: Referral,
    step: Step,
    by: By,
    at: datetime,
    changes: Mapping[str, Any],
    reason: str,
    after: Stage,
) -> ReferralMoved:
    event = ReferralEvent(
        referral_id=referral.id,
        number=referral.version + 1,
        at=at,
        actor_id=by.person_id,
        channel=by.channel,
        action=step.action,
        before=referral.state.value,
        after=after.value,
        changes=pack(changes),
        reason=reason,
    )
    return ReferralMoved(applied(referral, event, SHAPE), event, step, referral)


def _left(referral: Referral) -> dict[str, Any]:
    """What is over when a held referral goes on or ends."""
    return {"held_from": "", "review_due": None} if referral.state in HELD else {}


Effect = Callable[[Referral, By, datetime, Mapping[str, Any]], dict[str, Any]]


def _nothing(_r: Referral, _by: By, _at: datetime, _given: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _ended(_r: Referral, _by: By, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"reason": str(given.get("reason", "")), "closed_at": at}


def _held(r: Referral, _by: By, _at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"held_from": r.state.value, "review_due": given["review_due"]}


def _passed(r: Referral, given: Mapping[str, Any], *more: str) -> tuple[str, ...]:
    """The flags with what was looked at and let pass: it does not come up again."""
    return tuple(dict.fromkeys((*r.flags, *given.get("flags", ()), *more)))


def _granted(r: Referral, by: By, _at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    """It begins again, and what it had ended for is let pass; only a reason of our own is known by its id."""
    known = r.reason.startswith(("block-", "void-", "expire-window"))
    return {
        "reviewer_id": by.person_id,
        "flags": _passed(r, given, *((r.reason,) if known else ())),
        "passed_fen": int(given.get("passed_fen", 0)) if r.reason == "void-refunded" else r.passed_fen,
        **ANEW,
    }


UNCLAIMED: Mapping[str, Any] = {"reward": "", "reward_value": 0, "rewarded_at": None}
ANEW: Mapping[str, Any] = {
    **UNCLAIMED,
    "reason": "",
    "appeal": "",
    "earned_at": None,
    "least_fen": 0,
    "closed_at": None,
}
"""What is over when one that had ended goes on."""

EFFECTS: Mapping[str, Effect] = {
    "block": _ended,
    "void": _ended,
    "expire": _ended,
    "deny": lambda r, by, at, given: {**_ended(r, by, at, given), "reviewer_id": by.person_id},
    "clear": lambda r, by, _at, given: {"reviewer_id": by.person_id, "flags": _passed(r, given)},
    "uphold": lambda _r, by, _at, _given: {"reviewer_id": by.person_id},
    "grant": _granted,
    "flag": lambda r, by, at, given: {
        **_held(r, by, at, given),
        "flags": _passed(r, given),
    },
    "appeal": lambda r, by, at, given: {**_held(r, by, at, given), "appeal": str(given["reason"])},
    "earn": lambda _r, _by, at, given: {"earned_at": at, "least_fen": int(given.get("least_fen", 0))},
    "claim": lambda r, _by, at, given: {
        "reward": str(given["reward"]),
        "reward_value": int(given["reward_value"]),
        "rewarded_at": at,
        "least_fen": int(given.get("least_fen", r.least_fen)),
    },
    "return": lambda _r, _by, _at, _given: dict(UNCLAIMED),
    "unearn": lambda _r, _by, _at, _given: {"earned_at": None},
    "unvoid": lambda _r, _by, _at, _given: dict(ANEW),
    "retier": lambda _r, _by, _at, given: {**UNCLAIMED, "least_fen": int(given.get("least_fen", 0))},
}
"""What an action changes beside the stage."""
