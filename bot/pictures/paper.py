"""A template and what stands in it, as PNG."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import resvg_py
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.pictures.lettering import FAMILY, FONT

COLOURS = {
    "paper": "#f6f2eb",
    "ink": "#22261f",
    "soft": "#666b62",
    "line": "#e7e0d5",
    "brand": "#1d6b57",
    "deep": "#143f35",
    "mint": "#e2efe9",
    "accent": "#b9572a",
}
"""The colours of the web chat, by the names which templates know."""


@cache
def _templates() -> Environment:
    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(COLOURS)
    return found


def written(template: str, **values: Any) -> str:
    """The template as SVG; what is not a number is escaped."""
    return _templates().get_template(template).render(**values)


def render(template: str, **values: Any) -> bytes:
    """The template as a PNG of its own size.

    Raises:
        ValueError: the SVG is none.
    """
    svg = written(template, **values)
    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=[str(FONT)], font_family=FAMILY)
    )
