from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.pages.office import Site, running


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running() as site:
        yield site


async def test_a_message_is_acknowledged_once_stored(site: Site) -> None:
    """200 means that the message was received, in the private chat of its account."""
    account = await site.open()

    answer = await site.post(text="水龙头滴水", locale="zh-CN")

    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    raw = site.office.raws[f"webchat:{account}:{account}:message-1"]
    assert raw.place is not None
    assert raw.place.chat == account


async def test_the_same_client_id_has_one_effect(site: Site) -> None:
    """A message sent twenty times at once is one message, acknowledged every time."""
    await site.open()

    answers = await asyncio.gather(*(site.post(text="漏水") for _ in range(20)))

    assert {answer.status_code for answer in answers} == {200}
    assert len(site.office.raws) == 1


BAD_MESSAGES: tuple[dict[str, Any], ...] = (
    {"id": "short"},
    {"id": "x" * 65},
    {"id": "no spaces here"},
    {"id": 7},
    {"text": ""},
    {"text": "\x00\x07"},
    {"text": ["list"]},
    {"text": "x", "press": "键" * 5},
    {"text": "x", "press": "p" * 65},
    {"text": "x", "room": "../staff"},
    {"text": "x", "locale": "<b>"},
    {"text": "x", "files": {}},
    {"text": "x", "reply_to": 5},
)


@pytest.mark.parametrize("bad", BAD_MESSAGES)
async def test_a_message_of_another_shape_is_refused_unstored(site: Site, bad: dict[str, Any]) -> None:
    """Anything but the promised shape is answered with 400 and never stored."""
    await site.open()

    answer = await site.post(**bad)

    assert (answer.status_code, answer.json()["error"]) == (400, "body")
    assert site.office.raws == {}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 60_000, b'{"id":' + b"9" * 9000 + b"}"]
)
async def test_a_body_that_is_no_json_object_is_refused(site: Site, body: bytes) -> None:
    """Broken, deep or empty JSON is answered with 400."""
    await site.open()
    headers = {**site.headers(), "Content-Type": "application/json"}

    answer = await site.client.post("/chat/messages", content=body, headers=headers)

    assert (answer.status_code, answer.json()["error"]) == (400, "body")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_only_json_is_taken(site: Site, media_type: str) -> None:
    """What a plain form of another page could send is answered with 415."""
    await site.open()
    headers = {**site.headers(), "Content-Type": media_type}

    answer = await site.client.post("/chat/messages", content=b'{"id":"message-1","text":"x"}', headers=headers)

    assert (answer.status_code, answer.json()["error"]) == (415, "type")


async def test_large_bodies_and_long_texts_are_refused(site: Site) -> None:
    """Above 64 KiB, declared or streamed, above 4000 characters or nine files the answer is 413."""
    await site.open()
    headers = {**site.headers(), "Content-Type": "application/json"}

    async def streamed() -> AsyncIterator[bytes]:
        for _ in range(9):
            yield b" " * 8192

    declared = await site.client.post("/chat/messages", content=b" " * 65537, headers=headers)
    chunked = await site.client.post("/chat/messages", content=streamed(), headers=headers)
    long = await site.post(text="字" * 4001)
    many = await site.post(text="x", files=[{}] * 10)
    fits = await site.post(text="字" * 4000)

    assert [a.json()["error"] for a in (declared, chunked, long, many)] == [
        "body-large",
        "body-large",
        "text-long",
        "files-many",
    ]
    assert {a.status_code for a in (declared, chunked, long, many)} == {413}
    assert fits.status_code == 200


async def test_control_characters_are_dropped_and_nothing_else(site: Site) -> None:
    """A stored text has no control characters but newlines, and no half characters; all else stays."""
    await site.open()

    body = '{"id":"message-1","text":"a\\u0000b\\u001b[1m\\n漏\\ud83d \\u200d水 ~"}'
    headers = {**site.headers(), "Content-Type": "application/json"}
    await site.client.post("/chat/messages", content=body.encode(), headers=headers)

    (raw,) = site.office.raws.values()
    assert raw.body["text"] == "ab[1m\n漏 \u200d水 ~"


