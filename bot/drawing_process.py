"""Drawing in a process of its own: it holds up nobody, can be ended at any moment, and leaves no memory behind."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence

from domain.chat import Media
from domain.drawing import Drawing, Picture

COMMAND = (sys.executable, "-P", "-m", "bot.pictures")

OUR_OWN = "JIANGDAO_"
"""How the settings begin, of which some are secrets: whoever draws needs none."""

CODE = re.compile(r"[A-Za-z]{1,40}")


class NotDrawn(Exception):
    """It could not be drawn; ``code`` is one word for the log."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def draw(wanted: Drawing, command: Sequence[str] = COMMAND) -> Picture:
    """The picture or document; cancelled, it is ended and gone.

    Raises:
        NotDrawn: it cannot be drawn.
        OSError: no process can be started.
    """
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment(os.environ)
    )
    try:
        out, told = await process.communicate(wanted.canonical().encode("utf-8", "surrogatepass"))
    except BaseException:
        if process.returncode is None:
            process.kill()
        await process.communicate()
        raise
    if process.returncode:
        raise NotDrawn(_code(told, process.returncode))
    head, _, data = out.partition(b"\n")
    what = json.loads(head)
    return Picture(data, Media(what["media"]), what["media_type"], what["ending"])


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Ours without our settings, and with modules found where we find them, wherever we were started."""
    known = {name: value for name, value in ours.items() if not name.upper().startswith(OUR_OWN)}
    return known | {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}


def _code(told: bytes, returncode: int) -> str:
    """What it said last, if that is a word."""
    last = told.decode("ascii", "replace").strip().rpartition("\n")[2]
    return last if CODE.fullmatch(last) else f"exit {returncode}"
