"""How many messages may go, and when the next one may. Moments are whole microseconds since 1970, in UTC.

A limit of ``count`` in ``per_s`` looks back at the latest ``count`` sends: in no span of ``per_s`` seconds are there
more, and a burst need not wait for an even pace. An album is one call, and counts as its number of messages wherever
several chats or people share; an edit counts as one message, though platforms hold it cheaper.
"""

from __future__ import annotations

from bisect import bisect_right
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


def behind(spent: Sequence[int], at: int) -> list[int]:
    """What was sent as far as ``at`` can know: a clock that was set back makes no send lie ahead of it."""
    return [min(one, at) for one in spent]


def free_from(spent: Sequence[int], rates: Iterable[Rate], messages: int = 1) -> int:
    """When so many messages more are allowed after these sends, which are in ascending order; 0 for at once.

    More than a limit holds are allowed when it is all free.
    """
    latest = [(len(spent) - rate.count + min(_cost(rate, messages), rate.count) - 1, rate) for rate in rates]
    return max((spent[index] + round(rate.per_s * 1_000_000) for index, rate in latest if index >= 0), default=0)


def _cost(rate: Rate, messages: int) -> int:
    return 1 if rate.scope == "chat" else messages


def spend(spent: Sequence[int], rates: Sequence[Rate], at: int, messages: int = 1) -> list[int]:
    """The sends to remember after so many messages more: as many as a limit counts, and none that it has forgotten."""
    kept = max((rate.count for rate in rates), default=0)
    longest = round(max((rate.per_s for rate in rates), default=0.0) * 1_000_000)
    young = spent[bisect_right(spent, at - longest) :]
    return [*young, *[at] * messages][-kept:] if kept else []


def room(spent: Sequence[int], rates: Sequence[Rate], at: int, wanted: int) -> int:
    """How many of ``wanted`` may be sent at one moment."""
    for taken in range(wanted):
        if free_from(spent, rates) > at:
            return taken
        spent = spend(spent, rates, at)
    return wanted