async def test_a_flood_is_told_to_wait() -> None:
    """More messages a minute than allowed are answered with 429 and a time to wait."""
    async with running(messages_per_min=3) as site:
        await site.open()
        answers = [await site.post(id=f"message-{n}", text="在吗") for n in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["retry-after"] == "5"


@pytest.mark.parametrize("room", ["staff", "absent"])
async def test_a_foreign_room_is_like_an_absent_one(site: Site, room: str) -> None:
    """Who may not enter a room gets, at every address, the answer of a room that is not there."""
    await site.open()

    answers = [
        await site.client.get("/chat", params={"room": room}),
        await site.client.get("/chat/history", params={"room": room}),
        await site.client.get("/chat/events", params={"room": room}),
        await site.post(text="x", room=room),
        await site.client.post("/chat/seen", json={"seq": 1, "room": room}, headers=site.headers()),
    ]

    assert {(a.status_code, a.text) for a in answers} == {(404, answers[0].text)}
    assert answers[0].json()["error"] == "absent"
    assert (site.office.raws, site.office.reads) == ({}, [])


async def test_nobody_reads_anothers_chat_as_a_room(site: Site) -> None:
    """The name of another person's private chat opens nothing."""
    site.office.say("w_hana", "到达码 4711")
    await site.open()

    answer = await site.client.get("/chat/history", params={"room": "w_hana"})

    assert answer.status_code == 404


async def test_staff_write_in_their_room(site: Site) -> None:
    """A message in a room is stored for the room, and is shown as one's own to its writer alone."""
    site.office.staff.add("w_ivan")
    await site.open("staff", room="staff")
    await site.open("installer", room="staff")
    await site.post("staff", text="我来跟进", room="staff", reply_to="3")

    mine = await site.client.get("/chat/history?room=staff&seat=staff")
    theirs = await site.client.get("/chat/history?room=staff&seat=installer")

    (raw,) = site.office.raws.values()
    assert (raw.id, raw.body["group"], raw.body["reply_to"]) == ("webchat:staff:w_sam:message-1", True, "3")
    assert [m["mine"] for m in mine.json()["messages"]] == [True]
    assert [m["mine"] for m in theirs.json()["messages"]] == [False]
    assert "w_sam" not in theirs.text


async def test_reading_is_noted(site: Site) -> None:
    """How far somebody has read is handed on; a senseless position is refused."""
    account = await site.open()

    good = await site.client.post("/chat/seen", json={"seq": 7, "room": ""}, headers=site.headers())
    bad = await site.client.post("/chat/seen", json={"seq": "7"}, headers=site.headers())

    assert (good.status_code, bad.status_code) == (200, 400)
    assert site.office.reads == [(account, account, 7)]


async def test_history_goes_back_in_pages(site: Site) -> None:
    """Older messages come in pages, ascending, without a gap or a repetition."""
    account = await site.open()
    for n in range(1, 131):
        site.office.say(account, f"第 {n} 条")

    last = (await site.client.get("/chat/history")).json()["messages"]
    older = (await site.client.get("/chat/history", params={"before": last[0]["seq"]})).json()["messages"]
    newer = (await site.client.get("/chat/history", params={"after": 128})).json()["messages"]

    assert [m["seq"] for m in older + last] == list(range(11, 131))
    assert [m["seq"] for m in newer] == [129, 130]


PATIENCE_S = 10


@asynccontextmanager
async def listening(
    site: Site, headers: dict[str, str] | None = None, **query: Any
) -> AsyncIterator[AsyncIterator[str]]:
    """An open event stream, read line by line."""
    stream = site.client.stream("GET", "/chat/events", params=query, headers=headers)
    async with asyncio.timeout(PATIENCE_S), stream as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield aiter(answer.aiter_lines())


async def take(lines: AsyncIterator[str], count: int) -> list[dict[str, Any]]:
    """The next ``count`` messages of a stream."""
    messages: list[dict[str, Any]] = []
    while len(messages) < count:
        line = await asyncio.wait_for(anext(lines), 5)
        if line.startswith("data: {"):
            messages.append(json.loads(line[6:]))
    return messages


async def test_a_stream_begins_with_the_last_messages(site: Site) -> None:
    """A page without a position is given the last sixty messages, then whatever comes."""
    account = await site.open()
    for n in range(1, 71):
        site.office.say(account, f"第 {n} 条")

    async with listening(site) as lines:
        first = await take(lines, 60)
        site.office.say(account, "师傅已出发", card="R-1", fresh=True)
        (live,) = await take(lines, 1)

    assert [m["seq"] for m in first] == list(range(11, 71))
    assert (live["seq"], live["lines"], live["card"], live["fresh"]) == (71, [["text", "师傅已出发"]], "R-1", True)


async def test_a_stream_resumes_exactly(site: Site) -> None:
    """After a break the browser's last id decides where it goes on, whatever the address says."""
    account = await site.open()
    for n in range(1, 251):
        site.office.say(account, f"第 {n} 条")

    async with listening(site, {"Last-Event-ID": "17"}, after=3) as lines:
        resumed = await take(lines, 233)
    async with listening(site, after=249) as lines:
        (last,) = await take(lines, 1)

    assert [m["seq"] for m in resumed] == list(range(18, 251))
    assert last["seq"] == 250


async def test_what_is_said_while_reading_is_not_missed(site: Site) -> None:
    """Messages committed at any moment of a stream arrive, each once and in order."""
    account = await site.open()

    async with listening(site, after=0) as lines:
        reading = asyncio.create_task(take(lines, 200))
        for n in range(200):
            site.office.say(account, f"第 {n} 条")
            if n % 7 == 0:
                await asyncio.sleep(0)
        got = await reading

    assert [m["seq"] for m in got] == list(range(1, 201))


async def test_a_silent_stream_beats(site: Site) -> None:
    """A stream with nothing to tell sends a comment from time to time."""
    await site.open()

    async with listening(site) as lines:
        beat = [line async for line in _until(lines, ": still here")]

    assert "retry: 2000" in beat


async def _until(lines: AsyncIterator[str], end: str) -> AsyncIterator[str]:
    async for line in lines:
        yield line
        if line == end:
            return


async def test_a_reader_who_is_put_out_hears_no_more(site: Site) -> None:
    """Who loses the right to a room gets nothing of what is said after that."""
    await site.open("staff", room="staff")

    async with listening(site, room="staff", seat="staff") as lines:
        site.office.say("staff", "第一条")
        await take(lines, 1)
        site.office.staff.clear()
        site.office.say("staff", "第二条")
        rest = [line async for line in lines]

    assert not any("第二条" in line for line in rest)


async def test_streams_are_counted(site: Site) -> None:
    """One account cannot hold any number of open streams."""
    async with running(streams_max=2) as small:
        await small.open()
        async with listening(small) as one, listening(small) as two:
            await anext(one)
            await anext(two)
            third = await small.client.get("/chat/events")

    assert third.status_code == 429


async def test_a_stop_ends_open_streams() -> None:
    """When the process is asked to end, open streams end at once and the server closes in time."""
    async with running() as site:
        await site.open()
        async with listening(site) as lines:
            await anext(lines)
            site.office.stopping.set()
            rest = [line async for line in lines]
        ready = await site.client.get("/readyz")

    assert not any("error" in line for line in rest)
    assert ready.status_code == 503
