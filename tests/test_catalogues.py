"""The texts themselves: complete in every language, all of them in use, and in the voice we promise."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl

from domain.chat import Text
from handlers import ROUTES
from messages import BASE, LOCALES, Catalogue, raise_fault
from tests.families import ARGUMENTS, SAID, facts, families, of_pages

ROOT = Path(__file__).parent.parent
CODE = ("bot", "handlers", "domain", "storage", "messages")
PAGES = ("*.html", "*.js")
NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
CHARS_MAX = 900

# Ids which company.toml brings, in every language.
COMPANYS = ("company-name", "consent-purpose")
COMPANYS_PREFIXES = (
    *(
        "type-",
        "skill-",
        "category-",
        "product-",
        "symptom-",
        "danger-",
        "district-",
        "tag-",
        "check-",
        "reason-",
        "gift-",
    ),
)

# Pairs of a simplified character and its traditional form, of which neither is used in the other writing.
PAIRS = (
    "们們这這个個时時预預约約师師为為会會来來对對开開关關门門问問见見现現电電话話号號码碼请請说說说說让讓谁誰谢謝认認记記"
    "识識该該详詳语語误誤读讀课課调調试試诉訴评評证證设設访訪议議计計订訂许許论論装裝维維结結给給经經绍紹继繼续續级級纪紀"
    "约約组組细細终終线線练練网網罗羅缓緩编編缩縮总總换換损損据據护護报報择擇担擔拟擬扩擴执執应應实實审審写寫宽寬对對导導"
    "将將尽盡层層属屬岁歲币幣师師带帶帮幫库庫庆慶废廢张張强強归歸录錄忆憶态態怀懷恼惱惊驚惯慣愿願户戶扫掃挂掛据據数數断斷"
    "无無旧舊暂暫术術机機杂雜权權条條来來极極构構标標样樣树樹检檢楼樓横橫欢歡毁毀气氣汇匯沟溝没沒济濟测測浓濃涂塗润潤滚滾"
    "满滿滤濾灯燈点點热熱烂爛状狀独獨环環现現电電画畫畅暢疗療监監盘盤码碼确確离離种種称稱积積稳穩窗窗竞競笔筆签簽简簡类類"
    "紧緊纸紙结結统統绩績绿綠罢罷职職联聯脏髒脑腦节節虑慮补補装裝规規视視觉覺觸觸订訂训訓议議财財货貨质質购購贝貝负負责責"
    "费費资資赔賠赶趕车車转轉轮輪软軟轻輕载載较較输輸边邊达達过過运運还還进進远遠连連迟遲适適选選递遞邮郵邻鄰酱醬释釋里裡"
    "钟鐘钱錢钥鑰钮鈕铁鐵错錯锁鎖键鍵镜鏡长長闭閉间間闻聞阀閥阳陽阶階际際陆陸陈陳险險随隨隐隱难難静靜页頁项項顺順须須顾顧"
    "顿頓题題额額风風饭飯馆館马馬驱驅验驗鱼魚龙龍龄齡刚剛创創别別办辦务務动動劳勞单單卫衛厂廠厅廳压壓厨廚变變叠疊号號响響员員"
    "围圍国國图圖场場坏壞块塊坚堅墙牆声聲处處备備够夠头頭奖獎妈媽学學宝寶宾賓价價众眾优優伤傷传傳体體余餘侧側债債储儲儿兒兑兌"
    "内內册冊农農冲衝决決况況净淨减減几幾则則删刪区區协協参參双雙发發"
)  # fmt: skip
SAME_IN_BOTH = frozenset("里余")  # also traditional characters of their own
SIMPLIFIED = frozenset(PAIRS[::2]) - frozenset(PAIRS[1::2]) - SAME_IN_BOTH
TRADITIONAL = frozenset(PAIRS[1::2]) - frozenset(PAIRS[::2])

CJK = "\u3400-\u9fff"
HALF_WIDTH = re.compile(rf"[{CJK}][,;:?!]|[,;:?!][{CJK}]")
FULL_WIDTH = "\u3001\u3002\uff01-\uff5e"
EXCLAMATION = re.compile("[!\uff01]")


@dataclass(frozen=True, slots=True)
class Spoken:
    """``Text(…)`` somewhere in the code: the ids it can have, how an id that it puts together starts, and the
    names of its arguments (None where they are not written there).
    """

    where: str
    ids: tuple[str, ...]
    prefixes: tuple[str, ...]
    args: frozenset[str] | None


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def topics(locale: str) -> list[Path]:
    return sorted((ROOT / "messages" / locale).glob("*.ftl"))


@cache
def entries(locale: str) -> dict[str, ftl.Message]:
    """Every message of a language by id, as Fluent's own parser sees whole files."""
    bodies = [entry for path in topics(locale) for entry in FluentParser().parse(read(path)).body]
    return {entry.id.name: entry for entry in bodies if isinstance(entry, ftl.Message)}


