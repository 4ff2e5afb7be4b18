-- Since when nobody knows whether a message was delivered: its server ended when it was handed over.
ALTER TABLE outbox ADD COLUMN doubtful_at INTEGER;
