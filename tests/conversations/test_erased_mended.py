"""Somebody's data is erased: what others are owed goes on, nothing becomes nobody's, and no word of theirs is left."""

from __future__ import annotations

from typing import Any

import pytest

from domain.people import Person
from domain.referral_states import Stage
from domain.states import State
from handlers.referral_cards import why
from storage.store import Store
from tests.conversations.recommending import (
    MIN,
    PHONE,
    bought,
    code_of,
    come,
    customer,
    filed_by_a_stranger,
    reach,
    reason,
    referral,
    shop,
    stage,
    suspected,
    to,
)
from tests.conversations.rewarding import balance, claimed, entries, given, sound
from tests.conversations.steps import (
    DRIP,
    act,
    arrive,
    before_window,
    finish,
    offer,
    phrase,
    pick,
    say_all,
    tap,
)
from tests.conversations.test_counter import ORDER, ordered, spent
from tests.conversations.test_referral_joined import linked
from tests.conversations.test_referral_shown import erased
from tests.world import World

OWNER = "+8613800138000"


async def rows(world: World, table: str) -> str:
    """All that a table holds, in one text."""
    found: Any = await world.store(lambda store: store.connection.all(f"SELECT * FROM {table}"))
    return repr([tuple(row) for row in found])


async def tables_of(store: Store) -> list[str]:
    """The names of all tables, as far as they hold rows of their own."""
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'request_words_%'",
        "postgres": "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = 'public'",
    }
    found: Any = await store.connection.all(catalogue[store.connection.engine])
    return [row["name"] for row in found]


# ---- what others are owed


async def test_a_friend_is_erased_who_has_paid(world: World):
    """The order decides: the referrer earns as ever, and nothing is given to who is no more there."""
    await customer(world, "fan")
    await come(world)
    await bought(world)
    await erased(world, "fan")
    assert to(await world.settle(), "hana") == ""

    await world.passes(days=8)

    assert (await stage(world), await balance(world, "fan"), await entries(world, "fan")) == (Stage.EARNED, (0, 0), [])
    await claimed(world, "fund")
    assert await balance(world) == (20_000, 0)
    await sound(world)
    await shop(world, "refunded", 0)
    assert (await stage(world), await balance(world)) == (Stage.VOIDED, (0, 0))
    await sound(world)


async def test_a_friend_is_erased_who_has_paid_too_little(world: World):
    """Such an order decides nothing, and no other one can come: it is over."""
    await customer(world, "fan")
    await come(world)
    await bought(world, MIN - 1)
    await erased(world, "fan")

    assert (await stage(world), (await referral(world)).reason) == (Stage.VOIDED, "void-erased")


async def test_a_friend_is_erased_during_the_review(world: World):
    """What was paid waits for a manager still, and goes on when that is let pass."""
    await suspected(world)
    await erased(world, "fan")
    await world.passes(days=8)
    assert await stage(world) is Stage.UNDER_REVIEW

    await world.says("max", "/reviews")
    await reason(world, "max", "clear", "看过了")

    assert await stage(world) is Stage.EARNED


def test_nobody_reads_that_somebody_was_erased():
    """The referrer reads a reason that tells nothing of the friend."""
    assert why("void-erased").id == "void-quiet"


# ---- what comes back


async def test_fund_that_comes_back_to_nobody(world: World):
    """An order that was paid from the fund ends after its owner was erased: nothing is owed to anybody."""
    await given(world, "hana", 50_000)
    await ordered(world)
    await spent(world, "500")
    await erased(world, "hana")
    for kind in ("cancelled", "refunded"):  # told twice, it is one end
        await shop(world, kind, order=ORDER, phone=OWNER)

    assert await balance(world) == (0, 0)
    await sound(world)


async def test_a_coupon_that_comes_back_to_nobody(world: World):
    """The same with a coupon: nobody can use it any more."""
    await customer(world, "fan")
    await come(world)
    await bought(world)
    await world.passes(days=7)
    await claimed(world, "coupon")
    code = (await world.store(lambda store: store.rewards.of("RF-1001"))).item
    await ordered(world)
    await world.says("sam", "/coupon")
    for said in (ORDER, code):
        await world.says("sam", said)
    assert "USED" in await rows(world, "rewards")
    await erased(world, "hana")
    await shop(world, "cancelled", order=ORDER, phone=OWNER)

    kept = await world.store(lambda store: store.connection.all("SELECT state FROM rewards"))
    assert [row["state"] for row in kept] == ["VOID"]


