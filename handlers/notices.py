"""From a fact to the people who should hear of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from domain.channel import Rate
from domain.chat import Attachment, Kind, Line, Media, Outbound, Place, Priority, Text, Topic
from domain.guards import COMPLAINT
from domain.people import INSIDE, mask_words
from domain.requests import Event, Moved, Request
from domain.states import CLOSED, State, Who
from handlers.audience import admin_places, ask_staff, manager_places
from handlers.cards import HOMEOWNER_SEES, Card, Known, called, homeowner_card, staff_card, title
from handlers.corrected import corrected
from handlers.earlier import earlier
from handlers.facts import said
from handlers.job_cards import job_card, offer_card
from handlers.turn import Turn, quote
from storage.store import Store

ANNOUNCED = frozenset("file decline expire finish not_fixed reopen restore urge hand_over rate cancel no_show".split())
"""What makes the group's card come to the end of the chat again, instead of changing where it stands."""

AHEAD = frozenset({"schedule", "reschedule", "depart"})
"""What is news until the visit is over; the card below it says what is true then."""

URGED = (Rate("all", 1, 600.0),)
"""How often an urging brings the card to the end; in between the card where it stands counts them."""

SHOWN_LEAST = 6
"""So many lines of the timeline a homeowner reads, whatever else was done meanwhile."""

KEPT = 2
"""What photos leave of a window, where messages are few: the words below them, and an answer."""

ALARMS_S = 60
ALARMS = 3
"""So many alarms of one person within that time go before all else."""


async def know(turn: Turn, store: Store, request: Request) -> Known:
    """What cards about a request are made of."""
    events = await _lately(store, request)
    ids = {request.homeowner_id, request.claimed_by, request.installer_id, *(event.actor_id for event in events)}
    others = await store.people.names(sorted(ids - {turn.person.id}))
    others_turn = request.homeowner_id != turn.person.id  # who has just written is within reach
    waits = turn.world.windowed and request.state not in CLOSED and others_turn
    left = await store.budgets.left_to(request.homeowner_id, turn.now) if waits else None
    return Known(turn.company, turn.now, {**others, turn.person.id: turn.person}, events, left)


async def _lately(store: Store, request: Request) -> list[Event]:
    """What happened last, with as much as its homeowner may know of as they read."""
    events = await store.requests.events(request.id, INSIDE, limit=12)
    seen = sum(event.action in HOMEOWNER_SEES for event in events)
    if seen >= SHOWN_LEAST or events[0].number == 1:
        return events
    earlier = await store.requests.events(request.id, INSIDE, SHOWN_LEAST, HOMEOWNER_SEES)
    return [*[event for event in earlier if event.number < events[0].number], *events]


def put(place: Place, card: Card, request: Request, told: Sequence[Line] = (), fresh: bool = False) -> Outbound:
    """A request's card at a place, with what is new above it."""
    return Outbound(
        place,
        (*told, *card.lines),
        card.buttons,
        card.files,
        card=f"request:{request.id}",
        fresh=fresh,
        subject=request.id,
    )


def to_group(place: Place, card: Card, request: Request, told: Sequence[Line] = (), fresh: bool = False) -> Outbound:
    """The same in a group of staff, where the request has a topic of its own if there are any."""
    return replace(put(place, card, request, told, fresh), topic=topic_of(request))


def topic_of(request: Request) -> Topic:
    """Where staff speak of a request: open until there is nothing to do about it any more."""
    return Topic(title(replace(request, danger="")), open=request.state not in CLOSED)


def arguments(turn: Turn, moved: Moved, known: Known) -> dict[str, object]:
    """What a «told-…» text may mention."""
    request = moved.request
    return {
        "id": request.id,
        "who": known.name(moved.event.actor_id) if moved.event.actor_id else Text("company-name"),
        "installer": known.name(request.installer_id or moved.before.installer_id),
        "reason": said(moved.event.reason) if moved.event.reason else Text("no-reason"),
        "span": request.window or Text("window-open"),
        "code": request.code,
        "score": request.score,
        "what": corrected(moved),
    }


async def tell(turn: Turn, store: Store, moved: Moved, offered: Sequence[str] = ()) -> list[Outbound]:
    """Everybody whom the table names hears of a change; whoever has its card sees it change.

    ``offered`` are the installers to whom it was offered before: the card of those whose offer has ended says so and
    nothing more, those who may still accept are not told again.
    """
    open_now = await store.offers.open(moved.request.id) if moved.request.state is State.OFFERED else []
    known = await know(turn, store, moved.request)
    args = arguments(turn, moved, known)
    homeowner = await _tell_homeowner(store, moved, known, args)
    known = replace(known, left=known.left.less(len(homeowner))) if known.left else known
    told = [
        *homeowner,
        *await _tell_staff(store, moved, known, args),
        *await _tell_installers(store, moved, known, args),
        *await _tell_candidates(store, moved, known, [one for one in open_now if one not in offered]),
        *await _tell_losers(store, moved.request, [one for one in offered if one not in open_now]),
    ]
    own = turn.inbound.place
    return sorted(told, key=lambda one: one.to != own)


