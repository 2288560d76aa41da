"""Files that followers send: fetched from the platform over HTTP, checked, kept once, and refused with a reason."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator, Awaitable, Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from bot.channels import wechat_links
from bot.channels.tencent_xml import fields
from bot.channels.wechat_open import Opened
from bot.channels.wechat_parse import parse, raw_message
from domain.chat import Attachment, Media, Raw
from domain.errors import FetchFailed
from storage.database import Database
from tests.channels.wechat_stage import HASH, Shelf, opened
from tests.fakes import Watch
from tests.wechat import FakeWechat, Follower
from tests.wechat.media import amr


@pytest.fixture
def engine() -> str:
    """Nothing here is kept in a database but the access token."""
    return "sqlite"


@pytest.fixture
async def fake() -> AsyncIterator[FakeWechat]:
    """The platform, where files lie for three days."""
    async with FakeWechat(clock=Watch()) as fake:
        yield fake


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty one."""
    return Shelf(tmp_path)


@pytest.fixture
async def wechat(fake: FakeWechat, database: Database, shelf: Shelf) -> AsyncIterator[Opened]:
    """The channel; what is larger than 20,000 bytes it does not take."""
    async with opened(fake, database, shelf, bytes_max=20_000) as found:
        yield found


async def sent(fake: FakeWechat, send: Callable[[Follower], Awaitable[Any]]) -> Raw:
    """What arrives when somebody sends something."""
    await send(fake.people.get("hana") or fake.follower("hana"))
    xml = fake.acts[-1].xml
    return raw_message(xml, fields(xml))


def picture() -> bytes:
    """A photo with a place in its metadata."""
    out, exif = BytesIO(), Image.Exif()
    exif[0x010E] = "where we live"
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG", exif=exif)
    return out.getvalue()


async def test_a_photo_is_kept_for_its_sender(fake: FakeWechat, wechat: Opened, shelf: Shelf) -> None:
    """A photo arrives whole, loses its metadata, belongs to who sent it, and is fetched once."""
    photo = await sent(fake, lambda hana: hana.photo(picture()))
    assert wechat.channel.remote(photo)

    fetched = await wechat.channel.fetch(photo)

    assert not wechat.channel.remote(fetched)
    assert parse(fetched).files == (Attachment(HASH, Media.PHOTO),)
    [(data, media_type, account)] = shelf.kept
    assert (media_type, account) == ("image/jpeg", fake.people["hana"].openid)
    assert not Image.open(BytesIO(data)).getexif()
    assert (await wechat.channel.fetch(fetched)) == fetched
    assert len(shelf.kept) == 1


async def test_a_voice_is_kept_with_its_words(fake: FakeWechat, wechat: Opened, shelf: Shelf) -> None:
    """A voice note stays a voice, and what the platform heard is what was said."""
    fetched = parse(await wechat.channel.fetch(await sent(fake, lambda hana: hana.voice(recognition="漏水了"))))

    assert (fetched.text, fetched.files[0].media) == ("漏水了", Media.VOICE)
    assert shelf.kept[0][:2] == (amr(), "audio/amr")


async def test_a_voice_of_the_platforms_own_format_is_kept(fake: FakeWechat, wechat: Opened, shelf: Shelf) -> None:
    """Speex has no first bytes to know it by: the message says what it is, and of a voice alone that is believed."""
    raw = await sent(fake, lambda hana: hana.voice(b"\x36\x9d\x1b\x9a speex frames"))
    speex = Raw(raw.id, raw.channel, {"xml": raw.body["xml"].replace("amr", "speex")}, raw.place)
    image = await sent(fake, lambda hana: hana.photo(b"\x36\x9d\x1b\x9a speex frames"))

    assert parse(await wechat.channel.fetch(speex)).files[0].media is Media.VOICE
    assert shelf.kept[0][1] == "audio/speex"
    assert parse(await wechat.channel.fetch(image)).refused == ("kind",)


