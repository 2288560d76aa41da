"""Filing a request: by just writing what is wrong, or from the menu; only what is missing is asked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.chat import NOTHING, Button, Inbound, Kind, Line, Outbound, Style, Text
from domain.errors import Invalid
from domain.people import Role, say_phone
from domain.requests import Actor, Request, file_request, remark
from domain.states import OPEN, Who
from domain.talks import Home
from domain.understanding import Understood
from domain.wishes import WishKind
from handlers.clocks import start_first_answer
from handlers.fields import (
    choice_field,
    files,
    media_field,
    pack_span,
    read_window,
    sent_files,
    text_field,
    unpack_file,
    unpack_span,
    window_field,
)
from handlers.forms import Choice, Draft, Field, Form, Question, begin, resume
from handlers.notices import tell_filed, tell_staff
from handlers.turn import Turn, lines, quote, words
from storage.store import Store


async def hear(turn: Turn, store: Store) -> list[Outbound]:
    """Plain words in private: a report, more about an open request, or something for a human."""
    if turn.viewer.role is not Role.HOMEOWNER:
        return [hello(turn)] if turn.viewer.role.is_staff or not turn.inbound.text else await pass_on(turn, store)
    understood = turn.world.understanding.understand(turn.inbound.text, turn.now)
    if understood.is_report or (turn.inbound.files and not await _open(turn, store)):
        return await start_report(turn, store, turn.inbound.text, understood)
    if understood.greeting and not turn.inbound.files:
        return [hello(turn)]
    return await pass_on(turn, store)


def hello(turn: Turn) -> Outbound:
    """The menu, in the words of who reads it."""
    if turn.viewer.role.is_staff:
        queue = (Button(Text("menu-queue"), "command.queue"), Button(Text("menu-help"), "command.help"))
        return turn.say(Text("hello-staff", {"name": turn.person.name}), buttons=[queue])
    if turn.viewer.role is Role.INSTALLER:
        jobs = (Button(Text("menu-today"), "jobs.today", style=Style.PRIMARY),)
        return turn.say(Text("hello-installer", {"name": turn.person.name}), buttons=[jobs])
    buttons = [
        (
            Button(Text("menu-report"), "report.start", style=Style.PRIMARY),
            Button(Text("menu-progress"), "request.mine"),
        ),
        (Button(Text("menu-human"), "human"), Button(Text("menu-language"), "command.language")),
    ]
    return turn.say(Text("hello", {"company": Text("company-name")}), buttons=buttons)


async def start_from_menu(turn: Turn, store: Store) -> list[Outbound]:
    """The menu's «报修»: go on with an open draft, else start with nothing known or with what was said before."""
    if turn.talk.form == REPORT.id and not turn.args.get("said"):
        return await resume(turn, store, REPORT)
    said = str(turn.args.get("said", "")) if turn.inbound.press else ""
    return await start_report(turn, store, said, turn.world.understanding.understand(said, turn.now))


async def start_report(turn: Turn, store: Store, said: str, understood: Understood) -> list[Outbound]:
    """Open the form with all that was understood, and first aid at once if somebody may get hurt."""
    known = _known(said, understood)
    owner_files = await sent_files(Draft(turn, store, turn.talk), turn.inbound)
    if owner_files:
        known["_photos"] = owner_files
    same = await _same(turn, store, known)
    answers = {**known, "_burst": True, **({"_same": same.id} if same else {})}
    return await begin(turn, store, REPORT, "", answers, _heard(understood))


def _known(said: str, understood: Understood) -> dict[str, Any]:
    wish = understood.wish
    facts = {
        "problem": said.strip()[:2000],
        "category": understood.category,
        "phone": understood.phone,
        "_type": understood.type,
        "_product": understood.product,
        "_symptom": understood.symptom,
        "_danger": understood.danger,
        "_severity": understood.severity,
        "_urgent": understood.urgent,
        "_wish": pack_span(wish.span) if wish and wish.kind is WishKind.TIME else "",
        "_wish_words": wish.words if wish else "",
    }
    known = {name: value for name, value in facts.items() if value}
    if wish:
        known["window"] = known.get("_wish", "any")
    if understood.address and understood.district:
        known["home"] = {"district": understood.district, "address": understood.address, "door": understood.door}
    return known


