"""The cards of installers: what they are offered, and what they hold."""

from __future__ import annotations

from domain.chat import Kind, Line, Text
from domain.people import mask_words, say_phone
from domain.requests import Request
from domain.states import Who, possible
from handlers.cards import WAITS_FOR, Card, Known, actions, buttons, in_rows, title
from handlers.facts import ended, fact, fee_fact, scanned_fact, when
from handlers.turn import quote, words


def offer_card(request: Request, known: Known) -> Card:
    """What an installer sees before accepting: district, problem, wish, fee; no name, phone or address."""
    name = Text(f"district-{request.district}") if request.district else Text("somewhere")
    lines = (
        Line(title(request), Kind.TITLE),
        Line(Text("job-offered"), Kind.STATUS),
        *([quote(mask_words(request.description, request.phone, request.door))] if request.description else []),
        *scanned_fact(request.scanned),
        fact("district", district=name),
        *(when(request) or [fact("wish", wish=Text("report-any-time"))]),
        *fee_fact(request.visit_fee_fen),
        Line(Text("job-next-offer", {"minutes": known.company.promises.offer_expires_min}), Kind.NEXT),
    )
    return Card(lines, in_rows(buttons(request, possible(request.state, Who.CANDIDATE))))


def job_card(request: Request, known: Known) -> Card:
    """What the installer who holds the job sees: everything needed at the door."""
    rows = actions(request, Who.INSTALLER, known)
    door = Text("home", {"district": words(""), "address": request.address, "door": request.door})
    held = request.state in WAITS_FOR
    lines = [
        Line(title(request), Kind.TITLE),
        Line(Text(f"state-{request.state.value}"), Kind.STATUS),
        *([quote(request.description)] if request.description and held else []),
        *(scanned_fact(request.scanned) if held else []),
        *(
            [
                fact("home", home=door),
                fact("homeowner", name=known.name(request.homeowner_id), phone=say_phone(request.phone)),
            ]
            if held
            else []
        ),
        *when(request),
        *(fee_fact(request.visit_fee_fen) if held else []),
        *ended(request, known.company, hide=not held),
        Line(Text(f"job-next-{request.state.value}"), Kind.NEXT),
    ]
    return Card(tuple(lines), in_rows(buttons(request, rows)))
