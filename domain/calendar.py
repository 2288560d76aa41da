"""Business time: when the company is open, and how far away «fifteen minutes of business time» is.

Datetimes are aware on both sides, UTC on the way out; the days and hours in between are the company's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from domain.chat import Span
from domain.company import Company, Hours


def is_open(company: Company, at: datetime) -> bool:
    """Whether people answer at this moment; at closing time they no longer do."""
    first = next(open_spans(company, at))
    return first.start <= at


def next_opening(company: Company, at: datetime) -> datetime:
    """``at`` itself (in UTC) while open, else the moment the company opens next."""
    first = next(open_spans(company, at))
    return max(first.start, at.astimezone(UTC))


def add_business_minutes(company: Company, at: datetime, minutes: float) -> datetime:
    """The moment when ``minutes`` (zero or more) of open time have passed since ``at``.

    What ends exactly at closing time is due then, not at the next opening; none at all is due at the next opening.
    """
    left = timedelta(minutes=minutes)
    for span in open_spans(company, at):
        start = max(span.start, at)
        if left <= span.end - start:
            return (start + left).astimezone(UTC)
        left -= span.end - start
    raise AssertionError("open spans never end")


def open_spans(company: Company, at: datetime) -> Iterator[Span]:
    """Endless: the open spans which end after ``at``, in order, the first perhaps begun already."""
    day = at.astimezone(company.tz).date()
    while True:
        spans = (to_span(company, day, hours) for hours in company.hours.of(day))
        yield from (span for span in spans if span.end > at)
        day += timedelta(days=1)


def visit_spans(company: Company, day: date) -> list[Span]:
    """The appointments which the company offers on a date, in order; none on a day it is closed."""
    if not company.hours.of(day):
        return []
    return [to_span(company, day, hours) for hours in company.visits.windows]


def to_span(company: Company, day: date, hours: Hours) -> Span:
    """Hours of a date in the company's time zone, as a span in UTC."""
    last = day + timedelta(days=1) if hours.end == time(0) else day
    start = datetime.combine(day, hours.start, company.tz)
    return Span(start.astimezone(UTC), datetime.combine(last, hours.end, company.tz).astimezone(UTC))
