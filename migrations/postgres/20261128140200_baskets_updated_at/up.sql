-- compatible since 20261122100000
CREATE INDEX CONCURRENTLY IF NOT EXISTS baskets_updated_at ON baskets (updated_at, pk);
