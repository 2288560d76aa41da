"""What may happen to a referral: one table; permissions, buttons, notices, tests and the diagram follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from functools import lru_cache


class Stage(StrEnum):
    """Where a referral stands."""

    CREATED = "CREATED"
    ATTRIBUTED = "ATTRIBUTED"
    VERIFIED = "VERIFIED"
    QUALIFIED = "QUALIFIED"
    SIGNED = "SIGNED"
    EARNED = "EARNED"
    REWARDED = "REWARDED"
    REJECTED = "REJECTED"
    UNDER_REVIEW = "UNDER_REVIEW"
    EXPIRED = "EXPIRED"
    VOIDED = "VOIDED"
    DISPUTED = "DISPUTED"


class Party(Flag):
    """What somebody is to one referral. The friend is nobody to it: it is not theirs to see."""

    NOBODY = 0
    REFERRER = auto()
    MANAGER = auto()
    SYSTEM = auto()  # what follows from facts: a message, an order, time


@dataclass(frozen=True, slots=True)
class Step:
    """One row: in ``before``, ``action`` by one of ``may`` leads to ``after``, and ``told`` hear of it.

    ``after`` is None where it goes back to where it was held from. ``reasoned`` asks for words first. ``fact`` names
    the field of the referral that must be set before the system may do it.
    """

    before: Stage
    action: str
    after: Stage | None
    may: Party
    told: Party
    reasoned: bool = False
    fact: str = ""


S, P = Stage, Party
UNDER_WAY = (S.ATTRIBUTED, S.VERIFIED, S.QUALIFIED, S.SIGNED)
HELD = (S.UNDER_REVIEW, S.DISPUTED)
ENDED = (S.REJECTED, S.EXPIRED, S.VOIDED)
SUCCESSFUL = (S.EARNED, S.REWARDED)
"""What counts for the leaderboard and for a VIP design adviser."""


def steps(before: Iterable[Stage], action: str, after: Stage | None, may: Party, told: Party) -> tuple[Step, ...]:
    """The same row for several stages."""
    return tuple(Step(stage, action, after, may, told) for stage in before)


def reasoned(before: Iterable[Stage], action: str, after: Stage | None, may: Party, told: Party) -> tuple[Step, ...]:
    """The same row for several stages, with words that say why."""
    return tuple(Step(stage, action, after, may, told, reasoned=True) for stage in before)


TRANSITIONS: tuple[Step, ...] = (
    Step(S.CREATED, "attribute", S.ATTRIBUTED, P.SYSTEM, P.REFERRER),
    *steps((S.CREATED, S.ATTRIBUTED), "block", S.REJECTED, P.SYSTEM, P.REFERRER),
    Step(S.ATTRIBUTED, "verify", S.VERIFIED, P.SYSTEM, P.REFERRER, fact="verified_at"),
    Step(S.VERIFIED, "qualify", S.QUALIFIED, P.SYSTEM, P.REFERRER, fact="qualified_at"),
    *(Step(stage, "sign", S.SIGNED, P.SYSTEM, P.REFERRER, fact="signed_at") for stage in (S.VERIFIED, S.QUALIFIED)),
    Step(S.SIGNED, "earn", S.EARNED, P.SYSTEM, P.REFERRER, fact="paid_at"),
    Step(S.SIGNED, "unsign", S.VERIFIED, P.SYSTEM, P.REFERRER),
    Step(S.EARNED, "unearn", S.SIGNED, P.SYSTEM, P.REFERRER),
    Step(S.EARNED, "claim", S.REWARDED, P.REFERRER, P.REFERRER),
    Step(S.REWARDED, "return", S.EARNED, P.MANAGER, P.REFERRER, reasoned=True),
    *steps(SUCCESSFUL, "retier", S.EARNED, P.SYSTEM, P.REFERRER),
    *steps(UNDER_WAY, "flag", S.UNDER_REVIEW, P.SYSTEM, P.REFERRER | P.MANAGER),
    *steps((S.ATTRIBUTED, S.VERIFIED, S.QUALIFIED, S.EARNED), "expire", S.EXPIRED, P.SYSTEM, P.REFERRER),
    *steps((*UNDER_WAY, S.UNDER_REVIEW, *SUCCESSFUL), "void", S.VOIDED, P.SYSTEM, P.REFERRER),
    Step(S.VOIDED, "unvoid", S.SIGNED, P.SYSTEM, P.REFERRER),
    *reasoned((S.UNDER_REVIEW,), "clear", None, P.MANAGER, P.REFERRER),
    *reasoned((S.UNDER_REVIEW,), "deny", S.REJECTED, P.MANAGER, P.REFERRER),
    *reasoned(ENDED, "appeal", S.DISPUTED, P.REFERRER, P.REFERRER | P.MANAGER),
    *reasoned((S.DISPUTED,), "grant", S.ATTRIBUTED, P.MANAGER, P.REFERRER),
    *reasoned((S.DISPUTED,), "uphold", None, P.MANAGER, P.REFERRER),
)
"""Every row there is. What a manager will not pay in cash may be claimed in another way; so may what
was claimed for an order of which so much was given back that it earns less. A granted appeal begins again
at ATTRIBUTED and goes on at once as far as the facts allow. What turns out to be no order of the friend's, or not to
be paid in full, goes back; so does what is void because of an order that counts after all."""

ACTIONS: tuple[str, ...] = tuple(dict.fromkeys(step.action for step in TRANSITIONS))


@lru_cache(1024)
def possible(stage: Stage, who: Party) -> tuple[Step, ...]:
    """The rows that ``who`` may use in ``stage``, in the table's order."""
    return tuple(step for step in TRANSITIONS if step.before is stage and step.may & who)


@lru_cache(1024)
def choice(stage: Stage, action: str) -> Step | None:
    """The row of ``action`` in ``stage``; None if it is not possible there."""
    return next((step for step in TRANSITIONS if step.before is stage and step.action == action), None)
