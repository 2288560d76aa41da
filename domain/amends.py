"""When a promise to a homeowner was broken, so that the company makes amends (迟到赔)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from enum import StrEnum

from domain.company import Promises
from domain.effects import put_off
from domain.requests import Event, Moved

OURS = "reason-no-show-installer"
"""How the reasons begin for which it was the company that did not come: «installer_absent»."""


class Broken(StrEnum):
    """Which promise; each value is a name of ``Amends``."""

    UNANSWERED = "unanswered"
    LATE = "late"
    ABSENT = "absent"
    PUT_OFF = "put_off"


def broken(moved: Moved, events: Sequence[Event], promises: Promises) -> Broken | None:
    """What this change broke, or shows to be broken; None for nearly all.

    ``events`` are all of the request, in their order, this change last.
    """
    judge = JUDGES.get(moved.row.action)
    return judge(moved, events, promises) if judge else None


def _late(moved: Moved, _events: Sequence[Event], promises: Promises) -> Broken | None:
    window, grace = moved.before.window, timedelta(minutes=promises.no_show_grace_min)
    return Broken.LATE if window and moved.event.at > window.end + grace else None


def _absent(moved: Moved, *_: object) -> Broken | None:
    """Whoever says so may choose the reason; in words of their own only the homeowner means the installer."""
    reason, theirs = moved.event.reason, moved.event.actor_id == moved.request.homeowner_id
    in_words = not reason.startswith("reason-")
    return Broken.ABSENT if reason.startswith(OURS) or (theirs and in_words) else None


def _put_off(_moved: Moved, events: Sequence[Event], _promises: Promises) -> Broken | None:
    """The second time and each after it; a change that the homeowner wanted counts for nothing."""
    return Broken.PUT_OFF if put_off(events) > max(1, put_off(events[:-1])) else None


JUDGES: dict[str, Callable[[Moved, Sequence[Event], Promises], Broken | None]] = {
    "unanswered": lambda *_: Broken.UNANSWERED,
    "arrive": _late,
    "override": _late,
    "no_show": _absent,
    "reschedule": _put_off,
}
"""By what is done to a request. Whoever did not come is told by the reason: only then is it the company's fault."""
