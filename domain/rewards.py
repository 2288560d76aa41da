"""What an earned referral may be claimed as, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from domain.bank import Referring, Reward, Tier
from domain.chat import Text
from domain.errors import NotPossible
from domain.referral_states import SUCCESSFUL
from domain.referrals import ReferralEvent


class Given(StrEnum):
    """Where a reward stands. Fund and points are given at once, and go on in the ledger."""

    WAITING = "WAITING"  # cash: for a manager; a gift: for who hands it over
    GIVEN = "GIVEN"  # in the ledger, handed over, or paid
    ISSUED = "ISSUED"  # a coupon that can be used until it expires
    USED = "USED"
    REFUSED = "REFUSED"  # cash that a manager will not pay: something else may be claimed
    VOID = "VOID"  # taken back with the order; ``order_id`` still says where a coupon was used


FIRST = {
    Reward.FUND: Given.GIVEN,
    Reward.POINTS: Given.GIVEN,
    Reward.COUPON: Given.ISSUED,
    Reward.GIFT: Given.WAITING,
    Reward.CASH: Given.WAITING,
}
"""Where each kind begins."""

MOVES: dict[str, tuple[tuple[Given, ...], Given, frozenset[Reward]]] = {
    "approve": ((Given.WAITING,), Given.GIVEN, frozenset({Reward.CASH})),
    "refuse": ((Given.WAITING,), Given.REFUSED, frozenset({Reward.CASH})),
    "hand_over": ((Given.WAITING,), Given.GIVEN, frozenset({Reward.GIFT})),
    "use": ((Given.ISSUED,), Given.USED, frozenset({Reward.COUPON})),
    "return": ((Given.USED,), Given.ISSUED, frozenset({Reward.COUPON})),
    "void": ((Given.WAITING, Given.ISSUED, Given.GIVEN, Given.USED), Given.VOID, frozenset(Reward)),
}
"""Action → from where, to where, and of which kinds. What was given or used is owed once it is void."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to claim. ``value`` is fen or points, 1 for a gift, whose code is ``item``."""

    kind: Reward
    value: int
    item: str = ""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A reward that was claimed. ``item`` is the gift's or the coupon's code. Times are aware and in UTC.

    ``expires_at`` is None where the ledger knows it, or where nothing expires. ``order_id`` is where a coupon was used.
    """

    id: str
    referral_id: str
    person_id: str
    kind: Reward
    value: int
    state: Given
    made_at: datetime
    version: int = 1
    item: str = ""
    expires_at: datetime | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    order_id: str = ""
    reason: str = ""


def change(reward: Claimed, action: str, by: str, at: datetime, **given: object) -> Claimed:
    """The reward after an action of ``MOVES``; ``given`` are other fields that change with it.

    Raises:
        NotPossible: it is not where this action begins, or of another kind.
    """
    before, after, kinds = MOVES[action]
    if reward.state not in before or reward.kind not in kinds:
        raise NotPossible(Text("reward-decided", {"id": reward.id}))
    changes = {"state": after, "decided_by": by, "decided_at": at, "version": reward.version + 1, **given}
    return replace(reward, **changes)  # type: ignore[arg-type]  # the fields of each action are named by its callers


def options(policy: Referring, order_fen: int, paid_on: date) -> tuple[Option, ...]:
    """How an order of that much, paid on that day in the company's zone, may be rewarded; none below the least.

    A campaign raises what is money or points; a gift stays one gift.
    """
    tier = policy.tier(order_fen)
    if tier is None:
        return ()
    campaign = policy.campaign(paid_on)
    percent = campaign.percent if campaign else 100
    offered = (
        Option(Reward.FUND, tier.fund_fen * percent // 100),
        Option(Reward.COUPON, tier.coupon_fen * percent // 100),
        Option(Reward.POINTS, tier.points * percent // 100),
        Option(Reward.CASH, tier.cash_fen * percent // 100),
        Option(Reward.GIFT, 1 if tier.gift else 0, tier.gift),
    )
    return tuple(option for option in offered if option.value)


def life(events: Iterable[ReferralEvent]) -> int:
    """How often what a referral had earned was taken back: so often more it may be given."""
    return sum(1 for one in events if one.action in ("void", "retier", "unearn") and one.before in SUCCESSFUL)


def worth(tier: Tier, kind: Reward, value: int) -> int:
    """What a used reward is worth in fen of the fund, for who has to give it back; a gift is worth the tier's fund."""
    return tier.fund_fen if kind is Reward.GIFT else value
