"""What is owed on Telegram, over HTTP: calls, buttons, files, edits, topics, and every kind of failure."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot

from bot.channels.telegram import Telegram
from bot.channels.telegram_http import Request, open_bot
from bot.channels.telegram_parse import parse
from bot.channels.telegram_send import Sender
from bot.delivery import GONE, plain
from domain.channel import Channel, Fetches, Probes, Threads
from domain.chat import Attachment, Kind, Media, Message, Place, Raw, Style
from domain.errors import (
    UNSURE,
    Busy,
    Malformed,
    Moved,
    NoThreads,
    Permanent,
    SendFailed,
    Temporary,
    ThreadClosed,
    ThreadGone,
    Throttled,
)
from messages import Catalogue, raise_fault
from tests.channels.telegram_script import SILENCE, TOKEN, Answer, Script, no, scripted

HANA = Place("telegram", "42")
STAFF = Place("telegram", "-100777")
HELLO = ((Kind.TEXT, "您好"),)
JPEG = b"\xff\xd8\xff\xe0" + b"j" * 40
OGG = b"OggS" + b"o" * 40
MP4 = b"\0\0\0\x18ftypisom" + b"v" * 40
PDF = b"%PDF-1.7" + b"p" * 40


def message(to: Place = HANA, **more: Any) -> Message:
    return Message(**{"id": "m1", "seq": 1, "to": to, "lines": HELLO, **more})


def button(label: str, token: str = "t.1", style: Style = Style.PLAIN) -> tuple[str, str, Style]:
    return (label, token, style)


@dataclass
class Post:
    """A channel with a server of its own, a folder of files, and the pauses that it made."""

    script: Script
    channel: Telegram
    folder: Path
    pauses: list[float]
    now_s: list[float]

    def file(self, data: bytes, media: Media = Media.PHOTO, name: str = "") -> Attachment:
        number = f"{len(list(self.folder.iterdir())):064x}"
        (self.folder / number).write_bytes(data)
        return Attachment(number, media, name)

    async def fails(self, to: Place = HANA, **more: Any) -> SendFailed:
        with pytest.raises(SendFailed) as failure:
            await self.channel.send(message(to, **more))
        return failure.value


class NoFiles:
    """Nothing lies with the platform."""

    def remote(self, raw: Raw) -> bool:
        return False

    async def fetch(self, raw: Raw) -> Raw:
        return raw


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load(on_fault=raise_fault)


@pytest.fixture
async def post(tmp_path: Path, catalogue: Catalogue) -> AsyncIterator[Post]:
    async with scripted() as (script, bot):
        pauses: list[float] = []
        now_s = [0.0]

        async def sleep(seconds: float) -> None:
            pauses.append(seconds)

        sender = Sender(bot, lambda hash: tmp_path / hash, catalogue.words, sleep, lambda: now_s[0])
        yield Post(script, Telegram(parse, sender, NoFiles()), tmp_path, pauses, now_s)


def test_the_channel_is_what_it_promises(post: Post) -> None:
    """It has topics and files of its own, is not pulled, and knows the platform's limits."""
    channel: Channel = post.channel

    assert isinstance(channel, Threads)
    assert isinstance(channel, Fetches)
    assert isinstance(channel, Probes)
    assert (channel.name, channel.pulled) == ("telegram", False)
    assert [(rate.scope, rate.count, rate.per_s) for rate in channel.rates] == [
        ("all", 30, 1.0),
        ("chat", 1, 1.0),
        ("group", 20, 60.0),
    ]


# words and buttons


async def test_words_arrive_with_their_markup(post: Post) -> None:
    """One call, HTML where there is some, and nobody but the reader follows its links."""
    assert await post.channel.send(message(lines=((Kind.TITLE, "R-1 & 厨房"),))) == "101"

    assert post.script.methods == ["sendMessage"]
    assert post.script.said("text") == "<b>R-1 &amp; 厨房</b>"
    assert post.script.said("parse_mode") == "HTML"
    assert post.script.said("link_preview_options") == {"is_disabled": True}
    assert post.script.said("message_thread_id") is None


