"""Spoiled updates: nothing but Unparseable escapes, nothing takes long, and nothing is lost on the whole path."""

from __future__ import annotations

import gc
import json
import os
import random
import re
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from bot.app import App, open_app
from bot.channels.telegram_parse import parse, raw_body, raw_update
from bot.config import load_settings
from bot.webhooks import Call
from domain.chat import Attachment, Event, Inbound, Place, Raw
from domain.errors import Unparseable
from domain.people import Person, Role
from storage.database import Connection
from storage.store import Store
from tests.channels.telegram_mutations import spoiled, torn
from tests.channels.telegram_payloads import BOT_ID, ME, names, payload
from tests.fakes import Watch
from tests.pace import timed

CALL = Call("POST", {}, {})
UPDATES = int(os.environ.get("FUZZ_UPDATES", "100000"))
SEED = int(os.environ.get("FUZZ_SEED", "7"))
ONE_S_MAX = 0.05
BODY_BYTES_MAX = 1024 * 1024
POLLED_BYTES_MAX = 128 * 1024
"""Ten times as much as the platform puts into an update that we ask for."""
WHOLE_PATH = {"sqlite": 5000, "postgres": 500}
NUMBER = re.compile(r"-?\d+\Z")
STAFF_GROUP = Place("telegram", "-1002148839275")
STAFF_ROOM = Place("webchat", "staff")
"""A second room of the staff's, out of which nobody takes the bot."""
SHAPE: dict[str, type] = {
    **dict.fromkeys(("id", "account", "text", "press", "reply_to", "album", "locale", "name", "phone", "thread"), str),
    **dict.fromkeys(("group", "edited", "topics", "forwarded"), bool),
    "place": Place,
    "files": tuple,
    "refused": tuple,
    "intent": str,
    "subject": str,
}


def kept(sent: dict[str, Any] | bytes) -> Raw:
    """A spoiled update as it would be kept.

    Raises:
        Unparseable: it cannot be told from another.
    """
    return raw_body(BOT_ID, sent, ME) if isinstance(sent, bytes) else raw_update(BOT_ID, sent, ME)


def _understood(sent: dict[str, Any] | bytes) -> Inbound | None:
    try:
        return parse(kept(sent))
    except Unparseable:
        return None


def wrong(inbound: Inbound) -> list[str]:
    """What of a message is not of the promised type."""
    bad = [name for name, kind in SHAPE.items() if not isinstance(getattr(inbound, name), kind)]
    bad += [] if inbound.event is None or isinstance(inbound.event, Event) else ["event"]
    bad += [] if all(isinstance(one, Attachment) for one in inbound.files) else ["files"]
    bad += [] if NUMBER.match(inbound.place.chat) and NUMBER.match(inbound.account.replace("nobody", "0")) else ["who"]
    bad += [] if len(inbound.text) <= 4096 and len(inbound.press.encode()) <= 64 else ["length"]
    return bad + ([] if json.dumps(dict(inbound.args), allow_nan=False) else ["args"])


