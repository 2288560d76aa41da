"""How many messages may go, and when the next one may. Moments are whole microseconds since 1970, in UTC.

A limit of ``count`` in ``per_s`` looks back at the latest ``count`` sends: in no span of ``per_s`` seconds are there
more, and a burst need not wait for an even pace.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from domain.channel import Rate

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
WAIT_MAX_S = 10 * 366 * 86_400  # a platform that asks for more is asked again after ten years


def ticks(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(ticks: int) -> datetime:
    """The other way round."""
    return _EPOCH + ticks * _MICROSECOND


def later(now: datetime, wait_s: float) -> datetime:
    """``now`` and a pause, never before it and never a microsecond short."""
    return now + timedelta(seconds=min(max(wait_s, 0.0), WAIT_MAX_S)) + _MICROSECOND


def of_channel(rates: Iterable[Rate]) -> list[Rate]:
    """Those that everyone shares."""
    return [rate for rate in rates if rate.scope == "all"]


def of_chat(rates: Iterable[Rate], group: bool) -> list[Rate]:
    """Those of one chat; a group has its own beside the chat's."""
    return [rate for rate in rates if rate.scope == "chat" or (group and rate.scope == "group")]


def free_from(spent: Sequence[int], rates: Iterable[Rate]) -> int:
    """When the next send is allowed after these, which are in ascending order; 0 for at once."""
    return max(
        (spent[-rate.count] + round(rate.per_s * 1_000_000) for rate in rates if len(spent) >= rate.count), default=0
    )


def spend(spent: Sequence[int], rates: Iterable[Rate], at: int) -> list[int]:
    """The sends to remember after one more."""
    kept = max((rate.count for rate in rates), default=0)
    return [*spent, at][-kept:] if kept else []


def room(spent: Sequence[int], rates: Sequence[Rate], at: int, wanted: int) -> int:
    """How many of ``wanted`` may be sent at one moment."""
    for taken in range(wanted):
        if free_from(spent, rates) > at:
            return taken
        spent = spend(spent, rates, at)
    return wanted
