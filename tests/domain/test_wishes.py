"""Times as people say them, and the windows offered for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import visit_spans
from domain.chat import Span
from domain.folding import fold
from domain.moments import TOKENS_MAX, find_groups
from domain.wishes import CHOICES, Wish, WishKind, choose_windows, find_wish, parse_window
from tests.domain.test_understanding import COMPANY

FRIDAY_10 = "2026-03-06 10:00"


def at(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=COMPANY.tz)


def wish(text: str, now: str = FRIDAY_10) -> Wish | None:
    return find_wish(fold(text), text, COMPANY, at(now))


def span(start: str, end: str) -> Span:
    """From «03-07 14:00» to «18:00» of the same day, or to a date and time."""
    year = "2027-" if start.startswith(("01-", "02-")) else "2026-"
    return Span(
        at(year + start).astimezone(UTC), at(year + (end if len(end) > 5 else f"{start[:5]} {end}")).astimezone(UTC)
    )


TIMES = [
    # text, from, to
    ("明天下午有空", "03-07 14:00", "18:00"),
    ("今天下午有空", "03-06 14:00", "18:00"),
    ("後天上午", "03-08 09:00", "12:00"),
    ("大后天", "03-09 09:00", "21:00"),
    ("三天后", "03-09 09:00", "21:00"),
    ("周六上午", "03-07 09:00", "12:00"),
    ("週六早上", "03-07 09:00", "12:00"),
    ("星期天晚上", "03-08 18:00", "21:00"),
    ("礼拜三", "03-11 09:00", "21:00"),
    ("周三", "03-11 09:00", "21:00"),
    ("周5", "03-06 10:00", "21:00"),
    ("这周日", "03-08 09:00", "21:00"),
    ("下周一", "03-09 09:00", "21:00"),
    ("下下周二上午", "03-17 09:00", "12:00"),
    ("下礼拜五傍晚", "03-13 18:00", "21:00"),
    ("周末", "03-07 09:00", "03-08 21:00"),
    ("下周末下午", "03-14 14:00", "03-15 18:00"),
    ("下周", "03-09 09:00", "03-15 21:00"),
    ("本周都可以", "03-06 10:00", "03-08 21:00"),
    ("25号晚上", "03-25 18:00", "21:00"),
    ("二十五号上午十点", "03-25 10:00", "12:00"),
    ("3号", "04-03 09:00", "21:00"),
    ("31号", "03-31 09:00", "21:00"),
    ("12月3日", "12-03 09:00", "21:00"),
    ("十二月三号中午", "12-03 12:00", "14:00"),
    ("1月2号", "01-02 09:00", "21:00"),
    ("3/10 下午", "03-10 14:00", "18:00"),
    ("2026-03-10 14:00", "03-10 14:00", "16:00"),
    ("2026年3月10日", "03-10 09:00", "21:00"),
    ("三点", "03-06 15:00", "17:00"),
    ("下午三點", "03-06 15:00", "17:00"),
    ("明天3点半", "03-07 15:30", "17:30"),
    ("明天三点一刻", "03-07 15:15", "17:15"),
    ("明天15:00", "03-07 15:00", "17:00"),
    ("明天15:00", "03-07 15:00", "17:00"),
    ("明天晚上7点20分", "03-07 19:20", "21:20"),
    ("明天中午12点", "03-07 12:00", "14:00"),
    ("明天中午1点", "03-07 13:00", "15:00"),
    ("明天9点", "03-07 09:00", "11:00"),
    ("下午3点到5点可以", "03-06 15:00", "17:00"),
    ("明天下午2-4点", "03-07 14:00", "16:00"),
    ("明天9点到下午3点", "03-07 09:00", "15:00"),
    ("明天上午9:00-11:00", "03-07 09:00", "11:00"),
    ("晚上七点以后有空", "03-06 19:00", "21:00"),
    ("明天5点前", "03-07 09:00", "17:00"),
    ("中午以后方便", "03-06 14:00", "21:00"),
    ("下班后有空", "03-06 18:00", "21:00"),
    ("明早", "03-07 09:00", "12:00"),
    ("明晚八点", "03-07 20:00", "22:00"),
    ("今晚可以吗", "03-06 18:00", "21:00"),
    ("聽日下晝", "03-07 14:00", "18:00"),
    ("明天没空 后天可以", "03-08 09:00", "21:00"),
    ("除了周六,周日都行", "03-08 09:00", "21:00"),
    ("明天或后天下午", "03-07 14:00", "18:00"),
    ("昨天下午3点开始漏水,明天上午有空", "03-07 09:00", "12:00"),
    ("tomorrow afternoon", "03-07 14:00", "18:00"),
    ("tomorow morning", "03-07 09:00", "12:00"),
    ("day after tomorrow 9:30", "03-08 09:30", "11:30"),
    ("Saturday morning", "03-07 09:00", "12:00"),
    ("next Monday", "03-09 09:00", "21:00"),
    ("next week", "03-09 09:00", "03-15 21:00"),
    ("on the weekend", "03-07 09:00", "03-08 21:00"),
    ("on the 25th", "03-25 09:00", "21:00"),
    ("the 25th in the evening", "03-25 18:00", "21:00"),
    ("Dec 3 at 10am", "12-03 10:00", "12:00"),
    ("3rd of December", "12-03 09:00", "21:00"),
    ("at 3pm", "03-06 15:00", "17:00"),
    ("tomorrow at 3", "03-07 15:00", "17:00"),
    ("tomorrow at 3 in the afternoon", "03-07 15:00", "17:00"),
    ("12pm tomorrow", "03-07 12:00", "14:00"),
    ("tonight please", "03-06 18:00", "21:00"),
    ("this afternoon please", "03-06 14:00", "18:00"),
    ("between 3 and 5pm tomorrow", "03-07 15:00", "17:00"),
    ("from 2 to 4 tomorrow", "03-07 14:00", "16:00"),
    ("10am-12pm on Tuesday", "03-10 10:00", "12:00"),
    ("tomorrow after 6pm", "03-07 18:00", "21:00"),
    ("before noon tomorrow", "03-07 09:00", "12:00"),
    ("not Monday, Tuesday is fine", "03-10 09:00", "21:00"),
    ("in 3 days", "03-09 09:00", "21:00"),
]


@pytest.mark.parametrize(("text", "start", "end"), TIMES)
def test_a_time_is_read(text: str, start: str, end: str) -> None:
    """On a Friday at ten, these words mean this span."""
    found = wish(text)

    assert found is not None
    assert (found.span, found.kind, found.moved) == (span(start, end), WishKind.TIME, False)


NO_TIMES = [
    "昨天下午开始漏水", "今天早上开始漏水", "今天马桶坏了", "周三装的", "上周六修过", "漏了三天", "三天前坏的",
    "一周一次", "每天晚上滴水", "半夜滴水", "快一点来", "有一点漏", "三楼", "3号楼", "12号线", "2月30号", "2020-01-01",
    "明天没空", "周六不行", "25号不在家", "yesterday evening", "last Monday", "every night", "3 days ago", "3rd floor",
    "today the tap broke", "at night it drips", "不用了", "",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_TIMES)
def test_no_time_is_read_where_none_is_wished(text: str) -> None:
    """The past, habits, numbers of other things, days that do not exist and days refused are no wishes."""
    assert wish(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("随时", WishKind.ANY), ("什么时候都可以", WishKind.ANY), ("都行", WishKind.ANY), ("隨時", WishKind.ANY),
        ("any time is fine", WishKind.ANY), ("尽快", WishKind.ASAP), ("盡快", WishKind.ASAP), ("马上来", WishKind.ASAP),
        ("现在能来吗", WishKind.ASAP), ("asap", WishKind.ASAP), ("right away", WishKind.ASAP),
    ],
)  # fmt: skip
def test_any_and_soon_are_told_apart(text: str, kind: WishKind) -> None:
    """«Any time» and «as soon as possible» last from now until the last day that can be booked."""
    found = wish(text)

    assert found is not None
    assert (found.kind, found.words) == (kind, found.words)
    assert found.span == span(FRIDAY_10[5:], "03-21 00:00")


@pytest.mark.parametrize(
    ("text", "now", "start", "end", "moved"),
    [
        ("今天下午有空", "2026-03-06 19:00", "03-07 14:00", "18:00", True),
        ("今天下午有空", "2026-03-06 15:00", "03-06 15:00", "18:00", False),
        ("下午有空", "2026-03-06 19:00", "03-07 14:00", "18:00", False),
        ("3点有空", "2026-03-06 15:30", "03-07 15:00", "17:00", False),
        ("周五下午", "2026-03-06 19:00", "03-13 14:00", "18:00", True),
        ("这周三", "2026-03-06 10:00", "03-11 09:00", "21:00", True),
        ("6号上午", "2026-03-06 13:00", "04-06 09:00", "12:00", True),
        ("31号", "2026-04-01 10:00", "05-31 09:00", "21:00", False),
        ("3月1日", "2026-01-01 10:00", "03-01 09:00", "21:00", False),
        ("周末", "2026-03-08 22:00", "03-14 09:00", "03-15 21:00", True),
        ("明天", "2026-12-31 23:59", "01-01 09:00", "21:00", False),
    ],
)
def test_what_is_over_rolls_forward(text: str, now: str, start: str, end: str, moved: bool) -> None:
    """A time that has passed means its next turn, and says so; one that has begun means what is left of it."""
    found = wish(text, now)

    assert found is not None
    assert (found.span, found.moved) == (span(start, end), moved)


def test_a_flood_of_times_is_taken_in_pieces() -> None:
    """However many times are written in a row, few at a time are weighed against each other."""
    assert max(len(group.tokens) for group in find_groups("下午3点到" * 100)) == TOKENS_MAX


def test_the_words_are_the_persons_own() -> None:
    """The wish quotes what was written, in the writer's own characters."""
    found = wish("廚房漏水,後天下午三點可以")

    assert found is not None
    assert found.words == "後天下午三點"


