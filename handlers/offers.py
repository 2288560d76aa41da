"""To whom a request is offered, and who may be asked next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.guards import Situation
from domain.people import Person, Role
from domain.requests import Moved, Request
from domain.states import State
from handlers import clocks
from handlers.turn import Turn
from storage.store import Store

POOL = "pool"
"""What is chosen instead of one installer: whoever is able may take it."""


async def candidates(turn: Turn, store: Store, request: Request, but: list[str]) -> list[Person]:
    """The installers who could do it and were not asked before; by number."""
    asked = await store.offers.tried(request.id) | {*but, request.installer_id}
    return [one for one in await able(turn, store, request) if one.id not in asked]


async def able(turn: Turn, store: Store, request: Request) -> list[Person]:
    """The installers with the skills, in the district, but not who holds it or who has asked for it; by number."""
    category = turn.company.category(request.category)
    needed = set(category.skills if category else ())
    return [
        one
        for one in await store.people.working(Role.INSTALLER)
        if one.id not in (request.installer_id, request.homeowner_id)
        and needed <= set(one.skills)
        and (not one.districts or not request.district or request.district in one.districts)
    ]


async def follow(turn: Turn, store: Store, moved: Moved, given: Mapping[str, Any], situation: Situation) -> None:
    """To whom it is offered after this."""
    request, action = moved.request, moved.row.action
    if moved.before.state is request.state and action not in ("decline", "expire"):
        return  # a call or an urging leaves offers alone
    ended = {"accept": "accepted", "decline": "declined"}
    if action in ended:
        await store.offers.answer(request.id, turn.person.id, ended[action], moved.event.reason)
    if action in ("hand_over", "reassign"):
        await _taken_off(turn, store, moved)
    if action == "expire":
        await store.offers.end(request.id, "expired")
    elif action != "decline":
        await store.offers.end(request.id)
    if request.state is State.OFFERED and not (action == "decline" and situation.others_open):
        await _offer(turn, store, moved, given, situation)


async def _taken_off(turn: Turn, store: Store, moved: Moved) -> None:
    """Who held it counts as having turned it down, so that it is not offered to them next."""
    id, held_by = moved.request.id, moved.before.installer_id
    await store.offers.make(id, [held_by], False, turn.now, turn.now)
    await store.offers.answer(id, held_by, "declined", moved.event.reason)


async def _offer(turn: Turn, store: Store, moved: Moved, given: Mapping[str, Any], situation: Situation) -> None:
    request = moved.request
    chosen = str(given.get("installer", ""))
    pooled = chosen == POOL
    if pooled:
        ids = tuple(one.id for one in await able(turn, store, moved.before))
    else:
        ids = (chosen or situation.candidates[0],)
    expires = await clocks.start_offer(turn, store, request.id)
    await store.offers.make(request.id, ids, pooled, turn.now, expires)
