"""Wrong settings are refused at the start, each with one line that a shop manager understands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import ConfigError, Settings, env_example, load_company, load_settings
from domain.company import LOCALES, REASON_LISTS, words

ROOT = Path(__file__).parents[1]
COMPANY = (ROOT / "company.toml").read_text(encoding="utf-8")


def company_problems(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "company.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_company(path)
    return refused.value.problems


def replaced(old: str, new: str) -> str:
    assert old in COMPANY, "the starting company file no longer says this"
    return COMPANY.replace(old, new, 1)


def without_reasons(listed: str) -> str:
    head, *blocks = COMPANY.split("[[")
    return "[[".join([head, *(block for block in blocks if not block.startswith(f"reasons.{listed}]]"))])


KITCHEN = 'names = { zh-CN = "厨房", en = "Kitchen", zh-Hant = "廚房" }'

# what was done wrong, the file's text, the one line
WRONG_COMPANIES: list[tuple[str, Callable[[], str], str]] = [
    (
        "a name is missing in a language",
        lambda: replaced(KITCHEN, 'names = { zh-CN = "厨房", zh-Hant = "廚房" }'),
        "company.toml:categories 第 2 项 “厨房”:缺少英文名称 (names.en)",
    ),
    (
        "a setting is misspelt",
        lambda: replaced("first_answer_min =", "first_anwser_min ="),
        "company.toml:promises:不认识的设置 “first_anwser_min”,是不是想写 “first_answer_min”?",
    ),
    (
        "a whole part is misspelt",
        lambda: replaced("[visits]", "[visit]"),
        "company.toml:缺少 visits",
    ),
    (
        "a comma is missing",
        lambda: replaced('"09:00-12:00", "13:00-20:00"]', '"09:00-12:00" "13:00-20:00"]'),
        "company.toml:第 27 行第 25 个字附近写法不对(常见原因:少了引号、逗号或括号)",
    ),
    (
        "a quotation mark is not closed",
        lambda: replaced('gas_phone = "962777"', 'gas_phone = "962777'),
        "company.toml:第 13 行第 52 个字附近写法不对(常见原因:少了引号、逗号或括号)",
    ),
    (
        "a setting is written twice",
        lambda: replaced("days_ahead = 14", "days_ahead = 14\ndays_ahead = 15"),
        "company.toml:第 55 行的设置写了两次",
    ),
    (
        "two categories share a code",
        lambda: replaced(f'code = "kitchen"\n{KITCHEN}', f'code = "bathroom"\n{KITCHEN}'),
        "company.toml:categories 第 2 项 “厨房”:代号 “bathroom” 和第 1 项重复",
    ),
    (
        "a code is not a code",
        lambda: replaced(f'code = "kitchen"\n{KITCHEN}', f'code = "厨房"\n{KITCHEN}'),
        "company.toml:categories 第 2 项 “厨房”:代号 “厨房” 写法不对",
    ),
    (
        "a window ends before it starts",
        lambda: replaced('"11:00-13:00"', '"13:00-11:00"'),
        "company.toml:visits.windows 第 2 项 “13:00-11:00”:结束时间必须晚于开始时间:“13:00-11:00”",
    ),
    (
        "a window is no window",
        lambda: replaced('"11:00-13:00"', '"11点到13点"'),
        "company.toml:visits.windows 第 2 项 “11点到13点”:时间要写成 “09:00-11:00”,不能是 “11点到13点”",
    ),
    (
        "windows overlap",
        lambda: replaced('"11:00-13:00"', '"10:30-13:00"'),
        "company.toml:visits.windows:“09:00-11:00” 和 “10:30-13:00” 重叠了,或者没有按时间先后写",
    ),
    (
        "business hours overlap",
        lambda: replaced('tuesday = ["09:00-12:00"', 'tuesday = ["09:00-14:00"'),
        "company.toml:hours tuesday:“09:00-14:00” 和 “13:00-20:00” 重叠了,或者没有按时间先后写",
    ),
    (
        "the time zone does not exist",
        lambda: replaced("Asia/Shanghai", "Asia/Shangai"),
        "company.toml:company:没有这个时区:“Asia/Shangai”,是不是想写 “Asia/Shanghai”? (timezone)",
    ),
    (
        "the weekday does not exist",
        lambda: replaced("friday =", "fryday ="),
        "company.toml:hours:不认识的设置 “fryday”,是不是想写 “friday”?",
    ),
    (
        "the reminder is not before the deadline",
        lambda: replaced("first_answer_remind_min = 10", "first_answer_remind_min = 15"),
        "company.toml:promises:first_answer_remind_min(15)必须小于 first_answer_min(15):提醒要早于回答期限",
    ),
    (
        "a deadline alone is changed below its reminder's default",
        lambda: replaced("confirm_hours = 72", "confirm_hours = 24").replace("confirm_told_hours_before", "# ", 1),
        "company.toml:promises:confirm_told_hours_before(24)必须小于 confirm_hours(24):告诉客户要在自动确认之前",
    ),
    (
        "minutes are zero",
        lambda: replaced("offer_expires_min = 10", "offer_expires_min = 0"),
        "company.toml:promises:offer_expires_min 必须大于 0,现在是 0",
    ),
    (
        "minutes are negative",
        lambda: replaced("bind_code_min = 30", "bind_code_min = -30"),
        "company.toml:promises:bind_code_min 必须大于 0,现在是 -30",
    ),
    (
        "minutes are words",
        lambda: replaced("first_answer_min = 15", 'first_answer_min = "十五"'),
        "company.toml:promises:first_answer_min 要写成整数,不能是 “十五”",
    ),
    (
        "a symptom names an unknown danger",
        lambda: replaced('danger = "electricity"', 'danger = "elec"'),
        "company.toml:symptoms 第 2 项 “漏电冒烟打火”:没有代号为 “elec” 的危险 (danger)",
    ),
    (
        "a product names an unknown category",
        lambda: replaced('categories = ["bathroom", "kitchen", "plumbing"]', 'categories = ["bath"]'),
        "company.toml:products 第 1 项 “水龙头”:没有代号为 “bath” 的类别 (categories),是不是想写 “bathroom”?",
    ),
    (
        "a list of reasons is gone",
        lambda: without_reasons("decline"),
        "company.toml:reasons.decline:至少要写一个原因",
    ),
    (
        "a rejection offers nothing instead",
        lambda: "\n".join(
            line for line in COMPANY.splitlines() if not line.startswith("alternative = { zh-CN = \"请联系小区物业")
        ),
        ("company.toml:reasons.reject 第 3 项 “公共部位，归物业管”:"
        "缺少替代办法 (alternative),拒绝时要告诉客户还能怎么办"),
    ),
    (
        "an unknown placeholder",
        lambda: replaced("拨打燃气抢修电话 {gas_phone}", "拨打燃气抢修电话 {phone}"),
        "company.toml:dangers 第 1 项 “燃气泄漏”:不认识的 “{phone}”,只能写 {gas_phone}、{service_phone}、{company}",
    ),
    (
        "the advice is missing in a language",
        lambda: replaced("advice.en = \"Please stop the water first", "advice.eng = \"Please stop the water first"),
        "company.toml:dangers 第 3 项 “漏水”:缺少英文急救说明 (advice.en)",
    ),
    (
        "the category for everything else is gone",
        lambda: replaced('code = "other"', 'code = "misc"'),
        "company.toml:categories:不能没有代号为 “other” 的一项",
    ),
    (
        "a holiday is no date",
        lambda: replaced("2026-01-01,", '"元旦",'),
        "company.toml:hours.closed 第 1 项 “元旦”:“元旦” 不是日期,要写成 2026-10-01",
    ),
    (
        "more photos than an album holds",
        lambda: replaced("photos_max = 9", "photos_max = 20"),
        "company.toml:company:photos_max 最多是 9,现在是 20",
    ),
    (
        "a phone is no phone",
        lambda: replaced('service_phone = "400-820-6000"', 'service_phone = "请找老王"'),
        "company.toml:company:service_phone “请找老王” 写法不对",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "text", "line"), WRONG_COMPANIES, ids=[wrong for wrong, _, _ in WRONG_COMPANIES])
def test_a_wrong_company_file_is_refused(tmp_path: Path, wrong: str, text: Callable[[], str], line: str) -> None:
    """Each fault in the company file gives a line that says where it is and what would be right."""
    problems = company_problems(tmp_path, text())

    assert line in problems
    assert all("\n" not in problem and "pydantic" not in problem for problem in problems)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """Whoever made three mistakes reads three lines, not one after each start."""
    text = replaced("offer_expires_min = 10", "offer_expires_min = 0").replace("photos_max = 9", "photos_max = 0")
    text = text.replace(KITCHEN, 'names = { zh-CN = "厨房", en = "Kitchen" }')

    assert len(company_problems(tmp_path, text)) == 3


def test_an_absent_company_file_is_told(tmp_path: Path) -> None:
    """A missing file, a folder and a file in another encoding are each told as such."""
    for path, line in (
        (tmp_path / "none.toml", f"{tmp_path / 'none.toml'}:找不到这个文件"),
        (tmp_path, f"{tmp_path}:这个文件打不开"),
    ):
        with pytest.raises(ConfigError) as refused:
            load_company(path)
        assert refused.value.problems == [line]
    (tmp_path / "gbk.toml").write_bytes("# 公司设置".encode("gbk"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_company(tmp_path / "gbk.toml")


def test_the_starting_company_speaks_all_languages() -> None:
    """Every name in the starting file is there in every language, filled in, under an id the catalogue can hold."""
    company = load_company(ROOT / "company.toml")
    said = words(company)

    assert set(said) == set(LOCALES)
    assert all(set(said[locale]) == set(said["en"]) for locale in LOCALES)
    assert all(text and "{" not in text for texts in said.values() for text in texts.values())
    assert set(
        "category-kitchen product-faucet symptom-drip danger-leak-advice type-repair district-pudong tag-attitude "
        "reason-decline-busy reason-reject-not_ours-alternative consent-purpose company-name skill-plumber".split()
    ) <= set(said["en"])
    assert company.gas_phone in said["en"]["danger-gas-advice"]
    assert set(company.reasons) == set(REASON_LISTS)


def test_every_category_can_be_asked_about() -> None:
    """For each category there is a symptom to choose, and each skill it needs exists."""
    company = load_company(ROOT / "company.toml")
    skills = {skill.code for skill in company.skills}

    for category in company.categories:
        assert company.symptoms_of(category.code)
        assert set(category.skills) <= skills
    assert company.product("faucet") in company.products_of("kitchen")


# what was done wrong, the .env file, the one line
WRONG_SETTINGS = [
    ("a port beyond the last", "JIANGDAO_PORT=99999", "设置:JIANGDAO_PORT 最多是 65535,现在是 99999"),
    ("a port that is a word", "JIANGDAO_PORT=web", "设置:JIANGDAO_PORT 要写成整数,不能是 “web”"),
    (
        "a secret that is too short",
        "JIANGDAO_SECRET=hunter2",
        "设置:JIANGDAO_SECRET 太短,至少要 32 个字符;留空会自动生成一个",
    ),
    (
        "an unknown kind of database",
        "JIANGDAO_DATABASE_URL=mysql://root@db/x",
        "设置:JIANGDAO_DATABASE_URL 要以 sqlite:/// 或 postgresql:// 开头",
    ),
    (
        "a folder that cannot be written",
        "JIANGDAO_DATA_DIR=/proc/jiangdao",
        "设置:JIANGDAO_DATA_DIR 的文件夹 “/proc/jiangdao” 建不了或者写不进去,请检查权限和磁盘空间",
    ),
    (
        "a database in a folder that cannot be made",
        "JIANGDAO_DATABASE_URL=sqlite:////proc/jiangdao/x.db",
        "设置:JIANGDAO_DATABASE_URL 的文件夹 “/proc/jiangdao” 建不了或者写不进去,请检查权限和磁盘空间",
    ),
    (
        "the open network without https",
        "JIANGDAO_HOST=0.0.0.0",
        "设置:JIANGDAO_PUBLIC_URL 必须以 https:// 开头,只有在本机 (127.0.0.1) 试用时才可以用 http://",
    ),
    (
        "a public address without https",
        "JIANGDAO_PUBLIC_URL=http://chat.example.com",
        "设置:JIANGDAO_PUBLIC_URL 必须以 https:// 开头,只有在本机 (127.0.0.1) 试用时才可以用 http://",
    ),
    (
        "an address with a path",
        "JIANGDAO_PUBLIC_URL=https://example.com/chat",
        "设置:JIANGDAO_PUBLIC_URL “https://example.com/chat” 写法不对,要写成 https://chat.example.com,后面不带路径",
    ),
    ("a misspelt setting", "JIANGDAO_PROT=8081", "设置:不认识 “JIANGDAO_PROT”,是不是想写 “JIANGDAO_PORT”?"),
    (
        "an origin without its scheme",
        "JIANGDAO_EMBED_ORIGINS=https://a.example.com, b.example.com",
        "设置:JIANGDAO_EMBED_ORIGINS 里的 “b.example.com” 写法不对,要写成 https://www.example.com,后面不带路径",
    ),
    (
        "a token that lost its end",
        "JIANGDAO_TELEGRAM_TOKEN=123456789:AAE",
        "设置:JIANGDAO_TELEGRAM_TOKEN 写法不对,请从 @BotFather 那里整段复制,像 123456789:AAE… 这样",
    ),
    (
        "a Telegram that anybody on the way could read",
        "JIANGDAO_TELEGRAM_API_BASE=http://api.example.com",
        "设置:JIANGDAO_TELEGRAM_API_BASE 要写成 https://api.telegram.org 这样,后面不带路径;本机可以用 http://",
    ),
    (
        "a webhook that Telegram cannot reach",
        "JIANGDAO_TELEGRAM_WEBHOOK=true",
        "设置:JIANGDAO_TELEGRAM_WEBHOOK 要求 JIANGDAO_PUBLIC_URL 以 https:// 开头,Telegram 才能发过来",
    ),
    ("no time at all", "JIANGDAO_SHUTDOWN_MAX_S=0", "设置:JIANGDAO_SHUTDOWN_MAX_S 至少是 1,现在是 0"),
]


@pytest.mark.parametrize(("wrong", "env", "line"), WRONG_SETTINGS, ids=[wrong for wrong, _, _ in WRONG_SETTINGS])
def test_wrong_settings_are_refused(tmp_path: Path, wrong: str, env: str, line: str) -> None:
    """Each wrong setting gives one line that names it as it is written."""
    with pytest.raises(ConfigError) as refused:
        load_settings(written(tmp_path, env))

    assert refused.value.problems == [line]


def written(tmp_path: Path, env: str) -> Path:
    """A .env file whose data goes nowhere else."""
    names = {line.split("=")[0] for line in env.splitlines()}
    usual = {"JIANGDAO_DATA_DIR": tmp_path, "JIANGDAO_DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}
    rest = (f"{name}={value}" for name, value in usual.items() if name not in names)
    path = tmp_path / ".env"
    path.write_text("\n".join([env, *rest]), encoding="utf-8")
    return path


def test_settings_are_read_from_the_file(tmp_path: Path) -> None:
    """What the file says is used, lists are split at commas, folders are made, and the rest keeps its default."""
    env = "JIANGDAO_PORT=9000\nJIANGDAO_EMBED_ORIGINS=https://a.example.com/, https://b.example.com\nJIANGDAO_SECRET=\n"
    settings = load_settings(written(tmp_path, f"{env}JIANGDAO_DATA_DIR={tmp_path}/new/data"))

    assert settings.port == 9000
    assert settings.embed_origins == ("https://a.example.com", "https://b.example.com")
    assert settings.secret is None
    assert (tmp_path / "new" / "data").is_dir()
    assert settings.host == "127.0.0.1"


def test_the_environment_is_read(tmp_path: Path) -> None:
    """A variable of the process wins over the file, and a misspelt one is refused."""
    program = "from bot.config import load_settings; print(load_settings('.env').port)"
    written(tmp_path, "JIANGDAO_PORT=9000")

    def run(**more: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
        return subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    assert run(JIANGDAO_PORT="9001").stdout == "9001\n"
    assert "JIANGDAO_PROT" in run(JIANGDAO_PROT="9001").stderr


def test_a_secret_is_not_shown(tmp_path: Path) -> None:
    """Printing the settings, in a log or a traceback, does not give the secret away."""
    secret = "correct-horse-battery-staple-0123456789"

    assert secret not in repr(load_settings(written(tmp_path, f"JIANGDAO_SECRET={secret}")))


def test_the_example_lists_every_setting() -> None:
    """.env.example names every setting with its meaning and default, exactly as the code has them."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert example == env_example()
    assert all(field.description for field in Settings.model_fields.values())
    assert example.count("#JIANGDAO_") == len(Settings.model_fields)
