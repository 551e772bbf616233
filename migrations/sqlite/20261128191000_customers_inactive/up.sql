-- compatible since 20261122100000
CREATE INDEX customers_inactive ON customers (pk) WHERE NOT is_active;
