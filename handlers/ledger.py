"""The ledger as time goes on, and as managers adjust it."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta

from domain.chat import Button, Inbound, Kind, Line, Outbound, Place, Style, Text
from domain.errors import Invalid, NotAllowed, NotFound, NotPossible
from domain.ledger import Unit, Why, terms, worth
from domain.money import fen_of, points_of
from domain.people import INSIDE, Person, Role
from handlers.audience import tell_admins
from handlers.dialogs import begin
from handlers.fields import choice_field, text_field
from handlers.forms import Choice, Draft, Field, Form, Question
from handlers.turn import Turn, lines, words
from storage.ledger_proof import Fault
from storage.ledger_proposals import Decision, Proposal
from storage.store import Store

KNOWN = "ledger:faults"
"""Under this name the faults that admins know of are kept."""

FAULTS_MAX = 50
SHOWN_MAX = 5
WAITS = timedelta(days=7)
"""So long an adjustment waits for a second manager."""

ALONE = timedelta(days=1)
"""What one manager gives somebody within that time counts together."""

REQUEST = re.compile(r"R-\d{1,12}", re.IGNORECASE)


# ---- time


async def expires(turn: Turn, store: Store) -> list[Outbound]:
    """A credit's time is over, whatever our own clock says: what is left of it goes. Its owner was told before."""
    due_at = datetime.fromisoformat(str(turn.inbound.args["due_at"]))
    await store.ledger.expire(turn.subject, max(turn.now, due_at))
    return []


async def expiring(turn: Turn, store: Store) -> list[Outbound]:
    """What ends soon is told a month before, all of a day together; nothing if it was spent meanwhile."""
    place = await store.people.place(turn.subject)
    days = timedelta(days=turn.company.bank.keeping.expiring_days)
    told: list[Text] = []
    for unit in Unit:
        lots = (await store.ledger.peek(turn.subject, unit)).lots
        ending = [
            lot for lot in lots if lot.expires_at and lot.left > 0 and turn.now < lot.expires_at <= turn.now + days
        ]
        if ending:
            amount, first = sum(lot.left for lot in ending), min(lot.expires_at for lot in ending if lot.expires_at)
            told.append(Text("ledger-expiring", {"amount": worth(unit, amount), "at": first}))
    button = Button(Text("menu-passbook"), "passbook.show", style=Style.PRIMARY)
    return [Outbound(place, lines(*told), ((button,),))] if place and told else []


# ---- the proof


async def proved(turn: Turn, store: Store) -> list[Outbound]:
    """What the hourly proof found: admins hear of each fault once, and when all is well again."""
    found = {Fault(str(code), str(what)) for code, what in turn.inbound.args.get("faults", ())}
    known = {Fault(*one) for one in json.loads(await store.cursors.find(KNOWN) or "[]")}
    if found == known:
        return []
    await store.cursors.keep(KNOWN, json.dumps(sorted([one.code, one.what] for one in found)), turn.now)
    fresh = sorted(found - known, key=lambda one: (one.code, one.what))
    if not found:
        return await tell_admins(store, Line(Text("ledger-sound-again")))
    if not fresh:
        return []
    shown = tuple(Text(f"ledger-fault-{one.code}", {"what": one.what}) for one in fresh[:SHOWN_MAX])
    head = Line(Text("ledger-faults", {"count": len(fresh)}), Kind.ALERT)
    return await tell_admins(store, head, *[Line(one) for one in shown])


# ---- adjusting


async def start(turn: Turn, store: Store) -> list[Outbound]:
    """/adjust: a manager gives or takes, with a reason."""
    return await begin(turn, store, ADJUST)


async def _ask_person(draft: Draft) -> Question:
    return Question(lines(Line(Text("ledger-ask-person"), Kind.NEXT)))


async def _read_person(draft: Draft, message: Inbound) -> dict[str, str]:
    """Whose number this is, or who filed this request; nobody new."""
    person = await _of_request(draft, message.text) or await _of_phone(draft, message.text)
    if person is None:
        raise Invalid(Text("ledger-no-person"))
    if person.id == draft.turn.person.id:
        raise NotAllowed(Text("ledger-own"))
    return {"id": person.id, "name": person.name}


async def _of_request(draft: Draft, said: str) -> Person | None:
    found = REQUEST.search(said)
    if found is None:
        return None
    try:
        request = await draft.store.requests.get(found[0].upper(), draft.turn.viewer)
    except (NotFound, NotPossible):
        return None
    person = await draft.store.people.get(request.homeowner_id)
    return person if person and person.active else None


