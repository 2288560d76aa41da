"""The fake Telegram as a web server: what comes in over HTTP, and what goes wrong there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.platforms.faults import Fault
from tests.platforms.remote import Control
from tests.platforms.serving import BAD_GATEWAY, Broken
from tests.telegram import schema
from tests.telegram.calls import Call, read_call
from tests.telegram.changing import CHANGES, Method
from tests.telegram.faults import FAULTS
from tests.telegram.intake import INTAKE
from tests.telegram.platform import Platform
from tests.telegram.refusals import Refusal
from tests.telegram.sending import KINDS, parts_of, send_album, send_file, send_message

METHODS: dict[str, Method] = {
    **CHANGES,
    "sendMessage": send_message,
    **dict.fromkeys(KINDS, send_file),
    "sendMediaGroup": send_album,
}
BODY_MAX = 60 * 1024 * 1024


def application(here: Platform, control: Control | None = None) -> Starlette:
    """The Bot API of one bot, and the door for those who play its people from another process."""

    async def call(request: Request) -> Response:
        return await _call(here, request)

    async def download(request: Request) -> Response:
        return _download(here, request)

    routes = [
        Route("/bot{token}/{method}", call, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", download),
    ]
    if control:
        routes.append(Route("/control", control, methods=["POST"]))
    return Starlette(routes=routes)


async def _call(here: Platform, request: Request) -> Response:
    if request.path_params["token"] != here.token:
        return _refused(here, Call(request.path_params["method"], {}), Refusal("token"))
    body = await request.body()
    query, kind = request.scope["query_string"], request.headers.get("content-type", "")
    call = read_call(request.path_params["method"], query, kind, body)
    try:
        _check(here, call, len(body))
        here.meter.spend(call.method, call.chat, parts_of(call))
        fault = here.faults.meet(call.method, call.chat)
        if fault:
            return await _failing(here, call, fault)
        return JSONResponse(await _paid(here, call))
    except Refusal as refusal:
        return _refused(here, call, refusal)


def _check(here: Platform, call: Call, length: int) -> None:
    if call.method not in METHODS and call.method not in INTAKE:
        here.violation("unknown method", call.method)
        raise Refusal("method")
    if length > BODY_MAX:
        raise Refusal("too-large")
    try:
        call.typed = schema.check(call)
    except schema.Wrong as wrong:
        here.violation(str(wrong), call.method, call.chat)
        raise Refusal("parameter", problem=str(wrong)) from None


async def _paid(here: Platform, call: Call) -> dict[str, Any]:
    """Carry it out; if it is refused, it costs nothing."""
    try:
        return await _done(here, call)
    except Refusal:
        here.meter.refund(call.method, call.chat, parts_of(call))
        raise


async def _done(here: Platform, call: Call) -> dict[str, Any]:
    """Carry it out; the body of the answer."""
    if call.method in INTAKE:
        return {"ok": True, "result": await INTAKE[call.method](here, call)}
    result = METHODS[call.method](here, call)
    if not call.method.startswith(("sendM", "sendP", "sendV", "sendA", "sendD", "editM")):
        here.journal.write("called", method=call.method, chat=call.chat)
    return {"ok": True, "result": result}


def _refused(here: Platform, call: Call, refusal: Refusal) -> Response:
    facts = {"code": refusal.code, "description": refusal.description, "name": refusal.name}
    here.journal.write("refused", method=call.method, chat=call.chat, **facts)
    return JSONResponse(refusal.body(), refusal.code)


async def _failing(here: Platform, call: Call, fault: Fault) -> Response:
    """The call meets a fault."""
    here.journal.write("fault", fault=fault.name, method=call.method, chat=call.chat, accepted=FAULTS[fault.name])
    if fault.name.startswith("429"):
        seconds = max(1, int(fault.seconds))
        here.meter.ban("all" if fault.name == "429-all" else f"chat:{call.chat}", seconds, call.chat)
        raise Refusal("throttled", {"retry_after": seconds}, retry_after=seconds)
    body = await _paid(here, call) if FAULTS[fault.name] else {}
    if fault.name in ("hang", "late", "slow"):
        await asyncio.sleep(fault.seconds)
    return ANSWERS[fault.name](body)


def _server_error(body: dict[str, Any]) -> Response:
    return JSONResponse({"ok": False, "error_code": 500, "description": "Internal Server Error"}, 500)


ANSWERS: dict[str, Callable[[dict[str, Any]], Response]] = {
    "500": _server_error,
    "500-done": _server_error,
    "502": lambda body: HTMLResponse(BAD_GATEWAY, 502),
    "html": lambda body: HTMLResponse(BAD_GATEWAY),
    "half": lambda body: Broken(json.dumps(body).encode()),
    "half-refused": lambda body: Broken(b'{"ok":false,"error_code":500,"description":"Internal Server Error"}'),
    "reset": lambda body: Broken(),
    "lost": lambda body: Broken(),
    "hang": lambda body: Broken(),
    "late": JSONResponse,
    "slow": JSONResponse,
}


def _download(here: Platform, request: Request) -> Response:
    call = Call("download", {})
    if request.path_params["token"] != here.token:
        return _refused(here, call, Refusal("token"))
    stored = here.chats.files.get(request.path_params["path"].rsplit("/", 1)[-1])
    if stored is None:
        return _refused(here, call, Refusal("method"))
    return Response(stored.data, media_type="application/octet-stream")
