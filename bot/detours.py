"""A message for which no window is open: told in another chat, by a notice, later, or by staff. Never not at all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from bot.limits import Breaker, pause_s
from bot.post import COPIES_MAX, GONE, TRIES_MAX, Post, code_of, keep, kill, tally, wish_of, words
from bot.threads import REFUSALS
from domain.channel import UNFIT, Channel, Consents, Notices
from domain.chat import Message, Priority
from domain.errors import UNSURE, Malformed, Permanent, Throttled, WindowShut
from storage.budgets import Open
from storage.database import Connection
from storage.lanes import Claimed
from storage.limits import later
from storage.outcomes import THROTTLED
from storage.ways import NO_NOTICE, UNASKED, WAITS, WAY, WINDOW, Untold, Ways

log = logging.getLogger(__name__)

LOOK_S = 3600.0
"""How often what waits looks for another way: the person may have come to another channel."""
WAYS_MAX = 3


class Waiting(NamedTuple):
    """In how many seconds to look again, the code of why, whether a try failed, how many copies did not arrive, and
    whether one may have."""

    wait_s: float
    code: str
    tried: bool = False
    copies: int = 0
    unsure: bool = False


Tell = Callable[[Message], Awaitable[str]]


async def detour(post: Post, channel: Channel, breaker: Breaker, claimed: Claimed) -> None:
    """Find another way for a message that was claimed as shut. Raises nothing but a cancellation."""
    now = post.clock()
    if claimed.row.outbound.priority == Priority.CAMPAIGN:
        tally(post, claimed, "no-window")
        await keep(post, claimed, lambda connection: Ways(connection).drop(claimed, now))
    elif not await _elsewhere(post, claimed, now):
        left = await _as_asked(post, channel, breaker, claimed) if claimed.consent else (claimed, WAITS)
        if left is None:
            return
        unasked, why = left
        waiting = await _notice(post, channel, breaker, unasked, why)
        if waiting:
            await _wait(post, unasked, waiting)


async def refused(post: Post, channel: Channel, breaker: Breaker, claimed: Claimed) -> None:
    """The platform says that no window is open, whatever we thought: believe it, and find another way."""
    wish = wish_of(post, channel)
    act = wish.act if wish and claimed.row.outbound.priority != Priority.CAMPAIGN and wish.fits(claimed) else ""
    consent: Open | None = None

    async def work(connection: Connection) -> bool:
        nonlocal consent
        ways = Ways(connection)
        ours = await ways.refused(claimed)
        consent = await ways.wished(claimed, act) if ours and act else None
        return ours

    if await keep(post, claimed, work):
        less = int(not claimed.known)
        believed = replace(claimed, paid=None, copies=claimed.copies - less, wish=act, consent=consent)
        await detour(post, channel, breaker, believed)


async def give_up(post: Post, claimed: Claimed, code: str = "") -> None:
    """Its lane has waited for as long as it may, and not for a window alone: it is told in another chat, or by staff.

    ``code`` is why it is not sent, if that is not what became of it last. Raises nothing but a cancellation.
    """
    now, why = post.clock(), code or (WINDOW if claimed.shut else claimed.code or THROTTLED)
    if claimed.row.outbound.priority == Priority.CAMPAIGN:
        await keep(post, claimed, lambda connection: Ways(connection).drop(claimed, now))
    elif not await _elsewhere(post, claimed, now):
        await keep(post, claimed, lambda connection: _to_staff(post, connection, claimed, now, why))


async def give_up_late(post: Post, claimed: Claimed, code: str) -> None:
    """The same for what was put off just now, if it has waited for too long. Raises nothing but a cancellation."""
    if not claimed.windowed:
        return
    now = post.clock()
    try:
        untold = await post.database.read(lambda connection: Ways(connection).untold(claimed))
    except Exception as failure:  # noqa: BLE001  # it is put off, and looked at again
        log.error("look_failed", extra={"error": type(failure).__name__})
        return
    if any(_deadline(post, one) <= now for one in untold):
        await give_up(post, replace(claimed, paid=None), code)


async def _to_staff(post: Post, connection: Connection, claimed: Claimed, now: datetime, why: str) -> bool:
    tell = await post.alarm(connection, claimed.row, why)
    return await Ways(connection).late(claimed, now, tell, why)


async def _elsewhere(post: Post, claimed: Claimed, now: datetime) -> bool:
    """Whether it is owed in another chat from now on, or is somebody else's."""
    if claimed.row.id.count(WAY) >= WAYS_MAX:
        return False

    async def work(connection: Connection) -> bool | None:
        ways = Ways(connection)
        place = await ways.elsewhere(claimed, post.ways, now, post.pulled)
        if place is None:
            return None
        since = next((one.since for one in await ways.untold(claimed) if one.seq == claimed.row.seq), now)
        return await ways.divert(claimed, place, since, now)

    try:
        moved = await post.database.transact(work)
    except Exception as failure:  # noqa: BLE001  # the lease ends, and then it is looked for again
        log.error("outcome_not_kept", extra={"error": type(failure).__name__, "row": claimed.row.id})
        return True
    if moved:
        tally(post, claimed, "detour")
    return moved is not None