def _headline(moved: Moved, known: Known, audience: str, args: dict[str, object]) -> list[Line]:
    back = moved.row.action in ("decline", "expire", "hand_over", "not_fixed") and moved.row.after.value == "TRIAGED"
    action = f"{moved.row.action}-back" if back else moved.row.action
    instead = _instead(moved, known) if audience == "homeowner" else []
    return [Line(Text(f"told-{action}-{audience}", args), until=_until(moved, known)), *instead]


def _until(moved: Moved, known: Known) -> datetime | None:
    """The end of the window, for what is said of a visit that is still to come."""
    window = moved.request.window
    return window.end if moved.row.action in AHEAD and window and known.now < window.end else None


def _instead(moved: Moved, known: Known) -> list[Line]:
    """What is possible instead of what was refused: what the company says of this reason, else to call."""
    if moved.row.action != "reject":
        return []
    code = moved.event.reason.removeprefix("reason-reject-")
    reason = known.company.reason("reject", code)
    if reason and reason.alternative:
        return [Line(Text(f"reason-reject-{code}-alternative"))]
    return [Line(Text("reject-instead", {"phone": known.company.service_phone}))]


async def _tell_homeowner(store: Store, moved: Moved, known: Known, args: dict[str, object]) -> list[Outbound]:
    told = bool(moved.row.told & Who.HOMEOWNER)
    if not told and moved.before.state is moved.request.state:
        return []
    place = await store.people.place(moved.request.homeowner_id)
    if place is None:
        return []
    card = homeowner_card(moved.request, known)
    head = _headline(moved, known, "homeowner", args) if told else []
    if moved.row.action == "accept":
        card = Card(card.lines, card.buttons, _photo(known, moved.request.installer_id))
    if moved.row.action == "finish":
        files, more = _affordable(await store.files.attached(moved.request.finish_photos), known)
        card = Card(card.lines, card.buttons, files)
        head += [Line(Text("finish-photos-more", {"count": more}))] if more else []
    return [put(place, card, moved.request, head, fresh=told)]


def _affordable(files: Sequence[Attachment], known: Known) -> tuple[tuple[Attachment, ...], int]:
    """The first of these, as many as may be sent without the words behind them having to wait; how many are left."""
    room = max(known.left.count - KEPT, 0) if known.left else len(files)
    return tuple(files[:room]), len(files[room:])


def _photo(known: Known, person_id: str) -> tuple[Attachment, ...]:
    person = known.people.get(person_id)
    return (Attachment(person.photo, Media.PHOTO, ""),) if person and person.photo else ()


async def _tell_staff(store: Store, moved: Moved, known: Known, args: dict[str, object]) -> list[Outbound]:
    fresh = moved.row.action in ANNOUNCED and bool(moved.row.told & Who.STAFF)
    if moved.row.action == "urge":
        fresh = await store.paces.take([f"urge:{moved.request.id}"], URGED, known.now) == 0
    hidden = {"reason": said(moved.event.reason, moved.request)} if moved.event.reason else {}
    head = _headline(moved, known, "staff", {**args, **hidden}) if fresh and moved.row.action != "file" else ()
    card = staff_card(moved.request, known)
    sent = {"file": moved.request.photos, "finish": moved.request.finish_photos}.get(moved.row.action, ())
    card = replace(card, files=await store.files.attached(sent) if sent else ())
    return [to_group(place, card, moved.request, head, fresh) for place in await card_places(store, moved.request)]


async def card_places(store: Store, request: Request) -> list[Place]:
    """Where the staff's card of a request stands: with all staff, but never in the chat where the homeowner's own card
    of it does, which it would replace."""
    bound = await store.groups.places("staff")
    own = None if bound else await store.people.place(request.homeowner_id)
    return bound or [place for place in await admin_places(store) if place != own]


async def _tell_installers(store: Store, moved: Moved, known: Known, args: dict[str, object]) -> list[Outbound]:
    request, before, out = moved.request, moved.before, []
    if moved.row.told & Who.INSTALLER and request.installer_id:
        out += await _job(store, moved, known, request.installer_id, args)
    if before.installer_id and before.installer_id != request.installer_id:
        out += await _lost(store, request, before.installer_id, Text("job-released", {"id": request.id}))
    return out


