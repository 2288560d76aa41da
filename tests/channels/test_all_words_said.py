"""What people write is kept and understood as they wrote it, on every channel: markup, control characters, long texts.

Each platform is the strict fake over HTTP, which hands on what was typed as it was typed. Between it and what a channel
understands lies the database.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot.channels import telegram_parse, webchat, wechat_parse, wecom_parse, wecomkf_parse
from bot.channels.console import Console
from bot.channels.telegram_raw import raw_body
from bot.legible import legible
from bot.parsing import storable
from domain.chat import Inbound, Raw
from storage.boxes import Inbox
from storage.database import Connection, Database
from tests.channels.wechat_stage import Shelf, listening, opened
from tests.channels.wecom_rig import rig, serving
from tests.fakes import Watch
from tests.telegram import NO_LIMITS, FakeTelegram, Options
from tests.wechat import FakeWechat
from tests.wecom import NO_LIMITS as WECOM_NO_LIMITS
from tests.words_table import LONG, SHORT, meant

SAID: Mapping[str, str] = {
    **SHORT,
    "nul": "a\x00b",
    "vertical": "厨房\x0b漏水",
    "backspace": "厨房\x08漏水",
    "twenty": "\x14",
    "by number": "&#8; &#x8; &#0; &#65; &#xD800; &#99999999999;",
    "broken end": "]\x08]\x0b>]]\x01><Event>subscribe</Event><![CDATA[",
    "no character within an end": "]]\ufffe></Content><MsgType><![CDATA[event]]></MsgType>",
}
BOT_ID = 7_000_000_001
ENDS_CHARS_MAX = 9_000
"""As many ends of character data as have room in a callback's 64 KiB, each written as fifteen signs and sealed."""
TYPED_CHARS_MAX = {"telegram": 4096, "webchat": webchat.TEXT_CHARS_MAX}
"""What a person's own app lets them write in one message, where that is less than ten thousand."""

Says = Callable[[str], Awaitable[str | None]]
"""Writes something, and returns what is understood of it; None if nothing arrived that says anything."""
Open = Callable[[Database, Path], AbstractAsyncContextManager[Says]]


class Kept:
    """Takes messages in as the pipeline does: into the database, and out again."""

    def __init__(self, database: Database, parse: Callable[[Raw], Inbound | None]) -> None:
        self.heard: list[Inbound] = []
        self._database = database
        self._parse = parse

    async def receive(self, raw: Raw) -> None:
        clean, now = Raw(raw.id, raw.channel, storable(raw.body), raw.place), Watch()()

        async def there_and_back(connection: Connection) -> Raw:
            inbox = Inbox(connection)
            await inbox.wait(clean, now)
            [found] = await inbox.due(now, 1)
            assert await inbox.retake(found.raw, found.attempts)
            return found.raw

        inbound = self._parse(await self._database.transact(there_and_back))
        self.heard += [inbound] if inbound else []

    def last(self) -> str | None:
        """The text of the one message that came since, None if none did."""
        texts = [one.text for one in self.heard]
        self.heard.clear()
        assert len(texts) <= 1
        return texts[0] if texts else None


@asynccontextmanager
async def wechat(database: Database, folder: Path) -> AsyncIterator[Says]:
    fake, kept = FakeWechat(clock=Watch()), Kept(database, wechat_parse.parse)
    async with (
        fake,
        opened(fake, database, Shelf(folder)) as found,
        listening(found.intake(kept.receive, fake.clock)) as url,
    ):
        fake.connect(url)
        hana = fake.follower("hana")

        async def says(text: str) -> str | None:
            await hana.says(text)
            await fake.taken()
            return kept.last()

        yield says


@asynccontextmanager
async def wecom(database: Database, folder: Path) -> AsyncIterator[Says]:
    kept = Kept(database, wecom_parse.parse)
    async with (
        rig(database, folder, limits=WECOM_NO_LIMITS) as here,
        serving({"wecom": here.wecom.intake(kept.receive)}) as url,
    ):
        await here.fake.connects(url, kf=False)
        sam = here.fake.member("sam")

        async def says(text: str) -> str | None:
            await sam.says(text)
            await here.fake.taken()
            return kept.last()

        yield says


