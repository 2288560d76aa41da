"""The access token of an account: one owner asks for it, all workers use it, and no fault becomes a storm.

The token lies in a row. Who asks for a new one holds the lease «token:<account>» meanwhile; others wait for what comes
of it. After each time it was asked for, whatever came of that, nobody asks again for a minute, and longer after each
further failure; until then there is Temporary("token") at once. A token that the platform gives out and then refuses
is a failure too, and only one that has worked ends the row of them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

from bot.channels.tencent_http import Wire
from domain.chat import Kind, Line, Text
from domain.errors import SendFailed, Temporary, Throttled
from handlers.audience import tell_admins, tell_staff
from storage.database import Connection, Database
from storage.limits import later
from storage.store import Store
from storage.tokens import Access

log = logging.getLogger(__name__)

EARLY_S = 300.0
"""So long before its end an Official Account's token is replaced; until then the platform takes both. WeCom gives the
same one out until its end, so there is nothing to be asked for earlier."""
GAP_S = 60.0
GAP_MAX_S = 300.0
ALARM_AT = 3
ASK_S = 8.0
LEASE_S = 30.0
WAIT_S = 8.0
LOOK_S = 0.05
TOKEN_CHARS_MAX = 1024
REFUSED = "refused"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""When a lease ends that was given back: no clock that is set back finds it held."""


@dataclass(frozen=True, slots=True, repr=False)
class Grant:
    """A token, and for how many seconds from now it is good."""

    token: str
    lasts_s: float


Ask = Callable[[str], Awaitable[Grant]]
"""Ask the platform for a token that is not the given one, which it refused lately (empty: none was).

Raises SendFailed.
"""


def official(wire: Wire, app_id: str, secret: str) -> Ask:
    """An Official Account's: POST /cgi-bin/stable_token with grant_type client_credential, appid and secret in the
    body. It is asked with force_refresh only after it has named once more the token that was refused: that voids the
    token of everybody who asks this way, and is allowed twenty times a day. Whoever asks the older way is not
    disturbed."""

    async def ask(refused: str) -> Grant:
        asked = {"grant_type": "client_credential", "appid": app_id, "secret": secret}
        grant = _grant(await wire.call("POST", "/cgi-bin/stable_token", json=asked))
        if grant.token != refused:
            return grant
        try:
            return _grant(await wire.call("POST", "/cgi-bin/stable_token", json={**asked, "force_refresh": True}))
        except Throttled:
            return grant  # not again today: whether the platform takes the old one by now shows when it is used

    return ask


def corp(wire: Wire, corp_id: str, secret: str) -> Ask:
    """A WeCom app's or its customer service's: GET /cgi-bin/gettoken with corpid and corpsecret."""

    async def ask(refused: str) -> Grant:
        return _grant(await wire.call("GET", "/cgi-bin/gettoken", {"corpid": corp_id, "corpsecret": secret}))

    return ask


def _grant(answer: dict[str, object]) -> Grant:
    token, lasts_s = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(token, str) or not 0 < len(token) <= TOKEN_CHARS_MAX or not isinstance(lasts_s, int):
        raise Temporary("answer")
    return Grant(token, min(max(float(lasts_s), 0.0), 86_400.0))


