"""Which engine a URL means."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from storage.database import Database
from storage.migrations import NUMBERED, migrate
from storage.postgres import open_postgres
from storage.sqlite import open_sqlite

CONNECTIONS = 8


async def open_database(
    url: str, *, migrated_at: datetime | None = None, migrations: Path = NUMBERED, connections: int = CONNECTIONS
) -> Database:
    """Open ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or ``postgresql://user@host/name?connections=8``.

    ``migrated_at`` is the time that newly applied migrations are recorded with; None leaves the schema as it is.
    ``connections`` in the URL goes before the argument; SQLite has always one writer and one reader.

    Raises:
        ValueError: another kind of URL.
        DatabaseBusy: the SQLite file is open in another process.
        MigrationRefused: the database and the numbered files do not fit together.
    """
    database = await _open(url, connections)
    if migrated_at is not None:
        try:
            await migrate(database, migrations, now=migrated_at)
        except BaseException:
            await database.close()
            raise
    return database


async def _open(url: str, connections: int) -> Database:
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1 and parts.path != "/:memory:":
        return await open_sqlite(Path(unquote(parts.path[1:])))
    if parts.scheme in {"postgresql", "postgres"}:
        options = dict(parse_qsl(parts.query))
        connections = int(options.pop("connections", connections))
        return await open_postgres(urlunsplit(parts._replace(query=urlencode(options))), connections)
    raise ValueError("a database URL is sqlite:///file.db, sqlite:////folder/file.db or postgresql://user@host/name")
