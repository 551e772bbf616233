-- compatible since 20261122100000
CREATE INDEX CONCURRENTLY IF NOT EXISTS customers_is_active ON customers (is_active, pk);
