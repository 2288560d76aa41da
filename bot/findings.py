"""What a check found: a mark, what it is about, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How a thing stands."""

    GOOD = "✓"
    LOOK = "!"  # it works, and something is worth knowing
    BAD = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a check, in Chinese as all that the command line says."""

    mark: Mark
    text: str

    def __str__(self) -> str:
        return f"{self.mark} {self.text}"


def good(text: str) -> Finding:
    """All is well."""
    return Finding(Mark.GOOD, text)


def look(text: str) -> Finding:
    """Worth knowing."""
    return Finding(Mark.LOOK, text)


def bad(text: str) -> Finding:
    """Has to be put right."""
    return Finding(Mark.BAD, text)