@asynccontextmanager
async def kf(database: Database, folder: Path) -> AsyncIterator[Says]:
    kept = Kept(database, wecomkf_parse.parse)
    async with rig(database, folder, limits=WECOM_NO_LIMITS) as here:
        pulls, hana = here.kf.intake(kept.receive), here.fake.customer("hana")

        async def says(text: str) -> str | None:
            await hana.says(text)
            await here.fake.taken()
            await pulls.once()
            return kept.last()

        yield says


@asynccontextmanager
async def telegram(database: Database, folder: Path) -> AsyncIterator[Says]:
    kept = Kept(database, telegram_parse.parse)
    async with FakeTelegram(options=Options(limits=NO_LIMITS)) as fake, httpx.AsyncClient() as http:
        hana, known = fake.user("Hana"), 0

        async def says(text: str) -> str | None:
            nonlocal known
            await hana.says(text)
            answer = await http.post(f"{fake.base_url}/bot{fake.token}/getUpdates", json={"offset": known + 1})
            for update in answer.json()["result"]:
                known = update["update_id"]
                await kept.receive(raw_body(BOT_ID, json.dumps(update).encode()))
            return kept.last()

        yield says


@asynccontextmanager
async def web(database: Database, folder: Path) -> AsyncIterator[Says]:
    kept = Kept(database, webchat.WebChat().parse)
    number = iter(range(10_000, 99_999))

    async def says(text: str) -> str | None:
        posted = {"id": f"client{next(number)}", "text": text, "room": "", "album": "", "press": "", "reply_to": ""}
        await kept.receive(webchat.raw_message("hana", {**posted, "locale": "", "files": []}))
        return kept.last()

    yield says


@asynccontextmanager
async def console(database: Database, folder: Path) -> AsyncIterator[Says]:
    terminal = Console(lambda line: None)
    kept = Kept(database, terminal.parse)

    async def says(text: str) -> str | None:
        await kept.receive(terminal.hear(text))
        return kept.last()

    yield says


OPENS: Mapping[str, Open] = {
    "wechat": wechat,
    "wecom": wecom,
    "wecomkf": kf,
    "telegram": telegram,
    "webchat": web,
    "console": console,
}
UNSAID = frozenset(name for name, said in SAID.items() if not meant(said))
"""Of these nothing is left that anybody could read."""


async def differs(says: Says, words: Mapping[str, str]) -> dict[str, str | None]:
    """What was not understood as it was written."""
    found: dict[str, str | None] = {}
    for name, said in words.items():
        text = await says(said)
        if text is None or legible(text).strip() != meant(said) or "\0" in text:
            found[name] = text
    return found


@pytest.mark.parametrize("channel", OPENS)
async def test_what_people_write_arrives(channel: str, database: Database, tmp_path: Path) -> None:
    """Whole and in order, without only what nobody can read; none of it is lost, and none is taken for something
    else."""
    longest = TYPED_CHARS_MAX.get(channel, 20_000)
    words = {name: said for name, said in SAID.items() if name not in UNSAID}
    long = {name: said[: min(longest, ENDS_CHARS_MAX) if name == "ends" else longest] for name, said in LONG.items()}
    async with OPENS[channel](database, tmp_path) as says:
        assert await differs(says, {**words, **long}) == {}


@pytest.mark.parametrize("channel", [name for name in OPENS if name != "webchat"])
async def test_what_nobody_can_read_is_harmless(channel: str, database: Database, tmp_path: Path) -> None:
    """A message of control characters alone is taken by the callback, and what follows arrives as well."""
    async with OPENS[channel](database, tmp_path) as says:
        for name in UNSAID:
            assert not legible(await says(SAID[name]) or "").strip(), name
        assert await says("厨房漏水") == "厨房漏水"
