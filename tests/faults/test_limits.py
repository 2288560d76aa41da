"""What a platform allows: never more, and hardly less; on a clock of its own, through the process's real loops.

``SENDS`` is how many messages the long run sends; ``make limits`` sends a hundred thousand.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import defaultdict

import pytest

from domain.chat import Attachment, Outbound, Place, Priority
from domain.errors import Permanent, Throttled
from storage.outbox import Heard
from tests.faults.scenes import GRACE_S, STAFF, Scene, p99, say, scene
from tests.faults.strict import TELEGRAM, Strict, soonest_s
from tests.faults.virtual import VirtualLoop, run

SENDS = int(os.environ.get("SENDS", "30000"))
GROUP = Place("fake", "group")


@pytest.mark.unwatched  # the same lines over and over: watched, they take far longer
def test_no_limit_is_broken_and_none_is_wasted(database_url: str, engine: str):
    """Through random pauses and restarts there is no early call and none too many, every message arrives once and
    in order, at 98 % of what the channel's limit allows, and for a group of 98 % of its own."""
    workers = 1 if engine == "sqlite" else 2
    count, chats = (SENDS, 3000) if engine == "sqlite" else (SENDS // 10, 300)
    channel = Strict(throttles=200)
    ids: dict[str, list[str]] = {}

    async def play(loop: VirtualLoop) -> None:
        async with scene(loop, database_url, [channel], workers) as made:
            for chat in [f"c{n}" for n in range(chats)]:
                ids[chat] = await made.add(*[say(chat)] * (count // chats))
            alarms = [say("group", priority=Priority.HUMAN)] * (count // 100)
            ids["group"] = await made.add(*alarms, heard=Heard(GROUP, group=True))
            made.start()
            await made.until(sum(map(len, ids.values())), restart_s=97)

    run(play, GRACE_S[engine])

    sent = defaultdict(list)
    for one in channel.sent:
        sent[one.chat].append(one.id)
    assert (channel.early, channel.over) == (0, 0)
    assert channel.refused > count / 400
    assert sent == ids
    # while most chats have something to say; a call that was refused has used the limit up too
    everybody = [at_s for at_s, _ in channel.calls[: len(channel.calls) * 9 // 10]]
    group = [at_s for at_s, chat in channel.calls if chat == "group"]
    everyone, own = channel.pauses["*"], channel.pauses["group"]
    assert soonest_s(TELEGRAM[:1], everyone, len(everybody)) >= 0.98 * everybody[-1]
    last_s = 20.0  # within its last minute a group may be slower: there are others
    assert soonest_s(TELEGRAM[1:], [*everyone, *own], len(group)) >= 0.98 * group[-1] - last_s


OTHERS = [f"c{n}" for n in range(1000)]
ARRIVALS, PER_S = {"sqlite": 600, "postgres": 300}, 18
BAD = ("throttled", "poisoned", "flooding", "hanging", "slow-channel")


def turn_bad(kind: str, channel: Strict) -> list[Outbound]:
    """What one chat, or another channel, is up to from now on."""
    if kind == "slow-channel":
        return [say(f"s{n}", "slow") for n in range(500)]
    if kind == "throttled":
        channel.broken["bad"] = Throttled("429", 30)
    elif kind == "poisoned":
        channel.broken["bad"] = Permanent("400")
    elif kind == "hanging":
        channel.hanging.add("bad")
    return [say("bad")] * (3000 if kind == "flooding" else 100)


async def arrivals(made: Scene, count: int, chance: random.Random) -> list[str]:
    """Messages to a thousand chats, as chance would have it; their ids once all have arrived."""
    ids: list[str] = []
    for _ in range(count):
        await asyncio.sleep(chance.expovariate(PER_S))
        ids += await made.add(say(chance.choice(OTHERS)))
    await made.arrived(set(ids))
    return ids


@pytest.mark.parametrize("kind", BAD)
def test_one_bad_chat_does_not_slow_the_others(database_url: str, engine: str, kind: str):
    """Whatever one chat is up to, or a whole channel that hangs, 99 of 100 others wait at most twice as long."""
    channel, slow = Strict(), Strict("slow", hanging={f"s{n}" for n in range(500)})

    async def play(loop: VirtualLoop) -> tuple[list[float], list[float]]:
        async with scene(loop, database_url, [channel, slow]) as made:
            await made.add(say(STAFF.chat), heard=Heard(STAFF, group=True))
            made.start()
            usual = await arrivals(made, ARRIVALS[engine], random.Random(3))
            await made.add(*turn_bad(kind, channel))
            worse = await arrivals(made, ARRIVALS[engine], random.Random(3))
            return made.waits(set(usual)), made.waits(set(worse))

    usual, now = run(play, GRACE_S[engine])

    assert len(usual) == len(now) == ARRIVALS[engine]
    assert p99(now) <= 2 * p99(usual)
    assert (channel.early, channel.over) == (0, 0)


def test_albums_count_as_all_their_messages(database_url: str, engine: str):
    """Among words to many chats each album finds room for all of it soon, and no limit is broken."""
    channel, chance = Strict(), random.Random(5)
    photos = [Attachment(f"{n:064x}") for n in range(10)]

    async def play(loop: VirtualLoop) -> list[float]:
        async with scene(loop, database_url, [channel], 1 if engine == "sqlite" else 2) as made:
            await made.add(say("group"), heard=Heard(GROUP, group=True))
            for chat in range(100):
                await made.add(*[say(f"c{chat}")] * 10)
            albums = [f"a{n}" for n in range(20)] + ["group"] * 8
            ids = [await made.add(say(chat, files=tuple(photos[: chance.randint(2, 10)]))) for chat in albums]
            made.start()
            await made.arrived({id for each in ids for id in each})
            return made.waits({id for each in ids[:20] for id in each})

    waited = run(play, GRACE_S[engine])

    assert (channel.early, channel.over) == (0, 0)
    assert waited[-1] < 15  # they were posted last of all: behind one round of the hundred chats


def test_people_go_first_and_campaigns_last(database_url: str, engine: str):
    """While a campaign fills the limit a status leaves within the second, and a reply in a chat that waits for the
    campaign too as soon as the chat's own pace lets it; the campaign takes what is left."""
    channel, chance = Strict(), random.Random(5)

    async def play(loop: VirtualLoop) -> tuple[list[float], list[float]]:
        async with scene(loop, database_url, [channel], 1 if engine == "sqlite" else 2) as made:
            advertised = [f"c{n}" for n in range(600)]
            for chat in advertised:
                await made.add(say(chat, priority=Priority.CAMPAIGN))
            made.start()
            replies, states = [], []
            for _ in range(30):
                await asyncio.sleep(chance.random() / 2)
                replies += await made.add(say(advertised.pop(), priority=Priority.HUMAN))
                states += await made.add(say(f"s{chance.random()}"))
            await made.arrived({*replies, *states})
            await made.until(660)
            return made.waits(set(replies)), made.waits(set(states))

    replies, states = run(play, GRACE_S[engine])

    assert replies[-1] < 3.2  # the advertisement in front goes first, then the chat's own second must pass
    assert states[-1] < 1.2
    assert (channel.early, channel.over) == (0, 0)
    everybody = [at_s for at_s, _ in channel.calls]
    assert everybody[500] <= soonest_s(TELEGRAM[:1], [], 500) / 0.98
