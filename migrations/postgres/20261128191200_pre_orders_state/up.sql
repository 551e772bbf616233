-- compatible since 20261122100000
CREATE INDEX CONCURRENTLY IF NOT EXISTS pre_orders_state ON pre_orders (state, pk);
