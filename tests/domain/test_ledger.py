"""The rules of the ledger against another one that was thought out differently, and one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import ledger_rules as rules
from domain.bank import Keeping
from domain.ledger import Book, Entry, Kind, Short, Terms, Unit, Why, terms
from tests.domain.ledger_walk import GRACE, NAMES, WHY, Walk, Walker, differences

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
DAY = timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def book() -> Book:
    return Book("p1", Unit.FUND, whole=True)


def credited(one: Book, key: str, amount: int, days: int | None = 100, start: datetime = NOW) -> Book:
    end = None if days is None else NOW + days * DAY
    return rules.credit(one, key, NOW, amount, WHY, Terms(start, end))[0]


def spent(one: Book, key: str, amount: int, at: datetime = NOW) -> tuple[Book, Entry]:
    one, made = rules.spend(one, key, at, amount, WHY)
    return one, made[0]


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32), length=st.integers(1, 120))
def test_the_rules_agree_with_the_model(seed: int, length: int) -> None:
    """Whatever happens in whatever order: the same things happen, the same is left, and every entry sums to zero."""
    walk, walker, one = Walk(Random(seed)), Walker("p1", Unit.POINTS), Book("p1", Unit.POINTS, whole=True)
    entries: list[Entry] = []
    for _ in range(length):
        one, made = walk.step(walker, one)
        entries += made
        assert differences(walker, one, walk.now) == []
        assert all(sum(posting.amount for posting in entry.postings) == 0 for entry in made)
        assert all(lot.left >= 0 for lot in one.lots)
        assert one.debt >= 0
    assert rules.replay(Book("p1", Unit.POINTS, whole=True), entries) == one
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert len({entry.key for entry in entries}) == len(entries)


def test_chance_comes_to_everything() -> None:
    """The walk does each operation often enough to mean something."""
    walk, walker, one = Walk(Random(1)), Walker("p1", Unit.POINTS), Book("p1", Unit.POINTS, whole=True)
    kinds: dict[Kind, int] = {}
    for _ in range(2000):
        one, made = walk.step(walker, one)
        for entry in made:
            kinds[entry.kind] = kinds.get(entry.kind, 0) + 1
    assert set(walk.done) == set(NAMES)
    assert all(kinds.get(kind, 0) >= 10 for kind in Kind if kind is not Kind.MOVE), kinds


def test_first_in_first_out() -> None:
    """The oldest credit is spent first, even if a younger one ends sooner."""
    one = credited(credited(book(), "old", 100), "young", 100, days=1)
    one, _ = spent(one, "s", 150)
    assert [lot.left for lot in one.lots] == [0, 50]


def test_what_is_not_usable_is_not_spent() -> None:
    """Neither what is pending nor what is over, even if nobody has entered its end yet."""
    one = credited(credited(book(), "later", 100, start=NOW + DAY), "short", 100, days=1)
    assert one.available(NOW) == 100
    with pytest.raises(Short) as refused:
        rules.spend(one, "s", NOW, 101, WHY)
    assert refused.value.available == 100
    assert refused.value.text.id == "ledger-short"
    balance = one.balance(NOW + DAY)
    assert (balance.available, balance.pending) == (100, 0)
    assert one.balance(NOW).pending == 100
    assert {posting.lot for posting in rules.spend(one, "s", NOW + DAY, 100, WHY)[1][0].postings} == {"later"}


def test_only_what_is_left_expires() -> None:
    """A credit that was spent in part loses the rest, not what was spent, and nothing before its time."""
    one, _ = spent(credited(book(), "c", 100), "s", 30)
    assert rules.expire(one, "c", NOW + 99 * DAY) == (one, ())
    one, made = rules.expire(one, "c", NOW + 100 * DAY)
    assert [entry.amount for entry in made] == [-70]
    assert sum(lot.left for lot in one.lots) == 0
    assert rules.expire(one, "c", NOW + 101 * DAY) == (one, ())


def test_expired_credit_keeps_the_sum_right() -> None:
    """When an old credit expires whose points were spent, the next credit is worth all of it: its debits do not stay
    behind without it."""
    one, _ = spent(credited(book(), "old", 100), "s", 100)
    one, _ = rules.expire(one, "old", NOW + 100 * DAY)
    one = credited(one, "new", 40, days=300)
    assert one.available(NOW + 101 * DAY) == 40


def test_a_reversal_before_spending_takes_what_is_left() -> None:
    """Nothing was used: no debt."""
    one, made = rules.reverse(credited(book(), "c", 100), "r", NOW, "c", Why("clawback"))
    assert (one.available(NOW), one.debt) == (0, 0)
    assert [entry.amount for entry in made] == [-100]


def test_a_reversal_after_spending_leaves_a_debt() -> None:
    """What was used is owed, and the next credit pays it off at once."""
    one, _ = spent(credited(book(), "c", 100), "s", 60)
    one, made = rules.reverse(one, "r", NOW, "c", Why("clawback"))
    assert (one.available(NOW), one.debt, made[0].amount, made[0].owed) == (0, 60, -40, 60)
    one, made = rules.credit(one, "d", NOW, 100, WHY, Terms(NOW))
    assert [(entry.key, entry.kind, entry.amount) for entry in made] == [
        ("d", Kind.CREDIT, 100),
        ("repay:d", Kind.REPAY, -60),
    ]
    assert (one.available(NOW), one.debt) == (40, 0)


def test_a_reversal_after_expiry_takes_nothing_that_expired() -> None:
    """What had expired is nothing; only what was used is owed."""
    one, _ = spent(credited(book(), "c", 100), "s", 30)
    one, _ = rules.expire(one, "c", NOW + 100 * DAY)
    one, made = rules.reverse(one, "r", NOW + 101 * DAY, "c", Why("clawback"))
    assert (one.debt, made[0].owed, made[0].amount) == (30, 30, 0)


def test_a_reversal_happens_once() -> None:
    """Another one of the same credit, under whatever key, does nothing."""
    one, _ = spent(credited(book(), "c", 100), "s", 60)
    one, _ = rules.reverse(one, "r1", NOW, "c", Why("clawback"))
    assert rules.reverse(one, "r2", NOW, "c", Why("clawback")) == (one, ())


def test_undoing_a_spend_after_a_reversal_pays_the_debt() -> None:
    """What comes back from a credit that was taken back is not lost, and settles what is owed for it."""
    one, spend = spent(credited(book(), "c", 100), "s", 60)
    one, _ = rules.reverse(one, "r", NOW, "c", Why("clawback"))
    one, made = rules.give_back(one, NOW, spend, WHY, GRACE)
    assert (one.available(NOW), one.debt) == (0, 0)
    assert [entry.kind for entry in made] == [Kind.RETURN, Kind.REPAY]


def test_what_comes_back_from_an_expired_credit_lives_for_the_grace() -> None:
    """A refund long after gives the points back with some days to use them, and keeps none."""
    one, spend = spent(credited(book(), "c", 100), "s", 60)
    one, made = rules.give_back(one, NOW + 200 * DAY, spend, WHY, GRACE)
    assert [entry.terms for entry in made] == [Terms(NOW + 200 * DAY, NOW + 200 * DAY + GRACE)]
    assert one.available(NOW + 201 * DAY) == 60


def test_what_was_given_back_goes_with_its_credit() -> None:
    """A reversal finds what came back from the credit after it had expired."""
    one, spend = spent(credited(book(), "c", 100), "s", 60)
    one, _ = rules.give_back(one, NOW + 200 * DAY, spend, WHY, GRACE)
    one, _ = rules.reverse(one, "r", NOW + 201 * DAY, "c", Why("clawback"))
    assert (one.available(NOW + 202 * DAY), one.debt) == (0, 0)


def test_a_refund_gives_back_to_the_lots_it_came_from() -> None:
    """Each with the dates it had, and exactly what was taken, once."""
    one = credited(credited(book(), "a", 100, days=10), "b", 100, days=20)
    before = one
    one, spend = spent(one, "s", 150)
    one, made = rules.give_back(one, NOW, spend, WHY, GRACE)
    assert [lot.left for lot in one.lots] == [lot.left for lot in before.lots]
    assert [entry.key for entry in made] == ["return:s"]


def test_what_comes_back_pays_the_debt() -> None:
    """Nobody has something to spend and a debt side by side: what goes back to its own lots pays first, once."""
    one, first = spent(credited(book(), "a", 100), "s1", 100)
    one, second = spent(credited(credited(one, "b", 60), "c", 60), "s2", 110)
    one, _ = rules.reverse(one, "r", NOW, "a", Why("clawback"))
    one, made = rules.give_back(one, NOW, second, WHY, GRACE)
    assert [entry.key for entry in made] == ["return:s2", "repay:return:s2"]
    assert [(lot.id, lot.left) for lot in one.lots] == [("a", 0), ("b", 0), ("c", 20)]
    assert (one.available(NOW), one.debt) == (20, 0)
    assert rules.give_back(one, NOW, first, WHY, GRACE)[0].available(NOW) == 120


def test_an_adjustment_takes_no_more_than_there_is() -> None:
    """Less than nothing is refused; what is given pays a debt off like any credit."""
    one = credited(book(), "c", 50)
    with pytest.raises(Short):
        rules.adjust(one, "a", NOW, -51, WHY, Terms(NOW))
    one, made = rules.adjust(one, "a", NOW, -50, Why("adjust", reason="mistake"), Terms(NOW))
    assert (one.available(NOW), made[0].kind, made[0].amount) == (0, Kind.ADJUST, -50)


@pytest.mark.parametrize("amount", [0, -1, 10**13])
def test_amounts_are_amounts(amount: int) -> None:
    """Nothing, less than nothing, and more than there is in the world are mistakes of the caller's."""
    with pytest.raises(ValueError, match="amount"):
        rules.credit(book(), "c", NOW, amount, WHY, Terms(NOW))
    with pytest.raises(ValueError, match="amount"):
        rules.spend(book(), "s", NOW, amount, WHY)


