"""Stands for whoever draws: a sketch is the JSON of what was wanted, kept in memory under the hash of its bytes."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from bot.drawing import Patience
from domain.chat import Attachment, Media
from domain.drawing import Drawing, Picture


@dataclass
class Sketches:
    """``drawn`` is what was wanted, in order; ``failing`` is raised instead. While ``held`` is there and not set,
    nothing gets ready, and ``begun`` says that somebody waits for it."""

    drawn: list[Drawing] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)
    failing: BaseException | None = None
    held: asyncio.Event | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def draw(self, drawing: Drawing) -> Picture:
        self.drawn.append(drawing)
        self.begun.set()
        if self.held:
            await self.held.wait()
        if self.failing:
            raise self.failing
        return Picture(drawing.canonical().encode(), Media.PHOTO, "image/png", ".png")

    def keep(self, data: bytes) -> str:
        file_hash = hashlib.sha256(data).hexdigest()
        self.kept[file_hash] = data
        return file_hash

    def of(self, file: Attachment) -> dict[str, Any]:
        """What stands in a file that was sent: «kind», «locale» and «args»."""
        found: dict[str, Any] = json.loads(self.kept[file.hash])
        return found


IMPATIENT = Patience(turn_s=0.05, draw_s=0.05)
"""Somebody who waits for a twentieth of a second."""
