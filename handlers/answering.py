"""What answers the open question, of whichever dialog, and what answers nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.chat import Line, Outbound, Text
from domain.errors import Invalid, NotPossible
from domain.people import Role
from handlers import (
    answers,
    asking,
    astray,
    behalf,
    board,
    counter,
    dialogs,
    filing,
    ideas,
    jobs,
    ledger,
    naming,
    orders,
    payouts,
    people,
    referrals,
    reports,
    requests,
    returns,
    reviews,
    supplements,
)
from handlers.forms import Form
from handlers.questions import open_question
from handlers.turn import Turn, asked_here, lines
from storage.store import Store

FORMS: Mapping[str, Form] = {
    form.id: form
    for form in (
        filing.REPORT,
        behalf.BEHALF,
        supplements.MORE,
        asking.ASK,
        answers.ANSWER,
        people.INVITE,
        people.LINK,
        people.VERIFY,
        naming.NAME,
        orders.ORDER,
        payouts.REFUSE,
        counter.SPEND,
        counter.COUPON,
        board.NICKNAME,
        ideas.IDEA,
        ideas.DECLINE,
        returns.RETURN,
        ledger.ADJUST,
        *reviews.FORMS.values(),
        *requests.FORMS.values(),
    )
}
"""Every dialog by its id."""


def open_form(turn: Turn) -> Form:
    """The form whose question is open.

    Raises:
        NotPossible: none is.
    """
    form = FORMS.get(turn.talk.form)
    if form is None:
        raise NotPossible(Text("form-stale"))
    return form


async def form_answer(turn: Turn, store: Store) -> list[Outbound]:
    """Words or photos for the open question; what answers nothing is heard all the same, and the question waits."""
    form = open_form(turn)
    if turn.inbound.album and (followed := await reports.follow(turn, store)) is not None:
        return followed
    if not astray.listens(turn):
        return await dialogs.answer(turn, store, form)
    if dialogs.strays(turn, form) and (heard := await _meant(turn, store, form)):
        return heard
    try:
        async with store.connection.attempt():
            told = await dialogs.answer(turn, store, form)
            return [*await astray.beside_of(turn, store, form), *told]
    except Invalid as no:
        if turn.viewer.role is Role.INSTALLER and turn.world.keywords.get(turn.inbound.text.strip()) == "jobs.today":
            return await jobs.today(turn, store)
        why = () if no.text.id == "form-choose" else lines(no.text)
        if heard := await _meant(turn, store, form, why):
            return heard
        raise


async def _meant(turn: Turn, store: Store, form: Form, why: Sequence[Line] | None = None) -> list[Outbound]:
    """What answers nothing, because of ``why`` or because it comes late: a report, or something for somebody to read.
    Empty if it is neither, or comes late and stays with the report that is being written."""
    report = reports.is_report(turn)
    if report and form.id != filing.REPORT.id:
        return await reports.hear(turn, store)
    late = why is None
    mine = late and form.id == filing.REPORT.id and (report or turn.inbound.files)
    plain = not mine and astray.for_somebody(turn) and (late or astray.about_work(form))
    return await astray.hear(turn, store, form, why or ()) if plain else []


async def form_press(turn: Turn, store: Store) -> list[Outbound]:
    """A tapped answer, or back, skip, cancel, confirm."""
    return await dialogs.pressed(turn, store, open_form(turn))


async def form_step(turn: Turn, store: Store) -> list[Outbound]:
    """The same steps in words. «不用了» ends a dialog, but is a reason to cancel a request where one is asked."""
    if turn.intent != "form.enough":
        return await dialogs.step(turn, store, open_form(turn), turn.intent.removeprefix("form."))
    if (turn.talk.form, turn.talk.asked) == ("request.cancel", "reason"):
        return await form_answer(turn, store)
    return await dialogs.step(turn, store, open_form(turn), "cancel")


async def form_resume(turn: Turn, store: Store) -> list[Outbound]:
    """Go on with a draft that waits."""
    return await dialogs.resume(turn, store, open_form(turn))


async def typed_code(turn: Turn, store: Store) -> list[Outbound]:
    """What looks like somebody's code; if it is nobody's, it is heard like everything else."""
    if (told := await referrals.typed(turn, store)) is not None:
        return told
    return await (form_answer if asked_here(turn) else reports.hear)(turn, store)


async def staff_reply(turn: Turn, store: Store) -> list[Outbound]:
    """A reply to what is about somebody goes to them; one to the bot's open question answers it; else it is talk."""
    sent = await answers.reply(turn, store)
    if sent:
        return sent
    if not turn.inbound.group:
        return await (form_answer if asked_here(turn) else answers.nobody)(turn, store)
    asked = open_question(turn) if asked_here(turn) else ""
    if asked and await store.outbox.card(turn.inbound.place, turn.inbound.reply_to) == asked:
        return await form_answer(turn, store)
    return await answers.talk(turn, store)


async def group_talk(turn: Turn, store: Store) -> list[Outbound]:
    """Staff among themselves; who has a question open there hears once how it is answered."""
    return [*await dialogs.remind(turn, store), *await answers.talk(turn, store)]
