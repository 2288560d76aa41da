"""Files from browsers: capped while they are read, known by their first bytes, images drawn anew."""

from __future__ import annotations

import re
import warnings
from collections.abc import AsyncIterator
from io import BytesIO

from PIL import Image, ImageOps

from domain.chat import Media

SIDE_PX_MAX = 2560
IMAGE_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
IMAGE_TYPES = ("image/jpeg", "image/png")
JPEG_QUALITY = 86

# first bytes → media type; «ftyp» files are told apart by their brand
MAGIC: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), media_type)
    for pattern, media_type in (
        (rb"\xff\xd8\xff", "image/*"),
        (rb"\x89PNG\r\n\x1a\n", "image/*"),
        (rb"GIF8[79]a", "image/*"),
        (rb"RIFF....WEBP", "image/*"),
        (rb"%PDF-1\.|%PDF-2\.", "application/pdf"),
        (rb"....ftypM4A ", "audio/mp4"),
        (rb"....ftypqt  ", "video/quicktime"),
        (rb"....ftyp(isom|iso[2-9]|mp4[12]|avc1|M4V |MSNV|dash|3gp.)", "video/mp4"),
        (rb"\x1a\x45\xdf\xa3.{0,64}webm", "video/webm"),
        (rb"OggS", "audio/ogg"),
        (rb"RIFF....WAVE", "audio/wav"),
        (rb"#!AMR", "audio/amr"),
        (rb"ID3|\xff[\xfb\xf3\xf2]", "audio/mpeg"),
    )
)

MEDIA = {"image": Media.PHOTO, "video": Media.VIDEO, "audio": Media.VOICE, "application": Media.DOCUMENT}


class TooLarge(Exception):
    """More bytes or more pixels than are taken."""


class Unusable(Exception):
    """Not of a type that is taken, or broken."""


async def read_capped(chunks: AsyncIterator[bytes], declared: str, bytes_max: int) -> bytes:
    """All bytes of a body whose Content-Length header was ``declared`` («» for none).

    Raises:
        TooLarge: it says or shows that it is longer than ``bytes_max``; the rest is not read.
    """
    if declared.isdigit() and int(declared) > bytes_max:
        raise TooLarge
    data = bytearray()
    async for chunk in chunks:
        data += chunk
        if len(data) > bytes_max:
            raise TooLarge
    return bytes(data)


def checked(data: bytes, pixels_max: int) -> tuple[bytes, str]:
    """The bytes to keep and their media type: an image without its metadata, anything else as it came.

    Slow for images (up to a second): run it in a thread.

    Raises:
        TooLarge: an image of more than ``pixels_max`` pixels.
        Unusable: of no known type, or an image that cannot be drawn.
    """
    media_type = next((kind for magic, kind in MAGIC if magic.match(data)), None)
    if media_type is None:
        raise Unusable
    return redrawn(data, pixels_max) if media_type == "image/*" else (data, media_type)


def redrawn(data: bytes, pixels_max: int) -> tuple[bytes, str]:
    """An image upright, at most 2560 pixels wide and high, as JPEG, or as PNG if one can see through it.

    Raises:
        TooLarge, Unusable: as ``checked``.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=IMAGE_FORMATS) as image:
                return _redraw(image, pixels_max)
    except Image.DecompressionBombError as fault:
        raise TooLarge from fault
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, MemoryError) as fault:
        raise Unusable from fault


def _redraw(image: Image.Image, pixels_max: int) -> tuple[bytes, str]:
    if image.width * image.height > pixels_max:
        raise TooLarge
    image.draft("RGB", (SIDE_PX_MAX, SIDE_PX_MAX))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((SIDE_PX_MAX, SIDE_PX_MAX))
    clear = upright.has_transparency_data
    return (_saved(upright.convert("RGBA"), "PNG"), "image/png") if clear else _jpeg(upright)


def _jpeg(image: Image.Image) -> tuple[bytes, str]:
    return _saved(image.convert("RGB"), "JPEG"), "image/jpeg"


def _saved(image: Image.Image, kind: str) -> bytes:
    out, plain = BytesIO(), Image.new(image.mode, image.size)
    plain.paste(image)
    plain.save(out, kind, quality=JPEG_QUALITY, optimize=kind == "JPEG")
    return out.getvalue()


def media_of(media_type: str) -> Media:
    """What a file of this type is shown as."""
    return MEDIA.get(media_type.partition("/")[0], Media.DOCUMENT)
