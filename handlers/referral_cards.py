"""What a referrer sees of a referral, who never reads the friend's name, and what a manager sees who reviews it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.bank import Referring
from domain.chat import Button, Kind, Line, Outbound, Place, Style, Text
from domain.fairness import FLAGS
from domain.people import Person, mask_phone
from domain.referral_rules import appealable, cooled_at, window_ends
from domain.referral_states import Party, Stage, possible
from domain.referrals import Referral
from handlers.cards import Card, called, in_rows
from handlers.turn import quote, words

DECISIONS = ("clear", "deny", "grant", "uphold")
"""What a manager may say about what waits for one."""

STYLES = {"clear": Style.PRIMARY, "grant": Style.PRIMARY, "deny": Style.DANGER, "uphold": Style.DANGER}


def friend(referral: Referral) -> Text:
    """«浦东的一位朋友»: all that a referrer is told of who came."""
    if not referral.district:
        return Text("referral-friend")
    return Text("referral-friend-of", {"district": Text(f"district-{referral.district}")})


def title(referral: Referral) -> Line:
    """«RF-1001 浦东的一位朋友»."""
    return Line(Text("referral-title", {"id": referral.id, "friend": friend(referral)}), Kind.TITLE)


KNOWN = "block-known"
TELLING: Mapping[str, str] = {
    "block-customer": KNOWN,
    "block-taken": KNOWN,
    "block-family": KNOWN,
    "void-erased": "void-quiet",
}
"""What would tell a referrer something about a friend, and the neutral reason that they read instead."""


def why(reason: str) -> Text:
    """Why it ended, as the referrer reads it."""
    return exact(TELLING.get(reason, reason))


def exact(reason: str) -> Text:
    """Why it ended, in words: one of ours by its id, or what a manager wrote."""
    ours = reason.startswith(("block-", "void-", "expire-")) and " " not in reason
    return Text(reason) if ours else words(reason)


def next_step(referral: Referral, policy: Referring, now: datetime) -> Text:
    """What happens next, or what the referrer may do."""
    cooled, ends = cooled_at(referral, policy), window_ends(referral, policy)
    if referral.state is Stage.SIGNED and cooled:
        enough = referral.order_fen >= policy.order_min_fen > 0
        return Text("referral-next-cooling", {"at": cooled}) if enough else Text("referral-next-small", _least(policy))
    if referral.state is Stage.EARNED and referral.earned_at:
        return Text("referral-next-EARNED", {"days": policy.claim_days})
    args = {"at": ends or now, **_least(policy), "hours": policy.review_hours}
    return Text(f"referral-next-{referral.state.value}", args)


def _least(policy: Referring) -> dict[str, object]:
    return {"fen": policy.order_min_fen}


def own_card(referral: Referral, policy: Referring, now: datetime) -> Card:
    """What the referrer sees of one: where it stands, the next step, why it ended, and what may be pressed."""
    ended = [Line(Text("referral-fact-why", {"reason": why(referral.reason)}), Kind.FACT)] if referral.reason else []
    stage = Line(Text(f"referral-stage-{referral.state.value}"), Kind.STATUS)
    follows = Line(next_step(referral, policy, now), Kind.NEXT)
    return Card((title(referral), stage, *ended, follows), in_rows(own_buttons(referral, policy, now)))


def own_buttons(referral: Referral, policy: Referring, now: datetime) -> list[Button]:
    """What the referrer may do about it now."""
    if referral.state is Stage.EARNED:
        return [Button(Text("reward-claim"), "reward.claim", referral.id, style=Style.PRIMARY)]
    if appealable(referral, now, policy):
        return [Button(Text("referral-appeal"), "referral.appeal", referral.id)]
    return []


def overview(found: Sequence[Referral], policy: Referring, now: datetime) -> Card:
    """我的推荐: each with its stage, and what may be pressed about it, what waits for the referrer first."""
    lines = (Line(Text("referral-mine-title"), Kind.TITLE), *[_stage(one) for one in found])
    waits = [button for one in found for button in own_buttons(one, policy, now)]
    shown = [Button(words(one.id), "referral.show", one.id) for one in found]
    return Card(lines, (*[(button,) for button in waits[:3]], *in_rows(shown, columns=4)))


def _stage(referral: Referral) -> Line:
    stage = Text(f"referral-stage-{referral.state.value}")
    return Line(Text("referral-line", {"id": referral.id, "friend": friend(referral), "stage": stage}), Kind.STEP)


def put(place: Place, referral: Referral, card: Card, told: tuple[Line, ...] = (), fresh: bool = True) -> Outbound:
    """A referral's card at a place, with what is new above it; a newer one takes the place of one that waits."""
    return Outbound(place, (*told, *card.lines), card.buttons, card=f"referral:{referral.id}", fresh=fresh)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a manager judges by: both people by id, what looks odd now or did, the figures behind it, and the codes of
    what stands against it now and was not let pass."""

    people: Mapping[str, Person]
    flags: tuple[str, ...]
    figures: Mapping[str, int]
    against: tuple[str, ...] = ()


def review_card(referral: Referral, seen: Evidence, now: datetime) -> Card:
    """What a manager sees who has to decide: both people, the evidence in figures, until when."""
    late = referral.review_due is not None and referral.review_due <= now
    lines = [
        Line(Text("review-title", {"id": referral.id}), Kind.TITLE),
        Line(Text(f"referral-stage-{referral.state.value}"), Kind.STATUS),
        _who("review-fact-referrer", seen.people.get(referral.referrer_id)),
        _who("review-fact-friend", seen.people.get(referral.friend_id)),
        Line(Text("review-fact-came", {"at": referral.created_at or now, "via": _via(referral)}), Kind.FACT),
        *_order(referral),
        *_ended(referral),
        *[Line(Text("review-fact-against", {"reason": exact(f"block-{one}")}), Kind.ALERT) for one in seen.against],
        *[Line(Text(f"flag-{code}", seen.figures), Kind.ALERT) for code in FLAGS if code in seen.flags],
        *([quote(referral.appeal)] if referral.appeal else []),
        Line(Text("review-late" if late else "review-due", {"at": referral.review_due or now}), Kind.NEXT),
    ]
    rows = [step.action for step in possible(referral.state, Party.MANAGER) if step.action in DECISIONS]
    some = [Button(Text(f"referral-{one}"), f"referral.{one}", referral.id, style=STYLES[one]) for one in rows]
    return Card(tuple(lines), in_rows(some))


def _via(referral: Referral) -> Text:
    return Text("review-via-told") if referral.via == "told" else words(referral.via)


def _who(id: str, person: Person | None) -> Line:
    return Line(Text(id, {"name": called(person), "phone": mask_phone(person.phone) if person else ""}), Kind.FACT)


def _order(referral: Referral) -> list[Line]:
    if not referral.order_id:
        return []
    return [Line(Text("review-fact-order", {"order": referral.order_id, "fen": referral.order_fen}), Kind.FACT)]


def _ended(referral: Referral) -> list[Line]:
    return [Line(Text("referral-fact-why", {"reason": exact(referral.reason)}), Kind.FACT)] if referral.reason else []
