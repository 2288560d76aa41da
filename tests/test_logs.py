"""Logs tell what happened and where, never to whom or what was said."""

from __future__ import annotations

import ast
import json
import logging
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.logs import Redacted, redact
from tests.answering import answering
from tests.processes import Visitor, a_picture, command, environment, joins, serving, text_of
from tests.telegram import FakeTelegram

PHONE, ADDRESS, SAID, NAME = "13987654321", "金丝雀路88弄5号楼", "厨房水龙头一直滴水金丝雀", "金师傅"
TOKEN = "123456789:AAF-canary-canary-canary-canary-1"

ROOT = Path(__file__).parent.parent

HIDDEN = (
    ("mobile", "call 13987654321 now"),
    ("E.164", "to +8613987654321"),
    ("with blanks", "139 8765 4321"),
    ("with dashes", "139-8765-4321"),
    ("among Chinese words", "电话13987654321吧"),
    ("landline", "021-61234567"),
    ("in JSON", '{"phone": "13987654321"}'),
    ("in an address", "https://x.example/?phone=13987654321&a=1"),
    ("bot token in a URL", f"POST https://api.example/bot{TOKEN}/sendMessage"),
    ("token", "token=canary-canary-canary"),
    ("secret", "secret=canary-canary-canary"),
    ("invitation", "GET /chat?start=CANARYCODE"),
    ("password in a database's address", "postgresql://me:canary@db/x"),
    ("bot token by itself", f"token is {TOKEN}, yes"),
    ("bot token, escaped", f"https://api.example/bot{TOKEN.replace(':', '%3A')}/getMe"),
    ("bearer", "Authorization: Bearer canary-canary"),
    ("a setting", "JIANGDAO_TELEGRAM_TOKEN=canary"),
    ("mobile behind a letter", "tel13987654321"),
    ("mobile in an id", "phone_13987654321_x"),
    ("mobile with +86 and dots", "+86.139.8765.4321"),
    ("mobile with country in brackets", "(+86) 139 8765 4321"),
    ("mobile in a URL with blanks", "phone=139%208765%204321"),
    ("E.164 in a URL", "to=%2B8613987654321&x=1"),
    ("landline with brackets", "(021) 6123 8765"),
    ("landline without a sign", "02161238765"),
    ("landline of a smaller place", "0512-6123-8765"),
    ("foreign number", "+44 7911 128765"),
    ("full-width digits and words", "１３９８７６５４３２１ 8765金丝雀"),
    ("a row named after a follower", "row=wechat:m:oABcanary_EFghIJkl:7123:0"),
    ("a row named after a member and what was scanned", "row=wecom:e:canary:subscribe:qrscene_CANARYCODE:0"),
    ("e-mail", "write to canary.bird+x@mail.example.com please"),
    ("e-mail in a URL", "mail=canary%40example.com"),
    ("words in JSON", r'{"text": "canary\u53a8\u623fcanary"}'.replace("canary", "")),
)

SPELLED = (
    ("as it is", "said 厨房漏水 now"),
    ("in JSON", r"said \u53a8\u623f\u6f0f\u6c34 now"),
    ("in bytes", r"said b'\xe5\x8e\xa8\xe6\x88\xbf' now"),
    ("in a URL", "said %E5%8E%A8%E6%88%BF now"),
)


@pytest.mark.parametrize(("how", "line"), SPELLED, ids=[how for how, _ in SPELLED])
def test_words_of_people_are_taken_out(how: str, line: str) -> None:
    """No program says anything in these letters: what is written in them is somebody's, however it is spelled."""
    assert re.sub(r"b'|'", "", redact(line)) == "said [text] now"


def test_the_secrets_of_the_settings_are_taken_out() -> None:
    """A secret of no known shape is taken out as it stands, the longer before a part of it; a short word stays."""
    formatter = Redacted(logging.Formatter("%(message)s"), ["swordfish-and-more", "swordfish", "a"])
    record = logging.LogRecord("anyone", logging.INFO, __file__, 1, "a xswordfish-and-morey swordfish", (), None)

    assert formatter.format(record) == "a x[secret]y [secret]"


@pytest.mark.parametrize(("what", "line"), HIDDEN, ids=[what for what, _ in HIDDEN])
def test_a_line_is_redacted(what: str, line: str) -> None:
    """Phones and tokens are taken out wherever they stand in a line."""
    kept = redact(line)

    assert not any(secret in kept for secret in ("8765", "6123", "canary", "CANARYCODE", "金丝雀", "53a8")), kept


