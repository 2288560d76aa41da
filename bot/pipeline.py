"""One inbound message, from channel to outbox, in one transaction."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.meter import UNMETERED, Meter
from bot.outgoing import in_rows
from bot.replays import Group, Replays, album_of, together
from domain.channel import Channel, Fetches
from domain.chat import Attachment, Event, Inbound, Kind, Line, Outbound, Priority, Raw, Text
from domain.errors import FetchFailed, Refused, Stale, Unparseable
from domain.people import SYSTEM
from domain.talks import Talk
from handlers.chats import refusals
from handlers.notices import tell_staff
from handlers.turn import Route, Turn, World, choose, interpret, words
from storage.database import Connection, Database
from storage.inbox import ALBUM_S, Replay
from storage.outbox import Heard
from storage.store import Store

log = structlog.get_logger()

FETCHES_AT_ONCE = 16
LEASE_S = 60.0
"""How long a message that is taken from the inbox is nobody else's."""
FETCH_TRIES_MAX = 6
"""Within some half an hour; then the message is handled without its files, and the sender told."""

LOST = "lost"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a message waits for its turn to be fetched, and how long the fetching may take; together they have to
    leave some of ``LEASE_S`` for what comes after."""

    turn_s: float = 10.0
    fetch_s: float = 40.0


PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A raw message and what its channel made of it; None for what may be ignored, a fault for what it cannot read."""

    raw: Raw
    inbound: Inbound | None
    fault: str = ""


def storable(value: Any) -> Any:
    """JSON without NUL and without half characters, which no database takes."""
    if isinstance(value, str):
        return value if value.isprintable() else value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {storable(name): storable(one) for name, one in value.items()}
    return [storable(one) for one in value] if isinstance(value, list | tuple) else value


def _sender(parsed: Parsed) -> str:
    """Whose person is held from the first statement on; empty for what no person said."""
    inbound = parsed.inbound
    if inbound is None or inbound.intent or inbound.event or inbound.place.channel != parsed.raw.channel:
        return ""
    return inbound.account


