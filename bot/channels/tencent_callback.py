"""The door through which Tencent calls: who it is, whether it is fresh, and what it says.

Whatever is wrong is answered by a bare 400 and counted by its code; nothing of what came is logged or given back.

Timestamp and nonce are signed as one string, so their shapes are narrow: a boundary between them that was moved leaves
no timestamp of ten digits which is fresh, or the same signature, which is known. The guard against repetition is each
worker's own and forgets the oldest when it is full; what gets past it has the id of what is already kept.
"""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.channels.tencent_crypto import Crypto, Refusal
from bot.channels.tencent_xml import Fields, fields, fit
from bot.meter import UNMETERED, Meter
from bot.webhooks import Answer, Call

BODY_BYTES_MAX = 64 * 1024
FRESH_S = 300
REPEATS_MAX = 3
REPEATED_S = 30
REMEMBERED_S = 2 * FRESH_S
REMEMBERED_MAX = 65_536

REFUSED = Answer(400)
SUCCESS = Answer(200, b"success")
"""The platform hears that all is well and that there is nothing to say."""

SHAPES: Mapping[str, re.Pattern[str]] = {
    "msg_signature": re.compile(r"[0-9a-f]{40}"),
    "signature": re.compile(r"[0-9a-f]{40}"),
    "timestamp": re.compile(r"[1-9][0-9]{9}"),
    "nonce": re.compile(r"[0-9A-Za-z_-]{1,32}"),
}
SEALED_ECHO = re.compile(r"[0-9A-Za-z+/]{16,1024}={0,2}")
PLAIN_ECHO = re.compile(r"[0-9A-Za-z_-]{1,64}")
SEALED = ("msg_signature", "timestamp", "nonce")
PLAIN = ("signature", "timestamp", "nonce")

OPEN_FIELDS = frozenset({"FromUserName", "CreateTime", "MsgType", "MsgId", "Event", "Content"})
"""What stands outside of ``Encrypt`` only where the account is in plain or in mixed mode: nobody signed it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the platform said: the text that was sealed, without what no XML can carry, and what stands in it."""

    xml: str
    fields: Fields


@runtime_checkable
class Listed(Protocol):
    """A query in which a name may stand more than once."""

    def getlist(self, key: str) -> list[str]:
        """All values of a name."""


@dataclass(slots=True)
class Repeats:
    """Signatures that were found right, with when each first came and how often it came since.

    The platform delivers three times within some seconds; whoever has overheard a call may come later or oftener.
    """

    size: int = REMEMBERED_MAX
    known: OrderedDict[bytes, tuple[datetime, int]] = field(default_factory=OrderedDict)

    def admits(self, signature: str, now: datetime) -> bool:
        """Whether it may come (once more); remembered as long as its timestamp can be fresh."""
        self._forget(now)
        key = bytes.fromhex(signature)
        first, count = self.known.get(key, (now, 0))
        if count >= REPEATS_MAX or now - first > timedelta(seconds=REPEATED_S):
            return False
        self.known[key] = (first, count + 1)
        return True

    def _forget(self, now: datetime) -> None:
        long_ago = now - timedelta(seconds=REMEMBERED_S)
        while self.known:
            first, _ = next(iter(self.known.values()))
            if first >= long_ago and len(self.known) < self.size:
                return
            self.known.popitem(last=False)


class Door:
    """The checks of one account's callback.

    ``name`` is the channel's, ``clock`` gives the time in UTC. With ``plain_echo`` a GET may be signed as the Official
    Account signs it, over timestamp and nonce alone, and its echo is not sealed; WeCom seals it.
    """

    def __init__(
        self,
        name: str,
        crypto: Crypto,
        clock: Callable[[], datetime],
        meter: Meter = UNMETERED,
        plain_echo: bool = False,
    ) -> None:
        self.name = name
        self.crypto = crypto
        self._clock = clock
        self._meter = meter
        self._plain_echo = plain_echo
        self._repeats = Repeats()

    @property
    def methods(self) -> tuple[str, ...]:
        """As a Webhook has them."""
        return ("GET", "POST")

    @property
    def bytes_max(self) -> int:
        """As a Webhook has it."""
        return BODY_BYTES_MAX

    def admits(self, call: Call) -> bool:
        """Whether the query is of a callback's shape and fresh; False is counted. Reads no body, needs no key."""
        try:
            self._signed(call)
        except Refusal as refusal:
            self.refuse(refusal.code)
            return False
        return True

    def echo(self, call: Call) -> Answer:
        """The answer to a GET, by which the console asks who we are: what was sealed in ``echostr``, or 400."""
        try:
            return Answer(200, self._echo(call).encode())
        except Refusal as refusal:
            return self.refuse(refusal.code)

    def open(self, call: Call, body: bytes) -> Opened:
        """What a POST says, after every check, and as XML within bounds.

        Raises:
            Refusal: counted already; the answer is ``REFUSED``.
        """
        try:
            xml = fit(self._opened(call, body))
            return Opened(xml, fields(xml))
        except Refusal as refusal:
            self.refuse(refusal.code)
            raise

    def refuse(self, code: str) -> Answer:
        """Count what the channel itself cannot take («id» …), and the answer to it."""
        self._meter.turned_away(self.name, code)
        return REFUSED

    def answer(self, xml: str) -> Answer:
        """``xml`` sealed, as the answer to a callback."""
        timestamp, nonce = str(int(self._clock().timestamp())), str(secrets.randbelow(10**10))
        return Answer(200, self.crypto.seal(xml, nonce, timestamp).encode(), "text/xml")

    def _signed(self, call: Call) -> tuple[str, str, str]:
        """Signature, timestamp and nonce, each once and of its shape, and the timestamp fresh."""
        plain = self._plain_echo and call.method == "GET" and "msg_signature" not in call.query
        if call.query.get("encrypt_type", "aes") != "aes":
            raise Refusal("plain")
        signature, timestamp, nonce = (
            _parameter(call.query, name, SHAPES[name]) for name in (PLAIN if plain else SEALED)
        )
        if abs(self._clock().timestamp() - int(timestamp)) > FRESH_S:
            raise Refusal("stale")
        return signature, timestamp, nonce

    def _echo(self, call: Call) -> str:
        signature, timestamp, nonce = self._signed(call)
        if "msg_signature" in call.query:
            sealed = _parameter(call.query, "echostr", SEALED_ECHO)
            said = self.crypto.open(signature, timestamp, nonce, sealed)
        else:
            said = _parameter(call.query, "echostr", PLAIN_ECHO)
            self.crypto.check(signature, timestamp, nonce, "")
        self._once(signature)
        return said

    def _opened(self, call: Call, body: bytes) -> str:
        signature, timestamp, nonce = self._signed(call)
        if len(body) > BODY_BYTES_MAX:
            raise Refusal("long")
        outer = fields(body)
        sealed = outer.get("Encrypt")
        if not isinstance(sealed, str) or not sealed:
            raise Refusal("plain")
        if not OPEN_FIELDS.isdisjoint(outer):
            raise Refusal("mixed")
        xml = self.crypto.open(signature, timestamp, nonce, sealed)
        self._once(signature)
        return xml

    def _once(self, signature: str) -> None:
        if not self._repeats.admits(signature, self._clock()):
            raise Refusal("repeated")


def _parameter(query: Mapping[str, str], name: str, shape: re.Pattern[str]) -> str:
    """A parameter that stands there once."""
    value = query.get(name, "")
    if isinstance(query, Listed) and len(query.getlist(name)) != 1:
        raise Refusal("query")
    if not shape.fullmatch(value):
        raise Refusal("query")
    return value
