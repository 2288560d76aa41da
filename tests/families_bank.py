"""The texts of the word-of-mouth bank whose ids the code puts together, counted from the same tables as the code's."""

from __future__ import annotations

from collections.abc import Mapping

from domain.amends import Broken
from domain.bank import Reward
from domain.fairness import FLAGS
from domain.ledger import OWN_RULES, Unit
from domain.referral_states import ACTIONS
from domain.rewards import FIRST, MOVES, Given
from handlers.bank_report import STAGES
from handlers.statement import COLUMNS
from storage.ledger_proof import CHECKS

RULES = "referral friend void idea award amends order order-ended erased moved".split()
"""What the ledger is told as a rule, beside its own."""

WAITING = tuple(kind.value for kind, state in FIRST.items() if state is Given.WAITING)
DECIDED = tuple(action for action in MOVES if action in ("approve", "hand_over", "refuse"))
UNIT = tuple(unit.value for unit in Unit)

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "reward-": tuple(kind.value for kind in Reward),
    "reward-kind-": tuple(kind.value for kind in Reward),
    "reward-taken-": tuple(kind.value for kind in Reward),
    "reward-waits-": WAITING,
    "reward-done-": DECIDED,
    "reward-told-": DECIDED,
    "rule-": (*RULES, *OWN_RULES),
    "why-": (*RULES, *OWN_RULES),
    "amends-": tuple(one.value for one in Broken),
    "passbook-": UNIT,
    "ledger-": UNIT,
    "ledger-unit-": UNIT,
    "ledger-ask-": UNIT,
    "ledger-wrong-": UNIT,
    "ledger-fault-": (*CHECKS, "total", "half-moved"),
    "ledger-press-": ("confirm", "refuse"),
    "ledger-done-": ("confirmed", "refused"),
    "referral-did-": (*ACTIONS, "create"),
    "statement-": (*COLUMNS, *UNIT, "title", "note", "empty", "nameless"),
    "board-": ("month", "year"),
    "idea-done-": ("adopted", "declined"),
    "bank-": ("title", "stages-title", "flags-title", "flags-empty"),
    "bank-owed-": ("fund", "coupons", "points"),
    "bank-promised-": ("unclaimed", "cash", "gift"),
    "bank-card-": ("won", "won-fen", "cost"),
    "bank-stage-": STAGES,
    "bank-flag-": tuple(FLAGS),
}

_REWARD = frozenset({"id", "what", "code", "until"})
ARGUMENTS: Mapping[str, frozenset[str]] = {
    "reward-": frozenset({"value", "gift"}),
    "reward-taken-": _REWARD,
    "reward-waits-": _REWARD,
    "reward-done-": _REWARD | {"name"},
    "reward-told-": _REWARD | {"reason"},
    "why-": frozenset("subject amount order least campaign percent days lot kind year rank broken".split()),
    "passbook-": frozenset({"amount"}),
    "ledger-": frozenset({"amount"}),
    "ledger-fault-": frozenset({"what"}),
    "ledger-done-": frozenset({"id", "more", "amount", "reason", "who"}),
    "board-": frozenset({"period"}),
    "idea-done-": frozenset({"id"}),
}
"""What the code gives to every member of a family; to the others nothing."""
