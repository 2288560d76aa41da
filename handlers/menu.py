"""The menu, in the words of who reads it."""

from __future__ import annotations

from domain.chat import Button, Outbound, Style, Text
from domain.people import Role
from handlers.turn import Turn
from storage.store import Store


def hello(turn: Turn) -> Outbound:
    """The menu, in the words of who reads it. Where our staff are, who is nobody yet hears how to become somebody."""
    if turn.viewer.role.is_staff:
        queue = (Button(Text("menu-queue"), "command.queue"), Button(Text("menu-help"), "command.help"))
        return turn.say(Text("hello-staff"), buttons=[queue])
    if turn.viewer.role is Role.INSTALLER:
        jobs = (Button(Text("menu-today"), "jobs.today", style=Style.PRIMARY),)
        return turn.say(Text("hello-installer"), buttons=[jobs])
    buttons: list[tuple[Button, ...]] = [
        (
            Button(Text("menu-report"), "report.start", style=Style.PRIMARY),
            Button(Text("menu-progress"), "request.mine"),
        ),
        (Button(Text("menu-human"), "human"), Button(Text("menu-language"), "command.language")),
    ]
    if turn.company.bank.referring.tiers:
        buttons.append((Button(Text("menu-referral"), "referral.share"),))
    company = Text("hello", {"company": Text("company-name")})
    colleagues = [Text("hello-code")] if turn.inbound.place.channel in turn.world.made else []
    return turn.say(company, *colleagues, buttons=buttons)


async def unknown(turn: Turn, store: Store) -> list[Outbound]:
    """A command that does not exist: the menu."""
    return [hello(turn)]
