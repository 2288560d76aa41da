"""The methods that put a message into a chat."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from PIL import Image

from tests.telegram.calls import Call, Upload
from tests.telegram.chats import Chat, Post
from tests.telegram.markup import CAPTION_UNITS, TEXT_UNITS, commands_in, read_words
from tests.telegram.platform import Platform
from tests.telegram.refusals import Refusal

PHOTO_BYTES_MAX = 10 * 1024 * 1024
UPLOAD_BYTES_MAX = 50 * 1024 * 1024
BUTTONS_MAX = 100
ALBUM = (2, 10)
ALONE = ("document", "audio")
KINDS = {
    "sendPhoto": "photo",
    "sendVideo": "video",
    "sendVoice": "voice",
    "sendAudio": "audio",
    "sendDocument": "document",
}


def send_message(here: Platform, call: Call) -> Any:
    chat = here.chats.writable(call.get("chat_id"))
    body = text_of(call)
    return _post(here, call, chat, {**body, **_around(here, call, chat)}).json


def send_file(here: Platform, call: Call) -> Any:
    """Photo, video, voice, audio or document, with a caption."""
    chat, kind = here.chats.writable(call.get("chat_id")), KINDS[call.method]
    body = {**media_of(here, kind, call.get(kind)), **caption_of(call.typed)}
    return _post(here, call, chat, {**body, **_around(here, call, chat)}).json


def send_album(here: Platform, call: Call) -> Any:
    """Two to ten photos and videos, or documents, or audio files; all or none."""
    chat, parts = here.chats.writable(call.get("chat_id")), call.get("media")
    _check_album([part["type"] for part in parts])
    around = _around(here, call, chat)
    bodies = [{**media_of(here, part["type"], _attached(call, part)), **caption_of(part)} for part in parts]
    album = {"media_group_id": here.chats.next_album()}
    return [_post(here, call, chat, {**body, **album, **around}).json for body in bodies]


def parts_of(call: Call) -> int:
    """As how many messages a call counts."""
    if call.method != "sendMediaGroup":
        return 1
    try:
        media = call.params.get("media", "[]")
        return len(json.loads(media) if isinstance(media, str) else media) or 1
    except (ValueError, TypeError):
        return 1


def text_of(call: Call) -> dict[str, Any]:
    """Text and entities.

    Raises:
        Refusal: empty, too long, broken.
    """
    words = read_words(call.get("text"), call.get("parse_mode", ""), TEXT_UNITS, "long")
    if not words.text.strip():
        raise Refusal("empty")
    entities = [*words.entities, *(call.get("entities") or ()), *commands_in(words.text)]
    return {"text": words.text, **({"entities": entities} if entities else {})}


def caption_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The same for a caption, which may be absent."""
    words = read_words(given.get("caption", ""), given.get("parse_mode", ""), CAPTION_UNITS, "caption-long")
    entities = {"caption_entities": list(words.entities)} if words.entities else {}
    return {"caption": words.text, **entities} if words.text else {}


def _post(here: Platform, call: Call, chat: Chat, body: dict[str, Any]) -> Post:
    shown = {name: value for name, value in body.items() if name != "keyboard"}
    post = here.chats.post(chat, shown, here.chats.bot, thread_of(here, call, chat))
    if "keyboard" in body:
        chat.keyboard = body["keyboard"]
    here.wrote(call.method, post)
    return post


def thread_of(here: Platform, call: Call, chat: Chat) -> int:
    """The topic that the call names, 0 for none.

    Raises:
        Refusal: it is closed, deleted, or was never there.
    """
    thread: int = call.get("message_thread_id", 0)
    if not thread:
        return 0
    may = not here.options.closed_for_bot and chat.bot == "administrator" and "can_manage_topics" in chat.rights
    return here.chats.open_topic(chat, thread, closed_too=may).id


def _around(here: Platform, call: Call, chat: Chat) -> dict[str, Any]:
    """What a message has beside its words: what it answers, and buttons. Refused together, before anything is done."""
    thread_of(here, call, chat)
    around = {}
    if reply := call.get("reply_parameters"):
        answered = chat.posts.get(reply["message_id"])
        if answered and not answered.deleted:
            around["reply_to_message"] = here.chats.bare(answered)
        elif not reply.get("allow_sending_without_reply"):
            raise Refusal("reply")
    return {**around, **markup_of(call, chat)}


