"""A reward in words: what it is called, and what staff see who have to give it."""

from __future__ import annotations

from domain.bank import Reward
from domain.chat import Button, Kind, Line, Outbound, Place, Style, Text
from domain.company import Company
from domain.people import INSIDE, mask_name, mask_phone
from domain.rewards import Claimed
from handlers.audience import tell_staff
from handlers.turn import words
from storage.store import Store


def named(company: Company, kind: Reward, value: int, item: str = "") -> Text:
    """«装修基金 200 元», «家用工具箱», «2000 积分»; a gift that the company has no more is called by its code."""
    known = company.bank.referring.gift(item) if kind is Reward.GIFT else None
    gift = Text(f"gift-{item}") if known else words(item)
    return Text(f"reward-{kind.value}", {"value": value, "gift": gift if kind is Reward.GIFT else ""})


def facts(company: Company, reward: Claimed) -> dict[str, object]:
    """What the texts about a reward mention."""
    return {
        "id": reward.id,
        "what": named(company, reward.kind, reward.value, reward.item),
        "code": reward.item,
        "until": reward.expires_at or "",
    }


async def tell(store: Store, person_id: str, *texts: Text) -> list[Outbound]:
    """Something for one person, if we know where."""
    place = await store.people.place(person_id)
    return [Outbound(place, tuple(Line(text) for text in texts))] if place else []


# ---- for staff


def card(reward: Claimed) -> str:
    """What every message to staff about a reward is a state of."""
    return f"reward:{reward.id}"


async def case(company: Company, store: Store, reward: Claimed) -> tuple[Line, ...]:
    """What waits, for whom, as far as staff have to know to ask the right one, and for which order."""
    referral = await store.referrals.get(reward.referral_id, INSIDE)
    person = await store.people.get(reward.person_id)
    name = words(mask_name(person.name)) if person and person.name else Text("somebody")
    whose = {"name": name, "phone": mask_phone(person.phone) if person else ""}
    return (
        Line(Text(f"reward-waits-{reward.kind.value}", facts(company, reward)), Kind.TITLE),
        Line(Text("reward-fact-for", whose), Kind.FACT),
        Line(Text("reward-fact-order", {"id": referral.id, "order": referral.order_id}), Kind.FACT),
    )


def offered(reward: Claimed) -> tuple[tuple[Button, ...], ...]:
    """What staff may do about it."""
    if reward.kind is Reward.GIFT:
        return ((Button(Text("reward-hand-over"), "reward.hand_over", reward.id, style=Style.PRIMARY),),)
    approve = Button(Text("reward-approve"), "reward.approve", reward.id, style=Style.PRIMARY)
    return ((approve, Button(Text("reward-refuse"), "reward.refuse", reward.id, style=Style.DANGER)),)


async def ask_staff(company: Company, store: Store, reward: Claimed) -> list[Outbound]:
    """Staff hear of what has to be approved or handed over."""
    told = await tell_staff(store, f"person:{reward.person_id}", await case(company, store, reward))
    return [Outbound(one.to, one.lines, offered(reward), card=card(reward), subject=one.subject) for one in told]


async def settle(store: Store, reward: Claimed, text: Text, here: Place | None = None) -> list[Outbound]:
    """Wherever staff see a reward, it says what became of it, and has no buttons any more."""
    places = [*([here] if here else ()), *[one for one in await store.groups.places("staff") if one != here]]
    return [Outbound(place, (Line(text),), card=card(reward)) for place in places]
