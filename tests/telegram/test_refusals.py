"""What the fake refuses, in Telegram's words: a row for each."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.telegram.media import document, huge, photo
from tests.telegram.refusals import TEXTS
from tests.telegram.stage import stage

A = "😀" * 2048  # 4096 units
KEY = [[{"text": "是", "callback_data": "t"}]]


def buttons(*keys: dict[str, Any]) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": [[key] for key in keys]}}


def text(chat: str = "hana", text: str = "你好", **more: Any) -> tuple[str, dict[str, Any]]:
    return "sendMessage", {"chat_id": chat, "text": text, **more}


def html(given: str) -> tuple[str, dict[str, Any]]:
    return text(text=given, parse_mode="HTML")


def edit(message: str, text: str = "新", **more: Any) -> tuple[str, dict[str, Any]]:
    return "editMessageText", {"chat_id": "hana", "message_id": message, "text": text, **more}


def topic(verb: str, thread: str, chat: str = "forum") -> tuple[str, dict[str, Any]]:
    return f"{verb}ForumTopic", {"chat_id": chat, "message_thread_id": thread}


def make_topic(chat: str, name: str = "R-1") -> tuple[str, dict[str, Any]]:
    return "createForumTopic", {"chat_id": chat, "name": name}


def send(kind: str, data: bytes, **more: Any) -> tuple[str, dict[str, Any]]:
    return f"send{kind.title()}", {"chat_id": "hana", "files": {kind: ("a", data)}, **more}


def album(*kinds: str, **more: Any) -> tuple[str, dict[str, Any]]:
    media = [{"type": kind, "media": f"attach://f{index}", **more} for index, kind in enumerate(kinds)]
    files = {f"f{index}": ("a.jpg", photo()) for index in range(len(kinds))}
    return "sendMediaGroup", {"chat_id": "hana", "media": media, "files": files or None}


def commands(name: str = "help", description: str = "帮助", **more: Any) -> tuple[str, dict[str, Any]]:
    return "setMyCommands", {"commands": [{"command": name, "description": description}], **more}


def markup(problem: str) -> str:
    return f"Bad Request: can't parse entities: {problem}"


ROWS = [
    ("chat", text("404")),
    ("chat", ("getChat", {"chat_id": "@nobody"})),
    ("never-started", text("stranger")),
    ("blocked", text("blocker")),
    ("deactivated", text("gone")),
    ("to-bot", text("robot")),
    ("kicked-supergroup", text("out")),
    ("migrated", text("moved")),
    ("muted", text("mute")),
    ("user", ("getChatMember", {"chat_id": "forum", "user_id": "stranger"})),
    ("private-admins", ("getChatAdministrators", {"chat_id": "hana"})),
    ("leave-private", ("leaveChat", {"chat_id": "hana"})),
    ("topic-closed", text("forum", message_thread_id="closed")),
    ("topic-deleted", text("forum", message_thread_id="deleted")),
    ("topic-deleted", text("forum", message_thread_id="1")),
    ("topic-deleted", text("plain", message_thread_id="7")),
    ("topic-closed", ("sendPhoto", {"chat_id": "forum", "message_thread_id": "closed", "files": {"photo": photo()}})),
    ("topic-id", topic("close", "deleted")),
    ("topic-same", topic("close", "closed")),
    ("topic-same", topic("reopen", "topic")),
    ("topic-name", make_topic("forum", " ")),
    ("topic-name-long", make_topic("forum", "长" * 129)),
    ("not-forum", make_topic("plain")),
    ("not-supergroup", make_topic("basic")),
    ("empty", text(text="")),
    ("empty", text(text=" \n ")),
    ("empty", html("<b></b>")),
    ("long", text(text=A + "a")),
    ("caption-long", send("photo", photo(), caption="a" * 1025)),
    ("parse-mode", text(parse_mode="Text")),
    ("reply", text(reply_parameters={"message_id": 999})),
    ("button-empty", text(**buttons({"text": " ", "callback_data": "t"}))),
    ("button-data", text(**buttons({"text": "是", "callback_data": ""}))),
    ("button-data", text(**buttons({"text": "是", "callback_data": "好" * 22}))),
    ("button-kinds", text(**buttons({"text": "是"}))),
    ("button-url", text(**buttons({"text": "看", "url": "http://localhost/x"}))),
    ("buttons-many", text(**buttons(*[{"text": "是", "callback_data": "t"}] * 101))),
    ("contact-group", text("forum", reply_markup={"keyboard": [[{"text": "手机号", "request_contact": True}]]})),
    ("file-empty", send("document", b"")),
    ("file-id", ("sendPhoto", {"chat_id": "hana", "photo": "AgACunknown"})),
    ("file-id", ("getFile", {"file_id": "AgACunknown"})),
    ("photo-bytes", send("photo", document())),
    ("photo-shape", send("photo", photo(width=2100, height=100))),
    ("album-none", album()),
    ("album-few", album("photo")),
    ("album-many", album(*["photo"] * 11)),
    ("album-mixed", album("photo", "document")),
    ("album-kind", album("photo", "animation")),
    ("file-missing", ("sendMediaGroup", {"chat_id": "hana", "media": [{"type": "photo", "media": "attach://x"}] * 2})),
    ("caption-long", album("photo", "photo", caption="a" * 1025)),
    ("edit-unknown", edit("999")),
    ("edit-foreign", edit("foreign")),
    ("edit-foreign", edit("old")),
    ("edit-same", edit("ours", "今天")),
    ("edit-same", ("editMessageReplyMarkup", {"chat_id": "hana", "message_id": "ours"})),
    ("edit-no-caption", ("editMessageCaption", {"chat_id": "hana", "message_id": "ours", "caption": "x"})),
    ("empty", edit("ours", "")),
    ("long", edit("ours", A + "a")),
    ("delete-unknown", ("deleteMessage", {"chat_id": "hana", "message_id": "999"})),
    ("query-old", ("answerCallbackQuery", {"callback_query_id": "1"})),
    ("command", commands("Help")),
    ("command-description", commands(description="")),
    ("language", commands(language_code="zh-hant")),
    ("chat", commands(scope={"type": "chat", "chat_id": 404})),
    ("webhook-url", ("setWebhook", {"url": "http://example.com/"})),
    ("webhook-secret", ("setWebhook", {"url": "https://example.com/", "secret_token": "ä"})),
]
ELSEWHERE = {  # tested below, with more than a call
    "token", "method", "throttled", "second-poller", "webhook-active", "parameter", "markup", "topic-rights",
    "topic-change-rights", "photo-size", "file-big", "too-large", "edit-no-text", "delete-foreign", "query-text",
    "commands-many", "kicked-group", "left-group", "left-supergroup",
}  # fmt: skip
BROKEN = [
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("漏<b>x</i>", 'Unmatched end tag at byte offset 7, expected "</b>", found "</i>"'),
    ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ("a < b", "Unclosed start tag at byte offset 2"),
    ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
    ("<br/>", 'Unsupported start tag "br" at byte offset 0'),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
]


def test_every_refusal_has_a_row() -> None:
    """No refusal of the fake goes without a test."""
    assert {name for name, _ in ROWS} | ELSEWHERE == set(TEXTS)


async def test_each_row_is_refused_in_telegrams_words() -> None:
    """What Telegram refuses is refused with its code and its words, and changes nothing."""
    async with stage() as here:
        for name, (method, params) in ROWS:
            known = {key: here.places.get(one, one) if isinstance(one, str) else one for key, one in params.items()}
            sent = len(here.fake.journal.of("sent"))
            body = await here.call(method, **known)
            code, words = TEXTS[name]
            assert body["error_code"] == code, (name, body)
            assert body["description"].startswith(words.split("{")[0]), (name, body)
            assert len(here.fake.journal.of("sent")) == sent, name


async def test_a_moved_group_names_its_new_id() -> None:
    """Who writes to a group that became a supergroup is told where it is now."""
    async with stage() as here:
        body = await here.call("sendMessage", chat_id=here.places["moved"], text="x")
        assert body["parameters"] == {"migrate_to_chat_id": here.places["new"]}
        assert (await here.call("sendMessage", chat_id=here.places["new"], text="x"))["ok"]


async def test_broken_markup_is_refused_with_its_place() -> None:
    """HTML that does not nest, has unknown tags or stray signs is refused, and where."""
    async with stage() as here:
        for given, problem in BROKEN:
            method, params = html(given)
            assert await here.refused(method, **{**params, "chat_id": here.hana.id}) == markup(problem)


async def test_good_markup_becomes_words_and_entities() -> None:
    """Tags become entities counted in UTF-16 units, signs stand for themselves, and plain text is not parsed."""
    async with stage() as here:
        given = '😀 <b>漏 &lt;<i>水</i>&gt;</b> &amp; <a href="https://a.cn">看</a> &nbsp;'
        sent = (await here.call("sendMessage", chat_id=here.hana.id, text=given, parse_mode="HTML"))["result"]
        assert sent["text"] == "😀 漏 <水> & 看 &nbsp;"
        found = [(one["type"], one["offset"], one["length"]) for one in sent["entities"]]
        assert found == [("bold", 3, 5), ("italic", 6, 1), ("text_link", 11, 1)]
        plain = (await here.call("sendMessage", chat_id=here.hana.id, text="<b>"))["result"]
        assert plain["text"] == "<b>"


async def test_the_longest_that_is_allowed_is_taken() -> None:
    """Lengths are counted in UTF-16 units after the markup is gone; a token may have 64 bytes."""
    async with stage() as here:
        long = await here.call(
            "sendMessage", chat_id=here.hana.id, text=f"<b>{A}</b>", parse_mode="HTML",
            **buttons({"text": "是", "callback_data": "x" * 64}),
        )  # fmt: skip
        assert long["ok"]
        kinds = {"chat_id": here.hana.id, "caption": "a" * 1024}
        assert (await here.call("sendPhoto", files={"photo": ("a.jpg", photo())}, **kinds))["ok"]


async def test_files_over_the_limits_are_refused() -> None:
    """A photo of more than 10 MB is refused, and what is over 20 MB can be sent to the bot but not fetched."""
    async with stage() as here:
        big = photo() + bytes(10 * 1024 * 1024)
        why = await here.refused("sendPhoto", chat_id=here.hana.id, files={"photo": ("a.jpg", big)})
        assert why.endswith("is too big for a photo; the maximum size is 10485760 bytes")
        post = await here.hana.sends_document(huge(20 * 1024 * 1024 + 1), "a.pdf")
        file_id = post.json["document"]["file_id"]
        assert await here.refused("getFile", file_id=file_id) == "Bad Request: file is too big"
        assert await here.refused(
            "sendDocument", chat_id=here.hana.id, files={"document": ("a.pdf", huge(50 * 1024 * 1024 + 1))}
        ) == TEXTS["too-large"][1]  # fmt: skip


async def test_without_rights_a_bot_makes_no_topics() -> None:
    """A bot that is no administrator, or may not manage topics, neither makes nor closes them."""
    async with stage() as here:
        forum = here.forum
        for rights in ((), ("can_delete_messages",)):
            await forum.rights(*rights)
            name, params = make_topic("forum")
            assert await here.refused(name, **{**params, "chat_id": forum.id}) == TEXTS["topic-rights"][1]
            name, params = topic("close", str(here.places["topic"]))
            closing = await here.refused(name, **{**params, "chat_id": forum.id})
            assert closing == "Bad Request: not enough rights to close the topic"


async def test_leaving_and_being_kicked_differ() -> None:
    """A group says whether the bot left or was thrown out."""
    async with stage() as here:
        left, kicked, plain = (here.fake.groups[name] for name in ("小群", "禁言群", "大群"))
        await here.call("leaveChat", chat_id=left.id)
        await kicked.remove_bot()
        await plain.remove_bot(kicked=False)
        told = [await here.refused("sendMessage", chat_id=one.id, text="x") for one in (left, kicked, plain)]
        assert told == [TEXTS[name][1] for name in ("left-group", "kicked-group", "left-supergroup")]


async def test_photos_have_captions_and_no_text() -> None:
    """The text of a photo cannot be edited, its caption can; what others wrote cannot be deleted without the right."""
    async with stage() as here:
        sent = await here.call("sendPhoto", chat_id=here.hana.id, files={"photo": ("a.jpg", photo())})
        at = {"chat_id": here.hana.id, "message_id": sent["result"]["message_id"]}
        assert await here.refused("editMessageText", text="x", **at) == TEXTS["edit-no-text"][1]
        assert (await here.call("editMessageCaption", caption="完工", **at))["result"]["caption"] == "完工"
        said = await here.hana.says("@jiangdao_test_bot", here.fake.groups["禁言群"])
        here.fake.groups["禁言群"].chat.muted = False
        deleting = {"chat_id": said.chat.id, "message_id": said.id}
        assert await here.refused("deleteMessage", **deleting) == TEXTS["delete-foreign"][1]


async def test_a_press_is_answered_once_and_soon() -> None:
    """A second answer, one after fifteen seconds, and one that is too long are refused."""
    async with stage() as here:
        await here.call("sendMessage", chat_id=here.hana.id, text="?", reply_markup={"inline_keyboard": KEY})
        first, second, third = [await here.hana.presses("是") for _ in range(3)]
        assert (await here.call("answerCallbackQuery", callback_query_id=first))["ok"]
        assert await here.refused("answerCallbackQuery", callback_query_id=first) == TEXTS["query-old"][1]
        assert (
            await here.refused("answerCallbackQuery", callback_query_id=third, text="长" * 201)
            == "Bad Request: MESSAGE_TOO_LONG"
        )
        here.watch.move(16)
        assert await here.refused("answerCallbackQuery", callback_query_id=second) == TEXTS["query-old"][1]


async def test_too_many_commands_are_refused() -> None:
    """A menu has at most a hundred lines, and is kept by scope and language."""
    async with stage() as here:
        one = {"command": "help", "description": "帮助"}
        assert await here.refused("setMyCommands", commands=[one] * 101) == TEXTS["commands-many"][1]
        scope = {"type": "chat", "chat_id": here.hana.id}
        await here.call("setMyCommands", commands=[one], scope=scope, language_code="zh")
        assert here.fake.chats.commands == {(f"chat:{here.hana.id}", "zh"): [one]}
        assert (await here.call("getMyCommands", scope=scope, language_code="zh"))["result"] == [one]


async def test_a_wrong_token_is_nobody() -> None:
    """Another token is not let in, neither to methods nor to files."""
    async with stage() as here:
        for path in ("/bot1:x/getMe", "/file/bot1:x/photos/1"):
            answer = await here.client.get(here.fake.base_url + path)
            assert (answer.status_code, answer.json()["description"]) == (401, "Unauthorized")


WRONG = [
    ("sendMesage", {}, "unknown method"),
    ("sendMessage", {"chat_id": 1}, "sendMessage: text is missing"),
    ("sendMessage", {"chat_id": 1, "text": "x", "disable_web_page_preview": True}, "is unknown"),
    ("sendMessage", {"chat_id": 1, "text": "x", "message_thread_id": "abc"}, "is not an integer"),
    ("sendMessage", {"chat_id": 1, "text": "x", "protect_content": "maybe"}, "is not a boolean"),
    ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": "{"}, "is not JSON"),
    ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [{"text": "x"}]}}, "is not a list"),
    (
        "sendMessage",
        {"chat_id": 1, "text": "x", **buttons({"text": "x", "callback_data": "t", "colour": "red"})},
        "InlineKeyboardButton.colour is unknown",
    ),
    (
        "sendMessage",
        {"chat_id": 1, "text": "x", **buttons({"text": "x", "callback_data": "t", "style": "red"})},
        "style cannot be 'red'",
    ),
    ("setMyCommands", {"commands": [{"command": "x"}]}, "BotCommand.description is missing"),
    ("sendMediaGroup", {"chat_id": 1, "media": [{"type": "voice", "media": "x"}]}, "type cannot be 'voice'"),
]


async def test_what_the_manual_does_not_know_fails_the_test() -> None:
    """An unknown method or parameter, a missing one, or one of a wrong type is refused and remembered."""
    async with stage(strict=False) as here:
        for method, params, what in WRONG:
            body = await here.call(method, **params)
            assert body["error_code"] == (404 if what == "unknown method" else 400)
            assert what in here.fake.violations[-1].what
        assert len(here.fake.violations) == len(WRONG)


async def test_a_violation_fails_the_test_at_its_end() -> None:
    """Whoever does not look at the answers finds out all the same."""
    with pytest.raises(AssertionError, match="unknown method"):
        async with stage() as here:
            await here.call("sendMesage")


async def test_the_body_may_be_json_as_well() -> None:
    """A call with JSON for a body is read like a form."""
    async with stage() as here:
        url = f"{here.fake.base_url}/bot{here.fake.token}/sendMessage"
        answer = await here.client.post(url, json={"chat_id": here.hana.id, "text": "你好"})
        assert json.loads(answer.content)["result"]["text"] == "你好"
        answers = await asyncio.gather(*[here.client.get(f"{url}?chat_id={here.hana.id}&text={n}") for n in range(3)])
        assert sorted(one.json()["result"]["text"] for one in answers) == ["0", "1", "2"]
