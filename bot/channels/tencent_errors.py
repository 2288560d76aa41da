"""What Tencent answers when it does not do as it is told, as the errors that the rest of the program knows.

An answer names its fault with a number. The two platforms share numbers and not what they mean, so each has its table.
A number that stands in none is Permanent with the number as its code: the platform has looked at the call and said no,
nothing was sent, and staff read the number and may have it sent again. What is wrong with the whole account is
Temporary: it is mended in a console, and nothing is lost meanwhile. Nothing of an answer's words gets into an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import httpx

from domain.errors import Malformed, Permanent, SendFailed, Temporary, Throttled, WindowShut

Make = Callable[[str], SendFailed]
Faults = Mapping[int, tuple[Make, str]]
"""By errcode: which error, and its code. An empty code stands for the number itself."""

NO_FAULTS: Faults = {}

BLOCKED = "blocked"
GONE = "chat-gone"
MEDIA = "media"
TOO_BIG = "too-big"
NOT_EDITABLE = "not-editable"
WINDOW = "window"

SHORT_S = 5.0
MINUTE_S = 60.0
HOUR_S = 3600.0


class TokenRefused(Exception):
    """The platform does not know the access token, or not any more."""


def pause(seconds: float) -> Make:
    """Nobody is sent anything for so long."""
    return lambda code: Throttled(code, seconds, everyone=True)


def each(make: Make, code: str, *numbers: int) -> Faults:
    """The same error for several numbers."""
    return dict.fromkeys(numbers, (make, code))


SHARED: Faults = {
    **each(Temporary, "system-busy", -1),
    **each(Malformed, "markup", 40033),
    **each(Permanent, MEDIA, 40004, 40005, 40007, 40008, 40009, 40010, 40011, 40012, 41005, 41006, 44001),
    **each(Permanent, TOO_BIG, 40006, 45001, 45002),
}

OFFICIAL_TOKEN = frozenset({40001, 40014, 41001, 42001})
OFFICIAL: Faults = {
    **SHARED,
    **each(Permanent, BLOCKED, 40003, 40031, 43004, 43019, 48002),
    **each(WindowShut, WINDOW, 45015, 45047),
    **each(Permanent, "no-consent", 43101, 43107),
    **each(pause(HOUR_S), "quota", 45009),
    **each(pause(MINUTE_S), "quota", 45011),
    **each(Temporary, "", 40013, 40125, 40164, 40243, 41002, 41004, 45110, 48001, 48004, 48006, 50002, 50005),
    **each(Temporary, "", 61004, 61007, 89501, 89503, 89506, 89507),
}
"""The Official Account's. 48002, here a follower who takes no messages, is from memory. The second to last row: what
its owner mends, secret and IP list among it."""

CORP_TOKEN = frozenset({40014, 41001, 42001})
CORP: Faults = {
    **SHARED,
    **each(Permanent, BLOCKED, 40003, 40031, 40096, 46004, 60021, 60111, 81013),
    **each(Permanent, GONE, 40050, 49008, 86001, 86003, 95000, 95004),
    **each(Permanent, NOT_EDITABLE, 42014, 42015, 42016, 60140),
    **each(Permanent, MEDIA, 40123, 301015, 301016, 301017),
    **each(WindowShut, WINDOW, 95001, 95002, 95013, 95018),
    **each(pause(MINUTE_S), "quota", 45009),
    **each(pause(SHORT_S), "quota", 45033),
    **each(Temporary, "", 40001, 40013, 40056, 40091, 41002, 41004, 41011, 45031, 48001, 48002, 48004, 48006, 48007),
    **each(Temporary, "", 50003, 60020, 301002, 301042, 95003, 95011, 95012, 95017, 95023),
}
"""WeCom's and its customer service's. The last two rows: what an administrator mends there."""

UNREACHED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
"""Faults before the first byte was sent: it certainly did not arrive."""

MAYBE = {500: "crash", 504: "timeout"}
"""Statuses behind which it may have been done all the same, as behind a 200 without the platform's answer."""


def refusal(errcode: int, faults: Faults, also: Faults = NO_FAULTS) -> SendFailed:
    """The error for a number that is not 0; ``also`` goes before ``faults``."""
    make, code = also.get(errcode) or faults.get(errcode) or (Permanent, "")
    return make(code or str(errcode))


def unreached(fault: Exception) -> SendFailed:
    """The error for an HTTP call that had no answer."""
    if isinstance(fault, UNREACHED):
        return Temporary("unreached")
    return Temporary("timeout" if isinstance(fault, httpx.TimeoutException) else "reset")


def strange(status: int, retry_after: str) -> SendFailed:
    """The error for a status that is not 200: a proxy's, or the platform's in trouble."""
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        return Permanent(TOO_BIG)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        asked_s = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else MINUTE_S
        return Throttled("429", min(max(asked_s, 1.0), HOUR_S), everyone=True)
    return Temporary(MAYBE.get(status) or str(status))
