"""From the SQL that both engines share to what ``sqlite3`` binds fastest: values by place instead of by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import itemgetter

from storage.sql_tokens import TOKEN

Placing = Callable[[Mapping[str, object]], tuple[object, ...]]
"""From values by name to values in the order of their numbers; raises KeyError where one is missing."""


@lru_cache(maxsize=4096)
def translate(sql: str) -> tuple[str, Placing]:
    """The statement with ``?1`` for ``:name``, and what puts its values in that order.

    Given names, the module makes a new string of each at every execution, to look it up.
    """
    numbers: dict[str, int] = {}

    def number(token: re.Match[str]) -> str:
        name = token["name"] or token["list"]
        return token[0].replace(f":{name}", f"?{numbers.setdefault(name, len(numbers) + 1)}") if name else token[0]

    return TOKEN.sub(number, sql), _placing(*numbers)


def _placing(*names: str) -> Placing:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple([values[name] for name in names])
