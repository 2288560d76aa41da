"""Around every answer: the security headers, and a fault that tells nothing."""

from __future__ import annotations

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import sessions
from bot.doors import WebSettings
from bot.site import Site, refusal

log = structlog.get_logger()


def security_headers(settings: WebSettings) -> list[tuple[bytes, bytes]]:
    """What every answer carries: only our own scripts and styles, no framing but by the named origins."""
    policy = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "frame-src 'self'" if settings.demo else "frame-src 'none'",
        " ".join(["frame-ancestors 'self'", *settings.embed_origins]),
        "base-uri 'none'",
        "form-action 'self'",
    ]
    headers = {
        "content-security-policy": "; ".join(policy),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "permissions-policy": "camera=(self), microphone=(), geolocation=()",
        "cross-origin-opener-policy": "same-origin",
    }
    secure = {"strict-transport-security": "max-age=31536000"} if sessions.is_secure(settings) else {}
    return [(name.encode(), value.encode()) for name, value in {**headers, **secure}.items()]


class Shield:
    """Adds the security headers to every answer and turns a fault into one that tells nothing."""

    def __init__(self, app: ASGIApp, headers: list[tuple[bytes, bytes]], site: Site) -> None:
        self._app = app
        self._headers = headers
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = [*message.get("headers", ()), *self._headers]
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except Exception as fault:  # noqa: BLE001 whatever it was, the visitor learns nothing of it
            log.error("web_fault", path=scope["path"], fault=type(fault).__name__)
            if begun:
                raise ConnectionAbortedError from None
            answer = refusal(self._site, Request(scope), 500, "server")
            await answer(scope, receive, guarded)
