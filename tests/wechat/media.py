"""Files that lie with the platform for three days, and samples of what people send."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.wechat.errors import Refusal

KEPT_DAYS = 3
MIB = 1024 * 1024

# type of an upload → bytes at most, what its first bytes may be
LIMITS: dict[str, tuple[int, tuple[bytes, ...]]] = {
    "image": (10 * MIB, (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM")),
    "voice": (2 * MIB, (b"#!AMR", b"ID3", b"\xff\xfb", b"\xff\xf3")),
    "video": (10 * MIB, ()),
    "thumb": (64 * 1024, (b"\xff\xd8\xff",)),
}
TYPES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG": "image/png",
    b"GIF8": "image/gif",
    b"BM": "image/bmp",
    b"#!AMR": "audio/amr",
    b"ID3": "audio/mp3",
    b"\xff\xfb": "audio/mp3",
}
MP4 = "video/mp4"


@dataclass(frozen=True, slots=True)
class Kept:
    """One file; ``kind`` is a type of an upload."""

    id: str
    kind: str
    data: bytes
    at: datetime


@dataclass
class Shelf:
    """All of them, by media id."""

    clock: Callable[[], datetime]
    files: dict[str, Kept] = field(default_factory=dict)

    def keep(self, kind: str, data: bytes) -> Kept:
        """Whatever a person sends, or the bot."""
        kept = Kept(secrets.token_urlsafe(48), kind, data, self.clock())
        self.files[kept.id] = kept
        return kept

    def upload(self, kind: str, data: bytes) -> Kept:
        """What the bot puts there.

        Raises:
            Refusal: no such type, nothing in it, too big, or not what it says.
        """
        if kind not in LIMITS:
            raise Refusal("media-kind")
        size_max, heads = LIMITS[kind]
        if not data:
            raise Refusal("file-empty")
        if len(data) > size_max:
            raise Refusal("file-size")
        if not (data.startswith(heads) if heads else data[4:8] == b"ftyp"):
            raise Refusal("file-kind")
        return self.keep(kind, data)

    def get(self, id: str, *kinds: str) -> Kept:
        """Raises Refusal for one that is not there, not any more, or of another type."""
        kept = self.files.get(id)
        if kept is None or (kinds and kept.kind not in kinds):
            raise Refusal("media-id")
        if self.clock() >= kept.at + timedelta(days=KEPT_DAYS):
            raise Refusal("media-id")
        return kept


def type_of(kept: Kept) -> str:
    return next((kind for head, kind in TYPES.items() if kept.data.startswith(head)), MP4)


def amr(seed: int = 0) -> bytes:
    """A voice note as WeChat keeps them: the head of an AMR file and some frames."""
    return b"#!AMR\n" + b"".join(bytes([0x3C, (seed + n) % 256, *range(30)]) for n in range(8))
