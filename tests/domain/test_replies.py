"""Short answers as people write them, in the scripts and languages they write, and what must not be taken for one."""

from __future__ import annotations

import time

import pytest

from domain.replies import (
    CHARS_MAX,
    agrees,
    all_done,
    another,
    as_before,
    no_more,
    nth,
    objects,
    same_one,
    scored,
    stars,
    unfixed,
    withheld,
    wrong,
)

YES = (
    "确认提交|对|对的|对的对的|没错|提交|好的谢谢|是的没错|ok!|OK|Okay|都对|沒錯|對的|確認|係|啱|冇問題|嗯嗯|就这样|可以的"
    "|yes please|looks good|that's right|correct, thanks|👍|👍🏽|行吧|没问题，提交吧|好的，麻烦师傅了|All correct."
)
NO_YES = (
    "不对|对了|对不起|可以吗|好像不对|电话错了|是吗|行不行|thanks|谢谢|yes but the phone is wrong|好的改一下时间|不是"
    "|没有|0|-1|🙂||no|not right"
)
DONE = "都做到了|全部做好了|检查过了|都检查好了|没问题|好的|ok|all done|everything is checked|已经确认过了|全做完了|👌"
NOT_DONE = "没做到|还没做完|换了阀芯|业主不在家|做到一半|not done|no|2|都没做|阀芯带走了|"
NO_PHOTOS = (
    "没有照片|不用|不发了|拍不了|没|No photos|没拍|暂时没有|冇相|影唔到|唔使|唔使喇|沒有照片|不用拍|就这些|发完了"
    "|好了|拍不到|不会拍|不方便拍|发不了|發不了|no|Nope|can't take photos|I don't have any"
    "|that's all|done|Sorry, no photos|later|师傅来了再看|没有图片|没有视频|不会发照片|照片发不了|等会再发"
    "|没照片，谢谢|不需要|没有，谢谢师傅|沒有，謝謝師傅"
)
NOTES = "没有热水|不用煤气|没有照片,是厨房水龙头|不亮|拍了|在厨房|no hot water|好像是阀门|没水|不漏||🙂"
UNFIXED = (
    "没修好|还在滴水|又漏了|水龙头还是在滴水|还是不行|還在漏|仲係漏水|未整好|没有修好|修不好|老问题|not fixed"
    "|still leaking|it's leaking again|isn't fixed|same problem|马桶又堵了|馬桶又堵了|还漏|又坏了|水龙头又开始滴了"
    "|还没好|没解决|仲漏|没弄好|still not working|依然滴水|没修好，还在滴|又滴水了|跟没修一样"
    "|冇整好|It still drips|The faucet is dripping again"
)
NOT_UNFIXED = (
    "衣柜门掉了,还有马桶堵了|修好了，谢谢|不漏了|好的|可以了，谢谢|厨房水龙头一直滴水|马桶堵了|又快又好|师傅很好，还帮我擦了地"
    "|什么时候来|还有个问题想问|没有问题|多少钱|I am still waiting for the invoice|灯不亮了"
    "|thanks again|师傅还在吗|你们还在上班吗"
)
BEFORE = "还是上次的地址|老地方|你们不是有我地址吗|同上|same as before|原来的地址|上次那个|跟上次一样|還是之前的地址"
WITHHELD = "不方便说|先报价再说|为什么要地址|why do you need that|later|以后再给|唔方便講"
ADDRESS = "张杨路500弄6号楼302室|陆家嘴花园3号|Flat 3B, Ocean Heights|环东村5组3号"
WRONG = {
    "phone": "电话错了|换个电话|電話錯咗|wrong phone|电话|号码不对",
    "home": "地址不对|地址|the address is wrong|門牌寫錯了",
    "window": "改一下时间|change the time|时间改到周六上午|日期錯了",
    "photos": "照片错了|wrong photo",
    "problem": "问题写错了",
    "": "不对|门禁密码2580|师傅几点来|好的|我想问一下你们公司的电话多少来着|",
}


def listed(said: str) -> list[str]:
    return said.split("|")


@pytest.mark.parametrize("said", listed(YES))
def test_a_yes(said: str):
    """«对», «没错，提交» and "looks good" agree."""
    assert agrees(said)


@pytest.mark.parametrize("said", listed(NO_YES))
def test_what_is_no_yes(said: str):
    """A no, a doubt and a yes with something else agree to nothing."""
    assert not agrees(said)


@pytest.mark.parametrize("said", listed(DONE))
def test_everything_is_done(said: str):
    """«都做到了» and «检查过了» confirm every point."""
    assert all_done(said)


@pytest.mark.parametrize("said", listed(NOT_DONE))
def test_what_confirms_nothing(said: str):
    """What was not done, and what else was, confirm no point."""
    assert not all_done(said)


@pytest.mark.parametrize("said", listed(NO_PHOTOS))
def test_there_are_no_photos(said: str):
    """«拍不了» and «就这些» end the question for photos."""
    assert no_more(said)


