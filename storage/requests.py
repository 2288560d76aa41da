"""Requests, their events, and to whom they are offered. Every read goes through a viewer.

Rows are read in the order of their columns: by name each look-up would go through all of them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any, LiteralString

from domain.chat import Span, Text
from domain.errors import NotFound, NotPossible, Stale
from domain.people import Role, Viewer
from domain.requests import LISTS, Event, Moved, Request
from domain.search import bigrams
from domain.states import State
from storage.database import Connection, Row
from storage.request_words import index, index_again, index_more

_NAMES = tuple(f.name for f in fields(Request))
_REQUEST: LiteralString = (
    "SELECT r.id, r.homeowner_id, r.version, r.state, r.type, r.category, r.product, r.symptom, r.severity,"
    " r.danger, r.description, r.photos, r.home_id, r.district, r.address, r.door, r.phone, r.wish, r.wish_start,"
    " r.wish_end, r.claimed_by, r.installer_id, r.window_start, r.window_end, r.code, r.declines, r.reschedules,"
    " r.repeats, r.reopens, r.urges, r.escalation, r.report, r.finish_photos, r.reason, r.score, r.tags, r.review,"
    " r.created_at, r.changed_at, r.answered_at, r.done_at, r.closed_at, r.rated_at, r.scanned,"
    " r.checked, r.unchecked, r.visit_fee_fen FROM requests r"
)
_EVENT: LiteralString = (
    "SELECT e.request_id, e.number, e.at, e.actor_id, e.channel, e.action, e.before, e.after, e.changes, e.reason,"
    " e.on_behalf FROM request_events e"
)
_MINE: LiteralString = (
    " AND (:staff OR r.homeowner_id = :viewer OR (:installer AND (r.installer_id = :viewer OR EXISTS (SELECT 1"
    " FROM offers o WHERE o.request_id = r.id AND o.installer_id = :viewer AND o.state = 'open'))))"
)
_AFTER: LiteralString = (
    " AND (r.danger < :danger OR (r.danger = :danger AND (r.created_at > :created"
    " OR (r.created_at = :created AND r.id > :last))))"
)


class Requests:
    """Repository of requests."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def next_id(self) -> str:
        """The number of the next request: «R-1001»."""
        row = await self.connection.one(
            "INSERT INTO counters (name, value) VALUES ('number', 1001) ON CONFLICT (name)"
            " DO UPDATE SET value = counters.value + 1 RETURNING value"
        )
        assert row is not None
        return f"R-{row['value']}"

    async def get(self, request_id: str, viewer: Viewer) -> Request:
        """One request, as far as this viewer may know of it.

        Raises:
            NotFound: absent, or not for this viewer.
            NotPossible: it was offered to this installer; somebody else has it now, or nobody.
        """
        row = await self.connection.one(_REQUEST + " WHERE r.id = :id" + _MINE, id=request_id, **_rights(viewer))
        if row is None:
            raise await self._why_not(request_id, viewer)
        return _request(row)

    async def _why_not(self, request_id: str, viewer: Viewer) -> NotFound | NotPossible:
        offer = viewer.role is Role.INSTALLER and await self.connection.one(
            "SELECT r.installer_id <> '' AND r.state NOT IN ('CANCELLED', 'REJECTED') AS taken FROM offers o"
            " JOIN requests r ON r.id = o.request_id WHERE o.request_id = :id AND o.installer_id = :viewer",
            id=request_id,
            viewer=viewer.id,
        )
        if offer:
            return NotPossible(Text("refused-taken" if offer["taken"] else "refused-not-offered", {"id": request_id}))
        return NotFound(Text("refused-not-found"))

    async def add(self, moved: Moved) -> None:
        """Keep a new request with its first event."""
        request = moved.request
        await self.connection.run(_INSERT, **_values(request))
        await self._log(moved.event)
        await self._count({request.state: 1})
        await index(self.connection, request)

    async def save(self, moved: Moved) -> None:
        """Keep a changed request with the event that changed it.

        Raises:
            Stale: somebody else changed it since it was read.
        """
        values = {**_values(moved.request), "was": moved.before.version}
        if not await self.connection.run(_UPDATE, **values):
            raise Stale(Text("refused-stale", {"id": moved.request.id}))
        await self._log(moved.event)
        if moved.before.state is not moved.request.state:
            await self._count({moved.before.state: -1, moved.request.state: 1})
        if moved.event.action == "supplement" and moved.event.reason:
            await index_more(self.connection, moved.request.id, moved.event.reason)
        if moved.event.action == "correct":
            await index_again(self.connection, moved.request)

    async def _log(self, event: Event) -> None:
        await self.connection.run(
            "INSERT INTO request_events (request_id, number, at, actor_id, on_behalf, channel, action, before, after,"
            " changes, reason) VALUES (:id, :number, :at, :actor, :behalf, :channel, :action, :before, :after,"
            " :changes, :reason)",
            id=event.request_id,
            number=event.number,
            at=event.at,
            actor=event.actor_id,
            behalf=event.on_behalf,
            channel=event.channel,
            action=event.action,
            before=event.before,
            after=event.after,
            changes=dict(event.changes),
            reason=event.reason,
        )

    async def _count(self, changes: dict[State, int]) -> None:
        rows = [{"name": f"state:{state.value}", "more": more} for state, more in sorted(changes.items())]
        await self.connection.each(
            "INSERT INTO counters (name, value) VALUES (:name, :more) ON CONFLICT (name)"
            " DO UPDATE SET value = counters.value + excluded.value",
            rows,
        )

    async def find(self, words: str, viewer: Viewer, limit: int = 10) -> list[Request]:
        """Requests whose words hold all of these, the newest first; empty for who is not staff."""
        grams = bigrams(words)
        grams = [gram for gram in grams if len(gram) > 1] or grams  # one character alone is in nearly every request
        if not viewer.role.is_staff or not grams:
            return []
        if self.connection.engine == "postgres":
            rows = await self.connection.all(
                _REQUEST + " JOIN (SELECT rowid FROM request_words WHERE words @@ to_tsquery('simple', :query)"
                " ORDER BY rowid DESC LIMIT :limit) w ON r.id = 'R-' || w.rowid ORDER BY w.rowid DESC",
                query=" & ".join(grams),
                limit=limit,
            )
        else:
            rows = await self.connection.all(
                _REQUEST + " JOIN (SELECT rowid FROM request_words WHERE request_words MATCH :query"
                " ORDER BY rowid DESC LIMIT :limit) w ON r.id = 'R-' || w.rowid ORDER BY w.rowid DESC",
                query=" AND ".join(f'"{gram}"' for gram in grams),
                limit=limit,
            )
        return [_request(row) for row in rows]

    async def queue(self, state: State, viewer: Viewer, limit: int = 10, after: Request | None = None) -> list[Request]:
        """The requests in an open state, emergencies first, then the oldest; those that come ``after`` one of them, as
        it was listed. Empty for who is not staff."""
        last = {"danger": after.danger, "created": after.created_at, "last": after.id} if after else {}
        rows = await self.connection.all(
            # said again as the index says it, which an engine does not use otherwise
            _REQUEST
            + " WHERE r.state = :state AND :staff AND r.state NOT IN ('CLOSED', 'CANCELLED', 'REJECTED')"
            + (_AFTER if after else "")
            + " ORDER BY r.danger DESC, r.created_at, r.id LIMIT :limit",
            state=state.value,
            staff=viewer.role.is_staff,
            limit=limit,
            **last,
        )
        return [_request(row) for row in rows]

    async def counts(self, viewer: Viewer) -> dict[State, int]:
        """How many requests stand in each state, for staff; read from the kept counters."""
        if not viewer.role.is_staff:
            return {}
        rows = await self.connection.all("SELECT name, value FROM counters WHERE name LIKE 'state:%'")
        return {State(row["name"].removeprefix("state:")): row["value"] for row in rows}

    async def of(self, homeowner_id: str, limit: int = 5) -> list[Request]:
        """A homeowner's own requests, the one changed last first."""
        rows = await self.connection.all(
            _REQUEST + " WHERE r.homeowner_id = :id ORDER BY r.changed_at DESC LIMIT :limit",
            id=homeowner_id,
            limit=limit,
        )
        return [_request(row) for row in rows]

    async def open_of(self, homeowner_id: str, limit: int = 10) -> list[Request]:
        """A homeowner's requests that are not closed, the one changed last first."""
        rows = await self.connection.all(
            _REQUEST + " WHERE r.homeowner_id = :id AND r.state NOT IN ('CLOSED', 'CANCELLED', 'REJECTED')"
            " ORDER BY r.changed_at DESC LIMIT :limit",
            id=homeowner_id,
            limit=limit,
        )
        return [_request(row) for row in rows]

    async def jobs(self, installer_id: str, limit: int = 20) -> list[Request]:
        """The jobs an installer holds and has not finished, in order of time; those without a window last."""
        rows = await self.connection.all(
            _REQUEST + " WHERE r.installer_id = :id AND r.installer_id <> ''"
            " AND r.state IN ('ACCEPTED', 'SCHEDULED', 'EN_ROUTE', 'IN_PROGRESS')"
            " ORDER BY CASE WHEN r.window_start IS NULL THEN 1 ELSE 0 END, r.window_start, r.id LIMIT :limit",
            id=installer_id,
            limit=limit,
        )
        return [_request(row) for row in rows]

    async def in_hand(self, person_id: str) -> list[Request]:
        """What would be left undone without this person: the jobs they hold as an installer, and what they follow up as
        staff, in order of time, those without a window last."""
        rows = await self.connection.all(
            _REQUEST + " WHERE (r.claimed_by = :id OR r.installer_id = :id) AND :id <> ''"
            " AND r.state NOT IN ('CLOSED', 'CANCELLED', 'REJECTED') AND r.state <> 'DONE'"
            " ORDER BY CASE WHEN r.window_start IS NULL THEN 1 ELSE 0 END, r.window_start, r.id",
            id=person_id,
        )
        return [_request(row) for row in rows]

    async def busy(self, installer_id: str, since: datetime, but: str = "") -> list[Span]:
        """The windows an installer is booked for from ``since`` on, leaving out the request ``but``."""
        rows = await self.connection.all(
            "SELECT window_start, window_end FROM requests r WHERE installer_id = :id AND installer_id <> ''"
            " AND state IN ('ACCEPTED', 'SCHEDULED', 'EN_ROUTE', 'IN_PROGRESS') AND state <> 'ACCEPTED'"
            " AND window_end > :since AND id <> :but ORDER BY window_start",
            id=installer_id,
            since=since,
            but=but,
        )
        return [Span(row["window_start"], row["window_end"]) for row in rows]

    async def events(
        self, request_id: str, viewer: Viewer, limit: int = 1000, actions: Collection[str] = ()
    ) -> list[Event]:
        """What happened to a request, the oldest first, the last ``limit`` of them; with ``actions`` of those alone.

        Raises:
            NotFound: absent, or not for this viewer; with ``actions`` that is empty.
        """
        rows = await self.connection.all(
            _EVENT
            + " JOIN requests r ON r.id = e.request_id WHERE e.request_id = :id"
            + _MINE
            + (" AND e.action IN (SELECT value FROM json_each(:actions))" if actions else "")
            + " ORDER BY e.number DESC LIMIT :limit",
            id=request_id,
            limit=limit,
            **({"actions": sorted(actions)} if actions else {}),
            **_rights(viewer),
        )
        if not rows and not actions:
            raise NotFound(Text("refused-not-found"))
        return [Event(*row) for row in reversed(rows)]


