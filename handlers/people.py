"""Hello, language, invitations, and one person on several channels."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.chat import Button, Inbound, Kind, Line, Outbound, Style, Text
from domain.errors import Invalid, NotAllowed, NotFound, NotPossible
from domain.ledger import notice
from domain.people import Invitation, Person, Role
from domain.requests import Actor, remark
from domain.scenes import PREFIXES, invites
from domain.states import Who
from handlers import referrals, standing
from handlers.chats import bind_made
from handlers.dialogs import begin
from handlers.fields import choice_field, files, many_field, media_field, text_field
from handlers.forms import Also, Choice, Draft, Field, Form, More, Question
from handlers.joining import GIVES, check
from handlers.menu import hello
from handlers.naming import NAME
from handlers.referral_moves import joined
from handlers.referral_news import folded
from handlers.scans import scanned
from handlers.turn import Turn, lines, words
from storage.store import Store

SCANS = tuple(PREFIXES[purpose] for purpose in ("product", "asset", "home"))
LANGUAGES = {"zh-CN": "language-zh-CN", "en": "language-en", "zh-Hant": "language-zh-Hant"}
INVITED = GIVES[Role.ADMIN]
TRIES_MAX = 5
CODES_A_DAY_MAX = 5
"""Codes sent to one homeowner: with five tries each, guessing six digits takes centuries."""


async def start(turn: Turn, store: Store) -> list[Outbound]:
    """/start: hello, or with a code what it stands for: an invitation, a recommendation, a thing, a home. Who comes by
    any other word is greeted."""
    code = str(turn.args.get("rest", ""))
    if code.startswith(PREFIXES["referral"]):
        return await referrals.arrive(turn, store, code.removeprefix(PREFIXES["referral"]))
    if code.startswith(SCANS):
        return await scanned(turn, store, code)
    if not invites(code):
        return [hello(turn)]
    invitation = await store.codes.redeem(code, "invite", turn.person.id, turn.now)
    if invitation is None or invitation.role is None:
        raise NotFound(Text("invite-refused", {"company": Text("company-name")}))
    await check(turn, store, invitation)  # a refusal undoes that the code was used
    person = invited(turn.person, invitation)
    await store.people.save(person)
    if person.photo:
        await store.files.show([person.photo], "trust")
    who = Text("joined-who", {"name": words(person.name)}) if person.name else words("")
    joined = turn.say(Text(f"joined-{person.role.value}", {"who": who, "company": Text("company-name")}))
    known = replace(turn, person=person)
    called = [] if person.name else await begin(known, store, NAME)
    return [joined, *([hello(known)] if person.role is Role.INSTALLER else ()), *called]


def invited(person: Person, invitation: Invitation) -> Person:
    """A person as the invitation makes them; what it does not say stays."""
    facts: Mapping[str, Any] = invitation.facts
    phone = str(facts.get("phone") or person.phone)
    return replace(
        person,
        role=invitation.role or person.role,
        name=str(facts.get("name") or person.name),
        phone=phone,
        vouched=person.vouched and phone == person.phone,
        number=str(facts.get("number") or person.number),
        skills=tuple(facts.get("skills") or person.skills),
        districts=tuple(facts.get("districts") or person.districts),
        photo=str(facts.get("photo") or person.photo),
        active=True,
    )


async def language(turn: Turn, store: Store) -> list[Outbound]:
    """/language: choose one, for oneself or, in the staff group, for the group."""
    chosen = str(turn.args.get("locale") or turn.args.get("rest", ""))
    if chosen not in LANGUAGES:
        row = tuple(Button(Text(id), "command.language", args={"locale": locale}) for locale, id in LANGUAGES.items())
        return [turn.say(Text("language-ask"), buttons=[row])]
    if turn.inbound.group:
        await store.groups.speak(turn.inbound.place, chosen)
    else:
        await store.people.save(replace(turn.person, locale=chosen))
    await store.outbox.speak(turn.inbound.place, chosen)
    return [turn.say(Text("language-set"))]


async def help_me(turn: Turn, store: Store) -> list[Outbound]:
    """/help: what this person can do here."""
    return [turn.say(Text(f"help-{turn.viewer.role.value}"))] if turn.viewer.role.is_staff else [hello(turn)]


async def cancel(turn: Turn, store: Store) -> list[Outbound]:
    """/cancel with nothing open: say so, and how a request is cancelled."""
    return [turn.say(Text("cancel-nothing"))]


async def verify(turn: Turn, store: Store) -> list[Outbound]:
    """验真: whether an installer's number is ours; yes or no, without personal data."""
    number = str(turn.args.get("rest", "")).strip()
    return [await _verdict(turn, store, number)] if number else await begin(turn, store, VERIFY)


