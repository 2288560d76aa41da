"""What a run is made of: its settings, and a database with the company's people in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.config import Settings, load_company, load_settings
from storage.database import Connection
from storage.opening import open_database
from storage.store import Store
from tests.fakes import START
from tests.faults.people import furnish

ROOT = Path(__file__).parent.parent.parent


def plain(value: Any) -> Any:
    """A setting as it was given."""
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def settings_of(folder: Path, url: str, **more: Any) -> Settings:
    """The product's settings for a run: everything logged, few connections."""
    return load_settings(
        env_file=None,
        data_dir=folder / "data",
        database_url=url,
        company_file=ROOT / "company.toml",
        log_level="DEBUG",
        log_format="json",
        database_connections=3,
        **more,
    )


async def prepare(url: str) -> None:
    """A database with the company's people in it."""
    company = load_company(ROOT / "company.toml")
    database = await open_database(url, migrated_at=START, connections=1)

    async def work(connection: Connection) -> None:
        await furnish(Store(connection), company)

    try:
        await database.transact(work)
    finally:
        await database.close()
