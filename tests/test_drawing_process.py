"""The process that draws: it works wherever we were started, can be ended at any moment, and says what failed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from subprocess import PIPE

import pytest

from bot.drawing import Drawings, DrawnByKey
from bot.drawing_process import COMMAND, NotDrawn, draw, environment
from bot.pictures import draw as drawn_here
from domain.chat import Media
from domain.drawing import Drawing, Drawn, Picture
from domain.errors import Undrawn
from tests.pictures.samples import POSTERS
from tests.sketches import Sketches

ROOT = Path(__file__).parent.parent
POSTER = Drawing("poster", "zh-CN", {**POSTERS["zh-CN"], "name": "王\ud83d阿姨"})
CODE = Drawing("code", "en", {"link": "https://example.com/8K2M4PQ7"})
HANGS = (
    sys.executable,
    "-c",
    "import os, sys, time; print(os.getpid(), end=' ', file=open(sys.argv[1], 'w'), flush=True); time.sleep(60)",
)
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
    """Whether there is such a process."""
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
    """The event loop does not stand still while a poster is drawn: this process hardly works for it."""
    before = time.process_time()

    picture = await draw(POSTER)

    ours_s = time.process_time() - before
    before = time.process_time()
    assert drawn_here(POSTER).data == picture.data
    assert ours_s < (time.process_time() - before) / 4


async def test_a_place_is_free_again_where_no_process_starts() -> None:
    """One that cannot even be started fails like any other, and holds up none that come after."""
    sketches, failing = Sketches(), [OSError("no more processes")]

    async def once_failing(wanted: Drawing) -> Picture:
        if failing:
            raise failing.pop()
        return await sketches.draw(wanted)

    drawings = Drawings(once_failing, sketches.keep)

    async def work(drawn: DrawnByKey) -> Drawn | None:
        if CODE.key not in drawn:
            raise Undrawn(CODE)
        return drawn[CODE.key]

    assert await drawings.through(work) is None
    assert await drawings.through(work) is not None


def test_it_is_found_from_everywhere(tmp_path: Path) -> None:
    """Wherever we were started, what we are made of is found, and a module that lies there is not taken for ours."""
    script, here = tmp_path / "script", tmp_path / "here"
    script.mkdir()
    here.mkdir()
    (script / "elsewhere.py").write_text(ELSEWHERE)
    (here / "jinja2.py").write_text("raise SystemExit(3)")
    command, env = [sys.executable, str(script / "elsewhere.py")], {**os.environ, "PYTHONPATH": str(ROOT)}

    done = subprocess.run(command, cwd=here, env=env, timeout=60, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100


def test_it_loads_no_bot() -> None:
    """Its start is short: it loads neither what answers people nor what reaches the database."""
    code = (
        "import sys, bot.pictures; print([one for one in ('storage', 'handlers', 'bot.drawing') if one in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, timeout=60, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_it_has_none_of_our_settings() -> None:
    """Among them are secrets; the rest of the environment is ours."""
    known = environment({"JIANGDAO_SECRET": "s", "jiangdao_database_url": "d", "LANG": "C", "PYTHONPATH": "."})

    assert (known["LANG"], {name.upper() for name in known}) == ("C", {"LANG", "PYTHONPATH"})
    assert str(ROOT) in known["PYTHONPATH"].split(os.pathsep)


def test_it_ends_with_who_wanted_it() -> None:
    """Whoever wanted it being killed leaves nobody behind: one that has nothing more to read ends."""
    with subprocess.Popen(COMMAND, cwd=ROOT, env=environment(os.environ), stdin=PIPE, stderr=PIPE) as process:
        _, told = process.communicate(b'{"kind": ', timeout=60)

    assert (process.returncode, told.strip()) == (1, b"JSONDecodeError")
