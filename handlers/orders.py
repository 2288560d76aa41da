"""Orders: what the shop, a file or staff tell of them, and what follows for who recommended the customer."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.chat import Inbound, Kind, Line, Outbound, Text
from domain.errors import Invalid, NotAllowed
from domain.orders import RANK, TELLABLE, Order, OrderEvent, Told, standing
from domain.people import INSIDE, mask_phone
from handlers import counter
from handlers.dialogs import begin
from handlers.fields import choice_field, text_field
from handlers.forms import Choice, Draft, Field, Form, Question
from handlers.order_days import day_field, moment
from handlers.order_effects import follow
from handlers.turn import Turn, lines
from storage.store import Store

NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
"""What an order's number looks like."""

UNDOABLE = 6
"""So many of the last events of an order can be taken back."""

MONEY = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")
REQUEST = re.compile(r"(?i)R-?\d{1,12}")


async def told(turn: Turn, store: Store) -> list[Outbound]:
    """The shop's system or a file tells of an order; nobody is there to be answered."""
    return await happened(turn, store, unpack(turn.inbound.args))


def unpack(args: Any) -> OrderEvent:
    """An order's event from what its channel made of it."""
    return OrderEvent(
        id=str(args["id"]),
        order_id=str(args["order"]),
        kind=Told(args["kind"]),
        at=datetime.fromisoformat(str(args["at"])),
        amount_fen=int(args["amount_fen"]),
        phone=str(args["phone"]),
        source=str(args["source"]),
    )


async def happened(turn: Turn, store: Store, event: OrderEvent) -> list[Outbound]:
    """One thing that happened to an order; told again it is nothing."""
    order = await store.orders.take(event, turn.now)
    if order is None:
        return []
    out = await counter.give_back(turn, store, order.id) if order.ended_at else []
    return [*out, *await follow(turn, store, order)]


# ---- told by staff


async def start(turn: Turn, store: Store) -> list[Outbound]:
    """/order: staff tell of an order in private."""
    return await begin(turn, store, ORDER)


def _order_number() -> Field:
    field = text_field("order", Text("order-ask-number"), chars_max=40)

    async def read(draft: Draft, message: Inbound) -> str:
        said = message.text.strip().upper()
        if not NUMBER.fullmatch(said):
            raise Invalid(Text("order-number-wrong"))
        return said

    return Field(field.name, field.ask, read)


async def whose(turn: Turn, store: Store, said: str) -> tuple[str, str]:
    """Who is meant by a phone or a request's number: the person's id (empty: nobody we know) and the phone.

    Raises:
        Invalid: it is neither. NotFound: there is no such request.
    """
    if REQUEST.fullmatch(said.strip()):
        request = await store.requests.get(numbered(said), INSIDE)
        return request.homeowner_id, request.phone
    phone = turn.world.understanding.understand(said, turn.now).phone
    if not phone:
        raise Invalid(Text("order-person-wrong"))
    return await store.orders.owner(phone), phone


def numbered(said: str) -> str:
    """A request's number as it is kept, from «r1001» or «R-1001»."""
    return f"R-{said.strip().lstrip('rR-')}"


SAME = ("same", "1")
"""How staff say that an order is whose it was."""


async def _ask_person(draft: Draft) -> Question:
    order = await _known(draft)
    same = (Choice(await _customer(draft.store, order.person_id, order.phone), SAME[0]),) if order else ()
    return Question(lines(Line(Text("order-ask-person"), Kind.NEXT)), same, columns=1)


async def _known(draft: Draft) -> Order | None:
    """The order, if it is known whose it is."""
    order = await draft.store.orders.get(str(draft.answers["order"]))
    return order if order and (order.person_id or order.phone) else None


async def _customer(store: Store, person_id: str, phone: str) -> Text:
    person = await store.people.get(person_id) if person_id else None
    name = f"{person.name[:1]}**" if person and person.name else ""
    return Text("order-fact-person", {"phone": mask_phone(phone), "name": name})


async def _read_person(draft: Draft, message: Inbound) -> dict[str, str]:
    order = await _known(draft)
    if order and message.text.strip() in SAME:
        return {"id": order.person_id, "phone": order.phone, "same": "yes"}
    person_id, phone = await whose(draft.turn, draft.store, message.text)
    asked = {"request": "yes"} if REQUEST.fullmatch(message.text.strip()) else {}
    return {"id": person_id, "phone": phone, **asked}


async def _moved(draft: Draft) -> list[Line]:
    """A warning, if what is told now makes the order somebody else's."""
    order, said = await _known(draft), draft.answers["person"]
    if order is None or (order.person_id == said["id"] if order.person_id else order.phone == said["phone"]):
        return []
    before = await _customer(draft.store, order.person_id, order.phone)
    return [Line(Text("order-moves", {"before": before}), Kind.ALERT)]


async def _kinds(draft: Draft) -> tuple[Choice, ...]:
    """What can have happened; something can be taken back once something was told."""
    some = await _told_lately(draft)
    return tuple(Choice(Text(f"order-{kind.value}"), kind.value) for kind in (Told if some else TELLABLE))


