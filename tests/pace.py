"""How long something takes, on a machine that does other things as well."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def timed(work: Callable[[], T], long_s: float) -> tuple[T, float]:
    """What ``work`` gives, and the processor time of this thread for it, in seconds.

    What took ``long_s`` is done twice more, and the shortest counts: what is slow by itself is slow each time, a stolen
    processor is not.
    """
    result, took_s = _once(work)
    again_s = [_once(work)[1] for _ in range(2)] if took_s >= long_s else []
    return result, min([took_s, *again_s])


def _once(work: Callable[[], T]) -> tuple[T, float]:
    start_s = time.thread_time()
    result = work()
    return result, time.thread_time() - start_s
