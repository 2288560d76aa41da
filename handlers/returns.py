"""What has come back too late to be opened again: a new request, linked to the one it follows."""

from __future__ import annotations

from dataclasses import replace

from domain.chat import NOTHING, Button, Inbound, Line, Outbound, Text
from domain.guards import COMPLAINT, Situation, recent
from domain.requests import Moved, Request, file_request, remark
from domain.states import State, Who
from handlers.albums import gathered, keep_albums
from handlers.audience import tell_staff
from handlers.clocks import start_first_answer
from handlers.dialogs import begin
from handlers.fields import files, sent_files, text_field
from handlers.forms import Draft, Form, Overheard
from handlers.notices import tell_filed, topic_of
from handlers.supplements import add_to, open_requests
from handlers.turn import Turn, words
from storage.store import Store


def too_late(turn: Turn, request: Request) -> bool:
    """Whether a homeowner would open again what was closed too long ago, and we may still use what it says of them."""
    who = turn.actor(request).who
    if request.state is not State.CLOSED or not who & Who.HOMEOWNER or who & Who.STAFF or not request.address:
        return False
    late = recent(request, who, turn.now, Situation(turn.company.promises)) is not None
    return late and turn.person.consent == turn.company.consent.version


async def start(turn: Turn, store: Store, request: Request) -> list[Outbound]:
    """Ask what is wrong now; home, phone and kind of work are those of the request before."""
    return await begin(turn, store, RETURN, request.id, intro=[Line(Text("return-late", {"id": request.id}))])


async def _photos(draft: Draft, message: Inbound) -> Overheard:
    """Photos may come before, with and after the words."""
    sent = await sent_files(draft, message)
    if not sent:
        return Overheard(NOTHING)
    photos = [*files(draft, "photos"), *sent][: draft.turn.company.photos_max]
    told = (Line(Text("form-files-kept", {"count": len(photos)})),)
    return Overheard(
        {"_photos": photos, **gathered(draft.answers, message, sent)}, told, whole=not message.text.strip()
    )


async def _filed(draft: Draft) -> list[Outbound]:
    """One that follows already and is open takes it as a supplement: a button may be pressed twice."""
    turn, store, said, photos = draft.turn, draft.store, str(draft.answers["problem"]), files(draft, "photos")
    before = await store.requests.get(draft.talk.subject, turn.viewer)
    for one in await open_requests(turn, store):
        if (one.home_id, one.category, one.product) == (before.home_id, before.category, before.product):
            await keep_albums(draft, one.id)
            return await add_to(turn, store, one, said, photos, meant=True)
    hashes = tuple(file["hash"] for file in photos)
    fresh = _anew(turn, before, await store.requests.next_id(), said, hashes)
    moved = await _keep(turn, store, fresh, before)
    await keep_albums(draft, fresh.id)
    due = await start_first_answer(turn, store, moved.request)
    return [*await tell_filed(turn, store, moved, due), *await _tell_link(store, moved.request, before)]


def _anew(turn: Turn, before: Request, id: str, said: str, photos: tuple[str, ...]) -> Request:
    understood = turn.world.understanding.understand(said, turn.now)
    return Request(
        id=id,
        homeowner_id=turn.person.id,
        type=before.type,
        category=before.category,
        product=before.product,
        symptom=understood.symptom or before.symptom,
        severity=max(understood.severity, 2 if understood.urgent else 1),
        danger=understood.danger,
        escalation=1 if understood.danger or before.type == COMPLAINT else 0,
        description=said,
        photos=photos,
        home_id=before.home_id,
        district=before.district,
        address=before.address,
        door=before.door,
        phone=before.phone,
        scanned=before.scanned,
        visit_fee_fen=turn.company.visit_fee_fen(before.type),
    )


async def _keep(turn: Turn, store: Store, fresh: Request, before: Request) -> Moved:
    """The new request, and after its first event one which names the request that it follows."""
    moved = file_request(fresh, turn.actor(fresh), turn.now)
    await store.requests.add(moved)
    link = remark(moved.request, "follows", turn.actor(fresh), turn.now, {})
    await store.requests.save(replace(link, event=replace(link.event, reason=before.id)))
    await store.files.show(fresh.photos, fresh.id)
    return replace(moved, request=link.request)


async def _tell_link(store: Store, fresh: Request, before: Request) -> list[Outbound]:
    """Staff read which one it follows, and open that with a tap."""
    told = Text("staff-follows", {"id": fresh.id, "before": before.id})
    look = Button(words(before.id), "request.show", before.id)
    said = await tell_staff(store, fresh.id, [told], topic=topic_of(fresh))
    return [replace(one, buttons=((look,),)) for one in said]


RETURN = Form(
    "return",
    (text_field("problem", Text("ask-reason-reopen")),),
    _filed,
    overhear=_photos,
)
