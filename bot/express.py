"""The busiest address of all, served before anything is routed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import sessions
from bot.site import Problem, Site, problem, refusal
from bot.web_chat import MESSAGES, post_message


class Express:
    """Takes what people say past Starlette's routes and exception handlers, which cost as much as our own part.

    The route is in the table as well: this only comes first, and answers the same.
    """

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["path"] != MESSAGES or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            answer = await post_message(self._site, request)
        except Problem as fault:
            answer = problem(self._site, request, fault)
        except sessions.NoSeat:
            answer = refusal(self._site, request, 404, "absent")
        await answer(scope, receive, send)
