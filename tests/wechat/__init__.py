"""A strict fake of WeChat's Official Account: a real HTTP server, followers, sealed callbacks, a journal, faults.

In a test::

    async with FakeWechat(clock=watch) as fake:
        hana = fake.follower("hana")
        fake.connect("http://127.0.0.1:8000/wechat")     # where the app listens
        await hana.says("厨房水龙头一直滴水")               # posted, up to three times
        await fake.taken()
        assert hana.last.by == "answer"                   # or service, template, subscribe, notice
        await hana.choose("明天下午")                      # an item of a menu message that she has really been sent

The app is set up with ``fake.app_id``, ``fake.secret``, ``fake.token``, ``fake.aes_key`` and ``fake.base_url``.

As a process of its own, for those who kill the bots around it: ``python -m tests.wechat --port 8902 --callback
http://127.0.0.1:8000/wechat --journal /tmp/journal.jsonl``; its people are then played with ``tests.wechat.remote``.

| file | holds |
|---|---|
| fake.py | ``FakeWechat``: start, stop, people, waiting |
| followers.py, post.py | who talks, and what stands in their chat |
| delivery.py, envelope.py, crypto.py | callbacks: sealed, three attempts of five seconds, what an answer may be |
| hostile.py | callbacks which the platform never made |
| server.py, schema.py, errors.py, faults.py | HTTP: what a call must be like, what is refused, what goes wrong |
| sending.py, budget.py, tokens.py, media.py, codes.py | the methods and what they are policed by |
| platform.py, journal.py | what all share, what happened |
"""

from tests.wechat.budget import NONE, WINDOWS, Window
from tests.wechat.fake import FakeWechat
from tests.wechat.faults import FAULTS
from tests.wechat.followers import Follower
from tests.wechat.platform import NOTICE, Options
from tests.wechat.post import Post

__all__ = ["FAULTS", "NONE", "NOTICE", "WINDOWS", "FakeWechat", "Follower", "Options", "Post", "Window"]
