"""The texts about referrals and orders whose ids the code puts together."""

from __future__ import annotations

from collections.abc import Mapping

from domain.fairness import BLOCKS, FLAGS
from domain.orders import Told
from domain.referral_states import TRANSITIONS, Party, Stage
from handlers.posters import WORDS
from handlers.referral_cards import DECISIONS
from handlers.referrals import OUTCOMES

STAGES = tuple(stage.value for stage in Stage)
TOLD = tuple(
    dict.fromkeys(step.action for step in TRANSITIONS if step.told & Party.REFERRER and step.may is Party.SYSTEM)
)
"""What the system does and the referrer hears of; what people do has words of its own."""

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "referral-stage-": STAGES,
    "referral-next-": STAGES,
    "referral-told-": TOLD,
    "referral-came-": OUTCOMES,
    "refer-": OUTCOMES,
    "referral-ask-": ("appeal", *DECISIONS),
    "referral-": DECISIONS,
    "review-done-": DECISIONS,
    "review-told-": DECISIONS,
    "block-": tuple(BLOCKS),
    "void-": ("refunded", "cancelled", "erased", "other"),
    "expire-": ("window", "claim"),
    "flag-": tuple(FLAGS),
    "order-": tuple(kind.value for kind in Told),
    "poster-": tuple(name.replace("_", "-") for name in WORDS),
}
ARGUMENTS: Mapping[str, frozenset[str]] = {
    "referral-next-": frozenset({"at", "fen", "hours", "days"}),
    "referral-told-": frozenset({"friend", "days"}),
    "referral-came-": frozenset({"name"}),
    "refer-": frozenset({"name"}),
    "review-done-": frozenset({"id"}),
    "review-told-": frozenset({"friend", "reason"}),
    "flag-": frozenset({"today", "today_max", "hours", "hours_min", "order", "least", "cancelled"}),
    "poster-": frozenset({"fen", "code"}),
}