async def test_plain_words_have_no_parse_mode(post: Post) -> None:
    """What has no markup cannot be refused for it."""
    await post.channel.send(message())

    assert post.script.said("parse_mode") is None


async def test_refused_markup_is_sent_plain(post: Post) -> None:
    """The plain version of a message holds nothing that could be refused once more."""
    post.script.answers.append(no(400, "Bad Request: can't parse entities: unsupported start tag"))
    told = message(lines=((Kind.TITLE, "<b>R-1"), (Kind.NEXT, "点「认领」")))

    with pytest.raises(Malformed):
        await post.channel.send(told)
    await post.channel.send(plain(told))

    assert post.script.said("text") == "bR-1\n点「认领」"
    assert post.script.said("parse_mode") is None


async def test_a_button_carries_its_token_and_style(post: Post) -> None:
    """The platform sees the opaque token; the primary button is coloured."""
    rows = ((button("认领", "t.1", Style.PRIMARY), button("无法受理", "t.2", Style.DANGER)), (button("更多", "t.3"),))

    await post.channel.send(message(STAFF, buttons=rows))

    assert post.script.said("reply_markup") == {
        "inline_keyboard": [
            [
                {"text": "认领", "callback_data": "t.1", "style": "primary"},
                {"text": "无法受理", "callback_data": "t.2", "style": "danger"},
            ],
            [{"text": "更多", "callback_data": "t.3"}],
        ]
    }


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (["厨房", "卫生间", "阳台"], [3]),
        (["确认完成", "没修好", "催单", "取消这单"], [2, 2]),
        (["明天 14:00–16:00", "后天 9:00–11:00"], [1, 1]),
        (["1", "2", "3", "4", "5", "6", "7", "8", "9"], [5, 4]),
        (["一" * 60], [1]),
    ],
)
async def test_a_row_is_wrapped_where_a_phone_is_too_narrow(post: Post, labels: list[str], rows: list[int]) -> None:
    """Labels stay readable: the longer they are, the fewer stand side by side."""
    await post.channel.send(message(buttons=(tuple(button(label) for label in labels),)))

    keyboard = post.script.said("reply_markup")["inline_keyboard"]
    assert [len(row) for row in keyboard] == rows
    assert max(len(one["text"]) for row in keyboard for one in row) <= 40


async def test_a_private_word_without_buttons_takes_an_old_keyboard_away(post: Post) -> None:
    """Whoever typed the phone does not keep the button that offers to share it; cards and groups are left alone."""
    await post.channel.send(message())
    await post.channel.send(message(card="card"))
    await post.channel.send(message(STAFF))

    assert [post.script.said("reply_markup", at) for at in range(3)] == [{"remove_keyboard": True}, None, None]


STEPS = ((button("跳过", "t.1"), button("上一步", "t.2"), button("不填了", "t.3")),)


async def test_the_question_of_the_phone_offers_to_share_it(post: Post) -> None:
    """In private there is one button for it, and the steps of the form are words to send."""
    external = await post.channel.send(message(asks="phone", buttons=STEPS, card="ask"))

    assert post.script.said("reply_markup") == {
        "keyboard": [
            [{"text": "分享我的手机号", "request_contact": True, "style": "primary"}],
            [{"text": "跳过"}, {"text": "上一步"}, {"text": "不填了"}],
        ],
        "one_time_keyboard": True,
        "resize_keyboard": True,
    }
    assert external == "k101"


async def test_the_button_speaks_the_readers_language(post: Post) -> None:
    """Also in English the steps are recognised."""
    steps = ((button("Skip"), button("Back"), button("Stop")),)

    await post.channel.send(message(asks="phone", buttons=steps, locale="en"))

    assert post.script.said("reply_markup")["keyboard"][0][0]["text"] == "Share my phone number"


