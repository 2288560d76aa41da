"""What is due of a referral by its facts: a stage forward or back, its end, and by when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from domain.bank import Referring
from domain.referral_states import ENDED, SUCCESSFUL, Party, Stage, possible
from domain.referrals import By, Referral, ReferralMoved, move

WINDOWED = (Stage.ATTRIBUTED, Stage.VERIFIED, Stage.QUALIFIED)
"""Where the window of attribution ends a referral."""


def advance(referral: Referral, by: By, at: datetime, policy: Referring) -> tuple[ReferralMoved, ...]:
    """Every row whose fact is there, one after the other, until nothing more is possible or it is held."""
    moves: list[ReferralMoved] = []
    while found := due(referral, at, policy):
        action, reason = found
        tier = policy.tier(referral.order_fen)
        given = {"reason": reason, "least_fen": tier.order_min_fen if tier else 0}
        moves.append(move(referral, action, by, at, given))
        referral = moves[-1].referral
    return tuple(moves)


def due(referral: Referral, at: datetime, policy: Referring) -> tuple[str, str] | None:
    """The action that the facts ask for now, and the message id of its reason (empty for a stage forward)."""
    rows = {step.action: step for step in possible(referral.state, Party.SYSTEM)}
    if "void" in rows and (reason := lost(referral) or shrunk(referral, policy)):
        return "void", reason
    for action, fact in GONE.items():
        if action in rows and getattr(referral, fact) is None:
            return action, ""
    if "retier" in rows and lowered(referral, policy):
        return "retier", ""
    if "expire" in rows and (reason := over(referral, at, policy)):
        return "expire", reason
    for action, step in rows.items():
        if step.fact and getattr(referral, step.fact) and (action != "earn" or payable(referral, at, policy)):
            return action, ""
    return None


GONE: Mapping[str, str] = {"unsign": "signed_at", "unearn": "paid_at"}
"""Action back → the fact that is known no more."""


RESTORED = ("void-refunded", "void-cancelled", "void-lowered", "void-other")
"""What an order ended a referral for: it goes on if that turns out to be wrong."""


def turned(before: Referral, after: Referral, at: datetime, policy: Referring) -> str:
    """The row back that facts ask for which have changed; empty if none.

    What was void because of its order goes on as soon as one counts that was signed within the window, and what was
    earned by another payment waits until this one has cooled.
    """
    if before.state is Stage.VOIDED and before.reason in RESTORED:
        return "unvoid" if _counts(after, policy) else ""
    cooled = cooled_at(after, policy)
    again = before.state is Stage.EARNED and after.paid_at != before.paid_at and cooled is not None and cooled > at
    return "unearn" if again and not lost(after) else ""


def _counts(referral: Referral, policy: Referring) -> bool:
    """Whether there is an order that counts, and that is large enough if another was too small."""
    end, signed = window_ends(referral, policy), referral.signed_at
    in_time = end is None or "expire-window" in referral.flags or (signed is not None and signed <= end)
    enough = referral.reason != "void-lowered" or policy.tier(referral.order_fen) is not None
    kept = bool(referral.order_id and signed) and referral.refunded_at is None
    return in_time and enough and kept


def lost(referral: Referral) -> str:
    """Why its order counts no more, as a message id; empty if it does, or a manager let that pass."""
    if referral.refunded_at is None:
        return ""
    reason = "void-refunded" if referral.paid_at else "void-cancelled"
    reason = reason if referral.order_id else "void-other"
    return "" if reason in referral.flags else reason


def lowered(referral: Referral, policy: Referring) -> bool:
    """Whether its order has come down to a lower tier than the one at which something was given."""
    tier = policy.tier(referral.order_fen)
    return tier is not None and tier.order_min_fen < referral.least_fen and referral.order_fen < referral.least_fen


def shrunk(referral: Referral, policy: Referring) -> str:
    """Why nothing is due any more of what was given: its order has come down below the least; else empty."""
    kept = referral.paid_at is None or referral.order_fen >= referral.least_fen
    given = referral.state in SUCCESSFUL and not kept
    return "void-lowered" if given and policy.tier(referral.order_fen) is None else ""


def over(referral: Referral, at: datetime, policy: Referring) -> str:
    """Why it is too late for it, as a message id; empty if it is not."""
    if referral.state is Stage.EARNED:
        ends = claim_ends(referral, policy)
        return "expire-claim" if ends and at >= ends else ""
    end = window_ends(referral, policy)
    if referral.state not in WINDOWED or end is None or "expire-window" in referral.flags:
        return ""
    signed = referral.signed_at is not None and referral.signed_at <= end
    return "" if signed or at < end else "expire-window"


def claim_ends(referral: Referral, policy: Referring) -> datetime | None:
    """Until when a reward is claimed, from the last that happened to it: cash that was not approved may be claimed in
    another way for as long again. None before it was earned."""
    if referral.earned_at is None:
        return None
    return max(referral.earned_at, referral.changed_at or referral.earned_at) + timedelta(days=policy.claim_days)


def window_ends(referral: Referral, policy: Referring) -> datetime | None:
    """Until when an order of the friend counts for this referrer; None before it was created."""
    return referral.created_at + timedelta(days=policy.window_days) if referral.created_at else None


def cooled_at(referral: Referral, policy: Referring) -> datetime | None:
    """When the cooling-off is over; None while the order is not paid."""
    return referral.paid_at + timedelta(days=policy.cooling_off_days) if referral.paid_at else None


def payable(referral: Referral, at: datetime, policy: Referring) -> bool:
    """Whether a reward is due: the order is paid in full, large enough, kept, and the cooling-off is over."""
    cooled = cooled_at(referral, policy)
    return bool(
        cooled
        and at >= cooled
        and referral.refunded_at is None
        and referral.order_id
        and policy.order_min_fen
        and referral.order_fen >= policy.order_min_fen
    )


def appealable(referral: Referral, at: datetime, policy: Referring) -> bool:
    """Whether the referrer may appeal: it has ended, not too long ago, and they did not before."""
    if referral.state not in ENDED or referral.appeal or referral.closed_at is None:
        return False
    return referral.reason != "void-erased" and at <= referral.closed_at + timedelta(days=policy.appeal_days)
