"""The composition root: settings become a database, channels, a pipeline and a dispatcher; start and stop."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import unquote, urlsplit

import structlog
from pydantic import SecretStr
from starlette.applications import Starlette

from bot.answers import Answers
from bot.budgets import windows_of
from bot.channels.clock import Clock
from bot.channels.shop import Shop, ShopDoor
from bot.channels.telegram_hook import hook
from bot.channels.webchat import WebChat
from bot.config import Settings, load_company
from bot.delivery import DEAD, dead_letter
from bot.desk import ROOM, Desk, Waiting
from bot.dispatcher import SEND_S, Dispatcher
from bot.doors import WebDoors, WebSettings
from bot.drawing import Drawings, unscanned
from bot.drawing_process import draw
from bot.health import MEBIBYTE, Health
from bot.kept_orders import kept_event
from bot.metrics import Metrics
from bot.obstacles import of_database
from bot.outside import Entrance, Ground, Platform, Reception, named, open_platforms
from bot.pipeline import Pipeline
from bot.post import Post, policy_of
from bot.secret import signing_secret
from bot.web import web_app
from bot.webhooks import Webhook
from domain.channel import Channel
from domain.chat import Outbound
from domain.company import Company, words
from domain.understanding import Understanding
from handlers import ROUTES
from handlers.audience import admin_places
from handlers.turn import Links, World, nameless
from messages import Catalogue
from storage.database import Connection, Database
from storage.files import FileStore
from storage.opening import open_database
from storage.outbox import Posted
from storage.store import Store

log = structlog.get_logger()

CLOSE_S = 2.0
"""How long what still runs may keep the database from closing; a server that hangs must not keep us."""


def utc_now() -> datetime:
    """The one clock of the installation."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class App:
    """Everything that runs in one process; ``entrances`` are those of the platforms outside, by name."""

    settings: Settings
    company: Company
    database: Database
    catalogue: Catalogue
    pipeline: Pipeline
    answers: Answers
    dispatcher: Dispatcher
    timers: Clock
    files: FileStore
    metrics: Metrics
    web: Starlette
    stopping: asyncio.Event
    clock: Callable[[], datetime]
    links: Links
    entrances: Mapping[str, Entrance]


def keywords(catalogue: Catalogue) -> dict[str, str]:
    """What people may type instead of pressing a button, in every language: word → intent."""
    found: dict[str, str] = {}
    for locale in ("zh-CN", "zh-Hant", "en"):
        for id, listed in catalogue.words(locale, "say-").items():
            intent = id.removeprefix("say-").replace("_", ".")
            found |= {word.strip().lower(): intent for word in listed.replace("\uff0c", ",").split(",") if word.strip()}
    return found


def make_world(
    company: Company, catalogue: Catalogue, public_url: str, platforms: Mapping[str, Platform] | None = None
) -> World:
    """What handlers may rely on, with these platforms outside."""
    outside = platforms or {}
    called = outside["telegram"].called if "telegram" in outside else nameless
    made = {name: platform.made for name, platform in outside.items() if platform.made}
    narrow = frozenset(name for name, platform in outside.items() if windows_of(platform.channel))
    windowed = platforms is None or bool(narrow)
    links = Links(public_url, called, scanned=any(platform.scan for platform in outside.values()))
    say, known = catalogue.render_safe, keywords(catalogue)
    return World(company, Understanding(company), known, links, made, windowed, say, narrow)


def make_catalogue(company: Company) -> Catalogue:
    """The bot's words and the company's own."""
    return Catalogue.load(extra=words(company), zone=company.timezone)


def file_store(settings: Settings) -> FileStore:
    """Where photos lie; it leaves the database some room."""
    return FileStore(settings.data_dir / "files", settings.disk_reserve_mb * MEBIBYTE)


