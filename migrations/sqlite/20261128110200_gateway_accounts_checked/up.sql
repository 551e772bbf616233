-- compatible since 20261122100000
-- The age of the oldest one is asked for all the time. (SQLite checks rows when they are written.)
CREATE INDEX token_deletions_queued ON token_deletions (queued_at);
