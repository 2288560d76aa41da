"""Codes to scan: what stands in them, for how long, and what arrives when somebody scans one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO

import httpx
import pytest
from PIL import Image

from bot.channels.tencent_xml import fields
from bot.channels.wechat_open import open_api
from bot.channels.wechat_parse import parse, raw_message
from bot.channels.wechat_scene import Code, code_for, picture_of, scene_of
from domain.errors import SendFailed
from domain.scenes import PREFIXES
from tests.channels.wechat_stage import account_of
from tests.fakes import Watch
from tests.wechat import FakeWechat


@pytest.fixture
async def fake() -> AsyncIterator[FakeWechat]:
    """The platform."""
    async with FakeWechat(clock=Watch()) as fake:
        yield fake


@pytest.mark.parametrize("days", [1, 30, None])
async def test_who_scans_a_code_arrives_with_its_word(fake: FakeWechat, days: int | None) -> None:
    """A code for some days or for ever is made and drawn, and a new follower arrives by it like by a link."""
    async with open_api(account_of(fake)) as (api, client):
        code = await code_for(api, scene_of("product", "FT-2"), days)
        picture = await picture_of(client, code)
    who = fake.follower("new", following=False)
    await who.follow("product-FT-2")

    assert code.address.startswith("http://weixin.qq.com/q/")
    assert picture is not None
    assert Image.open(BytesIO(picture)).format == "PNG"
    assert parse(raw_message(fake.acts[-1].xml, fields(fake.acts[-1].xml))).text == "/start product-FT-2"
    made = next(iter(fake.here.codes.values()))
    assert (made.until is None) == (days is None)


async def test_a_code_without_a_picture_has_an_address(fake: FakeWechat) -> None:
    """If the picture cannot be had, the code is good all the same."""
    async with httpx.AsyncClient() as client:
        for picture in (f"{fake.base_url}/cgi-bin/showqrcode?ticket=none", "http://127.0.0.1:9/x"):
            assert await picture_of(client, Code("s", "http://weixin.qq.com/q/1", picture)) is None


@pytest.mark.parametrize(("scene", "days"), [("", 1), ("x" * 65, 1), ("a b", 1), ("中", 1), ("x", 0), ("x", 31)])
async def test_what_the_platform_would_refuse_is_not_asked(fake: FakeWechat, scene: str, days: int) -> None:
    """A scene has 1 to 64 letters and digits, and lasts at most 30 days."""
    async with open_api(account_of(fake)) as (api, _):
        with pytest.raises(ValueError, match=scene or "^$"):
            await code_for(api, scene, days)
    assert fake.here.codes == {}


async def test_a_wrong_secret_gives_no_code(fake: FakeWechat) -> None:
    """The platform's refusal comes through as an error."""
    fake.fail("502", "stable_token")
    async with open_api(account_of(fake)) as (api, _):
        with pytest.raises(SendFailed):
            await code_for(api, "x", 1)


def test_each_purpose_has_a_beginning_of_its_own() -> None:
    """From its scene one knows what a code is for, and an invitation's is its code."""
    scenes = {purpose: scene_of(purpose, "ABCDE-FGHJK") for purpose in PREFIXES}
    assert len(set(scenes.values())) == len(PREFIXES)
    assert scenes["invite"] == "ABCDE-FGHJK"
    for purpose, value in (("war", "x"), ("home", ""), ("home", "a/b"), ("product", "x" * 60)):
        with pytest.raises(ValueError, match=r"[?-]"):
            scene_of(purpose, value)
