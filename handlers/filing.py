"""The form of a report: its questions, its summary, and the request that comes of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.chat import Inbound, Kind, Line, Outbound, Style, Text
from domain.people import say_phone
from domain.requests import Actor, Request, file_request
from domain.states import Who
from domain.talks import Home
from domain.understanding import Understood
from handlers.albums import ALBUMS, gathered, keep_albums
from handlers.cards import scanned_fact
from handlers.clocks import start_first_answer
from handlers.fields import choice_field, files, media_field, noted, sent_files, text_field, unpack_span
from handlers.filing_questions import (
    CATEGORY,
    CONSENT,
    DISTRICT,
    HOME,
    PHONE,
    VOUCHED,
    WINDOW,
    home_args,
    wish_text,
)
from handlers.forms import AID, UNDER, Also, Choice, Draft, Field, Form, Overheard
from handlers.notices import tell_danger, tell_filed
from handlers.order_effects import friend_known
from handlers.scans import SCANNED, answers_of, word_of
from handlers.supplements import add_to, open_requests
from handlers.turn import quote
from handlers.understood import advice, heard_lines, known_facts, what

LASTING = ("_photos", "_later", "_path", VOUCHED, ALBUMS, AID, UNDER, SCANNED)
"""What a description that is written anew leaves as it was, beside the questions that were answered."""


async def absorb(draft: Draft, message: Inbound) -> Overheard:
    """What follows within seconds belongs to the first message: its words are read together, its photos join."""
    text = f"{draft.answers.get('problem', '')}\n{message.text}".strip()
    understood = draft.turn.world.understanding.understand(text, draft.turn.now)
    kept = {name: value for name, value in draft.answers.items() if name in LASTING}
    scanned = answers_of(draft.answers, draft.turn.now)
    known = {**scanned, **kept, **await read_problem(draft, text, understood), **await joined(draft, message)}
    return Overheard(known, heard_lines(understood), await _alarm(draft, understood, text))


async def overhear(draft: Draft, message: Inbound) -> Overheard:
    """Photos may come late, and so may the word of a danger or one's own number: none waits for its question."""
    asked = draft.talk.asked
    if message.phone and asked != "phone":
        return Overheard({"phone": message.phone, VOUCHED: message.phone}, whole=True)
    photos = await joined(draft, message) if asked != "photos" else {}
    understood = draft.turn.world.understanding.understand(message.text, draft.turn.now)
    if asked == "problem" or not understood.danger or understood.danger == draft.answers.get("_danger"):
        return Overheard(photos, whole=bool(photos) and not message.text.strip())
    danger = {"_danger": understood.danger, "_severity": understood.severity, "_urgent": True}
    alarm = await _alarm(draft, understood, message.text)
    return Overheard({**photos, **danger, **noted(draft, message)}, advice(understood), alarm, whole=True)


async def _alarm(draft: Draft, understood: Understood, said: str) -> list[Outbound]:
    """What staff hear at once of a danger that is new."""
    if not understood.danger or understood.danger == draft.answers.get("_danger"):
        return []
    return await tell_danger(draft.turn, draft.store, understood.danger, said)


async def joined(draft: Draft, message: Inbound) -> dict[str, Any]:
    """The photos of a message beside those that are there already; nothing if it brings no new ones."""
    have = files(draft, "photos")
    fresh = [one for one in await sent_files(draft, message) if one not in have]
    if not fresh:
        return {}
    photos = (have + fresh)[: draft.turn.company.photos_max]
    return {"_photos": photos, **gathered(draft.answers, message, fresh)}


async def read_problem(draft: Draft, said: str, understood: Understood) -> dict[str, Any]:
    """What a description says by itself, and the open request that it may be about."""
    known = known_facts(said, understood)
    same = await _same(draft, known)
    return {**known, "_same": same.id} if same else known


async def _same(draft: Draft, known: Mapping[str, Any]) -> Request | None:
    """An open request of theirs for the same thing: the same category and the same product, as far as known."""
    if not known.get("category"):
        return None
    for request in await open_requests(draft.turn, draft.store):
        if request.category == known["category"] and _same_thing(request, known):
            return request
    return None


def _same_thing(request: Request, known: Mapping[str, Any]) -> bool:
    """The same product; where one is unknown, nothing more dangerous than before."""
    product = known.get("_product", "")
    if product and request.product:
        return bool(product == request.product)
    return bool(known.get("_danger", request.danger) == request.danger)


def _problem() -> Field:
    field = text_field("problem", Text("report-ask-problem"), needed=_new)

    async def read(draft: Draft, message: Inbound) -> Also:
        said = str(await field.read(draft, message))
        understood = draft.turn.world.understanding.understand(said, draft.turn.now)
        lasting = {*LASTING, *draft.answers.get("_path", ())}
        kept = {name: value for name, value in draft.answers.items() if name in lasting}
        scanned = answers_of(draft.answers, draft.turn.now)
        known = {**scanned, **await read_problem(draft, said, understood), **kept}
        return Also(said, known, heard_lines(understood), await _alarm(draft, understood, said))

    return replace(field, read=read)


async def _same_choices(draft: Draft) -> tuple[Choice, ...]:
    return (
        Choice(Text("report-same-more", {"id": draft.answers["_same"]}), "more", Style.PRIMARY),
        Choice(Text("report-same-new"), "new"),
    )


