"""迟到赔: whoever was kept waiting by us gets points for it at once, without asking."""

from __future__ import annotations

from domain.amends import JUDGES, broken
from domain.chat import Button, Outbound, Style, Text
from domain.ledger import Unit, Why, terms, worth
from domain.people import INSIDE
from domain.requests import Moved
from handlers.audience import tell_staff
from handlers.notices import topic_of
from handlers.turn import Turn, lines
from storage.store import Store


async def make(turn: Turn, store: Store, moved: Moved) -> list[Outbound]:
    """The points for a promise that this change broke, as the company file has them, and a word of it to the homeowner
    and to staff; nothing where the same was made good for this request before, or who filed it works here.

    To be called after the change is kept.
    """
    request = moved.request
    if moved.row.action not in JUDGES:
        return []
    which = broken(moved, await store.requests.events(request.id, INSIDE), turn.company.promises)
    points = getattr(turn.company.amends, which.value) if which else 0
    owner = await store.people.get(request.homeowner_id) if points else None
    if which is None or owner is None or not owner.active or owner.role.is_staff:
        return []
    why = Why("amends", request.id, facts={"broken": which.value})
    lasting = terms(turn.company.bank.keeping, Unit.POINTS, turn.now, turn.company.tz)
    key = f"amends:{which.value}:{request.id}"
    if not await store.ledger.credit(owner.id, Unit.POINTS, key, turn.now, points, why, lasting):
        return []
    facts = {"id": request.id, "broken": Text(f"amends-{which.value}"), "amount": worth(Unit.POINTS, points)}
    place = await store.people.place(owner.id)
    look = Button(Text("menu-passbook"), "passbook.show", style=Style.PRIMARY)
    own = [Outbound(place, lines(Text("amends-made", facts)), ((look,),), subject=request.id)] if place else []
    return [*own, *await tell_staff(store, request.id, [Text("amends-made-staff", facts)], topic=topic_of(request))]
