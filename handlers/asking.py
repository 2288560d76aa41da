"""问师傅: a homeowner asks whoever has the job, and reads by when somebody will have answered; staff see both sides."""

from __future__ import annotations

from domain.chat import Kind, Line, Outbound, Text
from domain.errors import NotPossible
from domain.requests import Request
from handlers.cards import askable, called
from handlers.clocks import promise_answer
from handlers.dialogs import begin
from handlers.forms import Draft, Field, Form, Question
from handlers.notices import know
from handlers.supplements import add_to, read_words
from handlers.turn import Turn, lines
from storage.store import Store


async def start(turn: Turn, store: Store) -> list[Outbound]:
    """What is written next goes to the installer of this request."""
    request = await _with_installer(turn, store, turn.subject)
    return await begin(turn, store, ASK, request.id)


async def _with_installer(turn: Turn, store: Store, id: str) -> Request:
    """Their request.

    Raises:
        NotPossible: nobody has it in hand now, or has no chat to be asked in.
    """
    request = await store.requests.get(id, turn.viewer)
    reached = askable(request, await know(turn, store, request)) and await store.people.workplace(request.installer_id)
    if not reached:
        raise NotPossible(Text("ask-nobody", {"id": request.id}))
    return request


async def _ask(draft: Draft) -> Question:
    request = await draft.store.requests.get(draft.talk.subject, draft.turn.viewer)
    installer = await draft.store.people.get(request.installer_id)
    return Question(lines(Line(Text("ask-the-installer", {"name": called(installer)}), Kind.NEXT)))


async def _asked(draft: Draft) -> list[Outbound]:
    turn, store, more = draft.turn, draft.store, draft.answers["words"]
    request = await _with_installer(turn, store, draft.talk.subject)
    installer = await store.people.get(request.installer_id)
    by = await promise_answer(turn, store, request)
    asked = Text("ask-passed-on", {"name": called(installer), "by": by})
    return await add_to(turn, store, request, more["said"], more["files"], meant=True, asked=asked)


ASK = Form("ask", (Field("words", _ask, read_words),), _asked)
