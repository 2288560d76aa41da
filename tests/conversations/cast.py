"""A whole cast around one request in a chosen state, and buttons for all that can be asked of it.

The buttons are real ones: rows of the outbox whose tokens were shown in that chat. They carry what their action
needs, so that a press which is allowed does it at once, and one which is not has nothing left to hide behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from domain.chat import Button, Line, Outbound, Place, Raw, Span, Text
from domain.packing import unpack_outbound
from domain.people import Person, Role
from domain.requests import Actor, Request, file_request
from domain.states import ACTIONS, State, Who
from domain.talks import Home
from handlers.fields import pack_span
from storage.database import Connection
from storage.files import Stored, account_owner
from storage.store import Store
from tests.conversations.fronts import FRONTS
from tests.conversations.seats import Seat
from tests.world import World

ID = "R-1001"
ABSENT = "R-9999"
PHONE, ADDRESS, DOOR = "+8613800138000", "世纪大道100号3号楼", "1202室"
REMARKS = frozenset(
    {"file", "supplement", "answered", "linked", "phone_shown", "note", "follows", "unanswered", "told"}
)
"""Events that are no rows of the table of transitions."""

TOLD = ("requests", "request_events", "offers", "homes", "files", "file_owners")
"""What no refused press may change."""


EXTRA = (
    Person("yi", Role.INSTALLER, "易师傅", "+8613900139004", "zh-CN", "JD-004", ()),
    Person("wu", Role.INSTALLER, "吴师傅", "+8613900139005", "zh-CN", "JD-005"),
    Person("sol", Role.STAFF, "小宋", locale="zh-CN"),
)

PATHS: Mapping[State, str] = {
    State.NEW: "",
    State.TRIAGED: "sam claim",
    State.OFFERED: "sam claim, sam offer",
    State.ACCEPTED: "sam claim, sam offer, zhang accept",
    State.SCHEDULED: "sam claim, sam offer, zhang accept, hana schedule",
    State.EN_ROUTE: "sam claim, sam offer, zhang accept, hana schedule, zhang depart",
    State.IN_PROGRESS: "sam claim, sam offer, zhang accept, hana schedule, zhang depart, zhang arrive",
    State.DONE: "sam claim, sam offer, zhang accept, hana schedule, zhang depart, zhang arrive, zhang finish",
    State.CLOSED: (
        "sam claim, sam offer, zhang accept, hana schedule, zhang depart, zhang arrive, zhang finish, hana confirm"
    ),
    State.CANCELLED: "sam claim, sam offer, zhang accept, hana schedule, sam cancel",
    State.REJECTED: "sam claim, sam reject",
}


@dataclass
class Cast:
    """A world with one request of hana's in ``state``; everybody was offered it who could do it."""

    world: World
    state: State
    stems: dict[tuple[str, str], str] = field(default_factory=dict)
    strangers: int = 0

    async def press(self, seat: Seat, token: str) -> list[tuple[str, Outbound]]:
        """What is owed because somebody pressed, without sending it: the chat, the message."""
        return await self.receive(seat, press=token)

    async def receive(self, seat: Seat, text: str = "", press: str = "", **more: Any) -> list[tuple[str, Outbound]]:
        """The same for anything that somebody sends; a platform of its own delivers words and presses alone."""
        self.strangers += 1
        if seat.channel in FRONTS:
            return await self.deliver(FRONTS[seat.channel].deliver(seat, self.strangers, text, press))
        account = seat.account or f"newt{self.strangers}"
        raw = replace(self.world.raw(account, text, chat=seat.chat, press=press, **more), id=f"fake:{self.strangers}x")
        return await self.deliver(raw)

    async def deliver(self, raw: Raw) -> list[tuple[str, Outbound]]:
        """The same for what a platform delivers."""
        await self.world.pipeline.receive(raw)
        return await self.caused(raw.id)

    async def caused(self, cause: str) -> list[tuple[str, Outbound]]:
        """What is owed because of a message."""

        async def look(connection: Connection) -> list[tuple[str, Outbound]]:
            rows = await connection.all(
                "SELECT channel, chat, body FROM outbox WHERE id LIKE :cause ORDER BY id", cause=f"{cause}:%"
            )
            return [(row["chat"], unpack_outbound(row["body"], Place(row["channel"], row["chat"]))) for row in rows]

        return await self.world.database.read(look)

    async def mint(self, chat: str, buttons: Sequence[Button], channel: str = "fake") -> list[str]:
        """Show these buttons in a chat; their tokens."""

        async def show(connection: Connection) -> list[str]:
            store = Store(connection)
            line = Line(Text("words", {"words": "buttons"}))
            cause = f"mint:{chat}:{len(self.stems)}:{self.world.count}"
            self.world.count += 1
            await store.outbox.add(
                cause, [Outbound(Place(channel, chat), (line,), (tuple(buttons),))], self.world.watch()
            )
            (row,) = await connection.all("SELECT token FROM outbox WHERE id = :id", id=f"{cause}:0")
            return [f"{row['token']}.{index}" for index in range(len(buttons))]

        return await self.world.database.transact(show)

    async def asking(self, chat: str, subject: str = ID, channel: str = "fake") -> dict[str, str]:
        """A token in this chat for every action on the request, by action."""
        request = await self.request()
        buttons = [
            Button(Text("words", {"words": action}), f"request.{action}", subject, needs(self.world, request))
            for action in ACTIONS
        ]
        return dict(zip(ACTIONS, await self.mint(chat, buttons, channel), strict=True))

    async def request(self) -> Request:
        """The request as it is stored."""
        return await self.world.request(ID)

    async def dump(self, tables: Iterable[str] = TOLD) -> dict[str, list[dict[str, Any]]]:
        """All rows of these tables."""
        return await self.world.database.read(lambda connection: dump(connection, tables))


