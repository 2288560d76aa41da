"""The form of a report: its questions, its summary, and the request that comes of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from domain.chat import Inbound, Kind, Line, Outbound, Text
from domain.errors import Invalid
from domain.people import say_phone
from domain.replies import as_before, no_more, nth
from domain.requests import Actor, Request, file_request
from domain.states import Who
from domain.talks import Home
from domain.understanding import Understood
from handlers.albums import ALBUMS, gathered, keep_albums
from handlers.clocks import start_first_answer
from handlers.facts import fee_fact, scanned_fact
from handlers.fields import files, media_field, noted, sent_files, text_field, unpack_span
from handlers.filing_again import again
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
from handlers.filing_same import SAME, said_same, same_as, settle_same
from handlers.forms import AID, UNDER, Also, Choice, Draft, Field, Form, Overheard
from handlers.notices import tell_danger, tell_filed
from handlers.order_effects import friend_known
from handlers.scans import SCANNED, answers_of, word_of
from handlers.supplements import add_to
from handlers.turn import quote
from handlers.understood import advice, heard_lines, known_facts, parted, what

LASTING = ("same", "_photos", "_later", "_path", VOUCHED, ALBUMS, AID, UNDER, SCANNED)
"""What a description that is written anew leaves as it was, beside the questions that were answered."""


PROBLEM_CHARS_MAX = 20_000
"""No platform lets anybody write more at once."""


ANSWERED_AT_ONCE: Mapping[str, Callable[[Draft, str], object]] = {
    "same": said_same,
    "photos": lambda _draft, said: no_more(said),
    "home": lambda _draft, said: as_before(said) or nth(said),
}
"""What tells a short answer to a question from more about what is wrong."""


async def absorb(draft: Draft, message: Inbound) -> Overheard | None:
    """What follows within seconds belongs to the first message: its words are read together, its photos join.

    None for what only answers the open question («拍不了»), however fast.
    """
    short = ANSWERED_AT_ONCE.get(draft.talk.asked)
    if short and short(draft, message.text):
        return None
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
    """What a description says by itself, and the request that it may be about."""
    known = known_facts(said, understood)
    return {**known, **await same_as(draft, known, said)}


IN_FILES = "in-files"
"""What is read where everything is said in a voice note, or seen in photos."""


async def _in_files(draft: Draft) -> tuple[Choice, ...]:
    return (Choice(Text("report-in-files"), IN_FILES),) if files(draft, "photos") else ()


def _problem() -> Field:
    ask = Text("report-ask-problem")
    field = text_field("problem", ask, PROBLEM_CHARS_MAX, needed=is_new, choices=_in_files)

    async def read(draft: Draft, message: Inbound) -> Also:
        if message.text.strip() == IN_FILES:
            if not files(draft, "photos"):
                raise Invalid(Text("form-not-optional"))
            return Also("", draft.answers)
        said = str(await field.read(draft, message))
        understood = draft.turn.world.understanding.understand(said, draft.turn.now)
        lasting = {*LASTING, *draft.answers.get("_path", ())}
        kept = {name: value for name, value in draft.answers.items() if name in lasting}
        scanned = answers_of(draft.answers, draft.turn.now)
        known = {**scanned, **await read_problem(draft, said, understood), **kept}
        return Also(said, known, heard_lines(understood), await _alarm(draft, understood, said))

    return replace(field, read=read, none=IN_FILES)


async def _summary(draft: Draft) -> tuple[Line, ...]:
    answers = draft.answers
    home = answers["home"]
    return (
        Line(Text("report-summary"), Kind.TITLE),
        Line(Text("fact-what", {"what": what(answers)}), Kind.FACT),
        *problem_lines(str(answers["problem"])),
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
        *fee_fact(draft.turn.company.visit_fee_fen(_type(answers))),
    )


def problem_lines(said: str) -> tuple[Line, ...]:
    """The description as it will stand on the cards, and how much goes with it; nothing if all is in the files."""
    shown, rest = parted(said)
    more = (Line(Text("report-rest", {"count": len(rest)}), Kind.FACT),) if rest else ()
    return (quote(shown), *more) if shown else ()


def _phone_fact(answers: Mapping[str, Any]) -> Line:
    phone = {"phone": say_phone(answers["phone"])}
    vouched = answers.get(VOUCHED) == answers["phone"]
    return Line(Text("fact-phone-vouched", phone) if vouched else Text("fact-phone", phone), Kind.FACT)


def _type(answers: Mapping[str, Any]) -> str:
    return str(answers.get("_type") or "repair")


def _district_of(answers: Mapping[str, Any]) -> str:
    return str(answers["home"]["district"] or answers.get("district") or "")


async def _finish(draft: Draft) -> list[Outbound]:
    if not is_new(draft):
        return await settle_same(draft)
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
    more = await add_rest(draft, moved.request)
    return [*told, *more, *await friend_known(turn, store, turn.person.id, request.district)]


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
        type=_type(answers),
        category=answers["category"],
        product=answers.get("_product", ""),
        scanned=word_of(answers),
        symptom=answers.get("_symptom", ""),
        severity=max(int(answers.get("_severity", 1)), 2 if answers.get("_urgent") else 1),
        danger=danger,
        escalation=1 if danger or answers.get("_type") == "complaint" else 0,
        description=parted(answers["problem"])[0],
        photos=tuple(one["hash"] for one in files(draft, "photos")),
        home_id=home_id,
        district=place.district,
        address=place.address,
        door=place.door,
        phone=answers["phone"],
        wish=answers.get("_wish_words", ""),
        wish_start=wish.start if wish else None,
        wish_end=wish.end if wish else None,
        visit_fee_fen=turn.company.visit_fee_fen(_type(answers)),
    )


async def add_rest(draft: Draft, request: Request) -> list[Outbound]:
    """What somebody wrote beyond what stands on the cards goes with the request as a supplement."""
    rest = parted(draft.answers["problem"])[1]
    return await add_to(draft.turn, draft.store, request, rest, [], meant=True) if rest else []


def is_new(draft: Draft) -> bool:
    """Whether this is about no request that there is."""
    return bool(draft.answers.get("same", "new") == "new")


def _photos_help(draft: Draft) -> bool:
    """Nobody is to take pictures of what may explode."""
    return is_new(draft) and draft.answers.get("_danger") != "gas"


def _no_consent(draft: Draft) -> bool:
    return is_new(draft) and draft.turn.person.consent != draft.turn.company.consent.version


def _no_district(draft: Draft) -> bool:
    return is_new(draft) and not draft.answers.get("home", {}).get("district")


REPORT = Form(
    "report",
    (
        SAME,
        _problem(),
        replace(CATEGORY, needed=is_new),
        media_field("photos", Text("report-ask-photos"), lambda draft: 0, needed=_photos_help),
        replace(CONSENT, needed=_no_consent),
        replace(HOME, needed=is_new),
        replace(DISTRICT, needed=_no_district),
        replace(PHONE, needed=is_new),
        replace(WINDOW, needed=is_new),
    ),
    then=_finish,
    summary=_summary,
    confirmed=is_new,
    absorb=absorb,
    overhear=overhear,
    again=again,
)
