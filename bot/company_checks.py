"""What must agree within the company file, once every part has its shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from bot.company_bank import bank_problems
from bot.problems import hint_for, place_of
from domain.company import REASON_LISTS, Promises

LISTS = ("types", "skills", "categories", "products", "symptoms", "dangers", "districts", "tags", "checks")

NEEDED = {"types": ("repair", "complaint"), "categories": ("other",)}
"""What the service relies on: the type of a report that names none, complaints with rules of their own, and the
category of what fits no other."""

REFERENCES = (
    ("categories", "skills", "skills", "技能"),
    ("categories", "checks", "checks", "完工检查"),
    ("products", "categories", "categories", "类别"),
    ("symptoms", "categories", "categories", "类别"),
    ("symptoms", "danger", "dangers", "危险"),
)
"""Entries of a list, the setting in it, the list it points to, and what that is called."""

BEFORE = (
    ("first_answer_remind_min", "first_answer_min", "提醒要早于回答期限"),
    ("confirm_told_hours_before", "confirm_hours", "告诉客户要在自动确认之前"),
)

FILLED = {"gas_phone", "service_phone", "company"}

Data = Mapping[str, Any]


def problems_in(data: Data) -> Iterator[str]:
    """Every disagreement, each as «place:what is wrong», in a fixed order."""
    yield from _hours(data)
    yield from _promises(data)
    for listed in LISTS:
        yield from _doubles(listed, data.get(listed, ()), data)
        yield from _absent(listed, data.get(listed, ()))
    for reference in REFERENCES:
        yield from _dangling(*reference, data)
    yield from _reasons(data)
    yield from _fillings(data)
    yield from bank_problems(data)


def _hours(data: Data) -> Iterator[str]:
    hours = data["hours"]
    if not any(hours["week"].values()):
        yield "hours.week:一周里至少要有一天营业"
    for day, windows in (*hours["week"].items(), *hours.get("extra", {}).items()):
        yield from _overlaps(f"hours {day}", windows)
    yield from _overlaps("visits.windows", data["visits"]["windows"])


def _overlaps(place: str, windows: Sequence[str]) -> Iterator[str]:
    spans = [(window, *re.findall(r"\d{1,2}:\d{2}", window)) for window in windows]
    for (first, _, end), (second, start, _) in pairwise(spans):
        if start.zfill(5) < end.zfill(5):
            yield f"{place}:“{first}” 和 “{second}” 重叠了,或者没有按时间先后写"


def _promises(data: Data) -> Iterator[str]:
    promises = {**asdict(Promises()), **data.get("promises", {})}
    for early, late, why in BEFORE:
        if promises[early] >= promises[late]:
            yield f"promises:{early}({promises[early]})必须小于 {late}({promises[late]}):{why}"


def _doubles(listed: str, entries: Sequence[Data], data: Data) -> Iterator[str]:
    first: dict[str, int] = {}
    for index, entry in enumerate(entries):
        before = first.setdefault(entry["code"], index)
        if before != index:
            yield f"{_place(listed, index, data)}:代号 “{entry['code']}” 和第 {before + 1} 项重复"


def _absent(listed: str, entries: Sequence[Data]) -> Iterator[str]:
    codes = {entry["code"] for entry in entries}
    for code in NEEDED.get(listed, ()):
        if code not in codes:
            yield f"{listed}:不能没有代号为 “{code}” 的一项"


def _dangling(listed: str, key: str, target: str, called: str, data: Data) -> Iterator[str]:
    known = [entry["code"] for entry in data.get(target, ())]
    for index, entry in enumerate(data.get(listed, ())):
        given = entry.get(key) or ()
        for code in [given] if isinstance(given, str) else given:
            if code not in known:
                yield f"{_place(listed, index, data)}:没有代号为 “{code}” 的{called} ({key}){hint_for(code, known)}"


def _reasons(data: Data) -> Iterator[str]:
    given = data["reasons"]
    for listed in given:
        if listed not in REASON_LISTS:
            yield f"reasons:不认识的原因表 “{listed}”{hint_for(listed, REASON_LISTS)}"
    for listed in REASON_LISTS:
        if not given.get(listed):
            yield f"reasons.{listed}:至少要写一个原因"
            continue
        yield from _doubled_reasons(listed, given[listed])
    for index, reason in enumerate(given.get("reject", ())):
        if not reason.get("alternative"):
            place = place_of(("reasons", "reject", index), data)
            yield f"{place}:缺少替代办法 (alternative),拒绝时要告诉客户还能怎么办"


def _doubled_reasons(listed: str, reasons: Sequence[Data]) -> Iterator[str]:
    codes = [reason["code"] for reason in reasons]
    for index, code in enumerate(codes):
        if code in codes[:index]:
            yield f"reasons.{listed} 第 {index + 1} 项:代号 “{code}” 和第 {codes.index(code) + 1} 项重复"


def _fillings(data: Data) -> Iterator[str]:
    for place, words in _spoken(data):
        for name in re.findall(r"\{([^}]*)\}", words):
            if name not in FILLED:
                yield f"{place}:不认识的 “{{{name}}}”,只能写 {{gas_phone}}、{{service_phone}}、{{company}}"


def _spoken(data: Data) -> Iterator[tuple[str, str]]:
    yield from (("consent.purpose", words) for words in data["consent"]["purpose"].values())
    for index, danger in enumerate(data.get("dangers", ())):
        yield from ((_place("dangers", index, data), words) for words in danger["advice"].values())
    for index, reason in enumerate(data["reasons"].get("reject", ())):
        place = place_of(("reasons", "reject", index), data)
        yield from ((place, words) for words in (reason.get("alternative") or {}).values())


def _place(listed: str, index: int, data: Data) -> str:
    return place_of((listed, index), data)
