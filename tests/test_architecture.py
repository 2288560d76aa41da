"""The shape of the code, held as tests: who may import whom, and where SQL, words and the clock may be."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "domain", "storage", "messages")

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
LINES_OF_HALF_MAX = 8
LINES_OF_NINE_IN_TEN_MAX = 24

SQL = re.compile(
    r"""\b(
        SELECT\s.+\sFROM | INSERT\s+(OR\s+\w+\s+)?INTO | UPDATE\s+\S+\s+SET | DELETE\s+FROM | PRAGMA\s+\w+
        | (CREATE|ALTER|DROP)\s+(TABLE|INDEX|UNIQUE|TRIGGER|VIEW|VIRTUAL) | SAVEPOINT\s | BEGIN\s+IMMEDIATE
    )""",
    re.VERBOSE | re.DOTALL,
)
SQL_CLOCK = re.compile(
    r"\b(CURRENT_(TIMESTAMP|TIME|DATE)|(now|clock_timestamp|unixepoch|julianday)\(\))", re.IGNORECASE
)
CHINESE = re.compile(r"[\u3400-\u9fff]")
CLOCK = frozenset(
    {
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "time.time",
        "time.time_ns",
        "time.localtime",
        "time.gmtime",
        "time.ctime",
    }
)

# who reads the clock: the composition root, from which everyone is handed it
READS_CLOCK = frozenset({"bot/app.py"})
# who holds Chinese words, as patterns of paths, and why
CHINESE_HOLDERS = {
    "domain/understanding*": "reads what people write",
    "domain/fragments.py": "reads what people write",
    "domain/homes.py": "reads what people write",
    "domain/topics.py": "reads what people write",
    "domain/triggers.py": "reads what people write",
    "domain/moments.py": "reads what people write",
    "domain/wishes.py": "reads what people write",
    "domain/smalltalk.py": "reads what people write",
    "domain/replies.py": "reads what people write",
    "domain/money.py": "reads what people write",
    "domain/choices.py": "reads what people write",
    "handlers/board.py": "reads what people write",
    "bot/pictures/lettering.py": "knows which letters a line may break between",
    "domain/folding.py": "finds a text in either script",
    "domain/people.py": "masks the number of a door",
    "bot/config.py": "speaks at the start, before there is a catalogue",
    "bot/config_tencent.py": "speaks at the start, before there is a catalogue",
    "bot/company_*.py": "speaks at the start, before there is a catalogue",
    "bot/obstacles.py": "speaks at the start, before there is a catalogue",
    "bot/audit.py": "speaks on the command line, to the company's technician",
    "bot/backup.py": "speaks on the command line, to the company's technician",
    "bot/restore.py": "speaks on the command line, to the company's technician",
    "bot/order_file.py": "reads files and speaks on the command line, to the company's technician",
    "bot/erase.py": "speaks on the command line, to the company's technician",
    "bot/scenes.py": "speaks on the command line, to the company's technician",
    "bot/checkup.py": "speaks on the command line, to the company's technician",
    "bot/channels/telegram_check.py": "speaks on the command line, to the company's technician",
    "bot/channels/wechat_check.py": "speaks on the command line, to the company's technician",
    "bot/channels/tencent_check.py": "speaks on the command line, to the company's technician",
    "bot/channels/wecom_check.py": "speaks on the command line, to the company's technician",
    "bot/channels/wecomkf_check.py": "speaks on the command line, to the company's technician",
    "bot/channels/wechat_notice.py": "writes times as the platform's templates take them",
    "bot/channels/wechat_parse.py": "knows what the platform writes where it hands something not on",
    "bot/problems.py": "speaks at the start, before there is a catalogue",
}


class Source(NamedTuple):
    """One file of the five packages; ``name`` is its path from the root, with slashes."""

    name: str
    text: str
    tree: ast.Module


def sources(*packages: str) -> Iterator[Source]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            text = path.read_text("utf-8")
            yield Source(path.relative_to(ROOT).as_posix(), text, ast.parse(text))


def is_sentence(node: ast.AST) -> bool:
    """Whether a statement is a bare string: a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The line and text of each string that the program uses; docstrings are for readers and left out."""
    sentences = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and is_sentence(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in sentences:
            yield node.lineno, node.value


def strings_with(pattern: re.Pattern[str], *packages: str) -> list[str]:
    """Where a string matches, as «file:line»."""
    return [
        f"{source.name}:{line}"
        for source in sources(*packages)
        for line, text in literals(source.tree)
        if pattern.search(text)
    ]


def imported(tree: ast.Module) -> Iterator[str]:
    """The top-level name of each import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def clock_reads(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The line and name of each reading of the wall clock, handed on or called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            name = ".".join(ast.unparse(node).split(".")[-2:])
            if name in CLOCK:
                yield node.lineno, name
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from ((node.lineno, alias.name) for alias in node.names if f"time.{alias.name}" in CLOCK)


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How long a function is without its signature and docstring."""
    body = function.body[1:] if is_sentence(function.body[0]) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def function_sizes() -> list[tuple[int, str]]:
    """Each function's length and place, longest first."""
    return sorted(
        (
            (body_lines(node), f"{source.name}:{node.lineno} {node.name}")
            for source in sources(*PACKAGES)
            for node in ast.walk(source.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ),
        reverse=True,
    )


def file_sizes() -> list[tuple[int, str]]:
    """Each file's lines and name, longest first."""
    return sorted(((source.text.count("\n"), source.name) for source in sources(*PACKAGES)), reverse=True)


def test_the_packages_have_one_order():
    """Every import points down the order of the five packages, and strangers stay strangers."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_domain_needs_the_standard_library_only():
    """The rules of the trade import nothing but each other and the standard library."""
    allowed = sys.stdlib_module_names | {"domain"}

    strangers = [
        (source.name, name) for source in sources("domain") for name in imported(source.tree) if name not in allowed
    ]

    assert strangers == []


def test_sql_is_in_storage_only():
    """Whoever wants to know what is asked of the database reads one package."""
    assert strings_with(SQL, *(set(PACKAGES) - {"storage"})) == []


def test_words_for_people_are_in_the_catalogues_only():
    """No file of the program says a Chinese word but those named above, each with its reason."""
    places = strings_with(CHINESE, *PACKAGES)

    assert [place for place in places if not any(fnmatch(place, f"{holder}:*") for holder in CHINESE_HOLDERS)] == []


def test_the_clock_is_read_in_one_place():
    """Time is handed down from the composition root, so that every test can choose it."""
    readers = [
        f"{source.name}:{line} {name}"
        for source in sources(*PACKAGES)
        if source.name not in READS_CLOCK
        for line, name in clock_reads(source.tree)
    ]

    assert readers == []


def test_the_database_is_not_asked_for_the_time():
    """No statement reads the database's own clock, which may differ from ours."""
    migrations = [path.name for path in ROOT.glob("storage/**/*.sql") if SQL_CLOCK.search(path.read_text("utf-8"))]

    assert strings_with(SQL_CLOCK, "storage") + migrations == []


def test_files_stay_small(note):
    """No file grows past the ceiling; the longest are named at the end of each run."""
    sizes = file_sizes()

    note("longest files: " + ", ".join(f"{name} {lines}" for lines, name in sizes[:3]))
    assert [size for size in sizes if size[0] > FILE_LINES_MAX] == []


def test_functions_stay_small(note):
    """Half of all functions are a handful of lines, nine in ten fit a glance, and none is a page."""
    functions = function_sizes()
    lines = [size for size, _ in functions]
    half, nine_in_ten = statistics.median(lines), statistics.quantiles(lines, n=10)[-1]

    note(f"{len(lines)} functions: half within {half:g} lines, nine in ten within {nine_in_ten:g}")
    note("longest functions: " + ", ".join(f"{place} {size}" for size, place in functions[:3]))
    assert [function for function in functions if function[0] > FUNCTION_LINES_MAX] == []
    assert half <= LINES_OF_HALF_MAX
    assert nine_in_ten <= LINES_OF_NINE_IN_TEN_MAX


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("x = datetime.now(UTC)", True),
        ("clock = time.time", True),
        ("from time import time", True),
        ("x = datetime.datetime.now()", True),
        ("x = clock.now()", False),
        ("x = time.monotonic()", False),
    ],
)
def test_a_reading_of_the_clock_is_recognised(line: str, found: bool):
    """The search for clocks knows the ways in which Python reads one."""
    assert bool(list(clock_reads(ast.parse(line)))) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT id\n  FROM outbox", True),
        ("INSERT INTO inbox VALUES (:id)", True),
        ("UPDATE requests SET state = :state", True),
        ("Select a window from the list", False),
        ("update", False),
    ],
)
def test_a_statement_is_told_from_a_sentence(text: str, found: bool):
    """The search for SQL finds statements and leaves English alone."""
    assert bool(SQL.search(text)) is found
