-- The link in a message that --dev shows.
ALTER TABLE inbox ADD COLUMN link TEXT;
