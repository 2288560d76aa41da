"""All that the company decides: hours, promises, what it repairs and in which words people ask for it.

Every name carries its words in all ``LOCALES``; ``words`` hands them to the message catalogue as message ids
(«category-kitchen»), so that ``Text("category-kitchen")`` renders anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from domain.bank import Bank
from domain.trade import (
    Category,
    Check,
    Consent,
    Danger,
    District,
    Names,
    Product,
    Reason,
    RequestType,
    Skill,
    Symptom,
    Tag,
)

LOCALES = ("zh-CN", "en", "zh-Hant")

REASON_LISTS = ("reject", "decline", "cancel", "reschedule", "handover", "no-show", "override")
"""Why staff reject, an installer declines, somebody cancels or moves a visit, an installer hands over, nobody
came or was there, and why staff override the arrival code."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Part of a day in the company's time zone, ``end`` not included; an ``end`` of 00:00 is the day's midnight."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When people answer.

    ``weekly`` holds seven tuples of Hours, Monday first, each in order of time; an empty one is a closed day.
    ``extra`` replaces the hours of single dates (make-up working days, half days); ``closed`` empties them.

    Raises:
        ValueError: no weekday is ever open.
    """

    weekly: tuple[tuple[Hours, ...], ...]
    closed: frozenset[date] = frozenset()
    extra: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not any(self.weekly):
            raise ValueError("never open")

    def of(self, day: date) -> tuple[Hours, ...]:
        """The open hours of a date, in order."""
        if day in self.extra:
            return self.extra[day]
        return () if day in self.closed else self.weekly[day.weekday()]


@dataclass(frozen=True, slots=True)
class Visits:
    """The grid of appointments: ``windows`` of every open day, in order, offered for ``days_ahead`` days."""

    windows: tuple[Hours, ...]
    days_ahead: int = 14
    lead_min: int = 60


@dataclass(frozen=True, slots=True)
class Promises:
    """How long everything may take; the unit ends the name. Business time only where said."""

    first_answer_min: int = 15
    first_answer_remind_min: int = 10
    offer_expires_min: int = 10
    offers_max: int = 3
    confirm_hours: int = 72
    confirm_told_hours_before: int = 24
    reopen_days: int = 15
    reopen_complaint_days: int = 30
    rating_edit_days: int = 7
    depart_early_min: int = 120
    no_show_grace_min: int = 15
    invitation_hours: int = 72
    bind_code_min: int = 30
    link_code_min: int = 10
    draft_days: int = 30
    burst_s: int = 3
    untold_hours: int = 4
    untold_minutes_human: int = 15


@dataclass(frozen=True, slots=True)
class Amends:
    """So many points the homeowner gets for a broken promise, once for each kind and request; 0 is none.

    ``unanswered``: nobody answered in time. ``late``: the installer came after the window and its grace. ``absent``:
    the installer did not come. ``put_off``: the company moved the visit for the second time.
    """

    unanswered: int = 0
    late: int = 0
    absent: int = 0
    put_off: int = 0


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


C = TypeVar("C", bound=_Coded)


@dataclass(frozen=True)
class Company:
    """The company file, validated. Codes are unique in their list and match ``[a-z][a-z0-9-]*``.

    ``reasons`` has every key of ``REASON_LISTS``. ``locale`` is spoken to people whose language is not known,
    ``staff_locale`` in the staff group. Phones are as they are read aloud, not normalised.
    """

    names: Names
    service_phone: str
    gas_phone: str
    timezone: str
    hours: BusinessHours
    visits: Visits
    promises: Promises
    districts: tuple[District, ...]
    types: tuple[RequestType, ...]
    skills: tuple[Skill, ...]
    categories: tuple[Category, ...]
    products: tuple[Product, ...]
    symptoms: tuple[Symptom, ...]
    dangers: tuple[Danger, ...]
    urgent_words: tuple[str, ...]
    reasons: Mapping[str, tuple[Reason, ...]]
    tags: tuple[Tag, ...]
    consent: Consent
    photos_max: int = 9
    locale: str = "zh-CN"
    staff_locale: str = "zh-CN"
    bank: Bank = field(default_factory=Bank)
    amends: Amends = Amends()
    checks: tuple[Check, ...] = ()

    @property
    def name(self) -> str:
        """The company's name in its own language."""
        return self.names[self.locale]

    @cached_property
    def tz(self) -> ZoneInfo:
        """The time zone in which the company opens, closes and makes appointments."""
        return ZoneInfo(self.timezone)

    def district(self, code: str) -> District | None:
        """None for a code that is not (or no longer) in the file; so for all below."""
        return self._districts.get(code)

    def type(self, code: str) -> RequestType | None:
        """The request type with this code."""
        return self._types.get(code)

    def visit_fee_fen(self, type: str) -> int | None:
        """What a visit of this type costs in itself, 0 if it is free; None where the company says nothing of it."""
        known = self.type(type)
        return known.visit_fee_fen if known else None

    def category(self, code: str) -> Category | None:
        """The category with this code."""
        return self._categories.get(code)

    def product(self, code: str) -> Product | None:
        """The product with this code."""
        return self._products.get(code)

    def symptom(self, code: str) -> Symptom | None:
        """The symptom with this code."""
        return self._symptoms.get(code)

    def danger(self, code: str) -> Danger | None:
        """The danger with this code."""
        return self._dangers.get(code)

    def reason(self, listed: str, code: str) -> Reason | None:
        """The reason with this code in the list of that name (one of ``REASON_LISTS``)."""
        return _by_code(self.reasons[listed]).get(code)

    def products_of(self, category: str) -> tuple[Product, ...]:
        """The products which may belong to a category, in the order of the file."""
        return tuple(one for one in self.products if category in one.categories)

    def symptoms_of(self, category: str) -> tuple[Symptom, ...]:
        """The symptoms offered for a category, in the order of the file."""
        return tuple(one for one in self.symptoms if category in one.categories)

    @cached_property
    def _districts(self) -> Mapping[str, District]:
        return _by_code(self.districts)

    @cached_property
    def _types(self) -> Mapping[str, RequestType]:
        return _by_code(self.types)

    @cached_property
    def _categories(self) -> Mapping[str, Category]:
        return _by_code(self.categories)

    @cached_property
    def _products(self) -> Mapping[str, Product]:
        return _by_code(self.products)

    @cached_property
    def _symptoms(self) -> Mapping[str, Symptom]:
        return _by_code(self.symptoms)

    @cached_property
    def _dangers(self) -> Mapping[str, Danger]:
        return _by_code(self.dangers)


