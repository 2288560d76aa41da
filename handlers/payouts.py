"""What waits for staff: cash that a manager approves or not, gifts that are handed over."""

from __future__ import annotations

from dataclasses import replace

from domain.chat import Button, Kind, Line, Outbound, Style, Text
from domain.errors import NotAllowed, Refused
from domain.people import INSIDE
from domain.referral_states import Party
from domain.referrals import By, move
from domain.rewards import Claimed, change
from handlers import reward_words
from handlers.apart import check_apart
from handlers.cards import nobody
from handlers.dialogs import begin
from handlers.fields import text_field
from handlers.forms import Draft, Form
from handlers.referral_moves import wind_up
from handlers.reward_words import facts, settle, tell
from handlers.turn import Turn, words
from storage.store import Store


async def waiting(turn: Turn, store: Store) -> list[Outbound]:
    """/rewards: what waits for a manager, or to be handed over."""
    found = await store.rewards.waiting(limit=10)
    if not found:
        return [turn.say(Text("rewards-none"))]
    return [
        turn.say(
            *await reward_words.case(turn.company, store, one),
            buttons=reward_words.offered(one),
            card=reward_words.card(one),
            fresh=True,
        )
        for one in found
    ]


async def decide(turn: Turn, store: Store) -> list[Outbound]:
    """Cash is approved and recorded as paid, after one more look, or a gift handed over."""
    action = turn.intent.removeprefix("reward.")
    reward = await _others(turn, store, turn.subject)
    after = change(reward, action, turn.person.id, turn.now)
    if action == "approve":
        await check_apart(turn, store, await store.referrals.get(reward.referral_id, INSIDE))
        if not turn.args.get("sure"):
            return [await _sure(turn, store, reward)]
    await store.rewards.save(after)
    who = words(turn.person.name) if turn.person.name else nobody(turn.person)
    done = Text(f"reward-done-{action}", {**facts(turn.company, after), "name": who})
    told = await tell(store, reward.person_id, Text(f"reward-told-{action}", facts(turn.company, after)))
    return [*_here(turn, await settle(store, after, done, turn.inbound.place)), *told]


async def _sure(turn: Turn, store: Store, reward: Claimed) -> Outbound:
    ask = Line(Text("reward-approve-ask"), Kind.NEXT)
    lines = (*await reward_words.case(turn.company, store, reward), ask)
    sure = Button(Text("reward-approve-sure"), "reward.approve", reward.id, {"sure": "1"}, Style.PRIMARY)
    no = Button(Text("reward-refuse"), "reward.refuse", reward.id, style=Style.DANGER)
    return turn.say(*lines, buttons=[(sure, no)], card=reward_words.card(reward))


async def _others(turn: Turn, store: Store, reward_id: str) -> Claimed:
    """A reward that is not one's own.

    Raises:
        NotFound: there is none. NotAllowed: it is.
    """
    reward = await store.rewards.get(reward_id, turn.viewer)
    if reward.person_id == turn.person.id:
        raise NotAllowed(Text("reward-own"))
    return reward


def _here(turn: Turn, settled: list[Outbound]) -> list[Outbound]:
    """The first of them is the answer, in the topic where it was asked for."""
    return [replace(one, thread=turn.thread) if one.to == turn.inbound.place else one for one in settled]


async def refuse(turn: Turn, store: Store) -> list[Outbound]:
    """A manager will not pay cash: why?"""
    reward = await _others(turn, store, turn.subject)
    change(reward, "refuse", turn.person.id, turn.now)
    return await begin(turn, store, REFUSE, reward.id)


async def _refused(draft: Draft) -> list[Outbound]:
    """What has been decided meanwhile, or is not this person's to decide any more, ends the question with a word."""
    turn, store, reason = draft.turn, draft.store, str(draft.answers["reason"])
    try:
        if not turn.viewer.role.is_manager:
            raise NotAllowed(Text("refused-role"))
        reward = await _others(turn, store, draft.talk.subject)
        after = change(reward, "refuse", turn.person.id, turn.now, reason=reason)
        referral = await store.referrals.get(reward.referral_id, INSIDE)
        by = By(turn.person.id, Party.MANAGER, turn.inbound.place.channel)
        returned = move(referral, "return", by, turn.now, {"reason": reason})
    except Refused as over:
        return [turn.say(over.text)]
    await store.rewards.save(after)
    await store.referrals.save(returned)
    await wind_up(turn, store, returned.referral)
    done = Text("reward-done-refuse", facts(turn.company, after))
    return [*_here(turn, await settle(store, after, done, turn.inbound.place)), *await _tell(turn, store, after)]


async def _tell(turn: Turn, store: Store, reward: Claimed) -> list[Outbound]:
    """The referrer reads why, and may claim in another way."""
    place = await store.people.place(reward.person_id)
    text = Text("reward-told-refuse", {**facts(turn.company, reward), "reason": words(reward.reason)})
    again = Button(Text("reward-claim"), "reward.claim", reward.referral_id, style=Style.PRIMARY)
    return [Outbound(place, (Line(text),), ((again,),))] if place else []


REFUSE = Form("reward-refuse", (text_field("reason", Text("reward-ask-reason"), chars_max=300),), _refused)
