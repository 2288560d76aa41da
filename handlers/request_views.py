"""What is shown of requests: one's own, one of them, and what staff may do with it now and then."""

from __future__ import annotations

from dataclasses import replace

from domain.chat import Button, Kind, Line, Outbound, Text
from domain.errors import NotAllowed
from domain.people import Role
from domain.requests import Request
from domain.states import Who, possible
from handlers.cards import Card, buttons, homeowner_card, in_rows, staff_card, title
from handlers.job_cards import job_card
from handlers.notices import know, put, topic_of
from handlers.turn import Turn, words
from storage.store import Store

CARDS = 3
LISTED = 12
"""So many requests are shown as cards, and so many more that are open by name alone."""


async def mine(turn: Turn, store: Store) -> list[Outbound]:
    """查进度: the homeowner's open requests, then the latest of the others, the newest last, each as its card; of many
    that are open the older ones are named, each with a button that opens it."""
    open_now = await store.requests.open_of(turn.person.id, limit=CARDS + LISTED)
    shown = open_now[:CARDS]
    if len(shown) < CARDS:
        latest = await store.requests.of(turn.person.id, limit=CARDS + len(shown))
        shown = [*shown, *[one for one in latest if one.id not in {other.id for other in shown}]][:CARDS]
    if not shown:
        return [turn.say(Text("progress-none"))]
    cards = [await _own_card(turn, store, request) for request in reversed(shown)]
    others = open_now[CARDS:]
    return [*([_named(turn, others)] if others else ()), *cards]


def _named(turn: Turn, others: list[Request]) -> Outbound:
    """Requests in a line each."""
    lines = [
        Line(Text("progress-line", {"what": title(one), "state": Text(f"home-state-{one.state.value}")}), Kind.STEP)
        for one in others
    ]
    some = [Button(words(one.id), "request.show", one.id) for one in others]
    return turn.say(Line(Text("progress-others", {"count": len(others)}), Kind.TITLE), *lines, buttons=in_rows(some, 4))


async def _own_card(turn: Turn, store: Store, request: Request) -> Outbound:
    card = homeowner_card(request, await know(turn, store, request))
    return put(turn.inbound.place, card, request, fresh=True)


async def show(turn: Turn, store: Store) -> list[Outbound]:
    """One request's card, as this reader may see it."""
    request = await store.requests.get(turn.subject or numbered(str(turn.args.get("rest", ""))), turn.viewer)
    known = await know(turn, store, request)
    if turn.viewer.role.is_staff:
        card = staff_card(request, known)
    elif turn.viewer.role is Role.INSTALLER and request.installer_id == turn.person.id:
        card = job_card(request, known)
    else:
        card = homeowner_card(request, known)
    shown = put(turn.inbound.place, card, request, fresh=True)
    return [await _in_topic(turn, store, shown, request) if turn.inbound.topics else shown]


async def _in_topic(turn: Turn, store: Store, shown: Outbound, request: Request) -> Outbound:
    """Where requests have topics, the card stands in its own; elsewhere only a copy is shown."""
    if await store.topics.about(turn.inbound.place, turn.inbound.thread) == request.id:
        return replace(shown, topic=topic_of(request))
    return replace(shown, card="", thread=turn.thread)


def numbered(said: str) -> str:
    """A request's number as it is kept, from «1001» or «r-1001»."""
    number = said.strip().upper()
    return f"R-{number}" if number.isdecimal() else number


async def more(turn: Turn, store: Store) -> list[Outbound]:
    """«更多»: what staff may do now and then."""
    if not turn.viewer.role.is_staff:
        raise NotAllowed(Text("refused-role"))
    request = await store.requests.get(turn.subject, turn.viewer)
    who = turn.actor(request).who & (Who.STAFF | Who.MANAGER)
    rows = possible(request.state, who)
    some = [*buttons(request, rows), Button(Text("action-phone"), "request.phone", request.id)]
    card = Card((Line(title(request), Kind.TITLE), Line(Text("more-actions"))), in_rows(some))
    return [turn.say(*card.lines, buttons=card.buttons, subject=request.id)]
