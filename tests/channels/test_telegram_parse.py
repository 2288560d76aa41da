"""Telegram's updates as messages without a dialect: captured ones, wrong ones, and the library as a witness."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Message, Update

from bot.channels.telegram_parse import message_of, parse, raw_body, raw_update, spoken
from bot.channels.telegram_said import KINDS, file_of
from domain.chat import Attachment, Event, Inbound, Media, Place
from domain.errors import Unparseable
from tests.channels.telegram_payloads import BOT_ID, ME, names, payload, raw

HANA, ADA, SAM = "5213847706", "1187326640", "398214055"
FORUM, GROUP, SUPER = "-1002148839275", "-4519283746", "-1002290013378"

in_private = {"chat": HANA, "account": HANA, "locale": "zh-CN", "name": "李 女士"}
of_ada = {"chat": ADA, "account": ADA, "locale": "zh-Hant", "name": "雅妲"}
ada_in_group = {"chat": GROUP, "account": ADA, "locale": "zh-Hant", "name": "雅妲", "group": True}
ada_in_super = {**ada_in_group, "chat": SUPER}
in_forum = {"chat": FORUM, "group": True, "topics": True}
sam_in_topic = {**in_forum, "account": SAM, "locale": "en", "name": "Sam", "thread": "611"}
masked = {"chat": SUPER, "account": "nobody", "group": True, "event": Event.ANONYMOUS}
moved = {"chat": GROUP, "account": "nobody", "group": True, "event": Event.MOVED, "args": {"to": SUPER}}


def change(name: str, event: Event, **title: str) -> dict[str, Any]:
    """What a change of our place in a chat says: what became of it, of which chat, and when."""
    at = datetime.fromtimestamp(payload(name)["my_chat_member"]["date"], UTC)
    return {"event": event, "args": {**title, "at": at.isoformat()}}


small_group = {"title": "客服小群"}
big_group = {"title": "匠到客服群"}

# what is understood of each captured update: all that differs from nothing
UNDERSTOOD: dict[str, dict[str, Any]] = {
    "text": {**in_private, "text": "厨房水龙头滴水，关不紧\n已经三天了 😟"},
    "text_entities": {**in_private, "text": "see https://example.com/a?b=1 and call me"},
    "start": {**of_ada, "text": "/start ABCDE-FGH23"},
    "reply": {**in_private, "text": "就是这个", "reply_to": "1040"},
    "photo": {**in_private, "text": "漏水的地方"},
    "photo_large": in_private,
    "album_one": {**in_private, "text": "两张照片", "album": "13741928377260011"},
    "album_two": {**in_private, "album": "13741928377260011"},
    "video": {**in_private, "text": "听声音"},
    "voice": in_private,
    "audio": in_private,
    "video_note": in_private,
    "document": {**in_private, "text": "合同"},
    "animation": in_private,
    "sticker": {**in_private, "text": "👍"},
    "dice": {**in_private, "text": "🎲"},
    "location": {**in_private, "text": "31.2304, 121.4737"},
    "venue": {**in_private, "text": "东方明珠\n世纪大道1号\n31.2397, 121.4998"},
    "contact_own": {**in_private, "text": "+8613800138000", "phone": "+8613800138000", "reply_to": "1030"},
    "contact_other": {**in_private, "text": "王师傅 +8613912345678"},
    "contact_own_forwarded": {**in_private, "text": "李 +8613800138000", "forwarded": True},
    "forward_user": {**of_ada, "text": "/invite", "forwarded": True},
    "forward_channel": {**in_private, "text": "周末活动", "forwarded": True},
    "poll": {**in_private, "refused": ("kind",)},
    "story": {**in_private, "refused": ("kind",)},
    "edited": {**in_private, "text": "厨房水龙头滴水，关不紧，四天了", "edited": True},
    "edited_command": {**of_ada, "text": "/bindcode", "edited": True},
    "press": {**in_private, "press": "k3J9xQ2bTfWm"},
    "press_old": {**in_private, "press": "k3J9xQ2bTfWm"},
    "press_forged": {**in_private, "press": "?"},
    "press_in_topic": {**of_ada, **in_forum, "press": "Zx81QaRtp0Lm", "thread": "611"},
    "group_press_by_anonymous": {**ada_in_super, "press": "Zx81QaRtp0Lm"},
    "topic_message": {**sam_in_topic, "text": "我来联系"},
    "topic_reply": {**sam_in_topic, "text": "明天可以吗", "reply_to": "733"},
    "topic_root_bare": {**sam_in_topic, "text": "好的"},
    "general_reply_thread": {**sam_in_topic, "text": "大家好", "reply_to": "650", "thread": ""},
    "group_command": {**ada_in_group, "text": "/bind@Jiangdao_Bot K7M2P"},
    "group_start_link": {**ada_in_group, "text": "/start@jiangdao_bot K7M2PQ9XYZ"},
    "group_anonymous_admin": {**masked, "text": "/queue@jiangdao_bot"},
    "group_anonymous_talk": masked,
    "group_as_channel": {**masked, "text": "/queue"},
    "group_auto_forward": masked,
    "migrated_from_old": moved,
    "migrated_in_new": moved,
    "blocked": {**in_private, **change("blocked", Event.BLOCKED)},
    "unblocked": {**in_private, **change("unblocked", Event.UNBLOCKED)},
    "added": {**ada_in_group, **change("added", Event.ADDED, **small_group)},
    "promoted": {**of_ada, **in_forum, **change("promoted", Event.ADDED, **big_group)},
    "promoted_by_anonymous": {**masked, **change("promoted_by_anonymous", Event.ADDED, **small_group), "name": "Group"},
    "restricted": {**ada_in_super, **change("restricted", Event.REMOVED, **small_group)},
    "removed": {**ada_in_group, **change("removed", Event.REMOVED, **small_group)},
    "kicked": {**of_ada, **in_forum, **change("kicked", Event.REMOVED, **big_group)},
}

# what is none of our business, and why
IGNORED = {
    "location_live_moves": "a position that is shared live moves every few seconds",
    "group_command_for_other": "it is said to another bot",
    "group_other_bot": "bots have no rights",
    "group_members": "somebody came",
    "group_left": "somebody went",
    "group_title": "the group has another name",
    "group_pinned": "something was pinned",
    "pinned_in_private": "something was pinned",
    "topic_closed": "we closed it ourselves",
    "press_inline": "none of our messages bears this button",
    "channel_admin": "nobody talks to us in a channel",
    "channel_post": "nobody talks to us in a channel",
    "reaction": "a reaction asks for nothing",
    "poll_answer": "the poll was somebody else's",
    "inline_query": "we answer nowhere but in our chats",
    "unknown_kind": "it was invented after us",
}

# the file of each captured update that has one
REMOTE = {
    "photo": ("AQADQw", 161904, Media.PHOTO, ""),
    "photo_large": ("AQADTy", 161904, Media.PHOTO, ""),
    "album_one": ("AQADRw", 161904, Media.PHOTO, ""),
    "album_two": ("AQADSw", 161904, Media.PHOTO, ""),
    "video": ("AgADfRIAAsvideo", 3482190, Media.VIDEO, "IMG_2031.MP4"),
    "voice": ("AgADgBIAAsvoice", 14927, Media.VOICE, ""),
    "audio": ("AgADgRIAAsaudio", 501337, Media.VOICE, "水管声.mp3"),
    "video_note": ("AgADghIAAsnote", 402771, Media.VIDEO, ""),
    "document": ("AgADgxIAAsdoc", 188202, Media.DOCUMENT, "合同 2026.pdf"),
    "animation": ("AgADhBIAAsanim", 77312, Media.DOCUMENT, "drip.mp4"),
}


def said(inbound: Inbound | None) -> dict[str, Any]:
    """What differs from nothing."""
    assert inbound
    known = {one.name: getattr(inbound, one.name) for one in fields(inbound) if one.name not in ("id", "place")}
    return {"chat": inbound.place.chat, **{name: value for name, value in known.items() if value}}


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_a_captured_update_is_understood(name: str) -> None:
    """Each kind of update becomes exactly what it says, and nothing that it does not say."""
    wanted = {field: value for field, value in UNDERSTOOD[name].items() if value}

    assert said(parse(raw(name))) == wanted


@pytest.mark.parametrize("name", IGNORED)
def test_what_is_none_of_our_business_is_ignored(name: str) -> None:
    """Service messages, other bots, channels and kinds that we do not know cause nothing."""
    assert parse(raw(name)) is None


def test_every_captured_update_has_its_place_here() -> None:
    """No captured update is left without a word on what is made of it."""
    assert sorted([*UNDERSTOOD, *IGNORED]) == names()


def test_the_identity_is_the_bots_and_the_updates() -> None:
    """The same update of the same bot has one id, wherever it came in."""
    update = payload("text")

    assert raw(update).id == f"telegram:{BOT_ID}:{update['update_id']}"
    assert raw_body(BOT_ID, json.dumps(update).encode(), ME) == raw(update)
    assert raw(update).place == Place("telegram", HANA)
    assert parse(raw(update)).id == raw(update).id


@pytest.mark.parametrize("name", names())
def test_the_library_reads_the_same(name: str) -> None:
    """Where python-telegram-bot can read an update, it sees the same chat, sender, words, reply and topic."""
    kept = raw(name)
    understood = parse(kept)
    try:
        update = Update.de_json(payload(name), bot=None)
    except TypeError:  # a field that nobody here looks at is absent
        return
    message = update.message or update.edited_message
    if understood is None or message is None or understood.event is Event.MOVED:
        return
    assert understood.place.chat == str(message.chat.id)
    assert understood.account in (str(message.from_user.id), "nobody")
    assert understood.text in ("", message.text, message.caption) or not (message.text or message.caption)
    assert understood.thread == (str(message.message_thread_id) if message.is_topic_message else "")
    assert understood.forwarded == bool(message.forward_origin and not message.sender_chat)
    assert understood.album == (message.media_group_id or "")
    assert_same_file(kept, message)


def assert_same_file(kept: Any, message: Message) -> None:
    found = [getattr(message, kind) for kind in KINDS if getattr(message, kind)]
    remote = file_of(message_of(kept))
    known = [one.file_unique_id for one in (found[0] if isinstance(found[0], tuple) else found[:1])] if found else []
    assert (remote.unique in known) if remote else not known


@pytest.mark.parametrize("name", REMOTE)
def test_the_file_of_a_message_is_found(name: str) -> None:
    """The largest photo that the platform hands out, or the one file, with a name that is none of a folder."""
    remote = file_of(message_of(raw(name)))

    assert remote
    assert (remote.unique, remote.size, remote.media, remote.name) == REMOTE[name]


def test_what_was_fetched_is_shown() -> None:
    """A file that is kept stands in the message by its hash, one that is not by its reason."""
    digest = "ab" * 32
    kept = {"AQADQw": {"hash": digest, "media": "photo", "name": "leak.jpg"}}

    assert parse(raw("photo", files=kept)).files == (Attachment(digest, Media.PHOTO, "leak.jpg"),)
    assert parse(raw("photo", files={"AQADQw": {"refused": "too-big"}})).refused == ("too-big",)
    assert parse(raw("photo", files={"AQADQw": {"refused": "no-space"}})).text == "漏水的地方"


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("zh", "zh-CN"),
        ("zh-hans", "zh-CN"),
        ("zh-cn", "zh-CN"),
        ("zh-hant", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh-hk", "zh-Hant"),
        ("en-GB", "en"),
        ("pt-br", "pt-br"),
        ("", ""),
        (None, ""),
        ("<b>", ""),
        (7, ""),
    ],
)
def test_the_language_of_the_client_is_one_of_ours(tag: object, locale: str) -> None:
    """Chinese and English become our locales; another language stays what it is, and nonsense is none."""
    assert spoken(tag) == locale


def changed(name: str, path: str, value: object) -> Any:
    """A captured update with one value replaced."""
    update = payload(name)
    *way, last = path.split(".")
    inner = update
    for step in way:
        inner = inner[step]
    inner[last] = value
    return raw(update)


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("text", "message", "hello"),
        ("text", "message.chat", None),
        ("text", "message.chat.id", "5213847706"),
        ("text", "message.chat.id", True),
        ("text", "message.from", None),
        ("text", "message.from.id", [1]),
        ("text", "message.from.first_name", {"a": 1}),
        ("text", "message.text", 7),
        ("album_two", "message.photo", [7]),
        ("album_two", "message.photo", {"file_id": "x"}),
        ("voice", "message.voice.file_id", 3),
        ("voice", "message.voice.file_unique_id", ""),
        ("location", "message.location.latitude", "north"),
        ("location", "message.location.longitude", 1e300),
        ("topic_reply", "message.message_thread_id", "611"),
        ("reply", "message.reply_to_message.message_id", None),
        ("migrated_from_old", "message.migrate_to_chat_id", "elsewhere"),
        ("press", "callback_query.from", 5),
        ("blocked", "my_chat_member.new_chat_member", None),
    ],
)
def test_a_wrong_update_is_refused(name: str, path: str, value: object) -> None:
    """What is not of the promised shape is Unparseable and never a guess."""
    with pytest.raises(Unparseable):
        parse(changed(name, path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("message.entities", "none"),
        ("message.reply_to_message", {"message_id": 5, "poll": {}, "chat": 3}),
        ("message.via_bot", {"id": "x"}),
        ("message.link_preview_options", []),
        ("message.date", -(2**62)),
        ("message.invented", {"deep": [[[[{}]]]]}),
    ],
)
def test_what_nobody_reads_cannot_spoil_a_message(path: str, value: object) -> None:
    """A fault in a field that says nothing to us does not cost the words beside it."""
    assert parse(changed("text", path, value)).text.startswith("厨房水龙头")


def test_text_is_freed_from_what_cannot_be_kept() -> None:
    """NUL, half characters and control signs go; lines, emoji and 4096 characters stay."""
    spoiled = "a\0b\ud83dc\x1b[0m\n" + "水" * 5000

    text = parse(changed("text", "message.text", spoiled)).text

    assert text.startswith("abc[0m\n水")
    assert len(text) == 4096


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b'{"update_id": 9, "message": {"text": ', True),
        (b'[{"update_id": 9}]', True),
        (b'{"update_id": 9, "a": ' + b"[" * 9000 + b"]" * 9000 + b"}", True),
        (b'{"update_id": 9, "a": ' + b'{"a":' * 40 + b"1" + b"}" * 40 + b"}", True),
        (b'{"update_id": 9, "a": [' + b"1," * 9000 + b"1]}", True),
        (b'{"update_id": 9, "a": 1e999}', True),
        (b'{"update_id": 9, "a": NaN}', True),
        (b'{"update_id": 9, "a": 123456789012345678901234567890}', True),
        (b'\xff\xfe{"update_id": 9}', True),
        (b'{"update_id": "9"}', False),
        (b'{"update_id": true}', False),
        (b'{"message": {}}', False),
        (b"", False),
        (b"null", False),
        (b"<html></html>", False),
    ],
)
def test_a_body_that_is_no_update_is_kept_if_it_can_be_known_again(body: bytes, kept: bool) -> None:
    """With an update_id it is kept as text and set aside; without one a copy could not be told, so it is refused."""
    if not kept:
        with pytest.raises(Unparseable):
            raw_body(BOT_ID, body)
        return
    found = raw_body(BOT_ID, body)
    assert found.id == f"telegram:{BOT_ID}:9"
    json.dumps(found.body, allow_nan=False)
    with pytest.raises(Unparseable):
        parse(found)


def test_a_command_is_ours_while_our_name_is_unknown() -> None:
    """Before the platform has told our name, a command with a bot's name is taken as said to us."""
    nameless = raw_update(BOT_ID, payload("group_command_for_other"))

    assert parse(nameless).text == "/help@weather_now_bot"


@pytest.mark.parametrize(("name", "group"), [("group_command", True), ("text", False)])
def test_a_group_with_a_name_is_public(name: str, group: bool) -> None:
    """Whoever knows a group's public name reads along; a person's own name says nothing of the kind."""
    update = payload(name)
    chat = update["message"]["chat"]
    chat.pop("username", None)
    assert parse(raw(update)).public is False
    chat["username"] = "open"
    assert parse(raw(update)).public is group
