"""Filing a request: by just writing what is wrong, or from the menu; only what is missing is asked."""

from __future__ import annotations

from dataclasses import replace

from domain.chat import Outbound
from domain.people import Role
from domain.talks import Talk
from domain.understanding import Understood
from handlers.answers import rest_of_album
from handlers.dialogs import begin, resume
from handlers.filing import REPORT, joined, read_problem
from handlers.filing_same import doubt, unrepaired
from handlers.forms import Draft
from handlers.menu import hello
from handlers.notices import tell_danger
from handlers.order_effects import friend_known
from handlers.scans import SCANNED, answers_of
from handlers.supplements import late_part, open_requests, pass_on
from handlers.turn import Turn
from handlers.understood import heard_lines
from storage.store import Store

GREETING_MAX = 5
LATIN_GREETING_MAX = 14
"""How many characters a message may have that only greets."""


async def hear(turn: Turn, store: Store) -> list[Outbound]:
    """Plain words in private: a report, more about an open request, or something for a human."""
    if turn.inbound.album and (followed := await follow(turn, store)) is not None:
        return followed
    if turn.inbound.phone and turn.viewer.role is Role.HOMEOWNER:
        return [hello(turn), *await _own_number(turn, store)]
    if turn.viewer.role is not Role.HOMEOWNER:
        said = turn.inbound.text or turn.inbound.files
        greeted = turn.world.understanding.understand(turn.inbound.text, turn.now).greeting and _just_greets(turn)
        return [hello(turn)] if turn.viewer.role.is_staff or greeted or not said else await pass_on(turn, store)
    understood = turn.world.understanding.understand(turn.inbound.text, turn.now)
    if understood.is_report or (turn.inbound.files and not await open_requests(turn, store)):
        return await start_report(turn, store, turn.inbound.text, understood)
    if done := await unrepaired(turn, store):
        return await doubt(turn, store, done)
    if understood.greeting and _just_greets(turn):
        return [hello(turn)]
    return await pass_on(turn, store)


async def _own_number(turn: Turn, store: Store) -> list[Outbound]:
    """A number that the platform vouches for is theirs, where they had none and agreed that we keep it."""
    if turn.person.phone or turn.person.consent != turn.company.consent.version:
        return []
    await store.people.save(replace(turn.person, phone=turn.inbound.phone, vouched=True))
    return await friend_known(turn, store, turn.person.id)


async def follow(turn: Turn, store: Store) -> list[Outbound] | None:
    """A part of an album goes where the others went; None if it is no such part."""
    return await rest_of_album(turn, store) if turn.viewer.role.is_staff else await late_part(turn, store)


def _just_greets(turn: Turn) -> bool:
    """Whether a message that greets is too short to say anything else: «你好,几点下班» is for a human."""
    text = turn.inbound.text.strip()
    short = len(text) <= LATIN_GREETING_MAX and "?" not in text if text.isascii() else len(text) <= GREETING_MAX
    return short and not turn.inbound.files


def is_report(turn: Turn) -> bool:
    """Whether a homeowner reports something here, in private."""
    private = turn.viewer.role is Role.HOMEOWNER and not turn.inbound.group
    return private and turn.world.understanding.understand(turn.inbound.text, turn.now).is_report


async def start_from_menu(turn: Turn, store: Store) -> list[Outbound]:
    """The menu's «报修»: go on with an open draft, else start with nothing known or with what was said before."""
    said = str(turn.args.get("said", "")) if turn.inbound.press else ""
    if turn.talk.form == REPORT.id and not said:
        return await resume(turn, store, REPORT)
    return await start_report(turn, store, said, turn.world.understanding.understand(said, turn.now))


async def start_report(turn: Turn, store: Store, said: str, understood: Understood) -> list[Outbound]:
    """Open the form with all that was understood, and first aid at once if somebody may get hurt."""
    blank = Draft(turn, store, Talk(turn.talk.id))
    known = {**await read_problem(blank, said, understood), **await joined(blank, turn.inbound)}
    known = {**answers_of(turn.talk.answers, turn.now), **known, "_burst": bool(known)}
    if turn.inbound.press and turn.args.get("same") == "new":
        known["same"] = "new"
    left = {name: value for name, value in turn.talk.answers.items() if name != SCANNED}
    turn = replace(turn, talk=replace(turn.talk, answers=left))
    asked = await begin(turn, store, REPORT, "", known, heard_lines(understood))
    return [*asked, *(await tell_danger(turn, store, understood.danger, said) if understood.danger else ())]
