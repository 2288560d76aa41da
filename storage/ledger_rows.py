"""Writing the ledger: an entry as rows, and the clocks of the lot that it opens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.chat import NOTHING
from domain.ledger import Entry, Terms
from storage.timers import Timer


def values(entry: Entry) -> dict[str, object]:
    """The row of an entry; words that may have to be erased are kept elsewhere."""
    return {
        "key": entry.key,
        "person": entry.person_id,
        "number": entry.number,
        "unit": entry.unit.value,
        "kind": entry.kind.value,
        "at": entry.at,
        "rule": entry.why.rule,
        "subject": entry.why.subject,
        "actor": entry.why.actor_id,
        "facts": dict(entry.why.facts),
    }


def clocks(entry: Entry, terms: Terms) -> Iterator[Timer]:
    """What rings for the lot that an entry opens."""
    if terms.expires_at:
        yield Timer(f"credit_expires:{entry.key}", terms.expires_at, "clock.credit_expires", entry.key, NOTHING)
    if terms.told_at:
        yield telling(entry.person_id, terms.told_at)


def telling(person_id: str, at: datetime) -> Timer:
    """That somebody has what ends soon; what ends on one day is told together."""
    return Timer(f"credit_expiring:{person_id}:{at.isoformat()}", at, "clock.credit_expiring", person_id, NOTHING)


def lot_row(entry: Entry, terms: Terms) -> dict[str, object]:
    """The row of the lot that an entry opens."""
    return {
        "id": entry.key,
        "person": entry.person_id,
        "unit": entry.unit.value,
        "number": entry.number,
        "usable_at": terms.usable_at,
        "expires_at": terms.expires_at,
    }


def posting_rows(entry: Entry) -> list[dict[str, object]]:
    """The rows of an entry's postings."""
    return [
        {"entry": entry.key, "number": number, "account": one.account, "lot": one.lot, "amount": one.amount}
        for number, one in enumerate(entry.postings)
    ]
