-- Groups with topics, phones that a platform vouches for, and work that one worker does for all.

-- Whether a platform told us that the phone is this person's own; a number that was only typed is anybody's.
ALTER TABLE people ADD COLUMN vouched BOOLEAN NOT NULL DEFAULT FALSE;

-- Whether the platform has topics in this group: each request then has its own.
ALTER TABLE lanes ADD COLUMN topics BOOLEAN NOT NULL DEFAULT FALSE;
-- It has them, but we may not make any: until our rights there change, nobody tries.
ALTER TABLE lanes ADD COLUMN topics_denied BOOLEAN NOT NULL DEFAULT FALSE;

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

-- Where the parts of an album went, so that a late one follows, and the files that came with it so far.
CREATE TABLE albums (
    channel TEXT NOT NULL,
    chat    TEXT NOT NULL,
    album   TEXT NOT NULL,
    subject TEXT NOT NULL,                     -- «R-1001», «person:p1»
    files   JSONB NOT NULL,
    at      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (channel, chat, album)
);

-- What waits for its files waits together with the other parts of its album.
ALTER TABLE inbox ADD COLUMN album TEXT NOT NULL DEFAULT '';
CREATE INDEX inbox_albums ON inbox (album) WHERE state = 'failed' AND album <> '';

-- Groups that have another id now: what was said before and is handled after goes on under the new one.
CREATE TABLE moved (
    channel  TEXT NOT NULL,
    old_chat TEXT NOT NULL,
    new_chat TEXT NOT NULL,
    PRIMARY KEY (channel, old_chat)
);
-- What a message was called in the old chat («-100/17»), for who answers it there.
ALTER TABLE outbox ADD COLUMN was TEXT;
CREATE INDEX outbox_was ON outbox (channel, chat, was) WHERE was IS NOT NULL;

-- Who does what only one worker may do («telegram-poll»); fence grows with each new holder.
CREATE TABLE leases (
    name   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until  TIMESTAMPTZ NOT NULL,
    fence  BIGINT NOT NULL
);

-- What was settled long ago goes, where messages are pushed.
CREATE INDEX outbox_settled ON outbox (channel, settled_at) WHERE settled_at IS NOT NULL;
