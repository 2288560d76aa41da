"""What keeps the bot from starting besides its settings, told in one line each: what is wrong and what to do."""

from __future__ import annotations

import errno
import re
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from bot.problems import ConfigError
from storage.database import DatabaseBusy
from storage.migrations import MigrationRefused

PORTS: Mapping[int, str] = {
    errno.EADDRINUSE: "端口 {port} 已经被别的程序占用,请换一个,例如 make run PORT={other} (port in use)",
    errno.EACCES: "端口 {port} 不让用,小于 1024 的只有管理员能用,请换一个,例如 {other} (no permission for this port)",
    errno.EADDRNOTAVAIL: "这台机器没有地址 {host},JIANGDAO_HOST 请写 127.0.0.1 或 0.0.0.0 (no such address)",
}
HOST_UNKNOWN = "JIANGDAO_HOST “{host}” 不是地址,请写 127.0.0.1 或 0.0.0.0 (no such host)"
BUSY = (
    "数据库正在被进程 {number} 使用,同一时间只能有一个程序打开它。请先停掉那个程序再试;"
    "如果只是邀请同事,不用停,由管理员在聊天里发 /invite (stop the running bot first, or write /invite in the chat)"
)
UNUSABLE = "数据库 {database} 用不了,请检查它在不在运行、JIANGDAO_DATABASE_URL 和权限对不对 ({kind}: {reason})"
MISMATCH = "数据库和程序的版本对不上,请换成与数据库一致的版本;如果只是演示,可以用 make run RESET=1 重来 ({reason})"
DISK = "文件 {path} 读不了或者写不了,请检查权限和磁盘空间 ({reason})"
WHERE = re.compile(r"process (\d+)")


def of_port(host: str, port: int, error: OSError) -> ConfigError:
    """Why nobody can be served at this address."""
    facts = {"host": host, "port": port, "other": port + 1 if 1024 <= port < 65535 else 8081}
    told = HOST_UNKNOWN if isinstance(error, socket.gaierror) else PORTS.get(error.errno or 0, "{host}:{port}")
    return ConfigError([told.format(**facts)])


def of_database(url: str, error: Exception) -> ConfigError:
    """Why the database cannot be opened; a password in its address is not repeated."""
    if isinstance(error, DatabaseBusy):
        found = WHERE.search(str(error))
        return ConfigError([BUSY.format(number=found[1] if found else "?")])
    reason = _first_line(error)
    if isinstance(error, MigrationRefused):
        return ConfigError([MISMATCH.format(reason=reason)])
    return ConfigError([UNUSABLE.format(database=shown(url), kind=type(error).__name__, reason=reason)])


def of_disk(error: OSError) -> ConfigError:
    """Why a file of ours cannot be used."""
    return ConfigError([DISK.format(path=error.filename or "?", reason=error.strerror or type(error).__name__)])


def shown(url: str) -> str:
    """A database's address without user and password."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return parts.path[1:]
    return f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _first_line(error: Exception) -> str:
    said = str(error).strip().partition("\n")[0]
    return re.sub(r"//[^@/\s]*@", "//", said) or type(error).__name__


def of_token() -> ConfigError:
    """Telegram does not know the token."""
    return ConfigError(["设置:Telegram 不认识 JIANGDAO_TELEGRAM_TOKEN 里的密钥,请从 @BotFather 那里重新复制一次"])
