"""What people say beside their business: greetings, praise, thanks, «how far is it», and words that mislead."""

from __future__ import annotations

_GREETINGS = (
    "你好|您好|你们好|在吗|在么|在不在|有人吗|有人在吗|哈喽|哈罗|嗨|早上好|上午好|中午好|下午好|晚上好|"
    "早安|hi|hello|hey|good morning|good afternoon|good evening|hi there|anyone there|anybody there|"
    "你好啊|早晨"
).split("|")

_PRAISE = (
    "修得很好|修的很好|修得不错|修的不错|装得很好|装的很好|装得不错|装的不错|弄得很好|做得很好|做的很好|"
    "很满意|非常满意|满意|点赞|好评|表扬|修好了|装好了|弄好了|搞好了|很好用|挺好用|好用|没问题了|"
    "没有问题了|没有问题|没问题|很专业|很负责|棒|不错|great job|good job|well done|works fine|"
    "works great|works well|works perfectly|working fine|working great|working well|perfect|excellent|"
    "very happy|satisfied|fixed it|"
    "is fixed|been fixed|got fixed|are fixed|was fixed|all good|no problem|no problems|great work|nice work"
).split("|")

_THANKS = ("谢谢|感谢|多谢|谢啦|辛苦|辛苦了|唔该|thank|thank you|thx|ty|cheers").split("|")

_PROGRESS = (
    "进度|到哪了|到哪里了|到哪儿了|怎么样了|什么时候到|什么时候来|几点到|几点来|还没来|还没到|怎么还不来|"
    "单号|催一下|催单|status|where is the|when will|any news|any update|how long until"
).split("|")

_NOTHING = (
    "上门|部门|专门|门店|门口|门牌|出门|开门|厦门|门市|门卫|门诊|起床|窗口|橱窗|堵车|装修|修改|服装|包装|"
    "装饰|急性|灯塔|应急|锁定|封锁|床单|窗帘|门禁卡|热门|入门|上门费|上门时间"
).split("|")

SAID = {
    "greeting": tuple(_GREETINGS),
    "praise": tuple(_PRAISE),
    "thanks": tuple(_THANKS),
    "progress": tuple(_PROGRESS),
    "nothing": tuple(_NOTHING),
}
"""Kind → words; those of «nothing» hold a word of the company but do not mean it («上门», «装修»)."""
