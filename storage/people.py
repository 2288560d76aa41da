"""People, their accounts, the groups that are bound, and single-use codes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from domain.chat import Inbound, Place
from domain.people import Person, Role
from domain.talks import Talk
from storage.database import Connection, Row

_PERSON: LiteralString = (
    "SELECT p.id, p.role, p.name, p.phone, p.locale, p.number, p.skills, p.districts, p.photo, p.consent, p.active,"
    " p.vouched"
)
_ARRIVAL: LiteralString = (
    _PERSON + ", p.channel, p.chat, c.form, c.subject, c.asked, c.answers, c.version, c.opened_at, c.changed_at"
)
_ARRIVED: LiteralString = (
    " FROM accounts a JOIN people p ON p.id = a.person_id LEFT JOIN conversations c ON c.id = p.id || :suffix"
)
_BY_ACCOUNT: LiteralString = " WHERE a.channel = :channel AND a.account = :account"
_IN_PRIVATE: LiteralString = _ARRIVAL + ", '', ''" + _ARRIVED + _BY_ACCOUNT
_IN_GROUP: LiteralString = (
    _ARRIVAL + ", g.purpose, l.blocked" + _ARRIVED + " LEFT JOIN groups g ON g.channel = :channel AND g.chat = :chat"
    " LEFT JOIN lanes l ON l.channel = g.channel AND l.chat = g.chat" + _BY_ACCOUNT
)

ROLES = {role.value: role for role in Role}


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known as a message arrives.

    ``purpose`` is what the group is bound to, empty in private and in a group nobody bound; ``place`` where
    the person is reached now. ``known`` is false for who never wrote before. ``shut`` says that nothing reached this
    bound group lately.
    """

    person: Person
    talk: Talk
    purpose: str
    place: Place
    known: bool = True
    shut: bool = False


