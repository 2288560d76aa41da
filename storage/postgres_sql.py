"""From the SQL that both engines share to the SQL that asyncpg takes."""

from __future__ import annotations

import re
from functools import lru_cache

# What may hold a colon that names no value comes first: strings, quoted names, comments, dollar quotes, casts.
_TOKEN = re.compile(
    r"""
    '(?:[^']|'')*'
    | "(?P<alias>(?:[^"]|"")*)"
    | --[^\n]*
    | /\*.*?\*/
    | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$
    | ::
    | (?P<not>\bNOT\s+)?\bIN\s*\(\s*SELECT\s+value\s+FROM\s+json_each\(\s*:(?P<list>\w+)\s*\)\s*\)
    | :(?P<name>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
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

    return _TOKEN.sub(replace, sql), tuple(numbers)


def statements(script: str) -> list[str]:
    """The script's statements, cut at the semicolons that end one."""
    pieces = [""]
    position = 0
    for token in re.finditer(rf"{_TOKEN.pattern} | ;", script, _TOKEN.flags):
        if token[0] == ";":
            pieces[-1] += script[position : token.end()]
            pieces.append("")
            position = token.end()
    pieces[-1] += script[position:]
    return [piece.strip() for piece in pieces if _TOKEN.sub(_without_comment, piece).strip()]


def _without_comment(token: re.Match[str]) -> str:
    return "" if token[0].startswith(("--", "/*")) else token[0]
