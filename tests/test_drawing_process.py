"""The process that draws: it works wherever we were started, can be ended at any moment, and says what failed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.drawing import Drawings
from bot.drawing_process import COMMAND, NotDrawn, draw
from bot.pictures import draw as drawn_here
from domain.chat import Media
from domain.drawing import Drawing
from domain.errors import Undrawn
from tests.pictures.samples import POSTERS
from tests.sketches import Sketches

ROOT = Path(__file__).parent.parent
POSTER = Drawing("poster", "zh-CN", {**POSTERS["zh-CN"], "name": "王\ud83d阿姨"})
CODE = Drawing("code", "en", {"link": "https://example.com/8K2M4PQ7"})
HANGS = (sys.executable, "-c", "import os, sys, time; open(sys.argv[1], 'w').write(f'{os.getpid()} '); time.sleep(60)")
ELSEWHERE = """
import asyncio
from bot.drawing_process import draw
from domain.drawing import Drawing

print(len(asyncio.run(draw(Drawing("code", "en", {"link": "https://example.com"}))).data))
"""


async def pid_in(path: Path) -> int:
    """The number that a process writes into a file, once it stands there."""
    async with asyncio.timeout(20):
        while not (path.exists() and path.read_text().endswith(" ")):
            await asyncio.sleep(0.01)
    return int(path.read_text())


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("wanted", [POSTER, CODE], ids=lambda one: one.kind)
async def test_it_draws_the_same(wanted: Drawing) -> None:
    """What comes back is what is drawn in place, with what its file is."""
    made = await draw(wanted)

    assert made == drawn_here(wanted)
    assert (made.media, made.media_type, made.ending, made.data[:4]) == (Media.PHOTO, "image/png", ".png", b"\x89PNG")


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Drawing("nothing", "en", {}), "KeyError"),
        (Drawing("code", "en", {"link": ""}), "ValueError"),
        (Drawing("poster", "en", {"name": "x"}), "KeyError"),
    ],
    ids=["no kind", "no link", "no words"],
)
async def test_what_fails_is_one_word(wanted: Drawing, code: str) -> None:
    """The log gets the kind of the fault and none of the words."""
    with pytest.raises(NotDrawn) as fault:
        await draw(wanted)
    assert fault.value.code == code


async def test_one_that_dies_is_told() -> None:
    """Ended by a signal or by running out of memory, it has drawn nothing."""
    with pytest.raises(NotDrawn) as fault:
        await draw(CODE, (sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"))
    assert fault.value.code == "exit -9"


async def test_one_that_hangs_is_ended(tmp_path: Path) -> None:
    """When it is cancelled the process is gone, and the next one is drawn."""
    hanging = asyncio.create_task(draw(CODE, (*HANGS, str(tmp_path / "pid"))))
    pid = await pid_in(tmp_path / "pid")
    assert lives(pid)

    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging

    assert not lives(pid)


async def test_others_go_on_meanwhile() -> None:
    """The event loop does not stand still while a poster is drawn."""
    longest_s, before = 0.0, time.perf_counter()
    drawing = asyncio.create_task(draw(POSTER))
    while not drawing.done():
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        longest_s, before = max(longest_s, now - before), now

    assert drawing.result().data
    assert longest_s < 0.25


async def test_a_place_is_free_again_where_no_process_starts() -> None:
    """One that cannot even be started fails like any other, and holds up none that come after."""
    sketches, failing = Sketches(), [OSError("no more processes")]

    async def once_failing(wanted: Drawing):  # type: ignore[no-untyped-def]  # as ``draw``
        if failing:
            raise failing.pop()
        return await sketches.draw(wanted)

    drawings = Drawings(once_failing, sketches.keep)

    async def work(drawn):  # type: ignore[no-untyped-def]  # by key
        if CODE.key not in drawn:
            raise Undrawn(CODE)
        return drawn[CODE.key]

    assert await drawings.through(work) is None
    assert await drawings.through(work) is not None


@pytest.mark.parametrize("flags", [[], ["-P"]], ids=["plain", "safe path"])
def test_it_is_found_from_everywhere(tmp_path: Path, flags: list[str]) -> None:
    """Wherever we were started, what we are made of is found, and a module that lies there is not taken for ours."""
    (tmp_path / "bot").mkdir()
    (tmp_path / "jinja2.py").write_text("raise SystemExit(3)")
    here = {**os.environ, "PYTHONPATH": str(ROOT)}
    if not flags:
        (tmp_path / "bot").rmdir()
    (tmp_path / "script").mkdir()
    (tmp_path / "script" / "elsewhere.py").write_text(ELSEWHERE)
    command = [sys.executable, *flags, str(tmp_path / "script" / "elsewhere.py")]

    done = subprocess.run(command, cwd=tmp_path, env=here, timeout=60, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 1000


def test_it_knows_no_secret_and_few_modules(tmp_path: Path) -> None:
    """Whoever draws loads neither the bot nor what reaches the database."""
    code = "import sys, bot.pictures; print([one for one in ('storage', 'handlers', 'bot.drawing') if one in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


async def test_it_has_none_of_our_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment is ours without what may be secret."""


def test_it_ends_with_who_wanted_it(tmp_path: Path) -> None:
    """Killed while it waits, whoever wanted the drawing leaves nobody behind: one that has nothing to read ends."""
    with subprocess.Popen(COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert told.decode().strip() == "JSONDecodeError"
