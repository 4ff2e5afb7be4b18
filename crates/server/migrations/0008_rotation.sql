-- How many refreshes lie before a refresh token, and when the family ends for want of use.
ALTER TABLE refresh_tokens ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE families ADD COLUMN idle_at INTEGER;
