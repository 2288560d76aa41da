"""What happens at WeCom, by kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from tests.platforms import journal
from tests.platforms.journal import Entry

__all__ = ["Entry", "Journal"]


class Journal(journal.Journal):
    """See ``tests.platforms.journal``."""

    KINDS: ClassVar[Mapping[str, str]] = {
        "made": "done by people, and to be told: id, hook (wecom, wecomkf), who, what, and what it was",
        "delivered": "handed to the bot: id, hook, attempt (1 the first), status (0: no answer in time)",
        "confirmed": "answered with 200: id, hook",
        "lost": "not taken in three attempts, or there is no address: id, hook",
        "pulled": "given out by sync_msg: msgid, customer",
        "token": "asked for: token_of (app, kf), fresh (whether it is another one than before)",
        "sent": "accepted: method, to, msgid, type, text, buttons",
        "seen": "put before one person: to, msgid, who",
        "dropped": "accepted, yet never shown: to, msgid, who, why",
        "edited": "a card changed: task_id, who, text, buttons",
        "called": "any other accepted call: method",
        "refused": "method, code, name",
        "cut": "too long, so its end is gone: method, where",
        "folded": "longer than a card shows: where",
        "fault": "made by us: fault, method, accepted (whether it was done all the same)",
        "violation": "what the bot must never do: what, method",
    }