def _heard(understood: Understood) -> tuple[Line, ...]:
    advice = (
        (Line(Text(f"danger-{understood.danger}-advice"), Kind.ALERT),) if understood.danger else ()
    )
    if not understood.is_report:
        return advice
    return (*advice, Line(Text("report-understood", {"what": what(_known("", understood))})))


def what(answers: Mapping[str, Any]) -> Text:
    """What it is about in a few words: «维修 · 厨房 · 水龙头 · 滴水»."""
    named = [("type", "_type"), ("category", "category"), ("product", "_product"), ("symptom", "_symptom")]
    found = [Text(f"{prefix}-{answers[key]}") for prefix, key in named if answers.get(key)]
    return Text("joined", {"parts": tuple(found)}) if found else Text("report-something")


async def _open(turn: Turn, store: Store) -> list[Request]:
    return [request for request in await store.requests.of(turn.person.id) if request.state in OPEN]


async def _same(turn: Turn, store: Store, known: Mapping[str, Any]) -> Request | None:
    """An open request of theirs for the same thing: the same category, and no other product."""
    if not known.get("category"):
        return None
    for request in await _open(turn, store):
        product = known.get("_product", "")
        if request.category == known["category"] and (not product or not request.product or product == request.product):
            return request
    return None


async def absorb(draft: Draft, message: Inbound) -> dict[str, Any]:
    """What follows within seconds belongs to the first message: its words are read together, its photos join."""
    text = f"{draft.answers.get('problem', '')}\n{message.text}".strip()
    understood = draft.turn.world.understanding.understand(text, draft.turn.now)
    kept = {name: value for name, value in draft.answers.items() if name.startswith("_")}
    sent = await sent_files(draft, message)
    photos = (files(draft, "photos") + sent)[: draft.turn.company.photos_max]
    return {**kept, **_known(text, understood), **({"_photos": photos} if photos else {})}


# ---- the questions


async def _same_choices(draft: Draft) -> tuple[Choice, ...]:
    return (
        Choice(Text("report-same-more", {"id": draft.answers["_same"]}), "more", Style.PRIMARY),
        Choice(Text("report-same-new"), "new"),
    )


async def _categories(draft: Draft) -> tuple[Choice, ...]:
    return tuple(Choice(Text(f"category-{one.code}"), one.code) for one in draft.turn.company.categories)


async def _consent_choices(draft: Draft) -> tuple[Choice, ...]:
    return (Choice(Text("consent-agree"), "yes", Style.PRIMARY),)


async def _ask_consent(draft: Draft) -> Question:
    return Question(
        lines(Text("consent-purpose"), Line(Text("consent-ask"), Kind.NEXT)), await _consent_choices(draft)
    )


async def _read_consent(draft: Draft, message: Inbound) -> str:
    said = message.text.strip().lower()
    if said != "yes" and draft.turn.world.keywords.get(said) != "yes":
        raise Invalid(Text("consent-needed", {"phone": draft.turn.company.service_phone}))
    version = draft.turn.company.consent.version
    await draft.store.people.agree(draft.turn.person.id, version, draft.turn.now)
    return version


async def _ask_home(draft: Draft) -> Question:
    homes = await draft.store.homes.of(draft.turn.person.id)
    choices = tuple(Choice(Text("home", _home_args(home)), home.id) for home in homes)
    return Question(lines(Line(Text("report-ask-home"), Kind.NEXT)), choices, columns=1)


def _home_args(home: Home) -> dict[str, Any]:
    return {"district": district(home.district), "address": home.address, "door": home.door}


def district(code: str) -> Text:
    """A district's name; an unknown or empty one is left out."""
    return Text(f"district-{code}") if code else words("")


async def _read_home(draft: Draft, message: Inbound) -> dict[str, str]:
    said = message.text.strip()
    for home in await draft.store.homes.of(draft.turn.person.id):
        if home.id == said:
            return {"id": home.id, "district": home.district, "address": home.address, "door": home.door}
    if not 4 <= len(said) <= 200:
        raise Invalid(Text("report-home-short"))
    found = draft.turn.world.understanding.understand(said, draft.turn.now)
    return {"district": found.district, "address": found.address or said, "door": found.door}


async def _districts(draft: Draft) -> tuple[Choice, ...]:
    return tuple(Choice(Text(f"district-{one.code}"), one.code) for one in draft.turn.company.districts)


