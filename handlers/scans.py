"""What somebody has scanned, a thing of ours or their own home: it is known when they report something next.

It lies among the answers of their talk, whether a form is open or not, and is forgotten after a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.chat import NOTHING, Kind, Line, Outbound, Text
from domain.people import Role
from domain.scenes import PREFIXES, thing
from handlers.filing_questions import home_answer, home_args
from handlers.menu import hello
from handlers.turn import Turn
from storage.store import Store

SCANNED = "_scanned"
"""Among the answers: «word» of the thing, «home» as the form has it, and «at» in ISO 8601."""

KNOWN_FOR = timedelta(days=1)


async def scanned(turn: Turn, store: Store, word: str) -> list[Outbound]:
    """Somebody opens the chat with the code of a thing or of a home. Who is no homeowner, and whoever comes with a code
    that is none or with a home that is not theirs, is greeted as ever, and nothing is kept."""
    if turn.viewer.role is not Role.HOMEOWNER or turn.inbound.group:
        return [hello(turn)]
    if code := thing(word):
        await _keep(turn, store, {"word": word})
        return [_asked(turn, Text("scanned", {"code": code}))]
    id = word.removeprefix(PREFIXES["home"])
    home = next((one for one in await store.homes.of(turn.person.id) if one.id == id), None)
    if home is None:
        return [hello(turn)]
    await _keep(turn, store, {"home": home_answer(home)})
    return [_asked(turn, Text("scanned-home", {"home": Text("home", home_args(home))}))]


def _asked(turn: Turn, text: Text) -> Outbound:
    return replace(hello(turn), lines=(Line(text), Line(Text("scanned-next"), Kind.NEXT)))


async def _keep(turn: Turn, store: Store, what: Mapping[str, Any]) -> None:
    """Beside what was scanned before. The talk is as old as it was, or else the next words would be a late answer."""
    known = {**_fresh(turn.talk.answers, turn.now), **what, "at": turn.now.isoformat()}
    talk = replace(
        turn.talk,
        answers={**turn.talk.answers, SCANNED: known},
        opened_at=turn.talk.opened_at or turn.now,
        changed_at=turn.talk.changed_at or turn.now,
    )
    await store.conversations.save(talk)


def _fresh(answers: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    known = answers.get(SCANNED)
    return known if known and now - datetime.fromisoformat(known["at"]) < KNOWN_FOR else NOTHING


def answers_of(answers: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What a report knows by what was scanned lately, by field name."""
    known = _fresh(answers, now)
    home = {"home": known["home"]} if "home" in known else {}
    return {SCANNED: known, **home} if known else {}


def word_of(answers: Mapping[str, Any]) -> str:
    """The word of the thing that a report is about; empty if none was scanned."""
    return str(answers.get(SCANNED, NOTHING).get("word", ""))
