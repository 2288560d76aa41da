"""What handlers want drawn: outside of every transaction, one at a time, and never for long.

::

    work(nothing) ──Undrawn──▶ rolled back ──▶ drawn in a thread, kept as a file ──▶ work(drawn) ──▶ committed
                                                                                          │
                         a crash in between leaves a file nobody knows, which goes after a day

A thread that hangs cannot be ended: it keeps the one place, and whoever comes meanwhile hears that it did not work.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import structlog

from domain.chat import Attachment, Media, Outbound
from domain.drawing import Drawing, Drawn
from domain.errors import Undrawn
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


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as bytes; ``ending`` is that of its file's name, with the dot."""

    data: bytes
    media: Media
    media_type: str
    ending: str


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a drawing waits for its turn, how long it may take, how long the platform is asked for a scene's code,
    and how long a message waits for all of its drawings; that has to leave some of the lease on the message for what
    comes after."""

    turn_s: float = 10.0
    scan_s: float = 5.0
    draw_s: float = 10.0
    message_s: float = 30.0


PATIENCE = Patience()

DrawnByKey = Mapping[str, Drawn | None]
Draw = Callable[[Drawing], Picture]
Scan = Callable[[str], Awaitable[str | None]]
"""The address that stands in a code to scan for a scene («ref-CODE»); None where there are no such codes."""


def undrawable(drawing: Drawing) -> Picture:
    """There is nobody here who draws."""
    raise RuntimeError("nothing is drawn here")


def nowhere(data: bytes) -> str:
    """There is no place for files."""
    raise OSError("no files are kept here")


async def unscanned(scene: str) -> None:
    """There are no codes to scan here."""


class Drawings:
    """Draws what handlers want. ``keep`` stores bytes durably and returns their hash; both run in a thread.

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
            Whatever ``work`` raises, but for Undrawn; RuntimeError where it wants ever new ones.
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
            log.warning("drawing.failed", kind=wanted.kind, error=type(fault).__name__)
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
        making = aside(partial(self._make, wanted, self._lately.get(wanted.key)))
        making.add_done_callback(partial(self._made, wanted.key))
        async with asyncio.timeout(self._patience.draw_s):
            picture, file_hash = await asyncio.shield(making)
        file = Attachment(file_hash, picture.media, _name(wanted, picture))
        return Drawn(file, picture.media_type, len(picture.data))

    def _make(self, wanted: Drawing, known: Picture | None) -> tuple[Picture, str]:
        """In the thread: keeping the same bytes again keeps them from being collected."""
        picture = known or self._draw(wanted)
        if len(picture.data) > PICTURE_BYTES_MAX:
            raise ValueError("the picture is too large")
        return picture, self._keep(picture.data)

    def _made(self, key: str, making: asyncio.Future[tuple[Picture, str]]) -> None:
        if not making.cancelled() and making.exception() is None:
            self._remember(key, making.result()[0])
        self._free.release()  # whoever comes next finds it remembered

    def _remember(self, key: str, picture: Picture) -> None:
        self._lately[key] = picture
        self._lately.move_to_end(key)
        while len(self._lately) > LATELY:
            self._lately.popitem(last=False)


def aside(work: Callable[[], T]) -> asyncio.Future[T]:
    """Do it in a thread of its own, which does not hold up the end of the process."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def tell(set_: Callable[[T], None] | Callable[[BaseException], None], what: object) -> None:
        if not future.done():
            set_(what)  # type: ignore[arg-type]  # each is given what belongs to it, just below

    def run() -> None:
        try:
            told = partial(tell, future.set_result, work())
        except Exception as fault:  # noqa: BLE001  # in the thread nobody else could hear of it
            told = partial(tell, future.set_exception, fault)
        except BaseException as fault:  # noqa: BLE001  # a library in Rust panics with one
            told = partial(tell, future.set_exception, RuntimeError(type(fault).__name__))
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(told)

    threading.Thread(target=run, name="drawing", daemon=True).start()
    return future


def _name(wanted: Drawing, picture: Picture) -> str:
    stem = str(wanted.args.get("file") or wanted.kind)
    return f"{stem}{picture.ending}"


async def show(store: Store, turn: Turn, out: Sequence[Outbound]) -> None:
    """Those who are sent what was drawn may see it, and whoever wanted it; what nobody is sent is nobody's."""
    for drawn in turn.drawn.values():
        if drawn is None:
            continue
        file = Stored(drawn.file.hash, drawn.file.media.value, drawn.media_type)
        for owner in _owners(turn, out, file.hash):
            await store.files.add(file, drawn.size, owner, turn.now)


def _owners(turn: Turn, out: Sequence[Outbound], file_hash: str) -> list[str]:
    places = {one.to for one in out if any(file.hash == file_hash for file in one.files)}
    owners = [account_owner(place.channel, place.chat) for place in sorted(places)]
    return [*owners, f"person:{turn.person.id}"] if owners and turn.person.id != SYSTEM.id else owners
