"""A friend who scans the Official Account's code, over real HTTP: from the code's making to the reward."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.people import Role
from tests.friend_endings import ENDINGS, ended
from tests.friend_scenes import Cast
from tests.friends import Story, Voice, of_shop, scanned
from tests.wechat.followers import Follower
from tests.wechat.office import Office, office


def at_desk(here: Office, who: str) -> Voice:
    """Somebody of ours, on the other channel."""

    async def read() -> str:
        return here.shown(who)

    return Voice(lambda text: here.told(who, text), lambda label: here.press(who, label), read)


def voice(here: Office, who: Follower) -> Voice:
    async def read() -> str:
        return who.text

    return Voice(lambda text: here.says(who, text), lambda label: here.picks(who, label), read)


@pytest.mark.parametrize("follows", [False, True])
async def test_a_friend_scans_the_code(database_url: str, tmp_path: Path, follows: bool) -> None:
    """Whether they follow only now or did before, scanning the referrer's code counts; the account makes one, and both
    pictures show it."""
    async with office(database_url, tmp_path, **of_shop(tmp_path)) as here:
        hana, fan = here.fake.follower("王阿姨"), here.fake.follower("范冰清", following=follows)
        address = here.fake.postman.url.removesuffix("/wechat")
        await here.joins("max", Role.MANAGER, name="陈主管")
        story = Story(here, address, voice(here, hana), at_desk(here, "max"))
        code = await story.code()
        for button in ("referral-scan", "referral-poster"):
            await here.says(hana, "推荐有礼")
            await here.picks(hana, here.words(button))
        [made] = here.fake.here.codes.values()
        assert (made.scene, made.until) == (f"ref-{code}", None)
        pictures = [here.fake.here.shelf.get(one.media).data for one in hana.reads if one.media]
        assert [scanned(one) for one in pictures] == [[made.url], [made.url]]

        await here.after(fan, fan.scan(f"ref-{code}") if follows else fan.follow(f"ref-{code}"))
        await story.came(voice(here, fan), "wechat")
        await story.rewarded()


def cast(here: Office) -> Cast:
    """Homeowners are on WeChat, staff on the other channel; who comes types the code."""

    async def somebody(name: str) -> Voice:
        return voice(here, here.fake.follower(name))

    async def ours(name: str, role: Role) -> Voice:
        await here.joins(name, role, name=name)
        return at_desk(here, name)

    address = here.fake.postman.url.removesuffix("/wechat")
    return Cast(here, address, somebody, lambda friend, code: friend.says(code), ours)


@pytest.mark.parametrize("ending", ENDINGS)
async def test_how_it_ends(database_url: str, tmp_path: Path, ending: str) -> None:
    """Whatever becomes of it, the referrer reads it here, and nobody is paid who should not be."""
    async with office(database_url, tmp_path, **of_shop(tmp_path)) as here:
        await ended(cast(here), ending)