async def _ask_phone(draft: Draft) -> Question:
    known = draft.turn.person.phone
    choices = (Choice(Text("report-phone-known", {"phone": say_phone(known)}), known, Style.PRIMARY),) if known else ()
    return Question(lines(Line(Text("report-ask-phone"), Kind.NEXT)), choices, columns=1)


async def _read_phone(draft: Draft, message: Inbound) -> str:
    if message.phone:
        return message.phone
    found = draft.turn.world.understanding.understand(message.text, draft.turn.now).phone
    if not found:
        raise Invalid(Text("report-phone-wrong"))
    return found


async def _never_busy(draft: Draft) -> list[Any]:
    return []


def _window() -> Field:
    field = window_field("window", Text("report-ask-window"), _never_busy)

    async def ask(draft: Draft) -> Question:
        question = await field.ask(draft)
        return replace(question, choices=(*question.choices, Choice(Text("report-any-time"), "any")))

    async def read(draft: Draft, message: Inbound) -> str:
        if message.text.strip() == "any":
            return "any"
        wish = draft.turn.world.understanding.understand(message.text, draft.turn.now).wish
        if wish and wish.kind is not WishKind.TIME:
            return "any"
        return pack_span(read_window(draft, message.text))

    return replace(field, ask=ask, read=read)


async def _summary(draft: Draft) -> tuple[Line, ...]:
    answers = draft.answers
    home = answers["home"]
    return (
        Line(Text("report-summary"), Kind.TITLE),
        Line(Text("fact-what", {"what": what(answers)}), Kind.FACT),
        quote(str(answers["problem"])),
        Line(Text("fact-photos", {"count": len(files(draft, "photos"))}), Kind.FACT),
        Line(Text("fact-home", {"home": Text("home", _home_args(Home("", "", _district_of(answers), home["address"], home["door"])))}), Kind.FACT),
        Line(Text("fact-phone", {"phone": say_phone(answers["phone"])}), Kind.FACT),
        Line(Text("fact-wish", {"wish": wish_text(answers["window"])}), Kind.FACT),
    )


def _district_of(answers: Mapping[str, Any]) -> str:
    return str(answers["home"]["district"] or answers.get("district") or "")


def wish_text(window: str) -> Text:
    """A wished window in words; any time will do if there is none."""
    return Text("window", {"span": unpack_span(window)}) if window not in ("", "any") else Text("report-any-time")


# ---- what happens at the end


async def _finish(draft: Draft) -> list[Outbound]:
    if draft.answers.get("same") == "more":
        return await _supplement(draft)
    turn, store = draft.turn, draft.store
    request = await _request(draft)
    actor = Actor(turn.person, Who.HOMEOWNER, turn.inbound.place.channel)
    moved = file_request(request, actor, turn.now)
    await store.requests.add(moved)
    await store.files.show(request.photos, request.id)
    if not turn.person.phone:
        await store.people.save(replace(turn.person, phone=request.phone, consent=turn.company.consent.version))
    due = await start_first_answer(turn, store, moved.request)
    return await tell_filed(turn, store, moved, due)


