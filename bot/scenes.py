"""``python -m bot qr``: a code to scan that opens the Official Account with something known."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.accounts import wechat_account
from bot.config import ConfigError, Settings
from domain.errors import SendFailed

ABSENT = "还没有设置微信公众号,先填 JIANGDAO_WECHAT_APP_ID 等几项"
WRONG = "“{value}” 不能做二维码:只能用字母、数字、- 和 _,最多 64 个;天数 1 到 30"
REFUSED = "公众号没有给二维码 ({code}),先运行 python -m bot check 看看"
PURPOSES = ("invite", "referral", "product", "asset", "home")


async def make_code(settings: Settings, purpose: str, value: str, days: int | None, out: Path | None) -> list[str]:
    """Ask the platform for a code and write it to ``out`` as a PNG; what to print.

    Raises:
        ConfigError: no account, a scene that cannot be, or the platform gives none.
    """
    if not settings.wechat_app_id:
        raise ConfigError([ABSENT])
    from bot.channels.wechat_open import open_api
    from bot.channels.wechat_scene import code_for, picture_of, scene_of

    try:
        async with open_api(wechat_account(settings)) as (api, client):
            code = await code_for(api, scene_of(purpose, value), days)
            picture = await picture_of(client, code) if out else None
    except ValueError:
        raise ConfigError([WRONG.format(value=value)]) from None
    except SendFailed as failure:
        raise ConfigError([REFUSED.format(code=failure.code)]) from None
    if out and picture:
        await asyncio.to_thread(out.write_bytes, picture)
        return [f"✓ {out}", code.address]
    return [code.address, code.picture]