async def _verdict(turn: Turn, store: Store, number: str) -> Outbound:
    found = await store.people.by_number(number.upper())
    yes = found is not None and found.active and found.role is Role.INSTALLER
    return turn.say(Text("verify-yes" if yes else "verify-no", {"number": number[:20]}))


async def _verified(draft: Draft) -> list[Outbound]:
    return [await _verdict(draft.turn, draft.store, str(draft.answers["number"]))]


VERIFY = Form("verify", (text_field("number", Text("verify-help"), chars_max=20),), _verified)


# ---- invitations


async def invite(turn: Turn, store: Store) -> list[Outbound]:
    """/invite: a manager invites staff or an installer; what is asked depends on the role."""
    return await begin(turn, store, INVITE)


async def _roles(draft: Draft) -> tuple[Choice, ...]:
    return tuple(Choice(Text(f"role-{role.value}"), role.value) for role in _invitable(draft.turn))


def _invitable(turn: Turn) -> tuple[Role, ...]:
    """Whom this person may invite, as what they are at this moment."""
    return GIVES.get(turn.viewer.role, ())


def _installer(draft: Draft) -> bool:
    return draft.answers.get("role") == Role.INSTALLER.value


async def _skills(draft: Draft) -> tuple[Choice, ...]:
    return tuple(Choice(Text(f"skill-{one.code}"), one.code) for one in draft.turn.company.skills)


async def _districts(draft: Draft) -> tuple[Choice, ...]:
    return tuple(Choice(Text(f"district-{one.code}"), one.code) for one in draft.turn.company.districts)


def _number_field() -> Field:
    field = text_field("number", Text("invite-ask-number"), chars_max=20, needed=_installer)

    async def read(draft: Draft, message: Inbound) -> str:
        number = str(await field.read(draft, message)).upper()
        if await draft.store.people.by_number(number):
            raise Invalid(Text("invite-number-taken", {"number": number}))
        return number

    return replace(field, read=read)


async def _ask_phone(draft: Draft) -> Question:
    return Question(lines(Line(Text("invite-ask-phone"), Kind.NEXT)))


async def _read_phone(draft: Draft, message: Inbound) -> str:
    phone = draft.turn.world.understanding.understand(message.text, draft.turn.now).phone
    if not phone:
        raise Invalid(Text("report-phone-wrong"))
    return phone


async def _invited(draft: Draft) -> list[Outbound]:
    turn, answers = draft.turn, draft.answers
    if Role(answers["role"]) not in _invitable(turn):
        raise NotAllowed(Text("refused-role"))
    photo = files(draft, "photo")
    facts = {name: answers[name] for name in ("name", "number", "phone", "skills", "districts") if answers.get(name)}
    facts |= {"photo": photo[0]["hash"]} if photo else {}
    expires = turn.now + timedelta(hours=turn.company.promises.invitation_hours)
    invitation = Invitation("invite", Role(answers["role"]), facts, turn.person.id, expires)
    code = await draft.store.codes.mint(invitation, turn.now)
    link = "\n".join(turn.world.links.start(code))
    told = Text("invite-made", {"name": answers["name"], "link": link, "code": code, "until": expires})
    return [turn.say(told)]


def _no_photo(draft: Draft) -> int:
    return 0


INVITE = Form(
    "invite",
    (
        choice_field("role", Text("invite-ask-role"), _roles),
        text_field("name", Text("invite-ask-name"), chars_max=20),
        _number_field(),
        Field("phone", _ask_phone, _read_phone),
        many_field("skills", Text("invite-ask-skills"), _skills, _installer),
        many_field("districts", Text("invite-ask-districts"), _districts, _installer),
        media_field("photo", Text("invite-ask-photo"), _no_photo, _installer),
    ),
    _invited,
)


async def bind_code(turn: Turn, store: Store) -> list[Outbound]:
    """/bindcode: a one-time code that makes the group where it is said the staff group; where we make that group
    ourselves it serves at once."""
    if made := turn.world.made.get(turn.inbound.place.channel):
        return await bind_made(turn, store, made)
    expires = turn.now + timedelta(minutes=turn.company.promises.bind_code_min)
    code = await store.codes.mint(Invitation("bind", None, {}, turn.person.id, expires), turn.now)
    group = turn.world.links.group(code)
    by_link = [Text("bind-code-link", {"link": group})] if group else []
    return [turn.say(Line(Text("bind-code", {"code": code, "until": expires}), until=expires), *by_link)]


# ---- one person on several channels


async def link(turn: Turn, store: Store) -> list[Outbound]:
    """/link: this chat belongs to somebody we know already, who proves it by the same phone."""
    if turn.person.role is not Role.HOMEOWNER:
        raise NotPossible(Text("link-homeowners-only"))
    return await begin(turn, store, LINK)


