"""The web application: pages, the chat's API, health, and the security headers on every answer."""

from __future__ import annotations

import asyncio
import hmac
import json
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot import sessions, statics
from bot.channels.webchat import ROOM
from bot.doors import WebDoors, WebSettings
from bot.express import Express
from bot.health import STOPPING
from bot.shield import Shield, security_headers
from bot.site import Problem, Site, problem, refusal, site
from bot.uploads import TooLarge, read_capped
from bot.web_chat import MESSAGES, get_events, get_file, get_history, post_file, post_message, post_seen
from bot.webhooks import Call, Webhook
from messages import LOCALES

__all__ = ["WebDoors", "WebSettings", "web_app"]

PAGES = Path(__file__).parent / "pages"
STAFF_ROOM = "staff"
BODY_S = 5.0
"""No platform waits longer for an answer; whoever sends slower is none."""
EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
PASSED_ON = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"})


def web_app(doors: WebDoors) -> Starlette:
    """The application, wired to ``doors``. It opens nothing and needs no lifespan."""
    here = site(doors)
    looks = Looks(here)
    return Starlette(
        routes=[*chat_routes(here), *page_routes(here, looks), *health_routes(doors), *webhook_routes(doors)],
        middleware=[
            Middleware(Shield, headers=security_headers(doors.settings), site=here),
            Middleware(Express, site=here),
        ],
        exception_handlers={
            Problem: partial(on_problem, here),
            sessions.NoSeat: partial(on_no_seat, here),
            HTTPException: partial(on_http, here),
        },
    )