def nodes(node: ftl.BaseNode) -> Iterator[ftl.BaseNode]:
    yield node
    for value in vars(node).values():
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, ftl.BaseNode):
                yield from nodes(child)


def wording(entry: ftl.Message) -> str:
    """All that a message may say, without its arguments."""
    return "".join(
        node.value for node in nodes(entry) if isinstance(node, ftl.TextElement | ftl.StringLiteral) and node.value
    )


@cache
def sources() -> dict[str, ast.Module]:
    paths = [path for package in CODE for path in sorted((ROOT / package).rglob("*.py"))]
    return {str(path.relative_to(ROOT)): ast.parse(read(path)) for path in paths}


# Ids which the code puts together, by how they begin: all of these must exist.
FAMILIES = families(sources().values())


@cache
def strings() -> frozenset[str]:
    """Every string constant of the code: ids in tables are among them."""
    found = [node for tree in sources().values() for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return frozenset(node.value for node in found if isinstance(node.value, str))


@cache
def pages() -> str:
    paths = [path for pattern in PAGES for path in sorted((ROOT / "bot" / "pages").rglob(pattern))]
    return "\n".join(read(path) for path in [*paths, *sorted((ROOT / "bot").glob("*.py"))])


@cache
def spoken() -> tuple[Spoken, ...]:
    return tuple(
        _spoken(f"{name}:{node.lineno}", node)
        for name, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text" and node.args
    )


def _spoken(where: str, call: ast.Call) -> Spoken:
    put_together = [node for node in ast.walk(call.args[0]) if isinstance(node, ast.JoinedStr)]
    pieces = {id(piece) for joined in put_together for piece in ast.walk(joined)}
    ids = [
        node.value
        for node in _results(call.args[0])
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in pieces
    ]
    starts = [joined.values[0].value for joined in put_together if isinstance(joined.values[0], ast.Constant)]
    return Spoken(where, tuple(ids), tuple(str(start) for start in starts), _names(call))


def _results(node: ast.expr) -> list[ast.expr]:
    """The expressions that may become the value of this one."""
    if isinstance(node, ast.IfExp):
        return [*_results(node.body), *_results(node.orelse)]
    return [node]


def _names(call: ast.Call) -> frozenset[str] | None:
    if len(call.args) == 1 and not call.keywords:
        return frozenset()
    given = call.args[1] if len(call.args) > 1 else None
    if not isinstance(given, ast.Dict):
        return None
    keys = [key.value if isinstance(key, ast.Constant) else None for key in given.keys]
    return None if None in keys else frozenset(str(key) for key in keys)


def companys(id: str) -> bool:
    return id in COMPANYS or id.startswith(COMPANYS_PREFIXES)


@cache
def needed() -> dict[str, dict[str, frozenset[str]]]:
    catalogue = Catalogue.load(on_fault=raise_fault)
    return {locale: catalogue.variables(locale) for locale in LOCALES}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_file_is_fluent(locale: str) -> None:
    """No part of a file is passed over as unreadable."""
    junk = [
        f"{path.name}: {entry.content}"
        for path in topics(locale)
        for entry in FluentParser().parse(read(path)).body
        if isinstance(entry, ftl.Junk)
    ]

    assert junk == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_catalogue_finds_all_that_the_files_hold(locale: str) -> None:
    """Reading message by message loses none that Fluent sees in the whole file."""
    assert set(needed()[locale]) == set(entries(locale))


@pytest.mark.parametrize("locale", [locale for locale in LOCALES if locale != BASE])
def test_every_language_says_the_same_things(locale: str) -> None:
    """The same topics, the same ids in them, and the same arguments for each."""
    assert [path.name for path in topics(locale)] == [path.name for path in topics(BASE)]
    assert set(needed()[locale]) - set(needed()[BASE]) == set()
    assert set(needed()[BASE]) - set(needed()[locale]) == set()
    # A language may do without the year or the week day of a date, never without what somebody else told us.
    assert {id: names for id, names in needed()[locale].items() if names != needed()[BASE][id]} == {}


def test_every_text_in_the_code_exists() -> None:
    """No handler says what the catalogue does not know."""
    absent = [f"{one.where} {id}" for one in spoken() for id in one.ids if id not in entries(BASE) and not companys(id)]

    assert absent == []


def test_every_text_in_the_code_has_its_arguments() -> None:
    """Where arguments are written beside an id, none that the text needs is missing."""
    missing = [
        f"{one.where} {id} {sorted(needed()[BASE][id] - one.args)}"
        for one in spoken()
        for id in one.ids
        if one.args is not None and id in entries(BASE) and needed()[BASE][id] - one.args
    ]

    assert missing == []


def test_every_id_that_the_code_puts_together_is_of_a_known_family() -> None:
    """An f-string as id needs a family here, so that its members can be counted."""
    strange = [
        f"{one.where} {prefix}"
        for one in spoken()
        for prefix in one.prefixes
        if not any(prefix.startswith(family) for family in FAMILIES) and not companys(prefix)
    ]

    assert strange == []


@pytest.mark.parametrize("prefix", FAMILIES)
def test_a_family_is_complete(prefix: str) -> None:
    """Every member has its words."""
    assert {prefix + member for member in FAMILIES[prefix]} - set(entries(BASE)) == set()


def test_a_family_asks_for_no_more_than_it_is_given() -> None:
    """No member needs an argument that the code does not hand to all of them."""
    known = facts(sources().values())
    greedy = [
        f"{prefix}{member} {sorted(needed()[BASE].get(prefix + member, frozenset()) - allowed)}"
        for prefix, members in FAMILIES.items()
        for member in members
        for allowed in [known[member] if prefix == "fact-" else ARGUMENTS.get(prefix, frozenset())]
        if prefix not in ("weekday-", "month-") and needed()[BASE].get(prefix + member, frozenset()) - allowed
    ]

    assert greedy == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_fact_is_a_label_and_a_value(locale: str) -> None:
    """So that a page can set the facts of a card in two columns."""
    catalogue = Catalogue.load(on_fault=raise_fault)
    said = {
        id: catalogue.render(locale, Text(id, fitting(entry)), NOW)
        for id, entry in entries(locale).items()
        if id.startswith("fact-")
    }

    assert [words for words in said.values() if not re.fullmatch(r"[^:\uff1a]{1,14}[:\uff1a] ?\S.*", words)] == []


def typed(locale: str) -> dict[str, list[str]]:
    """What people of a language may type, by the name of its intent."""
    return {name: re.split(r"\s*[,\uff0c]\s*", wording(entries(locale)[f"say-{name}"])) for name in SAID}


def test_a_typed_word_means_one_thing() -> None:
    """The same word in any language leads to one intent; words are kept as they are compared, in lower case."""
    meanings = {(word, name) for locale in LOCALES for name, words in typed(locale).items() for word in words}

    assert {word for word, _ in meanings if word != word.lower().strip(" .") or not word} == set()
    assert len(meanings) == len({word for word, _ in meanings})


def test_a_typed_word_leads_somewhere() -> None:
    """Each intent that can be typed has a route; «yes» answers a question."""
    intents = {route.intent for route in ROUTES}

    assert {name.replace("_", ".") for name in SAID} - intents == {"yes"}


def test_every_text_is_used() -> None:
    """No words for what is never said: each id stands in the code, in a page, in another text or in a family."""
    referred = {
        node.id.name
        for entry in entries(BASE).values()
        for node in nodes(entry)
        if isinstance(node, ftl.MessageReference)
    }
    members = {prefix + member for prefix, family in FAMILIES.items() for member in family}
    known = strings() | referred | members | of_pages(pages(), entries(BASE))
    idle = [id for id in entries(BASE) if id not in known]

    assert idle == []


def fitting(entry: ftl.Message) -> dict[str, Any]:
    """For each argument something of the kind that the message does with it."""
    args: dict[str, Any] = {node.id.name: "林" for node in nodes(entry) if isinstance(node, ftl.VariableReference)}
    for node in nodes(entry):
        if isinstance(node, ftl.SelectExpression) and isinstance(node.selector, ftl.VariableReference):
            args[node.selector.id.name] = 2
    for node in nodes(entry):
        if isinstance(node, ftl.FunctionReference) and isinstance(node.arguments.positional[0], ftl.VariableReference):
            args[node.arguments.positional[0].id.name] = 12345 if node.id.name in ("MONEY", "NUMBER") else NOW
    return args


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_can_be_said(locale: str) -> None:
    """With fitting arguments each gives words, not too many, and no invisible marks."""
    catalogue = Catalogue.load(on_fault=raise_fault)
    said = {id: catalogue.render(locale, Text(id, fitting(entry)), NOW) for id, entry in entries(locale).items()}

    assert {id for id, words in said.items() if not 1 <= len(words) <= CHARS_MAX} == set()
    assert {id for id, words in said.items() if re.search("[\u2066-\u2069\ue000\ue001]|TODO", words)} == set()


@pytest.mark.parametrize(("locale", "foreign"), [("zh-CN", TRADITIONAL), ("zh-Hant", SIMPLIFIED)])
def test_the_two_chinese_writings_do_not_mix(locale: str, foreign: frozenset[str]) -> None:
    """Not one character of the other writing."""
    ours = {id: entry for id, entry in entries(locale).items() if not id.startswith("language-")}  # each in its own
    mixed = {id: sorted(set(wording(entry)) & foreign) for id, entry in ours.items()}

    assert {id: found for id, found in mixed.items() if found} == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_nobody_is_shouted_at(locale: str) -> None:
    """Exclamation marks are for greetings alone."""
    loud = [id for id, entry in entries(locale).items() if EXCLAMATION.search(wording(entry))]

    assert [id for id in loud if not re.search("hello|welcome", id)] == []


@pytest.mark.parametrize("locale", ["zh-CN", "zh-Hant"])
def test_chinese_has_chinese_punctuation(locale: str) -> None:
    """Full-width commas, colons and question marks between Chinese words."""
    said = {id: wording(entry) for id, entry in entries(locale).items() if not id.startswith("say-")}

    assert [id for id, words in said.items() if HALF_WIDTH.search(words)] == []


def test_english_is_english() -> None:
    """No Chinese character in an English text, but for the names of the languages."""
    chinese = [id for id, entry in entries("en").items() if re.search(f"[{CJK}{FULL_WIDTH}]", wording(entry))]

    assert [id for id in chinese if not id.startswith(("language-", "list-"))] == []