async def _request(draft: Draft) -> Request:
    turn, answers = draft.turn, draft.answers
    home = answers["home"]
    home_id = home.get("id") or f"h{secrets.token_hex(8)}"
    place = Home(home_id, turn.person.id, _district_of(answers), home["address"], home["door"])
    if not home.get("id"):
        await draft.store.homes.add(place, turn.now)
    wish = unpack_span(answers["window"]) if answers["window"] != "any" else None
    return Request(
        id=await draft.store.requests.next_id(),
        homeowner_id=turn.person.id,
        type=answers.get("_type") or "repair",
        category=answers["category"],
        product=answers.get("_product", ""),
        symptom=answers.get("_symptom", ""),
        severity=max(int(answers.get("_severity", 1)), 2 if answers.get("_urgent") else 1),
        danger=answers.get("_danger", ""),
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
    return await add_to(draft.turn, draft.store, request, str(draft.answers.get("problem", "")), photos)


async def add_to(
    turn: Turn, store: Store, request: Request, said: str, photos: list[dict[str, str]]
) -> list[Outbound]:
    """More words and photos for a request: kept as an event, shown to staff, acknowledged."""
    hashes = tuple(one["hash"] for one in photos)
    changes = {"photos": (*request.photos, *[one for one in hashes if one not in request.photos])} if hashes else {}
    moved = remark(request, "supplement", turn.actor(request), turn.now, changes)
    moved = replace(moved, event=replace(moved.event, reason=said))
    await store.requests.save(moved)
    await store.files.show(hashes, request.id)
    head = Text("staff-supplement", {"id": request.id, "name": who(turn)})
    body = [quote(said)] if said else []
    told = await tell_staff(store, request.id, [Line(head), *body], files=[unpack_file(one) for one in photos])
    return [turn.say(Text("supplement-kept", {"id": request.id})), *told]


def who(turn: Turn) -> Text:
    """Who writes, as a group may know them."""
    return words(turn.person.name) if turn.person.name else Text("somebody")


async def ask_more(turn: Turn, store: Store) -> list[Outbound]:
    """«补充» on a card: what comes next goes with that request."""
    request = await store.requests.get(turn.subject, turn.viewer)
    return await begin(turn, store, MORE, request.id)


async def _more(draft: Draft) -> list[Outbound]:
    request = await draft.store.requests.get(draft.talk.subject, draft.turn.viewer)
    more = draft.answers["words"]
    return await add_to(draft.turn, draft.store, request, more["said"], more["files"])


async def _ask_words(draft: Draft) -> Question:
    return Question(lines(Line(Text("supplement-ask", {"id": draft.talk.subject}), Kind.NEXT)))


async def _read_words(draft: Draft, message: Inbound) -> dict[str, Any]:
    photos = await sent_files(draft, message)
    if not message.text.strip() and not photos:
        raise Invalid(Text("form-empty"))
    return {"said": message.text.strip()[:2000], "files": photos}


async def edited(turn: Turn, store: Store) -> list[Outbound]:
    """A message that was changed afterwards is a note for staff, never a command."""
    return await pass_on(turn, store) if turn.viewer.role is Role.HOMEOWNER else []


async def unknown(turn: Turn, store: Store) -> list[Outbound]:
    """A command that does not exist: the menu."""
    return [hello(turn)]


async def pass_on(turn: Turn, store: Store) -> list[Outbound]:
    """What is written outside a form reaches the staff group, and goes with the open request if there is one."""
    open_now = await _open(turn, store)
    sent = await sent_files(Draft(turn, store, turn.talk), turn.inbound)
    if open_now:
        return await add_to(turn, store, open_now[0], turn.inbound.text.strip(), sent)
    subject = f"person:{turn.person.id}"
    body = [Line(Text("staff-message", {"name": who(turn)}))]
    if turn.inbound.text.strip():
        body.append(quote(turn.inbound.text.strip()))
    told = await tell_staff(store, subject, body, files=[unpack_file(one) for one in sent])
    if not told:
        return [hello(turn)]
    start = Button(Text("menu-report"), "report.again", args={"said": turn.inbound.text[:500]}, style=Style.PRIMARY)
    return [turn.say(Text("passed-on"), buttons=[(start,)]), *told]


def _unknown_category(draft: Draft) -> bool:
    return not draft.answers.get("category")


def _new(draft: Draft) -> bool:
    return draft.answers.get("same") != "more"


def _no_consent(draft: Draft) -> bool:
    return _new(draft) and draft.turn.person.consent != draft.turn.company.consent.version


def _no_district(draft: Draft) -> bool:
    return _new(draft) and not draft.answers.get("home", {}).get("district")


REPORT = Form(
    "report",
    (
        choice_field("same", Text("report-ask-same"), _same_choices, lambda draft: bool(draft.answers.get("_same"))),
        text_field("problem", Text("report-ask-problem"), needed=_new),
        choice_field("category", Text("report-ask-category"), _categories, _new, columns=3),
        media_field("photos", Text("report-ask-photos"), lambda draft: 0, needed=_new),
        Field("consent", _ask_consent, _read_consent, needed=_no_consent),
        Field("home", _ask_home, _read_home, needed=_new),
        choice_field("district", Text("report-ask-district"), _districts, _no_district, columns=3),
        Field("phone", _ask_phone, _read_phone, needed=_new),
        replace(_window(), needed=_new),
    ),
    then=_finish,
    summary=_summary,
    confirmed=_new,
    absorb=absorb,
)
MORE = Form("more", (Field("words", _ask_words, _read_words),), _more)
