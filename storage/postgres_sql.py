"""From the SQL that both engines share to the SQL that asyncpg takes."""

from __future__ import annotations

import re
from functools import lru_cache

from storage.sql_tokens import TOKEN

_TYPED = re.compile(r" \[\w+\]$")


@lru_cache(maxsize=4096)
def translate(sql: str) -> tuple[str, tuple[str, ...]]:
    """The statement with ``$1`` for ``:name``, and the names in the order of their numbers.

    «IN (SELECT value FROM json_each(:ids))» becomes «= ANY($1)», and the alias "at [TIMESTAMPTZ]" plain "at".
    """
    numbers: dict[str, int] = {}

    def number(name: str) -> str:
        return f"${numbers.setdefault(name, len(numbers) + 1)}"

    def replace(token: re.Match[str]) -> str:
        if token["name"]:
            return number(token["name"])
        if token["list"]:
            return f"{'<> ALL' if token['not'] else '= ANY'}({number(token['list'])})"
        if token["alias"]:
            return '"' + _TYPED.sub("", token["alias"]) + '"'
        return token[0]

    return TOKEN.sub(replace, sql), tuple(numbers)


def statements(script: str) -> list[str]:
    """The script's statements, cut at the semicolons that end one."""
    pieces = [""]
    position = 0
    for token in re.finditer(rf"{TOKEN.pattern} | ;", script, TOKEN.flags):
        if token[0] == ";":
            pieces[-1] += script[position : token.end()]
            pieces.append("")
            position = token.end()
    pieces[-1] += script[position:]
    return [piece.strip() for piece in pieces if TOKEN.sub(_without_comment, piece).strip()]


def _without_comment(token: re.Match[str]) -> str:
    return "" if token[0].startswith(("--", "/*")) else token[0]
