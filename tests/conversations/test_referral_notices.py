"""What a referrer hears: once for each turn, on one card where few messages can be sent, and nothing that matters is
lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.chat import Place, Text
from domain.people import Person
from domain.referral_states import Stage
from storage.database import Database
from tests.conversations.recommending import MIN, bought, come, customer, shop, stage
from tests.conversations.rewarding import balance, claimed, sound
from tests.conversations.steps import phrase, tap
from tests.conversations.test_board import brings
from tests.conversations.test_counter import ordered, spent
from tests.windowed import WindowedChannel
from tests.world import Heard, World, build, peopled

FUND = Text("reward-fund", {"value": 20_000})
HERE = "windowed"


def told(heard: list[Heard], who: str = "hana") -> list[Heard]:
    """The messages to somebody."""
    return [one for one in heard if one.chat == who]


def once(message: Heard, *said: str) -> None:
    """The message says each of these once, and no line of it twice."""
    assert [message.text.count(one) for one in said] == [1] * len(said), (message.text, said)
    lines = message.text.split("\n")
    assert len(set(lines)) == len(lines), message.text


async def test_a_refund_that_takes_everything_is_one_message(world: World):
    """The referral, the reward and the rank are lost at once: the referrer reads each of the three once, in one."""
    await brings(world, "hana", 3)
    await claimed(world, "fund")
    await ordered(world)
    await spent(world, "50")

    heard = await shop(world, "refunded", 0, order="hana2")

    [message] = told(heard)
    once(
        message,
        phrase(world, "referral-told-void", friend="一位朋友", days=180),
        phrase(world, "reward-taken-back", what=FUND),
        phrase(world, "vip-lost", least=3, count=2),
        phrase(world, "void-refunded"),
    )
    assert phrase(world, "referral-appeal") in message.buttons
    assert await balance(world) == (0, 5_000)
    await sound(world)


async def test_what_is_earned_and_what_it_makes_is_one_message(world: World):
    """The third friend's order brings a reward to claim and the rank, in one message with the button."""
    await brings(world, "hana", 2)
    await brings(world, "hana", 1, first=2)

    reached = phrase(world, "vip-reached", least=3, count=3)
    [message] = [one for one in told(world.shown) if reached in one.text]
    once(message, reached, phrase(world, "referral-told-earn", friend="一位朋友", days=180))
    assert phrase(world, "reward-claim") in message.buttons


async def test_a_lower_reward_is_one_message(world: World):
    """So much was given back that less is earned: why, that the former reward is gone, and the button to claim anew."""
    await customer(world, "fan")
    await come(world)
    await bought(world, 12 * MIN)
    await world.passes(days=7)
    await tap(world, "hana", "reward-claim")
    await world.press("hana", next(one for one in told(world.shown)[-1].buttons if "基金" in one))
    await tap(world, "hana", "reward-sure")

    [message] = told(await shop(world, "refunded", 10 * MIN))

    assert await stage(world) is Stage.EARNED
    once(message, phrase(world, "referral-told-retier", friend="一位朋友", days=180), "已收回")
    assert phrase(world, "reward-claim") in message.buttons


async def test_two_referrals_in_a_turn_are_one_message(world: World):
    """Staff say that an order is another friend's of the same referrer: both are told in one message."""
    for who, phone in (("fan", "+8613700137000"), ("far", "+8613700137001")):
        await customer(world, who, phone, name=f"{who}某")
        await come(world, who)
    await world.passes(hours=30)
    await shop(world, "signed", 2 * MIN)

    for said in ("/order", "A1"):
        await world.says("sam", said)
    await tap(world, "sam", "order-paid", chat="sam")
    for said in ("13700137001", "0"):
        await world.says("sam", said)
    await tap(world, "sam", "order-today", chat="sam")
    [message] = told(await tap(world, "sam", "form-confirm", chat="sam"))

    assert (await stage(world), await stage(world, "RF-1002")) == (Stage.VERIFIED, Stage.SIGNED)
    assert "RF-1001" in message.text
    assert "RF-1002" in message.text
    assert message.message.card == ""


# ---- where few messages can be sent


@pytest.fixture
async def windowed(database: Database) -> World:
    """The same with «rita», who can be reached only where there are windows."""
    world = await peopled(build(database, more=[WindowedChannel]))
    rita = Person("rita", name="丽塔", phone="+8613800138111", locale="zh-CN", consent=world.company.consent.version)
    await world.add(rita, channel=HERE)
    world.pipeline.world = replace(world.pipeline.world, narrow={HERE})
    return world


