"""A call as it comes over HTTP: what is in the address, and a body of JSON or of one file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.telegram.calls import Upload, read_call
from tests.wecom.refusals import Refusal


@dataclass(frozen=True)
class Call:
    """``method`` is the path behind «/cgi-bin/»."""

    method: str
    verb: str
    query: Mapping[str, str]
    body: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    @property
    def to(self) -> str:
        """Whom it goes to, as it was written; empty for nobody."""
        return str(self.body.get("touser") or self.body.get("chatid") or "|".join(self.body.get("userids") or ()))


def read(method: str, verb: str, query: Mapping[str, str], content_type: str, body: bytes) -> Call:
    """Put together what came.

    Raises:
        Refusal: the body is no JSON object.
    """
    if content_type.startswith("multipart/form-data"):
        return Call(method, verb, query, {}, read_call(method, b"", content_type, body).files)
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        raise Refusal("json") from None
    if not isinstance(found, dict):
        raise Refusal("json")
    return Call(method, verb, query, found)
