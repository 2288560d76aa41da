"""Times as people wish them: «明天下午三点», «週六上午», "on the 25th in the evening", «随时».

A part of the day is 09–12, 12–14, 14–18 or 18–21, a whole day 09–21, a single hour the two hours that begin with it,
all in the company's time zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice

from domain.calendar import visit_spans
from domain.chat import Span
from domain.company import Company
from domain.folding import fold
from domain.moments import Clock, Day, DayOfMonth, Group, InDays, Part, Token, Weekday, clocks_of, find_groups

CHOICES = 3

_FIRST_MIN, _LAST_MIN = 9 * 60, 21 * 60
_ALONE_MIN = 120
_PARTS = {
    Part.MORNING: (9 * 60, 12 * 60),
    Part.NOON: (12 * 60, 14 * 60),
    Part.AFTERNOON: (14 * 60, 18 * 60),
    Part.EVENING: (18 * 60, 21 * 60),
}

_ALONE_CHARS = 1
_LEADING = re.compile("^(?:(?:at|on|in|about|around|maybe) |那?就?)")
_FREE = re.compile(
    "有空|方便|可以|在家|上门|都行|行吗|能来|能不能|能修|能上|约|过来|来修|来看|来人|来吧|来一|安排|得闲|有时间|吧"
    r"|\b(?:free|available|come|works?|suits?|please|pls|home|visit|can you|could you|ok|okay)\b"
    r"|\b(?:possible|appointment|schedule)\b",
    re.ASCII,
)
_DENIED_AFTER = re.compile(
    "(?:我|我们|都|就|可能|也)?(?:没空|没有空|不行|不在|不方便|没时间|没有时间|出差|要?上班|有事|不可以|不得闲|冇空)"
    r"| (?:is not|isn't|doesn't|does not|won't|is bad|(?:i'm|i am|im) (?:busy|away|out))"
)
_DENIED_BEFORE = re.compile(
    r"(?:除了|不要|别|除开|避开)$|(?:\bnot|\bexcept|\bcan't do|\bcannot do|\bbusy|\baway)(?: on| this| for)? $",
    re.ASCII,
)
_HAPPENED = re.compile("(?:就|才|刚)?(?:开始|发现|起|[装买修][的了]|修过|换的|换过|做的|坏的|坏了|漏的|来过|来的)")
_AFTER, _BEFORE = re.compile("以后|之后|过后|后(?!天)|开始"), re.compile("以前|之前|前")
_AFTER_EN, _BEFORE_EN = (
    re.compile(r"\b(?:after|from|past) $", re.ASCII),
    re.compile(r"\b(?:before|by|until) $", re.ASCII),
)
_UNTIL = re.compile(r" ?(?:-|~|–|—|到|至|to|and|until) ?")

_ASAP = re.compile(
    "尽快|尽早|马上|立刻|立即|即刻|越快越好|赶紧|赶快|现在就?(?:来|能|可以|有空|过来|方便|在家|要)|快点来"
    r"|\b(?:asap|as soon as possible|right away|right now|immediately|come now|here now)\b|\bnow(?= ?(?:please|pls))",
    re.ASCII,
)
_ANY = re.compile(
    "随时|都可以|都行|都方便|什么时候都|任何时[间候]|几时都|哪天都|什么时间都"
    r"|\b(?:any ?time|whenever|any day|flexible)\b",
    re.ASCII,
)


class WishKind(StrEnum):
    """How definite a wish is."""

    TIME = "time"
    ASAP = "asap"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Wish:
    """When somebody would like a visit.

    ``span`` begins at ``now`` or later. For ASAP and ANY it is from now to the last day that can be booked.
    ``words`` are the person's own. ``moved``: what they named lies behind us, and the span is the next such time.
    """

    span: Span
    words: str
    kind: WishKind = WishKind.TIME
    moved: bool = False


def find_wish(folded: str, original: str, company: Company, now: datetime, *, answer: bool = False) -> Wish | None:
    """The first wished time in a text, else that any or the next time suits, else None.

    «今天» and «下午» alone count only beside words such as «有空», since «下午就漏了» is no wish; if the text is an
    ``answer`` to the question when, they count anyway.
    """
    now = now.astimezone(UTC)
    for group in find_groups(folded):
        if _wished(group, folded, answer) and (wish := _resolved(group, folded, original, company, now)):
            return wish
    for pattern, kind in ((_ASAP, WishKind.ASAP), (_ANY, WishKind.ANY)):
        if found := pattern.search(folded):
            return Wish(_bookable(company, now), original[found.start() : found.end()], kind)
    return None


def parse_window(text: str, company: Company, now: datetime) -> Span | None:
    """The time named in an answer to «when?», in UTC and not before ``now``; None if it names none.

    It need not be a window of the grid: ``choose_windows`` gives those near it.
    """
    wish = find_wish(fold(text[:200]), text[:200], company, now, answer=True)
    return wish.span if wish else None


def choose_windows(
    company: Company, now: datetime, wish: Span | None, busy: Iterable[Span] = (), most: int = CHOICES
) -> list[Span]:
    """Up to ``most`` appointments of the company's grid that can still be booked, the nearest to the wish first.

    Never within the lead time, beyond the last day, on a closed day or over a span of ``busy``. Of those equally near
    (all, without a wish) the earlier come first. Fewer, or none, if there are no more.
    """
    taken = list(busy)
    free = [span for span in _grid(company, now.astimezone(UTC)) if not any(span.overlaps(other) for other in taken)]
    return sorted(free, key=lambda span: (_distance(span, wish), span.start))[:most]


def _grid(company: Company, now: datetime) -> Iterator[Span]:
    today = now.astimezone(company.tz).date()
    earliest = now + timedelta(minutes=company.visits.lead_min)
    for days in range(company.visits.days_ahead + 1):
        spans = visit_spans(company, today + timedelta(days=days))
        yield from (span for span in spans if span.start >= earliest)


def _distance(span: Span, wish: Span | None) -> timedelta:
    """How far the span reaches beyond the wish: nothing if it lies wholly inside."""
    if wish is None:
        return timedelta()
    return max(wish.start - span.start, timedelta()) + max(span.end - wish.end, timedelta())


def _bookable(company: Company, now: datetime) -> Span:
    last = now.astimezone(company.tz).date() + timedelta(days=company.visits.days_ahead + 1)
    return Span(now, datetime.combine(last, time(), company.tz).astimezone(UTC))


def _wished(group: Group, folded: str, answer: bool) -> bool:
    before, after = folded[max(0, group.start - 16) : group.start], folded[group.end : group.end + 16]
    if _DENIED_AFTER.match(after.lstrip(" ,")) or _DENIED_AFTER.match(after) or _DENIED_BEFORE.search(before):
        return False
    if answer or _future(group.day):
        return True
    if _HAPPENED.match(after):
        return False
    alone = len(_LEADING.sub("", folded.strip(" |"))) - (group.end - group.start) <= _ALONE_CHARS
    return _certain(group.day) or alone or bool(_FREE.search(before[-10:]) or _FREE.search(after))


def _future(day: Day | None) -> bool:
    """Whether the words can only mean a day to come."""
    return (isinstance(day, InDays) and day.days > 0) or (isinstance(day, Weekday) and bool(day.weeks))


def _certain(day: Day | None) -> bool:
    return day is not None and not isinstance(day, InDays)


def _resolved(group: Group, folded: str, original: str, company: Company, now: datetime) -> Wish | None:
    today = now.astimezone(company.tz).date()
    from_min, to_min = _minutes(group, folded)
    clocks = clocks_of(group) if group.day is None else ()
    for turn, (first, last) in enumerate(islice(_dates(group.day, today), 2)):
        start, end = _at(company, first, from_min), _at(company, last, to_min)
        begun = any(_at(company, first, _minute(clock)) < now for _, clock in clocks[:1])
        if end > now and not begun:  # «三点» at half past three is tomorrow's
            words, moved = original[group.start : group.end], turn > 0 and group.day is not None
            return Wish(Span(max(start, now), end), words, moved=moved)
    return None


def _at(company: Company, day: date, minutes: int) -> datetime:
    """Minutes after midnight by the wall clock of that day; 1440 and more are the next day's."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return wall.replace(tzinfo=company.tz).astimezone(UTC)


