"""What comes in a burst, an album or twice belongs together."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

from tests.conversations.steps import (
    DRIP,
    act,
    asked,
    draft_of,
    events,
    file,
    history,
    labels,
    phrase,
    pick,
    requests_of,
    say_all,
    scheduled,
    tap,
    to,
)
from tests.world import GROUP, World


async def burst(world: World, *messages: dict, pause_s: float = 0.5, who: str = "hana") -> None:
    """Several messages one after the other before anybody could answer."""
    for message in messages:
        await world.pipeline.receive(world.raw(who, **message))
        world.watch.move(pause_s)


async def test_five_messages_in_three_seconds(world: World):
    """Five messages in quick succession are one description with every photo, and are met with one question."""
    photo = await world.photo("hana")
    said = ("马桶堵了", "冲不下去", "水都漫出来了", "在主卫")
    await burst(world, *[{"text": one} for one in said], {"files": [photo]})
    heard = await world.settle()

    assert len([one for one in heard if one.chat == "hana"]) == 1
    assert asked(world, "hana").buttons
    await tap(world, "hana", "form-photos-done")
    while phrase(world, "form-confirm") not in asked(world, "hana").buttons:
        await pick(world, "hana")
    await tap(world, "hana", "form-confirm")
    request = await world.request()
    assert request.description.split("\n") == list(said)
    assert (request.category, request.photos) == ("bathroom", (photo,))
    assert len(await requests_of(world)) == 1


async def test_a_burst_is_understood_as_a_whole(world: World):
    """What each message leaves open the next one says: nothing of it is asked."""
    await burst(world, {"text": "家里有个东西要修一下"}, {"text": "是马桶"}, {"text": "堵了"})
    await world.settle()

    draft = await draft_of(world)
    answers = draft["answers"]
    assert (answers["category"], answers["_product"], answers["_symptom"]) == ("bathroom", "toilet", "clog")
    assert draft["asked"] == "photos"


async def test_a_burst_keeps_its_first_aid(world: World):
    """First aid is shown although more messages followed before it could be sent."""
    await burst(world, {"text": "家里有很重的煤气味"}, {"text": "快来人"}, {"text": "在厨房"})
    heard = await world.settle()

    assert phrase(world, "danger-gas-advice") in to(heard, "hana")


async def test_after_the_burst_it_is_an_answer(world: World):
    """What comes after a pause answers the question, and is not put under the description."""
    await world.says("hana", "马桶堵了")
    await world.passes(seconds=4)
    await tap(world, "hana", "form-photos-none")
    await world.says("hana", "浦东新区张杨路500弄6号楼302室")

    draft = await draft_of(world)
    assert (draft["asked"], draft["answers"]["problem"]) == ("phone", "马桶堵了")


async def test_an_album_with_late_parts(world: World):
    """Parts of an album that arrive late, whatever is asked by then, are kept with the others, each once."""
    photos = [await world.photo("hana", name) for name in "abcd"]
    await burst(world, *[{"files": [one], "album": "A", "text": "灯不亮了" * (one == photos[0])} for one in photos[:2]])
    await world.settle()
    await world.passes(seconds=30)
    await tap(world, "hana", "form-photos-done")
    heard = await world.says("hana", files=[photos[2]], album="A")
    assert phrase(world, "report-ask-home") in to(heard, "hana")
    for _ in range(3):
        await pick(world, "hana")
    await world.says("hana", files=[photos[2]], album="A")
    await world.says("hana", files=[photos[3]], album="A")
    await tap(world, "hana", "form-confirm")

    assert (await world.request()).photos == tuple(photos)


async def test_a_part_of_the_album_after_the_filing(world: World):
    """A photo that arrives when the request is filed already goes with that request and is shown to staff."""
    await file(world, text="灯不亮了")
    photo = await world.photo("hana", "late")
    heard = await world.says("hana", files=[photo], album="A")

    assert (await world.request()).photos == (photo,)
    assert [one.hash for call in heard if call.chat == GROUP for one in call.message.files] == [photo]
    assert await events(world) == ["file", "supplement"]


async def test_nine_photos_are_enough(world: World):
    """More photos than the company takes are left out, and the homeowner is told that there are enough."""
    await world.says("hana", "灯不亮了")
    for number in range(11):
        heard = await world.says("hana", files=[await world.photo("hana", f"n{number}")])
    assert phrase(world, "form-photos-have", count=9, more=0) in to(heard, "hana")


async def test_photos_of_others_are_not_taken(world: World):
    """A hash alone gives nobody a photo: only what an account sent itself is kept."""
    foreign = await world.photo("otto", "f")
    await world.says("hana", "灯不亮了", files=[foreign])
    await say_all(world)
    await tap(world, "hana", "form-confirm")
    assert (await world.request()).photos == ()


async def test_an_open_request_for_the_same_is_offered(world: World):
    """A second report of the same thing leads to the question whether it belongs to the first; then it does."""
    await file(world)
    heard = await world.says("hana", "厨房水龙头现在漏得更大了", files=[await world.photo("hana", "s")])
    assert labels(heard, "hana")[:2] == (
        phrase(world, "report-same-more", id="R-1001"),
        phrase(world, "report-same-new"),
    )
    heard = await pick(world, "hana", 0)

    assert len(await requests_of(world)) == 1
    assert "R-1001" in to(heard, "hana")
    assert "厨房水龙头现在漏得更大了" in to(heard, GROUP)
    assert len((await world.request()).photos) == 1
    assert [event.reason for event in await history(world)][-1] == "厨房水龙头现在漏得更大了"


async def test_or_it_is_a_new_one(world: World):
    """…or it is another one, which gets its own number; something else is not asked about."""
    await file(world)
    await world.says("hana", "厨房水龙头松了")
    await pick(world, "hana", 1)
    await say_all(world)
    heard = await tap(world, "hana", "form-confirm")
    assert "R-1002" in to(heard, "hana")
    heard = await world.says("hana", "衣柜门关不上")
    assert phrase(world, "report-ask-same") not in to(heard, "hana")


async def test_the_same_from_the_menu(world: World):
    """Who comes by the menu is asked the same."""
    await file(world)
    await world.says("hana", "报修")
    heard = await world.says("hana", "厨房水龙头松了")
    assert phrase(world, "report-ask-same") in to(heard, "hana")


async def test_a_supplement_with_photos(world: World):
    """«补充» takes words and photos for this request; staff and the installer who has it see both."""
    await scheduled(world)
    heard = await act(world, "hana", "add")
    assert "R-1001" in to(heard, "hana")
    photo = await world.photo("hana", "s")
    heard = await world.says("hana", "是热水那一边", files=[photo])

    assert (await world.request()).photos == (photo,)
    for chat in (GROUP, "zhang"):
        assert "是热水那一边" in to(heard, chat)
        assert [one.hash for call in heard if call.chat == chat for one in call.message.files] == [photo]


async def test_the_same_message_twenty_times(world: World):
    """One message delivered twenty times, shuffled among others, in parallel: one effect, one answer."""
    confirm = await prepared(world)
    raws = [world.raw("hana", press=confirm, id="the-one")] * 20
    raws += [world.raw("otto", "请问你们星期天上班吗", id="another")] * 20
    random.Random(7).shuffle(raws)
    await asyncio.gather(*[world.pipeline.receive(raw) for raw in raws])
    heard = await world.settle()

    assert [request.id for request in await requests_of(world)] == ["R-1001"]
    assert await events(world) == ["file"]
    filed = [one for one in heard if phrase(world, "next-NEW") in one.text]
    assert Counter(one.chat for one in filed) == {"hana": 1}
    assert phrase(world, "form-stale") not in to(heard, "hana")
    assert to(heard, GROUP).count("星期天上班") == 1
    assert Counter(one.chat for one in heard)["otto"] == 1


async def test_a_press_delivered_twenty_times_counts_once(world: World):
    """What can be done again and again is done once for each press, however often that is delivered."""
    await file(world)
    urge = world.token("hana", phrase(world, "action-urge"))
    await asyncio.gather(*[world.pipeline.receive(world.raw("hana", press=urge, id="the-one")) for _ in range(20)])
    await world.settle()
    assert (await world.request()).urges == 1
    await world.says("hana", press=urge)
    assert (await world.request()).urges == 2


async def prepared(world: World) -> str:
    """A report that needs but its confirmation; the token of that button."""
    await world.says("hana", DRIP)
    await say_all(world)
    return world.token("hana", phrase(world, "form-confirm"))


async def test_a_stranger_who_writes_twice_at_once_is_one_person(world: World):
    """Two first messages at the same instant make one person with one draft that holds both."""
    raws = [world.raw("nora", said) for said in ("马桶堵了", "在主卫")]
    await asyncio.gather(*[world.pipeline.receive(raw) for raw in raws])
    await world.settle()

    rows = await world.store(lambda store: store.connection.all("SELECT id FROM people WHERE name = 'nora'"))
    assert len(rows) == 1
    draft = await draft_of(world, rows[0]["id"])
    assert draft is not None
    assert "马桶堵了" in draft["answers"]["problem"]


async def test_a_double_tap_files_once(world: World):
    """The confirmation tapped twice, as two messages at the same instant, files one request."""
    confirm = await prepared(world)
    await asyncio.gather(*[world.pipeline.receive(world.raw("hana", press=confirm)) for _ in range(6)])
    await world.settle()

    assert len(await requests_of(world)) == 1
