"""QR codes, as one path for a picture or as a picture of their own."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import segno

QUIET = 4
"""Modules of white around a code, as its standard wants."""

LINK_CHARS_MAX = 500
CODE_PX_MIN = 720


@dataclass(frozen=True, slots=True)
class Code:
    """A code as the path of its dark modules; ``side`` counts modules with the white around."""

    path: str
    side: int


def made(link: str, error: str = "m") -> segno.QRCode:
    """The code of a link.

    Raises:
        ValueError: it is empty or too long.
    """
    if not link or len(link) > LINK_CHARS_MAX:
        raise ValueError("no link for a code, or one that is too long")
    return segno.make(link, error=error, micro=False, boost_error=True)


def traced(link: str, error: str = "m") -> Code:
    """The code of a link for a picture, drawn row by row.

    Raises:
        ValueError: as ``made``.
    """
    rows = [bytes(row) for row in made(link, error).matrix]
    path = "".join(
        f"M{start + QUIET} {nth + QUIET}h{end - start}v1h{start - end}z"
        for nth, row in enumerate(rows)
        for start, end in _runs(row)
    )
    return Code(path, len(rows) + 2 * QUIET)


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Where dark modules begin and end."""
    edges = [nth for nth in range(len(row) + 1) if (nth < len(row) and row[nth]) != (nth > 0 and bool(row[nth - 1]))]
    return list(zip(edges[::2], edges[1::2], strict=True))


def code(args: Any) -> bytes:
    """A plain code as PNG: ``link``."""
    qr = made(str(args["link"]))
    out = BytesIO()
    side = qr.symbol_size(border=QUIET)[0]
    qr.save(out, kind="png", scale=-(-CODE_PX_MIN // side), border=QUIET)
    return out.getvalue()
