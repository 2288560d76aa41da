"""The product as a process: started, watched and stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

PUBLIC_URL = "http://127.0.0.1:8080"
SECRET = "benchmarks are no secret to anybody"
START_MAX_S = 60.0
STOP_MAX_S = 20.0
PRODUCT = ("bot", "run")
NO_MORE: Mapping[str, object] = MappingProxyType({})


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def settings(folder: Path, database_url: str, port: int = 8080) -> dict[str, object]:
    """The settings of a measured process: those that come with the product, without limits on one person."""
    return {
        "database_url": database_url,
        "data_dir": folder,
        "port": port,
        "public_url": PUBLIC_URL,
        "secret": SECRET,
        "messages_per_min_max": 0,
        "uploads_per_min_max": 0,
    }


@dataclass(frozen=True, slots=True)
class Server:
    """A running process and its port."""

    process: subprocess.Popen[bytes]
    port: int

    def cpu_s(self) -> float:
        """Processor time that it has used so far, in user and system mode."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mb(self) -> float:
        """Memory that it holds, in millions of bytes."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) * 1024 / 1e6


@contextmanager
def serving(
    folder: Path,
    database_url: str,
    preload: str = "",
    more: Mapping[str, object] = NO_MORE,
    command: Sequence[str] = PRODUCT,
) -> Iterator[Server]:
    """The product over a database, ready, stopped at the end of the block; ``more`` are further settings, ``command``
    the module that is run and what it is told."""
    port = free_port()
    log = (folder / f"server-{port}.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        env=_environment({**settings(folder, database_url, port), **more}, preload),
        stdout=log,
        stderr=log,
    )
    try:
        wait_for(process, port)
        yield Server(process, port)
    finally:
        stop(process)
        log.close()


def _environment(chosen: Mapping[str, object], preload: str) -> Mapping[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("JIANGDAO_")}
    given = {f"JIANGDAO_{name.upper()}": str(value) for name, value in chosen.items()}
    return {**own, **given, **({"LD_PRELOAD": preload} if preload else {})}


def wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    """Until somebody listens.

    Raises:
        RuntimeError: the process has ended, or takes too long.
    """
    until = time.perf_counter() + START_MAX_S
    while time.perf_counter() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.005)
        else:
            return
    raise RuntimeError(f"the server did not start (exit code {process.poll()})")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process, gently first."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_MAX_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
