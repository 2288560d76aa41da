"""How the database stands, for who asks before a start."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.config import Settings
from bot.obstacles import of_database
from storage.database import DatabaseBusy
from storage.migrations import waiting
from storage.opening import open_database


async def standing(settings: Settings) -> str:
    """A word on the database: new, in use by the running bot, up to date, or how many migrations it waits for.

    Raises:
        ConfigError: it cannot be used.
    """
    url = settings.database_url
    if (path := database_file(url)) and not path.exists():
        return "new"
    try:
        database = await open_database(url, connections=1)
    except DatabaseBusy:
        return "in use"
    except Exception as error:  # whatever an engine raises, the answer is one line
        raise of_database(url, error) from error
    try:
        missing = await waiting(database)
    except Exception as error:  # the same
        raise of_database(url, error) from error
    finally:
        await database.close()
    return f"{len(missing)} migrations to apply" if missing else "up to date"


def database_file(url: str) -> Path | None:
    """Where an SQLite database lies; None for PostgreSQL."""
    parts = urlsplit(url)
    return Path(unquote(parts.path[1:])) if parts.scheme == "sqlite" else None
