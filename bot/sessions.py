"""Who is there: a signed cookie for each browser, the token against forged posts, the reader's language."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import re
import secrets
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.requests import Request

from bot.doors import WebDoors, WebSettings
from messages import BASE, LOCALES

AGE_MAX_S = 400 * 24 * 3600
RENEW_AFTER_S = 24 * 3600
MACS_REMEMBERED = 4096
SEAT = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
TRADITIONAL = ("zh-tw", "zh-hk", "zh-mo", "zh-hant")


class NoSeat(Exception):
    """A demo seat was named where there is none, or by somebody who is not at this machine."""


def new_account() -> str:
    """An account that nobody can guess."""
    return f"w_{secrets.token_urlsafe(16)}"


@lru_cache(MACS_REMEMBERED)
def mac(secret: bytes, purpose: str, *parts: str) -> str:
    """A signature over ``parts`` that holds for this purpose alone; remembered, since each message needs two."""
    words = "\x1f".join((purpose, *parts)).encode("utf-8", "replace")
    return base64.urlsafe_b64encode(hmac.digest(secret, words, hashlib.sha256)).decode().rstrip("=")


def same(one: str, other: str) -> bool:
    """Whether two signatures are equal, in constant time."""
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "replace"))


def cookie_name(settings: WebSettings, seat: str = "") -> str:
    """Each demo seat has a session of its own in the same browser."""
    if seat:
        return f"jiangdao-{seat}"
    return "__Host-jiangdao" if is_secure(settings) else "jiangdao"


def is_secure(settings: WebSettings) -> bool:
    """Whether people reach us by https."""
    return settings.public_url.startswith("https://")


def set_cookie(settings: WebSettings, seat: str, account: str, now: datetime) -> str:
    """The value of a Set-Cookie header that opens a session for ``account``."""
    name, issued_s = cookie_name(settings, seat), str(int(now.timestamp()))
    value = f"{account}.{issued_s}.{mac(settings.secret, 'session', name, account, issued_s)}"
    framed = bool(settings.embed_origins) and is_secure(settings)
    flags = ["Path=/", f"Max-Age={AGE_MAX_S}", "HttpOnly"]
    flags += ["Secure"] if is_secure(settings) else []
    flags += ["SameSite=None", "Partitioned"] if framed else ["SameSite=Lax"]
    return "; ".join([f"{name}={value}", *flags])


def opened(settings: WebSettings, name: str, value: str, now: datetime) -> tuple[str, int] | None:
    """The account in a session cookie and its age in seconds; None if forged, of another name or too old."""
    rest, _, signature = value.rpartition(".")
    account, _, issued_s = rest.rpartition(".")
    if not same(mac(settings.secret, "session", name, account, issued_s), signature):
        return None
    age_s = int(now.timestamp()) - int(issued_s)
    return (account, age_s) if age_s <= AGE_MAX_S else None


def session(doors: WebDoors, request: Request) -> tuple[str, int] | None:
    """The account of a request and the age of its session in seconds, None without a valid one.

    Raises:
        NoSeat: it names a demo seat that it may not take.
    """
    return seated(doors, request, seat_of(doors, request))


def seated(doors: WebDoors, request: Request, seat: str) -> tuple[str, int] | None:
    """The same for who is known to take this seat."""
    name = cookie_name(doors.settings, seat)
    value = request.cookies.get(name, "")
    return opened(doors.settings, name, value, doors.now()) if value else None


def seat_of(doors: WebDoors, request: Request) -> str:
    """The demo seat that a request is for, "" outside the demo.

    Raises:
        NoSeat: there is no demo, or the request does not come from this machine under a loopback name.
    """
    asked = request.query_params if request.scope["query_string"] else {}
    seat = request.headers.get("x-seat") or asked.get("seat", "")
    if seat and not (doors.settings.demo and SEAT.match(seat) and is_local(request)):
        raise NoSeat(seat)
    return seat


def is_local(request: Request) -> bool:
    """Whether a request comes from this very machine, under a name that no foreign page can point here."""
    host = request.headers.get("host", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return name in LOOPBACK_NAMES and _is_loopback(request.client.host if request.client else "")


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def csrf_token(settings: WebSettings, seat: str, account: str) -> str:
    """What the page must send back with every change."""
    return mac(settings.secret, "csrf", seat, account)


def own_origins(settings: WebSettings) -> frozenset[str]:
    """The origins that may post: the public one, and with a loopback host all loopback names."""
    url = urlsplit(settings.public_url)
    host = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname or ""
    names = LOOPBACK_NAMES if host in LOOPBACK_NAMES else (host,)
    port = f":{url.port}" if url.port not in (None, {"http": 80, "https": 443}.get(url.scheme)) else ""
    return frozenset(f"{url.scheme}://{name}{port}" for name in names)


def locale_of(request: Request) -> str:
    """The language that the page says it is in, else the browser's first that is spoken here, else zh-CN."""
    named = request.headers.get("x-locale") or request.query_params.get("lang", "")
    if named in LOCALES:
        return named
    wanted = map(_weighted, request.headers.get("accept-language", "").split(","))
    return next((found for _, tag in sorted(wanted, key=lambda w: -w[0]) if (found := spoken(tag))), BASE)


def spoken(tag: str) -> str:
    """Our locale for a language tag, "" if we do not speak it."""
    tag = tag.lower()
    if tag.startswith(TRADITIONAL):
        return "zh-Hant"
    return {"zh": "zh-CN", "en": "en"}.get(tag.split("-")[0], "")


def _weighted(part: str) -> tuple[float, str]:
    tag, _, weight = part.strip().partition(";q=")
    try:
        return (float(weight) if weight else 1.0), tag.strip()
    except ValueError:
        return 0.0, tag.strip()