async def _of_phone(draft: Draft, said: str) -> Person | None:
    phone = draft.turn.world.understanding.understand(said, draft.turn.now).phone
    known = [one for one in await draft.store.people.by_phone(phone) if one.active] if phone else []
    return next((one for one in known if one.vouched), known[0] if known else None)


async def _units(draft: Draft) -> tuple[Choice, ...]:
    return tuple(Choice(Text(f"ledger-unit-{unit.value}"), unit.value) for unit in Unit)


async def _ask_amount(draft: Draft) -> Question:
    return Question(lines(Line(Text(f"ledger-ask-{draft.answers['unit']}"), Kind.NEXT)))


async def _read_amount(draft: Draft, message: Inbound) -> int:
    said = unicodedata.normalize("NFKC", message.text).strip().replace("\u2212", "-")
    sign, number = (-1, said[1:]) if said.startswith("-") else (1, said.removeprefix("+"))
    amount = points_of(number) if draft.answers["unit"] == Unit.POINTS.value else fen_of(number)
    if not amount:
        raise Invalid(Text(f"ledger-wrong-{draft.answers['unit']}"))
    return sign * amount


async def _summary(draft: Draft) -> tuple[Line, ...]:
    name, proposal = str(draft.answers["person"]["name"]), _proposal(draft, "")
    person = words(name) if name else Text("somebody")
    facts = {"person": person, **_facts(proposal)}
    return lines(Line(Text("ledger-adjust-summary", facts), Kind.TITLE), Line(words(proposal.reason), Kind.QUOTE))


def _proposal(draft: Draft, id: str) -> Proposal:
    answers, turn = draft.answers, draft.turn
    unit, person_id = Unit(answers["unit"]), str(answers["person"]["id"])
    return Proposal(id, person_id, unit, int(answers["amount"]), str(answers["reason"]), turn.person.id, turn.now)


def _facts(proposal: Proposal) -> dict[str, object]:
    """``more`` says whether it is given or taken."""
    return {
        "id": proposal.id,
        "more": proposal.amount > 0,
        "amount": worth(proposal.unit, abs(proposal.amount)),
        "reason": proposal.reason,
    }


async def _adjusted(draft: Draft) -> list[Outbound]:
    """Done at once; above the limit a second manager decides."""
    turn, store = draft.turn, draft.store
    if not turn.viewer.role.is_manager:
        raise NotAllowed(Text("refused-role"))
    proposal = await _meant(turn, store, _proposal(draft, await store.proposals.next_id()))
    if await _needs_second(turn, store, proposal):
        return await _wait(turn, store, proposal)
    await store.proposals.add(replace(proposal, state=Decision.CONFIRMED))
    return [turn.say(Text("ledger-adjusted", _facts(proposal))), *await _carry_out(turn, store, proposal)]


async def _meant(turn: Turn, store: Store, proposal: Proposal) -> Proposal:
    """For who the person turned out to be meanwhile, held until the commit.

    Raises:
        NotAllowed: that is who wants it, or who decides.
        NotPossible: they are not here any more.
    """
    person_id = proposal.person_id
    await store.people.hold(person_id)
    while (heir := await store.ledger.heir(person_id)) != person_id:
        person_id = heir
        await store.people.hold(person_id)
    if person_id in (proposal.made_by, turn.person.id):
        raise NotAllowed(Text("ledger-second-same"))
    person = await store.people.get(person_id)
    if person is None or not person.active:
        raise NotPossible(Text("ledger-person-gone"))
    return replace(proposal, person_id=person_id)


async def _needs_second(turn: Turn, store: Store, proposal: Proposal) -> bool:
    """Above the limit, with all that the same manager gave or took alone within a day."""
    keeping = turn.company.bank.keeping
    limit = keeping.second_fen if proposal.unit is Unit.FUND else keeping.second_points
    since = turn.now - ALONE
    before = await store.ledger.adjusted(proposal.person_id, proposal.unit, proposal.made_by, since)
    return abs(proposal.amount) > limit or abs(before + proposal.amount) > limit