# ---- who comes again


@pytest.mark.parametrize("number", [PHONE, "+8613700137001"])
async def test_family_of_staff_is_erased_and_comes_again(world: World, number: str):
    """The number is nowhere in the clear, and is known for what it was; any other one is a stranger's."""
    await world.says("sam", f"/family {PHONE[3:]}")
    await customer(world, "fan")
    await erased(world, "fan")
    assert (await rows(world, "relatives"), PHONE in await rows(world, "forgotten")) == ("[]", False)

    await customer(world, "fan3", number)
    await come(world, "fan3")

    same = number == PHONE
    assert (await stage(world), (await referral(world)).reason) == (
        (Stage.REJECTED, "block-family") if same else (Stage.VERIFIED, "")
    )


async def test_family_of_staff_by_the_number_of_a_request(world: World):
    """It is the same if they gave that number only in a request."""
    await world.says("sam", f"/family {PHONE[3:]}")
    await filed_by_a_stranger(world, "fan", PHONE[3:])
    asked = await world.request()
    await erased(world, asked.homeowner_id)

    assert PHONE not in await rows(world, "relatives")
    await customer(world, "fan3")
    await come(world, "fan3")
    assert (await referral(world)).reason == "block-family"


# ---- words


async def test_erased_after_two_became_one(world: World):
    """Of the other account no name is left either, wherever it stood."""
    consent = world.company.consent.version
    await world.add(Person("hana2", name="欧阳小花", locale="zh-CN", consent=consent))
    await code_of(world, "hana2")
    await world.add(Person("hana3", name="欧阳大花", phone="+8613700137003", locale="zh-CN", consent=consent))
    await linked(world, "hana2", "+8613700137003", "hana3")
    await linked(world, "hana3", OWNER, "hana")
    await erased(world, "hana")

    for table in ("people", "referrers", "leaderboard", "accounts", "conversations"):
        kept = await rows(world, table)
        assert not any(word in kept for word in ("欧阳", "13700137003")), table


async def test_nothing_of_a_request_is_left(world: World):
    """Neither what she wrote nor the photos of her home, wherever they stood: also not in what came in, in the cards of
    staff and installer, and in the log."""
    photo = await world.photo("hana", "cafe")
    await world.says("hana", "请问慕容师傅周末上班吗")
    await world.says("hana", DRIP, files=[photo])
    await say_all(world)
    await tap(world, "hana", "form-confirm")
    await world.says("hana", "门铃坏了，请打13800138000，找欧阳")
    await act(world, "sam", "claim")
    await offer(world, "zhang")
    await act(world, "zhang", "accept")
    await act(world, "hana", "schedule")
    await pick(world, "hana")
    await before_window(world)
    await act(world, "zhang", "depart")
    await arrive(world)
    await finish(world)
    await act(world, "hana", "confirm")
    taken = "zhanga".rjust(64, "0")
    words = (OWNER[3:], "世纪大道", "1202", DRIP, "欧阳", "慕容", "王阿姨", photo, taken)
    tables = await world.store(tables_of)
    before = {table: await rows(world, table) for table in tables}
    assert {word for word in words if any(word in kept for kept in before.values())} == set(words)

    await erased(world, "hana")

    for table in tables:
        kept = await rows(world, table)
        found = [word for word in words if word in kept]
        assert found == [] or (table, found) == ("inbox", [taken]), (
            table
        )  # the installer's own message, for thirty days
    assert (await world.request()).state is State.CLOSED


async def test_the_words_of_an_adjustment(world: World):
    """Its reader finds why in the passbook; once they are erased, nothing that is never changed holds these words."""
    await reach(world, "ada")
    for said in ("/adjust", OWNER[3:], "1", "100", "补偿王阿姨漏水"):
        await world.says("max", said)
    await tap(world, "max", "form-confirm", chat="max")
    (line,) = await entries(world)
    assert line.why.reason == "补偿王阿姨漏水"
    await world.says("hana", "/passbook")
    assert "漏水" in to(await world.press("hana", phrase(world, "passbook-why", number="1")), "hana")

    await erased(world, "hana")

    assert [one.why.reason for one in await entries(world)] == ["", ""]
    for table in ("ledger_entries", "ledger_proposals"):
        assert "漏水" not in await rows(world, table)
