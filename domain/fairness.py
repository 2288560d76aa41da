"""Whether a recommendation is fair: what blocks it for good, and what a manager should look at first."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import product

from domain.bank import Referring
from domain.folding import fold
from domain.homes import Located, located, same
from domain.homes import alike as alike_homes
from domain.people import Role

ALIKE_NAME = 0.85
"""From which ratio of equal characters two names look alike."""

NAME_CHARS_MIN = 2


@dataclass(frozen=True, slots=True)
class Side:
    """What is known of the referrer or of the friend.

    ``phones`` are E.164: their own and those they gave in requests. ``homes`` are pairs of address and door as they
    were written. ``family`` says that one of the phones is of somebody who works here, or of family that they named.
    """

    id: str
    name: str = ""
    role: Role = Role.HOMEOWNER
    phones: frozenset[str] = frozenset()
    homes: frozenset[tuple[str, str]] = frozenset()
    family: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a recommendation as it is judged.

    ``customer``: they had a request or an order before they were recommended. ``taken``: somebody else is their
    referrer. ``chain`` are the ids of the referrer's referrer, and so on to the top. ``today`` counts the referrer's
    friends of the last day, this one included, ``cancelled`` the cancelled or refunded orders among all their friends.
    ``came_at`` is when the friend came with the code, ``signed_at`` when the order was signed, ``order_fen`` its worth
    once it is paid; 0 or None before that. ``proved``: we know that the order is the friend's by more than words: a
    platform vouches that its phone is theirs, staff named them, or somebody of ours was there where they gave that
    phone. ``alone``: whoever of staff told who had sent the friend told of the order too.
    """

    referrer: Side
    friend: Side
    customer: bool = False
    taken: bool = False
    chain: frozenset[str] = frozenset()
    today: int = 0
    cancelled: int = 0
    came_at: datetime | None = None
    signed_at: datetime | None = None
    order_fen: int = 0
    proved: bool = True
    alone: bool = False

    @property
    def hours(self) -> int | None:
        """How many whole hours lay between the code and the order; None while there is none."""
        if self.came_at is None or self.signed_at is None:
            return None
        return int((self.signed_at - self.came_at).total_seconds() // 3600)


def block(facts: Facts, passed: Collection[str] = ()) -> str:
    """Why nobody may be rewarded for this; empty if nothing stands against it. The first of ``blocks``."""
    return next(iter(blocks(facts, passed)), "")


def blocks(facts: Facts, passed: Collection[str] = ()) -> tuple[str, ...]:
    """All that stands against it, in the order of ``BLOCKS``, but for what a manager let pass («block-home»)."""
    return tuple(code for code, holds in BLOCKS.items() if f"block-{code}" not in passed and holds(facts))


def flags(facts: Facts, policy: Referring) -> tuple[str, ...]:
    """What looks odd enough for a manager to see it before a reward, in the order of ``FLAGS``; mostly nothing."""
    return tuple(code for code, holds in FLAGS.items() if holds(facts, policy))


def figures(facts: Facts, policy: Referring) -> Mapping[str, int]:
    """The numbers behind the flags, as the words for them name them: counts, hours and fen."""
    return {
        "today": facts.today,
        "today_max": policy.per_day_max,
        "hours": facts.hours or 0,
        "hours_min": policy.late_hours,
        "order": facts.order_fen,
        "least": policy.order_min_fen,
        "cancelled": facts.cancelled,
    }


def _plain(text: str) -> str:
    """As it is compared: one width and script, lower case, without spaces and marks."""
    return re.sub(r"[\W_]+", "", fold(text))


def _homes(one: Side, other: Side) -> list[tuple[Located, Located]]:
    first, second = ([located(*home) for home in side.homes if home[0]] for side in (one, other))
    return list(product(first, second))


def same_home(one: Side, other: Side) -> bool:
    """Whether they share a home: the same address and door, however it was written."""
    return any(same(*pair) for pair in _homes(one, other))


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def alike(one: Side, other: Side) -> bool:
    """Whether their names, or their addresses behind the same door number, are nearly the same.

    Neighbours are no look-alikes: the same building with another door says nothing. The very same home is a block.
    """
    names = _plain(one.name), _plain(other.name)
    if min(map(len, names)) >= NAME_CHARS_MIN and _ratio(*names) >= ALIKE_NAME:
        return True
    return any(alike_homes(*pair) for pair in _homes(one, other))


BLOCKS: Mapping[str, Callable[[Facts], bool]] = {
    "self": lambda facts: facts.referrer.id == facts.friend.id,
    "staff": lambda facts: Role.HOMEOWNER is not facts.referrer.role or Role.HOMEOWNER is not facts.friend.role,
    "taken": lambda facts: facts.taken,
    "loop": lambda facts: facts.friend.id in facts.chain,
    "phone": lambda facts: bool(facts.referrer.phones & facts.friend.phones),
    "home": lambda facts: same_home(facts.referrer, facts.friend),
    "family": lambda facts: facts.referrer.family or facts.friend.family,
    "customer": lambda facts: facts.customer,
}
"""What stands against a reward for good, the first that holds counts."""

FLAGS: Mapping[str, Callable[[Facts, Referring], bool]] = {
    "many": lambda facts, policy: facts.today > policy.per_day_max,
    "late": lambda facts, policy: facts.hours is not None and facts.hours < policy.late_hours,
    "alike": lambda facts, policy: alike(facts.referrer, facts.friend),
    "minimum": lambda facts, policy: (
        0 <= (facts.order_fen - policy.order_min_fen) * 100 <= policy.order_min_fen * policy.just_above_percent
        and facts.order_fen > 0
    ),
    "cancelled": lambda facts, policy: facts.cancelled >= policy.cancelled_max,
    "unproved": lambda facts, policy: facts.order_fen > 0 and not facts.proved,
    "alone": lambda facts, policy: facts.order_fen > 0 and facts.alone,
}
"""What a manager should look at before anything is paid."""
