"""``python -m bot.pictures``: a drawing as JSON on stdin; on stdout a line of JSON that says what it became, then that.

What fails is told by the exit code and one word on stderr, which is never a word of the drawing.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress

from bot.pictures import draw
from domain.drawing import Drawing

LIFE_S = 20
"""It does not live longer, whatever a library does and whether or not anybody still waits for it."""

NICER = 5
"""By so much whoever answers people goes first."""


def main() -> int:
    """Draw what stands on stdin."""
    signal.alarm(LIFE_S)
    with suppress(OSError):  # a service may not be allowed to
        os.nice(NICER)
    try:
        picture = draw(Drawing(**json.loads(sys.stdin.buffer.read().decode("utf-8", "surrogatepass"))))
        what = {"media": picture.media.value, "media_type": picture.media_type, "ending": picture.ending}
        sys.stdout.buffer.write(json.dumps(what).encode() + b"\n" + picture.data)
        sys.stdout.buffer.flush()
    except BaseException as fault:  # noqa: BLE001  # a library in Rust panics with one
        print(type(fault).__name__, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
