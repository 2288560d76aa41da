"""Wrong settings, told to a shop manager: one line per problem, with its place in the file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

Location = tuple[int | str, ...]

LANGUAGES = {"zh-CN": "简体中文", "en": "英文", "zh-Hant": "繁体中文"}

LABELS = {
    "names": "名称",
    "advice": "急救说明",
    "alternative": "替代办法",
    "purpose": "用途说明",
    "code": "代号",
    "words": "关键词",
    "windows": "上门时段",
    "timezone": "时区",
    "version": "版本",
}

SENTENCES = {
    "extra_forbidden": "不认识的设置 “{key}”{hint}",
    "string_type": "{label}要用引号写成文字",
    "string_too_short": "{label}至少要 {min_length} 个字",
    "string_too_long": "{label}最多 {max_length} 个字",
    "string_pattern_mismatch": "{label} “{given}” 写法不对",
    "int_type": "{label}要写成整数",
    "int_parsing": "{label}要写成整数,不能是 “{given}”",
    "int_from_float": "{label}要写成整数,不能是 {given}",
    "float_parsing": "{label}要写成数字,不能是 “{given}”",
    "bool_parsing": "{label}要写 true 或 false,不能是 “{given}”",
    "greater_than": "{label}必须大于 {gt},现在是 {given}",
    "greater_than_equal": "{label}至少是 {ge},现在是 {given}",
    "less_than_equal": "{label}最多是 {le},现在是 {given}",
    "list_type": '{label}要写成列表,例如 ["…", "…"]',
    "tuple_type": '{label}要写成列表,例如 ["…", "…"]',
    "too_short": "{label}不能是空的",
    "dict_type": "{label}下面要有分项",
    "model_type": "{label}下面要有分项",
    "model_attributes_type": "{label}下面要有分项",
    "date_from_datetime_parsing": "“{given}” 不是日期,要写成 2026-10-01",
    "date_parsing": "“{given}” 不是日期,要写成 2026-10-01",
    "date_type": "{label}要写成日期,例如 2026-10-01",
    "literal_error": "{label}不能是 “{given}”,只能是 {expected}",
}


class ConfigError(Exception):
    """The settings cannot be used. ``problems`` has one readable line for each fault, in the order of the file."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def translated(file: str, error: ValidationError, given: Any, known: Iterable[str]) -> list[str]:
    """One line for each fault; ``given`` is the data that was checked, ``known`` the names of all settings."""
    names = list(known)
    return [f"{file}:{_problem(detail, given, names)}" for detail in error.errors(include_url=False)]


def place_of(location: Location, given: Any) -> str:
    """Where in the file: «categories 第 3 项 “厨房”»; an entry is called by its name, else by its code."""
    parts: list[str] = []
    for step in location:
        given = _inside(given, step)
        parts.append(f"第 {step + 1} 项{_called(given)}" if isinstance(step, int) else str(step))
    return _joined(parts)


def hint_for(key: str, known: Iterable[str]) -> str:
    """«,是不是想写 “x”?» if something known looks alike, else nothing."""
    close = difflib.get_close_matches(key, list(known), n=1, cutoff=0.6)
    return f",是不是想写 “{close[0]}”?" if close else ""


def _problem(detail: ErrorDetails, given: Any, known: list[str]) -> str:
    entry, path = _split(detail["loc"])
    place = place_of(entry, given)
    sentence = re.sub(" +", " ", _sentence(detail, path, known)).strip()
    return f"{place}:{sentence}" if place else sentence


def _split(location: Location) -> tuple[Location, tuple[str, ...]]:
    """The place of the entry, and the path of the setting within it.

    An index at the very end belongs to the place: it is an item of a list of plain values.
    """
    last = max((index for index, step in enumerate(location) if isinstance(step, int)), default=-1)
    cut = last + 1 if last >= 0 else min(1, len(location) - 1)
    return location[:cut], tuple(str(step) for step in location[cut:] if step != "[key]")


def _sentence(detail: ErrorDetails, path: tuple[str, ...], known: list[str]) -> str:
    label, key = _label(path), path[-1] if path else ""
    where = f" ({'.'.join(path)})" if path else ""
    if detail["type"] == "missing":
        return f"缺少{label}{where if label.strip() != key else ''}"
    sentence = SENTENCES.get(detail["type"])
    if sentence is None:
        return f"{detail['msg']}{where}"
    facts = {"label": label or "这一项", "key": key, "hint": hint_for(key, known), "given": _short(detail["input"])}
    return sentence.format_map({**detail.get("ctx", {}), **facts})


def _label(path: tuple[str, ...]) -> str:
    if not path:
        return ""
    if path[-1] in LANGUAGES and len(path) > 1:
        return LANGUAGES[path[-1]] + LABELS.get(path[-2], path[-2])
    label = LABELS.get(path[-1])
    return label or f" {path[-1]} "


def _inside(given: Any, step: int | str) -> Any:
    try:
        return given[step]
    except (KeyError, IndexError, TypeError):
        return None


def _called(entry: Any) -> str:
    if isinstance(entry, str):
        return f" “{_short(entry)}”"
    if not isinstance(entry, Mapping):
        return ""
    names = entry.get("names")
    name = names.get("zh-CN") if isinstance(names, Mapping) else None
    called = name or entry.get("name") or entry.get("code")
    return f" “{_short(called)}”" if isinstance(called, str) else ""


def _joined(parts: list[str]) -> str:
    said = ""
    for part in parts:
        said += part if not said else (f" {part}" if part.startswith("第 ") else f".{part}")
    return said


def _short(value: object) -> str:
    said = str(value)
    return said if len(said) <= 40 else said[:39] + "…"
