"""The unit files and the container's recipe fit the program that they start."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from fnmatch import fnmatch
from pathlib import Path

import pytest

from bot.__main__ import parser
from bot.config import Settings
from tests.processes import ROOT, STOP_S, environment

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
PACKAGES = ("bot", "domain", "handlers", "messages", "storage")


def unit(path: Path) -> ConfigParser:
    """A unit file; of a key that is given twice the last counts here."""
    read = ConfigParser(strict=False, interpolation=None, comment_prefixes=("#",), delimiters=("=",))
    read.optionxform = str  # type: ignore[assignment, method-assign]  # keys keep their capitals
    read.read(path, encoding="utf-8")
    return read


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_start_commands_that_exist(path: Path) -> None:
    """What a unit starts is a command of the bot, as a user of its own that can write nowhere else."""
    service = unit(path)["Service"]
    _, _, words = service["ExecStart"].partition("-m bot ")

    assert parser().parse_args(words.split()).command == words.split()[0]
    assert (service["User"], service["ProtectSystem"], service["NoNewPrivileges"]) == ("jiangdao", "strict", "yes")
    assert service["StateDirectory"] in service["WorkingDirectory"]


def test_the_unit_waits_for_the_end_and_always_starts_again() -> None:
    """systemd gives the process longer than its own 15 s before it kills it, and starts it again whatever happened."""
    service = unit(DEPLOY / "jiangdao.service")["Service"]

    assert int(service["TimeoutStopSec"]) > STOP_S
    assert (service["Restart"], service["KillSignal"]) == ("always", "SIGTERM")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
@pytest.mark.parametrize("path", [*UNITS, DEPLOY / "jiangdao-backup.timer"], ids=lambda path: path.name)
def test_systemd_understands_the_units(path: Path, tmp_path: Path) -> None:
    """systemd itself has nothing to say against them."""
    for one in DEPLOY.glob("jiangdao*"):
        text = one.read_text(encoding="utf-8").replace("/opt/jiangdao/.venv/bin/python", sys.executable)
        (tmp_path / one.name).write_text(text, encoding="utf-8")

    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / path.name)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert [line for line in done.stderr.splitlines() if "jiangdao" in line] == []


def test_the_command_beside_systemd_is_the_units_installation(tmp_path: Path) -> None:
    """`jiangdao …` reads the settings and writes the data of the folder in which the unit works."""
    service, wrapper = unit(DEPLOY / "jiangdao.service")["Service"], tmp_path / "jiangdao"
    text = (DEPLOY / "jiangdao").read_text(encoding="utf-8")
    assert f"runuser -u {service['User']} -- " in text
    assert service["ExecStart"].partition(" -m bot ")[0] in text
    moved = {
        service["WorkingDirectory"]: str(tmp_path),
        f"runuser -u {service['User']} -- ": "",
        "/opt/jiangdao/.venv/bin/python": sys.executable,
        "/opt/jiangdao": str(ROOT),
    }
    for ours, here in moved.items():
        text = text.replace(ours, here)
    wrapper.write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "company.toml", tmp_path)
    (tmp_path / ".env").write_text("JIANGDAO_DATA_DIR=own\nJIANGDAO_DATABASE_URL=sqlite:///own/shop.db\n")

    done = subprocess.run(
        ["sh", str(wrapper), "migrate"], cwd="/", env=environment({}), capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "own" / "shop.db").stat().st_mode & 0o077 == 0


# ---- the container's recipe


def recipe() -> list[tuple[str, str]]:
    """Each instruction with its argument, lines joined."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines)]


def variables() -> dict[str, str]:
    """What the image sets."""
    return dict(one.split("=", 1) for name, rest in recipe() if name == "ENV" for one in rest.split())


def test_the_image_is_built_from_what_is_let_in() -> None:
    """Every package and file that the recipe copies is there and not shut out, and no other package is missing."""
    copied = [rest.split()[0] for name, rest in recipe() if name == "COPY"]
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]

    assert set(PACKAGES) < set(copied)
    assert [one for one in copied if not (ROOT / one).exists() or not any(fnmatch(one, let) for let in let_in)] == []


def test_the_image_runs_as_nobody_in_particular() -> None:
    """The last user is not root, data lie in a volume, SIGTERM ends it, and readiness is what decides on its health."""
    found = dict(recipe())

    assert found["USER"] == "jiangdao"
    assert (found["VOLUME"], found["STOPSIGNAL"]) == ("/data", "SIGTERM")
    assert "/readyz" in found["HEALTHCHECK"]
    assert f":{variables()['JIANGDAO_PORT']}/" in found["HEALTHCHECK"]
    assert re.fullmatch(r"python:3\.11-slim", found["FROM"])


def test_the_image_sets_settings_that_exist() -> None:
    """Every JIANGDAO_… of the recipe is a setting."""
    known = {f"JIANGDAO_{name.upper()}" for name in Settings.model_fields}

    assert {name for name in variables() if name.startswith("JIANGDAO_")} <= known


@pytest.mark.parametrize("page", ["operations.md", "operations.zh-CN.md"])
def test_the_container_is_told_with_what_it_needs(page: str) -> None:
    """Since the image listens everywhere it needs an https address, and the shop's own company file where it looks."""
    told = (ROOT / "docs" / page).read_text(encoding="utf-8")

    assert variables()["JIANGDAO_HOST"] == "0.0.0.0"  # within the container
    assert "`JIANGDAO_PUBLIC_URL=https://…`" in told
    assert f"/company.toml:{variables()['JIANGDAO_COMPANY_FILE']}:ro" in told


def test_what_is_copied_runs_by_itself(tmp_path: Path) -> None:
    """The copied packages, laid out as in the image, check and prepare a company of their own."""
    image, data = tmp_path / "app", tmp_path / "data"
    data.mkdir()
    for name, rest in recipe():
        if name == "COPY" and not rest.startswith("requirements"):
            source, target = (ROOT / rest.split()[0], image / rest.split()[1])
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    moved = {name: value.replace("/app", str(image)).replace("/data", str(data)) for name, value in variables().items()}
    moved["JIANGDAO_PUBLIC_URL"] = "https://chat.example.com"
    for words in (["check"], ["migrate"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=data,
            env={**environment({}), **moved},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert (data / "jiangdao.db").exists()
