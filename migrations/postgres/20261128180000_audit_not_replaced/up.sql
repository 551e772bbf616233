-- compatible since 20261122100000
-- Only SQLite has INSERT OR REPLACE; here, ON CONFLICT DO UPDATE meets the rights and the trigger against updates.
SELECT 1;
