"""What is left of a person whose data is erased: ids, states, times and money, and no word of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, LiteralString

from storage.database import Connection
from storage.forgotten import FAMILY, Forgotten

REQUEST_WORDS = ("description", "address", "door", "phone", "wish", "review", "report", "reason", "scanned")
"""The fields of a request that hold words; its events keep their names and lose the words."""

EVENT_WORDS = (*REQUEST_WORDS, "text", "said", "words", "question", "answer", "appeal")

EVENT_PHOTOS = ("photos", "finish_photos", "files")

PLAIN: tuple[LiteralString, ...] = (
    (
        "UPDATE people SET name = '', phone = '', photo = '', consent = '', vouched = FALSE, active = FALSE,"
        " channel = '', chat = '' WHERE id = :id"
    ),
    "DELETE FROM accounts WHERE person_id = :id",
    "UPDATE homes SET address = '', door = '' WHERE person_id = :id",
    (
        "UPDATE requests SET description = '', address = '', door = '', phone = '', wish = '', review = '',"
        " report = '', reason = '', scanned = '' WHERE homeowner_id = :id"
    ),
    "DELETE FROM conversations WHERE id = :id OR id LIKE :id || '@%'",
    "UPDATE referrers SET nickname = '', listed = FALSE WHERE person_id = :id",
    "DELETE FROM leaderboard WHERE person_id = :id",
    "UPDATE referrals SET appeal = '' WHERE referrer_id = :id",
    "UPDATE orders SET phone = '' WHERE person_id = :id AND person_id <> ''",
    "UPDATE order_events SET phone = '' WHERE order_id IN (SELECT id FROM orders WHERE person_id = :id)",
    (
        "UPDATE referrals SET reason = '' WHERE (referrer_id = :id OR friend_id = :id) AND reason NOT LIKE 'block-%'"
        " AND reason NOT LIKE 'void-%' AND reason NOT LIKE 'expire-%'"
    ),
    "UPDATE ledger_proposals SET reason = '' WHERE person_id = :id",
    "UPDATE rewards SET reason = '' WHERE person_id = :id",
)


PHOTOS: tuple[LiteralString, ...] = (
    "UPDATE ideas SET words = '', reason = '', photos = :none WHERE person_id = :id",
    "UPDATE requests SET photos = :none, finish_photos = :none WHERE homeowner_id = :id",
)

MESSAGES: tuple[LiteralString, ...] = (
    (
        "DELETE FROM outbox WHERE EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = :id AND a.chat <> ''"
        " AND a.channel = outbox.channel AND a.chat = outbox.chat)"
    ),
    (
        "DELETE FROM budgets WHERE act LIKE 'consent/%' AND EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = :id"
        " AND a.chat <> '' AND a.channel = budgets.channel AND a.chat = budgets.chat)"
    ),
    (
        "UPDATE lanes SET due_at = NULL WHERE EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = :id"
        " AND a.chat <> '' AND a.channel = lanes.channel AND a.chat = lanes.chat)"
    ),
    (
        "DELETE FROM outbox WHERE card IN (SELECT 'review:' || id FROM referrals WHERE referrer_id = :id"
        " OR friend_id = :id UNION SELECT 'reward:' || id FROM rewards WHERE person_id = :id)"
    ),
    "DELETE FROM outbox WHERE card LIKE 'line:' || :id || ':%'",
    (
        "DELETE FROM outbox WHERE subject = 'person:' || :id"
        " OR subject IN (SELECT id FROM requests WHERE homeowner_id = :id)"
    ),
    (
        "UPDATE inbox SET body = NULL WHERE channel = 'shop' AND state <> 'failed' AND body IS NOT NULL"
        " AND body ->> 'order' IN (SELECT id FROM orders WHERE person_id = :id AND person_id <> '')"
    ),
    (
        "UPDATE inbox SET body = NULL WHERE state <> 'failed' AND EXISTS (SELECT 1 FROM accounts a"
        " WHERE a.person_id = :id AND a.chat <> '' AND a.channel = inbox.place_channel AND a.chat = inbox.place_chat)"
    ),
    # what was handled names no place: whatever names the account, rather a line too many than one of theirs
    (
        "UPDATE inbox SET body = NULL WHERE state = 'done' AND body IS NOT NULL AND EXISTS (SELECT 1 FROM accounts a"
        " WHERE a.person_id = :id AND a.channel = inbox.channel"
        " AND CAST(inbox.body AS TEXT) LIKE '%' || a.account || '%')"
    ),
)

FILES: tuple[LiteralString, ...] = (
    "DELETE FROM file_owners WHERE hash = :hash AND owner LIKE '%:%'",  # who took them: an installer at their home
    "DELETE FROM files WHERE hash = :hash AND NOT EXISTS (SELECT 1 FROM file_owners w WHERE w.hash = files.hash)",
)

_OWNED: LiteralString = (
    "owner = 'person:' || :id OR owner IN (SELECT id FROM requests WHERE homeowner_id = :id)"
    " OR owner IN (SELECT channel || ':' || account FROM accounts WHERE person_id = :id)"
)


class Erasure:
    """Blanks what a person said and what is known of them; rows and their numbers stay."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def erase(self, person_id: str, phone: str, now: datetime) -> None:
        """Blank all of it, and of everybody whom they turned out to be; ``phone`` as it was known, in E.164."""
        for former in await self._former(person_id):
            await self.erase(former, "", now)
        await self._remembered(person_id, phone, now)
        await self._messages(person_id)
        await self._files(person_id)
        await self._events(person_id)
        await self._search(person_id)
        for sql in PLAIN:
            await self.connection.run(sql, id=person_id)
        for sql in PHOTOS:
            await self.connection.run(sql, id=person_id, none=[])

    async def _former(self, person_id: str) -> list[str]:
        """Other accounts of theirs, by id, that were united with this one."""
        rows = await self.connection.all(
            "SELECT person_id AS id FROM ledger_entries WHERE rule = 'moved' AND key = 'moved:' || person_id"
            " AND facts ->> 'to' = :id UNION SELECT actor_id AS id FROM request_events WHERE action = 'linked'"
            " AND changes ->> 'homeowner_id' = :id AND actor_id <> ''",
            id=person_id,
        )
        return sorted({str(row["id"]) for row in rows} - {person_id})

    async def _remembered(self, person_id: str, phone: str, now: datetime) -> None:
        """Of a customer, and of family of staff, it is kept, as nobody can read it, which numbers were theirs."""
        rows = await self.connection.all(
            "SELECT phone FROM orders WHERE person_id = :id AND person_id <> '' UNION ALL SELECT phone FROM requests"
            " WHERE homeowner_id = :id AND state NOT IN ('CANCELLED', 'REJECTED')",
            id=person_id,
        )
        phones = {phone, *[row["phone"] for row in rows]}
        if rows:
            await Forgotten(self.connection).keep(phones, now)
        for one in sorted(phones - {""}):
            if await self.connection.run("DELETE FROM relatives WHERE phone = :phone", phone=one):
                await Forgotten(self.connection).keep([one], now, FAMILY)

    async def _messages(self, person_id: str) -> None:
        """What they wrote and what was written to them in private, or still is to be."""
        for sql in MESSAGES:
            await self.connection.run(sql, id=person_id)

    async def _files(self, person_id: str) -> None:
        """What they sent, and what shows their home; the bytes of what nobody else has are swept away later."""
        rows = await self.connection.all("SELECT hash FROM file_owners WHERE " + _OWNED, id=person_id)
        hashes = [{"hash": one} for one in sorted({row["hash"] for row in rows})]
        await self.connection.run("DELETE FROM file_owners WHERE " + _OWNED, id=person_id)
        for sql in FILES:
            await self.connection.each(sql, hashes)

    async def _events(self, person_id: str) -> None:
        rows = await self.connection.all(
            "SELECT e.request_id, e.number, e.changes FROM request_events e JOIN requests r ON r.id = e.request_id"
            " WHERE r.homeowner_id = :id",
            id=person_id,
        )
        await self.connection.each(
            "UPDATE request_events SET changes = :changes, reason = '' WHERE request_id = :id AND number = :number",
            [{"id": row["request_id"], "number": row["number"], "changes": blanked(row["changes"])} for row in rows],
        )
        rows = await self.connection.all(
            "SELECT e.referral_id, e.number, e.changes, e.reason, e.action FROM referral_events e"
            " JOIN referrals r ON r.id = e.referral_id WHERE (r.referrer_id = :id AND e.action = 'appeal')"
            " OR ((r.referrer_id = :id OR r.friend_id = :id) AND e.action IN ('clear', 'deny', 'grant', 'uphold',"
            " 'return'))",
            id=person_id,
        )
        await self.connection.each(
            "UPDATE referral_events SET changes = :changes, reason = '' WHERE referral_id = :id AND number = :number",
            [{"id": row["referral_id"], "number": row["number"], "changes": blanked(row["changes"])} for row in rows],
        )

    async def _search(self, person_id: str) -> None:
        rows = await self.connection.all("SELECT id FROM requests WHERE homeowner_id = :id", id=person_id)
        await self.connection.each(
            "DELETE FROM request_words WHERE rowid = :number",
            [{"number": int(row["id"].removeprefix("R-"))} for row in rows],
        )


def blanked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """An event's values without words and photos."""
    empty: dict[str, object] = {**dict.fromkeys(EVENT_WORDS, ""), **{name: [] for name in EVENT_PHOTOS}}
    return {
        name: empty[name] if name in empty and type(value) is type(empty[name]) else value
        for name, value in changes.items()
    }
