"""What a run is made of: its settings, and a database with the company's people in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.config import Settings, load_company, load_settings
from domain.chat import Place
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


async def move(url: str, homes: Mapping[str, tuple[Place, str]], group: Place) -> None:
    """Whom the product knows is known from elsewhere, by private chat and account there, and from nowhere else; the
    group of staff is there as well."""

    async def work(connection: Connection) -> None:
        store = Store(connection)
        await connection.run("DELETE FROM groups")
        await connection.run("DELETE FROM accounts")
        await store.groups.bind(group, "staff", "zh-CN", "max", START)
        await store.outbox.speak(group, "zh-CN")
        for who, (place, account) in homes.items():
            await store.people.attach(place.channel, account, who, place.chat, START)
            await connection.run(
                "UPDATE people SET channel = :channel, chat = :chat WHERE id = :who",
                channel=place.channel,
                chat=place.chat,
                who=who,
            )
            await store.outbox.speak(place, "zh-CN")

    database = await open_database(url, connections=1)
    try:
        await database.transact(work)
    finally:
        await database.close()
