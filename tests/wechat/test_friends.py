"""A friend who scans the Official Account's code, over real HTTP: from the code's making to the reward."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.friends import SHOP_SECRET, Story, Voice
from tests.wechat.followers import Follower
from tests.wechat.office import Office, office


def voice(here: Office, who: Follower) -> Voice:
    async def read() -> str:
        return who.text

    return Voice(lambda text: here.says(who, text), lambda label: here.picks(who, label), read)


@pytest.mark.parametrize("follows", [False, True])
async def test_a_friend_scans_the_code(database_url: str, tmp_path: Path, follows: bool) -> None:
    """Whether they follow only now or did before, scanning the referrer's code counts, and needs one code of the
    account's however often it is shown."""
    async with office(database_url, tmp_path, shop_secret=SHOP_SECRET) as here:
        hana, fan = here.fake.follower("王阿姨"), here.fake.follower("范冰清", following=follows)
        address = here.fake.postman.url.removesuffix("/wechat")
        story = Story(here, address, voice(here, hana))
        code = await story.code()
        for button in ("referral-scan", "referral-poster"):
            await here.says(hana, "推荐有礼")
            await here.picks(hana, here.words(button))
        assert [one.type for one in hana.reads if one.media] == ["image", "image"]
        assert [(one.scene, one.until) for one in here.fake.here.codes.values()] == [(f"ref-{code}", None)]

        await here.after(fan, fan.scan(f"ref-{code}") if follows else fan.follow(f"ref-{code}"))
        await story.came(voice(here, fan), "wechat")
        await story.rewarded()
