"""What goes wrong on the way: by a script for the n-th call of a kind, or by seeded chance."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

# fault → whether the call is carried out all the same
FAULTS = {
    "busy": False,  # errcode -1
    "500": False,  # JSON, but not of the platform's shape
    "502": False,  # a page of HTML
    "html": False,  # 200 with a page of HTML
    "half": True,  # an answer that breaks off in the middle
    "half-refused": False,
    "reset": False,  # the connection breaks before anything was done
    "lost": True,  # done, then the connection breaks without an answer
    "hang": False,  # no answer for ``seconds``, nothing was done
    "late": True,  # done, but the answer comes after ``seconds``, when the caller has given up
    "slow": True,  # done, the answer comes after ``seconds``
    "busy-done": True,  # done, and answered with errcode -1
    "500-done": True,  # done, and answered with 500
}
SENDS = (
    "/cgi-bin/message/custom/send",
    "/cgi-bin/message/template/send",
    "/cgi-bin/message/subscribe/bizsend",
)


@dataclass
class Fault:
    """``method`` «*» is any, «send» those that write, else a path or its end («media/get»).

    An empty ``who`` is anybody. The first ``after`` calls pass, then ``times`` fail (None: all), each with ``chance``.
    """

    name: str
    method: str = "send"
    who: str = ""
    after: int = 0
    times: int | None = 1
    chance: float = 1.0
    seconds: float = 1.0

    def fits(self, path: str, who: str) -> bool:
        named = self.method == "*" or (path in SENDS if self.method == "send" else path.endswith(self.method))
        return named and self.who in ("", who) and self.times != 0


@dataclass
class Faults:
    """The script. ``seed`` decides what chance brings."""

    seed: int = 0
    script: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def add(self, fault: Fault) -> Fault:
        assert fault.name in FAULTS, fault.name
        self.script.append(fault)
        return fault

    def chance(self, chance: float, names: Sequence[str], method: str = "send", seconds: float = 1.0) -> None:
        """From now on each call meets one of these, with this chance in all."""
        for name in names:
            self.add(Fault(name, method, times=None, chance=chance / len(names), seconds=seconds))

    def clear(self) -> None:
        self.script.clear()

    def meet(self, path: str, who: str) -> Fault | None:
        """What befalls this call."""
        for fault in self.script:
            if not fault.fits(path, who):
                continue
            if fault.after:
                fault.after -= 1
            elif fault.chance == 1 or self._random.random() < fault.chance:
                fault.times = None if fault.times is None else fault.times - 1
                return fault
        return None
