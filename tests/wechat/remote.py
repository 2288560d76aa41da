"""Playing the people of a fake that runs as another process; and the door there.

Values go as JSON: bytes as ``{"base64": …}``. Posts come back as ``{"by", "type", "text", "buttons", "media"}``.
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

from tests.wechat.fake import FakeWechat
from tests.wechat.followers import Follower
from tests.wechat.post import Post


def door(fake: Callable[[], FakeWechat]) -> Callable[[Request], Awaitable[Response]]:
    """What ``/control`` does: a list of ``{"on", "do", "args", "kw"}``, one after the other; the list of results."""

    async def control(request: Request) -> Response:
        results: list[Any] = []
        try:
            results.extend([pack(await _do(fake(), step)) for step in await request.json()])
        except Exception as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}", "done": results}, 400)
        return JSONResponse(results)

    return control


async def _do(fake: FakeWechat, step: Mapping[str, Any]) -> Any:
    found = getattr(fake.people[step["on"]] if step.get("on") else fake, step["do"])
    if not callable(found):
        return found
    args = [_unpack(one) for one in step.get("args", ())]
    result = found(*args, **{name: _unpack(one) for name, one in step.get("kw", {}).items()})
    return await result if inspect.isawaitable(result) else result


def _unpack(value: Any) -> Any:
    return base64.b64decode(value["base64"]) if isinstance(value, Mapping) and set(value) == {"base64"} else value


def pack(value: Any) -> Any:
    if isinstance(value, Post):
        return {name: getattr(value, name) for name in ("by", "type", "text", "buttons", "media", "act")}
    if isinstance(value, Follower):
        return {"follower": value.name, "openid": value.openid}
    if isinstance(value, list | tuple):
        return [pack(one) for one in value]
    return value if isinstance(value, str | int | float | bool | dict | None) else repr(value)


@dataclass
class Remote:
    """``remote("hana", "says", "漏水")``; an empty name is the fake itself: ``remote("", "follower", "hana")``."""

    base_url: str
    client: httpx.Client = field(default_factory=lambda: httpx.Client(verify=False, timeout=30))

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
