"""What handlers want drawn: outside of every transaction, one at a time, and never for long.

::

    work(nothing) ──Undrawn──▶ rolled back ──▶ drawn by a process, kept as a file ──▶ work(drawn) ──▶ committed
                                                                                            │
                         a crash in between leaves a file nobody knows, which goes after a day

What takes too long is ended, and whoever waited for it hears that it did not work.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import structlog

from bot.drawing_process import NotDrawn
from domain.chat import Attachment, Outbound, Text
from domain.drawing import Drawing, Drawn, Picture
from domain.errors import NotPossible, Undrawn
from domain.people import SYSTEM
from handlers.turn import Turn
from storage.files import Stored, account_owner
from storage.store import Store

log = structlog.get_logger()

T = TypeVar("T")

ARGS_BYTES_MAX = 512 * 1024
PICTURE_BYTES_MAX = 9 * 1024 * 1024
"""What every platform takes as a file."""

DRAWINGS_MAX = 4
"""How many one message may want."""

LATELY = 8
"""How many of the last are at hand for whoever wants the same, as a message does that is delivered again meanwhile."""

OFTEN = 10
OFTEN_S = 600
"""For how many messages within so many seconds something is drawn for one person."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a drawing waits for its turn, how long it may take, how long the platform is asked for a scene's code,
    and how long a message waits for all of its drawings; that has to leave some of the lease on the message for what
    comes after, and others who wrote on the same platform may wait as long."""

    turn_s: float = 5.0
    scan_s: float = 5.0
    draw_s: float = 8.0
    message_s: float = 15.0


PATIENCE = Patience()

DrawnByKey = Mapping[str, Drawn | None]
Draw = Callable[[Drawing], Awaitable[Picture]]
"""Ends what it does when it is cancelled."""
Scan = Callable[[str], Awaitable[str | None]]
"""The address that stands in a code to scan for a scene («ref-CODE»); None where there are no such codes."""


async def undrawable(drawing: Drawing) -> Picture:
    """There is nobody here who draws."""
    raise RuntimeError("nothing is drawn here")


def nowhere(data: bytes) -> str:
    """There is no place for files."""
    raise OSError("no files are kept here")


async def unscanned(scene: str) -> None:
    """There are no codes to scan here."""


class Drawings:
    """Draws what handlers want. ``keep`` stores bytes durably and returns their hash; it runs in a thread.

    Where a drawing has a «scene», its code to scan shows what ``scan`` gives for that, and its «link» only where that
    gives nothing or fails.
    """

    def __init__(
        self,
        draw: Draw = undrawable,
        keep: Callable[[bytes], str] = nowhere,
        patience: Patience = PATIENCE,
        scan: Scan = unscanned,
    ) -> None:
        self._draw = draw
        self._keep = keep
        self._patience = patience
        self._scan = scan
        self._free = asyncio.Semaphore(1)
        self._lately: OrderedDict[str, Picture] = OrderedDict()

    async def through(self, work: Callable[[DrawnByKey], Awaitable[T]]) -> T:
        """Do a work that undoes itself where it lacks a drawing, again with each that it turned out to want.

        Raises:
            Whatever ``work`` raises, but for Undrawn; RuntimeError where it wants ever new kinds.
        """
        drawn: dict[str, Drawn | None] = {}
        until: float | None = None
        while True:
            try:
                return await work(drawn)
            except Undrawn as lacking:
                wanted = lacking.drawing
            if len(drawn) >= DRAWINGS_MAX:
                raise RuntimeError(
                    f"one message wants more than {DRAWINGS_MAX} drawings, at last of kind {wanted.kind}"
                )
            until = until or asyncio.get_running_loop().time() + self._patience.message_s
            drawn = {**drawn, wanted.key: await self._drawn(wanted, until)}

    async def _drawn(self, wanted: Drawing, until: float) -> Drawn | None:
        """The drawing as a file; None if that did not work, which is logged."""
        try:
            if len(wanted.canonical().encode("utf-8", "replace")) > ARGS_BYTES_MAX:
                raise ValueError("too much to draw")
            async with asyncio.timeout_at(until):
                return await self._in_turn(await self._led(wanted))
        except Exception as fault:  # noqa: BLE001  # whatever a library raises, the message is handled
            code = fault.code if isinstance(fault, NotDrawn) else type(fault).__name__
            log.warning("drawing.failed", kind=wanted.kind, error=code)
            return None

    async def _led(self, wanted: Drawing) -> Drawing:
        """The drawing with the link that its code to scan shows."""
        args = {name: value for name, value in wanted.args.items() if name != "scene"}
        if len(args) == len(wanted.args):
            return wanted
        return replace(wanted, args={**args, "link": await self._scanned(str(wanted.args["scene"])) or args["link"]})

    async def _scanned(self, scene: str) -> str | None:
        try:
            async with asyncio.timeout(self._patience.scan_s):
                return await self._scan(scene)
        except Exception as fault:  # noqa: BLE001  # whatever a platform does, there is the link
            log.warning("scan.failed", error=type(fault).__name__)
            return None

    async def _in_turn(self, wanted: Drawing) -> Drawn:
        async with asyncio.timeout(self._patience.turn_s):
            await self._free.acquire()
        try:
            async with asyncio.timeout(self._patience.draw_s):
                picture, file_hash = await self._make(wanted)
        finally:
            self._free.release()
        file = Attachment(file_hash, picture.media, _name(wanted, picture))
        return Drawn(file, picture.media_type, len(picture.data))

    async def _make(self, wanted: Drawing) -> tuple[Picture, str]:
        """Keeping the same bytes again keeps them from being collected."""
        picture = self._lately.get(wanted.key) or await self._draw(wanted)
        if len(picture.data) > PICTURE_BYTES_MAX:
            raise ValueError("the picture is too large")
        self._remember(wanted.key, picture)
        return picture, await asyncio.to_thread(self._keep, picture.data)

    def _remember(self, key: str, picture: Picture) -> None:
        self._lately[key] = picture
        self._lately.move_to_end(key)
        while len(self._lately) > LATELY:
            self._lately.popitem(last=False)


def _name(wanted: Drawing, picture: Picture) -> str:
    stem = str(wanted.args.get("file") or wanted.kind)
    return f"{stem}{picture.ending}"


async def show(store: Store, turn: Turn, out: Sequence[Outbound]) -> None:
    """Those who are sent what was drawn may see it, and whoever wanted it; what nobody is sent is nobody's. It counts
    for whoever wanted it, though nothing may have come of it."""
    if turn.drawn and turn.person.id != SYSTEM.id:
        await store.paces.count(_pace(turn), turn.now, OFTEN_S)
    for drawn in turn.drawn.values():
        if drawn is None:
            continue
        file = Stored(drawn.file.hash, drawn.file.media.value, drawn.media_type)
        for owner in _owners(turn, out, file.hash):
            await store.files.add(file, drawn.size, owner, turn.now)


async def in_measure(store: Store, turn: Turn) -> None:
    """Something is to be drawn for this message.

    Raises:
        NotPossible: that happened too often for this person lately.
    """
    if turn.person.id != SYSTEM.id and await store.paces.lately(_pace(turn), turn.now, OFTEN_S) >= OFTEN:
        raise NotPossible(Text("picture-often", {"count": OFTEN, "minutes": OFTEN_S // 60}))


def _pace(turn: Turn) -> str:
    return f"drawn:{turn.person.id}"


def _owners(turn: Turn, out: Sequence[Outbound], file_hash: str) -> list[str]:
    places = {one.to for one in out if any(file.hash == file_hash for file in one.files)}
    owners = [account_owner(place.channel, place.chat) for place in sorted(places)]
    return [*owners, f"person:{turn.person.id}"] if owners and turn.person.id != SYSTEM.id else owners
