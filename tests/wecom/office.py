"""A company on WeCom: the real application, its webhooks over real HTTP, the fake, and people on both sides."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import httpx

from bot.app import open_app
from bot.channels.wecomkf_intake import Intake
from domain.people import Role
from tests import office as base
from tests.fakes import Watch
from tests.office import door, numbered, running, settings
from tests.wecom import AGENT_ID, CORP_ID, KF_SEAL, KF_SECRET, SEAL, SECRET, FakeWecom
from tests.wecom.chats import Post
from tests.wecom.guest import Guest
from tests.wecom.people import Customer, Member
from tests.wecom.platform import Options

STAFF_CHAT = "jiangdaostaff"

Somebody = Member | Customer | Guest


@dataclass
class Office(base.Office):
    """``client`` is the browser of whoever is on the web."""

    CHANNELS: ClassVar[tuple[str, ...]] = ("wecom", "wecomkf")

    fake: FakeWecom
    address: str
    client: httpx.AsyncClient

    # ---- people

    async def guest(self) -> Guest:
        """Somebody opens the web chat."""
        guest = Guest(self.client, self.address, self.locale)
        await guest.opens()
        return guest

    async def joins(self, person: Member, role: Role, **facts: Any) -> None:
        """Somebody types the code of an invitation."""
        await self.says(person, f"/start {await self.invites(role, **facts)}")

    async def says(self, person: Somebody, text: str) -> None:
        await person.says(text)
        await self.settle()

    async def tap(self, person: Somebody, id: str, **args: Any) -> None:
        """Press the newest button that says this, choose it from a menu, or say its number."""
        await self.takes(person, self.words(id, **args))

    async def pick(self, person: Guest, place: int = 0) -> None:
        """Choose by the place, from 0, in the newest message that leaves a choice."""
        await self.takes(person, (await self.choices(person))[place])

    async def choices(self, person: Guest) -> list[str]:
        """What the newest message with choices leaves to somebody."""
        await person.reads()
        newest = [message for message in person.messages if message["buttons"]][-1]
        return [label for row in newest["buttons"] for label, _, _ in row]

    async def takes(self, person: Somebody, label: str) -> None:
        """Choose what is called so."""
        if isinstance(person, Member):
            await person.press(label)
        elif isinstance(person, Guest):
            await person.presses(label)
        else:
            number = numbered(person.heard[-1].text, label)
            await (person.says(number) if number else person.choose(label))
        await self.settle()

    # ---- time

    async def taken(self) -> None:
        await self.fake.taken()

    async def sends(self) -> None:
        """What was said is taken, and what is owed by then is sent, before a timer rings."""
        await self.fake.taken()
        while await self.app.dispatcher.once():
            pass

    async def step(self) -> int:
        return await self._pull() + await super().step()

    async def _pull(self) -> int:
        """What the work beside the server does when customer service rings."""
        seen = {one.msgid for one in self.fake.journal.of("pulled")}
        waiting = [message for _, message in self.fake.service.log if message["msgid"] not in seen]
        if not waiting:
            return 0
        intake = self.app.entrances["wecomkf"].intake
        assert isinstance(intake, Intake)
        await intake.once()
        return len(waiting)

    async def refresh(self) -> None:
        """What the process does now and then: the menu, and who is in the group."""
        refresh = self.app.entrances["wecom"].refresh
        assert refresh
        await refresh()


def named(fake: FakeWecom) -> dict[str, Any]:
    """The settings of the company's app and of its customer service."""
    return {
        "wecom_corp_id": CORP_ID,
        "wecom_agent_id": AGENT_ID,
        "wecom_secret": SECRET,
        "wecom_token": SEAL.token,
        "wecom_aes_key": SEAL.aes_key,
        "wecom_api_base": fake.base_url,
        "wecom_kf_secret": KF_SECRET,
        "wecom_kf_token": KF_SEAL.token,
        "wecom_kf_aes_key": KF_SEAL.aes_key,
    }


@asynccontextmanager
async def office(
    database_url: str, folder: Path, locale: str = "zh-CN", options: Options | None = None, **more: Any
) -> AsyncIterator[Office]:
    """The application, callbacks coming in as ever; ``more`` are settings."""
    watch = Watch()
    with door() as (listener, address):
        async with (
            FakeWecom(clock=watch, options=options) as fake,
            open_app(settings(database_url, folder, public_url=address, **named(fake), **more), clock=watch) as app,
            httpx.AsyncClient() as client,
            running(app, listener),
        ):
            await fake.connects(address)
            yield Office(app, watch, locale, fake, address, client)
            await fake.taken()
            app.stopping.set()


def texts(posts: Sequence[Post]) -> str:
    """All their words."""
    return "\n".join(post.text for post in posts)
