"""`check` says of each thing whether it is right and, if not, what to do; against a strict Telegram over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram import ChatFullInfo, ChatMember, User, WebhookInfo

from bot.channels.telegram_check import Asked, findings, rights, webhook_state
from bot.checkup import checkup, passed
from bot.config import load_settings
from bot.findings import Finding, Mark
from domain.chat import Place
from storage.opening import open_database
from storage.store import Store
from tests.processes import command, free_port, furnish
from tests.telegram import FakeTelegram, Options

HOOK = "https://chat.example.com/telegram?v=1"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    """Telegram, with a private-mode bot as BotFather makes it."""
    async with FakeTelegram() as fake:
        yield fake


async def asked(fake: FakeTelegram, groups: tuple[object, ...] = (), hook: str = "", **more: Any) -> list[Finding]:
    """What is found with these groups of staff."""
    token = more.pop("token", fake.token)
    clock = more.pop("clock", now)
    return await findings(Asked(token, fake.base_url, hook, [str(one) for one in groups]), clock)


def of(mark: Mark, found: list[Finding]) -> str:
    """All lines with this mark."""
    return "\n".join(one.text for one in found if one.mark is mark)


async def test_all_is_well(fake: FakeTelegram) -> None:
    """A good token, polling, a right clock, and a bot that is admin of a forum: nothing to do."""
    group = fake.group("客服群", fake.user("Sam"), forum=True)
    await group.add_bot()

    found = await asked(fake, (group.id,))

    assert {one.mark for one in found} == {Mark.GOOD}
    assert "@jiangdao_test_bot" in found[0].text
    assert "客服群" in found[-1].text


async def test_a_wrong_token_is_one_line(fake: FakeTelegram) -> None:
    """Whoever copied the token wrongly reads where to get it, and nothing else."""
    (found,) = await asked(fake, token="7000000001:AAWrongWrongWrongWrongWrongWrongWrong")

    assert (found.mark, "@BotFather" in found.text) == (Mark.BAD, True)
    assert "AAWrong" not in found.text


async def test_a_network_that_is_down_is_one_line() -> None:
    """Nobody answers: one line with the server's name, whatever else would have been asked."""
    (found,) = await findings(Asked("1:x", f"http://127.0.0.1:{free_port()}", "", ["1", "2"]), now)

    assert (found.mark, "127.0.0.1" in found.text) == (Mark.BAD, True)


@pytest.mark.parametrize(("off_s", "word"), [(31, "快"), (-31, "慢"), (-5, "准确")])
async def test_a_wrong_clock_is_seen(fake: FakeTelegram, off_s: int, word: str) -> None:
    """Half a minute away from the server's time is told, with the direction."""
    found = await asked(fake, clock=lambda: now() + timedelta(seconds=off_s))

    assert word in "\n".join(one.text for one in found if "时钟" in one.text)
    assert passed(found) is (abs(off_s) < 30)


async def test_a_plain_member_in_privacy_mode_cannot_work(fake: FakeTelegram) -> None:
    """A bot that sees no plain messages of the group is told, with both ways out."""
    group = fake.group("客服群", fake.user("Sam"))
    await group.add_bot(admin=False)

    told = of(Mark.BAD, await asked(fake, (group.id,)))

    assert all(word in told for word in ("客服群", "群管理员", "/setprivacy"))


async def test_a_plain_member_without_privacy_mode_can() -> None:
    """With the mode off a member sees all, and nothing has to be done."""
    async with FakeTelegram(options=Options(privacy=False)) as fake:
        group = fake.group("客服群", fake.user("Sam"))
        await group.add_bot(admin=False)

        assert passed(await asked(fake, (group.id,)))


async def test_missing_rights_to_topics_are_a_hint(fake: FakeTelegram) -> None:
    """In a forum without the right to manage topics it works, with all requests in one place."""
    group = fake.group("客服群", fake.user("Sam"), forum=True)
    await group.add_bot()
    await group.rights("can_manage_chat", "can_delete_messages")

    found = await asked(fake, (group.id,))

    assert "话题" in of(Mark.LOOK, found)
    assert passed(found)


async def test_a_group_that_the_bot_is_not_in(fake: FakeTelegram) -> None:
    """Removed from its group, unknown there, or moved with the group: each says what to do."""
    sam = fake.user("Sam")
    left, moved = fake.group("旧群", sam), fake.group("升级群", sam)
    for group in (left, moved):
        await group.add_bot()
    old = moved.id
    await left.remove_bot()
    await moved.migrate()

    found = await asked(fake, (left.id, -100999, old))

    assert of(Mark.BAD, found).count("/bindcode") == 2
    assert "超级群" in of(Mark.LOOK, found)


async def test_no_group_yet_is_a_hint(fake: FakeTelegram) -> None:
    """Before a group is bound, the way to bind one is told."""
    found = await asked(fake)

    assert "/bindcode" in of(Mark.LOOK, found)
    assert passed(found)


ME = {"id": 7, "is_bot": True, "first_name": "匠到", "username": "x_bot", "can_read_all_group_messages": False}
GROUP = {
    "id": -1, "type": "supergroup", "title": "客服群", "accent_color_id": 0, "max_reaction_count": 1,
    "accepted_gift_types": dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    ),
}  # fmt: skip


