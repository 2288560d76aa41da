"""What comes again has one effect and the same answer; what is different is told apart, with a number or without."""

from __future__ import annotations

from pathlib import Path

from tests.wechat.office import Office, office
from tests.wechat.platform import NOTICE, Options
from tests.wechat.test_story import DRIP

PATIENT = Options(answer_s=60.0, hangs_up=False)
LATE_S = 5.0  # as long as the platform really waits


async def inbox(here: Office) -> list[str]:
    """What was taken from WeChat, as it is known here."""
    rows = await here.store(
        lambda store: store.connection.all("SELECT id FROM inbox WHERE channel = 'wechat' ORDER BY id")
    )
    return [row["id"] for row in rows]


async def owed(here: Office) -> int:
    """How many messages to WeChat there ever were."""
    row = await here.store(
        lambda store: store.connection.one("SELECT count(*) AS count FROM outbox WHERE channel = 'wechat'")
    )
    return int(row["count"])


async def test_three_overlapping_attempts_have_one_effect_and_the_same_answer(
    database_url: str, tmp_path: Path
) -> None:
    """After a slow handler all three are answered alike, the person reads it once, and nothing is sent beside it."""
    async with office(database_url, tmp_path, PATIENT) as here:
        hana = here.fake.follower("hana")
        await here.thrice(hana.says(DRIP))
        await here.settle()
        await here.fake.until(lambda: len(here.fake.journal.of("late")) == 2)
        [post] = hana.reads
        assert post.by == "answer"
        assert {one.text for one in here.fake.journal.of("late")} == {post.text}
        assert [one.attempt for one in here.fake.journal.of("delivered", taken=True)] == [3]
        assert len(await inbox(here)) == await owed(here) == 1
        assert here.fake.journal.of("sent") == []
        assert hana.left() == {"message": 5, "touch": 0}


async def test_an_answer_that_got_lost_on_its_way_is_the_same_again(database_url: str, tmp_path: Path) -> None:
    """What was answered and kept as given is answered alike when it is delivered once more, also an hour later."""
    async with office(database_url, tmp_path) as here:
        hana = here.fake.follower("hana")
        [post] = await here.says(hana, DRIP)
        for delta in (0, 5, 3600):
            here.watch.move(delta)
            again = await here.fake.again(here.fake.acts[-1])
            assert again is not None
            assert again.text == post.text
        await here.settle()
        assert len(hana.reads) == len(await inbox(here)) == await owed(here) == 1


async def test_what_nobody_waited_for_is_sent_once(database_url: str, tmp_path: Path) -> None:
    """When all three attempts were given up, the answer comes within the window, once; it is never lost."""
    async with office(database_url, tmp_path, PATIENT) as here:
        hana = here.fake.follower("hana")
        await here.thrice(hana.says(DRIP), wait_s=LATE_S)
        await here.fake.until(lambda: len(here.fake.journal.of("late")) == 3)
        here.given = False
        await here.settle()
        assert [(post.by, post.text == NOTICE) for post in hana.reads] == [("notice", True), ("service", False)]
        assert len(await inbox(here)) == await owed(here) == 1
        assert hana.left() == {"message": 4, "touch": 0}


async def test_an_event_without_a_number_comes_again_as_the_same(database_url: str, tmp_path: Path) -> None:
    """A follow that is delivered three times greets once."""
    async with office(database_url, tmp_path, PATIENT) as here:
        hana = here.fake.follower("hana", following=False)
        await here.thrice(hana.follow())
        await here.settle()
        assert [post.by for post in hana.reads] == ["answer"]
        assert len(await inbox(here)) == await owed(here) == 1


async def test_events_of_one_second_are_told_apart(database_url: str, tmp_path: Path) -> None:
    """Scans of two codes, a tap, leaving and coming back within the same second: five things that happened."""
    async with office(database_url, tmp_path, Options(ordered=True)) as here:
        await here.menu()
        hana = here.fake.follower("hana")
        for scene in ("shop_1", "shop_2"):
            here.fake.code(scene)
            await hana.scan(scene)
        await hana.menu(here.words("wechat-menu-status"))
        await hana.unfollow()
        await hana.follow()
        await here.settle()
        assert len(await inbox(here)) == 5
        assert len({act.fields["CreateTime"] for act in here.fake.acts}) == 1
        assert len([post for post in hana.reads if post.by == "answer"]) == 4


async def test_who_has_left_is_written_nothing_until_they_are_back(database_url: str, tmp_path: Path) -> None:
    """An unsubscribe is no message: nothing is answered, nothing is sent, and after a follow it goes on."""
    async with office(database_url, tmp_path, strict=False) as here:
        hana = here.fake.follower("hana")
        await here.says(hana, DRIP)
        await here.after(hana, hana.unfollow())
        assert [one.answer for one in here.fake.journal.of("delivered")] == ["reply", "success"]
        said = await here.after(hana, hana.follow())
        assert [post.by for post in said] == ["answer"]
        assert here.fake.journal.of("refused") == []


async def test_the_very_same_bytes_again_are_taken_when_they_were_not_before(database_url: str, tmp_path: Path) -> None:
    """If the platform does not seal an attempt anew, an attempt after a fault is no forgery."""
    options = Options(answer_s=60.0, hangs_up=False, same_again=True)
    async with office(database_url, tmp_path, options) as here:
        hana = here.fake.follower("hana")
        await here.thrice(hana.says(DRIP))
        await here.settle()
        assert [post.by for post in hana.reads] == ["answer"]
        await here.fake.until(lambda: len(here.fake.journal.of("late")) == 2)
        assert {one.status for one in here.fake.journal.of("late")} == {200}


async def test_words_of_every_kind_pass_unharmed(database_url: str, tmp_path: Path) -> None:
    """What a homeowner writes comes to staff as it was written, and what staff write to them."""
    async with office(database_url, tmp_path) as here:
        hana = here.fake.follower("hana")
        for text in ("]]>", "<a href='x'>&amp;</a>", "😀👨‍👩‍👧", "\u202eשלום", "*_`[", "长" * 600):
            said = await here.says(hana, text)
            assert [post.by for post in said][:1] == ["answer"], said
            assert here.fake.acts[-1].fields["Content"] == text
