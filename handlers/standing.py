"""What follows for a referrer when a referral succeeds or is taken back: their places, and whether they are a VIP."""

from __future__ import annotations

from domain.board import month_of, year_of
from domain.chat import Kind, Line, Outbound, Text
from domain.referrals import Referral
from handlers.turn import Turn
from storage.store import Store


async def recount(turn: Turn, store: Store, referral: Referral) -> list[Outbound]:
    """Count the referrer's successes anew; they hear if that makes them a VIP design adviser, or none any more.

    Holds the referrer until the commit: of two referrals that succeed at once, the later one counts both.
    """
    await store.people.hold(referral.referrer_id)
    if referral.earned_at:
        for period in (month_of(referral.earned_at, turn.company.tz), year_of(referral.earned_at, turn.company.tz)):
            await store.board.recount(referral.referrer_id, period)
    return await _vip(turn, store, referral.referrer_id)


async def recount_all(turn: Turn, store: Store, person_id: str) -> None:
    """Put every place of somebody right: they show themselves, hide, or turned out to be somebody else."""
    tz = turn.company.tz
    places = set(await store.board.periods(person_id))
    wins = await store.board.wins(person_id)
    periods = {one.id: one for at in wins for one in (month_of(at, tz), year_of(at, tz))}
    for period in sorted(periods.values(), key=lambda one: one.id):
        await store.board.recount(person_id, period)
    for gone in sorted(places - periods.keys()):
        await store.board.leave(person_id, gone)


async def merged(turn: Turn, store: Store, old_id: str, new_id: str) -> list[Outbound]:
    """What was counted for one is counted for the other, who hears if that makes them a VIP design adviser."""
    for one in sorted((old_id, new_id)):
        await store.people.hold(one)
    await recount_all(turn, store, old_id)
    await recount_all(turn, store, new_id)
    return await _vip(turn, store, new_id)


async def _vip(turn: Turn, store: Store, person_id: str) -> list[Outbound]:
    least = turn.company.bank.referring.vip_after
    won = await store.board.won(person_id)
    was = await store.board.vip_since(person_id)
    if (won >= least) is (was is not None):
        return []
    if not await store.board.make_vip(person_id, turn.now if was is None else None):
        return []
    place = await store.people.place(person_id)
    text = Text("vip-reached" if was is None else "vip-lost", {"least": least, "count": won})
    return [Outbound(place, (Line(text, Kind.STATUS),))] if place else []
