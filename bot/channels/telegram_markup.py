"""What may be pressed beneath a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.channels.telegram_words import clipped
from domain.chat import Message, Style

Words = Callable[[str, str], Mapping[str, str]]
"""Texts by id in the language of a reader, for the start of an id: ``Catalogue.words``."""

Button = tuple[str, str, Style]
Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None

LABEL_CHARS_MAX = 40
TOKEN_BYTES_MAX = 64
ROW_MAX = 8
ROW_COLUMNS = 30
"""How much of a phone's width there is for the labels of a row; a Chinese sign takes two columns."""

STYLES = {Style.PLAIN: None, Style.PRIMARY: "primary", Style.DANGER: "danger"}
"""Colours; apps which do not know them show plain buttons."""

STEPS = "say-form_"
SHARE_PHONE = "telegram-share-phone"


def markup(message: Message, words: Words) -> Markup:
    """The buttons beneath a message; for the question of one's phone a keyboard that offers to share it.

    What is said in private without any buttons takes such a keyboard away again, unless it is edited later: the
    platform edits only what has inline buttons or none.
    """
    if group(message.to.chat):
        return inline(message)
    if message.asks == "phone" and _only_steps(message, words):
        return _share_phone(message, words)
    if message.buttons or message.card:
        return inline(message)
    return ReplyKeyboardRemove()


def inline(message: Message) -> InlineKeyboardMarkup | None:
    """The buttons in the message itself, None if it has none."""
    rows = [short for row in message.buttons for short in wrapped(row)]
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows]) if rows else None


def group(chat: str) -> bool:
    """Whether a chat's id is that of a group."""
    return chat.startswith("-")


def wrapped(row: Sequence[Button]) -> list[Sequence[Button]]:
    """A row as rows whose labels can be read on a phone, of nearly the same length."""
    if not row:
        return []
    widest = max(_columns(clipped(label, LABEL_CHARS_MAX)) for label, _, _ in row)
    fit = max(1, min(ROW_MAX, ROW_COLUMNS // max(widest, 1)))
    count = -(-len(row) // fit)
    each = -(-len(row) // count)
    return [row[at : at + each] for at in range(0, len(row), each)]


def _columns(label: str) -> int:
    return sum(2 if char > "\u2e7f" else 1 for char in label)


def _button(button: Button) -> InlineKeyboardButton:
    label, token, style = button
    assert len(token.encode()) <= TOKEN_BYTES_MAX
    return InlineKeyboardButton(clipped(label, LABEL_CHARS_MAX), callback_data=token, style=STYLES[style])


def _only_steps(message: Message, words: Words) -> bool:
    """Whether every button is a step of the form, so that its label says the same when it is written."""
    listed = ",".join(words(message.locale, STEPS).values()).replace("\uff0c", ",")
    said = {word.strip().lower() for word in listed.split(",")}
    return all(label.strip().lower() in said for row in message.buttons for label, _, _ in row)


def _share_phone(message: Message, words: Words) -> ReplyKeyboardMarkup:
    label = words(message.locale, SHARE_PHONE)[SHARE_PHONE]
    share = KeyboardButton(label, request_contact=True, style="primary")
    steps = [[KeyboardButton(label) for label, _, _ in row] for row in message.buttons if row]
    return ReplyKeyboardMarkup([[share], *steps], resize_keyboard=True, one_time_keyboard=True)
