-- Who recommends whom, the orders that come of it, and the ledger of what is earned and spent.

-- ── The ledger. Nothing in it is ever changed or deleted: a balance is a sum.

-- One thing that happened to one person's points or fund. Its key is what it is for, so that nothing happens twice.
CREATE TABLE ledger_entries (
    key       TEXT PRIMARY KEY,                -- «referral:RF-1001:reward», «spend:O-77:1»
    person_id TEXT NOT NULL,
    number    BIGINT NOT NULL,                 -- of the person's entries, from 1
    unit      TEXT NOT NULL,                   -- points, fund (fen)
    kind      TEXT NOT NULL,                   -- credit, spend, return, expire, reverse, repay, adjust
    at        TIMESTAMPTZ NOT NULL,
    rule      TEXT NOT NULL,                   -- why: the id of the rule in words
    subject   TEXT NOT NULL,                   -- what it is about: «RF-1001», «O-77», empty for nothing
    actor_id  TEXT NOT NULL,                   -- empty: time, or the system
    facts     JSONB NOT NULL                   -- what the rule saw
);
CREATE UNIQUE INDEX ledger_entries_by_person ON ledger_entries (person_id, number);
CREATE INDEX ledger_entries_by_subject ON ledger_entries (subject) WHERE subject <> '';

-- What a credit brought, with dates of its own.
CREATE TABLE ledger_lots (
    id         TEXT PRIMARY KEY REFERENCES ledger_entries (key),
    person_id  TEXT NOT NULL,
    unit       TEXT NOT NULL,
    number     BIGINT NOT NULL,                -- of its entry: first in, first out
    usable_at  TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ                     -- NULL: never
);
CREATE INDEX ledger_lots_by_person ON ledger_lots (person_id, unit, number);
CREATE INDEX ledger_lots_by_expiry ON ledger_lots (unit, expires_at) WHERE expires_at IS NOT NULL;

-- What moved from where to where; those of an entry sum to zero.
CREATE TABLE ledger_postings (
    entry   TEXT NOT NULL REFERENCES ledger_entries (key),
    number  BIGINT NOT NULL,
    account TEXT NOT NULL,                     -- «fund:person:p1», «fund:debt:p1», «fund:issuer:referral», «fund:spent»
    lot     TEXT NOT NULL,                     -- which credit; empty where no person's is touched
    amount  BIGINT NOT NULL,
    PRIMARY KEY (entry, number)
);
CREATE INDEX ledger_postings_by_account ON ledger_postings (account, lot, amount);
CREATE INDEX ledger_postings_by_lot ON ledger_postings (lot, account, amount) WHERE lot <> '';

-- sqlite only
CREATE TRIGGER ledger_entries_kept BEFORE UPDATE ON ledger_entries BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER ledger_entries_stay BEFORE DELETE ON ledger_entries BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER ledger_lots_kept BEFORE UPDATE ON ledger_lots BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER ledger_lots_stay BEFORE DELETE ON ledger_lots BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER ledger_postings_kept BEFORE UPDATE ON ledger_postings BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER ledger_postings_stay BEFORE DELETE ON ledger_postings BEGIN SELECT RAISE(ABORT, 'append-only'); END;
-- postgres only
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN RAISE EXCEPTION ''append-only''; END';
CREATE TRIGGER ledger_entries_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_lots_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_lots
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_postings_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_postings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- both

-- Adjustments, and why: words may have to be erased, and the ledger never is. One that needs no second manager is
-- confirmed by nobody.
CREATE TABLE ledger_proposals (
    id         TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL,
    unit       TEXT NOT NULL,
    amount     BIGINT NOT NULL,
    reason     TEXT NOT NULL,
    made_by    TEXT NOT NULL,
    made_at    TIMESTAMPTZ NOT NULL,
    state      TEXT NOT NULL,                  -- WAITING, CONFIRMED, REFUSED, EXPIRED
    decided_by TEXT NOT NULL,
    decided_at TIMESTAMPTZ
);

-- ── Orders: what the company's shop, a file or staff tell of them.

CREATE TABLE orders (
    id           TEXT PRIMARY KEY,             -- the company's own number
    version      BIGINT NOT NULL,
    person_id    TEXT NOT NULL,                -- empty: nobody we know yet
    phone        TEXT NOT NULL,                -- E.164, empty: not told
    state        TEXT NOT NULL,                -- SIGNED, PAID, CANCELLED, REFUNDED
    amount_fen   BIGINT NOT NULL,              -- as signed
    paid_fen     BIGINT NOT NULL,              -- so far, deposits included
    refunded_fen BIGINT NOT NULL,
    fund_fen     BIGINT NOT NULL,              -- of it from the fund
    returned_fen BIGINT NOT NULL DEFAULT 0,    -- of it from the fund and by coupons, until it ended; else 0
    source       TEXT NOT NULL,                -- shop, file, staff
    signed_at    TIMESTAMPTZ,
    deposit_at   TIMESTAMPTZ,
    paid_on      TIMESTAMPTZ,                  -- in full
    paid_at      TIMESTAMPTZ,                  -- the same, but not before we heard of it
    refunded_at  TIMESTAMPTZ,                  -- the last time that something was given back
    ended_at     TIMESTAMPTZ                   -- cancelled or refunded in full
);
CREATE INDEX orders_by_person ON orders (person_id, signed_at) WHERE person_id <> '';
CREATE INDEX orders_by_phone ON orders (phone) WHERE phone <> '';