@pytest.mark.parametrize(
    "more", [{"to": STAFF, "buttons": STEPS}, {"buttons": ((button("用 138", "t.9"),), *STEPS)}], ids=["group", "known"]
)
async def test_a_choice_of_its_own_keeps_the_buttons_in_the_message(post: Post, more: dict[str, Any]) -> None:
    """Where the number is known already, or others read along, nothing is offered to be shared."""
    external = await post.channel.send(message(asks="phone", **more))

    assert "inline_keyboard" in post.script.said("reply_markup")
    assert external == "101"


async def test_a_settled_question_with_a_keyboard_is_not_said_again(post: Post) -> None:
    """The platform cannot edit it; with nothing left to press it may stay. With buttons it is sent anew."""
    assert await post.channel.edit("k101", message(card="ask")) == "k101"
    with pytest.raises(Permanent, match="not-editable"):
        await post.channel.edit("k101", message(card="ask", buttons=STEPS))

    assert post.script.calls == []


async def test_a_long_text_is_sent_in_parts(post: Post) -> None:
    """The buttons are beneath the last part, whose id is the message's, and the chat has its pause."""
    rows = ((button("好"),),)

    external = await post.channel.send(message(lines=((Kind.TEXT, "一" * 9000),), buttons=rows))

    assert external == "103"
    assert post.script.methods == ["sendMessage"] * 3
    assert [len(post.script.said("text", at)) for at in range(3)] == [4096, 4096, 808]
    assert [post.script.said("reply_markup", at) is None for at in range(3)] == [True, True, False]
    assert post.pauses == [1.0, 1.0]


async def test_a_group_has_a_longer_pause(post: Post) -> None:
    """Twenty a minute are not one a second."""
    await post.channel.send(message(STAFF, lines=((Kind.TEXT, "一" * 5000),)))

    assert post.pauses == [3.0]


async def test_a_message_goes_on_where_it_stopped(post: Post) -> None:
    """What had arrived before a refusal is not sent twice."""
    long = message(lines=((Kind.TEXT, "一" * 4096 + "二" * 4096),))
    post.script.answers.extend([ok(7), no(429, "Too Many Requests: retry after 5", retry_after=5)])

    with pytest.raises(Throttled):
        await post.channel.send(long)
    assert await post.channel.send(long) == "101"

    assert [post.script.said("text", at)[0] for at in range(3)] == ["一", "二", "二"]


def ok(id: int) -> Answer:
    chat = {"id": 42, "type": "private", "first_name": "x"}
    return 200, json.dumps({"ok": True, "result": {"message_id": id, "date": 0, "chat": chat}}).encode()


async def test_nothing_to_say_is_not_sent(post: Post) -> None:
    """An empty message is a dead letter, not a call."""
    assert (await post.fails(lines=())).code == "empty"
    assert post.script.calls == []


# files


@pytest.mark.parametrize(
    ("data", "media", "name", "method", "sent_as"),
    [
        (JPEG, Media.PHOTO, "", "sendPhoto", "photo.jpg"),
        (JPEG + b"j" * 10_000_000, Media.PHOTO, "", "sendDocument", "photo.jpg"),
        (MP4, Media.VIDEO, "", "sendVideo", "video.mp4"),
        (b"\x1aE\xdf\xa3", Media.VIDEO, "", "sendDocument", "video.webm"),
        (OGG, Media.VOICE, "", "sendVoice", "voice.ogg"),
        (b"ID3" + b"m" * 9, Media.VOICE, "", "sendAudio", "voice.mp3"),
        (b"\x1aE\xdf\xa3", Media.VOICE, "", "sendDocument", "voice.webm"),
        (PDF, Media.DOCUMENT, '报价/单".pdf', "sendDocument", "单.pdf"),
        (b"?", Media.PHOTO, "", "sendDocument", "photo"),
    ],
)
async def test_each_kind_of_file_has_its_call(
    post: Post, data: bytes, media: Media, name: str, method: str, sent_as: str
) -> None:
    """The bytes decide how a file is sent, and all of them arrive, with a name."""
    await post.channel.send(message(lines=(), files=(post.file(data, media, name),)))

    (call,) = post.script.calls
    (upload,) = call.files.values()
    assert (call.method, upload.name, upload.data) == (method, sent_as, data)


