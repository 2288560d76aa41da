"""A platform that posts updates as fast as they are taken. A process of its own, cheap on purpose.

``python -m benchmarks.updates PORT SECRET CONNECTIONS COUNT FIRST`` posts ``COUNT`` updates on each connection,
numbered from ``FIRST``, and prints how many were taken in a second.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time

TEXT = "你们展厅周末几点开门"
USER = 5213847000
LIMIT_S = 300.0
GOOD = b"HTTP/1.1 200"


def update(number: int, user: int) -> bytes:
    """A private message as the platform posts it."""
    who = {"id": user, "first_name": "李", "last_name": "女士", "username": f"hana_{user}"}
    said = {
        "message_id": number,
        "from": {**who, "is_bot": False, "language_code": "zh-hans"},
        "chat": {**who, "type": "private"},
        "date": 1795396641,
        "text": TEXT,
    }
    return json.dumps({"update_id": number, "message": said}, ensure_ascii=False).encode()


def post(body: bytes, secret: str) -> bytes:
    """The same as a request."""
    head = (
        "POST /telegram HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\nAccept-Encoding: gzip, deflate\r\n"
        f"Content-Type: application/json\r\nX-Telegram-Bot-Api-Secret-Token: {secret}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def put_updates(port: int, secret: str, connections: int, count: int, first: int) -> float:
    """Post them from a process of its own; how many were taken in a second."""
    words = [str(one) for one in (port, secret, connections, count, first)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.updates", *words], stdout=subprocess.PIPE, timeout=LIMIT_S, check=True
    )
    return float(done.stdout)


async def _talk(port: int, posts: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for one in posts:
        writer.write(one)
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(GOOD):
            raise RuntimeError(answer.decode(errors="replace"))
    writer.close()


async def _put(port: int, secret: str, connections: int, count: int, first: int) -> float:
    posts = [
        [post(update(first + number * count + index, USER + number), secret) for index in range(count)]
        for number in range(connections)
    ]
    started = time.perf_counter()
    await asyncio.gather(*[_talk(port, each) for each in posts])
    return connections * count / (time.perf_counter() - started)


if __name__ == "__main__":
    given = sys.argv[1:]
    print(asyncio.run(_put(int(given[0]), given[1], int(given[2]), int(given[3]), int(given[4]))))