@pytest.mark.parametrize("line", ["2026-11-21T20:47:17.123456Z R-1001", "webchat lanes 12 rows 1234567", "0001_boxes"])
def test_what_helps_stays(line: str) -> None:
    """Times, request numbers and counts are left alone."""
    assert redact(line) == line


def test_a_library_cannot_get_past() -> None:
    """Of a library's record the words that were put into it are left out, and the finished line is redacted."""
    given = (13987654321, "canary", 7)
    record = logging.LogRecord("anyone", logging.INFO, __file__, 1, "calling %d for %s, try %d", given, None)

    assert Redacted(logging.Formatter("%(message)s")).format(record) == "calling [number] for [value], try 7"
    assert record.getMessage() == "calling 13987654321 for canary, try 7"


PROGRAM = """
import asyncio, logging, sys, structlog
from bot import logs
logs.set_up("DEBUG", sys.argv[1])

def fail():
    raise ValueError("canary 13987654321")

try:
    fail()
except ValueError as error:
    structlog.get_logger("x").error("ours", exc_info=error)
    logging.getLogger("theirs").exception("theirs")

async def forgotten():
    asyncio.get_running_loop().set_exception_handler(logs.lost)
    task = asyncio.ensure_future(failing())
    await asyncio.sleep(0.01)

async def failing():
    fail()

asyncio.run(forgotten())
import gc; gc.collect()
fail()
"""


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_error_says_its_kind_and_place_only(form: str) -> None:
    """Caught, logged by a library, forgotten in a task or fatal: class and place are kept, values are not."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, form], env=environment({}), capture_output=True, text=True, check=False
    )

    lines = done.stderr.splitlines()
    assert done.returncode == 1
    assert "canary" not in done.stderr
    assert "Traceback" not in done.stderr
    assert [("ValueError" in line, "<string>:" in line) for line in lines] == [(True, True)] * 4
    if form == "json":
        assert all(json.loads(line)["timestamp"].endswith("Z") for line in lines)


LIBRARIES = """
import asyncio, gc, logging, sys, threading, warnings, structlog
from bot import logs
logs.set_up("DEBUG", "text", ["canary-secret"])

for name in ("httpx", "httpcore.http11", "telegram.Bot", "telegram.ext", "asyncpg", "aiosqlite", "uvicorn.access",
             "uvicorn.error", "asyncio", "PIL.Image", "somebody.new", "root"):
    log = logging.getLogger(name)
    if name == "somebody.new":
        log.setLevel("DEBUG")  # a library that chooses for itself
    for level in (log.debug, log.info, log.warning, log.error):
        level("canary sentence %s", "canary words")
        level("sentence: canary words")
        level("sentence 'canary words'")
        level("sentence %(text)s", {"text": "canary words"})
        level(ValueError("canary words"))
        level("sentence %d", "canary words")
    try:
        raise KeyError("canary words") from ValueError("canary words")
    except KeyError:
        log.exception("sentence %s", "canary words", stack_info=True)
logging.getLogger("bot.x").error("ours %d", "canary words")
structlog.get_logger("bot.x").error("ours.too", error="canary-secret", stack_info=True)
warnings.warn("canary words")

def fail():
    words = "canary words"
    raise ValueError(words)

thread = threading.Thread(target=fail)
thread.start()
thread.join()

class Bad:
    def __del__(self):
        fail()
    def __repr__(self):
        return "canary words"
