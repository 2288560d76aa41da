"""Logs without personal data: redaction at the root, so that no library can get past it.

What people write is never logged by anyone here. The rest (an error of a library, a traceback) is made safe: of an
exception only its class and where it was raised are kept, and what looks like a token or a phone is taken out.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

_SECRETS = re.compile(
    r"\bbot\d+:[\w-]{20,}|\b(?:token|secret|key|password|start)=[^\s&\"']+|//[^@/\s]+@", re.IGNORECASE
)
_NUMBERS = re.compile(r"(?<![A-Za-z0-9_-])\+?\d[\d -]{6,}\d(?![A-Za-z0-9_-])")
TALKATIVE = ("aiosqlite", "asyncio", "asyncpg", "httpcore", "httpx", "PIL", "uvicorn.access", "websockets")
"""Libraries whose lowest levels print what they are handed."""

log = structlog.get_logger()


def redact(text: str) -> str:
    """A line without anything that looks like a token or a phone number."""
    return _NUMBERS.sub("[number]", _SECRETS.sub("[secret]", text))


class Redacted(logging.Formatter):
    """Whatever the inner formatter makes of a record, redacted."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self.inner = inner

    def format(self, record: logging.LogRecord) -> str:
        """The finished line."""
        return redact(self.inner.format(record))


def set_up(level: str, form: str) -> None:
    """Send all logs of the process to stderr, as text for people or JSON for machines."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(allow=("error", "row")),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(sys.stderr)
    inner = structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, without_values, _renderer(form)],
        foreign_pre_chain=shared,
    )
    handler.setFormatter(Redacted(inner))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    sys.excepthook = crashed


def _renderer(form: str) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=False)


def without_values(_logger: object, _name: str, event: EventDict) -> EventDict:
    """A traceback says what kind of error and where, never with which values."""
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else info
    event.pop("exception", None)
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-6:]
        event.setdefault("error", type(error).__name__)
        event["where"] = " < ".join(f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}" for frame in reversed(frames))
    return event


def crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say that the process ends because of a bug, without the values that an ordinary traceback shows."""
    log.critical("crashed", exc_info=(kind, error, trace))


def lost(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Say that something failed which nobody waited for; its own words may hold anything and are left out."""
    error = context.get("exception")
    log.error("lost", error=type(error).__name__ if error else str(context.get("message", "")), exc_info=error)
