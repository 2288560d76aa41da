"""The code at the door: a few tries, then a pause in which none is taken."""

from __future__ import annotations

from domain.chat import Inbound, Kind, Line, Outbound, Text
from domain.errors import NotPossible, Refused
from domain.guards import Situation, code_right
from domain.requests import Request
from domain.states import Who
from handlers.cards import staff_card
from handlers.fields import text_field
from handlers.forms import Draft, Field, More, Question
from handlers.notices import card_places, know, to_group
from handlers.turn import Turn, lines
from storage.store import Store

WRONG_MAX = 5
"""So many wrong codes in a row, and then the pause."""

PAUSE_S = 600
ROW_S = 86_400
"""What lies a day back is no row."""


def code_field() -> Field:
    """What the homeowner has told the installer. A wrong code is counted, and so no refusal, which would undo that."""
    asked = lines(Line(Text("ask-code"), Kind.NEXT))
    field = text_field("code", Text("ask-code"), chars_max=8)

    async def question(draft: Draft) -> Question:
        paused = await _paused(draft.turn, draft.store, draft.talk.subject)
        wrong = [Line(Text("refused-code"))] if draft.answers.get("_wrong") else []
        return Question((*([Line(_pause())] if paused else wrong), *asked))

    async def read(draft: Draft, message: Inbound) -> str | More:
        said = str(await field.read(draft, message))
        if await _paused(draft.turn, draft.store, draft.talk.subject):
            raise NotPossible(_pause())
        try:
            request = await draft.store.requests.get(draft.talk.subject, draft.turn.viewer)
        except Refused:
            return said  # who lost it meanwhile hears so at the end
        if not request.code or code_right(request, Who.INSTALLER, draft.turn.now, Situation(code=said)) is None:
            return said
        await _count(draft.turn, draft.store, request)
        return More({"_wrong": True})

    return Field("code", question, read, lines=asked)


def _pause() -> Text:
    return Text("refused-code-pause", {"count": WRONG_MAX, "minutes": PAUSE_S // 60})


async def _paused(turn: Turn, store: Store, request_id: str) -> bool:
    return await store.paces.lately(f"arrival-pause:{request_id}", turn.now, PAUSE_S) > 0


async def _count(turn: Turn, store: Store, request: Request) -> None:
    """One more wrong code; the last of a row begins the pause, and staff hear of it."""
    if await store.paces.count(f"arrival-wrong:{request.id}", turn.now, ROW_S) % WRONG_MAX:
        return
    await store.paces.count(f"arrival-pause:{request.id}", turn.now, PAUSE_S)
    await store.outbox.add(f"{turn.inbound.id}:door", await _told(turn, store, request), turn.now)


async def _told(turn: Turn, store: Store, request: Request) -> list[Outbound]:
    """What staff read: who stands at which door, and that it is for them to let them in."""
    known = await know(turn, store, request)
    about = {"id": request.id, "name": known.name(turn.person.id), "count": WRONG_MAX, "minutes": PAUSE_S // 60}
    head, card = [Line(Text("staff-code-pause", about), Kind.ALERT)], staff_card(request, known)
    return [to_group(place, card, request, head, fresh=True) for place in await card_places(store, request)]
