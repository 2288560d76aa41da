-- Who people are, where they can be reached, and what question is open with them.

CREATE TABLE people (
    id         TEXT PRIMARY KEY,
    role       TEXT NOT NULL,
    name       TEXT NOT NULL,
    phone      TEXT NOT NULL,
    locale     TEXT NOT NULL,
    number     TEXT NOT NULL,
    skills     JSONB NOT NULL,
    districts  JSONB NOT NULL,
    photo      TEXT NOT NULL,
    consent    TEXT NOT NULL,
    consent_at TIMESTAMPTZ,
    active     BOOLEAN NOT NULL,
    channel    TEXT NOT NULL,
    chat       TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX people_by_phone ON people (phone) WHERE phone <> '';
CREATE INDEX people_by_role ON people (role) WHERE role <> 'homeowner';
CREATE INDEX people_by_place ON people (channel, chat) WHERE channel <> '';
CREATE UNIQUE INDEX people_by_number ON people (number) WHERE number <> '';

-- One account of a person on a channel, with the private chat it writes from.
CREATE TABLE accounts (
    channel    TEXT NOT NULL,
    account    TEXT NOT NULL,
    person_id  TEXT NOT NULL REFERENCES people (id),
    chat       TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (channel, account)
);

CREATE INDEX accounts_by_person ON accounts (person_id);

-- Group chats that an admin has bound to a purpose («staff»).
CREATE TABLE groups (
    channel  TEXT NOT NULL,
    chat     TEXT NOT NULL,
    purpose  TEXT NOT NULL,
    locale   TEXT NOT NULL,
    bound_by TEXT NOT NULL,
    bound_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (channel, chat)
);

-- Single-use codes: invitations, group bindings, phone links. Only their hash is kept.
CREATE TABLE codes (
    hash       TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    role       TEXT NOT NULL,
    facts      JSONB NOT NULL,
    made_by    TEXT NOT NULL,
    made_at    TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_by    TEXT NOT NULL,
    used_at    TIMESTAMPTZ
);

CREATE INDEX codes_by_kind ON codes (kind, made_at);

-- The open question of a person: in private under their id, in a group under «id@chat».
CREATE TABLE conversations (
    id         TEXT PRIMARY KEY,
    form       TEXT NOT NULL,
    subject    TEXT NOT NULL,
    asked      TEXT NOT NULL,
    answers    JSONB NOT NULL,
    version    BIGINT NOT NULL,
    opened_at  TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE homes (
    id         TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL REFERENCES people (id),
    district   TEXT NOT NULL,
    address    TEXT NOT NULL,
    door       TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX homes_by_person ON homes (person_id);
