"""The Official Account's API as a web server: what comes in over HTTP, and what goes wrong there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.platforms.faults import Fault
from tests.platforms.remote import Control
from tests.platforms.serving import BAD_GATEWAY, Broken
from tests.telegram.calls import Upload, read_call
from tests.wechat import codes, sending
from tests.wechat.errors import Refusal
from tests.wechat.faults import FAULTS
from tests.wechat.media import type_of
from tests.wechat.platform import Platform
from tests.wechat.schema import METHODS, Wrong, check_body, check_query


@dataclass
class Call:
    """``path`` names the method; ``body`` is its JSON."""

    path: str
    query: Mapping[str, str]
    body: dict[str, Any] = field(default_factory=dict)
    file: Upload | None = None

    @property
    def openid(self) -> str:
        return str(self.body.get("touser", ""))


def application(here: Platform, control: Control | None = None) -> Starlette:
    """The API of one account, and the door for those who play its people from another process."""

    async def call(request: Request) -> Response:
        return await _call(here, request)

    async def code(request: Request) -> Response:
        known = request.query_params.get("ticket", "") in here.codes
        return Response(codes.picture(), media_type="image/jpg") if known else Response("", 404)

    async def file(request: Request) -> Response:
        kept = here.shelf.get(request.path_params["id"], "video")
        return Response(kept.data, media_type=type_of(kept))

    routes = [
        Route("/cgi-bin/showqrcode", code),
        Route("/video/{id}", file),
        Route("/{path:path}", call, methods=["GET", "POST"]),
    ]
    return Starlette(routes=[*([Route("/control", control, methods=["POST"])] if control else []), *routes])


async def _call(here: Platform, request: Request) -> Response:
    call = Call(request.url.path, dict(request.query_params))
    try:
        await _read(here, call, request)
        fault = here.faults.meet(call.path, _name(here, call))
        if fault:
            return await _failing(here, call, fault)
        return _done(here, call)
    except Refusal as refusal:
        return _refused(here, call, refusal)


async def _read(here: Platform, call: Call, request: Request) -> None:
    """Who calls, with what, and whether the manual knows it."""
    method = METHODS.get(call.path)
    if method is None:
        here.violation("unknown method", call.path)
        raise Refusal("path")
    if request.method not in method.verbs:
        raise Refusal(method.verbs[0].lower())
    allowed, ip = here.options.addresses, request.client.host if request.client else ""
    if allowed is not None and ip not in allowed:
        raise Refusal("address", ip=ip)
    if method.token:
        here.tokens.check(call.query.get("access_token", ""), here.clock())
    try:
        check_query(method, call.query)
        if method.files:
            call.file = _file(request, await request.body())
        elif method.body:
            body = _json(await request.body())
            call.body = body if isinstance(body, dict) else {}
            check_body(method, body)
    except Wrong as wrong:
        here.violation(str(wrong), call.path, _name(here, call))
        raise Refusal("body", problem=str(wrong)) from None


def _json(body: bytes) -> Any:
    if not body:
        raise Refusal("body-empty")
    try:
        given = json.loads(body.decode())
    except ValueError as error:
        raise Wrong(f"not JSON: {error}") from None
    if b"\\u" in body and json.dumps(given, ensure_ascii=False).count("\\u") < body.count(b"\\u"):
        raise Refusal("escaped")
    return given


def _file(request: Request, body: bytes) -> Upload:
    files = read_call("", b"", request.headers.get("content-type", ""), body).files
    if "media" not in files:
        raise Refusal("media-missing")
    return files["media"]


def _done(here: Platform, call: Call) -> Response:
    """Carry it out."""
    answer = ANSWERS[call.path](here, call)
    if isinstance(answer, Response):
        return answer
    if "/message/" in call.path:
        answer = {"errcode": 0, "errmsg": "ok", **answer}
    elif "token" not in call.path:
        here.journal.write("called", method=call.path)
    return JSONResponse(answer)


def _refused(here: Platform, call: Call, refusal: Refusal) -> Response:
    facts = {"code": refusal.code, "name": refusal.name}
    here.journal.write("refused", method=call.path, who=_name(here, call), **facts)
    return JSONResponse(refusal.body())


def _name(here: Platform, call: Call) -> str:
    return here.followers[call.openid].name if call.openid in here.followers else call.openid


# ---- methods


def _token(here: Platform, call: Call) -> dict[str, Any]:
    return _given(here, "token", here.tokens.latest, here.tokens.give(call.query, here.clock()))


def _stable(here: Platform, call: Call) -> dict[str, Any]:
    return _given(here, "stable", here.tokens.latest, here.tokens.stable(call.body, here.clock()))


def _given(here: Platform, how: str, before: str, token: str) -> dict[str, Any]:
    expires_s = here.tokens.expires_s(token, here.clock())
    here.journal.write("token", how=how, fresh=token != before, expires_s=expires_s)
    return {"access_token": token, "expires_in": expires_s}


def _addresses(here: Platform, call: Call) -> dict[str, Any]:
    return {"ip_list": ["127.0.0.1"]}


def _typing(here: Platform, call: Call) -> dict[str, Any]:
    sending.recipient(here, call.body["touser"])
    return {}


def _upload(here: Platform, call: Call) -> dict[str, Any]:
    assert call.file
    kept = here.shelf.upload(call.query["type"], call.file.data)
    name = "thumb_media_id" if kept.kind == "thumb" else "media_id"
    return {"type": kept.kind, name: kept.id, "created_at": int(kept.at.timestamp())}


def _download(here: Platform, call: Call) -> dict[str, Any] | Response:
    kept = here.shelf.get(call.query["media_id"])
    if kept.kind == "video" and here.options.video_by_url:
        return {"video_url": f"{here.base_url}/video/{kept.id}"}
    here.journal.write("called", method=call.path)
    shown = {"Content-disposition": f'attachment; filename="{kept.id}.bin"'}
    return Response(kept.data, media_type=type_of(kept), headers=shown)


def _templates(here: Platform, call: Call) -> dict[str, Any]:
    listed = [one for one in here.templates.values() if not one.once]
    return {"template_list": [{"template_id": one.id, "title": one.title, "content": one.content} for one in listed]}


def _subscribable(here: Platform, call: Call) -> dict[str, Any]:
    listed = [one for one in here.templates.values() if one.once]
    return {"data": [{"priTmplId": one.id, "title": one.title, "content": one.content, "type": 2} for one in listed]}


def _create_menu(here: Platform, call: Call) -> dict[str, Any]:
    codes.check_menu(call.body["button"])
    here.menu = call.body
    return {"errcode": 0, "errmsg": "ok"}


def _get_menu(here: Platform, call: Call) -> dict[str, Any]:
    if here.menu is None:
        raise Refusal("no-menu")
    return {"menu": here.menu}


def _delete_menu(here: Platform, call: Call) -> dict[str, Any]:
    here.menu = None
    return {"errcode": 0, "errmsg": "ok"}


def _create_code(here: Platform, call: Call) -> dict[str, Any]:
    code = codes.make_code(call.body, here.clock(), here.options.scene_max_s)
    here.codes[code.ticket] = code
    seconds = {"expire_seconds": int((code.until - here.clock()).total_seconds())} if code.until else {}
    return {"ticket": code.ticket, **seconds, "url": code.url}


def _user(here: Platform, call: Call) -> dict[str, Any]:
    if call.query["openid"] not in here.followers:
        raise Refusal("openid")
    who = here.followers[call.query["openid"]]
    if not who.following:
        return {"subscribe": 0, "openid": who.openid}
    how = "ADD_SCENE_QR_CODE" if who.scene else "ADD_SCENE_SEARCH"
    more = {"language": "zh_CN", "subscribe_scene": how, "qr_scene_str": who.scene, "remark": ""}
    return {"subscribe": 1, "openid": who.openid, "nickname": "", "headimgurl": "", **more}


ANSWERS: dict[str, Callable[[Platform, Call], dict[str, Any] | Response]] = {
    "/cgi-bin/token": _token,
    "/cgi-bin/stable_token": _stable,
    "/cgi-bin/getcallbackip": _addresses,
    "/cgi-bin/get_api_domain_ip": _addresses,
    "/cgi-bin/message/custom/send": lambda here, call: sending.send_custom(here, call.body),
    "/cgi-bin/message/custom/typing": _typing,
    "/cgi-bin/message/template/send": lambda here, call: sending.send_template(here, call.body),
    "/cgi-bin/message/subscribe/bizsend": lambda here, call: sending.send_subscribed(here, call.body),
    "/cgi-bin/media/upload": _upload,
    "/cgi-bin/media/get": _download,
    "/cgi-bin/template/get_all_private_template": _templates,
    "/wxaapi/newtmpl/gettemplate": _subscribable,
    "/cgi-bin/menu/create": _create_menu,
    "/cgi-bin/menu/get": _get_menu,
    "/cgi-bin/menu/delete": _delete_menu,
    "/cgi-bin/qrcode/create": _create_code,
    "/cgi-bin/user/info": _user,
}

# ---- faults


async def _failing(here: Platform, call: Call, fault: Fault) -> Response:
    """The call meets a fault."""
    done = FAULTS[fault.name]
    here.journal.write("fault", fault=fault.name, method=call.path, who=_name(here, call), accepted=done)
    answer = _done(here, call) if done else Response()
    if fault.name in ("hang", "late", "slow"):
        await asyncio.sleep(fault.seconds)
    return BROKEN[fault.name](answer)


def _system_busy(answer: Response) -> Response:
    return JSONResponse(Refusal("busy").body())


def _server_error(answer: Response) -> Response:
    return JSONResponse({"error": "Internal Server Error"}, 500)


BROKEN: dict[str, Callable[[Response], Response]] = {
    "busy": _system_busy,
    "busy-done": _system_busy,
    "500": _server_error,
    "500-done": _server_error,
    "502": lambda answer: HTMLResponse(BAD_GATEWAY, 502),
    "html": lambda answer: HTMLResponse(BAD_GATEWAY),
    "half": lambda answer: Broken(bytes(answer.body)),
    "half-refused": lambda answer: Broken(b'{"errcode":-1,"errmsg":"system error"}'),
    "reset": lambda answer: Broken(),
    "lost": lambda answer: Broken(),
    "hang": lambda answer: Broken(),
    "late": lambda answer: answer,
    "slow": lambda answer: answer,
}
