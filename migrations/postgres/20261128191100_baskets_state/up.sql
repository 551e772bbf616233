-- compatible since 20261122100000
CREATE INDEX CONCURRENTLY IF NOT EXISTS baskets_state ON baskets (state, pk);
