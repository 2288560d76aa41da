"""Promises of durability towards WeChat and WeCom broken one by one, and the tests which must notice."""

from __future__ import annotations

from tests.mutants.table import Mutant

OFFICIAL = "tests/channels/test_wechat_intake.py"
APP = "tests/channels/test_wecom_intake.py"
SERVICE = "tests/channels/test_wecomkf_intake.py"
CARDS = "tests/channels/test_wecom_send.py"
TOKENS = "tests/channels/test_tencent_tokens.py"
ANSWERS = "tests/test_answers.py"
BUDGETS = "tests/storage/test_budgets.py"
KILLS = "tests/faults/test_tencent_kills.py"

NO_WAIT = '__import__("asyncio").ensure_future'

TENCENT = (
    Mutant(
        "the Official Account is answered before the commit",
        "bot/channels/wechat_intake.py",
        "given = await self.receive(raw)",
        f"given = {NO_WAIT}(self.receive(raw)) and None",
        OFFICIAL,
    ),
    Mutant(
        "WeCom is answered before the commit",
        "bot/channels/wecom_intake.py",
        "await self._receive(raw)",
        f"{NO_WAIT}(self._receive(raw))",
        APP,
    ),
    Mutant(
        "the cursor moves before the messages are kept",
        "bot/channels/wecomkf_intake.py",
        "        await self._take_all(listed if isinstance(listed, list) else ())\n"
        '        after, now = str(answer.get("next_cursor") or ""), self.clock()\n'
        "        if after and after != cursor:\n"
        "            await self.database.transact(lambda connection: Cursors(connection).keep(name, after, now))\n",
        '        after, now = str(answer.get("next_cursor") or ""), self.clock()\n'
        "        if after and after != cursor:\n"
        "            await self.database.transact(lambda connection: Cursors(connection).keep(name, after, now))\n"
        "        await self._take_all(listed if isinstance(listed, list) else ())\n",
        SERVICE,
    ),
    Mutant(
        "an answer that was given is sent as well",
        "bot/channels/wechat_intake.py",
        "await given.settle()",
        "pass",
        KILLS,
    ),
    Mutant(
        "an answer is held back from nobody",
        "storage/handing.py",
        "UPDATE lanes SET due_at = :until, attempts = :claim WHERE",
        "UPDATE lanes SET attempts = :claim WHERE :until = :until AND",
        ANSWERS,
    ),
    Mutant(
        "a copy of a message has no answer",
        "storage/handing.py",
        """if row["external"] == f"{GIVEN}{row['id']}":""",
        "if False:",
        ANSWERS,
    ),
    Mutant(
        "a card's code is kept for once more",
        "bot/channels/wecom_send.py",
        'return external(task, "")',
        "return external(task, code)",
        CARDS,
    ),
    Mutant(
        "everybody asks for a token",
        "bot/channels/tencent_tokens.py",
        "if await store.leases.take(self._lease, self._worker, now, LEASE_S) is None:",
        "if False:",
        TOKENS,
    ),
    Mutant(
        "a token is asked for again at once",
        "bot/channels/tencent_tokens.py",
        "    return now < known.asked_at + timedelta(seconds=gap_s)\n",
        "    return now < known.asked_at\n",
        TOKENS,
    ),
    Mutant(
        "what the platform has counted is granted again",
        "storage/budgets.py",
        "count=max(window.count - sent, 0),",
        "count=window.count,",
        BUDGETS,
    ),
    Mutant(
        "what was under way when a window opened is free",
        "storage/outcomes.py",
        "        if claimed.paid:\n            await Budgets(self._connection).charge",
        "        if False:\n            await Budgets(self._connection).charge",
        BUDGETS,
    ),
)
"""Each must be caught by the tests that it names."""
