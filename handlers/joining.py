"""When an invitation may be taken up: by whom, and while whoever made it may still give it."""

from __future__ import annotations

from collections.abc import Mapping

from domain.chat import Text
from domain.errors import NotPossible
from domain.people import Invitation, Person, Role
from handlers.turn import Turn
from storage.store import Store

GIVES: Mapping[Role, tuple[Role, ...]] = {
    Role.MANAGER: (Role.STAFF, Role.INSTALLER),
    Role.ADMIN: (Role.STAFF, Role.MANAGER, Role.INSTALLER),
}
"""Who invites whom."""

RANKS = (Role.HOMEOWNER, Role.INSTALLER, Role.STAFF, Role.MANAGER, Role.ADMIN)


async def check(turn: Turn, store: Store, invitation: Invitation) -> None:
    """Let an invitation pass that this person may take up now.

    Raises:
        NotPossible: it is their own, gives no more than they have, comes from somebody who may no longer give it, or
            its 工号 is somebody else's by now. It stays good for others.
    """
    role = invitation.role or Role.HOMEOWNER
    if invitation.made_by == turn.person.id:
        raise NotPossible(Text("invite-own"))
    if turn.person.active and RANKS.index(turn.person.role) >= RANKS.index(role):
        raise NotPossible(Text("invite-no-more", {"role": Text(f"role-{turn.person.role.value}")}))
    maker = await store.people.get(invitation.made_by)
    if maker and not _may_give(maker, role):
        raise NotPossible(Text("invite-maker-left"))
    number = str(invitation.facts.get("number") or "")
    holder = await store.people.by_number(number) if number else None
    if holder and holder.id != turn.person.id:
        raise NotPossible(Text("invite-number-gone", {"number": number}))


def _may_give(maker: Person, role: Role) -> bool:
    """Whether they work here and may invite to this role; what was made on the command line is nobody's."""
    return maker.active and role in GIVES.get(maker.role, ())