async def _ask_code(draft: Draft) -> Question:
    return Question(lines(Line(Text("link-ask-code"), Kind.NEXT)))


async def _read_link_phone(draft: Draft, message: Inbound) -> str | Also:
    phone = message.phone or draft.turn.world.understanding.understand(message.text, draft.turn.now).phone
    if not phone:
        raise Invalid(Text("report-phone-wrong"))
    owner = await _owner(draft, phone)
    if message.phone and (owner is None or await _proved(draft, owner)):
        return Also(phone, {**draft.answers, "code": owner.id if owner else ""})
    await _send_code(draft, phone)
    return phone


async def _proved(draft: Draft, owner: Person) -> bool:
    """Whether a vouched number alone proves that both are one: who only typed it may be anybody, but then writes."""
    return owner.vouched or await draft.store.people.place(owner.id) is None


async def _ask_link_phone(draft: Draft) -> Question:
    return Question(lines(Line(Text("link-ask-phone"), Kind.NEXT)), asks="phone")


async def _owner(draft: Draft, phone: str) -> Person | None:
    """The homeowner with this number; nobody becomes staff or an installer by a phone."""
    known = [one for one in await draft.store.people.by_phone(phone) if one.role is Role.HOMEOWNER and one.active]
    others = [one for one in known if one.id != draft.turn.person.id]
    return next((one for one in others if one.vouched), others[0] if others else None)


async def _send_code(draft: Draft, phone: str) -> None:
    """Send six digits to the chat that is linked already; an unknown number gets none, and the asker no hint."""
    turn, owner = draft.turn, await _owner(draft, phone)
    place = await draft.store.people.place(owner.id) if owner else None
    since = turn.now - timedelta(days=1)
    if owner is None or place is None or await draft.store.codes.made(_kind(owner.id), since) >= CODES_A_DAY_MAX:
        return
    digits = f"{secrets.randbelow(1_000_000):06d}"
    expires = turn.now + timedelta(minutes=turn.company.promises.link_code_min)
    invitation = Invitation(_kind(owner.id), None, {"person": owner.id}, turn.person.id, expires)
    await draft.store.codes.mint(invitation, turn.now, _code(turn, owner.id, digits))
    told = Outbound(place, (Line(Text("link-code", {"code": digits, "until": expires}), until=expires),))
    await draft.store.outbox.add(f"{turn.inbound.id}:link", [told], turn.now)


def _kind(owner_id: str) -> str:
    return f"link:{owner_id}"


def _code(turn: Turn, owner_id: str, digits: str) -> str:
    return f"{owner_id}{turn.person.id}{digits}"


async def _read_code(draft: Draft, message: Inbound) -> Any:
    owner = await _owner(draft, str(draft.answers["phone"]))
    digits = message.text.strip()
    if owner:
        code = _code(draft.turn, owner.id, digits)
        if await draft.store.codes.redeem(code, _kind(owner.id), draft.turn.person.id, draft.turn.now):
            return owner.id
    tries = int(draft.answers.get("_tries", 0)) + 1
    if tries >= TRIES_MAX:
        return ""
    return More({"_tries": tries})


async def _linked(draft: Draft) -> list[Outbound]:
    """Everything of this account moves to the person it belongs to, with an event for each request."""
    turn, store, owner_id = draft.turn, draft.store, str(draft.answers["code"])
    if not owner_id:
        return [turn.say(Text("link-refused"))]
    for request in await store.requests.of(turn.person.id, limit=1000):
        actor = Actor(turn.person, Who.HOMEOWNER, turn.inbound.place.channel)
        await store.requests.save(remark(request, "linked", actor, turn.now, {"homeowner_id": owner_id}))
    await store.conversations.hand_over(turn.person.id, owner_id)
    await store.orders.alone(turn.person.phone)
    await store.people.merge(turn.person.id, owner_id)
    await store.rewards.hand_over(turn.person.id, owner_id)
    await store.ideas.hand_over(turn.person.id, owner_id)
    await store.ledger.move(turn.person.id, owner_id, turn.now, notice(turn.company.bank.keeping))
    owner = await store.people.get(owner_id)
    told = await joined(turn, store, turn.person.id, owner) if owner else []
    told += await standing.merged(turn, store, turn.person.id, owner_id)
    return [turn.say(Text("link-done"), buttons=[(_progress(),)]), *folded(told)]


def _progress() -> Button:
    return Button(Text("menu-progress"), "request.mine", style=Style.PRIMARY)


LINK = Form(
    "link",
    (
        Field("phone", _ask_link_phone, _read_link_phone),
        Field("code", _ask_code, _read_code),
    ),
    _linked,
)


async def stale(turn: Turn, store: Store) -> list[Outbound]:
    """A button that is gone, or that stands in somebody else's chat: the two answer alike."""
    raise NotPossible(Text("button-stale"))
