"""Phone numbers and addresses within a folded message."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

_PHONES = (
    (re.compile(r"(?<![\d+])(?:(?:\+|00)?86[ -]?)?(1[ -]?[3-9](?:[ -]?\d){9})(?!\d)", re.ASCII), "+86"),
    (
        re.compile(
            r"(?<![\d+-])(?:(?:\+|00)86[ -]?)?\(?0((?:10|2\d|[3-9]\d{2})\)?[ -]?[2-8]\d{2,3}[ -]?\d{4})(?![\d-])",
            re.ASCII,
        ),
        "+86",
    ),
    (re.compile(r"(?<!\d)(?:\+|00)?(852[ -]?[2-9]\d{3}[ -]?\d{4})(?!\d)", re.ASCII), "+"),
    (re.compile(r"(?<!\d)(?:\+|00)(?!86)([1-9]\d{0,2}(?:[ -]?\(?\d{1,4}\)?){2,5})(?!\d)", re.ASCII), "+"),
)
"""What a number looks like, and what makes it E.164: mainland mobiles and landlines, Hong Kong, elsewhere."""

_UNIT = "号楼|号院|号|支弄|弄|幢|栋|座|单元|楼|层|室|房|户"
_TIGHT = rf"(?:第?[0-9a-z]{{1,5}}(?:-[0-9]{{1,4}})?|[一二三四五六七八九十]{{1,3}})(?:{_UNIT})"
_SPACED = rf"(?:第 ?)?(?:[0-9]{{1,5}}[a-z]?|[a-z][0-9]{{0,4}}) (?:{_UNIT})"
_ELEMENT = rf"(?:{_TIGHT}|{_SPACED})"
_AREA = "小区|花园|公寓|家园|新村|广场|大厦|中心|村|苑|里|庭|府|城|湾|墅|坊"
_ROAD = "路|大道|大街|街道|街|巷|胡同|道"
_BARE = r"[0-9a-z]{2,5}(?![0-9a-z:]|[ ]?[点时月日个块元天年号])"
_NO_RANGE = r"(?![0-9:]|[ ]?[点时月日个天号小周人次块元年])"
_HYPHENS = rf"\d{{1,4}}(?: ?- ?\d{{1,4}}){{1,3}}{_NO_RANGE}"
_CHAIN = rf"{_ELEMENT}(?:[ ,-]{{0,2}}{_ELEMENT}){{0,5}}(?:[ ,-]{{0,2}}{_HYPHENS}|[ -]?{_BARE})?"
_CHINESE = re.compile(rf"{_CHAIN}(?:[ ,]?[一-鿿]{{1,8}}(?:{_AREA}) ?{_CHAIN})?", re.ASCII)
_DASHED = re.compile(rf"(?:(?<=[一-鿿])|(?<=[一-鿿] )){_HYPHENS}", re.ASCII)
_DOOR = re.compile(
    r"[ ,-]*([0-9a-z]{1,6}(?:-\d{1,4})? ?(?:室|房|户)|(?<=[-号楼栋幢座弄元层 ])[0-9a-z]{2,5})$", re.ASCII
)
_UNITS = re.compile(_UNIT)
_CLOSE = re.compile(r"(?<! )(?:号楼|号院|弄|幢|栋|座|单元|室)")
_STRONG = re.compile(r"号楼|号院|弄|幢|栋|座|单元|室")
_RUN = re.compile(r"[一-鿿0-9 ]{0,30}$")
_NAMED = re.compile(rf"(?:{_AREA}|{_ROAD}|区|镇|县|市|乡) ?$")
_LEADING = re.compile(
    "我家|家里|家在|家住|住址|住在|住|位于|地址是|地址|地点|在|是|到|来|去|今天|明天|后天|上午|下午|晚上|中午|有空|方便"
    "|可以|师傅|麻烦|你好|您好|电话|联系|点|了|的|修|装|急"
)

_ROOM = re.compile(
    r"\b(?:room|rm|flat|apartment|apt|unit)\.? ?(?:no\.? ?)?#?([0-9]{1,5}[a-z]?|[a-z][0-9]{0,5})\b", re.ASCII
)
_STREET = re.compile(
    r"\b(?:(?:building|block|tower|bldg)\.? [0-9a-z]{1,5},? )?(?:(?:(?:no\.? ?)?\d{1,5},? )?lane )?"
    r"(?:no\.? ?)?\d{1,5}[a-z]?,? (?:[a-z.']{1,16} ){1,4}?"
    r"(?:road|rd|street|st|avenue|ave|lane|boulevard|blvd|drive|gardens?)\b\.?"
    r"(?: \(?(?:east|west|north|south)\)?)?(?:,? no\.? ?\d{1,5})?"
    r"(?:,? (?:building|block|tower|bldg)\.? [0-9a-z]{1,5}\b)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Found:
    """Something at [start, end) of the folded text, in its final form."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody lives. [start, end) covers the ``text`` and the ``door``, which is "" if none is named."""

    text: str
    door: str
    start: int
    end: int