async def dump(connection: Connection, tables: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """All rows of these tables, in an order of their own."""
    found = {}
    for table in tables:
        rows: Any = await connection.all(f"SELECT * FROM {table}")
        found[table] = sorted([dict(zip(row.keys(), row, strict=True)) for row in rows], key=repr)
    return found


KEPT = ("requests", "referral_asks", "request_events", "offers", "timers", "counters", "conversations")


async def restore(connection: Connection, kept: Mapping[str, list[dict[str, Any]]]) -> None:
    """Put these tables back as they were."""
    for table in reversed(KEPT):
        await connection.run(f"DELETE FROM {table}")
    for table in KEPT:
        for row in kept[table]:
            names = ", ".join(row)
            values = ", ".join(f":{name}" for name in row)
            await connection.run(f"INSERT INTO {table} ({names}) VALUES ({values})", **row)


def needs(world: World, request: Request) -> dict[str, Any]:
    """Whatever an action may ask for, answered well."""
    free = Span(world.watch() + timedelta(days=2), world.watch() + timedelta(days=2, hours=2))
    return {
        "reason": "因为",
        "window": pack_span(free),
        "installer": "pool",
        "code": request.code,
        "report": "换了阀芯",
        "score": "4",
        "correction": {"type": "installation"},
    }


async def gather(world: World, state: State) -> Cast:
    """The cast, and hana's request brought into this state by pressing; then the window is just over."""
    able = tuple(skill.code for skill in world.company.skills)
    for person in EXTRA:
        await world.add(replace(person, skills=able) if person.id == "wu" else person)
    cast = Cast(world, state)
    await file(world)
    for step in filter(None, map(str.strip, PATHS[state].split(","))):
        who, action = step.split()
        if action == "depart":
            await _wait_for_window(cast)
        token = (await cast.asking(who))[action]
        before = await cast.request()
        await cast.receive(Seat(who, who, who), press=token)
        assert (await cast.request()).version == before.version + 1, f"{step} was refused"
    if state in (State.SCHEDULED, State.EN_ROUTE):
        await _wait_for_window(cast, after=True)
    for person_id in ("wu", "sol"):
        await world.store(lambda store, one=person_id: dismiss(store, one))
    return cast


async def _wait_for_window(cast: Cast, after: bool = False) -> None:
    request = await cast.request()
    assert request.window_start
    assert request.window_end
    late = request.window_end + timedelta(minutes=20)
    cast.world.watch.now = late if after else request.window_start - timedelta(minutes=30)


async def dismiss(store: Store, person_id: str) -> None:
    """Somebody does not work here any more."""
    person = await store.people.get(person_id)
    assert person
    await store.people.save(replace(person, active=False))


async def file(world: World, **more: Any) -> None:
    """Hana's request, as she would have filed it."""

    async def work(store: Store) -> None:
        homeowner = await store.people.get(more.get("homeowner_id", "hana"))
        assert homeowner
        photo = await _photo(store, world)
        draft = Request(
            id=await store.requests.next_id(),
            homeowner_id=homeowner.id,
            category="kitchen",
            product="faucet",
            description=f"水龙头滴水,我的电话13800138000,{DOOR}",
            photos=(photo,),
            district=world.company.districts[0].code,
            address=ADDRESS,
            door=DOOR,
            phone=PHONE,
        )
        moved = file_request(replace(draft, **more), Actor(homeowner, Who.HOMEOWNER, "fake"), world.watch())
        await store.requests.add(moved)
        await store.files.show([photo], moved.request.id)

    await world.store(work)


async def _photo(store: Store, world: World) -> str:
    photo = f"{'f':0>64}"
    await store.files.add(Stored(photo, "photo", "image/jpeg"), 3, account_owner("fake", "hana"), world.watch())
    return photo


def said(owed: Sequence[tuple[str, Outbound]]) -> list[str]:
    """The ids of the texts that were owed, the first line of each message."""
    return [message.lines[0].text.id for _, message in owed if message.lines]


def home(person_id: str) -> Home:
    """Somewhere to live."""
    return Home(f"h-{person_id}", person_id, "", "某路1号", "301室")
