"""How updates come in, over real HTTP: kept before they are confirmed, each with one effect, whatever breaks."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import Conflict, NetworkError

from bot.app import App, open_app
from bot.channels.telegram_hook import Hook, hook
from bot.channels.telegram_http import Flooded
from bot.channels.telegram_intake import (
    ALLOWED,
    ANSWER_S,
    CONFLICT_S,
    LEASE_S,
    PAUSE_MAX_S,
    POLL_S,
    Intake,
    next_pause_s,
)
from bot.config import Settings, load_settings
from bot.webhooks import Answer, Call
from domain.channel import Keeps
from domain.chat import Place, Raw
from storage.database import Connection
from storage.store import Store
from tests.channels.telegram_payloads import payload
from tests.platforms.serving import Server
from tests.processes import free_port
from tests.telegram import NO_LIMITS, Delivery, FakeTelegram, Options
from tests.telegram.queue import Pending

COMPANY = Path(__file__).parents[2] / "company.toml"
CALL = Call("POST", {}, {})
SECRET = "a secret that signs what the web hands out"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
STAFF_ROOM = Place("webchat", "staff")
PATIENCE_S = 15.0

Installation = Callable[..., Settings]


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    """Telegram, which delivers some updates twice at the same time."""
    async with FakeTelegram(options=Options(limits=NO_LIMITS), delivery=Delivery(repeats=0.3, seed=3)) as fake:
        yield fake


@pytest.fixture
def installed(tmp_path: Path, database_url: str) -> Installation:
    """The settings of an installation whose Telegram is the one of this test."""

    def settings(fake: FakeTelegram | str, **more: Any) -> Settings:
        base = fake if isinstance(fake, str) else fake.base_url
        known = {"data_dir": tmp_path / "data", "database_url": database_url, "company_file": COMPANY}
        token = "7000000001:AAFakeTelegramTokenOfTheTests_0123456"
        return load_settings(None, **known, secret=SECRET, telegram_token=token, telegram_api_base=base, **more)

    return settings


@asynccontextmanager
async def running(intake: Intake | None) -> AsyncIterator[asyncio.Event]:
    """Take updates in until the end of the block, or until the event is set."""
    assert intake
    stop = asyncio.Event()
    task = asyncio.create_task(intake.run(stop))
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(PATIENCE_S):
            await task


@asynccontextmanager
async def posted_to(settings: Settings) -> AsyncIterator[tuple[App, str]]:
    """An installation with a web server, to which the platform posts."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with open_app(settings.model_copy(update={"public_url": url, "telegram_webhook": True})) as app:
        config = uvicorn.Config(app.web, port=port, log_config=None, access_log=False, lifespan="off")
        server = Server(config)
        serving = asyncio.create_task(server.serve())
        await server.ready.wait()
        try:
            yield app, url
        finally:
            server.should_exit = True
            await serving


async def inbox(app: App) -> dict[str, str]:
    """What arrived, by id, and what became of it."""

    async def work(connection: Connection) -> dict[str, str]:
        found = await connection.all("SELECT id, state FROM inbox WHERE channel = 'telegram' ORDER BY id")
        return {row["id"]: row["state"] for row in found}

    return await app.database.read(work)


async def answers(app: App, chat: int) -> int:
    """How many messages are owed to a chat."""

    async def work(connection: Connection) -> int:
        row = await connection.one(
            "SELECT count(*) AS n FROM outbox WHERE channel = 'telegram' AND chat = :chat", chat=str(chat)
        )
        return int(row["n"]) if row else 0

    return await app.database.read(work)


def intake_of(app: App, receive: Callable[[Raw], Awaitable[object]] | None = None) -> Intake:
    """Another intake of the same installation, as in another worker or after a crash."""
    assert app.entrances["telegram"]
    return replace(
        app.entrances["telegram"].intake,
        receive=receive or app.pipeline.receive,
        worker=f"worker {id(receive)}",
        offset=0,
        _answers=set(),
    )


# ---- asked for


async def test_what_is_asked_for_is_handled_once(fake: FakeTelegram, installed: Installation) -> None:
    """By polling, each update is kept, answered and then confirmed; only the kinds that we read are asked for."""
    hana = fake.user("Hana")
    async with open_app(installed(fake)) as app, running(app.entrances["telegram"].intake):
        for count in range(3):
            await hana.says("你好" if count else "/start")
        await fake.taken()
        assert list((await inbox(app)).values()) == ["done"] * 3
        assert await answers(app, hana.id) == 3
        assert app.entrances["telegram"].intake.me == "jiangdao_test_bot"
        assert sorted(fake.queue.allowed) == sorted(ALLOWED)


