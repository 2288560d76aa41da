"""What the documents say is so: pages made from tables, commands, settings, paths and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import main, parser
from bot.config import Settings
from bot.diagram import states_page
from domain.people import Role
from domain.states import TRANSITIONS
from handlers import ROUTES
from handlers.turn import ADMINS, ANYONE, INSTALLERS, MANAGERS, STAFF, Where

ROOT = Path(__file__).parent.parent
DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
READMES = ("README.md", "README.zh-CN.md")

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SCRIPT = re.compile(r'<script src="[^"]*/static/([\w.]+)"')
MAKE = re.compile(r"(?<![\w/])make ([a-z][a-z-]+)\b")
COMMAND = re.compile(r"python -m bot ([a-z]+)((?: [\w./-]+)*)")
SETTING = re.compile(r"JIANGDAO_(\w+)")
CHAT_COMMAND = re.compile(r"`/([a-z]+)")
PATH = re.compile(r"`((?:bot|handlers|messages|storage|domain|tests|benchmarks|scripts|docs|deploy)/[\w./*-]*)`")
FINDING = re.compile(r"`[\u2717!] ([^`]+)`")
COMMAND_ROW = re.compile(r"^\| (\S+) \| `/([a-z]+)` \| [^|]+ \|([^|]*)\|$", re.MULTILINE)
PROMISE = re.compile(r"`(\w+_(?:hours|min|days|max|s))` in `company.toml`")
WHO = {
    **dict.fromkeys(("everybody", "谁都行"), ANYONE),
    **dict.fromkeys(("installers", "师傅"), INSTALLERS),
    **dict.fromkeys(("staff", "客服"), STAFF),
    **dict.fromkeys(("managers", "主管"), MANAGERS),
    **dict.fromkeys(("admins", "管理员"), ADMINS),
}
"""The first column of the table of commands."""


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def said(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Each match in any document, with the document's name."""
    for path in DOCS:
        for found in pattern.finditer(text(path)):
            yield path.name, found[1]


