"""Promises of the ledger broken one by one, and the tests which must notice."""

from __future__ import annotations

from tests.mutants.table import Mutant

RULES = "tests/domain/test_ledger.py"
KEPT = "tests/storage/test_ledger.py"
ONE_KEY = f"{KEPT}::test_one_key_of_two_people_is_one"
REPLAYED = f"{KEPT}::test_a_replayed_event_pays_once"
AT_ONCE = f"{KEPT}::test_at_once_exactly_one_wins"
SEEN = f"{KEPT}::test_a_passbook_is_its_owners"
ADJUSTED = "tests/conversations/test_ledger.py"

LEDGER = (
    Mutant(
        "no unique key",
        "domain/ledger_rules.py",
        "return Entry(key, book.person_id",
        'return Entry(f"{key}:{book.number}", book.person_id',
        REPLAYED,
    ),
    Mutant(
        "check, then insert",
        "storage/ledger.py",
        'if not await self.connection.run(_ADD_ENTRY + " ON CONFLICT (key) DO NOTHING", **values(made[0])):',
        "if await self._done(made[0].key) or not await self.connection.run(_ADD_ENTRY, **values(made[0])):",
        ONE_KEY,
        on="postgres",
    ),
    Mutant(
        "nobody holds the person",
        "storage/ledger.py",
        'if self.connection.engine == "postgres":',
        "if False:",
        AT_ONCE,
        on="postgres",
    ),
    Mutant(
        "last in, first out",
        "domain/ledger_rules.py",
        "for lot in book.lots:\n        if w",
        "for lot in book.lots[::-1]:\n        if w",
        RULES,
    ),
    Mutant(
        "what expired is spent",
        "domain/ledger.py",
        "return self.usable_at <= at and not self.over(at)",
        "return self.usable_at <= at",
        RULES,
    ),
    Mutant(
        "what is pending is spent",
        "domain/ledger.py",
        "return self.usable_at <= at and not self.over(at)",
        "return not self.over(at)",
        RULES,
    ),
    Mutant(
        "a debt is forgotten",
        "domain/ledger_rules.py",
        "paid = min(book.debt, sum(amount for _, amount in lots))",
        "paid = 0",
        RULES,
    ),
    Mutant(
        "a reversal leaves what was used",
        "domain/ledger_rules.py",
        "[Posting(debt, one.id, -one.used) for one in family if one.used > 0]",
        "[]",
        RULES,
    ),
    Mutant(
        "a reversal forgets what was given back",
        "domain/ledger_rules.py",
        "if one.origin in ids:",
        "if False:",
        RULES,
    ),
    Mutant(
        "a credit expires as a whole",
        "domain/ledger_rules.py",
        "if lot is None or not lot.left or not lot.over(at):",
        "if lot is None or not lot.left:",
        RULES,
    ),
    Mutant(
        "everybody reads every passbook",
        "storage/ledger.py",
        "if person_id != viewer.id and not viewer.role.is_staff:",
        "if False:",
        SEEN,
    ),
    Mutant(
        "a replay is refused",
        "storage/ledger.py",
        'return bool(await self.connection.one("SELECT 1 AS yes FROM ledger_entries WHERE key = :key", key=key))',
        "return False",
        REPLAYED,
    ),
    Mutant(
        "one manager is enough",
        "handlers/ledger.py",
        "return abs(proposal.amount) > limit or abs(before + proposal.amount) > limit",
        "return False",
        ADJUSTED,
    ),
    Mutant(
        "a manager confirms their own",
        "handlers/ledger.py",
        "if turn.person.id in (proposal.made_by, proposal.person_id):",
        "if False:",
        ADJUSTED,
    ),
    Mutant(
        "a fault is told every hour",
        "handlers/ledger.py",
        "if found == known:\n        return []",
        "known = set()",
        ADJUSTED,
    ),
)
"""Every promise of the ledger that stands in one place, broken."""
