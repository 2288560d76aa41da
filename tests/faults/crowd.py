"""Everybody on the platforms during a run: what they do next is chance, as what they were shown leads them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from tests.faults.people import ANSWERS, CODE, EVERYBODY, HOMEOWNERS, INSTALLERS, NUMBER, PROBLEMS
from tests.telegram.media import photo

IMPATIENT = 0.02
RECENT = 30
COLOURS = ("teal", "red", "navy", "gold", "plum", "pink", "lime", "snow")


@dataclass(frozen=True, slots=True)
class Choice:
    """A button, or a line with a number: what it says, and how it is taken."""

    label: str
    take: Callable[[], Awaitable[object]]


class Actor(Protocol):
    """Somebody before one chat of theirs; ``chat`` tells it from all others."""

    @property
    def chat(self) -> object: ...

    def news(self) -> int:
        """Grows with everything that is shown to them."""

    def heard(self) -> Sequence[str]:
        """What was said to them lately, the newest last."""

    def asking(self) -> Sequence[Sequence[Choice]]:
        """The choices of the latest messages that have some, the newest last."""

    async def says(self, text: str) -> object: ...

    async def shows(self, photos: Sequence[bytes]) -> object:
        """Send photos, together where the platform has that."""

    async def wanders(self, dice: Random) -> bool:
        """Do what only this platform knows; False if there is nothing of the kind."""


@dataclass
class Crowd:
    """Everybody. ``act()`` is what somebody does now, most likely somebody who has just read something."""

    actors: Mapping[str, Actor]
    dice: Random
    eager: frozenset[str]
    never: frozenset[str]
    read: dict[object, int] = field(default_factory=dict)
    count: int = 0
    begun: bool = False

    async def act(self) -> None:
        """Somebody who has just read something does something; those who have something to report, until some have."""
        who = self.dice.choice([one for one in (EVERYBODY if self.begun else HOMEOWNERS) if one in self.actors])
        actor = self.actors[who]
        fresh = actor.news()
        if fresh == self.read.get(actor.chat) and self.dice.random() > IMPATIENT:
            return
        self.read[actor.chat] = fresh
        chance = self.dice.random()
        if chance < 0.12 and who in HOMEOWNERS:
            self.count += 1
            await actor.says(f"{self.dice.choice(PROBLEMS)} #m{self.count}#")
        elif chance < 0.20 and who in HOMEOWNERS:
            await actor.shows(self._photos())
        elif chance < 0.32 and who in INSTALLERS and (code := self.code()):
            await actor.says(code)
        elif 0.32 < chance < 0.36 and await actor.wanders(self.dice):
            return
        elif not await self._chooses(actor) or chance > 0.97:
            await actor.says("查进度" if chance < 0.97 else self.dice.choice(ANSWERS))

    def _photos(self) -> list[bytes]:
        self.count += 1
        size = 64 + self.count % 900
        return [photo(self.dice.choice(COLOURS), size, 48) for _ in range(self.dice.choice((1, 2, 3)))]

    async def _chooses(self, actor: Actor) -> bool:
        shown = actor.asking()
        leading = [one for choices in shown for one in choices if one.label in self.eager]
        if leading and self.dice.random() < 0.3:
            chosen = self.dice.choice(leading)
        elif shown:
            choices = shown[-1] if self.dice.random() < 0.7 else self.dice.choice(shown[-4:])
            there = [one for one in choices if one.label not in self.never]
            if not there:
                return False
            chosen = self.dice.choice([*there, *there[:2]])
        else:
            return False
        await chosen.take()
        return True

    def code(self) -> str:
        """An arrival code that some homeowner was told."""
        told = [found for who in HOMEOWNERS for text in self.actors[who].heard()[-12:] for found in CODE.findall(text)]
        return self.dice.choice(told) if told else ""

    def filed(self) -> set[str]:
        """The numbers of requests that homeowners were told."""
        return {found for who in HOMEOWNERS for text in self.actors[who].heard() for found in NUMBER.findall(text)}
