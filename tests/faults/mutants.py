"""Promises of durability broken one by one, as a change of text, and the tests of this bench which must notice."""

from __future__ import annotations

from tests.mutants.table import Mutant

DISK = "tests/faults/test_disk.py"
POWER = "tests/faults/test_power.py"
HALVES = "tests/faults/test_halves.py"
DELIVERIES = "tests/faults/test_deliveries.py"
ORDER = "tests/faults/test_telegram_order.py"
SENDS = "tests/faults/test_sends.py"
POISON = "tests/faults/test_poison.py"
FULL = "tests/faults/test_full.py"
KILLS = "tests/faults/test_kills.py"

DURABILITY = (
    Mutant(
        "acknowledged before the commit",
        "storage/sqlite_work.py",
        '        database.execute("COMMIT")\n    yield jobs',
        '        yield jobs\n        database.execute("COMMIT")',
        f"{DISK}::test_a_failure_costs_nothing[claim-syncs with EIO]",
    ),
    Mutant("the log is not synced", "storage/sqlite.py", "synchronous = FULL", "synchronous = NORMAL", POWER),
    Mutant("a photo is not synced", "storage/files.py", "os.fsync(file.fileno())", "pass", POWER),
    Mutant(
        "a photo is written where it is read",
        "storage/files.py",
        "handle, name = tempfile.mkstemp(dir=path.parent)",
        "handle, name = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), str(path)",
        HALVES,
    ),
    Mutant(
        "a copy is handled again",
        "storage/inbox.py",
        '            **({"sender": sender} if hold else {}),\n        )\n        return added == 1',
        '            **({"sender": sender} if hold else {}),\n        )\n        return True',
        DELIVERIES,
    ),
    Mutant(
        "a cause is told again",
        "storage/outbox.py",
        '_values(f"{cause}:{index}", seq, outbound, now)',
        '_values(f"{cause}:{seq}:{index}", seq, outbound, now)',
        DELIVERIES,
    ),
    Mutant(
        "a refused handler is not undone",
        "bot/pipeline.py",
        "                async with store.connection.attempt():\n",
        "                if True:\n",
        DELIVERIES,
    ),
    Mutant("a timer rings twice", "storage/timers.py", "return fired == 1", "return True", DELIVERIES),
    Mutant(
        "a late worker has its say",
        "storage/outcomes.py",
        ' WHERE channel = :channel AND chat = :chat AND attempts = :claim",\n            due_at=due_at,',
        ' WHERE channel = :channel AND chat = :chat AND :claim = :claim",\n            due_at=due_at,',
        SENDS,
    ),
    Mutant("a lease never ends", "storage/lanes.py", "later(now, lease_s)", "later(now, 1e9)", SENDS),
    Mutant("copies without end", "bot/delivery.py", "claimed.copies > COPIES_MAX", "False", SENDS),
    Mutant(
        "a pause is not kept",
        "storage/outcomes.py",
        "until = later(now, retry_after_s)",
        "until = now",
        SENDS,
    ),
    Mutant(
        "poison for ever", "storage/inbox.py", "quarantined = attempts >= attempts_max", "quarantined = False", POISON
    ),
    Mutant(
        "nobody cuts what hangs",
        "storage/watch.py",
        "self._inside.interrupt()\n                _raise_in(self._thread, Cut)",
        "pass",
        POISON,
    ),
    Mutant(
        "the offset moves before the commit",
        "bot/channels/telegram_intake.py",
        "        kept = await asyncio.gather(*[self._take_in_order(lane) for lane in lanes])\n",
        "        kept = [bool(asyncio.gather(*[self._take_in_order(lane) for lane in lanes]))]\n",
        ORDER,
    ),
    Mutant(
        "a webhook answers before the commit",
        "bot/channels/telegram_intake.py",
        "        if not await self._take(raw):\n            return Answer(500)\n",
        "        if not asyncio.ensure_future(self._take(raw)):\n            return Answer(500)\n",
        ORDER,
    ),
    Mutant(
        "a migration in pieces",
        "storage/migrations/__init__.py",
        "            await connection.run(statement)\n",
        '            await connection.run(statement)\n            await connection.run("COMMIT")\n'
        '            await connection.run("BEGIN")\n',
        f"{DISK}::test_a_failing_disk_leaves_a_migration_whole",
    ),
    Mutant(
        "photos take the last room",
        "storage/files.py",
        "free - len(data) < self._reserve_bytes",
        "free < 0",
        FULL,
    ),
)
"""Each must be caught by the tests that it names."""
