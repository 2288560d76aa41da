"""A strict fake of the Telegram Bot API: a real HTTP server, people who talk through it, a journal, faults.

In a test::

    async with FakeTelegram() as fake:
        hana = fake.user("Hana", language="zh-hans")
        bot = telegram.Bot(fake.token, base_url=f"{fake.base_url}/bot", base_file_url=f"{fake.base_url}/file/bot")
        await hana.starts()                     # an update, to be polled or delivered to the webhook
        await bot.send_message(hana.id, "你好")
        assert hana.heard[-1].text == "你好"

As a process of its own, for those who kill the bots around it: ``python -m tests.telegram --port 8901
--journal /tmp/journal.jsonl``; its people are then played with ``tests.telegram.remote.Remote``.

| file | holds |
|---|---|
| fake.py | ``FakeTelegram``: start, stop, people, waiting |
| people.py, groups.py | who talks; what happens to groups and topics |
| server.py | HTTP, faults on the way |
| sending.py, changing.py, intake.py | the methods |
| refusals.py | what is refused, in Telegram's words |
| schema.py, markup.py, limits.py | what a call must be like, and how often it may come |
| chats.py, queue.py, journal.py | what stands in chats, what is under way to the bot, what happened |
"""

from tests.telegram.fake import BOT, TOKEN, FakeTelegram
from tests.telegram.faults import FAULTS
from tests.telegram.groups import Group
from tests.telegram.limits import NO_LIMITS, Limits
from tests.telegram.people import Person
from tests.telegram.platform import Options
from tests.telegram.queue import Delivery

__all__ = [
    "BOT",
    "FAULTS",
    "NO_LIMITS",
    "TOKEN",
    "Delivery",
    "FakeTelegram",
    "Group",
    "Limits",
    "Options",
    "Person",
]
