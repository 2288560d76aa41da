"""The fake WeCom as a web server: what comes in over HTTP, and what goes wrong there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.platforms.faults import Fault
from tests.platforms.remote import Control
from tests.platforms.serving import BAD_GATEWAY, Broken
from tests.wecom import company, groups, schema, sending, serving
from tests.wecom.calls import Call, read
from tests.wecom.faults import FAULTS
from tests.wecom.platform import Platform
from tests.wecom.refusals import Refusal, refused
from tests.wecom.sending import Answer

METHODS: dict[str, Callable[[Platform, Call], Answer]] = {
    "gettoken": company.get_token,
    "message/send": sending.send,
    "message/update_template_card": sending.update_card,
    "appchat/create": groups.create,
    "appchat/get": groups.get,
    "appchat/update": groups.update,
    "appchat/send": groups.send,
    "media/upload": company.upload,
    "menu/create": company.create_menu,
    "menu/get": company.get_menu,
    "menu/delete": company.delete_menu,
    "user/get": company.get_user,
    "agent/get": company.get_agent,
    "getcallbackip": company.addresses,
    "get_api_domain_ip": company.addresses,
    "kf/account/list": serving.accounts,
    "kf/add_contact_way": serving.contact_way,
    "kf/sync_msg": serving.sync,
    "kf/send_msg": serving.send,
    "kf/send_msg_on_event": serving.send_on_event,
}
TOLD = ("gettoken", "message/send", "message/update_template_card", "appchat/send", "kf/send_msg", "kf/sync_msg")
OK = {"errcode": 0, "errmsg": "ok"}


def application(here: Platform, control: Control | None = None) -> Starlette:
    """The API of one company, and the door for those who play its people from another process."""

    async def call(request: Request) -> Response:
        return await _call(here, request)

    routes = [Route("/cgi-bin/{method:path}", call, methods=["GET", "POST"])]
    if control:
        routes.append(Route("/control", control, methods=["POST"]))
    return Starlette(routes=routes)


async def _call(here: Platform, request: Request) -> Response:
    method, call = request.path_params["method"], None
    try:
        _admit(here, method, request)
        kind, content = request.headers.get("content-type", ""), await request.body()
        call = read(method, request.method, request.query_params, kind, content)
        _check(here, call)
        fault = here.faults.meet(method, call.to)
        return await _failing(here, call, fault) if fault else _done(here, call)
    except Refusal as refusal:
        here.journal.write("refused", method=method, code=refusal.code, name=refusal.name, to=call.to if call else "")
        return JSONResponse(refusal.body())


def _admit(here: Platform, method: str, request: Request) -> None:
    """Who calls, from where, and how."""
    shape = schema.METHODS.get(method)
    if shape is None:
        here.violation("unknown method", method)
        raise Refusal("parameter", problem="unknown method")
    if request.method != shape.verb:
        here.violation(f"called by {request.method}", method)
        raise Refusal("verb")
    if request.client is None or request.client.host not in here.options.addresses:
        raise Refusal("address")
    if shape.kind:
        here.tokens.check(request.query_params.get("access_token", ""), shape.kind)
    if not here.meter.spend("calls"):
        raise Refusal("often")


def _check(here: Platform, call: Call) -> None:
    try:
        schema.check(call.method, call.query, call.body)
    except schema.Wrong as wrong:
        here.violation(str(wrong), call.method)
        raise Refusal("parameter", problem=str(wrong)) from None


def _done(here: Platform, call: Call) -> Response:
    """Carry it out and answer."""
    if call.method == "media/get":
        stored = here.file(call.query["media_id"])
        headers = {"content-disposition": f'attachment; filename="{stored.name}"'}
        return Response(stored.data, media_type="application/octet-stream", headers=headers)
    answer = {**OK, **METHODS[call.method](here, call)}
    if call.method not in TOLD:
        here.journal.write("called", method=call.method)
    return JSONResponse(answer)


async def _failing(here: Platform, call: Call, fault: Fault) -> Response:
    """The call meets a fault."""
    accepted = FAULTS[fault.name]
    here.journal.write("fault", fault=fault.name, method=call.method, to=call.to, accepted=accepted)
    answer = _done(here, call) if accepted else Response()
    if fault.name in ("hang", "late"):
        await asyncio.sleep(fault.seconds)
    return ANSWERS[fault.name](bytes(answer.body), fault)


def _said(body: bytes, fault: Fault) -> Response:
    return JSONResponse(refused(fault.code, "said by a fault"))


def _whole(body: bytes, fault: Fault) -> Response:
    found: Any = json.loads(body)
    return JSONResponse(found)


ANSWERS: dict[str, Callable[[bytes, Fault], Response]] = {
    "500": lambda body, fault: PlainTextResponse("Internal Server Error", 500),
    "502": lambda body, fault: HTMLResponse(BAD_GATEWAY, 502),
    "html": lambda body, fault: HTMLResponse(BAD_GATEWAY),
    "half": lambda body, fault: Broken(body),
    "reset": lambda body, fault: Broken(),
    "lost": lambda body, fault: Broken(),
    "hang": lambda body, fault: Broken(),
    "late": _whole,
    "errcode": _said,
    "busy-done": _said,
}
