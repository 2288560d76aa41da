"""A process that keeps one large file after another: ``python -m tests.faults.keeper folder``."""

from __future__ import annotations

import sys
from pathlib import Path

from storage.files import FileStore

MEGABYTES = 8


def main(folder: Path) -> None:
    files, number = FileStore(folder), 0
    print("ready", flush=True)
    while True:
        number += 1
        files.keep(number.to_bytes(4, "big") * (MEGABYTES << 18))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
