"""Promises with a clock: which timer each change winds up, and what happens when it rings."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.calendar import add_business_minutes
from domain.requests import Request
from handlers.turn import Turn
from storage.store import Store

FIRST_ANSWER = ("clock.first_remind", "clock.first_breach")
REMINDERS = ("clock.first_remind", "clock.closing_soon")
"""What only says that another clock will ring soon: too late, it says nothing."""


async def start_first_answer(turn: Turn, store: Store, request: Request) -> datetime:
    """Wind up the first-answer clock, and return when a human will have answered at the latest.

    Business minutes, except that an emergency never waits for opening hours.
    """
    promises = turn.company.promises

    def after(minutes: int) -> datetime:
        if request.emergency:
            return turn.now + timedelta(minutes=minutes)
        return add_business_minutes(turn.company, turn.now, minutes)

    remind, breach = after(promises.first_answer_remind_min), after(promises.first_answer_min)
    await store.timers.set(f"first_remind:{request.id}", remind, "clock.first_remind", request.id)
    await store.timers.set(f"first_breach:{request.id}", breach, "clock.first_breach", request.id)
    return breach


def answer_by(turn: Turn) -> datetime:
    """When a human will have answered at the latest what is no request."""
    return add_business_minutes(turn.company, turn.now, turn.company.promises.first_answer_min)


async def stop_first_answer(store: Store, request_id: str) -> None:
    """A human has answered."""
    await store.timers.drop_about(request_id, FIRST_ANSWER)


async def start_offer(turn: Turn, store: Store, request_id: str) -> datetime:
    """Wind up the expiry of an offer, and return it."""
    expires = turn.now + timedelta(minutes=turn.company.promises.offer_expires_min)
    await store.timers.set(f"offer:{request_id}", expires, "clock.offer_expired", request_id)
    return expires


async def start_confirmation(turn: Turn, store: Store, request_id: str) -> None:
    """A finished job closes by itself after 72 hours; the homeowner is told a day before."""
    promises = turn.company.promises
    closes = turn.now + timedelta(hours=promises.confirm_hours)
    told = closes - timedelta(hours=promises.confirm_told_hours_before)
    await store.timers.set(f"closing:{request_id}", told, "clock.closing_soon", request_id)
    await store.timers.set(f"close:{request_id}", closes, "clock.auto_close", request_id)


async def start_visit(turn: Turn, store: Store, request: Request) -> None:
    """Wind up the arrival clock: the end of the window and its grace."""
    if request.window:
        late = request.window.end + timedelta(minutes=turn.company.promises.no_show_grace_min)
        await store.timers.set(f"late:{request.id}", late, "clock.late", request.id)


STOPS: dict[str, tuple[str, ...]] = {
    "accept": ("clock.offer_expired",),
    "withdraw": ("clock.offer_expired",),
    "confirm": ("clock.closing_soon", "clock.auto_close"),
    "auto_close": ("clock.closing_soon", "clock.auto_close"),
    "not_fixed": ("clock.closing_soon", "clock.auto_close"),
    "called": FIRST_ANSWER,
    "cancel": (*FIRST_ANSWER, "clock.offer_expired"),
    "reject": FIRST_ANSWER,
}
"""Which clocks an action stops."""
