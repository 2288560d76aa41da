"""A bot that reads each update with the library's own ``de_json`` and does nothing: the floor of a webhook."""

from __future__ import annotations

import json
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, Update


async def nothing(update: Update) -> None:
    """The handler."""


def deaf(token: str) -> Starlette:
    """Takes posts at /telegram."""
    bot = Bot(token)

    async def posted(request: Request) -> Response:
        await nothing(Update.de_json(json.loads(await request.body()), bot))
        return Response()

    return Starlette(routes=[Route("/telegram", posted, methods=["POST"])])


if __name__ == "__main__":
    uvicorn.run(deaf(sys.argv[2]), host="127.0.0.1", port=int(sys.argv[1]), log_config=None, access_log=False)