async def _tell_candidates(store: Store, moved: Moved, known: Known, fresh: Iterable[str]) -> list[Outbound]:
    if not moved.row.told & Who.CANDIDATE:
        return []
    return [out for one in fresh for out in await _offer(store, moved.request, known, one)]


async def _job(store: Store, moved: Moved, known: Known, installer_id: str, args: dict[str, object]) -> list[Outbound]:
    place = await store.people.workplace(installer_id)
    if place is None:
        return []
    card = job_card(moved.request, known)
    told = put(place, card, moved.request, _headline(moved, known, "installer", args), fresh=True)
    return [told, *await earlier(store, moved.request, place)] if moved.row.action == "accept" else [told]


async def _offer(store: Store, request: Request, known: Known, installer_id: str) -> list[Outbound]:
    place = await store.people.workplace(installer_id)
    files = await store.files.attached(request.photos)
    card = offer_card(request, known)
    return [put(place, Card(card.lines, card.buttons, files), request, fresh=True)] if place else []


async def _lost(store: Store, request: Request, installer_id: str, text: Text) -> list[Outbound]:
    place = await store.people.colleague(installer_id)
    card = Card((Line(title(request), Kind.TITLE), Line(text)))
    return [put(place, card, request)] if place else []


async def _tell_losers(store: Store, request: Request, losers: Iterable[str]) -> list[Outbound]:
    out = []
    for installer_id in losers:
        if installer_id != request.installer_id:
            out += await _lost(store, request, installer_id, Text("job-gone", {"id": request.id}))
    return out


async def tell_filed(turn: Turn, store: Store, moved: Moved, answer_by: datetime) -> list[Outbound]:
    """A new request: its number and the honest time of an answer to the homeowner, its card to the group, and what
    managers must know to every one of them at once."""
    request = moved.request
    known = await know(turn, store, request)
    advice = [Line(Text(f"danger-{request.danger}-advice"), Kind.ALERT)] if request.danger else []
    head = [Line(Text("told-file-homeowner", {"id": request.id, "by": answer_by})), *advice]
    own = put(turn.inbound.place, homeowner_card(request, known), request, head, fresh=True)
    told = await _tell_staff(store, moved, known, arguments(turn, moved, known))
    if request.danger:
        told = [replace(one, priority=Priority.URGENT) for one in told]
    return [own, *told, *await page(turn, store, request, known)]


async def tell_filed_for(turn: Turn, store: Store, moved: Moved) -> list[Outbound]:
    """A request that staff filed for a caller: its number to them, its card to the group, and to the caller if we
    know where to reach them."""
    request = moved.request
    known = await know(turn, store, request)
    done = turn.say(Text("behalf-filed", {"id": request.id}))
    place = await store.people.place(request.homeowner_id)
    line = Line(Text("told-file-for-you", {"id": request.id}))
    own = [put(place, homeowner_card(request, known), request, [line], fresh=True)] if place else []
    told = await _tell_staff(store, moved, known, arguments(turn, moved, known))
    return [done, *own, *told, *await page(turn, store, request, known)]


async def page(turn: Turn, store: Store, request: Request, known: Known) -> list[Outbound]:
    """An emergency and a complaint go to every manager at once; nothing else does."""
    id = "page-emergency" if request.danger else "page-complaint" if request.type == COMPLAINT else ""
    return await tell_managers(turn, store, request, Text(id, {"id": request.id}), known) if id else []


async def tell_managers(turn: Turn, store: Store, request: Request, text: Text, known: Known) -> list[Outbound]:
    """Every manager hears of something in private, with the request's card."""
    card, alert = staff_card(request, known), [Line(text, Kind.ALERT)]
    out = [put(place, card, request, alert, fresh=True) for place in await manager_places(turn, store)]
    return [replace(one, priority=Priority.URGENT) for one in out] if request.danger else out


async def tell_danger(turn: Turn, store: Store, danger: str, said: str) -> list[Outbound]:
    """Somebody may get hurt: the group and every manager hear of it before the report is even complete.

    Who says so again and again goes before nobody any more: what staff see of that is one card a minute.
    """
    head = Line(Text("staff-danger", {"name": called(turn.person), "danger": Text(f"danger-{danger}")}), Kind.ALERT)
    body = (head, quote(mask_words(said, turn.person.phone)))
    subject = f"person:{turn.person.id}"
    paged = [Outbound(place, body, subject=subject) for place in await manager_places(turn, store)]
    often = await store.paces.count(f"danger:{turn.person.id}", turn.now, ALARMS_S) > ALARMS
    card = f"danger:{turn.person.id}:{int(turn.now.timestamp()) // ALARMS_S}" if often else ""
    priority = Priority.HUMAN if often else Priority.URGENT
    told = [*await ask_staff(turn, store, subject, body), *paged]
    return [replace(one, card=card, priority=priority) for one in told]
