"""How the database stands, for who asks before a start."""

from __future__ import annotations

from pathlib import Path

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
    if _absent(url):
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


def _absent(url: str) -> bool:
    return url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists()
