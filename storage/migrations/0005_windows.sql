-- Channels which may write to a person only for a while after they did something, and what an account of ours holds.

-- What may still be sent to a person; ``act`` is message or touch.
CREATE TABLE budgets (
    channel TEXT NOT NULL,
    chat    TEXT NOT NULL,
    act     TEXT NOT NULL,
    count   BIGINT NOT NULL,                   -- of messages that are left
    until   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (channel, chat, act)
);

-- What a platform lets its customers do with our account for a while. One worker asks for it, all use it.
CREATE TABLE access_tokens (
    account    TEXT PRIMARY KEY,               -- «wechat», «wecom», «wecomkf»
    token      TEXT NOT NULL,                  -- empty: none, or the platform has refused it
    expires_at TIMESTAMPTZ NOT NULL,
    asked_at   TIMESTAMPTZ NOT NULL,           -- when it was last asked for, whatever came of it
    failures   BIGINT NOT NULL,                -- in a row
    error_code TEXT NOT NULL                   -- of the last failure
);

-- How far a channel was read that is read by a cursor.
CREATE TABLE cursors (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    at    TIMESTAMPTZ NOT NULL
);

-- What waits in the lane waits for a window: whoever opens one wakes it.
ALTER TABLE lanes ADD COLUMN asleep BOOLEAN NOT NULL DEFAULT FALSE;
-- Whose chat this is, for who looks for another way to them.
CREATE INDEX accounts_by_chat ON accounts (channel, chat) WHERE chat <> '';
