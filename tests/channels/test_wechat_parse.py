"""The Official Account's callbacks, understood: each kind of them, and what cannot be."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.tencent_said import fields_of
from bot.channels.tencent_xml import fields, text
from bot.channels.wechat_parse import MESSAGES, file_of, parse, raw_message
from domain.chat import Attachment, Event, Inbound, Media, Place
from domain.errors import Unparseable
from tests.channels.wechat_payloads import OPENID, names, payload, raw, raw_of

HERE = Place("wechat", OPENID)
AT = {"at": "2026-11-22T02:00:00+00:00"}
IGNORED = set("view location_event template_done subscribe_msg_sent".split())
ASKED, OTHER = "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc", "9nLIlbOQZC5Y89AZteFEux3WCXRRRG5Wfzkpssu4bLI"
MEDIA = {"image": Media.PHOTO, "voice": Media.VOICE, "voice_speex": Media.VOICE, "video": Media.VIDEO}

SAID = {
    "text": {"text": "厨房水龙头一直滴水,很急,明天下午有空"},
    "text_emoji": {"text": "漏水了😭👨‍👩‍👧 /:bye [流泪] <b>急</b> & ]]> שלום"},
    "text_choice": {"press": "k3Jd8sPqLmZx.1", "touch": True},
    "text_choice_foreign": {"press": "?", "touch": True},
    "text_unsupported": {"refused": ("unseen",)},
    "image": {},
    "voice": {},
    "voice_speex": {"text": "水龙头坏了。"},
    "video": {},
    "shortvideo": {},
    "location": {"text": "浦东新区世纪大道100弄\n31.22, 121.54"},
    "link": {"text": "人工\n一段介绍\nhttps://mp.weixin.qq.com/s/abc", "forwarded": True},
    "file": {"refused": ("unseen",)},
    "unknown": {"refused": ("unseen",)},
    "subscribe": {"text": "/start", "touch": True},
    "subscribe_scene": {"text": "/start product-FT-2", "touch": True},
    "scan": {"text": "/start ABCDE-FGHJK", "touch": True},
    "click": {"text": "/new", "touch": True},
    "click_other": {"text": "查进度,现在", "touch": True},
    "scancode_waitmsg": {"text": "/invite", "touch": True, "forwarded": True},
    "unsubscribe": {"event": Event.BLOCKED},
    "template_blocked": {"event": Event.UNDELIVERED, "args": {"external": "notice:200163837", "why": "blocked"}},
    "subscribe_msg_popup": {"event": Event.CONSENTED, "args": {**AT, "given": [ASKED], "ended": []}},
    "subscribe_msg_popup_two": {"event": Event.CONSENTED, "args": {**AT, "given": [ASKED], "ended": [OTHER]}},
    "subscribe_msg_change": {"event": Event.CONSENTED, "args": {**AT, "given": [], "ended": [ASKED]}},
    "subscribe_msg_failed": {
        "event": Event.UNDELIVERED,
        "args": {"external": f"notice:{ASKED}", "why": "notice-failed"},
    },
    "template_failed": {"event": Event.UNDELIVERED, "args": {"external": "notice:200163838", "why": "notice-failed"}},
}


@pytest.mark.parametrize("name", names())
def test_each_kind_of_callback_is_understood(name: str) -> None:
    """Words, choices, files, places, links and acts come out as what they are; what says nothing to us is ignored."""
    known = raw(name)
    expected = None if name in IGNORED else replace(Inbound(known.id, HERE, OPENID, args=AT), **SAID[name])

    assert parse(known) == expected


def test_no_two_callbacks_have_the_same_id() -> None:
    """Messages are told apart by their number; events, which have none, by person, second, event and key."""
    kinds = {name: raw(name).id for name in names()}
    events = [id for name, id in kinds.items() if ":e:" in id]

    assert len(set(events)) == len(events)
    assert kinds["click"] == f"wechat:e:{OPENID}:1795312800:CLICK:c84eba962a6c7b67"
    assert kinds["unsubscribe"] == f"wechat:e:{OPENID}:1795312800:unsubscribe:"
    assert kinds["subscribe_scene"] == f"wechat:e:{OPENID}:1795312800:subscribe:qrscene_product-FT-2"
    assert kinds["text"] == f"wechat:m:{OPENID}:24762951012450001"
    assert raw("text").place == HERE


def test_a_redelivery_has_the_same_id() -> None:
    """The same callback read twice is the same raw message, however it was sealed."""
    for name in names():
        assert raw(name) == raw(name)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("text", "<FromUserName><![CDATA[oHana0123456789abcdefghijkl]]></FromUserName>", ""),
        ("text", "oHana0123456789abcdefghijkl", "o:Hana/../"),
        ("text", "<MsgId>24762951012450001</MsgId>", ""),
        ("text", "24762951012450001", "-1"),
        ("text", "gh_0123456789ab", ""),
        ("click", "<CreateTime>1795312800</CreateTime>", ""),
        ("click", "1795312800", "yesterday"),
        ("click", "CLICK", "CL:ICK"),
        ("text", "24762951012450001</MsgId>", "1</MsgId><MsgId>2</MsgId>"),
    ],
)
def test_what_has_no_id_is_not_taken(name: str, old: str, new: str) -> None:
    """Without sender, number or time, or with strange ones, nothing is stored under any id."""
    with pytest.raises(Unparseable):
        raw_of(payload(name), **{old: new})


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("image", "9fA_image-id0123456789", "../../etc/passwd"),
        ("image", "<MediaId><![CDATA[9fA_image-id0123456789]]></MediaId>", ""),
        ("location", "31.220001", "north"),
        ("location", "121.540001", "1e999"),
        ("location", "31.220001", "nan"),
    ],
)
def test_what_is_no_file_or_place_is_unparseable(name: str, old: str, new: str) -> None:
    """A media id goes into an address, and a position is shown: neither is taken as it comes."""
    with pytest.raises(Unparseable):
        parse(raw_of(payload(name), **{old: new}))


def test_a_body_that_is_no_xml_is_unparseable() -> None:
    """Whatever stands in the inbox, parse says Unparseable and nothing else."""
    for xml in ("", "<xml>", "<!DOCTYPE x><xml/>", None, 7):
        with pytest.raises(Unparseable):
            parse(replace(raw("text"), body={"xml": xml}))


@pytest.mark.parametrize("name", sorted(MEDIA))
def test_a_file_is_named_by_its_media_id(name: str) -> None:
    """Pictures, voices and films have a file which lies with the platform; once it was fetched the message has it."""
    known = raw(name)
    file = file_of(fields_of(known))
    assert file is not None
    assert file.media is MEDIA[name]
    kept = {"hash": "ab" * 32, "media": file.media.value, "name": ""}

    assert parse(replace(known, body={**known.body, "files": {file.id: kept}})).files == (
        Attachment("ab" * 32, file.media),
    )
    assert parse(replace(known, body={**known.body, "files": {file.id: {"refused": "lost"}}})).refused == ("lost",)


@settings(max_examples=200)
@given(st.text(max_size=10_000).filter(str.strip))
def test_any_words_come_through_unharmed(said: str) -> None:
    """Whatever can stand in XML arrives as it was written: markup, emoji, right-to-left, ends of CDATA."""
    xml = payload("text").replace("<![CDATA[厨房水龙头一直滴水,很急,明天下午有空]]>", text(said))
    expected = fields(f"<xml><a>{text(said)}</a></xml>")["a"]
    found = parse(raw_message(xml, fields(xml)))

    assert (found.text if found else "") == expected


def test_ten_thousand_signs_come_through() -> None:
    """A long message is not cut."""
    said = "水龙头👨‍👩‍👧 ]]> <a href='x'>" * 500
    xml = payload("text").replace("<![CDATA[厨房水龙头一直滴水,很急,明天下午有空]]>", text(said))

    assert parse(raw_message(xml, fields(xml))).text == said


NAMES = st.sampled_from(
    "ToUserName FromUserName CreateTime MsgType MsgId MsgID Content Event EventKey MediaId Format Location_X Location_Y"
    " Label Title Url Recognition bizmsgmenuid ScanCodeInfo ScanResult Status Ticket".split()
)
WORDS = st.one_of(
    st.sampled_from([OPENID, "gh_0123456789ab", "1795312800", "text", "event", "image", "location", "SCAN", "CLICK"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40),
)
FIELDS = st.recursive(WORDS, lambda inner: st.dictionaries(NAMES, inner, max_size=6) | st.lists(inner, max_size=3))


@settings(max_examples=500)
@given(st.dictionaries(NAMES, FIELDS, max_size=12))
def test_whatever_stands_in_it_is_understood_or_refused(found: dict[str, object]) -> None:
    """Elements that are missing, doubled, nested or strange are Unparseable, and nothing else escapes."""
    with suppress(Unparseable):
        known = raw_message("<xml/>", found)
        read = MESSAGES.get(str(found.get("MsgType", "")).lower())
        if read:
            read(Inbound(known.id, HERE, OPENID), known, found)
