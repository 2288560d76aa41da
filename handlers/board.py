"""The leaderboard: who brought most, under names of their own, and whoever likes may stay out of it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from domain.bank import Referring
from domain.board import RANKED, Period, Place, month_of, whole_year, year_of
from domain.chat import Button, Inbound, Kind, Line, Outbound, Style, Text
from domain.errors import Invalid, NotAllowed, NotPossible
from domain.ledger import Unit, Why, terms
from handlers.dialogs import begin
from handlers.fields import text_field
from handlers.forms import Draft, Form
from handlers.reward_words import tell
from handlers.standing import recount_all
from handlers.turn import Turn, words
from storage.store import Store

NICKNAME_CHARS_MAX = 12


async def show(turn: Turn, store: Store) -> list[Outbound]:
    """This month and this year: the first places, and one's own."""
    places = turn.company.bank.referring.leaderboard_places
    told: list[Line] = [Line(Text("board-title"), Kind.TITLE)]
    for kind, period in _now(turn).items():
        told.append(Line(Text(f"board-{kind}", {"period": period.id}), Kind.STATUS))
        told += await _lines(turn, store, period, places)
    told.append(Line(Text("board-prize", _prize(turn.company.bank.referring))))
    return [turn.say(*told, buttons=await _buttons(turn, store))]


def _now(turn: Turn) -> dict[str, Period]:
    return {"month": month_of(turn.now, turn.company.tz), "year": year_of(turn.now, turn.company.tz)}


def _prize(policy: Referring) -> dict[str, object]:
    return {"places": policy.prize.places, "points": policy.prize.points}


async def _buttons(turn: Turn, store: Store) -> list[tuple[Button, ...]]:
    own = await store.board.shown(turn.person.id)
    if own is None:
        return []
    seen = Button(Text("board-hide"), "board.hide") if own[1] else Button(Text("board-join"), "board.join")
    row = (Button(Text("board-rename"), "board.rename"), seen)
    vip = await store.board.vip_since(turn.person.id)
    return [row, (Button(Text("idea-start"), "idea.start"),)] if vip else [row]


async def _lines(turn: Turn, store: Store, period: Period, places: int) -> list[Line]:
    top = await store.board.top(period.id, places)
    own = await store.board.place(period.id, turn.person.id)
    shown = [_line(one, turn.person.id) for one in top]
    if own and own.rank > places:
        shown.append(_line(own, turn.person.id))
    return shown or [Line(Text("board-empty"))]


def _line(place: Place, reader_id: str) -> Line:
    name = words(place.nickname) if place.nickname else Text("board-nameless")
    facts = {"rank": min(place.rank, RANKED), "name": name, "count": place.count}
    id = "board-line-own" if place.person_id == reader_id else "board-line"
    return Line(Text("board-line-after" if place.rank > RANKED else id, facts), Kind.STEP)


async def seen(turn: Turn, store: Store) -> list[Outbound]:
    """Into the board, or out of it, at once and in every period."""
    own = await store.board.shown(turn.person.id)
    if own is None:
        raise NotPossible(Text("board-no-code"))
    joins = turn.intent == "board.join"
    await store.board.call(turn.person.id, own[0], joins)
    await recount_all(turn, store, turn.person.id)
    return [turn.say(Text("board-joined" if joins else "board-hidden"))]


async def rename(turn: Turn, store: Store) -> list[Outbound]:
    """Ask for another name to be shown under."""
    if await store.board.shown(turn.person.id) is None:
        raise NotPossible(Text("board-no-code"))
    return await begin(turn, store, NICKNAME)


async def _renamed(draft: Draft) -> list[Outbound]:
    own = await draft.store.board.shown(draft.turn.person.id)
    nickname = str(draft.answers["nickname"])
    await draft.store.board.call(draft.turn.person.id, nickname, own[1] if own else True)
    return [draft.turn.say(Text("board-renamed", {"name": words(nickname)}))]


_ASKED = text_field("nickname", Text("board-ask-name", {"count": NICKNAME_CHARS_MAX}), chars_max=NICKNAME_CHARS_MAX)


DIGITS = frozenset("零〇一二三四五六七八九幺")
DIGITS_MAX = 6
ADDRESS = re.compile(r"[@/\\]|\w\.[a-z]{2}", re.IGNORECASE)
"""What leads somewhere else."""

