"""Everything else the bot can do: every seat × every intent, pressed and typed."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from domain.chat import Button, Text
from domain.people import Invitation, Role
from domain.states import State
from handlers import ROUTES
from handlers.turn import Route, Where
from tests.conversations.cast import ABSENT, ID, KEPT, TOLD, dismiss, gather, restore, said
from tests.conversations.rules import (
    NO_ROLE,
    WORKING_STAFF,
    nothing_failed,
    refusal,
    seat,
)
from tests.conversations.seats import SEATS, UNBOUND, Seat
from tests.world import GROUP, World

ROLES = {"h": Role.HOMEOWNER, "i": Role.INSTALLER, "s": Role.STAFF, "m": Role.MANAGER, "a": Role.ADMIN}
PLACES = {"P": Where.PRIVATE, "B": Where.STAFF_GROUP, "G": Where.ANY_GROUP, "C": Where.CLOCK, "E": Where.EVENT}
OPERATIONS = """
    message          hisma:P
    edited           hisma:P sma:B
    unknown          hisma:P
    stale            hisma:PBG
    group.talk       sma:B
    staff.reply      sma:PB
    form.answer      hisma:PB
    form.press       hisma:PB
    form.cancel      hisma:PB
    form.enough      hisma:PB
    form.back        hisma:PB
    form.skip        hisma:PB
    form.resume      hisma:PB
    report.start     hisma:P
    report.again     hisma:P
    request.mine     hisma:P
    request.add      hisma:P
    request.ask      hisma:P
    human            hisma:P
    request.show     hisma:P sma:PB
    request.more     sma:PB
    request.phone    sma:PB
    request.*        hisma:P sma:PB
    jobs.today       i:P
    command.jobs     i:P
    command.queue    sma:PB
    command.find     sma:PB
    command.r        sma:PB
    answer.start     sma:PB i:P
    command.show     sma:PB
    dead.retry       sma:PB
    dead.discard     sma:PB
    dead.call        sma:PB
    command.start    hisma:PG
    command.language hisma:P sma:PB
    command.help     hisma:P sma:PB
    command.link     hisma:P
    command.verify   hisma:P
    command.new      hisma:P
    command.status   hisma:P
    command.cancel   hisma:P
    command.invite   ma:P
    command.dismiss  ma:P
    leaving.ask      ma:P
    leaving.yes      ma:P
    leaving.no       ma:P
    command.bindcode a:P
    command.bind     hisma:G
    referral.share   hisma:P
    referral.poster  hisma:P
    referral.scan    hisma:P
    referral.mine    hisma:P
    referral.show    hisma:P
    referral.code    hisma:P
    referral.appeal  hisma:P
    referral.clear   ma:P
    referral.deny    ma:P
    referral.grant   ma:P
    referral.uphold  ma:P
    command.reviews  ma:P
    command.refer    sma:PB
    command.family   sma:P
    command.order    sma:P
    reward.claim     hisma:P
    reward.approve   ma:PB
    reward.refuse    ma:PB
    reward.hand_over sma:PB
    command.rewards  sma:PB
    passbook.show    hisma:P
    command.passbook hisma:P
    command.share    hisma:P
    passbook.why     hisma:P
    passbook.appeal  hisma:P
    passbook.statement hisma:P
    counter.code     hisma:P
    command.fund     hisma:P
    command.spend    sma:PB
    command.coupon   sma:PB
    board.show       hisma:P
    board.hide       hisma:P
    board.join       hisma:P
    board.rename     hisma:P
    command.award    ma:P
    board.award      ma:P
    idea.start       hisma:P
    idea.adopt       ma:PB
    idea.decline     ma:PB
    command.bank     ma:P
    order.event      hisma:C
    clock.referral_expire hisma:C
    clock.referral_cooled hisma:C
    clock.review_late     hisma:C
    clock.line_late       hisma:C
    clock.first_remind  hisma:C
    clock.first_breach  hisma:C
    clock.closing_soon  hisma:C
    clock.offer_expired hisma:C
    clock.auto_close    hisma:C
    clock.late          hisma:C
    command.adjust      ma:P
    ledger.confirm      ma:P
    ledger.refuse       ma:P
    clock.credit_expires  hisma:C
    clock.credit_expiring hisma:C
    clock.proposal_over   hisma:C
    clock.ledger_proof    hisma:C
    channel.blocked     hisma:E
    channel.unblocked   hisma:E
    channel.added       hisma:E
    channel.removed     hisma:E
    channel.moved       hisma:E
    channel.anonymous   hisma:E
    channel.consented   hisma:E
    channel.undelivered hisma:E
