-- compatible since 20261122100000
-- Before an account's label is given up, its cards are looked for.
CREATE INDEX CONCURRENTLY IF NOT EXISTS saved_cards_pos_account ON saved_cards (pos, account);
