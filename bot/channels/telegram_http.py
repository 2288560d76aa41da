"""How we speak with the Bot API: one bot, its connections, and answers that are none of Telegram's."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telegram import Bot
from telegram.error import TelegramError
from telegram.request import BaseRequest, HTTPXRequest, RequestData

CONNECTIONS_MAX = 64
CONNECT_S = 5.0
POOL_S = 2.0
WRITE_S = 4.0
READ_S = 8.0
MEDIA_WRITE_S = 10.0
"""Together below the time that a delivery may take."""


class Flooded(TelegramError):
    """A 429: the platform takes nothing for ``seconds``. The library's own error cannot be made without a warning."""

    def __init__(self, seconds: float) -> None:
        super().__init__("flooded")
        self.seconds = seconds


class Stranger(TelegramError):
    """An answer with ``status`` that the Bot API did not write, or a fault inside of it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class Request(HTTPXRequest):
    """The library's request, which tells a proxy's page from a refusal and logs no answer's text."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and the body.

        Raises:
            Flooded: it is a 429.
            Stranger: 5xx, 413, or a refusal whose body is not of the Bot API's shape.
            TimedOut, NetworkError: there is no answer.
        """
        status, body = await super().do_request(
            url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
        )
        if status >= 300:
            _refused(status, body)
        return status, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """The JSON of an answer.

        Raises:
            Stranger: it is none.
        """
        try:
            answer = json.loads(payload)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or "ok" not in answer:
            raise Stranger(200)
        return answer


def _refused(status: int, body: bytes) -> None:
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if status == 429:
        raise Flooded(_pause_s(answer))
    if status >= 500 or status == 413 or not isinstance(answer, dict) or answer.get("ok") is not False:
        raise Stranger(status)


def _pause_s(answer: object) -> float:
    parameters = answer.get("parameters") if isinstance(answer, dict) else None
    asked = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return max(float(asked), 1.0) if isinstance(asked, int | float) else 1.0


@asynccontextmanager
async def open_bot(token: str, api_base: str) -> AsyncIterator[Bot]:
    """A bot of the Bot API at ``api_base`` («https://api.telegram.org»); its connections end with the block.

    Nothing is asked of the network: whether the token is any good shows at the first call.
    """
    base = api_base.rstrip("/")
    request = _request(CONNECTIONS_MAX)
    polling = _request(2)
    try:
        yield Bot(token, f"{base}/bot", f"{base}/file/bot", request=request, get_updates_request=polling)
    finally:
        await request.shutdown()
        await polling.shutdown()


def _request(connections: int) -> Request:
    return Request(
        connection_pool_size=connections,
        connect_timeout=CONNECT_S,
        pool_timeout=POOL_S,
        write_timeout=WRITE_S,
        read_timeout=READ_S,
        media_write_timeout=MEDIA_WRITE_S,
    )
