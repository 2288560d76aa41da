"""How many messages may go, as plain arithmetic."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.channel import Rate
from storage.limits import free_from, later, moment, of_chat, room, spend, ticks
from tests.fakes import START

SECOND = 1_000_000
rates = st.lists(st.builds(Rate, st.just("all"), st.integers(1, 5), st.sampled_from([0.5, 1.0, 60.0])), max_size=3)


@given(rates, st.lists(st.integers(0, 40 * SECOND), max_size=40).map(sorted))
def test_no_span_holds_more_than_its_limit_and_nothing_waits_without_need(limits: list[Rate], wishes: list[int]):
    """What is sent as soon as it is allowed keeps every limit, and is late only where one was full."""
    sent: list[int] = []
    kept: list[int] = []
    for wish in wishes:
        at = max(wish, free_from(kept, limits), *sent[-1:])
        full = [rate for rate in limits if sum(then > at - 1 - rate.per_s * SECOND for then in sent) >= rate.count]
        assert at == max(wish, 0, *sent[-1:]) or full
        sent.append(at)
        kept = spend(kept, limits, at)

    for rate in limits:
        for first, last in zip(sent, sent[rate.count :], strict=False):
            assert last - first >= rate.per_s * SECOND


@given(rates, st.integers(0, 10))
def test_room_is_what_may_go_at_one_moment(limits: list[Rate], wanted: int):
    """The smallest limit of those that are not spent."""
    assert room([], limits, 0, wanted) == min([wanted, *(rate.count for rate in limits)])


def test_moments_survive_to_the_microsecond():
    """Counting in whole microseconds neither rounds nor loses the zone."""
    odd = START + timedelta(microseconds=1)

    assert moment(ticks(odd)) == odd


def test_a_pause_is_never_short_and_never_overflows():
    """A negative one is none, and one of a million years ends."""
    assert later(START, 1.5) > START + timedelta(seconds=1.5)
    assert later(START, -5) > START
    assert later(START, 1e18) > START + timedelta(days=3650)


def test_a_group_has_its_own_limit_beside_the_chats():
    """Both hold for it; those that all share are spent elsewhere."""
    limits = (Rate("all", 30, 1), Rate("chat", 1, 1), Rate("group", 20, 60))

    assert [rate.scope for rate in of_chat(limits, group=True)] == ["chat", "group"]
    assert [rate.scope for rate in of_chat(limits, group=False)] == ["chat"]