class Pipeline:
    """Receives messages of all channels, each to its end or not at all."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        routes: Sequence[Route],
        world: World,
        clock: Callable[[], datetime],
        meter: Meter = UNMETERED,
        patience: Patience = PATIENCE,
    ) -> None:
        self.database = database
        self.channels = channels
        self.routes = routes
        self.world = world
        self.clock = clock
        self.meter = meter
        self.patience = patience
        self.replays = Replays(self._due, self._replayed)
        self._fetchers = {name: one for name, one in channels.items() if isinstance(one, Fetches)}
        self._fetching = asyncio.Semaphore(FETCHES_AT_ONCE)

    async def receive(self, raw: Raw) -> None:
        """Store and handle a message; returns once all its effects are durable.

        A message seen before has none. A handler's bug is undone, counted in a second transaction, and tried
        again later; the sender is told. Raises what the database raises if even that cannot be stored: then
        nothing was acknowledged, and the platform delivers again. A message whose files lie with the platform is
        kept, and handled by ``replays`` as soon as they are here.
        """
        began_s = time.perf_counter()
        parsed = self._parse(Raw(raw.id, raw.channel, storable(raw.body), raw.place))
        outcome = await self._take_in(parsed)
        self.meter.received(raw.channel, outcome, time.perf_counter() - began_s)

    async def _take_in(self, parsed: Parsed) -> str:
        """What became of a message, in the meter's words."""
        if parsed.inbound and self._remote(parsed.raw) and await self._wait(parsed.raw, parsed.inbound):
            return "kept"
        try:
            return await self.database.transact(partial(self._once, parsed))
        except Exception as bug:  # noqa: BLE001  # whatever a handler raises, the message is kept
            await self._failed(parsed, bug)
            return "failed"

    async def replay(self) -> int:
        """Handle what failed or waits and is due; how many there were."""
        return await self.replays.once()

    def _remote(self, raw: Raw) -> bool:
        fetcher = self._fetchers.get(raw.channel)
        return fetcher is not None and fetcher.remote(raw)

    async def _wait(self, raw: Raw, inbound: Inbound) -> bool:
        """Keep a message until its files are here; False in a group that is none of ours: nobody fetches them."""
        now, album = self.clock(), album_of(inbound)
        pause_s = ALBUM_S if album else 0

        async def keep(connection: Connection) -> bool | None:
            store = Store(connection)
            if inbound.group and not await store.groups.purpose(inbound.place):
                return None
            return await store.inbox.wait(raw, now, album, pause_s)

        kept = await self.database.transact(keep)
        if kept:
            self.replays.hear(pause_s)
        return kept is not None

    async def _due(self, limit: int) -> Sequence[Replay]:
        now = self.clock()
        return await self.database.transact(lambda connection: Store(connection).inbox.due(now, limit, LEASE_S))

    async def _replayed(self, group: Group) -> None:
        found = await asyncio.gather(*[self._fetched(one) for one in group])
        ready = [(parsed, one.attempts) for parsed, one in zip(found, group, strict=True) if parsed]
        if not ready:
            return
        try:
            await self.database.transact(partial(self._again, ready))
        except Exception as bug:  # noqa: BLE001  # the same
            for parsed, attempts in ready:
                await self._failed(parsed, bug, silent=parsed is not ready[0][0], seen=attempts)

    async def _fetched(self, one: Replay) -> Parsed | None:
        """A message with its files; None if they cannot be had now, which is counted, or if too much is fetched
        already: then it is due again when its lease ends."""
        if not self._remote(one.raw):
            return self._parse(one.raw)
        try:
            async with asyncio.timeout(self.patience.turn_s):
                await self._fetching.acquire()
        except TimeoutError:
            return None
        try:
            async with asyncio.timeout(self.patience.fetch_s):
                found = await self._fetchers[one.raw.channel].fetch(one.raw)
        except Exception as fault:  # noqa: BLE001  # whatever an adapter raises, the message is kept
            parsed = self._parse(one.raw)
            if one.attempts + 1 >= FETCH_TRIES_MAX and parsed.inbound:
                return replace(parsed, inbound=replace(parsed.inbound, refused=(*parsed.inbound.refused, LOST)))
            await self._failed(parsed, fault, FETCH_TRIES_MAX, sorry="files-later", seen=one.attempts)
            return None
        finally:
            self._fetching.release()
        return self._parse(replace(found, body=storable(found.body)))

    def _parse(self, raw: Raw) -> Parsed:
        try:
            return Parsed(raw, self.channels[raw.channel].parse(raw))
        except Unparseable as fault:
            return Parsed(raw, None, str(fault) or "unparseable")
        except Exception as bug:  # noqa: BLE001  # an adapter's bug is an update that cannot be read
            log.error("parse.failed", channel=raw.channel, error=type(bug).__name__)
            return Parsed(raw, None, type(bug).__name__)

    async def _once(self, parsed: Parsed, connection: Connection) -> str:
        store, now = Store(connection), self.clock()
        if parsed.fault:
            await self._set_aside(store, parsed, now)
            return "quarantined"
        sender = _sender(parsed)
        if not await store.inbox.add(parsed.raw, now, sender):
            return "duplicate"
        if parsed.inbound is None:
            return "ignored"
        if not await self._handle(store, parsed.inbound, now, held=bool(sender)) and parsed.inbound.group:
            await store.inbox.forget([parsed.raw.id])
            return "ignored"
        return "done"

    async def _again(self, ready: Sequence[tuple[Parsed, int]], connection: Connection) -> None:
        store, now = Store(connection), self.clock()
        parts = []
        for parsed, attempts in sorted(ready, key=lambda one: one[0].raw.id):
            if parsed.fault:
                await self._set_aside(store, parsed, now)
            elif await store.inbox.retake(parsed.raw, attempts) and parsed.inbound:
                parts.append(await store.moves.follow(parsed.inbound))
        if parts and not await self._handle(store, together(parts), now):
            await store.inbox.forget([parsed.raw.id for parsed, _ in ready])

    async def _set_aside(self, store: Store, parsed: Parsed, now: datetime) -> None:
        if await store.inbox.quarantine(parsed.raw, now, parsed.fault):
            await self._tell_quarantined(store, parsed.raw, now)

    async def _handle(self, store: Store, inbound: Inbound, now: datetime, held: bool = False) -> bool:
        """Whether it was for us: a timer that rings still, and no talk in a group that serves no purpose."""
        turn = await self._turn(store, inbound, now, held)
        if turn is None:
            return False
        echo, turn = await self._pressed(store, turn)
        out = [*echo, *await self._reply(store, turn)]
        heard = Heard(inbound.place, inbound.group, inbound.locale if turn.newcomer else "", inbound.topics)
        await store.outbox.add(inbound.id, in_rows(out, self._pushed), now, heard)
        return True

    def _pushed(self, channel: str) -> bool:
        return channel in self.channels and not self.channels[channel].pulled

    async def _turn(self, store: Store, inbound: Inbound, now: datetime, held: bool) -> Turn | None:
        if inbound.intent:
            due = inbound.args
            if not await store.timers.fire(str(due["timer"]), datetime.fromisoformat(str(due["due_at"]))):
                return None
            return Turn(inbound, SYSTEM, Talk(""), inbound.place, now, self.world)
        if inbound.event:
            return await self._event(store, inbound, inbound.event, now)
        arrival = await store.people.arrive(inbound, now, held)
        if arrival is None:
            return None
        if arrival.shut:
            await store.chats.reach(inbound.place)
        wandered = not inbound.group and arrival.place != inbound.place
        return Turn(
            inbound,
            arrival.person,
            arrival.talk,
            arrival.place,
            now,
            self.world,
            arrival.purpose,
            wandered=wandered,
            newcomer=not arrival.known,
        )

    async def _event(self, store: Store, inbound: Inbound, event: Event, now: datetime) -> Turn | None:
        """What became of a chat makes nobody a person."""
        person = await store.people.by_account(inbound.place.channel, inbound.account) or SYSTEM
        purpose = await store.groups.purpose(inbound.place) if inbound.group else ""
        if event is Event.ANONYMOUS and inbound.talk and not purpose:
            return None
        return Turn(inbound, person, Talk(""), inbound.place, now, self.world, purpose, intent=f"channel.{event.value}")

    async def _pressed(self, store: Store, turn: Turn) -> tuple[list[Outbound], Turn]:
        """What the person did, shown again where the channel wants that, and the turn with its intent."""
        inbound = turn.inbound
        if not inbound.press:
            return self._echo(turn, words(inbound.text), inbound.files), interpret(turn)
        pressed = await store.outbox.button(inbound.press)
        if pressed is None or pressed.place != inbound.place:
            return [], replace(turn, intent="stale")
        button = pressed.button
        args = {**button.args, "card": pressed.card}
        known = replace(turn, intent=button.intent, subject=button.subject, args=args)
        return self._echo(turn, button.label, ()), known

    def _echo(self, turn: Turn, text: Text, files: tuple[Attachment, ...]) -> list[Outbound]:
        inbound = turn.inbound
        channel = self.channels.get(inbound.place.channel)
        if inbound.intent or not getattr(channel, "echoes", False):
            return []
        said = (Line(text),) if inbound.text.strip() or inbound.press else ()
        client_id = inbound.id.rsplit(":", 1)[-1]
        return [Outbound(inbound.place, said, files=files, echo=client_id, author=turn.person.name)]

    async def _reply(self, store: Store, turn: Turn) -> list[Outbound]:
        """What is said of files that were not kept, and of all the rest of the message."""
        inbound = turn.inbound
        if not inbound.refused:
            return await self._answer(store, turn)
        told = refusals(turn)
        return [*told, *await self._answer(store, turn)] if inbound.text or inbound.files else told

    async def _answer(self, store: Store, turn: Turn) -> list[Outbound]:
        """What the handler says; a refusal undoes what it did and says why instead."""
        for last in (False, True):
            try:
                async with store.connection.attempt():
                    return await choose(self.routes, turn)(turn, store)
            except Stale as stale:
                if last:
                    return [turn.say(stale.text)]
            except Refused as refused:
                self.meter.refused(turn.inbound.place.channel)
                return [turn.say(Line(refused.text, Kind.TEXT))]
        return []

    async def _failed(
        self,
        parsed: Parsed,
        bug: Exception,
        tries: int = 3,
        sorry: str = "sorry-later",
        silent: bool = False,
        seen: int | None = None,
    ) -> None:
        code, now = bug.code if isinstance(bug, FetchFailed) else type(bug).__name__, self.clock()
        log.error(
            "message.failed",
            channel=parsed.raw.channel,
            error=code,
            exc_info=None if isinstance(bug, FetchFailed) else bug,
        )

        async def count(connection: Connection) -> None:
            store = Store(connection)
            failure = await store.inbox.fail(parsed.raw, now, code, tries, seen)
            if failure.quarantined:
                await self._tell_quarantined(store, parsed.raw, now)
            elif failure.attempts == 1 and not silent:
                await self._apologise(store, parsed, now, sorry)

        await self.database.transact(count)

    async def _apologise(self, store: Store, parsed: Parsed, now: datetime, sorry: str) -> None:
        inbound = parsed.inbound
        if inbound and not (inbound.intent or inbound.event):
            card = f"sorry:{inbound.album}" if inbound.album else ""
            told = Outbound(
                inbound.place, (Line(Text(sorry)),), card=card, priority=Priority.HUMAN, thread=inbound.thread
            )
            await store.outbox.add(f"{parsed.raw.id}:sorry", [told], now)

    async def _tell_quarantined(self, store: Store, raw: Raw, now: datetime) -> None:
        told = await tell_staff(store, "", [Line(Text("staff-quarantined", {"channel": raw.channel}), Kind.ALERT)])
        await store.outbox.add(f"{raw.id}:quarantined", told, now)
