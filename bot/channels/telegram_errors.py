"""What Telegram answers when it does not do as it is told, as the errors that the rest of the program knows.

The Bot API names a fault in English words which change their case and their ends. Each row is a piece of such a
description in lower case; the first row that is found counts. Nothing of a description gets into an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import httpx
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, TelegramError

from bot.channels.telegram_http import Flooded, Stranger
from domain.errors import (
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

Make = Callable[[str], SendFailed]
Rows = Sequence[tuple[str, Make, str]]

BLOCKED = "blocked"
GONE = "chat-gone"
NOT_EDITABLE = "not-editable"
TOO_BIG = "too-big"

REFUSALS: Rows = (
    ("bot was blocked", Permanent, BLOCKED),
    ("user is deactivated", Permanent, BLOCKED),
    ("can't initiate conversation", Permanent, BLOCKED),
    ("can't send messages to the user", Permanent, BLOCKED),
    ("user_is_blocked", Permanent, BLOCKED),
    ("bots can't send messages to bots", Permanent, BLOCKED),
    ("bot was kicked", Permanent, GONE),
    ("bot is not a member", Permanent, GONE),
    ("group chat was deleted", Permanent, GONE),
    ("group chat was deactivated", Permanent, GONE),
    ("chat_id is empty", Permanent, GONE),
    ("peer_id_invalid", Permanent, GONE),
    ("user not found", Permanent, GONE),
    ("chat not found", Permanent, GONE),
    ("thread not found", ThreadGone, "thread-gone"),
    ("topic_deleted", ThreadGone, "thread-gone"),
    ("topic_id_invalid", ThreadGone, "thread-gone"),
    ("topic_closed", ThreadClosed, "thread-closed"),
    ("topic closed", ThreadClosed, "thread-closed"),
    ("topic is closed", ThreadClosed, "thread-closed"),
    ("can't parse entities", Malformed, "markup"),
    ("can't find end of", Malformed, "markup"),
    ("entity_bounds_invalid", Malformed, "markup"),
    ("message to edit not found", Permanent, NOT_EDITABLE),
    ("message can't be edited", Permanent, NOT_EDITABLE),
    ("message_id_invalid", Permanent, NOT_EDITABLE),
    ("message_edit_time_expired", Permanent, NOT_EDITABLE),
    ("no caption in the message to edit", Permanent, NOT_EDITABLE),
    ("caption is too long", Permanent, NOT_EDITABLE),
    ("have no rights to send", Permanent, "no-rights"),
    ("not enough rights to send", Permanent, "no-rights"),
    ("chat_write_forbidden", Permanent, "no-rights"),
    ("file is too big", Permanent, TOO_BIG),
    ("upgraded to a supergroup", Temporary, "moved"),
)
"""What may be said to a message."""

THREAD_REFUSALS: Rows = (
    ("not enough rights", NoThreads, "no-threads"),
    ("have no rights", NoThreads, "no-threads"),
    ("need administrator rights", NoThreads, "no-threads"),
    ("chat_admin_required", NoThreads, "no-threads"),
    ("chat is not a forum", NoThreads, "no-threads"),
    ("chat_not_forum", NoThreads, "no-threads"),
    ("channel_forum_missing", NoThreads, "no-threads"),
    ("not a supergroup", NoThreads, "no-threads"),
    ("available for supergroup", NoThreads, "no-threads"),
    ("available only for supergroup", NoThreads, "no-threads"),
    *REFUSALS,
    ("not found", ThreadGone, "thread-gone"),
)
"""What may be said to the making, closing and opening of topics."""

DONE = ("message is not modified", "message_not_modified", "topic_not_modified")
"""What we asked for is so already."""

NO_TEXT = ("no text in the message to edit",)
"""The message is a picture with words beneath."""

FILE_REFUSED = (
    "photo_",
    "for a photo",
    "image_process",
    "voice_messages_forbidden",
    "video_",
    "media_invalid",
    "media_empty",
    "file_part",
    "wrong type of the file",
    "can't use file of type",
)
"""The file is fine, but not as what it was sent as."""

UNREACHED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
"""Faults before the first byte was sent: it certainly did not arrive."""

MAYBE = {500: "crash", 504: "timeout"}
"""Faults behind which it may have been done all the same, as a 2xx without the platform's answer."""

SCOPE_S = 10.0
SCOPE_CHATS = 3


def says(error: TelegramError, words: Sequence[str]) -> bool:
    """Whether a refusal is one of these."""
    return isinstance(error, BadRequest) and any(word in error.message.lower() for word in words)


class Errors:
    """Turns the library's errors into ours. It remembers for some seconds which chats were told to wait.

    Telegram does not say whether a 429 is for one chat or for all, so a chat is taken to be told alone. But when
    ``SCOPE_CHATS`` different chats are told within ``SCOPE_S`` seconds and nobody gets through meanwhile, it is meant
    for everyone. ``monotonic_s`` is a clock that only goes forward.
    """

    def __init__(self, monotonic_s: Callable[[], float]) -> None:
        self._monotonic_s = monotonic_s
        self._told: dict[str, float] = {}

    @contextmanager
    def translated(self, chat: str, rows: Rows = REFUSALS) -> Iterator[None]:
        """Whatever the library raises within, raised as one of ours, with ``rows`` for what is a refusal.

        Raises:
            SendFailed: one of its kinds.
        """
        try:
            yield
        except TelegramError as error:
            raise self._ours(error, chat, rows) from None
        self._told.clear()

    def _ours(self, error: TelegramError, chat: str, rows: Rows) -> SendFailed:
        if isinstance(error, Flooded):
            return Throttled("429", error.seconds, everyone=self._everyone(chat))
        if isinstance(error, BadRequest | Forbidden | ChatMigrated):
            self._told.clear()
        if isinstance(error, ChatMigrated):
            return Moved("moved", str(error.new_chat_id))
        if isinstance(error, BadRequest | Forbidden):
            return _refusal(error, rows)
        return _fault(error)

    def _everyone(self, chat: str) -> bool:
        now = self._monotonic_s()
        told = {who: at for who, at in self._told.items() if now - at <= SCOPE_S}
        self._told = {**told, chat: now}
        return len(self._told) >= SCOPE_CHATS


def _refusal(error: BadRequest | Forbidden, rows: Rows) -> SendFailed:
    said = error.message.lower()
    for words, make, code in rows:
        if words in said:
            return make(code)
    return Permanent("403" if isinstance(error, Forbidden) else "400")


def _fault(error: TelegramError) -> SendFailed:
    """What may pass: nothing is lost while an operator mends a token or a proxy."""
    if isinstance(error, Stranger):
        return _strange(error.status)
    if isinstance(error, InvalidToken):
        return Temporary("401")
    if isinstance(error, Conflict):
        return Temporary("409")
    cause = error.__cause__
    if isinstance(cause, UNREACHED):
        return Temporary("unreached")
    if isinstance(cause, httpx.TimeoutException):
        return Temporary("timeout")
    return Temporary("reset" if isinstance(error, NetworkError) else "telegram")


def _strange(status: int) -> SendFailed:
    if status == 413:
        return Permanent(TOO_BIG)
    return Temporary(MAYBE.get(status) or ("reset" if status < 300 else str(status)))
