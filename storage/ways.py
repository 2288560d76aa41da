"""What becomes of a message for which no window is open: another chat of the same person, a pause, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.chat import Outbound, Place, Priority
from storage.budgets import SLACK_S, WINDOWS_ALONE, Budgets, Open, payable
from storage.consents import Consents
from storage.limits import later
from storage.outbox import Outbox, receipt
from storage.outcomes import Claimed, Outcomes
from storage.posted import NOTICED

DETOUR = "detour"  # it is owed in another chat instead
NO_WINDOW = "no-window"  # it was advertising, which no window is spent on
WINDOW = "window"  # it waited for a window for as long as it may
WAITS = "waits"  # for a window
NO_NOTICE = "no-notice"  # the same, and it cannot be told outside of one either
UNASKED = "unasked"  # the same, and it cannot be told as what its reader has asked for
WAY = ":way"
LANE_MAX = 100

SINCE = (
    "(SELECT min(m.posted_at) FROM outbox m WHERE m.channel = o.channel"
    " AND m.chat = o.chat AND m.card = o.card AND m.card <> '' AND m.seq < o.seq AND m.state = 'merged'"
    " AND m.error_code NOT IN ('stale', :detour, :window) AND m.seq > COALESCE((SELECT max(t.seq) FROM outbox t"
    " WHERE t.channel = o.channel AND t.chat = o.chat AND t.card = o.card AND t.seq < o.seq AND (t.state"
    " IN ('sent', 'dead', 'discarded') OR (t.state = 'merged' AND t.error_code IN ('stale', :detour)))), 0))"
)
"""When the oldest was owed of what the row ``o`` took the place of, unless that was told another way; or NULL."""


@dataclass(frozen=True, slots=True)
class Untold:
    """A row of a lane that is not sent yet. ``since`` is when the oldest was owed of what it tells: also what it took
    the place of, unless that was told another way."""

    seq: int
    priority: Priority
    since: datetime


class Ways(Outcomes):
    """Repository of ways round a window that is shut, for who sends; as with outcomes, False is for who is late."""

    async def drop(self, claimed: Claimed, now: datetime) -> bool:
        """It is let go, and nobody misses it."""
        lane = await self._hold(claimed, ())
        if lane is None:
            return False
        await self._end(claimed, "discarded", NO_WINDOW, now)
        await self._go_on(claimed, lane, now)
        return True

    async def refused(self, claimed: Claimed) -> bool:
        """The platform takes nothing more through the windows that were open; the message has not arrived."""
        if await self._hold(claimed, ()) is None:
            return False
        await Budgets(self._connection).close(claimed.place, claimed.opened)
        await self._count(claimed, WAITS, copies=True, tries=False)
        return True

    async def elsewhere(
        self, claimed: Claimed, channels: Mapping[str, bool], now: datetime, pulled: Collection[str] = ()
    ) -> Place | None:
        """Where else the same person can be told it now, the chat they wrote in last before others; None for nowhere.

        ``channels`` are those to look at, and whether they have windows; what is ``pulled`` by its reader is a way only
        if they wrote there last. What waits in a chat already has a claim on what its windows hold.
        """
        rows = await self._connection.all(
            "WITH owner AS (SELECT a.person_id AS id FROM accounts a WHERE a.channel = :channel AND a.chat = :chat"
            " AND a.chat <> '' UNION SELECT p.id FROM people p WHERE p.channel = :channel AND p.chat = :chat),"
            " places AS (SELECT a.channel, a.chat FROM accounts a JOIN owner w ON w.id = a.person_id WHERE a.chat <> ''"
            " UNION SELECT p.channel, p.chat FROM people p JOIN owner w ON w.id = p.id WHERE p.channel <> '')"
            " SELECT c.channel, c.chat, COALESCE(l.blocked, '') AS blocked,"
            " EXISTS (SELECT 1 FROM people p WHERE p.channel = c.channel AND p.chat = c.chat) AS latest,"
            " (SELECT count(*) FROM outbox o WHERE o.channel = c.channel AND o.chat = c.chat AND o.state = 'due'"
            " AND o.seq > COALESCE(l.sent_seq, 0)) AS waiting,"
            " (SELECT max(b.count) FROM budgets b WHERE b.channel = c.channel AND b.chat = c.chat"
            " AND b.until > :soon" + WINDOWS_ALONE + ") AS open"
            " FROM places c LEFT JOIN lanes l ON l.channel = c.channel AND l.chat = c.chat"
            " WHERE c.channel <> :channel ORDER BY c.channel, c.chat",
            channel=claimed.place.channel,
            chat=claimed.place.chat,
            soon=later(now, SLACK_S),
        )
        fit = [
            row
            for row in rows
            if (row["latest"] and row["channel"] in pulled)
            or (
                row["channel"] in channels
                and not row["blocked"]
                and (not channels[row["channel"]] or (row["open"] or 0) - row["waiting"] >= claimed.cost)
            )
        ]
        best = min(fit, key=lambda row: (not row["latest"], channels.get(row["channel"], False)), default=None)
        return Place(best["channel"], best["chat"]) if best else None

    async def divert(self, claimed: Claimed, to: Place, since: datetime, now: datetime) -> bool:
        """It is owed at ``to``, as long as it was here: ``since``; here it is over."""
        whole = claimed.row.outbound
        moved = replace(whole, to=to, fresh=whole.fresh or whole.joined)  # its words are not put into an old card
        lane = await self._hold(claimed, [moved])
        if lane is None:
            return False
        await self._end(claimed, "merged", DETOUR, now)
        await self._keep_consent(claimed)
        await self._go_on(claimed, lane, now)
        await Outbox(self._connection).add(f"{claimed.row.id}{WAY}", [moved], since)
        return True

    async def risk(self, claimed: Claimed) -> bool:
        """One more copy of it may arrive from now on."""
        if await self._hold(claimed, ()) is None:
            return False
        await self._connection.run("UPDATE outbox SET copies = copies + 1 WHERE id = :id", id=claimed.row.id)
        return True

    async def unasked(self, claimed: Claimed, now: datetime, stands: bool) -> bool:
        """The platform did not take it as what its reader has asked for. Unless the consent ``stands``, there is none,
        and what we believed is over."""
        if await self._hold(claimed, ()) is None or claimed.consent is None:
            return False
        if stands:
            await self._keep_consent(claimed)
        else:
            await Consents(self._connection).refused(claimed.place, claimed.consent, now)
        await self._connection.run("UPDATE outbox SET copies = copies - 1 WHERE id = :id", id=claimed.row.id)
        return True

    async def wished(self, claimed: Claimed, act: str) -> Open | None:
        """The consent which pays for it, where the platform has just shut the windows; None if none does."""
        if await self._hold(claimed, ()) is None:
            return None
        held = await Consents(self._connection).held(claimed.place.channel, [claimed.place.chat], act)
        consent = held.get(claimed.place.chat)
        if consent:
            await Budgets(self._connection).spend([(claimed.place, consent, 1)])
        return consent

    async def _keep_consent(self, claimed: Claimed) -> None:
        if claimed.consent:
            await Consents(self._connection).give_back(claimed.place, claimed.consent)

    async def noticed(self, claimed: Claimed, external: str, now: datetime) -> bool:
        """It was told by a notice, without its buttons; the platform calls that ``external``."""
        if not await self.settle(claimed, external, now):
            return False
        await self._connection.run(
            "UPDATE outbox SET error_code = :noticed WHERE id = :id", noticed=NOTICED, id=claimed.row.id
        )
        return True

    async def untold(self, claimed: Claimed) -> Sequence[Untold]:
        """What waits in its lane, in order, without what nobody waits for: advertising."""
        rows = await self._connection.all(
            f'SELECT o.seq, o.priority, o.posted_at, {SINCE} AS "since [TIMESTAMPTZ]"'
            " FROM lanes l JOIN outbox o ON o.channel = l.channel AND o.chat = l.chat AND o.seq > l.sent_seq"
            " WHERE l.channel = :channel AND l.chat = :chat AND o.state = 'due' AND o.priority <> :campaign"
            " ORDER BY o.seq LIMIT :limit",
            channel=claimed.place.channel,
            chat=claimed.place.chat,
            detour=DETOUR,
            window=WINDOW,
            campaign=int(Priority.CAMPAIGN),
            limit=LANE_MAX,
        )
        return [
            Untold(row["seq"], Priority(row["priority"]), min(row["posted_at"], row["since"] or row["posted_at"]))
            for row in rows
        ]

    async def sleep(
        self, claimed: Claimed, now: datetime, until: datetime, code: str = WAITS, tries: bool = False, copies: int = 0
    ) -> bool:
        """Its lane waits for a window, or until ``until``; not at all if one was opened since it was claimed, or if a
        newer version took its place.

        Who waits for a receipt is told so once. ``copies`` of it have not arrived after all.
        """
        outbound = claimed.row.outbound
        told = claimed.code in (WAITS, NO_NOTICE, UNASKED)
        tell = [receipt(outbound, "receipt-waits")] if outbound.receipt and not told else []
        if await self._hold(claimed, tell) is None:
            return False
        asleep = await self._still_shut(claimed, now)
        await self._connection.run(
            "UPDATE lanes SET asleep = :asleep, due_at = CASE WHEN free_at > :due_at THEN free_at ELSE :due_at END"
            " WHERE channel = :channel AND chat = :chat",
            asleep=asleep,
            due_at=until if asleep else now,
            channel=claimed.place.channel,
            chat=claimed.place.chat,
        )
        await self._connection.run(
            "UPDATE outbox SET error_code = :code, tries = tries + :tries, copies = copies - :copies WHERE id = :id",
            code=code,
            tries=int(tries),
            copies=copies,
            id=claimed.row.id,
        )
        await self._keep_consent(claimed)
        await Outbox(self._connection).add(f"{claimed.row.id}:waits", tell, now)
        return True

    async def late(self, claimed: Claimed, now: datetime, tell: Sequence[Outbound], code: str = WINDOW) -> bool:
        """It waited for as long as it may: a dead letter, with all that it took the place of. Its lane goes on instead
        if a newer version took its place, or a window was opened since it was claimed where it waited for one, which
        ``code`` says."""
        outbound = claimed.row.outbound
        if (
            await self._hold(claimed, [*tell, *([receipt(outbound, "receipt-failed")] if outbound.receipt else [])])
            is None
        ):
            return False
        if not await (self._still_shut(claimed, now) if code == WINDOW else self._still_due(claimed)):
            return await self.sleep(claimed, now, now, claimed.code or WAITS)
        if not await self.kill(claimed, now, code, tell=tell):
            return False
        await self._connection.run(
            "UPDATE outbox SET error_code = :window WHERE channel = :channel AND chat = :chat AND card = :card"
            " AND card <> '' AND state = 'merged' AND error_code <> 'stale' AND error_code <> :detour AND seq < :seq",
            window=WINDOW,
            detour=DETOUR,
            channel=claimed.place.channel,
            chat=claimed.place.chat,
            card=claimed.row.outbound.card,
            seq=claimed.row.seq,
        )
        return True

    async def _still_shut(self, claimed: Claimed, now: datetime) -> bool:
        """Whether it is still to be sent, and nothing pays for it that did not when it was claimed. To be called with
        the lane held."""
        if not await self._still_due(claimed):
            return False
        if claimed.wish and not claimed.consent and await self._wish_is_held(claimed):
            return False
        opened = await Budgets(self._connection).opened(claimed.place.channel, [claimed.place.chat], now)
        return payable(opened.get(claimed.place.chat, []), claimed.cost) is None

    async def _wish_is_held(self, claimed: Claimed) -> bool:
        chat = claimed.place.chat
        return chat in await Consents(self._connection).held(claimed.place.channel, [chat], claimed.wish)

    async def _still_due(self, claimed: Claimed) -> bool:
        row = await self._connection.one("SELECT state FROM outbox WHERE id = :id", id=claimed.row.id)
        return row is not None and row["state"] == "due"
