-- compatible since 20261122100000
CREATE INDEX code_tries_used_at ON code_tries (used_at) WHERE intent IS NOT NULL;
