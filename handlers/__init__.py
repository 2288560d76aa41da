"""What the bot does when spoken to: everything it can do, in one table."""

from __future__ import annotations

from collections.abc import Mapping

from domain.chat import Outbound, Text
from domain.errors import Invalid, NotPossible
from handlers import (
    alarms,
    answers,
    bank_report,
    behalf,
    board,
    chats,
    counter,
    dialogs,
    filing,
    ideas,
    jobs,
    ledger,
    line_appeals,
    menu,
    orders,
    passbook,
    payouts,
    people,
    posters,
    referral_moves,
    referrals,
    reports,
    request_views,
    requests,
    reviews,
    rewards,
    statement,
    supplements,
    triage,
    undelivered,
)
from handlers.forms import Form
from handlers.turn import (
    ADMINS,
    ANYONE,
    EVERYWHERE,
    INSTALLERS,
    MANAGERS,
    STAFF,
    Route,
    Turn,
    Where,
    asked_here,
)
from storage.store import Store

FORMS: Mapping[str, Form] = {
    form.id: form
    for form in (
        filing.REPORT,
        behalf.BEHALF,
        supplements.MORE,
        answers.ANSWER,
        people.INVITE,
        people.LINK,
        people.VERIFY,
        orders.ORDER,
        payouts.REFUSE,
        counter.SPEND,
        counter.COUPON,
        board.NICKNAME,
        ideas.IDEA,
        ideas.DECLINE,
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
    """Words or photos for the open question; a report that answers nothing is heard as one, and the question waits."""
    form = open_form(turn)
    if turn.inbound.album and (followed := await reports.follow(turn, store)) is not None:
        return followed
    beside = form.id != filing.REPORT.id and reports.is_report(turn)
    if beside and dialogs.waited(turn):
        return await reports.hear(turn, store)
    try:
        return await dialogs.answer(turn, store, form)
    except Invalid:
        if not beside:
            raise
        return await reports.hear(turn, store)


async def form_press(turn: Turn, store: Store) -> list[Outbound]:
    """A tapped answer, or back, skip, cancel, confirm."""
    return await dialogs.pressed(turn, store, open_form(turn))


async def form_step(turn: Turn, store: Store) -> list[Outbound]:
    """The same steps in words."""
    return await dialogs.step(turn, store, open_form(turn), turn.intent.removeprefix("form."))


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
    if asked_here(turn):
        return await form_answer(turn, store)
    return await answers.talk(turn, store) if turn.inbound.group else await answers.nobody(turn, store)


ROUTES: tuple[Route, ...] = (
    # speaking
    Route("message", reports.hear),
    Route("edited", supplements.edited),
    Route("edited", answers.edited, STAFF, Where.STAFF_GROUP),
    Route("unknown", menu.unknown),
    Route("stale", people.stale, ANYONE, EVERYWHERE | Where.ANY_GROUP),
    Route("group.talk", answers.talk, STAFF, Where.STAFF_GROUP),
    Route("staff.reply", staff_reply, STAFF, EVERYWHERE),
    # forms
    Route("form.answer", form_answer, ANYONE, EVERYWHERE),
    Route("form.press", form_press, ANYONE, EVERYWHERE),
    Route("form.cancel", form_step, ANYONE, EVERYWHERE),
    Route("form.back", form_step, ANYONE, EVERYWHERE),
    Route("form.skip", form_step, ANYONE, EVERYWHERE),
    Route("form.resume", form_resume, ANYONE, EVERYWHERE),
    # homeowners
    Route("report.start", reports.start_from_menu),
    Route("report.again", reports.start_from_menu),
    Route("request.mine", request_views.mine),
    Route("request.add", supplements.ask_more),
    Route("human", answers.human),
    # requests
    Route("request.show", request_views.show),
    Route("request.show", request_views.show, STAFF, EVERYWHERE),
    Route("request.more", request_views.more, STAFF, EVERYWHERE),
    Route("request.phone", triage.show_phone, STAFF, EVERYWHERE),
    Route("request.*", requests.act),
    Route("request.*", requests.act, STAFF, EVERYWHERE),
    # recommending
    Route("referral.share", referrals.share),
    Route("command.share", referrals.share),
    Route("referral.poster", posters.poster),
    Route("referral.scan", posters.scan),
    Route("referral.mine", referrals.mine),
    Route("referral.show", referrals.show),
    Route("referral.code", typed_code),
    Route("referral.appeal", reviews.act),
    Route("referral.clear", reviews.act, MANAGERS),
    Route("referral.deny", reviews.act, MANAGERS),
    Route("referral.grant", reviews.act, MANAGERS),
    Route("referral.uphold", reviews.act, MANAGERS),
    Route("command.reviews", reviews.queue, MANAGERS),
    Route("command.refer", referrals.refer, STAFF, EVERYWHERE),
    Route("command.family", reviews.family, STAFF),
    # rewards
    Route("reward.claim", rewards.claim),
    Route("reward.approve", payouts.decide, MANAGERS, EVERYWHERE),
    Route("reward.refuse", payouts.refuse, MANAGERS, EVERYWHERE),
    Route("reward.hand_over", payouts.decide, STAFF, EVERYWHERE),
    Route("command.rewards", payouts.waiting, STAFF, EVERYWHERE),
    Route("passbook.show", passbook.show),
    Route("command.passbook", passbook.show),
    Route("passbook.why", passbook.why),
    Route("passbook.appeal", line_appeals.ask),
    Route("passbook.statement", statement.statement),
    Route("counter.code", counter.code),
    Route("command.fund", counter.code),
    Route("command.spend", counter.spend, STAFF, EVERYWHERE),
    Route("command.coupon", counter.coupon, STAFF, EVERYWHERE),
    # the board
    Route("board.show", board.show),
    Route("board.hide", board.seen),
    Route("board.join", board.seen),
    Route("board.rename", board.rename),
    Route("command.award", board.award, MANAGERS),
    Route("board.award", board.give_award, MANAGERS),
    Route("idea.start", ideas.start),
    Route("idea.adopt", ideas.adopt, MANAGERS, EVERYWHERE),
    Route("idea.decline", ideas.decline, MANAGERS, EVERYWHERE),
    Route("command.bank", bank_report.show, MANAGERS),
    # the ledger
    Route("command.adjust", ledger.start, MANAGERS),
    Route("ledger.confirm", ledger.decide, MANAGERS),
    Route("ledger.refuse", ledger.decide, MANAGERS),
    # orders
    Route("command.order", orders.start, STAFF),
    Route("order.event", orders.told, ANYONE, Where.CLOCK),
    # installers
    Route("jobs.today", jobs.today, INSTALLERS),
    Route("command.jobs", jobs.today, INSTALLERS),
    # staff
    Route("command.queue", triage.queue, STAFF, EVERYWHERE),
    Route("command.find", triage.find, STAFF, EVERYWHERE),
    Route("command.r", answers.reply_by_number, STAFF, EVERYWHERE),
    Route("answer.start", answers.start_answer, STAFF, EVERYWHERE),
    Route("command.show", request_views.show, STAFF, EVERYWHERE),
    Route("dead.retry", triage.retry_dead, STAFF, EVERYWHERE),
    Route("dead.discard", triage.discard_dead, STAFF, EVERYWHERE),
    Route("dead.call", triage.call_dead, STAFF, EVERYWHERE),
    # people
    Route("command.start", people.start),
    Route("command.start", chats.bind_by_link, ANYONE, Where.ANY_GROUP),
    Route("command.language", people.language),
    Route("command.language", people.language, STAFF, EVERYWHERE),
    Route("command.help", people.help_me),
    Route("command.help", people.help_me, STAFF, EVERYWHERE),
    Route("command.link", people.link),
    Route("command.verify", people.verify),
    Route("command.new", behalf.start, STAFF),
    Route("command.new", reports.start_from_menu),
    Route("command.status", request_views.mine),
    Route("command.cancel", people.cancel),
    Route("command.invite", people.invite, MANAGERS),
    Route("command.bindcode", people.bind_code, ADMINS),
    Route("command.bind", chats.bind, ANYONE, Where.ANY_GROUP),
    # chats
    Route("channel.blocked", chats.blocked, ANYONE, Where.EVENT),
    Route("channel.consented", chats.consented, ANYONE, Where.EVENT),
    Route("channel.unblocked", chats.unblocked, ANYONE, Where.EVENT),
    Route("channel.added", chats.added, ANYONE, Where.EVENT),
    Route("channel.removed", chats.removed, ANYONE, Where.EVENT),
    Route("channel.moved", chats.moved, ANYONE, Where.EVENT),
    Route("channel.anonymous", chats.anonymous, ANYONE, Where.EVENT),
    Route("channel.undelivered", undelivered.bounced, ANYONE, Where.EVENT),
    # time
    Route("clock.first_remind", alarms.first_remind, ANYONE, Where.CLOCK),
    Route("clock.first_breach", alarms.first_breach, ANYONE, Where.CLOCK),
    Route("clock.closing_soon", alarms.closing_soon, ANYONE, Where.CLOCK),
    Route("clock.late", alarms.late, ANYONE, Where.CLOCK),
    Route("clock.credit_expires", ledger.expires, ANYONE, Where.CLOCK),
    Route("clock.credit_expiring", ledger.expiring, ANYONE, Where.CLOCK),
    Route("clock.proposal_over", ledger.over, ANYONE, Where.CLOCK),
    Route("clock.ledger_proof", ledger.proved, ANYONE, Where.CLOCK),
    Route("clock.referral_expire", referral_moves.by_time, ANYONE, Where.CLOCK),
    Route("clock.referral_cooled", referral_moves.by_time, ANYONE, Where.CLOCK),
    Route("clock.review_late", reviews.late, ANYONE, Where.CLOCK),
    Route("clock.line_late", line_appeals.late, ANYONE, Where.CLOCK),
    Route("clock.offer_expired", requests.by_time, ANYONE, Where.CLOCK),
    Route("clock.auto_close", requests.by_time, ANYONE, Where.CLOCK),
)
"""The first route that fits intent, place and role is taken; a request's own buttons are «request.» and the action.

In a group only staff are served: whatever a homeowner or an installer does there is their own affair in private.
"""
