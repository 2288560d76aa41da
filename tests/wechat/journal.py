"""What happens at the Official Account, by kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from tests.platforms import journal
from tests.platforms.journal import Entry

__all__ = ["Entry", "Journal"]


class Journal(journal.Journal):
    """See ``tests.platforms.journal``."""

    KINDS: ClassVar[Mapping[str, str]] = {
        "act": "of a person: act, who, type (text, image …, subscribe, SCAN …), msg_id (0: an event), text",
        "posted": "an attempt sets out: act, attempt",
        "delivered": "answered in time: act, attempt, status, taken (it comes no more), answer (none, success, reply)",
        "abandoned": "not answered in time: act, attempt",
        "late": "an answer that nobody waits for any more: act, attempt, status, text, media",
        "unreached": "no connection, or it broke: act, attempt",
        "unserved": "three attempts in vain, the person sees the notice: act, who",
        "read": "shown to a person: who, by (answer, service, template, subscribe, notice), type, text, buttons, media",
        "token": "given out: how (token, stable), fresh (another one than before), expires_s",
        "sent": "accepted: method, who, type, text, paid (message, touch, none)",
        "called": "any other accepted call: method",
        "refused": "method, who, code, name",
        "fault": "made by us: fault, method, who, accepted (whether it was done all the same)",
        "violation": "what the bot must never do: what, method, who",
    }
