"""Subscribe messages: what a follower has asked to be told about their own request, one message for each consent.

They tap «agree» on a component that WeChat itself shows, in an article or on a page of the company's, and may do so at
any time; nothing is open or shut. Never advertising.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.channels.tencent_errors import Faults
from bot.channels.tencent_http import Api
from bot.channels.wechat_notice import REFUSED, Template, filled, tells
from bot.channels.wechat_parse import NOTICE
from domain.channel import UNFIT
from domain.chat import Message
from domain.errors import Permanent

SEND: Final = "/cgi-bin/message/subscribe/bizsend"
NO_CONSENT: Final = "no-consent"
FAULTS: Faults = {
    40037: (Permanent, REFUSED),
    43101: (Permanent, NO_CONSENT),
    43107: (Permanent, NO_CONSENT),
    47003: (Permanent, UNFIT),
}
"""The template is none of ours; its reader has agreed to none, or to none any more; it does not take these values."""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """Tells a card's state to who has asked for that."""

    api: Api
    template: Template

    @property
    def consent(self) -> str:
        """The template, as which people agree to it; empty for none."""
        return self.template.id

    def fulfils(self, message: Message) -> bool:
        """Whether the message is about a request, and each field of the template has something to say. Pure."""
        return tells(self.template, message)

    async def fulfil(self, message: Message) -> str:
        """Tell it and return how it is known: by its template, for the platform tells no number of its own until it has
        shown it. It does not know a message that it got before.

        Raises:
            SendFailed: one of its kinds; Permanent if it cannot be told so.
        """
        said = filled(self.template, message)
        if not said:
            raise Permanent(UNFIT)
        await self.api.call("POST", SEND, json=said, also=FAULTS)
        return f"{NOTICE}{self.template.id}"
