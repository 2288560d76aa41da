"""The passbook: what somebody has, every line with its why, and the whole of it on paper."""

from __future__ import annotations

import ast
import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from domain.chat import Button, Line, Outbound, Place, Text
from domain.ledger import OWN_RULES, Entry, Unit, Why
from domain.ledger import Kind as Entered
from domain.ledger_moves import RULE as MOVED
from domain.people import INSIDE, Role, Viewer
from domain.referral_states import Stage
from handlers.passbook import OF_REFERRALS, day, explained, last_day
from messages import LOCALES
from tests.conversations.recommending import earned, reach, shop, stage, to
from tests.conversations.rewarding import balance, claimed, clock_reads, entries, given
from tests.conversations.steps import external, file, phrase, standing, tap
from tests.conversations.test_counter import ordered
from tests.conversations.test_counter import spent as paid_in_part
from tests.conversations.test_ideas import advises, proposed
from tests.conversations.test_ledger import adjusts
from tests.conversations.test_referral_joined import linked, other_code
from tests.conversations.test_referral_shown import erased
from tests.families_bank import RULES
from tests.world import GROUP, World, last

ROOT = Path(__file__).parents[2]


async def why(world: World, number: int, who: str = "hana") -> str:
    """What is said of one line."""
    await world.says(who, "存折")
    return to(await tap(world, who, "passbook-why", number=number), who)


async def spent(world: World, fen: int) -> None:
    """Hana has used so much on an order."""
    why, now = Why("order", "N-1"), world.watch()
    await world.store(lambda store: store.ledger.spend("hana", Unit.FUND, "s", now, fen, why))


async def test_an_empty_one(world: World):
    """Who has nothing reads so, by any of the words for it."""
    for said in ("存折", "我的存折", "积分", "装修基金", "/passbook", "passbook", "存摺"):
        shown = to(await world.says("hana", said), "hana")
        assert phrase(world, "passbook-empty") in shown, said
        assert phrase(world, "passbook-fund", amount=Text("ledger-fund", {"amount": 0})) in shown


async def test_it_is_reached_from_the_card_that_recommends(world: World):
    """推荐有礼 leads to the passbook and to the board, and the passbook to the counter and the statement."""
    shown = last(await world.says("hana", "推荐有礼"), "hana")
    assert {phrase(world, "menu-passbook"), phrase(world, "menu-board")} <= set(shown.buttons)
    book = last(await tap(world, "hana", "menu-passbook"), "hana")
    assert {phrase(world, "passbook-use"), phrase(world, "passbook-statement")} <= set(book.buttons)
    assert phrase(world, "board-title") in to(await world.says("hana", "排行榜"), "hana")
    assert phrase(world, "counter-empty") in to(await world.says("hana", "到店使用"), "hana")


async def test_a_reward_and_why(world: World):
    """The line says what for; why says the rule, from when until when, and what led to it, and nothing of the friend,
    of the order only the least."""
    await earned(world)
    await claimed(world, "fund")

    shown = to(await world.says("hana", "存折"), "hana")
    assert "1. " in shown
    assert phrase(world, "rule-referral") in shown
    told = await why(world, 1)

    steps = [phrase(world, f"referral-did-{one}") for one in ("create", "attribute", "verify", "sign", "earn", "claim")]
    for part in ("5,000 元", "7 天", *steps):
        assert part in told, (part, told)
    assert "10,000" not in told
    assert phrase(world, "why-usable", at=day(world.watch(), world.company.tz)) in told
    assert "FAN" not in told
    assert "A1" not in told


async def test_the_friend_reads_why_and_nothing_of_the_referrer(world: World):
    """The friend's own line is explained by their own order, without what the referrer did."""
    await earned(world)

    told = await why(world, 1, "fan")

    assert (
        phrase(world, "why-friend", order=1_000_000, least=500_000, amount=Text("ledger-fund", {"amount": 10_000}))
        in told
    )
    assert phrase(world, "referral-did-create") not in told
    assert "王" not in told

    person = await world.store(lambda store: store.people.get("fan"))
    await world.store(lambda store: store.people.save(replace(person, role=Role.STAFF)))
    assert phrase(world, "referral-did-create") not in await why(world, 1, "fan")