@pytest.mark.parametrize("text", ["下午", "今天", "3点", "那就三点", "today", "evening"])
def test_an_answer_needs_no_more_words(text: str) -> None:
    """In answer to «when?» a bare part of a day is enough."""
    assert parse_window(text, COMPANY, at(FRIDAY_10)) is not None


@pytest.mark.parametrize("text", ["", "不知道", "好的", "水龙头", "banana", "x" * 5000])
def test_an_answer_without_a_time_is_none(text: str) -> None:
    """What names no time is not guessed."""
    assert parse_window(text, COMPANY, at(FRIDAY_10)) is None


def shown(spans: list[Span]) -> list[str]:
    return [f"{one.start.astimezone(COMPANY.tz):%m-%d %H:%M}" for one in spans]


def test_the_nearest_windows_are_offered() -> None:
    """Three windows of the grid, those within the wish first, then the nearest."""
    now = at(FRIDAY_10)

    assert shown(choose_windows(COMPANY, now, None)) == ["03-06 11:00", "03-06 14:00", "03-06 16:00"]
    assert shown(choose_windows(COMPANY, now, span("03-07 14:00", "18:00"))) == [
        "03-07 14:00",
        "03-07 16:00",
        "03-07 18:30",
    ]
    assert shown(choose_windows(COMPANY, now, span("03-25 18:00", "21:00"))) == [
        "03-20 18:30",
        "03-20 16:00",
        "03-20 14:00",
    ]