async def test_words_beneath_a_photo(post: Post) -> None:
    """One file with words and buttons is one call."""
    rows = ((button("接单"),),)

    await post.channel.send(message(lines=((Kind.TITLE, "R-1"),), files=(post.file(JPEG),), buttons=rows))

    assert post.script.methods == ["sendPhoto"]
    assert (post.script.said("caption"), post.script.said("parse_mode")) == ("<b>R-1</b>", "HTML")
    assert "inline_keyboard" in post.script.said("reply_markup")


async def test_words_that_are_too_long_for_a_photo_follow_it(post: Post) -> None:
    """The photo first without words, then the words with the buttons, whose id counts."""
    rows = ((button("接单"),),)

    external = await post.channel.send(
        message(lines=((Kind.TEXT, "一" * 1025),), files=(post.file(JPEG),), buttons=rows)
    )

    assert post.script.methods == ["sendPhoto", "sendMessage"]
    assert post.script.said("caption", 0) is None
    assert post.script.said("reply_markup", 0) is None
    assert external == "102"


async def test_photos_and_videos_are_one_album(post: Post) -> None:
    """Its id is that of the first."""
    files = (post.file(JPEG), post.file(MP4, Media.VIDEO), post.file(JPEG))

    assert await post.channel.send(message(lines=(), files=files)) == "101"

    assert post.script.methods == ["sendMediaGroup"]
    assert [one["type"] for one in post.script.said("media")] == ["photo", "video", "photo"]
    assert sorted(len(upload.data) for upload in post.script.calls[0].files.values()) == [44, 44, 52]


async def test_what_cannot_stand_together_goes_one_after_the_other(post: Post) -> None:
    """Documents with documents only, voice notes alone, at most ten in an album."""
    photos = [post.file(JPEG) for _ in range(11)]
    papers = [post.file(PDF, Media.DOCUMENT) for _ in range(2)]
    voices = [post.file(OGG, Media.VOICE) for _ in range(2)]

    assert await post.channel.send(message(lines=(), files=(*photos, *papers, *voices))) == "101"

    assert post.script.methods == ["sendMediaGroup", "sendPhoto", "sendMediaGroup", "sendVoice", "sendVoice"]
    assert len(post.script.said("media", 0)) == 10
    assert len(post.pauses) == 4


@pytest.mark.parametrize(
    "refusal",
    ["PHOTO_INVALID_DIMENSIONS", "IMAGE_PROCESS_FAILED", "file of size 9 bytes is too big for a photo"],
)
async def test_a_photo_that_is_refused_is_sent_as_it_is(post: Post, refusal: str) -> None:
    """A picture of an odd shape arrives as a document, with its words."""
    post.script.answers.append(no(400, f"Bad Request: {refusal}"))

    await post.channel.send(message(files=(post.file(JPEG),)))

    assert post.script.methods == ["sendPhoto", "sendDocument"]
    assert post.script.said("caption") == "您好"


