"""A strict fake of WeCom (企业微信): a real HTTP server, people who talk through it, a journal, faults.

In a test::

    async with FakeWecom() as fake:
        sam = fake.member("sam", "小林")
        await fake.connects("http://127.0.0.1:8080")   # asks for the echo, then calls /wecom and /wecomkf
        await sam.says("漏水")                          # a sealed callback
        …                                              # the bot: gettoken, message/send
        assert sam.heard[-1].text == "你好"
        await sam.press("接单")
        hana = fake.customer("hana")                   # of customer service: pulled by kf/sync_msg
        await hana.enters("site")

As a process of its own, for those who kill the bots around it: ``python -m tests.wecom --port 8902
--journal /tmp/journal.jsonl``; its people are then played with ``tests.wecom.remote.Remote``.

| file | holds |
|---|---|
| fake.py | ``FakeWecom``: start, stop, people, waiting |
| people.py | members and customers |
| server.py, calls.py, faults.py | HTTP, faults on the way |
| sending.py, cards.py, groups.py | the methods: messages, cards, groups |
| serving.py, company.py | those of customer service; tokens, files, menu, directory |
| schema.py, refusals.py, limits.py | what a call must be like, what is refused, what is dropped without a word |
| courier.py, service.py, tokens.py | callbacks, what waits to be pulled, access tokens |
| platform.py, chats.py, journal.py | what everything shares, what people see, what happened |
"""

from tests.wecom.courier import Delivery
from tests.wecom.fake import ACCOUNT, AGENT_ID, CORP_ID, KF_SEAL, KF_SECRET, SEAL, SECRET, FakeWecom
from tests.wecom.faults import FAULTS
from tests.wecom.limits import NO_LIMITS, Limits
from tests.wecom.people import Customer, Member
from tests.wecom.platform import Options
from tests.wecom.service import Terms

__all__ = [
    "ACCOUNT",
    "AGENT_ID",
    "CORP_ID",
    "FAULTS",
    "KF_SEAL",
    "KF_SECRET",
    "NO_LIMITS",
    "SEAL",
    "SECRET",
    "Customer",
    "Delivery",
    "FakeWecom",
    "Limits",
    "Member",
    "Options",
    "Terms",
]