async def test_a_crash_before_the_offset_moves_has_no_second_effect(
    fake: FakeTelegram, installed: Installation
) -> None:
    """What was committed but not confirmed comes again, and stays one message with one answer."""
    hana = fake.user("Hana")
    await hana.says("/start")
    async with open_app(installed(fake)) as app:
        committed = asyncio.Event()

        async def dies(raw: Raw) -> None:
            await app.pipeline.receive(raw)
            committed.set()
            await asyncio.Event().wait()

        first = asyncio.create_task(intake_of(app, dies).run(asyncio.Event()))
        await asyncio.wait_for(committed.wait(), PATIENCE_S)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        assert len(fake.queue.pending) == 1
        if app.database.engine == "postgres":
            await app.database.transact(lambda connection: connection.run("DELETE FROM leases"))
        async with running(intake_of(app)):
            await fake.taken()
        assert len(await inbox(app)) == 1
        assert await answers(app, hana.id) == 1


async def test_what_cannot_be_kept_is_not_confirmed(fake: FakeTelegram, installed: Installation) -> None:
    """While the database takes nothing, the offset stays; later everything arrives, each chat in its order."""
    hana, otto = fake.user("Hana"), fake.user("Otto")
    async with open_app(installed(fake)) as app:
        tried, order = 0, []

        async def fails_first(raw: Raw) -> None:
            nonlocal tried
            tried += 1
            if tried <= 2:
                assert len(fake.queue.pending) == 4
                raise ConnectionError
            await app.pipeline.receive(raw)
            order.append((raw.place.chat, raw.body["update"]["message"]["text"]))

        for text in ("一", "二"):
            for person in (hana, otto):
                await person.says(text)
        async with running(intake_of(app, fails_first)):
            await fake.taken()
        for person in (hana, otto):
            assert [text for chat, text in order if chat == str(person.id)] == ["一", "二"]


async def test_the_channel_is_reached_when_nothing_waits_there(fake: FakeTelegram, installed: Installation) -> None:
    """An answer that brings nothing new counts, one that cannot be kept does not, and neither does a broken network."""
    hana = fake.user("Hana")
    async with open_app(installed(fake)) as app:
        reached: list[datetime] = []
        refused: list[Raw] = []

        async def refuses(raw: Raw) -> None:
            refused.append(raw)
            raise ConnectionError

        async with running(replace(intake_of(app), reached=reached.append)):
            await fake.until(lambda: reached)
        reached.clear()
        await hana.says("一")
        fake.fail("500", "getUpdates", times=1)
        async with running(replace(intake_of(app, refuses), reached=reached.append)):
            await fake.until(lambda: refused)
        assert (reached, len(fake.queue.pending)) == ([], 1)
        body = json.dumps(payload("text")).encode()
        assert await replace(intake_of(app, refuses), reached=reached.append).take(CALL, body) == Answer(500)
        assert reached == []
        assert await replace(intake_of(app), reached=reached.append).take(CALL, body) == Answer(200)
        assert len(reached) == 1
        reached.clear()
        async with running(replace(intake_of(app), reached=reached.append)):
            await fake.taken()
            await fake.until(lambda: reached)
        channel = app.pipeline.channels["telegram"]
        assert isinstance(channel, Keeps)
        async with running(app.entrances["telegram"].intake):
            await fake.until(lambda: channel.reached_at)


async def test_what_cannot_be_understood_is_passed_by(fake: FakeTelegram, installed: Installation) -> None:
    """An update of no known shape is kept, staff are told, and what comes behind it is handled."""
    hana = fake.user("Hana")
    async with open_app(installed(fake)) as app:
        await bind_room(app)
        for number, message in enumerate(({"chat": 5}, {"chat": {"id": "x"}, "text": "a"}, [[[]]])):
            fake.queue.put(
                Pending(600_000_000 + number, {"update_id": 600_000_000 + number, "message": message}, fake.clock(), 1)
            )
        async with running(app.entrances["telegram"].intake):
            await hana.says("/start")
            await fake.taken()
        states = await inbox(app)
        assert sorted(states.values()) == ["done", "quarantined", "quarantined", "quarantined"]
        assert await alarms(app) == 3
        assert await answers(app, hana.id) == 1


async def bind_room(app: App) -> None:
    async def work(connection: Connection) -> None:
        await Store(connection).groups.bind(STAFF_ROOM, "staff", "zh-CN", "ada", app.clock())

    await app.database.transact(work)


async def alarms(app: App) -> int:
    async def work(connection: Connection) -> int:
        row = await connection.one("SELECT count(*) AS n FROM outbox WHERE channel = 'webchat'")
        return int(row["n"]) if row else 0

    return await app.database.read(work)


