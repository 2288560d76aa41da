"""The passbook, the why of a line, and the leaderboard, where very many people have very many entries."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.bank_scene import ENTRIES_OF_ONE, fill, looked_at
from benchmarks.figures import Board, Sizes, percentile
from benchmarks.scene import Scene
from benchmarks.server import PUBLIC_URL
from bot.app import make_catalogue, make_world
from bot.channels.webchat import NAME
from bot.config import load_company, load_settings
from domain.chat import Inbound, Message, Outbound, Place
from domain.errors import NotFound
from domain.people import Person
from domain.talks import Talk
from handlers import board as leaderboard
from handlers import passbook
from handlers.turn import Handler, Turn, World
from messages import Catalogue
from storage.database import Connection, Database
from storage.ledger_proof import Proof, prove
from storage.opening import open_database
from storage.store import Store

SEED = 20260105
NOW = datetime(2026, 5, 1, 4, tzinfo=UTC)
ASKED: Mapping[str, Handler] = {
    "passbook": passbook.show,
    "why": passbook.why,
    "leaderboard": leaderboard.show,
}
"""What people press, as the product answers it."""

LOCALE, PLACES = "zh-CN", 10


@dataclass(frozen=True, slots=True)
class Desk:
    """What stands between a press and the words that somebody reads."""

    database: Database
    world: World
    catalogue: Catalogue

    async def answer(self, handler: Handler, person_id: str, args: Mapping[str, Any]) -> list[Message]:
        """Everything of a turn that this question costs: reading, and putting into words."""
        place = Place(NAME, person_id)
        person = Person(person_id, name="某人", locale=LOCALE)
        turn = Turn(Inbound("m", place, person_id), person, Talk(person_id), place, NOW, self.world, args=args)

        async def work(connection: Connection) -> Sequence[Outbound]:
            return await handler(turn, Store(connection))

        return [self._said(one) for one in await self.database.read(work)]

    def _said(self, one: Outbound) -> Message:
        tokens = ["t" for row in one.buttons for _ in row]
        return self.catalogue.message(LOCALE, one, id="m", seq=1, tokens=tokens, now=NOW, at=NOW)


def measure_bank(scene: Scene, sizes: Sizes, board: Board) -> None:
    """A page of a passbook, why of a line, the leaderboard with one's own place, and the proof of it all."""
    with scene.copied() as url:
        fill(Path(url.removeprefix("sqlite:///")), sizes.savers)
        asyncio.run(_measure(url, sizes, board))


async def _measure(url: str, sizes: Sizes, board: Board) -> None:
    database, chance, people = await open_database(url), random.Random(SEED), looked_at(sizes.savers)
    company = load_company(load_settings(env_file=None).company_file)
    catalogue = make_catalogue(company)
    desk = Desk(database, make_world(company, catalogue, PUBLIC_URL), catalogue)

    def question() -> tuple[str, Mapping[str, Any]]:
        return chance.choice(people), {"number": str(chance.randint(1, ENTRIES_OF_ONE))}

    try:
        await _check(desk, people[0])
        note = f"over {sizes.savers} people and {sizes.savers * ENTRIES_OF_ONE} entries"
        for key, handler in ASKED.items():
            work_ms = await _work(desk, handler, question, sizes.list_calls)
            board.add(f"bank_{key}", percentile(work_ms, 99), f"p50 {percentile(work_ms, 50):.2f} ms {note}")
        started = time.process_time()
        proof = await prove(database.read)
        seconds = time.process_time() - started
        assert proof == Proof(sizes.savers, sizes.savers * ENTRIES_OF_ONE), proof.faults[:3]
        board.add("bank_proof", seconds, f"{proof.entries} entries, in pages of one snapshot each")
    finally:
        await database.close()


async def _check(desk: Desk, person_id: str) -> None:
    """So that no figure is of an empty page."""
    (page,) = await desk.answer(passbook.show, person_id, {})
    (why,) = await desk.answer(passbook.why, person_id, {"number": "1"})
    (places,) = await desk.answer(leaderboard.show, person_id, {})
    assert sum("优惠券" in text for _, text in page.lines) == 2, page.lines
    assert sum(text.startswith(("10. ", "9. ", "8. ", "7. ", "6. ")) for _, text in page.lines) == 5, page.lines
    assert len(why.lines) == 11, why.lines  # title, sentence, two dates, and the seven steps that are told
    assert len(places.lines) > 2 * PLACES, places.lines
    try:
        await desk.answer(passbook.why, person_id, {"number": "11"})
    except NotFound:
        return
    raise AssertionError("there is an eleventh line")


async def _work(
    desk: Desk, handler: Handler, question: Callable[[], tuple[str, Mapping[str, Any]]], calls: int
) -> list[float]:
    """Milliseconds of CPU of each answer, for another person each time; the first tenth is to get warm."""
    work_ms = []
    for _ in range(calls + calls // 10):
        person_id, args = question()
        given = args if handler is passbook.why else {}
        started = time.process_time()
        await desk.answer(handler, person_id, given)
        work_ms.append((time.process_time() - started) * 1000)
    return work_ms[calls // 10 :]