class Tokens:
    """One account's token. ``account`` names it: «wechat», «wecom», «wecomkf»; ``clock`` gives the time in UTC;
    ``early_s`` before its end it is replaced."""

    def __init__(
        self, database: Database, account: str, ask: Ask, clock: Callable[[], datetime], early_s: float = EARLY_S
    ) -> None:
        self._database = database
        self._account = account
        self._ask = ask
        self._clock = clock
        self._early_s = early_s
        self._worker = uuid4().hex
        self._known: Access | None = None
        self._refused = ""
        self._renewing: asyncio.Task[Access] | None = None

    async def current(self) -> str:
        """A token that should be good: the known one, or a new one.

        Raises:
            Temporary: «token», at once if it was asked for too lately, else after having been asked for in vain.
        """
        known = self._known
        if known is None or not good(known, self._clock(), self._early_s):
            # who gives up waiting does not stop what others wait for
            known = self._known = await asyncio.shield(self._renewal())
        return known.token

    def _renewal(self) -> asyncio.Task[Access]:
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renewed())
            self._renewing.add_done_callback(_heard)
        return self._renewing

    async def refused(self, token: str) -> None:
        """The platform has refused it: nobody uses it any more."""
        if self._known and self._known.token != token:
            return
        self._known, self._refused = None, token
        now = self._clock()

        async def work(connection: Connection) -> int:
            failures = await Store(connection).access_tokens.refused(self._account, token, REFUSED)
            return await self._alarmed(connection, failures, REFUSED, now)

        if await self._database.transact(work):
            log.warning("token_refused", extra={"error": self._account})

    async def worked(self, token: str) -> None:
        """The platform has taken it: an alarm that was given is called off. Costs nothing where none was."""
        known = self._known
        if known is None or known.token != token or not known.failures:
            return
        await self._database.transact(partial(self._cleared, token, self._clock()))
        if self._known is known:
            self._known = replace(known, failures=0)

    async def close(self) -> None:
        """Wait until nobody asks any more."""
        if self._renewing:
            await asyncio.wait([self._renewing])

    async def _renewed(self) -> Access:
        """A row that is good, or at least not over."""
        until = asyncio.get_running_loop().time() + WAIT_S
        while asyncio.get_running_loop().time() < until:
            found, asked = await self._database.read(self._look)
            now = self._clock()
            if found and good(found, now, self._early_s):
                return found
            if asked:
                await asyncio.sleep(LOOK_S)
            elif shut(found, now):
                return _rest(found, now)
            elif await self._database.transact(partial(self._begin, now)):
                return await self._asked()
            else:
                await asyncio.sleep(LOOK_S)
        return _rest((await self._database.read(self._look))[0], self._clock())

    async def _look(self, connection: Connection) -> tuple[Access | None, bool]:
        """What is known, and whether somebody asks at this moment."""
        store = Store(connection)
        until = await store.leases.until(self._lease)
        found, now = await store.access_tokens.find(self._account), self._clock()
        return found, until is not None and now < until <= later(now, LEASE_S)

    async def _begin(self, now: datetime, connection: Connection) -> bool:
        """Whether it is ours to ask: nobody else does, and nobody has done it since we looked."""
        store = Store(connection)
        if await store.leases.take(self._lease, self._worker, now, LEASE_S) is None:
            return False
        found = await store.access_tokens.find(self._account)
        if good(found, now, self._early_s) or shut(found, now):
            await store.leases.drop(self._lease, self._worker, LONG_AGO)
            return False
        await store.access_tokens.asking(self._account, now)
        return True

    async def _asked(self) -> Access:
        grant, code = await self._answer()
        known = await self._database.transact(partial(self._keep, grant, code))
        if code:
            log.warning("token_late", extra={"error": code})
        return _rest(known, self._clock())

    async def _answer(self) -> tuple[Grant | None, str]:
        try:
            async with asyncio.timeout(ASK_S):
                return await self._ask(self._refused), ""
        except SendFailed as failure:
            return None, failure.code
        except TimeoutError:
            return None, "timeout"
        except Exception as fault:  # noqa: BLE001  # whatever a platform answers, it is asked again later
            log.error("token_fault", extra={"error": type(fault).__name__})
            return None, "crash"

    async def _keep(self, grant: Grant | None, code: str, connection: Connection) -> Access | None:
        store, now = Store(connection), self._clock()
        if grant:
            await store.access_tokens.granted(self._account, grant.token, now + timedelta(seconds=grant.lasts_s))
        else:
            failures = await store.access_tokens.failed(self._account, code)
            await self._alarmed(connection, failures, code, now)
        await store.leases.drop(self._lease, self._worker, LONG_AGO)
        return await store.access_tokens.find(self._account)

    async def _cleared(self, token: str, now: datetime, connection: Connection) -> None:
        if await Store(connection).access_tokens.worked(self._account, token) >= ALARM_AT:
            line = Line(Text("tencent-token-back", {"account": self._account}))
            await self._told(connection, line, f"token:{self._account}:back:{now.isoformat()}", now)

    async def _alarmed(self, connection: Connection, failures: int, code: str, now: datetime) -> int:
        if failures == ALARM_AT:
            line = Line(Text("tencent-token-lost", {"account": self._account, "code": code}), Kind.ALERT)
            await self._told(connection, line, f"token:{self._account}:{now.isoformat()}", now)
        return failures

    async def _told(self, connection: Connection, line: Line, cause: str, now: datetime) -> None:
        """Staff and admins read what is true now: a word that could not be told in time gives way to the next."""
        store, card = Store(connection), f"token:{self._account}"
        told = [*await tell_staff(store, "", [line]), *await tell_admins(store, line)]
        await store.outbox.add(cause, [replace(one, card=card, fresh=True) for one in told], now)

    @property
    def _lease(self) -> str:
        return f"token:{self._account}"


def good(known: Access | None, now: datetime, early_s: float) -> bool:
    """Whether there is a token with more than so much time left."""
    return known is not None and bool(known.token) and now < known.expires_at - timedelta(seconds=early_s)


def shut(known: Access | None, now: datetime) -> bool:
    """Whether it was asked for too lately to be asked for again; never because a clock was set back."""
    if known is None or known.asked_at > now:
        return False
    gap_s = min(GAP_S * 2 ** min(max(known.failures - 1, 0), 10), GAP_MAX_S)
    return now < known.asked_at + timedelta(seconds=gap_s)


def _rest(known: Access | None, now: datetime) -> Access:
    """What is known, if the token is not over yet.

    Raises:
        Temporary: it is.
    """
    if known and known.token and now < known.expires_at:
        return known
    raise Temporary("token")


def _heard(task: asyncio.Task[Access]) -> None:
    """A failure that nobody waits for any more is none of the loop's business."""
    if not task.cancelled():
        task.exception()