async def test_polling_takes_over_from_a_webhook(fake: FakeTelegram, installed: Installation) -> None:
    """A webhook that was set once is deleted, and what waits behind it arrives."""
    hana = fake.user("Hana")
    async with open_app(installed(fake)) as app:
        assert app.entrances["telegram"]
        await app.entrances["telegram"].intake.bot.set_webhook(
            f"http://127.0.0.1:{free_port()}/gone", allowed_updates=ALLOWED
        )
        await hana.says("/start")
        async with running(app.entrances["telegram"].intake):
            await fake.taken()
        assert fake.queue.webhook.url == ""
        assert len(await inbox(app)) == 1


async def test_it_ends_within_two_seconds(fake: FakeTelegram, installed: Installation) -> None:
    """Asked to end, it does not wait for the platform to answer."""
    async with open_app(installed(fake)) as app:
        async with running(app.entrances["telegram"].intake) as stop:
            await fake.until(lambda: fake.queue.polled)
            stop.set()
            began_s = time.monotonic()
        assert time.monotonic() - began_s < 2.0


async def test_a_network_that_is_down_at_the_start_is_waited_for(installed: Installation) -> None:
    """Without the platform it starts and goes on trying; as soon as it is there, messages arrive."""
    port = free_port()
    async with open_app(installed(f"http://127.0.0.1:{port}")) as app:
        assert app.entrances["telegram"]
        assert await app.entrances["telegram"].intake.hello()
        assert app.entrances["telegram"].intake.me == ""
        async with running(app.entrances["telegram"].intake), FakeTelegram(port=port) as fake:
            await fake.user("Hana").says("/start")
            await fake.taken()
            assert app.entrances["telegram"].intake.me == "jiangdao_test_bot"
            assert len(await inbox(app)) == 1


async def test_a_token_that_nobody_knows_is_told(fake: FakeTelegram, installed: Installation) -> None:
    """Whether the platform knows our token shows at the first word."""
    right, wrong = installed(fake), installed(fake)
    wrong = wrong.model_copy(update={"telegram_token": type(right.telegram_token)("7000000001:" + "A" * 35)})
    async with open_app(wrong) as app:
        assert app.entrances["telegram"]
        assert not await app.entrances["telegram"].intake.hello()
    async with open_app(right) as app:
        assert app.entrances["telegram"]
        assert await app.entrances["telegram"].intake.hello()


@pytest.mark.parametrize("engine", ["postgres"])
async def test_one_of_many_workers_asks(fake: FakeTelegram, installed: Installation, engine: str) -> None:
    """While one worker polls, the others wait; when it ends, another goes on."""
    hana = fake.user("Hana")
    async with open_app(installed(fake)) as app:
        heard: list[str] = []

        def worker(name: str) -> Intake:
            async def receive(raw: Raw) -> None:
                await app.pipeline.receive(raw)
                heard.append(name)

            return replace(intake_of(app, receive), worker=name)

        async with running(worker("first")) as ends:
            await fake.until(lambda: fake.queue.polled)
            async with running(worker("second")):
                for text in ("一", "二", "三"):
                    await hana.says(text)
                    await fake.taken()
                assert heard == ["first"] * 3
                ends.set()
                await hana.says("四")
                await fake.taken()
                assert heard == ["first"] * 3 + ["second"]


@pytest.mark.parametrize(
    ("fault", "before_s", "wait_s"),
    [
        (NetworkError("x"), 0, 1.0),
        (NetworkError("x"), 4.0, 8.0),
        (NetworkError("x"), 25.0, PAUSE_MAX_S),
        (Conflict("x"), 0, CONFLICT_S),
        (Flooded(45), 2.0, 45),
    ],
)
def test_pauses_grow(fault: Exception, before_s: float, wait_s: float) -> None:
    """A fault is followed by a pause that doubles, a rival by a longer one, a flood by what the platform asks for."""
    assert next_pause_s(fault, before_s) == wait_s


# ---- posted to us


async def test_what_is_posted_is_handled_once(fake: FakeTelegram, installed: Installation) -> None:
    """By webhook, each update is kept and answered once, even if it is posted twice at the same time."""
    people = [fake.user(f"Hana {number}") for number in range(8)]
    async with posted_to(installed(fake)) as (app, _), running(app.entrances["telegram"].intake):
        await fake.until(lambda: fake.queue.webhook.url)
        for _ in range(4):
            for person in people:
                await person.says("/start")
        await fake.taken()
        states = await inbox(app)
        assert len(fake.journal.of("delivered")) > len(states) == 32
        assert set(states.values()) == {"done"}
        assert [await answers(app, person.id) for person in people] == [4] * 8


