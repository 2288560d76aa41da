"""``python -m bot check``: everything that can be known before a start, a line for each thing; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.accounts import wechat_account, wechat_subscribe, wechat_template, wecom_account, wecomkf_account
from bot.backup import SECRET
from bot.channels import telegram_check
from bot.channels.telegram_hook import hook
from bot.config import LOOPBACK, ConfigError, Settings, load_company
from bot.findings import Finding, Mark, bad, good, look
from bot.health import MEBIBYTE, free_bytes
from bot.obstacles import shown
from bot.secret import signing_secret
from bot.standing import database_file, standing
from domain.company import words
from messages import Catalogue
from storage.glance import staff_groups

FULL = "磁盘只剩 {free} MB,少于 JIANGDAO_DISK_RESERVE_MB 的 {reserve} MB,请清理空间或换一个 JIANGDAO_DATA_DIR"
LOCAL = "JIANGDAO_PUBLIC_URL 是 {url},只有这台机器打得开;给客户用要填 https:// 开头的网址"


async def checkup(settings: Settings, clock: Callable[[], datetime]) -> list[Finding]:
    """All findings, in the order in which they are best put right."""
    return [
        *_company(settings),
        *await _database(settings),
        _disk(settings),
        _address(settings),
        *await _telegram(settings, clock),
        *await _wechat(settings, clock),
        *await _wecom(settings, clock),
        *await _wecomkf(settings, clock),
    ]


def passed(findings: list[Finding]) -> bool:
    """Whether nothing has to be put right."""
    return all(one.mark is not Mark.BAD for one in findings)


def _company(settings: Settings) -> list[Finding]:
    try:
        company = load_company(settings.company_file)
    except ConfigError as error:
        return [bad(problem) for problem in error.problems]
    return [good(f"{company.name}: {settings.company_file}")]


async def _database(settings: Settings) -> list[Finding]:
    try:
        return [good(f"{shown(settings.database_url)}: {await standing(settings)}")]
    except ConfigError as error:
        return [bad(problem) for problem in error.problems]


def _disk(settings: Settings) -> Finding:
    free = free_bytes(settings.data_dir) // MEBIBYTE
    if free < settings.disk_reserve_mb:
        return bad(FULL.format(free=free, reserve=settings.disk_reserve_mb))
    return good(f"磁盘还有 {free} MB")


def _address(settings: Settings) -> Finding:
    url = settings.public_url
    if any(url.startswith(f"http://{name}") for name in LOOPBACK):
        return look(LOCAL.format(url=url))
    return good(f"网址 {url}")


async def _telegram(settings: Settings, clock: Callable[[], datetime]) -> list[Finding]:
    if settings.telegram_token is None:
        return []
    groups = await _groups(settings, "telegram")
    asked = telegram_check.Asked(
        settings.telegram_token.get_secret_value(),
        settings.telegram_api_base,
        _hook(settings) if settings.telegram_webhook else "",
        groups,
    )
    return await telegram_check.findings(asked, clock)


async def _wechat(settings: Settings, clock: Callable[[], datetime]) -> list[Finding]:
    if not settings.wechat_app_id:
        return []
    from bot.channels import wechat_check  # its library takes half a second to load

    try:
        company = load_company(settings.company_file)
    except ConfigError:
        return []  # what is wrong with it was said above
    asked = wechat_check.Asked(
        wechat_account(settings),
        settings.public_url,
        Catalogue.load(extra=words(company), zone=company.timezone).words,
        settings.wechat_menu_locale,
        wechat_template(settings, company.timezone),
        wechat_subscribe(settings, company.timezone),
    )
    return await wechat_check.findings(asked, clock)


async def _wecom(settings: Settings, clock: Callable[[], datetime]) -> list[Finding]:
    if not settings.wecom_corp_id:
        return []
    from bot.channels import wecom_check  # the same

    groups = await _groups(settings, "wecom")
    asked = wecom_check.Asked(wecom_account(settings), settings.wecom_api_base, settings.public_url, groups)
    return await wecom_check.findings(asked, clock)


async def _wecomkf(settings: Settings, clock: Callable[[], datetime]) -> list[Finding]:
    if not settings.wecom_kf_secret:
        return []
    from bot.channels import wecomkf_check  # the same

    asked = wecomkf_check.Asked(wecomkf_account(settings), settings.wecom_api_base, settings.public_url)
    return await wecomkf_check.findings(asked, clock)


async def _groups(settings: Settings, channel: str) -> Sequence[str]:
    """The chats of staff there; none if the database cannot tell: what is wrong with it was said above."""
    try:
        return await staff_groups(database_file(settings.database_url) or settings.database_url, channel)
    except Exception:  # noqa: BLE001  # whatever an engine raises
        return []


def _hook(settings: Settings) -> str:
    """Where Telegram would post to. Before the first start there is no secret yet, and none is made here."""
    if settings.secret is None and not (settings.data_dir / SECRET).exists():
        return f"{settings.public_url}/telegram"
    return hook(settings.public_url, signing_secret(settings)).url
