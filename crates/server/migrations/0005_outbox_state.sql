-- What became of a message, for the operator to see. One that was given up keeps neither its words nor
-- its code, and goes after a day.
ALTER TABLE outbox ADD COLUMN last_error TEXT;
ALTER TABLE outbox ADD COLUMN dead_at INTEGER;
