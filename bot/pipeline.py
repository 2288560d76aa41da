"""One inbound message, from channel to outbox, in one transaction."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.budgets import open_window
from bot.drawing import Drawings, DrawnByKey, in_measure, show
from bot.fetching import FETCH_TRIES_MAX, LOST, Fetching
from bot.meter import UNMETERED, Meter
from bot.mishaps import Mishaps
from bot.outgoing import in_rows, joined
from bot.parsing import Parsed, parse, storable
from bot.replays import Group, Replays, album_of, together
from domain.channel import Answering, Channel, Numbered, Pressable, Windowed
from domain.chat import NOTHING, Attachment, Event, Inbound, Kind, Line, Outbound, Raw, Text
from domain.choices import chosen, number
from domain.errors import Refused, Stale, Undrawn
from domain.people import SYSTEM
from domain.talks import Talk
from handlers.chats import refusals
from handlers.intents import interpret
from handlers.questions import open_question
from handlers.turn import Route, Turn, World, choose, words
from messages import LOCALES
from storage.database import Connection, Database
from storage.handing import Handed
from storage.inbox import ALBUM_S, Replay
from storage.outbox import Heard, Posted, buttons
from storage.store import Store

LEASE_S = 60.0
"""How long a message that is taken from the inbox is nobody else's."""

Label = Callable[[str, Text, datetime], str]
"""A text in the language of a locale, as it is said at a moment."""


def unsaid(locale: str, text: Text, now: datetime) -> str:
    """No words are known: choices are named by their numbers alone."""
    return ""


def may_choose(inbound: Inbound) -> bool:
    """Whether it can be the choice of a button: somebody's own words in private, and nothing with them."""
    elsewhere = inbound.group or inbound.press or inbound.event or inbound.intent
    other = inbound.edited or inbound.forwarded or inbound.reply_to or inbound.files or inbound.refused
    return bool(inbound.text.strip()) and not (elsewhere or other)


