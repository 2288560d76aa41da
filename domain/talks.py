"""The question that is open with somebody, kept over restarts and channels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.chat import nothing
from domain.quick import quick


@quick
@dataclass(frozen=True, slots=True)
class Talk:
    """An open form: which one, what it is about, which field is asked, what was answered (JSON).

    ``id`` is the person in private and «person@chat» in a group. An empty ``form`` means nothing is open.
    ``version`` counts the questions asked, so that an old button is told from a new one.
    """

    id: str
    form: str = ""
    subject: str = ""
    asked: str = ""
    answers: Mapping[str, Any] = field(default_factory=nothing)
    version: int = 0
    opened_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """A home; ``door`` is the part of the address that groups never see."""

    id: str
    person_id: str
    district: str
    address: str
    door: str = ""
