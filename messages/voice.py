"""One language on Project Fluent; nothing else knows of that library."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from fluent.runtime import FluentBundle
from fluent.runtime.types import FluentType
from fluent.syntax import FluentParser, ast

from domain.chat import Span, Text
from messages.times import Times

# Fluent refuses a part of more than 2,500 characters; people write longer ones.
PART_CHARS_MAX = 2000

ENTRY = re.compile(r"^(-?[a-zA-Z][\w-]*) *=", re.MULTILINE)

Entry = ast.Message | ast.Term


@cache
def _parsed(written: str) -> Sequence[ast.EntryType]:
    """What a message's Fluent source says, which nobody changes: the same for every catalogue in which it stands."""
    return tuple(FluentParser(with_spans=False).parse(written).body)


class CatalogueFault(Exception):
    """A text cannot be said. Names the language, the id and the reason, never an argument's value."""

    def __init__(self, locale: str, id: str, reason: str) -> None:
        super().__init__(f"{locale}: {id}: {reason}")
        self.locale = locale
        self.id = id
        self.reason = reason


class Voice:
    """One language. Its messages are read as they are needed, since reading all takes most of a second.

    ``written`` is each message's Fluent source by id; ``plain`` words stand in the place of those.
    """

    def __init__(self, locale: str, written: Mapping[str, str], plain: Mapping[str, str], zone: ZoneInfo) -> None:
        functions: dict[str, Callable[[Any], Any]] = {"DAY": _day, "CLOCK": _clock, "MONEY": self._money}
        self._locale = locale
        self._written = written
        self._plain = plain
        self._times = Times(self._phrase, zone)
        self._bundle = FluentBundle([locale], functions, use_isolating=False)
        self._needs: dict[str, frozenset[str]] = {}
        self._learning: set[str] = set()
        self._fixed: dict[str, str] = {}

    def ids(self) -> list[str]:
        """Every message there is, in no promised order."""
        return [id for id in {**self._written, **self._plain} if not id.startswith("-")]

    def say(self, text: Text, now: datetime) -> str:
        """The text in words.

        Raises:
            CatalogueFault: for whatever reason it cannot be said.
        """
        fixed = self._fixed.get(text.id)
        if fixed is not None:
            return fixed
        if not self.needs(text.id):
            return self.fixed(text.id)
        return self._format(text.id, {name: self._value(text, value, now) for name, value in text.args.items()})

    def fixed(self, id: str) -> str:
        """A text that needs no argument."""
        if id not in self._fixed:
            self._fixed[id] = self._phrase(id)
        return self._fixed[id]

    def needs(self, id: str) -> frozenset[str]:
        """The arguments of a message, and of the messages that it refers to.

        Raises:
            CatalogueFault: there is no such message, or it is not Fluent.
        """
        if id not in self._needs:
            if id in self._learning:
                raise CatalogueFault(self._locale, id, "refers to itself")
            self._learning.add(id)
            try:
                self._needs[id] = self._learn(id)
            finally:
                self._learning.remove(id)
        return self._needs[id]

    def _learn(self, id: str) -> frozenset[str]:
        entry = self._read(id)
        self._bundle.add_resource(ast.Resource([entry]))
        names: set[str] = set()
        for node in _nodes(entry):
            if isinstance(node, ast.VariableReference):
                names.add(node.id.name)
            elif isinstance(node, ast.MessageReference):
                names |= self.needs(node.id.name)
            elif isinstance(node, ast.TermReference):
                self.needs(f"-{node.id.name}")
        return frozenset() if id.startswith("-") else frozenset(names)

    def _read(self, id: str) -> Entry:
        if id in self._plain:  # built, not parsed, so that no brace in it means anything
            return ast.Message(ast.Identifier(id), ast.Pattern([ast.TextElement(self._plain[id])]))
        if id not in self._written:
            raise CatalogueFault(self._locale, id, "no such text")
        body = _parsed(self._written[id])
        if not isinstance(body[0], Entry) or any(isinstance(part, ast.Junk) for part in body):
            raise CatalogueFault(self._locale, id, "is not Fluent")
        return body[0]

    def _phrase(self, id: str, /, **args: str) -> str:
        self.needs(id)
        return self._format(id, dict(args))

    def _format(self, id: str, args: dict[str, Any]) -> str:
        pattern = self._bundle.get_message(id).value
        if pattern is None:
            raise CatalogueFault(self._locale, id, "has no words")
        short, long = _set_aside(args)
        said, errors = self._bundle.format_pattern(pattern, short)
        if errors or not isinstance(said, str):
            raise CatalogueFault(self._locale, id, "; ".join(map(str, errors)) or "has no words")
        for mark, words in long.items():
            said = said.replace(mark, words)
        return said

    def _value(self, text: Text, value: Any, now: datetime) -> Any:
        """An argument as Fluent takes it: words, a number, or a moment."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (str, int)):
            return value
        if isinstance(value, Text):
            return self.say(value, now)
        if isinstance(value, (datetime, Span)):
            return Moment(value, now, self._times)
        if isinstance(value, tuple):
            return self.fixed("list-comma").join([self.say(one, now) for one in value])
        raise CatalogueFault(self._locale, text.id, f"cannot say {type(value).__name__}")

    def _money(self, fen: int) -> str:
        yuan, rest = divmod(abs(fen), 100)
        amount = f"{yuan:,}.{rest:02}" if rest else f"{yuan:,}"
        return self._phrase("money", yuan=f"-{amount}" if fen < 0 else amount)


class Moment(FluentType):
    """A time or a window inside a message, with the «now» that it is told from."""

    def __init__(self, value: datetime | Span, now: datetime, times: Times) -> None:
        self.value = value
        self.now = now
        self.times = times

    @property
    def start(self) -> datetime:
        """The time itself, or when the window opens."""
        return self.value.start if isinstance(self.value, Span) else self.value

    def format(self, locale: object) -> str:
        """In full: the day and the hours."""
        if isinstance(self.value, Span):
            return self.times.span(self.value, self.now)
        return self.times.moment(self.value, self.now)


def _day(moment: Moment) -> str:
    return moment.times.day(moment.start, moment.now)


def _clock(moment: Moment) -> str:
    return moment.times.clock(moment.start)


def _set_aside(args: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The arguments with a mark in the place of each very long one, and those by their marks."""
    long = {name: value for name, value in args.items() if isinstance(value, str) and len(value) > PART_CHARS_MAX}
    if not long:
        return args, long
    marks = {name: f"\ue000{index}\ue001" for index, name in enumerate(long)}
    return {**args, **marks}, {marks[name]: words for name, words in long.items()}


def split(source: str) -> Iterator[tuple[str, str]]:
    """The messages and terms («-term») of a Fluent file by id, each with its source, not yet understood."""
    starts = list(ENTRY.finditer(source))
    ends = [start.start() for start in starts[1:]] + [len(source)]
    for start, end in zip(starts, ends, strict=True):
        yield start[1], source[start.start() : end]


def _nodes(node: ast.BaseNode) -> Iterator[ast.BaseNode]:
    yield node
    for value in vars(node).values():
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, ast.BaseNode):
                yield from _nodes(child)