async def _summary(draft: Draft) -> tuple[Line, ...]:
    answers = draft.answers
    home = answers["home"]
    return (
        Line(Text("report-summary"), Kind.TITLE),
        Line(Text("fact-what", {"what": what(answers)}), Kind.FACT),
        quote(str(answers["problem"])),
        *scanned_fact(word_of(answers)),
        Line(Text("fact-photos", {"count": len(files(draft, "photos"))}), Kind.FACT),
        Line(
            Text(
                "fact-home",
                {"home": Text("home", home_args(Home("", "", _district_of(answers), home["address"], home["door"])))},
            ),
            Kind.FACT,
        ),
        _phone_fact(answers),
        Line(Text("fact-wish", {"wish": wish_text(answers["window"])}), Kind.FACT),
    )


def _phone_fact(answers: Mapping[str, Any]) -> Line:
    phone = {"phone": say_phone(answers["phone"])}
    vouched = answers.get(VOUCHED) == answers["phone"]
    return Line(Text("fact-phone-vouched", phone) if vouched else Text("fact-phone", phone), Kind.FACT)


def _district_of(answers: Mapping[str, Any]) -> str:
    return str(answers["home"]["district"] or answers.get("district") or "")


async def _finish(draft: Draft) -> list[Outbound]:
    if draft.answers.get("same") == "more":
        return await _supplement(draft)
    turn, store = draft.turn, draft.store
    request = await request_of(draft)
    actor = Actor(turn.person, Who.HOMEOWNER, turn.inbound.place.channel)
    moved = file_request(request, actor, turn.now)
    await store.requests.add(moved)
    await store.files.show(request.photos, request.id)
    await keep_albums(draft, request.id)
    vouched = draft.answers.get(VOUCHED) == request.phone
    if vouched or not turn.person.phone:
        known = replace(turn.person, phone=request.phone, vouched=vouched, consent=turn.company.consent.version)
        await store.people.save(known)
    due = await start_first_answer(turn, store, moved.request)
    told = await tell_filed(turn, store, moved, due)
    return [*told, *await friend_known(turn, store, turn.person.id, request.district)]


async def request_of(draft: Draft) -> Request:
    """The request that a complete draft describes, with the home it is for kept if that is new."""
    turn, answers = draft.turn, draft.answers
    home = answers["home"]
    home_id = home.get("id") or f"h{secrets.token_hex(8)}"
    place = Home(home_id, turn.person.id, _district_of(answers), home["address"], home["door"])
    if not home.get("id"):
        await draft.store.homes.add(place, turn.now)
    wish = unpack_span(answers["window"]) if answers["window"] != "any" else None
    danger = answers.get("_danger") or turn.world.understanding.understand(answers["problem"], turn.now).danger
    return Request(
        id=await draft.store.requests.next_id(),
        homeowner_id=turn.person.id,
        type=answers.get("_type") or "repair",
        category=answers["category"],
        product=answers.get("_product", ""),
        scanned=word_of(answers),
        symptom=answers.get("_symptom", ""),
        severity=max(int(answers.get("_severity", 1)), 2 if answers.get("_urgent") else 1),
        danger=danger,
        escalation=1 if danger or answers.get("_type") == "complaint" else 0,
        description=answers["problem"],
        photos=tuple(one["hash"] for one in files(draft, "photos")),
        home_id=home_id,
        district=place.district,
        address=place.address,
        door=place.door,
        phone=answers["phone"],
        wish=answers.get("_wish_words", ""),
        wish_start=wish.start if wish else None,
        wish_end=wish.end if wish else None,
    )


async def _supplement(draft: Draft) -> list[Outbound]:
    viewer = draft.turn.viewer
    request = await draft.store.requests.get(str(draft.answers["_same"]), viewer)
    photos = files(draft, "photos")
    await keep_albums(draft, request.id)
    return await add_to(draft.turn, draft.store, request, str(draft.answers.get("problem", "")), photos, meant=True)


def _new(draft: Draft) -> bool:
    return draft.answers.get("same") != "more"


def _photos_help(draft: Draft) -> bool:
    """Nobody is to take pictures of what may explode."""
    return _new(draft) and draft.answers.get("_danger") != "gas"


def _no_consent(draft: Draft) -> bool:
    return _new(draft) and draft.turn.person.consent != draft.turn.company.consent.version


def _no_district(draft: Draft) -> bool:
    return _new(draft) and not draft.answers.get("home", {}).get("district")


REPORT = Form(
    "report",
    (
        choice_field("same", Text("report-ask-same"), _same_choices, lambda draft: bool(draft.answers.get("_same"))),
        _problem(),
        replace(CATEGORY, needed=_new),
        media_field("photos", Text("report-ask-photos"), lambda draft: 0, needed=_photos_help),
        replace(CONSENT, needed=_no_consent),
        replace(HOME, needed=_new),
        replace(DISTRICT, needed=_no_district),
        replace(PHONE, needed=_new),
        replace(WINDOW, needed=_new),
    ),
    then=_finish,
    summary=_summary,
    confirmed=_new,
    absorb=absorb,
    overhear=overhear,
)
