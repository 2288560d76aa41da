"""The settings of the installation, from the environment and a .env file, and the company file beside them."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.company_file import load_company
from bot.config_tencent import tencent_problems
from bot.problems import ConfigError, hint_for, translated

__all__ = ["ConfigError", "Settings", "load_company", "load_settings"]

PREFIX = "JIANGDAO_"

DATABASE_URL = re.compile(r"(?:sqlite:///.+|postgres(?:ql)?://.+)")
ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?")
TELEGRAM_TOKEN = re.compile(r"\d{3,16}:[A-Za-z0-9_-]{20,80}")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Settings(BaseSettings):
    """One field per setting: JIANGDAO_PORT sets ``port``. Units end the names; descriptions feed .env.example."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: str = Field(
        "sqlite:///data/jiangdao.db", description="where everything is kept: sqlite:///file or postgresql://…"
    )
    data_dir: Path = Field(Path("data"), description="folder for photos, the secret and the like; must be writable")
    company_file: Path = Field(Path("company.toml"), description="what the company decides")
    host: str = Field("127.0.0.1", min_length=1, description="address to listen on; 0.0.0.0 for every network")
    port: int = Field(8080, ge=1, le=65535, description="port to listen on")
    public_url: str = Field(
        "", description="what people type, without a path; https if public; empty: 127.0.0.1 and the port"
    )
    secret: SecretStr | None = Field(
        None, description="signs sessions, at least 32 characters; empty: made once and kept in data_dir"
    )
    embed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="pages that may embed the chat, comma-separated: https://www.example.com"
    )
    telegram_token: SecretStr | None = Field(
        None, description="token of the Telegram bot, from @BotFather; empty: no Telegram"
    )
    telegram_webhook: bool = Field(
        False, description="Telegram posts to public_url, which must be https; false: it is asked for what is new"
    )
    telegram_api_base: str = Field(
        "https://api.telegram.org", description="server of the Bot API; another one if you run it yourself"
    )
    wechat_app_id: str = Field(
        "", description="app id of the WeChat Official Account, wx and 16 characters; empty: no WeChat"
    )
    wechat_app_secret: SecretStr | None = Field(None, description="its AppSecret")
    wechat_token: SecretStr | None = Field(None, description="the Token of its server configuration")
    wechat_aes_key: SecretStr | None = Field(
        None, description="the EncodingAESKey of its server configuration, 43 characters; in plain mode nothing works"
    )
    wechat_api_base: str = Field("https://api.weixin.qq.com", description="server of the Official Account's API")
    wechat_menu_locale: Literal["", "zh-CN", "zh-Hant", "en"] = Field(
        "zh-CN", description="language of the menu beneath the chat; empty: the menu is left as it is"
    )
    wechat_message_count: int = Field(5, ge=1, le=100, description="messages allowed after each one of a follower")
    wechat_message_hours: int = Field(48, ge=1, le=168, description="hours in which they are allowed")
    wechat_touch_count: int = Field(
        3, ge=0, le=100, description="messages allowed after a follow, a scan, a menu click"
    )
    wechat_touch_s: int = Field(60, ge=1, le=3600, description="seconds in which they are allowed")
    wechat_notice_template: str = Field(
        "", description="template message for progress when nothing else may be sent; empty: none"
    )
    wechat_notice_fields: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="its fields and what stands in them, comma-separated: thing1=title,phrase2=status,thing3=next"
    )
    wechat_subscribe_template: str = Field(
        "", description="subscribe message for progress, to which homeowners agree one by one; empty: none"
    )
    wechat_subscribe_fields: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="its fields and what stands in them, comma-separated: thing1=title,phrase2=status,time3=time"
    )
    wecom_corp_id: str = Field("", description="corp id of the company in WeCom; empty: no WeCom")
    wecom_agent_id: int = Field(0, ge=0, description="agent id of our app there")
    wecom_secret: SecretStr | None = Field(None, description="its Secret")
    wecom_token: SecretStr | None = Field(None, description="the Token of its message reception")
    wecom_aes_key: SecretStr | None = Field(
        None, description="the EncodingAESKey of its message reception, 43 characters"
    )
    wecom_api_base: str = Field("https://qyapi.weixin.qq.com", description="server of the WeCom API")
    wecom_chat_per_min_max: int = Field(16, ge=1, le=1000, description="messages to one member a minute")
    wecom_chat_per_hour_max: int = Field(400, ge=1, le=1000, description="messages to one member an hour")
    wecom_group_per_min_max: int = Field(10, ge=1, le=1000, description="messages to a group of staff a minute")
    wecom_kf_secret: SecretStr | None = Field(
        None, description="Secret of the app that manages WeCom customer service; empty: no homeowners come that way"
    )
    wecom_kf_token: SecretStr | None = Field(None, description="the Token of its callback")
    wecom_kf_aes_key: SecretStr | None = Field(None, description="the EncodingAESKey of its callback, 43 characters")
    wecom_kf_count: int = Field(5, ge=1, le=100, description="messages allowed after each one of a customer there")
    wecom_kf_hours: int = Field(48, ge=1, le=168, description="hours in which they are allowed")
    shop_secret: SecretStr | None = Field(
        None, description="signs what your shop tells of orders, at least 32 characters; empty: it tells nothing"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="how much is logged")
    log_format: Literal["text", "json"] = Field("text", description="for people or for machines")
    database_connections: int = Field(8, ge=1, le=100, description="open connections, PostgreSQL only")
    senders: int = Field(16, ge=1, le=200, description="chats which are sent to at the same time")
    shutdown_max_s: int = Field(10, ge=1, le=12, description="seconds that running work may take to end")
    upload_mb_max: int = Field(20, ge=1, le=200, description="megabytes of one photo or file")
    photo_megapixels_max: int = Field(50, ge=1, le=200, description="million pixels of one photo")
    messages_per_min_max: int = Field(60, ge=0, le=10_000, description="messages of one person a minute; 0: no limit")
    uploads_per_min_max: int = Field(40, ge=0, le=10_000, description="files of one person a minute; 0: no limit")
    streams_max: int = Field(12, ge=1, le=1000, description="open pages of one person")
    disk_reserve_mb: int = Field(
        200,
        ge=0,
        le=1_000_000,
        description="megabytes to leave free on the disk of data_dir; with less, photos are refused",
    )
    metrics_token: SecretStr | None = Field(
        None, description="whoever shows it may read /metrics, at least 16 characters; empty: this machine alone"
    )

    @field_validator("embed_origins", "wechat_notice_fields", "wechat_subscribe_fields", mode="before")
    @classmethod
    def _split(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        return tuple(part.strip().rstrip("/") for part in given.split(",") if part.strip())

    @model_validator(mode="before")
    @classmethod
    def _addressed(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Without an address of its own it is reached on this machine, at the port that it listens on."""
        url = given.get("public_url") or f"http://127.0.0.1:{given.get('port', 8080)}"
        return {**given, "public_url": str(url).rstrip("/")}


def load_settings(env_file: Path | str | None = ".env", **given: Any) -> Settings:
    """Settings from ``given``, else the environment, else ``env_file`` (None: no file), checked altogether.

    Makes ``data_dir`` and the folder of a SQLite file if they are absent.

    Raises:
        ConfigError: one line for each problem.
    """
    problems = list(_unknown(env_file))
    try:
        settings = Settings(_env_file=env_file, **given)
    except ValidationError as error:
        raise ConfigError(problems + _lines(error)) from None
    except UnicodeDecodeError:
        raise ConfigError([f"{env_file}:文件要用 UTF-8 编码保存"]) from None
    problems += _problems(settings)
    if problems:
        raise ConfigError(problems)
    return settings


def env_example() -> str:
    """The text of .env.example: every setting, what it means with its unit, and its default."""
    blocks = (
        f"# {field.description}\n#{PREFIX}{name.upper()}={_shown(field.default)}\n"
        for name, field in Settings.model_fields.items()
    )
    return "# Settings. Copy this file to .env and take the # away from what you change.\n\n" + "\n".join(blocks)


def _shown(default: object) -> str:
    return "" if default is None or default == () else str(default)


def _lines(error: ValidationError) -> list[str]:
    """The faults, with each setting called as it is written in .env."""
    lines = translated("设置", error, {}, Settings.model_fields)
    for name in Settings.model_fields:
        lines = [line.replace(f":{name} ", f":{PREFIX}{name.upper()} ") for line in lines]
    return lines


def _unknown(env_file: Path | str | None) -> Iterator[str]:
    """Settings of ours that do not exist: a slip of the pen which would be silent otherwise."""
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    for name in {**_written(env_file), **os.environ}:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            yield f"设置:不认识 “{name}”{hint_for(name.upper(), known)}"


def _written(env_file: Path | str | None) -> Mapping[str, str | None]:
    try:
        return dotenv_values(env_file) if env_file and Path(env_file).is_file() else {}
    except (UnicodeDecodeError, OSError):
        raise ConfigError([f"{env_file}:这个文件打不开,要用 UTF-8 编码保存"]) from None


def _problems(settings: Settings) -> Iterator[str]:
    yield from _database(settings.database_url)
    yield from _folder("DATA_DIR", settings.data_dir)
    yield from _secret(settings.secret)
    yield from _metrics(settings.metrics_token)
    yield from _shop(settings.shop_secret)
    yield from _public(settings)
    yield from _telegram(settings)
    yield from tencent_problems(settings)
    for origin in settings.embed_origins:
        if not ORIGIN.fullmatch(origin):
            yield f"设置:{PREFIX}EMBED_ORIGINS 里的 “{origin}” 写法不对,要写成 https://www.example.com,后面不带路径"


def _database(url: str) -> Iterator[str]:
    if not DATABASE_URL.fullmatch(url):
        yield f"设置:{PREFIX}DATABASE_URL 要以 sqlite:/// 或 postgresql:// 开头"
    elif url.startswith("sqlite:///"):
        yield from _folder("DATABASE_URL", Path(url.removeprefix("sqlite:///")).parent)


def _folder(name: str, folder: Path) -> Iterator[str]:
    """Made if it is absent; a file is written to see that it can be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        yield f"设置:{PREFIX}{name} 的文件夹 “{folder}” 建不了或者写不进去,请检查权限和磁盘空间"


def _secret(secret: SecretStr | None) -> Iterator[str]:
    if secret is not None and len(secret.get_secret_value()) < 32:
        yield f"设置:{PREFIX}SECRET 太短,至少要 32 个字符;留空会自动生成一个"


def _metrics(token: SecretStr | None) -> Iterator[str]:
    if token is not None and len(token.get_secret_value()) < 16:
        yield f"设置:{PREFIX}METRICS_TOKEN 太短,至少要 16 个字符;留空则只有本机能看 /metrics"


def _shop(secret: SecretStr | None) -> Iterator[str]:
    if secret is not None and len(secret.get_secret_value()) < 32:
        yield f"设置:{PREFIX}SHOP_SECRET 太短,至少要 32 个字符;留空则不收商城的订单消息"


def _public(settings: Settings) -> Iterator[str]:
    url = _parts(settings.public_url)
    if url is None:
        yield f"设置:{PREFIX}PUBLIC_URL “{settings.public_url}” 写法不对,要写成 https://chat.example.com,后面不带路径"
    elif url[0] == "http" and not (url[1] in LOOPBACK and settings.host in LOOPBACK):
        yield f"设置:{PREFIX}PUBLIC_URL 必须以 https:// 开头,只有在本机 (127.0.0.1) 试用时才可以用 http://"


def _telegram(settings: Settings) -> Iterator[str]:
    if settings.telegram_token and not TELEGRAM_TOKEN.fullmatch(settings.telegram_token.get_secret_value()):
        yield f"设置:{PREFIX}TELEGRAM_TOKEN 写法不对,请从 @BotFather 那里整段复制,像 123456789:AAE… 这样"
    url, api = _parts(settings.public_url), _parts(settings.telegram_api_base)
    if api is None or (api[0] == "http" and api[1] not in LOOPBACK and "." in api[1]):
        yield f"设置:{PREFIX}TELEGRAM_API_BASE 要写成 https://api.telegram.org 这样,后面不带路径;本机可以用 http://"
    elif settings.telegram_webhook and url and url[0] == "http" and api[1] not in LOOPBACK:
        yield f"设置:{PREFIX}TELEGRAM_WEBHOOK 要求 {PREFIX}PUBLIC_URL 以 https:// 开头,Telegram 才能发过来"


def _parts(url: str) -> tuple[str, str] | None:
    """Scheme and host of an address without a path, None for anything else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or port == 0:
        return None
    return (parts.scheme, parts.hostname) if not (parts.query or parts.fragment or parts.username) else None
