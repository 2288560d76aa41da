"""The company's shop as a channel: what happens to an order arrives as a message of nobody, like time does.

A file of orders takes the same path. One event::

    {"id": "e-1", "order": "A1001", "kind": "paid", "amount_fen": 680000, "phone": "+8613800138000",
     "at": "2026-11-23T10:00:00+08:00"}
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.webhooks import Answer, Call
from domain.channel import Rate
from domain.chat import Inbound, Message, Place, Raw
from domain.errors import Permanent, Unparseable
from domain.orders import TELLABLE, Told

NAME: Final = "shop"
PLACE: Final = Place(NAME, NAME)
TIME, SIGNATURE = "x-jiangdao-time", "x-jiangdao-signature"
FRESH_S: Final = 300
BYTES_MAX: Final = 64 * 1024
AMOUNT_FEN_MAX: Final = 10**12
DIGITS_MAX: Final = 12
YEAR_MIN: Final = 2000
AHEAD: Final = timedelta(days=1)
"""So far ahead of our clock theirs may be."""

ID = re.compile(r"[A-Za-z0-9._:/-]{1,80}")
ORDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
PHONE = re.compile(r"\+\d{6,15}|1\d{10}")


class Shop:
    """Only parses: nobody lives here."""

    name = NAME
    pulled = True
    rates: tuple[Rate, ...] = ()

    def parse(self, raw: Raw) -> Inbound | None:
        """An order's event as a message with the intent «order.event».

        Raises:
            Unparseable: something in it cannot be.
        """
        try:
            event = checked(raw.body)
        except ValueError as wrong:
            raise Unparseable(str(wrong)) from None
        return Inbound(raw.id, PLACE, account="", intent="order.event", subject=event["order"], args=event)

    async def send(self, message: Message) -> str:
        """Nobody lives here.

        Raises:
            Permanent: always.
        """
        raise Permanent(NAME)

    async def edit(self, external: str, message: Message) -> str:
        """Nobody lives here.

        Raises:
            Permanent: always.
        """
        raise Permanent(NAME)


def checked(body: Mapping[str, Any]) -> dict[str, Any]:
    """An event as its handler wants it: every field there, the number in E.164, the time in UTC.

    Raises:
        ValueError: the name of the first field that cannot be; what is signed has a sum.
    """
    event = {name: _field(name, read, body) for name, read in FIELDS.items()}
    if event["kind"] == Told.SIGNED.value and not event["amount_fen"]:
        raise ValueError("amount_fen")
    return event


def timely(raw: Raw, now: datetime) -> Raw:
    """What has happened by now, give or take a clock.

    Raises:
        ValueError: «at», it will only happen.
    """
    if datetime.fromisoformat(str(raw.body["at"])) > now + AHEAD:
        raise ValueError("at")
    return raw


def same(raw: Raw, kept: Mapping[str, Any]) -> bool:
    """Whether an event is the one that is kept under its id, by all that is told of it."""
    return all(raw.body[name] == value for name, value in kept.items())


def _field(name: str, read: Callable[[Any], Any], body: Mapping[str, Any]) -> Any:
    try:
        return read(body.get(name))
    except (TypeError, ValueError, OverflowError):
        raise ValueError(name) from None


def _matching(pattern: re.Pattern[str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise ValueError
        return value

    return read


def _amount(value: Any) -> int:
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= AMOUNT_FEN_MAX:
        raise ValueError
    return value


def _phone(value: Any) -> str:
    if value in (None, ""):
        return ""
    said = _matching(PHONE)(re.sub(r"[\s-]", "", value))
    return said if said.startswith("+") else f"+86{said}"


def _moment(value: Any) -> str:
    at = datetime.fromisoformat(_matching(re.compile(r".{10,40}"))(value))
    if at.tzinfo is None or at.year < YEAR_MIN:
        raise ValueError
    return at.astimezone(UTC).isoformat()


def _kind(value: Any) -> str:
    kind = Told(value)
    if kind not in TELLABLE:
        raise ValueError
    return kind.value


def _source(value: Any) -> str:
    return value if value in ("shop", "file") else NAME


FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "order": lambda value: _matching(ORDER)(value).upper(),
    "id": _matching(ID),
    "kind": _kind,
    "amount_fen": _amount,
    "phone": _phone,
    "at": _moment,
    "source": _source,
}


def raw_of(event: Mapping[str, Any]) -> Raw:
    """What arrives: the same event again has the same id.

    Raises:
        ValueError: the name of the first field that cannot be.
    """
    known = checked(event)
    return Raw(f"{NAME}:{known['id']}", NAME, known)


def sign(secret: bytes, moment: str, body: bytes) -> str:
    """The signature of a body sent at this moment, in seconds since 1970."""
    return hmac.new(secret, moment.encode() + b"." + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class ShopDoor:
    """Where the shop posts. ``receive`` returns once an event is committed; ``clock`` gives the time in UTC; ``kept``
    gives what is kept under an event's id (order, kind, amount_fen, phone, at), nothing for none."""

    secret: bytes
    receive: Callable[[Raw], Awaitable[object]]
    clock: Callable[[], datetime]
    kept: Callable[[str], Awaitable[Mapping[str, Any]]]
    methods: tuple[str, ...] = ("POST",)
    bytes_max: int = BYTES_MAX

    def admits(self, call: Call) -> bool:
        """Whether there is a signature, of a moment that is not long ago."""
        moment = call.headers.get(TIME, "")
        if not (moment.isascii() and moment.isdigit() and len(moment) <= DIGITS_MAX and call.headers.get(SIGNATURE)):
            return False
        return abs(self.clock().timestamp() - int(moment)) <= FRESH_S

    async def take(self, call: Call, body: bytes) -> Answer:
        """200 once it is committed, also for what was told before; 404 for a stranger, 422 with the wrong field's name
        for the shop, 409 if the id is another event's, 503 if it could not be taken, now or yet."""
        expected = sign(self.secret, call.headers[TIME], body)
        if not hmac.compare_digest(expected.encode(), call.headers[SIGNATURE].encode(errors="replace")):
            return Answer(404)
        try:
            raw = timely(raw_of(_read(body)), self.clock())
        except ValueError as wrong:
            return _answer(422, {"error": str(wrong)})
        await self.receive(raw)
        kept = await self.kept(str(raw.body["id"]))
        if not kept:
            return _answer(503, {"error": "later"})
        if not same(raw, kept):
            return _answer(409, {"error": "id"})
        return _answer(200, {"ok": True})


def _read(body: bytes) -> Mapping[str, Any]:
    """The body as an object.

    Raises:
        ValueError: «json», it is none.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("json") from None
    if not isinstance(found, dict):
        raise ValueError("json")
    return {**found, "source": NAME}


def _answer(status: int, said: Mapping[str, Any]) -> Answer:
    return Answer(status, json.dumps(said).encode(), "application/json")
