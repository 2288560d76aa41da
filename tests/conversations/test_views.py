"""What can be looked up: the queue, a request, the commands."""

from __future__ import annotations

import pytest

from domain.states import State
from tests.conversations.steps import (
    act,
    asked,
    claimed,
    external,
    file,
    labels,
    newest,
    phrase,
    pick,
    rarely,
    scheduled,
    tap,
    to,
)
from tests.world import GROUP, World, last

FOUND = (
    "R-1001",
    "1001",
    "8000",
    "13800138000",
    "138 0013 8000",
    "+8613800138000",
    "世纪大道",
    "世纪大道100号",
    "滴水",
    "水龙头 滴水",
)
NOT_FOUND = ("R-1009", "9999", "南京路", "马桶", "'; DROP TABLE requests --", '"', "* OR R-1001")


async def test_the_queue(world: World):
    """By state with counts, each request with a button that opens its card; empty it says so."""
    heard = await world.says("sam", "/queue", chat=GROUP)
    assert phrase(world, "queue-empty") in to(heard, GROUP)
    await claimed(world)
    await file(world, "otto", "灯不亮了")
    await file(world, "otto", "衣柜门关不上")
    heard = await world.says("sam", "/queue", chat=GROUP)

    words = to(heard, GROUP)
    assert phrase(world, "queue-title", count=3) in words
    for state, count in ((State.NEW, 2), (State.TRIAGED, 1)):
        assert phrase(world, "queue-state", state=phrase(world, f"state-{state.value}"), count=count) in words
    heard = await world.press("sam", "R-1002", chat=GROUP)
    assert "灯不亮了" in to(heard, GROUP)


async def test_all_of_a_queue(world: World):
    """What of a state does not fit into the queue is reached page by page, each once."""
    await filed(world, 6)
    heard = await world.says("sam", "/queue", chat=GROUP)
    state = phrase(world, "state-NEW")
    first = [line.split()[0] for line in to(heard, GROUP).splitlines() if line.startswith("R-")]
    assert first == ["R-1001", "R-1002", "R-1003", "R-1004"]
    heard = await tap(world, "sam", "queue-more", chat=GROUP, state=state, count=6)
    rest = [line.split()[0] for line in to(heard, GROUP).splitlines() if line.startswith("R-")]
    assert rest == ["R-1005", "R-1006"]
    assert labels(heard, GROUP) == ("R-1005", "R-1006")
    heard = await world.press("sam", "R-1006", chat=GROUP)
    assert "滴水" in to(heard, GROUP)


async def test_a_long_queue(world: World):
    """A page ends with a button for the next one, an emergency stands before what is older, and the end says so."""
    await filed(world, 12)
    await file(world, "otto", "厨房煤气漏了")
    state = phrase(world, "state-NEW")
    seen: list[str] = []
    heard = await world.says("sam", "/queue", chat=GROUP)
    for page in range(3):
        seen += [line.split()[-2 if "紧急" in line else 0] for line in to(heard, GROUP).splitlines() if "R-1" in line]
        if page < 2:
            old = newest(world, GROUP, [phrase(world, "queue-more", state=state, count=13)])
            heard = await world.says("sam", press=old, chat=GROUP)
    assert len(seen) == len(set(seen)) == 13
    assert phrase(world, "queue-more", state=state, count=13) not in labels(heard, GROUP)


async def test_find_what_was_said_later(world: World):
    """Words of a supplement are found like those of the report."""
    await file(world)
    await act(world, "hana", "add")
    await world.says("hana", "是摩恩牌子的抽拉款")
    for words in ("摩恩", "抽拉", "水龙头 摩恩", "R-1001"):
        heard = await world.says("sam", f"/find {words}", chat=GROUP)
        assert "R-1001" in labels(heard, GROUP), words
    assert "R-1001" not in labels(await world.says("sam", "/find 科勒", chat=GROUP), GROUP)


async def test_find(world: World):
    """By number, phone or its end, address and Chinese words in any place; never more than what was asked for."""
    await file(world)
    for words, found in (*[(one, True) for one in FOUND], *[(one, False) for one in NOT_FOUND]):
        heard = await world.says("sam", f"/find {words}", chat=GROUP)
        assert ("R-1001" in labels(heard, GROUP)) is found, words


async def test_find_alone_says_how(world: World):
    """/find without words says what may be looked for."""
    heard = await world.says("sam", "/find", chat=GROUP)
    assert phrase(world, "find-help") in to(heard, GROUP)


@pytest.mark.parametrize("number", ["R-1001", "r-1001", "1001", " R-1001 "])
async def test_show(world: World, number: str):
    """/show opens a card by its number, in the group without phone and door."""
    await scheduled(world)
    heard = await world.says("sam", f"/show {number}", chat=GROUP)
    card = last(heard, GROUP)
    assert "R-1001" in card.text
    assert "1202" not in card.text
    assert phrase(world, "action-more") in card.buttons


