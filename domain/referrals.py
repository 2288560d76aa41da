"""A referral: what is known of it, and how one row of the table changes it. Its events alone rebuild it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.chat import nothing
from domain.referral_states import Stage


@dataclass(frozen=True, slots=True)
class Referral:
    """Somebody was brought by somebody. Times are aware and in UTC; a None time has not come; empty text is unknown.

    The facts (``verified_at`` to ``refunded_at``, ``order_id``, ``order_fen``) are kept whatever the stage is: one that
    is held goes on from them. ``order_fen`` is what was paid and not given back. ``held_from`` is the stage before a
    review or an appeal. ``flags`` are codes of what looked odd, ``reason`` the message id or the words of why it ended.
    ``reward_value`` is in fen or points, 1 for a gift.
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
    flags: tuple[str, ...] = ()
    reason: str = ""
    reviewer_id: str = ""
    review_due: datetime | None = None
    appeal: str = ""
    reward: str = ""
    reward_value: int = 0
    created_at: datetime | None = None
    changed_at: datetime | None = None
    verified_at: datetime | None = None
    qualified_at: datetime | None = None
    signed_at: datetime | None = None
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
