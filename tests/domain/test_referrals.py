"""The stages of a referral, row by row: who may, what must be there, and what alone rebuilds it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from domain.bank import Referring, Tier
from domain.errors import NotAllowed, NotPossible
from domain.referral_rules import advance, appealable, due, turned
from domain.referral_states import ACTIONS, HELD, SUCCESSFUL, TRANSITIONS, Party, Stage, choice, possible
from domain.referrals import By, Referral, ReferralEvent, create, learn, move, rebuild, standing

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
POLICY = Referring(tiers=(Tier(500_000, fund_fen=1),))
LETTERS = {"R": Party.REFERRER, "M": Party.MANAGER, "Y": Party.SYSTEM}
GIVEN: dict[str, Any] = {
    "reason": "because",
    "flags": ("late",),
    "review_due": NOW + timedelta(hours=48),
    "reward": "fund",
    "reward_value": 20_000,
}
SYSTEM = By("", Party.SYSTEM, "shop")

RULES = """
    attribute  CREATED>ATTRIBUTED:Y
    block      CREATED>REJECTED:Y ATTRIBUTED>REJECTED:Y
    verify     ATTRIBUTED>VERIFIED:Y
    qualify    VERIFIED>QUALIFIED:Y
    sign       VERIFIED>SIGNED:Y QUALIFIED>SIGNED:Y
    earn       SIGNED>EARNED:Y
    unsign     SIGNED>VERIFIED:Y
    unearn     EARNED>SIGNED:Y
    unvoid     VOIDED>SIGNED:Y
    claim      EARNED>REWARDED:R
    return     REWARDED>EARNED:M
    retier     EARNED>EARNED:Y REWARDED>EARNED:Y
    flag       ATTRIBUTED>UNDER_REVIEW:Y VERIFIED>UNDER_REVIEW:Y QUALIFIED>UNDER_REVIEW:Y SIGNED>UNDER_REVIEW:Y
    expire     ATTRIBUTED>EXPIRED:Y VERIFIED>EXPIRED:Y QUALIFIED>EXPIRED:Y EARNED>EXPIRED:Y
    void       ATTRIBUTED>VOIDED:Y VERIFIED>VOIDED:Y QUALIFIED>VOIDED:Y SIGNED>VOIDED:Y UNDER_REVIEW>VOIDED:Y
    void       EARNED>VOIDED:Y REWARDED>VOIDED:Y
    clear      UNDER_REVIEW>back:M
    deny       UNDER_REVIEW>REJECTED:M
    appeal     REJECTED>DISPUTED:R EXPIRED>DISPUTED:R VOIDED>DISPUTED:R
    grant      DISPUTED>ATTRIBUTED:M
    uphold     DISPUTED>back:M
"""
"""Who may do what, said once more by hand: R the referrer, M a manager, Y the system. The friend may nothing."""


def written() -> dict[tuple[str, str], tuple[str, str]]:
    """(action, from) → (to, the letters of who may)."""
    found = {}
    for line in RULES.split("\n"):
        action, *cells = line.split() or [""]
        for cell in cells:
            stages, letters = cell.split(":")
            before, after = stages.split(">")
            found[action, before] = after, letters
    return found


def standing_in(stage: Stage) -> Referral:
    """A referral with every fact, held from SIGNED where it is held."""
    return Referral(
        "RF-1",
        "hana",
        "fan",
        version=9,
        state=stage,
        held_from="SIGNED" if stage in HELD else "",
        order_id="A1",
        order_fen=900_000,
        created_at=NOW - timedelta(days=20),
        verified_at=NOW,
        qualified_at=NOW,
        signed_at=NOW - timedelta(days=15),
        paid_at=NOW - timedelta(days=10),
        closed_at=NOW,
    )


def test_the_table_says_what_the_rules_say():
    """Every row of the table is in the rules with the same people, and the other way round."""
    table = {
        (step.action, step.before.value): (
            step.after.value if step.after else "back",
            "".join(letter for letter, party in LETTERS.items() if step.may & party),
        )
        for step in TRANSITIONS
    }

    assert table == written()
    assert len(TRANSITIONS) == len(table)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("stage", Stage)
def test_every_cell_of_stage_action_and_party(stage: Stage, action: str):
    """An action leads to the table's stage for whom it names, and is refused to all others."""
    cell = written().get((action, stage.value))
    for party in (Party.NOBODY, *LETTERS.values(), Party.REFERRER | Party.MANAGER):
        by = By("somebody", party, "fake")
        if cell is None:
            with pytest.raises(NotPossible):
                move(standing_in(stage), action, by, NOW, GIVEN)
        elif not any(LETTERS[letter] & party for letter in cell[1]):
            with pytest.raises(NotAllowed):
                move(standing_in(stage), action, by, NOW, GIVEN)
        else:
            moved = move(standing_in(stage), action, by, NOW, GIVEN)
            after = "SIGNED" if cell[0] == "back" else cell[0]
            assert (moved.event.before, moved.event.after, moved.referral.state.value) == (stage.value, after, after)
            assert moved.referral.version == moved.event.number == 10


