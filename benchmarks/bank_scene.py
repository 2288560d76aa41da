"""The savings of very many people: entries of everybody, and of some of them all that led to each."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from benchmarks.large import moment

ENTRIES_OF_ONE = 10
MONTH, YEAR = "2026-05", "2026"
EACH_LOOKED_AT = 49
"""Of so many people one is measured, all of whose referrals are here; the others have one each."""

PEOPLE = """
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :people - 1)
    INSERT INTO people (id, role, name, phone, locale, number, skills, districts, photo, consent, consent_at, active,
        channel, chat, created_at)
    SELECT 'saver' || i, 'homeowner', '某人', '', 'zh-CN', '', '[]', '[]', '', '', NULL, 1, '', '', moment(i) FROM n
"""
REFERRERS = """
    INSERT INTO referrers (person_id, code, nickname, listed, vip_since, made_at)
    SELECT id, 'K' || id, '邻居' || id, 1, NULL, created_at FROM people WHERE id LIKE 'saver%'
"""
LEADERBOARD = """
    INSERT INTO leaderboard (period, person_id, count, last_at)
    SELECT :year, 'saver' || i, 1 + i % 7 * (i % 5 = 0), moment(i) FROM numbers WHERE i < :people
"""
OF_THE_MONTH = """
    INSERT INTO leaderboard (period, person_id, count, last_at)
    SELECT :month, person_id, count, last_at FROM leaderboard
"""
ENTRIES = """
    INSERT INTO ledger_entries (key, person_id, number, unit, kind, at, rule, subject, actor_id, facts)
    SELECT 'e' || i, 'saver' || (i / :each), 1 + i % :each, CASE WHEN i / :each % 2 THEN 'fund' ELSE 'points' END,
        CASE WHEN i % :each % 3 = 2 THEN 'spend' ELSE 'credit' END, moment(i / :each),
        CASE WHEN i % :each % 3 = 2 THEN 'order' ELSE 'referral' END, 'RF-' || i, '',
        '{"order_fen":3000000,"least_fen":1000000,"days":7,"percent":100}'
    FROM numbers
"""
LOTS = """
    INSERT INTO ledger_lots (id, person_id, unit, number, usable_at, expires_at)
    SELECT key, person_id, unit, number, at, CASE number % 2 WHEN 0 THEN '2031-01-01 00:00:00.000000+00:00' END
    FROM ledger_entries WHERE kind = 'credit'
"""
POSTINGS = """
    INSERT INTO ledger_postings (entry, number, account, lot, amount)
    SELECT 'e' || i, side,
        CASE WHEN side = 0 THEN unit || ':person:' || person_id
            ELSE CASE WHEN kind = 'spend' THEN unit || ':spent' ELSE unit || ':issuer:referral' END END,
        CASE WHEN kind = 'spend' THEN 'e' || (i - 2) ELSE 'e' || i END,
        CASE WHEN (side = 0) = (kind = 'credit') THEN 1 ELSE -1 END * CASE WHEN kind = 'spend' THEN 300 ELSE 1000 END
    FROM numbers JOIN ledger_entries ON key = 'e' || i CROSS JOIN (SELECT 0 AS side UNION ALL SELECT 1)
"""
REFERRALS = """
    INSERT INTO referrals (id, version, referrer_id, friend_id, state, held_from, via, district, order_id, order_fen,
        least_fen, flags, reason, reviewer_id, appeal, reward, reward_value, created_at, changed_at, verified_at,
        qualified_at, signed_at, paid_at, earned_at, rewarded_at)
    SELECT subject, 9, person_id, 'friend' || subject, 'REWARDED', '', 'webchat', 'pudong', 'O-' || subject, 3000000,
        1000000, '[]', '', '', '', unit, 1000, at, at, at, at, at, at, at, at
    FROM numbers JOIN ledger_entries ON key = 'e' || i
    WHERE rule = 'referral' AND (number = 1 OR i / :each % :looked_at = 0)
"""
EVENTS = """
    INSERT INTO referral_events (referral_id, number, at, actor_id, channel, action, before, after, changes, reason)
    SELECT r.id, s.key + 1, r.created_at, '', 'webchat', s.value, 'CREATED', 'CREATED',
        '{"order_id":"O-1","order_fen":3000000}', ''
    FROM referrals r, json_each(:steps) s WHERE r.via = 'webchat'
"""
STEPS = ["create", "attribute", "verify", "fact", "qualify", "fact", "sign", "fact", "earn", "claim"]
COUPONS = """
    INSERT INTO rewards (id, version, referral_id, person_id, kind, value, item, state, made_at, expires_at, decided_by,
        decided_at, order_id, reason)
    SELECT 'RW-' || i || '-' || s.key, 1, 'RC-' || i || '-' || s.key, 'saver' || i, 'coupon', 25000,
        'C' || i || '-' || s.key, s.value, moment(i), '2031-01-01 00:00:00.000000+00:00', '', NULL, '', ''
    FROM numbers, json_each('["ISSUED", "ISSUED", "USED"]') s WHERE i < :people AND (i % 10 = 0 OR i % :looked_at = 0)
"""
TABLES = (PEOPLE, REFERRERS, LEADERBOARD, OF_THE_MONTH, ENTRIES, LOTS, POSTINGS, REFERRALS, EVENTS, COUPONS)


def looked_at(people: int) -> list[str]:
    """The people who are measured."""
    return [f"saver{number}" for number in range(0, people, EACH_LOOKED_AT)]


def fill(path: Path, people: int) -> None:
    """Put so many people with ten entries each, with referrals and coupons, and a place on each board, into the file of
    a scene."""
    database = sqlite3.connect(path, isolation_level=None)
    database.create_function("moment", 1, moment, deterministic=True)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000"):
        database.execute(f"PRAGMA {pragma}")
    sizes: dict[str, object] = {"people": people, "each": ENTRIES_OF_ONE, "looked_at": EACH_LOOKED_AT}
    sizes |= {"month": MONTH, "year": YEAR, "steps": json.dumps(STEPS)}
    database.execute("CREATE TEMP TABLE numbers (i INTEGER PRIMARY KEY)")
    database.execute(
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :people * :each - 1)"
        " INSERT INTO numbers SELECT i FROM n",
        sizes,
    )
    for statement in TABLES:
        database.execute(statement, sizes)
    database.execute("PRAGMA journal_mode = WAL")
    database.close()
