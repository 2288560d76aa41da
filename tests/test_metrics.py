"""The numbers: right, without anybody's name, and only for those who may read them."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import CODES_MAX, Metrics
from bot.web import WebSettings, web_app
from domain.channel import Rate
from domain.chat import Line, Outbound, Place, Raw, Text
from storage.database import Connection, Database
from storage.inbox import Inbox
from storage.lanes import Lanes
from storage.outbox import Outbox
from tests.pages.office import Office
from tests.processes import ROOT, serving

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
PHONE = "13912345678"
TOKEN = "a-token-for-the-watch"
LABELS = {"channel", "outcome", "state", "version", "python", "engine", "le"}
SERIES_MAX = 400


def metrics(database: Database, folder: Path, later_s: float = 0) -> Metrics:
    """The numbers of a process that sends to pigeons."""
    return Metrics(database, folder, ["pigeon"], lambda: NOW + timedelta(seconds=later_s))


def read(page: bytes) -> dict[tuple[str, ...], float]:
    """Every number by its name and the values of its labels."""
    return {
        (sample.name, *(value for name, value in sorted(sample.labels.items()) if name != "le")): sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }


async def test_what_waits_and_fails_is_counted(database: Database, tmp_path: Path) -> None:
    """Unsent lanes and messages with their age, failed and set aside ones, requests by state, the schema and room."""

    async def fill(connection: Connection) -> None:
        inbox, outbox = Inbox(connection), Outbox(connection)
        for number in range(3):
            await outbox.add(f"cause-{number}", [_said("pigeon", f"{PHONE}{number % 2}")], NOW)
        await outbox.add("web", [_said("webchat", PHONE)], NOW)
        await outbox.add("gone", [_said("pigeon", "sent")], NOW)
        await connection.run("UPDATE lanes SET due_at = NULL, sent_seq = last_seq WHERE chat = 'sent'")
        await inbox.fail(Raw("pigeon:1", "pigeon", {}), NOW, "ValueError")
        await inbox.quarantine(Raw("pigeon:2", "pigeon", {}), NOW, "unparseable")
        await connection.run("INSERT INTO counters (name, value) VALUES ('state:NEW', 7)")

    await database.transact(fill)
    found = read(await metrics(database, tmp_path, 60).page())

    assert found["jiangdao_up",] == 1
    assert found["jiangdao_outbox_lanes", "pigeon"] == 2
    assert found["jiangdao_outbox_messages", "pigeon"] == 3
    assert found["jiangdao_outbox_oldest_seconds", "pigeon"] == 60
    assert found["jiangdao_outbox_held_seconds", "pigeon"] == 0
    assert found["jiangdao_inbox_messages", "failed"] == found["jiangdao_inbox_messages", "quarantined"] == 1
    assert (found["jiangdao_open_requests", "NEW"], found["jiangdao_open_requests", "TRIAGED"]) == (7, 0)
    assert found["jiangdao_schema_number",] >= 4
    assert found["jiangdao_disk_free_bytes",] > 0
    assert not [name for name in found if "webchat" in name]


def _said(channel: str, chat: str) -> Outbound:
    return Outbound(Place(channel, chat), (Line(Text("hello")),))


async def test_a_pause_that_the_platform_asks_for_is_told(database: Database, tmp_path: Path) -> None:
    """A channel that must not send is told with the seconds that are left."""

    async def pause(connection: Connection) -> None:
        lanes = Lanes(connection)
        await Outbox(connection).add("cause", [_said("pigeon", PHONE)], NOW)
        claimed = await lanes.claim("pigeon", NOW, 60, [Rate("all", 30, 1.0)], 1)
        await lanes.throttle(claimed[0], NOW, 40, everyone=True)

    await database.transact(pause)

    found = read(await metrics(database, tmp_path, 10).page())
    assert found["jiangdao_outbox_held_seconds", "pigeon"] == pytest.approx(30, abs=0.01)


async def test_work_is_counted_by_what_became_of_it(database: Database, tmp_path: Path) -> None:
    """Messages with their outcome and time, refusals, and sends with the code of their end."""
    here = metrics(database, tmp_path)
    here.received("webchat", "done", 0.02)
    here.received("webchat", "duplicate", 0.001)
    here.refused("webchat")
    here.sent("pigeon", "sent")
    here.sent("pigeon", "429")

    found = read(await here.page())

    assert found["jiangdao_received_total", "webchat", "done"] == 1
    assert found["jiangdao_received_total", "webchat", "duplicate"] == 1
    assert found["jiangdao_handling_seconds_count", "webchat"] == 2
    assert found["jiangdao_handling_seconds_sum", "webchat"] == pytest.approx(0.021)
    assert found["jiangdao_refused_total", "webchat"] == 1
    assert found["jiangdao_sends_total", "pigeon", "sent"] == found["jiangdao_sends_total", "pigeon", "429"] == 1


async def test_codes_from_outside_cannot_grow_the_page(database: Database, tmp_path: Path) -> None:
    """What is no short code, or one too many, is counted as «other»: no text of a platform becomes a label."""
    here = metrics(database, tmp_path)
    for number in range(CODES_MAX + 5):
        here.sent("pigeon", f"code-{number}")
    here.sent("pigeon", f"user {PHONE} is gone")

    page = await here.page()

    assert read(page)["jiangdao_sends_total", "pigeon", "other"] == 6
    assert PHONE not in page.decode()


NAMED = re.compile(r"`(jiangdao_\w+)`")


async def test_what_is_to_be_watched_exists(database: Database, tmp_path: Path) -> None:
    """Every number that the documents tell people to watch is on the page."""
    here = metrics(database, tmp_path)
    here.received("webchat", "done", 0.02)
    here.sent("pigeon", "sent")
    await database.transact(lambda connection: Outbox(connection).add("cause", [_said("pigeon", PHONE)], NOW))
    families = {name[0] for name in read(await here.page())}
    told = {name for page in ROOT.glob("docs/operations*.md") for name in NAMED.findall(page.read_text("utf-8"))}

    assert len(told) >= 10
    assert {name for name in told if not any(family.startswith(name) for family in families)} == set()


async def test_two_processes_do_not_share_numbers(database: Database, tmp_path: Path) -> None:
    """The numbers belong to what was put together, not to the interpreter."""
    first, second = metrics(database, tmp_path), metrics(database, tmp_path)
    first.sent("pigeon", "sent")

    assert ("jiangdao_sends_total", "pigeon", "sent") not in read(await second.page())


async def test_without_the_database_the_rest_is_told(database: Database, tmp_path: Path) -> None:
    """A database that does not answer makes ``jiangdao_up`` 0 and takes nothing else away."""
    here = metrics(database, tmp_path)
    here.sent("pigeon", "sent")
    await database.close()

    found = read(await here.page())

    assert (found["jiangdao_up",], found["jiangdao_sends_total", "pigeon", "sent"]) == (0, 1)


async def test_a_loop_that_was_held_up_is_seen(database: Database, tmp_path: Path) -> None:
    """The watch measures at least every half second, and ends at once when asked."""
    here, stop = metrics(database, tmp_path), asyncio.Event()
    watching = asyncio.create_task(here.watch(stop))
    while not read(await here.page()).get(("jiangdao_loop_lag_seconds_count",)):
        await asyncio.sleep(0.05)
    stop.set()
    async with asyncio.timeout(0.4):
        await watching


# ---- who may read them


async def asked(token: str = "", host: str = "127.0.0.1", client: str = "127.0.0.1", **headers: str) -> httpx.Response:
    """The answer to somebody at an address, under a name, with headers."""

    async def page() -> bytes:
        return b"jiangdao_up 1.0\n"

    settings = WebSettings(b"0" * 32, public_url="https://chat.example.com", metrics_token=token)
    app = web_app(replace(Office().doors(settings), metrics=page))
    transport = httpx.ASGITransport(app, client=(client, 1234))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as asking:
        return await asking.get(
            "/metrics", headers={name.replace("_", "-"): value.encode("latin-1") for name, value in headers.items()}
        )


REFUSED = {
    "from elsewhere": {"client": "192.0.2.7"},
    "under the public name": {"host": "chat.example.com"},
    "passed on by a proxy": {"x_forwarded_for": "192.0.2.7"},
    "passed on by another proxy": {"forwarded": "for=192.0.2.7"},
    "without the token": {"token": TOKEN},
    "with a wrong token": {"token": TOKEN, "authorization": "Bearer a-token-for-the-wash"},
    "with a part of the token": {"token": TOKEN, "authorization": "Bearer a-token"},
    "with letters of another alphabet": {"token": TOKEN, "authorization": "Bearer \u00e4"},
}


@pytest.mark.parametrize("asking", REFUSED.values(), ids=REFUSED)
async def test_the_numbers_are_not_there_for_others(asking: dict[str, str]) -> None:
    """Whoever is neither at this machine nor has the token gets what any unknown address gives."""
    answer = await asked(**asking)

    assert answer.status_code == 404
    assert "jiangdao_up" not in answer.text


@pytest.mark.parametrize(
    "asking",
    [{}, {"token": TOKEN, "client": "192.0.2.7", "host": "chat.example.com", "authorization": f"Bearer {TOKEN}"}],
    ids=["this machine", "with the token"],
)
async def test_the_numbers_are_there_for_the_watch(asking: dict[str, str]) -> None:
    """This machine reads them while no token is set, and whoever has the token from anywhere."""
    answer = await asked(**asking)

    assert (answer.status_code, answer.text) == (200, "jiangdao_up 1.0\n")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")


def test_a_story_leaves_numbers_and_no_names(tmp_path: Path) -> None:
    """After people have written, the page of a running bot counts them, and holds no label but the known ones."""
    with serving(tmp_path, messages_per_min_max=0) as bot:
        visitor = bot.visitor()
        visitor.says(f"厨房漏水,电话{PHONE}", id="same-message")
        visitor.says(f"厨房漏水,电话{PHONE}", id="same-message")
        page = httpx.get(f"{bot.address}/metrics")
        token = httpx.get(f"{bot.address}/metrics", headers={"X-Forwarded-For": "192.0.2.7"})
    found = read(page.content)
    samples = [one for family in text_string_to_metric_families(page.text) for one in family.samples]

    assert (page.status_code, token.status_code) == (200, 404)
    assert found["jiangdao_received_total", "webchat", "done"] == 1
    assert found["jiangdao_received_total", "webchat", "duplicate"] == 1
    assert found["jiangdao_build_info", "sqlite", *_versions(found)] == 1
    assert {label for one in samples for label in one.labels} <= LABELS
    assert len(samples) < SERIES_MAX
    assert not any(secret in page.text for secret in (PHONE, visitor.account, "same-message", "漏水"))


def _versions(found: dict[tuple[str, ...], float]) -> tuple[str, ...]:
    return next(name[2:] for name in found if name[0] == "jiangdao_build_info")
