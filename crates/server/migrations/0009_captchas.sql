-- Pictures that wait for their answer. Whoever answers uses one up, right or wrong.
CREATE TABLE captcha_pictures (
    name       BLOB    NOT NULL PRIMARY KEY,
    client_id  TEXT    NOT NULL,
    answer     BLOB    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX captcha_pictures_by_expiry ON captcha_pictures (expires_at);

-- Proofs of work that were shown. Each is good once.
CREATE TABLE captcha_proofs (
    name       BLOB    NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX captcha_proofs_by_expiry ON captcha_proofs (expires_at);