async def test_the_webhook_is_set_when_it_differs(fake: FakeTelegram, installed: Installation) -> None:
    """It is set at the first start, left alone at the second, and set anew for another secret."""
    settings = installed(fake)
    posted = hook("http://127.0.0.1:9", SECRET.encode())
    async with open_app(settings) as app:

        async def sets(wanted: Hook) -> int:
            before, stop = len(fake.journal.of("called", method="setWebhook")), asyncio.Event()
            stop.set()
            await replace(intake_of(app), hook=wanted).look(stop)
            return len(fake.journal.of("called", method="setWebhook")) - before

        assert await sets(posted) == 1
        assert await sets(posted) == 0
        assert await sets(hook("http://127.0.0.1:9", b"another")) == 1
        assert fake.queue.webhook.secret != posted.secret


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (json.dumps(payload("text")).encode(), 200),
        (b'{"update_id": 7, "message": {"text":', 200),
        (b'{"update_id": 8, "a": ' + b"[" * 5000 + b"]" * 5000 + b"}", 200),
        (b'[{"update_id": 9}]', 200),
        (b"{}", 400),
        (b"<html>", 400),
        (b" " * (1024 * 1024 + 1), 413),
    ],
)
async def test_a_posted_body_is_kept_or_refused(installed: Installation, body: bytes, status: int) -> None:
    """Whatever has an identity is kept, though it cannot be read; the rest is refused, and so is what is too much."""
    async with posted_to(installed("http://127.0.0.1:9")) as (app, url), httpx.AsyncClient() as client:
        assert app.entrances["telegram"]
        answer = await client.post(
            f"{url}/telegram", content=body, headers={HEADER: app.entrances["telegram"].intake.hook.secret}
        )
        assert answer.status_code == status
        assert len(await inbox(app)) == (status == 200)


@pytest.mark.parametrize("secret", ["", "wrong", "ä", None])
async def test_without_the_secret_the_address_does_not_exist(installed: Installation, secret: str | None) -> None:
    """A wrong secret, or none, is answered like any address that is not there, and nothing is kept."""
    async with posted_to(installed("http://127.0.0.1:9")) as (app, url), httpx.AsyncClient() as client:
        headers = {} if secret is None else {HEADER: secret.encode()}
        body = json.dumps(payload("text")).encode()
        refused = await client.post(f"{url}/telegram", content=body, headers=headers)
        absent = await client.post(f"{url}/telegrams", content=body)
        assert (refused.status_code, refused.content) == (absent.status_code, absent.content) == (404, refused.content)
        assert await inbox(app) == {}


async def test_what_cannot_be_kept_is_posted_again(fake: FakeTelegram, installed: Installation) -> None:
    """While the database takes nothing, the platform hears 500 and delivers again."""
    hana = fake.user("Hana")
    async with posted_to(installed(fake)) as (app, _):
        assert app.entrances["telegram"]
        tries = 0

        async def fails_first(raw: Raw) -> None:
            nonlocal tries
            tries += 1
            if tries == 1:
                raise ConnectionError
            await app.pipeline.receive(raw)

        app.entrances["telegram"].intake.receive = fails_first
        async with running(app.entrances["telegram"].intake):
            await hana.says("/start")
            await fake.taken()
        assert 500 in [entry.status for entry in fake.journal.of("delivered")]
        assert await answers(app, hana.id) == 1


# ---- both


async def test_a_press_is_felt_whatever_becomes_of_it(fake: FakeTelegram, installed: Installation) -> None:
    """The clock on a pressed button ends, even if the press could not be handled."""
    hana = fake.user("Hana")
    await hana.starts()
    async with open_app(installed(fake)) as app:
        assert app.entrances["telegram"]
        await app.entrances["telegram"].intake.bot.send_message(hana.id, "?", reply_markup=keyboard())

        async def fails(raw: Raw) -> None:
            if "callback_query" in raw.body["update"]:
                raise ConnectionError
            await app.pipeline.receive(raw)

        await hana.presses("好")
        async with running(intake_of(app, fails)):
            await fake.until(lambda: fake.journal.of("called", method="answerCallbackQuery"))
        assert len(await inbox(app)) == 1
        async with running(intake_of(app)):
            await fake.taken()
        assert len(await inbox(app)) == 2


def keyboard() -> Any:
    return InlineKeyboardMarkup([[InlineKeyboardButton("好", callback_data="no-such-token")]])


def test_a_lease_outlasts_an_answer() -> None:
    """Nobody else asks for updates while an answer may still come, which the platform would refuse to both."""
    assert LEASE_S >= POLL_S + ANSWER_S + 3
