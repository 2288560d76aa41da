"""What the outbox keeps of a message is all of it."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.chat import Attachment, Button, Kind, Line, Media, Outbound, Place, Priority, Span, Style, Text, Topic
from domain.packing import pack_outbound, pack_text, unpack_outbound, unpack_text

names = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)
words = st.text(max_size=30)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(timezones=st.just(UTC) | offsets)
spans = st.builds(Span, moments, moments)
plain = words | st.integers() | st.booleans() | moments | spans
texts = st.recursive(
    st.builds(Text, names),
    lambda inner: st.builds(
        Text, names, st.dictionaries(names, plain | inner | st.lists(inner, max_size=3).map(tuple), max_size=4)
    ),
    max_leaves=6,
)
lines = st.builds(Line, texts, st.sampled_from(Kind))
buttons = st.builds(Button, texts, names, words, st.dictionaries(names, words, max_size=2), st.sampled_from(Style))
files = st.builds(Attachment, names, st.sampled_from(Media), words)
places = st.builds(Place, names, words)


def tuples(of: st.SearchStrategy[Any], size: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=size).map(tuple)


outbounds = st.builds(
    Outbound,
    to=places,
    lines=tuples(lines, 4),
    buttons=tuples(tuples(buttons, 2), 2),
    files=tuples(files, 2),
    card=words,
    fresh=st.booleans(),
    subject=words,
    priority=st.sampled_from(Priority),
    receipt=st.none() | places,
    receipt_card=words,
    echo=words,
    author=words,
    topic=st.none() | st.builds(Topic, texts, st.booleans()),
    thread=words,
    asks=words,
)


def stored(packed: dict[str, Any]) -> dict[str, Any]:
    """As a database gives it back."""
    back: dict[str, Any] = json.loads(json.dumps(packed))
    return back


@given(texts)
def test_a_text_survives_the_outbox(text: Text) -> None:
    """Every argument comes back equal and of its own type."""
    back = unpack_text(stored(pack_text(text)))

    assert back == text
    assert {name: type(value) for name, value in back.args.items()} == {
        name: type(value) for name, value in text.args.items()
    }


@given(outbounds)
def test_a_message_survives_the_outbox(outbound: Outbound) -> None:
    """Nothing of a message is lost between its handler and its channel."""
    back = unpack_outbound(stored(pack_outbound(outbound)), outbound.to)

    assert back == outbound
    assert back.priority is outbound.priority
    assert [line.kind for line in back.lines] == [line.kind for line in outbound.lines]


def test_no_field_of_a_message_is_forgotten() -> None:
    """A field added to Outbound must be packed, or this fails."""
    full = Outbound(
        to=Place("webchat", "c1"),
        lines=(Line(Text("a"), Kind.STEP),),
        buttons=((Button(Text("b"), "do", "R-1", {"k": "v"}, Style.DANGER),),),
        files=(Attachment("00ff", Media.VIDEO, "tap.mp4"),),
        card="request-1",
        fresh=True,
        subject="R-1",
        priority=Priority.CAMPAIGN,
        receipt=Place("telegram", "-100"),
        receipt_card="receipt-1",
        echo="m-9",
        author="Hana",
        topic=Topic(Text("t"), open=False),
        thread="77",
        asks="phone",
    )

    assert set(pack_outbound(full)) == {field.name for field in fields(Outbound)} - {"to", "settles", "joined"}


def test_the_usual_takes_no_room() -> None:
    """One plain line is one id."""
    assert pack_outbound(Outbound(Place("webchat", "c1"), (Line(Text("hello")),))) == {"lines": [{"id": "hello"}]}


@pytest.mark.parametrize("value", [1.5, None, b"x", datetime(2026, 3, 1), ["a"], (1, 2)])
def test_what_cannot_be_said_is_refused_when_it_is_written(value: Any) -> None:
    """A wrong argument fails in the handler that made it, not later in the dispatcher."""
    with pytest.raises((TypeError, AttributeError)):
        pack_text(Text("a", {"x": value}))
