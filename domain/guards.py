"""The rules a row of the table may ask for by name: each says None, or why not and what is possible instead."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from domain.chat import Text
from domain.company import Promises
from domain.states import Who

if TYPE_CHECKING:
    from domain.requests import Request


@dataclass(frozen=True, slots=True)
class Situation:
    """What the guards must know beside the request.

    ``candidates`` are the installers it could be offered to next, best first; ``others_open`` whether another
    installer still has an open offer; ``code`` what the installer typed at the door; ``tried_before`` whether it is
    documented of an earlier day, since the work was done, that nobody was reached by phone.
    """

    promises: Promises = field(default_factory=Promises)
    candidates: tuple[str, ...] = ()
    others_open: bool = False
    code: str = ""
    tried_before: bool = False


COMPLAINT = "complaint"
"""The type of a request that has rules of its own."""

Guard = Callable[["Request", Who, datetime, Situation], Text | None]


def in_right_hands(request: Request, who: Who, at: datetime, now: Situation) -> Text | None:
    """A complaint is taken up, turned down or ended by a manager, or by who made it."""
    fit = request.type != COMPLAINT or who & (Who.MANAGER | Who.HOMEOWNER)
    return None if fit else Text("refused-complaint-hands", {"id": request.id})


def candidates_left(request: Request, who: Who, at: datetime, now: Situation) -> Text | None:
    """Somebody else can still take it, and it has not been turned down too often."""
    if now.others_open:
        return None
    fresh_round = bool(who & Who.INSTALLER)
    turned_down = 0 if fresh_round else request.declines + 1
    return None if now.candidates and turned_down < now.promises.offers_max else Text("refused-no-candidates")


def near_window(request: Request, who: Who, at: datetime, now: Situation) -> Text | None:
    """From two hours before the window, so that a homeowner is not alarmed too early."""
    earliest = (request.window_start or at) - timedelta(minutes=now.promises.depart_early_min)
    return None if at >= earliest else Text("refused-too-early", {"at": earliest})


def code_right(request: Request, who: Who, at: datetime, now: Situation) -> Text | None:
    """The homeowner has told the installer the four digits, so the installer stands at the door."""
    if not request.code:
        return Text("refused-no-code")
    return None if hmac.compare_digest(request.code.encode(), now.code.encode()) else Text("refused-code")


def window_over(request: Request, who: Who, at: datetime, now: Situation) -> Text | None:
    """The window and its grace are over; staff may know better and need not wait."""
    if who & Who.STAFF:
        return None
    over = (request.window_end or at) + timedelta(minutes=now.promises.no_show_grace_min)
    return None if at >= over else Text("refused-window-not-over", {"at": over})


def just_done(request: Request, who: Who, at: datetime, now: Situation) -> Text | None:
    """Finished less than two hours ago, and not «没修好» before: the same installer comes back."""
    soon = request.done_at is not None and at - request.done_at <= timedelta(hours=2)
    return None if soon and request.repeats == 0 else Text("refused-not-soon")


def lapses(request: Request, who: Who, at: datetime, now: Situation) -> Text | None:
    """Silence is consent, but not to a complaint: that waits for the homeowner's word."""
    return Text("refused-complaint", {"id": request.id}) if request.type == COMPLAINT else None


def first_try(request: Request, who: Who, at: datetime, now: Situation) -> Text | None:
    """Nobody was called in vain on an earlier day; a second day ends a complaint, and nothing else."""
    ends = request.type == COMPLAINT and now.tried_before
    return Text("refused-complaint", {"id": request.id}) if ends else None


def rating_open(request: Request, who: Who, at: datetime, now: Situation) -> Text | None:
    """A rating may be given while the request can be reopened, and changed for seven days."""
    if request.rated_at is None:
        return recent(request, who, at, now) and Text("refused-rating-late")
    late = at - request.rated_at > timedelta(days=now.promises.rating_edit_days)
    return Text("refused-rating-late") if late else None


def recent(request: Request, who: Who, at: datetime, now: Situation) -> Text | None:
    """Closed at most 15 days ago (a complaint: 30); staff may reopen any time."""
    if who & Who.STAFF or request.closed_at is None:
        return None
    complaint = request.type == COMPLAINT
    days = now.promises.reopen_complaint_days if complaint else now.promises.reopen_days
    return None if at - request.closed_at <= timedelta(days=days) else Text("refused-reopen-late", {"days": days})


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        *(in_right_hands, candidates_left, near_window, code_right, window_over, just_done),
        *(lapses, first_try, rating_open, recent),
    )
}
