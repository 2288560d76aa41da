"""What is wrong with the settings of WeChat and WeCom, in words; together they are complete or absent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from bot.config import Settings

APP_ID = re.compile(r"wx[0-9a-f]{16}")
CORP_ID = re.compile(r"(?:ww|wx|wp)[0-9A-Za-z]{8,32}")
AES_KEY = re.compile(r"[0-9A-Za-z]{43}")
TOKEN = re.compile(r"[0-9A-Za-z]{3,32}")
NOTICE_FIELD = re.compile(r"[a-z_]+[0-9]*=(?:title|status|next|time)")
PREFIX = "JIANGDAO_"

GROUPS = (
    ("wechat_app_id", "wechat_app_secret", "wechat_token", "wechat_aes_key"),
    ("wecom_corp_id", "wecom_agent_id", "wecom_secret", "wecom_token", "wecom_aes_key"),
    ("wecom_kf_secret", "wecom_kf_token", "wecom_kf_aes_key"),
)
"""Either all of these are set, or none."""

OFFICIAL = "微信开发者平台「我的业务 → 服务号 → 基础信息」(原公众平台「基本配置」)"
PUSHED = "微信开发者平台「消息推送配置」(原公众平台「服务器配置」)"

SHAPES = (
    ("wechat_app_id", APP_ID, f"写法不对,在{OFFICIAL}里复制,像 wx0123456789abcdef 这样"),
    ("wechat_token", TOKEN, f"写法不对,要 3 到 32 个字母或数字,和{PUSHED}里填的一样"),
    ("wechat_aes_key", AES_KEY, f"写法不对,要 43 个字母或数字,和{PUSHED}里的一样,并选择「安全模式」"),
    ("wecom_corp_id", CORP_ID, "写法不对,在企业微信管理后台「我的企业」最下面复制,像 ww0123456789abcdef 这样"),
    ("wecom_token", TOKEN, "写法不对,要 3 到 32 个字母或数字,和应用「接收消息」里填的一样"),
    ("wecom_aes_key", AES_KEY, "写法不对,要 43 个字母或数字,和应用「接收消息」里的一样"),
    ("wecom_kf_token", TOKEN, "写法不对,要 3 到 32 个字母或数字,和微信客服那个应用「接收消息」里填的一样"),
    ("wecom_kf_aes_key", AES_KEY, "写法不对,要 43 个字母或数字,和微信客服那个应用「接收消息」里的一样"),
)


def tencent_problems(settings: Settings) -> Iterator[str]:
    """One line for each problem."""
    for group in GROUPS:
        yield from _incomplete(settings, group)
    for name, shape, told in SHAPES:
        given = plain(settings, name)
        if given and not shape.fullmatch(given):
            yield f"设置:{PREFIX}{name.upper()} {told}"
    for name in ("wechat_api_base", "wecom_api_base"):
        if not _address(plain(settings, name)):
            yield f"设置:{PREFIX}{name.upper()} 要写成 https://api.example.com 这样,后面不带路径;本机可以用 http://"
    if settings.wecom_kf_secret and not settings.wecom_corp_id:
        yield f"设置:{PREFIX}WECOM_KF_SECRET 要和 {PREFIX}WECOM_CORP_ID 一起填"
    for name in ("wechat_notice", "wechat_subscribe"):
        yield from _template(settings, name)


def plain(settings: Settings, name: str) -> str:
    """A setting as it was written; empty if it was not."""
    given = getattr(settings, name) or ""
    return str(given.get_secret_value() if hasattr(given, "get_secret_value") else given)


def _incomplete(settings: Settings, group: tuple[str, ...]) -> Iterator[str]:
    missing = [name for name in group if not plain(settings, name)]
    if missing and len(missing) < len(group):
        absent = "、".join(f"{PREFIX}{name.upper()}" for name in missing)
        yield f"设置:还缺 {absent},要么全部填上,要么全部留空"


def _address(url: str) -> bool:
    parts = urlsplit(url)
    local = parts.hostname in ("127.0.0.1", "::1", "localhost") or "." not in (parts.hostname or ".")
    return parts.path in ("", "/") and bool(parts.hostname) and (parts.scheme == "https" or local)


def _template(settings: Settings, name: str) -> Iterator[str]:
    id, fields = getattr(settings, f"{name}_template"), getattr(settings, f"{name}_fields")
    called = f"{PREFIX}{name.upper()}"
    wrong = [field for field in fields if not NOTICE_FIELD.fullmatch(field)]
    if wrong:
        yield f"设置:{called}_FIELDS 里的 “{wrong[0]}” 写法不对,要写成 thing1=title,phrase2=status"
    if bool(id) != bool(fields):
        yield f"设置:{called}_TEMPLATE 和 {called}_FIELDS 要一起填"
