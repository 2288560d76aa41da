-- Service requests, everything that happened to them, and to whom they are offered.

CREATE TABLE requests (
    id            TEXT PRIMARY KEY,
    version       BIGINT NOT NULL,
    homeowner_id  TEXT NOT NULL REFERENCES people (id),
    state         TEXT NOT NULL,
    type          TEXT NOT NULL,
    category      TEXT NOT NULL,
    product       TEXT NOT NULL,
    symptom       TEXT NOT NULL,
    severity      BIGINT NOT NULL,
    danger        TEXT NOT NULL,
    description   TEXT NOT NULL,
    photos        JSONB NOT NULL,
    home_id       TEXT NOT NULL,
    district      TEXT NOT NULL,
    address       TEXT NOT NULL,
    door          TEXT NOT NULL,
    phone         TEXT NOT NULL,
    wish          TEXT NOT NULL,
    wish_start    TIMESTAMPTZ,
    wish_end      TIMESTAMPTZ,
    claimed_by    TEXT NOT NULL,
    installer_id  TEXT NOT NULL,
    window_start  TIMESTAMPTZ,
    window_end    TIMESTAMPTZ,
    code          TEXT NOT NULL,
    declines      BIGINT NOT NULL,
    reschedules   BIGINT NOT NULL,
    repeats       BIGINT NOT NULL,
    reopens       BIGINT NOT NULL,
    urges         BIGINT NOT NULL,
    escalation    BIGINT NOT NULL,
    report        TEXT NOT NULL,
    finish_photos JSONB NOT NULL,
    reason        TEXT NOT NULL,
    score         BIGINT NOT NULL,
    tags          JSONB NOT NULL,
    review        TEXT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    changed_at    TIMESTAMPTZ NOT NULL,
    answered_at   TIMESTAMPTZ,
    done_at       TIMESTAMPTZ,
    closed_at     TIMESTAMPTZ,
    rated_at      TIMESTAMPTZ
);

CREATE INDEX requests_by_homeowner ON requests (homeowner_id, changed_at);
-- The jobs of today: an installer's finished ones are many.
CREATE INDEX requests_by_installer ON requests (installer_id, window_start)
    WHERE state IN ('ACCEPTED', 'SCHEDULED', 'EN_ROUTE', 'IN_PROGRESS');
-- The queue: emergencies first, then the oldest.
CREATE INDEX requests_by_queue ON requests (state, danger DESC, created_at, id)
    WHERE state NOT IN ('CLOSED', 'CANCELLED', 'REJECTED');

CREATE TABLE request_events (
    request_id TEXT NOT NULL REFERENCES requests (id),
    number     BIGINT NOT NULL,
    at         TIMESTAMPTZ NOT NULL,
    actor_id   TEXT NOT NULL,
    on_behalf  TEXT NOT NULL,
    channel    TEXT NOT NULL,
    action     TEXT NOT NULL,
    before     TEXT NOT NULL,
    after      TEXT NOT NULL,
    changes    JSONB NOT NULL,
    reason     TEXT NOT NULL,
    PRIMARY KEY (request_id, number)
);

-- To whom a request is offered; state is open, accepted, declined, expired or withdrawn.
CREATE TABLE offers (
    request_id   TEXT NOT NULL REFERENCES requests (id),
    installer_id TEXT NOT NULL REFERENCES people (id),
    state        TEXT NOT NULL,
    pooled       BOOLEAN NOT NULL,
    offered_at   TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL,
    reason       TEXT NOT NULL,
    PRIMARY KEY (request_id, installer_id)
);

CREATE INDEX offers_by_installer ON offers (installer_id) WHERE state = 'open';

-- Counters kept by each change, so that no list is ever counted: «number» for ids, «state:NEW» for the queue.
CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);

-- Stored files, by the hash of their bytes, and which requests show them.
CREATE TABLE files (
    hash       TEXT PRIMARY KEY,
    media      TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size       BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE file_owners (
    hash       TEXT NOT NULL,
    owner      TEXT NOT NULL,
    PRIMARY KEY (hash, owner)
);

-- Search: a request's words as bigrams, by the number in its id.
-- sqlite only
CREATE VIRTUAL TABLE request_words USING fts5 (words, tokenize = "unicode61", detail = 'none');
-- postgres only
CREATE TABLE request_words (rowid BIGINT PRIMARY KEY, words TSVECTOR NOT NULL);
CREATE INDEX request_words_index ON request_words USING gin (words);
-- both
