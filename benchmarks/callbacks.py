"""An Official Account's platform that posts sealed callbacks at a steady pace. A process of its own.

``python -m benchmarks.callbacks PORT RATE COUNT FIRST`` posts ``COUNT`` messages, numbered from ``FIRST``, ``RATE`` of
them in a second, and prints an ``Outcome`` as JSON. A wait counts from the moment at which the message was due. It
seals with the code of the tests, not with that of the product or of the library.
"""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from urllib.parse import urlencode
from xml.etree import ElementTree

from benchmarks.figures import percentile
from tests.wechat.crypto import Seal, signature
from tests.wechat.envelope import written
from tests.wechat.fake import AES_KEY, APP_ID, NAME, TOKEN

PEOPLE = 512
CONNECTIONS = 64
TEXT = "你们展厅周末几点开门"
LIMIT_S = 300.0
GOOD = b"HTTP/1.1 200"
SEAL = Seal(TOKEN, AES_KEY, APP_ID)


@dataclass(frozen=True, slots=True)
class Letter:
    """A callback as the platform makes it."""

    signature: str
    timestamp: str
    nonce: str
    body: str

    def request(self) -> bytes:
        """The same over HTTP."""
        plain = signature(TOKEN, self.timestamp, self.nonce)
        query = {"signature": plain, "timestamp": self.timestamp, "nonce": self.nonce, "encrypt_type": "aes"}
        data = self.body.encode()
        head = (
            f"POST /wechat?{urlencode({**query, 'msg_signature': self.signature})} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Connection: keep-alive\r\nAccept: */*\r\nContent-Type: text/xml\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        return head.encode() + data


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; ``answered`` are those within whose answer something was said."""

    messages: int
    answered: int
    seconds: float
    p50_ms: float
    p99_ms: float
    worst_ms: float


def letter(number: int) -> Letter:
    """One of many people says something now."""
    at = int(time.time())
    head = {"ToUserName": NAME, "FromUserName": f"o{number % PEOPLE:027}", "CreateTime": at, "MsgType": "text"}
    sealed = SEAL.encrypt(written({**head, "Content": TEXT, "MsgId": 24_000_000_000_000_000 + number}))
    timestamp, nonce = str(at), str(number)
    outer = written({"ToUserName": NAME, "Encrypt": sealed})
    return Letter(SEAL.sign(timestamp, nonce, sealed), timestamp, nonce, outer)


def put_callbacks(port: int, rate_per_s: float, count: int, first: int) -> Outcome:
    """Post them from a process of its own, to its end."""
    words = [str(one) for one in (port, rate_per_s, count, first)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.callbacks", *words], stdout=subprocess.PIPE, timeout=LIMIT_S, check=True
    )
    return Outcome(**json.loads(done.stdout))


class Wires:
    """Kept connections, each with one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()

    async def open(self) -> None:
        for _ in range(CONNECTIONS):
            self._free.put_nowait(await asyncio.open_connection("127.0.0.1", self._port))

    async def ask(self, request: bytes) -> bytes:
        """The body of an answer that is 200."""
        reader, writer = wire = await self._free.get()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(GOOD):
            raise RuntimeError(head.decode(errors="replace"))
        body = await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]))
        self._free.put_nowait(wire)
        return body

    def close(self) -> None:
        while not self._free.empty():
            self._free.get_nowait()[1].close()


async def _put(port: int, rate_per_s: float, count: int, first: int) -> Outcome:
    requests = [letter(first + number).request() for number in range(count)]
    wires, waits_s, said = Wires(port), [0.0] * count, [b""] * count
    await wires.open()

    async def post(number: int, due_s: float) -> None:
        said[number] = await wires.ask(requests[number])
        waits_s[number] = time.perf_counter() - due_s

    started_s = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            due_s = started_s + number / rate_per_s
            await asyncio.sleep(due_s - time.perf_counter())
            group.create_task(post(number, due_s))
    seconds = time.perf_counter() - started_s
    wires.close()
    answers = [body for body in said if body != b"success"]
    if answers:
        _check(answers[-1])
    p50_ms, p99_ms, worst_ms = (1000 * percentile(waits_s, percent) for percent in (50, 99, 100))
    return Outcome(count, len(answers), seconds, p50_ms, p99_ms, worst_ms)


def _check(body: bytes) -> None:
    """An answer is one that the platform would open and show."""
    sealed = ElementTree.fromstring(body).findtext("Encrypt") or ""
    assert ElementTree.fromstring(SEAL.decrypt(sealed)).findtext("Content")


if __name__ == "__main__":
    given = sys.argv[1:]
    gc.disable()
    print(json.dumps(asdict(asyncio.run(_put(int(given[0]), float(given[1]), int(given[2]), int(given[3]))))))
