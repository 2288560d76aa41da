"""What is written and sent where something is asked about a request, beside the answer: nothing of it is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.chat import NOTHING, Inbound, Line, Outbound, Priority, Text
from domain.errors import Refused
from domain.people import INSIDE, Role, mask_words
from domain.requests import Request, remark
from handlers.albums import gathered
from handlers.cards import called
from handlers.checks import result
from handlers.clocks import of_person, promise_answer
from handlers.dangers import Dangers, named
from handlers.dialogs import waited
from handlers.fields import files, sent_files, unpack_file
from handlers.floods import tell_paced
from handlers.forms import Draft, Overheard
from handlers.notices import know, tell_managers
from handlers.supplements import add_to, hasten
from handlers.turn import Turn, quote

SHOWN = frozenset({"not_fixed", "reopen", "no_show", "hand_over"})
"""Whose reason all who should know read at once, in words."""

SUPPLEMENTED = "_supplemented"
"""Among the answers: the words of the last one were kept with the request as they came."""

SENT = "_sent"
"""Among the answers: the files that came with a reason which is shown."""

WORK = "finish"

Files = list[dict[str, str]]


async def overhear(draft: Draft, message: Inbound) -> Overheard:
    """Files without words go with the request while the question stays open, and so does what names a danger where a
    reason to cancel was asked: nobody cancels by that."""
    turn, said = draft.turn, message.text.strip()
    danger = bool(said) and _action(draft) == "cancel" and bool(_dangers(turn, said))
    if waited(turn) or not (danger or (message.files and not said)):
        return Overheard(NOTHING)
    request, sent = await _concerned(draft), await _sent(draft, message)
    if request is None or not (sent or (danger and _owns(turn, request))):
        return Overheard(NOTHING)
    if _action(draft) == WORK:
        photos = _joined(draft, message, sent)
        count = Line(Text("form-files-kept", {"count": len(photos.answers["_finish_photos"])}))
        return replace(photos, told=(count,), whole=True)
    told = (Line(Text("cancel-danger", {"id": request.id})),) if danger else ()
    return Overheard(NOTHING, told, await _add(draft, request, said, sent), whole=True)


async def beside(draft: Draft, message: Inbound) -> Overheard:
    """The files that came with an answer in words, and a danger that it names where the answer itself is not shown."""
    turn, action = draft.turn, _action(draft)
    danger = action not in SHOWN and action != WORK and bool(_dangers(turn, message.text))
    request = await _concerned(draft) if danger or message.files else None
    sent = await _sent(draft, message) if request else []
    said = message.text.strip() if danger and request and _at_home(turn, request) else ""
    if request is None or not (said or sent):
        return Overheard(NOTHING)
    if action == WORK:
        return _joined(draft, message, sent)
    if action in SHOWN:
        return Overheard({SENT: sent})
    return Overheard({SUPPLEMENTED: bool(said)}, (), await _add(draft, request, said, sent))


def work(draft: Draft) -> dict[str, Any]:
    """The photos of the work, what was confirmed of it, and all that was written with that, as the rules want it."""
    found = {"finish_photos": [one["hash"] for one in files(draft, "finish_photos")], **result(draft)}
    said = [str(draft.answers[name]) for name in ("problem", "report", "unchecked") if draft.answers.get(name)]
    return {**found, "report": "\n".join(said)} if said else found


async def mark(draft: Draft, request: Request) -> tuple[Request, Dangers]:
    """The request as it is before something is done with it, with the dangers that the reason for that names: everybody
    who should know reads the reason itself."""
    turn, said = draft.turn, _written(draft)
    if _action(draft) not in SHOWN or not _dangers(turn, said) or not _at_home(turn, request):
        return request, Dangers((), (), request.danger)
    dangers = await named(turn, draft.store, request, said)
    moved = remark(request, "supplement", turn.actor(request), turn.now, dangers.changes(request))
    await draft.store.requests.save(replace(moved, event=replace(moved.event, reason=said)))
    return moved.request, dangers


async def follow(draft: Draft, dangers: Dangers, told: list[Outbound]) -> list[Outbound]:
    """What comes with what was ``told`` of something done: the files that were sent with its reason, and for the
    dangers which that names first aid, before all else, and a page for the managers."""
    turn, store, sent = draft.turn, draft.store, draft.answers.get(SENT)
    if not (sent or dangers.fresh or dangers.aid):
        return told
    request = await store.requests.get(draft.talk.subject, INSIDE)
    own = _owns(turn, request)
    if sent:
        told = [*told, *await add_to(turn, store, request, "", sent, meant=own)]
    aid = dangers.advice()
    if dangers.fresh:
        by = await hasten(turn, store, request)
        aid = [*aid, Line(Text("supplement-danger", {"id": request.id, "by": by}))] if own else aid
        page, known = Text("page-emergency", {"id": request.id}), await know(turn, store, request)
        told = [*told, *await tell_managers(turn, store, request, page, known)]
        told = [replace(one, priority=Priority.URGENT) for one in told]
    return [*await _aid(draft, request, aid), *told]


async def _aid(draft: Draft, request: Request, aid: Sequence[Line]) -> list[Outbound]:
    """First aid is for the homeowner, whoever names the danger."""
    turn = draft.turn
    place = turn.inbound.place if _owns(turn, request) else await draft.store.people.place(request.homeowner_id)
    return [Outbound(place, tuple(aid), subject=request.id, priority=Priority.URGENT)] if aid and place else []


async def words_kept(draft: Draft, request: Request | None) -> list[Outbound]:
    """What somebody wrote and sent for something that is not possible any more reaches staff all the same."""
    said, turn = str(work(draft).get("report") or _written(draft)), draft.turn
    if turn.viewer.role.is_staff or draft.answers.get(SUPPLEMENTED):
        return []
    sent = [*files(draft, "finish_photos"), *draft.answers.get(SENT, ())]
    if request and _owns(turn, request):
        return await add_to(turn, draft.store, request, said, sent) if said or sent else []
    photos = [unpack_file(one) for one in sent]
    if not (said or photos):
        return []
    body = [Line(Text("staff-message", {"name": called(turn.person)})), quote(draft.talk.subject)]
    body += [quote(mask_words(said, turn.person.phone))] if said else []
    told = await tell_paced(turn, draft.store, of_person(turn.person.id), body, files=photos)
    by = await promise_answer(turn, draft.store)
    return [turn.say(Text("passed-on-work", {"by": by})), *told]


async def _add(draft: Draft, request: Request, said: str, sent: Files) -> list[Outbound]:
    """The same as a supplement; of a danger that the installer names the homeowner reads the first aid as well."""
    turn, store, own = draft.turn, draft.store, _owns(draft.turn, request)
    aid = (await named(turn, store, request, said)).advice() if said and not own else []
    told = await add_to(turn, store, request, said, sent, meant=own)
    return [*told, *await _aid(draft, request, aid)]


async def _concerned(draft: Draft) -> Request | None:
    """The request that is asked about, where its homeowner or an installer answers in private."""
    turn = draft.turn
    if turn.inbound.group or turn.viewer.role.is_staff:
        return None
    try:
        return await draft.store.requests.get(draft.talk.subject, turn.viewer)
    except Refused:
        return None


def _at_home(turn: Turn, request: Request) -> bool:
    """Whether this person may see the danger that they name: the homeowner, or the installer who holds the job."""
    holds = turn.viewer.role is Role.INSTALLER and request.installer_id == turn.person.id
    return holds or _owns(turn, request)


def _owns(turn: Turn, request: Request) -> bool:
    return turn.viewer.role is Role.HOMEOWNER and request.homeowner_id == turn.person.id


def _action(draft: Draft) -> str:
    return draft.talk.form.removeprefix("request.")


def _dangers(turn: Turn, said: str) -> Sequence[str]:
    return turn.world.understanding.understand(said, turn.now).dangers


async def _sent(draft: Draft, message: Inbound) -> Files:
    """The files of a message that nothing asked for."""
    return [] if draft.talk.asked == "finish_photos" else await sent_files(draft, message)


def _joined(draft: Draft, message: Inbound, sent: Files) -> Overheard:
    have = files(draft, "finish_photos")
    photos = [*have, *[one for one in sent if one not in have]][: draft.turn.company.photos_max]
    return Overheard({"_finish_photos": photos, **gathered(draft.answers, message, sent)})


def _written(draft: Draft) -> str:
    """The words of the last answer, if it was not tapped."""
    said = next((str(draft.answers[name]) for name in ("reason", "review", "report") if draft.answers.get(name)), "")
    return "" if draft.turn.inbound.press or said.startswith(("reason-", "day:")) else said
