"""Who people are, and what may be shown of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.quick import quick


class Role(StrEnum):
    """What a person is to the company; looked up from the account at every message."""

    HOMEOWNER = "homeowner"
    INSTALLER = "installer"
    STAFF = "staff"
    MANAGER = "manager"
    ADMIN = "admin"

    @property
    def is_staff(self) -> bool:
        """Staff, and those who may what staff may."""
        return self in (Role.STAFF, Role.MANAGER, Role.ADMIN)

    @property
    def is_manager(self) -> bool:
        """Managers, and admins who may what managers may."""
        return self in (Role.MANAGER, Role.ADMIN)


@quick
@dataclass(frozen=True, slots=True)
class Person:
    """One human being, however many channels they write on.

    ``phone`` is E.164 or empty; ``vouched`` says that a platform told us it is theirs. ``number`` is an installer's
    工号. ``photo`` is the hash of a stored picture. ``consent`` is the version of the purpose agreed to, empty before.
    """

    id: str
    role: Role = Role.HOMEOWNER
    name: str = ""
    phone: str = ""
    locale: str = ""
    number: str = ""
    skills: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    photo: str = ""
    consent: str = ""
    active: bool = True
    vouched: bool = False


@quick
@dataclass(frozen=True, slots=True)
class Viewer:
    """Through whose eyes a repository reads.

    ``role`` is what counts here and now: a member of staff who writes from a group which is not bound has
    only a homeowner's rights there.
    """

    id: str
    role: Role


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a single-use code is good for. ``facts`` describe the person invited (name, number, skills …)."""

    kind: str
    role: Role | None
    facts: dict[str, object]
    made_by: str
    expires_at: datetime


SYSTEM = Person(id="", role=Role.HOMEOWNER, name="")
"""Who acts when time does: a timer, an expiry, a closing after 72 hours. It has no account and no rights."""

_MAINLAND = re.compile(r"^\+86(1\d{10})$")


def say_phone(phone: str) -> str:
    """A number as it is read aloud: «138 0013 8000»; foreign ones as they are."""
    mainland = _MAINLAND.match(phone)
    return f"{mainland[1][:3]} {mainland[1][3:7]} {mainland[1][7:]}" if mainland else phone


def mask_phone(phone: str) -> str:
    """Hide the middle: «138****8000»; other numbers keep only the last three digits; empty stays empty."""
    if mainland := _MAINLAND.match(phone):
        return f"{mainland[1][:3]}****{mainland[1][-4:]}"
    return f"****{phone[-3:]}" if phone else ""


def mask_name(name: str) -> str:
    """The first character alone: «王**»; empty stays empty."""
    return f"{name.strip()[:1]}**" if name.strip() else ""


_NUMBERS = re.compile(r"\+?\d[\d\s.·–-]{5,}\d")
_DOORS = re.compile(r"\d{2,5}\s*(?=[室房])|(?<=号楼)\d{2,5}|(?<=號樓)\d{2,5}")
_ROOMS = re.compile(r"\d{3,}")


def mask_words(text: str, phone: str = "", door: str = "") -> str:
    """Somebody's own words without numbers that look like phones, and without this door, wherever they stand."""
    if door:
        text = text.replace(door, "****")
    if phone:
        text = text.replace(phone, "****").replace(phone.removeprefix("+86"), "****")
    for room in _ROOMS.findall(door):
        text = re.sub(rf"(?<!\d){room}(?!\d)", "****", text)
    return _DOORS.sub("****", _NUMBERS.sub("****", text))


INSIDE = Viewer(id="", role=Role.STAFF)
"""Through whose eyes notices are made; what each reader may know is decided by the card."""
