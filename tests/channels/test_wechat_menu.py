"""The menu beneath the chat: what is in it, in which language, and when it is set."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import keywords
from bot.channels.wechat_menu import LOOK_S, MENU, Menus, buttons, same
from bot.channels.wechat_open import Opened
from handlers import ROUTES
from messages import LOCALES
from storage.database import Database
from tests.channels.wechat_stage import CATALOGUE, Shelf, opened
from tests.fakes import Watch
from tests.wechat import FakeWechat
from tests.wechat.codes import check_menu


@pytest.fixture
def engine() -> str:
    """Nothing here is kept in a database but the access token."""
    return "sqlite"


@pytest.fixture
async def fake() -> AsyncIterator[FakeWechat]:
    """The platform, without a menu."""
    async with FakeWechat(clock=Watch()) as fake:
        yield fake


@pytest.fixture
async def wechat(fake: FakeWechat, database: Database, tmp_path: Path) -> AsyncIterator[Opened]:
    """The channel, with a menu in Chinese."""
    async with opened(fake, database, Shelf(tmp_path), menu_locale="zh-CN") as found:
        yield found


def keys() -> list[str]:
    """What each press means."""
    return [key for does in MENU.values() for key in ([does] if isinstance(does, str) else does.values())]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_menu_fits_in_every_language(locale: str) -> None:
    """The platform takes it: three entries, five beneath, names of 16 and 60 bytes."""
    check_menu(buttons(locale, CATALOGUE.words))


def test_every_key_is_understood() -> None:
    """What a press says could be typed as well, and does something."""
    said, intents = keywords(CATALOGUE), {route.intent for route in ROUTES}
    for key in keys():
        assert (f"command.{key[1:]}" if key.startswith("/") else said[key]) in intents
    assert all(re.fullmatch(r"/?[a-z]+", key) for key in keys())


async def test_the_menu_is_set_where_there_is_none(wechat: Opened, fake: FakeWechat) -> None:
    """Once, in the language of the setting."""
    assert await wechat.menu.refresh() == 1
    assert fake.here.menu is not None
    assert [one["name"] for one in fake.here.menu["button"]] == ["我要报修", "查进度", "更多"]
    assert await wechat.menu.refresh() == 0


async def test_a_menu_that_is_right_is_left_alone(wechat: Opened, fake: FakeWechat, database: Database) -> None:
    """Another worker, or the next start, finds it and sets nothing."""
    await wechat.menu.refresh()
    again = Menus(wechat.api, CATALOGUE.words, "zh-CN")

    assert await again.refresh() == 0


async def test_a_menu_that_differs_is_set(wechat: Opened, fake: FakeWechat) -> None:
    """Another language, or what somebody clicked together in the console, gives way within the hour."""
    await wechat.menu.refresh()
    watch = [0.0]
    english = Menus(wechat.api, CATALOGUE.words, "en", lambda: watch[0])
    assert await english.refresh() == 1
    assert await wechat.menu.refresh() == 0

    fake.here.menu = {"button": [{"type": "view", "name": "官网", "url": "https://example.com", "sub_button": []}]}
    watch[0] += LOOK_S - 1
    assert await english.refresh() == 0
    watch[0] += 1
    assert await english.refresh() == 1
    assert fake.here.menu["button"][0]["name"] == "Report"


async def test_without_a_language_nothing_is_asked(wechat: Opened, fake: FakeWechat) -> None:
    """The menu stays as the company made it."""
    assert await Menus(wechat.api, CATALOGUE.words, "").refresh() == 0
    assert fake.here.menu is None


async def test_what_cannot_be_set_now_is_set_later(wechat: Opened, fake: FakeWechat) -> None:
    """A fault on the way is tried again next time, and keeps nobody from starting."""
    fake.fail("502", "menu/create")
    assert await wechat.menu.refresh() == 0
    assert await wechat.menu.refresh() == 1


def test_empty_fields_make_no_difference() -> None:
    """What the platform adds to a menu does not count; names, keys and order do."""
    wanted = buttons("zh-CN", CATALOGUE.words)
    given = [
        {**one, "sub_button": [{**each, "sub_button": []} for each in one.get("sub_button", [])]} for one in wanted
    ]

    assert same(given, wanted)
    assert not same(given[::-1], wanted)
    assert not same(None, wanted)
    assert not same([{**given[0], "key": "/help"}, *given[1:]], wanted)
