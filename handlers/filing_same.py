"""Whether a report is about a request that there is: more about an open one, or one that was not repaired after all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.chat import Button, Kind, Line, Outbound, Style, Text
from domain.guards import COMPLAINT
from domain.replies import another, same_one, unfixed
from domain.requests import Request
from domain.states import OPEN, State
from handlers.albums import keep_albums
from handlers.fields import choice_field, files, sent_files
from handlers.forms import Choice, Draft, Question
from handlers.requests import perform
from handlers.supplements import add_to
from handlers.turn import Turn, lines
from storage.store import Store

UNFIXED = "_unfixed"
"""Among the answers: the request that is meant, perhaps, was said to be done."""

AGAIN = {State.DONE: "not_fixed", State.CLOSED: "reopen"}
"""What a request needs of which the homeowner says that it is not fixed."""


async def same_as(draft: Draft, known: Mapping[str, Any], said: str) -> dict[str, Any]:
    """The request that a report may be about, as answers: an open one of theirs for the same thing, else one that was
    done for the same thing, else one that was done at all if they say that something is as bad as before. A
    complaint is for a manager, whatever it is about."""
    theirs = await draft.store.requests.open_of(draft.turn.person.id)
    alike = [one for one in theirs if one.category == known.get("category") and _same_thing(one, known)]
    if found := next((one for one in alike if one.state in OPEN), None):
        return {"_same": found.id}
    if known.get("_type") == COMPLAINT:
        return {}
    again = [one for one in theirs if unfixed(said) and not _other_thing(one, known)]
    done = next((one for one in (*alike, *again) if one.state is State.DONE), None)
    return {"_same": done.id, UNFIXED: True} if done else {}


def _same_thing(request: Request, known: Mapping[str, Any]) -> bool:
    """The same product; where one is unknown, nothing more dangerous than before."""
    product = known.get("_product", "")
    if product and request.product:
        return bool(product == request.product)
    return bool(known.get("_danger", request.danger) == request.danger)


def _other_thing(request: Request, known: Mapping[str, Any]) -> bool:
    """Clearly something else: another thing in another part of the home."""
    product, category = known.get("_product"), known.get("category")
    return bool(product and category and product != request.product and category != request.category)


async def _ask_same(draft: Draft) -> Question:
    asked = Text("report-ask-unfixed", {"id": draft.answers["_same"]}) if draft.answers.get(UNFIXED) else ASK_SAME
    return Question(lines(Line(asked, Kind.NEXT)), await _choices(draft))


async def _choices(draft: Draft) -> tuple[Choice, ...]:
    same = {"id": draft.answers["_same"]}
    more = Choice(Text("report-same-more", same), "more", Style.PRIMARY)
    again = Choice(Text("report-same-unfixed", same), "unfixed", Style.PRIMARY)
    return (again if draft.answers.get(UNFIXED) else more, Choice(Text("report-same-new"), "new"))


def said_same(draft: Draft, said: str) -> str:
    """The choice that words mean; empty if they mean none."""
    if another(said):
        return "new"
    if draft.answers.get(UNFIXED):
        return "unfixed" if unfixed(said) or same_one(said) else ""
    return "more" if same_one(said) else ""


ASK_SAME = Text("report-ask-same")
SAME = replace(
    choice_field("same", ASK_SAME, _choices, lambda draft: bool(draft.answers.get("_same")), said=said_same),
    ask=_ask_same,
    lines=(),
)
"""The question whether a report is about that request; never decided for the homeowner."""


async def settle_same(draft: Draft) -> list[Outbound]:
    """The report is no new one: it goes to the request that is meant, and says of one that was done that it is not."""
    turn, store = draft.turn, draft.store
    request = await store.requests.get(str(draft.answers["_same"]), turn.viewer)
    said, photos = str(draft.answers.get("problem", "")), files(draft, "photos")
    await keep_albums(draft, request.id)
    if draft.answers["same"] == "more" or request.state in OPEN:
        return await add_to(turn, store, request, said, photos, meant=True)
    danger = turn.world.understanding.understand(said, turn.now).danger
    told = (await add_to(turn, store, request, said if danger else "", photos))[1:] if danger or photos else []
    fresh = await store.requests.get(request.id, turn.viewer)
    return [*told, *await perform(turn, store, fresh, AGAIN.get(fresh.state, "not_fixed"), {"reason": said})]


async def unrepaired(turn: Turn, store: Store) -> Request | None:
    """The request that was done and is said not to be, in words that report nothing by themselves: «还是不行»."""
    if not unfixed(turn.inbound.text):
        return None
    theirs = await store.requests.open_of(turn.person.id)
    return next((one for one in theirs if one.state is State.DONE), None)


async def doubt(turn: Turn, store: Store, request: Request) -> list[Outbound]:
    """Staff read what was said at once, and the homeowner says whether that request is meant."""
    said, sent = turn.inbound.text.strip(), await sent_files(Draft(turn, store, turn.talk), turn.inbound)
    kept, *told = await add_to(turn, store, request, said, sent)
    ask = Line(Text("report-ask-unfixed", {"id": request.id}), Kind.NEXT)
    label = Text("report-same-unfixed", {"id": request.id})
    same = Button(label, "request.not_fixed", request.id, {"reason": said}, Style.PRIMARY)
    new = Button(Text("report-same-new"), "report.again", args={"said": said, "same": "new"})
    return [replace(kept, lines=(*kept.lines, ask), buttons=((same, new),)), *told]
