"""Moments and windows in words: «明天（周日） 14:00–16:00»."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from domain.chat import Span

NEAR = {-1: "day-yesterday", 0: "day-today", 1: "day-tomorrow"}


class Say(Protocol):
    """What says a message of one language."""

    def __call__(self, id: str, /, **args: str) -> str:
        """The message of this id, with arguments that are words already."""


class Times:
    """How one language names times in the company's ``zone``; «today» is the day of ``now`` there."""

    def __init__(self, say: Say, zone: ZoneInfo) -> None:
        self._say = say
        self._zone = zone
        self._day = lru_cache(maxsize=256)(self._name)

    def day(self, at: datetime, now: datetime) -> str:
        """«今天», «明天（周日）», «11月25日（周三）»; with the year where that is not this year."""
        return self._day(self._local(at).date(), self._local(now).date())

    def clock(self, at: datetime) -> str:
        """«14:00»"""
        return _clock(self._local(at))

    def moment(self, at: datetime, now: datetime) -> str:
        """«明天（周日） 14:00»"""
        local = self._local(at)
        return self._join(local.date(), self._local(now).date(), _clock(local))

    def span(self, span: Span, now: datetime) -> str:
        """«明天（周日） 14:00–16:00»; with both days where they differ."""
        start, end = self._local(span.start), self._local(span.end)
        if end.date() != start.date() and not _ends_day_of(start, end):
            return self._say("moment-window", start=self.moment(span.start, now), end=self.moment(span.end, now))
        until = "24:00" if end.date() != start.date() else _clock(end)
        hours = self._say("clock-window", start=_clock(start), end=until)
        return self._join(start.date(), self._local(now).date(), hours)

    def _local(self, at: datetime) -> datetime:
        if at.tzinfo is None:
            raise ValueError("a time without its zone")
        return at.astimezone(self._zone)

    def _join(self, day: date, today: date, clock: str) -> str:
        near = (day - today).days in NEAR
        return self._say("moment-near" if near else "moment-far", day=self._day(day, today), clock=clock)

    def _name(self, day: date, today: date) -> str:
        weekday = self._say(f"weekday-{day.isoweekday()}")
        if near := NEAR.get((day - today).days):
            return self._say(near, weekday=weekday)
        kind = "day-this-year" if day.year == today.year else "day-other-year"
        month = self._say(f"month-{day.month}")
        return self._say(kind, weekday=weekday, day=str(day.day), month=month, year=str(day.year))


def _clock(local: datetime) -> str:
    return f"{local.hour:02}:{local.minute:02}"


def _ends_day_of(start: datetime, end: datetime) -> bool:
    return end.date() - start.date() == timedelta(days=1) and end.hour == end.minute == 0
