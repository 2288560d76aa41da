"""Stored files as the Official Account takes them: what goes as what, and what does not go at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from domain.chat import Attachment, Media

HEAD_BYTES: Final = 16


class Form(StrEnum):
    """What a file is uploaded and sent as."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"


BYTES_MAX = {Form.IMAGE: 10_000_000, Form.VOICE: 2_000_000, Form.VIDEO: 10_000_000}
"""What the platform takes; a voice may also last for 60 seconds at most, which nobody here measures."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is ready to go."""

    form: Form
    name: str
    media_type: str
    path: Path


@dataclass(frozen=True, slots=True)
class Known:
    """What the platform takes: where in it which bytes stand, and what it is sent as."""

    at: int
    sign: bytes
    media: Media
    form: Form
    end: str
    media_type: str


KNOWN: Sequence[Known] = (
    Known(0, b"\xff\xd8\xff", Media.PHOTO, Form.IMAGE, "jpg", "image/jpeg"),
    Known(0, b"\x89PNG", Media.PHOTO, Form.IMAGE, "png", "image/png"),
    Known(0, b"GIF8", Media.PHOTO, Form.IMAGE, "gif", "image/gif"),
    Known(0, b"#!AMR", Media.VOICE, Form.VOICE, "amr", "audio/amr"),
    Known(0, b"ID3", Media.VOICE, Form.VOICE, "mp3", "audio/mpeg"),
    Known(0, b"\xff\xfb", Media.VOICE, Form.VOICE, "mp3", "audio/mpeg"),
    Known(0, b"\xff\xf3", Media.VOICE, Form.VOICE, "mp3", "audio/mpeg"),
    Known(0, b"\xff\xf2", Media.VOICE, Form.VOICE, "mp3", "audio/mpeg"),
    Known(4, b"ftyp", Media.VIDEO, Form.VIDEO, "mp4", "video/mp4"),
)
"""The first row that fits counts."""

NO_VIDEOS = (b"ftypM4A", b"ftypqt")
"""Begin like a video that the platform takes, and are none."""


COVER_PX: Final = (320, 180)
GREY, WHITE = (72, 78, 86), (255, 255, 255)


@cache
def cover() -> bytes:
    """The JPEG that stands for a video until it is played, which the platform asks for: a triangle on grey, as nobody
    here looks into videos."""
    image = Image.new("RGB", COVER_PX, GREY)
    middle, half = COVER_PX[0] // 2, COVER_PX[1] // 2
    ImageDraw.Draw(image).polygon([(middle - 24, half - 32), (middle - 24, half + 32), (middle + 36, half)], WHITE)
    out = BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def upload(file: Attachment, path: Path) -> Upload | None:
    """How to send the file at ``path``, of which only the beginning is read; None if the platform does not take it.

    Raises:
        OSError: it is not there.
    """
    with path.open("rb") as stored:
        head, size = stored.read(HEAD_BYTES), os.fstat(stored.fileno()).st_size
    found = next((one for one in KNOWN if one.media is file.media and _begins(head, one)), None)
    if found is None or size > BYTES_MAX[found.form]:
        return None
    return Upload(found.form, f"{file.hash[:12]}.{found.end}", found.media_type, path)


def _begins(head: bytes, known: Known) -> bool:
    if head[4:].startswith(NO_VIDEOS):
        return False
    return head[known.at : known.at + len(known.sign)] == known.sign
