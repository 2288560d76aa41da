"""Months and years of the leaderboard, in the company's own time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.board import month_of, whole_year, year_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))
ZONES = st.sampled_from([SHANGHAI, ZoneInfo("UTC"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")])


@pytest.mark.parametrize(
    ("at", "month", "year"),
    [
        ("2026-10-31T15:59:59", "2026-10", "2026"),
        ("2026-10-31T16:00:00", "2026-11", "2026"),
        ("2026-12-31T15:59:59", "2026-12", "2026"),
        ("2026-12-31T16:00:00", "2027-01", "2027"),
        ("2028-02-29T15:59:59", "2028-02", "2028"),
        ("2028-02-29T16:00:00", "2028-03", "2028"),
        ("2027-02-28T16:00:00", "2027-03", "2027"),
    ],
)
def test_where_a_month_ends(at: str, month: str, year: str) -> None:
    """At midnight where the company is, which is four in the afternoon in UTC; leap years and December too."""
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert (month_of(moment, SHANGHAI).id, year_of(moment, SHANGHAI).id) == (month, year)


@given(moment=MOMENTS, zone=ZONES)
def test_every_moment_is_in_its_period(moment: datetime, zone: ZoneInfo) -> None:
    """A period holds the moments that name it, to its very ends, and no others."""
    for period in (month_of, year_of):
        found = period(moment, zone)
        assert found.span.start <= moment < found.span.end
        assert period(found.span.start, zone) == found
        assert period(found.span.end - timedelta(microseconds=1), zone) == found
        assert period(found.span.end, zone).id > found.id


@given(moment=MOMENTS, zone=ZONES)
def test_twelve_months_are_a_year(moment: datetime, zone: ZoneInfo) -> None:
    """They follow one another without a gap."""
    year = year_of(moment, zone)
    assert whole_year(int(year.id), zone) == year
    at, months = year.span.start, []
    while at < year.span.end:
        months.append(month_of(at, zone))
        at = months[-1].span.end
    assert [one.id for one in months] == [f"{year.id}-{month:02d}" for month in range(1, 13)]
    assert at == year.span.end