def code_of(document: str) -> str:
    """Only what stands between backticks or in a block of code: the rest is prose."""
    blocks = re.findall(r"```.*?```", document, re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`[^`\n]+`", document)])


def test_the_page_of_states_is_the_table(tmp_path: Path) -> None:
    """docs/states.md is what `python -m bot docs` makes of the table of transitions, to the byte."""
    assert main(["docs", "--folder", str(tmp_path)]) == 0

    assert (tmp_path / "states.md").read_bytes() == (ROOT / "docs" / "states.md").read_bytes()


def test_the_page_of_states_has_every_row() -> None:
    """Each transition is in the table of the page, and each change of state in its diagram."""
    page = states_page()

    for row in TRANSITIONS:
        assert f"| {row.before.value} | {row.action} | {row.after.value} |" in page
        arrow = rf"{row.before.value} --> {row.after.value}: .*\b{row.action}\b"
        assert row.before is row.after or re.search(arrow, page)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    """Every relative link and picture of a document is a file or folder of the project."""
    links = [link.partition("#")[0] for link in LINK.findall(text(path)) if "://" not in link]

    assert [link for link in links if link and not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_a_heading(path: Path) -> None:
    """Where a link names a place on a page, that page has a heading of this name."""
    links = [link.partition("#") for link in LINK.findall(text(path)) if "://" not in link]

    assert [
        place for page, _, place in links if place and place not in headings(path.parent / page if page else path)
    ] == []


def headings(path: Path) -> set[str]:
    """The names under which the headings of a page are linked: small letters, no marks, hyphens for spaces."""
    found = re.findall(r"^#+ (.+)$", text(path), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in found}


def test_paths_exist() -> None:
    """Every file or folder of ours that a document names is there."""
    assert [(name, path) for name, path in said(PATH) if not list(ROOT.glob(path.rstrip("/")))] == []


def test_targets_of_make_exist() -> None:
    """Every `make …` of a document is a target, and each target says in `make help` what it does."""
    targets = set(re.findall(r"^([a-z-]+):.*## ", text(ROOT / "Makefile"), re.MULTILINE))
    told = {(path.name, name) for path in DOCS for name in MAKE.findall(code_of(text(path)))}

    assert {one for one in told if one[1] not in targets} == set()
    assert {name for _, name in told} >= {"run", "test"}


def test_commands_of_the_bot_exist() -> None:
    """Every `python -m bot …` of a document is understood by the command line."""
    told = [(path.name, found[0]) for path in DOCS for found in COMMAND.finditer(code_of(text(path)))]
    assert len(told) >= 4

    for _, line in told:
        words = line.removeprefix("python -m bot ").split()
        assert parser().parse_args(words).command == words[0]


def test_settings_exist() -> None:
    """Every JIANGDAO_… of a document is a setting."""
    known = {name.upper() for name in Settings.model_fields}

    assert {(name, setting) for name, setting in said(SETTING) if setting not in known} == set()


def test_chat_commands_exist() -> None:
    """Every /command of a document is one that the bot answers."""
    known = {route.intent.removeprefix("command.") for route in ROUTES if route.intent.startswith("command.")}
    pages = {"chat", "static", "livez", "readyz", "metrics"} | {"data", "etc", "home", "opt", "root", "var"}  # folders

    assert {(name, word) for name, word in said(CHAT_COMMAND) if word not in known | pages} == set()


@pytest.mark.parametrize("name", ["channels.md", "channels.zh-CN.md"])
def test_every_chat_command_is_told_with_who_may_use_it(name: str) -> None:
    """The table of commands has a row for each one, with the role that it begins with and whether the group of staff
    may use it."""
    told = [
        (found[2], WHO[found[1]], bool(found[3].strip())) for found in COMMAND_ROW.finditer(text(ROOT / "docs" / name))
    ]
    commands = {route.intent for route in ROUTES if route.intent.startswith("command.")}

    assert sorted(told) == sorted(_served(intent) for intent in commands)


def _served(intent: str) -> tuple[str, frozenset[Role], bool]:
    """A command, who may use it in private, and whether the group of staff may; a group is bound by a manager."""
    routes = [route for route in ROUTES if route.intent == intent]
    private = [route.roles for route in routes if Where.PRIVATE in route.where]
    here = any(route.where & (Where.STAFF_GROUP if private else Where.ANY_GROUP) for route in routes)
    return intent.removeprefix("command."), frozenset().union(*private or [MANAGERS]), here


def test_promises_are_in_the_company_file() -> None:
    """A setting of the company that a document names is in the starting file."""
    company = text(ROOT / "company.toml")
    told = list(said(PROMISE))

    assert told
    assert [one for one in told if f"\n{one[1]} = " not in company] == []


def test_what_a_check_says_is_said() -> None:
    """The words by which a document explains a line of `python -m bot check` stand in the code."""
    code = "".join(text(path) for path in ROOT.glob("bot/**/*.py"))
    told = list(said(FINDING))

    assert told
    assert [one for one in told if one[1] not in code] == []


def test_what_an_alarm_says_is_said() -> None:
    """The words by which a document knows an alarm of the chat stand in the catalogue."""
    catalogue = "".join(text(path) for path in (ROOT / "messages" / "zh-CN").glob("*.ftl"))
    table = text(ROOT / "docs" / "operations.zh-CN.md").partition("| 它说 | 怎么办 |")[2].partition("\n\n")[0]
    told = [part.strip() for row in re.findall(r"^\| ([^|-]+) \|", table, re.MULTILINE) for part in row.split("…")]

    assert len(told) >= 5
    assert [part for part in told if part not in catalogue] == []


def test_embedding_loads_a_script_that_is_served() -> None:
    """The line that a company puts on its page names a static file of ours."""
    names = [name for _, name in said(SCRIPT)]

    assert names
    assert all((ROOT / "bot" / "pages" / "static" / name).exists() for name in names)


def test_both_readmes_name_the_same_commands() -> None:
    """Whoever reads the README in Chinese may do the same as whoever reads it in English."""
    english, chinese = (re.findall(r"^([^#\n]+?) *(?:#.*)?$", blocks(ROOT / name), re.MULTILINE) for name in READMES)

    assert english == chinese
    assert any(line.startswith("make run") for line in english)


def blocks(path: Path) -> str:
    """The lines of a document's blocks of code."""
    return "\n".join(re.findall(r"```\w*\n(.*?)```", text(path), re.DOTALL))


def test_both_readmes_lead_to_the_same_pages() -> None:
    """The READMEs refer to each other and to the same documents."""
    english, chinese = (set(LINK.findall(text(ROOT / name))) for name in READMES)

    assert english ^ chinese == set(READMES)
