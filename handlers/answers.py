"""What staff say: to the homeowner by a reply, among themselves in a request's topic."""

from __future__ import annotations

import re
from dataclasses import replace

from domain.chat import Inbound, Kind, Line, Outbound, Priority, Text
from domain.errors import Invalid, NotAllowed, NotFound, NotPossible
from domain.people import Person, Role, mask_phone
from domain.requests import Actor, Request, remark
from domain.states import CLOSED, Who
from handlers.albums import add_part, album_of
from handlers.audience import tell_staff
from handlers.cards import called, staff_card
from handlers.clocks import of_person, promise_answer, stop_first_answer
from handlers.dialogs import begin
from handlers.facts import masked
from handlers.fields import sent_files, unpack_file
from handlers.floods import tell_paced
from handlers.forms import Draft, Field, Form, Question
from handlers.notices import card_places, know, to_group, topic_of
from handlers.request_views import numbered
from handlers.turn import Turn, lines, quote, words
from storage.store import Store

RECEIPT = "receipt:"
NOTE = "note:"
"""Before the subject of an album that was not sent to anybody."""

OF_LINE = "line:"
"""Before the person and the number of a line of their passbook that somebody asks about; its timer has that id."""

TO = "_to"
"""Among the answers: whom or what request an answer is for."""

EVENTS = 12
"""How many events are looked through for what was said before."""

NUMBER = re.compile(r"[Rr]-\d+|\d{4,}")
"""What can only be a request's number."""


async def reply(turn: Turn, store: Store) -> list[Outbound]:
    """A reply in the group to what a homeowner wrote, or to a card, goes to the homeowner."""
    subject = await store.outbox.about(turn.inbound.place, turn.inbound.reply_to)
    return await _send(turn, store, subject, turn.inbound.text.strip()) if subject else []


async def reply_by_number(turn: Turn, store: Store) -> list[Outbound]:
    """/r R-1001 words: the same without replying to a message; in a request's topic the number may be left out."""
    rest = str(turn.args.get("rest", "")).strip()
    number, said = [*rest.split(None, 1), "", ""][:2]
    if not NUMBER.fullmatch(number) and (here := await _spoken_of(turn, store)):
        number, said = here, rest
    if not number or not (said.strip() or turn.inbound.files):
        return [turn.say(Text("reply-help"))]
    return await _send(turn, store, numbered(number), said.strip())


async def start_answer(turn: Turn, store: Store) -> list[Outbound]:
    """«答复» under what somebody said, where nobody can reply to it: what is written next goes to them."""
    await _reader(turn, store, turn.subject)
    return await begin(turn, store, ANSWER, _shown(turn.subject), {TO: turn.subject})


async def _ask_answer(draft: Draft) -> Question:
    reader, _ = await _reader(draft.turn, draft.store, str(draft.answers[TO]))
    return Question(lines(Line(Text("answer-ask", {"name": called(reader)}), Kind.NEXT)))


async def _read_answer(draft: Draft, message: Inbound) -> str:
    said = message.text.strip()
    if not said and not await sent_files(draft, message):
        raise Invalid(Text("form-empty"))
    return said


async def _answer(draft: Draft) -> list[Outbound]:
    return await _send(draft.turn, draft.store, str(draft.answers[TO]), str(draft.answers["words"]))


ANSWER = Form("answer", (Field("words", _ask_answer, _read_answer),), _answer)


async def _spoken_of(turn: Turn, store: Store) -> str:
    """The request whose topic this is; empty elsewhere."""
    thread = turn.inbound.thread
    return await store.topics.about(turn.inbound.place, thread) if thread else ""


async def nobody(turn: Turn, store: Store) -> list[Outbound]:
    """A reply to a message of ours behind which nobody stands."""
    known = await store.chats.knows(turn.inbound.place, turn.inbound.reply_to)
    return [turn.say(Text("reply-nobody"))] if known else []


