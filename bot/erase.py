"""``python -m bot erase``: an admin erases what is known of a person, for good."""

from __future__ import annotations

import asyncio
import re
from uuid import uuid4

from bot.app import App, open_app
from bot.channels.clock import PLACE
from bot.config import ConfigError, Settings
from domain.chat import Inbound
from domain.errors import NotFound
from domain.people import INSIDE, SYSTEM, Person, Role, mask_phone
from domain.talks import Talk
from handlers.erasing import erase
from handlers.orders import numbered
from handlers.turn import Turn
from storage.database import Connection
from storage.store import Store

NOBODY = "没有找到 “{who}”:请写电话(13800138000)或服务单号(R-1001)"
STAFF = "“{who}” 是在这里工作的人,先请主管发 /dismiss 让他离职"
OPEN = "“{who}” 还有没办完的服务单 {ids}:先办完或取消,再抹掉资料"
ASK = "要永久抹掉 {name}({phone}) 的姓名、电话、账号、住址和说过的话吗?不能恢复。输入 yes 继续:"
KEPT = "没有动任何资料"
DONE = "✓ 已抹掉 {people} 个人的资料;服务单的编号、时间和账本照规定保留"
REQUEST = re.compile(r"(?i)R-?\d{1,12}")


async def found(app: App, who: str) -> list[Person]:
    """Everybody with this phone, or whose request this is.

    Raises:
        ConfigError: nobody, somebody who works here, or somebody for whom something is still to be done.
    """
    phone = app.pipeline.world.understanding.understand(who, app.clock()).phone

    async def look(connection: Connection) -> list[Person]:
        store = Store(connection)
        if REQUEST.fullmatch(who):
            return await _whose(store, numbered(who))
        return list(await store.people.by_phone(phone)) if phone else []

    people = await app.database.read(look)
    if not people:
        raise ConfigError([NOBODY.format(who=who)])
    if any(person.role is not Role.HOMEOWNER for person in people):
        raise ConfigError([STAFF.format(who=who)])
    if ids := await app.database.read(lambda connection: _open(Store(connection), people)):
        raise ConfigError([OPEN.format(who=who, ids="、".join(ids))])
    return people


async def _open(store: Store, people: list[Person]) -> list[str]:
    return [request.id for person in people for request in await store.requests.open_of(person.id)]


async def _whose(store: Store, request_id: str) -> list[Person]:
    try:
        request = await store.requests.get(request_id, INSIDE)
    except NotFound:
        return []
    person = await store.people.get(request.homeowner_id)
    return [person] if person else []


def asked(people: list[Person]) -> str:
    """The question before it is done."""
    return ASK.format(name="、".join(one.name or "?" for one in people), phone=mask_phone(people[0].phone))


async def erase_person(settings: Settings, who: str, sure: bool) -> list[str]:
    """Erase them, after asking on the terminal unless ``sure``; what to print.

    Raises:
        ConfigError: nobody, somebody who works here, or somebody for whom something is still to be done.
    """
    async with open_app(settings) as app:
        people = await found(app, who.strip())
        if not (sure or await asyncio.to_thread(input, asked(people)) == "yes"):
            return [KEPT]
        for person in people:
            await erased(app, person)
    return [DONE.format(people=len(people))]


async def erased(app: App, person: Person) -> None:
    """Erase one person in one transaction."""
    now, cause = app.clock(), f"erase:{uuid4().hex}"

    async def work(connection: Connection) -> None:
        store = Store(connection)
        inbound = Inbound(cause, PLACE, account="", intent="erase")
        turn = Turn(inbound, SYSTEM, Talk(""), PLACE, now, app.pipeline.world)
        await store.outbox.add(cause, await erase(turn, store, person), now)

    await app.database.transact(work)
