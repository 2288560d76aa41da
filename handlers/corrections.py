"""更正: staff put right what a request says: type, category, how urgent it is, phone, address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from domain.chat import Inbound, Kind, Line, Outbound, Priority, Text
from domain.errors import Invalid
from domain.people import Person
from domain.requests import Moved, Request
from domain.states import State
from handlers import clocks
from handlers.cards import Card, homeowner_card, staff_card, title
from handlers.corrected import grade
from handlers.dangers import advice
from handlers.fields import choice_field
from handlers.filing_questions import DISTRICT, HOME
from handlers.forms import Choice, Draft, Field, Question
from handlers.job_cards import offer_card
from handlers.notices import card_places, know, page, put, to_group
from handlers.offers import able
from handlers.turn import Turn, lines
from storage.store import Store

NONE = "none"
"""The answer that there is no danger."""

PARTS = {
    "category": Text("correct-category"),
    "type": Text("correct-type"),
    "danger": Text("correct-danger"),
    "phone": Text("correct-phone"),
    "home": Text("correct-home"),
}
"""What can be corrected, each with its button."""


async def _parts(draft: Draft) -> tuple[Choice, ...]:
    return tuple(Choice(label, part) for part, label in PARTS.items())


async def _types(draft: Draft) -> tuple[Choice, ...]:
    return tuple(Choice(Text(f"type-{one.code}"), one.code) for one in draft.turn.company.types)


async def _categories(draft: Draft) -> tuple[Choice, ...]:
    return tuple(Choice(Text(f"category-{one.code}"), one.code) for one in draft.turn.company.categories)


async def _dangers(draft: Draft) -> tuple[Choice, ...]:
    codes = [one.code for one in draft.turn.company.dangers]
    return (Choice(grade(""), NONE), *[Choice(grade(code), code) for code in codes])


def _about(part: str) -> Callable[[Draft], bool]:
    return lambda draft: bool(draft.answers.get("correction") == part)


def _nowhere(draft: Draft) -> bool:
    return _about("home")(draft) and not draft.answers.get("home", {}).get("district")


async def _ask_phone(draft: Draft) -> Question:
    return Question(ASK_PHONE)


async def _read_phone(draft: Draft, message: Inbound) -> str:
    phone = draft.turn.world.understanding.understand(message.text, draft.turn.now).phone
    if not phone:
        raise Invalid(Text("report-phone-wrong"))
    return phone


async def _ask_home(draft: Draft) -> Question:
    return Question(ASK_HOME)


async def _read_home(draft: Draft, message: Inbound) -> Any:
    """An address as it is read from a homeowner; the homes of who corrects it have nothing to do with it."""
    nobody = replace(draft, turn=replace(draft.turn, person=Person("")))
    return await HOME.read(nobody, message)


ASK_PHONE = lines(Line(Text("ask-correct-phone"), Kind.NEXT))
ASK_HOME = lines(Line(Text("ask-correct-home"), Kind.NEXT))
FIELDS = (
    choice_field("correction", Text("ask-correction"), _parts),
    choice_field("category", Text("ask-correct-category"), _categories, needed=_about("category"), columns=3),
    choice_field("type", Text("ask-correct-type"), _types, needed=_about("type")),
    choice_field("danger", Text("ask-correct-danger"), _dangers, needed=_about("danger")),
    Field("phone", _ask_phone, _read_phone, needed=_about("phone"), lines=ASK_PHONE),
    Field("home", _ask_home, _read_home, needed=_about("home"), lines=ASK_HOME),
    replace(DISTRICT, needed=_nowhere),
)


def correction(turn: Turn, request: Request, given: Mapping[str, Any]) -> dict[str, Any]:
    """The new values of the request's fields that the answers give.

    Raises:
        Invalid: they are what it says already.
    """
    part = given["correction"]
    found = dict(part) if isinstance(part, Mapping) else _values(turn, request, part, given)
    if all(getattr(request, name) == value for name, value in found.items()):
        raise Invalid(Text("correct-same", {"id": request.id}))
    return found


def _values(turn: Turn, request: Request, part: str, given: Mapping[str, Any]) -> dict[str, Any]:
    if part == "category":
        return {"category": given["category"], **_fitting(turn, request, given["category"])}
    if part == "danger":
        return {"danger": "" if given["danger"] == NONE else given["danger"]}
    if part == "home":
        home = given["home"]
        return {
            "district": home["district"] or given["district"],
            "address": home["address"],
            "door": home["door"],
        }
    if part == "type":
        return {"type": given["type"], "visit_fee_fen": turn.company.visit_fee_fen(given["type"])}
    return {part: given[part]}


def _fitting(turn: Turn, request: Request, category: str) -> dict[str, str]:
    """Product and symptom, as far as there are such in that category."""
    products = {one.code for one in turn.company.products_of(category)}
    symptoms = {one.code for one in turn.company.symptoms_of(category)}
    return {
        "product": request.product if request.product in products else "",
        "symptom": request.symptom if request.symptom in symptoms else "",
    }


async def rewind(turn: Turn, store: Store, moved: Moved) -> None:
    """The first-answer clock of what is an emergency now, or is none after all."""
    request = moved.request
    if "danger" not in moved.event.changes or request.answered_at:
        return
    if request.danger:
        await clocks.hasten_first_answer(turn, store, request)
    else:
        await clocks.ease_first_answer(turn, store, request)


async def follow(turn: Turn, store: Store, moved: Moved) -> list[Outbound]:
    """What follows from a correction beside what all are told: staff hear that it is done, an overlooked danger is
    told like one that is written later, and the cards of those who are asked change with it."""
    told = [turn.say(Text("correct-kept", {"id": moved.request.id}))]
    if "danger" in moved.event.changes:
        told += await _graded(turn, store, moved.request)
    if "type" in moved.event.changes:
        told += await page(turn, store, moved.request, await know(turn, store, moved.request))
    if moved.request.state is State.OFFERED:
        told += await _asked(turn, store, moved)
    return told


async def _graded(turn: Turn, store: Store, request: Request) -> list[Outbound]:
    """First aid for the homeowner, the card to the end of the group's chat, and every manager; a false alarm only goes
    from the homeowner's card."""
    known = await know(turn, store, request)
    place = await store.people.place(request.homeowner_id)
    aid = [advice(request.danger)] if request.danger else []
    own = [put(place, homeowner_card(request, known), request, aid, fresh=bool(aid))] if place else []
    if not request.danger:
        return own
    card = staff_card(request, known)
    shown = [to_group(one, card, request, fresh=True) for one in await card_places(store, request)]
    paged = await page(turn, store, request, known)
    return [*[replace(one, priority=Priority.URGENT) for one in (*own, *shown)], *paged]


async def _asked(turn: Turn, store: Store, moved: Moved) -> list[Outbound]:
    """Who may still accept it reads what it is now; who could not do that is not asked any more."""
    request, asked = moved.request, await store.offers.open(moved.request.id)
    elsewhere = {"category", "district"} & set(moved.event.changes)
    may = {one.id for one in await able(turn, store, request)} if elsewhere else set(asked)
    fit, others = [one for one in asked if one in may], [one for one in asked if one not in may]
    known = await know(turn, store, request)
    gone = Card((Line(title(request), Kind.TITLE), Line(Text("job-gone", {"id": request.id}))))
    for one in others:
        await store.offers.answer(request.id, one, "withdrawn")
    cards = [*[(one, offer_card(request, known)) for one in fit], *[(one, gone) for one in others]]
    return await _shown(store, request, cards)


async def _shown(store: Store, request: Request, cards: Sequence[tuple[str, Card]]) -> list[Outbound]:
    places = [(await store.people.workplace(one), card) for one, card in cards]
    return [put(place, card, request) for place, card in places if place]
