"""The kills with Telegram around: it delivers by webhook or is polled, and everybody talks there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from domain.chat import Place
from tests.faults.crowd import Crowd
from tests.faults.installation import move, prepare
from tests.faults.kills import Figures
from tests.faults.outside_kills import Run, labels, running
from tests.faults.people import EVERYBODY, GUEST, STAFF
from tests.faults.platform import Line
from tests.faults.telegram_crowd import TelegramActor
from tests.faults.telegram_oracle import NAME
from tests.faults.watch import SharedWatch
from tests.telegram.fake import FakeTelegram
from tests.telegram.queue import Delivery


@dataclass
class Telegram:
    """The platform and everybody on it."""

    fake: FakeTelegram
    crowd: Crowd

    def entries(self) -> int:
        return len(self.fake.journal.entries)

    def acknowledged(self) -> int:
        return len(self.fake.journal.of("confirmed"))

    def pending(self) -> bool:
        return bool(self.fake.queue.pending)

    async def begins(self, line: Line) -> None:
        """It is told by the process itself where that listens."""

    async def acts(self) -> None:
        await self.crowd.act()

    async def nudge(self) -> None:
        """Nothing waits for anybody."""

    def tally(self, figures: Figures) -> None:
        journal = self.fake.journal
        figures.updates = len(journal.of("update"))
        figures.deliveries = len(journal.of("delivered"))
        figures.sends = len(journal.of("sent"))


@asynccontextmanager
async def opened(
    url: str, folder: Path, seed: int, webhook: bool, forum: bool
) -> AsyncIterator[tuple[Run, FakeTelegram]]:
    """A run that is ready to begin."""
    dice, watch = Random(seed), SharedWatch(folder / "watch")
    delivery = Delivery(pause_s=0.02, ordered=not webhook or dice.random() < 0.5, repeats=0.1, seed=seed)
    async with FakeTelegram(watch, delivery=delivery, journal=folder / "telegram", seed=seed, strict=False) as fake:
        people = {who: fake.user(who) for who in dict.fromkeys(EVERYBODY)}
        group = fake.group("客服群", people["max"], forum=forum)
        await prepare(url)
        homes = {who: (Place(NAME, str(person.id)), str(person.id)) for who, person in people.items() if who != GUEST}
        await move(url, homes, Place(NAME, str(group.id)))
        for who in (*STAFF, GUEST):
            await group.add(people[who])
        await group.add_bot()
        for person in people.values():
            person.chat.started = True
        actors = {who: TelegramActor(one, group if who in (*STAFF, GUEST) else None) for who, one in people.items()}
        told = {"telegram_token": fake.token, "telegram_api_base": fake.base_url, "telegram_webhook": webhook}
        figures = Figures(seed, f"{url.partition(':')[0]}, {'webhook' if webhook else 'polling'}")
        async with running(url, folder, watch, Telegram(fake, Crowd(actors, dice, *labels())), figures, **told) as run:
            yield run, fake
