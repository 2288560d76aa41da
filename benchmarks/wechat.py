"""A callback of the Official Account: sealed post → commit → sealed answer, against what the library's own decrypting,
parsing, replying and encrypting costs alone."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply

from benchmarks.callbacks import PEOPLE, TEXT, Letter, letter, put_callbacks
from benchmarks.figures import Board, Sizes, median, ratios
from benchmarks.scene import Scene
from benchmarks.server import Server, free_port, serving, stop, wait_for
from tests.wechat.fake import AES_KEY, APP_ID, SECRET, TOKEN

BARE_COUNT = 500


def measure_wechat(scene: Scene, sizes: Sizes, board: Board) -> None:
    """Many people who write at a steady pace, answered or not; and the library with nothing around it in turn."""
    count, first = round(sizes.callbacks_per_s * sizes.callbacks_s), PEOPLE
    floors_us, cpu_us, found = [], [], []
    letters = [letter(number) for number in range(BARE_COUNT)]
    with _served(scene) as server:
        put_callbacks(server.port, sizes.callbacks_per_s, PEOPLE, 0)
        for _ in range(sizes.rounds):
            floors_us.append(bare_us(letters))
            before_s = server.cpu_s()
            found.append(put_callbacks(server.port, sizes.callbacks_per_s, count, first))
            cpu_us.append((server.cpu_s() - before_s) / count * 1e6)
            first += count
    answered = sum(each.answered for each in found) / sum(each.messages for each in found)
    p99_ms, p50_ms = median([each.p99_ms for each in found]), median([each.p50_ms for each in found])
    per_s, worst_ms = median([each.messages / each.seconds for each in found]), max(each.worst_ms for each in found)
    board.add("wechat_cpu", ratios(cpu_us, floors_us), f"{median(cpu_us):.0f} µs over {median(floors_us):.0f} µs")
    note = f"p50 {p50_ms:.1f}, worst {worst_ms:.0f} ms; {count} callbacks at {per_s:.0f}/s, {answered:.0%} answered"
    board.add("wechat_p99", p99_ms, note)


def bare_us(letters: Sequence[Letter]) -> float:
    """Processor time of the library for one message, in this process, without HTTP and without a database."""
    crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    started_s = time.process_time()
    for one in letters:
        message = parse_message(crypto.decrypt_message(one.body, one.signature, one.timestamp, one.nonce))
        crypto.encrypt_message(TextReply(content=TEXT, message=message).render(), one.nonce, one.timestamp)
    return (time.process_time() - started_s) / len(letters) * 1e6


@contextmanager
def _served(scene: Scene) -> Iterator[Server]:
    """The product with the account, and a platform that takes what it sends."""
    port = free_port()
    base = {
        "wechat_app_id": APP_ID,
        "wechat_app_secret": SECRET,
        "wechat_token": TOKEN,
        "wechat_aes_key": AES_KEY,
        "wechat_api_base": f"http://127.0.0.1:{port}",
    }
    words = [sys.executable, "-m", "tests.wechat", "--port", str(port), "--no-limits"]
    platform = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        wait_for(platform, port)
        with scene.copied() as url, serving(scene.folder, url, more=base) as server:
            yield server
    finally:
        stop(platform)