async def talk(turn: Turn, store: Store) -> list[Outbound]:
    """Staff among themselves: a note where a request has its topic, else nothing to us."""
    rest = await rest_of_album(turn, store)
    if rest is not None:
        return rest
    subject, inbound = await _spoken_of(turn, store), turn.inbound
    before, _ = await album_of(store, inbound)
    if inbound.album:
        draft = Draft(turn, store, turn.talk)
        await add_part(draft, f"{NOTE}{subject}", await sent_files(draft, inbound))
    if not subject:
        return await nobody(turn, store) if inbound.reply_to and not inbound.forwarded else []
    return [] if before else await _note(turn, store, subject)


async def rest_of_album(turn: Turn, store: Store) -> list[Outbound] | None:
    """A part of an album whose first was a reply goes to the same homeowner; None if it is no such part."""
    subject, _ = await album_of(store, turn.inbound)
    if not subject or subject.startswith(NOTE):
        return None
    return await _send(turn, store, subject, turn.inbound.text.strip())


async def edited(turn: Turn, store: Store) -> list[Outbound]:
    """A message that staff changed afterwards in a topic is another note; to the homeowner it was said as it was."""
    subject, said = await _spoken_of(turn, store), turn.inbound.text.strip()
    if not subject or not said:
        return []
    events = await store.requests.events(subject, turn.viewer, limit=EVENTS)
    return [] if any(said == event.reason for event in events) else await _note(turn, store, subject)


async def _note(turn: Turn, store: Store, subject: str) -> list[Outbound]:
    """Kept with the request, and seen by staff alone."""
    try:
        request = await store.requests.get(subject, turn.viewer)
    except NotFound:
        return []
    moved = remark(request, "note", Actor(turn.person, Who.STAFF, turn.inbound.place.channel), turn.now, {})
    moved = replace(moved, event=replace(moved.event, reason=turn.inbound.text.strip()))
    await store.requests.save(moved)
    card = staff_card(moved.request, await know(turn, store, moved.request))
    return [to_group(place, card, moved.request) for place in await card_places(store, request)]


async def _send(turn: Turn, store: Store, subject: str, said: str) -> list[Outbound]:
    """Words and files to the homeowner; of an album also what came before its reply, and what follows it."""
    draft = Draft(turn, store, turn.talk)
    homeowner, request = await _reader(turn, store, subject)
    place = await store.people.place(homeowner.id) if homeowner else None
    if homeowner is None or place is None:
        raise NotPossible(Text("reply-nowhere", {"phone": mask_phone(homeowner.phone if homeowner else "")}))
    before, earlier = await album_of(store, turn.inbound)
    further = bool(before) and not before.startswith(NOTE)
    photos = [one for one in await sent_files(draft, turn.inbound) if not (further and one in earlier)]
    if turn.inbound.album:
        await add_part(draft, subject, photos)
    if not further:
        photos = [*(dict(one) for one in earlier if one not in photos), *photos]
    elif not (photos or said):
        return []
    about = f"person:{homeowner.id}" if subject.startswith(OF_LINE) else subject
    await store.files.show([one["hash"] for one in photos], about)
    out = await _answered(turn, store, request, said) if request and (said or not further) else []
    out += await _line_answered(turn, store, subject) if subject.startswith(OF_LINE) else []
    await stop_first_answer(store, of_person(homeowner.id))
    receipt = f"{RECEIPT}{turn.inbound.album or turn.inbound.id}"
    by = "reply-from-installer" if turn.viewer.role is Role.INSTALLER else "reply-from"
    head = Line(Text(by, {"name": words(turn.person.name), "id": _about(subject)}))
    message = Outbound(
        place,
        (*(() if further and not said else (head,)), *([quote(said)] if said else ())),
        files=tuple(unpack_file(one) for one in photos),
        subject=subject,
        priority=Priority.HUMAN,
        receipt=turn.inbound.place,
        receipt_card=receipt,
    )
    sent = turn.say(Text("reply-sent", {"id": _shown(subject)}), card=receipt)
    return [message, *([] if further else [sent]), *out]


