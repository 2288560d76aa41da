"""Playing the people of a fake Telegram that runs as another process; and the door there.

Values go as JSON: bytes as ``{"base64": …}``, a person, group or post as ``{"person": name}``, ``{"group": title}``,
``{"post": [chat, id]}``. Posts come back as ``{"chat", "id", "text", "buttons", "thread", "media", "album"}``.
"""

from __future__ import annotations

import base64
import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.telegram.chats import Post, Topic
from tests.telegram.fake import FakeTelegram
from tests.telegram.groups import Group
from tests.telegram.limits import Limits
from tests.telegram.people import Person


def door(fake: Callable[[], FakeTelegram]) -> Callable[[Request], Awaitable[Response]]:
    """What ``/control`` does: a list of ``{"on", "do", "args", "kw"}``, one after the other; the list of results."""

    async def control(request: Request) -> Response:
        results: list[Any] = []
        try:
            results.extend([pack(await _do(fake(), step)) for step in await request.json()])
        except Exception as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}", "done": results}, 400)
        return JSONResponse(results)

    return control


async def _do(fake: FakeTelegram, step: Mapping[str, Any]) -> Any:
    on = step.get("on", "")
    who: Any = fake.people.get(on) or fake.groups.get(on) or fake if on else fake
    found = getattr(who, step["do"])
    if not callable(found):
        return found
    args = [unpack(fake, one) for one in step.get("args", ())]
    result = found(*args, **{name: unpack(fake, one) for name, one in step.get("kw", {}).items()})
    return await result if inspect.isawaitable(result) else result


def unpack(fake: FakeTelegram, value: Any) -> Any:
    if not isinstance(value, Mapping):
        return [unpack(fake, one) for one in value] if isinstance(value, list) else value
    makers: dict[str, Callable[[Any], Any]] = {
        "base64": base64.b64decode,
        "person": fake.people.__getitem__,
        "group": fake.groups.__getitem__,
        "post": lambda at: fake.chats.chats[at[0]].posts[at[1]],
        "limits": lambda given: Limits(**{name: _pair(one) for name, one in given.items()}),
    }
    for name, maker in makers.items():
        if set(value) == {name}:
            return maker(value[name])
    return {name: unpack(fake, one) for name, one in value.items()}


def _pair(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def pack(value: Any) -> Any:
    if isinstance(value, Post):
        names = ("id", "text", "buttons", "thread", "media", "album")
        return {"chat": value.chat.id, **{name: getattr(value, name) for name in names}}
    if isinstance(value, Topic):
        return {"id": value.id, "name": value.name, "open": value.open}
    if isinstance(value, Person):
        return {"person": value.user["first_name"], "id": value.id}
    if isinstance(value, Group):
        return {"group": value.chat.title, "id": value.id}
    if isinstance(value, list | tuple):
        return [pack(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else repr(value)


@dataclass
class Remote:
    """``remote("Hana", "says", "漏水")``; an empty name is the fake itself: ``remote("", "user", "Hana")``."""

    base_url: str
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))

    def __call__(self, on: str, do: str, *args: Any, **kw: Any) -> Any:
        return self.script([{"on": on, "do": do, "args": args, "kw": kw}])[0]

    def script(self, steps: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Several at once, in order."""
        answer = self.client.post(f"{self.base_url}/control", json=[_sent(dict(step)) for step in steps])
        results: Any = answer.json()
        assert answer.status_code == 200, results
        return list(results)

    def close(self) -> None:
        self.client.close()


def _sent(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, Mapping):
        return {name: _sent(one) for name, one in value.items()}
    return [_sent(one) for one in value] if isinstance(value, list | tuple) else value
