"""The methods by which a bot gets its updates."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from tests.telegram.calls import Call
from tests.telegram.platform import Platform
from tests.telegram.queue import Webhook
from tests.telegram.refusals import Refusal

SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


async def get_updates(here: Platform, call: Call) -> list[dict[str, Any]]:
    if "allowed_updates" in call.typed:
        here.queue.allowed = call.get("allowed_updates")
    limit = min(max(call.get("limit", 100), 1), 100)
    return await here.queue.poll(call.get("offset", 0), limit, call.get("timeout", 0))


async def set_webhook(here: Platform, call: Call) -> bool:
    """Only https, except to this machine: here there is nothing else."""
    url, secret = call.get("url"), call.get("secret_token", "")
    parts = urlsplit(url)
    if url and parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise Refusal("webhook-url")
    if not SECRET.fullmatch(secret):
        raise Refusal("webhook-secret")
    if "allowed_updates" in call.typed:
        here.queue.allowed = call.get("allowed_updates")
    await _switch(here, call, Webhook(url, secret, min(max(call.get("max_connections", 40), 1), 100)))
    return True


async def delete_webhook(here: Platform, call: Call) -> bool:
    await _switch(here, call, Webhook())
    return True


async def _switch(here: Platform, call: Call, webhook: Webhook) -> None:
    if call.get("drop_pending_updates"):
        here.queue.drop_all()
    here.journal.write("called", method=call.method, chat="")
    if webhook != here.queue.webhook:
        await here.queue.set_webhook(webhook)


async def webhook_info(here: Platform, call: Call) -> dict[str, Any]:
    queue, webhook = here.queue, here.queue.webhook
    info = {"url": webhook.url, "has_custom_certificate": False, "pending_update_count": len(queue.pending)}
    error = {"last_error_message": webhook.error} if webhook.error else {}
    return {**info, "max_connections": webhook.connections, "allowed_updates": queue.allowed, **error}


INTAKE: dict[str, Callable[[Platform, Call], Awaitable[Any]]] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
}