@pytest.mark.parametrize("said", listed(NOTES))
def test_what_is_said_beside_photos(said: str):
    """Words about the fault end nothing, though they say «没有»."""
    assert not no_more(said)


@pytest.mark.parametrize("said", listed(UNFIXED))
def test_as_bad_as_before(said: str):
    """«还在滴水», «又漏了», "still leaking"."""
    assert unfixed(said)


@pytest.mark.parametrize("said", listed(NOT_UNFIXED))
def test_nothing_came_back(said: str):
    """A new fault, thanks, and «还有» say nothing of what was repaired."""
    assert not unfixed(said)


@pytest.mark.parametrize("said", listed(BEFORE))
def test_a_home_that_we_know(said: str):
    """«老地方» means a home of theirs."""
    assert as_before(said)


@pytest.mark.parametrize("said", listed(WITHHELD))
def test_an_address_that_is_not_told(said: str):
    """Neither «不方便说» nor «先报价再说» says where."""
    assert withheld(said)
    assert not as_before(said)


@pytest.mark.parametrize("said", listed(ADDRESS))
def test_an_address(said: str):
    """Where somebody lives is neither as before nor withheld."""
    assert not as_before(said)
    assert not withheld(said)


@pytest.mark.parametrize(("name", "said"), [(name, one) for name, some in WRONG.items() for one in listed(some)])
def test_what_is_wrong(name: str, said: str):
    """What is to be changed is named, alone or with what is wrong about it."""
    assert wrong(said) == name


def test_something_is_wrong():
    """«不对» objects without saying to what."""
    assert [objects(said) for said in ("不对", "wrong", "好的")] == [True, True, False]


@pytest.mark.parametrize("said", listed("1|１|第一个|第一個|the first one|就用第一个|①|第1个|选1"))
def test_the_first_of_several(said: str):
    """A place in a list, however it is written."""
    assert nth(said) == 1


@pytest.mark.parametrize("said", listed("张杨路|100号||0|-1"))
def test_none_of_several(said: str):
    """A road, a house and what is below one are no place in a list."""
    assert nth(said) == 0


STARS = {
    5: "5分|五分|5星|５|五|满分|滿分|打5分|5/5|five stars|5 stars|⭐⭐⭐⭐⭐|五星|5 星|5分!",
    4: "给四分吧|4 out of 5",
    3: "★★★|三分",
    2: "两星|兩星",
    1: "一分|1",
    0: "10|10分|0|-1|6分|很好|50分|非常满意|5分，很好||⭐⭐⭐⭐⭐⭐",
}


@pytest.mark.parametrize(("count", "said"), [(count, one) for count, some in STARS.items() for one in listed(some)])
def test_stars(count: int, said: str):
    """A score of five in figures, characters, words and stars; what is no such score is none."""
    assert stars(said) == count


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("5分，师傅很准时。谢谢", (5, "师傅很准时。谢谢")),
        ("五星好评！裝得很好", (5, "裝得很好")),
        ("2 stars, he came late", (2, "he came late")),
        ("3分。\n漏了两天", (3, "漏了两天")),
        ("4分。", (4, "")),
        ("3分钟就修好了", (0, "")),
        ("5个师傅来的", (0, "")),
    ],
)
def test_a_score_and_words(said: str, found: tuple[int, str]):
    """What is said after a score is kept as it was written; three minutes are no score."""
    assert scored(said) == found


def test_the_same_or_another():
    """«就是那个» and «新问题»; «不是同一件» is another."""
    same, new = ("同一件", "就是那个", "the same"), ("新问题", "不是同一件", "a new one")
    assert [(same_one(said), another(said)) for said in same] == [(True, False)] * 3
    assert [(same_one(said), another(said)) for said in new] == [(False, True)] * 3


MANY = [
    "嗯",
    "谢",
    "没问题",
    "好的",
    "ok ",
    "y",
    "没修",
    "又",
    "not ",
    "still ",
    "5分,",
    "5分" + "," * 40_000,
    "再说",
    "第一",
]
READERS = [
    agrees,
    all_done,
    no_more,
    wrong,
    objects,
    as_before,
    withheld,
    nth,
    stars,
    scored,
    unfixed,
    another,
    same_one,
]
HUNG_S = 5.0  # of work of this thread; what can be read in one way only takes milliseconds


@pytest.mark.parametrize("many", MANY)
@pytest.mark.parametrize("begins", ["", "好", "没有"])
def test_much_of_the_same_does_not_hang(begins: str, many: str) -> None:
    """A word said over and over holds nobody up, whether it is as long as an answer may be or ten times a message."""
    for chars in (CHARS_MAX - 1, 40_000):
        said = (begins + many * (chars // len(many) + 1))[:chars] + "x"
        for read in READERS:
            start_s = time.thread_time()
            read(said)
            assert time.thread_time() - start_s < HUNG_S, read.__name__
