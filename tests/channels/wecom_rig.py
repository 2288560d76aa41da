"""The company on WeCom: the real channels, pipeline and dispatcher, before the strict fake, over HTTP both ways."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bot.app import dead_letter_alarm, make_catalogue, make_world
from bot.channels.clock import Clock
from bot.channels.wecom_open import STAFF_GROUP, Account, Means, Opened, open_wecom
from bot.channels.wecom_rooms import STAFF_CHAT
from bot.channels.wecomkf_intake import Intake
from bot.channels.wecomkf_open import Account as KfAccount
from bot.channels.wecomkf_open import Means as KfMeans
from bot.channels.wecomkf_open import Opened as KfOpened
from bot.channels.wecomkf_open import open_wecomkf
from bot.config import load_company
from bot.desk import Desk
from bot.dispatcher import Dispatcher
from bot.pipeline import Pipeline
from bot.web import webhook_routes
from bot.webhooks import Webhook
from domain.chat import Message, Place
from domain.company import Company
from domain.people import Person
from handlers import ROUTES
from messages import Catalogue
from storage.database import Connection, Database
from storage.files import FileStore
from storage.store import Store
from tests.fakes import Watch
from tests.platforms.serving import Server
from tests.wecom import ACCOUNT, AGENT_ID, CORP_ID, KF_SEAL, KF_SECRET, SEAL, SECRET, Delivery, FakeWecom, Options
from tests.wecom.chats import Post
from tests.world import COMPANY, make_people

__all__ = ["ACCOUNT", "STAFF_CHAT", "STAFF_GROUP", "Rig", "message", "rig"]


@dataclass
class Hooks:
    """The addresses of the bot."""

    webhooks: dict[str, Webhook] = field(default_factory=dict)


@dataclass
class Rig:
    """``fake`` is the platform; everything else is ours."""

    fake: FakeWecom
    watch: Watch
    database: Database
    catalogue: Catalogue
    company: Company
    wecom: Opened
    kf: KfOpened
    pulls: Intake
    pipeline: Pipeline
    dispatcher: Dispatcher
    timers: Clock
    files: FileStore
    url: str = ""

    async def settle(self) -> None:
        """Until every callback was taken, everything was pulled, and all that is owed was sent."""
        await self.fake.taken()
        await self.pulls.once()
        await self.pulls.greeted()
        for _ in range(3):
            while await self.pipeline.replay():
                pass
            while await self.dispatcher.once():
                pass

    async def passes(self, **delta: float) -> None:
        """Time goes by, and due timers ring."""
        self.watch.move(timedelta_s(**delta))
        while await self.timers.once():
            pass
        await self.settle()

    async def store(self, work: Any) -> Any:
        """Look into the database: ``work(store)``."""

        async def run(connection: Connection) -> Any:
            return await work(Store(connection))

        return await self.database.transact(run)

    async def joins(self, *ids: str) -> None:
        """People of the cast who are on WeCom, known here and there."""
        cast = {person.id: (person, home) for person, home in make_people(self.company)}
        for id in ids:
            person, home = cast[id]
            self.fake.member(id, person.name)
            await self.store(partial(add, Place("wecom", f"user:{id}"), id, person, home, self.watch()))

    async def customer(self, id: str = "hana") -> Any:
        """A homeowner of the cast who comes by customer service, and is known here."""
        person, home = {person.id: (person, home) for person, home in make_people(self.company)}[id]
        found = self.fake.customer(id)
        place = Place("wecomkf", f"{ACCOUNT}/{found.id}")
        await self.store(partial(add, place, found.id, person, home, self.watch()))
        return found

    async def bound(self) -> None:
        """The group of staff serves."""

        async def bind(store: Store) -> None:
            place = Place("wecom", STAFF_GROUP)
            await store.groups.bind(place, "staff", "zh-CN", "ada", self.watch())
            await store.outbox.speak(place, "zh-CN", group=True)

        await self.store(bind)

    def heard(self, who: str) -> Post:
        """The newest of what the bot has said to a member."""
        return self.fake.members[who].heard[-1]

    def said(self, who: str) -> list[str]:
        """All that the bot has said to a member, in order."""
        return [post.text for post in self.fake.members[who].heard]

    def in_group(self, who: str) -> list[str]:
        """All that a member reads in the group of staff."""
        return [post.text for post in self.fake.members[who].sees(STAFF_CHAT)]


def timedelta_s(**delta: float) -> float:
    """A span of time in seconds."""
    return timedelta(**delta).total_seconds()


async def add(place: Place, account: str, person: Person, home: Any, now: Any, store: Store) -> None:
    """Somebody who is known already, and writes from there."""
    await store.people.add(person, place, now)
    await store.people.attach(place.channel, account, person.id, place.chat, now)
    await store.outbox.speak(place, person.locale)
    if home:
        await store.homes.add(home, now)


def message(chat: str = "user:sam", channel: str = "wecom", **more: Any) -> Message:
    """Something to send."""
    return Message(**{"id": "m1", "seq": 1, "to": Place(channel, chat), "lines": (), **more})


@asynccontextmanager
async def rig(database: Database, folder: Path, strict: bool = True, **options: Any) -> AsyncIterator[Rig]:
    """Nobody is known yet, and nothing is bound."""
    watch = Watch()
    company = load_company(COMPANY)
    catalogue = make_catalogue(company)
    files = FileStore(folder / "files", 0)
    desk = Desk(database, catalogue, files, watch)
    fake = FakeWecom(
        clock=watch, options=Options(**options), delivery=Delivery(answer_max_s=5, pause_s=0), strict=strict
    )
    async with fake:
        shared = (database, catalogue.words, company.locale, files.path)
        means = Means(*shared, partial(desk.keep, channel="wecom"), watch)
        kf_means = KfMeans(*shared, partial(desk.keep, channel="wecomkf"), watch)
        account = Account(CORP_ID, AGENT_ID, SECRET, SEAL.token, SEAL.aes_key)
        kf_account = KfAccount(CORP_ID, KF_SECRET, KF_SEAL.token, KF_SEAL.aes_key)
        async with (
            open_wecom(account, fake.base_url, means) as wecom,
            open_wecomkf(kf_account, fake.base_url, kf_means) as kf,
        ):
            channels: dict[str, Any] = {"wecom": wecom.channel, "wecomkf": kf.channel}
            world = replace(make_world(company, catalogue, "http://127.0.0.1:8080"), made={"wecom": STAFF_GROUP})
            pipeline = Pipeline(database, channels, ROUTES, world, watch, label=catalogue.render_safe)
            timers = Clock(database, pipeline.receive, watch)
            dispatcher = Dispatcher(database, dict(channels), catalogue, watch, alarm=dead_letter_alarm)
            channels["clock"] = timers
            pulls = kf.intake(pipeline.receive)
            here = Rig(fake, watch, database, catalogue, company, wecom, kf, pulls, pipeline, dispatcher, timers, files)
            async with serving({"wecom": wecom.intake(pipeline.receive), "wecomkf": pulls}) as here.url:
                await fake.connects(here.url)
                yield here


@asynccontextmanager
async def serving(webhooks: dict[str, Webhook], host: str = "127.0.0.1") -> AsyncIterator[str]:
    """The addresses to which the platform posts."""
    app = Starlette(routes=webhook_routes(Hooks(webhooks)))  # type: ignore[arg-type]  # of the doors nothing else
    server = Server(uvicorn.Config(app, host=host, port=0, log_config=None, lifespan="off"))
    running = asyncio.create_task(server.serve())
    await server.ready.wait()
    try:
        yield f"http://{host}:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
