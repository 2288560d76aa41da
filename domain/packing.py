"""Texts and messages as what JSON can hold, and back without loss; what is empty or usual is left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.chat import (
    NOTHING,
    Attachment,
    Button,
    Kind,
    Line,
    Media,
    Outbound,
    Place,
    Priority,
    Span,
    Style,
    Text,
    Topic,
)

# Looked up instead of called: an enum's constructor costs ten times a dictionary's look-up.
KINDS = {kind.value: kind for kind in Kind}
STYLES = {style.value: style for style in Style}
MEDIA = {media.value: media for media in Media}
PRIORITIES = {int(priority): priority for priority in Priority}

WORDS = ("card", "subject", "receipt_card", "echo", "author", "thread", "asks")


def pack_text(text: Text) -> dict[str, Any]:
    """``{"id": …, "args": {…}}``, without args where there are none.

    Raises:
        TypeError: an argument is of a type that a Text may not carry, or a datetime is not aware.
    """
    if text.args:
        return {"id": text.id, "args": {name: _pack(value) for name, value in text.args.items()}}
    return {"id": text.id}


def unpack_text(packed: Mapping[str, Any]) -> Text:
    """The Text that was packed; times come back in the offset they had."""
    args = packed.get("args")
    if args:
        return Text(packed["id"], {name: _unpack(value) for name, value in args.items()})
    return Text(packed["id"])


def _pack(value: Any) -> Any:
    if isinstance(value, (str, int)):
        return value
    if isinstance(value, Text):
        return pack_text(value)
    if isinstance(value, datetime):
        return {"at": _moment(value)}
    if isinstance(value, Span):
        return {"from": _moment(value.start), "to": _moment(value.end)}
    if isinstance(value, tuple):
        return [pack_text(text) for text in value]
    raise TypeError(f"a Text cannot carry {type(value).__name__}")


def _unpack(value: Any) -> Any:
    if isinstance(value, dict):
        return _unpack_thing(value)
    if isinstance(value, list):
        return tuple(unpack_text(text) for text in value)
    return value


def _unpack_thing(packed: dict[str, Any]) -> Text | datetime | Span:
    if "id" in packed:
        return unpack_text(packed)
    if "at" in packed:
        return datetime.fromisoformat(packed["at"])
    return Span(datetime.fromisoformat(packed["from"]), datetime.fromisoformat(packed["to"]))


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise TypeError("a Text cannot carry a time without its zone")
    return value.isoformat()


def pack_outbound(outbound: Outbound) -> dict[str, Any]:
    """All of it but ``to``, which is the lane the outbox keeps in columns, and ``settles``, which is of use only before
    it is kept."""
    packed: dict[str, Any] = {"lines": [_pack_line(line) for line in outbound.lines]}
    if outbound.buttons:
        packed["buttons"] = [[_pack_button(button) for button in row] for row in outbound.buttons]
    if outbound.files:
        packed["files"] = [_pack_file(file) for file in outbound.files]
    for name in WORDS:
        if value := getattr(outbound, name):
            packed[name] = value
    if outbound.fresh:
        packed["fresh"] = True
    if outbound.joined:
        packed["joined"] = True
    if outbound.priority is not Priority.STATUS:
        packed["priority"] = int(outbound.priority)
    if outbound.receipt is not None:
        packed["receipt"] = [outbound.receipt.channel, outbound.receipt.chat]
    if outbound.topic is not None:
        packed["topic"] = {"name": pack_text(outbound.topic.name), "open": outbound.topic.open}
    return packed


def unpack_outbound(packed: Mapping[str, Any], to: Place) -> Outbound:
    """The Outbound that was packed, on its way to ``to``."""
    receipt, topic = packed.get("receipt"), packed.get("topic")
    return Outbound(
        to=to,
        lines=tuple([_unpack_line(line) for line in packed["lines"]]),
        buttons=tuple([tuple([_unpack_button(button) for button in row]) for row in packed.get("buttons", ())]),
        files=tuple([_unpack_file(file) for file in packed.get("files", ())]),
        card=packed.get("card", ""),
        fresh=packed.get("fresh", False),
        subject=packed.get("subject", ""),
        priority=PRIORITIES[packed.get("priority", Priority.STATUS)],
        receipt=Place(*receipt) if receipt else None,
        receipt_card=packed.get("receipt_card", ""),
        echo=packed.get("echo", ""),
        author=packed.get("author", ""),
        topic=Topic(unpack_text(topic["name"]), topic["open"]) if topic else None,
        thread=packed.get("thread", ""),
        asks=packed.get("asks", ""),
        joined=packed.get("joined", False),
    )


def unpack_button(packed: Mapping[str, Any], number: int) -> Button | None:
    """One button of the Outbound that was packed, by its place (from 0) in reading order; None if there is none."""
    buttons = [button for row in packed.get("buttons", ()) for button in row]
    return _unpack_button(buttons[number]) if number < len(buttons) else None


def _pack_line(line: Line) -> dict[str, Any]:
    packed = pack_text(line.text)
    if line.kind is not Kind.TEXT:
        packed["kind"] = line.kind.value
    if line.until is not None:
        packed["until"] = _moment(line.until)
    return packed


def _unpack_line(packed: Mapping[str, Any]) -> Line:
    until = packed.get("until")
    return Line(
        unpack_text(packed), KINDS[packed.get("kind", "text")], datetime.fromisoformat(until) if until else None
    )


def _pack_button(button: Button) -> dict[str, Any]:
    packed: dict[str, Any] = {"label": pack_text(button.label), "intent": button.intent}
    if button.subject:
        packed["subject"] = button.subject
    if button.args:
        packed["args"] = dict(button.args)
    if button.style is not Style.PLAIN:
        packed["style"] = button.style.value
    return packed


def _unpack_button(packed: Mapping[str, Any]) -> Button:
    return Button(
        unpack_text(packed["label"]),
        packed["intent"],
        packed.get("subject", ""),
        packed.get("args", NOTHING),
        STYLES[packed.get("style", "plain")],
    )


def _pack_file(file: Attachment) -> dict[str, str]:
    packed = {"hash": file.hash}
    if file.media is not Media.PHOTO:
        packed["media"] = file.media.value
    if file.name:
        packed["name"] = file.name
    return packed


def _unpack_file(packed: Mapping[str, str]) -> Attachment:
    return Attachment(packed["hash"], MEDIA[packed.get("media", "photo")], packed.get("name", ""))