class People:
    """Repository of people and of the places where they are."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def arrive(self, message: Inbound, now: datetime, held: bool = False) -> Arrival | None:
        """Who sent this, and what question is open there; a stranger becomes a person without rights.

        None for talk in a group that serves no purpose: it is none of ours, and makes nobody a person.

        Holds the person's row until the commit, so that two messages of one person follow one another, unless an
        earlier statement of this transaction ``held`` it.
        """
        suffix = f"@{message.place.chat}" if message.group else ""
        if not held:
            await self._hold_account(message)
        row = await self.connection.one(
            _IN_GROUP if message.group else _IN_PRIVATE,
            suffix=suffix,
            channel=message.place.channel,
            chat=message.place.chat,
            account=message.account,
        )
        if row is None:
            return await self._welcome(message, now)
        arrival = _arrival(row, suffix)
        if message.talk and not arrival.purpose:
            return None
        if not message.group and arrival.place != message.place:
            await self.connection.run(
                "UPDATE people SET channel = :channel, chat = :chat WHERE id = :id",
                channel=message.place.channel,
                chat=message.place.chat,
                id=arrival.person.id,
            )
        return arrival

    async def _hold_account(self, message: Inbound) -> None:
        # A statement of its own: one that has waited for the row still sees the conversation as it was before.
        if self.connection.engine == "postgres":
            await self.connection.one(
                "SELECT p.id FROM accounts a JOIN people p ON p.id = a.person_id"
                " WHERE a.channel = :channel AND a.account = :account FOR UPDATE OF p",
                channel=message.place.channel,
                account=message.account,
            )

    async def _welcome(self, message: Inbound, now: datetime) -> Arrival | None:
        group = await self.connection.one(
            "SELECT purpose FROM groups WHERE channel = :channel AND chat = :chat",
            channel=message.place.channel,
            chat=message.place.chat,
        )
        if message.talk and not group:
            return None
        person = Person(id=f"p{secrets.token_hex(8)}", name=message.name[:40], locale=message.locale)
        home = Place("", "") if message.group else message.place
        await self.add(person, home, now)
        if not await self._claim_account(message, person.id, home.chat, now):
            await self.connection.run("DELETE FROM people WHERE id = :id", id=person.id)
            return await self.arrive(message, now)
        suffix = f"@{message.place.chat}" if message.group else ""
        return Arrival(person, Talk(person.id + suffix), group["purpose"] if group else "", home, known=False)

    async def _claim_account(self, message: Inbound, person_id: str, chat: str, now: datetime) -> bool:
        """False if another message of the same stranger was a moment earlier."""
        added = await self.connection.run(
            "INSERT INTO accounts (channel, account, person_id, chat, created_at)"
            " VALUES (:channel, :account, :person, :chat, :now) ON CONFLICT (channel, account) DO NOTHING",
            channel=message.place.channel,
            account=message.account,
            person=person_id,
            chat=chat,
            now=now,
        )
        return added == 1

    async def add(self, person: Person, place: Place, now: datetime) -> None:
        """Keep a new person, reached at ``place`` (empty channel: nowhere yet)."""
        await self.connection.run(
            "INSERT INTO people (id, role, name, phone, locale, number, skills, districts, photo, consent, consent_at,"
            " active, vouched, channel, chat, created_at) VALUES (:id, :role, :name, :phone, :locale, :number, :skills,"
            " :districts, :photo, :consent, NULL, :active, :vouched, :channel, :chat, :now)",
            **_values(person),
            channel=place.channel,
            chat=place.chat,
            now=now,
        )

    async def attach(self, channel: str, account: str, person_id: str, chat: str, now: datetime) -> None:
        """An account writes for this person from now on, whoever it wrote for before."""
        await self.connection.run(
            "INSERT INTO accounts (channel, account, person_id, chat, created_at)"
            " VALUES (:channel, :account, :person, :chat, :now) ON CONFLICT (channel, account)"
            " DO UPDATE SET person_id = excluded.person_id",
            channel=channel,
            account=account,
            person=person_id,
            chat=chat,
            now=now,
        )

    async def save(self, person: Person) -> None:
        """Keep what changed about a person."""
        await self.connection.run(
            "UPDATE people SET role = :role, name = :name, phone = :phone, locale = :locale, number = :number,"
            " skills = :skills, districts = :districts, photo = :photo, consent = :consent, active = :active,"
            " vouched = :vouched WHERE id = :id",
            **_values(person),
        )

    async def agree(self, person_id: str, version: str, now: datetime) -> None:
        """Record that a person agreed to this version of the purpose."""
        await self.connection.run(
            "UPDATE people SET consent = :version, consent_at = :now WHERE id = :id",
            version=version,
            now=now,
            id=person_id,
        )

    async def get(self, person_id: str) -> Person | None:
        """One person by id; None if there is none."""
        row = await self.connection.one(
            _PERSON + " FROM people p WHERE p.id = :id",
            id=person_id,
        )
        return _person(row) if row else None

    async def hold(self, person_id: str) -> None:
        """Lock a person's row until the commit: an installer's calendar has one writer."""
        await self.connection.one("SELECT id FROM people WHERE id = :id" + self.connection.locked, id=person_id)

    async def by_account(self, channel: str, account: str) -> Person | None:
        """Whose account this is; None for nobody's."""
        row = await self.connection.one(
            _PERSON + " FROM accounts a JOIN people p ON p.id = a.person_id"
            " WHERE a.channel = :channel AND a.account = :account",
            channel=channel,
            account=account,
        )
        return _person(row) if row else None

    async def by_phone(self, phone: str) -> Sequence[Person]:
        """Everybody who has this number, in E.164, the oldest first."""
        rows = await self.connection.all(
            _PERSON + " FROM people p WHERE p.phone = :phone AND p.phone <> '' ORDER BY p.created_at, p.id",
            phone=phone,
        )
        return [_person(row) for row in rows]

    async def by_number(self, number: str) -> Person | None:
        """The installer with this 工号; None if nobody has it."""
        row = await self.connection.one(
            _PERSON + " FROM people p WHERE p.number = :number AND p.number <> ''",
            number=number,
        )
        return _person(row) if row else None

    async def working(self, role: Role) -> Sequence[Person]:
        """All who work in this role now, by number and name."""
        rows = await self.connection.all(
            _PERSON + " FROM people p WHERE p.role = :role AND p.role <> 'homeowner' AND p.active"
            " ORDER BY p.number, p.name, p.id",
            role=role.value,
        )
        return [_person(row) for row in rows]

    async def names(self, ids: Iterable[str]) -> dict[str, Person]:
        """The people with these ids, by id; an unknown id is left out."""
        wanted = [person_id for person_id in dict.fromkeys(ids) if person_id]
        found: dict[str, Person] = {}
        for start in range(0, len(wanted), 3):
            a, b, c = (*wanted[start : start + 3], "", "")[:3]
            rows = await self.connection.all(_PERSON + " FROM people p WHERE p.id IN (:a, :b, :c)", a=a, b=b, c=c)
            found |= {row["id"]: _person(row) for row in rows}
        return found

    async def place(self, person_id: str) -> Place | None:
        """The private chat in which this person wrote last; None if they never did."""
        row = await self.connection.one(
            "SELECT channel, chat FROM people WHERE id = :id AND channel <> ''", id=person_id
        )
        return Place(row["channel"], row["chat"]) if row else None

    async def workplace(self, installer_id: str) -> Place | None:
        """The same for an installer who works here still; None for everybody else."""
        row = await self.connection.one(
            "SELECT channel, chat FROM people WHERE id = :id AND channel <> '' AND active AND role = 'installer'",
            id=installer_id,
        )
        return Place(row["channel"], row["chat"]) if row else None

    async def colleague(self, person_id: str) -> Place | None:
        """The same for whoever works here still, as whatever; None for everybody else."""
        row = await self.connection.one(
            "SELECT channel, chat FROM people WHERE id = :id AND channel <> '' AND active AND role <> 'homeowner'",
            id=person_id,
        )
        return Place(row["channel"], row["chat"]) if row else None

    async def at_work(self, channel: str) -> list[tuple[str, Role, str]]:
        """The private chats there of all who work for the company: chat, role, and the language that they chose."""
        rows = await self.connection.all(
            "SELECT a.chat, p.role, p.locale FROM people p JOIN accounts a ON a.person_id = p.id"
            " WHERE p.role <> 'homeowner' AND p.active AND a.channel = :channel AND a.chat <> '' ORDER BY a.chat",
            channel=channel,
        )
        return [(row["chat"], Role(row["role"]), row["locale"]) for row in rows]

    async def at(self, place: Place) -> Person | None:
        """Who is reached at a place in private; None for a group or an unknown chat."""
        row = await self.connection.one(
            _PERSON + " FROM people p WHERE p.channel = :channel AND p.chat = :chat",
            channel=place.channel,
            chat=place.chat,
        )
        return _person(row) if row else None

    async def erased(self, person_id: str) -> bool:
        """Whether this person's data was erased."""
        sql: LiteralString = "SELECT 1 AS yes FROM people WHERE id = :id AND NOT active AND name = '' AND phone = ''"
        return await self.connection.one(sql, id=person_id) is not None

    async def merge(self, old_id: str, new_id: str) -> None:
        """What belonged to ``old_id`` belongs to ``new_id``: accounts, requests and homes."""
        for sql in (
            "UPDATE accounts SET person_id = :new WHERE person_id = :old",
            "UPDATE homes SET person_id = :new WHERE person_id = :old",
            "UPDATE timers SET subject = 'person:' || :new WHERE subject = 'person:' || :old",
            "UPDATE people SET active = FALSE, phone = '', channel = '', chat = '' WHERE id = :old AND :new <> ''",
        ):
            await self.connection.run(sql, old=old_id, new=new_id)


def _person(row: Iterable[Any]) -> Person:
    """By place: by name each look-up would go through all columns."""
    id, role, name, phone, locale, number, skills, districts, photo, consent, active, vouched = row
    working = (tuple(skills), tuple(districts))
    return Person(id, ROLES[role], name, phone, locale, number, *working, photo, consent, active, vouched)


def _arrival(row: Row, suffix: str) -> Arrival:
    *person, channel, chat, form, subject, asked, answers, version, opened_at, changed_at, purpose, blocked = row
    id = person[0] + suffix
    known = form is not None  # empty where nothing is open but something is known
    talk = Talk(id, form, subject, asked, answers, version, opened_at, changed_at) if known else Talk(id)
    return Arrival(_person(person), talk, purpose or "", Place(channel, chat), shut=bool(blocked))


def _values(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "role": person.role.value,
        "name": person.name,
        "phone": person.phone,
        "locale": person.locale,
        "number": person.number,
        "skills": list(person.skills),
        "districts": list(person.districts),
        "photo": person.photo,
        "consent": person.consent,
        "active": person.active,
        "vouched": person.vouched,
    }
