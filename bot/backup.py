"""Backups as commands that check what they made: one folder with the database, the stored files and the secret."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot import manifest
from bot.config import ConfigError, Settings
from bot.health import MEBIBYTE, free_bytes
from bot.manifest import FILES, PARTS, Manifest
from bot.obstacles import of_database
from bot.standing import database_file
from storage import backup_postgres, backup_sqlite
from storage.backup import Damaged, Snapshot
from storage.backup_postgres import ToolFailed
from storage.backup_sqlite import sync
from storage.files import FileStore

BACKUPS = "backups"
PREFIX = "jiangdao-"
ABANDONED_S = 86_400
SECRET = "secret"  # noqa: S105  # the name of a file
FULL = "磁盘只剩 {free} MB,备份需要 {wanted} MB,请换一个文件夹或清理空间 (not enough room)"
BROKEN = "备份不完整,没有保留 ({what})"
NO_TOOL = "PostgreSQL 的工具用不了,请安装与服务器同版本的 postgresql-client ({what})"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was read back and found whole."""

    folder: Path
    manifest: Manifest


async def make(settings: Settings, into: Path, now: datetime) -> Made:
    """Make a backup in a new folder below ``into``, beside the running bot; it has its name only once it is whole.

    A stored file that is gone or broken does not keep the rest from being saved; the manifest names it.

    Raises:
        ConfigError: it could not be made, in one line; nothing half is left.
    """
    _room(settings, into)
    folder = into / f"{PREFIX}{now:%Y%m%dT%H%M%SZ}"
    part = folder.with_name(f".{folder.name}.part")
    _clear(into, now)
    part.mkdir(mode=0o700)
    try:
        made = await _fill(settings, part, now)
        part.rename(folder)
        sync(into)
    except Damaged as error:
        raise ConfigError([BROKEN.format(what=error)]) from error
    except ToolFailed as error:
        raise ConfigError([NO_TOOL.format(what=error)]) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Made(folder, made)


async def _fill(settings: Settings, part: Path, now: datetime) -> Manifest:
    engine, snapshot = await _dump(settings, part)
    missing = await asyncio.to_thread(_keep_files, settings, snapshot.files, part)
    for path in (settings.data_dir / SECRET, settings.company_file):
        if path.is_file():
            shutil.copy(path, part / path.name)
            sync(part / path.name)
    made = await asyncio.to_thread(manifest.manifest_of, part, now, engine, snapshot, missing)
    manifest.write(made, part)
    sync(part / manifest.NAME)
    await verify(part)
    sync(part)
    return made


async def _dump(settings: Settings, part: Path) -> tuple[str, Snapshot]:
    file = database_file(settings.database_url)
    try:
        if file is None:
            return "postgres", await backup_postgres.dump(settings.database_url, part / PARTS["postgres"])
        return "sqlite", await asyncio.to_thread(backup_sqlite.dump, file, part / PARTS["sqlite"])
    except (Damaged, ToolFailed):
        raise
    except Exception as error:  # whatever an engine raises, the answer is one line
        raise of_database(settings.database_url, error) from error


def _keep_files(settings: Settings, hashes: Iterable[str], part: Path) -> list[str]:
    """Bring stored files into a backup; those that are gone or broken are returned."""
    store, kept = FileStore(settings.data_dir / FILES), FileStore(part / FILES)
    return [one for one in hashes if not bring(store.path(one), kept.path(one))]


def bring(source: Path, target: Path) -> bool:
    """A second name for a file's bytes, or a copy on another disk; whether they have the hash that is their name.

    Raises:
        OSError: there is no room.
    """
    if not source.is_file() or manifest.sha256_of(source) != source.name:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return manifest.sha256_of(target) == target.name
    try:
        os.link(source, target)
    except OSError:
        fresh = target.with_name(f".{target.name}")
        shutil.copyfile(source, fresh)
        sync(fresh)
        fresh.replace(target)
    sync(target.parent)
    return True


async def verify(folder: Path) -> Manifest:
    """Read a backup from its first byte to its last.

    Raises:
        Damaged: something is not as its manifest says, or the database in it is not whole.
        ToolFailed: PostgreSQL's tools are needed and absent.
    """
    told = manifest.read(folder)
    await asyncio.to_thread(manifest.compare, told, folder)
    if told.engine == "postgres":
        await backup_postgres.readable(folder / told.part)
    else:
        found = await asyncio.to_thread(backup_sqlite.inspect, folder / told.part)
        if (found.tables, found.schema) != (told.tables, told.schema):
            raise Damaged(f"{told.part}: rows")
    return told


def _room(settings: Settings, into: Path) -> None:
    """A backup must not take the room that the bot needs to go on."""
    into.mkdir(parents=True, exist_ok=True)
    file = database_file(settings.database_url)
    needed = file.stat().st_size if file and file.is_file() else 0
    wanted, free = settings.disk_reserve_mb + needed // MEBIBYTE, free_bytes(into) // MEBIBYTE
    if free < wanted:
        raise ConfigError([FULL.format(free=free, wanted=wanted)])


def _clear(into: Path, now: datetime) -> None:
    """Away with what a backup left that was killed; one that began today may still be at work."""
    for part in into.glob(f".{PREFIX}*.part"):
        if now.timestamp() - part.stat().st_mtime > ABANDONED_S:
            shutil.rmtree(part, ignore_errors=True)


def thin_out(into: Path, keep: int) -> Sequence[Path]:
    """Remove all but the newest ``keep`` whole backups; those that went."""
    whole = sorted(path for path in into.glob(f"{PREFIX}*Z") if (path / manifest.NAME).is_file())
    old = whole[: max(len(whole) - keep, 0)]
    for path in old:
        shutil.rmtree(path)
    return old


def told(made: Made) -> list[str]:
    """What the command says of it."""
    rows = sum(made.manifest.tables.values())
    lines = [f"✓ {made.folder}: 数据库 {rows} 行,文件 {made.manifest.stored_count} 个,已逐个核对"]
    lost = made.manifest.missing
    return lines + ([f"✗ 有 {len(lost)} 个文件丢失或损坏,例如 {lost[0]},其余已经备份"] if lost else [])
