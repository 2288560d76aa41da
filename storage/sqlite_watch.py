"""A work that never ends would hold up everybody who waits for the writer: it is cut.

The event loop looks at the thread now and then. What has run too long is interrupted within SQLite, and an exception
is raised in its Python code. A call into C that never returns (``time.sleep``) cannot be cut; nothing here makes one.
"""

from __future__ import annotations

import ctypes
import sqlite3
import threading

WORK_MAX_S = 30.0
LOOKS = 10
"""How often within that time the loop looks."""


class Cut(BaseException):
    """Raised in the middle of a work, and never seen outside this package."""


class Watch:
    """Over one thread. ``look`` is for the event loop, the rest for the thread itself."""

    def __init__(self, work_max_s: float) -> None:
        self.every_s = work_max_s / LOOKS
        self._patience_s = work_max_s - self.every_s
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._thread = 0
        self._turn = 0
        self._cut = False
        self._seen = (0, 0.0)

    def begin(self, database: sqlite3.Connection) -> None:
        """A work begins."""
        self._turn += 1
        self._cut = False
        self._thread = threading.get_ident()
        self._database = database

    def end(self) -> bool:
        """It has ended, and nothing is raised any more; whether it was cut."""
        while True:
            try:
                with self._lock:
                    self._database = None
                _raise_in(self._thread, None)  # one that is still on its way is called back
            except Cut:
                continue
            return self._cut

    def look(self, now_s: float) -> None:
        """Cut what runs since long before ``now_s``, which is the loop's own time."""
        turn, since_s = self._seen
        if self._database is None or turn != self._turn:
            self._seen = (self._turn, now_s)
        elif now_s - since_s >= self._patience_s:
            self._end(turn)

    def _end(self, turn: int) -> None:
        with self._lock:
            if self._database is not None and turn == self._turn:
                self._cut = True
                self._database.interrupt()
                _raise_in(self._thread, Cut)


def _raise_in(thread: int, kind: type[BaseException] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(kind) if kind else None)
