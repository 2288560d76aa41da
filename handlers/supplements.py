"""More about a request, and what is written outside a form: kept, shown to staff, acknowledged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain.chat import Button, Inbound, Kind, Line, Outbound, Style, Text
from domain.errors import Invalid
from domain.people import Role, mask_words
from domain.requests import Request, remark
from domain.states import OPEN
from handlers.cards import masked
from handlers.dialogs import begin
from handlers.fields import sent_files, unpack_file
from handlers.forms import Draft, Field, Form, Question
from handlers.menu import hello
from handlers.notices import know, tell_managers, tell_staff
from handlers.turn import Turn, lines, quote, words
from storage.store import Store


async def open_requests(turn: Turn, store: Store) -> list[Request]:
    """The person's requests that are not done, the one changed last first."""
    return [request for request in await store.requests.of(turn.person.id) if request.state in OPEN]


async def add_to(
    turn: Turn, store: Store, request: Request, said: str, photos: list[dict[str, str]], meant: bool = False
) -> list[Outbound]:
    """More words and photos for a request: kept as an event, shown to staff, acknowledged.

    ``meant`` as a supplement, they go to the installer too; what is just written may be about the installer.
    """
    hashes = tuple(one["hash"] for one in photos)
    more = (*request.photos, *[one for one in hashes if one not in request.photos])
    changes: dict[str, Any] = {"photos": more} if hashes else {}
    danger = turn.world.understanding.understand(said, turn.now).danger if not request.danger else ""
    if danger:
        changes |= {"danger": danger, "severity": 3, "escalation": max(request.escalation, 1)}
    moved = remark(request, "supplement", turn.actor(request), turn.now, changes)
    moved = replace(moved, event=replace(moved.event, reason=said))
    await store.requests.save(moved)
    await store.files.show(hashes, request.id)
    head = Text("staff-supplement", {"id": request.id, "name": who(turn)})
    body = [quote(masked(request, said))] if said else []
    told = await tell_staff(store, request.id, [Line(head), *body], files=[unpack_file(one) for one in photos])
    place = await store.people.workplace(request.installer_id) if meant and request.state in OPEN else None
    if place:
        head = Text("job-supplement", {"id": request.id})
        shown = tuple(unpack_file(one) for one in photos)
        full = [quote(said)] if said else []
        told.append(Outbound(place, (Line(head), *full), files=shown, subject=request.id))
    if danger:
        page = Text("page-emergency", {"id": request.id})
        told += await tell_managers(store, moved.request, page, await know(turn, store, moved.request))
    aid = [Line(Text(f"danger-{danger}-advice"), Kind.ALERT)] if danger else []
    return [turn.say(*aid, Text("supplement-kept", {"id": request.id})), *told]


def who(turn: Turn) -> Text:
    """Who writes, as a group may know them."""
    return words(turn.person.name) if turn.person.name else Text("somebody")


async def pass_on(turn: Turn, store: Store) -> list[Outbound]:
    """What is written outside a form reaches the staff group, and goes with the open request if there is one."""
    open_now = await open_requests(turn, store)
    sent = await sent_files(Draft(turn, store, turn.talk), turn.inbound)
    if open_now:
        return await add_to(turn, store, open_now[0], turn.inbound.text.strip(), sent)
    subject = f"person:{turn.person.id}"
    body = [Line(Text("staff-message", {"name": who(turn)}))]
    if turn.inbound.text.strip():
        body.append(quote(mask_words(turn.inbound.text.strip(), turn.person.phone)))
    told = await tell_staff(store, subject, body, files=[unpack_file(one) for one in sent])
    if not told:
        return [hello(turn)]
    if turn.viewer.role is not Role.HOMEOWNER:
        return [turn.say(Text("passed-on-work")), *told]
    start = Button(Text("menu-report"), "report.again", args={"said": turn.inbound.text[:500]}, style=Style.PRIMARY)
    return [turn.say(Text("passed-on"), buttons=[(start,)]), *told]


async def edited(turn: Turn, store: Store) -> list[Outbound]:
    """A message that was changed afterwards is a note for staff, never a command."""
    return await pass_on(turn, store) if turn.viewer.role is Role.HOMEOWNER else []


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


async def _read_words(draft: Draft, message: Inbound) -> dict[str, Any]:
    photos = await sent_files(draft, message)
    if not message.text.strip() and not photos:
        raise Invalid(Text("form-empty"))
    return {"said": message.text.strip()[:2000], "files": photos}


MORE = Form("more", (Field("words", _ask_words, _read_words),), _more)
