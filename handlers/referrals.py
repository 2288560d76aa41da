"""推荐有礼: one's own code and what came of it, and whoever comes with a code."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from domain.bank import Referring
from domain.chat import Button, Kind, Line, Outbound, Place, Style, Text
from domain.errors import Invalid, NotFound
from domain.fairness import block
from domain.people import INSIDE, Person, Role, mask_name
from domain.referrals import Referral, ReferralMoved, create, move
from domain.requests import Request
from domain.scenes import PREFIXES
from handlers.menu import hello
from handlers.orders import REQUEST, numbered, whose
from handlers.referral_cards import overview, own_card, put, review_card
from handlers.referral_moves import Settled, evidence, order_facts, settled, system, told_of, wind_up
from handlers.turn import Turn, words
from storage.referrers import Referrer, Touch
from storage.store import Store

TOUCHES_MAX = 20
"""So many codes of one person an hour are kept; who tries more is only greeted."""

SHOWN = 8
PRAISED = 4
"""From which score on who rated may like to recommend us."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody came with a code: who, whose code, over which channel; if staff were told of it, who of them, and when
    the request was made that they came with."""

    friend: Person
    referrer: Referrer
    via: str
    teller_id: str = ""
    since: datetime | None = None


# ---- one's own


async def share(turn: Turn, store: Store) -> list[Outbound]:
    """推荐有礼: the code, a link for each channel, and what it brings."""
    return [await _share(turn, store, turn.inbound.place)]


async def _share(turn: Turn, store: Store, place: Place) -> Outbound:
    me = await referrer(turn, store)
    policy = turn.company.bank.referring
    lines = (
        Line(Text("referral-share-title"), Kind.TITLE),
        Line(_how(policy)),
        Line(Text("referral-share-code", {"code": me.code}), Kind.FACT),
        *[Line(words(link)) for link in links(turn, me.code)],
        Line(Text("referral-share-tell", {"code": me.code}), Kind.NEXT),
    )
    return Outbound(place, lines, _menu(turn), card="referral:share", fresh=True, thread=turn.thread)


def _how(policy: Referring) -> Text:
    """What it brings; nothing is promised where nothing is given."""
    if not policy.tiers:
        return Text("referral-share-plain")
    return Text("referral-share-how", {"fen": policy.order_min_fen, "days": policy.cooling_off_days})


def links(turn: Turn, code: str) -> tuple[str, ...]:
    """Where somebody opens a code, one address for each channel."""
    return turn.world.links.start(PREFIXES["referral"] + code)


def _menu(turn: Turn) -> tuple[tuple[Button, ...], ...]:
    scan = ((Button(Text("referral-scan"), "referral.scan"),),) if turn.world.links.scanned else ()
    return (
        (
            Button(Text("referral-poster"), "referral.poster", style=Style.PRIMARY),
            Button(Text("referral-mine"), "referral.mine"),
        ),
        (Button(Text("menu-board"), "board.show"), Button(Text("menu-passbook"), "passbook.show")),
        *scan,
    )


async def referrer(turn: Turn, store: Store) -> Referrer:
    """The reader as a referrer."""
    return await store.referrers.make(turn.person.id, nickname_of(turn.person.name), turn.now)


def nickname_of(name: str) -> str:
    """What others see until somebody chooses a name: the first character alone."""
    return mask_name(name)


async def mine(turn: Turn, store: Store) -> list[Outbound]:
    """我的推荐: each with its stage and its next step, and nothing of the friends."""
    found, policy = await store.referrals.of(turn.person.id, limit=SHOWN), turn.company.bank.referring
    if not found:
        return [turn.say(Text("referral-none"), buttons=_menu(turn))]
    card = overview(found, policy, turn.now)
    return [turn.say(*card.lines, buttons=card.buttons, card="referral:mine", fresh=True)]


async def show(turn: Turn, store: Store) -> list[Outbound]:
    """One referral: its card for the referrer, the case for staff."""
    referral = await store.referrals.get(turn.subject, turn.viewer)
    if referral.referrer_id == turn.person.id:
        return [put(turn.inbound.place, referral, own_card(referral, turn.company.bank.referring, turn.now))]
    if not turn.viewer.role.is_manager or turn.inbound.group:
        raise NotFound(Text("referral-not-found"))
    card = review_card(referral, await evidence(turn, store, referral), turn.now)
    return [turn.say(*card.lines, buttons=card.buttons, card=f"review:{referral.id}", fresh=True)]


async def offer(turn: Turn, store: Store, request: Request, score: int) -> list[Outbound]:
    """The card, unasked, to who has just been content: once for each closed request at most, also if it is opened and
    closed again."""
    if score < PRAISED or not turn.company.bank.referring.tiers or request.closed_at is None:
        return []
    if not await store.referrers.ask(request.id, turn.now):
        return []
    return [await _share(turn, store, turn.inbound.place)]


# ---- coming with a code


async def arrive(turn: Turn, store: Store, code: str) -> list[Outbound]:
    """Somebody opens the chat with a code: greeted in any case, with a word on whose friend they are if that counts."""
    found = await store.referrers.by_code(code)
    if found is None:
        return [_greeted(turn, Text("referral-code-unknown"))]
    if turn.viewer.role is not Role.HOMEOWNER:
        return [hello(turn)]
    came = Arrival(turn.person, found, turn.inbound.place.channel)
    outcome, told = await attribute(turn, store, came)
    said = {"name": found.nickname or Text("referral-somebody")}
    return [_greeted(turn, Text(f"referral-came-{outcome}", said if outcome in KNOWN else {})), *told]


OUTCOMES = ("attributed", "again", "taken", "self", "customer", "welcome")
"""What people hear of a code that they came with; every other block is «welcome»."""

KNOWN = frozenset({"attributed", "again"})
"""When a friend hears by whom they came: by a nickname, never more."""


def _greeted(turn: Turn, text: Text) -> Outbound:
    menu = hello(turn)
    return replace(menu, lines=(Line(text), *menu.lines))


async def typed(turn: Turn, store: Store) -> list[Outbound] | None:
    """A code that was simply written; None if it is nobody's: then it is something else."""
    if await store.referrers.by_code(turn.subject) is None:
        return None
    return await arrive(turn, store, turn.subject)


