-- compatible since 20261122100000
CREATE INDEX baskets_state ON baskets (state, pk);
