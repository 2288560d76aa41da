"""A friend who comes by the deep link, over real HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.people import Role
from tests.friend_endings import ENDINGS, ended
from tests.friend_scenes import Cast
from tests.friends import Story, Voice, of_shop, scanned
from tests.telegram.office import Office, office, texts
from tests.telegram.people import Person


def voice(here: Office, person: Person) -> Voice:
    async def takes(label: str) -> None:
        await person.presses(label)
        await here.settle()

    async def read() -> str:
        return texts(person.heard)

    async def phone(number: str) -> None:
        await person.shares_contact(phone=f"+86{number}")
        await here.settle()

    return Voice(lambda text: here.says(person, text), takes, read, phone)


async def test_a_friend_comes_by_the_deep_link(database_url: str, tmp_path: Path) -> None:
    """Card and poster lead to the bot; who opens the link and orders earns the referrer one reward."""
    async with office(database_url, tmp_path, **of_shop(tmp_path)) as here:
        hana, fan = here.fake.user("王阿姨", "zh-hans"), here.fake.user("范冰清", "zh-hans")
        story = Story(here, f"http://127.0.0.1:{here.app.settings.port}", voice(here, hana))
        code = await story.code()
        link = f"https://t.me/{here.app.links.telegram()}?start=ref-{code}"
        assert link in texts(hana.heard)
        await here.tap(hana, "referral-poster")
        [poster] = here.fake.chats.files.values()
        assert scanned(poster.data) == [link]
        await fan.starts(f"ref-{code}")
        await here.settle()
        await story.came(voice(here, fan), "telegram")
        await story.rewarded()


def cast(here: Office) -> Cast:
    """Everybody is on Telegram."""
    people: dict[int, Person] = {}

    async def somebody(name: str) -> Voice:
        person = here.fake.user(name)
        spoken = voice(here, person)
        people[id(spoken)] = person
        return spoken

    async def comes(friend: Voice, code: str) -> None:
        await people[id(friend)].starts(f"ref-{code}")
        await here.settle()

    async def ours(name: str, role: Role) -> Voice:
        person = here.fake.user(name)
        await here.joins(person, role, name=name)
        return voice(here, person)

    return Cast(here, f"http://127.0.0.1:{here.app.settings.port}", somebody, comes, ours)


@pytest.mark.parametrize("ending", ENDINGS)
async def test_how_it_ends(database_url: str, tmp_path: Path, ending: str) -> None:
    """Whatever becomes of it, the referrer reads it here, and nobody is paid who should not be."""
    async with office(database_url, tmp_path, **of_shop(tmp_path)) as here:
        await ended(cast(here), ending)
