"""The menus of commands, for each role and in each reader's language."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from telegram import Bot, BotCommand, BotCommandScope, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.channels.telegram_markup import Words
from domain.people import Role
from messages import spoken
from storage.database import Connection, Database
from storage.groups import Groups
from storage.people import People

log = logging.getLogger(__name__)

CHANNEL = "telegram"
PREFIX = "telegram-command-"

Listed = Mapping[str, str]
"""Commands in their order, each with the id of what it does."""

_STAFF: Listed = {
    "queue": "telegram-command-queue",
    "find": "telegram-command-find",
    "show": "telegram-command-show",
    "r": "telegram-command-r",
}
_OWN: Listed = {"language": "telegram-command-language", "help": "telegram-command-help"}
_CANCEL: Listed = {"cancel": "telegram-command-cancel"}
_SHOP: Listed = {
    "order": "telegram-command-order",
    "refer": "telegram-command-refer",
    "family": "telegram-command-family",
    "spend": "telegram-command-spend",
    "coupon": "telegram-command-coupon",
    "rewards": "telegram-command-rewards",
}
_MONEY: Listed = {
    "reviews": "telegram-command-reviews",
    "award": "telegram-command-award",
    "bank": "telegram-command-bank",
    "adjust": "telegram-command-adjust",
}
_BEHALF: Listed = {"new": "telegram-command-new-behalf"}
_INVITE: Listed = {"invite": "telegram-command-invite", "dismiss": "telegram-command-dismiss"}
_BIND: Listed = {"bindcode": "telegram-command-bindcode"}

MENUS: Mapping[Role, Listed] = {
    Role.HOMEOWNER: {
        "new": "telegram-command-new",
        "status": "telegram-command-status",
        "verify": "telegram-command-verify",
        "link": "telegram-command-link",
        "share": "telegram-command-share",
        "passbook": "telegram-command-passbook",
        **_OWN,
        **_CANCEL,
    },
    Role.INSTALLER: {"jobs": "telegram-command-jobs", **_OWN, **_CANCEL},
    Role.STAFF: {**_STAFF, **_BEHALF, **_SHOP, **_OWN, **_CANCEL},
    Role.MANAGER: {**_STAFF, **_BEHALF, **_SHOP, **_MONEY, **_INVITE, **_OWN, **_CANCEL},
    Role.ADMIN: {**_STAFF, **_BEHALF, **_SHOP, **_MONEY, **_INVITE, **_BIND, **_OWN, **_CANCEL},
}
"""What each role is offered in private."""

GROUP_MENU: Listed = {**_STAFF, **_OWN}
"""What the staff group is offered."""

CODES = {"en": "en", "zh": ""}
"""Languages of apps with a menu of their own, and ours for them; empty: the company's Chinese.

Telegram knows two letters, so traditional Chinese is for those who chose it and work here.
"""

Menu = tuple[tuple[str, str], ...]
"""Commands and what they do, in words."""

Scope = tuple[str, str]
"""The chat, empty for all private ones, and the language of the apps that are meant, empty for all others."""


class Menus:
    """Keeps the menus as they should be; ``locale`` is spoken where no language was chosen."""

    def __init__(self, bot: Bot, database: Database, words: Words, locale: str) -> None:
        self._bot = bot
        self._database = database
        self._words = words
        self._locale = spoken(locale)
        self._shown: dict[Scope, Menu] = {}

    async def refresh(self) -> int:
        """Set what has changed since the last time in this process; how many menus that were.

        What Telegram does not take now is tried again next time; a chat which it refuses is left as it is.

        Raises:
            Exception: whatever the database raises.
        """
        wanted = await self._wanted()
        changed = [scope for scope, menu in wanted.items() if self._shown.get(scope) != menu]
        gone = [scope for scope in self._shown if scope not in wanted]
        done = 0
        for scope in [*changed, *gone]:
            if not await self._show(scope, wanted.get(scope, ())):
                break
            done += 1
        return done

    async def _show(self, scope: Scope, menu: Menu) -> bool:
        """False if the platform does not take anything now."""
        try:
            await self._set(scope, menu)
        except (BadRequest, Forbidden) as error:
            log.info("menu_refused", extra={"error": type(error).__name__})
        except TelegramError as error:
            log.warning("menus_late", extra={"error": type(error).__name__})
            return False
        if menu:
            self._shown[scope] = menu
        else:
            del self._shown[scope]
        return True

    async def _set(self, scope: Scope, menu: Menu) -> None:
        chat, code = scope
        where: BotCommandScope = BotCommandScopeChat(chat) if chat else BotCommandScopeAllPrivateChats()
        if menu:
            commands = [BotCommand(name, does) for name, does in menu]
            await self._bot.set_my_commands(commands, scope=where, language_code=code or None)
        else:
            await self._bot.delete_my_commands(scope=where, language_code=code or None)

    async def _wanted(self) -> dict[Scope, Menu]:
        people, groups = await self._database.read(_at_work)
        chinese = self._locale if self._locale.startswith("zh") else spoken("zh")
        public = {"": self._locale, **{code: ours or chinese for code, ours in CODES.items()}}
        homeowners = MENUS[Role.HOMEOWNER]
        return {
            **{("", code): self._menu(homeowners, locale) for code, locale in public.items()},
            **{(chat, ""): self._menu(MENUS[role], locale) for chat, role, locale in people},
            **{(chat, ""): self._menu(GROUP_MENU, locale) for chat, locale in groups},
        }

    def _menu(self, listed: Listed, locale: str) -> Menu:
        words = self._words(locale or self._locale, PREFIX)
        return tuple((name, words[id]) for name, id in listed.items())


async def _at_work(connection: Connection) -> tuple[list[tuple[str, Role, str]], list[tuple[str, str]]]:
    return await People(connection).at_work(CHANNEL), await Groups(connection).speaking(CHANNEL, "staff")
