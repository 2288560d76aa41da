"""Which of the company's appointments suit a wish, and why the wish itself cannot be had."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from domain.calendar import visit_spans
from domain.chat import Span
from domain.company import Company
from domain.wishes import CHOICES, choose_windows


class Why(StrEnum):
    """What stands between a wish and an appointment."""

    NOTHING = "nothing"
    """It is one, and free."""
    WHICH = "which"
    """There are some at that time: one of them has to be chosen."""
    RANGE = "range"
    """It is over, or beyond the last day that can be booked."""
    CLOSED = "closed"
    HOURS = "hours"
    """Nobody visits at that time of the day."""
    SOON = "soon"
    BUSY = "busy"


def judge(company: Company, now: datetime, wish: Span, busy: Iterable[Span] = ()) -> Why:
    """Whether a wish is an appointment that can be booked; if not, the first thing that stands against it."""
    here = now.astimezone(company.tz)
    last = here.date() + timedelta(days=company.visits.days_ahead + 1)
    limit = datetime.combine(last, time(), company.tz).astimezone(UTC)
    if wish.end <= now or wish.start >= limit:
        return Why.RANGE
    offered = _spans(company, Span(max(wish.start, now), min(wish.end, limit)))
    if not offered:
        return Why.CLOSED
    touched = [one for one in offered if one.overlaps(wish)]
    if not touched:
        return Why.HOURS
    timely = [one for one in touched if one.start >= now + timedelta(minutes=company.visits.lead_min)]
    if not timely:
        return Why.SOON
    taken = list(busy)
    free = [one for one in timely if not any(one.overlaps(other) for other in taken)]
    if not free:
        return Why.BUSY
    return Why.NOTHING if wish in free else Why.WHICH


def suiting(company: Company, now: datetime, wish: Span | None, busy: Iterable[Span] = ()) -> list[Span]:
    """The appointments to choose from: all inside the wish, as many as a day has at most, and no fewer than the nearest
    ``CHOICES`` there are; those inside first."""
    found = choose_windows(company, now, wish, busy, max(CHOICES, len(company.visits.windows)))
    inside = [one for one in found if wish and wish.start <= one.start and one.end <= wish.end]
    return found[: max(CHOICES, len(inside))]


def _spans(company: Company, during: Span) -> list[Span]:
    """All appointments of the days that this touches."""
    first = during.start.astimezone(company.tz).date()
    last = (during.end - timedelta(microseconds=1)).astimezone(company.tz).date()
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return [span for day in days for span in visit_spans(company, day)]
