-- compatible since 20261122100000
CREATE INDEX baskets_updated_at ON baskets (updated_at, pk);
