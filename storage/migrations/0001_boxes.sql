-- What came in, once; what must go out, at least once; what is due later.

-- Every message as it arrived: its id makes a copy known, its body can be handled again. Both go after some weeks.
CREATE TABLE inbox (
    id            TEXT PRIMARY KEY,
    channel       TEXT NOT NULL,
    state         TEXT NOT NULL,               -- done, failed, quarantined
    received_at   TIMESTAMPTZ NOT NULL,
    attempts      BIGINT NOT NULL DEFAULT 0,
    due_at        TIMESTAMPTZ,                 -- the next replay; NULL unless failed
    place_channel TEXT,
    place_chat    TEXT,
    body          JSONB,
    error_code    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX inbox_received ON inbox (received_at);
CREATE INDEX inbox_failed ON inbox (due_at) WHERE state = 'failed';
CREATE INDEX inbox_quarantined ON inbox (received_at) WHERE state = 'quarantined';

-- One row for each chat that was ever written to. Whoever writes to the chat or sends from it holds this row.
CREATE TABLE lanes (
    channel   TEXT NOT NULL,
    chat      TEXT NOT NULL,
    last_seq  BIGINT NOT NULL DEFAULT 0,       -- the newest row of the lane
    sent_seq  BIGINT NOT NULL DEFAULT 0,       -- nothing up to here is unsent; in a pulled channel: seen up to here
    due_at    TIMESTAMPTZ,                     -- when the first unsent row may go, or the end of its lease; NULL: nothing waits
    free_at   TIMESTAMPTZ NOT NULL,            -- the chat's own limits hold until then
    attempts  BIGINT NOT NULL DEFAULT 0,       -- of claims; the fencing token
    priority  BIGINT NOT NULL DEFAULT 1,       -- the most urgent of the unsent rows
    spent     JSONB,                           -- microseconds since 1970 of the latest sends, as many as a limit counts
    is_group  BOOLEAN NOT NULL DEFAULT FALSE,
    locale    TEXT NOT NULL DEFAULT '',
    blocked   TEXT NOT NULL DEFAULT '',        -- why nothing reaches the chat any more
    PRIMARY KEY (channel, chat)
);
CREATE INDEX lanes_due ON lanes (channel, priority, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE outbox (
    id         TEXT PRIMARY KEY,               -- cause and index
    channel    TEXT NOT NULL,
    chat       TEXT NOT NULL,
    seq        BIGINT NOT NULL,
    state      TEXT NOT NULL,                  -- due, sent, merged, dead, discarded; due for good in a pulled channel
    priority   BIGINT NOT NULL,
    card       TEXT NOT NULL,
    fresh      BOOLEAN NOT NULL,
    subject    TEXT NOT NULL,
    receipt    BOOLEAN NOT NULL,               -- whether somebody waits to hear that it arrived
    token      TEXT,                           -- of its buttons; NULL: it has none
    body       JSONB NOT NULL,
    posted_at  TIMESTAMPTZ NOT NULL,
    tries      BIGINT NOT NULL DEFAULT 0,      -- that failed
    copies     BIGINT NOT NULL DEFAULT 0,      -- sends that may have arrived
    external   TEXT,                           -- the platform's id of the message
    settled_at TIMESTAMPTZ,
    error_code TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX outbox_lane ON outbox (channel, chat, seq);
CREATE UNIQUE INDEX outbox_token ON outbox (token) WHERE token IS NOT NULL;
CREATE INDEX outbox_card ON outbox (channel, chat, card, seq) WHERE card <> '';
CREATE INDEX outbox_external ON outbox (channel, chat, external, seq) WHERE external IS NOT NULL;
CREATE INDEX outbox_dead ON outbox (posted_at) WHERE state = 'dead';

-- What a whole channel may still send; the limits of one chat are in its lane.
CREATE TABLE limits (
    scope   TEXT PRIMARY KEY,                  -- the channel
    spent   JSONB NOT NULL,                    -- microseconds since 1970 of the latest sends
    free_at TIMESTAMPTZ NOT NULL               -- the platform asked everyone to wait until then
);

CREATE TABLE timers (
    id      TEXT PRIMARY KEY,
    due_at  TIMESTAMPTZ NOT NULL,
    intent  TEXT NOT NULL,
    subject TEXT NOT NULL,
    args    JSONB NOT NULL
);
CREATE INDEX timers_due ON timers (due_at);
CREATE INDEX timers_subject ON timers (subject) WHERE subject <> '';