def test_the_policy_says_how_long_it_lasts() -> None:
    """Months of the company's calendar, to the end of the day; told so many days before, at ten."""
    at = datetime(2026, 8, 31, 15, 59, tzinfo=UTC)  # the last minute of August in Shanghai
    made = terms(Keeping(points_months=6, expiring_days=30), Unit.POINTS, at, SHANGHAI)
    assert made.usable_at == at
    assert made.expires_at == datetime(2027, 3, 1, tzinfo=SHANGHAI)
    assert made.told_at == datetime(2027, 1, 30, 10, tzinfo=SHANGHAI)
    assert made.expires_at.tzinfo is UTC


def test_who_hears_that_it_ends_hears_it_before() -> None:
    """A credit that lasts shorter than the warning has none."""
    at = datetime(2026, 8, 31, tzinfo=UTC)
    assert terms(Keeping(points_months=1, expiring_days=45), Unit.POINTS, at, SHANGHAI).told_at is None


def test_the_next_to_expire_is_named() -> None:
    """Of what is usable, the one that ends first."""
    one = credited(credited(credited(book(), "a", 10, days=None), "b", 20, days=9), "c", 30, days=5)
    first = one.balance(NOW).expiring_next
    assert first is not None
    assert (first.id, first.left) == ("c", 30)
