"""Five flows of the story, update by update, for a process whose disk fails under it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from domain.chat import Place, Raw
from storage.files import FileStore, Stored, account_owner
from storage.outbox import buttons
from storage.store import Store
from tests.conversations.cast import dump
from tests.faults.child import picture
from tests.world import GROUP, World, make_people

ID = "R-1001"
DRIP = "厨房水龙头一直滴水，明天下午有空"
STAFF = ("sam",)
ANY = "*"
MOMENT = re.compile(r"\d{9,}")


@dataclass(frozen=True)
class Step:
    """One update: words, a photo, or a press of the newest button whose label has this id («*»: the first one).

    ``wait_s`` goes by before it.
    """

    who: str
    text: str = ""
    tap: str = ""
    photo: str = ""
    wait_s: float = 30


Flow = Callable[[World], AsyncIterator[Step]]


async def file(world: World) -> AsyncIterator[Step]:
    """Hana writes, sends a photo, answers and confirms."""
    yield Step("hana", DRIP)
    yield Step("hana", photo="leak")
    yield Step("hana", tap="form-photos-done")
    yield Step("hana", tap=ANY)
    yield Step("hana", tap=ANY)
    yield Step("hana", tap="form-confirm")


async def claim(world: World) -> AsyncIterator[Step]:
    """Sam takes it."""
    yield Step("sam", tap="action-claim")


async def accept(world: World) -> AsyncIterator[Step]:
    """Sam offers it to Zhang, who takes the job."""
    yield Step("sam", tap="action-offer")
    yield Step("sam", tap="installer")
    yield Step("zhang", tap="action-accept")


async def finish(world: World) -> AsyncIterator[Step]:
    """The visit, to its end with two photos."""
    yield Step("hana", tap="action-schedule")
    yield Step("hana", tap=ANY)
    request = await world.request(ID)
    assert request.window_start
    travel = request.window_start - timedelta(minutes=30) - world.watch()
    yield Step("zhang", tap="action-depart", wait_s=travel.total_seconds())
    yield Step("zhang", tap="action-arrive")
    yield Step("zhang", (await world.request(ID)).code)
    yield Step("zhang", tap="action-finish")
    yield Step("zhang", photo="one")
    yield Step("zhang", photo="two")
    yield Step("zhang", tap="form-photos-done")
    yield Step("zhang", "换了阀芯，不滴了")
    yield Step("zhang", tap="checks-all")


async def rate(world: World) -> AsyncIterator[Step]:
    """Hana agrees and rates it."""
    yield Step("hana", tap="action-confirm")
    yield Step("hana", tap="rating-score")
    yield Step("hana", tap="form-done")
    yield Step("hana", "很好")


FLOWS: Mapping[str, Flow] = {one.__name__: one for one in (file, claim, accept, finish, rate)}


def chat_of(who: str) -> str:
    return GROUP if who in STAFF else who


async def token(world: World, chat: str, label: str) -> str:
    """The newest button with this label among the latest messages with buttons; empty if there is none."""
    latest = await world.store(lambda store: store.outbox.last(Place("fake", chat), 30))
    for posted in reversed(latest):
        for button, found in zip(buttons(posted.outbound), posted.tokens, strict=bool(posted.token)):
            if label in (ANY, button.label.id):
                return found
    return ""


async def update(world: World, number: int, step: Step) -> Raw:
    """A step as it arrives, its photo kept."""
    chat = chat_of(step.who)
    body: dict[str, Any] = {"chat": chat, "account": step.who, "text": step.text, "group": chat == GROUP}
    if step.tap:
        body["press"] = await token(world, chat, step.tap)
        assert body["press"], f"{chat} has no button {step.tap}"
    return Raw(f"fake:{step.who}:{number}", "fake", body, Place("fake", chat))


async def with_photo(world: World, files: FileStore, raw: Raw, name: str) -> Raw:
    """The same with a photo that was kept just now."""
    account, data = str(raw.body["account"]), picture(name)
    file_hash = files.keep(data)
    kept, owner, now = Stored(file_hash, "photo", "image/jpeg"), account_owner("fake", account), world.watch()
    await world.database.transact(lambda one: Store(one).files.add(kept, len(data), owner, now))
    return replace(raw, body={**raw.body, "files": [file_hash]})


async def furnish(world: World) -> None:
    """The people and their group."""
    for person, home in make_people(world.company):
        await world.add(person, home)

    async def bind(store: Store) -> None:
        await store.groups.bind(Place("fake", GROUP), "staff", "zh-CN", "ada", world.watch())
        await store.outbox.speak(Place("fake", GROUP), "zh-CN")

    await world.store(bind)


# ---- what a flow has done

LIKE = {
    "requests": ("id", "state", "version", "photos", "finish_photos", "installer_id", "claimed_by", "score", "review"),
    "request_events": ("request_id", "number", "actor_id", "action", "before", "after"),
    "offers": ("request_id", "installer_id", "state"),
    "timers": ("intent", "subject"),
    "conversations": ("id", "form", "subject", "asked"),
    "file_owners": ("hash", "owner"),
    "outbox": ("id", "channel", "chat", "card"),
}
"""What two runs have in common which did the same; moments and made-up numbers differ."""


async def summary(world: World) -> dict[str, list[list[Any]]]:
    """The database without what chance and the clock make of it, and without apologies; JSON can hold it."""
    tables = await world.database.read(lambda connection: dump(connection, LIKE))
    found = {name: [[row[column] for column in LIKE[name]] for row in tables[name]] for name in LIKE}
    for row in found["outbox"]:
        row[-1] = MOMENT.sub("", row[-1])
    found["outbox"] = [row for row in found["outbox"] if ":sorry:" not in row[0]]
    return {name: sorted(rows, key=repr) for name, rows in found.items()}
