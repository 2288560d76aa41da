from __future__ import annotations

import struct
import zlib
from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from PIL import Image

from tests.pages.office import Site, running

MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 64
PDF = b"%PDF-1.7\n" + b"x" * 64


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running() as site:
        yield site


def picture(size: tuple[int, int] = (80, 60), kind: str = "JPEG", mode: str = "RGB", **save: object) -> bytes:
    """An image file, its left half red."""
    image = Image.new(mode, size)
    image.paste((255, 0, 0) if mode == "RGB" else (255, 0, 0, 90), (0, 0, size[0] // 2, size[1]))
    out = BytesIO()
    image.save(out, kind, **save)
    return out.getvalue()


def telling() -> bytes:
    """A photo lying on its side that tells where it was taken, by whom, and in a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 14.0, 7.0), 3: "E", 4: (121.0, 28.0, 9.0)})
    return picture(exif=exif.tobytes(), comment=b"canary 13800138000")


def bomb(side: int) -> bytes:
    """A small PNG that says it is ``side`` pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 5_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


async def test_a_photo_loses_what_it_tells(site: Site) -> None:
    """A stored photo stands upright and holds no place, no device, no comment and no name."""
    await site.open()

    answer = await site.upload(telling())

    kept = answer.json()
    data, media_type = site.office.files[kept["hash"]]
    image = Image.open(BytesIO(data))
    assert (answer.status_code, kept["media"], media_type) == (200, "photo", "image/jpeg")
    assert image.size == (60, 80)
    assert not image.getexif()
    assert not {"exif", "comment", "icc_profile"} & set(image.info)
    assert b"SecretPhone" not in data
    assert b"canary" not in data


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (picture(kind="PNG"), "JPEG"),
        (picture(kind="PNG", mode="RGBA"), "PNG"),
        (picture(kind="WEBP"), "JPEG"),
        (picture(kind="GIF"), "JPEG"),
        (picture((2600, 100)), "JPEG"),
        (picture((5000, 3000)), "JPEG"),
    ],
)
async def test_images_are_drawn_anew(site: Site, data: bytes, kind: str) -> None:
    """Whatever kind of image came, a JPEG or, if one can see through it, a PNG of at most 2560 pixels is kept."""
    await site.open()

    kept = (await site.upload(data, "application/octet-stream")).json()

    image = Image.open(BytesIO(site.office.files[kept["hash"]][0]))
    assert image.format == kind
    assert max(image.size) <= 2560


@pytest.mark.parametrize(
    ("data", "media", "media_type"),
    [
        (MP4, "video", "video/mp4"),
        (PDF, "document", "application/pdf"),
        (b"#!AMR\n" + b"\x00" * 32, "voice", "audio/amr"),
        (b"OggS" + b"\x00" * 64, "voice", "audio/ogg"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + b"\x00" * 32, "video", "video/webm"),
    ],
)
async def test_other_files_are_known_by_their_bytes(site: Site, data: bytes, media: str, media_type: str) -> None:
    """Video, voice and PDF are kept as they are, under the type that their first bytes show."""
    await site.open()

    kept = (await site.upload(data, "image/png")).json()

    assert kept["media"] == media
    assert site.office.files[kept["hash"]] == (data, media_type)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ\x90\x00" + b"\x00" * 200,
        b"<html><script>alert(1)</script></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
        b"PK\x03\x04" + b"\x00" * 64,
        b"GIF89a<script>alert(1)</script>",
        b"\xff\xd8\xff\xe0" + b"\x00" * 64,
        picture()[:300],
        bomb(20)[:40],
    ],
)
async def test_what_is_not_what_it_says_is_refused(site: Site, data: bytes) -> None:
    """A program, a page, an archive or a broken image is refused whatever its type or name says."""
    await site.open()

    answer = await site.upload(data, "image/jpeg")

    assert (answer.status_code, answer.json()["error"]) == (415, "file-type")
    assert site.office.files == {}


@pytest.mark.parametrize("side", [9_000, 20_000, 60_000])
async def test_a_bomb_is_refused(site: Site, side: int) -> None:
    """A small file that would unfold to a huge image is refused before it unfolds."""
    await site.open()

    answer = await site.upload(bomb(side), "image/png")

    assert (answer.status_code, answer.json()["error"]) == (413, "file-large")


