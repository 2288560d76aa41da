"""What happens at Telegram, by kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from tests.platforms import journal
from tests.platforms.journal import Entry

__all__ = ["Entry", "Journal"]


class Journal(journal.Journal):
    """See ``tests.platforms.journal``."""

    KINDS: ClassVar[Mapping[str, str]] = {
        "update": "made by people: update_id, type, chat, user",
        "delivered": "handed to the bot: update_id, by (webhook, poll), status (0: no answer), copy (1 the first)",
        "confirmed": "2xx or an offset beyond it: update_id, by",
        "dropped": "older than a day: update_id",
        "sent": "accepted: method, chat, message_id, thread, text, buttons, media, album, answered",
        "edited": "accepted: method, chat, message_id, text, buttons",
        "called": "any other accepted call: method, chat",
        "refused": "method, chat, code, description",
        "fault": "made by us: fault, method, chat, accepted (whether it was done all the same)",
        "violation": "what the bot must never do: what, method, chat",
    }