class Pipeline:
    """Receives messages of all channels, each to its end or not at all.

    ``label`` says what stands on a button, for people who answer with its words. ``drawings`` draws what handlers want
    to send; without it they hear that it could not be drawn.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        routes: Sequence[Route],
        world: World,
        clock: Callable[[], datetime],
        meter: Meter = UNMETERED,
        label: Label = unsaid,
        drawings: Drawings | None = None,
    ) -> None:
        self.database = database
        self.channels = channels
        self.routes = routes
        self.world = world
        self.clock = clock
        self.meter = meter
        self.label = label
        self.drawings = drawings or Drawings()
        self.fetching = Fetching(channels)
        self.replays = Replays(self._due, self._replayed)
        self._answering = frozenset(name for name, one in channels.items() if isinstance(one, Answering))
        self._windowed = frozenset(name for name, one in channels.items() if isinstance(one, Windowed))
        self._numbered = {name: one for name, one in channels.items() if isinstance(one, Numbered)}
        self._mishaps = Mishaps(database, channels, clock, self._answering)

    async def receive(self, raw: Raw) -> Handed | None:
        """Store and handle a message; returns once all its effects are durable.

        A message seen before has none. A handler's bug is undone, counted in a second transaction, and tried
        again later; the sender is told. Raises what the database raises if even that cannot be stored: then
        nothing was acknowledged, and the platform delivers again. A message whose files lie with the platform is
        kept, and handled by ``replays`` as soon as they are here.

        Where the platform takes an answer in place, this is it: nobody else sends it for a while, and the caller says
        what became of it. None if there is none, or what is owed goes as ever. The same message again has the same.
        """
        began_s = time.perf_counter()
        parsed = parse(self.channels, Raw(raw.id, raw.channel, storable(raw.body), raw.place))
        outcome, handed = await self._take_in(parsed)
        self.meter.received(raw.channel, outcome, time.perf_counter() - began_s)
        return handed

    async def _take_in(self, parsed: Parsed) -> tuple[str, Handed | None]:
        """What became of a message, in the meter's words, and its answer."""
        if parsed.inbound and self.fetching.remote(parsed.raw) and await self._wait(parsed.raw, parsed.inbound):
            return "kept", None
        waits = parsed.raw.channel in self._answering
        try:
            return await self.drawings.through(
                lambda drawn: self.database.transact(partial(self._taken, parsed, waits, drawn))
            )
        except Exception as bug:  # noqa: BLE001  # whatever a handler raises, the message is kept
            return "failed", await self._mishaps.failed(parsed, bug, waits=waits)

    async def _taken(
        self, parsed: Parsed, waits: bool, drawn: DrawnByKey, connection: Connection
    ) -> tuple[str, Handed | None]:
        store, now = Store(connection), self.clock()
        outcome = await self._once(store, parsed, now, drawn)
        return outcome, await self._mishaps.answer(store, parsed, now) if waits else None

    async def replay(self) -> int:
        """Handle what failed or waits and is due; how many there were."""
        return await self.replays.once()

    async def _wait(self, raw: Raw, inbound: Inbound) -> bool:
        """Keep a message until its files are here; False in a group that is none of ours: nobody fetches them."""
        now, album = self.clock(), album_of(inbound)
        pause_s = ALBUM_S if album else 0

        async def keep(connection: Connection) -> bool | None:
            store = Store(connection)
            if inbound.group and not await store.groups.purpose(inbound.place):
                return None
            new = await store.inbox.wait(raw, now, album, pause_s)
            if new:
                await open_window(store, self.channels.get(raw.channel), inbound, (), now)
            return new

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
            await self.drawings.through(lambda drawn: self.database.transact(partial(self._again, ready, drawn)))
        except Exception as bug:  # noqa: BLE001  # the same
            for parsed, attempts in ready:
                await self._mishaps.failed(parsed, bug, silent=parsed is not ready[0][0], seen=attempts)

    async def _fetched(self, one: Replay) -> Parsed | None:
        """A message with its files; None if they cannot be had now, which is counted, or if too much is fetched
        already: then it is due again when its lease ends."""
        if not self.fetching.remote(one.raw):
            return parse(self.channels, one.raw)
        try:
            found = await self.fetching.fetch(one.raw)
        except Exception as fault:  # noqa: BLE001  # whatever an adapter raises, the message is kept
            parsed = parse(self.channels, one.raw)
            if one.attempts + 1 >= FETCH_TRIES_MAX and parsed.inbound:
                return replace(parsed, inbound=replace(parsed.inbound, refused=(*parsed.inbound.refused, LOST)))
            await self._mishaps.failed(parsed, fault, FETCH_TRIES_MAX, sorry="files-later", seen=one.attempts)
            return None
        return parse(self.channels, replace(found, body=storable(found.body))) if found else None

    async def _once(self, store: Store, parsed: Parsed, now: datetime, drawn: DrawnByKey) -> str:
        if parsed.fault:
            await self._mishaps.set_aside(store, parsed, now)
            return "quarantined"
        sender = parsed.sender
        if not await store.inbox.add(parsed.raw, now, sender):
            return "duplicate"
        if parsed.inbound is None:
            return "ignored"
        heard = await self._handle(store, parsed.inbound, now, drawn, held=bool(sender))
        if not heard and parsed.inbound.group:
            await store.inbox.forget([parsed.raw.id])
            return "ignored"
        return "done"

    async def _again(self, ready: Sequence[tuple[Parsed, int]], drawn: DrawnByKey, connection: Connection) -> None:
        store, now = Store(connection), self.clock()
        parts = []
        for parsed, attempts in sorted(ready, key=lambda one: one[0].raw.id):
            if parsed.fault:
                await self._mishaps.set_aside(store, parsed, now)
            elif await store.inbox.retake(parsed.raw, attempts) and parsed.inbound:
                parts.append(await store.moves.follow(parsed.inbound))
        if parts and not await self._handle(store, together(parts), now, drawn, anew=False):
            await store.inbox.forget([parsed.raw.id for parsed, _ in ready])

    async def _handle(
        self,
        store: Store,
        inbound: Inbound,
        now: datetime,
        drawn: DrawnByKey = NOTHING,
        held: bool = False,
        anew: bool = True,
    ) -> bool:
        """Whether it was for us: a timer that rings still, and no talk in a group that serves no purpose. What is not
        taken ``anew`` has opened its window when it came."""
        turn = await self._turn(store, inbound, now, held)
        if turn is None:
            return False
        turn = await self._resolved(store, replace(turn, drawn=drawn) if drawn else turn)
        echo, turn = await self._pressed(store, turn)
        out = [*echo, *await self._reply(store, turn)]
        if drawn:
            await show(store, turn, out)
        if anew:
            await open_window(store, self.channels.get(inbound.place.channel), inbound, out, now)
        heard = Heard(inbound.place, inbound.group, inbound.locale if turn.newcomer else "", inbound.topics)
        await store.outbox.add(inbound.id, joined(in_rows(out, self._pushed), self._windowed), now, heard)
        return True

    async def _resolved(self, store: Store, turn: Turn) -> Turn:
        """What was said, as the press that it stands for where people answer with the number or the words of a choice
        of the latest message that has some. A number is that of the open question as long as nothing else showed any.
        """
        inbound = turn.inbound
        channel = self._numbered.get(inbound.place.channel)
        if channel is None or not channel.numbered or not may_choose(inbound):
            return turn
        offered = await store.outbox.offered(inbound.place, turn.now)
        question = open_question(turn)
        if offered and question and number(inbound.text) is not None:
            offered = await store.outbox.counted(inbound.place, question, turn.now) or offered
        labels = self._labels(offered, turn.now) if offered else []
        if offered is None or (isinstance(channel, Pressable) and channel.pressable(labels)):
            return turn
        place = chosen(inbound.text, labels)
        press = "" if place is None else offered.tokens[place]
        return replace(turn, inbound=replace(inbound, text="", press=press)) if press else turn

    def _labels(self, offered: Posted, now: datetime) -> list[set[str]]:
        """What each of its choices is called, in every language, as it was said and as it would be said now."""
        ways = [(locale, at) for locale in LOCALES for at in (offered.posted_at, now)]
        return [{self.label(locale, one.label, at) for locale, at in ways} for one in buttons(offered.outbound)]

    def _pushed(self, channel: str) -> bool:
        return channel in self.channels and not self.channels[channel].pulled

    async def _turn(self, store: Store, inbound: Inbound, now: datetime, held: bool) -> Turn | None:
        if inbound.intent:
            due = inbound.args  # what a shop tells is no timer
            if "timer" in due and not await store.timers.fire(
                str(due["timer"]), datetime.fromisoformat(str(due["due_at"]))
            ):
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
        if pressed is None or pressed.place != (inbound.pressed_at or inbound.place):
            return [], replace(turn, intent="stale")
        if not await self._may_press_from_afar(store, turn):
            return [], replace(turn, intent="stale")
        if inbound.handle:
            await store.outbox.rename(pressed.id, inbound.handle)
        button = pressed.button
        args = {**button.args, "card": pressed.card}
        known = replace(turn, intent=button.intent, subject=button.subject, args=args)
        return self._echo(turn, button.label, ()), known

    async def _may_press_from_afar(self, store: Store, turn: Turn) -> bool:
        """Whether this person is one of those who see what stands in the chat that bears the button: staff, of a group
        of theirs on the same channel."""
        here, there = turn.inbound.place, turn.inbound.pressed_at
        if there is None or there == here:
            return True
        if turn.inbound.group or there.channel != here.channel or not (turn.staff_here and turn.viewer.role.is_staff):
            return False
        return await store.groups.purpose(there) == "staff"

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
        """What the handler says; a refusal undoes what it did and says why instead. Of what time or the shop tells
        nobody would read that: it has failed, and is tried again later."""
        unread = bool(turn.inbound.intent)
        for last in (False, True):
            try:
                async with store.connection.attempt():
                    return await self._handled(store, turn)
            except Stale as stale:
                if last and unread:
                    raise
                if last:
                    return [turn.say(stale.text)]
            except Refused as refused:
                if unread:
                    raise
                self.meter.refused(turn.inbound.place.channel)
                return [turn.say(Line(refused.text, Kind.TEXT))]
        return []

    async def _handled(self, store: Store, turn: Turn) -> list[Outbound]:
        try:
            return await choose(self.routes, turn)(turn, store)
        except Undrawn:
            await in_measure(store, turn)
            raise
