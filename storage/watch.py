"""A work that never ends would hold up everybody: it is cut.

Somebody else than the thread that works looks at it now and then. What has run too long without a wait is interrupted
within SQLite, and an exception is raised in its Python code. A call into C that never returns (``time.sleep``) cannot
be cut; nothing here makes one.
"""

from __future__ import annotations

import ctypes
import threading
import types
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

WORK_MAX_S = 30.0
LOOKS = 10
"""How often within that time somebody looks."""


class Cut(BaseException):
    """Raised in the middle of a work, and never seen outside this package."""


class Interruptible(Protocol):
    """What may keep a thread outside Python."""

    def interrupt(self) -> None:
        """Come back soon; called from another thread."""


class Nothing:
    """Nothing keeps it there."""

    def interrupt(self) -> None:
        """Nothing to do."""


NOTHING = Nothing()


class Watch:
    """Over one thread. ``look`` is for whoever looks after it, the rest for the thread itself."""

    def __init__(self, work_max_s: float) -> None:
        self.every_s = work_max_s / LOOKS
        self._patience_s = work_max_s - self.every_s
        self._lock = threading.Lock()
        self._inside: Interruptible | None = None
        self._thread = 0
        self._turn = 0
        self._cut = False
        self._seen = (0, 0.0)

    def begin(self, inside: Interruptible) -> None:
        """A work begins, or goes on."""
        self._turn += 1
        self._cut = False
        self._thread = threading.get_ident()
        self._inside = inside

    def end(self) -> bool:
        """It has ended, or waits, and nothing is raised any more; whether it was cut."""
        outside = False
        while True:
            try:
                if not outside:
                    with self._lock:
                        self._inside = None
                    outside = True
                if not self._cut:
                    return False
                # One may still be on its way. It is not called back: CPython 3.11 would go on looking for it, and for
                # ever where its code is traced. It is replaced by one that comes here.
                _raise_in(self._thread, Cut)
                while True:
                    pass
            except Cut:
                if outside:
                    return True

    def look(self, now_s: float) -> None:
        """Cut what runs since long before ``now_s``, in the time of whoever looks."""
        turn, since_s = self._seen
        if self._inside is None or turn != self._turn:
            self._seen = (self._turn, now_s)
        elif now_s - since_s >= self._patience_s:
            self._seen = (turn, now_s)  # what goes on all the same is cut again, but not at once
            self._end(turn)

    def _end(self, turn: int) -> None:
        with self._lock:
            if self._inside is not None and turn == self._turn:
                self._cut = True
                self._inside.interrupt()
                _raise_in(self._thread, Cut)


def _raise_in(thread: int, kind: type[BaseException]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(kind))


@types.coroutine
def stepping(work: Coroutine[Any, Any, T], watch: Watch) -> Generator[Any, Any, T]:
    """Await ``work`` on an event loop, and watch each stretch of it between two waits.

    Raises:
        TimeoutError: a stretch was cut.
    """
    step: Callable[[], Any] = partial(work.send, None)
    while True:
        ended, value = _stretch(step, watch)
        if ended:
            result: T = value
            return result
        try:
            answer = yield value
        except BaseException as error:  # noqa: BLE001  whatever it is, it is the work's
            step = partial(work.throw, error)
        else:
            step = partial(work.send, answer)


def _stretch(step: Callable[[], Any], watch: Watch) -> tuple[bool, Any]:
    """One stretch: whether the work has ended, and its result or what it waits for."""
    outcome: tuple[bool, Any] = (True, None)
    fault: BaseException | None = None
    watch.begin(NOTHING)
    try:
        outcome = (False, step())
    except StopIteration as end:
        outcome = (True, end.value)
    except BaseException as error:  # noqa: BLE001  raised again below, once nothing can be raised here from outside
        fault = error
    if watch.end():
        raise TimeoutError("a work took too long; it was undone") from None
    if fault is not None:
        raise fault
    return outcome


class Guard:
    """A thread that looks after the event loop's thread; ended by ``close``."""

    def __init__(self, watch: Watch, monotonic_s: Callable[[], float]) -> None:
        self._watch = watch
        self._monotonic_s = monotonic_s
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.wait(self._watch.every_s):
            self._watch.look(self._monotonic_s())