JOINS = "\u200d"
"""What makes one picture of several; everything else that nobody sees is left out."""


def _shown(said: str) -> str:
    """As it stands in the list: on one line, in one width, with nothing hidden in it."""
    plain = unicodedata.normalize("NFKC", " ".join(said.split()))
    return "".join(char for char in plain if char == JOINS or not unicodedata.category(char).startswith("C")).strip()


async def _read_nickname(draft: Draft, message: Inbound) -> str:
    """A name without a number in it that could be a phone, and without an address."""
    said = _shown(str(await _ASKED.read(draft, message)))
    if not said.strip(JOINS):
        raise Invalid(Text("form-length", {"min": 1, "max": NICKNAME_CHARS_MAX}))
    numbers = sum(char.isdecimal() or char in DIGITS for char in said)
    if numbers > DIGITS_MAX or ADDRESS.search(said):
        raise Invalid(Text("board-name-number"))
    return said[:NICKNAME_CHARS_MAX]


NICKNAME = Form("nickname", (replace(_ASKED, read=_read_nickname),), _renamed)


# ---- the year's award


async def award(turn: Turn, store: Store) -> list[Outbound]:
    """/award 2026: a manager sees who won that year, and gives the prizes by a button."""
    period = _year(turn)
    top = await store.board.top(period.id, turn.company.bank.referring.prize.places)
    if not top:
        return [turn.say(Text("award-nobody", {"year": period.id}))]
    told = [Line(Text("award-title", {"year": period.id}), Kind.TITLE), *(_line(one, "") for one in top)]
    told.append(Line(Text("award-prize", _prize(turn.company.bank.referring))))
    if not turn.company.bank.referring.prize.points:
        return [turn.say(*told)]
    if await store.ledger.about(_subject(period)):
        return [turn.say(*told, Line(Text("award-again", {"year": period.id})))]
    give = Button(Text("award-give"), "board.award", args={"rest": period.id}, style=Style.PRIMARY)
    return [turn.say(*told, buttons=[(give,)])]


def _subject(period: Period) -> str:
    return f"award:{period.id}"


def _year(turn: Turn) -> Period:
    """The year that was named; it must be over.

    Raises:
        Invalid: no year was named.
        NotPossible: it is not over yet.
    """
    said = str(turn.args.get("rest", "")).strip()
    if not (said.isascii() and said.isdecimal() and len(said) == 4 and "2000" <= said < "2100"):
        raise Invalid(Text("award-help"))
    period = whole_year(int(said), turn.company.tz)
    if turn.now < period.span.end:
        raise NotPossible(Text("award-early", {"year": said}))
    return period


async def give_award(turn: Turn, store: Store) -> list[Outbound]:
    """The prizes of a year, once, however often and by whomever it is pressed, and whatever becomes of the list since.

    Two who press at the same moment meet at the key of the first place.
    """
    period, prize = _year(turn), turn.company.bank.referring.prize
    top = await store.board.top(period.id, prize.places)
    if any(one.person_id == turn.person.id for one in top):
        raise NotAllowed(Text("reward-own"))
    given = 0
    told: list[Outbound] = []
    if prize.points and not await store.ledger.about(_subject(period)):
        for one in top:
            if await _give(turn, store, period, one, prize.points):
                given += 1
                won = Text("award-won", {"year": period.id, "rank": one.rank, "points": prize.points})
                told += await tell(store, one.person_id, won)
    if not given:
        return [turn.say(Text("award-again", {"year": period.id}))]
    return [turn.say(Text("award-given", {"year": period.id, "count": given})), *told]


async def _give(turn: Turn, store: Store, period: Period, winner: Place, points: int) -> bool:
    """False where that place of that year was given already."""
    key = f"{_subject(period)}:{winner.rank}"
    why = Why("award", _subject(period), turn.person.id, facts={"year": period.id, "rank": winner.rank})
    lasting = terms(turn.company.bank.keeping, Unit.POINTS, turn.now, turn.company.tz)
    return bool(await store.ledger.credit(winner.person_id, Unit.POINTS, key, turn.now, points, why, lasting))
