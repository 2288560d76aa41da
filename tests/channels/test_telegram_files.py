"""Files that people send: fetched from the platform over HTTP, checked, kept once, and refused with a reason."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.channels.telegram_files import Files
from bot.channels.telegram_http import open_bot
from bot.channels.telegram_parse import parse, raw_update
from bot.remote_files import Keeper
from bot.server import bound
from domain.chat import Attachment, Media, Raw
from domain.errors import FetchFailed
from tests.channels.telegram_payloads import names, payload, raw
from tests.platforms.serving import Server
from tests.telegram import FakeTelegram

BOT_ID = 7000000001
HASH = "ab" * 32
OGG = b"OggS" + bytes(200)
REMOTE = set("photo photo_large album_one album_two video voice audio video_note document animation".split())


def picture(size: int = 200) -> bytes:
    """A photo with a place in its metadata."""
    image, out = Image.new("RGB", (size, size), "teal"), BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "where we live"
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


class Shelf:
    """What was kept; ``fault`` is what the disk says instead."""

    def __init__(self) -> None:
        self.kept: list[tuple[bytes, str, str]] = []
        self.fault: OSError | None = None

    async def keep(self, data: bytes, media_type: str, account: str) -> Attachment:
        if self.fault:
            raise self.fault
        self.kept.append((data, media_type, account))
        return Attachment(HASH, Media.PHOTO if media_type.startswith("image") else Media.VOICE)


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    """Telegram, where files lie."""
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def shelf() -> Shelf:
    """An empty one."""
    return Shelf()


@pytest.fixture
async def files(fake: FakeTelegram, shelf: Shelf) -> AsyncIterator[Files]:
    """What fetches them."""
    async with open_bot(fake.token, fake.base_url) as bot, httpx.AsyncClient() as client:
        yield Files(bot, client, Keeper(shelf.keep))


async def sent(fake: FakeTelegram, send: Callable[[Any], Awaitable[Any]]) -> Raw:
    """What arrives when somebody sends something."""
    hana = fake.user("Hana")
    await send(hana)
    update = next(reversed(fake.queue.pending.values())).body
    return raw_update(BOT_ID, update)


async def test_a_photo_is_kept_for_its_sender(fake: FakeTelegram, files: Files, shelf: Shelf) -> None:
    """A photo arrives whole, loses its metadata, belongs to who sent it, and stands in the message."""
    photo = await sent(fake, lambda hana: hana.sends_photo(picture(), caption="漏水"))
    assert files.remote(photo)

    fetched = await files.fetch(photo)

    assert not files.remote(fetched)
    assert parse(fetched).files == (Attachment(HASH, Media.PHOTO),)
    assert parse(fetched).text == "漏水"
    [(data, media_type, account)] = shelf.kept
    assert (media_type, account) == ("image/jpeg", str(fake.people["Hana"].id))
    assert not Image.open(BytesIO(data)).getexif()
    assert (await files.fetch(fetched)) == fetched
    assert len(shelf.kept) == 1


async def test_what_is_too_big_is_not_fetched(fake: FakeTelegram, files: Files) -> None:
    """A file of a size that the platform tells is refused unseen, one of another size while it is read."""
    voice = await sent(fake, lambda hana: hana.sends_voice(OGG))
    small = replace(files, bytes_max=100)

    assert parse(await small.fetch(voice)).refused == ("too-big",)
    assert fake.journal.of("called", method="getFile") == []
    del voice.body["update"]["message"]["voice"]["file_size"]
    assert parse(await small.fetch(voice)).refused == ("too-big",)
    assert len(fake.journal.of("called", method="getFile")) == 1
    assert parse(await files.fetch(voice)).files == (Attachment(HASH, Media.VOICE),)


async def test_what_is_no_picture_or_recording_is_refused(fake: FakeTelegram, files: Files, shelf: Shelf) -> None:
    """The first bytes decide, whatever the name says."""
    document = await sent(fake, lambda hana: hana.sends_document(b"MZ\x90\x00 not a photo", name="photo.jpg"))

    assert parse(await files.fetch(document)).refused == ("kind",)
    assert shelf.kept == []


@pytest.mark.parametrize(
    ("code", "refused"), [(errno.ENOSPC, ("no-space",)), (errno.EDQUOT, ("no-space",)), (errno.EIO, None)]
)
async def test_a_full_disk_refuses_files_only(
    fake: FakeTelegram, files: Files, shelf: Shelf, code: int, refused: tuple[str, ...] | None
) -> None:
    """Without space the file is refused for good and the words go on; another fault of the disk may pass."""
    photo = await sent(fake, lambda hana: hana.sends_photo(picture(), caption="漏水"))
    shelf.fault = OSError(code, "disk")
    if refused is None:
        with pytest.raises(FetchFailed):
            await files.fetch(photo)
        return
    fetched = parse(await files.fetch(photo))
    assert (fetched.refused, fetched.text) == (refused, "漏水")


async def test_what_the_platform_has_lost_is_lost(fake: FakeTelegram, files: Files) -> None:
    """A file which the platform does not know is asked for once."""
    photo = await sent(fake, lambda hana: hana.sends_photo(picture()))
    fake.chats.files.clear()

    assert parse(await files.fetch(photo)).refused == ("lost",)


@pytest.mark.parametrize("fault", ["500", "502", "html", "half", "reset", "429"])
async def test_a_fault_that_may_pass_is_tried_again(fake: FakeTelegram, files: Files, fault: str) -> None:
    """Whatever goes wrong on the way is FetchFailed, tells no address, and the next try brings the file."""
    photo = await sent(fake, lambda hana: hana.sends_photo(picture()))
    fake.fail(fault, "getFile", seconds=0)

    with pytest.raises(FetchFailed) as failed:
        await files.fetch(photo)

    assert fake.token not in repr(failed.value)
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__


async def test_a_silent_platform_is_given_up(fake: FakeTelegram, files: Files) -> None:
    """A fetch ends, however slowly the platform answers."""
    photo = await sent(fake, lambda hana: hana.sends_photo(picture()))
    fake.fail("hang", "getFile", seconds=2)

    with pytest.raises(FetchFailed) as failed:
        await replace(files, total_s=0.1).fetch(photo)

    assert failed.value.code == "TimeoutError"


async def test_a_platform_that_is_away_is_no_fault_of_the_message(fake: FakeTelegram, shelf: Shelf) -> None:
    """Where nobody listens, the fetch fails and the message waits."""
    photo = await sent(fake, lambda hana: hana.sends_photo(picture()))
    async with open_bot(fake.token, "http://127.0.0.1:9") as bot, httpx.AsyncClient() as client:
        with pytest.raises(FetchFailed):
            await Files(bot, client, Keeper(shelf.keep)).fetch(photo)


def test_only_messages_with_files_are_fetched(files: Files) -> None:
    """Of all that was captured, exactly the messages with a file wait for it; masked ones and buttons never."""
    assert {name for name in names() if files.remote(raw(name))} == REMOTE


def test_a_masked_sender_has_no_files(files: Files) -> None:
    """What an anonymous admin or a channel posts is not fetched: it has no owner."""
    update = payload("photo")
    update["message"]["sender_chat"] = {"id": -1001774920011, "type": "channel", "title": "匠到公告"}

    assert not files.remote(raw(update))


@asynccontextmanager
async def hostile(asked: list[str]) -> AsyncIterator[str]:
    """A platform whose files are not what they should be; ``asked`` is what was downloaded."""

    async def get_file(request: Request) -> Response:
        path = parse_qs((await request.body()).decode())["file_id"][0]
        return JSONResponse({"ok": True, "result": {"file_id": path, "file_unique_id": "u", "file_path": path}})

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield OGG * 1000
            await asyncio.sleep(0)  # lets the others live

    async def file(request: Request) -> Response:
        asked.append(request.path_params["path"])
        answers: dict[str, Response] = {
            "redirect": RedirectResponse("/file/bot1:x/secret"),
            "gone": Response(status_code=404),
            "endless": StreamingResponse(endless()),
            "compressed": Response(OGG, headers={"content-encoding": "gzip"}),
        }
        return answers.get(request.path_params["path"], Response(OGG))

    routes = [Route("/bot{token}/getFile", get_file, methods=["POST"]), Route("/file/bot{token}/{path:path}", file)]
    with bound("127.0.0.1", 0) as listener:
        config = uvicorn.Config(Starlette(routes=routes), log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        server = Server(config)
        serving = asyncio.create_task(server.serve([listener]))
        await server.ready.wait()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


@pytest.mark.parametrize(
    ("path", "refused", "downloads"),
    [
        ("redirect", None, 1),
        ("gone", None, 1),
        ("endless", "too-big", 1),
        ("compressed", "audio/ogg", 1),
        ("a/../gone", None, 0),
        ("/etc/passwd", None, 0),
    ],
)
async def test_a_hostile_platform_gains_nothing(shelf: Shelf, path: str, refused: str | None, downloads: int) -> None:
    """No redirect is followed, no path climbs, nothing is unpacked, and an endless file ends at the limit."""
    asked: list[str] = []
    voice = payload("voice")
    voice["message"]["voice"].update(file_id=path, file_size=None)
    async with hostile(asked) as base, open_bot("1:x", base) as bot, httpx.AsyncClient() as client:
        files = Files(bot, client, Keeper(shelf.keep))
        if refused is None:
            with pytest.raises(FetchFailed):
                await files.fetch(raw(voice))
        elif refused == "too-big":
            assert parse(await files.fetch(raw(voice))).refused == (refused,)
        else:
            assert parse(await files.fetch(raw(voice))).files
            assert shelf.kept[0][:2] == (OGG, refused)
    assert len(asked) == downloads
