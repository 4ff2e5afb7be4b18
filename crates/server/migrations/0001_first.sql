-- Times are milliseconds since the Unix epoch. Secrets are stored as hashes only.

-- The newest one-time code of an identity at a client. One row each: asking again replaces it.
CREATE TABLE codes (
    client_id  TEXT    NOT NULL,
    connection TEXT    NOT NULL,
    identity   TEXT    NOT NULL,
    id         TEXT    NOT NULL UNIQUE,
    mac        BLOB    NOT NULL,
    tries      INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER,
    PRIMARY KEY (client_id, connection, identity)
) STRICT, WITHOUT ROWID;
CREATE INDEX codes_by_expiry ON codes (expires_at);

-- Made at the first code that was right.
CREATE TABLE users (
    sub        TEXT    NOT NULL PRIMARY KEY,
    connection TEXT    NOT NULL,
    identity   TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (connection, identity)
) STRICT, WITHOUT ROWID;

-- One login with offline_access: all refresh tokens that descend from it, one after the other.
CREATE TABLE families (
    id         TEXT    NOT NULL PRIMARY KEY,
    client_id  TEXT    NOT NULL,
    sub        TEXT    NOT NULL REFERENCES users (sub) ON DELETE CASCADE,
    scope      TEXT    NOT NULL,
    audience   TEXT,
    sid        TEXT    NOT NULL,
    auth_time  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX families_by_expiry ON families (expires_at);

CREATE TABLE refresh_tokens (
    hash    BLOB    NOT NULL PRIMARY KEY,
    family  TEXT    NOT NULL REFERENCES families (id) ON DELETE CASCADE,
    used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family);

-- Opaque access tokens. Those for an API are JWTs and are not kept.
CREATE TABLE access_tokens (
    hash       BLOB    NOT NULL PRIMARY KEY,
    client_id  TEXT    NOT NULL,
    sub        TEXT    NOT NULL REFERENCES users (sub) ON DELETE CASCADE,
    scope      TEXT    NOT NULL,
    family     TEXT    REFERENCES families (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX access_tokens_by_family ON access_tokens (family);
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);

-- What the limits count: one row per send or start, as long as it counts.
CREATE TABLE hits (
    bucket TEXT    NOT NULL,
    at     INTEGER NOT NULL
) STRICT;
CREATE INDEX hits_by_bucket ON hits (bucket, at);
CREATE INDEX hits_by_time ON hits (at);

-- Messages that have to leave. Written with their code, deleted when delivered.
CREATE TABLE outbox (
    id           TEXT    NOT NULL PRIMARY KEY,
    topic        TEXT    NOT NULL,
    channel      TEXT    NOT NULL,
    recipient    TEXT    NOT NULL,
    payload      TEXT    NOT NULL,
    language     TEXT,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    next_at      INTEGER NOT NULL,
    leased_until INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_by_due ON outbox (next_at);
CREATE INDEX outbox_by_topic ON outbox (topic);

-- What --dev shows at /dev/inbox instead of sending it. Empty everywhere else.
CREATE TABLE inbox (
    number    INTEGER PRIMARY KEY AUTOINCREMENT,
    id        TEXT    NOT NULL UNIQUE,
    channel   TEXT    NOT NULL,
    recipient TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    text      TEXT    NOT NULL,
    html      TEXT    NOT NULL,
    code      TEXT,
    sent_at   INTEGER NOT NULL
) STRICT;

-- The keys that sign tokens. The private half is sealed with a key made from the pepper.
CREATE TABLE signing_keys (
    kid        TEXT    NOT NULL PRIMARY KEY,
    modulus    TEXT    NOT NULL,
    exponent   TEXT    NOT NULL,
    sealed     BLOB    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
