"""What WeCom delivers to the app, understood: captured shapes, ids, and what is none of ours."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.tencent_crypto import Refusal
from bot.channels.tencent_xml import fields
from bot.channels.wecom_parse import FOREIGN, parse, pressed_at, raw_message, remote_file
from domain.chat import Attachment, Event, Inbound, Media, Place, Raw
from domain.errors import Unparseable
from tests.tencent import xml

FOLDER = Path(__file__).parent / "payloads" / "wecom"
ZHANG = Place("wecom", "user:ZhangSan")
AT = {"at": "2025-12-01T01:00:00+00:00"}


def raw(name: str) -> Raw:
    """A captured message as it is kept."""
    text = (FOLDER / f"{name}.xml").read_text("utf-8")
    return raw_message(text, fields(text))


def made(**more: object) -> Raw:
    """A message with other elements."""
    head = {"ToUserName": "ww1", "FromUserName": "ZhangSan", "CreateTime": 1764550800}
    text = xml({**head, **more})
    return raw_message(text, fields(text))


SAID = {
    "text": {"text": "R-1001 已经联系过了\n下午到"},
    "image": {},
    "voice": {},
    "video": {},
    "location": {"text": "上海市黄浦区人民大道\n31.2304, 121.4737"},
    "link": {"text": "台面安装说明\n先量再切\nhttps://www.example.com/a", "forwarded": True},
    "unknown_kind": {"refused": ("kind",)},
    "subscribe": {"text": "/start", "touch": True},
    "unsubscribe": {"event": Event.BLOCKED, "args": AT},
    "click": {"text": "/queue", "touch": True},
    "press": {"press": "QIQTrUhIch8S.1", "handle": "u@a380508722be28187eb1b866|rc_3f1c9ee0a7"},
    "press_in_group": {
        "press": "QIQTrUhIch8S.0",
        "pressed_at": Place("wecom", "group:jiangdaostaff"),
        "handle": "g@jiangdaostaff@a380508722be28187eb1b866|rc_4f1c9ee0a8",
    },
    "press_forged": {"press": FOREIGN},
}
SILENT = ("enter_agent", "position", "view", "job_done")


@pytest.mark.parametrize("name", SAID)
def test_what_is_said(name: str) -> None:
    """Each captured message becomes the same without a dialect, in the sender's private chat."""
    found = raw(name)
    assert parse(found) == replace(Inbound(found.id, ZHANG, "ZhangSan"), **SAID[name])


@pytest.mark.parametrize("name", SILENT)
def test_what_says_nothing(name: str) -> None:
    """Who opens the app, follows a link or is somewhere has said nothing to us."""
    assert parse(raw(name)) is None


def test_every_captured_message_is_looked_at() -> None:
    """No payload lies there unused."""
    assert {path.stem for path in FOLDER.glob("*.xml")} == {*SAID, *SILENT}


def test_ids_tell_messages_apart() -> None:
    """A message is known by its number; an event by its time, name and key, so that two of one second differ."""
    assert raw("text").id == "wecom:m:ZhangSan:7189120345678901234"
    assert raw("press").id == "wecom:e:ZhangSan:1764550800:template_card_event:QIQTrUhIch8S.1"
    names = [path.stem for path in FOLDER.glob("*.xml")]
    assert len({raw(name).id for name in names}) == len(names)
    one, other = (made(MsgType="event", Event="click", EventKey=key) for key in ("键 1", "键 2"))
    assert one.id != other.id
    assert len(one.id) < 100


@pytest.mark.parametrize(
    ("name", "media"), [("image", Media.PHOTO), ("voice", Media.VOICE), ("video", Media.VIDEO), ("text", None)]
)
def test_files_lie_with_the_platform(name: str, media: Media | None) -> None:
    """A file is known by its media id until it was fetched; then the message has it, or says why not."""
    file = remote_file(raw(name))
    assert (file.media if file else None) is media
    if file is None:
        return
    known = raw(name)
    kept = {**known.body, "files": {file.id: {"hash": "ab" * 32, "media": media, "name": ""}}}
    assert getattr(parse(replace(known, body=kept)), "files", None) == (Attachment("ab" * 32, media or Media.PHOTO),)
    lost = {**known.body, "files": {file.id: {"refused": "too-big"}}}
    assert getattr(parse(replace(known, body=lost)), "refused", None) == ("too-big",)


@pytest.mark.parametrize(
    "more",
    [
        {"MsgType": "text"},
        {"MsgType": "text", "MsgId": "a"},
        {"MsgType": "text", "MsgId": "1", "FromUserName": "a|b"},
        {"MsgType": "event", "Event": "../x"},
        {"MsgType": "event", "Event": "click", "CreateTime": "soon"},
    ],
)
def test_what_cannot_be_told_apart_is_not_taken(more: dict[str, object]) -> None:
    """A message without a number, an event without a time or somebody who is two: nothing is stored of it."""
    with pytest.raises(Unparseable):
        made(**more)


@pytest.mark.parametrize(
    "more",
    [
        {"MsgType": "location", "Location_X": "north", "Location_Y": "1"},
        {"MsgType": "location", "Location_X": "nan", "Location_Y": "1"},
        {"MsgType": "image"},
        {"MsgType": ""},
    ],
)
def test_what_cannot_be_understood_is_set_aside(more: dict[str, object]) -> None:
    """It was kept, and says so when it is read."""
    with pytest.raises(Unparseable):
        parse(made(MsgId="1", **more))


@pytest.mark.parametrize("task", ["", "g", "g@", "u@jiangdaostaff", "g@a b@1", "x@jiangdaostaff@1"])
def test_a_task_that_names_no_group(task: str) -> None:
    """Only a card's own task says that it was a group's."""
    assert pressed_at(task) is None


@given(st.dictionaries(st.sampled_from(["MsgType", "Event", "EventKey", "TaskId", "Content", "MediaId"]), st.text()))
def test_nothing_else_ever_escapes(more: dict[str, str]) -> None:
    """Whatever stands in a message, it is understood, ignored, or called unparseable."""
    with contextlib.suppress(Unparseable, Refusal):
        parse(made(MsgId="1", **more))
