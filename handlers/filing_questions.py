"""What a report asks: what it is about, consent, which home, which phone, and when somebody may come."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain.chat import Inbound, Kind, Line, Style, Text
from domain.errors import Invalid
from domain.homes import may_be_place, says_where
from domain.people import say_phone
from domain.replies import as_before, nth, withheld
from domain.talks import Home
from domain.understanding import Understood
from domain.wishes import WishKind
from handlers.fields import choice_field, pack_span, read_window, unpack_span, window_field
from handlers.forms import Also, Choice, Draft, Field, Question
from handlers.turn import lines, words

VOUCHED = "_vouched"
"""Among the answers: the number which the platform knows to be the sender's own."""


def _said_category(draft: Draft, said: str) -> str:
    return draft.turn.world.understanding.understand(said, draft.turn.now).category


def _said_district(draft: Draft, said: str) -> str:
    return draft.turn.world.understanding.understand(said, draft.turn.now).district


async def _categories(draft: Draft) -> tuple[Choice, ...]:
    return tuple(Choice(Text(f"category-{one.code}"), one.code) for one in draft.turn.company.categories)


async def _consent_choices(draft: Draft) -> tuple[Choice, ...]:
    return (Choice(Text("consent-agree"), "yes", Style.PRIMARY),)


async def _ask_consent(draft: Draft) -> Question:
    return Question(lines(Text("consent-purpose"), Line(Text("consent-ask"), Kind.NEXT)), await _consent_choices(draft))


async def _read_consent(draft: Draft, message: Inbound) -> str:
    said = message.text.strip().lower()
    if message.forwarded or (said != "yes" and draft.turn.world.keywords.get(said) != "yes"):
        raise Invalid(Text("consent-needed", {"phone": draft.turn.company.service_phone}))
    version = draft.turn.company.consent.version
    await draft.store.people.agree(draft.turn.person.id, version, draft.turn.now)
    return version


HOME_CHARS_MIN = 4
"""No address is shorter."""

ASK_HOME = lines(Line(Text("report-ask-home"), Kind.NEXT))


async def _ask_home(draft: Draft) -> Question:
    homes = await draft.store.homes.of(draft.turn.person.id)
    choices = tuple(Choice(Text("home", home_args(home)), home.id) for home in homes)
    return Question(ASK_HOME, choices, columns=1)


def home_args(home: Home) -> dict[str, Any]:
    """A home as the text «home» wants it."""
    return {"district": district(home.district), "address": home.address, "door": home.door}


def district(code: str) -> Text:
    """A district's name; an unknown or empty one is left out."""
    return Text(f"district-{code}") if code else words("")


async def _read_home(draft: Draft, message: Inbound) -> dict[str, str]:
    said = message.text.strip()
    found = draft.turn.world.understanding.understand(said, draft.turn.now)
    if known := await _known_home(draft, said, found):
        return home_answer(known)
    if len(said) > 200 or said.endswith(("?", "\uff1f")) or not _says_where(said, found):
        raise Invalid(Text("report-home-private" if withheld(said) else "report-home-short"))
    if not found.address or _more(said, found):
        return {"district": found.district, "address": said, "door": ""}
    return {"district": found.district, "address": found.address, "door": found.door}


async def _known_home(draft: Draft, said: str, found: Understood) -> Home | None:
    """One of theirs: tapped, by its number, or «as before», which is the only one or that of the latest request."""
    homes = await draft.store.homes.of(draft.turn.person.id)
    place = nth(said)
    tapped = next((home for home in homes if home.id == said), None)
    if tapped or 0 < place <= len(homes):
        return tapped or homes[place - 1]
    if not homes or found.address or any(sign.isdecimal() for sign in said) or not as_before(said):
        return None
    latest = await draft.store.requests.of(draft.turn.person.id, limit=1)
    used = [home for home in homes if latest and home.id == latest[0].home_id]
    if not used and len(homes) > 1:
        raise Invalid(Text("report-home-which"))
    return (*used, *homes)[0]


def home_answer(home: Home) -> dict[str, str]:
    """A home as the form keeps it."""
    return {"id": home.id, "district": home.district, "address": home.address, "door": home.door}


def _says_where(said: str, found: Understood) -> bool:
    """Whether an answer may be an address: it is understood as one, or else names a place or a number and no doubt."""
    if found.address:
        return True
    return len(said) >= HOME_CHARS_MIN and not found.phone and not withheld(said) and may_be_place(said)


def _more(said: str, found: Understood) -> bool:
    """Whether what was not read of an answer also says where: then all of it is kept, so that nobody is sent astray."""
    return says_where(said.replace(found.address, "", 1).replace(found.door, "", 1))


async def _districts(draft: Draft) -> tuple[Choice, ...]:
    return tuple(Choice(Text(f"district-{one.code}"), one.code) for one in draft.turn.company.districts)


async def _ask_phone(draft: Draft) -> Question:
    known = draft.turn.person.phone
    choices = (Choice(Text("report-phone-known", {"phone": say_phone(known)}), known, Style.PRIMARY),) if known else ()
    return Question(lines(Line(Text("report-ask-phone"), Kind.NEXT)), choices, columns=1, asks="phone")


async def _read_phone(draft: Draft, message: Inbound) -> str | Also:
    if message.phone:
        return Also(message.phone, {**draft.answers, VOUCHED: message.phone})
    found = draft.turn.world.understanding.understand(message.text, draft.turn.now).phone
    if not found:
        raise Invalid(Text("report-phone-wrong"))
    return found


async def _never_busy(draft: Draft) -> list[Any]:
    return []


def _window_or_any() -> Field:
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


def wish_text(window: str) -> Text:
    """A wished window in words; any time will do if there is none."""
    return Text("window", {"span": unpack_span(window)}) if window not in ("", "any") else Text("report-any-time")


CATEGORY = choice_field("category", Text("report-ask-category"), _categories, columns=3, said=_said_category)
CONSENT = Field("consent", _ask_consent, _read_consent)
HOME = Field("home", _ask_home, _read_home, lines=ASK_HOME)
DISTRICT = choice_field("district", Text("report-ask-district"), _districts, columns=3, said=_said_district)
PHONE = Field("phone", _ask_phone, _read_phone)
WINDOW = _window_or_any()
"""The questions, asked of everybody: the form says when they are."""
