"""Open questions, one for each person in private and one for each person in a group."""

from __future__ import annotations

from domain.talks import Talk
from storage.database import Connection


class Conversations:
    """Repository of open forms."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def save(self, talk: Talk) -> None:
        """Keep a talk as it stands."""
        await self.connection.run(
            "INSERT INTO conversations (id, form, subject, asked, answers, version, opened_at, changed_at)"
            " VALUES (:id, :form, :subject, :asked, :answers, :version, :opened, :changed)"
            " ON CONFLICT (id) DO UPDATE SET form = excluded.form, subject = excluded.subject,"
            " asked = excluded.asked, answers = excluded.answers, version = excluded.version,"
            " opened_at = excluded.opened_at, changed_at = excluded.changed_at",
            id=talk.id,
            form=talk.form,
            subject=talk.subject,
            asked=talk.asked,
            answers=dict(talk.answers),
            version=talk.version,
            opened=talk.opened_at,
            changed=talk.changed_at,
        )

    async def drop(self, talk_id: str) -> None:
        """Nothing is open any more."""
        await self.connection.run("DELETE FROM conversations WHERE id = :id", id=talk_id)

    async def hand_over(self, old_id: str, new_id: str) -> None:
        """A linked person goes on with the draft of the other account, unless they have one of their own."""
        await self.connection.run(
            "UPDATE conversations SET id = :new WHERE id = :old"
            " AND NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = :new)",
            old=old_id,
            new=new_id,
        )
