"""What the company decides about recommending and rewards. Money is in fen; dates are of the company's time zone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.trade import Names


class Reward(StrEnum):
    """What a referrer may choose."""

    FUND = "fund"
    COUPON = "coupon"
    GIFT = "gift"
    POINTS = "points"
    CASH = "cash"


@dataclass(frozen=True, slots=True)
class Tier:
    """What an order of at least ``order_min_fen`` earns. A reward of 0 or an empty ``gift`` cannot be chosen.

    ``gift`` is the code of a Gift. ``friend_fund_fen`` goes to the friend's own renovation fund.
    """

    order_min_fen: int
    fund_fen: int = 0
    coupon_fen: int = 0
    points: int = 0
    cash_fen: int = 0
    gift: str = ""
    friend_fund_fen: int = 0


@dataclass(frozen=True, slots=True)
class Gift:
    """A thing that is handed over."""

    code: str
    names: Names


@dataclass(frozen=True, slots=True)
class Campaign:
    """Orders paid from ``first`` to ``last``, both included, earn ``percent`` of the tier: 150 is a half more."""

    code: str
    names: Names
    first: date
    last: date
    percent: int = 100


@dataclass(frozen=True, slots=True)
class Prize:
    """What the first ``places`` of the year's leaderboard are given."""

    places: int = 3
    points: int = 0


@dataclass(frozen=True, slots=True)
class Referring:
    """The rules of recommending; the unit ends the name.

    An order counts from ``order_min_fen`` paid, ``cooling_off_days`` after the payment. A friend is the referrer's for
    ``window_days``. Flagged for review: more than ``per_day_max`` friends of one referrer a day; a code that came less
    than ``late_hours`` before the order was signed; an order at most ``just_above_percent`` over the minimum;
    ``cancelled_max`` or more cancelled orders among one referrer's friends. A review is due after ``review_hours``.
    A reward is claimed within ``claim_days``. ``vip_after`` successful referrals make a VIP design adviser.
    """

    tiers: tuple[Tier, ...] = ()
    gifts: tuple[Gift, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    prize: Prize = Prize()
    window_days: int = 180
    cooling_off_days: int = 7
    claim_days: int = 180
    per_day_max: int = 5
    late_hours: int = 24
    just_above_percent: int = 5
    cancelled_max: int = 3
    review_hours: int = 48
    appeal_days: int = 30
    vip_after: int = 3
    idea_points: int = 500
    leaderboard_places: int = 10

    @property
    def order_min_fen(self) -> int:
        """The least order that earns anything; 0 where nothing is given at all."""
        return min((tier.order_min_fen for tier in self.tiers), default=0)

    def tier(self, paid_fen: int) -> Tier | None:
        """What an order of this much earns; None for one below the least."""
        reached = [tier for tier in self.tiers if paid_fen >= tier.order_min_fen]
        return max(reached, key=lambda tier: tier.order_min_fen) if reached else None

    def campaign(self, paid_on: date) -> Campaign | None:
        """The best campaign of that day; None on an ordinary one."""
        running = [one for one in self.campaigns if one.first <= paid_on <= one.last]
        return max(running, key=lambda one: one.percent) if running else None

    def gift(self, code: str) -> Gift | None:
        """The gift with this code; None if it is not (or no longer) in the file."""
        return next((one for one in self.gifts if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long what was credited lasts, and how it may be spent.

    At most ``fund_percent_max`` of an order is paid from the fund, ``coupon_percent_max`` by a coupon. What is given
    back after it expired lives ``grace_days`` more. Adjustments above ``second_fen`` or ``second_points`` need a second
    manager. A code for the counter is good for ``counter_min``. ``expiring_days`` before the end of a credit its owner
    is told.
    """

    fund_months: int = 24
    points_months: int = 24
    coupon_months: int = 12
    coupon_percent_max: int = 10
    fund_percent_max: int = 20
    grace_days: int = 30
    expiring_days: int = 30
    second_fen: int = 50_000
    second_points: int = 5_000
    counter_min: int = 10


@dataclass(frozen=True, slots=True)
class Bank:
    """Both; the default gives nothing to anybody."""

    referring: Referring = field(default_factory=Referring)
    keeping: Keeping = field(default_factory=Keeping)
