"""Filing a request: by just writing what is wrong, or from the menu; only what is missing is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.chat import Outbound
from domain.people import Role
from domain.requests import Request
from domain.understanding import Understood
from handlers.fields import sent_files
from handlers.filing import REPORT
from handlers.forms import Draft, begin, resume
from handlers.menu import hello
from handlers.supplements import open_requests, pass_on
from handlers.turn import Turn
from handlers.understood import heard_lines, known_facts
from storage.store import Store


async def hear(turn: Turn, store: Store) -> list[Outbound]:
    """Plain words in private: a report, more about an open request, or something for a human."""
    if turn.viewer.role is not Role.HOMEOWNER:
        return [hello(turn)] if turn.viewer.role.is_staff or not turn.inbound.text else await pass_on(turn, store)
    understood = turn.world.understanding.understand(turn.inbound.text, turn.now)
    if understood.is_report or (turn.inbound.files and not await open_requests(turn, store)):
        return await start_report(turn, store, turn.inbound.text, understood)
    if understood.greeting and not turn.inbound.files:
        return [hello(turn)]
    return await pass_on(turn, store)


async def start_from_menu(turn: Turn, store: Store) -> list[Outbound]:
    """The menu's «报修»: go on with an open draft, else start with nothing known or with what was said before."""
    if turn.talk.form == REPORT.id and not turn.args.get("said"):
        return await resume(turn, store, REPORT)
    said = str(turn.args.get("said", "")) if turn.inbound.press else ""
    return await start_report(turn, store, said, turn.world.understanding.understand(said, turn.now))


async def start_report(turn: Turn, store: Store, said: str, understood: Understood) -> list[Outbound]:
    """Open the form with all that was understood, and first aid at once if somebody may get hurt."""
    known = known_facts(said, understood)
    owner_files = await sent_files(Draft(turn, store, turn.talk), turn.inbound)
    if owner_files:
        known["_photos"] = owner_files
    same = await _same(turn, store, known)
    answers = {**known, "_burst": True, **({"_same": same.id} if same else {})}
    return await begin(turn, store, REPORT, "", answers, heard_lines(understood))


async def _same(turn: Turn, store: Store, known: Mapping[str, Any]) -> Request | None:
    """An open request of theirs for the same thing: the same category, and no other product."""
    if not known.get("category"):
        return None
    for request in await open_requests(turn, store):
        product = known.get("_product", "")
        if request.category == known["category"] and (not product or not request.product or product == request.product):
            return request
    return None
