"""The demo: a company with people in it, on the real pipeline."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import App
from bot.channels.webchat import NAME
from bot.config import Settings
from bot.desk import ROOM
from bot.obstacles import of_database
from domain.chat import Place
from domain.company import Company
from domain.people import Person, Role
from domain.talks import Home
from storage.database import Connection, DatabaseBusy
from storage.lock import FileLock
from storage.store import Store

FOLDER = "demo"
DATABASE = "jiangdao.db"
SEED = Path(__file__).parent / "demo_seed.toml"


def seeded() -> list[dict[str, Any]]:
    """The people of the demo."""
    people: list[dict[str, Any]] = tomllib.loads(SEED.read_text(encoding="utf-8"))["people"]
    return people


def seats() -> dict[str, str]:
    """Each phone of the demo page and the account that it writes from."""
    return {one["seat"]: f"demo-{one['seat']}" for one in seeded() if one["seat"]}


def start_over(settings: Settings) -> None:
    """Throw away what the demo kept; a company's own data lies elsewhere and is never touched.

    Raises:
        ConfigError: another process has the demo open.
    """
    if settings.data_dir.name != FOLDER:
        raise ValueError(f"not a demo's folder: {settings.data_dir}")
    try:
        lock = FileLock(settings.data_dir / DATABASE)
    except DatabaseBusy as busy:
        raise of_database(settings.database_url, busy) from None
    try:
        shutil.rmtree(settings.data_dir)
    finally:
        lock.release()
    settings.data_dir.mkdir(parents=True)


def relaxed(company: Company) -> Company:
    """The same company, but an installer may set out at once: a visitor has three minutes, not until tomorrow."""
    hours = timedelta(days=company.visits.days_ahead + 1)
    return replace(company, promises=replace(company.promises, depart_early_min=hours // timedelta(minutes=1)))


async def seed(app: App) -> None:
    """Put the demo's people in, once."""

    async def work(connection: Connection) -> None:
        store, now = Store(connection), app.clock()
        if await store.groups.places(ROOM):
            return
        for one in seeded():
            await _add(store, app.company, one, now)
        room = Place(NAME, ROOM)
        await store.groups.bind(room, ROOM, app.company.staff_locale, "demo", now)
        await store.outbox.speak(room, app.company.staff_locale)

    await app.database.transact(work)


async def _add(store: Store, company: Company, one: Mapping[str, Any], now: datetime) -> None:
    account = f"demo-{one['seat']}" if one["seat"] else ""
    skills = tuple(skill.code for skill in company.skills) if one.get("every_skill") else tuple(one.get("skills", ()))
    person = Person(
        id=f"demo-{one.get('number') or one['seat']}",
        role=Role(one["role"]),
        name=one["name"],
        phone=one.get("phone", ""),
        number=one.get("number", ""),
        skills=skills,
    )
    place = Place(NAME, account) if account else Place("", "")
    await store.people.add(person, place, now)
    if account:
        await store.people.attach(NAME, account, person.id, account, now)
    if one.get("address"):
        await store.homes.add(Home(f"{person.id}-home", person.id, one["district"], one["address"], one["door"]), now)
