"""What people do who recommend somebody, and what the shop tells of orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.channels.shop import raw_of
from domain.people import INSIDE, Person
from domain.referral_states import Stage
from domain.referrals import Referral, rebuild
from domain.talks import Home
from tests.conversations.steps import DRIP, asked, phrase, pick, tap
from tests.world import Heard, World

MIN = 500_000
"""The least order that earns anything, as company.toml has it, in fen."""

PHONE = "+8613700137000"


async def code_of(world: World, who: str = "hana") -> str:
    """Somebody's code, as their card shows it."""
    await world.says(who, "推荐有礼")
    found = await world.store(lambda store: store.referrers.of(who))
    return str(found.code)


async def come(world: World, friend: str = "fan", referrer: str = "hana", **more: Any) -> list[Heard]:
    """A friend opens the chat by the referrer's link."""
    return await world.says(friend, f"/start ref-{await code_of(world, referrer)}", **more)


async def customer(world: World, who: str, phone: str = PHONE, home: Home | None = None, **more: Any) -> None:
    """Somebody who is known by a phone, which a platform vouches for, and never had anything of us."""
    name, proved = more.pop("name", f"{who.upper()}先生"), more.pop("vouched", True)
    consent = world.company.consent.version
    await world.add(Person(who, name=name, phone=phone, locale="zh-CN", consent=consent, vouched=proved), home)


async def referral(world: World, id: str = "RF-1001") -> Referral:
    """A referral as it is stored."""
    found: Referral = await world.store(lambda store: store.referrals.get(id, INSIDE))
    return found


async def stage(world: World, id: str = "RF-1001") -> Stage:
    """Where it stands."""
    return (await referral(world, id)).state


async def path(world: World, id: str = "RF-1001") -> list[str]:
    """The rows it went, without the facts; its events alone rebuild it."""
    events = await world.store(lambda store: store.referrals.events(id, INSIDE))
    assert rebuild(events) == await referral(world, id)
    return [event.action for event in events if event.action != "fact"]


def told(
    kind: str, amount_fen: int = 0, order: str = "A1", phone: str = PHONE, at: datetime | None = None, id: str = ""
) -> dict[str, Any]:
    """An event as the shop tells it."""
    moment = at.isoformat() if at else ""
    return {
        "id": id or f"{order}:{kind}:{amount_fen}",
        "order": order,
        "kind": kind,
        "amount_fen": amount_fen,
        "phone": phone,
        "at": moment,
    }


async def shop(world: World, kind: str, amount_fen: int = 0, **more: Any) -> list[Heard]:
    """The shop tells of an order, now unless ``at`` says otherwise."""
    event = told(kind, amount_fen, **{"at": world.watch(), **more})
    await world.pipeline.receive(raw_of(event))
    return await world.settle()


async def bought(world: World, amount_fen: int = 2 * MIN, hours: float = 30, **more: Any) -> list[Heard]:
    """The friend orders after a decent while and pays all of it."""
    await world.passes(hours=hours)
    first = await shop(world, "signed", amount_fen, **more)
    return [*first, *await shop(world, "paid", amount_fen, **more)]


async def earned(world: World, friend: str = "fan", phone: str = PHONE, order: str = "A1") -> list[Heard]:
    """A whole recommendation, up to the reward that may be claimed."""
    await customer(world, friend, phone)
    await come(world, friend)
    await bought(world, phone=phone, order=order)
    return await world.passes(days=7)


async def suspected(world: World) -> None:
    """An order an hour after the code: held, with both managers reachable."""
    await reach(world, "max", "ada")
    await customer(world, "fan", name="范冰清")
    await come(world)
    await bought(world, hours=1)


def to(heard: Sequence[Heard], who: str) -> str:
    """All that was said to somebody."""
    return "\n".join(one.text for one in heard if one.chat == who)


async def reason(world: World, who: str, action: str, words: str) -> list[Heard]:
    """Somebody presses what needs a reason, in private, and gives one."""
    await tap(world, who, f"referral-{action}", chat=who)
    return await world.says(who, words)


async def reach(world: World, *people: str) -> None:
    """Managers write once, so that they can be reached."""
    for who in people:
        await world.says(who, "/help")


async def refused(world: World, friend: str) -> str:
    """Why the only referral of a friend ended."""
    found = await world.store(lambda store: store.referrals.all_of_friend(friend))
    assert len(found) == 1
    assert found[0].state is Stage.REJECTED
    return str(found[0].reason)


async def filed_by_a_stranger(world: World, who: str, phone: str, address: str = "别的路7号楼 9室") -> list[Heard]:
    """Somebody whom we do not know reports a fault, and answers all that is asked."""
    await world.says(who, DRIP)
    for _ in range(9):
        question = asked(world, who)
        if phrase(world, "form-confirm") in question.buttons:
            return await tap(world, who, "form-confirm")
        if phrase(world, "report-ask-home") in question.text:
            await world.says(who, address)
        elif phrase(world, "report-ask-phone") in question.text:
            await world.says(who, phone)
        else:
            await pick(world, who)
    raise AssertionError(asked(world, who))