async def _wait(turn: Turn, store: Store, proposal: Proposal) -> list[Outbound]:
    """For a second manager, and not for ever.

    Raises:
        NotPossible: there is none who could be asked.
    """
    asked = await _ask_second(turn, store, proposal)
    if not asked:
        raise NotPossible(Text("ledger-nobody"))
    await store.proposals.add(proposal)
    await store.timers.set(f"proposal:{proposal.id}", turn.now + WAITS, "clock.proposal_over", proposal.id)
    return [turn.say(Text("ledger-waits", _facts(proposal))), *asked]


async def _carry_out(turn: Turn, store: Store, proposal: Proposal) -> list[Outbound]:
    """Enter it, and tell whose it is what was done and why.

    Raises:
        Short: there is less to take.
    """
    why = Why("adjust", proposal.id, proposal.made_by, proposal.reason)
    lasting = terms(turn.company.bank.keeping, proposal.unit, turn.now, turn.company.tz)
    key = f"adjust:{proposal.id}"
    await store.ledger.adjust(proposal.person_id, proposal.unit, key, turn.now, proposal.amount, why, lasting)
    return await _tell(store, proposal.person_id, Text("ledger-told", _facts(proposal)))


async def _tell(store: Store, person_id: str, text: Text) -> list[Outbound]:
    place = await store.people.place(person_id)
    return [Outbound(place, lines(text))] if place else []


async def _tell_maker(store: Store, proposal: Proposal, text: Text) -> list[Outbound]:
    """Who wanted it hears what became of it, while they work here."""
    place = await store.people.colleague(proposal.made_by)
    return [Outbound(place, lines(text))] if place else []


async def _ask_second(turn: Turn, store: Store, proposal: Proposal) -> list[Outbound]:
    """Every other manager may decide."""
    person = await store.people.get(proposal.person_id)
    name = words(person.name) if person and person.name else Text("somebody")
    text = Text("ledger-second-ask", {**_facts(proposal), "who": turn.person.name, "person": name})
    row = tuple(
        Button(Text(f"ledger-press-{action}"), f"ledger.{action}", proposal.id, style=style)
        for action, style in (("confirm", Style.PRIMARY), ("refuse", Style.PLAIN))
    )
    places = await _seconds(store, proposal)
    return [Outbound(place, lines(text), (row,), card=_card(proposal)) for place in places]


async def _seconds(store: Store, proposal: Proposal) -> list[Place]:
    """Where the managers are who may decide."""
    managers = [one.id for role in (Role.MANAGER, Role.ADMIN) for one in await store.people.working(role)]
    others = [one for one in managers if one not in (proposal.made_by, proposal.person_id)]
    return [place for one in others if (place := await store.people.place(one))]


def _card(proposal: Proposal) -> str:
    return f"proposal:{proposal.id}"


async def over(turn: Turn, store: Store) -> list[Outbound]:
    """Nobody decided in time: it ends, and whoever has it before them reads so."""
    proposal = await store.proposals.get(turn.subject, INSIDE)
    if not await store.proposals.decide(proposal.id, Decision.EXPIRED, "", turn.now):
        return []
    text = Text("ledger-over", _facts(proposal))
    asked = [Outbound(place, lines(text), card=_card(proposal)) for place in await _seconds(store, proposal)]
    return [*await _tell_maker(store, proposal, text), *asked]


async def decide(turn: Turn, store: Store) -> list[Outbound]:
    """A second manager confirms or refuses; never the one who wants it, nor whose it is."""
    proposal = await store.proposals.get(turn.subject, turn.viewer)
    if turn.person.id in (proposal.made_by, proposal.person_id):
        raise NotAllowed(Text("ledger-second-same"))
    confirmed = turn.intent == "ledger.confirm"
    decision = Decision.CONFIRMED if confirmed else Decision.REFUSED
    if not await store.proposals.decide(proposal.id, decision, turn.person.id, turn.now):
        raise NotPossible(Text("ledger-decided", {"id": proposal.id}))
    told = await _carry_out(turn, store, await _meant(turn, store, proposal)) if confirmed else []
    text = Text(f"ledger-done-{decision.value.lower()}", {**_facts(proposal), "who": turn.person.name})
    own = turn.say(text, card=_card(proposal))
    return [own, *await _tell_maker(store, proposal, text), *told]


ADJUST = Form(
    "adjust",
    (
        Field("person", _ask_person, _read_person),
        choice_field("unit", Text("ledger-ask-unit"), _units),
        Field("amount", _ask_amount, _read_amount),
        text_field("reason", Text("ledger-ask-reason"), chars_max=300, chars_min=2),
    ),
    _adjusted,
    summary=_summary,
)
