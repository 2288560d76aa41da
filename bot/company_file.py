"""The company file: its shape, and how it becomes a Company."""

from __future__ import annotations

import re
import tomllib
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from bot.company_bank import Fen, LedgerPart, Points, ReferralPart, bank_of
from bot.company_checks import problems_in
from bot.company_shapes import Entry, InWords, Part
from bot.problems import ConfigError, hint_for, translated
from domain.company import Amends, BusinessHours, Company, Hours, Promises, Visits
from domain.trade import Category, Check, Consent, Danger, District, Product, Reason, RequestType, Skill, Symptom, Tag

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_HOURS = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–—~\uff5e]\s*(\d{1,2}):(\d{2})\s*")


def _hours(given: Any) -> Hours:
    found = _HOURS.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        raise PydanticCustomError("hours", "时间要写成 “09:00-11:00”,不能是 “{given}”", {"given": str(given)})
    start_h, start_m, end_h, end_m = map(int, found.groups())
    if start_h > 23 or end_h > 24 or start_m > 59 or end_m > 59 or (end_h == 24 and end_m):
        raise PydanticCustomError("hours", "没有这样的时间:“{given}”", {"given": given})
    if (end_h, end_m) <= (start_h, start_m):
        raise PydanticCustomError("hours", "结束时间必须晚于开始时间:“{given}”", {"given": given})
    return Hours(time(start_h, start_m), time(end_h % 24, end_m))


def _zone(given: str) -> str:
    if given not in available_timezones():
        hint = hint_for(given, sorted(available_timezones()))
        raise PydanticCustomError("zone", "没有这个时区:“{given}”{hint}", {"given": given, "hint": hint})
    ZoneInfo(given)
    return given


HoursField = Annotated[Hours, BeforeValidator(_hours)]
Day = tuple[HoursField, ...]
Trigger = Annotated[str, Field(min_length=1, max_length=40)]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 -]{1,20}$")]
Count = Annotated[int, Field(gt=0, le=100_000)]
Patience = Annotated[int, Field(gt=0, le=144)]
Zone = Annotated[str, AfterValidator(_zone)]
Locale = Annotated[str, Field(pattern=r"^(zh-CN|en|zh-Hant)$")]


CHECKS_MAX = 6
"""Nobody reads more at the door."""


class _Triggered(Entry):
    words: tuple[Trigger, ...] = ()


class _District(Entry):
    aliases: tuple[Trigger, ...] = ()


class _Type(_Triggered):
    visit_fee_fen: Fen | None = None


class _Category(_Triggered):
    skills: tuple[str, ...] = ()
    finish_photos_min: int = Field(default=1, ge=0, le=9)
    checks: tuple[str, ...] = Field(default=(), max_length=CHECKS_MAX)


class _Product(_Triggered):
    categories: tuple[str, ...] = Field(min_length=1)


class _Symptom(_Triggered):
    categories: tuple[str, ...] = Field(min_length=1)
    severity: int = Field(default=1, ge=1, le=3)
    danger: str = ""


class _Danger(_Triggered):
    advice: InWords


class _Reason(Entry):
    alternative: InWords | None = None


class _Consent(Part):
    version: str = Field(min_length=1, max_length=20)
    purpose: InWords


class _Week(Part):
    monday: Day = ()
    tuesday: Day = ()
    wednesday: Day = ()
    thursday: Day = ()
    friday: Day = ()
    saturday: Day = ()
    sunday: Day = ()

    def of(self) -> tuple[tuple[Hours, ...], ...]:
        return tuple(getattr(self, day) for day in WEEKDAYS)


class _Hours(Part):
    week: _Week
    closed: tuple[date, ...] = ()
    extra: dict[date, Day] = Field(default_factory=dict)


class _Visits(Part):
    windows: tuple[HoursField, ...] = Field(min_length=1)
    days_ahead: int = Field(default=14, gt=0, le=90)
    lead_min: int = Field(default=60, ge=0, le=10_080)


class _Promises(Part):
    first_answer_min: Count = 15
    first_answer_remind_min: Count = 10
    offer_expires_min: Count = 10
    offers_max: Count = 3
    confirm_hours: Count = 72
    confirm_told_hours_before: Count = 24
    reopen_days: Count = 15
    reopen_complaint_days: Count = 30
    rating_edit_days: Count = 7
    depart_early_min: Count = 120
    no_show_grace_min: Count = 15
    invitation_hours: Count = 72
    bind_code_min: Count = 30
    link_code_min: Count = 10
    draft_days: Count = 30
    burst_s: Count = 3
    untold_hours: Patience = 4
    untold_minutes_human: Patience = 15


class _Amends(Part):
    unanswered: Points = 0
    late: Points = 0
    absent: Points = 0
    put_off: Points = 0