class Looks:
    """The templates and static files of the pages, read once."""

    def __init__(self, here: Site) -> None:
        self.statics = statics.load(PAGES / "static", here.words)
        self._words = here.words
        self._templates = Environment(
            loader=FileSystemLoader(PAGES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._shared = {"url": self.statics.url}

    def page(self, name: str, locale: str, status: int = 200, **values: Any) -> Response:
        """A page in this language; ``t`` in a template gives words by id, ``url`` addresses of static files."""
        said = {"t": self._words[locale].__getitem__, "locale": locale}
        html = self._templates.get_template(name).render(**self._shared, **said, **values)
        return HTMLResponse(html, status, {"Cache-Control": "no-store"})


def chat_routes(here: Site) -> list[BaseRoute]:
    """The API that the page talks to, the busiest first: routes are tried in order."""
    return [
        Route(MESSAGES, partial(post_message, here), methods=["POST"]),
        Route("/chat/files", partial(post_file, here), methods=["POST"]),
        Route("/chat/files/{hash}", partial(get_file, here)),
        Route("/chat/events", partial(get_events, here)),
        Route("/chat/history", partial(get_history, here)),
        Route("/chat/seen", partial(post_seen, here), methods=["POST"]),
    ]


def page_routes(here: Site, looks: Looks) -> list[BaseRoute]:
    """What a person opens, and what those pages load."""
    return [
        Route("/", partial(home_page, here, looks)),
        Route("/chat", partial(chat_page, here, looks)),
        Route("/chat/words", partial(page_words, here)),
        Route("/static/{name}", partial(static_file, looks)),
        Route("/static/{version}/{name}", partial(static_file, looks)),
        Route("/favicon.ico", partial(favicon, looks)),
    ]


def health_routes(doors: WebDoors) -> list[BaseRoute]:
    """Alive: the process answers. Ready: it can do its work. Metrics: for this machine, or whoever has the token."""
    return [
        Route("/livez", live),
        Route("/readyz", partial(ready, doors)),
        Route("/metrics", partial(metrics, doors)),
    ]


def webhook_routes(doors: WebDoors) -> list[BaseRoute]:
    """Where platforms post."""
    return [
        Route(f"/{name}", partial(called, hook), methods=list(hook.methods)) for name, hook in doors.webhooks.items()
    ]


async def called(hook: Webhook, request: Request) -> Response:
    """What a platform calls us with; for anybody else this address does not exist."""
    call = Call(request.method, request.query_params, request.headers)
    if request.method not in hook.methods or not hook.admits(call):
        raise HTTPException(404)
    try:
        async with asyncio.timeout(BODY_S):
            body = await read_capped(request.stream(), request.headers.get("content-length", ""), hook.bytes_max)
    except TooLarge:
        return Response(status_code=413)
    except (TimeoutError, ClientDisconnect):
        return Response(status_code=408)
    answer = await hook.take(call, body)
    # who has hung up meanwhile hears nothing: what was to be said stays owed, and goes out when its lease ends
    after = None if await request.is_disconnected() else BackgroundTask(answer.after)
    return Response(answer.body, answer.status, media_type=answer.media_type, background=after)


async def chat_page(here: Site, looks: Looks, request: Request) -> Response:
    """The chat: private, or a group room for those who may; opens a session where there is none."""
    room, seat = request.query_params.get("room", ""), sessions.seat_of(here.doors, request)
    account, cookie = await visitor(here, request, seat)
    if room and not (ROOM.match(room) and await here.doors.may_enter(account, room)):
        raise Problem(404, "absent")
    locale = await page_locale(here, request, account)
    config = page_config(here, request, account, locale)
    crew = not seat and await here.doors.may_enter(account, STAFF_ROOM)
    known = {"room": room, "seat": seat, "csrf": config["csrf"], "crew": crew}
    answer = looks.page("chat.html", locale, config=json.dumps(config), **known)
    if cookie:
        answer.headers.append("Set-Cookie", cookie)
    return answer


def page_config(here: Site, request: Request, account: str, locale: str) -> dict[str, Any]:
    """What the page's script is told; ``me`` tells the drafts of two accounts apart and nothing more."""
    query, settings, seat = request.query_params, here.doors.settings, sessions.seat_of(here.doors, request)
    return {
        "seat": seat,
        "room": query.get("room", ""),
        "start": start if ROOM.match(start := query.get("start", "")) else "",
        "locale": locale,
        "pinned": "lang" in query,
        "me": sessions.mac(settings.secret, "page", seat, account)[:12],
        "csrf": sessions.csrf_token(settings, seat, account),
        "uploadBytesMax": settings.upload_bytes_max,
        "words": here.words[locale],
    }


async def visitor(here: Site, request: Request, seat: str) -> tuple[str, str]:
    """The account of whoever opens a page, and the cookie to set: "" while the one they have is good.

    Raises:
        Problem: 404, there is no such demo seat.
    """
    found = sessions.session(here.doors, request)
    if seat:
        account = await here.doors.seat_account(seat)
        if account is None:
            raise Problem(404, "absent")
        found = found if found and found[0] == account else None
    else:
        account = found[0] if found else sessions.new_account()
    good = found is not None and found[1] < sessions.RENEW_AFTER_S
    return account, "" if good else sessions.set_cookie(here.doors.settings, seat, account, here.doors.now())


async def page_locale(here: Site, request: Request, account: str) -> str:
    """The language of a page: named in the address, else chosen in the chat, else the browser's."""
    client = sessions.locale_of(request)
    await here.doors.speaks(account, client)
    if "lang" in request.query_params:
        return client
    chosen = await here.doors.locale_of(account)
    return chosen if chosen in LOCALES else client


async def home_page(here: Site, looks: Looks, request: Request) -> Response:
    """The demo for whoever is at this machine, else the chat."""
    if not (here.doors.settings.demo and sessions.is_local(request)):
        return RedirectResponse("/chat", 303)
    locale = sessions.locale_of(request)
    return looks.page("demo.html", locale, origin=here.doors.settings.public_url)


async def page_words(here: Site, request: Request) -> Response:
    """The page's own words in one language, for a page whose reader has just chosen another."""
    words = here.words[sessions.locale_of(request)]
    return JSONResponse(words, headers={"Cache-Control": "no-store"})


async def static_file(looks: Looks, request: Request) -> Response:
    """A script, a style sheet or a picture of the pages."""
    return statics.answer(looks.statics, request)


async def favicon(looks: Looks, request: Request) -> Response:
    """Browsers ask for it by themselves."""
    return RedirectResponse(looks.statics.url("icon.svg"), 301)


async def live(request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


async def ready(doors: WebDoors, request: Request) -> Response:
    """Whether work may be given to this process; each reason is a line."""
    condition = STOPPING if doors.stopping.is_set() else await doors.ready()
    return PlainTextResponse(str(condition), 200 if condition.good else 503, {"Cache-Control": "no-store"})


async def metrics(doors: WebDoors, request: Request) -> Response:
    """The numbers; not there for others."""
    if not may_measure(doors.settings.metrics_token, request):
        raise HTTPException(404)
    return Response(await doors.metrics(), media_type=EXPOSITION)


def may_measure(token: str, request: Request) -> bool:
    """With a token set, whoever has it; without one, this machine, but not what a proxy on it passes on."""
    if token:
        given = request.headers.get("authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {token}".encode())
    return sessions.is_local(request) and not PASSED_ON.intersection(request.headers)


async def on_problem(here: Site, request: Request, fault: Exception) -> Response:
    """A refusal in words."""
    assert isinstance(fault, Problem)
    return problem(here, request, fault)


async def on_no_seat(here: Site, request: Request, fault: Exception) -> Response:
    """A demo seat that cannot be taken is not there."""
    return refusal(here, request, 404, "absent")


async def on_http(here: Site, request: Request, fault: Exception) -> Response:
    """No such address, or not with this method."""
    assert isinstance(fault, HTTPException)
    return refusal(here, request, fault.status_code, "absent" if fault.status_code == 404 else "body", fault.headers)