@pytest.mark.parametrize("step", [step for step in TRANSITIONS if step.fact], ids=lambda step: step.action)
def test_the_system_does_nothing_without_its_fact(step):
    """A row that stands for a fact waits for it."""
    with pytest.raises(NotPossible):
        move(replace(standing_in(step.before), **{step.fact: None}), step.action, SYSTEM, NOW, GIVEN)


@pytest.mark.parametrize("step", [step for step in TRANSITIONS if step.reasoned], ids=lambda step: step.action)
def test_a_person_decides_with_words(step):
    """Whatever a person decides about another is not done without a reason."""
    by = By("max", Party.MANAGER if step.may & Party.MANAGER else Party.REFERRER, "fake")
    with pytest.raises(NotPossible):
        move(standing_in(step.before), step.action, by, NOW, {**GIVEN, "reason": ""})


def test_a_manager_decides_about_others_only():
    """Whoever recommended is no judge of it, whatever they are beside."""
    with pytest.raises(NotAllowed):
        move(standing_in(Stage.UNDER_REVIEW), "clear", By("hana", Party.MANAGER, "fake"), NOW, GIVEN)


def test_the_friend_is_nobody():
    """What somebody is to a referral follows from their id and their office, never from being the friend."""
    referral = standing_in(Stage.EARNED)

    assert standing(referral, "fan", manager=False) is Party.NOBODY
    assert standing(referral, "", manager=False) is Party.NOBODY
    assert standing(referral, "hana", manager=False) is Party.REFERRER
    assert standing(referral, "max", manager=True) is Party.MANAGER


def test_nothing_but_a_claim_rewards_and_nothing_but_an_order_earns():
    """REWARDED is reached from EARNED alone, EARNED from SIGNED with money or from a reward that was refused or has to
    be claimed anew."""
    into = {after: {(s.before, s.action) for s in TRANSITIONS if s.after is after} for after in SUCCESSFUL}

    assert into[Stage.REWARDED] == {(Stage.EARNED, "claim")}
    assert into[Stage.EARNED] == {
        (Stage.SIGNED, "earn"),
        (Stage.REWARDED, "return"),
        *((stage, "retier") for stage in SUCCESSFUL),
    }
    assert choice(Stage.SIGNED, "earn").fact == "paid_at"
    assert not any(
        step.may & ~Party.SYSTEM for step in TRANSITIONS if step.action in ("verify", "qualify", "sign", "earn")
    )


COOL = NOW - timedelta(days=7)


@pytest.mark.parametrize(
    ("change", "earned"),
    [
        ({"paid_at": COOL}, True),
        ({"paid_at": COOL + timedelta(seconds=1)}, False),
        ({"order_fen": 500_000}, True),
        ({"order_fen": 499_999}, False),
        ({"order_id": ""}, False),
        ({"paid_at": None}, False),
        ({"refunded_at": NOW}, False),
        ({"refunded_at": NOW, "flags": ("void-refunded",)}, False),
    ],
)
def test_what_earns(change: dict[str, Any], earned: bool):
    """Paid in full, large enough, kept, and cooled: each to the second and the fen."""
    moves = advance(replace(standing_in(Stage.SIGNED), **change), SYSTEM, NOW, POLICY)

    assert ([moved.step.action for moved in moves][-1:] == ["earn"]) is earned


def test_where_nothing_is_given_nothing_is_earned():
    """A company without tiers owes nothing."""
    assert due(standing_in(Stage.SIGNED), NOW, Referring()) is None


def test_all_at_once():
    """What became known while it was held is made up for, each row with its event."""
    moves = advance(standing_in(Stage.ATTRIBUTED), SYSTEM, NOW, POLICY)

    assert [moved.step.action for moved in moves] == ["verify", "qualify", "sign", "earn"]


@pytest.mark.parametrize("stage", [*HELD, Stage.REJECTED, Stage.EXPIRED, Stage.VOIDED, Stage.REWARDED])
def test_what_is_held_or_over_does_not_move_by_itself(stage: Stage):
    """Whatever the facts and the time say, a person has to decide."""
    late = NOW + timedelta(days=4000)

    assert advance(standing_in(stage), SYSTEM, late, POLICY) == ()


@pytest.mark.parametrize("stage", [Stage.ATTRIBUTED, Stage.VERIFIED, Stage.QUALIFIED])
def test_the_window(stage: Stage):
    """180 days to the second; an order that was signed within them counts, however late it is told."""
    began = NOW - timedelta(days=180)
    waiting = replace(standing_in(stage), created_at=began, signed_at=None, verified_at=None, qualified_at=None)
    in_time = replace(waiting, signed_at=NOW - timedelta(days=1), verified_at=NOW)
    too_late = replace(in_time, signed_at=NOW + timedelta(seconds=1))

    assert due(waiting, NOW - timedelta(seconds=1), POLICY) is None
    assert due(waiting, NOW, POLICY) == ("expire", "expire-window")
    assert advance(in_time, SYSTEM, NOW, POLICY)[-1].referral.state is not Stage.EXPIRED
    assert due(too_late, NOW + timedelta(days=1), POLICY) == ("expire", "expire-window")


