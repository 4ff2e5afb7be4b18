-- From when on a key signs. The key with the latest time that has come is the one that does.
ALTER TABLE signing_keys ADD COLUMN active_at INTEGER NOT NULL DEFAULT 0;
UPDATE signing_keys SET active_at = created_at;