async def dead_letter_alarm(connection: Connection, row: Posted, code: str) -> Sequence[Outbound]:
    """Staff see what could not be sent, and may try again, call, or let it go.

    Where no group of theirs is left to see it, the admins do in private: what was lost was owed to the only group, or
    it was the alarm itself. An alarm that does not reach an admin is told to nobody.
    """
    store, lost, waits = Store(connection), row.outbound.to, row.outbound.receipt
    groups, alarm = await store.groups.places("staff"), row.outbound.card.startswith(DEAD)
    if alarm and lost not in groups:
        return []
    left = [] if alarm else [place for place in groups if place != lost]
    places = left or [place for place in await admin_places(store) if place != lost]
    await store.outbox.hold([lost, *places, *([waits] if waits else ())])  # who counts at the same time waits
    count = 1 + await store.letters.together(lost, code)
    return [dead_letter(row, code, place, count, staff=lost in groups) for place in places]


def secrets_of(settings: Settings) -> list[str]:
    """What must never be in a log: every secret of the settings, and the password of the database."""
    given = [one.get_secret_value() for _, one in settings if isinstance(one, SecretStr)]
    password = urlsplit(settings.database_url).password or ""
    own = signing_secret(settings)
    return [own.decode(), *given, password, unquote(password), *_derived(settings, own)]


def _derived(settings: Settings, own: bytes) -> list[str]:
    """What is made of our secret and known to others."""
    if not settings.telegram_webhook:
        return []
    return [hook(settings.public_url, own).secret]


@asynccontextmanager
async def opened(settings: Settings, clock: Callable[[], datetime] = utc_now) -> AsyncIterator[Database]:
    """The database, brought up to date; closed again at the end of the block.

    Raises:
        ConfigError: it cannot be used, in one line.
    """
    try:
        database = await open_database(
            settings.database_url, migrated_at=clock(), connections=settings.database_connections
        )
    except Exception as error:  # whatever an engine raises, the start ends with one line
        raise of_database(settings.database_url, error) from error
    try:
        yield database
    finally:
        try:
            async with asyncio.timeout(CLOSE_S):
                await database.close()
        except TimeoutError:
            log.warning("close.late")


@asynccontextmanager
async def open_app(
    settings: Settings,
    channels: Mapping[str, Channel] | None = None,
    clock: Callable[[], datetime] = utc_now,
    seats: Mapping[str, str] | None = None,
    change: Callable[[Company], Company] = lambda company: company,
) -> AsyncIterator[App]:
    """An installation, ready to receive; closed again at the end of the block.

    ``channels`` are those beside the web chat, the clock and the platforms that the settings name. ``seats`` are the
    accounts behind the demo's phones, and ``change`` what the demo does to the company file.

    Raises:
        ConfigError: the company file is wrong, or the database cannot be used.
    """
    company, more = change(load_company(settings.company_file)), channels or {}
    catalogue, files = make_catalogue(company), file_store(settings)
    async with opened(settings, clock) as database:
        pushed = [*named(settings), *[name for name, channel in more.items() if not channel.pulled]]
        metrics = Metrics(database, settings.data_dir, pushed, clock)
        ground = Ground(settings, company, catalogue, database, files, clock, metrics)
        async with open_platforms(ground) as platforms:
            yield _assemble(ground, metrics, pushed, platforms, more, seats)