async def attribute(turn: Turn, store: Store, came: Arrival) -> tuple[str, list[Outbound]]:
    """Keep that somebody came with a code, and whose they are from now on; what became of it, and who hears of it.

    The first valid referrer wins. What is not fair ends at once, and the same again is not even told.
    """
    if await store.referrers.tried(came.friend.id, turn.now) >= TOUCHES_MAX:
        return "again", []
    outcome, done = await _attributed(turn, store, came)
    touch = Touch(turn.inbound.id, came.referrer.code, came.friend.id, came.via, turn.now, outcome)
    await store.referrers.touch(touch)
    told = await told_of(turn, store, done) if done else []
    return _public(outcome), told


def _public(outcome: str) -> str:
    """What a friend may know of it: nothing of blocks but that they are known here already, or scanned themselves."""
    return outcome if outcome in OUTCOMES else "welcome"


async def _attributed(turn: Turn, store: Store, came: Arrival) -> tuple[str, Settled | None]:
    if came.friend.id == came.referrer.person_id:
        return "self", None
    if valid := await store.referrals.by_friend(came.friend.id):
        return ("again" if valid.referrer_id == came.referrer.person_id else "taken"), None
    before = await store.referrals.all_of_friend(came.friend.id)
    if any(one.referrer_id == came.referrer.person_id for one in before):
        return "welcome", None
    made = await _made(turn, store, came)
    by = replace(system(turn), person_id=came.teller_id)
    code = block(await store.fairness.facts(made.referral))
    if code:
        blocked = move(made.referral, "block", by, turn.now, {"reason": f"block-{code}"})
        await store.referrals.save(blocked)
        return code, Settled(blocked.referral, (made, blocked))
    begun = move(made.referral, "attribute", by, turn.now)
    await store.referrals.save(begun)
    return "attributed", await _go_on(turn, store, came, Settled(begun.referral, (made, begun)))


async def _made(turn: Turn, store: Store, came: Arrival) -> ReferralMoved:
    draft = Referral(
        await store.referrals.next_id(),
        came.referrer.person_id,
        came.friend.id,
        via=came.via,
        district=await _district(store, came.friend.id),
        since=came.since,
    )
    made = create(draft, replace(system(turn), person_id=came.teller_id), turn.now)
    await store.referrals.add(made)
    return made


async def _district(store: Store, person_id: str) -> str:
    homes = await store.homes.of(person_id)
    return next((home.district for home in homes if home.district), "")


async def _go_on(turn: Turn, store: Store, came: Arrival, begun: Settled) -> Settled:
    """As far as what is known of the friend carries it, at once."""
    await wind_up(turn, store, begun.referral)
    known = {"verified_at": turn.now} if came.friend.phone else {}
    facts = {**known, **await order_facts(turn, store, begun.referral)}
    after = await settled(turn, store, begun.referral, facts)
    return Settled(after.referral, (*begun.moves, *after.moves))


# ---- told to staff


async def refer(turn: Turn, store: Store) -> list[Outbound]:
    """/refer CODE and a phone or a request's number: somebody told staff who had sent them."""
    code, _, said = str(turn.args.get("rest", "")).partition(" ")
    if not code or not said.strip():
        return [turn.say(Text("refer-help"))]
    found = await store.referrers.by_code(code.upper().removeprefix("REF-"))
    if found is None:
        raise Invalid(Text("refer-unknown", {"code": code[:20]}))
    came = await _told(turn, store, found, said.strip())
    await store.people.hold(came.friend.id)
    outcome, told = await attribute(turn, store, came)
    return [turn.say(Text(f"refer-{outcome}", {"name": came.friend.name or Text("somebody")})), *told]


async def _told(turn: Turn, store: Store, found: Referrer, said: str) -> Arrival:
    """Who is meant; somebody new becomes a person who is reached nowhere yet. The request that they came with makes
    nobody a customer already."""
    person_id, phone = await whose(turn, store, said)
    person = await store.people.get(person_id) if person_id else None
    if person is None:
        person = Person(f"p{secrets.token_hex(8)}", phone=phone)
        await store.people.add(person, Place("", ""), turn.now)
    came = Arrival(person, found, "told", turn.person.id)
    if REQUEST.fullmatch(said):
        request = await store.requests.get(numbered(said), INSIDE)
        came = replace(came, since=request.created_at)
    return came
