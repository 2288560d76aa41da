"""What blocks a recommendation for good, and what a manager should look at: to the fen, the hour and the head."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.bank import Referring, Tier
from domain.fairness import BLOCKS, FLAGS, Facts, Side, block, figures, flags
from domain.people import Role

CAME = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
POLICY = Referring(tiers=(Tier(500_000, fund_fen=1), Tier(9_000_000, fund_fen=2)))
HANA = Side("hana", "王阿姨", phones=frozenset({"+861"}), homes=frozenset({("世纪大道100号3号楼", "1202室")}))
FAN = Side("fan", "范冰清", phones=frozenset({"+862"}), homes=frozenset({("东方路9号", "3室")}))
FAIR = Facts(HANA, FAN, chain=frozenset({"opa"}), today=1, came_at=CAME)


def at(address: str, door: str) -> Facts:
    """The same with a friend who lives there."""
    return replace(FAIR, friend=replace(FAN, homes=frozenset({(address, door)})))


BLOCKED = [
    ("self", replace(FAIR, friend=replace(FAN, id="hana"))),
    ("staff", replace(FAIR, friend=replace(FAN, role=Role.STAFF))),
    ("staff", replace(FAIR, referrer=replace(HANA, role=Role.INSTALLER))),
    ("taken", replace(FAIR, taken=True)),
    ("loop", replace(FAIR, chain=frozenset({"opa", "fan"}))),
    ("phone", replace(FAIR, friend=replace(FAN, phones=frozenset({"+862", "+861"})))),
    ("home", at("世紀大道 100 號 3 號樓", "１２０２ 室")),
    ("home", at("世纪大道100号3号楼1202室", "")),
    ("family", replace(FAIR, friend=replace(FAN, family=True))),
    ("family", replace(FAIR, referrer=replace(HANA, family=True))),
    ("customer", replace(FAIR, customer=True)),
]


@pytest.mark.parametrize(("code", "facts"), BLOCKED)
def test_what_blocks(code: str, facts: Facts):
    """Each of these alone is enough."""
    assert block(facts) == code


def test_each_block_is_tried():
    """No rule without its case."""
    assert {code for code, _ in BLOCKED} == set(BLOCKS)


@pytest.mark.parametrize(
    "facts",
    [
        FAIR,
        at("世纪大道100号3号楼", "1201室"),
        at("世纪大道100号4号楼", "1202室"),
        at("", ""),
        Facts(Side("a"), Side("b")),
        Facts(Side("a", homes=frozenset({("", "3室")})), Side("b", homes=frozenset({("", "3室")}))),
    ],
)
def test_what_blocks_nothing(facts: Facts):
    """Neighbours, and people of whom nothing is known, are fair."""
    assert block(facts) == ""


def signed(hours: float, fen: int = 2_000_000) -> Facts:
    """The same with an order so long after the code."""
    return replace(FAIR, signed_at=CAME + timedelta(hours=hours), order_fen=fen)


@pytest.mark.parametrize(
    ("code", "facts", "odd"),
    [
        ("many", replace(FAIR, today=5), False),
        ("many", replace(FAIR, today=6), True),
        ("late", signed(23.99), True),
        ("late", signed(24), False),
        ("late", FAIR, False),
        ("minimum", signed(30, 499_999), False),
        ("minimum", signed(30, 500_000), True),
        ("minimum", signed(30, 525_000), True),
        ("minimum", signed(30, 525_001), False),
        ("minimum", FAIR, False),
        ("cancelled", replace(FAIR, cancelled=2), False),
        ("cancelled", replace(FAIR, cancelled=3), True),
        ("alike", replace(FAIR, friend=replace(FAN, name="王 阿姨")), True),
        ("alike", replace(FAIR, friend=replace(FAN, name="王")), False),
        ("alike", replace(FAIR, referrer=replace(HANA, name=""), friend=replace(FAN, name="")), False),
        ("alike", replace(FAIR, friend=replace(FAN, name="李阿姨")), False),
        ("alike", at("世纪大道100号03号楼", "1202室"), True),
        ("alike", at("世纪大道100号3号楼", "1201室"), False),
        ("alike", at("张杨路8号", "1202室"), False),
    ],
)
def test_what_looks_odd(code: str, facts: Facts, odd: bool):
    """A limit counts exactly, and what is unknown is not odd."""
    assert (code in flags(facts, POLICY)) is odd


def test_what_is_usual_is_not_odd():
    """Most recommendations are flagged for nothing."""
    assert flags(signed(48), POLICY) == ()
    assert set(FLAGS) == {"many", "late", "alike", "minimum", "cancelled", "unproved", "alone"}


def test_without_tiers_no_order_is_just_enough():
    """Where nothing is given, nothing is just above the least."""
    assert "minimum" not in flags(signed(48), Referring())


def test_the_figures():
    """A manager reads the numbers that the rules saw."""
    assert figures(signed(3.5), POLICY) == {
        "today": 1,
        "today_max": 5,
        "hours": 3,
        "hours_min": 24,
        "order": 2_000_000,
        "least": 500_000,
        "cancelled": 0,
    }
