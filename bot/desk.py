"""What the web page asks of the rest, answered from the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from bot.channels.webchat import NAME
from bot.doors import Stored
from domain.chat import Attachment, Media, Message, Place
from domain.people import Person, Role, Viewer
from messages import Catalogue
from storage.database import Connection, Database
from storage.files import FileStore, account_owner
from storage.files import Stored as Kept
from storage.outbox import Posted
from storage.store import Store

ROOM = "staff"
MEDIA = {"image": Media.PHOTO, "video": Media.VIDEO, "audio": Media.VOICE}


@dataclass
class Waiting:
    """Who waits for which lane; ``wake`` is told by the database after each commit."""

    events: dict[Place, asyncio.Event] = field(default_factory=dict)

    def wake(self, channel: str, chat: str) -> None:
        """Something new was committed for a lane, «*» for any."""
        if channel == "*" or chat == "*":
            woken = list(self.events.values())
        else:
            woken = [self.events[place] for place in (Place(channel, chat),) if place in self.events]
        for event in woken:
            event.set()

    async def wait(self, place: Place, timeout_s: float) -> bool:
        """True as soon as something was committed for this lane, False when the time is over."""
        event = self.events.setdefault(place, asyncio.Event())
        if event.is_set():
            self.events[place] = asyncio.Event()
            return True
        try:
            async with asyncio.timeout(timeout_s):
                await event.wait()
        except TimeoutError:
            return False
        if self.events.get(place) is event:
            del self.events[place]
        return True


class Desk:
    """The web chat's reading side, and the files."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        files: FileStore,
        clock: Callable[[], datetime],
    ) -> None:
        self.database = database
        self.catalogue = catalogue
        self.files = files
        self.clock = clock

    async def after(self, place: Place, seq: int, limit: int) -> list[Message]:
        """The lane's first messages behind ``seq``, in the reader's words."""
        return await self.database.read(partial(self._read, place, lambda box: box.outbox.after(place, seq, limit)))

    async def before(self, place: Place, seq: int, limit: int) -> list[Message]:
        """The lane's last messages before ``seq``, ascending."""
        return await self.database.read(partial(self._read, place, lambda box: box.outbox.before(place, seq, limit)))

    async def _read(
        self, place: Place, rows: Callable[[Store], Awaitable[Sequence[Posted]]], connection: Connection
    ) -> list[Message]:
        store = Store(connection)
        locale = await store.outbox.language(place)
        return [self._message(one, locale) for one in await rows(store)]

    def _message(self, posted: Posted, locale: str) -> Message:
        return self.catalogue.message(
            locale,
            posted.outbound,
            id=posted.id,
            seq=posted.seq,
            tokens=posted.tokens,
            now=self.clock(),
            at=posted.posted_at,
        )

    async def seen(self, place: Place, account: str, seq: int) -> None:
        """A page has shown its lane up to ``seq``: who waits for a receipt hears that it arrived."""
        if place.chat == account:
            await self.database.transact(lambda connection: Store(connection).outbox.seen(place, seq, self.clock()))

    async def may_enter(self, account: str, room: str) -> bool:
        """The one room is the staff's, for accounts of people who work here as staff."""
        person = await self._person(account)
        return room == ROOM and person is not None and person.active and person.role.is_staff

    async def _person(self, account: str) -> Person | None:
        return await self.database.read(lambda connection: Store(connection).people.by_account(NAME, account))

    async def locale_of(self, account: str) -> str:
        """The language an account's person reads, empty if unknown."""
        person = await self._person(account)
        return person.locale if person else ""

    async def speaks(self, account: str, locale: str, rooms: Sequence[str] = ()) -> None:
        """A page was opened in this language: what was never chosen follows it, in private and in ``rooms``."""
        person = await self._person(account)
        if person is None or person.locale or not locale:
            return

        async def follow(connection: Connection) -> None:
            store = Store(connection)
            for place in [Place(NAME, chat) for chat in (account, *rooms)]:
                if await store.outbox.language(place) != locale:
                    await store.outbox.speak(place, locale)

        await self.database.transact(follow)

    async def keep(self, data: bytes, media_type: str, account: str, channel: str = NAME) -> Attachment:
        """Store a checked file for who sent it.

        Raises:
            OSError: the disk takes no more.
        """
        file_hash = await asyncio.to_thread(self.files.keep, data)
        media = MEDIA.get(media_type.partition("/")[0], Media.DOCUMENT)
        kept, owner, now = Kept(file_hash, media.value, media_type), account_owner(channel, account), self.clock()
        await self.database.transact(lambda connection: Store(connection).files.add(kept, len(data), owner, now))
        return Attachment(file_hash, media)

    async def fetch(self, file_hash: str, account: str) -> Stored | None:
        """A file for who may see it; None alike for absent and forbidden."""

        async def find(connection: Connection) -> Kept | None:
            store = Store(connection)
            person = await store.people.by_account(NAME, account)
            role = person.role if person and person.active else Role.HOMEOWNER
            viewer = Viewer(person.id if person else "", role)
            return await store.files.get(file_hash, viewer, account_owner(NAME, account))

        found = await self.database.read(find)
        path = self.files.path(file_hash)
        return (path, found.media_type) if found and path.exists() else None

    def words(self, locale: str) -> Mapping[str, str]:
        """The page's own words, and the company's name."""
        return self.catalogue.words(locale, "web-") | self.catalogue.words(locale, "company-name")
