"""A message for which no window is open: told in another chat, by a notice, later, or by staff. Never not at all."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime

from bot.limits import Breaker, pause_s
from bot.post import COPIES_MAX, GONE, TRIES_MAX, UNSURE, Post, code_of, keep, kill, tally, words
from bot.threads import REFUSALS
from domain.channel import Channel, Notices
from domain.chat import Priority
from domain.errors import Malformed, Permanent, Throttled, WindowShut
from storage.database import Connection
from storage.lanes import Claimed
from storage.limits import later
from storage.ways import NO_NOTICE, WAITS, WAY, WINDOW, Untold, Ways

log = logging.getLogger(__name__)

LOOK_S = 3600.0
"""How often what waits looks for another way: the person may have come to another channel."""
WAYS_MAX = 3

Waiting = tuple[float, str, bool, int]
"""In how many seconds to look again, the code of why, whether a try failed, and how many copies did not arrive."""
_QUIET: Waiting = (LOOK_S, WAITS, False, 0)


async def detour(post: Post, channel: Channel, breaker: Breaker, claimed: Claimed) -> None:
    """Find another way for a message that was claimed as shut. Raises nothing but a cancellation."""
    now = post.clock()
    if claimed.row.outbound.priority == Priority.CAMPAIGN:
        tally(post, claimed, "no-window")
        await keep(post, claimed, lambda connection: Ways(connection).drop(claimed, now))
    elif not await _elsewhere(post, claimed, now):
        waiting = await _notice(post, channel, breaker, claimed)
        if waiting:
            await _wait(post, claimed, waiting)


async def refused(post: Post, channel: Channel, breaker: Breaker, claimed: Claimed) -> None:
    """The platform says that no window is open, whatever we thought: believe it, and find another way."""
    if await keep(post, claimed, lambda connection: Ways(connection).refused(claimed)):
        less = int(not claimed.known)
        await detour(post, channel, breaker, replace(claimed, paid=None, copies=claimed.copies - less))


async def _elsewhere(post: Post, claimed: Claimed, now: datetime) -> bool:
    """Whether it is owed in another chat from now on, or is somebody else's."""
    if claimed.row.id.count(WAY) >= WAYS_MAX:
        return False

    async def work(connection: Connection) -> bool | None:
        ways = Ways(connection)
        place = await ways.elsewhere(claimed, post.ways, now)
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


async def _notice(post: Post, channel: Channel, breaker: Breaker, claimed: Claimed) -> Waiting | None:
    """Tell it outside of every window; None if that has settled it, else how it waits on."""
    message = words(post, claimed)
    if not isinstance(channel, Notices) or claimed.code == NO_NOTICE or not channel.noticeable(message):
        return _QUIET if claimed.code != NO_NOTICE else (LOOK_S, NO_NOTICE, False, 0)
    if quiet_s := breaker.quiet_s(post.clock()):
        return quiet_s, WAITS, False, 0
    if claimed.copies >= COPIES_MAX:
        await kill(post, claimed, "unsure")
        return None
    if not await keep(post, claimed, lambda connection: Ways(connection).risk(claimed)):
        return None
    try:
        async with asyncio.timeout(post.send_s):
            external = await channel.notify(message)
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
        return failure.retry_after_s, WAITS, False, 1
    if isinstance(failure, (Permanent, Malformed, WindowShut, *REFUSALS)):
        breaker.answered()
        if code not in GONE:
            return LOOK_S, NO_NOTICE, False, 1
        await kill(post, claimed, code)
        return None
    breaker.failed(now, post.chance)
    tries = claimed.tries + 1
    return pause_s(tries, post.chance), WAITS, tries < TRIES_MAX, int(code not in UNSURE)


async def _wait(post: Post, claimed: Claimed, waiting: Waiting) -> None:
    """Until a window opens or it is time to look again; what may not wait any longer is for staff to tell."""
    now = post.clock()
    wait_s, code, tried, copies = waiting

    async def work(connection: Connection) -> bool:
        ways = Ways(connection)
        due_at = min([_deadline(post, one) for one in await ways.untold(claimed)], default=now)
        if due_at > now:
            until = min(due_at, later(now, wait_s))
            return await ways.sleep(claimed, now, until, code, tried, copies)
        tell = await post.alarm(connection, claimed.row, WINDOW)
        return await ways.late(claimed, now, tell)

    await keep(post, claimed, work)


def _deadline(post: Post, row: Untold) -> datetime:
    return later(row.since, post.policy.patience_s(row.priority))