def _dates(day: Day | None, today: date) -> Iterator[tuple[date, date]]:
    """First and last day of what was said, then of what is meant if that is over."""
    match day:
        case None:
            yield from ((one, one) for one in (today, today + timedelta(days=1)))
        case InDays(days):
            yield from ((one, one) for one in (today + timedelta(days=days), today + timedelta(days=days + 1)))
        case Weekday():
            yield from _weekdays(day, today)
        case DayOfMonth():
            yield from ((one, one) for one in _days_of_month(day, today))


def _weekdays(day: Weekday, today: date) -> Iterator[tuple[date, date]]:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=day.weeks or 0)
    for weeks in range(3):
        first = monday + timedelta(weeks=weeks, days=day.first)
        last = monday + timedelta(weeks=weeks, days=day.last)
        if last >= today or (day.weeks is not None and weeks == 0):
            yield first, last


def _days_of_month(day: DayOfMonth, today: date) -> Iterator[date]:
    """The next such days from today on; a year that was said is kept even if it is over."""
    if day.year:
        months = [(day.year, day.month)]
    elif day.month:
        months = [(today.year + years, day.month) for years in range(9)]
    else:
        ordinal = today.year * 12 + today.month - 1
        months = [divmod(ordinal + ahead, 12) for ahead in range(14)]
        months = [(year, month + 1) for year, month in months]
    for year, month in months:
        found = _valid(year, month, day.day)
        if found and (found >= today or day.year):
            yield found


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _minutes(group: Group, folded: str) -> tuple[int, int]:
    """From and to, in minutes after midnight; to is later."""
    clocks = clocks_of(group)
    if not clocks:
        return _part_minutes(group.part, folded)
    (token, clock), *rest = clocks
    if rest and _UNTIL.fullmatch(_between(group, token, rest[0][0], folded)):
        return _range(clock, rest[0][1])
    start = _minute(clock)
    if _relates(token, folded, _AFTER, _AFTER_EN):
        return start, max(_LAST_MIN, start + _ALONE_MIN)
    if _relates(token, folded, _BEFORE, _BEFORE_EN):
        return min(_FIRST_MIN, start - _ALONE_MIN), start
    return start, start + _ALONE_MIN


