"""Friends who come by the web link, type the code to customer service or tell it to staff, over real HTTP."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

from domain.people import Role
from tests.friends import PHONE, SHOP_SECRET, Story, Voice
from tests.wecom.guest import Guest
from tests.wecom.office import Office, office, texts
from tests.wecom.people import Customer, Member


def voice(here: Office, who: Guest | Customer | Member) -> Voice:
    async def read() -> str:
        return await who.reads() if isinstance(who, Guest) else texts(who.heard)

    return Voice(lambda text: here.says(who, text), lambda label: here.takes(who, label), read)


async def begun(here: Office, referrer: Guest | Customer) -> Story:
    """Somebody recommends us, and there is a manager."""
    max_ = here.fake.member("max", "陈主管")
    await here.joins(max_, Role.MANAGER, name="陈主管")
    return Story(here, here.address, voice(here, referrer), voice(here, max_))


async def test_a_friend_opens_the_web_link(database_url: str, tmp_path: Path) -> None:
    """The link of a referrer with customer service opens the page, which says the word that it came with."""
    async with office(database_url, tmp_path, shop_secret=SHOP_SECRET) as here:
        hana = here.fake.customer("王阿姨")
        story = await begun(here, hana)
        code = await story.code()
        link = next(line for line in texts(hana.heard).splitlines() if line.startswith(here.address))
        page = unescape((await here.client.get(link)).text)
        said = json.loads(page.partition('data-config="')[2].partition('">')[0])["start"]
        assert said == f"ref-{code}"
        fan = await here.guest()
        await here.says(fan, f"/start {said}")
        await story.came(voice(here, fan), "webchat")
        await story.rewarded()


async def test_a_friend_types_the_code_to_customer_service(database_url: str, tmp_path: Path) -> None:
    """The code of a referrer on the web, simply typed, small letters and all."""
    async with office(database_url, tmp_path, shop_secret=SHOP_SECRET) as here:
        hana, fan = await here.guest(), here.fake.customer("范冰清")
        story = await begun(here, hana)
        await here.says(fan, f" {(await story.code()).lower()} ")
        await story.came(voice(here, fan), "wecomkf")
        await story.rewarded()


async def test_a_friend_tells_the_code_to_staff(database_url: str, tmp_path: Path) -> None:
    """Staff on WeCom write down the code and the number; the friend has no chat at all."""
    async with office(database_url, tmp_path, shop_secret=SHOP_SECRET) as here:
        hana, sam = here.fake.customer("王阿姨"), here.fake.member("sam", "小林")
        await here.joins(sam, Role.STAFF, name="小林")
        story = await begun(here, hana)
        await here.says(sam, f"/refer {await story.code()} {PHONE}")
        assert "由这位推荐人介绍" in texts(sam.heard)
        assert (await story.referral()).via == "told"
        await story.rewarded()
