-- compatible since 20261122100000
CREATE INDEX CONCURRENTLY IF NOT EXISTS intents_closed_at ON intents (closed_at) WHERE closed_at IS NOT NULL;
