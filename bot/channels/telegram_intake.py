"""How Telegram's updates come in: posted to us, or asked for. Both are confirmed after they are kept, never before."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from telegram import Bot, WebhookInfo
from telegram.error import Conflict, InvalidToken

from bot.channels.telegram_hook import Hook
from bot.channels.telegram_http import Flooded
from bot.channels.telegram_raw import NAME, raw_body, raw_update
from bot.pulling import NotKept, Receive, Turn, in_lanes, unheard, unless
from bot.webhooks import Answer, Call
from domain.chat import Raw
from domain.errors import Unparseable
from storage.database import Database

log = logging.getLogger(__name__)

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates that we ask for; the platform keeps the others to itself."""
CONNECTIONS_MAX = 100
BATCH = 100
BODY_BYTES_MAX = 1024 * 1024
POLL_S = 6
"""How long the platform may wait for something new."""
LEASE = f"{NAME}-poll"
LEASE_S = 15.0
HELLO_S = 3.0
ANSWER_S = 5.0
"""How long an answer may take; the lease of who polls is longer than this and ``POLL_S`` together."""
ANSWERS_MAX = 200
CLOSE_S = 1.0
PAUSE_S = 1.0
PAUSE_MAX_S = 30.0
CONFLICT_S = 10.0
LOOK_S = 600.0
"""How often somebody looks whether the webhook is still ours."""


