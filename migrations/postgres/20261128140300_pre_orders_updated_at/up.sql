-- compatible since 20261122100000
CREATE INDEX CONCURRENTLY IF NOT EXISTS pre_orders_updated_at ON pre_orders (updated_at, pk);
