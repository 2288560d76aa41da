"""By which words a request is found."""

from __future__ import annotations

from typing import LiteralString

from domain.requests import Request
from domain.search import bigrams
from storage.database import Connection


async def index(connection: Connection, request: Request) -> None:
    """A new request is found by its number, what was described, the address and the phone."""
    words = f"{request.id} {request.description} {request.address} {_phones(request)}"
    value = _value(connection, ":words")
    await connection.run(
        "INSERT INTO request_words (rowid, words) VALUES (:number, " + value + ")", **_found(request.id, words)
    )


async def index_more(connection: Connection, request_id: str, said: str) -> None:
    """What is said of it later is found as well."""
    more = _value(connection, "' ' || :words")
    await connection.run(
        "UPDATE request_words SET words = words || " + more + " WHERE rowid = :number", **_found(request_id, said)
    )


async def index_again(connection: Connection, request: Request) -> None:
    """What was corrected is found as it is now, and as it was."""
    await index_more(connection, request.id, f"{request.address} {_phones(request)}")


def _phones(request: Request) -> str:
    return f"{request.phone} {request.phone.removeprefix('+86')}"  # people leave out the country


def _value(connection: Connection, words: LiteralString) -> LiteralString:
    return "to_tsvector('simple', " + words + ")" if connection.engine == "postgres" else words


def _found(request_id: str, words: str) -> dict[str, object]:
    return {"number": int(request_id.removeprefix("R-")), "words": " ".join(bigrams(words))}
