"""What a channel's adapter makes of what arrived, and what becomes of an update that it cannot read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import structlog

from domain.channel import Channel
from domain.chat import Inbound, Place, Raw
from domain.errors import Unparseable

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A raw message and what its channel made of it; None for what may be ignored, a fault for what it cannot read."""

    raw: Raw
    inbound: Inbound | None
    fault: str = ""

    @property
    def sender(self) -> str:
        """Whose person is held from the first statement on; empty for what no person said."""
        inbound = self.inbound
        if inbound is None or inbound.intent or inbound.event or inbound.place.channel != self.raw.channel:
            return ""
        return inbound.account

    @property
    def place(self) -> Place | None:
        """Where it was said, as far as that is known; None also for a group."""
        if self.inbound is None:
            return self.raw.place
        return None if self.inbound.group else self.inbound.place


def parse(channels: Mapping[str, Channel], raw: Raw) -> Parsed:
    """What the adapter of its channel makes of a message; an adapter's bug is an update that cannot be read."""
    try:
        return Parsed(raw, channels[raw.channel].parse(raw))
    except Unparseable as fault:
        return Parsed(raw, None, str(fault) or "unparseable")
    except Exception as bug:  # noqa: BLE001  # whatever it raises, the update is kept
        log.error("parse.failed", channel=raw.channel, error=type(bug).__name__)
        return Parsed(raw, None, type(bug).__name__)


def storable(value: Any) -> Any:
    """JSON without NUL and without half characters, which no database takes."""
    return value if _is_clean(value) else _cleaned(value)


def _is_clean(value: Any) -> bool:
    """Whether it can be kept as it is; no for whatever orjson does not write, half characters among it."""
    try:
        return b"\\u0000" not in orjson.dumps(value)
    except TypeError:
        return False


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_cleaned(name): _cleaned(one) for name, one in value.items()}
    return [_cleaned(one) for one in value] if isinstance(value, list | tuple) else value