def _by_code(items: Iterable[C]) -> Mapping[str, C]:
    return {item.code: item for item in items}


def words(company: Company) -> dict[str, dict[str, str]]:
    """Locale → message id → plain words (no catalogue markup), for every name in the file.

    Ids: company-name, type-X, skill-X, category-X, product-X, symptom-X, danger-X, danger-X-advice, district-X, tag-X,
    check-X, gift-X, campaign-X, reason-LIST-X, reason-reject-X-alternative, consent-purpose. In advice, alternatives
    and the consent, «{gas_phone}», «{service_phone}» and «{company}» are filled in already.
    """
    said = dict(_named(company))
    return {locale: {id: _filled(names[locale], company, locale) for id, names in said.items()} for locale in LOCALES}


def _named(company: Company) -> Iterator[tuple[str, Names]]:
    yield "company-name", company.names
    yield "consent-purpose", company.consent.purpose
    for prefix, items in (
        ("type", company.types),
        ("skill", company.skills),
        ("category", company.categories),
        ("product", company.products),
        ("symptom", company.symptoms),
        ("danger", company.dangers),
        ("district", company.districts),
        ("tag", company.tags),
        ("check", company.checks),
        ("gift", company.bank.referring.gifts),
        ("campaign", company.bank.referring.campaigns),
    ):
        yield from ((f"{prefix}-{item.code}", item.names) for item in items)
    yield from ((f"danger-{item.code}-advice", item.advice) for item in company.dangers)
    for listed, reasons in company.reasons.items():
        yield from ((f"reason-{listed}-{item.code}", item.names) for item in reasons)
        instead = [item for item in reasons if item.alternative]
        yield from ((f"reason-{listed}-{item.code}-alternative", item.alternative) for item in instead)


def _filled(words: str, company: Company, locale: str) -> str:
    facts = {
        "gas_phone": company.gas_phone,
        "service_phone": company.service_phone,
        "company": company.names[locale],
    }
    for name, value in facts.items():
        words = words.replace("{" + name + "}", value)
    return words
