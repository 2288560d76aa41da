-- Groups with topics, and work that one worker does for all.

-- Whether the platform has topics in this group: each request then has its own.
ALTER TABLE lanes ADD COLUMN topics BOOLEAN NOT NULL DEFAULT FALSE;

-- The topic of a group in which a subject is spoken of, by the platform's id.
CREATE TABLE topics (
    channel TEXT NOT NULL,
    chat    TEXT NOT NULL,
    subject TEXT NOT NULL,
    thread  TEXT NOT NULL,
    open    BOOLEAN NOT NULL,
    PRIMARY KEY (channel, chat, subject)
);
CREATE INDEX topics_by_thread ON topics (channel, chat, thread);

-- Who does what only one worker may do («telegram-poll»); fence grows with each new holder.
CREATE TABLE leases (
    name   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until  TIMESTAMPTZ NOT NULL,
    fence  BIGINT NOT NULL
);
