"""What a person did opens windows through which they may be written to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from domain.channel import Channel, Consents, Window
from domain.chat import Event, Inbound, Outbound
from storage.consents import act_of
from storage.store import Store
from storage.ways import WINDOW


def windows_of(channel: Channel | None) -> tuple[Window, ...]:
    """The windows of a channel; none where messages may be sent at any time."""
    windows: tuple[Window, ...] = getattr(channel, "windows", ())
    return windows


async def open_window(
    store: Store, channel: Channel | None, inbound: Inbound, told: Collection[Outbound], now: datetime
) -> None:
    """Somebody wrote or did something in private: what may be sent to them now counts anew, and what waited goes.

    To be called just before ``told`` is owed. The window begins when the message came, which may be a while ago. Who
    has left, or whom the platform shows nothing more, has none.
    """
    windows = windows_of(channel)
    if not windows or inbound.group or inbound.intent:
        return
    await store.outbox.hold([inbound.place, *(outbound.to for outbound in told)])
    received_at = await store.inbox.received_at(inbound.id) or now
    since = min(said_at(inbound) or now, received_at)
    await _agree(store, channel, inbound, since, now)
    if inbound.event is Event.BLOCKED or (inbound.event is Event.UNDELIVERED and inbound.args.get("why") == WINDOW):
        await store.budgets.forget(inbound.place, windows, since, now)
        return
    act = "touch" if inbound.touch else "message"
    allowed = next((window for window in windows if window.act == act), None)
    if allowed is None or (inbound.event and not inbound.touch):
        return
    await store.budgets.wake(inbound.place, now)
    await store.budgets.open(inbound.place, allowed, since, now)


async def _agree(store: Store, channel: Channel | None, inbound: Inbound, since: datetime, now: datetime) -> None:
    """What they agreed to be told outside of every window counts, and what waits for that goes; what they withdrew does
    not, nor anything of who has left."""
    if not (isinstance(channel, Consents) and channel.consent):
        return
    name, place, act = channel.consent, inbound.place, act_of(channel.consent)
    given = inbound.event is Event.CONSENTED and name in inbound.args.get("given", ())
    if inbound.event is Event.BLOCKED or (inbound.event is Event.CONSENTED and name in inbound.args.get("ended", ())):
        await store.consents.end(place, act, since)
    if given:
        await store.budgets.wake(place, now)
        await store.consents.give(place, act, since, now)


def said_at(inbound: Inbound) -> datetime | None:
    """When the platform got it, where it says so: what is asked for may have waited there for days."""
    said = inbound.args.get("at")
    return datetime.fromisoformat(str(said)) if said else None
