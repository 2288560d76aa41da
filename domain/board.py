"""Who brought most: by month and by year, in the company's own time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from domain.chat import Span

RANKED = 1000
"""So many places have a number of their own; who stands after them is told just that."""


@dataclass(frozen=True, slots=True)
class Period:
    """«2026-11» or «2026», and the time it takes."""

    id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the board; ``rank`` counts from 1, and ``RANKED + 1`` is anywhere behind that."""

    rank: int
    person_id: str
    nickname: str
    count: int


def month_of(at: datetime, zone: tzinfo) -> Period:
    """The month in which a moment lies."""
    local = at.astimezone(zone)
    year, month = local.year, local.month
    after = (year + 1, 1) if month == 12 else (year, month + 1)
    return Period(f"{year}-{month:02d}", _span(zone, (year, month), after))


def year_of(at: datetime, zone: tzinfo) -> Period:
    """The year in which a moment lies."""
    return whole_year(at.astimezone(zone).year, zone)


def whole_year(year: int, zone: tzinfo) -> Period:
    """A year by its number."""
    return Period(str(year), _span(zone, (year, 1), (year + 1, 1)))


def _span(zone: tzinfo, first: tuple[int, int], after: tuple[int, int]) -> Span:
    start, end = (datetime(*month, 1, tzinfo=zone).astimezone(UTC) for month in (first, after))
    return Span(start, end)


@dataclass(frozen=True, slots=True)
class Idea:
    """What a VIP design adviser proposes. ``photos`` are file hashes; ``state`` is SUBMITTED, ADOPTED or DECLINED."""

    id: str
    person_id: str
    words: str
    photos: tuple[str, ...] = ()
    state: str = "SUBMITTED"
    reason: str = ""