class _Company(Part):
    names: InWords
    service_phone: Phone
    gas_phone: Phone
    timezone: Zone
    urgent_words: tuple[Trigger, ...] = ()
    photos_max: int = Field(default=9, ge=1, le=9)
    locale: Locale = "zh-CN"
    staff_locale: Locale = "zh-CN"


class CompanyFile(Part):
    """The whole file, each part with the shape that it must have."""

    company: _Company
    hours: _Hours
    visits: _Visits
    promises: _Promises = _Promises()
    consent: _Consent
    types: tuple[_Type, ...] = Field(min_length=1)
    skills: tuple[Entry, ...] = ()
    categories: tuple[_Category, ...] = Field(min_length=1)
    products: tuple[_Product, ...] = ()
    symptoms: tuple[_Symptom, ...] = Field(min_length=1)
    dangers: tuple[_Danger, ...] = ()
    districts: tuple[_District, ...] = Field(min_length=1)
    tags: tuple[Entry, ...] = Field(min_length=1)
    checks: tuple[Entry, ...] = ()
    reasons: dict[str, tuple[_Reason, ...]]
    referral: ReferralPart = ReferralPart()
    ledger: LedgerPart = LedgerPart()
    amends: _Amends = _Amends()


def load_company(path: Path | str) -> Company:
    """Read and check the company file.

    Raises:
        ConfigError: with every problem that could be found at once.
    """
    path = Path(path)
    data = read_toml(path)
    try:
        file = CompanyFile.model_validate(data)
    except ValidationError as error:
        raise ConfigError(translated(path.name, error, data, _known(CompanyFile))) from None
    if problems := [f"{path.name}:{problem}" for problem in problems_in(data)]:
        raise ConfigError(problems)
    return _company(file)


def read_toml(path: Path) -> dict[str, Any]:
    """The file's data.

    Raises:
        ConfigError: it is absent, unreadable or not TOML; a fault of writing names its line.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError([f"{path}:找不到这个文件"]) from None
    except OSError:
        raise ConfigError([f"{path}:这个文件打不开"]) from None
    except UnicodeDecodeError:
        raise ConfigError([f"{path.name}:文件要用 UTF-8 编码保存"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path.name}:{_where(str(error))}"]) from None


def _where(message: str) -> str:
    found = re.search(r"line (\d+), column (\d+)", message)
    if "Cannot overwrite" in message or "declare" in message:
        return f"第 {found[1]} 行的设置写了两次" if found else "有一个设置写了两次"
    if found:
        return f"第 {found[1]} 行第 {found[2]} 个字附近写法不对(常见原因:少了引号、逗号或括号)"
    return "文件结尾不完整(常见原因:少了引号、逗号或括号)"


def _known(model: type[BaseModel]) -> set[str]:
    """The names of all settings, in the model and in the models inside it."""
    names: set[str] = set()
    for name, part in model.model_fields.items():
        names.add(part.alias or name)
        for inner in _models_in(part.annotation):
            names |= _known(inner)
    return names


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in getattr(annotation, "__args__", ()) for model in _models_in(inner)]


def _company(file: CompanyFile) -> Company:
    top = file.company
    return Company(
        names=top.names.of(),
        service_phone=top.service_phone,
        gas_phone=top.gas_phone,
        timezone=top.timezone,
        hours=BusinessHours(file.hours.week.of(), frozenset(file.hours.closed), file.hours.extra),
        visits=Visits(file.visits.windows, file.visits.days_ahead, file.visits.lead_min),
        promises=Promises(**file.promises.model_dump()),
        districts=tuple(District(one.code, one.names.of(), one.aliases) for one in file.districts),
        types=tuple(RequestType(one.code, one.names.of(), one.words, one.visit_fee_fen) for one in file.types),
        skills=tuple(Skill(one.code, one.names.of()) for one in file.skills),
        categories=tuple(
            Category(one.code, one.names.of(), one.words, one.skills, one.finish_photos_min, one.checks)
            for one in file.categories
        ),
        products=tuple(Product(one.code, one.names.of(), one.categories, one.words) for one in file.products),
        symptoms=tuple(
            Symptom(one.code, one.names.of(), one.categories, one.words, one.severity, one.danger)
            for one in file.symptoms
        ),
        dangers=tuple(Danger(one.code, one.names.of(), one.advice.of(), one.words) for one in file.dangers),
        urgent_words=top.urgent_words,
        reasons={listed: tuple(_reason(one) for one in reasons) for listed, reasons in file.reasons.items()},
        tags=tuple(Tag(one.code, one.names.of()) for one in file.tags),
        consent=Consent(file.consent.version, file.consent.purpose.of()),
        photos_max=top.photos_max,
        locale=top.locale,
        staff_locale=top.staff_locale,
        bank=bank_of(file.referral, file.ledger),
        amends=Amends(**file.amends.model_dump()),
        checks=tuple(Check(one.code, one.names.of()) for one in file.checks),
    )


def _reason(given: _Reason) -> Reason:
    return Reason(given.code, given.names.of(), given.alternative.of() if given.alternative else {})
