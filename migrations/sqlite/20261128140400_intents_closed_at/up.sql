-- compatible since 20261122100000
CREATE INDEX intents_closed_at ON intents (closed_at) WHERE closed_at IS NOT NULL;
