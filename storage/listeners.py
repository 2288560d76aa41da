"""Who wants to hear that a lane has news."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from storage.database import Listener


class Listeners:
    """Called in the order they came; one that fails is reported to the event loop and harms neither the others
    nor the work, which is committed."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def add(self, listener: Listener) -> None:
        """From now on call this one too."""
        self._listeners.append(listener)

    def tell(self, lanes: Iterable[tuple[str, str]]) -> None:
        """Each lane once, in order."""
        for channel, chat in dict.fromkeys(lanes):
            for listener in self._listeners:
                try:
                    listener(channel, chat)
                except Exception as error:  # noqa: BLE001  it is the listener's own fault
                    report = {"message": "a listener to lanes failed", "exception": error}
                    asyncio.get_running_loop().call_exception_handler(report)
