"""Files of WeCom and its customer service: those that lie with the platform, and ours as it takes them.

Files that people send are had by their media id, checked, and kept as our own. Ours are sent as what their bytes are: a
picture, a film or a voice that the platform would not show goes as a plain file.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.channels.tencent_http import Api
from bot.remote_files import LOST, Keeper, Loaded, Refused, RemoteFiles, Wanted
from domain.chat import Attachment, Media, Raw
from domain.errors import FetchFailed, Permanent, SendFailed

BYTES_MAX = 20 * 1024 * 1024
BYTES_MIN = 6
HEAD_BYTES = 16
NAME_CHARS_MAX = 60

GET = "/cgi-bin/media/get"
GONE = LOST
NOT_OURS = {40007: (Permanent, GONE), 40004: (Permanent, GONE)}
"""A media id that is known no more: after three days all of them are."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that lies with the platform, for three days, and who sent it."""

    id: str
    account: str
    media: Media


Find = Callable[[Raw], RemoteFile | None]
"""The file of a message, None if it has none. Raises Unparseable."""


def verdict(fault: SendFailed, *final: str) -> Refused | FetchFailed:
    """What a fault of the platform's means for a file: with one of the ``final`` codes it will never be had."""
    if isinstance(fault, Permanent) and fault.code in final:
        return Refused(fault.code)
    return FetchFailed(fault.code)


@dataclass(frozen=True, slots=True, repr=False)
class Files(RemoteFiles):
    """``bytes_max`` is the installation's limit; the platform's own is 20 MB."""

    api: Api
    find: Find
    keeper: Keeper
    bytes_max: int = BYTES_MAX

    def _find(self, raw: Raw) -> Wanted | None:
        file = self.find(raw)
        return Wanted(file.id, file.account, partial(self._load, file)) if file else None

    async def _load(self, file: RemoteFile) -> Loaded:
        """All its bytes, and its name."""
        most = min(self.bytes_max, BYTES_MAX)
        try:
            found = await self.api.download(GET, params={"media_id": file.id}, bytes_max=most, also=NOT_OURS)
        except SendFailed as fault:
            raise verdict(fault, GONE) from None
        if found.link or (found.media_type.startswith("text/") and not found.name):
            raise FetchFailed("page")  # a proxy's: what is somebody's has a name
        return Loaded(found.data, _tame(found.name) if file.media is Media.DOCUMENT else "")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is ready to go; ``kind`` is what the platform calls it: «image», «voice», «video», «file»."""

    kind: str
    name: str
    media_type: str
    path: Path


SIGNS: Sequence[tuple[int, bytes, str]] = (
    (0, b"\xff\xd8\xff", "jpg"),
    (0, b"\x89PNG", "png"),
    (0, b"#!AMR", "amr"),
    (0, b"OggS", "ogg"),
    (8, b"M4A", "m4a"),
    (4, b"ftypqt", "mov"),
    (4, b"ftyp", "mp4"),
    (0, b"\x1aE\xdf\xa3", "webm"),
    (0, b"ID3", "mp3"),
    (0, b"\xff\xfb", "mp3"),
    (0, b"%PDF", "pdf"),
)
"""Where in a file which bytes stand, and what it is then; the first row that fits counts."""

KINDS: Mapping[tuple[Media, str], tuple[str, str, int]] = {
    (Media.PHOTO, "jpg"): ("image", "image/jpeg", 10 * 1024 * 1024),
    (Media.PHOTO, "png"): ("image", "image/png", 10 * 1024 * 1024),
    (Media.VIDEO, "mp4"): ("video", "video/mp4", 10 * 1024 * 1024),
    (Media.VOICE, "amr"): ("voice", "audio/amr", 2 * 1024 * 1024),
}
"""What the platform shows or plays, as which kind, of which media type and up to how many bytes."""

PLAIN = ("file", "application/octet-stream", BYTES_MAX)


def ready(file: Attachment, path: Path) -> Upload:
    """How to send the file at ``path``, of which only the beginning is read.

    Raises:
        Permanent: it is too big or too small for the platform, or not there any more.
    """
    try:
        with path.open("rb") as stored:
            head, size = stored.read(HEAD_BYTES), os.fstat(stored.fileno()).st_size
    except OSError:
        raise Permanent("file-gone") from None
    end = next((end for at, sign, end in SIGNS if head[at : at + len(sign)] == sign), "")
    kind, media_type, bytes_max = KINDS.get((file.media, end), PLAIN)
    if size > bytes_max:
        kind, media_type, bytes_max = PLAIN
    if not BYTES_MIN <= size <= bytes_max:
        raise Permanent("too-big" if size > bytes_max else "too-small")
    return Upload(kind, _named(file, end), media_type, path)


async def put(api: Api, upload: Upload) -> str:
    """Bring a file to the platform, which keeps it for three days; its media id.

    Raises:
        SendFailed: one of its kinds.
    """
    try:
        data = await asyncio.to_thread(upload.path.read_bytes)
    except OSError:
        raise Permanent("file-gone") from None
    answer = await api.upload(
        "/cgi-bin/media/upload", data, upload.name, upload.media_type, params={"type": upload.kind}
    )
    return str(answer.get("media_id", ""))


def _named(file: Attachment, end: str) -> str:
    """The file's own name with an end that fits its bytes, or one for its kind."""
    own = _tame(file.name)
    if not own:
        return ".".join(filter(None, (file.media.value, end)))
    return own if not end or "." in own else f"{own}.{end}"


def _tame(name: str) -> str:
    """A name without folders and without what may not stand in one."""
    last = name.replace("\\", "/").rsplit("/")[-1]
    return "".join(char for char in last if char.isprintable() and char not in '":*?<>|')[-NAME_CHARS_MAX:]