def _part_minutes(token: Token | None, folded: str) -> tuple[int, int]:
    if token is None or not isinstance(token.value, Part):
        return _FIRST_MIN, _LAST_MIN
    start, end = _PARTS[token.value]
    if start > _FIRST_MIN and _relates(token, folded, _BEFORE, _BEFORE_EN):
        return _FIRST_MIN, start
    if end < _LAST_MIN and _relates(token, folded, _AFTER, _AFTER_EN):
        return end, _LAST_MIN
    return start, end


def _between(group: Group, first: Token, second: Token, folded: str) -> str:
    """What stands between two clocks, a part of the day left out."""
    parts = [token for token in group.tokens if first.end <= token.start and token.end <= second.start]
    return folded[first.end : parts[0].start if len(parts) > 0 else second.start]


def _relates(token: Token, folded: str, after: re.Pattern[str], before: re.Pattern[str]) -> bool:
    """Whether «以后» follows or «after» precedes."""
    return bool(after.match(folded, token.end) or before.search(folded[max(0, token.start - 8) : token.start]))


def _range(first: Clock, second: Clock) -> tuple[int, int]:
    end = _minute(second)
    start = _minute(first)
    if first.pm is None and (first.part is None or first.part == second.part):
        plain = first.hour * 60 + first.minute
        start = max((at for at in (plain, plain + 12 * 60) if at < end and first.hour <= 12), default=start)
    return start, end if end > start else start + _ALONE_MIN


def _minute(clock: Clock) -> int:
    """Minutes after midnight. Nobody asks for a visit between one and seven in the morning: those hours are pm."""
    hour = clock.hour
    if clock.pm is not None:
        hour = hour % 12 + (12 if clock.pm else 0) if hour <= 12 else hour
    elif clock.part in (Part.AFTERNOON, Part.EVENING):
        hour += 12 if hour < 12 or (hour == 12 and clock.part is Part.EVENING) else 0
    elif clock.part is Part.NOON or clock.part is None:
        hour += 12 if 1 <= hour <= (7 if clock.part is None else 3) else 0
    return min(hour, 24) * 60 + clock.minute
