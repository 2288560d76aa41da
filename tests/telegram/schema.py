"""Methods and objects of the Bot API as far as a bot may use them here: names, types, what is required.

Written as Telegram's manual has them (Bot API 9 and 10), without what it calls deprecated; compared name by name with
the models that aiogram 3.31 makes from the manual of Bot API 10.3. A parameter or field is ``name:type``, with ``!``
if it is required; ``[x]`` is a list of x, ``a|b`` either. In forms all but text is JSON, which ``check`` reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.telegram.calls import Call, Upload

SENT = (
    "business_connection_id:str chat_id:int|str! message_thread_id:int direct_messages_topic_id:int"
    " disable_notification:bool protect_content:bool allow_paid_broadcast:bool message_effect_id:str"
    " reply_parameters:ReplyParameters"
)
MARKED = (
    SENT
    + " suggested_post_parameters:SuggestedPostParameters"
    + " reply_markup:InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply"
)
CAPTION = " caption:str parse_mode:str caption_entities:[MessageEntity]"
ABOVE = " show_caption_above_media:bool"
EDITED = (
    "business_connection_id:str chat_id:int|str message_id:int inline_message_id:str reply_markup:InlineKeyboardMarkup"
)
TOPIC = "chat_id:int|str! message_thread_id:int!"
SCOPED = "scope:BotCommandScope language_code:str"

METHODS = {
    "getMe": "",
    "getUpdates": "offset:int limit:int timeout:int allowed_updates:[str]",
    "setWebhook": (
        "url:str! certificate:file ip_address:str max_connections:int allowed_updates:[str]"
        " drop_pending_updates:bool secret_token:str"
    ),
    "deleteWebhook": "drop_pending_updates:bool",
    "getWebhookInfo": "",
    "sendMessage": MARKED
    + " text:str! parse_mode:str entities:[MessageEntity] link_preview_options:LinkPreviewOptions",
    "sendPhoto": MARKED + CAPTION + ABOVE + " photo:file! has_spoiler:bool",
    "sendVideo": MARKED
    + CAPTION
    + ABOVE
    + " video:file! duration:int width:int height:int thumbnail:file cover:file start_timestamp:int has_spoiler:bool"
    " supports_streaming:bool",
    "sendVoice": MARKED + CAPTION + " voice:file! duration:int",
    "sendAudio": MARKED + CAPTION + " audio:file! duration:int performer:str title:str thumbnail:file",
    "sendDocument": MARKED + CAPTION + " document:file! thumbnail:file disable_content_type_detection:bool",
    "sendMediaGroup": SENT + " media:[InputMedia]!",
    "editMessageText": EDITED
    + " text:str! parse_mode:str entities:[MessageEntity] link_preview_options:LinkPreviewOptions",
    "editMessageCaption": EDITED + CAPTION + ABOVE,
    "editMessageReplyMarkup": EDITED,
    "deleteMessage": "chat_id:int|str! message_id:int!",
    "answerCallbackQuery": "callback_query_id:str! text:str show_alert:bool url:str cache_time:int",
    "createForumTopic": "chat_id:int|str! name:str! icon_color:int icon_custom_emoji_id:str",
    "closeForumTopic": TOPIC,
    "reopenForumTopic": TOPIC,
    "deleteForumTopic": TOPIC,
    "setMyCommands": "commands:[BotCommand]! " + SCOPED,
    "deleteMyCommands": SCOPED,
    "getMyCommands": SCOPED,
    "getChat": "chat_id:int|str!",
    "getChatMember": "chat_id:int|str! user_id:int!",
    "getChatAdministrators": "chat_id:int|str! return_bots:bool",
    "getFile": "file_id:str!",
    "leaveChat": "chat_id:int|str!",
    "sendChatAction": "business_connection_id:str chat_id:int|str! message_thread_id:int action:str!",
}

MEDIA = "type:str! media:str! " + CAPTION
OBJECTS = {
    "InlineKeyboardMarkup": "inline_keyboard:[[InlineKeyboardButton]]!",
    "InlineKeyboardButton": (
        "text:str! icon_custom_emoji_id:str style:str url:str callback_data:str web_app:any login_url:any"
        " switch_inline_query:str switch_inline_query_current_chat:str switch_inline_query_chosen_chat:any"
        " copy_text:any callback_game:any pay:bool"
    ),
    "ReplyKeyboardMarkup": (
        "keyboard:[[KeyboardButton]]! is_persistent:bool resize_keyboard:bool one_time_keyboard:bool"
        " input_field_placeholder:str selective:bool"
    ),
    "KeyboardButton": (
        "text:str! icon_custom_emoji_id:str style:str request_users:any request_chat:any request_contact:bool"
        " request_location:bool request_poll:any web_app:any"
    ),
    "ReplyKeyboardRemove": "remove_keyboard:bool! selective:bool",
    "ForceReply": "force_reply:bool! input_field_placeholder:str selective:bool",
    "ReplyParameters": (
        "message_id:int! chat_id:int|str allow_sending_without_reply:bool quote:str quote_parse_mode:str"
        " quote_entities:[MessageEntity] quote_position:int checklist_task_id:int"
    ),
    "MessageEntity": (
        "type:str! offset:int! length:int! url:str user:any language:str custom_emoji_id:str unix_time:int"
        " date_time_format:str"
    ),
    "LinkPreviewOptions": (
        "is_disabled:bool url:str prefer_small_media:bool prefer_large_media:bool show_above_text:bool"
    ),
    "SuggestedPostParameters": "price:any send_date:int",
    "BotCommand": "command:str! description:str!",
    "BotCommandScope": "type:str! chat_id:int|str user_id:int",
    "InputMedia": (
        MEDIA + ABOVE + " has_spoiler:bool thumbnail:str cover:str start_timestamp:int width:int height:int"
        " duration:int supports_streaming:bool performer:str title:str disable_content_type_detection:bool"
    ),
}

ENUMS = {
    ("InlineKeyboardButton", "style"): ("danger", "success", "primary"),
    ("KeyboardButton", "style"): ("danger", "success", "primary"),
    ("InputMedia", "type"): ("photo", "video", "audio", "document", "animation"),
    ("BotCommandScope", "type"): (
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    ),
}


class Wrong(Exception):
    """The call is not as the manual has it: a bug of the bot."""


def check(call: Call) -> dict[str, Any]:
    """The parameters with their own types.

    Raises:
        Wrong: one is unknown, missing or of another type.
    """
    given: dict[str, Any] = {**call.params, **call.files}
    fields = dict(_fields(METHODS[call.method]))
    for name, (_, required) in fields.items():
        if required and name not in given:
            raise Wrong(f"{call.method}: {name} is missing")
    typed = {}
    for name, value in given.items():
        if name in fields:
            typed[name] = _one_of(fields[name][0], value, f"{call.method}.{name}")
        elif not (name in call.files and _attached(call, name)):
            raise Wrong(f"{call.method}: {name} is unknown")
    return typed


def _attached(call: Call, name: str) -> bool:
    return any(f"attach://{name}" in str(value) for value in call.params.values())


def _fields(declared: str) -> list[tuple[str, tuple[str, bool]]]:
    found = []
    for one in declared.split():
        name, kind = one.removesuffix("!").split(":")
        found.append((name, (kind, one.endswith("!"))))
    return found


def _one_of(kinds: str, value: Any, where: str) -> Any:
    faults = []
    for kind in kinds.split("|"):
        try:
            return _typed(kind, value, where)
        except Wrong as wrong:
            faults.append(wrong)
    raise faults[-1] if len(faults) == 1 else Wrong("; ".join(str(one) for one in faults))


def _typed(kind: str, value: Any, where: str) -> Any:
    if kind == "any":
        return value
    if kind in PLAIN:
        return PLAIN[kind](value, where)
    if isinstance(value, str):
        value = _json(value, where)
    if kind.startswith("["):
        if not isinstance(value, list):
            raise Wrong(f"{where} is not a list")
        return [_typed(kind[1:-1], one, f"{where}[{index}]") for index, one in enumerate(value)]
    return _object(kind, value, where)


def _object(kind: str, value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise Wrong(f"{where} is not an object")
    fields = dict(_fields(OBJECTS[kind]))
    for name, (_, required) in fields.items():
        if required and name not in value:
            raise Wrong(f"{where}: {kind}.{name} is missing")
    for name, one in value.items():
        if name not in fields:
            raise Wrong(f"{where}: {kind}.{name} is unknown")
        if one not in ENUMS.get((kind, name), (one,)):
            raise Wrong(f"{where}: {kind}.{name} cannot be {one!r}")
    return {name: _one_of(fields[name][0], one, f"{where}.{name}") for name, one in value.items()}


def _json(value: str, where: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        raise Wrong(f"{where} is not JSON") from None


def _int(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Wrong(f"{where} is not an integer")
    try:
        return int(value)
    except ValueError:
        raise Wrong(f"{where} is not an integer") from None


def _bool(value: Any, where: str) -> bool:
    if value in (True, "true", "True", "1"):
        return True
    if value in (False, "false", "False", "0"):
        return False
    raise Wrong(f"{where} is not a boolean")


def _str(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise Wrong(f"{where} is not text")
    return value


def _file(value: Any, where: str) -> Upload | str:
    if not isinstance(value, Upload | str):
        raise Wrong(f"{where} is not a file")
    return value


PLAIN: dict[str, Callable[[Any, str], Any]] = {"int": _int, "bool": _bool, "str": _str, "file": _file}
