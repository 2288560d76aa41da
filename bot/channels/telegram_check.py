"""Whether Telegram would work with these settings, asked of Telegram itself; changes nothing there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
from telegram import (
    Bot,
    ChatFullInfo,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberOwner,
    ChatMemberRestricted,
    User,
    WebhookInfo,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.channels.telegram_http import open_bot
from bot.findings import Finding, bad, good, look

SKEW_S_MAX = 30
PENDING_MANY = 100
ERROR_LATELY = timedelta(hours=1)
ANSWER_S = 8.0

UNREACHED = "连不上 {host},请检查网络、代理和 JIANGDAO_TELEGRAM_API_BASE ({kind})"
REFUSED = "Telegram 令牌无效:在 @BotFather 里发 /token 重新复制到 JIANGDAO_TELEGRAM_TOKEN"
NO_GROUPS = "机器人不能被拉进群:在 @BotFather 里发 /setjoingroups,选 Enable"
PRIVATE = (
    "隐私模式开着,群里普通消息机器人看不到:把它设为群管理员;或在 @BotFather 里发 /setprivacy 选 Disable,"
    "再把机器人移出群、重新拉进来"
)
MUTE = "机器人在群里不能发言,新单和提醒都到不了:在群设置里允许成员发消息,或把机器人设为群管理员"
UNBOUND = "还没有绑定 Telegram 客服群:管理员私聊机器人发 /bindcode,再到群里发「/bind 口令」"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be checked. ``hook`` is where Telegram should post to, empty when it is polled; ``groups`` are the
    chats of staff."""

    token: str
    api_base: str
    hook: str
    groups: Sequence[str]


async def findings(asked: Asked, clock: Callable[[], datetime]) -> list[Finding]:
    """One line for each thing that was looked at; a single one if nobody answers."""
    try:
        skewed = await _clock(asked.api_base, clock)
        async with open_bot(asked.token, asked.api_base) as bot:
            me = await bot.get_me()
            webhook = await bot.get_webhook_info()
            groups = [line for chat in asked.groups for line in await _group(bot, me, chat)]
    except (InvalidToken, Forbidden):
        return [bad(REFUSED)]
    except (TelegramError, httpx.HTTPError) as error:
        return [bad(UNREACHED.format(host=urlsplit(asked.api_base).hostname, kind=type(error).__name__))]
    return [*_bot(me, asked.groups), *webhook_state(webhook, asked.hook, clock()), *skewed, *groups]


async def _clock(api_base: str, clock: Callable[[], datetime]) -> list[Finding]:
    """Whether our clock agrees with the server's, as its answers are dated."""
    async with httpx.AsyncClient(timeout=ANSWER_S) as client:
        dated = (await client.get(api_base)).headers.get("date")
    try:
        skew_s = (clock() - parsedate_to_datetime(dated)).total_seconds()
    except (TypeError, ValueError):
        return [look("服务器没有说时间,本机时钟没法核对")]
    if abs(skew_s) > SKEW_S_MAX:
        return [
            bad(f"本机时钟{'快' if skew_s > 0 else '慢'}了 {abs(skew_s):.0f} 秒,请打开时间同步 (systemd-timesyncd)")
        ]
    return [good("本机时钟准确")]


def _bot(me: User, groups: Sequence[str]) -> list[Finding]:
    lines = [good(f"Telegram 机器人 @{me.username}")]
    if me.can_join_groups is False:
        lines.append(bad(NO_GROUPS))
    if not groups:
        lines.append(look(UNBOUND))
    return lines


def webhook_state(info: WebhookInfo, hook: str, now: datetime) -> list[Finding]:
    """How updates come to us, and whether they do."""
    lines = [_mode(info, hook)]
    if info.pending_update_count > PENDING_MANY:
        lines.append(look(f"有 {info.pending_update_count} 条消息在 Telegram 那边等着收,请看机器人是不是在运行"))
    if info.url and info.last_error_date and now - info.last_error_date < ERROR_LATELY:
        told = info.last_error_message or "unknown"
        lines.append(bad(f"Telegram 最近推送失败 ({told}),请检查 JIANGDAO_PUBLIC_URL、证书和反向代理"))
    return lines


def _mode(info: WebhookInfo, hook: str) -> Finding:
    if info.url == hook:
        return good(f"收消息方式:{'webhook ' + hook if hook else '轮询'}")
    if hook:
        return look(f"webhook 现在是 {info.url or '空的'},启动时会设成 {hook}")
    return look(f"Telegram 上还设着 webhook {info.url},启动时会删掉、改为轮询")


async def _group(bot: Bot, me: User, chat: str) -> list[Finding]:
    try:
        group = await bot.get_chat(chat)
        member = await bot.get_chat_member(chat, me.id)
    except ChatMigrated:
        return [look(f"客服群 {chat} 升级成了超级群,收到那里的下一条消息后会自动改过来")]
    except (BadRequest, Forbidden):
        return [bad(f"客服群 {chat} 找不到,机器人可能已被移出:重新拉进群,再用 /bindcode 绑定一次")]
    return rights(group, member, me)


def rights(group: ChatFullInfo, member: ChatMember, me: User) -> list[Finding]:
    """Whether the bot can do its work in a group of staff, and nobody else can look in."""
    name = f"客服群「{group.title}」"
    if member.status in (ChatMember.LEFT, ChatMember.BANNED):
        return [bad(f"{name}:机器人不在群里,请重新拉进来,再用 /bindcode 绑定一次")]
    lines = []
    if group.username:
        lines.append(bad(f"{name}:这是公开群,谁都能进来看客户资料,请改成私密群"))
    admin = isinstance(member, ChatMemberAdministrator | ChatMemberOwner)
    if not admin and not me.can_read_all_group_messages:
        lines.append(bad(f"{name}:{PRIVATE}"))
    if not admin and not _may_write(group, member):
        lines.append(bad(f"{name}:{MUTE}"))
    if group.is_forum and not getattr(member, "can_manage_topics", isinstance(member, ChatMemberOwner)):
        lines.append(look(f"{name}:开了话题,但机器人没有「管理话题」权限,单子不会各开一个话题"))
    return lines or [good(f"{name}:机器人{'是管理员' if admin else '在群里'}")]


def _may_write(group: ChatFullInfo, member: ChatMember) -> bool:
    """Whether somebody who is no admin may write: the group lets its members, and nobody silenced this one."""
    silenced = isinstance(member, ChatMemberRestricted) and not member.can_send_messages
    return not silenced and (group.permissions is None or group.permissions.can_send_messages is not False)