async def _as_asked(post: Post, channel: Channel, breaker: Breaker, claimed: Claimed) -> tuple[Claimed, str] | None:
    """Tell it by the consent that bears it; None if that has settled it, or it waits for a further try. If the platform
    does not take it so, the same without a consent, and the code of how it waits."""
    assert isinstance(channel, Consents)
    waiting = await _told(post, breaker, claimed, channel.fulfil)
    if waiting is None:
        return None
    if waiting.code == WAITS:
        await _wait(post, replace(claimed, consent=None, wish="") if waiting.unsure else claimed, waiting)
        return None
    now, stands = post.clock(), waiting.code == UNASKED
    if not await keep(post, claimed, lambda connection: Ways(connection).unasked(claimed, now, stands)):
        return None
    return replace(claimed, consent=None, wish="" if stands else claimed.wish), UNASKED if stands else WAITS


async def _notice(post: Post, channel: Channel, breaker: Breaker, claimed: Claimed, why: str) -> Waiting | None:
    """Tell it outside of every window; None if that has settled it, else how it waits on: by ``why`` or worse."""
    if claimed.code == NO_NOTICE or not isinstance(channel, Notices) or not channel.noticeable(words(post, claimed)):
        return Waiting(LOOK_S, claimed.code if claimed.code in (NO_NOTICE, UNASKED) else why)
    return await _told(post, breaker, claimed, channel.notify)


async def _told(post: Post, breaker: Breaker, claimed: Claimed, tell: Tell) -> Waiting | None:
    """Tell it; None if that has settled it, else how it waits on."""
    message = words(post, claimed)
    if quiet_s := breaker.quiet_s(post.clock()):
        return Waiting(quiet_s, WAITS)
    if claimed.copies >= COPIES_MAX:
        await kill(post, claimed, "unsure")
        return None
    if not await keep(post, claimed, lambda connection: Ways(connection).risk(claimed)):
        return None
    try:
        async with asyncio.timeout(post.send_s):
            external = await tell(message)
    except Exception as failure:  # noqa: BLE001  # whatever an adapter raises, the message is not lost
        return await _not_noticed(post, breaker, claimed, failure)
    breaker.answered()
    tally(post, claimed, "noticed")
    now = post.clock()
    await keep(post, claimed, lambda connection: Ways(connection).noticed(claimed, external, now))
    return None


async def _not_noticed(post: Post, breaker: Breaker, claimed: Claimed, failure: Exception) -> Waiting | None:
    code, now = code_of(failure), post.clock()
    tally(post, claimed, code)
    if isinstance(failure, Throttled):
        breaker.answered()
        breaker.hush(later(now, failure.retry_after_s))
        return Waiting(failure.retry_after_s, WAITS, copies=1)
    if isinstance(failure, (Permanent, Malformed, WindowShut, *REFUSALS)):
        breaker.answered()
        if code not in GONE:
            return Waiting(LOOK_S, UNASKED if code == UNFIT else NO_NOTICE, copies=1)
        await kill(post, claimed, code)
        return None
    breaker.failed(now, post.chance)
    tries, unsure = claimed.tries + 1, code in UNSURE
    return Waiting(pause_s(tries, post.chance), WAITS, tries < TRIES_MAX, int(not unsure), unsure)


async def _wait(post: Post, claimed: Claimed, waiting: Waiting) -> None:
    """Until a window opens or it is time to look again; what may not wait any longer is for staff to tell."""
    now = post.clock()
    wait_s, code, tried, copies, _ = waiting

    async def work(connection: Connection) -> bool:
        ways = Ways(connection)
        due_at = min([_deadline(post, one) for one in await ways.untold(claimed)], default=now)
        if due_at > now:
            until = min(due_at, later(now, wait_s))
            return await ways.sleep(claimed, now, until, code, tried, copies)
        return await _to_staff(post, connection, claimed, now, WINDOW)

    await keep(post, claimed, work)


def _deadline(post: Post, row: Untold) -> datetime:
    return later(row.since, post.policy.patience_s(row.priority))