async def test_an_album_that_is_refused_is_sent_as_documents(post: Post) -> None:
    """One odd picture does not cost the others."""
    post.script.answers.append(no(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"))

    await post.channel.send(message(lines=(), files=(post.file(JPEG), post.file(JPEG))))

    assert [one["type"] for one in post.script.said("media")] == ["document", "document"]


async def test_few_files_are_sent_at_once(post: Post, catalogue: Catalogue) -> None:
    """Two uploads share the line; a third that cannot begin soon is put off, certainly not sent, and words go on."""
    async with open_bot(TOKEN, post.script.url) as bot:
        channel = Telegram(parse, Sender(bot, post.folder.joinpath, catalogue.words, room_s=0.05), NoFiles())
        photo = message(files=(post.file(JPEG),))
        post.script.answers.extend([SILENCE, SILENCE])
        slow = [asyncio.create_task(channel.send(photo)) for _ in range(2)]
        async with asyncio.timeout(10):
            while len(post.script.calls) < 2:
                await asyncio.sleep(0)
        with pytest.raises(Busy) as failure:
            await channel.send(photo)
        await channel.send(message())
        assert failure.value.code not in UNSURE
        assert post.script.methods == ["sendPhoto", "sendPhoto", "sendMessage"]
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        await channel.send(photo)
        assert post.script.methods[-1] == "sendPhoto"


async def test_files_are_read_while_they_are_sent(tmp_path: Path, catalogue: Catalogue) -> None:
    """An album needs little memory, however large its files are."""
    files = []
    for number in range(4):
        with (tmp_path / str(number)).open("wb") as stored:
            stored.write(MP4)
            stored.truncate(8_000_000)
        files.append(Attachment(str(number), Media.VIDEO))
    taken: list[int] = []
    server = await asyncio.start_server(partial(drain, taken), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, open_bot(TOKEN, url) as bot:
        tracemalloc.start()
        try:
            await Sender(bot, tmp_path.joinpath, catalogue.words).send(message(lines=(), files=tuple(files)))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert taken[0] > 32_000_000
    assert peak < 8_000_000


async def drain(taken: list[int], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take an album, keep nothing but its size, and say that it arrived."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    size = left = int(head.partition(b"content-length: ")[2].split(b"\r\n")[0])
    while left:
        left -= len(await reader.read(min(left, 65536)))
    taken.append(size)
    sent = {"message_id": 7, "date": 0, "chat": {"id": 42, "type": "private", "first_name": "x"}}
    body = json.dumps({"ok": True, "result": [sent]}).encode()
    writer.write(b"HTTP/1.1 200 -\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def test_a_file_that_is_lost_or_too_big_is_a_dead_letter(post: Post) -> None:
    """What can never be sent is said to staff instead of being tried for ever."""
    assert (await post.fails(files=(Attachment("0" * 63 + "f"),))).code == "file-gone"
    (post.folder / "big").touch()
    with (post.folder / "big").open("wb") as file:
        file.truncate(50_000_001)
    assert (await post.fails(files=(Attachment("big", Media.VIDEO),))).code == "too-big"
    assert post.script.calls == []


# edits


async def test_a_card_is_edited_in_place(post: Post) -> None:
    """Its words and its buttons; the id stays."""
    rows = ((button("出发", "t.5"),),)

    assert await post.channel.edit("55", message(lines=((Kind.TITLE, "R-1"),), buttons=rows)) == "55"

    assert post.script.methods == ["editMessageText"]
    assert (post.script.said("message_id"), post.script.said("text")) == (55, "<b>R-1</b>")
    assert post.script.said("reply_markup")["inline_keyboard"][0][0]["callback_data"] == "t.5"


async def test_buttons_that_are_over_are_taken_away(post: Post) -> None:
    """An edit without buttons leaves none behind."""
    await post.channel.edit("55", message())

    assert "reply_markup" not in post.script.calls[0].params


async def test_what_stands_there_already_is_done(post: Post) -> None:
    """The same words again are no failure."""
    post.script.answers.append(no(400, "Bad Request: message is not modified: specified new message content and …"))

    assert await post.channel.edit("55", message()) == "55"


async def test_words_beneath_a_picture_are_edited_too(post: Post) -> None:
    """Where the message has no text, its caption is changed."""
    post.script.answers.append(no(400, "Bad Request: there is no text in the message to edit"))

    assert await post.channel.edit("55", message(lines=((Kind.TITLE, "R-1"),))) == "55"

    assert post.script.methods == ["editMessageText", "editMessageCaption"]
    assert post.script.said("caption") == "<b>R-1</b>"


@pytest.mark.parametrize(
    "refusal",
    [
        "message to edit not found",
        "message can't be edited",
        "MESSAGE_ID_INVALID",
        "there is no caption in the message to edit",
        "message caption is too long",
    ],
)
async def test_what_cannot_be_edited_is_sent_anew(post: Post, refusal: str) -> None:
    """Each such refusal tells the dispatcher to send."""
    post.script.answers.append(no(400, f"Bad Request: {refusal}"))

    with pytest.raises(Permanent, match="not-editable"):
        await post.channel.edit("55", message())


@pytest.mark.parametrize(("external", "lines"), [("x", HELLO), ("55", ((Kind.TEXT, "一" * 4097),)), ("55", ())])
async def test_an_edit_that_cannot_work_is_not_asked_for(
    post: Post, external: str, lines: Sequence[tuple[Kind, str]]
) -> None:
    """A strange id, or words that are too long or none, are sent anew without a call."""
    with pytest.raises(Permanent, match="not-editable"):
        await post.channel.edit(external, message(lines=tuple(lines)))

    assert post.script.calls == []


# failures

HTML_PAGE = b"<html><h1>502 Bad Gateway</h1></html>"

REFUSED: list[tuple[Answer | None, type[SendFailed], str]] = [
    (no(403, "Forbidden: bot was blocked by the user"), Permanent, "blocked"),
    (no(403, "Forbidden: user is deactivated"), Permanent, "blocked"),
    (no(403, "Forbidden: bot can't initiate conversation with a user"), Permanent, "blocked"),
    (no(403, "Forbidden: bots can't send messages to bots"), Permanent, "blocked"),
    (no(403, "Forbidden: bot was kicked from the group chat"), Permanent, "chat-gone"),
    (no(403, "Forbidden: bot was kicked from the supergroup chat"), Permanent, "chat-gone"),
    (no(403, "Forbidden: bot is not a member of the supergroup chat"), Permanent, "chat-gone"),
    (no(403, "Forbidden: the group chat was deleted"), Permanent, "chat-gone"),
    (no(403, "Forbidden: something new"), Permanent, "403"),
    (no(400, "Bad Request: chat not found"), Permanent, "chat-gone"),
    (no(400, "Bad Request: PEER_ID_INVALID"), Permanent, "chat-gone"),
    (no(400, "Bad Request: user not found"), Permanent, "chat-gone"),
    (no(400, "Bad Request: message thread not found"), ThreadGone, "thread-gone"),
    (no(400, "Bad Request: TOPIC_DELETED"), ThreadGone, "thread-gone"),
    (no(400, "Bad Request: TOPIC_ID_INVALID"), ThreadGone, "thread-gone"),
    (no(400, "Bad Request: TOPIC_CLOSED"), ThreadClosed, "thread-closed"),
    (no(400, "Bad Request: topic closed"), ThreadClosed, "thread-closed"),
    (no(400, "Bad Request: can't parse entities: …"), Malformed, "markup"),
    (no(400, "Bad Request: not enough rights to send text messages to the chat"), Permanent, "no-rights"),
    (no(400, "Bad Request: CHAT_WRITE_FORBIDDEN"), Permanent, "no-rights"),
    (no(400, "Bad Request: BUTTON_DATA_INVALID"), Permanent, "400"),
    (no(401, "Unauthorized"), Temporary, "401"),
    (no(404, "Not Found"), Temporary, "401"),
    (no(409, "Conflict: terminated by other getUpdates request"), Temporary, "409"),
    (no(500, "Internal Server Error"), Temporary, "crash"),
    (no(503, "Service Unavailable"), Temporary, "503"),
    (no(400, "Bad Request: group chat was upgraded to a supergroup chat"), Temporary, "moved"),
    ((502, HTML_PAGE), Temporary, "502"),
    ((504, HTML_PAGE), Temporary, "timeout"),
    ((403, HTML_PAGE), Temporary, "403"),
    ((404, HTML_PAGE), Temporary, "404"),
    ((302, b""), Temporary, "302"),
    ((400, b'"no"'), Temporary, "400"),
    ((413, HTML_PAGE), Permanent, "too-big"),
    (no(413, "Request Entity Too Large"), Permanent, "too-big"),
    ((200, b'{"hello": 1}'), Temporary, "reset"),
    ((200, HTML_PAGE), Temporary, "reset"),
    ((200, b'{"ok": true, "result": {"mess'), Temporary, "reset"),
    (None, Temporary, "reset"),
]


@pytest.mark.parametrize(("answer", "kind", "code"), REFUSED)
async def test_each_failure_has_its_kind(post: Post, answer: Answer | None, kind: type[SendFailed], code: str) -> None:
    """What the platform answers becomes an error of ours, whatever its words and their case."""
    post.script.answers.append(answer)

    failure = await post.fails()

    assert (type(failure), failure.code) == (kind, code)


async def test_codes_mean_to_the_dispatcher_what_they_say(post: Post) -> None:
    """Only a chat that is gone closes its lane, and only what may have arrived counts as a copy."""
    kinds = {code: kind for _, kind, code in REFUSED}

    assert {code for code in kinds if code in GONE} == {"blocked", "chat-gone"}
    assert {code for code in kinds if code in UNSURE} == {"timeout", "reset", "crash"}


@pytest.mark.parametrize("code", [200, 400, 403, 500])
async def test_a_failure_tells_nothing_of_the_message(post: Post, code: int) -> None:
    """Neither the words nor the token nor the platform's own text get into an error or what it came from."""
    post.script.answers.append((code, f"{TOKEN} 您好 13800138000".encode()))

    failure = await post.fails()

    assert TOKEN not in repr(failure) + str(failure)
    assert failure.__cause__ is None
    assert failure.__suppress_context__
    assert failure.code.isascii()


async def test_an_answer_is_not_logged(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    """The library would log a body that it cannot read, with the words of people in it."""
    post.script.answers.append((200, b'{"text": "13800138000'))

    with caplog.at_level("INFO"):
        await post.fails()

    assert "13800138000" not in caplog.text


async def test_a_platform_can_be_asked_whether_it_is_back(post: Post) -> None:
    """Without a message, and with the same errors as for one."""
    post.script.answers.append((502, HTML_PAGE))

    with pytest.raises(Temporary, match="502"):
        await post.channel.probe()
    await post.channel.probe()

    assert post.script.methods == ["getMe", "getMe"]


async def test_a_flood_names_its_seconds(post: Post) -> None:
    """A 429 is for this chat, as long as the platform says; without a number it is a second."""
    post.script.answers.extend([no(429, "Too Many Requests: retry after 35", retry_after=35), (429, HTML_PAGE)])

    first, second = await post.fails(), await post.fails()

    assert isinstance(first, Throttled)
    assert isinstance(second, Throttled)
    assert (first.retry_after_s, first.everyone) == (35.0, False)
    assert second.retry_after_s == 1.0


async def flood(post: Post, chat: str) -> bool:
    post.script.answers.append(no(429, "Too Many Requests: retry after 3", retry_after=3))
    failure = await post.fails(Place("telegram", chat))
    assert isinstance(failure, Throttled)
    return failure.everyone


async def test_three_chats_in_a_row_mean_everyone(post: Post) -> None:
    """The platform does not say whom it means: different chats without a success between them tell."""
    assert [await flood(post, chat) for chat in ("1", "1", "2", "3", "4")] == [False, False, False, True, True]


async def test_chats_apart_are_each_on_their_own(post: Post) -> None:
    """Somebody who got through meanwhile, or some seconds, show that not everyone was meant."""
    told = [await flood(post, "1"), await flood(post, "2")]
    await post.channel.send(message())
    told += [await flood(post, "3"), await flood(post, "4")]
    post.now_s[0] = 11.0
    told += [await flood(post, "5")]

    assert told == [False] * 5


async def test_a_group_that_moved_names_its_new_id(post: Post) -> None:
    """A group that became a supergroup is known by another id from now on."""
    post.script.answers.append(
        no(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-100999)
    )

    failure = await post.fails(STAFF)

    assert isinstance(failure, Moved)
    assert failure.to == "-100999"


async def test_a_platform_out_of_reach_got_nothing(tmp_path: Path, catalogue: Catalogue) -> None:
    """Where no connection was made the message has not arrived: it is no copy, however often it is tried."""
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    async with open_bot(TOKEN, f"http://127.0.0.1:{port}") as bot:
        with pytest.raises(Temporary, match="unreached"):
            await Sender(bot, tmp_path.joinpath, catalogue.words).send(message())

    assert "unreached" not in UNSURE


async def test_an_answer_that_does_not_come_may_have_arrived(post: Post, catalogue: Catalogue) -> None:
    """Whoever waited in vain does not know, and such copies are counted."""
    impatient = Request(read_timeout=0.05)
    post.script.answers.append(SILENCE)
    bot = Bot(TOKEN, f"{post.script.url}/bot", request=impatient, get_updates_request=impatient)

    with pytest.raises(Temporary, match="timeout"):
        await Sender(bot, post.folder.joinpath, catalogue.words).send(message())
    await impatient.shutdown()


# topics


async def test_a_message_goes_into_its_topic(post: Post) -> None:
    """Words and files alike; the general topic is written to without naming it."""
    await post.channel.send(message(STAFF, thread="77"))
    await post.channel.send(message(STAFF, thread="77", files=(post.file(JPEG),)))
    await post.channel.send(message(STAFF, thread="77", lines=(), files=(post.file(JPEG), post.file(JPEG))))
    await post.channel.send(message(STAFF, thread="1"))

    assert [post.script.said("message_thread_id", at) for at in range(4)] == [77, 77, 77, None]


async def test_a_topic_is_made_closed_and_opened(post: Post) -> None:
    """Its name is cut to what a topic may have."""
    assert await post.channel.open_thread("-100777", "R-1024 " + "厨" * 200) == "77"
    await post.channel.close_thread("-100777", "77")
    await post.channel.reopen_thread("-100777", "77")

    assert post.script.methods == ["createForumTopic", "closeForumTopic", "reopenForumTopic"]
    assert len(post.script.said("name", 0)) == 128
    assert [post.script.said("message_thread_id", at) for at in (1, 2)] == [77, 77]


async def test_a_topic_that_is_so_already_is_fine(post: Post) -> None:
    """To close what is closed is no failure."""
    post.script.answers.extend([no(400, "Bad Request: TOPIC_NOT_MODIFIED")] * 2)

    await post.channel.close_thread("-100777", "77")
    await post.channel.reopen_thread("-100777", "77")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (no(400, "Bad Request: the chat is not a forum"), NoThreads),
        (no(400, "Bad Request: not enough rights to create a topic"), NoThreads),
        (no(400, "Bad Request: not enough rights to close the topic"), NoThreads),
        (no(400, "Bad Request: the chat is not a supergroup"), NoThreads),
        (no(400, "Bad Request: method is available for supergroup and channel chats only"), NoThreads),
        (no(400, "Bad Request: CHAT_ADMIN_REQUIRED"), NoThreads),
        (no(400, "Bad Request: message thread not found"), ThreadGone),
        (no(400, "Bad Request: TOPIC_ID_INVALID"), ThreadGone),
        (no(400, "Bad Request: topic not found"), ThreadGone),
        (no(403, "Forbidden: bot was kicked from the supergroup chat"), Permanent),
        (no(400, "Bad Request: chat not found"), Permanent),
        (no(400, "Bad Request: migrated", migrate_to_chat_id=-1), Moved),
        (no(429, "Too Many Requests: retry after 3", retry_after=3), Throttled),
        (no(500, "Internal Server Error"), Temporary),
    ],
)
async def test_each_failure_of_a_topic_has_its_kind(post: Post, answer: Answer, kind: type[SendFailed]) -> None:
    """No right to topics is told from a topic that is gone and from a group that is."""
    for call in (post.channel.close_thread, post.channel.open_thread):
        post.script.answers.append(answer)
        with pytest.raises(kind):
            await call("-100777", "77")
