"""What goes wrong on the way: by a script for the n-th call of a kind, or by seeded chance."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

# fault → whether the call is carried out all the same
FAULTS = {
    "500": False,
    "502": False,  # a page of HTML
    "html": False,  # 200 with a page of HTML
    "half": True,  # done, and the answer breaks off in the middle
    "reset": False,  # the connection breaks before anything was done
    "lost": True,  # done, then the connection breaks without an answer
    "hang": False,  # no answer for ``seconds``, nothing was done
    "late": True,  # done, but the answer comes after ``seconds``, when the caller has given up
    "errcode": False,  # 200 with ``code``; -1 is «system busy»
    "busy-done": True,  # done, and answered with -1
}
SENDS = (
    "message/send",
    "message/update_template_card",
    "appchat/send",
    "kf/send_msg",
    "kf/send_msg_on_event",
)


@dataclass
class Fault:
    """``method`` «*» is any, «send» those that write; ``to`` is part of whom it goes to, empty for anybody. The first
    ``after`` calls pass, then ``times`` fail (None: all of them), each with ``chance``."""

    name: str
    method: str = "send"
    to: str = ""
    after: int = 0
    times: int | None = 1
    chance: float = 1.0
    seconds: float = 1.0
    code: int = -1

    def fits(self, method: str, to: str) -> bool:
        by_method = self.method in ("*", method) or (self.method == "send" and method in SENDS)
        return by_method and self.to in to and self.times != 0


@dataclass
class Faults:
    """The script. ``seed`` decides what chance brings."""

    seed: int = 0
    script: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def add(self, name: str, method: str = "send", to: str = "", **more: float | None) -> Fault:
        assert name in FAULTS, name
        fault = Fault(name, method, to, **more)  # type: ignore[arg-type]  # numbers by name
        self.script.append(fault)
        return fault

    def chance(self, chance: float, names: Sequence[str], method: str = "send", seconds: float = 1.0) -> None:
        """From now on each call meets one of these, with this chance in all."""
        for name in names:
            self.add(name, method, times=None, chance=chance / len(names), seconds=seconds)

    def clear(self) -> None:
        self.script.clear()

    def meet(self, method: str, to: str) -> Fault | None:
        """What befalls this call."""
        for fault in self.script:
            if not fault.fits(method, to):
                continue
            if fault.after:
                fault.after -= 1
                continue
            if fault.chance < 1 and self._random.random() >= fault.chance:
                continue
            if fault.times is not None:
                fault.times -= 1
            return fault
        return None
