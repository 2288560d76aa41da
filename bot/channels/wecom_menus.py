"""The menu beneath the app's chat: one for staff and installers alike, in the company's language.

A press is what people could type as well, and is answered by their rights.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.tencent_http import Api
from bot.channels.wecom_rooms import Words
from domain.errors import SendFailed

log = logging.getLogger(__name__)

PREFIX = "wecom-menu-"

Listed = Mapping[str, str]
"""Commands in their order, each with the id of what stands on it."""

TOP: Listed = {"/queue": "wecom-menu-queue", "/jobs": "wecom-menu-jobs"}
MORE_NAME = "wecom-menu-more"
MORE: Listed = {
    "/new": "wecom-menu-new",
    "/invite": "wecom-menu-invite",
    "/language": "wecom-menu-language",
    "/help": "wecom-menu-help",
}
"""Behind the third button, five at most."""

Object = dict[str, Any]


class Menus:
    """Keeps the menu as it should be."""

    def __init__(self, api: Api, agent_id: int, words: Words, locale: str) -> None:
        self._api = api
        self._agent = {"agentid": str(agent_id)}
        self._words = words
        self._locale = locale
        self._shown: Sequence[Object] = ()

    async def refresh(self) -> int:
        """Set it if this process did not yet; 1 if that was done. What the platform does not take now is tried again
        next time."""
        wanted = self.wanted()
        if wanted == self._shown:
            return 0
        try:
            await self._api.call("POST", "/cgi-bin/menu/create", params=self._agent, json={"button": wanted})
        except SendFailed as fault:
            log.warning("wecom_menu_late", extra={"error": fault.code})
            return 0
        self._shown = wanted
        return 1

    def wanted(self) -> list[Object]:
        """The menu in the company's language."""
        words = self._words(self._locale, PREFIX)
        more = {"name": words[MORE_NAME], "sub_button": _buttons(MORE, words), "type": ""}
        return [*_buttons(TOP, words), {name: value for name, value in more.items() if value}]


def _buttons(listed: Listed, words: Mapping[str, str]) -> list[Object]:
    return [{"type": "click", "name": words[id], "key": command} for command, id in listed.items()]
