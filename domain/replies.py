"""What short answers mean, in whatever words: «拍不了», «都对», «电话错了», «还是老地方», «五分», «还在滴水».

For zh-CN, zh-Hant, the spoken Cantonese of Hong Kong, and en. Each rule asks for the whole of a text, so that a
sentence which says more is never taken for less; ``unfixed`` and ``wrong`` look within one. What may stand there
several times can be read in one way only: a text of one word repeated would else take minutes.
"""

from __future__ import annotations

import re

from domain.choices import number
from domain.folding import fold

CHARS_MAX = 40
"""What is longer is no short answer."""

STARS_MAX = 5

_PICTURES = "(?:照片|相片|图片|视频|影片|图|相|片|照)"
_LEADING = "(?:我家?|这[边里次]|现在|暂时?|目前|真的|实在|都|也|先|就|还|手机)*"
_TRAILING = "(?:[了啊呀哦吧啦喇呢的嘛哈 ]|多?谢[你您]?|师傅|麻烦[你您]?|唔该)*"
_SHOOT = "(?:发|拍|传|影|上传|弄)"

_NO_MORE = re.compile(
    f"{_LEADING}(?:(?:没有?|冇|无){_SHOOT}?{_PICTURES}?{_SHOOT}?|[不唔](?:用|需要|要|必|想|使)?{_SHOOT}?{_PICTURES}?"
    f"|{_PICTURES}?{_SHOOT}(?:不|唔)(?:了|到|成|出来|上来|清楚?){_PICTURES}?"
    f"|{_PICTURES}?(?:没法|冇办法|没办法|[不唔](?:会|方便|好|能|便|识得?)){_SHOOT}?{_PICTURES}?"
    f"|这些|这样|这几张|这么多|只有这些|够|可以|好|完成?|{_SHOOT}[好完]"
    f"|(?:以后|等会儿?|等一?下|回头|晚点|迟啲|改天)再?(?:{_SHOOT}|说|补)?{_PICTURES}?"
    f"|(?:师傅)?(?:来了?|上门|到了?|见面)再[看说]){_TRAILING}"
    "|(?:sorry )?(?:no|nope|none|nothing|no thanks|no thank you|(?:i have |there are )?(?:no|none|no more)"
    "(?: (?:photos?|pictures?|pics?|images?|videos?))?(?: (?:now|sorry))?"
    "|(?:i )?(?:cant|cannot|can not|couldnt|wont|dont|do not|didnt) (?:take|send|upload|have|want)"
    "(?: (?:any|a|an|one|it|them|to|photos?|pictures?|pics?|videos?|now))*"
    "|not (?:now|needed|necessary|possible)|no need|(?:thats|that is) (?:all|it)|done|finished|all sent"
    "|(?:maybe )?later|skip it)(?: thanks| thank you)?"
)

_FILLING = "都|全|就|这样|[了啊呀哦吧啦滴哈的喇噶嘅㗎]|谢谢[你您]?|多谢|感谢|唔该|麻烦[你您]?|师傅|辛苦"
_YES = "是|系|对|没错|冇错|冇问题|无误|正确|啱|好|可以|行|得|嗯|确认|确定|提交|同意|就这样|没有?问题"
_AGREES = re.compile(f"(?:(?:{_FILLING}) ?)*(?:{_YES})(?: ?(?:{_YES}|{_FILLING}))*")
_AGREES_EN = re.compile(
    "(?:(?:ok|okay|yes|yep|yeah|yup|y|sure|right|correct|confirm|confirmed|submit|fine|good|great|perfect|agreed"
    "|all good|all right|alright|all correct|looks good|(?:thats|that is|its|it is|everything is|all is) (?:right|"
    "correct|fine|good|ok|okay)|go ahead|send it|submit it|please|thanks|thank you) ?)+"
)
_ONLY_POLITE = frozenset({"对了", "please", "thanks", "thank you"})
_THUMBS = re.compile("(?:[👍👌✅🆗✔☑💯][\U0001f3fb-\U0001f3ff\ufe0f]? ?)+")

_ALL_DONE = re.compile(
    "(?:都|全部|全|已经|已|晒)*+(?:做到|做好|做完|弄好|弄完|搞定|搞掂|检查好|检查过|检查|确认过|确认|完成|做晒)(?:好|过|晒|[了啦喇的])*+"
    "|(?:its |it is |everything(?:s| is)? )?(?:all )?(?:done|checked|confirmed)"
)

_WRONG = re.compile(
    "错|不对|不是这|有误|改|换|搞混|唔啱|唔系|重新|更正|\\b(?:wrong|incorrect|not right|not correct|change|edit|fix"
    "|mistake|another|different|update)\\b"
)
_NAMED = {
    "phone": re.compile("电话|号码|手机|联系方式|\\b(?:phone|number|mobile|tel)\\b"),
    "home": re.compile("地址|门牌|楼号|楼栋|房号|小区|住址|\\b(?:address|flat|building|home|house)\\b"),
    "window": re.compile("时间|时段|日期|日子|钟点|上门日|\\b(?:time|date|day|window|slot)\\b"),
    "problem": re.compile("问题|描述|内容|说明|情况|\\b(?:problem|description)\\b"),
    "photos": re.compile("照片|图|视频|相片|\\b(?:photos?|pictures?|pics?|videos?)\\b"),
}
_NAME_CHARS_MAX = 6
_NAME_CHARS_EN_MAX = 14
"""How long a text may be that says which of its parts is meant by naming it alone: «电话», "the address"."""

