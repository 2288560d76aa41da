"""An order from what was told of it: in whatever order that came, and however often."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.orders import Order, OrderEvent, OrderState, Told, facts_of, facts_passed, fold

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MIN = 500_000


def event(kind: str, amount_fen: int = 0, day: int = 0, **more: object) -> OrderEvent:
    """One thing that was told, so many days after the start."""
    at = START + timedelta(days=day)
    return replace(OrderEvent(f"{kind}:{amount_fen}:{day}", "A1", Told(kind), at, amount_fen), **more)  # type: ignore[arg-type]  # by name


def test_a_whole_life():
    """Signed, a deposit, the rest, a part back: sums and times are those of the events."""
    order = fold(
        "A1",
        [
            event("signed", 1_000_000, phone="+8613700137000"),
            event("deposit", 200_000, 1),
            event("paid", 800_000, 20),
            event("refunded", 300_000, 30),
        ],
    )

    assert (order.amount_fen, order.paid_fen, order.refunded_fen) == (1_000_000, 1_000_000, 300_000)
    assert (order.deposit_at, order.paid_at) == (START + timedelta(days=1), START + timedelta(days=20))
    assert (order.state, order.kept_fen, order.phone) == (OrderState.PAID, 700_000, "+8613700137000")


@pytest.mark.parametrize(
    ("events", "state", "kept"),
    [
        ([event("signed", MIN)], OrderState.SIGNED, 0),
        ([event("signed", MIN), event("paid", MIN - 1, 1)], OrderState.SIGNED, MIN - 1),
        ([event("signed", MIN), event("paid", 0, 1)], OrderState.PAID, MIN),
        ([event("paid", MIN, 1)], OrderState.SIGNED, MIN),
        ([event("deposit", MIN, 1), event("paid", 0, 2)], OrderState.PAID, MIN),
        ([event("paid", 0, 1), event("refunded", 0, 2)], OrderState.REFUNDED, 0),
        (
            [event("signed", 8), event("paid", 8, 1), event("signed", 6, 2), event("refunded", 2, 3)],
            OrderState.PAID,
            6,
        ),
        (
            [event("signed", MIN), event("paid", MIN, 1), event("refunded", MIN, 2), event("paid", MIN, 3)],
            OrderState.PAID,
            MIN,
        ),
        (
            [event("signed", MIN), event("paid", MIN, 1), event("refunded", MIN, 2), event("paid", 1, 3)],
            OrderState.SIGNED,
            1,
        ),
        (
            [event("signed", MIN, id="s"), event("signed", 2 * MIN, 1, id="t"), event("paid", MIN, 2)],
            OrderState.SIGNED,
            MIN,
        ),
        ([event("signed", MIN), event("paid", MIN, 1), event("paid", MIN, 2)], OrderState.PAID, MIN),
        ([event("signed", MIN), event("paid", MIN, 1), event("refunded", 0, 2)], OrderState.REFUNDED, 0),
        ([event("signed", MIN), event("paid", MIN, 1), event("refunded", MIN * 9, 2)], OrderState.REFUNDED, 0),
        ([event("signed", MIN), event("cancelled", 0, 2)], OrderState.CANCELLED, 0),
        ([event("signed", MIN), event("deposit", 10, 1), event("cancelled", 0, 2)], OrderState.CANCELLED, 10),
        ([event("signed", MIN * 2), event("signed", MIN, 3), event("paid", MIN, 4)], OrderState.PAID, MIN),
    ],
)
def test_where_it_stands(events: list[OrderEvent], state: OrderState, kept: int):
    """Paid in full means its whole sum; told twice is not paid twice; a refund gives back what there was at most."""
    order = fold("A1", events)

    assert (order.state, order.kept_fen) == (state, kept)


def test_nothing_told_is_no_order():
    """There is no order without an event."""
    with pytest.raises(ValueError, match="A1"):
        fold("A1", [])


EVENTS = st.builds(
    lambda kind, amount, day, hour, id, undoes: OrderEvent(
        id, "A1", kind, START + timedelta(days=day, hours=hour), amount, source="shop", undoes=undoes
    ),
    st.sampled_from(list(Told)),
    st.integers(0, 3 * MIN),
    st.integers(0, 5),
    st.integers(0, 1),
    st.text("abc", min_size=1, max_size=2),
    st.text("abc", min_size=1, max_size=2),
)


def distinct(events: list[OrderEvent]) -> list[OrderEvent]:
    """Each id once: a teller's id is one event."""
    return list({one.id: one for one in events}.values())


@given(st.lists(EVENTS, min_size=1, max_size=12).map(distinct), st.randoms(use_true_random=False))
def test_any_order_and_doubling_is_the_same(events: list[OrderEvent], chance):
    """Late, shuffled and doubled events make the same order, and say the same of its referral."""
    shuffled = [*events, *chance.choices(events, k=len(events))]
    chance.shuffle(shuffled)

    one, other = fold("A1", events), fold("A1", shuffled)

    assert one == other
    assert facts_of(one, MIN) == facts_of(other, MIN)
    assert 0 <= one.refunded_fen <= one.paid_fen
    assert not one.amount_fen or one.kept_fen <= one.amount_fen
    assert (one.state is OrderState.REFUNDED) <= (one.ended_at is not None)


