"""Friends who come by the web link, type the code to customer service or tell it to staff, over real HTTP."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from html import unescape
from pathlib import Path

import httpx
import pytest

from domain.people import Role
from tests.friend_endings import ENDINGS, ended
from tests.friend_scenes import Cast
from tests.friends import PHONE, Story, Voice, of_shop, scanned
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
    async with office(database_url, tmp_path, **of_shop(tmp_path)) as here:
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
    async with office(database_url, tmp_path, **of_shop(tmp_path)) as here:
        hana, fan = await here.guest(), here.fake.customer("范冰清")
        story = await begun(here, hana)
        await here.says(fan, f" {(await story.code()).lower()} ")
        await story.came(voice(here, fan), "wecomkf")
        await story.rewarded()


async def test_a_friend_tells_the_code_to_staff(database_url: str, tmp_path: Path) -> None:
    """Staff on WeCom write down the code and the number; the friend has no chat at all."""
    async with office(database_url, tmp_path, **of_shop(tmp_path)) as here:
        hana, sam = here.fake.customer("王阿姨"), here.fake.member("sam", "小林")
        await here.joins(sam, Role.STAFF, name="小林")
        story = await begun(here, hana)
        await here.says(sam, f"/refer {await story.code()} {PHONE}")
        assert "由这位推荐人介绍" in texts(sam.heard)
        assert (await story.referral()).via == "told"
        await story.rewarded()


def cast(here: Office, channel: str, browsers: AsyncExitStack) -> Cast:
    """Homeowners are on one of the channels, staff on WeCom; who comes opens the web link, or types the code."""

    async def somebody(name: str) -> Voice:
        if channel == "wecomkf":
            return voice(here, here.fake.customer(name))
        guest = Guest(await browsers.enter_async_context(httpx.AsyncClient()), here.address, here.locale)
        await guest.opens()
        return voice(here, guest)

    async def comes(friend: Voice, code: str) -> None:
        await friend.says(f"/start ref-{code}" if channel == "webchat" else code)

    async def ours(name: str, role: Role) -> Voice:
        member = here.fake.member(name)
        await here.joins(member, role, name=name)
        return voice(here, member)

    return Cast(here, here.address, somebody, comes, ours)


@pytest.mark.parametrize("channel", ["wecomkf", "webchat"])
@pytest.mark.parametrize("ending", ENDINGS)
async def test_how_it_ends(database_url: str, tmp_path: Path, ending: str, channel: str) -> None:
    """Whatever becomes of it, the referrer reads it here, and nobody is paid who should not be."""
    async with office(database_url, tmp_path, **of_shop(tmp_path)) as here, AsyncExitStack() as browsers:
        await ended(cast(here, channel, browsers), ending)


async def received(here: Office, who: Guest | Customer) -> list[tuple[str, bytes]]:
    """Every file that the bot gave somebody: what it is on the platform, and its bytes."""
    if isinstance(who, Customer):
        kept = [(post.kind, here.fake.here.files[post.media]) for post in who.heard if post.media]
        return [(kind, one.data) for kind, one in kept]
    await who.reads()
    files = [file for message in who.messages for file in message["files"]]
    answers = [await who.client.get(f"{here.address}/chat/files/{file['hash']}") for file in files]
    return [(file["media"], answer.content) for file, answer in zip(files, answers, strict=True)]


@pytest.mark.parametrize(("channel", "kinds"), [("wecomkf", ["image", "file"]), ("webchat", ["photo", "document"])])
async def test_poster_and_statement_are_received(
    database_url: str, tmp_path: Path, channel: str, kinds: list[str]
) -> None:
    """Both are a tap away: the poster leads to the page with the code, the statement is a PDF of the passbook."""
    async with office(database_url, tmp_path, **of_shop(tmp_path)) as here:
        who = await here.guest() if channel == "webchat" else here.fake.customer("王阿姨")
        hana = voice(here, who)
        code = await Story(here, here.address, hana).code()
        await hana.takes(here.words("referral-poster"))
        await hana.says("存折")
        await hana.takes(here.words("passbook-statement"))
        (_, poster), (_, statement) = files = await received(here, who)
        assert [kind for kind, _ in files] == kinds
        assert scanned(poster) == [f"{here.address}/chat?start=ref-{code}"]
        assert statement.startswith(b"%PDF-")
        assert here.words("statement-here", count=0) in await hana.read()
