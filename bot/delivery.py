"""One claimed message: put into words, sent, and what became of it kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.detours import detour, give_up, give_up_late, refused
from bot.limits import Breaker, pause_s
from bot.post import COPIES_MAX, GONE, TRIES_MAX, Alarm, Post, code_of, keep, kill, tally, words
from bot.threads import AGAIN, REFUSALS, carry, close
from domain.channel import Channel
from domain.chat import Button, Kind, Line, Message, Outbound, Place, Priority, Style, Text
from domain.errors import UNSURE, Busy, Malformed, Moved, Permanent, Throttled, WindowShut
from storage.database import Connection
from storage.lanes import Claimed, Lanes
from storage.letters import EXPIRED
from storage.limits import later
from storage.outbox import Outbox, Posted
from storage.outcomes import THROTTLED
from storage.store import Store
from storage.ways import WINDOW

__all__ = ["COPIES_MAX", "GONE", "Alarm", "Post", "dead_letter", "deliver", "plain"]

log = logging.getLogger(__name__)

BUSY_S = 5.0  # until a channel is asked again that had no room
KEPT = timedelta(days=7)  # while a channel is down
DEAD = "dead:"

# Signs that some platform takes for markup.
MARKUP = str.maketrans("", "", "<>&*_`~[]\\")


async def deliver(post: Post, channel: Channel, breaker: Breaker, claimed: Claimed) -> None:
    """Send what was claimed and keep the outcome. Raises nothing but a cancellation."""
    now = post.clock()
    if claimed.stale:
        await keep(post, claimed, lambda connection: Lanes(connection).skip(claimed, now))
    elif claimed.blocked:
        await kill(post, claimed, claimed.blocked)
    elif claimed.late:
        await give_up(post, claimed)
    elif claimed.shut:
        await detour(post, channel, breaker, claimed)
    elif claimed.at - claimed.row.posted_at > KEPT:
        await kill(post, claimed, EXPIRED)
    elif claimed.copies > COPIES_MAX:
        await kill(post, claimed, "unsure")
    elif held_s := breaker.held_s(now):
        await _throttled(post, claimed, held_s, everyone=True)
    elif (claimed.until - now).total_seconds() > post.send_s:
        await _attempt(post, channel, breaker, claimed)
    else:
        await keep(post, claimed, lambda connection: Lanes(connection).release(claimed))


async def _attempt(post: Post, channel: Channel, breaker: Breaker, claimed: Claimed) -> None:
    try:
        async with asyncio.timeout(post.send_s):
            sent = await carry(post, channel, claimed, words(post, claimed), _send)
        again = await close(post, channel, claimed, sent)
    except Moved as failure:
        breaker.answered()
        tally(post, claimed, failure.code)
        await _move(post, claimed, failure)
    except Throttled as failure:
        breaker.answered()
        tally(post, claimed, "throttled-all" if failure.everyone else "throttled")
        if failure.everyone:
            breaker.hold(later(post.clock(), failure.retry_after_s))
        await _throttled(post, claimed, failure.retry_after_s, failure.everyone)
    except WindowShut as failure:
        breaker.answered()
        tally(post, claimed, failure.code)
        await refused(post, channel, breaker, claimed)
    except Busy as failure:
        tally(post, claimed, failure.code)
        await _throttled(post, claimed, BUSY_S, everyone=False)
    except (Permanent, Malformed, *REFUSALS) as failure:
        breaker.answered()
        tally(post, claimed, failure.code)
        await kill(post, claimed, failure.code)
    except Exception as failure:  # noqa: BLE001  # whatever an adapter raises, the message is not lost
        code = code_of(failure)
        tally(post, claimed, code)
        await _failed(post, breaker, claimed, code)
    else:
        breaker.answered()
        tally(post, claimed, "edited" if claimed.known else "sent")
        await _settle(post, claimed, sent.external, again)


async def _throttled(post: Post, claimed: Claimed, wait_s: float, everyone: bool) -> None:
    now = post.clock()
    if await keep(post, claimed, lambda connection: Lanes(connection).throttle(claimed, now, wait_s, everyone)):
        await give_up_late(post, claimed, THROTTLED)


async def _settle(post: Post, claimed: Claimed, external: str, again: Sequence[Outbound]) -> None:
    now = post.clock()

    async def work(connection: Connection) -> bool:
        settled = await Lanes(connection).settle(claimed, external, now)
        if settled and again:
            await Outbox(connection).add(f"{claimed.row.id}{AGAIN}", again, now)
        return settled

    await keep(post, claimed, work)


async def _move(post: Post, claimed: Claimed, failure: Moved) -> None:
    """The chat has another id: what is owed to it, this message as well, is owed there."""
    now, old, new = post.clock(), claimed.place, replace(claimed.place, chat=failure.to)
    if old == new or claimed.tries + 1 >= TRIES_MAX:
        await kill(post, claimed, failure.code)
        return

    async def work(connection: Connection) -> bool:
        store = Store(connection)
        await store.outbox.hold([old, new])
        ours = await Lanes(connection).postpone(claimed, now, 0, failure.code, arrived=False)
        if ours:
            await store.moves.move(old, new, now)
        return ours

    await keep(post, claimed, work)


async def _send(channel: Channel, known: str, message: Message) -> str:
    try:
        return await _put(channel, known, message)
    except Malformed:
        return await _put(channel, known, plain(message))


async def _put(channel: Channel, known: str, message: Message) -> str:
    if known:
        try:
            return await channel.edit(known, message)
        except Permanent:
            log.info("edit_refused")
    return await channel.send(message)


async def _failed(post: Post, breaker: Breaker, claimed: Claimed, code: str) -> None:
    now, counts = post.clock(), breaker.blames
    breaker.failed(now, post.chance)
    tries = claimed.tries + counts
    if tries >= TRIES_MAX:
        await kill(post, claimed, code)
        return
    wait_s = pause_s(max(tries, 1), post.chance)
    arrived = code in UNSURE
    if await keep(
        post, claimed, lambda connection: Lanes(connection).postpone(claimed, now, wait_s, code, arrived, counts)
    ):
        await give_up_late(post, claimed, code)


def plain(message: Message) -> Message:
    """The same without anything that a platform could take for markup."""
    return replace(message, lines=tuple([(Kind.TEXT, text.translate(MARKUP)) for _, text in message.lines]))


def dead_letter(row: Posted, code: str, to: Place, count: int = 1, staff: bool = False) -> Outbound:
    """What staff read of messages that could not be sent, never what stands in them.

    ``row`` is the newest of ``count`` that staff have not decided on and are told of together: those of one chat, or
    those for which a channel was down too long. They share a card, so that no chat and no outage floods the group.
    ``staff`` says that they were owed to a group of staff: then there is nobody to call, but something to look after.
    """
    place, expired = row.outbound.to, code == EXPIRED
    subject = row.outbound.subject if count == 1 else ""
    facts = {"channel": place.channel, "why": _why(code), "count": count}
    text = Text("dead-letter-about", {**facts, "subject": subject}) if subject else Text("dead-letter", facts)
    call = () if expired or staff else (Button(Text("dead-call"), "dead.call", row.id),)
    then = "dead-letter-group" if staff and not expired else "dead-letter-next"
    return Outbound(
        to=to,
        lines=(Line(text, Kind.ALERT), Line(Text(then), Kind.NEXT)),
        buttons=(
            (
                Button(Text("dead-retry"), "dead.retry", row.id, style=Style.PRIMARY),
                *call,
                Button(Text("dead-discard"), "dead.discard", row.id),
            ),
        ),
        card=f"{DEAD}{place.channel}:{EXPIRED if expired else place.chat}",
        fresh=count == 1,
        subject=subject,
        priority=Priority.HUMAN,
    )


def _why(code: str) -> Text:
    if code == EXPIRED:
        return Text("dead-why-expired")
    if code == WINDOW:
        return Text("dead-why-window")
    if code in GONE:
        return Text("dead-why-gone")
    if code == THROTTLED:
        return Text("dead-why-paused")
    if code in UNSURE or code == "unsure":
        return Text("dead-why-unsure")
    return Text("dead-why-refused", {"code": code})
