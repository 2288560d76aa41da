"""What every delivery needs: its means, the message in words, and a way to keep what became of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from bot.limits import Chance
from bot.meter import UNMETERED, Meter
from domain.channel import Channel, Consents, Priced
from domain.chat import Message, Outbound, Priority
from domain.company import Promises
from domain.errors import UNSURE, SendFailed
from messages import Catalogue
from storage.consents import act_of
from storage.database import Connection, Database, Work
from storage.lanes import Claimed, Lanes, Price, Wish
from storage.outbox import Posted, buttons
from storage.ways import UNASKED

log = logging.getLogger(__name__)

Alarm = Callable[[Connection, Posted, str], Awaitable[Sequence[Outbound]]]

COPIES_MAX = 3  # of one message, when it stays unknown whether it arrived
TRIES_MAX = 8  # within some three hours
GONE = frozenset({"blocked", "chat-gone"})  # nothing reaches this chat until somebody writes from there
KEEP_PAUSES_S = (0.1, 1.0, 5.0)

ALONE: Mapping[str, bool] = MappingProxyType({})


def alone() -> Mapping[str, bool]:
    """``ALONE`` as a default: Python 3.11 holds a mapping proxy for mutable, because it has no hash."""
    return ALONE


@dataclass(frozen=True, slots=True)
class Policy:
    """For how long what is owed to a person may wait for a window: news, and what a human says or asks."""

    status_s: float
    human_s: float

    def patience_s(self, priority: Priority) -> float:
        """How long what has this priority may wait."""
        return self.human_s if priority <= Priority.HUMAN else self.status_s


def policy_of(promises: Promises) -> Policy:
    """What the company has promised."""
    return Policy(promises.untold_hours * 3600.0, promises.untold_minutes_human * 60.0)


@dataclass(frozen=True, slots=True)
class Post:
    """What a delivery needs beside the message. ``ways`` are the channels that messages are pushed to, and whether
    they have windows; ``pulled`` those whose reader comes for what is there."""

    database: Database
    catalogue: Catalogue
    clock: Callable[[], datetime]
    alarm: Alarm
    chance: Chance
    locale: str
    send_s: float
    lease_s: float = 60.0
    meter: Meter = UNMETERED
    ways: Mapping[str, bool] = field(default_factory=alone)
    pulled: frozenset[str] = frozenset()
    policy: Policy = field(default_factory=lambda: policy_of(Promises()))


def tally(post: Post, claimed: Claimed, outcome: str) -> None:
    """Count what became of a message."""
    post.meter.sent(claimed.place.channel, outcome)


def code_of(failure: Exception) -> str:
    """The short code of whatever an adapter raised."""
    if isinstance(failure, TimeoutError):
        return "timeout"
    if isinstance(failure, SendFailed):
        return failure.code
    log.error("channel_fault", extra={"error": type(failure).__name__})
    return "crash"


async def kill(post: Post, claimed: Claimed, code: str) -> None:
    """A dead letter, of which staff hear."""
    now = post.clock()

    async def work(connection: Connection) -> bool:
        tell = await post.alarm(connection, claimed.row, code)
        return await Lanes(connection).kill(claimed, now, code, gone=code in GONE, tell=tell, arrived=code in UNSURE)

    await keep(post, claimed, work)


async def keep(post: Post, claimed: Claimed, work: Work[bool]) -> bool:
    """Store an outcome, and whether the claim still stood; if that fails for good, the lease ends and the message is
    sent once more."""
    for wait_s in (*KEEP_PAUSES_S, None):
        try:
            ours = await post.database.transact(work)
            if not ours:
                log.warning("late_worker", extra={"row": claimed.row.id})
            return ours
        except Exception as failure:  # noqa: BLE001  # the outcome must not be lost to a fault that passes
            log.error("outcome_not_kept", extra={"error": type(failure).__name__, "row": claimed.row.id})
        if wait_s is not None:
            await asyncio.sleep(wait_s)
    return False


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


def price_of(post: Post, channel: Channel) -> Price | None:
    """How many messages of a window each of ours takes there; None where it is what it seems to be."""
    if not isinstance(channel, Priced):
        return None

    def price(claimed: Claimed) -> int:
        try:
            return channel.cost(words(post, claimed))
        except Exception as fault:  # noqa: BLE001  # one message must not hold up all of a channel
            log.error("price_fault", extra={"error": type(fault).__name__, "row": claimed.row.id})
            return 1 + len(claimed.row.outbound.files)

    return price


def wish_of(post: Post, channel: Channel) -> Wish | None:
    """What people may have agreed to be told there outside of every window; None if nothing."""
    if not (isinstance(channel, Consents) and channel.consent):
        return None

    def fits(claimed: Claimed) -> bool:
        try:
            return claimed.code != UNASKED and channel.fulfils(words(post, claimed))
        except Exception as fault:  # noqa: BLE001  # the same
            log.error("wish_fault", extra={"error": type(fault).__name__, "row": claimed.row.id})
            return False

    return Wish(act_of(channel.consent), fits)


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
