"""What VIP design advisers propose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.board import Idea
from domain.chat import Text
from domain.errors import NotFound
from domain.people import Viewer
from storage.database import Connection


class Ideas:
    """Repository of ideas; staff see all, an adviser their own."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def add(self, person_id: str, words: str, photos: Sequence[str], now: datetime) -> Idea:
        """Keep what somebody proposes."""
        row = await self.connection.one(
            "INSERT INTO counters (name, value) VALUES ('idea', 1001) ON CONFLICT (name)"
            " DO UPDATE SET value = counters.value + 1 RETURNING value"
        )
        assert row is not None
        idea = Idea(f"ID-{row['value']}", person_id, words, tuple(photos))
        await self.connection.run(
            "INSERT INTO ideas (id, person_id, words, photos, state, reason, decided_by, made_at, decided_at)"
            " VALUES (:id, :person, :words, :photos, :state, '', '', :now, NULL)",
            id=idea.id,
            person=person_id,
            words=words,
            photos=list(photos),
            state=idea.state,
            now=now,
        )
        return idea

    async def get(self, idea_id: str, viewer: Viewer) -> Idea:
        """One idea.

        Raises:
            NotFound: absent, or not for this viewer.
        """
        row = await self.connection.one(
            "SELECT id, person_id, words, photos, state, reason FROM ideas"
            " WHERE id = :id AND (:staff OR person_id = :viewer)",
            id=idea_id,
            staff=viewer.role.is_staff,
            viewer=viewer.id,
        )
        if row is None:
            raise NotFound(Text("refused-not-found"))
        return Idea(row["id"], row["person_id"], row["words"], tuple(row["photos"]), row["state"], row["reason"])

    async def decide(self, idea_id: str, state: str, by: str, reason: str, now: datetime) -> bool:
        """Adopt or decline; False if that was done already."""
        return bool(
            await self.connection.run(
                "UPDATE ideas SET state = :state, decided_by = :by, reason = :reason, decided_at = :now"
                " WHERE id = :id AND state = 'SUBMITTED'",
                state=state,
                by=by,
                reason=reason,
                now=now,
                id=idea_id,
            )
        )

    async def hand_over(self, old_id: str, new_id: str) -> None:
        """What was ``old_id``'s is ``new_id``'s."""
        await self.connection.run("UPDATE ideas SET person_id = :new WHERE person_id = :old", old=old_id, new=new_id)