async def _reader(turn: Turn, store: Store, subject: str) -> tuple[Person | None, Request | None]:
    """Whom a subject is about, and the request if it is one.

    Raises:
        NotAllowed: who asks is not staff, or no longer, nor the installer who has the request in hand.
    """
    if turn.viewer.role is Role.INSTALLER:
        return await _homeowner_of(turn, store, subject)
    if not turn.viewer.role.is_staff:
        raise NotAllowed(Text("refused-role"))
    if subject.startswith("person:"):
        return await store.people.get(subject.removeprefix("person:")), None
    if subject.startswith(OF_LINE):
        return await store.people.get(await store.ledger.heir(_asked_by(subject))), None
    request = await store.requests.get(subject, turn.viewer)
    return await store.people.get(request.homeowner_id), request


async def _homeowner_of(turn: Turn, store: Store, subject: str) -> tuple[Person | None, Request]:
    """Of an installer's own job, as long as it goes on.

    Raises:
        NotPossible: it is over, or theirs no more.
    """
    request = await store.requests.get(subject, turn.viewer)
    if request.installer_id != turn.person.id or request.state in CLOSED:
        raise NotPossible(Text("answer-over", {"id": request.id}))
    return await store.people.get(request.homeowner_id), request


def _asked_by(subject: str) -> str:
    return subject.removeprefix(OF_LINE).rpartition(":")[0]


async def _line_answered(turn: Turn, store: Store, subject: str) -> list[Outbound]:
    """The question waits no longer, and the managers who have it before them read who has answered."""
    await store.timers.drop(subject)
    text = Text("line-answered", {"name": words(turn.person.name), "number": subject.rpartition(":")[2]})
    managers = [one.id for role in (Role.MANAGER, Role.ADMIN) for one in await store.people.working(role)]
    others = [one for one in managers if one not in (turn.person.id, _asked_by(subject))]
    places = [await store.people.place(one) for one in others]
    return [Outbound(place, lines(text), card=subject) for place in places if place]


def _shown(subject: str) -> str:
    return "" if subject.startswith(("person:", OF_LINE)) else subject


def _about(subject: str) -> str | Text:
    """The same as its homeowner reads it: of a line, which one."""
    if not subject.startswith(OF_LINE):
        return _shown(subject)
    return Text("line-number", {"number": subject.rpartition(":")[2]})


async def _answered(turn: Turn, store: Store, request: Request, said: str) -> list[Outbound]:
    """A human has answered: the clock stops, and the card knows. What an installer says, staff read."""
    changes = {} if request.answered_at else {"answered_at": turn.now}
    installer = turn.viewer.role is Role.INSTALLER
    actor = Actor(turn.person, Who.INSTALLER if installer else Who.STAFF, turn.inbound.place.channel)
    moved = (
        remark(request, "told", actor, turn.now, changes)
        if installer
        else remark(request, "answered", actor, turn.now, changes)
    )
    moved = replace(moved, event=replace(moved.event, reason=said))
    await store.requests.save(moved)
    await stop_first_answer(store, request.id)
    known = await know(turn, store, moved.request)
    card = staff_card(moved.request, replace(known, left=known.left.less(1)) if known.left else known)
    out = [to_group(place, card, moved.request) for place in await card_places(store, request)]
    return [*out, *await _overheard(turn, store, moved.request, said)] if installer else out


async def _overheard(turn: Turn, store: Store, request: Request, said: str) -> list[Outbound]:
    """What an installer answered in private, for staff to know of."""
    head = Line(Text("staff-told", {"id": request.id, "name": called(turn.person)}))
    body = [quote(masked(request, said))] if said else []
    return await tell_staff(store, request.id, [head, *body], topic=topic_of(request))


async def human(turn: Turn, store: Store) -> list[Outbound]:
    """人工: staff hear that somebody asks for a human, and a clock runs until one has answered."""
    request = await store.requests.get(turn.subject, turn.viewer) if turn.subject else None
    subject = request.id if request else of_person(turn.person.id)
    head = Line(Text("staff-human", {"name": called(turn.person), "id": _shown(subject)}), Kind.ALERT)
    told = await tell_paced(turn, store, subject, [head], topic=topic_of(request) if request else None)
    if not told:
        return [turn.say(Text("nobody-hears", {"phone": turn.company.service_phone}))]
    by = await promise_answer(turn, store, request, urgent=bool(request and request.emergency))
    return [turn.say(Text("human-called", {"phone": turn.company.service_phone, "by": by})), *told]