async def test_what_was_taken_back_can_be_appealed(world: World):
    """The line of the taking back says why and leads to the appeal; the line before it is explained as it was."""
    await earned(world)
    await claimed(world, "fund")
    before = await why(world, 1)
    await world.passes(days=1)
    await shop(world, "refunded", 0)

    assert await why(world, 1) == before
    taken = await why(world, 2)
    assert phrase(world, "why-void") in taken
    assert phrase(world, "referral-did-void") in taken
    assert phrase(world, "referral-appeal") in last(world.shown, "hana").buttons
    assert phrase(world, "why-void") in await why(world, 2, "fan")
    await tap(world, "fan", "referral-appeal")
    assert (await stage(world)) is Stage.VOIDED, "the friend asks about the line; the referral is not theirs"
    assert phrase(world, "line-asked", number=2, hours=48) in last(world.shown, "fan").text


async def test_any_line_can_be_asked_about(world: World):
    """申诉 takes it to the managers with its number, amount, rule and name in the ledger; one of them answers with
    «答复», the homeowner reads of which line, and meanwhile a second press asks nobody again."""
    await reach(world, "max", "ada")
    await given(world, "hana", 20_000, "g1")
    await why(world, 1)
    heard = await tap(world, "hana", "referral-appeal")

    assert phrase(world, "line-asked", number=1, hours=48) in to(heard, "hana")
    shown = phrase(world, "why-idea", subject="ID-1", amount=Text("ledger-fund", {"amount": 20_000}))
    for manager in ("max", "ada"):
        for part in (phrase(world, "line-question"), "王阿姨", "g1", "+200 元", shown):
            assert part in to(heard, manager), (manager, part)
    again = await tap(world, "hana", "referral-appeal")
    assert [one.chat for one in again] == ["hana"]
    assert phrase(world, "line-asked-before", number=1) in to(again, "hana")

    await tap(world, "max", "answer-button", chat="max")
    heard = await world.says("max", "这是点子奖，没有错")

    told = to(heard, "hana")
    assert phrase(world, "line-answered", name="陈主管", number="1") in to(heard, "ada")
    assert not any(phrase(world, "answer-button") in repr(one.message.buttons) for one in standing(world, "ada"))
    assert phrase(world, "line-number", number="1") in told
    assert "这是点子奖，没有错" in told
    assert await world.passes(hours=200) == []
    await why(world, 1)
    assert phrase(world, "line-question") in to(await tap(world, "hana", "referral-appeal"), "max")


async def test_who_is_erased_asked_nothing(world: World):
    """The question goes out of the managers' chats with the name in it, and nobody is reminded of it."""
    await reach(world, "max", "ada")
    await given(world, "hana", 20_000)
    await why(world, 1)
    await tap(world, "hana", "referral-appeal")
    rows = "SELECT body FROM outbox WHERE card = 'line:hana:1'"
    assert len(await world.store(lambda store: store.connection.all(rows))) == 2

    await erased(world, "hana")

    assert await world.store(lambda store: store.connection.all(rows)) == []
    overdue = phrase(world, "line-overdue")
    assert not any(overdue in one.text for one in await world.passes(hours=200))


async def test_a_line_is_answered_by_a_reply(world: World):
    """As everything that somebody asks; with a photo, which the homeowner may see."""
    await reach(world, "max")
    await given(world, "hana", 20_000)
    await why(world, 1)
    await tap(world, "hana", "referral-appeal")
    asked = await external(world, "max", phrase(world, "line-question"))

    photo = await world.photo("max", "b")
    heard = await world.says("max", "见图", reply_to=asked, files=[photo])

    assert "见图" in to(heard, "hana")
    kept = await world.store(lambda store: store.files.get(photo, Viewer("hana", Role.HOMEOWNER), "nobody's"))
    assert kept is not None
    assert not await world.store(lambda store: store.timers.waits("line:hana:1"))


async def test_a_line_that_nobody_answers(world: World):
    """Managers are reminded once, then the admins, again and again; with no manager in reach staff hear of it."""
    await given(world, "hana", 20_000)
    await why(world, 1)
    for manager in ("max", "ada"):
        await world.store(
            lambda store, who=manager: store.connection.run("UPDATE people SET channel = '' WHERE id = :who", who=who)
        )
    assert phrase(world, "line-question") in to(await tap(world, "hana", "referral-appeal"), GROUP)
    await reach(world, "max", "ada")
    overdue = phrase(world, "line-overdue")
    for chats in (["max"], ["ada"], ["ada"]):
        heard = await world.passes(hours=48)
        assert [one.chat for one in heard if overdue in one.text] == chats


