"""Ideas of VIP design advisers: sent in, adopted or declined, and what an adopted one earns."""

from __future__ import annotations

from dataclasses import replace

from domain.board import Idea
from domain.chat import Attachment, Button, Kind, Line, Media, Outbound, Style, Text
from domain.errors import NotAllowed, NotPossible, Refused
from domain.ledger import Unit, Why, terms
from domain.people import mask_words
from handlers.audience import tell_staff
from handlers.cards import called
from handlers.dialogs import begin
from handlers.fields import files, media_field, text_field
from handlers.forms import Draft, Form
from handlers.reward_words import tell
from handlers.turn import Turn, quote, words
from storage.store import Store

ADOPTED, DECLINED = "ADOPTED", "DECLINED"


async def start(turn: Turn, store: Store) -> list[Outbound]:
    """提点子: for VIP design advisers."""
    await _advisers_only(turn, store)
    return await begin(turn, store, IDEA)


async def _advisers_only(turn: Turn, store: Store) -> None:
    if await store.board.vip_since(turn.person.id) is None:
        raise NotPossible(Text("idea-vip-only", {"least": turn.company.bank.referring.vip_after}))


def _no_photo(draft: Draft) -> int:
    return 0


async def _sent(draft: Draft) -> list[Outbound]:
    turn, store = draft.turn, draft.store
    try:
        await _advisers_only(turn, store)
    except NotPossible as over:
        return [turn.say(over.text)]
    photos = [one["hash"] for one in files(draft, "photos")]
    idea = await store.ideas.add(turn.person.id, str(draft.answers["words"]), photos, turn.now)
    await store.files.show(photos, idea.id)
    return [turn.say(Text("idea-kept", {"id": idea.id})), *await _ask_staff(draft, idea)]


async def _ask_staff(draft: Draft, idea: Idea) -> list[Outbound]:
    person = draft.turn.person
    shown = tuple(Attachment(one["hash"], Media(one["media"])) for one in files(draft, "photos"))
    head = Line(Text("idea-new", {"id": idea.id, "name": called(person)}), Kind.TITLE)
    told = await tell_staff(
        draft.store, f"person:{person.id}", [head, quote(mask_words(idea.words, person.phone))], shown
    )
    decide = (
        Button(Text("idea-adopt"), "idea.adopt", idea.id, style=Style.PRIMARY),
        Button(Text("idea-decline"), "idea.decline", idea.id),
    )
    return [replace(one, buttons=(decide,), card=_card(idea)) for one in told]


def _card(idea: Idea) -> str:
    return f"idea:{idea.id}"


IDEA = Form(
    "idea",
    (
        text_field("words", Text("idea-ask"), chars_max=1000),
        media_field("photos", Text("idea-ask-photos"), _no_photo),
    ),
    _sent,
)


async def adopt(turn: Turn, store: Store) -> list[Outbound]:
    """A manager adopts an idea: once, and its author is credited."""
    idea = await _others(turn, store, turn.subject)
    if not await store.ideas.decide(idea.id, ADOPTED, turn.person.id, "", turn.now):
        raise NotPossible(Text("idea-decided", {"id": idea.id}))
    points = turn.company.bank.referring.idea_points
    if points:
        lasting = terms(turn.company.bank.keeping, Unit.POINTS, turn.now, turn.company.tz)
        why = Why("idea", idea.id, turn.person.id)
        await store.ledger.credit(idea.person_id, Unit.POINTS, f"idea:{idea.id}", turn.now, points, why, lasting)
    told = await tell(store, idea.person_id, Text("idea-adopted", {"id": idea.id, "points": points}))
    return [*await _settle(turn, store, idea, "adopted"), *told]


async def _others(turn: Turn, store: Store, idea_id: str) -> Idea:
    """An idea that waits, and is not one's own.

    Raises:
        NotFound: there is none. NotAllowed: it is. NotPossible: it was decided.
    """
    idea = await store.ideas.get(idea_id, turn.viewer)
    if idea.person_id == turn.person.id:
        raise NotAllowed(Text("reward-own"))
    if idea.state != "SUBMITTED":
        raise NotPossible(Text("idea-decided", {"id": idea.id}))
    return idea


async def _settle(turn: Turn, store: Store, idea: Idea, what: str) -> list[Outbound]:
    """Whoever has it before them sees what became of it; the buttons are gone everywhere."""
    here, text = turn.inbound.place, Text(f"idea-done-{what}", {"id": idea.id})
    others = [one for one in await store.groups.places("staff") if one != here]
    return [turn.say(text, card=_card(idea)), *[Outbound(one, (Line(text),), card=_card(idea)) for one in others]]


async def decline(turn: Turn, store: Store) -> list[Outbound]:
    """A manager declines an idea, with a word to its author."""
    idea = await _others(turn, store, turn.subject)
    return await begin(turn, store, DECLINE, idea.id)


async def _declined(draft: Draft) -> list[Outbound]:
    """What has been decided meanwhile, or is not this person's to decide any more, ends the question with a word."""
    turn, store, reason = draft.turn, draft.store, str(draft.answers["reason"])
    try:
        if not turn.viewer.role.is_manager:
            raise NotAllowed(Text("refused-role"))
        idea = await _others(turn, store, draft.talk.subject)
    except Refused as over:
        return [turn.say(over.text)]
    if not await store.ideas.decide(idea.id, DECLINED, turn.person.id, reason, turn.now):
        return [turn.say(Text("idea-decided", {"id": idea.id}))]
    told = await tell(store, idea.person_id, Text("idea-declined", {"id": idea.id, "reason": words(reason)}))
    return [*await _settle(turn, store, idea, "declined"), *told]


DECLINE = Form("idea-decline", (text_field("reason", Text("idea-ask-reason"), chars_max=300),), _declined)
