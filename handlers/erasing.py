"""Somebody's data is erased: what is under way with them ends, what they had left goes, and the ledger stays even."""

from __future__ import annotations

from domain.chat import Outbound
from domain.ledger import Unit, Why, terms
from domain.people import Person
from domain.referral_states import HELD, UNDER_WAY, Party, Stage
from domain.referrals import By, Referral, move
from handlers.referral_moves import Settled, system, told_of, wind_up
from handlers.standing import recount
from handlers.turn import Turn
from storage.erasure import Erasure
from storage.store import Store


async def erase(turn: Turn, store: Store, person: Person) -> list[Outbound]:
    """Blank a person. The one who is left of a referral hears that it is over, and no more than that."""
    await store.people.hold(person.id)
    out: list[Outbound] = []
    for referral in await store.referrals.about(person.id):
        out += await _end(turn, store, referral, person.id)
    await settle_books(turn, store, person.id)
    await Erasure(store.connection).erase(person.id, person.phone, turn.now)
    own = await store.people.place(person.id)
    return [one for one in out if one.to != own]


async def _end(turn: Turn, store: Store, referral: Referral, person_id: str) -> list[Outbound]:
    if _goes_on(turn, referral, person_id):
        return []
    unclaimed = referral.state is Stage.EARNED and referral.referrer_id == person_id
    if referral.state is Stage.DISPUTED:
        by = By("", Party.MANAGER, turn.inbound.place.channel)
        moved = move(referral, "uphold", by, turn.now, {"reason": "void-erased"})
        await store.referrals.save(moved)
        await wind_up(turn, store, moved.referral)
        return []
    if not (referral.state in (*UNDER_WAY, *HELD) or unclaimed):
        return []
    moved = move(referral, "void", system(turn), turn.now, {"reason": "void-erased"})
    await store.referrals.save(moved)
    await wind_up(turn, store, moved.referral)
    if unclaimed:
        return await recount(turn, store, referral)  # what the friend was given stays theirs
    return await told_of(turn, store, Settled(moved.referral, (moved,)))


def _goes_on(turn: Turn, referral: Referral, person_id: str) -> bool:
    """A friend who has paid owes the referrer nothing more: the order alone decides, and what waits for a manager."""
    if referral.friend_id != person_id or referral.state not in (*UNDER_WAY, Stage.UNDER_REVIEW):
        return False
    enough = referral.order_fen >= turn.company.bank.referring.order_min_fen
    return enough and referral.paid_at is not None and referral.refunded_at is None


async def settle_books(turn: Turn, store: Store, person_id: str) -> None:
    """What is left of the credits of somebody who is erased goes back to where it came from, also what comes later;
    debts and what was spent stay as they are."""
    await store.rewards.forget(person_id)
    for unit in Unit:
        book = await store.ledger.book(person_id, unit, whole=True)
        why = Why("erased", person_id)
        for lot in book.lots:
            if lot.left and lot.usable_at > turn.now and not lot.used:
                await store.ledger.reverse(lot.id, f"erased:{lot.id}", turn.now, why)
        if left := book.available(turn.now):
            key = f"erased:{person_id}:{unit.value}:{book.number}"
            lasting = terms(turn.company.bank.keeping, unit, turn.now, turn.company.tz)
            await store.ledger.adjust(person_id, unit, key, turn.now, -left, why, lasting)
