"""Homes as they are compared: one home is written in many ways."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from domain.folding import fold

ALIKE = 0.8
"""From which ratio of equal characters two addresses behind the same door number look alike."""

BARE = ("上海", "北京", "天津", "重庆")
"""Cities that are named without «市» before a district."""

_AREA = re.compile(
    r"(?:[一-鿿]{2,8}?省)?(?P<city>[一-鿿]{2,6}?(?=市))?市?"
    r"(?P<district>[一-鿿]{1,6}?(?=新区|(?<![小社园校院])区|县))?(?:新区|区|县)?"
    r"(?P<town>[一-鿿]{2,5}?(?=街道|镇|乡))?(?:街道|镇|乡)?"
)
_NUMERAL = re.compile(
    r"([一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])(?= ?(?:号|支?弄|栋|幢|座|单元|楼|层|室))"
)
_DIGITS = {sign: number for number, sign in enumerate("一二三四五六七八九", 1)}
_FLOOR = re.compile(r"(?<![0-9])([0-9]{1,2}) ?[楼层] ?(?=\1[0-9]{2}(?![0-9]))")
_UNIT = re.compile(r"号楼|号院|号|支弄|弄|幢|栋|座|单元|楼|层|室|房|户")
_NOISE = frozenset("room rm flat apartment apt unit no building block tower bldg".split())
_SOMEWHERE = re.compile(
    r"[0-9a-z一二三四五六七八九十] ?-? ?(?:号|弄|院|栋|幢|座|单元|楼|层|室|组|队)|[0-9] ?- ?[0-9]|[路街巷村镇]"
)
_NAMED = re.compile(
    "[区县镇乡村庄屯寨坊苑府城湾墅邨阁轩廊台园院厦巷弄街路宅居]|(?<![家这那哪屋心])里|(?<!知)道|小区|公寓|中心|广场|大楼|单位|商铺|门面|学校|幼儿园"
    r"|\b(?:road|rd|street|st|avenue|ave|lane|court|estate|garden|gardens|house|villa|building|tower|block|mansion|plaza|"
    r"heights|terrace|village|district|centre|center|square)\b"
)
_PART = re.compile(r"[0-9]+[a-z]?(?![a-z])|[a-z]+[0-9]*|[一-鿿]+")


@dataclass(frozen=True, slots=True)
class Located:
    """``area`` is city, district and town, each empty if it is not named; ``parts`` are the road or the estate and the
    numbers behind it, from the largest to the door. No parts: nothing is known."""

    area: tuple[str, str, str]
    parts: tuple[str, ...]


def located(address: str, door: str) -> Located:
    """A home as it is compared: one width and script; without spaces, marks, and the words around its numbers, but for
    «弄», which is another place than the house of this number."""
    text = " ".join(re.sub(r"[\W_]+", " ", fold(f"{address} {door}")).split())
    joined = re.sub(r"(?<=[一-鿿]) (?=[一-鿿])", "", text)
    found = _AREA.match(joined)
    assert found is not None  # every part of it may be absent
    city, district, town = (found[name] or "" for name in ("city", "district", "town"))
    for known in BARE:
        district = district.removeprefix(known)
    rest = _FLOOR.sub("", _NUMERAL.sub(_counted, joined[found.end() :]))
    return Located((city, district, town), _parts(rest))


def says_where(text: str) -> bool:
    """Whether there is something in a text that may be part of an address."""
    return bool(_SOMEWHERE.search(fold(text)))


def may_be_place(text: str) -> bool:
    """Whether a text that is to be an address may be one: it names some place, or has both a number and a name."""
    folded = fold(text)
    numbered = any(sign.isdecimal() for sign in folded) and any(sign.isalpha() for sign in folded)
    return numbered or says_where(text) or bool(_NAMED.search(folded))


def same(one: Located, other: Located) -> bool:
    """Whether it is one home, as far as both say where it is: a road without a number, or a bare door, is none."""
    told = len(one.parts) > 1 and any(part[0].isdigit() for part in one.parts)
    return told and one.parts == other.parts and _near(one, other)


def alike(one: Located, other: Located) -> bool:
    """Whether two addresses behind the same door number are nearly the same, and not the very same; also the same road
    and numbers in another district, which may be named in error."""
    if min(len(one.parts), len(other.parts)) < 2 or one.parts[-1] != other.parts[-1]:
        return False
    if one.parts == other.parts or not _near(one, other):
        return one.parts == other.parts and not _near(one, other)
    before, behind = "".join(one.parts[:-1]), "".join(other.parts[:-1])
    return SequenceMatcher(None, before, behind, autojunk=False).ratio() >= ALIKE


def _near(one: Located, other: Located) -> bool:
    """Nothing that both name of their areas differs."""
    return not any(a and b and a != b for a, b in zip(one.area, other.area, strict=True))


def _counted(found: re.Match[str]) -> str:
    """«二十三» is 23."""
    tens, ten, ones = found[1].rpartition("十")
    return str((_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0))


def _parts(rest: str) -> tuple[str, ...]:
    parts: list[str] = []
    for said in _PART.findall(rest):
        numbered = bool(parts) and parts[-1][:1].isascii()
        unit = _UNIT.match(said) if numbered else None
        if unit and unit[0].endswith("弄"):
            parts[-1] += "弄"
        name = said[unit.end() :] if unit else said
        name = name.removesuffix("第") if not name.isascii() else name
        if name and name not in _NOISE and not (numbered and _UNIT.fullmatch(name)):
            parts.append(name)
    return tuple(parts)
