"""Dialogs as data; handlers/dialogs.py puts the questions.

What is answered lies in ``talk.answers`` as JSON under the fields' names; names that begin with «_» are the
engine's own: ``_path`` the fields in the order they were answered, ``_burst`` whether what comes in quick
succession still belongs to the first message, ``_later`` what was said while an old draft waited, ``_albums`` the
albums whose files it holds, ``_thread`` the topic of a group in which it was begun, ``_aid`` the first aid given,
``_under`` the draft that waits beneath it, ``_reminded`` whether a group was told how to answer late, ``_strayed`` the
question at which words were for somebody else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.chat import Inbound, Line, Outbound, Style, Text
from domain.quick import quick
from domain.talks import Talk
from handlers.turn import Turn
from storage.store import Store

Answers = Mapping[str, Any]


@quick
@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it is being filled in: the turn, the store, and what is answered so far."""

    turn: Turn
    store: Store
    talk: Talk

    @property
    def answers(self) -> Answers:
        """What is answered so far, by field name."""
        return self.talk.answers


@quick
@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that can be tapped; ``value`` is what the field reads."""

    label: Text
    value: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked now, and the answers that can be tapped; ``asks`` is «phone» for the reader's own number."""

    lines: tuple[Line, ...]
    choices: tuple[Choice, ...] = ()
    columns: int = 2
    asks: str = ""


Ask = Callable[[Draft], Awaitable[Question]]
Read = Callable[[Draft, Inbound], Awaitable[Any]]
Then = Callable[[Draft], Awaitable[list[Outbound]]]


def always(draft: Draft) -> bool:
    """Every time."""
    return True


@dataclass(frozen=True, slots=True)
class Field:
    """One question.

    ``read`` turns a message (the value of a tapped choice arrives as its text) into JSON to keep, or raises
    Invalid with what would be possible. ``More`` asks the same question again, ``Also`` answers others with it.
    ``needed`` says whether it is asked at all; ``none`` is what ``read`` is given when somebody writes «没有».
    ``lines`` are what ``ask`` says where that is always the same: then nobody makes its choices to show it answered.
    """

    name: str
    ask: Ask
    read: Read
    optional: bool = False
    needed: Callable[[Draft], bool] = always
    none: str = ""
    lines: tuple[Line, ...] = ()
    takes_files: bool = False


@dataclass(frozen=True, slots=True)
class More:
    """What ``read`` returns to keep something and ask the same question again."""

    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Also:
    """What ``read`` returns if an answer says more than was asked: all answers anew, what to say first, and what
    ``others`` hear of it."""

    value: Any
    answers: Mapping[str, Any]
    told: Sequence[Line] = ()
    others: Sequence[Outbound] = ()


@dataclass(frozen=True, slots=True)
class Overheard:
    """What a message says beside the answer to the open question.

    ``answers`` are kept, ``told`` is said first, ``others`` hear of it, and ``whole`` says that there is nothing
    else in the message.
    """

    answers: Mapping[str, Any]
    told: Sequence[Line] = ()
    others: Sequence[Outbound] = ()
    whole: bool = False


def never(draft: Draft, said: str) -> Overheard | None:
    """Nothing is asked once more."""
    return None


@dataclass(frozen=True, slots=True)
class Form:
    """A dialog.

    With ``summary`` it is shown and confirmed before ``then`` where ``confirmed`` says so. ``absorb`` takes a message
    that came in the same burst as the first one and is no answer, ``overhear`` what any message says beside its answer,
    and ``beside`` what one that was written and taken as an answer says or brings beside that. ``again`` gives all
    answers anew where something is to be asked once more instead of a summary, by what was said to it; before it is
    put, that is nothing.
    """

    id: str
    fields: tuple[Field, ...]
    then: Then
    summary: Callable[[Draft], Awaitable[tuple[Line, ...]]] | None = None
    absorb: Callable[[Draft, Inbound], Awaitable[Overheard | None]] | None = None
    overhear: Callable[[Draft, Inbound], Awaitable[Overheard]] | None = None
    confirmed: Callable[[Draft], bool] = always
    beside: Callable[[Draft, Inbound], Awaitable[Overheard]] | None = None
    again: Callable[[Draft, str], Overheard | None] = never

    def field(self, name: str) -> Field | None:
        """The field of that name."""
        return next((field for field in self.fields if field.name == name), None)


AID = "_aid"
"""The first aid that was given in this draft, by text id, and when."""

UNDER = "_under"
"""The draft that was put aside when another form had to be filled in first."""
