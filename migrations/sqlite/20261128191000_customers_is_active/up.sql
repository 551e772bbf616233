-- compatible since 20261122100000
CREATE INDEX customers_is_active ON customers (is_active, pk);
