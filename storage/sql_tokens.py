"""Where a value stands in a statement, and what only looks like one."""

from __future__ import annotations

import re

# What may hold a colon that names no value comes first: strings, quoted names, comments, dollar quotes, casts.
TOKEN = re.compile(
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
