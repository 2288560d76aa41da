"""The company's trade: where it works, what it repairs, what can be wrong, why it says no. Each thing has a code and
its names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Names = Mapping[str, str]
"""Locale → words; every locale of ``domain.company.LOCALES`` is there."""


@dataclass(frozen=True, slots=True)
class District:
    """A part of the town; ``aliases`` are further ways of writing it in an address."""

    code: str
    names: Names
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestType:
    """What is asked for: repair, installation …; ``words`` in any language point to it.

    ``visit_fee_fen`` is what the visit itself costs, 0 that it is free; None says nothing of it.
    """

    code: str
    names: Names
    words: tuple[str, ...] = ()
    visit_fee_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Skill:
    """What an installer can do; a category names the skills that it needs."""

    code: str
    names: Names


@dataclass(frozen=True, slots=True)
class Check:
    """What an installer confirms before a job is done."""

    code: str
    names: Names


@dataclass(frozen=True, slots=True)
class Category:
    """A field of work. ``skills`` are all needed; ``finish_photos_min`` photos and a word on each of the ``checks`` are
    due before a job is done."""

    code: str
    names: Names
    words: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    finish_photos_min: int = 1
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """A thing in the home. It may be in several ``categories`` (a faucet); the first is meant if none is named."""

    code: str
    names: Names
    categories: tuple[str, ...]
    words: tuple[str, ...] = ()

    @property
    def category(self) -> str:
        """The category that is meant when the person names none."""
        return self.categories[0]


@dataclass(frozen=True, slots=True)
class Symptom:
    """What can be wrong, offered in ``categories``. ``severity`` is 1 (can wait) to 3 (now).

    ``danger`` is the code of a Danger, "" for none.
    """

    code: str
    names: Names
    categories: tuple[str, ...]
    words: tuple[str, ...] = ()
    severity: int = 1
    danger: str = ""


@dataclass(frozen=True, slots=True)
class Danger:
    """A fault that can hurt: told apart by its ``words``, answered with first-aid ``advice``."""

    code: str
    names: Names
    advice: Names
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was refused or changed; ``alternative`` says what is possible instead, empty if nothing."""

    code: str
    names: Names
    alternative: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tag:
    """What a rating is about."""

    code: str
    names: Names


@dataclass(frozen=True, slots=True)
class Consent:
    """What is asked before the first personal field; a new ``version`` is asked again."""

    version: str
    purpose: Names
