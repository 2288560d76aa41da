"""The methods that change what stands there: edits, presses, topics, menus; and those that ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from tests.telegram.calls import Call
from tests.telegram.chats import DOWNLOAD_BYTES_MAX, Chat, Post, Topic
from tests.telegram.markup import units
from tests.telegram.platform import Platform
from tests.telegram.refusals import Refusal
from tests.telegram.sending import caption_of, markup_of, text_of

ADMIN_RIGHTS = (
    "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_promote_members"
    " can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories can_pin_messages"
    " can_manage_topics"
).split()
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"(?:[a-z]{2})?")
TOPIC_NAME_MAX = 128


def edit_text(here: Platform, call: Call) -> Any:
    post = _editable(here, call)
    if "text" not in post.json:
        raise Refusal("edit-no-text")
    return _changed(here, call, post, ("text", "entities"), text_of(call))


def edit_caption(here: Platform, call: Call) -> Any:
    post = _editable(here, call)
    if not post.media:
        raise Refusal("edit-no-caption")
    return _changed(here, call, post, ("caption", "caption_entities"), caption_of(call.typed))


def edit_buttons(here: Platform, call: Call) -> Any:
    return _changed(here, call, _editable(here, call), (), {})


def _editable(here: Platform, call: Call) -> Post:
    chat = here.chats.writable(call.get("chat_id", ""))
    post = chat.posts.get(call.get("message_id", 0))
    if post is None or post.deleted:
        raise Refusal("edit-unknown")
    age_s = here.clock().timestamp() - post.json["date"]
    if not post.ours or age_s > here.options.edit_max_s:
        raise Refusal("edit-foreign")
    return post


def _changed(here: Platform, call: Call, post: Post, names: tuple[str, ...], body: dict[str, Any]) -> Any:
    """``names`` and the buttons are as the call says now, or gone."""
    body = {**body, **markup_of(call, post.chat)}
    names = (*names, "reply_markup")
    if all(post.json.get(name) == body.get(name) for name in names):
        raise Refusal("edit-same")
    for name in names:
        post.json.pop(name, None)
    post.json |= {**body, "edit_date": int(here.clock().timestamp())}
    post.edits += 1
    facts = {"chat": post.chat.id, "message_id": post.id, "text": post.text, "buttons": post.buttons}
    here.journal.write("edited", method=call.method, **facts)
    return post.json


def delete_message(here: Platform, call: Call) -> bool:
    chat = here.chats.writable(call.get("chat_id"))
    post = chat.posts.get(call.get("message_id"))
    if post is None or post.deleted:
        raise Refusal("delete-unknown")
    if not post.ours and "can_delete_messages" not in chat.rights and not chat.private:
        raise Refusal("delete-foreign")
    post.deleted = True
    return True


def answer_press(here: Platform, call: Call) -> bool:
    """A press can be answered once, and only soon."""
    pressed_at = here.chats.queries.pop(call.get("callback_query_id"), None)
    if pressed_at is None or here.clock() - pressed_at > timedelta(seconds=here.options.press_max_s):
        raise Refusal("query-old")
    if units(call.get("text", "")) > 200:
        raise Refusal("query-text")
    return True


def create_topic(here: Platform, call: Call) -> dict[str, Any]:
    chat = _forum(here, call, "topic-rights")
    name = call.get("name").strip()
    if not name:
        raise Refusal("topic-name")
    if len(name) > TOPIC_NAME_MAX:
        raise Refusal("topic-name-long")
    topic = here.chats.post_topic(chat, name, here.chats.bot)
    return {"message_thread_id": topic.id, "name": name, "icon_color": 7322096}


def _forum(here: Platform, call: Call, without: str, verb: str = "") -> Chat:
    chat = here.chats.find(call.get("chat_id"))
    if chat.type != "supergroup":
        raise Refusal("not-supergroup")
    here.chats.check_member(chat)
    if not chat.forum:
        raise Refusal("not-forum")
    if chat.bot != "administrator" or "can_manage_topics" not in chat.rights:
        raise Refusal(without, verb=verb)
    return chat


def _topic(here: Platform, call: Call, verb: str) -> tuple[Chat, Topic]:
    chat = _forum(here, call, "topic-change-rights", verb=verb)
    topic = chat.topics.get(call.get("message_thread_id"))
    if topic is None or topic.deleted:
        raise Refusal("topic-id")
    return chat, topic


def toggle_topic(here: Platform, call: Call) -> bool:
    """closeForumTopic and reopenForumTopic."""
    verb, opened = ("close", False) if call.method == "closeForumTopic" else ("reopen", True)
    chat, topic = _topic(here, call, verb)
    if topic.open == opened:
        raise Refusal("topic-same")
    topic.open = opened
    said: dict[str, Any] = {"forum_topic_reopened" if opened else "forum_topic_closed": {}}
    here.chats.post(chat, said, here.chats.bot, topic.id)
    return True


def delete_topic(here: Platform, call: Call) -> bool:
    chat, topic = _topic(here, call, "delete")
    topic.deleted = True
    for post in chat.shows(topic.id):
        post.deleted = True
    return True


def set_commands(here: Platform, call: Call) -> bool:
    commands = call.get("commands")
    if len(commands) > 100:
        raise Refusal("commands-many")
    for one in commands:
        if not COMMAND.fullmatch(one["command"]):
            raise Refusal("command")
        if not 1 <= len(one["description"].strip()) <= 256:
            raise Refusal("command-description")
    here.chats.commands[_scope(here, call)] = commands
    return True


def delete_commands(here: Platform, call: Call) -> bool:
    here.chats.commands.pop(_scope(here, call), None)
    return True


def get_commands(here: Platform, call: Call) -> list[dict[str, str]]:
    return here.chats.commands.get(_scope(here, call), [])


def _scope(here: Platform, call: Call) -> tuple[str, str]:
    """«chat:5» and the language, as ``Chats.commands`` has them."""
    scope, language = call.get("scope") or {"type": "default"}, call.get("language_code", "")
    if not LANGUAGE.fullmatch(language):
        raise Refusal("language")
    if "chat_id" in scope:
        here.chats.find(scope["chat_id"])
    return ":".join(str(part) for part in scope.values()), language


def get_chat(here: Platform, call: Call) -> dict[str, Any]:
    chat = here.chats.find(call.get("chat_id"))
    if not chat.private:
        here.chats.check_member(chat)
    full: dict[str, Any] = {"accent_color_id": 0, "max_reaction_count": 11}
    if not chat.private:
        full["permissions"] = {"can_send_messages": not chat.muted}
    return {**chat.json(), **full, "accepted_gift_types": dict.fromkeys(GIFTS, False)}


GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_member(here: Platform, call: Call) -> dict[str, Any]:
    chat, id = here.chats.find(call.get("chat_id")), call.get("user_id")
    if not chat.private:
        here.chats.check_member(chat)
    if id == here.chats.bot["id"]:
        return member_json(here.chats.bot, chat.bot, chat.rights)
    if id not in chat.members:
        raise Refusal("user")
    person, status = chat.members[id]
    return member_json(person, status, set(ADMIN_RIGHTS))


def get_administrators(here: Platform, call: Call) -> list[dict[str, Any]]:
    chat = here.chats.find(call.get("chat_id"))
    if chat.private:
        raise Refusal("private-admins")
    here.chats.check_member(chat)
    found = [(who, status) for who, status in chat.members.values() if status in ("creator", "administrator")]
    return [member_json(who, status, set(ADMIN_RIGHTS)) for who, status in found if not who["is_bot"]]


def member_json(person: Mapping[str, Any], status: str, rights: set[str]) -> dict[str, Any]:
    """A ChatMember."""
    more: dict[str, dict[str, Any]] = {
        "creator": {"is_anonymous": False},
        "administrator": {
            "can_be_edited": False,
            "is_anonymous": False,
            **{name: name in rights for name in ADMIN_RIGHTS},
        },
        "kicked": {"until_date": 0},
    }
    return {"user": dict(person), "status": status, **more.get(status, {})}


def get_file(here: Platform, call: Call) -> dict[str, Any]:
    stored = here.chats.files.get(call.get("file_id"))
    if stored is None:
        raise Refusal("file-id")
    if len(stored.data) > DOWNLOAD_BYTES_MAX:
        raise Refusal("file-big")
    names = {"file_id": call.get("file_id"), "file_unique_id": f"AQAD{stored.unique_id}"}
    return {**names, "file_size": len(stored.data), "file_path": f"{stored.kind}s/{call.get('file_id')}"}


def leave_chat(here: Platform, call: Call) -> bool:
    chat = here.chats.find(call.get("chat_id"))
    if chat.private:
        raise Refusal("leave-private")
    here.chats.check_member(chat)
    chat.bot = "left"
    return True


def get_me(here: Platform, call: Call) -> dict[str, Any]:
    can = {"can_join_groups": True, "can_read_all_group_messages": not here.options.privacy}
    return {**here.chats.bot, **can, "supports_inline_queries": False, "can_connect_to_business": False}


def chat_action(here: Platform, call: Call) -> bool:
    here.chats.writable(call.get("chat_id"))
    return True


Method = Callable[[Platform, Call], Any]
CHANGES: dict[str, Method] = {
    "getMe": get_me,
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageReplyMarkup": edit_buttons,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_press,
    "createForumTopic": create_topic,
    "closeForumTopic": toggle_topic,
    "reopenForumTopic": toggle_topic,
    "deleteForumTopic": delete_topic,
    "setMyCommands": set_commands,
    "deleteMyCommands": delete_commands,
    "getMyCommands": get_commands,
    "getChat": get_chat,
    "getChatMember": get_member,
    "getChatAdministrators": get_administrators,
    "getFile": get_file,
    "leaveChat": leave_chat,
    "sendChatAction": chat_action,
}