def markup_of(call: Call, chat: Chat) -> dict[str, Any]:
    """Inline buttons, or a keyboard in place of the letters.

    Raises:
        Refusal: they cannot be.
    """
    markup = call.get("reply_markup")
    if not markup:
        return {}
    if "inline_keyboard" in markup:
        rows = [row for row in markup["inline_keyboard"] if row]
        _check_buttons([button for row in rows for button in row])
        return {"reply_markup": {"inline_keyboard": rows}} if rows else {}
    if not chat.private and any(key.get("request_contact") for row in markup.get("keyboard", ()) for key in row):
        raise Refusal("contact-group")
    return {"keyboard": markup if "keyboard" in markup else None}


def _check_buttons(buttons: list[dict[str, Any]]) -> None:
    if len(buttons) > BUTTONS_MAX:
        raise Refusal("buttons-many")
    for button in buttons:
        if not button["text"].strip():
            raise Refusal("button-empty")
        if len(set(button) - {"text", "style", "icon_custom_emoji_id"}) != 1:
            raise Refusal("button-kinds")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise Refusal("button-data")
        if "url" in button and not _is_url(button["url"]):
            raise Refusal("button-url", url=button["url"])


def _is_url(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "tg" or (parts.scheme in ("http", "https") and "." in (parts.hostname or ""))


def _check_album(kinds: list[str]) -> None:
    if not kinds:
        raise Refusal("album-none")
    if len(kinds) < ALBUM[0]:
        raise Refusal("album-few")
    if len(kinds) > ALBUM[1]:
        raise Refusal("album-many")
    for kind in kinds:
        if kind == "animation":
            raise Refusal("album-kind", media=kind)
        if kind in ALONE and set(kinds) != {kind}:
            raise Refusal("album-mixed", media=kind)


def _attached(call: Call, part: Mapping[str, Any]) -> Upload | str:
    media: str = part["media"]
    if not media.startswith("attach://"):
        return media
    try:
        return call.files[media.removeprefix("attach://")]
    except KeyError:
        raise Refusal("file-missing") from None


def media_of(here: Platform, kind: str, given: Upload | str) -> dict[str, Any]:
    """A file as it stands in a message.

    Raises:
        Refusal: it is unknown, empty, too large, or no photo.
    """
    upload = given if isinstance(given, Upload) else _known(here, given)
    if not upload.data:
        raise Refusal("file-empty")
    if len(upload.data) > UPLOAD_BYTES_MAX:
        raise Refusal("too-large")
    return SHOWN[kind](here, upload)


def _known(here: Platform, file_id: str) -> Upload:
    stored = here.chats.files.get(file_id)
    if stored is None:
        raise Refusal("file-id")
    return Upload(stored.name, stored.data)


def _photo(here: Platform, upload: Upload) -> dict[str, Any]:
    if len(upload.data) > PHOTO_BYTES_MAX:
        raise Refusal("photo-size", size=len(upload.data))
    try:
        with Image.open(BytesIO(upload.data)) as image:
            width, height = image.size
    except OSError:
        raise Refusal("photo-bytes") from None
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise Refusal("photo-shape")
    return {"photo": [{**here.chats.keep(upload.data, upload.name, "photo"), "width": width, "height": height}]}


def _timed(kind: str, **more: Any) -> Callable[[Platform, Upload], dict[str, Any]]:
    def shown(here: Platform, upload: Upload) -> dict[str, Any]:
        return {kind: {**here.chats.keep(upload.data, upload.name, kind), "duration": 1, **more}}

    return shown


def _voice(here: Platform, upload: Upload) -> dict[str, Any]:
    """What is no voice note arrives as a document."""
    return _timed("voice")(here, upload) if upload.data.startswith(b"OggS") else _document(here, upload)


def _document(here: Platform, upload: Upload) -> dict[str, Any]:
    return {"document": {**here.chats.keep(upload.data, upload.name, "document"), "file_name": upload.name}}


SHOWN: dict[str, Callable[[Platform, Upload], dict[str, Any]]] = {
    "photo": _photo,
    "video": _timed("video", width=320, height=240),
    "voice": _voice,
    "audio": _timed("audio"),
    "document": _document,
}