def _assemble(
    ground: Ground,
    metrics: Metrics,
    pushed: Sequence[str],
    platforms: Mapping[str, Platform],
    more: Mapping[str, Channel],
    seats: Mapping[str, str] | None,
) -> App:
    settings, company, catalogue, database = ground.settings, ground.company, ground.catalogue, ground.database
    clock, stopping = ground.clock, asyncio.Event()
    more = {**more, **{name: platform.channel for name, platform in platforms.items()}}
    channels: dict[str, Channel] = {"webchat": WebChat(), "shop": Shop(), **more}
    world = make_world(company, catalogue, settings.public_url, platforms)
    scan = next((platform.scan for platform in platforms.values() if platform.scan), unscanned)
    drawings = Drawings(draw, ground.files.keep, scan=scan)
    pipeline = Pipeline(database, channels, ROUTES, world, clock, metrics, catalogue.render_safe, drawings)
    post = Post(database, catalogue, clock, dead_letter_alarm, random.random, company.locale, SEND_S, meter=metrics)
    answers = Answers(pipeline.receive, post)
    timers = channels["clock"] = Clock(database, pipeline.receive, clock)
    reception = Reception(pipeline.receive, answers.receive, clock)
    entrances = {name: platform.enter(reception) for name, platform in platforms.items()}
    webhooks = {name: entrance.intake for name, entrance in entrances.items() if entrance.posted}
    health = Health(database, settings.data_dir, pushed, clock, settings.disk_reserve_mb)
    doors = _doors(ground, pipeline, stopping, seats, {**webhooks, **_shop(ground, pipeline)})
    return App(
        settings=settings,
        company=company,
        database=database,
        catalogue=catalogue,
        pipeline=pipeline,
        answers=answers,
        dispatcher=_dispatcher(ground, {"webchat": channels["webchat"], **more}, metrics),
        timers=timers,
        files=ground.files,
        metrics=metrics,
        web=web_app(replace(doors, ready=health.condition, metrics=metrics.page)),
        stopping=stopping,
        clock=clock,
        links=world.links,
        entrances=entrances,
    )


def _shop(ground: Ground, pipeline: Pipeline) -> Mapping[str, Webhook]:
    """Where the company's shop posts its orders, if it may."""
    if not ground.settings.shop_secret:
        return {}
    secret = ground.settings.shop_secret.get_secret_value().encode()
    return {"shop/orders": ShopDoor(secret, pipeline.receive, ground.clock, partial(kept_event, ground.database))}


def _dispatcher(ground: Ground, channels: Mapping[str, Channel], metrics: Metrics) -> Dispatcher:
    return Dispatcher(
        ground.database,
        channels,
        ground.catalogue,
        ground.clock,
        alarm=dead_letter_alarm,
        locale=ground.company.locale,
        parallel=ground.settings.senders,
        meter=metrics,
        policy=policy_of(ground.company.promises),
    )


def _doors(
    ground: Ground,
    pipeline: Pipeline,
    stopping: asyncio.Event,
    seats: Mapping[str, str] | None,
    webhooks: Mapping[str, Webhook],
) -> WebDoors:
    desk, waiting = Desk(ground.database, ground.catalogue, ground.files, ground.clock), Waiting()
    desk.database.listen(waiting.wake)

    async def seat_account(seat: str) -> str | None:
        return (seats or {}).get(seat)

    async def speaks(account: str, locale: str) -> None:
        # on the demo's one page the staff group reads what its phone reads
        await desk.speaks(account, locale, rooms=[ROOM] if account == (seats or {}).get(ROOM) else ())

    return WebDoors(
        settings=_web_settings(ground.settings, ground.company, demo=seats is not None),
        receive=pipeline.receive,
        outbox_after=desk.after,
        outbox_before=desk.before,
        seen=desk.seen,
        may_enter=desk.may_enter,
        wake=waiting,
        keep=desk.keep,
        fetch=desk.fetch,
        words=desk.words,
        now=ground.clock,
        monotonic_s=time.monotonic,
        stopping=stopping,
        seat_account=seat_account,
        locale_of=desk.locale_of,
        speaks=speaks,
        webhooks=webhooks,
    )


def _web_settings(settings: Settings, company: Company, demo: bool) -> WebSettings:
    return WebSettings(
        secret=signing_secret(settings),
        public_url=settings.public_url,
        company=company.name,
        demo=demo,
        embed_origins=settings.embed_origins,
        upload_bytes_max=settings.upload_mb_max * 1024 * 1024,
        image_pixels_max=settings.photo_megapixels_max * 1_000_000,
        messages_per_min=settings.messages_per_min_max,
        uploads_per_min=settings.uploads_per_min_max,
        streams_max=settings.streams_max,
        metrics_token=settings.metrics_token.get_secret_value() if settings.metrics_token else "",
    )
