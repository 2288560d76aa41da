"""What a person has asked to be told outside of every window: so many messages, until they are sent or it is withdrawn.

They are rows of ``budgets`` beside the windows, named after what was agreed to, and end with no time of their own. What
stands for the end names the first consent of a series, so that what is given back late adds nothing to a later one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from domain.chat import Place
from storage.budgets import CONSENT, Open
from storage.database import Connection

LASTING: Final = timedelta(days=36_500)
SERIES: Final = timedelta(days=18_250)
"""An end that is farther off than this is none, but names a series."""


def act_of(name: str) -> str:
    """As which act a consent to ``name`` is counted."""
    return CONSENT + name


class Consents:
    """Repository of consents, over one open transaction, which holds the lane of the chat."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def give(self, place: Place, act: str, at: datetime, now: datetime) -> None:
        """One more message may be sent, because of what the person agreed to at ``at``; nothing if they have withdrawn
        that since."""
        await self._connection.run(
            "INSERT INTO budgets (channel, chat, act, count, until) VALUES (:channel, :chat, :act, 1, :until)"
            " ON CONFLICT (channel, chat, act) DO UPDATE SET"
            " count = CASE WHEN budgets.until > :series THEN budgets.count + 1 ELSE 1 END,"
            " until = CASE WHEN budgets.until > :series THEN budgets.until ELSE excluded.until END"
            " WHERE budgets.until > :series OR budgets.until <= :at",
            **_names(place, act),
            at=at,
            until=at + LASTING,
            series=now + SERIES,
        )

    async def end(self, place: Place, act: str, at: datetime) -> None:
        """Nothing more may be sent since ``at``; what they agreed to later stands."""
        await self._connection.run(
            "INSERT INTO budgets (channel, chat, act, count, until) VALUES (:channel, :chat, :act, 0, :at)"
            " ON CONFLICT (channel, chat, act) DO UPDATE SET count = 0, until = excluded.until"
            " WHERE budgets.until <= :until",
            **_names(place, act),
            at=at,
            until=at + LASTING,
        )

    async def held(self, channel: str, chats: Sequence[str], act: str) -> dict[str, Open]:
        """What is left of consents to this, by chat, where anything is; held until the commit."""
        rows = await self._connection.all(
            "SELECT chat, count, until FROM budgets WHERE channel = :channel AND act = :act AND count > 0"
            " AND chat IN (SELECT value FROM json_each(:chats)) ORDER BY chat" + self._connection.locked,
            channel=channel,
            act=act,
            chats=list(chats),
        )
        return {row["chat"]: Open(act, row["count"], row["until"]) for row in rows}

    async def give_back(self, place: Place, spent: Open) -> None:
        """The one was not used after all; nothing if the person has withdrawn it since."""
        await self._connection.run(
            "UPDATE budgets SET count = count + 1 WHERE channel = :channel AND chat = :chat AND act = :act"
            " AND until = :until",
            **_names(place, spent.act),
            until=spent.until,
        )

    async def refused(self, place: Place, spent: Open, now: datetime) -> None:
        """The platform knows of none, whatever we believed; what was agreed to anew stands."""
        await self._connection.run(
            "UPDATE budgets SET count = 0, until = :now WHERE channel = :channel AND chat = :chat AND act = :act"
            " AND until = :until",
            **_names(place, spent.act),
            until=spent.until,
            now=now,
        )


def _names(place: Place, act: str) -> dict[str, object]:
    return {"channel": place.channel, "chat": place.chat, "act": act}