def test_busy_windows_are_not_offered() -> None:
    """What overlaps something already booked is left out, what only touches it is not."""
    busy = [span("03-07 15:59", "16:01"), span("03-07 18:00", "18:30")]

    assert shown(choose_windows(COMPANY, at(FRIDAY_10), span("03-07 14:00", "18:00"), busy)) == [
        "03-07 18:30",
        "03-07 11:00",
        "03-07 09:00",
    ]
    everything = [Span(at("2026-01-01 00:00"), at("2027-01-01 00:00"))]
    assert choose_windows(COMPANY, at(FRIDAY_10), None, everything) == []


moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))


@given(now=moments, ahead_min=st.integers(-5000, 40_000), length_min=st.integers(1, 5000))
def test_every_window_offered_can_be_kept(now: datetime, ahead_min: int, length_min: int) -> None:
    """Offered windows are of the grid, on open days, after the lead time, within the days, and all different."""
    start = now + timedelta(minutes=ahead_min)
    spans = choose_windows(COMPANY, now, Span(start, start + timedelta(minutes=length_min)))

    assert len(set(spans)) == len(spans) <= CHOICES
    for one in spans:
        day = one.start.astimezone(COMPANY.tz).date()
        assert one in visit_spans(COMPANY, day)
        assert one.start >= now + timedelta(minutes=COMPANY.visits.lead_min)
        assert day <= now.astimezone(COMPANY.tz).date() + timedelta(days=COMPANY.visits.days_ahead)


@given(now=moments, text=st.sampled_from([text for text, _, _ in TIMES]))
def test_a_wish_is_never_behind_us(now: datetime, text: str) -> None:
    """At whatever moment it is said, a wished span begins now or later and is not empty."""
    found = find_wish(fold(text), text, COMPANY, now)

    if found:
        assert now <= found.span.start < found.span.end
