"""What pipeline and dispatcher report about their work, to whoever counts it."""

from __future__ import annotations

from typing import Protocol


class Meter(Protocol):
    """Counts. No argument may name a person, a chat or a request."""

    def received(self, channel: str, outcome: str, took_s: float) -> None:
        """A message was taken in: «done», «kept», «duplicate», «ignored», «quarantined» or «failed»."""

    def refused(self, channel: str) -> None:
        """A rule said no to what was asked in a message."""

    def turned_away(self, channel: str, code: str) -> None:
        """Somebody called a webhook and was not let in, or brought what cannot be read; ``code`` is one of a few."""

    def sent(self, channel: str, outcome: str) -> None:
        """A send has come to an end: «sent», «edited», «throttled», or the code of what went wrong."""


class Unmetered:
    """Counts nothing."""

    def received(self, channel: str, outcome: str, took_s: float) -> None:
        """Heard and forgotten."""

    def refused(self, channel: str) -> None:
        """Heard and forgotten."""

    def turned_away(self, channel: str, code: str) -> None:
        """Heard and forgotten."""

    def sent(self, channel: str, outcome: str) -> None:
        """Heard and forgotten."""


UNMETERED = Unmetered()
