"""Who speaks from where: the same people in every chat from which they could try something."""

from __future__ import annotations

from dataclasses import dataclass

from domain.chat import Place
from tests.world import GROUP

UNBOUND = "group-x"
PEOPLE = {
    "homeowner": "hana",
    "other": "otto",
    "stranger": "",
    "installer": "zhang",
    "candidate": "li",
    "unassigned": "yi",
    "removed-installer": "wu",
    "staff": "sam",
    "removed-staff": "sol",
    "manager": "max",
    "admin": "ada",
}
"""What somebody is to the request, and who that is; a stranger is nobody yet."""


@dataclass(frozen=True)
class Seat:
    """Who speaks where. An empty ``account`` is somebody new each time.

    ``chat`` bears the buttons. ``hears`` is where an answer goes if that is another chat: on WeCom the card of a group
    is pressed by each member in private. ``person`` is who has the account, if they are not called alike.
    """

    name: str
    account: str
    chat: str
    channel: str = "fake"
    hears: str = ""
    person: str = ""

    @property
    def who(self) -> str:
        """What they are."""
        return self.name.split("@")[0]

    @property
    def where(self) -> str:
        """«private», «bound» or «unbound»."""
        return self.name.split("@")[1].split(" ")[0]

    @property
    def afar(self) -> bool:
        """Whether they press in private what stands in a group."""
        return bool(self.hears) and self.hears != self.chat

    @property
    def place(self) -> Place:
        """Where they are answered."""
        return Place(self.channel, self.hears or self.chat)


SEATS = tuple(
    Seat(f"{name}@{where}", account, chat or account or "newt")
    for name, account in PEOPLE.items()
    for where, chat in {"private": "", "bound": GROUP, "unbound": UNBOUND}.items()
)
