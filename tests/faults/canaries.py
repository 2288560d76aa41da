"""What a run must never write anywhere but into its tables and messages, looked for in everything else it wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

from tests.faults.oracle import Found
from tests.faults.people import ANSWERS, PROBLEMS

PAGES = (
    ("GET", "/livez"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/nowhere/13800130001?token=世纪大道"),
    ("POST", "/chat/messages"),
    ("POST", "/chat/files"),
    ("POST", "/telegram"),
    ("GET", f"/chat/files/{'0' * 64}"),
    ("GET", "/chat/history"),
)
WORDS = 6
"""Shorter texts («好», «1») stand in logs by chance."""


async def ask(port: int) -> str:
    """What the product answers to strangers and to wrong requests, all in one text."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
        answers = [await client.request(method, path, content=b'{"text": ') for method, path in PAGES]
    return "\n".join(f"{one.status_code} {one.headers} {one.text}" for one in answers)


def canaries(found: Found) -> Mapping[str, set[str]]:
    """What must not be seen, by kind: as the tables hold it."""
    people, requests = found.tables["people"], found.requests.values()
    return {
        "phone": {row["phone"][-11:] for row in people if row["phone"]},
        "name": {row["name"] for row in people if len(row["name"]) > 3},
        "address": {"世纪大道", *(request.door for request in requests if request.door)},
        "words": {*(text for text in (*PROBLEMS, *ANSWERS) if len(text) > WORDS), "/boom 你好"},
        "token": {row["token"] for row in found.tables["outbox"] if row["token"]},
    }


def leaks(written: Mapping[str, str], found: Found) -> list[str]:
    """The canaries that were found, as sentences; ``written`` is text by where it was written."""
    kinds = canaries(found)
    errors = {row["error_code"] for table in ("inbox", "outbox") for row in found.tables[table]}
    texts = {**written, "error columns": "\n".join(sorted(errors))}
    return sorted(set(_leaks(texts, kinds)))


def _leaks(texts: Mapping[str, str], kinds: Mapping[str, set[str]]) -> Iterator[str]:
    for where, text in texts.items():
        readable = unescaped(text)
        for kind, secrets in kinds.items():
            pattern = "|".join(map(re.escape, sorted(secrets)))
            for hit in re.finditer(pattern, readable) if secrets else ():
                around = readable[max(0, hit.start() - 60) : hit.end() + 20]
                yield f"{where} shows a {kind}: {around!r}"
                break


def unescaped(text: str) -> str:
    """The same with what JSON wrote as numbers written as letters."""
    return re.sub(r"\\u[0-9a-f]{4}", lambda one: json.loads(f'"{one[0]}"'), text)


def read(log: Path) -> str:
    """A log of the run, however it was cut."""
    return log.read_text(encoding="utf-8", errors="replace")
