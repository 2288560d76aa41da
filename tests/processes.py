"""The bot as a process of its own in a folder of its own, and people who write to it over HTTP."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from PIL import Image

ROOT = Path(__file__).parent.parent
PATIENCE_S = 30.0
STOP_S = 15.0
LINK = re.compile(r"(http://\S+)/chat\?start=(\w+)")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def environment(settings: Mapping[str, Any]) -> dict[str, str]:
    """The environment of a process with these settings and no others."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("JIANGDAO_")}
    ours = {f"JIANGDAO_{name.upper()}": str(value) for name, value in settings.items()}
    return {**inherited, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **ours}


def furnish(folder: Path) -> Path:
    """Put the starting company file into a folder, unless there is one."""
    company = folder / "company.toml"
    if not company.exists():
        company.write_bytes((ROOT / "company.toml").read_bytes())
    return folder


def command(folder: Path, *words: str, typed: str = "", **settings: Any) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot …` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=furnish(folder),
        env=environment(settings),
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@dataclass
class Bot:
    """A running process; ``printed`` is what it said up to the moment when it was ready."""

    process: subprocess.Popen[str]
    address: str
    printed: str
    log: Path
    visitors: list[Visitor] = field(default_factory=list)

    def visitor(self, seat: str = "") -> Visitor:
        """Somebody opens the page with a browser of their own."""
        self.visitors.append(Visitor(self.address, seat))
        return self.visitors[-1]

    @property
    def invitation(self) -> str:
        """The code of the first admin's invitation, as printed."""
        found = LINK.search(self.printed)
        assert found, self.printed
        assert found[1] == self.address
        return found[2]

    def stop(self, *signals: signal.Signals) -> int:
        """Send these signals (SIGTERM if none), wait, and return the exit code."""
        for each in signals or (signal.SIGTERM,):
            self.process.send_signal(each)
        return self.process.wait(STOP_S)


@contextmanager
def serving(folder: Path, *words: str, **settings: Any) -> Iterator[Bot]:
    """`python -m bot run`, or other words, on a free port; stopped in the end."""
    port = free_port()
    words, own = (words, {}) if words else (("run",), {"port": port})
    if words[0] == "demo":
        words = ("demo", "--port", str(port), *words[1:])
    with (folder / "log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *words],
            cwd=furnish(folder),
            env=environment({**own, **settings}),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    visitors: list[Visitor] = []
    try:
        printed = until_ready(process)
        assert "http" in printed.splitlines()[-1], (folder / "log").read_text(encoding="utf-8")
        yield Bot(process, f"http://127.0.0.1:{port}", printed, folder / "log", visitors)
    finally:
        for visitor in visitors:
            visitor.client.close()
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=STOP_S)


def until_ready(process: subprocess.Popen[str]) -> str:
    """What a process prints up to its address, or to its end."""
    assert process.stdout is not None
    lines = [""]
    for line in process.stdout:
        lines.append(line)
        if re.search(r"  http\S+$", line):
            break
    return "".join(lines)


@dataclass
class Lane:
    """One chat as its page has read it; ``mark`` is how far somebody waited already."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    mark: int = 0

    @property
    def last(self) -> int:
        """The position up to which it was read."""
        return self.messages[-1]["seq"] if self.messages else 0

    def find(self, words: str) -> dict[str, Any] | None:
        """The first message behind the mark that says this."""
        return next((one for one in self.messages if one["seq"] > self.mark and words in text_of(one)), None)


def text_of(message: Mapping[str, Any]) -> str:
    """All words of a message."""
    return "\n".join(text for _, text in message["lines"])


class Visitor:
    """Somebody with a browser of their own; ``seat`` is one of the demo's. Words are zh-CN."""

    def __init__(self, address: str, seat: str = "") -> None:
        self.client = httpx.Client(base_url=address, timeout=PATIENCE_S, headers={"Accept-Language": "zh-CN"})
        self.address = address
        self.seat = seat
        self.lanes: dict[str, Lane] = {"": Lane()}
        self.csrf = ""
        self.open()

    @property
    def account(self) -> str:
        """Who the cookie says this is."""
        return str(next(iter(self.client.cookies.jar)).value).split(".")[0]

    def open(self, **query: str) -> httpx.Response:
        """Open the page, as a browser does."""
        page = self.client.get("/chat", params={**({"seat": self.seat} if self.seat else {}), **query})
        if page.status_code == 200:
            self.csrf = page.text.partition('name="csrf-token" content="')[2].partition('"')[0]
        return page

    @property
    def headers(self) -> dict[str, str]:
        """What the page sends with every change."""
        return {"Origin": self.address, "X-CSRF": self.csrf, **({"X-Seat": self.seat} if self.seat else {})}

    def post(self, text: str = "", room: str = "", **more: Any) -> httpx.Response:
        """Send a message or a press, whatever the answer."""
        message = {"id": uuid4().hex, "text": text, "room": room, "locale": "zh-CN", **more}
        return self.client.post("/chat/messages", json=message, headers=self.headers)

    def says(self, text: str = "", room: str = "", **more: Any) -> None:
        """Send a message, which is taken."""
        answer = self.post(text, room, **more)
        assert answer.status_code == 200, answer.text

    def waits(self, words: str, room: str = "") -> dict[str, Any]:
        """Read the stream until something new says this."""
        lane = self.lanes.setdefault(room, Lane())
        found = lane.find(words)
        for message in () if found else self.stream(room, lane.last):
            lane.messages.append(message)
            if found := lane.find(words):
                break
        assert found, f"{words} was not said: {[text_of(one) for one in lane.messages]}"
        lane.mark = found["seq"]
        return found

    def stream(self, room: str, after: int) -> Iterator[dict[str, Any]]:
        """The lane's messages as they come, for as long as patience lasts."""
        until = time.monotonic() + PATIENCE_S
        params = {"room": room, "after": str(after)}
        headers = {"X-Seat": self.seat} if self.seat else {}
        with self.client.stream("GET", "/chat/events", params=params, headers=headers) as answer:
            assert answer.status_code == 200
            for line in answer.iter_lines():
                if line.startswith("data: {"):
                    yield json.loads(line[6:])
                if time.monotonic() > until:
                    return

    def taps(self, label: str, room: str = "") -> None:
        """Press the newest button with this label that was read."""
        for message in reversed(self.lanes[room].messages):
            for row in message["buttons"]:
                for shown, token, _ in row:
                    if shown == label:
                        self.says(press=token, room=room)
                        return
        raise AssertionError(f"no button {label}")

    def read(self, room: str = "") -> str:
        """All words of the chat, from its first message on."""
        got = self.client.get("/chat/history", params={"room": room, "after": "0"}, headers=self.headers)
        assert got.status_code == 200
        return "\n".join(text_of(one) for one in got.json()["messages"])

    def sees(self, seq: int, room: str = "") -> None:
        """The page has shown its chat up to here."""
        answer = self.client.post("/chat/seen", json={"seq": seq, "room": room}, headers=self.headers)
        assert answer.status_code == 200

    def uploads(self, picture: bytes) -> dict[str, Any]:
        """Upload a photo; what a message needs to show it."""
        sent = {**self.headers, "Content-Type": "image/png"}
        answer = self.client.post("/chat/files", content=picture, headers=sent)
        assert answer.status_code == 200
        kept: dict[str, Any] = answer.json()
        return kept

    def fetches(self, file_hash: str) -> int:
        """Ask for a file; the answer's status."""
        headers = {"X-Seat": self.seat} if self.seat else {}
        return self.client.get(f"/chat/files/{file_hash}", headers=headers).status_code


def a_picture(colour: tuple[int, int, int]) -> bytes:
    """A small picture of one colour."""
    kept = BytesIO()
    Image.new("RGB", (64, 48), colour).save(kept, "PNG")
    return kept.getvalue()


def joins(visitor: Visitor, code: str) -> None:
    """Open an invitation's link and tap the button there."""
    assert visitor.open(start=code).status_code == 200
    visitor.says(f"/start {code}")


def labels(message: Mapping[str, Any]) -> Sequence[str]:
    """What the buttons of a message say."""
    return [label for row in message["buttons"] for label, _, _ in row]
