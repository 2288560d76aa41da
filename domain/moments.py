"""The words for times in a folded text, and which of them belong together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

GAP_CHARS_MAX = 9
TOKENS_MAX = 8


class Part(StrEnum):
    """A part of the day."""

    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@dataclass(frozen=True, slots=True)
class InDays:
    """So many days from today."""

    days: int


@dataclass(frozen=True, slots=True)
class Weekday:
    """0 is Monday; ``first`` and ``last`` differ for a weekend or a week. ``weeks`` from now, None if not said."""

    first: int
    last: int
    weeks: int | None


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """A day such as the 25th; month and year 0 if not said."""

    day: int
    month: int = 0
    year: int = 0


Day = InDays | Weekday | DayOfMonth


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as said: ``pm`` is None if that is not. ``part`` is the part of the day named with it."""

    hour: int
    minute: int = 0
    pm: bool | None = None
    part: Part | None = None


class Token(NamedTuple):
    """A word for a time at [start, end); ``value`` None takes its whole group out (the past, a habit)."""

    start: int
    end: int
    value: Day | Part | Clock | None


@dataclass(slots=True)
class Group:
    """Words for one time; ``tokens`` in order, ``dead`` if it speaks of the past or of a habit."""

    tokens: list[Token]
    dead: bool = False

    @property
    def start(self) -> int:
        """Where it begins in the text."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.tokens[-1].end

    @property
    def day(self) -> Day | None:
        """The first day named."""
        return next((token.value for token in self.tokens if isinstance(token.value, Day)), None)

    @property
    def part(self) -> Token | None:
        """The first part of a day named."""
        return next((token for token in self.tokens if isinstance(token.value, Part)), None)


_CN = "[零一二两三四五六七八九十廿]"
_NUMBER = rf"(?:\d{{1,2}}|{_CN}{{1,3}})"
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DAYS = "mon tue wed thu fri sat sun".split()
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)(?:[a-z]{2,6})?"
_WEEKDAY = "mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_DIGITS = {
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "廿": 20,
}

_OFFSETS = {
    "大后天": 3, "大后日": 3, "day after tomorrow": 2, "后天": 2, "后日": 2, "明天": 1, "明日": 1, "明儿": 1, "听日": 1,
    "今天": 0, "今日": 0, "今儿": 0, "明": 1, "今": 0, "today": 0, "this": 0, "tonight": 0,
}  # fmt: skip
_PARTS = {
    Part.MORNING: "早上|上午|早晨|清晨|一早|大早|朝早|(?<=[今明])早|morning",
    Part.NOON: "中午|正午|午间|晏昼|noon|midday|lunch ?time",
    Part.AFTERNOON: "下午|午后|下昼|afternoon",
    Part.EVENING: "晚上|傍晚|夜里|夜晚|晚间|晚黑|下班以?之?后|晚饭后|(?<=[今明后天日])晚|evening|night|after work",
}


def _number(said: str) -> int:
    """0 to 99 in digits or Chinese; a wrong order of characters gives some number, never a fault."""
    if said.isdecimal():
        return int(said)
    tens, ten, ones = said.partition("十")
    if not ten:
        return sum(_DIGITS[character] for character in said)
    return (_number(tens) if tens else 1) * 10 + (_number(ones) if ones else 0)


def _offset(found: re.Match[str]) -> Day:
    if said := found["in_days"] or found["days_later"]:
        return InDays(_number(said))
    return InDays(_OFFSETS.get(found["day"].strip(), 1))  # the many spellings of «tomorrow»


def _weekday(found: re.Match[str]) -> Day | None:
    if found["wd_en"]:
        day = _DAYS.index(found["wd_en"][:3])
        return Weekday(day, day, {"next": 1, "this": 0}.get(found["wk_en"] or ""))
    weeks = {"下下": 2, "下": 1, "这": 0, "本": 0, "今": 0}.get(found["wk"] or "")
    said = found["wd"]
    if said == "末":
        return Weekday(5, 6, weeks)
    day = (
        "一二三四五六日".index("日" if said in "天7" else said)
        if not said.isdecimal() or said == "7"
        else int(said) - 1
    )
    return Weekday(day, day, weeks)


def _week(found: re.Match[str]) -> Day:
    said = found["wk_all"]
    weeks = 2 if "下下" in said else 1 if said.startswith(("下", "next")) else 0
    return Weekday(5, 6, weeks or None) if said.endswith("weekend") else Weekday(0, 6, weeks)


def _date(found: re.Match[str]) -> Day:
    if found["y"]:
        return DayOfMonth(int(found["y_d"]), int(found["y_m"]), int(found["y"]))
    if month := found["en_m1"] or found["en_m2"]:
        return DayOfMonth(int(found["en_d1"] or found["en_d2"]), _MONTHS.index(month[:3]) + 1)
    return DayOfMonth(_number(found["md_d"] or found["sl_d"]), _number(found["md_m"] or found["sl_m"]))


def _day_of_month(found: re.Match[str]) -> Day:
    return DayOfMonth(_number(found["dom_d"] or found["dom_en"]))


def _part(found: re.Match[str]) -> Part:
    return next(part for part in Part if found[f"part_{part}"])


def _clock(found: re.Match[str]) -> Clock:
    if found["cn_h"]:
        quarter = {"半": 30, "一刻": 15, "三刻": 45}.get(found["cn_m"] or "")
        return Clock(
            _number(found["cn_h"]), quarter if quarter is not None else _number((found["cn_m"] or "0").rstrip("分"))
        )
    half = found["hm_half"] or found["en_half"]
    pm = None if not half or half.startswith("o") else half.startswith("p")
    if found["hm_h"]:
        return Clock(int(found["hm_h"]), int(found["hm_m"]), pm)
    return Clock(int(found["en_h"] or found["at_h"] or found["range_h"]), 0, pm)


def _nothing(found: re.Match[str]) -> None:
    return None


_Reader = Callable[[re.Match[str]], Day | Part | Clock | None]

_RULES: Mapping[str, tuple[str, _Reader]] = {
    "past": (
        (
            "昨天|昨日|昨晚|昨夜|寻日|前天|前晚|前几天|前两天|前阵子|上次|上回|去年|刚才|刚刚"
            "|上个?(?:周|星期|礼拜)[一二三四五六日天末]?|上个?月"
            rf"|{_NUMBER}(?:天|个?小时|分钟|周|个?星期|个?月|年)(?:以|之)?前"
            rf"|\byesterday\b|\blast (?:week|night|month|year|time|{_WEEKDAY})\b"
            r"|\b(?:\d{1,3}|an?|one|two|three|few) (?:day|week|hour|month|year)s? ago\b"
        ),
        _nothing,
    ),
    "habit": (
        (
            "每天|天天|每晚|每日|每个?(?:周|星期|礼拜)[一二三四五六日天末]?|凌晨|半夜|深夜|早晚"
            rf"|\bevery (?:day|night|morning|evening|week|time|{_WEEKDAY})\b"
            r"|\b(?:at night|all night|all day|overnight)\b"
        ),
        _nothing,
    ),
    "offset": (
        (
            r"(?P<day>大后[天日]|\bday after tomorrow\b|(?<![然以之过最随])后[天日]|明[天日儿]|听日|今[天日儿]"
            r"|[今明](?=早|晚|午)"
            r"|\btoday\b|\btom+or+ow\b|\btmrw?\b|\btmw\b|\btonight\b|\bthis (?=morning|afternoon|evening))"
            rf"|(?P<days_later>{_NUMBER})天(?:以|之)?后|\bin (?P<in_days>\d{{1,2}}) days\b"
        ),
        _offset,
    ),
    "weekday": (
        (
            r"(?P<wk>下下|[下这本今])?个?(?:周|星期|礼拜)(?P<wd>[一二三四五六日天末1-7])(?!次|[ ]?[点个])"
            rf"|\b(?:(?P<wk_en>next|this|coming) )?(?P<wd_en>{_WEEKDAY})\b"
        ),
        _weekday,
    ),
    "week": (
        r"(?P<wk_all>(?:下下|[下这本])个?(?:周|星期|礼拜)|\b(?:next|this) week(?:end)?\b|\bweekend\b)",
        _week,
    ),
    "date": (
        (
            r"(?<!\d)(?P<y>20\d\d)[-/.年](?P<y_m>\d{1,2})[-/.月](?P<y_d>\d{1,2})(?!\d)[日号]?"
            rf"|(?<![\d{_CN[1:-1]}])(?P<md_m>{_NUMBER})月(?P<md_d>{_NUMBER})[日号]?"
            r"|(?<![\d/.])(?P<sl_m>\d{1,2})/(?P<sl_d>\d{1,2})(?![\d/])"
            rf"|\b(?P<en_m1>{_MONTH})\.? (?:the )?(?P<en_d1>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)"
            rf"|\b(?P<en_d2>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<en_m2>{_MONTH})\b"
        ),
        _date,
    ),
    "dom": (
        (
            rf"(?<![\d{_CN[1:-1]}年])(?P<dom_d>{_NUMBER})(?:号(?![楼线门店院铺码机弄桌])|日(?![后内前以之]))"
            r"|\b(?:the )?(?P<dom_en>\d{1,2})(?:st|nd|rd|th)\b(?! (?:floor|time|one|street|avenue|storey|level))"
        ),
        _day_of_month,
    ),
    "part": (
        "|".join(rf"(?P<part_{part}>{_PARTS[part]})" for part in Part),
        _part,
    ),
    "clock": (
        (
            r"(?<![\d:])(?P<hm_h>[01]?\d|2[0-4]):(?P<hm_m>[0-5]\d)(?!\d) ?(?P<hm_half>[ap]\.?m\b)?"
            rf"|(?<![\d{_CN[1:-1]}])(?!(?<=[快早晚有好大小慢多少差])一点)(?P<cn_h>{_NUMBER})(?:点钟?|时(?![间候]))(?!都|也|儿|了)"
            rf"(?P<cn_m>半|[一三]刻|\d{{1,2}}分?|{_CN}{{1,3}}分)?"
            r"|\b(?P<en_h>\d{1,2}) ?(?P<en_half>[ap]\.?m\b|o'?clock)"
            r"|(?<![\d-])(?P<range_h>\d{1,2})(?= ?(?:-|~|–|—|到|至|to|and) ?\d{1,2}(?:点|:\d\d| ?[ap]\.?m\b))"
            r"|(?:(?<=\bat )|(?<=\bbetween )|(?<=\bfrom )|(?<=\baround )|(?<=\bafter )|(?<=\bbefore )"
            r"|(?<=\d to )|(?<=\d and ))"
            r"(?P<at_h>\d{1,2})\b(?= ?(?:$|[,.;!?-]|to\b|and\b|or\b|on\b|in the\b|please|pls|today|tom|this|next))"
        ),
        _clock,
    ),
}

_FIRST = rf"(?=[昨前上去刚寻每天凌半深早大后明听今下这本个周星礼清朝中正午晏傍夜晚]|{_CN}|(?<![0-9a-z])[0-9a-z])"
_TOKEN = re.compile(
    _FIRST + "(?:" + "|".join(f"(?P<{kind}>{rule})" for kind, (rule, _) in _RULES.items()) + ")", re.ASCII
)
_ALSO = re.compile(r" ?(?:或者?|还是|和|跟|or|and|to|&|/|-|到|至)? ?")
_STOP = re.compile(r"[。.!?;\n|]")


def find_groups(folded: str) -> list[Group]:
    """The times named in a text, in order, those of the past left out; words near each other are one time."""
    found: list[Group] = []
    for token in _tokens(folded):
        if found and _joins(found[-1], token, folded[found[-1].end : token.start]):
            found[-1].tokens.append(token)
        else:
            found.append(Group([token], dead=token.value is None))
    return [group for group in found if not group.dead]


def _tokens(folded: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(folded):
        kind = found.lastgroup or ""
        yield Token(found.start(), found.end(), _RULES[kind][1](found))
        if found["day"] == "tonight":
            yield Token(found.end(), found.end(), Part.EVENING)


def _joins(group: Group, token: Token, between: str) -> bool:
    if len(between) > GAP_CHARS_MAX or len(group.tokens) >= TOKENS_MAX or _STOP.search(between):
        return False
    if token.value is None:
        return False
    if isinstance(token.value, Day) and (group.day or group.dead):
        return not group.dead and _ALSO.fullmatch(between) is not None
    return True


def clocks_of(group: Group) -> Sequence[tuple[Token, Clock]]:
    """The times of day in a group, each with the part of the day said before it, else after it."""
    found: list[tuple[Token, Clock]] = []
    parts = [token for token in group.tokens if isinstance(token.value, Part)]
    for token in group.tokens:
        if isinstance(token.value, Clock):
            before = [part.value for part in parts if part.start < token.start]
            after = [part.value for part in parts if part.start > token.start]
            part = (before[-1:] or after[:1] or [None])[0]
            clock = token.value
            found.append((token, Clock(clock.hour, clock.minute, clock.pm, part if isinstance(part, Part) else None)))
    return found
