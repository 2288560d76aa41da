"""The menu beneath the chat with the Official Account: in one language for all its followers."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.channels.tencent_errors import Faults
from bot.channels.tencent_http import Api
from bot.channels.wechat_words import Words
from domain.errors import Permanent, SendFailed

log = logging.getLogger(__name__)

GET: Final = "/cgi-bin/menu/get"
CREATE: Final = "/cgi-bin/menu/create"
NO_MENU: Final = "no-menu"
NONE: Faults = {46003: (Permanent, NO_MENU)}
LOOK_S: Final = 3600.0
"""How often somebody looks whether the menu is still ours."""

PREFIX: Final = "wechat-menu-"

Keys = Mapping[str, str]
"""The id of a label, and what a press means: what people could type as well, a command or a word of the menu."""

MENU: Mapping[str, str | Keys] = {
    "wechat-menu-new": "/new",
    "wechat-menu-status": "/status",
    "wechat-menu-more": {
        "wechat-menu-human": "human",
        "wechat-menu-verify": "/verify",
        "wechat-menu-link": "/link",
        "wechat-menu-share": "/share",
        "wechat-menu-help": "/help",
    },
}
"""At most three, with at most five beneath each."""

Button = dict[str, Any]


def buttons(locale: str, words: Words) -> list[Button]:
    """The menu in a language, as the platform takes it."""
    labels = words(locale, PREFIX)
    return [_button(labels, id, does) for id, does in MENU.items()]


def _button(labels: Mapping[str, str], id: str, does: str | Keys) -> Button:
    if isinstance(does, str):
        return {"type": "click", "name": labels[id], "key": does}
    return {"name": labels[id], "sub_button": [_button(labels, *one) for one in does.items()]}


def same(one: object, other: object) -> bool:
    """Whether two menus show and do the same; the platform adds empty fields to what it was told."""
    return _bare(one) == _bare(other)


def _bare(menu: object) -> object:
    if not isinstance(menu, list):
        return None
    names = ("name", "type", "key", "url")
    rows = [one for one in menu if isinstance(one, dict)]
    return [({name: one[name] for name in names if one.get(name)}, _bare(one.get("sub_button") or [])) for one in rows]


async def current(api: Api) -> object:
    """The menu's buttons as the platform has them; None if there is no menu.

    Raises:
        SendFailed: it cannot be asked.
    """
    try:
        menu = (await api.call("GET", GET, also=NONE)).get("menu")
    except Permanent as refused:
        if refused.code != NO_MENU:
            raise
        return None
    return menu.get("button") if isinstance(menu, dict) else None


class Menus:
    """Keeps the menu as it should be; with an empty ``locale`` it is left as it is."""

    def __init__(self, api: Api, words: Words, locale: str, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._locale = locale
        self._words = words
        self._monotonic_s = monotonic_s
        self._looked_s: float | None = None

    async def refresh(self) -> int:
        """Set the menu if it is another one, looking at most once an hour; 1 if it was set. What the platform does not
        take now is tried again next time."""
        now_s = self._monotonic_s()
        if not self._locale or (self._looked_s is not None and now_s - self._looked_s < LOOK_S):
            return 0
        wanted = buttons(self._locale, self._words)
        try:
            differs = not same(await current(self._api), wanted)
            if differs:
                await self._api.call("POST", CREATE, json={"button": wanted})
        except SendFailed as error:
            log.warning("menu_late", extra={"error": error.code})
            return 0
        self._looked_s = now_s
        return int(differs)
