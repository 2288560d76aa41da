"""The door for those who play the people of a fake WeCom which runs as another process, and the way through it.

Values go as JSON: bytes as ``{"base64": …}``. Posts come back as ``{"id", "kind", "text", "buttons", "media"}``.
"""

from __future__ import annotations

import base64
import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.telegram.remote import Remote
from tests.wecom.chats import Post, Room
from tests.wecom.fake import FakeWecom
from tests.wecom.limits import Limits
from tests.wecom.people import Customer, Member

__all__ = ["Remote", "door"]


def door(fake: Callable[[], FakeWecom]) -> Callable[[Request], Awaitable[Response]]:
    """What ``/control`` does: a list of ``{"on", "do", "args", "kw"}``, one after the other; the list of results.

    ``on`` is a userid, the name of a customer, «tokens» for those, or empty for the fake itself. Something that is not
    to be called is read, or set to ``args``.
    """

    async def control(request: Request) -> Response:
        results: list[Any] = []
        try:
            results.extend([pack(await _do(fake(), step)) for step in await request.json()])
        except Exception as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}", "done": results}, 400)
        return JSONResponse(results)

    return control


async def _do(fake: FakeWecom, step: Mapping[str, Any]) -> Any:
    name = step.get("on", "")
    on: Any = {"": fake, "tokens": fake.tokens, **fake.customers, **fake.members}[name]
    args = [unpack(one) for one in step.get("args", ())]
    found = getattr(on, step["do"])
    if not callable(found):
        if args:
            setattr(on, step["do"], args[0])
        return getattr(on, step["do"])
    result = found(*args, **{name: unpack(one) for name, one in step.get("kw", {}).items()})
    return await result if inspect.isawaitable(result) else result


def unpack(value: Any) -> Any:
    if isinstance(value, list):
        return [unpack(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    if set(value) == {"base64"}:
        return base64.b64decode(value["base64"])
    if set(value) == {"limits"}:
        windows = {name: tuple(tuple(one) for one in pairs) for name, pairs in value["limits"].items()}
        return Limits(**windows)
    return {name: unpack(one) for name, one in value.items()}


def pack(value: Any) -> Any:
    if isinstance(value, Post):
        return {name: getattr(value, name) for name in ("id", "kind", "text", "buttons", "media")}
    if isinstance(value, Room):
        return {name: getattr(value, name) for name in ("chatid", "name", "owner", "members")}
    if isinstance(value, Member | Customer):
        return {"name": value.name, "id": value.id}
    if isinstance(value, Mapping):
        return {name: pack(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [pack(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else repr(value)
