"""What goes wrong on the way: by a script for the n-th call of a kind, or by seeded chance."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fault:
    """``method`` «*» is any, «send» those that write, else a method or its end («media/get»); an empty ``whom`` is
    anybody. The first ``after`` calls pass, then ``times`` fail (None: all of them), each with ``chance``. ``seconds``
    and ``code`` are for faults that want them."""

    name: str
    method: str = "send"
    whom: str = ""
    after: int = 0
    times: int | None = 1
    chance: float = 1.0
    seconds: float = 1.0
    code: int = -1


@dataclass
class Faults:
    """The script. ``names`` are the faults that there are, ``sends`` the methods that write; ``seed`` decides what
    chance brings."""

    names: Collection[str]
    sends: Collection[str]
    seed: int = 0
    script: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def add(self, name: str, method: str = "send", whom: str = "", **more: Any) -> Fault:
        assert name in self.names, name
        fault = Fault(name, method, whom, **more)
        self.script.append(fault)
        return fault

    def chance(self, chance: float, names: Sequence[str], method: str = "send", seconds: float = 1.0) -> None:
        """From now on each call meets one of these, with this chance in all."""
        for name in names:
            self.add(name, method, times=None, chance=chance / len(names), seconds=seconds)

    def clear(self) -> None:
        self.script.clear()

    def meet(self, method: str, to: str) -> Fault | None:
        """What befalls this call; ``to`` are those it goes to, with «|» between them."""
        for fault in self.script:
            if not self._fits(fault, method, to):
                continue
            if fault.after:
                fault.after -= 1
            elif fault.chance == 1 or self._random.random() < fault.chance:
                fault.times = None if fault.times is None else fault.times - 1
                return fault
        return None

    def _fits(self, fault: Fault, method: str, to: str) -> bool:
        by_method = method in self.sends if fault.method == "send" else method.endswith(fault.method.removeprefix("*"))
        return by_method and fault.whom in ("", *to.split("|")) and fault.times != 0
