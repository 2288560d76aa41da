"""People as referrers: their codes, who came with one, and whose family staff named."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString

from storage.database import Connection, Row

LETTERS, DIGITS = "BCDFGHJKMNPQRSTVWXZ", "23456789"
"""No vowels, so that no code is a word; nothing that is mistaken for something else when read aloud."""

TRIES = 5
_REFERRER: LiteralString = "SELECT person_id, code, nickname, listed, vip_since, made_at FROM referrers"


@dataclass(frozen=True, slots=True)
class Referrer:
    """Somebody with a code. ``nickname`` is what others see of them, ``listed`` whether on the leaderboard too.

    ``vip_since`` is None for who is no VIP design adviser.
    """

    person_id: str
    code: str
    nickname: str
    listed: bool
    vip_since: datetime | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Touch:
    """Somebody came with a code; ``id`` is the message's, ``outcome`` «attributed», «taken» or why not."""

    id: str
    code: str
    friend_id: str
    via: str
    at: datetime
    outcome: str


def fresh_code() -> str:
    """Four letters and three digits, easily told on the telephone; 66 million of them."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(4))
    return letters + "".join(secrets.choice(DIGITS) for _ in range(3))


class Referrers:
    """Repository of referrers, of the touches of their codes, and of the relatives of staff."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def make(self, person_id: str, nickname: str, now: datetime) -> Referrer:
        """Somebody as a referrer, with the code that is theirs for good; made at the first time."""
        found = await self.of(person_id)
        for _ in range(TRIES):
            if found is not None:
                return found
            await self.connection.run(
                "INSERT INTO referrers (person_id, code, nickname, listed, vip_since, made_at)"
                " VALUES (:person, :code, :nickname, TRUE, NULL, :now) ON CONFLICT DO NOTHING",
                person=person_id,
                code=fresh_code(),
                nickname=nickname,
                now=now,
            )
            found = await self.of(person_id)
        assert found is not None, "every code is taken"
        return found

    async def of(self, person_id: str) -> Referrer | None:
        """Somebody as a referrer; None while they have no code."""
        row = await self.connection.one(_REFERRER + " WHERE person_id = :person", person=person_id)
        return _referrer(row) if row else None

    async def by_code(self, code: str) -> Referrer | None:
        """Whose code this is, however it was typed; None for nobody's, and for somebody's who is not here any more."""
        row = await self.connection.one(
            _REFERRER + " WHERE person_id IN (SELECT person_id FROM referrers WHERE code = :code"
            " UNION ALL SELECT person_id FROM referral_aliases WHERE code = :code)"
            " AND EXISTS (SELECT 1 FROM people p WHERE p.id = person_id AND p.active)",
            code=code.strip().upper(),
        )
        return _referrer(row) if row else None

    async def call(self, person_id: str, nickname: str) -> None:
        """A referrer is known by this nickname from now on."""
        await self.connection.run(
            "UPDATE referrers SET nickname = :nickname WHERE person_id = :person", nickname=nickname, person=person_id
        )

    async def list_(self, person_id: str, listed: bool) -> None:
        """Whether a referrer stands on the leaderboard."""
        await self.connection.run(
            "UPDATE referrers SET listed = :listed WHERE person_id = :person", listed=listed, person=person_id
        )

    async def ask(self, request_id: str, now: datetime) -> bool:
        """Note that the card is shown unasked after this request; False if it was already."""
        return bool(
            await self.connection.run(
                "INSERT INTO referral_asks (request_id, at) VALUES (:request, :now) ON CONFLICT DO NOTHING",
                request=request_id,
                now=now,
            )
        )

    async def touch(self, touch: Touch) -> None:
        """Keep that somebody came with a code; the same message twice is once."""
        await self.connection.run(
            "INSERT INTO referral_touches (id, code, friend_id, via, at, outcome)"
            " VALUES (:id, :code, :friend, :via, :at, :outcome) ON CONFLICT (id) DO NOTHING",
            id=touch.id,
            code=touch.code,
            friend=touch.friend_id,
            via=touch.via,
            at=touch.at,
            outcome=touch.outcome,
        )

    async def tried(self, friend_id: str, now: datetime, hours: int = 1) -> int:
        """How often somebody came with codes lately."""
        row = await self.connection.one(
            "SELECT count(*) AS n FROM referral_touches WHERE friend_id = :friend AND at > :since",
            friend=friend_id,
            since=now - timedelta(hours=hours),
        )
        return int(row["n"]) if row else 0

    async def relate(self, phone: str, staff_id: str, now: datetime) -> bool:
        """A number is of staff's family from now on; False if they had named it before."""
        return bool(
            await self.connection.run(
                "INSERT INTO relatives (phone, staff_id, at) VALUES (:phone, :staff, :at) ON CONFLICT DO NOTHING",
                phone=phone,
                staff=staff_id,
                at=now,
            )
        )

    async def hand_over(self, old_id: str, new_id: str) -> None:
        """The code of ``old_id`` is ``new_id``'s; if they have one already, it stands for theirs from now on."""
        await self.connection.run(
            "UPDATE referral_aliases SET person_id = :new WHERE person_id = :old", new=new_id, old=old_id
        )
        await self.connection.run(
            "UPDATE referrers SET person_id = :new WHERE person_id = :old"
            " AND NOT EXISTS (SELECT 1 FROM referrers other WHERE other.person_id = :new)",
            new=new_id,
            old=old_id,
        )
        await self.connection.run(
            "INSERT INTO referral_aliases (code, person_id) SELECT code, :new FROM referrers"
            " WHERE person_id = :old ON CONFLICT DO NOTHING",
            new=new_id,
            old=old_id,
        )


def _referrer(row: Row) -> Referrer:
    return Referrer(
        person_id=row["person_id"],
        code=row["code"],
        nickname=row["nickname"],
        listed=row["listed"],
        vip_since=row["vip_since"],
        made_at=row["made_at"],
    )