@pytest.mark.parametrize(("refunded", "lost"), [(0, False), (1, False), (MIN, False), (MIN + 1, True), (2 * MIN, True)])
def test_what_is_too_small_after_a_refund_is_lost(refunded: int, lost: bool):
    """A part given back changes the worth; below the least it counts no more, to the fen."""
    told = [event("signed", 2 * MIN), event("paid", 2 * MIN, 1)]
    order = fold("A1", [*told, event("refunded", refunded, 2)] if refunded else told)

    facts = facts_of(order, MIN)

    assert (facts["refunded_at"] is not None) is lost
    assert facts["order_fen"] == 2 * MIN - refunded


def test_a_deposit_given_back_is_not_the_end():
    """Before it is paid in full, money that goes to and fro ends nothing."""
    order = fold("A1", [event("signed", 2 * MIN), event("deposit", 1000, 1), event("refunded", 500, 2)])

    assert facts_of(order, MIN)["refunded_at"] is None


def test_an_order_without_a_signing_was_signed_when_it_was_first_heard_of():
    """The shop may begin with the payment; a deposit alone signs nothing."""
    assert fold("A1", [event("deposit", MIN, 1)]).signed_at is None
    assert fold("A1", [event("paid", MIN, 3)]).signed_at == START + timedelta(days=3)
    assert isinstance(fold("A1", [event("paid", MIN, 3)]), Order)


def test_what_came_from_the_fund_pays_too():
    """What is left to pay is the sum without what the fund and coupons paid."""
    told = [event("signed", 8 * MIN), event("paid", 7 * MIN, 1)]

    assert fold("A1", told).state is OrderState.SIGNED
    assert fold("A1", told, MIN).state is OrderState.PAID
    assert fold("A1", [told[0], event("paid", 0, 1)], MIN).kept_fen == 7 * MIN


def test_staff_have_the_last_word_on_whose_it_is():
    """Otherwise the first counts; what they take back never was."""
    first, second = (event("signed", MIN, day, phone=f"+861370013700{day}") for day in (1, 2))
    named = event("signed", MIN, 3, id="n", source="staff", person_id="fan", phone="+8613700137003")
    undone = event("undone", 0, 4, source="staff", undoes="n")

    assert fold("A1", [first, second]).phone == first.phone
    assert (fold("A1", [named, first]).person_id, fold("A1", [named, first]).phone) == ("fan", named.phone)
    assert fold("A1", [first, named, undone]).phone == first.phone


def test_the_cooling_off_begins_when_it_is_known():
    """A payment told late cools from then on; one before the signing from the signing."""
    late = START + timedelta(days=9)
    signed = event("signed", MIN, 5)

    assert fold("A1", [signed, event("paid", MIN, 1, taken_at=late)]).paid_at == late
    assert fold("A1", [signed, event("paid", MIN, 1)]).paid_at == signed.at


def test_what_went_back_paid_until_the_end():
    """The fund's part counts up to the last end, not after it, and not at all if nothing ended."""
    told = [event("signed", 8 * MIN), event("paid", 0, 1)]
    ended = [*told, event("refunded", 7 * MIN, 2)]

    assert (fold("A1", ended, 0, MIN).state, fold("A1", ended, 0, MIN).kept_fen) == (OrderState.REFUNDED, 0)
    assert fold("A1", [*ended, event("paid", 7 * MIN, 3)], 0, MIN).state is OrderState.SIGNED
    assert fold("A1", [*ended, event("paid", 7 * MIN, 3)], MIN, MIN).state is OrderState.PAID
    undone = fold("A1", [told[0], event("paid", 7 * MIN, 1)], 0, MIN)
    assert (undone.state, undone.paid_at, undone.returned_fen) == (OrderState.SIGNED, None, 0)
    gone = fold("A1", [told[0], event("paid", 7 * MIN, 1), event("cancelled", 0, 2)], 0, MIN)
    assert (gone.state, gone.paid_at is not None, gone.returned_fen) == (OrderState.CANCELLED, True, MIN)


@pytest.mark.parametrize(
    ("later", "lost", "worth"),
    [((), False, 2 * MIN), ((1,), False, 2 * MIN - 1), ((MIN,), False, MIN), ((MIN + 1,), True, MIN - 1)],
)
def test_what_was_let_pass(later: tuple[int, ...], lost: bool, worth: int):
    """What had been given back by then counts as kept, to the fen; the end of the order does not."""
    told = [event("signed", 2 * MIN), event("paid", 2 * MIN, 1), event("refunded", MIN - 2, 2)]
    order = fold("A1", [*told, *(event("refunded", fen, 3) for fen in later)])

    facts = facts_passed(order, MIN, MIN - 2)

    assert ((facts["refunded_at"] is not None), facts["order_fen"]) == (lost, worth)
    ended = fold("A1", [*told, event("cancelled", 0, 4)])
    assert facts_passed(ended, MIN, MIN - 2)["refunded_at"] == ended.ended_at
    assert facts_passed(ended, MIN, ended.gone_fen)["refunded_at"] is None


def test_the_day_of_a_payment_is_not_that_of_hearing_of_it():
    """Campaigns go by the one, the cooling-off by the other."""
    late = START + timedelta(days=9)
    order = fold("A1", [event("signed", MIN), event("paid", MIN, 1, taken_at=late)])

    assert (order.paid_on, order.paid_at) == (START + timedelta(days=1), late)