def test_the_time_to_claim():
    """180 days after it was earned."""
    earned = replace(standing_in(Stage.EARNED), earned_at=NOW)

    assert due(earned, NOW + timedelta(days=180) - timedelta(seconds=1), POLICY) is None
    assert due(earned, NOW + timedelta(days=180), POLICY) == ("expire", "expire-claim")


@pytest.mark.parametrize(
    ("change", "may"),
    [
        ({}, True),
        ({"closed_at": NOW - timedelta(days=30)}, True),
        ({"closed_at": NOW - timedelta(days=30, seconds=1)}, False),
        ({"appeal": "no"}, False),
        ({"reason": "void-erased"}, False),
        ({"state": Stage.REWARDED}, False),
    ],
)
def test_an_appeal(change: dict[str, Any], may: bool):
    """Within thirty days, once, and not for who is gone."""
    assert appealable(replace(standing_in(Stage.REJECTED), **change), NOW, POLICY) is may


def test_a_granted_appeal_lets_pass_what_it_had_ended_for():
    """The same reason does not end it again."""
    ended = replace(standing_in(Stage.DISPUTED), reason="void-refunded", refunded_at=NOW, appeal="but")
    granted = move(ended, "grant", By("max", Party.MANAGER, "fake"), NOW, GIVEN).referral

    assert granted.flags == ("late", "void-refunded")
    assert (granted.state, granted.appeal, granted.reason) == (Stage.ATTRIBUTED, "", "")
    assert [moved.step.action for moved in advance(granted, SYSTEM, NOW, POLICY)] == ["verify", "qualify", "sign"]


@pytest.mark.parametrize(
    ("reason", "change", "action"),
    [
        ("void-refunded", {}, "unvoid"),
        ("void-other", {}, "unvoid"),
        ("void-lowered", {"order_fen": 499_999}, ""),
        ("void-lowered", {"order_fen": 500_000}, "unvoid"),
        ("void-refunded", {"refunded_at": NOW}, ""),
        ("void-refunded", {"order_id": ""}, ""),
        ("void-refunded", {"signed_at": None}, ""),
        ("void-refunded", {"created_at": NOW - timedelta(days=196)}, ""),
        ("void-refunded", {"created_at": NOW - timedelta(days=196), "flags": ("expire-window",)}, "unvoid"),
        ("void-erased", {}, ""),
        ("block-home", {}, ""),
    ],
)
def test_what_was_void_in_error(reason: str, change: dict[str, Any], action: str):
    """An order that counts again brings back what had ended because of an order, and nothing else."""
    void = replace(standing_in(Stage.VOIDED), reason=reason, refunded_at=NOW)

    assert turned(void, replace(void, **{"refunded_at": None, **change}), NOW, POLICY) == action


def test_another_payment_cools_anew():
    """What was earned by one waits for another to cool; who has claimed does not wait again."""
    earned, fresh = standing_in(Stage.EARNED), {"paid_at": NOW - timedelta(days=1)}

    assert turned(earned, replace(earned, **fresh), NOW, POLICY) == "unearn"
    assert turned(earned, replace(earned, paid_at=NOW - timedelta(days=8)), NOW, POLICY) == ""
    assert turned(replace(earned, **fresh), replace(earned, **fresh), NOW, POLICY) == ""
    rewarded = standing_in(Stage.REWARDED)
    assert turned(rewarded, replace(rewarded, **fresh), NOW, POLICY) == ""


def test_learning_what_is_known_is_nothing():
    """A fact that has not changed is no event."""
    assert learn(standing_in(Stage.SIGNED), SYSTEM, NOW, {"order_fen": 900_000}) is None


@pytest.mark.parametrize("seed", range(60))
def test_the_events_alone_rebuild_it(seed: int):
    """Whatever happens, in whatever order: replaying the log gives the same referral, field by field."""
    chance, at = random.Random(seed), NOW
    moved = create(Referral("RF-1", "hana", "fan", via="webchat"), SYSTEM, at)
    events: list[ReferralEvent] = [moved.event]
    referral = moved.referral
    for _ in range(40):
        at += timedelta(hours=chance.choice([1, 50, 2000]))
        party = chance.choice(list(LETTERS.values()))
        rows = [step.action for step in possible(referral.state, party)]
        facts = {chance.choice(["paid_at", "signed_at", "verified_at", "qualified_at"]): at, "order_fen": 600_000}
        learned = learn(referral, SYSTEM, at, facts)
        for one in [learned] if learned else []:
            events.append(one.event)
            referral = one.referral
        if not rows:
            continue
        try:
            moved = move(referral, chance.choice(rows), By("max", party, "fake"), at, GIVEN)
        except NotPossible:
            continue
        events.append(moved.event)
        referral = moved.referral

    assert rebuild(events) == referral
    with pytest.raises(ValueError, match="follows"):
        rebuild([event for event in events if event.number != 2])


def test_no_events_are_no_referral():
    """There is nothing to rebuild from."""
    with pytest.raises(ValueError, match="no event"):
        rebuild([])
    assert {one for one in product(Stage, ACTIONS) if choice(*one)} == {(s.before, s.action) for s in TRANSITIONS}
