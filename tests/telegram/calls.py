"""A call as it comes over HTTP: in the address, as a form, as parts with files, or as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
NAME = re.compile(r'\bname="([^"]*)"')
FILENAME = re.compile(r'\bfilename="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the call."""

    name: str
    data: bytes


@dataclass
class Call:
    """``params`` are as they were sent: text, or JSON's own types; ``typed`` what the schema made of them."""

    method: str
    params: Mapping[str, Any]
    files: Mapping[str, Upload] = field(default_factory=dict)
    typed: dict[str, Any] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        return self.typed.get(name, default)

    @property
    def chat(self) -> str:
        """The chat as it was written, empty if the call has none."""
        return str(self.params.get("chat_id", ""))


def read_call(method: str, query: bytes, content_type: str, body: bytes) -> Call:
    """Put together what came; a body that cannot be read is a call without parameters."""
    params: dict[str, Any] = dict(parse_qsl(query.decode(), keep_blank_values=True))
    if content_type.startswith("application/json"):
        return Call(method, {**params, **json.loads(body or b"{}")})
    if content_type.startswith("multipart/form-data"):
        fields, files = _parts(content_type, body)
        return Call(method, {**params, **fields}, files)
    return Call(method, {**params, **dict(parse_qsl(body.decode(), keep_blank_values=True))})


def _parts(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, Upload]]:
    found = BOUNDARY.search(content_type)
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}
    if not found:
        return fields, files
    for part in body.split(b"--" + found[1].encode())[1:-1]:
        head, _, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        header, data = head.decode(), data.removesuffix(b"\r\n")
        name = NAME.search(header)
        filename = FILENAME.search(header)
        if name and filename:
            files[name[1]] = Upload(filename[1], data)
        elif name:
            fields[name[1]] = data.decode()
    return fields, files
