"""What customers write to customer service, understood: captured shapes of sync_msg, and what is none of ours."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecomkf_parse import FOREIGN, parse, raw_message, remote_file, sent_at, welcome_code
from domain.chat import Attachment, Event, Inbound, Media, Place, Raw
from domain.errors import Unparseable

FOLDER = Path(__file__).parent / "payloads" / "wecomkf"
CUSTOMER = "wmAJ2GCAAAme1XQRC-NI-q0_ZM9ukoAw"
HANA = Place("wecomkf", f"wkAJ2GCAAAZSfhHCt7IFSvLKtMPxyJTw/{CUSTOMER}")
AT = "2025-12-01T01:00:00+00:00"


def payload(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


def raw(name: str) -> Raw:
    """A captured message as it is kept."""
    return raw_message(payload(name))


SAID: dict[str, dict[str, Any]] = {
    "text": {"text": "厨房水龙头一直滴水"},
    "choice": {"press": "QIQTrUhIch8S.1"},
    "choice_foreign": {"press": FOREIGN},
    "image": {},
    "voice": {},
    "video": {},
    "file": {},
    "location": {"text": "人民广场\n上海市黄浦区人民大道\n31.2304, 121.4737"},
    "link": {"text": "台面\n先量再切\nhttps://www.example.com/a", "forwarded": True},
    "business_card": {"refused": ("kind",)},
    "miniprogram": {"refused": ("kind",)},
    "send_fail": {
        "event": Event.UNDELIVERED,
        "args": {"external": "0123456789abcdef01234567", "why": "blocked", "at": AT},
    },
    "send_fail_window": {
        "event": Event.UNDELIVERED,
        "args": {"external": "0123456789abcdef01234567", "why": "window", "at": AT},
    },
}
SILENT = ("servicer", "enter", "enter_again", "session", "recall", "servicer_status")


@pytest.mark.parametrize("name", SAID)
def test_what_is_said(name: str) -> None:
    """Each captured message becomes the same without a dialect, with the time at which it was written."""
    found = raw(name)
    wanted = {"args": {"at": AT}, **SAID[name]}
    assert parse(found) == replace(Inbound(found.id, HANA, CUSTOMER), **wanted)


@pytest.mark.parametrize("name", SILENT)
def test_what_says_nothing(name: str) -> None:
    """What a colleague types elsewhere, who comes in, and what the platform tells of itself."""
    assert parse(raw(name)) is None


def test_every_captured_message_is_looked_at() -> None:
    """No payload lies there unused."""
    assert {path.stem for path in FOLDER.glob("*.json")} == {*SAID, *SILENT}


def test_a_message_is_known_by_its_id() -> None:
    """Pulled again it is the same; its chat is the account's and the customer's."""
    assert raw("text").id == f"wecomkf:{payload('text')['msgid']}"
    assert raw("text").place == raw("send_fail").place == HANA
    assert raw("servicer_status").place is None


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object()])
def test_what_no_database_takes_is_known_to_be_broken(value: object) -> None:
    """It would be pulled again and again, and hold up all that is behind it: of it only that it came is kept."""
    found = raw_message({**payload("text"), "more": value})
    assert found.id == raw("text").id
    assert "message" not in found.body
    with pytest.raises(Unparseable):
        parse(found)


def test_who_comes_in_may_be_greeted() -> None:
    """The code is there once, and says until when."""
    assert welcome_code(raw("enter")) == "wel_5f1c9ee0a7"
    assert [welcome_code(raw(name)) for name in ("enter_again", "text")] == ["", ""]
    at = sent_at(raw("enter"))
    assert at is not None
    assert at.isoformat() == AT


@pytest.mark.parametrize(
    ("name", "media"),
    [("image", Media.PHOTO), ("voice", Media.VOICE), ("video", Media.VIDEO), ("file", Media.DOCUMENT), ("text", None)],
)
def test_files_lie_with_the_platform(name: str, media: Media | None) -> None:
    """A file is known by its media id until it was fetched; then the message has it."""
    file, known = remote_file(raw(name)), raw(name)
    assert (file.media if file else None) is media
    if file:
        kept = {**known.body, "files": {file.id: {"hash": "ab" * 32, "media": "document", "name": "合同.pdf"}}}
        [one] = getattr(parse(replace(known, body=kept)), "files", ())
        assert one == Attachment("ab" * 32, Media.DOCUMENT, "合同.pdf")


@pytest.mark.parametrize(
    "change",
    [
        {"open_kfid": None},
        {"external_userid": "a/b"},
        {"text": "words"},
        {"msgtype": "image"},
        {"msgtype": "location", "location": {"latitude": "31", "longitude": 121}},
        {"msgtype": "event", "origin": 4, "event": {"event_type": "msg_send_fail", "fail_msgid": ["a"]}},
    ],
)
def test_what_cannot_be_understood_is_set_aside(change: dict[str, Any]) -> None:
    """It was kept, and says so when it is read."""
    found = raw_message({**payload("text"), **change})
    with pytest.raises(Unparseable):
        parse(found)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one, max_size=2))
NAMES = ["msgtype", "origin", "event", "text", "image", "external_userid", "send_time", "location"]


@given(st.dictionaries(st.sampled_from(NAMES), JSON | st.dictionaries(st.sampled_from(["event_type"]), JSON)))
def test_nothing_else_ever_escapes(more: dict[str, Any]) -> None:
    """Whatever stands in a message, it is understood, ignored, or called unparseable."""
    try:
        found = raw_message({**payload("text"), **more})
        welcome_code(found), sent_at(found), parse(found)
    except Unparseable:
        pass