@pytest.fixture
def frozen() -> Iterator[None]:
    """As in a server: the collector does not look through what is here from the start."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("frozen")
@pytest.mark.unwatched  # a hundred thousand times the same lines: watched, they take three times as long
def test_whatever_comes_is_understood_or_refused_soon(note: Any) -> None:
    """Of spoiled updates none raises anything but Unparseable, none takes 50 ms, and each result is well-typed."""
    chance, understood, longest_s, began_s = random.Random(SEED), 0, 0.0, time.process_time()
    for number, update in enumerate(islice(spoiled(SEED), UPDATES)):
        body = json.dumps(update).encode()[:BODY_BYTES_MAX]  # no more is taken from anybody
        asked_for = number % 3 and len(body) < POLLED_BYTES_MAX
        sent = update if asked_for else torn(body, chance) if number % 2 else body
        inbound, took_s = timed(partial(_understood, sent), ONE_S_MAX)
        longest_s = max(longest_s, took_s)
        assert took_s < ONE_S_MAX, (number, took_s)
        if inbound:
            understood += 1
            assert not wrong(inbound), (number, wrong(inbound), update)
    spent_s = time.process_time() - began_s
    note(f"{UPDATES} spoiled updates, {understood} understood: {spent_s:.0f} s, the longest {longest_s * 1000:.1f} ms")
    assert understood > UPDATES / 5


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Any:
    """An installation with Telegram, whose platform nobody reaches."""
    return load_settings(
        env_file=None,
        data_dir=tmp_path / "data",
        database_url=database_url,
        company_file=Path(__file__).parents[2] / "company.toml",
        telegram_token=f"{BOT_ID}:AAFakeTelegramTokenOfTheTests_0123456",
        telegram_api_base="http://127.0.0.1:9",
    )


async def staffed(app: App, watch: Watch) -> None:
    """Ada is the admin and the forum group serves staff, so that much of what is spoiled means something."""

    async def work(connection: Connection) -> None:
        store = Store(connection)
        ada = Person("ada", Role.ADMIN, "雅妲", locale="zh-Hant")
        await store.people.add(ada, Place("telegram", "1187326640"), watch())
        await store.people.attach("telegram", "1187326640", "ada", "1187326640", watch())
        for group in (STAFF_GROUP, STAFF_ROOM):
            await store.groups.bind(group, "staff", "zh-CN", "ada", watch())

    await app.database.transact(work)


def numbered(count: int) -> Iterator[bytes]:
    """Spoiled updates as they are posted, each with a number of its own; whole ones between them."""
    whole = [payload(name) for name in names()]
    for number, update in enumerate(islice(spoiled(SEED), count)):
        sent = whole[number % len(whole)] if number % 5 == 0 else update
        yield json.dumps({**sent, "update_id": 900_000_000 + number}).encode()


async def drained(app: App, watch: Watch) -> None:
    """Everything that waits for another try has had it."""
    for _ in range(40):
        watch.move(timedelta(hours=1).total_seconds())
        while await app.pipeline.replay():
            pass


async def rows(app: App) -> Sequence[Any]:
    async def work(connection: Connection) -> Sequence[Any]:
        return await connection.all("SELECT id, state, error_code FROM inbox WHERE channel = 'telegram'")

    return await app.database.read(work)


async def alarms(app: App) -> list[str]:
    """The messages of which staff were told that they were set aside."""

    async def work(connection: Connection) -> list[str]:
        found = await connection.all("SELECT id FROM outbox WHERE channel = 'webchat' AND id LIKE '%:quarantined:%'")
        return [row["id"].partition(":quarantined:")[0] for row in found]

    return await app.database.read(work)


@pytest.mark.unwatched  # a hundred thousand times the same lines: watched, they take three times as long
async def test_nothing_is_lost_on_the_whole_path(settings: Any, engine: str, note: Any) -> None:
    """Each spoiled update ends in the inbox once, done or set aside with one alarm, and none for a bug of ours."""
    watch, count = Watch(), WHOLE_PATH[engine]
    async with open_app(settings, clock=watch) as app:
        await staffed(app, watch)
        assert app.entrances["telegram"]
        began_s = time.perf_counter()
        statuses = set()
        for number, body in enumerate(numbered(count)):
            statuses.add((await app.entrances["telegram"].intake.take(CALL, body)).status)
            if number % 20 == 0:
                statuses.add((await app.entrances["telegram"].intake.take(CALL, body)).status)
        took_s = time.perf_counter() - began_s
        await drained(app, watch)
        found, told = await rows(app), await alarms(app)
    aside = {row["id"]: row["error_code"] for row in found if row["state"] == "quarantined"}
    note(f"{count} spoiled updates through {engine}: {took_s:.0f} s, {len(aside)} set aside")
    assert statuses == {200}
    assert len(found) == count
    assert {row["state"] for row in found} == {"done", "quarantined"}
    assert sorted(told) == sorted(aside)
    assert {code for code in aside.values() if not code.islower()} == set(), aside