_INSERT: LiteralString = (
    "INSERT INTO requests (id, version, homeowner_id, state, type, category, product, symptom, severity, danger,"
    " description, photos, home_id, district, address, door, phone, wish, wish_start, wish_end, claimed_by,"
    " installer_id, window_start, window_end, code, declines, reschedules, repeats, reopens, urges, escalation, report,"
    " finish_photos, reason, score, tags, review, created_at, changed_at, answered_at, done_at, closed_at, rated_at,"
    " scanned, checked, unchecked, visit_fee_fen) VALUES (:id, :version, :homeowner_id, :state, :type, :category,"
    " :product, :symptom, :severity, :danger,"
    " :description, :photos, :home_id, :district, :address, :door, :phone, :wish, :wish_start, :wish_end, :claimed_by,"
    " :installer_id, :window_start, :window_end, :code, :declines, :reschedules, :repeats, :reopens, :urges,"
    " :escalation, :report, :finish_photos, :reason, :score, :tags, :review, :created_at, :changed_at, :answered_at,"
    " :done_at, :closed_at, :rated_at, :scanned, :checked, :unchecked, :visit_fee_fen)"
)
_UPDATE: LiteralString = (
    "UPDATE requests SET version = :version, homeowner_id = :homeowner_id, state = :state, type = :type,"
    " category = :category, product = :product, symptom = :symptom, severity = :severity, danger = :danger,"
    " description = :description, photos = :photos, home_id = :home_id, district = :district, address = :address,"
    " door = :door, phone = :phone, wish = :wish, wish_start = :wish_start, wish_end = :wish_end,"
    " claimed_by = :claimed_by, installer_id = :installer_id, window_start = :window_start, window_end = :window_end,"
    " code = :code, declines = :declines, reschedules = :reschedules, repeats = :repeats, reopens = :reopens,"
    " urges = :urges, escalation = :escalation, report = :report, finish_photos = :finish_photos, reason = :reason,"
    " score = :score, tags = :tags, review = :review, created_at = :created_at, changed_at = :changed_at,"
    " answered_at = :answered_at, done_at = :done_at, closed_at = :closed_at, rated_at = :rated_at,"
    " scanned = :scanned, checked = :checked, unchecked = :unchecked, visit_fee_fen = :visit_fee_fen"
    " WHERE id = :id AND version = :was"
)


def _rights(viewer: Viewer) -> dict[str, object]:
    return {
        "viewer": viewer.id,
        "staff": viewer.role.is_staff,
        "installer": viewer.role is Role.INSTALLER,
    }


def _request(row: Row) -> Request:
    values: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    for name in LISTS:
        values[name] = tuple(values[name])
    values["state"] = State(values["state"])
    return Request(**values)


def _values(request: Request) -> dict[str, object]:
    values: dict[str, Any] = {name: getattr(request, name) for name in _NAMES}
    for name in LISTS:
        values[name] = list(values[name])
    values["state"] = request.state.value
    return values
