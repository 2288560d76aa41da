"""One inbound message, from channel to outbox, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from domain.channel import Channel
from domain.chat import Attachment, Inbound, Kind, Line, Outbound, Priority, Raw, Text
from domain.errors import Refused, Stale, Unparseable
from domain.people import SYSTEM
from domain.talks import Talk
from handlers.notices import tell_staff
from handlers.turn import Route, Turn, World, choose, interpret, words
from storage.database import Connection, Database
from storage.inbox import Replay
from storage.outbox import Heard
from storage.store import Store

log = structlog.get_logger()

REPLAYS_AT_ONCE = 20


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


class Pipeline:
    """Receives messages of all channels, each to its end or not at all."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        routes: Sequence[Route],
        world: World,
        clock: Callable[[], datetime],
    ) -> None:
        self.database = database
        self.channels = channels
        self.routes = routes
        self.world = world
        self.clock = clock

    async def receive(self, raw: Raw) -> None:
        """Store and handle a message; returns once all its effects are durable.

        A message seen before has none. A handler's bug is undone, counted in a second transaction, and tried
        again later; the sender is told. Raises what the database raises if even that cannot be stored: then
        nothing was acknowledged, and the platform delivers again.
        """
        parsed = self._parse(Raw(raw.id, raw.channel, storable(raw.body), raw.place))
        try:
            await self.database.transact(partial(self._once, parsed))
        except Exception as bug:  # noqa: BLE001  # whatever a handler raises, the message is kept
            await self._failed(parsed, bug)

    async def replay(self) -> int:
        """Try again what failed and is due; how many there were."""
        now = self.clock()

        async def due(connection: Connection) -> Sequence[Replay]:
            return await Store(connection).inbox.due(now, REPLAYS_AT_ONCE)

        waiting = await self.database.transact(due)
        for one in waiting:
            parsed = self._parse(one.raw)
            try:
                await self.database.transact(partial(self._again, parsed, one.attempts))
            except Exception as bug:  # noqa: BLE001  # the same
                await self._failed(parsed, bug)
        return len(waiting)

    def _parse(self, raw: Raw) -> Parsed:
        try:
            return Parsed(raw, self.channels[raw.channel].parse(raw))
        except Unparseable as fault:
            return Parsed(raw, None, str(fault) or "unparseable")
        except Exception as bug:  # noqa: BLE001  # an adapter's bug is an update that cannot be read
            log.error("parse.failed", channel=raw.channel, error=type(bug).__name__)
            return Parsed(raw, None, type(bug).__name__)

    async def _once(self, parsed: Parsed, connection: Connection) -> None:
        store, now = Store(connection), self.clock()
        if parsed.fault:
            await self._set_aside(store, parsed, now)
        elif await store.inbox.add(parsed.raw, now) and parsed.inbound:
            await self._handle(store, parsed.inbound, now)

    async def _again(self, parsed: Parsed, attempts: int, connection: Connection) -> None:
        store = Store(connection)
        if await store.inbox.retake(parsed.raw.id, attempts) and parsed.inbound:
            await self._handle(store, parsed.inbound, self.clock())

    async def _set_aside(self, store: Store, parsed: Parsed, now: datetime) -> None:
        if await store.inbox.quarantine(parsed.raw, now, parsed.fault):
            await self._tell_quarantined(store, parsed.raw, now)

    async def _handle(self, store: Store, inbound: Inbound, now: datetime) -> None:
        turn = await self._turn(store, inbound, now)
        if turn is None:
            return
        echo, turn = await self._pressed(store, turn)
        out = [*echo, *await self._answer(store, turn)]
        heard = Heard(inbound.place, inbound.group, inbound.locale if turn.newcomer else "")
        await store.outbox.add(inbound.id, out, now, heard)

    async def _turn(self, store: Store, inbound: Inbound, now: datetime) -> Turn | None:
        if inbound.intent:
            due = inbound.args
            if not await store.timers.fire(str(due["timer"]), datetime.fromisoformat(str(due["due_at"]))):
                return None
            return Turn(inbound, SYSTEM, Talk(""), inbound.place, now, self.world)
        arrival = await store.people.arrive(inbound, now)
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
                return [turn.say(Line(refused.text, Kind.TEXT))]
        return []

    async def _failed(self, parsed: Parsed, bug: Exception) -> None:
        code, now = type(bug).__name__, self.clock()
        log.error("message.failed", channel=parsed.raw.channel, error=code, exc_info=bug)

        async def count(connection: Connection) -> None:
            store = Store(connection)
            failure = await store.inbox.fail(parsed.raw, now, code)
            if failure.quarantined:
                await self._tell_quarantined(store, parsed.raw, now)
            elif failure.attempts == 1:
                await self._apologise(store, parsed, now)

        await self.database.transact(count)

    async def _apologise(self, store: Store, parsed: Parsed, now: datetime) -> None:
        inbound = parsed.inbound
        if inbound and not inbound.intent:
            sorry = Outbound(inbound.place, (Line(Text("sorry-later")),), priority=Priority.HUMAN)
            await store.outbox.add(f"{parsed.raw.id}:sorry", [sorry], now)

    async def _tell_quarantined(self, store: Store, raw: Raw, now: datetime) -> None:
        told = await tell_staff(store, "", [Line(Text("staff-quarantined", {"channel": raw.channel}), Kind.ALERT)])
        await store.outbox.add(f"{raw.id}:quarantined", told, now)
