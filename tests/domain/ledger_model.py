"""Another ledger, thought out differently: no entries and no sums, but pieces of credit, each with its fate.

A piece is so many points that lie together: held, spent for something, or gone. What happens cuts pieces in two and
changes their fate; what somebody has is what they hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(slots=True)
class Piece:
    """``amount`` of one credit. ``fate`` is held, spent (for ``cause``), paid (a debt), expired, returned or gone;
    ``owed`` says that the company wants it back."""

    credit: str
    amount: int
    fate: str = "held"
    cause: str = ""
    owed: bool = False


@dataclass(slots=True)
class Credit:
    """When it may be spent, and what it was given back from."""

    start: datetime
    end: datetime | None
    parent: str = ""
    taken_back: bool = False

    def over(self, now: datetime) -> bool:
        return self.end is not None and now >= self.end


@dataclass(slots=True)
class Purse:
    """One person's points."""

    credits: dict[str, Credit] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)
    owing: int = 0

    def credit(self, name: str, amount: int, start: datetime, end: datetime | None) -> bool:
        self._begin(name, Credit(start, end), amount)
        return True

    def spend(self, cause: str, amount: int, now: datetime) -> bool:
        return self._use(amount, now, "spent", cause)

    def take(self, amount: int, now: datetime) -> bool:
        return self._use(amount, now, "gone", "")

    def undo(self, cause: str, name: str, now: datetime, grace: timedelta) -> bool:
        """Give back what was spent for ``cause``; new credits are called ``name``, then ``name:2`` and so on."""
        spent = [piece for piece in self.pieces if piece.fate == "spent" and piece.cause == cause]
        made = 0
        for piece in spent:
            credit = self.credits[piece.credit]
            if not credit.over(now) and not credit.taken_back:
                piece.fate, piece.cause, made = "held", "", 1
        self._pay([piece for piece in spent if piece.fate == "held"])
        for old in list(self.credits):  # the oldest first
            lost = [piece for piece in spent if piece.credit == old and piece.fate == "spent"]
            if lost:
                made += 1
                for piece in lost:
                    piece.fate = "returned"
                was = self.credits[old]
                end = None if was.end is None else max(was.end, now + grace)
                self._begin(name if made == 1 else f"{name}:{made}", Credit(now, end, old), sum(p.amount for p in lost))
        return bool(spent)

    def expire(self, name: str, now: datetime) -> bool:
        held = [piece for piece in self.pieces if piece.credit == name and piece.fate == "held"]
        if not held or not self.credits[name].over(now):
            return False
        for piece in held:
            piece.fate = "expired"
        return True

    def take_back(self, name: str) -> bool:
        if name not in self.credits or self.credits[name].taken_back:
            return False
        changed = False
        related = [one for one in self.credits if name in self._line(one)]
        for piece in self.pieces:
            if piece.credit in related and not piece.owed:
                if piece.fate == "held":
                    piece.fate, changed = "gone", True
                elif piece.fate in ("spent", "paid"):
                    piece.owed, changed = True, True
                    self.owing += piece.amount
        if changed:
            for one in related:
                self.credits[one].taken_back = one == name or self._touched(one)
        return changed

    def _touched(self, name: str) -> bool:
        return any(p.credit == name and (p.owed or p.fate == "gone") for p in self.pieces)

    def available(self, now: datetime) -> int:
        return sum(piece.amount for piece in self._usable(now))

    def pending(self, now: datetime) -> int:
        held = [piece for piece in self.pieces if piece.fate == "held"]
        return sum(
            p.amount for p in held if self.credits[p.credit].start > now and not self.credits[p.credit].over(now)
        )

    def left(self, name: str) -> int:
        return sum(piece.amount for piece in self.pieces if piece.credit == name and piece.fate == "held")

    def _begin(self, name: str, credit: Credit, amount: int) -> None:
        self.credits[name] = credit
        paid = min(amount, self.owing)
        self.owing -= paid
        parts = [Piece(name, paid, "paid")] if paid else []
        self.pieces += [*parts, *([Piece(name, amount - paid)] if amount > paid else ())]

    def _pay(self, back: list[Piece]) -> None:
        """What has come back is held only as far as nothing is owed; the oldest credit pays first."""
        order = {name: place for place, name in enumerate(self.credits)}
        for piece in sorted(back, key=lambda piece: order[piece.credit]):
            paid = min(piece.amount, self.owing)
            if paid:
                self.pieces += [Piece(piece.credit, piece.amount - paid)] if piece.amount > paid else []
                piece.fate, piece.amount = "paid", paid
                self.owing -= paid

    def _usable(self, now: datetime) -> list[Piece]:
        usable = {name for name, one in self.credits.items() if one.start <= now and not one.over(now)}
        return [piece for piece in self.pieces if piece.fate == "held" and piece.credit in usable]

    def _use(self, amount: int, now: datetime, fate: str, cause: str) -> bool:
        order = {name: place for place, name in enumerate(self.credits)}
        usable = sorted(self._usable(now), key=lambda piece: order[piece.credit])
        if sum(piece.amount for piece in usable) < amount:
            return False
        for piece in usable:
            if amount == 0:
                break
            if piece.amount > amount:  # cut in two: what stays held is a piece of its own
                self.pieces.append(Piece(piece.credit, piece.amount - amount))
                piece.amount = amount
            amount -= piece.amount
            piece.fate, piece.cause = fate, cause
        return True

    def _line(self, name: str) -> list[str]:
        line = [name]
        while parent := self.credits[line[-1]].parent:
            line.append(parent)
        return line
