"""The terminal as a channel."""

from __future__ import annotations

import io

import pytest

from bot.channels.console import Console, typed
from domain.chat import Attachment, Kind, Message, Place, Raw, Style
from domain.errors import Unparseable

ME = Place("console", "me")


def message(*lines: str, buttons: tuple[tuple[str, str], ...] = ()) -> Message:
    row = tuple((label, token, Style.PLAIN) for label, token in buttons)
    return Message("c:0", 1, ME, tuple((Kind.TEXT, line) for line in lines), (row,) if row else ())


async def test_buttons_are_pressed_by_their_number():
    """Numbers go on over several messages; a number without a button is just what was said."""
    printed: list[str] = []
    console = Console(printed.append)
    await console.send(message("漏水?", buttons=(("是", "t.0"), ("否", "t.1"))))
    await console.edit("c:0", message("好的", buttons=(("取消", "u.0"),)))

    heard = [console.parse(console.hear(line)) for line in ("2", "3", "4", "0", "漏水")]

    assert printed == ["漏水?", "1) 是   2) 否", "", "好的", "3) 取消", ""]
    assert [(each.press, each.text) for each in heard] == [
        ("t.1", ""), ("u.0", ""), ("", "4"), ("", "0"), ("", "漏水")
    ]  # fmt: skip
    assert {(each.place, each.account) for each in heard} == {(ME, "me")}
    assert len({each.id for each in heard}) == 5


async def test_files_are_named():
    """A terminal shows no pictures, but says that there is one."""
    printed: list[str] = []
    await Console(printed.append).send(Message("c:0", 1, ME, (), files=(Attachment("ab" * 32, name="sink.jpg"),)))

    assert printed == [" (photo: sink.jpg)", ""]


async def test_every_line_typed_is_received():
    """Until the end of the input; empty lines are nothing."""
    received: list[Raw] = []

    async def receive(raw: Raw) -> None:
        received.append(raw)

    await Console().run(typed(io.StringIO("漏水\n\n 急 \n")), receive)

    assert [raw.body["text"] for raw in received] == ["漏水", "急"]


async def test_a_strange_body_is_refused():
    """Only what the console itself made is understood."""
    with pytest.raises(Unparseable):
        Console().parse(Raw("console:1", "console", {}))