@pytest.mark.parametrize("by_url", [True, False])
async def test_a_film_is_fetched_where_it_lies(fake: FakeWechat, wechat: Opened, shelf: Shelf, by_url: bool) -> None:
    """The platform gives a film's bytes or the address where they lie."""
    fake.relax(video_by_url=by_url)

    fetched = parse(await wechat.channel.fetch(await sent(fake, lambda hana: hana.video(short=by_url))))

    assert fetched.files[0].media is Media.VIDEO
    assert shelf.kept[0][1] == "video/mp4"


async def test_words_and_acts_have_no_files(fake: FakeWechat, wechat: Opened) -> None:
    """What has no file is not fetched."""
    words = await sent(fake, lambda hana: hana.says("水龙头"))

    assert not wechat.channel.remote(words)
    assert (await wechat.channel.fetch(words)) == words


@pytest.mark.parametrize("kind", ["photo", "voice", "video"])
async def test_what_is_too_big_is_refused(fake: FakeWechat, wechat: Opened, shelf: Shelf, kind: str) -> None:
    """Reading stops at the limit."""
    big = await sent(fake, lambda hana: getattr(hana, kind)(b"\xff\xd8\xff" + bytes(20_000)))

    assert parse(await wechat.channel.fetch(big)).refused == ("too-big",)
    assert shelf.kept == []


async def test_what_the_platform_has_let_go_of_is_lost(fake: FakeWechat, wechat: Opened) -> None:
    """After three days a file is gone, and is not asked for again."""
    photo = await sent(fake, lambda hana: hana.photo())
    fake.clock.move(3 * 86400 + 1)

    assert parse(await wechat.channel.fetch(photo)).refused == ("lost",)


@pytest.mark.parametrize("fault", ["500", "502", "html", "half", "reset", "busy"])
async def test_a_fault_that_may_pass_is_tried_again(fake: FakeWechat, wechat: Opened, fault: str) -> None:
    """Whatever goes wrong on the way is FetchFailed, tells no address, and the next try brings the file."""
    photo = await sent(fake, lambda hana: hana.photo(picture()))
    await wechat.channel.probe()
    fake.fail(fault, "media/get")

    with pytest.raises(FetchFailed) as failed:
        await wechat.channel.fetch(photo)

    assert "http" not in str(failed.value)
    assert failed.value.__cause__ is None
    assert parse(await wechat.channel.fetch(photo)).files


@pytest.mark.parametrize(
    ("code", "refused"), [(errno.ENOSPC, ("no-space",)), (errno.EDQUOT, ("no-space",)), (errno.EIO, None)]
)
async def test_a_full_disk_refuses_files_only(
    fake: FakeWechat, wechat: Opened, shelf: Shelf, code: int, refused: tuple[str, ...] | None
) -> None:
    """Without space the file is refused for good; another fault of the disk may pass."""
    photo = await sent(fake, lambda hana: hana.photo(picture()))
    shelf.fault = OSError(code, "disk")
    if refused is None:
        with pytest.raises(FetchFailed):
            await wechat.channel.fetch(photo)
        return
    assert parse(await wechat.channel.fetch(photo)).refused == refused


@pytest.mark.parametrize(
    "link",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://localhost/x",
        "http://evil.example/video.mp4",
        "http://qq.com.evil.example/video.mp4",
        "http://user@mp.weixin.qq.com/video",
        "http://mp.weixin.qq.com:22/video",
        "ftp://mp.weixin.qq.com/video",
        "file:///etc/passwd",
        "http://[::1]/x",
        "not an address",
        "",
    ],
)
async def test_no_other_address_is_asked(link: str) -> None:
    """Only Tencent's own hosts, at their usual ports, and the API's own."""
    async with httpx.AsyncClient() as client:
        with pytest.raises(FetchFailed, match="address"):
            await wechat_links.fetch(client, link, "https://api.weixin.qq.com", 100)
