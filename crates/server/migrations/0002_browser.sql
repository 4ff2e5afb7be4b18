-- A browser in which somebody is signed in. `sid` names the session in tokens, the cookie is its secret.
CREATE TABLE sessions (
    sid        TEXT    NOT NULL PRIMARY KEY,
    hash       BLOB    NOT NULL UNIQUE,
    sub        TEXT    NOT NULL REFERENCES users (sub) ON DELETE CASCADE,
    client_id  TEXT    NOT NULL,
    auth_time  INTEGER NOT NULL,
    idle_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- An /authorize that waits for somebody to sign in. `request` is what was asked for, as JSON.
CREATE TABLE transactions (
    hash       BLOB    NOT NULL PRIMARY KEY,
    client_id  TEXT    NOT NULL,
    request    TEXT    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX transactions_by_expiry ON transactions (expires_at);

-- Authorization codes. One that was used stays for a day, so that a second use is seen.
CREATE TABLE authorization_codes (
    hash         BLOB    NOT NULL PRIMARY KEY,
    client_id    TEXT    NOT NULL,
    redirect_uri TEXT    NOT NULL,
    sub          TEXT    NOT NULL REFERENCES users (sub) ON DELETE CASCADE,
    scope        TEXT    NOT NULL,
    audience     TEXT,
    nonce        TEXT,
    challenge    TEXT,
    sid          TEXT    NOT NULL,
    auth_time    INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    used_at      INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at);

-- What an authorization code was exchanged for, so that a second use takes it back.
ALTER TABLE families ADD COLUMN code BLOB;
ALTER TABLE access_tokens ADD COLUMN code BLOB;
CREATE INDEX families_by_code ON families (code) WHERE code IS NOT NULL;
CREATE INDEX access_tokens_by_code ON access_tokens (code) WHERE code IS NOT NULL;

-- A code that was right at /passwordless/verify: the browser that proved it goes on without a press.
ALTER TABLE codes ADD COLUMN verified BLOB;

-- What /co/authenticate gives, for /authorize to take.
CREATE TABLE tickets (
    hash       BLOB    NOT NULL PRIMARY KEY,
    client_id  TEXT    NOT NULL,
    sid        TEXT    NOT NULL,
    sub        TEXT    NOT NULL REFERENCES users (sub) ON DELETE CASCADE,
    auth_time  INTEGER NOT NULL,
    co_id      TEXT    NOT NULL,
    verifier   BLOB    NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX tickets_by_expiry ON tickets (expires_at);

-- Assertions of clients that were shown. Each is good once.
CREATE TABLE assertions (
    name       BLOB    NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX assertions_by_expiry ON assertions (expires_at);
