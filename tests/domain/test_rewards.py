"""What an earned referral may be claimed as, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

import pytest

from domain.bank import Campaign, Referring, Reward, Tier
from domain.errors import NotPossible
from domain.referrals import ReferralEvent
from domain.rewards import FIRST, MOVES, Claimed, Given, Option, change, life, options, worth

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
SMALL = Tier(500_000, fund_fen=20_000, coupon_fen=25_000, points=2_000, cash_fen=15_000, gift="toolbox")
LARGE = Tier(3_000_000, fund_fen=120_000, points=12_001)
SPRING = Campaign("spring", {"zh-CN": "春季"}, date(2027, 3, 1), date(2027, 4, 30), 150)
POLICY = Referring(tiers=(SMALL, LARGE), campaigns=(SPRING,))
DAY = date(2026, 5, 1)

ALLOWED = {
    (Reward.CASH, Given.WAITING, "approve"): Given.GIVEN,
    (Reward.CASH, Given.WAITING, "refuse"): Given.REFUSED,
    (Reward.GIFT, Given.WAITING, "hand_over"): Given.GIVEN,
    (Reward.COUPON, Given.ISSUED, "use"): Given.USED,
    (Reward.COUPON, Given.USED, "return"): Given.ISSUED,
    **{
        (kind, state, "void"): Given.VOID
        for kind in Reward
        for state in (Given.WAITING, Given.ISSUED, Given.GIVEN, Given.USED)
    },
}
"""All that may happen; everything else is refused."""


def claimed(kind: Reward = Reward.CASH, state: Given = Given.WAITING) -> Claimed:
    return Claimed("RW-1001", "RF-1001", "p1", kind, 100, state, NOW)


@pytest.mark.parametrize(("kind", "state", "action"), list(product(Reward, Given, MOVES)))
def test_every_cell_of_the_table(kind: Reward, state: Given, action: str) -> None:
    """Each action from each state and of each kind leads where the table says, or is refused."""
    reward = claimed(kind, state)
    after = ALLOWED.get((kind, state, action))
    if after is None:
        with pytest.raises(NotPossible):
            change(reward, action, "max", NOW)
        return
    changed = change(reward, action, "max", NOW, order_id="N-1")
    assert (changed.state, changed.version, changed.decided_by, changed.order_id) == (after, 2, "max", "N-1")
    assert replace(changed, state=state, version=1, decided_by="", decided_at=None, order_id="") == reward


def test_every_kind_begins_somewhere() -> None:
    """No kind without a first state; only what a person has to give waits."""
    assert FIRST.keys() == set(Reward)
    assert {kind for kind, state in FIRST.items() if state is Given.WAITING} == {Reward.CASH, Reward.GIFT}


@pytest.mark.parametrize(
    ("order_fen", "expected"),
    [
        (0, {}),
        (499_999, {}),
        (500_000, {"fund": 20_000, "coupon": 25_000, "points": 2_000, "cash": 15_000, "gift": 1}),
        (2_999_999, {"fund": 20_000, "coupon": 25_000, "points": 2_000, "cash": 15_000, "gift": 1}),
        (3_000_000, {"fund": 120_000, "points": 12_001}),
    ],
)
def test_what_an_order_earns(order_fen: int, expected: dict[str, int]) -> None:
    """The tier that is reached, and of it only what is more than nothing."""
    assert {one.kind.value: one.value for one in options(POLICY, order_fen, DAY)} == expected


@pytest.mark.parametrize(
    ("day", "percent"),
    [
        (date(2027, 2, 28), 100),
        (date(2027, 3, 1), 150),
        (date(2027, 4, 30), 150),
        (date(2027, 5, 1), 100),
    ],
)
def test_a_campaign_from_its_first_to_its_last_day(day: date, percent: int) -> None:
    """Both days are included; money is cut to whole fen, and a gift stays one gift."""
    found = {one.kind: one for one in options(POLICY, 3_000_000, day)}
    assert found[Reward.FUND].value == 1_200 * percent
    assert found[Reward.POINTS].value == 12_001 * percent // 100
    gift = next(one for one in options(POLICY, 500_000, day) if one.kind is Reward.GIFT)
    assert gift == Option(Reward.GIFT, 1, "toolbox")


def test_nothing_where_nothing_is_given() -> None:
    """A company without tiers gives nothing."""
    assert options(Referring(), 10**9, DAY) == ()


def test_what_a_used_reward_is_worth() -> None:
    """A gift is worth the fund that could have been chosen instead, all else itself."""
    assert worth(SMALL, Reward.GIFT, 1) == 20_000
    assert worth(SMALL, Reward.CASH, 15_000) == 15_000
    assert worth(SMALL, Reward.COUPON, 25_000) == 25_000


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), 0),
        (("earn SIGNED", "claim EARNED"), 0),
        (("void SIGNED",), 0),
        (("expire EARNED",), 0),
        (("earn SIGNED", "void EARNED"), 1),
        (("claim EARNED", "void REWARDED", "grant DISPUTED", "earn SIGNED"), 1),
        (("void EARNED", "void REWARDED"), 2),
    ],
)
def test_how_often_it_was_taken_back(rows: tuple[str, ...], expected: int) -> None:
    """Only what had been earned can be taken back, and what only expired was not."""
    events = [
        ReferralEvent("RF-1", number, NOW, "", "", action, before, "")
        for number, (action, before) in enumerate((row.split() for row in rows), 1)
    ]
    assert life(events) == expected