async def _told_lately(draft: Draft) -> list[OrderEvent]:
    """The last few events of the order that stand, what was told last at the front."""
    told = standing(await draft.store.orders.events(str(draft.answers["order"])))
    told.sort(key=lambda one: (one.taken_at or one.at, one.at, RANK[one.kind]), reverse=True)
    return told[:UNDOABLE]


async def _events(draft: Draft) -> tuple[Choice, ...]:
    return tuple(Choice(_event(draft, one), one.id) for one in await _told_lately(draft))


def _event(draft: Draft, event: OrderEvent) -> Text:
    """A day, what happened and how much, as staff choose by it what is taken back."""
    day = event.at.astimezone(draft.turn.company.tz).date()
    said = {"day": f"{day:%m-%d}", "kind": Text(f"order-{event.kind.value}"), "fen": event.amount_fen}
    return Text("order-event", said)


def _amount() -> Field:
    field = text_field("amount", Text("order-ask-amount"), chars_max=16, needed=_paid)

    async def read(draft: Draft, message: Inbound) -> int:
        amount = fen(message.text)
        if not amount and draft.answers.get("kind") == Told.SIGNED.value:
            raise Invalid(Text("order-sum-missing"))
        return amount

    return Field(field.name, field.ask, read, needed=_paid)


def _paid(draft: Draft) -> bool:
    return draft.answers.get("kind") not in (Told.CANCELLED.value, Told.UNDONE.value)


def _undoes(draft: Draft) -> bool:
    return draft.answers.get("kind") == Told.UNDONE.value


def _names(draft: Draft) -> bool:
    return not _undoes(draft)


def fen(said: str) -> int:
    """An amount in yuan («12800», «12,800.50 元») in fen.

    Raises:
        Invalid: it is none.
    """
    plain = re.sub(r"[\s,\uff0c\u00a5\uffe5\u5143]", "", said)
    found = MONEY.fullmatch(plain)
    if not found:
        raise Invalid(Text("order-amount-wrong"))
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


async def _summary(draft: Draft) -> tuple[Line, ...]:
    answers = draft.answers
    head = (
        Line(Text("order-summary", {"order": answers["order"]}), Kind.TITLE),
        Line(Text(f"order-{answers['kind']}"), Kind.STATUS),
    )
    if _undoes(draft):
        undone = [one for one in await _told_lately(draft) if one.id == answers["which"]]
        return (*head, *[Line(_event(draft, one), Kind.FACT) for one in undone])
    said = await _customer(draft.store, str(answers["person"]["id"]), str(answers["person"]["phone"]))
    day = Text("order-fact-day", {"day": str(answers["day"])})
    facts = [Line(one, Kind.FACT) for one in (said, *await _sum(draft), day)]
    return (*head, *facts, *await _moved(draft))


async def _sum(draft: Draft) -> list[Text]:
    """How much, or what «all of it» is as far as we know."""
    if not _paid(draft):
        return []
    if amount := int(draft.answers.get("amount") or 0):
        return [Text("order-fact-amount", {"fen": amount})]
    order = await draft.store.orders.get(str(draft.answers["order"]))
    if order is None or not order.amount_fen:
        return [Text("order-fact-all")]
    refund = draft.answers["kind"] == Told.REFUNDED.value
    return [Text("order-fact-all-of", {"fen": order.kept_fen if refund else order.amount_fen})]


async def _told(draft: Draft) -> list[Outbound]:
    turn, answers = draft.turn, draft.answers
    if not turn.viewer.role.is_staff:
        raise NotAllowed(Text("refused-role"))
    event = OrderEvent(
        id=f"staff:{turn.inbound.id}",
        order_id=str(answers["order"]),
        kind=Told(answers["kind"]),
        at=moment(turn, str(answers["day"])) if _names(draft) else turn.now,
        amount_fen=int(answers.get("amount") or 0),
        source="staff",
        actor_id=turn.person.id,
        undoes=str(answers.get("which") or ""),
    )
    person = answers.get("person", {})
    if _names(draft) and "same" not in person:
        named = str(person["id"]) if "request" in person else ""  # a phone alone names whoever proves it
        event = replace(event, phone=str(person["phone"]), person_id=named)
    out = await happened(turn, draft.store, event)
    order = await draft.store.orders.get(event.order_id)
    paid = {"order": event.order_id, "paid": order.kept_fen if order else 0, "fen": order.amount_fen if order else 0}
    return [turn.say(Text("order-kept", paid)), *out]


ORDER = Form(
    "order",
    (
        _order_number(),
        choice_field("kind", Text("order-ask-kind"), _kinds),
        choice_field("which", Text("order-ask-which"), _events, needed=_undoes, columns=1),
        Field("person", _ask_person, _read_person, needed=_names),
        _amount(),
        day_field("day", _names),
    ),
    _told,
    summary=_summary,
)