async def test_a_line_is_asked_about_once_by_two_presses(world: World):
    """On two channels at once, for eight lines: the managers read each once."""
    await reach(world, "max")
    await world.store(lambda store: store.people.attach("other", "hana", "hana", "hana", world.watch()))
    numbers = [str(number) for number in range(1, 9)]
    for number in numbers:
        await given(world, "hana", 100, f"g{number}")
    row = tuple(Button(Text("words", {"words": one}), "passbook.appeal", args={"number": one}) for one in numbers)
    for channel in ("fake", "other"):
        said = Outbound(Place(channel, "hana"), (Line(Text("words", {"words": "!"})),), (row,))
        await world.store(lambda store, said=said: store.outbox.add(said.to.channel, [said], world.watch()))
    await world.settle()
    presses = [(one, channel, world.token("hana", one, channel)) for one in numbers for channel in ("fake", "other")]
    await asyncio.gather(
        *[world.pipeline.receive(world.raw("hana", press=token, channel=channel)) for _, channel, token in presses]
    )
    heard = [one.text for one in await world.settle() if one.chat == "max"]
    assert sum(phrase(world, "line-question") in text for text in heard) == len(heard) == len(numbers)


async def test_used_and_taken_back_is_a_debt(world: World):
    """What was spent before the refund is owed, shown apart, and paid off by the next."""
    await earned(world)
    await claimed(world, "fund")
    await world.store(
        lambda store: store.ledger.spend("hana", Unit.FUND, "s", world.watch(), 5_000, Why("order", "N-1"))
    )
    await shop(world, "refunded", 0)

    shown = to(await world.says("hana", "存折"), "hana")
    assert phrase(world, "passbook-debt", amount=Text("ledger-fund", {"amount": 5_000})) in shown
    assert phrase(world, "why-debt", amount=Text("ledger-fund", {"amount": 5_000})) in await why(world, 3)
    await given(world, "hana", 8_000)
    assert await balance(world) == (3_000, 0)
    assert phrase(world, "rule-repay") in to(await world.says("hana", "存折"), "hana")
    assert phrase(world, "why-repay", amount=Text("ledger-fund", {"amount": 5_000})) in await why(world, 5)


async def test_pages(world: World):
    """Five lines at once, older ones by a button, each with its why."""
    for number in range(12):
        await given(world, "hana", 100 + number, f"g{number}")

    shown = to(await world.says("hana", "存折"), "hana")
    assert [f"\n{number}. " in shown for number in range(1, 13)] == [False] * 7 + [True] * 5
    shown = to(await tap(world, "hana", "passbook-older"), "hana")
    assert [f"\n{number}. " in f"\n{shown}" for number in range(1, 13)] == [False] * 2 + [True] * 5 + [False] * 5
    shown = to(await tap(world, "hana", "passbook-older"), "hana")
    assert "1. " in shown
    assert phrase(world, "passbook-older") not in last(world.shown, "hana").buttons
    assert phrase(world, "why-idea", subject="ID-1", amount=Text("ledger-fund", {"amount": 100})) in to(
        await tap(world, "hana", "passbook-why", number=1), "hana"
    )


@pytest.mark.parametrize("number", ["0", "99", "-1", "x", "1e3", "９"])
async def test_no_such_line(world: World, number: str):
    """A number that is no line's is said to be none."""
    await given(world, "hana", 100)
    pressed = Button(Text("words", {"words": "?"}), "passbook.why", args={"number": number})
    said = Outbound(Place("fake", "hana"), (Line(Text("words", {"words": "!"})),), ((pressed,),))
    await world.store(lambda store: store.outbox.add("show", [said], world.watch()))
    await world.settle()
    assert to(await world.press("hana", "?"), "hana") == phrase(world, "passbook-no-line")


async def test_pending_and_ending(world: World):
    """What can be used later only is shown apart, and what ends first with its day."""
    await given(world, "hana", 20_000)
    shown = to(await world.says("hana", "存折"), "hana")
    (entry,) = await entries(world)
    ends = {"amount": Text("ledger-fund", {"amount": 20_000}), "at": last_day(entry.terms.expires_at)}
    assert phrase(world, "passbook-ends", **ends) in shown


async def test_two_units_and_a_coupon(world: World):
    """Points and fund are lines of one list; coupons stand above with code and end."""
    await earned(world)
    await claimed(world, "coupon")
    await given(world, "hana", 300, "p", Unit.POINTS)
    await given(world, "hana", 400, "f")

    shown = to(await world.says("hana", "存折"), "hana")

    (coupon,) = await world.store(lambda store: store.rewards.coupons("hana", world.watch()))
    assert phrase(world, "passbook-coupon", code=coupon.item, fen=25_000, at=coupon.expires_at) in shown
    assert phrase(world, "ledger-points", amount=300) in shown
    assert phrase(world, "ledger-fund", amount=400) in shown


