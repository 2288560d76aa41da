"""Our accounts with WeChat and WeCom, as the settings have them. Their libraries are loaded when one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config import Settings
from bot.config_tencent import plain

if TYPE_CHECKING:
    from bot.channels import wechat_open, wecom_open, wecomkf_open
    from bot.channels.wechat_notice import Template

SEALS = ("secret", "token", "aes_key")


def wechat_account(settings: Settings) -> wechat_open.Account:
    """The Official Account."""
    from bot.channels.wechat_open import Account

    secret, token, key = [plain(settings, name) for name in ("wechat_app_secret", "wechat_token", "wechat_aes_key")]
    return Account(settings.wechat_app_id, secret, token, key, settings.wechat_api_base)


def wechat_template(settings: Settings, zone: str) -> Template:
    """The template message for progress, with times in ``zone``."""
    from bot.channels.wechat_notice import Template

    return Template(settings.wechat_notice_template, settings.wechat_notice_fields, zone)


def wechat_subscribe(settings: Settings, zone: str) -> Template:
    """The subscribe message for progress, to which followers agree, with times in ``zone``."""
    from bot.channels.wechat_notice import Template

    return Template(settings.wechat_subscribe_template, settings.wechat_subscribe_fields, zone)


def wecom_account(settings: Settings) -> wecom_open.Account:
    """Our app in WeCom."""
    from bot.channels.wecom_open import Account

    seals = [plain(settings, f"wecom_{name}") for name in SEALS]
    return Account(settings.wecom_corp_id, settings.wecom_agent_id, *seals)


def wecomkf_account(settings: Settings) -> wecomkf_open.Account:
    """Our customer service there."""
    from bot.channels.wecomkf_open import Account

    return Account(settings.wecom_corp_id, *[plain(settings, f"wecom_kf_{name}") for name in SEALS])
