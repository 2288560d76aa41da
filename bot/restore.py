"""From a backup to an installation that can be started, and that sends nothing old again."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bot import manifest
from bot.app import opened
from bot.backup import SECRET, bring, verify
from bot.channels.webchat import NAME as WEB
from bot.config import ConfigError, Settings
from bot.manifest import FILES, Manifest
from bot.obstacles import of_database
from bot.standing import database_file
from domain.chat import Button, Kind, Line, Outbound, Place, Priority, Style, Text
from handlers.clocks import REMINDERS
from storage import backup_postgres, backup_sqlite
from storage.backup import Damaged, Occupied, Quieted, Snapshot, Unsent, quiet, shut_out, unsent
from storage.backup_postgres import ToolFailed
from storage.backup_sqlite import sync
from storage.database import Connection
from storage.files import FileStore
from storage.letters import RESTORED
from storage.migrations import NUMBERED, load
from storage.opening import open_database
from storage.store import Store

GRACE = timedelta(hours=1)
"""How long staff have, after a restore, to put right what the clocks would act on."""

BAD = "备份 {folder} 不能用,什么都没有改动 ({what})"
OTHER_ENGINE = "备份是 {engine} 的,JIANGDAO_DATABASE_URL 指向的不是,请改成同一种数据库"
NEWER = "备份来自更新的版本 (migration {number}),请先把程序升级到那个版本"
TAKEN = "{what} 已经有数据。确定要换成备份的话,加上 --force,原来的会改名保留 (not empty)"
NO_TOOL = "PostgreSQL 的工具用不了,请安装与服务器同版本的 postgresql-client ({what})"
DIFFERENT = "恢复后的数据库和备份对不上,没有启用 ({what})"


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of it. ``aside`` is the ending of the name under which what was there before is kept, or empty."""

    manifest: Manifest
    quieted: Quieted
    aside: str


async def restore(settings: Settings, folder: Path, now: datetime, force: bool = False) -> Restored:
    """Put a backup in the place that the settings name, check it, and make it safe to start.

    Raises:
        ConfigError: it cannot be done, in one line. Until the database is whole and quiet, nothing has its name.
    """
    try:
        return await _restore(settings, folder, now, force)
    except Damaged as error:
        raise ConfigError([DIFFERENT.format(what=error)]) from error
    except ToolFailed as error:
        raise ConfigError([NO_TOOL.format(what=error)]) from error
    except Occupied as error:
        raise ConfigError([TAKEN.format(what=error)]) from error
    except (ConfigError, OSError):
        raise
    except Exception as error:  # whatever an engine raises, the answer is one line
        raise of_database(settings.database_url, error) from error


async def _restore(settings: Settings, folder: Path, now: datetime, force: bool) -> Restored:
    told = await _fitting(settings, folder)
    aside = f"{backup_postgres.ASIDE}{now:%Y%m%dT%H%M%SZ}"
    put = _to_postgres if told.engine == "postgres" else _to_sqlite
    quieted = await put(settings, folder, told, now, aside, force)
    async with opened(settings, lambda: now) as database:
        await database.transact(shut_out)
        await database.transact(partial(_tell_staff, told, quieted, now))
    return Restored(told, quieted, aside)


async def _fitting(settings: Settings, folder: Path) -> Manifest:
    """The manifest of a backup that is whole, of this engine, and not newer than this program."""
    try:
        told = await verify(folder)
    except Damaged as error:
        raise ConfigError([BAD.format(folder=folder, what=error)]) from None
    if (told.engine == "postgres") is (database_file(settings.database_url) is not None):
        raise ConfigError([OTHER_ENGINE.format(engine=told.engine)])
    known = {migration.number: migration.checksum for migration in load(NUMBERED)}
    for number, checksum in told.schema.items():
        if known.get(number) != checksum:
            raise ConfigError([NEWER.format(number=number)])
    return told


async def _to_sqlite(
    settings: Settings, folder: Path, told: Manifest, now: datetime, aside: str, force: bool
) -> Quieted:
    target = database_file(settings.database_url)
    assert target is not None
    with backup_sqlite.room(target, f".{aside}", force) as fresh:
        await asyncio.to_thread(_bring_files, settings, folder, aside)
        _same(await asyncio.to_thread(backup_sqlite.put, folder / told.part, fresh), told)
        database = await open_database(f"sqlite:///{fresh}")
        try:
            return await database.transact(partial(_quiet, now))
        finally:
            await database.close()


