"""What requests and referrals share: their events alone rebuild them, and an event says in JSON what has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar


class Change(Protocol):
    """One event, as far as it rebuilds something: its number from 1, when it was, and the new values as JSON."""

    @property
    def number(self) -> int:
        """Its place among the events of the same thing, from 1."""

    @property
    def at(self) -> datetime:
        """When it happened."""

    @property
    def changes(self) -> Mapping[str, Any]:
        """The new values of the fields that changed, as JSON."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Which fields of a thing JSON does not know: its times, its lists (tuples of str), its state."""

    times: frozenset[str]
    lists: frozenset[str]
    state: Callable[[str], StrEnum]

    def unpack(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Values from JSON, as the fields hold them."""
        return {name: self._value(name, value) for name, value in changes.items()}

    def _value(self, name: str, value: Any) -> Any:
        if name == "state":
            return self.state(value)
        if name in self.times and value:
            return datetime.fromisoformat(value)
        return tuple(value) if name in self.lists else value


def shape_of(kind: type, state: Callable[[str], StrEnum]) -> Shape:
    """The shape of a dataclass with a ``state``, from how its fields are written."""
    written = {one.name: str(one.type) for one in fields(kind)}
    times = frozenset(name for name, type_ in written.items() if "datetime" in type_)
    return Shape(times, frozenset(name for name, type_ in written.items() if "tuple" in type_), state)


def pack(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON, times in ISO 8601."""
    return {name: _packed(value) for name, value in changes.items()}


def _packed(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


T = TypeVar("T", bound=Any)
C = TypeVar("C", bound=Change)


def applied(thing: T, event: Change, shape: Shape) -> T:
    """The thing after one event: its ``version`` and ``changed_at`` are the event's number and time."""
    return replace(thing, **shape.unpack(event.changes), version=event.number, changed_at=event.at)


def replayed(blank: Callable[[C], T], events: Iterable[C], shape: Shape) -> T:
    """The thing as its events tell it, in the order of their numbers; ``blank`` makes it before the first.

    Raises:
        ValueError: there is no event, or a number is missing.
    """
    thing: T | None = None
    for event in events:
        thing = blank(event) if thing is None else thing
        if event.number != thing.version + 1:
            raise ValueError(f"{thing.id}: event {event.number} follows {thing.version}")
        thing = applied(thing, event, shape)
    if thing is None:
        raise ValueError("there is no event")
    return thing
