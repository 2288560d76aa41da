"""Adjustments of the ledger with their reasons, and those that wait for a second manager."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.chat import Text
from domain.errors import NotFound
from domain.ledger import Unit
from domain.people import INSIDE, Viewer
from storage.database import Connection


class Decision(StrEnum):
    """Where a proposal stands."""

    WAITING = "WAITING"
    CONFIRMED = "CONFIRMED"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class Proposal:
    """``amount`` more (or less) for a person, and who wants it why."""

    id: str
    person_id: str
    unit: Unit
    amount: int
    reason: str
    made_by: str
    made_at: datetime
    state: Decision = Decision.WAITING


class Proposals:
    """Repository of proposals, which only managers see."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def next_id(self) -> str:
        """The number of the next one: «AD-1001»."""
        row = await self.connection.one(
            "INSERT INTO counters (name, value) VALUES ('adjustment', 1001) ON CONFLICT (name)"
            " DO UPDATE SET value = counters.value + 1 RETURNING value"
        )
        assert row is not None
        return f"AD-{row['value']}"

    async def add(self, proposal: Proposal) -> None:
        """Keep a new one."""
        await self.connection.run(
            "INSERT INTO ledger_proposals (id, person_id, unit, amount, reason, made_by, made_at, state, decided_by,"
            " decided_at) VALUES (:id, :person, :unit, :amount, :reason, :made_by, :made_at, :state, '', NULL)",
            id=proposal.id,
            person=proposal.person_id,
            unit=proposal.unit.value,
            amount=proposal.amount,
            reason=proposal.reason,
            made_by=proposal.made_by,
            made_at=proposal.made_at,
            state=proposal.state.value,
        )

    async def get(self, proposal_id: str, viewer: Viewer) -> Proposal:
        """One proposal.

        Raises:
            NotFound: absent, or the viewer is no manager and not the system itself.
        """
        row = await self.connection.one(
            "SELECT id, person_id, unit, amount, reason, made_by, made_at, state FROM ledger_proposals"
            " WHERE id = :id AND :manager",
            id=proposal_id,
            manager=viewer.role.is_manager or viewer == INSIDE,
        )
        if row is None:
            raise NotFound(Text("ledger-not-found"))
        return Proposal(**{**dict(row), "unit": Unit(row["unit"]), "state": Decision(row["state"])})

    async def decide(self, proposal_id: str, decision: Decision, by: str, at: datetime) -> bool:
        """False if somebody decided already, or if it is one's own."""
        changed = await self.connection.run(
            "UPDATE ledger_proposals SET state = :state, decided_by = :by, decided_at = :at"
            " WHERE id = :id AND state = 'WAITING' AND made_by <> :by",
            state=decision.value,
            by=by,
            at=at,
            id=proposal_id,
        )
        return changed == 1
