"""How customers' messages come in: the platform says that there is something, and it is asked for by a cursor.

What was pulled is kept before the cursor moves on; a crash between the two pulls it again, and it is known by then. Now
and then it is asked for without having been told: a callback may get lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from bot.channels.tencent_callback import REFUSED, SUCCESS, Door
from bot.channels.tencent_crypto import Refusal
from bot.channels.tencent_errors import Faults
from bot.channels.tencent_http import Api
from bot.channels.tencent_xml import word
from bot.channels.wecomkf_parse import KF_ID, NAME, raw_message, sent_at, welcome_code
from bot.pulling import NotKept, Receive, Turn, in_lanes, unheard, unless
from bot.webhooks import Answer, Call
from domain.chat import Raw
from domain.errors import Permanent, SendFailed, Unparseable
from storage.cursors import Cursors
from storage.database import Database

log = logging.getLogger(__name__)

Welcome = Callable[[str], Awaitable[None]]
Accounts = Mapping[str, str]
"""The token of the latest callback, empty for none, by the id of each of our accounts there."""

PAGE = 1000
BESIDE = 32
"""How many customers' messages are taken at once."""
LEASE_S = 60.0
LEASE_PAUSE_S = 1.0
POLL_S = 300.0
"""How often it is asked for what nobody told us of. Without a token the platform lets us ask rarely."""
ACCOUNTS_S = 3600.0
ACCOUNTS_MAX = 100
PAUSE_S = 1.0
PAUSE_MAX_S = 30.0
WELCOME_S = 18.0
"""For how long somebody who has come in may be greeted; the platform's own limit is 20 seconds."""
WELCOMES_MAX = 100


class TokenOld(SendFailed):
    """The callback's token is not good any more."""


STALE: Faults = {95007: (TokenOld, "token-old")}


