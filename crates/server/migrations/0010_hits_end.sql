-- When a hit counts no more: the windows of some limits are a second, and those of others a day.
ALTER TABLE hits ADD COLUMN until INTEGER NOT NULL DEFAULT 0;
UPDATE hits SET until = at + 86400000;
DROP INDEX hits_by_time;
CREATE INDEX hits_by_end ON hits (until);
