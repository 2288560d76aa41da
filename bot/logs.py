"""Logs without personal data: redaction at the root, so that no library can get past it.

What people write is never logged by anyone here. Of a library only warnings are kept, and of those the sentence
without what was put into it; of an exception only its class and where it was raised. Whatever line comes of that, what
looks like a token, a secret, a phone, an address of e-mail or somebody's words is taken out at the very end.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from copy import copy
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

OURS = frozenset({"bot", "handlers", "messages", "storage", "domain", "__main__"})
SPOKEN = frozenset({"uvicorn.error"})
"""Loggers of libraries whose INFO is worth keeping: when the server began and ended."""
HIDDEN_CHARS_MIN = 6

_GAP = r"(?:[\s().\u00a0-]|%20){0,3}"
MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    # rows are called after what caused them, which there has the account in it, and what was scanned
    (re.compile(r"\b(wechat|wecom):([me]):[^\s\"',]+"), r"\1:\2:[row]"),
    (re.compile(r"\d{6,12}(?::|%3A)[\w-]{30,}|\bbot\d+(?::|%3A)[\w-]{8,}", re.IGNORECASE | re.ASCII), "[secret]"),
    (re.compile(r"\b(?:bearer |[\w-]*(?:token|secret|key|password)=|start=)[^\s&\"']+", re.IGNORECASE), "[secret]"),
    (re.compile(r"//[^@/\s]+@"), "//[secret]@"),
    (re.compile(r"[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE), "[email]"),
    (re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1[3-9]\d(?:{_GAP}\d){{8}}(?!\d)"), "[number]"),
    (re.compile(rf"(?<!\d)\(?0\d{{2,3}}\)?{_GAP}[2-9]\d{{2,3}}{_GAP}\d{{4}}(?!\d)"), "[number]"),
    (re.compile(r"(?<![A-Za-z0-9_-])\+?\d[\d -]{6,}\d(?![A-Za-z0-9_-])"), "[number]"),
    # people write in other letters than programs do: as they are, in JSON, in bytes, in a URL
    (
        re.compile(r"[^\x00-\x7f]+|(?:\\+u[0-9a-f]{4})+|(?:\\+x[0-9a-f]{2})+|(?:%[0-9a-f]{2}){2,}", re.IGNORECASE),
        "[text]",
    ),
)

log = structlog.get_logger()


def redact(text: str, hidden: Sequence[str] = ()) -> str:
    """A line without ``hidden`` and without anything that looks like a token, a phone, an e-mail or a sentence."""
    for secret in hidden:
        text = text.replace(secret, "[secret]")
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return text


class Redacted(logging.Formatter):
    """Whatever the inner formatter makes of a record, redacted; ``hidden`` are the secrets of the settings."""

    def __init__(self, inner: logging.Formatter, hidden: Sequence[str] = ()) -> None:
        super().__init__()
        self.inner = inner
        # the longest first: one may be a part of another
        self.hidden = sorted({one for one in hidden if len(one) >= HIDDEN_CHARS_MIN}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The finished line; of a library's record its author's sentence, not what was put into it."""
        return redact(self.inner.format(record if by_us(record) else wordless(record)), self.hidden)


class Careful(logging.StreamHandler[Any]):
    """To stderr; a record that cannot be put into words is not shown with what it was handed, as Python would."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the library's name
        """Say whose record it was."""
        error = sys.exc_info()[1]
        self.stream.write(f"log.failed error={type(error).__name__} where={record.module}:{record.lineno}\n")


def by_us(record: logging.LogRecord) -> bool:
    """Whether a record was made in one of our packages, or by structlog, which nobody else here uses."""
    return record.name.partition(".")[0] in OURS or hasattr(record, "_logger")


def kept(record: logging.LogRecord) -> bool:
    """Of a library only its warnings: below that they print what they are handed."""
    least = logging.INFO if record.name in SPOKEN else logging.WARNING
    return by_us(record) or record.levelno >= least


def set_up(level: str, form: str, hidden: Sequence[str] = ()) -> None:
    """Send all logs of the process to stderr, as text for people or JSON for machines, never with ``hidden``."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(allow=("error", "row")),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = Careful(sys.stderr)
    inner = structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, without_values, _renderer(form)],
        foreign_pre_chain=[named, *shared],
    )
    handler.setFormatter(Redacted(inner, hidden))
    handler.addFilter(kept)
    logging.basicConfig(handlers=[handler], level=max(logging.WARNING, logging.getLevelName(level)), force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    for name in SPOKEN:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(level)))
    logging.captureWarnings(True)
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
    threading.excepthook = lambda end: _hook("thread.crashed", end.exc_value)
    sys.unraisablehook = lambda end: _hook("lost", end.exc_value)


def _renderer(form: str) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=False)


def named(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Whose sentence it is, if it is a library's."""
    record: logging.LogRecord = event["_record"]
    if not by_us(record):
        event["logger"] = record.name
    return event


def wordless(record: logging.LogRecord) -> logging.LogRecord:
    """The same record with the sentence as its author wrote it; of what was put into it, the numbers."""
    bare = copy(record)
    bare.msg, bare.args, bare.stack_info = spoken(record), (), None
    return bare


def spoken(record: logging.LogRecord) -> str:
    """A library's sentence; one that was put together before it was logged ends where a value may begin."""
    if record.name == "py.warnings":
        return _warned(record.getMessage())
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    if not record.args:
        return re.split(r"[:'\"<{\[(=]", record.msg, maxsplit=1)[0].strip()
    try:
        return str(record.msg % _bare(record.args))
    except (TypeError, ValueError, KeyError):
        return record.msg


def _warned(text: str) -> str:
    """«path.py:12: ResourceWarning: …» up to the dots."""
    found = re.match(r"(\S+?:\d+: \w+)", text)
    return found[1] if found else "warning"


def _bare(given: Any) -> Any:
    if isinstance(given, Mapping):
        return {name: _bare_one(value) for name, value in given.items()}
    return tuple(_bare_one(value) for value in given)


def _bare_one(value: object) -> object:
    if isinstance(value, BaseException):
        return type(value).__name__
    return value if value is None or isinstance(value, int | float) else "[value]"


def without_values(_logger: object, _name: str, event: EventDict) -> EventDict:
    """A traceback says what kind of error and where, never with which values."""
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else info
    for name in ("exception", "stack", "stack_info"):
        event.pop(name, None)
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-6:]
        event.setdefault("error", type(error).__name__)
        event["where"] = " < ".join(f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}" for frame in reversed(frames))
        if error.__cause__ is not None:
            event["cause"] = type(error.__cause__).__name__
    return event


def crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say that the process ends because of a bug, without the values that an ordinary traceback shows."""
    log.critical("crashed", exc_info=(kind, error, trace))


def _hook(event: str, error: BaseException | None) -> None:
    log.error(event, exc_info=error)


def lost(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Say that something failed which nobody waited for; its own words may hold anything and are left out."""
    error = context.get("exception")
    log.error("lost", error=type(error).__name__ if error else "unknown", exc_info=error)