_AS_BEFORE = re.compile(
    "上一?次|上回|老地方|老地址|旧地址|原来|原先|之前|以前|同上|照旧|一样|不变|没变|还是那|还系|同之前|老样子"
    "|[有知]道?(?:了|过)?我?们?的?(?:家的?)?地址|登记[的过]|留过|知道我?家|填过|系统里|你们有|你哋有"
    "|\\b(?:same|as before|last time|as usual|previous|usual|you have (?:it|my|the)|you know|on file)\\b"
)
_WITHHELD = re.compile(
    "不方便|唔方便|不想|唔想|不愿|不说|唔讲|不告诉|不给|不知道|唔知|保密|隐私|先报|报价|报个价|价格|价钱|多少钱|几钱|费用"
    "|再说|再讲|再给|以后|稍后|晚点|等会|等下|迟啲|回头|为什么|为啥|点解|干嘛|干吗|做咩|凭什么|一定要|必须|可以不|能不能"
    "|\\b(?:later|why|price|cost|quote|private|privacy|rather not|not now|how much|tell you|want to|prefer)\\b"
)

_FIVE = "[1-5一二两三四五]"
_STARS = re.compile(f"(?:我|给|打|评|就|必须)*({_FIVE})(?: ?(?:分|[颗个粒]?星|stars?|points?)(?:好评|吧|了|啦)?)?")
_COUNTED = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_SCORED = re.compile(
    f"(?:我|给|打|评)*({_FIVE}) ?(?:分|[颗个粒]?星|stars?)(?:好评)?[\\s,.!~;:\u3002]++(?=.*\\w)", re.DOTALL
)
_OF_FIVE = re.compile(r"([1-5]) ?(?:/|out of|of) ?5(?: stars?)?")
_SPELLED = re.compile(r"(one|two|three|four|five)(?: stars?| points?)?(?: out of five)?")
_FULL = re.compile("(?:给|打)?(?:满分|全五星|满星|五星好评|full marks|top marks)(?:好评)?")

_ORDINAL = re.compile(
    "(?:选|用|就|要)*第? ?([0-9]{1,2}|[一二三四五六七八九十]{1,2})(?:个|处|套|家|项|间)?(?:地址|房子|吧|的)*"
)
_ORDINAL_EN = re.compile(r"(?:the )?(first|second|third)(?: one| address| home)?")
_ORDINALS_EN = {"first": 1, "second": 2, "third": 3}

_UNFIXED = re.compile(
    "(?:没|没有|未|冇|唔|不算|并没|根本没)(?:给我|帮我)?(?:修|弄|搞|整|装|处理|解决|完全|彻底)+(?:好|掂|妥|成|干净|完|到位)?"
    "|(?:修|弄|搞|整|装)(?:不|唔)好|(?:还|仍|都|依然|仍然)(?:没|未|冇)(?:有)?(?:好|得|修|弄|搞|整|解决|处理)"
    "|(?:还|仍然?|依然|照样|继续|依旧|仲)(?:是|系|在|喺|会)(?!.{0,6}(?:谢|好用|不错|满意|吗|么|呢|问|路上|上班|营业))"
    "|(?:还|仍然?|依然|照样|仲)(?:漏|滴|坏|堵|跳|响|渗|松|冒|臭|不(?!错|用|急|知|好意思|满))"
    "|(?:^|[,. 的了])又(?!快|好|便宜|干净)|(?:马桶|龙头|水|灯|门|管|锁|电|墙|砖|阀|漏|柜|机|器|盖|头|座|关|匣|闸)又"
    "|老问题|老毛病|老样子|白修|返修|重新修|再来一趟|再来修|跟没修一样|没用|没效果|没变化"
    r"|\b(?:not|isnt|wasnt|hasnt been|havent|never|didnt)(?: been| really| properly| get)* (?:fix|solve|repair)"
    r"(?:ed|d)?\b|\bstill\b(?! waiting)|\b(?:leaks?|leaking|drips?|dripping|broke|broken|happen(?:ed|s|ing)?|happening|"
    r"blocked|stuck|trips?|loose|smells?|come|came|back) again\b|^again\b|\bsame (?:problem|issue|fault|thing)\b"
    r"|\bcame back\b|\bback again\b|\bno better\b|\bdidnt (?:help|work)\b|\bdoesnt work\b"
)
_ANOTHER = re.compile("新|另|别的|其他|其它|不是(?:同|一|那|这)|不同|\\b(?:new|another|different|other|else)\\b")
_SAME_ONE = re.compile(
    "同一|同样|一样|就是(?:那|这|它|上)|补充|那一?[单个张]|这一?[单个张]|原来|\\b(?:same|add|that one|this one)\\b"
)
_FIXED_NOW = re.compile(
    "(?<!还)不(?:漏|滴|堵|跳|响|渗|松|臭)了|(?<!没)(?<!没有)修好了|没问题|好用|\\b(?:all good|works (?:well|fine))\\b"
)


