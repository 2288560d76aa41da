"""Filing for somebody who has called or walked in: staff answer the same questions in their place."""

from __future__ import annotations

import secrets
from dataclasses import replace

from domain.chat import Inbound, Kind, Line, Outbound, Place, Text
from domain.errors import Invalid, NotAllowed
from domain.people import Person
from domain.requests import Actor, file_request
from domain.states import Who
from handlers.dialogs import begin
from handlers.fields import text_field
from handlers.filing import REPORT, add_rest, request_of
from handlers.forms import Draft, Field, Form, Question
from handlers.notices import tell_filed_for
from handlers.order_effects import friend_known
from handlers.turn import Turn, lines
from storage.store import Store


async def start(turn: Turn, store: Store) -> list[Outbound]:
    """/new, said by staff: whose phone, then what the homeowner would be asked."""
    return await begin(turn, store, BEHALF)


async def as_caller(draft: Draft) -> Draft:
    """The same draft, with the caller as the person who answers.

    Raises:
        NotAllowed: who fills it in is not staff, or no longer.
    """
    if not draft.turn.viewer.role.is_staff:
        raise NotAllowed(Text("refused-role"))
    caller = await draft.store.people.get(str(draft.answers["caller"]["id"]))
    return replace(draft, turn=replace(draft.turn, person=caller)) if caller else draft


def for_caller(field: Field) -> Field:
    """A question of the report, put to staff about the caller."""

    async def ask(draft: Draft) -> Question:
        return replace(await field.ask(await as_caller(draft)), asks="")

    async def read(draft: Draft, message: Inbound) -> object:
        return await field.read(await as_caller(draft), message)

    def needed(draft: Draft) -> bool:
        agreed = str(draft.answers["caller"]["consent"])
        return field.needed(replace(draft, turn=replace(draft.turn, person=Person("", consent=agreed))))

    return replace(field, ask=ask, read=read, needed=needed)


async def _ask_caller(draft: Draft) -> Question:
    return Question(lines(Line(Text("behalf-ask-phone"), Kind.NEXT)))


async def _read_caller(draft: Draft, message: Inbound) -> dict[str, str]:
    """Whose number this is; somebody new becomes a person who is reached nowhere yet."""
    phone = draft.turn.world.understanding.understand(message.text, draft.turn.now).phone
    if not phone:
        raise Invalid(Text("report-phone-wrong"))
    known = [one for one in await draft.store.people.by_phone(phone) if one.active]
    person = known[0] if known else Person(f"p{secrets.token_hex(8)}", phone=phone)
    if not known:
        await draft.store.people.add(person, Place("", ""), draft.turn.now)
    return {"id": person.id, "name": person.name, "phone": phone, "consent": person.consent}


def _nameless(draft: Draft) -> bool:
    return not draft.answers["caller"]["name"]


async def _filed(draft: Draft) -> list[Outbound]:
    turn, store, called = draft.turn, draft.store, await as_caller(draft)
    named = str(draft.answers.get("name") or called.turn.person.name)
    caller = await store.people.get(called.turn.person.id) or called.turn.person
    await store.people.save(replace(caller, name=named))
    request = replace(await request_of(called), answered_at=turn.now)
    moved = file_request(request, Actor(turn.person, Who.STAFF, turn.inbound.place.channel), turn.now, caller.id)
    await store.requests.add(moved)
    await store.files.show(request.photos, request.id)
    told = await tell_filed_for(turn, store, moved)
    more = await add_rest(draft, moved.request)
    return [*told, *more, *await friend_known(turn, store, caller.id, request.district)]


BEHALF = Form(
    "behalf",
    (
        Field("caller", _ask_caller, _read_caller),
        text_field("name", Text("behalf-ask-name"), chars_max=20, needed=_nameless),
        *(for_caller(field) for field in REPORT.fields if field.name != "same"),
    ),
    _filed,
    summary=REPORT.summary,
    again=REPORT.again,
)
