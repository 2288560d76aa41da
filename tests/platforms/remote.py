"""Playing the people of a fake that runs as another process; and the door there.

Values go as JSON, bytes as ``{"base64": …}``; how people and posts go, each platform says.
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

Step = Mapping[str, Any]
Convert = Callable[[Any], Any]
Control = Callable[[Request], Awaitable[Response]]


def door(find: Callable[[str], Any], unpack: Convert, pack: Convert) -> Control:
    """What ``/control`` does: a list of ``{"on", "do", "args", "kw"}``, one after the other; the list of results.

    ``find`` says who «on» is. What is not to be called is read, or set to its one argument.
    """

    async def control(request: Request) -> Response:
        results: list[Any] = []
        try:
            results.extend([pack(await _done(find(step.get("on", "")), step, unpack)) for step in await request.json()])
        except Exception as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}", "done": results}, 400)
        return JSONResponse(results)

    return control


async def _done(on: Any, step: Step, unpack: Convert) -> Any:
    found, args = getattr(on, step["do"]), [unpack(one) for one in step.get("args", ())]
    if not callable(found):
        if args:
            setattr(on, step["do"], args[0])
        return getattr(on, step["do"])
    result = found(*args, **{name: unpack(one) for name, one in step.get("kw", {}).items()})
    return await result if inspect.isawaitable(result) else result


def unpacked(value: Any, makers: Mapping[str, Convert]) -> Any:
    """A value that came: ``{name: …}`` becomes what the maker of that name makes of it."""
    if isinstance(value, list):
        return [unpacked(one, makers) for one in value]
    if not isinstance(value, Mapping):
        return value
    for name, maker in {"base64": base64.b64decode, **makers}.items():
        if set(value) == {name}:
            return maker(value[name])
    return {name: unpacked(one, makers) for name, one in value.items()}


def packed(value: Any, shapes: Mapping[type, Convert]) -> Any:
    """A value that goes: what is of a type in ``shapes`` as that says, what JSON cannot say as its ``repr``."""
    for kind, shape in shapes.items():
        if isinstance(value, kind):
            return shape(value)
    if isinstance(value, Mapping):
        return {name: packed(one, shapes) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [packed(one, shapes) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else repr(value)


def facts(*names: str) -> Convert:
    """A shape: these attributes by their names."""
    return lambda value: {name: getattr(value, name) for name in names}


@dataclass
class Remote:
    """``remote("Hana", "says", "漏水")``; an empty name is the fake itself: ``remote("", "user", "Hana")``."""

    base_url: str
    client: httpx.Client = field(default_factory=lambda: httpx.Client(verify=False, timeout=30))

    def __call__(self, on: str, do: str, *args: Any, **kw: Any) -> Any:
        return self.script([{"on": on, "do": do, "args": args, "kw": kw}])[0]

    def script(self, steps: Sequence[Step]) -> list[Any]:
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
