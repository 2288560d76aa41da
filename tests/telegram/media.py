"""Files as people send them: small, and real enough for who looks at their first bytes."""

from __future__ import annotations

import struct
from io import BytesIO

from PIL import Image


def photo(colour: str = "teal", width: int = 640, height: int = 480, place: bool = False) -> bytes:
    """A JPEG; ``place`` puts the place where it was taken into it."""
    image, out = Image.new("RGB", (width, height), colour), BytesIO()
    exif = Image.Exif()
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 43.0), 3: "E", 4: (121.0, 28.0, 15.0)})
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def voice(seed: int = 0) -> bytes:
    """The first page of an Ogg stream that says it is Opus."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48000, 0, 0)
    page = b"OggS" + struct.pack("<BBqIIIBB", 0, 2, 0, seed, 0, 0, 1, len(head)) + head
    return page + bytes(64)


def video(seed: int = 0) -> bytes:
    """The boxes that every MP4 begins with."""
    box = b"ftypisom" + struct.pack(">I", 512) + b"isomiso2avc1mp41"
    return struct.pack(">I", len(box) + 4) + box + struct.pack(">I", 16) + b"free" + struct.pack(">Q", seed)


def document(words: str = "合同") -> bytes:
    """A PDF that has nothing to show."""
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n% " + words.encode() + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def huge(size: int) -> bytes:
    """So many bytes, behind the first ones of a PDF."""
    return b"%PDF-1.4\n" + bytes(size - 9)