async def test_a_card_is_edited_in_place(world: World):
    """A change shows on the card that stands in the group already, instead of another message."""
    await file(world)
    heard = await act(world, "sam", "claim")
    arrived = [call for call in world.channels["fake"].arrived if call.chat == GROUP]
    assert arrived[0].edits == ""
    assert arrived[-1].edits == await external(world, GROUP, "R-1001")
    assert phrase(world, "state-TRIAGED") in to(heard, GROUP)


@pytest.mark.parametrize("who", ["sam", "max", "ada"])
async def test_help(world: World, who: str):
    """/help says what this role may do here."""
    heard = await world.says(who, "/help")
    role = {"sam": "staff", "max": "manager", "ada": "admin"}[who]
    assert to(heard, who) == phrase(world, f"help-{role}")


@pytest.mark.parametrize("who", ["hana", "zhang", "sam"])
async def test_an_unknown_command_shows_the_menu(world: World, who: str):
    """A command that does not exist is answered with what does."""
    heard = await world.says(who, "/nonsense")
    assert last(heard, who).buttons


async def test_progress_of_somebody_without_requests(world: World):
    """Who has none is told how to begin."""
    heard = await world.says("hana", "查进度")
    assert to(heard, "hana") == phrase(world, "progress-none")


async def filed(world: World, count: int) -> None:
    """So many requests of hana's, a minute after one another."""
    faults = ("灯不亮了", "衣柜门关不上", "马桶堵了", "瓷砖裂了", "纱窗破了", "厨房水龙头滴水")
    for said in (faults * 2)[:count]:
        await world.says("hana", said)
        for _ in range(9):
            question = asked(world, "hana")
            if phrase(world, "form-confirm") in question.buttons:
                break
            new = phrase(world, "report-same-new")
            await pick(world, "hana", question.buttons.index(new) if new in question.buttons else 0)
        await tap(world, "hana", "form-confirm")
        await world.passes(minutes=1)


async def test_every_open_request(world: World):
    """The progress shows the three that changed last as cards, the newest at the end, and names those before them."""
    await filed(world, 5)
    heard = await world.says("hana", "查进度")
    assert [one.text.split()[0] for one in heard[1:]] == ["R-1003", "R-1004", "R-1005"]
    assert phrase(world, "progress-others", count=2) in heard[0].text
    assert heard[0].buttons == ("R-1002", "R-1001")
    heard = await world.press("hana", "R-1001")
    assert "R-1001" in to(heard, "hana")
    assert phrase(world, "action-cancel") in labels(heard, "hana")


async def test_what_is_open_comes_before_what_is_closed(world: World):
    """What changed long ago and is open still is shown, whatever was closed since."""
    await filed(world, 4)
    for id in ("R-1002", "R-1003", "R-1004"):
        await world.says("sam", f"/show {id}", chat=GROUP)
        await rarely(world, "sam", "reject")
        await world.says("sam", "不在服务范围", chat=GROUP)
    heard = await world.says("hana", "查进度")
    assert [one.text.split()[0] for one in heard] == ["R-1003", "R-1004", "R-1001"]


async def test_the_timeline_outlives_urging(world: World):
    """However often something else was done, the homeowner reads what has happened with the request."""
    await claimed(world)
    for _ in range(14):
        await act(world, "hana", "urge")
    heard = await world.says("hana", "查进度")
    card = last(heard, "hana").text
    assert phrase(world, "event-file", at=world.watch(), who="您") in card
    assert phrase(world, "event-claim", at=world.watch(), who="小林") in card


async def test_nothing_to_cancel(world: World):
    """/cancel with nothing open says how a request is cancelled."""
    heard = await world.says("hana", "/cancel")
    assert phrase(world, "cancel-nothing") in to(heard, "hana")


async def test_a_homeowner_has_no_staff_commands(world: World):
    """Staff's commands are refused to everybody else, without a word of what they would have shown."""
    await file(world)
    for who in ("otto", "zhang"):
        for command in ("/queue", "/find 世纪大道", "/show R-1001", "/r R-1001 喂", "/invite", "/bindcode"):
            heard = await world.says(who, command)
            assert "R-1001" not in to(heard, who)
            assert phrase(world, "refused-role") in to(heard, who), command


async def test_language_in_private(world: World):
    """/language asks, or takes the code; from then on everything is said in it, the old cards' changes too."""
    await file(world)
    heard = await world.says("hana", "/language")
    assert len(labels(heard, "hana")) == 3
    heard = await tap(world, "hana", "language-en")
    assert last(heard, "hana").message.locale == "en"
    heard = await act(world, "sam", "claim")
    assert [one.message.locale for one in heard if one.chat == "hana"] == ["en"]
    assert [one.message.locale for one in heard if one.chat == GROUP] == ["zh-CN"]
    heard = await world.says("hana", "/language xx")
    assert len(labels(heard, "hana")) == 3


async def test_language_of_the_group(world: World):
    """In the group /language is the group's, and nobody's own."""
    await world.says("sam", "/language en", chat=GROUP)
    heard = await file(world)
    assert {one.message.locale for one in heard if one.chat == GROUP} == {"en"}
    heard = await world.says("sam", "/help")
    assert last(heard, "sam").message.locale == "zh-CN"
