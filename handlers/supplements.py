"""More about a request, and what is written outside a form: kept, shown to staff, acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.chat import Attachment, Button, Inbound, Kind, Line, Outbound, Priority, Style, Text
from domain.errors import Invalid, NotFound
from domain.people import Role, mask_words
from domain.requests import Request, remark
from domain.states import OPEN
from handlers.albums import add_part, album_of
from handlers.audience import ask_staff, to_be_answered
from handlers.cards import called, staff_card
from handlers.clocks import hasten_first_answer, of_person, promise_answer
from handlers.dangers import aid as first_aid
from handlers.dangers import named
from handlers.dialogs import begin
from handlers.facts import masked
from handlers.fields import noted, sent_files, unpack_file
from handlers.floods import tell_paced
from handlers.forms import Draft, Field, Form, Question
from handlers.menu import hello
from handlers.notices import card_places, know, tell_danger, tell_managers, to_group, topic_of
from handlers.turn import Turn, lines, quote
from storage.store import Store


async def open_requests(turn: Turn, store: Store) -> list[Request]:
    """The person's requests that are not done, the one changed last first."""
    return [request for request in await store.requests.of(turn.person.id) if request.state in OPEN]


async def add_to(
    turn: Turn,
    store: Store,
    request: Request,
    said: str,
    photos: list[dict[str, str]],
    meant: bool = False,
    asked: Text | None = None,
) -> list[Outbound]:
    """More words and photos for a request: kept as an event, shown to staff, acknowledged.

    ``meant`` as a supplement, they go to the installer too, who may answer; what is just written may be about the
    installer. What is ``asked`` of the installer is acknowledged by that text.
    """
    hashes = tuple(one["hash"] for one in photos)
    more = (*request.photos, *[one for one in hashes if one not in request.photos])
    dangers = await named(turn, store, request, said)
    changes: dict[str, Any] = {**({"photos": more} if hashes else {}), **dangers.changes(request)}
    moved = remark(request, "supplement", turn.actor(request), turn.now, changes)
    moved = replace(moved, event=replace(moved.event, reason=said))
    await store.requests.save(moved)
    await store.files.show(hashes, request.id)
    shown = tuple(unpack_file(one) for one in photos)
    told = await _tell(turn, store, moved.request, said, shown, dangers.fresh, "staff-asked" if asked else "")
    place = await store.people.workplace(request.installer_id) if meant and request.state in OPEN else None
    if place:
        head = Line(Text("job-asked" if asked else "job-supplement", {"id": request.id}))
        full = [quote(said)] if said else []
        told.append(to_be_answered(Outbound(place, (head, *full), files=shown, subject=request.id), replied=False))
    first = dangers.advice()
    if dangers.fresh:
        by = await hasten(turn, store, moved.request)
        first.append(Line(Text("supplement-danger", {"id": request.id, "by": by})))
        told += await _page(turn, store, moved.request)
    return [await _kept(turn, store, request, photos, first, asked), *told]


async def hasten(turn: Turn, store: Store, request: Request) -> datetime:
    """When a human will have answered an emergency that is told of only now."""
    if request.answered_at is None and request.state in OPEN:
        return await hasten_first_answer(turn, store, request)
    return await promise_answer(turn, store, request, urgent=True)


async def _page(turn: Turn, store: Store, request: Request) -> list[Outbound]:
    """Every manager hears of a danger that is new, and the card of staff comes to the end of their chat with it."""
    known = await know(turn, store, request)
    card = staff_card(request, known)
    shown = [to_group(place, card, request, fresh=True) for place in await card_places(store, request)]
    paged = await tell_managers(turn, store, request, Text("page-emergency", {"id": request.id}), known)
    return [*[replace(one, priority=Priority.URGENT) for one in shown], *paged]


async def _tell(
    turn: Turn,
    store: Store,
    request: Request,
    said: str,
    shown: tuple[Attachment, ...],
    dangers: Sequence[str] = (),
    head_id: str = "",
) -> list[Outbound]:
    """What staff see of it; what names a danger that is new goes before all else."""
    args: dict[str, object] = {"id": request.id, "name": called(turn.person)}
    body = [quote(masked(request, said))] if said else []
    if dangers:
        names = tuple([Text(f"danger-{danger}") for danger in dangers])
        head = Line(Text("staff-supplement-danger", {**args, "danger": names}), Kind.ALERT)
        told = await ask_staff(turn, store, request.id, [head, *body], shown, topic_of(request))
        return [replace(one, priority=Priority.URGENT) for one in told]
    head = Line(Text(head_id or "staff-supplement", args))
    return await tell_paced(turn, store, request.id, [head, *body], shown, topic_of(request))


async def _kept(
    turn: Turn,
    store: Store,
    request: Request,
    photos: list[dict[str, str]],
    aid: list[Line],
    asked: Text | None = None,
) -> Outbound:
    """What the sender reads; of an album it is one line, which later parts change."""
    heard = asked or Text("supplement-kept", {"id": request.id})
    if not (turn.inbound.album and photos):
        return turn.say(*aid, heard)
    before, _ = await album_of(store, turn.inbound)
    count = await add_part(Draft(turn, store, turn.talk), request.id, photos)
    told = Text("supplement-files-kept", {"id": request.id, "count": count})
    card = "" if aid else f"album:{turn.inbound.album}"  # first aid stays
    return turn.say(*aid, told if before else heard, card=card)