CREATE TABLE order_events (
    id         TEXT PRIMARY KEY,               -- the teller's own id of the event
    order_id   TEXT NOT NULL,
    at         TIMESTAMPTZ NOT NULL,
    kind       TEXT NOT NULL,                  -- signed, deposit, paid, refunded, cancelled, undone
    amount_fen BIGINT NOT NULL,
    phone      TEXT NOT NULL,                  -- E.164, empty: not told
    person_id  TEXT NOT NULL,                  -- whom staff named
    source     TEXT NOT NULL,
    actor_id   TEXT NOT NULL,
    undoes     TEXT NOT NULL,                  -- the event that was told in error, empty for none
    taken_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX order_events_by_order ON order_events (order_id, at);

-- ── Referrals.

-- What somebody is as a referrer: a code for good, a name for the leaderboard, and whether they want to be in it.
CREATE TABLE referrers (
    person_id TEXT PRIMARY KEY REFERENCES people (id),
    code      TEXT NOT NULL,
    nickname  TEXT NOT NULL,
    listed    BOOLEAN NOT NULL,
    vip_since TIMESTAMPTZ,                     -- NULL: no VIP design adviser
    made_at   TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX referrers_by_code ON referrers (code);

-- After which closed requests the card was shown unasked: once for each, though it is opened and closed again.
CREATE TABLE referral_asks (
    request_id TEXT PRIMARY KEY REFERENCES requests (id),
    at         TIMESTAMPTZ NOT NULL
);

-- Codes of people who turned out to be somebody with another code: what was printed still works.
CREATE TABLE referral_aliases (
    code      TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id)
);
CREATE INDEX referral_aliases_by_person ON referral_aliases (person_id);

-- Codes to scan that a platform made and that last; an account may have only so many.
CREATE TABLE scans (
    account TEXT NOT NULL,                     -- the platform's id of it
    scene   TEXT NOT NULL,                     -- «ref-…»: what whoever scans it comes with
    address TEXT NOT NULL,                     -- what stands in the code
    PRIMARY KEY (account, scene)
);

CREATE TABLE referrals (
    id           TEXT PRIMARY KEY,             -- «RF-1001»
    version      BIGINT NOT NULL,
    referrer_id  TEXT NOT NULL REFERENCES people (id),
    friend_id    TEXT NOT NULL REFERENCES people (id),
    state        TEXT NOT NULL,
    held_from    TEXT NOT NULL,                -- where it was before a review or an appeal; else empty
    via          TEXT NOT NULL,                -- telegram, wechat, wecom, wecomkf, webchat, told
    district     TEXT NOT NULL,
    order_id     TEXT NOT NULL,
    order_fen    BIGINT NOT NULL,
    least_fen    BIGINT NOT NULL,              -- of the tier at which something was given last; 0 before
    passed_fen   BIGINT NOT NULL DEFAULT 0,    -- what a manager let pass that was given back of the order
    flags        JSONB NOT NULL,
    reason       TEXT NOT NULL,
    reviewer_id  TEXT NOT NULL,
    review_due   TIMESTAMPTZ,
    appeal       TEXT NOT NULL,
    reward       TEXT NOT NULL,                -- fund, coupon, gift, points, cash; empty: not claimed
    reward_value BIGINT NOT NULL,              -- fen or points; 1 for a gift
    created_at   TIMESTAMPTZ NOT NULL,
    since        TIMESTAMPTZ,                  -- of the request that they came with
    changed_at   TIMESTAMPTZ NOT NULL,
    verified_at  TIMESTAMPTZ,
    qualified_at TIMESTAMPTZ,
    signed_at    TIMESTAMPTZ,
    paid_on      TIMESTAMPTZ,
    paid_at      TIMESTAMPTZ,
    refunded_at  TIMESTAMPTZ,
    earned_at    TIMESTAMPTZ,
    rewarded_at  TIMESTAMPTZ,
    closed_at    TIMESTAMPTZ
);
CREATE INDEX referrals_by_referrer ON referrals (referrer_id, created_at);
-- One referrer for each person: a second one can only be where the first has ended.
CREATE UNIQUE INDEX referrals_by_friend ON referrals (friend_id)
    WHERE state NOT IN ('REJECTED', 'EXPIRED', 'VOIDED', 'DISPUTED');
CREATE INDEX referrals_of_friend ON referrals (friend_id, created_at);
CREATE INDEX referrals_by_order ON referrals (order_id) WHERE order_id <> '';
CREATE INDEX referrals_by_queue ON referrals (review_due) WHERE state IN ('UNDER_REVIEW', 'DISPUTED');
CREATE INDEX referrals_by_earned ON referrals (earned_at, state) WHERE earned_at IS NOT NULL;

CREATE TABLE referral_events (
    referral_id TEXT NOT NULL REFERENCES referrals (id),
    number      BIGINT NOT NULL,
    at          TIMESTAMPTZ NOT NULL,
    actor_id    TEXT NOT NULL,
    channel     TEXT NOT NULL,
    action      TEXT NOT NULL,
    before      TEXT NOT NULL,
    after       TEXT NOT NULL,
    changes     JSONB NOT NULL,
    reason      TEXT NOT NULL,
    PRIMARY KEY (referral_id, number)
);

-- Every time somebody came with a code, whatever became of it.
CREATE TABLE referral_touches (
    id        TEXT PRIMARY KEY,                -- of the message
    code      TEXT NOT NULL,
    friend_id TEXT NOT NULL,
    via       TEXT NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    outcome   TEXT NOT NULL                    -- attributed, or why not
);
CREATE INDEX referral_touches_by_code ON referral_touches (code, at);
CREATE INDEX referral_touches_by_friend ON referral_touches (friend_id, at);

-- Keyed hashes of the numbers of people whose data was erased: who comes again with one is no new customer, and no
-- stranger to staff either.
CREATE TABLE forgotten (
    hash TEXT NOT NULL,
    kind TEXT NOT NULL,                        -- customer, family
    at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (hash, kind)
);

-- Whom staff named as family: what they bring is nobody's reward.
CREATE TABLE relatives (
    phone    TEXT NOT NULL,                    -- E.164
    staff_id TEXT NOT NULL,
    at       TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (phone, staff_id)
);

-- What was claimed. Fund and points are in the ledger; the rest is handed over.
CREATE TABLE rewards (
    id          TEXT PRIMARY KEY,              -- «RW-1001»
    version     BIGINT NOT NULL,
    referral_id TEXT NOT NULL,
    person_id   TEXT NOT NULL,
    kind        TEXT NOT NULL,
    value       BIGINT NOT NULL,               -- fen or points; 1 for a gift
    item        TEXT NOT NULL,                 -- the gift's code, the coupon's code
    state       TEXT NOT NULL,                 -- WAITING, GIVEN, ISSUED, USED, REFUSED, VOID
    made_at     TIMESTAMPTZ NOT NULL,
    expires_at  TIMESTAMPTZ,
    decided_by  TEXT NOT NULL,
    decided_at  TIMESTAMPTZ,
    order_id    TEXT NOT NULL,                 -- on which a coupon was used
    reason      TEXT NOT NULL
);
CREATE UNIQUE INDEX rewards_by_referral ON rewards (referral_id) WHERE state NOT IN ('VOID', 'REFUSED');
CREATE INDEX rewards_by_person ON rewards (person_id, state, made_at);
CREATE INDEX rewards_by_state ON rewards (state, made_at);
CREATE UNIQUE INDEX rewards_by_coupon ON rewards (item) WHERE kind = 'coupon';

-- How many of a referrer's friends became orders in a period («2026-11», «2026»): counted anew at each change.
CREATE TABLE leaderboard (
    period    TEXT NOT NULL,
    person_id TEXT NOT NULL,
    count     BIGINT NOT NULL,
    last_at   TIMESTAMPTZ NOT NULL,            -- of the latest success: who was there earlier wins among equals
    PRIMARY KEY (period, person_id)
);
CREATE INDEX leaderboard_by_rank ON leaderboard (period, count DESC, last_at, person_id);

-- What VIP design advisers propose.
CREATE TABLE ideas (
    id         TEXT PRIMARY KEY,               -- «ID-1001»
    person_id  TEXT NOT NULL,
    words      TEXT NOT NULL,
    photos     JSONB NOT NULL,
    state      TEXT NOT NULL,                  -- SUBMITTED, ADOPTED, DECLINED
    reason     TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    made_at    TIMESTAMPTZ NOT NULL,
    decided_at TIMESTAMPTZ
);
CREATE INDEX ideas_by_state ON ideas (state, made_at);
CREATE INDEX ideas_by_person ON ideas (person_id, made_at);

-- ── What a window paid for a message that went through it; 0 where none was needed.
ALTER TABLE outbox ADD COLUMN cost BIGINT NOT NULL DEFAULT 1;

-- ── What was scanned before it was reported: «product-FT-2», «asset-A-17»; empty for nothing.
ALTER TABLE requests ADD COLUMN scanned TEXT NOT NULL DEFAULT '';
