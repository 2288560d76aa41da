"""Logs without personal data: redaction at the root, so that no library can get past it."""

from __future__ import annotations

import logging
import re
import sys
import traceback

import structlog

_SECRETS = re.compile(r"\bbot\d+:[\w-]{20,}|\b(?:token|secret|key|password)=\S+", re.IGNORECASE)
_NUMBERS = re.compile(r"(?<![\w-])\+?\d[\d -]{6,}\d(?![\w-])")


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
    shared: list[structlog.typing.Processor] = [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    handler = logging.StreamHandler(sys.stderr)
    inner = structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _without_values, renderer],
        foreign_pre_chain=shared,
    )
    handler.setFormatter(Redacted(inner))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.getLogger("uvicorn.access").disabled = True
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _without_values(
    _logger: object, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """A traceback says where, never with which values: the last line keeps the class of the error only."""
    info = event.pop("exc_info", None)
    if isinstance(info, BaseException):
        frames = traceback.extract_tb(info.__traceback__)[-6:]
        event["where"] = " < ".join(f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}" for frame in reversed(frames))
    return event
