"""Where Telegram posts to, and by what it is known that it does."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from bot.channels.telegram_raw import NAME
from bot.webhooks import Call

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the name of a header, not a secret


@dataclass(frozen=True, slots=True, repr=False)
class Hook:
    """Where the platform posts, and the secret by which we know it.

    ``url`` ends with a fingerprint of the secret: the platform tells the address it has, never the secret.
    """

    url: str
    secret: str

    def admits(self, call: Call) -> bool:
        """Whether it bears the secret; takes as long for any other."""
        return hmac.compare_digest(call.headers.get(SECRET_HEADER, "").encode(), self.secret.encode())


def hook(public_url: str, signing_secret: bytes) -> Hook:
    """The webhook of an installation that people reach at ``public_url``."""
    secret = hmac.new(signing_secret, b"telegram webhook", hashlib.sha256).hexdigest()
    mark = hashlib.sha256(f"{NAME} mark {secret}".encode()).hexdigest()[:8]
    return Hook(f"{public_url}/{NAME}?v={mark}", secret)
