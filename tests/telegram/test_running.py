"""The process as its owner starts it: with a token and little else, against a Telegram that it cannot tell from one."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.processes import Bot, command, serving
from tests.telegram.fake import FakeTelegram
from tests.telegram.media import photo
from tests.telegram.people import Person
from tests.telegram.platform import Options

LEASE_S = 60  # how long what was under way in a killed process is left alone
DEEP_LINK = re.compile(r"https://t\.me/jiangdao_test_bot\?start=(\w+)")


@asynccontextmanager
async def running(folder: Path, fake: FakeTelegram, **settings: Any) -> AsyncIterator[Bot]:
    """`python -m bot run`, which finds the fake where Telegram would be; started and stopped beside this loop."""
    own = {"telegram_token": fake.token, "telegram_api_base": fake.base_url, **settings}
    process = serving(folder, **own)
    bot = await asyncio.to_thread(process.__enter__)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(asyncio.to_thread, process.__exit__, None, None, None)
        yield bot


@pytest.mark.parametrize("webhook", [False, True])
async def test_a_token_is_enough(tmp_path: Path, webhook: bool) -> None:
    """With a token and nothing else it runs: menus are set, the printed link makes an admin, messages are answered."""
    async with FakeTelegram() as fake, running(tmp_path, fake, telegram_webhook=webhook) as bot:
        link = DEEP_LINK.search(bot.printed)
        assert link, bot.printed
        ada, hana = fake.user("老板"), fake.user("Hana", language="en")
        await ada.starts(link[1])
        await hana.says("kitchen tap dripping")
        await fake.until(lambda: "/bindcode" in "".join(post.text for post in ada.heard))
        await fake.until(lambda: hana.heard)
        assert bool(fake.queue.webhook.url) is webhook
        await fake.until(lambda: {("all_private_chats", code) for code in ("", "zh", "en")} <= set(fake.chats.commands))
        assert not re.search(r"[\u4e00-\u9fff]", hana.heard[-1].text)
        assert fake.token.split(":")[1] not in bot.log.read_text("utf-8")


async def test_an_invitation_of_the_command_line_has_the_bots_link(tmp_path: Path) -> None:
    """`invite` asks the bot's name, so that who has nothing but Telegram comes in; a token nobody knows is one line."""
    async with FakeTelegram() as fake:
        own = {"telegram_token": fake.token, "telegram_api_base": fake.base_url}
        made = await asyncio.to_thread(command, tmp_path, "invite", "staff", **own)
        assert (made.returncode, made.stderr) == (0, "")
        assert DEEP_LINK.search(made.stdout)

        wrong = {**own, "telegram_token": "1:" + "x" * 35}
        refused = await asyncio.to_thread(command, tmp_path, "invite", "staff", **wrong)
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)

    made = await asyncio.to_thread(command, tmp_path, "invite", "staff", **own)
    assert made.returncode == 0
    assert "/chat?start=" in made.stdout
    assert "t.me" not in made.stdout


def answered(person: Person) -> bool:
    """Whether the bot has asked for more beside the photo that it has."""
    return any("收到 1 个" in post.text for post in person.heard)


async def test_a_kill_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """Killed while people write, it goes on where it was: everybody is answered, with one copy of a message at most."""
    async with FakeTelegram(options=Options(poll_max_s=2)) as fake:
        people = [fake.user(f"P{number}") for number in range(4)]
        async with running(tmp_path, fake) as bot:
            for person in people:
                await person.says("厨房水龙头一直滴水")
                await person.sends_photo(photo())
            await fake.until(lambda: fake.journal.of("delivered"))
            assert await asyncio.to_thread(bot.stop, signal.SIGKILL) == -signal.SIGKILL
        async with running(tmp_path, fake):
            await fake.until(lambda: all(answered(person) for person in people), LEASE_S + 30)
        for person in people:
            said = [post.text for post in person.heard]
            assert len(said) - len(set(said)) <= 1, said