@dataclass(eq=False, repr=False)
class Intake:
    """The webhook at «/wecomkf», and the work of pulling. ``receive`` returns once a message is committed.

    ``welcome`` greets by a code. ``clock`` gives the time in UTC, and ``reached`` is told at what time nothing waited
    with the platform any more.
    """

    door: Door
    api: Api
    receive: Receive
    database: Database
    clock: Callable[[], datetime]
    welcome: Welcome
    reached: Callable[[datetime], None] = unheard
    poll_s: float = POLL_S
    pause_s: float = PAUSE_S
    worker: str = field(default_factory=lambda: uuid4().hex)
    _told: dict[str, str] = field(default_factory=dict)
    _known: dict[str, None] = field(default_factory=dict)
    _asked_at: datetime | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _welcomes: set[asyncio.Task[None]] = field(default_factory=set)

    # ---- told

    @property
    def methods(self) -> tuple[str, ...]:
        """It asks once who we are, then it posts."""
        return self.door.methods

    @property
    def bytes_max(self) -> int:
        """How long its body may be."""
        return self.door.bytes_max

    def admits(self, call: Call) -> bool:
        """Whether it may be the platform, as far as the query tells."""
        return self.door.admits(call)

    async def take(self, call: Call, body: bytes) -> Answer:
        """There is something to pull; nothing of it is lost if we forget that at once."""
        if call.method == "GET":
            return self.door.echo(call)
        try:
            found = self.door.open(call, body).fields
        except Refusal:
            return REFUSED
        kf_id = word(found, "OpenKfId")
        if word(found, "Event") == "kf_msg_or_event" and KF_ID.match(kf_id):
            self._told[kf_id] = word(found, "Token")
            self._news.set()
        return SUCCESS

    # ---- asked for

    async def run(self, stop: asyncio.Event) -> None:
        """Pull what arrives until ``stop``; whatever fails is tried again, more and more slowly."""
        pause_s = 0.0
        while not stop.is_set():
            self._news.clear()
            try:
                wait_s = self.poll_s if await self.once() else LEASE_PAUSE_S
                pause_s = 0.0
            except Exception as fault:  # noqa: BLE001  # nothing that the network does may end this
                wait_s = pause_s = min(max(self.pause_s, pause_s * 2), PAUSE_MAX_S)
                log.warning("wecomkf_intake", extra={"error": type(fault).__name__})
            await unless(stop, self._news.wait(), wait_s)
        for task in list(self._welcomes):
            task.cancel()
        await self.greeted()

    async def greeted(self) -> None:
        """Return once nobody is being greeted."""
        await asyncio.gather(*self._welcomes, return_exceptions=True)

    async def once(self) -> bool:
        """Pull all there is; False if another worker does that for some account and has to be waited for.

        Raises:
            SendFailed, NotKept: something was not pulled, or not kept; all else was.
        """
        began, whole = self.clock(), True
        failed: Exception | None = await self._learn(began)
        told, self._told = self._told, {}
        for kf_id in dict.fromkeys([*told, *self._known]):
            try:
                whole = await self._account(kf_id, told.get(kf_id, "")) and whole
            except Exception as fault:  # noqa: BLE001  # one account holds up no other
                failed = failed or fault
                self._failed(kf_id, told.get(kf_id, ""), fault)
            except BaseException:
                self._told = {**told, **self._told}
                raise
            told.pop(kf_id, None)
        if failed:
            raise failed
        if whole and self._known:
            self.reached(began)
        return whole

    def _failed(self, kf_id: str, token: str, fault: Exception) -> None:
        """It is pulled again, unless the platform said no to that: then it may be no account of ours any more."""
        if isinstance(fault, Permanent):
            self._asked_at = None
        else:
            self._told.setdefault(kf_id, token)

    async def _learn(self, now: datetime) -> SendFailed | None:
        """Which accounts we have there; asked for now and then. Why that was not told, if it was not."""
        if self._asked_at is not None and (now - self._asked_at).total_seconds() < ACCOUNTS_S:
            return None
        try:
            answer = await self.api.call("POST", "/cgi-bin/kf/account/list", json={"offset": 0, "limit": ACCOUNTS_MAX})
        except SendFailed as fault:
            return fault
        listed = answer.get("account_list")
        if isinstance(listed, list):
            ids = [str(one.get("open_kfid", "")) for one in listed if isinstance(one, Mapping)]
            before = self._known if len(listed) >= ACCOUNTS_MAX else {}  # there may be more than fit
            self._known = {**before, **dict.fromkeys(id for id in ids if KF_ID.match(id))}
        self._asked_at = now
        return None

    async def _account(self, kf_id: str, token: str) -> bool:
        """Pull what one account has; False if another worker does."""
        self._known[kf_id] = None
        if not await self._mine(kf_id):
            self._told.setdefault(kf_id, token)
            return False
        try:
            while await self._page(kf_id, token):
                if not await self._mine(kf_id):
                    return False
        finally:
            await self._let_go(kf_id)
        return True

    async def _page(self, kf_id: str, token: str) -> bool:
        """Pull some messages, keep them, then the cursor; whether there are more."""
        name = f"{NAME}:{kf_id}"
        cursor = await self.database.read(lambda connection: Cursors(connection).find(name))
        answer = await self._pull(kf_id, token, cursor)
        listed = answer.get("msg_list")
        await self._take_all(listed if isinstance(listed, list) else ())
        after, now = str(answer.get("next_cursor") or ""), self.clock()
        if after and after != cursor:
            await self.database.transact(lambda connection: Cursors(connection).keep(name, after, now))
        return answer.get("has_more") == 1 and bool(after) and after != cursor

    async def _pull(self, kf_id: str, token: str, cursor: str) -> dict[str, Any]:
        """A page. A token that is too old is left out, and a cursor that the platform does not take: then it begins
        anew, and what is known by then is not taken twice."""
        wanted = {"open_kfid": kf_id, "limit": PAGE, "voice_format": 0}
        given = {name: value for name, value in (("cursor", cursor), ("token", token)) if value}
        while True:
            try:
                return await self.api.call("POST", "/cgi-bin/kf/sync_msg", json={**wanted, **given}, also=STALE)
            except (TokenOld, Permanent) as fault:
                if given.pop("token" if isinstance(fault, TokenOld) else "cursor", None) is None:
                    raise

    async def _take_all(self, listed: Sequence[object]) -> None:
        """Keep a page: customers beside one another, each customer's messages in their order.

        Raises:
            NotKept: something of it was not stored.
        """
        room = asyncio.Semaphore(BESIDE)
        kept = await asyncio.gather(*[self._take_in_order(lane, room) for lane in in_lanes(_raws(listed))])
        if not all(kept):
            raise NotKept

    async def _take_in_order(self, lane: Sequence[Raw], room: asyncio.Semaphore) -> bool:
        async with room:
            for raw in lane:
                try:
                    await self.receive(raw)
                except Exception as fault:  # noqa: BLE001  # it is pulled again
                    log.error("wecomkf_not_kept", extra={"error": type(fault).__name__})
                    return False
                self._greet(raw)
        return True

    def _greet(self, raw: Raw) -> None:
        """Who has just come in is greeted, once if at all: nobody is owed that."""
        code, at = welcome_code(raw), sent_at(raw)
        fresh = at is not None and (self.clock() - at).total_seconds() < WELCOME_S
        if code and fresh and len(self._welcomes) < WELCOMES_MAX:
            task = asyncio.create_task(self._say_hello(code))
            self._welcomes.add(task)
            task.add_done_callback(self._welcomes.discard)

    async def _say_hello(self, code: str) -> None:
        try:
            await self.welcome(code)
        except Exception as fault:  # noqa: BLE001  # what they write is answered all the same
            log.info("wecomkf_welcome", extra={"error": type(fault).__name__})

    # ---- one worker for each account

    def _turn(self, kf_id: str) -> Turn:
        return Turn(self.database, f"{NAME}-pull:{kf_id}", self.worker, LEASE_S)

    async def _mine(self, kf_id: str) -> bool:
        return await self._turn(kf_id).mine(self.clock())

    async def _let_go(self, kf_id: str) -> None:
        try:
            await self._turn(kf_id).let_go(self.clock())
        except Exception as fault:  # noqa: BLE001  # then the lease ends by itself
            log.info("wecomkf_lease", extra={"error": type(fault).__name__})


def _raws(listed: Sequence[object]) -> list[Raw]:
    raws = []
    for message in listed:
        try:
            raws.append(raw_message(message if isinstance(message, dict) else {}))
        except Unparseable:
            log.error("wecomkf_no_message")
    return raws
