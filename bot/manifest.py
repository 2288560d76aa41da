"""What a backup says of itself, and whether it is so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.backup import Damaged, Snapshot

NAME = "manifest.json"
FORMAT = 1
FILES = "files"
PARTS = {"sqlite": "database.sqlite3", "postgres": "database.dump"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """One backup. ``parts`` are the sha256 of its single files by name, ``stored`` is the sha256 of the sorted names
    of stored files (each named by its own hash), ``missing`` those that were gone or broken when it was made."""

    made_at: datetime
    engine: str
    schema: Mapping[int, str]
    tables: Mapping[str, int]
    parts: Mapping[str, str]
    stored: str
    stored_count: int
    missing: Sequence[str]

    @property
    def part(self) -> str:
        """The name of the file that holds the database."""
        return PARTS[self.engine]


def manifest_of(folder: Path, made_at: datetime, engine: str, snapshot: Snapshot, missing: Sequence[str]) -> Manifest:
    """The manifest of what lies in a folder now."""
    parts = {path.name: sha256_of(path) for path in sorted(folder.iterdir()) if path.is_file() and path.name != NAME}
    names = stored_names(folder)
    return Manifest(
        made_at, engine, snapshot.schema, snapshot.tables, parts, digest(names), len(names), sorted(missing)
    )


def write(manifest: Manifest, folder: Path) -> None:
    """Put it into the backup's folder."""
    told = {
        "format": FORMAT,
        "made_at": manifest.made_at.isoformat(),
        "engine": manifest.engine,
        "schema": dict(manifest.schema),
        "tables": dict(manifest.tables),
        "parts": dict(manifest.parts),
        "files": {"count": manifest.stored_count, "sha256": manifest.stored, "missing": list(manifest.missing)},
    }
    (folder / NAME).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """The manifest in a folder.

    Raises:
        Damaged: there is none, or it is of another format.
    """
    try:
        told = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if told["format"] != FORMAT or told["engine"] not in PARTS:
            raise Damaged(f"{NAME}: format {told['format']}, {told['engine']}")
        return Manifest(
            datetime.fromisoformat(told["made_at"]),
            told["engine"],
            {int(number): checksum for number, checksum in told["schema"].items()},
            told["tables"],
            told["parts"],
            told["files"]["sha256"],
            told["files"]["count"],
            told["files"]["missing"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(f"{NAME}: {type(error).__name__}") from None


def compare(manifest: Manifest, folder: Path) -> None:
    """Read every byte of a backup and see that it is what its manifest says.

    Raises:
        Damaged: the first part that is not.
    """
    for name, expected in {manifest.part: "", **manifest.parts}.items():
        path = folder / Path(name).name
        if not path.is_file() or sha256_of(path) != expected:
            raise Damaged(name)
    for path in stored_paths(folder):
        if sha256_of(path) != path.name:
            raise Damaged(f"{FILES}/{path.name}")
    if digest(stored_names(folder)) != manifest.stored:
        raise Damaged(FILES)


def stored_paths(folder: Path) -> Iterator[Path]:
    """The stored files of a backup, in order."""
    yield from sorted(path for path in (folder / FILES).glob("*/*") if path.is_file())


def stored_names(folder: Path) -> list[str]:
    """Their hashes, in order."""
    return sorted(path.name for path in stored_paths(folder))


def digest(names: Sequence[str]) -> str:
    """One hash for a list of hashes."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes, in lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