def agrees(said: str) -> bool:
    """Whether this is a yes and nothing else: «对», «没错，提交», «好的谢谢», "ok!", «👍»."""
    text = _bare(said)
    if len(text) > CHARS_MAX or text in _ONLY_POLITE:
        return False
    return bool(_AGREES.fullmatch(text) or _AGREES_EN.fullmatch(text) or _THUMBS.fullmatch(said.strip()))


def all_done(said: str) -> bool:
    """Whether everything that was asked about is done: «都做到了», «检查过了», «没问题», "all done"."""
    text = _bare(said)
    return agrees(said) or (len(text) <= CHARS_MAX and bool(_ALL_DONE.fullmatch(text)))


def no_more(said: str) -> bool:
    """Whether whoever is asked for photos has none, or no more: «没有照片», «不用», «拍不了», «就这些»."""
    text = _bare(said)
    return 0 < len(text) <= CHARS_MAX and bool(_NO_MORE.fullmatch(text))


def wrong(said: str) -> str:
    """What is to be changed: «phone», «home», «window», «problem» or «photos»; empty if that is not said.

    «电话错了» says so, and so does «电话» alone.
    """
    text = _bare(said)
    found = next((name for name, words in _NAMED.items() if words.search(text)), "")
    alone = len(text) <= (_NAME_CHARS_EN_MAX if text.isascii() else _NAME_CHARS_MAX)
    return found if alone or _WRONG.search(text) else ""


def objects(said: str) -> bool:
    """Whether something is said to be wrong, whatever it is: «不对», «要改一下»."""
    return bool(_WRONG.search(_bare(said)[:CHARS_MAX]))


def as_before(said: str) -> bool:
    """Whether a home is meant that we know: «还是上次的地址», «你们不是有我地址吗», "same as last time"."""
    return bool(_AS_BEFORE.search(_bare(said)))


def withheld(said: str) -> bool:
    """Whether somebody would rather not tell, or not yet: «不方便说», «先报价再说», "why do you need it"."""
    return bool(_WITHHELD.search(_bare(said)))


def nth(said: str) -> int:
    """Which of several is meant, from 1: «1», «第二个», "the first one"; 0 if that is not said."""
    text = "" if _below_zero(said) else _bare(said)
    if found := _ORDINAL_EN.fullmatch(text):
        return _ORDINALS_EN[found[1]]
    found = _ORDINAL.fullmatch(text)
    return (number(found[1]) if found else number(said)) or 0


def _below_zero(said: str) -> bool:
    return said.strip().startswith(("-", "\u2212"))


def stars(said: str) -> int:
    """How many of five: «5分», «五星», «打4分吧», "5/5", "five stars", «⭐⭐⭐»; 0 if that is not said."""
    drawn = said.strip().replace("\ufe0f", "")
    if _below_zero(said):
        return 0
    if drawn and set(drawn) <= set("⭐★🌟"):
        return len(drawn) if len(drawn) <= STARS_MAX else 0
    if found := _OF_FIVE.fullmatch(fold(said).strip(" .!")):
        return int(found[1])
    text = _bare(said)
    if _FULL.fullmatch(text):
        return STARS_MAX
    found = _SPELLED.fullmatch(text) or _STARS.fullmatch(text)
    return (_COUNTED.get(found[1]) or int(found[1])) if found else 0


def scored(said: str) -> tuple[int, str]:
    """How many of five, and what is said after that: «5分，师傅很准时»; 0 if the text does not begin with a score."""
    found = _SCORED.match(fold(said.strip()))
    if found is None:
        return stars(said), ""
    return _COUNTED.get(found[1]) or int(found[1]), said.strip()[found.end() :]


def unfixed(said: str) -> bool:
    """Whether something is said to be as bad as before: «没修好», «还在滴水», «又漏了», "still dripping"."""
    text = _bare(said)
    return bool(_UNFIXED.search(text)) and not _FIXED_NOW.search(text)


def another(said: str) -> bool:
    """Whether something else is meant than what there was before: «新问题», «不是同一件», "a new one"."""
    return bool(_ANOTHER.search(_bare(said)))


def same_one(said: str) -> bool:
    """Whether what there was before is meant: «同一件», «就是那个», "the same"."""
    return bool(_SAME_ONE.search(_bare(said))) and not another(said)


def _bare(said: str) -> str:
    """Folded, without marks: what stands between them is a space."""
    return " ".join(re.sub(r"[\W_]+", " ", re.sub("['\u2019]", "", fold(said))).split())