async def late_part(turn: Turn, store: Store) -> list[Outbound] | None:
    """A part of an album goes where the others went; None if it is no such part."""
    subject, known = await album_of(store, turn.inbound)
    if not subject:
        return None
    sent = [one for one in await sent_files(Draft(turn, store, turn.talk), turn.inbound) if one not in known]
    said = turn.inbound.text.strip()
    if not (sent or said):
        return []
    try:
        request = await store.requests.get(subject, turn.viewer)
    except NotFound:
        return await pass_on(turn, store)
    if request.homeowner_id == turn.person.id:
        return await add_to(turn, store, request, said, sent)
    return await _add_work(turn, store, request, said, sent)


async def _add_work(
    turn: Turn, store: Store, request: Request, said: str, photos: list[dict[str, str]]
) -> list[Outbound]:
    """A late photo of the installer's work."""
    hashes = tuple(one["hash"] for one in photos)
    actor, changes = turn.actor(request), {"finish_photos": (*request.finish_photos, *hashes)} if hashes else {}
    moved = remark(request, "supplement", actor, turn.now, changes)
    moved = replace(moved, event=replace(moved.event, reason=said))
    await store.requests.save(moved)
    await store.files.show(hashes, request.id)
    told = await _tell(turn, store, request, said, tuple(unpack_file(one) for one in photos))
    return [await _kept(turn, store, request, photos, []), *told]


async def pass_on(turn: Turn, store: Store) -> list[Outbound]:
    """What is written outside a form reaches the staff group, and goes with the open request if there is one."""
    open_now = await open_requests(turn, store)
    sent = await sent_files(Draft(turn, store, turn.talk), turn.inbound)
    if open_now:
        return await add_to(turn, store, open_now[0], turn.inbound.text.strip(), sent)
    subject = of_person(turn.person.id)
    dangers = _dangers(turn)
    told = await _tell_of(turn, store, subject, dangers, [unpack_file(one) for one in sent])
    if not told:
        return [turn.say(Text("nobody-hears", {"phone": turn.company.service_phone})), hello(turn)]
    if turn.inbound.album:
        before, _ = await album_of(store, turn.inbound)
        await add_part(Draft(turn, store, turn.talk), subject, sent)
        if before:
            return told
    aid, by = await first_aid(turn, store, dangers), await promise_answer(turn, store, urgent=bool(dangers))
    if turn.viewer.role is not Role.HOMEOWNER:
        return [turn.say(Text("passed-on-work", {"by": by})), *told]
    start = Button(Text("menu-report"), "report.again", args={"said": turn.inbound.text}, style=Style.PRIMARY)
    return [turn.say(*aid, Text("passed-on", {"by": by}), buttons=[(start,)]), *told]


def _dangers(turn: Turn) -> tuple[str, ...]:
    """The dangers that a homeowner names, the worst first."""
    homeowner = turn.viewer.role is Role.HOMEOWNER
    return turn.world.understanding.understand(turn.inbound.text, turn.now).dangers if homeowner else ()


async def _tell_of(
    turn: Turn, store: Store, subject: str, dangers: Sequence[str], files: list[Attachment]
) -> list[Outbound]:
    """What staff see of what is about no request; managers as well where it names a danger."""
    said = turn.inbound.text.strip()
    alarm = await tell_danger(turn, store, dangers[0], said) if dangers else []
    if alarm and not files:
        return alarm
    body = [Line(Text("staff-message", {"name": called(turn.person)}))]
    body += [quote(mask_words(said, turn.person.phone))] if said and not alarm else []
    return [*alarm, *await tell_paced(turn, store, subject, body, files=files)]


async def edited(turn: Turn, store: Store) -> list[Outbound]:
    """A message that was changed afterwards is a note for staff, never a command.

    A platform also calls edited what reads as before.
    """
    if turn.viewer.role is not Role.HOMEOWNER or await _said_before(turn, store):
        return []
    if turn.talk.form == "report" and (dangers := _dangers(turn)):
        known = {"_danger": dangers[0], "_severity": 3, "_urgent": True}
        draft = Draft(turn, store, turn.talk)
        answers = {**turn.talk.answers, **known, **noted(draft, turn.inbound)}
        await store.conversations.save(replace(turn.talk, answers=answers, changed_at=turn.now))
    return await pass_on(turn, store)


async def _said_before(turn: Turn, store: Store) -> bool:
    said = turn.inbound.text.strip()
    if not said or said in str(turn.talk.answers.get("problem", "")):
        return True
    for request in (await open_requests(turn, store))[:1]:
        events = await store.requests.events(request.id, turn.viewer, limit=12)
        return said in request.description or any(said == event.reason for event in events)
    return False


async def ask_more(turn: Turn, store: Store) -> list[Outbound]:
    """«补充» on a card: what comes next goes with that request."""
    request = await store.requests.get(turn.subject, turn.viewer)
    return await begin(turn, store, MORE, request.id)


async def _more(draft: Draft) -> list[Outbound]:
    request = await draft.store.requests.get(draft.talk.subject, draft.turn.viewer)
    more = draft.answers["words"]
    return await add_to(draft.turn, draft.store, request, more["said"], more["files"], meant=True)


async def _ask_words(draft: Draft) -> Question:
    return Question(lines(Line(Text("supplement-ask", {"id": draft.talk.subject}), Kind.NEXT)))


async def read_words(draft: Draft, message: Inbound) -> dict[str, Any]:
    """Words, photos or both: «said» and «files».

    Raises:
        Invalid: there is neither.
    """
    photos = await sent_files(draft, message)
    if not message.text.strip() and not photos:
        raise Invalid(Text("form-empty"))
    return {"said": message.text.strip(), "files": photos}


MORE = Form("more", (Field("words", _ask_words, read_words),), _more)
