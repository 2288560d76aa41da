"""One process per file."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from storage.database import DatabaseBusy


class FileLock:
    """A lock beside ``path`` that the system lets go of when its process ends, however it ends.

    The lock file stays: removing it would let two processes hold two files of one name.

    Raises:
        DatabaseBusy: another process (or this one) holds it.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(self._file, 20).decode(errors="replace") or "unknown"
            os.close(self._file)
            raise DatabaseBusy(f"{path} is in use by process {holder}; one process at a time may open it") from None
        os.truncate(self._file, 0)
        os.write(self._file, str(os.getpid()).encode())

    def release(self) -> None:
        """Let go; a second call does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
