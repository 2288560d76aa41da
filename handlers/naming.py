"""What somebody is called who came in without a name, on a channel that tells none."""

from __future__ import annotations

from dataclasses import replace

from domain.chat import Outbound, Text
from handlers.fields import text_field
from handlers.forms import Draft, Form
from handlers.menu import hello
from handlers.turn import words


async def _named(draft: Draft) -> list[Outbound]:
    """Who would rather not say is a colleague to everybody."""
    name = str(draft.answers.get("name") or "")
    if not name:
        return [hello(draft.turn)]
    await draft.store.people.save(replace(draft.turn.person, name=name))
    return [draft.turn.say(Text("name-kept", {"name": words(name)}))]


NAME = Form("name", (text_field("name", Text("name-ask"), chars_max=20, optional=True),), _named)
