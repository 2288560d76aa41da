"""File systems of a test's own: small ones in memory, and one in an image whose bytes can be copied in mid-flight."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

IMAGE_MB = 48


def run(*command: object) -> None:
    subprocess.run([str(one) for one in command], check=True, capture_output=True)


@contextmanager
def mounted(folder: Path, *options: object) -> Iterator[Path]:
    """``mount`` with these options on a folder; skipped, with the reason, where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        run("mount", *options, folder)
    except (subprocess.CalledProcessError, OSError) as error:
        said = getattr(error, "stderr", b"") or str(error).encode()
        pytest.skip(f"nothing can be mounted here: {said.decode().strip()}")
    try:
        yield folder
    finally:
        try:
            run("umount", folder)
        except subprocess.CalledProcessError:
            run("umount", "-l", folder)  # a test that failed has left something open
            raise


@contextmanager
def memory(folder: Path, size_mb: int) -> Iterator[Path]:
    """A disk of so many MiB in memory."""
    with mounted(folder, "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs") as disk:
        yield disk


def make_image(path: Path) -> Path:
    """An empty ext4 file system in a file."""
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("no mkfs.ext4: the power cannot be cut")
    with path.open("wb") as file:
        file.truncate(IMAGE_MB << 20)
    run("mkfs.ext4", "-q", "-F", path)
    return path


@contextmanager
def image(path: Path, folder: Path) -> Iterator[Path]:
    """The file system in an image."""
    with mounted(folder, "-o", "loop", path) as disk:
        yield disk
