"""What is kept of an order's event, as its teller would tell it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from storage.database import Database
from storage.orders import Orders


async def kept_event(database: Database, event_id: str) -> Mapping[str, Any]:
    """What is kept under an event's id, by the fields that tell one from another; nothing for none, and no phone where
    none was told or it is erased."""
    event = await database.read(lambda connection: Orders(connection).event(event_id))
    if event is None:
        return {}
    phone = {"phone": event.phone} if event.phone else {}
    at = event.at.astimezone(UTC).isoformat()
    return {"order": event.order_id, "kind": event.kind.value, "amount_fen": event.amount_fen, "at": at, **phone}