async def test_the_statement(world: World):
    """As a document with what each line left, and as a table; both say the same as the passbook."""
    clock_reads(world, 2026, 12, 1)
    await given(world, "hana", 20_000)
    await given(world, "hana", 500, "p", Unit.POINTS)
    await world.passes(days=1)
    await world.store(
        lambda store: store.ledger.spend("hana", Unit.FUND, "s", world.watch(), 5_000, Why("order", "N-1"))
    )

    paper = await world.says("hana", "对账单")
    table = await tap(world, "hana", "statement-as-table")

    drawn = [one.kind for one in world.sketches.drawn]
    assert drawn == ["statement", "statement-csv"]
    rows = world.sketches.drawn[0].args["rows"]
    assert [row["balance_plain"] for row in rows] == ["200.00", "500", "150.00"]
    assert [row["amount_plain"] for row in rows] == ["200.00", "500", "-50.00"]
    assert rows == world.sketches.drawn[1].args["rows"]
    for heard in (paper, table):
        assert any(one.message.files for one in heard)
    assert to(paper, "hana") == phrase(world, "statement-here", count=3)


async def test_others_see_none_of_it(world: World):
    """Whose number is pressed is the reader's own: nobody opens a line of somebody else's."""
    await given(world, "hana", 20_000)
    await world.says("hana", "存折")
    token = world.token("hana", phrase(world, "passbook-why", number=1))

    told = to(await world.says("otto", press=token), "otto")

    assert told == phrase(world, "button-stale")


async def lived(world: World) -> None:
    """All that may lead to a line, as people bring it about: rewards, an idea, an adjustment, the award of a year, an
    order paid in part and cancelled, a refund after spending, a debt paid off, two accounts joined, one erased, a
    report that nobody answers, and the end of what nobody used."""
    clock_reads(world, 2026, 11, 2)
    await earned(world)
    await claimed(world, "fund")
    await earned(world, "far", "+8613700137009", "L1")
    await claimed(world, "points")
    await advises(world)
    await proposed(world)
    await tap(world, "max", "idea-adopt")
    await adjusts(world, "+200")
    clock_reads(world, 2027, 1, 1)
    await world.says("max", "/award 2026")
    await tap(world, "max", "award-give", chat="max")
    for order, end in (("N-7", "cancelled"), ("N-8", "")):
        await ordered(world, order)
        await paid_in_part(world, "150", order=order)
        if end:
            await shop(world, end, 0, order=order, phone="+8613800138000")
    await shop(world, "refunded", 0)
    await given(world, "hana", 8_000, "later")
    await other_code(world)
    other = await world.store(lambda store: store.people.by_account("fake", "hana2"))
    await given(world, other.id, 700, "other")
    await linked(world, "hana2", "+8613800138000", "hana")
    await erased(world, "far")
    await file(world, "otto")
    await world.passes(days=900)


async def posted(world: World) -> list[Entry]:
    """Every entry of everybody."""
    people = await world.store(lambda store: store.connection.all("SELECT DISTINCT person_id FROM ledger_entries"))
    return [entry for row in people for entry in await entries(world, row["person_id"])]


def test_the_table_of_rules_is_the_codes() -> None:
    """Every rule that a Why in the code names has a place in the table, and the table has no other."""
    named = {
        call.args[0].value
        for folder in ("domain", "handlers", "storage")
        for path in (ROOT / folder).glob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Why" and call.args
        if isinstance(call.args[0], ast.Constant)
    }

    assert {*named, MOVED} == {*RULES, *OWN_RULES}


async def test_every_line_is_explained_in_every_language(world: World):
    """Whatever led to it: each rule that anything is entered by, and each kind of entry, with its referral's events."""
    await lived(world)
    found = await posted(world)

    assert {entry.why.rule for entry in found} == {*RULES, *OWN_RULES}
    assert {entry.kind for entry in found} == set(Entered)
    for entry in found:
        about = entry.why.subject if entry.why.rule in OF_REFERRALS else ""
        history = await world.store(lambda store, id=about: store.referrals.events(id, INSIDE)) if about else ()
        for locale in LOCALES:
            for line in explained(entry, history, world.company.tz, locale):
                assert world.catalogue.render(locale, line.text, world.watch()).strip(), (entry.key, locale)
