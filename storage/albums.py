"""Where the parts of an album went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.chat import Place
from storage.database import Connection

KEPT = timedelta(days=8)
"""A platform keeps what it could not deliver for some days at most: no part comes later."""


@dataclass(frozen=True, slots=True)
class Album:
    """What is known of an album: what it is about («R-1001»), and its files so far, as JSON."""

    subject: str
    files: Sequence[Mapping[str, str]]


class Albums:
    """Repository of albums, over one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def of(self, place: Place, album: str) -> Album | None:
        """The album that its sender's platform calls so; None if no part of it went anywhere yet."""
        row = await self.connection.one(
            "SELECT subject, files FROM albums WHERE channel = :channel AND chat = :chat AND album = :album",
            channel=place.channel,
            chat=place.chat,
            album=album,
        )
        return Album(row["subject"], row["files"]) if row else None

    async def keep(
        self, place: Place, album: str, subject: str, files: Sequence[Mapping[str, str]], now: datetime
    ) -> None:
        """From now on the parts of this album go there; ``files`` are all of them so far."""
        await self.connection.run(
            "DELETE FROM albums WHERE channel = :channel AND chat = :chat AND at < :before",
            channel=place.channel,
            chat=place.chat,
            before=now - KEPT,
        )
        await self.connection.run(
            "INSERT INTO albums (channel, chat, album, subject, files, at)"
            " VALUES (:channel, :chat, :album, :subject, :files, :now) ON CONFLICT (channel, chat, album)"
            " DO UPDATE SET subject = excluded.subject, files = excluded.files, at = excluded.at",
            channel=place.channel,
            chat=place.chat,
            album=album,
            subject=subject,
            files=[dict(one) for one in files],
            now=now,
        )
