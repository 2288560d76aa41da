"""Stored files as Telegram takes them: which call for which bytes, and what goes into one album."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from telegram import Bot, InputFile, InputMediaAudio, InputMediaDocument, InputMediaPhoto, InputMediaVideo, Message

from domain.chat import Attachment, Media

PHOTO_BYTES_MAX = 10_000_000
BYTES_MAX = 50_000_000
ALBUM_MAX = 10
HEAD_BYTES = 16
NAME_CHARS_MAX = 60


class Form(StrEnum):
    """What a file is sent as."""

    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    AUDIO = "audio"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is ready to go."""

    form: Form
    name: str
    path: Path


SIGNS: Sequence[tuple[int, bytes, str]] = (
    (0, b"\xff\xd8\xff", "jpg"),
    (0, b"\x89PNG", "png"),
    (8, b"WEBP", "webp"),
    (0, b"GIF8", "gif"),
    (0, b"OggS", "ogg"),
    (8, b"M4A", "m4a"),
    (4, b"ftyp", "mp4"),
    (0, b"\x1aE\xdf\xa3", "webm"),
    (0, b"ID3", "mp3"),
    (0, b"\xff\xfb", "mp3"),
    (0, b"%PDF", "pdf"),
)
"""Where in a file which bytes stand, and what it is then; the first row that fits counts."""

FORMS: dict[tuple[Media, str], Form] = {
    (Media.PHOTO, "jpg"): Form.PHOTO,
    (Media.PHOTO, "png"): Form.PHOTO,
    (Media.PHOTO, "webp"): Form.PHOTO,
    (Media.VIDEO, "mp4"): Form.VIDEO,
    (Media.VOICE, "ogg"): Form.VOICE,
    (Media.VOICE, "mp3"): Form.AUDIO,
    (Media.VOICE, "m4a"): Form.AUDIO,
    (Media.VOICE, "mp4"): Form.AUDIO,
}
"""What the platform plays or shows by itself; everything else is a document."""

ALBUMS = {Form.PHOTO: "seen", Form.VIDEO: "seen", Form.DOCUMENT: "document", Form.AUDIO: "audio"}
"""What may stand together in an album; a voice note stands alone."""

IN_ALBUM = {
    Form.PHOTO: InputMediaPhoto,
    Form.VIDEO: InputMediaVideo,
    Form.AUDIO: InputMediaAudio,
    Form.DOCUMENT: InputMediaDocument,
}


def upload(file: Attachment, path: Path) -> Upload | None:
    """How to send the file at ``path``, of which only the beginning is read; None if it is too big.

    Raises:
        OSError: it is not there.
    """
    with path.open("rb") as stored:
        head, size = stored.read(HEAD_BYTES), os.fstat(stored.fileno()).st_size
    if size > BYTES_MAX:
        return None
    kind = next((kind for at, sign, kind in SIGNS if head[at : at + len(sign)] == sign), "")
    form = FORMS.get((file.media, kind), Form.DOCUMENT)
    if form is Form.PHOTO and size > PHOTO_BYTES_MAX:
        form = Form.DOCUMENT
    return Upload(form, _name(file, kind), path)


def as_documents(uploads: Sequence[Upload]) -> list[Upload]:
    """The same as plain documents, which the platform takes as they are."""
    return [Upload(Form.DOCUMENT, one.name, one.path) for one in uploads]


def albums(uploads: Sequence[Upload]) -> list[list[Upload]]:
    """The files in their order, those together which may be one album."""
    found: list[list[Upload]] = []
    for one in uploads:
        last = found[-1] if found else []
        if last and len(last) < ALBUM_MAX and ALBUMS.get(one.form) == ALBUMS.get(last[-1].form, ""):
            last.append(one)
        else:
            found.append([one])
    return found


async def send_files(bot: Bot, uploads: Sequence[Upload], where: dict[str, Any], beneath: dict[str, Any]) -> int:
    """Send one album, or one file with words and buttons ``beneath`` it, and return the id of the first message.

    The files are read while they are sent, piece by piece.

    Raises:
        TelegramError: as the library raises it.
        OSError: a file is not there any more.
    """
    with ExitStack() as opened:
        if len(uploads) > 1:
            media = [IN_ALBUM[one.form](_input(one, opened, attach=True)) for one in uploads]
            return (await bot.send_media_group(media=media, **where))[0].message_id
        one = uploads[0]
        sent: Message = await _calls(bot)[one.form](**{one.form.value: _input(one, opened)}, **where, **beneath)
        return sent.message_id


def _input(one: Upload, opened: ExitStack, attach: bool = False) -> InputFile:
    stored = opened.enter_context(one.path.open("rb"))
    return InputFile(stored, one.name, attach=attach, read_file_handle=False)


def _calls(bot: Bot) -> dict[Form, Any]:
    return {
        Form.PHOTO: bot.send_photo,
        Form.VIDEO: bot.send_video,
        Form.VOICE: bot.send_voice,
        Form.AUDIO: bot.send_audio,
        Form.DOCUMENT: bot.send_document,
    }


def _name(file: Attachment, kind: str) -> str:
    """The file's own name, without what may not stand in a name, or one for its kind."""
    own = "".join(char for char in file.name.rsplit("/")[-1] if char.isprintable() and char not in '\\"')
    return own[-NAME_CHARS_MAX:] or ".".join(filter(None, (file.media.value, kind)))