Bad()
gc.collect()
"""


def test_no_library_says_what_it_was_handed() -> None:
    """At DEBUG, of each library: no word that was put into a sentence, no record below a warning; in a thread, in a
    destructor and in a record that cannot be put together: the class and the place, never the values."""
    program = LIBRARIES.replace("canary sentence", "sentence")
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment({}), capture_output=True, text=True, check=False
    )
    lines = done.stderr.splitlines()

    assert (done.returncode, done.stdout) == (0, "")
    assert [line for line in lines if "canary" in line or "Traceback" in line] == []
    assert {line.split()[1].strip("[]") for line in lines if line[:2] == "20"} == {"info", "warning", "error"}
    assert not [line for line in lines if "[info" in line and "uvicorn.error" not in line]
    assert [word for word in ("sentence [value]", "UserWarning", "thread.crashed", "lost", "log.failed", "cause")
            if not any(word in line for line in lines)] == []  # fmt: skip


async def test_a_story_over_telegram_leaves_no_trace_in_the_logs(tmp_path: Path) -> None:
    """At DEBUG, over HTTP with the token in each address, through refusals, broken answers and pauses: no canary."""
    async with FakeTelegram() as fake:
        hana = fake.user(NAME, phone="+8613987654321")
        async with answering(tmp_path, fake, log_level="DEBUG") as bot:
            for fault in ("500", "html", "half", "429", "reset", "lost"):
                fake.fail(fault)
            await hana.starts()
            await hana.says(f"{SAID},{ADDRESS},{PHONE},canary@mail.example.com")
            await hana.shares_contact()
            await hana.sends_photo(a_picture((9, 9, 9)), caption=SAID)
            await fake.taken(30)
            await fake.until(lambda: hana.heard and len(fake.journal.of("fault")) >= 6, 60)
            printed = bot.printed
    logged = (tmp_path / "log").read_text(encoding="utf-8")

    assert fake.token not in printed
    assert "Started server process" in logged
    secrets = (fake.token, fake.token[11:], PHONE, "8765", ADDRESS, SAID, NAME, "canary", "金丝雀", str(hana.id))
    assert [secret for secret in secrets if secret in logged] == []


def test_a_whole_story_leaves_no_trace_in_the_logs(tmp_path: Path) -> None:
    """At DEBUG, from the first invitation to a request with phone, address and photo, and through faults: no canary."""
    with serving(tmp_path, log_level="DEBUG", messages_per_min_max=0) as bot:
        code, admin = bot.invitation, bot.visitor()
        joins(admin, code)
        admin.waits("管理员")
        homeowner = bot.visitor()
        tells(homeowner)
        homeowner.says(NAME)
        admin.says(f"/find {PHONE}")
        admin.says(f"/find {ADDRESS}")
        refused = homeowner.post("x", id="no")
        broken = homeowner.client.post("/chat/messages", content=f"{{{SAID}", headers=homeowner.headers)
        lost = homeowner.client.get(f"/chat/{SAID}", params={"phone": PHONE})
        cookies = [str(one.value) for each in bot.visitors for one in each.client.cookies.jar]
        secrets = [*cookies, *(each.csrf for each in bot.visitors), code]
        bot.stop()
    logged = bot.log.read_text(encoding="utf-8")

    assert (refused.status_code, broken.status_code, lost.status_code) == (400, 415, 404)
    assert "Started server process" in logged
    assert [secret for secret in (PHONE, ADDRESS, SAID, NAME, "88弄", "8765", *secrets) if secret in logged] == []
    assert (tmp_path / "data" / "secret").read_text() not in logged


def tells(homeowner: Visitor) -> None:
    """A report with all that must not be logged."""
    homeowner.says(SAID)
    homeowner.waits("发几张照片")
    homeowner.says(files=[homeowner.uploads(a_picture((9, 9, 9)))])
    homeowner.waits("收到 1 个")
    homeowner.taps("发好了")
    homeowner.waits("同意的话")
    homeowner.taps("同意")
    homeowner.waits("师傅上门的地址")
    homeowner.says(f"浦东新区{ADDRESS}1202室")
    homeowner.waits("哪个电话")
    homeowner.says(PHONE)
    homeowner.says(press=homeowner.waits("什么时候方便")["buttons"][0][0][1])
    assert ADDRESS in text_of(homeowner.waits("请核对"))
    homeowner.taps("确认提交")
    homeowner.waits("R-1001")


def test_a_handlers_bug_is_logged_without_the_message(tmp_path: Path) -> None:
    """A message that makes the bot fail is kept and answered; the log names the error, not the message."""
    assert command(tmp_path, "migrate").returncode == 0
    breaks(tmp_path / "data" / "jiangdao.db")
    with serving(tmp_path, log_level="DEBUG") as bot:
        homeowner = bot.visitor()
        homeowner.says(SAID)
        homeowner.waits("已经记下")
        bot.stop()
    logged = bot.log.read_text(encoding="utf-8")

    assert "message.failed" in logged
    assert "IntegrityError" in logged
    assert "sqlite_work.py:" in logged
    assert SAID not in logged


def breaks(path: Path) -> None:
    """From now on a conversation cannot be kept, and the database's error repeats what was to be kept."""
    database = sqlite3.connect(path)
    database.execute("CREATE TRIGGER broken BEFORE INSERT ON conversations BEGIN SELECT RAISE(ABORT, 'canary'); END")
    database.commit()
    database.close()


def test_what_is_added_to_a_record_is_let_through() -> None:
    """Whatever our own code adds to a line is among what the set-up shows; under another name it would be lost."""
    [shown] = re.findall(r"ExtraAdder\(allow=\((.*?)\)\)", (ROOT / "bot" / "logs.py").read_text("utf-8"))
    added = {
        key.value
        for path in ROOT.glob("bot/**/*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.keyword) and node.arg == "extra" and isinstance(node.value, ast.Dict)
        for key in node.value.keys
        if isinstance(key, ast.Constant)
    }

    assert added
    assert added <= set(re.findall(r'"(\w+)"', shown))
