"""The pages' own files: read once, served under a name that changes with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
}
FOR_EVER = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600"
EMBED = "embed.js"


@dataclass(frozen=True, slots=True)
class Statics:
    """The bytes of each file by name, and the version that stands in their addresses."""

    files: Mapping[str, bytes]
    version: str

    def url(self, name: str) -> str:
        """The address of a file, good for ever.

        Raises:
            KeyError: there is no such file.
        """
        return f"/static/{self.version}/{name}" if self.files[name] is not None else ""


def load(folder: Path, words: Mapping[str, Mapping[str, str]]) -> Statics:
    """Every file in ``folder`` whose type is known; the embedding script gets its words put in."""
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in TYPES}
    spoken = {locale: said.get("web-open-chat", "") for locale, said in words.items()}
    files[EMBED] = files[EMBED].replace(b'"WORDS"', json.dumps(spoken, ensure_ascii=False).encode())
    digest = sha256(b"".join(name.encode() + data for name, data in files.items()))
    return Statics(files, digest.hexdigest()[:12])


def answer(statics: Statics, request: Request) -> Response:
    """A file under its version, kept for ever; without or with another version for an hour; else 404."""
    name, version = request.path_params["name"], request.path_params.get("version")
    data = statics.files.get(name)
    if data is None:
        return Response(status_code=404)
    age = FOR_EVER if version == statics.version else FOR_AN_HOUR
    headers = {"Cache-Control": age, "ETag": f'"{sha256(data).hexdigest()[:16]}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(data, headers=headers, media_type=TYPES[Path(name).suffix])