RESTRICTABLE = (
    "can_edit_tag", "can_react_to_messages", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_send_messages", "can_send_polls",
    "can_send_other_messages", "can_add_web_page_previews", "can_manage_topics", "can_send_audios",
    "can_send_documents", "can_send_photos", "can_send_videos", "can_send_video_notes", "can_send_voice_notes",
)  # fmt: skip


def test_a_public_group_is_no_staff_group() -> None:
    """Whoever finds a public group reads along: it has to be made private."""
    group, me = ChatFullInfo.de_json({**GROUP, "username": "open"}, None), User.de_json(ME, None)
    member = ChatMember.de_json({"status": "creator", "user": ME, "is_anonymous": False}, None)

    assert ["公开" in one.text for one in rights(group, member, me) if one.mark is Mark.BAD] == [True]


async def test_a_group_in_which_the_bot_may_not_write(fake: FakeTelegram) -> None:
    """Where members may not write and the bot is no admin, nothing of ours arrives: that is told, with the way out."""
    group = fake.group("客服群", fake.user("Sam"))
    await group.add_bot()
    group.chat.muted = True
    await group.rights("can_manage_chat")
    assert "不能发言" not in of(Mark.BAD, await asked(fake, (group.id,)))

    await group.rights()

    assert "不能发言" in of(Mark.BAD, await asked(fake, (group.id,)))


@pytest.mark.parametrize("may", [True, False])
def test_a_bot_that_is_silenced(may: bool) -> None:
    """Restricted, the bot may be in a group and not write there."""
    group, me = ChatFullInfo.de_json(GROUP, None), User.de_json(ME, None)
    may_not = dict.fromkeys(RESTRICTABLE, may)
    restricted = {"status": "restricted", "user": ME, "is_member": True, "until_date": 0, **may_not}

    found = of(Mark.BAD, rights(group, ChatMember.de_json(restricted, None), me))

    assert ("不能发言" in found) is not may


def webhook(**more: Any) -> WebhookInfo:
    """What Telegram says of a webhook."""
    info = {"url": HOOK, "has_custom_certificate": False, "pending_update_count": 0}
    return WebhookInfo.de_json({**info, **more}, None)


LATELY = int((datetime(2026, 3, 2, tzinfo=UTC) - timedelta(minutes=5)).timestamp())
WEBHOOKS = {
    "as it should be": (webhook(), HOOK, [Mark.GOOD]),
    "polled": (webhook(url=""), "", [Mark.GOOD]),
    "not set yet": (webhook(url=""), HOOK, [Mark.LOOK]),
    "set, but polled": (webhook(), "", [Mark.LOOK]),
    "many wait": (webhook(pending_update_count=101), HOOK, [Mark.GOOD, Mark.LOOK]),
    "refused lately": (webhook(last_error_date=LATELY, last_error_message="502"), HOOK, [Mark.GOOD, Mark.BAD]),
    "refused long ago": (webhook(last_error_date=LATELY - 7200, last_error_message="502"), HOOK, [Mark.GOOD]),
}


@pytest.mark.parametrize(("info", "hook", "marks"), WEBHOOKS.values(), ids=WEBHOOKS)
def test_the_webhook_fits_the_mode(info: WebhookInfo, hook: str, marks: list[Mark]) -> None:
    """Where updates go, how many wait, and whether they arrived lately."""
    assert [one.mark for one in webhook_state(info, hook, datetime(2026, 3, 2, tzinfo=UTC))] == marks


async def test_the_whole_check_finds_the_bound_group(fake: FakeTelegram, tmp_path: Path, database_url: str) -> None:
    """Settings, company, database, disk, address and Telegram in one list, with the group from the database, also
    while a bot has it open."""
    group = fake.group("客服群", fake.user("Sam"))
    settings = load_settings(
        env_file=None,
        data_dir=tmp_path / "data",
        database_url=database_url,
        company_file=furnish(tmp_path) / "company.toml",
        telegram_token=fake.token,
        telegram_api_base=fake.base_url,
    )
    place = Place("telegram", str(group.id))
    database = await open_database(database_url, connections=1)
    try:
        await database.transact(lambda connection: Store(connection).groups.bind(place, "staff", "zh-CN", "p1", now()))
        alone = await checkup(settings, now)
    finally:
        await database.close()
    await group.add_bot()
    good = await checkup(settings, now)

    assert str(group.id) in of(Mark.BAD, alone)
    assert passed(good)
    assert [one.text for one in good if "匠到家装服务" in one.text]
    assert "客服群" in of(Mark.GOOD, good)


def test_the_command_fails_when_something_is_wrong(tmp_path: Path) -> None:
    """Exit code 2 with a ✗ among the lines; the others are told all the same, and the token never."""
    token = "123456789:AAEcanarycanarycanarycanarycanarycana"
    checked = command(tmp_path, "check", telegram_token=token, telegram_api_base=f"http://127.0.0.1:{free_port()}")

    assert checked.returncode == 2
    assert [line[0] for line in checked.stdout.splitlines()] == ["✓", "✓", "✓", "!", "✗"]
    assert "canary" not in checked.stdout + checked.stderr