"""
"""intent, then roles:places; h homeowner, i installer, s staff, m manager, a admin; P private, B the bound group,
G any group, C the clock, E what becomes of a chat."""


def operations() -> dict[str, set[str]]:
    """Intent → each pair of a role's and a place's letter."""
    found: dict[str, set[str]] = {}
    for line in filter(None, map(str.strip, OPERATIONS.split("\n"))):
        intent, *cells = line.split()
        for roles, places in (cell.split(":") for cell in cells):
            found.setdefault(intent, set()).update(role + place for role in roles for place in places)
    return found


def pairs(route: Route) -> set[str]:
    return {
        letter + place
        for letter, role in ROLES.items()
        if role in route.roles
        for place, one in PLACES.items()
        if one & route.where
    }


def test_the_routes_say_what_the_rules_say():
    """Every route is a rule with the same roles and places: widening one is seen."""
    table: dict[str, set[str]] = {}
    for route in ROUTES:
        table.setdefault(route.intent, set()).update(pairs(route))

    assert table == operations()


LETTERS = {"installer": "i", "candidate": "i", "unassigned": "i", "staff": "s", "manager": "m", "admin": "a"}
SPECIAL = {"request.*", "stale"}


def may(seat: Seat, intent: str) -> bool:
    """Whether the rules let a seat do this here; who was removed, and staff outside, count as homeowners."""
    letter = LETTERS.get(seat.who, "h") if seat.where != "unbound" else "h"
    places = "P" if seat.afar else {"private": "P", "bound": "BG", "unbound": "G"}[seat.where]
    return any(letter + place in operations()[intent] for place in places)


async def test_every_seat_and_every_button(world: World):
    """Each intent, pressed from a button in one's own chat, is served to whom the rules name, and else refused in
    the same words whatever it is about."""
    cast = await gather(world, State.SCHEDULED)
    everything = (*KEPT, *TOLD, "codes", "groups")
    kept, told = await cast.dump(KEPT), await cast.dump(everything)
    intents = sorted(operations().keys() - SPECIAL)
    refused, served = [], []
    for one in SEATS:
        here = await cast.mint(one.chat, [Button(Text("words"), intent, ID) for intent in intents])
        nowhere = await cast.mint(one.chat, [Button(Text("words"), intent, ABSENT) for intent in intents])
        for intent, *tokens in zip(intents, here, nowhere, strict=True):
            (served if may(one, intent) else refused).append((intent, one, tokens))

    answers = await asyncio.gather(*[cast.press(one, token) for _, one, tokens in refused for token in tokens])
    wrong = [
        f"{one.name} {intent}: {said(answers[place])}"
        for place, (intent, one, _) in enumerate(((intent, one, t) for intent, one, tokens in refused for t in tokens))
        if answers[place] != refusal(one, NO_ROLE)
    ]
    assert wrong == []
    assert await cast.dump(everything) == told

    for intent, one, tokens in sorted(served, key=lambda cell: cell[0]):
        owed = await cast.press(one, tokens[0])
        assert said(owed) != [NO_ROLE], f"{one.name} {intent}"
        await world.database.transact(lambda connection: restore(connection, kept))
    await nothing_failed(world)


COMMANDS = {
    "/queue": "command.queue",
    "/find 1202室": "command.find",
    f"/show {ID}": "command.show",
    f"/r {ID} 师傅下午到": "command.r",
    "/jobs": "command.jobs",
    "今日任务": "jobs.today",
    "/invite": "command.invite",
    "/dismiss JD-001": "command.dismiss",
    "/bindcode": "command.bindcode",
    "/bind ABCDE-FGHJK": "command.bind",
    "/status": "command.status",
    "/help": "command.help",
    "/language": "command.language",
    "/verify JD-001": "command.verify",
    "/rewards": "command.rewards",
    "/share": "command.share",
    "/passbook": "command.passbook",
    "/fund": "command.fund",
    "/spend": "command.spend",
    "/coupon": "command.coupon",
    "/award 2020": "command.award",
    "/bank": "command.bank",
    "/start ABCDE-FGHJK": "command.start",
}


async def test_every_seat_and_every_command(world: World):
    """A typed command is served to whom the rules name; others are refused in private and met with silence in a
    group, in the same words for what there is and for what there is not."""
    cast = await gather(world, State.SCHEDULED)
    kept = await cast.dump(KEPT)
    for text, intent in COMMANDS.items():
        for one in SEATS:
            if text == "今日任务" and one.chat.startswith("group"):
                continue
            owed = await cast.receive(one, text)
            refused = [] if one.chat.startswith("group") else [NO_ROLE]
            assert (said(owed) != refused) == may(one, intent), f"{one.name} {text}: {said(owed)}"
            if may(one, intent):
                await world.database.transact(lambda connection: restore(connection, kept))
            else:
                assert owed == await cast.receive(one, text.replace(ID, ABSENT))
    await nothing_failed(world)


async def test_only_staff_answer_a_homeowner_from_the_group(world: World):
    """A reply in the staff group reaches the homeowner if staff write it; from others, and from elsewhere, it is
    met with silence and reaches nobody."""
    cast = await gather(world, State.SCHEDULED)
    await world.settle()
    await cast.receive(seat("homeowner@private"), "/cancel")
    await world.says("hana", "我在家等")
    external = next(
        f"m{number}"
        for number, call in reversed(list(enumerate(world.channels["fake"].arrived, 1)))
        if call.chat == GROUP
    )
    for one in SEATS:
        owed = await cast.receive(one, "好的,知道了", reply_to=external)
        reaches = [chat for chat, message in owed if chat == "hana" and "reply-from" in said([(chat, message)])]
        staff = one.name.endswith("@bound") and one.name.split("@")[0] in WORKING_STAFF
        assert bool(reaches) == staff, one.name
        if one.chat.startswith("group") and not staff:
            assert owed == []


async def test_a_group_is_bound_only_by_who_manages_here_with_a_fresh_code(world: World):
    """The code alone binds nothing: who says it must manage here still, and an invitation's code is no such code."""
    cast = await gather(world, State.NEW)
    expires = world.watch() + timedelta(minutes=30)
    await world.store(lambda store: dismiss(store, "max"))
    binding, inviting = (
        Invitation("bind", None, {}, "ada", expires),
        Invitation("invite", Role.ADMIN, {}, "ada", expires),
    )
    code = await world.store(lambda store: store.codes.mint(binding, world.watch()))
    wrong = await world.store(lambda store: store.codes.mint(inviting, world.watch()))
    groups = await cast.dump(["groups"])
    for one in SEATS:
        if one.chat == UNBOUND:
            rightful = one.name.startswith("admin")
            for said_code in (wrong, "ABCDE-FGHJK", *(() if rightful else (code,))):
                assert said(await cast.receive(one, f"/bind {said_code}")) == ["bind-refused"], one.name
    assert await cast.dump(["groups"]) == groups

    assert said(await cast.receive(seat("admin@unbound"), f"/bind {code}")) == ["bind-done"]
    assert said(await cast.receive(seat("admin@unbound"), f"/bind {code}")) == ["bind-refused"]
