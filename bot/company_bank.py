"""The part of the company file about recommending and rewards: its shape, and what must agree in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from bot.company_shapes import Entry, Part
from domain.bank import Bank, Campaign, Gift, Keeping, Prize, Referring, Tier

Fen = Annotated[int, Field(ge=0, le=100_000_000)]
Points = Annotated[int, Field(ge=0, le=10_000_000)]
Days = Annotated[int, Field(gt=0, le=3650)]
Months = Annotated[int, Field(gt=0, le=120)]
Percent = Annotated[int, Field(ge=0, le=100)]


class _Tier(Part):
    order_min_fen: Annotated[int, Field(gt=0, le=1_000_000_000)]
    fund_fen: Fen = 0
    coupon_fen: Fen = 0
    points: Points = 0
    cash_fen: Fen = 0
    gift: str = ""
    friend_fund_fen: Fen = 0


class _Campaign(Entry):
    first: date
    last: date
    percent: Annotated[int, Field(gt=0, le=1000)]


class _Prize(Part):
    places: Annotated[int, Field(gt=0, le=100)] = 3
    points: Points = 0


class ReferralPart(Part):
    """``[referral]``."""

    tiers: tuple[_Tier, ...] = ()
    gifts: tuple[Entry, ...] = ()
    campaigns: tuple[_Campaign, ...] = ()
    prize: _Prize = _Prize()
    window_days: Days = 180
    cooling_off_days: Annotated[int, Field(ge=0, le=365)] = 7
    claim_days: Days = 180
    per_day_max: Annotated[int, Field(gt=0, le=1000)] = 5
    late_hours: Annotated[int, Field(ge=0, le=8760)] = 24
    just_above_percent: Percent = 5
    cancelled_max: Annotated[int, Field(gt=0, le=1000)] = 3
    review_hours: Annotated[int, Field(gt=0, le=720)] = 48
    appeal_days: Days = 30
    vip_after: Annotated[int, Field(gt=0, le=1000)] = 3
    idea_points: Points = 500
    leaderboard_places: Annotated[int, Field(gt=0, le=50)] = 10


class LedgerPart(Part):
    """``[ledger]``."""

    fund_months: Months = 24
    points_months: Months = 24
    coupon_months: Months = 12
    coupon_percent_max: Percent = 10
    fund_percent_max: Percent = 20
    grace_days: Days = 30
    expiring_days: Days = 30
    second_fen: Fen = 50_000
    second_points: Points = 5_000
    counter_min: Annotated[int, Field(gt=0, le=1440)] = 10


def bank_of(referral: ReferralPart, ledger: LedgerPart) -> Bank:
    """What the two parts say."""
    plain = referral.model_dump(exclude={"tiers", "gifts", "campaigns", "prize"})
    return Bank(
        Referring(
            tiers=tuple(Tier(**one.model_dump()) for one in referral.tiers),
            gifts=tuple(Gift(one.code, one.names.of()) for one in referral.gifts),
            campaigns=tuple(
                Campaign(one.code, one.names.of(), one.first, one.last, one.percent) for one in referral.campaigns
            ),
            prize=Prize(**referral.prize.model_dump()),
            **plain,
        ),
        Keeping(**ledger.model_dump()),
    )


def bank_problems(data: Mapping[str, Any]) -> Iterator[str]:
    """What disagrees within ``[referral]``, each as «place:what is wrong»."""
    referral = data.get("referral", {})
    gifts = [one["code"] for one in referral.get("gifts", ())]
    tiers = referral.get("tiers", ())
    for number, tier in enumerate(tiers, 1):
        if tier.get("gift") and tier["gift"] not in gifts:
            yield f"referral.tiers 第 {number} 个:没有这个礼品:“{tier['gift']}”"
    if len({tier["order_min_fen"] for tier in tiers}) < len(tiers):
        yield "referral.tiers:有两档的订单金额一样"
    for listed in ("gifts", "campaigns"):
        codes = [one["code"] for one in referral.get(listed, ())]
        yield from (f"referral.{listed}:“{code}” 写了两次" for code in sorted({c for c in codes if codes.count(c) > 1}))
    for one in referral.get("campaigns", ()):
        if one["last"] < one["first"]:
            yield f"referral.campaigns “{one['code']}”:最后一天早于第一天"