async def _to_postgres(
    settings: Settings, folder: Path, told: Manifest, now: datetime, aside: str, force: bool
) -> Quieted:
    async with backup_postgres.room(settings.database_url, aside, force) as session:
        await asyncio.to_thread(_bring_files, settings, folder, aside)
        _same(await backup_postgres.put(settings.database_url, folder / told.part, session), told)
        async with backup_postgres.working(session) as connection:
            return await _quiet(now, connection)


async def _quiet(now: datetime, connection: Connection) -> Quieted:
    return await quiet(connection, now, [WEB], REMINDERS, GRACE)


def _same(found: Snapshot, told: Manifest) -> None:
    if found.tables != told.tables or found.schema != told.schema:
        names = sorted(name for name in told.tables if found.tables.get(name) != told.tables[name])
        raise Damaged(", ".join(names[:3]) or "schema_migrations")


def _bring_files(settings: Settings, folder: Path, aside: str) -> None:
    store = FileStore(settings.data_dir / FILES)
    for path in manifest.stored_paths(folder):
        if not bring(path, store.path(path.name)):
            raise Damaged(f"{FILES}/{path.name}")
    _bring_secret(folder / SECRET, settings.data_dir / SECRET, aside)


def _bring_secret(source: Path, target: Path, aside: str) -> None:
    """The secret under which the sessions in the backup were signed."""
    if not source.is_file() or (target.is_file() and target.read_bytes() == source.read_bytes()):
        return
    if target.exists():
        target.rename(target.with_name(f"{target.name}.{aside}"))
    fresh = target.with_name(f"{target.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    shutil.copyfile(source, fresh)
    sync(fresh)
    fresh.replace(target)
    sync(target.parent)


async def _tell_staff(told: Manifest, quieted: Quieted, now: datetime, connection: Connection) -> None:
    store = Store(connection)
    waiting = await unsent(connection)
    places = await store.groups.places("staff")
    notices = [one for place in places for one in notices_of(place, told.made_at, quieted, waiting)]
    await store.outbox.add(f"restored:{now.isoformat()}", notices, now)


def notices_of(place: Place, made_at: datetime, quieted: Quieted, waiting: Sequence[Unsent]) -> list[Outbound]:
    """What a staff group reads after a restore: what happened, and for each channel what it may decide on."""
    lines = [Line(Text("restored", {"at": made_at}), Kind.ALERT)]
    if quieted.inbox:
        lines.append(Line(Text("restored-inbox", {"count": quieted.inbox})))
    lines.append(Line(Text("restored-next"), Kind.NEXT))
    return [
        Outbound(place, tuple(lines), priority=Priority.HUMAN),
        *(_to_decide(place, one) for one in waiting),
    ]


def _to_decide(place: Place, one: Unsent) -> Outbound:
    buttons = (
        Button(Text("restored-retry"), "dead.retry", one.id, style=Style.PRIMARY),
        Button(Text("restored-discard"), "dead.discard", one.id),
    )
    line = Line(Text("restored-unsent", {"count": one.count, "channel": one.channel}), Kind.ALERT)
    return Outbound(place, (line,), (buttons,), card=f"dead:{one.channel}:{RESTORED}", priority=Priority.HUMAN)


def told_of(restored: Restored) -> list[str]:
    """What the command says of it."""
    quieted, made = restored.quieted, restored.manifest
    rows = sum(made.tables.values())
    lines = [
        f"✓ 已恢复 {made.made_at:%Y-%m-%d %H:%M} UTC 的备份:数据库 {rows} 行,文件 {made.stored_count} 个,已核对",
        f"! 当时没发出的 {quieted.messages} 条消息、没处理成的 {quieted.inbox} 条消息都没有再动,已告诉客服群",
        f"! 过期的 {quieted.reminders} 个提醒已取消,{quieted.clocks} 个时限推迟到一小时后",
        "! 备份之后离职的人要再办一次离职,删除过的个人资料要再删一次,见 docs/operations.zh-CN.md",
    ]
    return lines + ([f"✗ 备份时就缺 {len(made.missing)} 个文件,例如 {made.missing[0]}"] if made.missing else [])
