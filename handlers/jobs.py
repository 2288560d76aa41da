"""What an installer sees of the day."""

from __future__ import annotations

from domain.chat import Kind, Line, Outbound, Text
from handlers.job_cards import job_card, offer_card
from handlers.notices import know, put
from handlers.turn import Turn
from storage.store import Store


async def today(turn: Turn, store: Store) -> list[Outbound]:
    """The jobs held, in order of time, and what is on offer."""
    jobs = await store.requests.jobs(turn.person.id)
    offers = await store.offers.to(turn.person.id)
    head = turn.say(Line(Text("jobs-title", {"jobs": len(jobs), "offers": len(offers)}), Kind.TITLE))
    cards = []
    for request in jobs:
        card = job_card(request, await know(turn, store, request))
        cards.append(put(turn.inbound.place, card, request, fresh=True))
    for request_id in offers[:9]:
        request = await store.requests.get(request_id, turn.viewer)
        offered = offer_card(request, await know(turn, store, request))
        cards.append(put(turn.inbound.place, offered, request, fresh=True))
    return [head, *cards]
