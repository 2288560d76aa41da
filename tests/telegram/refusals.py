"""What Telegram refuses, and in which words.

From its own server (tdlib/telegram-bot-api and the td library under it) and from what bots report having seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SAME = (
    "specified new message content and reply markup are exactly the same as a current content and reply markup of the"
    " message"
)

# name → (code, text after «Bad Request: » or «Forbidden: »); braces are filled in
TEXTS: dict[str, tuple[int, str]] = {
    "token": (401, "Unauthorized"),
    "method": (404, "Not Found"),
    "throttled": (429, "Too Many Requests: retry after {retry_after}"),
    "second-poller": (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    ),
    "webhook-active": (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    ),
    "too-large": (413, "Request Entity Too Large"),
    "parameter": (400, "Bad Request: {problem}"),
    "webhook-url": (400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
    "webhook-secret": (400, "Bad Request: secret token contains unallowed characters"),
    # places
    "chat": (400, "Bad Request: chat not found"),
    "migrated": (400, "Bad Request: group chat was upgraded to a supergroup chat"),
    "never-started": (403, "Forbidden: bot can't initiate conversation with a user"),
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "deactivated": (403, "Forbidden: user is deactivated"),
    "to-bot": (403, "Forbidden: bots can't send messages to bots"),
    "kicked-group": (403, "Forbidden: bot was kicked from the group chat"),
    "kicked-supergroup": (403, "Forbidden: bot was kicked from the supergroup chat"),
    "left-group": (403, "Forbidden: bot is not a member of the group chat"),
    "left-supergroup": (403, "Forbidden: bot is not a member of the supergroup chat"),
    "muted": (400, "Bad Request: not enough rights to send text messages to the chat"),
    "user": (400, "Bad Request: user not found"),
    "private-admins": (400, "Bad Request: there are no administrators in the private chat"),
    "leave-private": (400, "Bad Request: can't leave a private chat"),
    # topics
    "topic-closed": (400, "Bad Request: TOPIC_CLOSED"),
    "topic-deleted": (400, "Bad Request: message thread not found"),
    "topic-id": (400, "Bad Request: TOPIC_ID_INVALID"),
    "topic-same": (400, "Bad Request: TOPIC_NOT_MODIFIED"),
    "topic-name": (400, "Bad Request: TOPIC_TITLE_EMPTY"),
    "topic-name-long": (400, "Bad Request: TOPIC_TITLE_TOO_LONG"),
    "not-forum": (400, "Bad Request: the chat is not a forum"),
    "not-supergroup": (400, "Bad Request: the chat is not a supergroup"),
    "topic-rights": (400, "Bad Request: not enough rights to create a topic"),
    "topic-change-rights": (400, "Bad Request: not enough rights to {verb} the topic"),
    # words
    "empty": (400, "Bad Request: message text is empty"),
    "long": (400, "Bad Request: message is too long"),
    "caption-long": (400, "Bad Request: message caption is too long"),
    "markup": (400, "Bad Request: can't parse entities: {problem}"),
    "parse-mode": (400, "Bad Request: unsupported parse_mode"),
    "reply": (400, "Bad Request: message to be replied not found"),
    # buttons
    "button-empty": (
        400,
        "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    "button-data": (400, "Bad Request: BUTTON_DATA_INVALID"),
    "button-kinds": (400, "Bad Request: can't parse inline keyboard button: exactly one optional field must be used"),
    "button-url": (400, "Bad Request: inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"),
    "buttons-many": (400, "Bad Request: reply markup is too long"),
    "contact-group": (400, "Bad Request: phone number can be requested in private chats only"),
    # files
    "file-empty": (400, "Bad Request: file must be non-empty"),
    "file-id": (400, "Bad Request: wrong file identifier/HTTP URL specified"),
    "file-missing": (400, "Bad Request: can't parse InputMedia: media not found"),
    "photo-size": (
        400,
        "Bad Request: file of size {size} bytes is too big for a photo; the maximum size is 10485760 bytes",
    ),
    "photo-shape": (400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
    "photo-bytes": (400, "Bad Request: IMAGE_PROCESS_FAILED"),
    "file-big": (400, "Bad Request: file is too big"),
    "album-none": (400, "Bad Request: there are no messages to send"),
    "album-few": (400, "Bad Request: not enough messages to send as an album"),
    "album-many": (400, "Bad Request: too many messages to send as an album"),
    "album-mixed": (400, "Bad Request: {media} can't be mixed with other media types"),
    "album-kind": (400, 'Bad Request: can\'t parse InputMedia: type "{media}" is unsupported'),
    # edits and presses
    "edit-unknown": (400, "Bad Request: message to edit not found"),
    "edit-foreign": (400, "Bad Request: message can't be edited"),
    "edit-same": (
        400,
        "Bad Request: message is not modified: {same}",
    ),
    "edit-no-text": (400, "Bad Request: there is no text in the message to edit"),
    "edit-no-caption": (400, "Bad Request: there is no caption in the message to edit"),
    "delete-unknown": (400, "Bad Request: message to delete not found"),
    "delete-foreign": (400, "Bad Request: message can't be deleted for everyone"),
    "query-old": (
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    ),
    "query-text": (400, "Bad Request: MESSAGE_TOO_LONG"),
    # menus
    "command": (400, "Bad Request: BOT_COMMAND_INVALID"),
    "command-description": (400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"),
    "commands-many": (400, "Bad Request: BOT_COMMANDS_TOO_MUCH"),
    "language": (400, "Bad Request: invalid language code specified"),
}


class Refusal(Exception):
    """An answer that is not ok."""

    def __init__(self, name: str, parameters: Mapping[str, Any] | None = None, **values: Any) -> None:
        self.name = name
        self.code, text = TEXTS[name]
        self.description = text.format(**{"same": SAME, **values})
        self.parameters = dict(parameters or {})
        super().__init__(self.description)

    def body(self) -> dict[str, Any]:
        body = {"ok": False, "error_code": self.code, "description": self.description}
        return {**body, "parameters": self.parameters} if self.parameters else body