def find_phone(folded: str) -> Found | None:
    """The first phone number, in E.164."""
    for pattern, prefix in _PHONES:
        if found := pattern.search(folded):
            return Found(prefix + re.sub(r"\D", "", found[1]), found.start(), found.end())
    return None


def find_address(folded: str, original: str, barriers: Sequence[int], districts: Sequence[int]) -> Address | None:
    """The first thing that is clearly an address, in the person's own characters.

    ``barriers`` are places in the text that an address cannot reach across, in order: the ends of other words.
    ``districts`` are the starts of district names, in order too.
    """
    return _chinese(folded, original, barriers, districts) or _english(folded, original)


def _chinese(folded: str, original: str, barriers: Sequence[int], districts: Sequence[int]) -> Address | None:
    for pattern in (_CHINESE, _DASHED):
        for found in pattern.finditer(folded):
            before = bisect_right(barriers, found.start())
            earliest = max(barriers[before - 1] if before else 0, found.start() - 30)
            start = _left(folded, earliest, found.start(), districts)
            if _clear(folded[start : found.start()], found[0]):
                return _split(folded, original, start, found.end())
    return None


def _clear(name: str, numbers: str) -> bool:
    """«世纪大道 100号» and «3号楼1202室» are addresses; «3号» may be a day, «3楼» says too little, and «3 座» alone may
    be chairs."""
    several = len(_UNITS.findall(numbers)) > 1
    return bool(_NAMED.search(name) or _CLOSE.search(numbers) or (several and _STRONG.search(numbers)))


def _left(folded: str, earliest: int, end: int, districts: Sequence[int]) -> int:
    """Where the name before the numbers begins."""
    run = _RUN.search(folded[earliest:end])
    first = earliest + (run.start() if run else end - earliest)
    within = bisect_left(districts, first)
    if within < len(districts) and districts[within] < end:
        start = districts[within]
        city = next((city for city in ("上海市", "上海") if folded.endswith(city, first, start)), "")
        return start - len(city)
    return _trimmed(folded, first, end)


def _trimmed(folded: str, first: int, end: int) -> int:
    """Past what people say before an address, as long as a name of two characters stays."""
    start = first
    for space in re.finditer(" ", folded[first:end].rstrip()):
        if not _NAMED.search(folded[start : first + space.start()]):
            start = first + space.end()
    for said in _LEADING.finditer(folded, start, end):
        name = re.sub(rf"(?:{_ROAD}|{_AREA}) ?$", "", folded[said.end() : end])
        if len(name) >= 2 or said.end() == end:
            start = said.end()
    return start


def _split(folded: str, original: str, start: int, end: int) -> Address:
    door = _DOOR.search(folded[start:end])
    cut = start + door.start() if door else end
    text = original[start:cut]
    return Address(
        text[: len(folded[start:cut].rstrip(" ,"))], original[start:end][door.start(1) :] if door else "", start, end
    )


def _english(folded: str, original: str) -> Address | None:
    street, room = _STREET.search(folded), _ROOM.search(folded)
    if street is None:
        return None
    door = original[room.start() : room.end()] if room else ""
    ends = [street.span(), *([room.span()] if room else [])]
    near = not room or abs(room.start() - street.end()) < 40 or abs(street.start() - room.end()) < 40
    if not near:
        door, ends = "", [street.span()]
    return Address(original[slice(*street.span())], door, min(a for a, _ in ends), max(b for _, b in ends))