async def writes(world: World, text: str = "推荐有礼") -> list[Heard]:
    """Rita writes, and may be written to for a while."""
    channel = world.channels[HERE]
    assert isinstance(channel, WindowedChannel)
    channel.act("rita")
    return told(await world.says("rita", text, channel=HERE), "rita")


async def friend(world: World, number: int) -> str:
    """A friend comes by Rita's code; their phone."""
    found = await world.store(lambda store: store.referrers.of("rita"))
    who, phone = f"f{number}", f"+861370013700{number}"
    await customer(world, who, phone, name=f"{'甲乙丙丁戊己庚辛壬癸'[number]}某人{number}")
    await world.says(who, f"/start ref-{found.code}")
    return phone


async def used_up(world: World) -> None:
    """Nothing more may be sent to her, as the platform and we both know."""
    channel = world.channels[HERE]
    assert isinstance(channel, WindowedChannel)
    channel.acts.clear()
    await world.store(lambda store: store.connection.run("UPDATE budgets SET count = 0"))
    assert (await world.store(lambda store: store.budgets.left(Place(HERE, "rita"), world.watch()))).count == 0


@pytest.mark.parametrize("forgotten", [False, True])
async def test_two_friends_move_while_nothing_can_be_sent(windowed: World, forgotten: bool):
    """One message comes when the window opens, and says how both stand; also where the last one was so long ago that
    we know nothing of it any more."""
    world = windowed
    await writes(world)
    phone = await friend(world, 0)
    await world.passes(hours=30)
    await used_up(world)
    if forgotten:
        await world.store(lambda store: store.connection.run("DELETE FROM budgets"))
    before = len(told(world.shown, "rita"))
    await friend(world, 1)
    await shop(world, "signed", 2 * MIN, order="B0", phone=phone)
    assert len(told(world.shown, "rita")) == before

    heard = await writes(world, "您好")

    [message] = [one for one in heard if "RF-" in one.text]
    once(message, *[phrase(world, "referral-line", id=id, friend="一位朋友", stage=stage) for id, stage in STANDS])
    assert world.channels[HERE].rejected == []


@pytest.mark.parametrize(("left", "shared"), [(5, False), (3, False), (2, True), (1, True)])
async def test_with_few_messages_left_all_is_on_one_card(windowed: World, left: int, shared: bool):
    """Who can be sent more reads of each referral on a card of its own."""
    world = windowed
    await writes(world)
    await world.store(lambda store: store.connection.run(f"UPDATE budgets SET count = {left}"))

    await friend(world, 0)

    [message] = [one for one in told(world.shown, "rita") if "RF-1001" in one.text]
    assert message.message.card == ("referral:news" if shared else "referral:RF-1001")
    assert (phrase(world, "referral-mine-title") in message.text) is shared
    assert (phrase(world, "vip-count", count=0, least=3) in message.text) is shared


STANDS = (("RF-1001", Text("referral-stage-SIGNED")), ("RF-1002", Text("referral-stage-VERIFIED")))


async def test_a_debt_and_a_reward_are_not_lost(windowed: World):
    """While nothing can be sent, what was claimed and spent is taken back, another friend's order earns, and more
    friends come than one card shows: the one message that waits says what is owed, and lets her claim."""
    world = windowed
    await writes(world)
    for number in (0, 1):
        phone = await friend(world, number)
        await bought(world, order=f"B{number}", phone=phone)
        await world.passes(days=7 if number == 0 else 1)
        if number == 0:
            await writes(world)
            await tap(world, "rita", "referral-mine", channel=HERE)
            await tap(world, "rita", "reward-claim", channel=HERE)
            await world.press("rita", phrase(world, "reward-fund", value=20_000), channel=HERE)
            await tap(world, "rita", "reward-sure", channel=HERE)
            await shop(world, "signed", 200_000, order="N-1", phone="+8613800138111")
            await spent(world, "50", code=await code(world), order="N-1")
    await used_up(world)
    await shop(world, "refunded", 0, order="B0")
    await world.passes(days=6)
    for number in range(2, 10):
        await friend(world, number)
    assert await balance(world, "rita") == (0, 5_000)
    assert await stage(world, "RF-1002") is Stage.EARNED

    heard = await writes(world, "您好")

    [message] = [one for one in heard if "RF-" in one.text]
    once(message, phrase(world, "passbook-debt", amount=Text("ledger-fund", {"amount": 5_000})))
    assert phrase(world, "reward-claim") in message.buttons
    assert "RF-1002" in message.text
    assert "RF-1010" in message.text
    await sound(world)


async def code(world: World) -> str:
    """What Rita shows at the counter."""
    shown = await writes(world, "/fund")
    return "".join(digit for digit in shown[-1].text.split("\n")[0] if digit.isdigit())[:6]
