"""On which day something happened that staff tell of: mostly today."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from domain.chat import Inbound, Kind, Line, Style, Text
from domain.errors import Invalid
from handlers.forms import Choice, Draft, Field, Question
from handlers.turn import Turn, lines

DAY = re.compile(r"(?:(\d{4})[-/.\u5e74])?(\d{1,2})[-/.\u6708](\d{1,2})[\u65e5\u53f7\u865f]?")
EARLIEST = date(2000, 1, 1)
YEARS = 9
"""So far back a day without a year is looked for: the 29th of February is not in every one."""

OFFERED = (
    Choice(Text("order-today"), "today", Style.PRIMARY),
    Choice(Text("order-yesterday"), "yesterday"),
)


def day_field(name: str, needed: Callable[[Draft], bool]) -> Field:
    """Today or yesterday, tapped, written or by its number, or an earlier day in figures; kept in ISO 8601."""
    asked = lines(Line(Text("order-ask-day"), Kind.NEXT))

    async def ask(draft: Draft) -> Question:
        return Question(asked, OFFERED)

    async def read(draft: Draft, message: Inbound) -> str:
        turn = draft.turn
        today = turn.now.astimezone(turn.company.tz).date()
        said = message.text.strip().lower()
        found = _offered(turn, said, today) or past_day(said, today)
        if found is None:
            raise Invalid(Text("order-day-wrong"))
        return found.isoformat()

    return Field(name, ask, read, needed=needed, lines=asked)


def _offered(turn: Turn, said: str, today: date) -> date | None:
    for back, choice in enumerate(OFFERED):
        if said in (choice.value, str(back + 1), turn.said(choice.label).lower()):
            return today - timedelta(days=back)
    return None


def past_day(said: str, today: date) -> date | None:
    """A day in figures («11-20», «11月20日», «2026-11-20»), no later than ``today``; without a year the latest one.

    None if it is none.
    """
    found = DAY.fullmatch(re.sub(r"\s", "", said))
    if not found:
        return None
    years = [int(found[1])] if found[1] else [today.year - back for back in range(YEARS)]
    days = [day for year in years if (day := _date(year, int(found[2]), int(found[3])))]
    return next((day for day in days if EARLIEST <= day <= today), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def moment(turn: Turn, day: str) -> datetime:
    """When that was: now, or the end of an earlier day of the company's, as in a file."""
    end = datetime.combine(date.fromisoformat(day), time(23, 59, 59), turn.company.tz)
    return min(end.astimezone(turn.now.tzinfo), turn.now)
