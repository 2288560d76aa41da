"""One claimed message: put into words, sent, and what became of it kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.limits import Breaker, Chance, pause_s
from bot.meter import UNMETERED, Meter
from bot.threads import AGAIN, REFUSALS, carry, close
from domain.channel import Channel
from domain.chat import Button, Kind, Line, Message, Outbound, Place, Priority, Style, Text
from domain.errors import Busy, Malformed, Moved, Permanent, SendFailed, Throttled
from messages import Catalogue
from storage.database import Connection, Database, Work
from storage.lanes import Claimed, Lanes
from storage.letters import EXPIRED
from storage.limits import later
from storage.outbox import Outbox, Posted, buttons
from storage.store import Store

log = logging.getLogger(__name__)

Alarm = Callable[[Connection, Posted, str], Awaitable[Sequence[Outbound]]]

COPIES_MAX = 3  # of one message, when it stays unknown whether it arrived
TRIES_MAX = 8  # within some three hours
BUSY_S = 5.0  # until a channel is asked again that had no room
KEPT = timedelta(days=7)  # while a channel is down
GONE = frozenset({"blocked", "chat-gone"})  # nothing reaches this chat until somebody writes from there
UNSURE = frozenset({"timeout", "reset", "crash"})  # it may have arrived all the same
DEAD = "dead:"
KEEP_PAUSES_S = (0.1, 1.0, 5.0)

# Signs that some platform takes for markup.
MARKUP = str.maketrans("", "", "<>&*_`~[]\\")


@dataclass(frozen=True, slots=True)
class Post:
    """What a delivery needs beside the message."""

    database: Database
    catalogue: Catalogue
    clock: Callable[[], datetime]
    alarm: Alarm
    chance: Chance
    locale: str
    send_s: float
    lease_s: float = 60.0
    meter: Meter = UNMETERED


async def deliver(post: Post, channel: Channel, breaker: Breaker, claimed: Claimed) -> None:
    """Send what was claimed and keep the outcome. Raises nothing but a cancellation."""
    now = post.clock()
    if claimed.stale:
        await _keep(post, claimed, lambda connection: Lanes(connection).skip(claimed, now))
    elif claimed.blocked:
        await _kill(post, claimed, claimed.blocked)
    elif claimed.at - claimed.row.posted_at > KEPT:
        await _kill(post, claimed, EXPIRED)
    elif claimed.copies > COPIES_MAX:
        await _kill(post, claimed, "unsure")
    elif held_s := breaker.held_s(now):
        await _throttled(post, claimed, held_s, everyone=True)
    elif (claimed.until - now).total_seconds() > post.send_s:
        await _attempt(post, channel, breaker, claimed)


async def _attempt(post: Post, channel: Channel, breaker: Breaker, claimed: Claimed) -> None:
    try:
        async with asyncio.timeout(post.send_s):
            sent = await carry(post, channel, claimed, words(post, claimed), _send)
        again = await close(post, channel, claimed, sent)
    except Moved as failure:
        breaker.answered()
        _count(post, claimed, failure.code)
        await _move(post, claimed, failure)
    except Throttled as failure:
        breaker.answered()
        _count(post, claimed, "throttled-all" if failure.everyone else "throttled")
        if failure.everyone:
            breaker.hold(later(post.clock(), failure.retry_after_s))
        await _throttled(post, claimed, failure.retry_after_s, failure.everyone)
    except Busy as failure:
        _count(post, claimed, failure.code)
        await _throttled(post, claimed, BUSY_S, everyone=False)
    except (Permanent, Malformed, *REFUSALS) as failure:
        breaker.answered()
        _count(post, claimed, failure.code)
        await _kill(post, claimed, failure.code)
    except Exception as failure:  # noqa: BLE001  # whatever an adapter raises, the message is not lost
        code = _code(failure)
        _count(post, claimed, code)
        await _failed(post, breaker, claimed, code)
    else:
        breaker.answered()
        _count(post, claimed, "edited" if claimed.known else "sent")
        await _settle(post, claimed, sent.external, again)


def _count(post: Post, claimed: Claimed, outcome: str) -> None:
    post.meter.sent(claimed.place.channel, outcome)


async def _throttled(post: Post, claimed: Claimed, wait_s: float, everyone: bool) -> None:
    now = post.clock()
    await _keep(post, claimed, lambda connection: Lanes(connection).throttle(claimed, now, wait_s, everyone))


async def _settle(post: Post, claimed: Claimed, external: str, again: Sequence[Outbound]) -> None:
    now = post.clock()

    async def work(connection: Connection) -> bool:
        settled = await Lanes(connection).settle(claimed, external, now)
        if settled and again:
            await Outbox(connection).add(f"{claimed.row.id}{AGAIN}", again, now)
        return settled

    await _keep(post, claimed, work)


async def _move(post: Post, claimed: Claimed, failure: Moved) -> None:
    """The chat has another id: what is owed to it, this message as well, is owed there."""
    now, old, new = post.clock(), claimed.place, replace(claimed.place, chat=failure.to)
    if old == new or claimed.tries + 1 >= TRIES_MAX:
        await _kill(post, claimed, failure.code)
        return

    async def work(connection: Connection) -> bool:
        store = Store(connection)
        await store.outbox.hold([old, new])
        ours = await Lanes(connection).postpone(claimed, now, 0, failure.code, arrived=False)
        if ours:
            await store.moves.move(old, new, now)
        return ours

    await _keep(post, claimed, work)


def _code(failure: Exception) -> str:
    if isinstance(failure, TimeoutError):
        return "timeout"
    if isinstance(failure, SendFailed):
        return failure.code
    log.error("channel_fault", extra={"error": type(failure).__name__})
    return "crash"


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
        await _kill(post, claimed, code)
        return
    wait_s = pause_s(max(tries, 1), post.chance)
    arrived = code in UNSURE
    await _keep(
        post, claimed, lambda connection: Lanes(connection).postpone(claimed, now, wait_s, code, arrived, counts)
    )


async def _kill(post: Post, claimed: Claimed, code: str) -> None:
    now = post.clock()

    async def work(connection: Connection) -> bool:
        tell = await post.alarm(connection, claimed.row, code)
        return await Lanes(connection).kill(claimed, now, code, gone=code in GONE, tell=tell)

    await _keep(post, claimed, work)


async def _keep(post: Post, claimed: Claimed, work: Work[bool]) -> None:
    """Store an outcome; if that fails for good, the lease ends and the message is sent once more."""
    for wait_s in (*KEEP_PAUSES_S, None):
        try:
            if not await post.database.transact(work):
                log.warning("late_worker", extra={"row": claimed.row.id})
            return
        except Exception as failure:  # noqa: BLE001  # the outcome must not be lost to a fault that passes
            log.error("outcome_not_kept", extra={"error": type(failure).__name__, "row": claimed.row.id})
        if wait_s is not None:
            await asyncio.sleep(wait_s)


def words(post: Post, claimed: Claimed) -> Message:
    """The message in its reader's language; at the worst with the ids of its texts, but never none."""
    row = claimed.row
    try:
        return post.catalogue.message(
            claimed.locale or post.locale,
            row.outbound,
            id=row.id,
            seq=row.seq,
            tokens=row.tokens,
            now=post.clock(),
            at=row.posted_at,
        )
    except Exception as fault:  # noqa: BLE001  # a fault in the wording must not cost the message
        log.error("wording_fault", extra={"error": type(fault).__name__, "row": row.id})
        return _bare(row)


def _bare(row: Posted) -> Message:
    named = zip(buttons(row.outbound), row.tokens, strict=True)
    return Message(
        id=row.id,
        seq=row.seq,
        to=row.outbound.to,
        lines=tuple([(line.kind, f"[{line.text.id}]") for line in row.outbound.lines]),
        buttons=tuple([((f"[{button.label.id}]", token, button.style),) for button, token in named]),
        files=row.outbound.files,
        card=row.outbound.card,
        fresh=row.outbound.fresh,
        at=row.posted_at,
        thread=row.outbound.thread,
    )


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
    if code in GONE:
        return Text("dead-why-gone")
    if code in UNSURE or code == "unsure":
        return Text("dead-why-unsure")
    return Text("dead-why-refused", {"code": code})