async def test_a_file_that_is_too_large_is_refused() -> None:
    """Beyond the limit a file is refused, declared or streamed, and the limit itself fits."""
    async with running(upload_bytes_max=1000) as site:
        await site.open()

        async def streamed() -> AsyncIterator[bytes]:
            yield PDF
            for _ in range(20):
                yield b"x" * 100

        declared = await site.upload(PDF + b"x" * 1000)
        headers = {**site.headers(), "Content-Type": "application/pdf"}
        chunked = await site.client.post("/chat/files", content=streamed(), headers=headers)
        fits = await site.upload(PDF.ljust(1000, b"x"))

    assert [(a.status_code, a.json()["error"]) for a in (declared, chunked)] == [(413, "file-large")] * 2
    assert fits.status_code == 200


async def test_uploads_are_counted() -> None:
    """More uploads a minute than allowed are answered with 429."""
    async with running(uploads_per_min=2) as site:
        await site.open()
        answers = [await site.upload(PDF) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_only_an_uploaded_file_can_be_sent(site: Site) -> None:
    """A file goes into a message by the ticket of its own uploader: no other hash, kind or account is taken."""
    await site.open("homeowner")
    await site.open("installer")
    headers = {**site.headers("homeowner"), "Content-Type": "image/jpeg"}
    file = (await site.client.post("/chat/files", content=picture(), headers=headers)).json()

    others = await site.post("installer", text="x", files=[file])
    changed = [
        await site.post("homeowner", text="x", files=[{**file, **change}])
        for change in ({"hash": "0" * 64}, {"media": "document"}, {"ticket": ""}, {"ticket": None})
    ]
    own = await site.post("homeowner", text="看照片", files=[file])

    assert [(a.status_code, a.json()["error"]) for a in (others, *changed)] == [(400, "file")] * 5
    assert own.status_code == 200
    (raw,) = site.office.raws.values()
    assert raw.body["files"] == [{"hash": file["hash"], "media": "photo", "name": ""}]


async def test_a_file_is_served_to_those_who_may_see_it(site: Site) -> None:
    """A photo is shown in place, anything else is handed out as an attachment under a name of ours."""
    account = await site.open()
    photo = (await site.upload(picture())).json()["hash"]
    paper = (await site.upload(PDF)).json()["hash"]
    site.office.readers = {photo: {account}, paper: {account}}

    shown = await site.client.get(f"/chat/files/{photo}")
    handed = await site.client.get(f"/chat/files/{paper}")

    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert shown.headers["content-disposition"].startswith("inline")
    assert handed.headers["content-disposition"] == f'attachment; filename="{paper[:12]}.pdf"'
    assert handed.headers["x-content-type-options"] == "nosniff"
    assert handed.headers["cache-control"].startswith("private")


async def test_anothers_file_is_like_an_absent_one(site: Site) -> None:
    """Whose file it is not gets the answer of a file that is not there, and so does a senseless name."""
    await site.open()
    photo = (await site.upload(picture())).json()["hash"]
    site.office.readers = {photo: {"w_hana"}}

    foreign = await site.client.get(f"/chat/files/{photo}")
    absent = await site.client.get("/chat/files/" + "0" * 64)
    senseless = await site.client.get("/chat/files/..%2f..%2fetc%2fpasswd")

    assert (foreign.status_code, foreign.content) == (absent.status_code, absent.content)
    assert (absent.status_code, senseless.status_code) == (404, 404)


async def test_a_player_may_ask_for_a_part(site: Site) -> None:
    """A range of a video is answered with that part; a senseless range with the whole."""
    account = await site.open()
    video = (await site.upload(MP4)).json()["hash"]
    site.office.readers = {video: {account}}

    async def part(wanted: str) -> tuple[int, bytes, str | None]:
        answer = await site.client.get(f"/chat/files/{video}", headers={"Range": wanted})
        return answer.status_code, answer.content, answer.headers.get("content-range")

    assert await part("bytes=4-7") == (206, b"ftyp", f"bytes 4-7/{len(MP4)}")
    assert await part("bytes=80-999") == (206, MP4[80:], f"bytes 80-{len(MP4) - 1}/{len(MP4)}")
    assert await part("bytes=9999-") == (200, MP4, None)
    assert await part("lines=1-2") == (200, MP4, None)