@dataclass(eq=False, repr=False)
class Intake:
    """``receive`` returns once a message is committed. Without a ``hook`` updates are asked for.

    ``clock`` gives the time in UTC, and ``reached`` is told at what time nothing waited with the platform any more, or
    came from there and was kept.
    """

    bot: Bot
    receive: Receive
    database: Database
    clock: Callable[[], datetime]
    hook: Hook | None = None
    reached: Callable[[datetime], None] = unheard
    offset: int = 0
    worker: str = field(default_factory=lambda: uuid4().hex)
    _prepared: bool = False
    _answers: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def id(self) -> int:
        """The bot's own id, which is the first part of its token."""
        return int(self.bot.token.partition(":")[0])

    @property
    def me(self) -> str:
        """The bot's own name; empty until the platform has told it."""
        return name_of(self.bot)

    async def hello(self) -> bool:
        """Ask the platform for our name, for some seconds at most; False if it does not know us.

        Without an answer it is asked again later.
        """
        try:
            async with asyncio.timeout(HELLO_S):
                await self.bot.get_me()
        except InvalidToken:
            return False
        except Exception as fault:  # noqa: BLE001  # a network that is down is no reason not to start
            log.warning("telegram_away", extra={"error": type(fault).__name__})
        return True

    async def run(self, stop: asyncio.Event) -> None:
        """Take what arrives until ``stop``; whatever fails is tried again, more and more slowly."""
        once = self.look if self.hook else self._poll
        pause_s = 0.0
        while not stop.is_set():
            try:
                await once(stop)
                pause_s = 0.0
            except Exception as fault:  # noqa: BLE001  # nothing that the network does may end this
                pause_s = next_pause_s(fault, pause_s)
                self._prepared = self._prepared and not isinstance(fault, Conflict)
                log.warning("telegram_intake", extra={"error": type(fault).__name__})
            await unless(stop, asyncio.sleep(pause_s))
        await self._let_go()

    # ---- posted to us

    @property
    def methods(self) -> tuple[str, ...]:
        """The platform only ever posts."""
        return ("POST",)

    @property
    def bytes_max(self) -> int:
        """Far more than an update ever has."""
        return BODY_BYTES_MAX

    def admits(self, call: Call) -> bool:
        """Whether it bears the platform's secret; takes as long for any other."""
        return self.hook is not None and self.hook.admits(call)

    async def take(self, call: Call, body: bytes) -> Answer:
        """Take one update: 200 if it is kept, 400 if it is none, 500 if it has to come again."""
        try:
            raw = raw_body(self.id, body, self.me)
        except Unparseable:
            return Answer(400)
        if not await self._take(raw):
            return Answer(500)
        self.reached(self.clock())
        return Answer(200)

    async def look(self, stop: asyncio.Event) -> None:
        """See to it that the platform posts to us; whether it still does is worth another look in ten minutes."""
        await self._know_me()
        assert self.hook is not None
        info = await self.bot.get_webhook_info()
        if not info.pending_update_count:
            self.reached(self.clock())
        if differs(info, self.hook):
            await self.bot.set_webhook(
                self.hook.url,
                secret_token=self.hook.secret,
                allowed_updates=ALLOWED,
                max_connections=CONNECTIONS_MAX,
            )
            log.info("telegram_webhook_set")
        await unless(stop, asyncio.sleep(LOOK_S))

    # ---- asked for

    async def _poll(self, stop: asyncio.Event) -> None:
        """Ask once and take what comes, if no other worker does."""
        if not await self._turn.mine(self.clock()):
            await unless(stop, asyncio.sleep(LEASE_S / 3))
            return
        if not self._prepared:
            await self._know_me()
            await self._unhook()
            self._prepared = True
            return  # that may have taken as long as the lease
        found = await unless(stop, self._updates())
        if found:
            await self._take_all(found)
        if found is not None:
            self.reached(self.clock())

    async def _know_me(self) -> None:
        if not self.me:
            await self.bot.get_me()

    async def _unhook(self) -> None:
        """A webhook that was set once keeps the platform from answering; what waits there comes to us."""
        if (await self.bot.get_webhook_info()).url:
            await self.bot.delete_webhook(drop_pending_updates=False)
            log.info("telegram_webhook_deleted")

    async def _updates(self) -> list[Any]:
        """What is new, at most a hundred updates, as plain JSON: one that the library cannot read stops nobody."""
        wanted: dict[str, Any] = {"timeout": POLL_S, "limit": BATCH, "allowed_updates": json.dumps(ALLOWED)}
        query = urlencode(wanted | ({"offset": self.offset} if self.offset else {}))
        url = f"{self.bot.base_url}/getUpdates?{query}"
        async with asyncio.timeout(POLL_S + ANSWER_S):
            found = await self.bot.request.post(url, read_timeout=POLL_S + ANSWER_S)
        return found if isinstance(found, list) else []

    async def _take_all(self, found: Sequence[object]) -> None:
        """Take a batch: chats beside one another, each chat in its order; only then the platform may forget it.

        Raises:
            NotKept: something of it was not stored.
        """
        raws = self._raws(found)
        lanes = in_lanes(raws)
        kept = await asyncio.gather(*[self._take_in_order(lane) for lane in lanes])
        if not lanes or not all(kept):
            raise NotKept
        self.offset = max(number_of(raw) for raw in raws) + 1

    def _raws(self, found: Sequence[object]) -> list[Raw]:
        raws = []
        for update in found:
            try:
                raws.append(raw_update(self.id, update if isinstance(update, dict) else {}, self.me))
            except Unparseable:
                log.error("telegram_no_update")
        return raws

    async def _take_in_order(self, lane: Sequence[Raw]) -> bool:
        for raw in lane:
            if not await self._take(raw):
                return False
        return True

    @property
    def _turn(self) -> Turn:
        return Turn(self.database, LEASE, self.worker, LEASE_S)

    async def _let_go(self) -> None:
        """Another worker may poll at once; answers that are on their way get a moment."""
        try:
            await self._turn.let_go(self.clock())
        except Exception as fault:  # noqa: BLE001  # then the lease ends by itself
            log.info("telegram_lease", extra={"error": type(fault).__name__})
        if self._answers:
            _, late = await asyncio.wait(self._answers, timeout=CLOSE_S)
            for task in late:
                task.cancel()

    # ---- both

    async def _take(self, raw: Raw) -> bool:
        """Whether an update is kept. Who pressed a button hears that it was felt, whatever became of it."""
        try:
            await self.receive(raw)
        except Exception as fault:  # noqa: BLE001  # the platform delivers it again
            log.error("telegram_not_kept", extra={"error": type(fault).__name__})
            return False
        finally:
            self._feel(raw)
        return True

    def _feel(self, raw: Raw) -> None:
        query = query_id(raw)
        if query and len(self._answers) < ANSWERS_MAX:
            task = asyncio.create_task(self._answer(query))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    async def _answer(self, query: str) -> None:
        try:
            async with asyncio.timeout(ANSWER_S):
                await self.bot.answer_callback_query(query)
        except Exception as fault:  # noqa: BLE001  # the clock on the button ends by itself
            log.info("telegram_answer", extra={"error": type(fault).__name__})


def number_of(raw: Raw) -> int:
    """The number of an update."""
    return int(raw.id.rpartition(":")[2])


def query_id(raw: Raw) -> str:
    """The id under which a press is answered; empty for anything else."""
    update = raw.body.get("update")
    query = update.get("callback_query") if isinstance(update, Mapping) else None
    id = query.get("id") if isinstance(query, Mapping) else None
    return id if isinstance(id, str) else ""


def differs(info: WebhookInfo, hook: Hook) -> bool:
    """Whether the platform would not post what we want, where we want it."""
    wanted = (hook.url, sorted(ALLOWED), CONNECTIONS_MAX)
    return (info.url, sorted(info.allowed_updates or ()), info.max_connections) != wanted


def next_pause_s(fault: Exception, before_s: float) -> float:
    """How long to wait after a fault, when one before it cost ``before_s``."""
    if isinstance(fault, Flooded):
        return fault.seconds
    first_s = CONFLICT_S if isinstance(fault, Conflict | InvalidToken) else PAUSE_S
    return min(max(first_s, before_s * 2), PAUSE_MAX_S)


def name_of(bot: Bot) -> str:
    """A bot's own name; empty until the platform has told it."""
    try:
        return bot.username
    except RuntimeError:
        return ""
