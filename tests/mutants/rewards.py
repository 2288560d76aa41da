"""Rules of rewards, passbook, counter and leaderboard broken one by one, and the tests which must notice."""

from __future__ import annotations

from tests.mutants.table import Mutant

AMENDS = "tests/conversations/test_amends.py"
CLAIMS = "tests/conversations/test_rewards.py"
COUNTER = "tests/conversations/test_counter.py"
PASSBOOK = "tests/conversations/test_passbook.py"
BOARD = "tests/conversations/test_board.py"
IDEAS = "tests/conversations/test_ideas.py"
JOINING = "tests/conversations/test_joining.py"
MOVES = "tests/storage/test_ledger_moves.py"
REPLAY = "tests/storage/test_passbook_replay.py"

REWARDS = (
    Mutant(
        "anybody claims",
        "handlers/rewards.py",
        "if referral.referrer_id != turn.person.id:",
        "if False:",
        CLAIMS,
    ),
    Mutant(
        "claimed before it is earned",
        "handlers/rewards.py",
        "if referral.state is not Stage.EARNED:",
        "if False:",
        CLAIMS,
    ),
    Mutant(
        "the friend is rewarded at each earning",
        "handlers/rewards.py",
        'key = await _key(store, "friend", referral)',
        'key = f"friend:{referral.version}"',
        CLAIMS,
    ),
    Mutant(
        "what was given is not owed",
        "handlers/rewards.py",
        "if reward.state in (Given.GIVEN, Given.USED) and reward.kind not in UNITS:",
        "if False:",
        CLAIMS,
    ),
    Mutant(
        "what was taken back cannot be claimed anew",
        "domain/rewards.py",
        "(Given.WAITING, Given.ISSUED, Given.GIVEN, Given.USED), Given.VOID",
        "(Given.WAITING, Given.ISSUED, Given.GIVEN, Given.USED), Given.USED",
        CLAIMS,
    ),
    Mutant(
        "one decides about one's own reward",
        "handlers/payouts.py",
        "if reward.person_id == turn.person.id:",
        "if False:",
        CLAIMS,
    ),
    Mutant(
        "cash that is refused stays open",
        "handlers/payouts.py",
        "    await store.referrals.save(returned)\n",
        "",
        CLAIMS,
    ),
    Mutant(
        "cash that is refused late is lost",
        "domain/referral_rules.py",
        "max(referral.earned_at, referral.changed_at or referral.earned_at)",
        "referral.earned_at",
        CLAIMS,
    ),
    Mutant(
        "a campaign is named by the company's file",
        "handlers/rewards.py",
        '"campaign": dict(campaign.names), ',
        "",
        CLAIMS,
    ),
    # at the counter
    Mutant(
        "a code is good twice",
        "handlers/counter.py",
        "if await store.codes.redeem(word, KIND, turn.person.id, turn.now) is None:",
        "if await store.codes.find(word, KIND, turn.now) is None:",
        COUNTER,
    ),
    Mutant(
        "older codes stay good",
        "handlers/counter.py",
        "    await store.codes.revoke(KIND, turn.person.id, turn.now)\n",
        "",
        COUNTER,
    ),
    Mutant(
        "codes are guessed for ever",
        "handlers/counter.py",
        "if await store.paces.lately(scope, turn.now, HOUR_S) >= WRONG_MAX:",
        "if False:",
        COUNTER,
    ),
    Mutant(
        "staff take from themselves",
        "handlers/counter.py",
        'if found.facts["person"] == turn.person.id:',
        "if False:",
        COUNTER,
    ),
    Mutant(
        "the share of an order is not looked at",
        "handlers/counter.py",
        "if fen > await _room(draft, order):",
        "if False:",
        COUNTER,
    ),
    Mutant(
        "a cancelled order keeps the fund",
        "handlers/orders.py",
        "await counter.give_back(turn, store, order.id) if order.ended_at else []",
        "[]",
        COUNTER,
    ),
    Mutant(
        "a coupon comes back though it was paid for",
        "handlers/coupons.py",
        "if coupon.state is Given.VOID:",
        "if False:",
        COUNTER,
    ),
    # the passbook
    Mutant(
        "friends read what the referrer did",
        "handlers/passbook.py",
        "return referral if referral.referrer_id == turn.person.id else None",
        "return referral",
        PASSBOOK,
    ),
    Mutant(
        "a line is explained by what came later",
        "handlers/passbook.py",
        "if one.at <= entry.at and one.action != FACT",
        "if one.action != FACT",
        REPLAY,
    ),
    Mutant(
        "a reason is not kept",
        "storage/ledger_books.py",
        'row["reason"] or ""',
        '""',
        REPLAY,
    ),
    # amends
    Mutant(
        "a promise is made good again and again",
        "handlers/amends.py",
        'key = f"amends:{which.value}:{request.id}"',
        'key = f"amends:{which.value}:{request.id}:{turn.now}"',
        AMENDS,
    ),
    Mutant(
        "staff earn by not answering themselves",
        "handlers/amends.py",
        "not owner.active or owner.role.is_staff",
        "not owner.active",
        AMENDS,
    ),
    Mutant(
        "every missed visit is the company's fault",
        "domain/amends.py",
        "if reason.startswith(OURS) or (theirs and in_words) else None",
        "if reason else None",
        AMENDS,
    ),
    # the board
    Mutant(
        "who hides is counted",
        "storage/board.py",
        "WHERE person_id = :person AND listed)",
        "WHERE person_id = :person)",
        BOARD,
    ),
    Mutant(
        "an award is given again",
        "handlers/board.py",
        "if prize.points and not await store.ledger.about(_subject(period)):",
        "if prize.points:",
        BOARD,
    ),
    Mutant(
        "a year is awarded before it is over",
        "handlers/board.py",
        "if turn.now < period.span.end:",
        "if False:",
        BOARD,
    ),
    Mutant(
        "names may be phones",
        "handlers/board.py",
        "if numbers > DIGITS_MAX or ADDRESS.search(said):",
        "if ADDRESS.search(said):",
        BOARD,
    ),
    Mutant(
        "anybody has ideas",
        "handlers/ideas.py",
        "if await store.board.vip_since(turn.person.id) is None:",
        "if False:",
        IDEAS,
    ),
    # one person of two
    Mutant(
        "the ledger stays behind",
        "handlers/people.py",
        "    await store.ledger.move(turn.person.id, owner_id, turn.now, notice(turn.company.bank.keeping))\n",
        "",
        JOINING,
    ),
    Mutant(
        "what comes back later stays behind",
        "storage/ledger.py",
        "        return (*made, *await self.move(made[0].person_id, heir, at, notice))",
        "        return made",
        MOVES,
    ),
    Mutant(
        "debts stay behind",
        "domain/ledger_moves.py",
        "return _debt(done, at) if done.old.debt else done",
        "return done",
        MOVES,
    ),
    Mutant(
        "what was moved is nobody's referral any more",
        "domain/ledger_moves.py",
        'return replace(why, facts={**why.facts, "moved_from": old_id})',
        'return Why("moved", facts={"moved_from": old_id})',
        MOVES,
    ),
)
"""Each in one place."""
