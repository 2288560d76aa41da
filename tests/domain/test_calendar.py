"""Business time, by the company's clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import load_company
from domain.calendar import add_business_minutes, is_open, next_opening, visit_spans
from domain.chat import Span
from domain.company import BusinessHours, Company, Hours
from tests.domain.test_understanding import COMPANY

MORNING, AFTERNOON = Hours(time(9), time(12)), Hours(time(13), time(18))
WEEK = (*((MORNING, AFTERNOON),) * 5, (MORNING,), ())
DAYS_OFF = BusinessHours(
    WEEK,
    closed=frozenset({date(2026, 3, 10)}),
    extra={date(2026, 3, 15): (MORNING,), date(2026, 3, 10): (AFTERNOON,)},
)


def company(hours: BusinessHours = DAYS_OFF, timezone: str = "Asia/Shanghai") -> Company:
    return replace(COMPANY, hours=hours, timezone=timezone)


def at(said: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-06 08:59:59", False),
        ("2026-03-06 09:00", True),
        ("2026-03-06 11:59:59", True),
        ("2026-03-06 12:00", False),
        ("2026-03-06 13:00", True),
        ("2026-03-06 18:00", False),
        ("2026-03-07 10:00", True),
        ("2026-03-07 14:00", False),
        ("2026-03-08 10:00", False),
        ("2026-03-15 10:00", True),
        ("2026-03-15 14:00", False),
        ("2026-03-10 10:00", False),
        ("2026-03-10 14:00", True),
    ],
)
def test_open_by_the_company_clock(moment: str, expected: bool) -> None:
    """Open from the first moment of a window until before its last; single dates have hours of their own."""
    assert is_open(company(), at(moment)) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-06 10:30", "2026-03-06 10:30"),
        ("2026-03-06 12:00", "2026-03-06 13:00"),
        ("2026-03-06 18:00", "2026-03-07 09:00"),
        ("2026-03-07 12:00", "2026-03-09 09:00"),
        ("2026-03-09 23:00", "2026-03-10 13:00"),
        ("2026-03-14 20:00", "2026-03-15 09:00"),
    ],
)
def test_the_next_opening_is_honest(moment: str, expected: str) -> None:
    """Over night, weekend and days off to the moment when somebody really answers."""
    found = next_opening(company(), at(moment))

    assert found == at(expected)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "minutes", "expected"),
    [
        ("2026-03-06 10:00", 15, "2026-03-06 10:15"),
        ("2026-03-06 11:50", 15, "2026-03-06 13:05"),
        ("2026-03-06 17:50", 15, "2026-03-07 09:05"),
        ("2026-03-06 11:45", 15, "2026-03-06 12:00"),
        ("2026-03-07 20:00", 15, "2026-03-09 09:15"),
        ("2026-03-06 09:00", 480, "2026-03-06 18:00"),
        ("2026-03-06 09:00", 481, "2026-03-07 09:01"),
        ("2026-03-07 20:00", 0, "2026-03-09 09:00"),
    ],
)
def test_business_minutes_run_only_while_open(moment: str, minutes: int, expected: str) -> None:
    """A promise of minutes stands still while the company is closed; one that ends at closing time is due then."""
    assert add_business_minutes(company(), at(moment), minutes) == at(expected)


def test_a_night_shift_ends_at_midnight() -> None:
    """Hours until 24:00 reach to the day's end and not a moment further."""
    night = company(BusinessHours(((Hours(time(20), time(0)),), *((),) * 6)))

    assert is_open(night, at("2026-03-09 23:59:59"))
    assert not is_open(night, at("2026-03-10 00:00"))
    assert add_business_minutes(night, at("2026-03-09 23:00"), 61) == at("2026-03-16 20:01")


def test_wall_clock_holds_when_the_clocks_change() -> None:
    """In a zone with summer time the company opens at nine by its own clock before and after."""
    berlin = company(BusinessHours((((MORNING),),) * 7), "Europe/Berlin")

    assert next_opening(berlin, at("2026-03-28 20:00", "Europe/Berlin")) == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert next_opening(berlin, at("2026-03-27 20:00", "Europe/Berlin")) == datetime(2026, 3, 28, 8, tzinfo=UTC)


def test_a_company_is_open_some_day() -> None:
    """Hours without any open weekday cannot be made: a promise would never be due."""
    with pytest.raises(ValueError, match="never open"):
        BusinessHours(((),) * 7)


def test_no_visits_on_a_closed_day() -> None:
    """The day's windows are offered on every day with business hours, and on no other."""
    spans = visit_spans(company(), date(2026, 3, 6))

    assert spans[0] == Span(at("2026-03-06 09:00"), at("2026-03-06 11:00"))
    assert len(spans) == len(COMPANY.visits.windows)
    assert visit_spans(company(), date(2026, 3, 8)) == []


moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


@given(moment=moments, first=st.integers(0, 3000), second=st.integers(1, 3000))
def test_minutes_add_up(moment: datetime, first: int, second: int) -> None:
    """Two waits after one another are one wait of their sum, time never runs backwards, and open time is real time."""
    once = add_business_minutes(company(), moment, first + second)

    assert add_business_minutes(company(), add_business_minutes(company(), moment, first), second) == once
    assert once - moment >= timedelta(minutes=first + second)


@given(moment=moments)
def test_the_next_opening_is_open(moment: datetime) -> None:
    """At the next opening somebody answers, and it is now exactly while open."""
    opening = next_opening(company(), moment)

    assert is_open(company(), opening)
    assert (opening == moment) is is_open(company(), moment)


def test_the_starting_company_has_holidays() -> None:
    """The company's own file closes on its holidays and works on its make-up days."""
    own = load_company("company.toml")

    assert not is_open(own, at("2026-10-01 10:00"))
    assert is_open(own, at("2026-02-15 10:00"))
    assert not is_open(own, at("2026-02-15 14:00"))
